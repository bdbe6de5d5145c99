#include "face/site.h"

#include "face/dispatch.h"
#include "face/rest.h"
#include "face/web.h"
#include "runtime/heavy.h"
#include "runtime/mail.h"

#include <openssl/crypto.h>

/* ---- the call's connection ---- */

struct snapshot {
    struct db_pool *pool;
    struct db *db; /* NULL: given back */
};

static void give_back(void *arg)
{
    struct snapshot *h = arg;
    if (!h->db)
        return;
    db_rollback(h->db);
    db_pool_give(h->pool, h->db);
    h->db = NULL;
}

void site_release(struct call *c)
{
    if (c->snapshot)
        give_back(c->snapshot);
    c->db = NULL;
}

static enum status begin(struct site *s, struct snapshot *h)
{
    h->db = db_pool_take(s->pool);
    if (!h->db)
        return BROKEN;
    enum status status = db_begin_read(h->db);
    if (status != OK)
        give_back(h);
    return status;
}

/* It answers by the programme that it was decided under. */
static bool is_open(const struct site *s, const struct call *c)
{
    return !s->open_call || c->programme_stamp.asked;
}

enum status site_begin(struct site *s, struct call *c)
{
    if (!c->snapshot) {
        c->snapshot = ARENA_NEW(c->arena, struct snapshot);
        c->snapshot->pool = s->pool;
        arena_cleanup(c->arena, give_back, c->snapshot);
    }
    site_release(c);
    enum status status = begin(s, c->snapshot);
    if (status == RETRY) /* the connection had been lost; the pool opens another */
        status = begin(s, c->snapshot);
    if (status != OK)
        return BROKEN;
    c->db = c->snapshot->db;
    if (!is_open(s, c) && s->ask_call)
        status = s->ask_call(s->open_ctx, c);
    if (status != OK)
        site_release(c);
    return status;
}

enum status site_open(struct site *s, struct call *c)
{
    enum status status = is_open(s, c) ? OK : s->open_call(s->open_ctx, c);
    if (status != OK)
        site_release(c);
    return status;
}

enum status site_snapshot(struct site *s, struct call *c)
{
    TRY(site_begin(s, c));
    return site_open(s, c);
}

/* ---- the way of a verb ---- */

struct run {
    struct site *site;
    struct call *call;
    site_then *then;
    void *ctx;
    enum status status;
};

static void finish(void *arg)
{
    struct run *run = arg;
    if (run->status == RETRY)
        run->status = BROKEN;
    if (run->status == OK && run->call->mails && run->site->mailer)
        mailer_wake(run->site->mailer);
    if (!run->call->db && run->status != BROKEN && site_snapshot(run->site, run->call) != OK)
        run->call->db = NULL; /* what was committed stays committed */
    run->then(run->ctx, run->call, run->status);
}

/* On a committer's thread: only hands on. */
static void committed(void *ctx, struct call *c, enum status status)
{
    struct run *run = ctx;
    (void)c;
    run->status = status;
    http_continue(run->site->http, finish, run);
}

static void commit(struct run *run)
{
    struct site *s = run->site;
    if (s->http) {
        committer_submit(s->committer, run->call, committed, run);
        return;
    }
    run->status = committer_run(s->committer, run->call);
    finish(run);
}

/* On a thread for heavy work. What is refused there never reaches the committer. */
static void compute(void *arg)
{
    struct run *run = arg;
    run->status = verb_compute(run->call);
    if (run->status == OK)
        commit(run);
    else
        http_continue(run->site->http, finish, run);
}

/* A call that waits holds no connection that others need. */
static void go_on(struct run *run)
{
    struct call *c = run->call;
    site_release(c);
    if (!c->verb->compute) {
        commit(run);
    } else if (!run->site->heavy) {
        run->status = verb_compute(c);
        if (run->status == OK)
            commit(run);
        else
            finish(run);
    } else if (!heavy_submit(run->site->heavy, compute, run)) {
        run->status = call_wait(
            c, HEAVY_RETRY_SECONDS, TR(c, "Too many people sign in just now. Try again in a moment."));
        finish(run);
    }
}

void site_run_verb(struct site *s, struct call *c, site_then *then, void *ctx)
{
    struct run *run = ARENA_NEW(c->arena, struct run);
    *run = (struct run){.site = s, .call = c, .then = then, .ctx = ctx};
    run->status = c->db ? OK : site_snapshot(s, c);
    if (run->status == OK)
        run->status = verb_prepare(c);
    if (run->status == OK && !c->verb->reads) {
        go_on(run);
        return;
    }
    if (run->status == OK)
        run->status = verb_run(c);
    finish(run);
}

/* ---- what answers ---- */

