/*
 * Connections: how many, how many of one address, how long each may let us wait.
 *
 * A socket is only ever shut down here, under the lock; libmicrohttpd closes it after connection_notify()
 * took the connection out of the table under the same lock. So a descriptor in the table is always the
 * connection's own, and never one that was closed and given to somebody else.
 */
#include "base/time.h"
#include "http/internal.h"

#define SLOWEST_BODY_BYTES_S  ((int64_t)64 * 1024)
#define SLOWEST_REPLY_BYTES_S ((int64_t)16 * 1024)

#define SPARE_PER_THREAD 64

struct address_count {
    struct address_count *next;
    struct address address;
    size_t count;
};

static struct address_count **bucket_of(struct connection_table *t, const struct address *a)
{
    uint64_t high, low;
    memcpy(&high, a->bytes, 8);
    memcpy(&low, a->bytes + 8, 8);
    return &t->addresses[((high ^ low) * UINT64_C(0x9E3779B97F4A7C15)) >> 54];
}
_Static_assert(ADDRESS_BUCKETS == 1 << 10, "bucket_of() takes the upper ten bits");

static struct address_count *count_address(struct connection_table *t, struct address a)
{
    struct address_count **bucket = bucket_of(t, &a), *at = *bucket;
    while (at && memcmp(&at->address, &a, sizeof a) != 0)
        at = at->next;
    if (!at) {
        at = xmalloc(sizeof *at);
        *at = (struct address_count){.next = *bucket, .address = a};
        *bucket = at;
    }
    at->count++;
    return at;
}

static void uncount_address(struct connection_table *t, struct address_count *gone)
{
    if (!gone || --gone->count)
        return;
    struct address_count **at = bucket_of(t, &gone->address);
    while (*at != gone)
        at = &(*at)->next;
    *at = gone->next;
    free(gone);
}

static bool is_idle(enum phase phase)
{
    return phase == PHASE_HEAD || phase == PHASE_IDLE;
}

static void enlist(struct http_connection *c)
{
    struct connection_table *t = &c->server->table;
    if (is_idle(c->phase)) {
        TAILQ_INSERT_TAIL(&t->idle, c, link);
        t->idle_count++;
    } else {
        TAILQ_INSERT_TAIL(&t->busy, c, link);
    }
}

static void delist(struct http_connection *c)
{
    struct connection_table *t = &c->server->table;
    if (is_idle(c->phase)) {
        TAILQ_REMOVE(&t->idle, c, link);
        t->idle_count--;
    } else {
        TAILQ_REMOVE(&t->busy, c, link);
    }
}

/* Shuts the socket down, so that libmicrohttpd ends the connection. The server's lock is held. */
static void connection_cut(struct http_connection *c)
{
    if (c->cut)
        return;
    c->cut = true;
    c->server->table.cut_count++;
    shutdown(c->fd, SHUT_RDWR);
}

/* Makes room for the newest one by cutting the oldest idle one, which is the newest itself when all work. */
static void shed_oldest(struct http_server *s)
{
    struct connection_table *t = &s->table;
    if (t->count - t->cut_count <= s->config.max_connections)
        return;
    struct http_connection *c = TAILQ_FIRST(&t->idle);
    while (c && c->cut)
        c = TAILQ_NEXT(c, link);
    if (c) {
        connection_cut(c);
        s->shed++;
    }
}

bool address_limited(const struct http_server *s, struct address address)
{
    if (address_is_unknown(address))
        return true;
    return !networks_contain(&s->trusted, address) &&
           (s->config.limit_loopback || !address_is_loopback(address));
}

size_t connections_most(const struct http_server *s)
{
    return s->config.max_connections + (size_t)s->config.io_threads * SPARE_PER_THREAD;
}

static struct http_connection *connection_new(struct http_server *s, struct MHD_Connection *mhd)
{
    struct http_connection *c = xmalloc(sizeof *c);
    *c = (struct http_connection){
        .server = s,
        .mhd = mhd,
        .fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
        .address = address_of(MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr),
        .phase = PHASE_HEAD,
        .since_us = monotonic_us(),
    };
    return c;
}

static struct http_connection *connection_open(struct http_server *s, struct MHD_Connection *mhd)
{
    struct http_connection *c = connection_new(s, mhd);
    bool count = s->config.max_per_address && address_limited(s, c->address);
    pthread_mutex_lock(&s->lock);
    enlist(c);
    s->table.count++;
    s->table.coming--;
    if (count)
        c->sharers = count_address(&s->table, address_shared(c->address));
    if (c->sharers && c->sharers->count > s->config.max_per_address) {
        connection_cut(c);
        s->refused++;
    } else {
        shed_oldest(s);
    }
    pthread_mutex_unlock(&s->lock);
    return c;
}

static void connection_close(struct http_server *s, struct http_connection *c)
{
    pthread_mutex_lock(&s->lock);
    bool full = s->table.count + s->table.coming >= connections_most(s);
    delist(c);
    if (c->refused && !c->cut)
        linger_begin(s, c->fd);
    s->table.count--;
    s->table.cut_count -= c->cut;
    uncount_address(&s->table, c->sharers);
    if (s->stopping || full)
        pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    free(c);
}

void connection_notify(
    void *server, struct MHD_Connection *mhd, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *socket_context = connection_open(server, mhd);
    else
        connection_close(server, *socket_context);
}

struct http_connection *connection_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

void connection_enter(struct http_connection *c, enum phase phase)
{
    bool moves = is_idle(phase) != is_idle(c->phase);
    if (moves)
        delist(c);
    c->phase = phase;
    c->since_us = monotonic_us();
    c->bytes = 0;
    if (moves)
        enlist(c);
}

static int64_t seconds_allowed(const struct http_connection *c, bool crowded)
{
    const struct http_config *config = &c->server->config;
    switch (c->phase) {
    case PHASE_HEAD: return config->header_seconds;
    case PHASE_IDLE: return crowded ? (config->idle_seconds + 3) / 4 : config->idle_seconds;
    case PHASE_BODY: return config->body_seconds + (int64_t)c->bytes / SLOWEST_BODY_BYTES_S;
    case PHASE_SENDING: return config->body_seconds + (int64_t)c->bytes / SLOWEST_REPLY_BYTES_S;
    case PHASE_RUNNING: break;
    }
    return INT64_MAX / US_PER_SECOND;
}

static size_t sweep_list(struct connection_list *list, int64_t now_us, bool crowded)
{
    size_t cuts = 0;
    struct http_connection *c;
    TAILQ_FOREACH(c, list, link)
    {
        if (!c->cut && (now_us - c->since_us) / US_PER_SECOND >= seconds_allowed(c, crowded)) {
            connection_cut(c);
            cuts++;
        }
    }
    return cuts;
}

size_t connections_sweep(struct http_server *s, int64_t now_us)
{
    bool crowded = s->table.count > s->config.max_connections / 2;
    return sweep_list(&s->table.idle, now_us, crowded) + sweep_list(&s->table.busy, now_us, crowded);
}

#define SILENCE_US INT64_C(500000)

/* Something that came and was not read yet is a request that was sent before the client could know. */
static bool is_silent(const struct http_connection *c)
{
    char byte;
    return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

void connections_let_go(struct http_server *s, int64_t now_us)
{
    struct http_connection *c;
    TAILQ_FOREACH(c, &s->table.idle, link)
    {
        int64_t since_us = c->since_us > s->stopping_us ? c->since_us : s->stopping_us;
        if (!c->cut && now_us - since_us >= SILENCE_US && is_silent(c))
            connection_cut(c);
    }
}
