/*
 * A HTTP client for loads: one thread, many keep-alive connections, each with one request at a time. Costs
 * little, because it shares the processors with the server that it measures.
 */
#ifndef TANDEM_BENCH_CLIENT_H
#define TANDEM_BENCH_CLIENT_H

#include "base/base.h"

#define REQUEST_MAX 4096

struct connection {
    size_t number; /* 0.. */
    char request[REQUEST_MAX];
    size_t request_len;
    int64_t tag; /* the load's own, of the request under way */
    /* private */
    int fd;
    size_t body_at, got, need; /* NEED 0: the head of the reply is not here yet */
    int status;
    int64_t began_us;
    char *reply;
    size_t reply_cap;
};

struct reply {
    int status;
    const char *body; /* NUL-terminated */
    int64_t took_us;
};

struct load {
    const unsigned *ports; /* connections are spread over them in turn */
    size_t n_ports, n_connections;
    /* Writes the next request of a connection; false: it has none, and rests. */
    bool (*next)(void *ctx, struct connection *c);
    void (*done)(void *ctx, struct connection *c, const struct reply *r);
    void *ctx;
};

struct client;
/* Connects; NULL when a port does not answer. */
struct client *client_new(const struct load *load);
/* Runs until no connection has anything under way. */
void client_run(struct client *c);
void client_free(struct client *c);

/* A request's head and body into C. HEADERS: whole lines with CRLF. BODY NULL: a GET. */
void request_write(struct connection *c, const char *path, const char *headers, const char *body);

int64_t now_us(void);

/* Latencies by their logarithm, 32 steps to a doubling: 2 % exact. */
#define HISTOGRAM_STEPS 1024
struct histogram {
    uint64_t n, count[HISTOGRAM_STEPS];
    int64_t max_us;
};
void histogram_add(struct histogram *h, int64_t us);
/* In milliseconds; PART 0.99: the 99th percentile. */
double histogram_ms(const struct histogram *h, double part);

#endif
