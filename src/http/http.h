/*
 * The HTTP server: libmicrohttpd in poll mode, every request suspended while a worker of our own pool answers
 * it, so that no connection thread ever waits for the database.
 *
 * A handler is called on a worker thread with a complete, guarded request. It answers by http_send(), from
 * that call or later from any thread (a verb's reply comes after its commit); exactly once. Until then the
 * request and its arena belong to whoever works on it; after http_send() only the handler's own call may
 * still read it.
 */
#ifndef TANDEM_HTTP_H
#define TANDEM_HTTP_H

#include "base/arena.h"
#include "base/buf.h"

/* A handler sees HEAD as GET; the body is left out here. */
enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS };

struct http_pair {
    const char *name, *value;
};

struct http_request {
    struct arena *arena; /* of this request; freed after the reply was sent */
    enum http_method method;
    bool head;         /* only the head of the answer is asked for (HEAD); METHOD is GET */
    const char *path;  /* decoded, starts with '/', no dot segments, valid UTF-8 */
    const char *query; /* raw, without '?', or "" */
    /* For logs; also sent as X-Request-Id and in problems. A trusted proxy's own, else a fresh one. */
    const char *id;
    const char *peer; /* address of the client (behind a trusted proxy: as it says) */
    bool tls;         /* the client speaks HTTPS, to us or to a trusted proxy */
    const char *host; /* Host header */
    const char *body; /* up to body_memory_max; NUL-terminated; NULL when body_path is set */
    size_t body_len;
    const char *body_path;              /* a larger body (imports): an unlinked-after-reply temporary file */
    struct http_connection *connection; /* opaque */
    void *user;                         /* the handler's own */
};

/* The first of that name, valid UTF-8; NULL when absent or not UTF-8. Names are case-blind. */
const char *http_header(const struct http_request *r, const char *name);
const char *http_cookie(const struct http_request *r, const char *name);
/* Query parameter, decoded, valid UTF-8; NULL when absent. */
const char *http_query(const struct http_request *r, const char *name);
/* All pairs of a query or of an application/x-www-form-urlencoded body; false when it is malformed. */
bool http_form_parse(struct arena *a, const char *text, size_t n, struct http_pair **out, size_t *count) MUST;

/* One part of a multipart/form-data body, read from memory or from body_path. */
struct http_part {
    const char *name;     /* valid UTF-8, and so is the data of a part without filename */
    const char *filename; /* without folders; NULL: no file; "": a file field in which none was chosen */
    const char *type;     /* as sent, or NULL */
    const char *data;     /* NULL when the part went to a file */
    size_t len;
    const char *path;
};
/* False with *ERROR set when it is malformed or passes the limits (100 parts). File parts over 1 MB go to
 * files. */
bool http_multipart(struct http_request *r, struct http_part **out, size_t *count, const char **error) MUST;

/*
 * The reply. Headers are name, value pairs ended by NULL name; values with CR or LF are refused (a bug of
 * ours). Security headers, Date, X-Request-Id and compression (by Accept-Encoding, for text of 1 kB and more)
 * are added here. Everything but `file` is copied: it need not outlive http_send().
 */
struct http_reply {
    int status;
    const char *type; /* content type; NULL without body */
    const char *body;
    size_t len;
    const char *file; /* instead of body: streamed from this path and deleted afterwards */
    struct http_pair headers[16];
    bool no_compress; /* a body with a secret beside reflected input */
};
void http_send(struct http_request *r, const struct http_reply *reply);

typedef void http_handler(void *ctx, struct http_request *r);

#define HTTP_WINDOW_SECONDS 10

/* Its texts must outlive the server. */
struct http_config {
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080", ":0" picks a port */
    unsigned io_threads, workers;
    unsigned max_connections; /* 4,096: above it the oldest idle one is shed */
    unsigned max_per_address; /* connections; 0: no limit; loopback is exempt unless limit_loopback */
    unsigned max_requests;    /* of one address in HTTP_WINDOW_SECONDS, likewise; more is 429 */
    bool limit_loopback;
    /* 8, 60, 15. A body may take one second more for each 64 kB that came, a reply for each 16 kB that it
     * has; idle connections a quarter when more than half of all are used. */
    unsigned header_seconds, body_seconds, idle_seconds;
    size_t body_memory_max;      /* 1 MB; larger ones go to a file */
    size_t body_max;             /* 128 MB; more is 413 */
    const char *trusted_proxies; /* addresses and networks (10.0.0.0/8), comma-separated */
    const char *temp_dir;        /* NULL: $TMPDIR, else /tmp */
    int inherited_fd;            /* a bound socket of the supervisor's, instead of `listen`; 0: none */
    bool log_requests;           /* a line for each; those that failed by our fault always have one */
    /* Which of at most HTTP_ROUTES kinds of address a path is, for the counts; NULL: all are 0. */
    unsigned (*route)(const char *path);
    const char *tls_cert, *tls_key; /* PEM files; NULL: plain HTTP */
    /* Whether a body of this path may be large; others are cut at body_memory_max. NULL: none may. */
    bool (*large_body)(const char *path);
    http_handler *handler;
    void *ctx;
};

struct http_server;
/* OK, or BROKEN with *ERROR a fixed text; the details are logged. Raises the process's limit of open files.
 */
enum status http_start(struct http_server **out, const struct http_config *config, const char **error) MUST;
/* From now on http_leaving() is true, so that whoever asks sends no more; everything is answered all the
 * same. */
void http_leave(struct http_server *s);
bool http_leaving(const struct http_server *s);
unsigned http_port(const struct http_server *s);
/* Stops accepting: what waits to be accepted still is, on an inherited socket it is left to whoever has it
 * next. Every request that comes on a connection is answered and ends it; one on which nothing comes for half
 * a second is closed. After SECONDS whoever is not answered gets 503. A late http_send() or http_continue()
 * for one of those does no harm. Waits for handlers that are still running. */
void http_stop(struct http_server *s, unsigned seconds);
/* Runs FN(ARG) on a worker of the server: how a finished verb goes on to render. Never blocks; when the
 * server has stopped, FN is run at once. */
void http_continue(struct http_server *s, void (*fn)(void *arg), void *arg);
#define HTTP_ROUTES  8
#define HTTP_BUCKETS 14
extern const double http_bucket_seconds[HTTP_BUCKETS]; /* upper bounds; the last bucket has none */

/* From the whole request to the answer, without the client's share. */
struct http_route_counts {
    uint64_t by_status[6]; /* [2]: 200 to 299 */
    uint64_t buckets[HTTP_BUCKETS + 1];
    uint64_t us;
};
struct http_counts {
    uint64_t requests, refused, shed, connections, idle, running, queued;
    struct http_route_counts routes[HTTP_ROUTES];
};
struct http_counts http_counts(const struct http_server *s);

/* Static files, built in (build/gen/assets.c): compressed at build time, named by their content's hash,
 * cached for ever. */
struct asset {
    const char *name; /* "app.css" */
    const char *path; /* "/static/app.3f2a9c.css" */
    const char *type;
    const unsigned char *data, *gzip, *brotli;
    size_t len, gzip_len, brotli_len; /* 0: not worth it */
};
extern const struct asset assets[];
extern const size_t n_assets;
/* The path to link to; a missing asset is a bug of ours. */
const char *asset_path(const char *name);
/* Answers a request for /static/...; false when there is no such file. */
bool asset_serve(struct http_request *r);

#endif
