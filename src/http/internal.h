/*
 * What the files of http/ share. Nobody else includes this, but the unit tests and the fuzz targets.
 *
 * Three lives: the server; a connection (one socket, from accept to close); an exchange (one request and its
 * reply). A connection's phase, its place in the lists and the answer of an exchange are guarded by the
 * server's lock; everything else of an exchange belongs to whoever works on it: the I/O thread until the
 * request is whole, then the handler, then, once answered, the I/O thread again.
 */
#ifndef TANDEM_HTTP_INTERNAL_H
#define TANDEM_HTTP_INTERNAL_H

#include "base/temp.h"
#include "base/throttle.h"
#include "http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>
#include <sys/socket.h>

#define URI_MAX ((size_t)8 * 1024)
#define HEAD_MAX                                                                                             \
    ((size_t)12 * 1024) /* request line and headers; the rest of POOL_BYTES is for the reply's               \
                         */
#define HEADERS_MAX 64
#define POOL_BYTES  ((size_t)16 * 1024) /* libmicrohttpd's memory of one connection */

/* ---- addresses (address.c) */

/* IPv6, or IPv4 mapped into it. */
struct address {
    uint8_t bytes[16];
};

struct network {
    struct address base;
    unsigned prefix_bits;
};

struct network_list {
    struct network *items;
    size_t count;
};

struct address address_of(const struct sockaddr *sa);
bool address_parse(const char *text, struct address *out) MUST;
char *address_text(struct arena *a, struct address address);
bool address_is_loopback(struct address address);
/* "::": somebody behind a proxy that does not say who. All of them are one to whoever counts. */
bool address_is_unknown(struct address address);
/* What one client shares with others at most: of IPv6 its /64, for a customer has a whole one. */
struct address address_shared(struct address address);
/* Addresses and networks ("10.0.0.0/8"), comma-separated; false when one cannot be read. */
bool networks_parse(struct arena *a, const char *text, struct network_list *out) MUST;
bool networks_contain(const struct network_list *list, struct address address);
/*
 * Who the client is: PEER, or behind trusted proxies the last hop of FORWARDED_FOR (all X-Forwarded-For
 * values joined by commas, or NULL) that is not itself trusted; its port does not count. Where that cannot
 * be read, or is said to be this machine and is not trusted, the client is unknown: it is never the proxy,
 * which is not limited.
 */
struct address client_address(
    const struct network_list *trusted, struct address peer, const char *forwarded_for);

/* ---- worker threads (pool.c) */

/* A lock that is held for less time than a sleep takes: waiting spins first (a quarter more requests/s). */
void short_lock_init(pthread_mutex_t *lock);

struct pool;
struct pool *pool_new(unsigned threads);
/* Queues FN(ARG). After pool_close() it is called at once, on this thread. */
void pool_push(struct pool *p, void (*fn)(void *arg), void *arg);
size_t pool_queued(struct pool *p);
/* Runs what is queued, ends the threads; called once. */
void pool_close(struct pool *p);
void pool_free(struct pool *p);

/* ---- connections (connection.c) */

/* What a connection waits for, which decides how long it may. */
enum phase {
    PHASE_HEAD,    /* a new connection, or a request line that came: the rest of the head */
    PHASE_IDLE,    /* the next request */
    PHASE_BODY,    /* the rest of the body */
    PHASE_RUNNING, /* our handler: no limit */
    PHASE_SENDING, /* the client, to take the reply */
};

struct exchange;
struct address_count;

struct http_connection {
    struct http_server *server;
    struct MHD_Connection *mhd;
    int fd;
    struct address address;
    struct address_count *sharers; /* connections of the same address; NULL when exempt */
    TAILQ_ENTRY(http_connection) link;
    enum phase phase;
    bool refused; /* its last request was: more of it may come */
    bool cut;     /* its socket was shut down; libmicrohttpd will close it */
    int64_t since_us;
    uint64_t bytes; /* of the body received, or of the reply to send */
    struct exchange *exchange;
};

