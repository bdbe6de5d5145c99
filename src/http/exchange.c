/* One request from its first line to the end of its reply, and who holds it meanwhile. */
#include "base/log.h"
#include "base/time.h"
#include "http/internal.h"

/* SplitMix64 (Steele, Lea, Flood 2014): ids that differ and tell nothing of how many there were. */
static uint64_t next_id(struct http_server *s)
{
    uint64_t z = atomic_fetch_add(&s->next_id, UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static struct exchange *exchange_new(struct http_server *s, const char *target)
{
    struct arena *a = arena_new();
    struct exchange *x = ARENA_NEW(a, struct exchange);
    x->request.arena = a;
    x->request.id = arena_printf(a, "%016llx", (unsigned long long)next_id(s));
    x->target_len = strlen(target);
    x->target = arena_strndup(a, target, x->target_len);
    x->server = s;
    x->references = 1;
    atomic_fetch_add(&s->references, 1);
    return x;
}

static void exchange_release(struct exchange *x)
{
    if (atomic_fetch_sub(&x->references, 1) != 1)
        return;
    struct http_server *s = x->server;
    arena_free(x->request.arena);
    server_release(s);
}

void *exchange_begin(void *server, const char *uri, struct MHD_Connection *mhd)
{
    struct http_server *s = server;
    struct http_connection *c = connection_of(mhd);
    pthread_mutex_lock(&s->lock);
    if (c->phase == PHASE_IDLE)
        connection_enter(c, PHASE_HEAD);
    pthread_mutex_unlock(&s->lock);
    return exchange_new(s, uri ? uri : "");
}

static enum MHD_Result refuse(struct exchange *x, struct MHD_Connection *mhd, const struct refusal *why)
{
    atomic_fetch_add(&x->server->refused, 1);
    log_debug("request %s refused: %d %s", x->request.id, why->status, why->detail);
    x->outgoing = reply_refusal(x, why);
    struct http_connection *c = connection_of(mhd);
    pthread_mutex_lock(&x->server->lock);
    c->refused = true;
    connection_enter(c, PHASE_SENDING);
    pthread_mutex_unlock(&x->server->lock);
    return reply_queue(x, mhd);
}

static enum MHD_Result take_head(struct exchange *x, const struct head *head)
{
    struct refusal why = guard_head(x, head);
    if (why.status)
        return refuse(x, head->mhd, &why);
    x->stage = STAGE_BODY;
    if (x->has_body) {
        pthread_mutex_lock(&x->server->lock);
        connection_enter(connection_of(head->mhd), PHASE_BODY);
        pthread_mutex_unlock(&x->server->lock);
    }
    return MHD_YES;
}

/* In the middle of a body libmicrohttpd takes no answer any more: a refusal then just ends the connection. */
static enum MHD_Result take_body(
    struct exchange *x, struct MHD_Connection *mhd, const char *data, size_t *size)
{
    struct refusal why = body_add(x, data, *size);
    if (why.status) {
        atomic_fetch_add(&x->server->refused, 1);
        log_debug("request %s cut: %d %s", x->request.id, why.status, why.detail);
        return MHD_NO;
    }
    pthread_mutex_lock(&x->server->lock);
    connection_of(mhd)->bytes += *size;
    pthread_mutex_unlock(&x->server->lock);
    *size = 0;
    return MHD_YES;
}

static void run_handler(void *arg)
{
    struct exchange *x = arg;
    const struct http_config *config = &x->server->config;
    if (!atomic_load(&x->abandoned)) { /* else it only waited in the queue */
        log_set_request(x->request.id);
        config->handler(config->ctx, &x->request);
        log_set_request(NULL);
    } else {
        exchange_release(x); /* nobody will answer it */
    }
    exchange_release(x);
}

/*
 * Suspends the connection before a worker can see the request, so that no resume can come first; under the
 * lock, so that a server that closes sees either no exchange or a suspended one. A connection that was cut
 * could not take the reply: its request is not begun.
 */
static enum MHD_Result dispatch(struct exchange *x, struct MHD_Connection *mhd)
{
    struct http_server *s = x->server;
    struct http_connection *c = connection_of(mhd);
    body_finish(x);
    pthread_mutex_lock(&s->lock);
    bool begin = !s->closing && !c->cut;
    if (begin) {
        connection_enter(c, PHASE_RUNNING);
        c->exchange = x;
        x->began_us = monotonic_us();
        atomic_fetch_add(&s->requests, 1);
        x->request.connection = c;
        x->stage = STAGE_RUNNING;
        atomic_fetch_add(&x->references, 2); /* until it is answered; while the handler runs */
        MHD_suspend_connection(mhd);
    }
    pthread_mutex_unlock(&s->lock);
    if (!begin)
        return MHD_NO;
    pool_push(s->pool, run_handler, x);
    return MHD_YES;
}

static void take_answer(struct exchange *x, const struct outgoing *out)
{
    struct http_connection *c = x->request.connection;
    x->answered = true;
    x->outgoing = *out;
    connection_enter(c, PHASE_SENDING);
    c->bytes = out->reply.len;
    MHD_resume_connection(c->mhd);
}

void exchange_answer(struct exchange *x, const struct outgoing *out)
{
    struct http_server *s = x->server;
    if (!x->abandoned)
        counts_answered(x, &out->reply);
    pthread_mutex_lock(&s->lock);
    ASSERT(!x->answered || x->abandoned);
    if (!x->abandoned)
        take_answer(x, out);
    pthread_mutex_unlock(&s->lock);
    exchange_release(x);
}

void exchange_abandon(struct exchange *x)
{
    struct outgoing out = reply_stopping();
    x->abandoned = true;
    take_answer(x, &out);
}

enum MHD_Result exchange_proceed(void *server, struct MHD_Connection *mhd, const char *url,
    const char *method, const char *version, const char *data, size_t *size, void **context)
{
    (void)server;
    struct exchange *x = *context;
    switch (x->stage) {
    case STAGE_HEAD:
        return take_head(x, &(struct head){.mhd = mhd, .method = method, .url = url, .version = version});
    case STAGE_BODY: return *size ? take_body(x, mhd, data, size) : dispatch(x, mhd);
    case STAGE_RUNNING: return reply_queue(x, mhd);
    }
    return MHD_NO;
}

void exchange_end(
    void *server, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode code)
{
    (void)code;
    struct http_server *s = server;
    struct exchange *x = *context;
    *context = NULL;
    if (!x)
        return;
    struct http_connection *c = connection_of(mhd);
    pthread_mutex_lock(&s->lock);
    c->exchange = NULL;
    connection_enter(c, PHASE_IDLE);
    if (s->stopping)
        pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    exchange_release(x);
}
