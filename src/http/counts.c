/* What the server counts and tells of its requests. */
#include "base/log.h"
#include "base/time.h"
#include "http/internal.h"

#include <ctype.h>

const double http_bucket_seconds[HTTP_BUCKETS] = {
    .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

static void count(struct route_counts *r, int status, int64_t us)
{
    size_t bucket = 0;
    while (bucket < HTTP_BUCKETS && (double)us / 1e6 > http_bucket_seconds[bucket])
        bucket++;
    atomic_fetch_add(&r->by_status[status / 100], 1);
    atomic_fetch_add(&r->buckets[bucket], 1);
    atomic_fetch_add(&r->us, (uint64_t)us);
}

/* An address may hold what opens a session: parts with digits, and long ones, are left out. */
static const char *without_secrets(struct arena *a, const char *path)
{
    struct buf b = buf_in(a, 4096);
    while (*path) {
        size_t n = strcspn(path + 1, "/"), plain = 0;
        while (plain < n && !isdigit((unsigned char)path[1 + plain]))
            plain++;
        if (n <= 2 || (plain == n && n <= 24))
            buf_add(&b, path, 1 + n);
        else
            buf_adds(&b, "/*");
        path += 1 + n;
    }
    return buf_str(&b);
}

static void tell(struct exchange *x, int status, int64_t us)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    const struct http_request *r = &x->request;
    const struct log_field fields[] = {
        {"method", names[r->head ? HTTP_HEAD : r->method]},
        {"path", without_secrets(r->arena, r->path)},
        {"status", arena_printf(r->arena, "%d", status)},
        {"ms", arena_printf(r->arena, "%.1f", (double)us / 1e3)},
        {"peer", r->peer},
    };
    const char *before = log_set_request(r->id);
    log_record(status >= 500 ? LOG_WARN : LOG_INFO, "request", fields, COUNT(fields));
    log_set_request(before);
}

void counts_answered(struct exchange *x, const struct http_reply *reply)
{
    struct http_server *s = x->server;
    int64_t us = monotonic_us() - x->began_us;
    unsigned route = s->config.route ? s->config.route(x->request.path) : 0;
    ASSERT(route < HTTP_ROUTES);
    count(&s->routes[route], reply->status, us);
    if (s->config.log_requests || reply->status >= 500)
        tell(x, reply->status, us);
}

static struct http_route_counts read_route(const struct route_counts *r)
{
    struct http_route_counts out = {.us = atomic_load(&r->us)};
    for (size_t i = 0; i < COUNT(out.by_status); i++)
        out.by_status[i] = atomic_load(&r->by_status[i]);
    for (size_t i = 0; i < COUNT(out.buckets); i++)
        out.buckets[i] = atomic_load(&r->buckets[i]);
    return out;
}

struct http_counts http_counts(const struct http_server *s)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&s->lock;
    pthread_mutex_lock(lock);
    struct http_counts counts = {
        .requests = atomic_load(&s->requests),
        .refused = atomic_load(&s->refused),
        .shed = atomic_load(&s->shed),
        .connections = s->table.count,
        .idle = s->table.idle_count,
        .running = s->table.count - s->table.idle_count,
    };
    pthread_mutex_unlock(lock);
    counts.queued = pool_queued(s->pool);
    for (size_t i = 0; i < HTTP_ROUTES; i++)
        counts.routes[i] = read_route(&s->routes[i]);
    return counts;
}