TAILQ_HEAD(connection_list, http_connection);

#define ADDRESS_BUCKETS 1024

struct connection_table {
    struct connection_list idle; /* HEAD and IDLE, the oldest first */
    struct connection_list busy;
    struct address_count *addresses[ADDRESS_BUCKETS];
    size_t count, idle_count;
    size_t coming;    /* accepted, or about to be, and not yet counted */
    size_t cut_count; /* of count: shut down, not yet closed */
};

/* How many there may be, those included that were cut and are not yet closed. */
size_t connections_most(const struct http_server *s);
/* libmicrohttpd's callback for a socket's begin and end. */
void connection_notify(void *server, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode code);
struct http_connection *connection_of(struct MHD_Connection *mhd);
/* Whether what this address may do is limited: trusted proxies speak for many. */
bool address_limited(const struct http_server *s, struct address address);
void connection_enter(struct http_connection *c, enum phase phase);
/* Cuts whatever is over its time at NOW; returns how many. The server's lock is held. */
size_t connections_sweep(struct http_server *s, int64_t now_us);
/* Of a server that stops: cuts those on which nothing came for a while. The server's lock is held. */
void connections_let_go(struct http_server *s, int64_t now_us);

/* ---- refused connections that still send (linger.c) */

#define LINGER_MAX 64

struct lingering {
    int fd;
    int64_t until_us;
};

struct linger_list {
    struct lingering items[LINGER_MAX];
    size_t count;
};

/* Keeps a copy of FD, which is about to be closed; above LINGER_MAX it does nothing. The server's lock is
 * held. */
void linger_begin(struct http_server *s, int fd);
/* Throws away what came, closes those that are over at NOW. The server's lock is held. */
void linger_sweep(struct http_server *s, int64_t now_us);

/* ---- counting and telling (counts.c) */

struct exchange;
/* X is answered by OUT. */
void counts_answered(struct exchange *x, const struct http_reply *reply);

/* ---- the server (server.c) */

struct http_server {
    struct http_config config;
    struct arena *arena; /* of what is as long as the server */
    struct network_list trusted;
    struct throttle *throttle; /* requests of an address; NULL: no limit */
    struct MHD_Daemon *daemon;
    int listen_fd, wake_fd; /* an event there wakes the acceptor */
    unsigned port;
    bool strict_layout; /* see head_is_exact() */
    atomic_uint_fast64_t next_id;
    atomic_bool started;

    pthread_mutex_t lock;
    struct connection_table table;
    struct linger_list lingering;
    pthread_cond_t changed; /* a connection ended its work, or the server closes */
    atomic_bool leaving;    /* said to whoever asks */
    atomic_bool stopping;   /* connections are closed after their reply */
    int64_t stopping_us;    /* since when */
    bool closing;           /* no request is begun any more */

    struct pool *pool;
    pthread_t acceptor, sweeper;

    atomic_uint references;                /* the owner's, and one of each exchange */
    atomic_size_t body_memory, body_files; /* bytes held by requests */
    atomic_uint_fast64_t requests, refused, shed;
    struct route_counts {
        atomic_uint_fast64_t by_status[6], buckets[HTTP_BUCKETS + 1], us;
    } routes[HTTP_ROUTES];
};

void server_release(struct http_server *s);

/* ---- accepting (listen.c) */

bool listen_open(struct http_server *s, const char **error) MUST;
void listen_begin(struct http_server *s);
void listen_end(struct http_server *s); /* s->stopping is set */

/* ---- a request and its reply (exchange.c) */

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_RUNNING };

/* Why a request is refused by us; status 0: it is not. */
struct refusal {
    int status;
    const char *detail;
    int retry_after_s; /* 0: not said */
};
#define REFUSE(code, text) ((struct refusal){.status = (code), .detail = (text)})
#define FINE               ((struct refusal){.status = 0})

struct body {
    struct buf memory;
    int fd; /* -1: in memory */
    char *path;
    size_t len, max;
    size_t counted_memory, counted_file; /* in the server's totals */
};

