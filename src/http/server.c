/* Starting, sweeping, stopping. */
#include "base/id.h"
#include "base/log.h"
#include "base/time.h"
#include "http/internal.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#define SWEEP_US    250000
#define LET_GO_US   50000
#define SPARE_FILES 256 /* descriptors that are no connections: database, temporary files, mail */
#define PEM_MAX     ((size_t)1 << 20)
/* TLS 1.2 and 1.3 only (RFC 8996) */
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

void server_release(struct http_server *s)
{
    if (atomic_fetch_sub(&s->references, 1) != 1)
        return;
    if (s->pool)
        pool_free(s->pool);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->changed);
    throttle_free(s->throttle);
    arena_free(s->arena);
    free(s);
}

/* ---- limits */

/* Every connection is a descriptor: raises the process's limit, or lowers ours to it. */
static void fit_connections(struct http_server *s)
{
    struct rlimit limit;
    rlim_t need = connections_most(s) + SPARE_FILES;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= need)
        return;
    limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < need) {
        rlim_t spare = need - s->config.max_connections;
        rlim_t most = limit.rlim_cur > 2 * spare ? limit.rlim_cur - spare : limit.rlim_cur / 2;
        log_warn("only %llu connections: the process may open %llu files", (unsigned long long)most,
            (unsigned long long)limit.rlim_cur);
        s->config.max_connections = (unsigned)most;
    }
}

/* ---- libmicrohttpd */

/* It decodes in place and stops at an escaped NUL: paths are decoded by us instead. */
static size_t leave_escaped(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text);
}

/* While it starts its lines say why it cannot; later ones are about single connections. */
static void take_log(void *server, const char *fmt, va_list args) PRINTF_LIKE(2, 0);
static void take_log(void *server, const char *fmt, va_list args)
{
    const struct http_server *s = server;
    char line[512];
    vsnprintf(line, sizeof line, fmt, args);
    line[strcspn(line, "\n")] = 0;
    log_at(atomic_load(&s->started) ? LOG_DEBUG : LOG_ERROR, "%s", line);
}

static char *read_pem(struct http_server *s, const char *path, const char **error)
{
    struct buf text = buf_in(s->arena, PEM_MAX);
    FILE *f = fopen(path, "re");
    char *room = f ? buf_room(&text, PEM_MAX) : NULL;
    size_t n = room ? fread(room, 1, PEM_MAX, f) : 0;
    if (!n || ferror(f) || n == PEM_MAX) {
        *error = "The certificate or its key cannot be read";
        log_error("%s: %s", path, strerror(errno));
        n = 0;
    }
    if (f)
        fclose(f);
    text.len += n;
    return n ? arena_strndup(s->arena, text.p, text.len) : NULL;
}

static bool start_daemon(struct http_server *s, const char **error)
{
    const struct http_config *config = &s->config;
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG;
    struct MHD_OptionItem extra[5] = {{MHD_OPTION_END, 0, NULL}};
    size_t n = 0;
    if (config->io_threads > 1)
        extra[n++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)config->io_threads, NULL};
    if (config->tls_cert) {
        char *cert = read_pem(s, config->tls_cert, error);
        char *key = cert ? read_pem(s, config->tls_key, error) : NULL;
        if (!key)
            return false;
        flags |= MHD_USE_TLS;
        extra[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, cert};
        extra[n++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, key};
        extra[n++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES};
    }
    extra[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, exchange_proceed, s,              /* */
        MHD_OPTION_EXTERNAL_LOGGER, take_log, s,                                         /* */
        MHD_OPTION_STRICT_FOR_CLIENT, 1,                                                 /* */
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)connections_most(s) * config->io_threads, /* */
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES,                                  /* */
        MHD_OPTION_NOTIFY_CONNECTION, connection_notify, s,                              /* */
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, s,                                  /* */
        MHD_OPTION_NOTIFY_COMPLETED, exchange_end, s,                                    /* */
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,                               /* */
        MHD_OPTION_ARRAY, extra, MHD_OPTION_END);
    if (!s->daemon)
        *error = "The HTTP server cannot be started";
    s->started = true;
    return s->daemon != NULL;
}

