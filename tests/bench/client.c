#include "tests/bench/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client {
    struct load load;
    int epoll;
    size_t busy;
    struct connection *connections;
};

int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- latencies ---- */

void histogram_add(struct histogram *h, int64_t us)
{
    double step = us > 1 ? log2((double)us) * 32 : 0;
    h->count[step < HISTOGRAM_STEPS - 1 ? (size_t)step : HISTOGRAM_STEPS - 1]++;
    h->n++;
    if (us > h->max_us)
        h->max_us = us;
}

double histogram_ms(const struct histogram *h, double part)
{
    uint64_t seen = 0, wanted = (uint64_t)((double)h->n * part);
    for (size_t i = 0; i < HISTOGRAM_STEPS; i++) {
        seen += h->count[i];
        if (seen > wanted)
            return exp2(((double)i + 0.5) / 32) / 1000;
    }
    return (double)h->max_us / 1000;
}

/* ---- connections ---- */

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int connect_to(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    if (fd < 0)
        die("socket");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

struct client *client_new(const struct load *load)
{
    struct client *cl = xcalloc(1, sizeof *cl);
    cl->load = *load;
    cl->epoll = epoll_create1(EPOLL_CLOEXEC);
    cl->connections = xcalloc(load->n_connections, sizeof *cl->connections);
    for (size_t i = 0; i < load->n_connections; i++) {
        struct connection *c = &cl->connections[i];
        c->number = i;
        c->fd = connect_to(load->ports[i % load->n_ports]);
        if (c->fd < 0) {
            client_free(cl);
            return NULL;
        }
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
        if (epoll_ctl(cl->epoll, EPOLL_CTL_ADD, c->fd, &e) != 0)
            die("epoll_ctl");
        c->reply_cap = 1 << 16;
        c->reply = xmalloc(c->reply_cap);
    }
    return cl;
}

void client_free(struct client *cl)
{
    for (size_t i = 0; i < cl->load.n_connections; i++) {
        if (cl->connections[i].fd > 0)
            close(cl->connections[i].fd);
        free(cl->connections[i].reply);
    }
    close(cl->epoll);
    free(cl->connections);
    free(cl);
}

void request_write(struct connection *c, const char *path, const char *headers, const char *body)
{
    int n = body ? snprintf(c->request, sizeof c->request,
                       "POST %s HTTP/1.1\r\nHost: bench\r\n%sContent-Type: application/json\r\n"
                       "Content-Length: %zu\r\n\r\n%s",
                       path, headers, strlen(body), body)
                 : snprintf(c->request, sizeof c->request, "GET %s HTTP/1.1\r\nHost: bench\r\n%s\r\n", path,
                       headers);
    ASSERT(n > 0 && (size_t)n < sizeof c->request);
    c->request_len = (size_t)n;
}

/* A request fits the socket's buffer: it goes out at once. */
static void begin(struct client *cl, struct connection *c)
{
    c->got = c->need = 0;
    if (!cl->load.next(cl->load.ctx, c))
        return;
    c->began_us = now_us();
    if (send(c->fd, c->request, c->request_len, MSG_NOSIGNAL) != (ssize_t)c->request_len)
        die("send");
    cl->busy++;
}

/* ---- replies ---- */

static void read_head(struct connection *c)
{
    c->reply[c->got] = 0;
    char *end = strstr(c->reply, "\r\n\r\n"), *length;
    if (!end)
        return;
    length = strcasestr(c->reply, "\r\nContent-Length:");
    c->status = (int)strtol(c->reply + 9, NULL, 10);
    c->need = (size_t)(end + 4 - c->reply);
    if (length && length < end)
        c->need += strtoul(length + 17, NULL, 10);
    c->body_at = (size_t)(end + 4 - c->reply);
}

static void receive(struct client *cl, struct connection *c)
{
    if (c->reply_cap - c->got < 1 << 15) {
        c->reply_cap *= 2;
        c->reply = xrealloc(c->reply, c->reply_cap, 1);
    }
    ssize_t n = recv(c->fd, c->reply + c->got, c->reply_cap - c->got - 1, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0)
        die("the server closed a connection");
    c->got += (size_t)n;
    if (!c->need)
        read_head(c);
    if (!c->need || c->got < c->need)
        return;
    c->reply[c->got] = 0;
    cl->busy--;
    struct reply r = {c->status, c->reply + c->body_at, now_us() - c->began_us};
    cl->load.done(cl->load.ctx, c, &r);
    begin(cl, c);
}

void client_run(struct client *cl)
{
    struct epoll_event events[64];
    for (size_t i = 0; i < cl->load.n_connections; i++)
        begin(cl, &cl->connections[i]);
    while (cl->busy) {
        int n = epoll_wait(cl->epoll, events, COUNT(events), 60000);
        if (n == 0) {
            errno = ETIMEDOUT;
            die("no answer in a minute");
        }
        for (int i = 0; i < n; i++)
            receive(cl, events[i].data.ptr);
    }
}