bool site_takes_files(const struct model *m, const char *path)
{
    static const char api[] = "/api/v1";
    if (strncmp(path, api, sizeof api - 1) == 0)
        path += sizeof api - 1;
    struct arena *a = arena_new();
    struct route route = dispatch(a, m, HTTP_POST, path);
    bool takes = route.verb && route.verb->files;
    arena_free(a);
    return takes;
}

static void send_text(struct http_request *r, int status, const char *text)
{
    struct http_reply reply = {
        .status = status, .type = "text/plain; charset=utf-8", .body = text, .len = strlen(text)};
    http_send(r, &reply);
}

/* Alive: this process answers. */
static void healthz(struct http_request *r)
{
    send_text(r, 200, "ok\n");
}

/* Ready: the database answers, and is of this program's version. */
static void readyz(struct site *s, struct http_request *r)
{
    bool migrated = false;
    struct db *db = db_pool_take(s->pool);
    enum status status = db ? db_migrated(db, r->arena, &migrated) : BROKEN;
    if (db)
        db_pool_give(s->pool, db);
    if (s->http && http_leaving(s->http))
        send_text(r, 503, "stopping\n");
    else if (status != OK)
        send_text(r, 503, "the database cannot be reached\n");
    else if (!migrated)
        send_text(r, 503, "migrations are missing\n");
    else
        send_text(r, 200, "ready\n");
}

/* A proxy on this machine speaks for the whole world. */
static bool is_local(const struct http_request *r)
{
    static const char *const of_proxies[] = {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", NULL};
    for (size_t i = 0; of_proxies[i]; i++)
        if (http_header(r, of_proxies[i]))
            return false;
    return streq(r->peer, "127.0.0.1") || streq(r->peer, "::1");
}

static bool has_token(const struct http_request *r, const char *token)
{
    const char *given = http_header(r, "Authorization");
    size_t n = token ? strlen(token) : 0;
    return n && given && strncmp(given, "Bearer ", 7) == 0 && strlen(given + 7) == n &&
           CRYPTO_memcmp(given + 7, token, n) == 0;
}

static void send_metrics(struct site *s, struct http_request *r)
{
    struct buf b = buf_in(r->arena, 1 << 20);
    s->metrics(s->metrics_ctx, r->arena, &b);
    struct http_reply reply = {
        .status = 200, .type = "text/plain; version=0.0.4; charset=utf-8", .body = buf_str(&b), .len = b.len};
    http_send(r, &reply);
}

static bool asks_metrics(const struct http_request *r)
{
    return (r->method == HTTP_GET || r->method == HTTP_HEAD) && streq(r->path, "/metrics");
}

static bool may_ask_metrics(const struct site *s, const struct http_request *r)
{
    return is_local(r) || has_token(r, s->metrics_token);
}

void site_handle_metrics(void *ctx, struct http_request *r)
{
    struct site *s = ctx;
    if (asks_metrics(r) && (!s->metrics_token || may_ask_metrics(s, r)))
        send_metrics(s, r);
    else
        send_text(r, 404, "there is only /metrics\n");
}

/* Browsers ask for it beside whatever names no icon of its own, as a text does. */
static void favicon(struct http_request *r)
{
    struct http_reply reply = {.status = 302, .headers = {{"Location", asset_path("icon.svg")}}};
    http_send(r, &reply);
}

static bool under(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0);
}

enum { ROUTE_PAGE, ROUTE_API, ROUTE_STATIC, ROUTE_OPERATION };
const char *const site_routes[] = {"page", "api", "static", "operation", NULL};

unsigned site_route(const char *path)
{
    if (under(path, "/api"))
        return ROUTE_API;
    if (under(path, "/static"))
        return ROUTE_STATIC;
    return under(path, "/healthz") || under(path, "/readyz") || under(path, "/metrics") ? ROUTE_OPERATION
                                                                                        : ROUTE_PAGE;
}

void site_handle(void *ctx, struct http_request *r)
{
    struct site *s = ctx;
    bool reads = r->method == HTTP_GET || r->method == HTTP_HEAD;
    if (under(r->path, "/api") || under(r->path, "/problems"))
        rest_handle(s, r);
    else if (reads && streq(r->path, "/healthz"))
        healthz(r);
    else if (reads && streq(r->path, "/readyz"))
        readyz(s, r);
    else if (reads && streq(r->path, "/favicon.ico"))
        favicon(r);
    else if (asks_metrics(r) && s->metrics && !s->metrics_apart && may_ask_metrics(s, r))
        send_metrics(s, r); /* for anybody else there is no such address */
    else if (!under(r->path, "/static") || !asset_serve(r))
        web_handle(s, r);
}