static struct timespec after_us(int64_t us)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += us / US_PER_SECOND;
    t.tv_nsec += us % US_PER_SECOND * 1000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static void *sweep(void *server)
{
    struct http_server *s = server;
    pthread_mutex_lock(&s->lock);
    while (!s->closing) {
        struct timespec until = after_us(SWEEP_US);
        while (!s->closing && pthread_cond_timedwait(&s->changed, &s->lock, &until) == 0)
            ;
        connections_sweep(s, monotonic_us());
        linger_sweep(s, monotonic_us());
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- start and stop */

static struct http_server *server_new(const struct http_config *config)
{
    struct http_server *s = xcalloc(1, sizeof *s);
    s->config = *config;
    s->throttle = config->max_requests ? throttle_new() : NULL;
    s->arena = arena_new();
    s->listen_fd = s->wake_fd = -1;
    s->references = 1;
    s->strict_layout = MHD_get_version()[0] == '0';
    uint64_t seed;
    random_bytes(&seed, sizeof seed);
    s->next_id = seed;
    short_lock_init(&s->lock);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->changed, &attr);
    pthread_condattr_destroy(&attr);
    TAILQ_INIT(&s->table.idle);
    TAILQ_INIT(&s->table.busy);
    return s;
}

static bool start_all(struct http_server *s, const char **error)
{
    if (!networks_parse(s->arena, s->config.trusted_proxies, &s->trusted)) {
        *error = "The trusted proxies are not a list of addresses";
        return false;
    }
    if (!listen_open(s, error))
        return false;
    fit_connections(s);
    s->pool = pool_new(s->config.workers);
    if (start_daemon(s, error))
        return true;
    pool_close(s->pool);
    return false;
}

enum status http_start(struct http_server **out, const struct http_config *config, const char **error)
{
    ASSERT(config->io_threads > 0 && config->workers > 0 && config->max_connections > 0);
    struct http_server *s = server_new(config);
    if (!start_all(s, error)) {
        if (s->listen_fd >= 0)
            close(s->listen_fd);
        if (s->wake_fd >= 0)
            close(s->wake_fd);
        server_release(s);
        return BROKEN;
    }
    if (pthread_create(&s->sweeper, NULL, sweep, s) != 0)
        BUG("no thread for the sweeper");
    *out = s; /* before the first request can come */
    listen_begin(s);
    return OK;
}

unsigned http_port(const struct http_server *s)
{
    return s->port;
}

static void abandon_running(struct http_server *s)
{
    struct http_connection *c;
    TAILQ_FOREACH(c, &s->table.busy, link)
    {
        if (c->phase == PHASE_RUNNING)
            exchange_abandon(c->exchange);
    }
}

/* Waits until no connection is at work, at most SECONDS. The lock is held. */
static void wait_for_work(struct http_server *s, unsigned seconds)
{
    struct timespec until = after_us((int64_t)seconds * US_PER_SECOND);
    int waited = 0;
    while (!TAILQ_EMPTY(&s->table.busy) && waited == 0)
        waited = pthread_cond_timedwait(&s->changed, &s->lock, &until);
}

/* Until no connection is left, at most SECONDS: whoever is still sending is heard. The lock is held. */
static void wait_for_all(struct http_server *s, unsigned seconds)
{
    int64_t until_us = s->stopping_us + (int64_t)seconds * US_PER_SECOND;
    while (s->table.count + s->table.coming && monotonic_us() < until_us) {
        struct timespec soon = after_us(LET_GO_US);
        connections_let_go(s, monotonic_us());
        (void)pthread_cond_timedwait(&s->changed, &s->lock, &soon);
    }
}

/* Every suspended connection must be resumed before libmicrohttpd stops: it ends the process otherwise. */
void http_stop(struct http_server *s, unsigned seconds)
{
    pthread_mutex_lock(&s->lock);
    s->stopping_us = monotonic_us();
    s->leaving = s->stopping = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    listen_end(s);
    pthread_mutex_lock(&s->lock);
    wait_for_all(s, seconds);
    s->closing = true;
    abandon_running(s);
    wait_for_work(s, 1);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->sweeper, NULL);
    MHD_stop_daemon(s->daemon);
    linger_sweep(s, INT64_MAX);
    pool_close(s->pool);
    server_release(s);
}

void http_leave(struct http_server *s)
{
    s->leaving = true;
}

bool http_leaving(const struct http_server *s)
{
    return s->leaving;
}

void http_continue(struct http_server *s, void (*fn)(void *arg), void *arg)
{
    pool_push(s->pool, fn, arg);
}