/* A reply that is ready: its texts live as long as the exchange. */
struct outgoing {
    struct http_reply reply;
    const char *coding; /* of the body, or NULL */
    bool varies;        /* another Accept-Encoding would get another body */
};

struct exchange {
    struct http_request request;
    struct http_server *server; /* outlives the connection */
    atomic_uint references;     /* I/O thread, unanswered, handler running */
    enum stage stage;
    const char *target; /* as sent */
    size_t target_len;
    struct http_pair *headers;
    size_t n_headers;
    bool has_body;
    struct body body;
    atomic_bool abandoned; /* answered by a server that stops, not by the handler */
    bool answered;
    int64_t began_us; /* when it was whole */
    struct outgoing outgoing;
};

static inline struct exchange *exchange_of(const struct http_request *r)
{
    return (struct exchange *)(uintptr_t)((const char *)r - offsetof(struct exchange, request));
}

/* libmicrohttpd's callbacks: the request line came; the request comes; it is over. */
void *exchange_begin(void *server, const char *uri, struct MHD_Connection *mhd);
enum MHD_Result exchange_proceed(void *server, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *size, void **context);
void exchange_end(
    void *server, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code);
/* Has OUT sent, unless the exchange was abandoned. */
void exchange_answer(struct exchange *x, const struct outgoing *out);
/* 503 for a request that was not answered in time. The server's lock is held. */
void exchange_abandon(struct exchange *x);

/* ---- guards (guards.c) */

/* What libmicrohttpd says of the head; the strings point into its buffer. */
struct head {
    struct MHD_Connection *mhd;
    const char *method, *url, *version;
};

/* Checks the head and fills in the request; a refusal closes the connection. */
struct refusal guard_head(struct exchange *x, const struct head *head);
/* The decoded path of a request target; NULL with *WHY set when it is refused. Public for its fuzz target. */
char *path_decode(struct arena *a, const char *text, size_t n, struct refusal *why);

/* ---- bodies (body.c) */

/* LARGE: it may go to a file. Whatever it holds is given back when the arena is freed. */
void body_begin(struct exchange *x, bool large);
struct refusal body_add(struct exchange *x, const char *data, size_t n);
void body_finish(struct exchange *x);

/* ---- replies (reply.c, compress.c) */

enum reply_body { REPLY_COPY, REPLY_STATIC };
/* http_send(), for a body that is copied or one that lives for ever. */
void reply_send(struct exchange *x, const struct http_reply *reply, enum reply_body body);
/* A small problem document (RFC 9457) that closes the connection. */
struct outgoing reply_refusal(const struct exchange *x, const struct refusal *why);
/* The same for a server that stops; its request belongs to somebody else meanwhile. */
struct outgoing reply_stopping(void);
/* Queues x->outgoing. For the I/O thread: libmicrohttpd's many small allocations stay in it. */
enum MHD_Result reply_queue(struct exchange *x, struct MHD_Connection *mhd);

/* Whether an Accept-Encoding value (or NULL) takes CODING (RFC 9110, 12.5.3), minding q=0 and "*". */
bool coding_accepted(const char *accept, const char *coding);
bool compress_worth(const char *type, size_t len);
/* gzip; on the heap, to be freed by the caller. NULL when it would not be smaller. */
char *compress_gzip(const char *data, size_t n, size_t *len);

/* ---- forms (form.c, multipart.c) */

/* OUT has room for N+1 bytes. False on a bad escape or an escaped NUL. PLUS: '+' is a space. */
bool percent_decode(char *out, const char *s, size_t n, bool plus, size_t *len) MUST;

/* A body: from memory, or from FD when it is not negative. */
struct multipart_source {
    const char *data;
    size_t len;
    int fd;
};
/* TYPE is the Content-Type header. */
bool multipart_read(struct arena *a, struct multipart_source source, const char *type, const char *temp_dir,
    struct http_part **out, size_t *count, const char **error) MUST;

#endif
