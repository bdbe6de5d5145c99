#include "runtime/clocks.h"

#include "base/id.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define BATCH      200 /* due rows looked at together */
#define BROKEN_MAX 3   /* rows that may fail before a look is ended */
#define LOOK_EVERY 5   /* seconds; a clock is as exact as this */

struct clocks {
    char *url;
    const struct model *model;
    const struct clock *const *table;
    struct committer *committer;
    enum status (*open_call)(void *ctx, struct call *call);
    void *ctx;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

/* The last row looked at; the next ones stand behind it. */
struct place {
    int64_t due, id;
};

/* In the order of an index on state, the due field and id, so that a look costs what is due, not what is
 * there. */
static enum status due_rows(struct db *db, struct arena *a, const struct clock *k, struct instant now,
    struct place after, struct rows *out)
{
    struct value args[4] = {v_text(k->state), v_int(now.us), v_int(after.due), v_int(after.id)};
    const char *sql = arena_printf(a,
        "select id, %s from %s where state = $1 and %s < $2 and (%s, id) > ($3, $4) order by %s, id limit "
        "200",
        k->due, k->verb->noun->name, k->due, k->due, k->due);
    return db_query(db, a, out, sql, args, 4);
}

/* One look for what is due. */
struct look {
    struct db *db;
    const struct model *model;
    struct committer *committer;
    enum status (*open_call)(void *ctx, struct call *call);
    void *ctx;
    struct instant now;
    size_t fired, broken;
};

/* One row's clock. Somebody may have been faster: the refusal is no news. */
static enum status fire(struct look *l, const struct clock *k, int64_t id)
{
    struct call *c = call_new(arena_new(), l->model, &system_viewer, l->now);
    c->verb = k->verb;
    c->row_id = id;
    c->db = l->db;
    enum status s = db_begin_read(l->db);
    if (s == OK && l->open_call)
        s = l->open_call(l->ctx, c);
    if (s == OK)
        s = verb_prepare(c);
    db_rollback(l->db);
    c->db = NULL;
    if (s == OK)
        s = committer_run(l->committer, c);
    l->fired += s == OK;
    if (s != OK && s != REFUSED)
        log_warn("clocks: %s: %s could not be run and stays due", k->name,
            id_text(c->arena, k->verb->noun->prefix, id));
    arena_free(c->arena);
    return s == REFUSED ? OK : s;
}

/* A row that fails does not keep those behind it waiting; when several do, it is not the rows. */
static enum status fire_due(struct look *l, struct arena *a, const struct clock *k)
{
    struct rows rows;
    struct place after = {0};
    do {
        TRY(due_rows(l->db, a, k, l->now, after, &rows));
        for (size_t r = 0; r < rows.n; r++) {
            after = (struct place){cell_int(&rows, r, 1), cell_int(&rows, r, 0)};
            enum status s = fire(l, k, after.id);
            if (s != OK && ++l->broken == BROKEN_MAX)
                return s;
        }
    } while (rows.n == BATCH);
    return OK;
}

enum status clocks_run(struct db *db, struct arena *a, const struct model *m,
    const struct clock *const *table, struct committer *committer,
    enum status (*open_call)(void *ctx, struct call *call), void *ctx, struct instant now, size_t *fired)
{
    struct look l = {
        .db = db, .model = m, .committer = committer, .open_call = open_call, .ctx = ctx, .now = now};
    enum status s = OK;
    for (; *table && s == OK; table++)
        s = fire_due(&l, a, *table);
    *fired = l.fired;
    return s == OK && l.broken ? BROKEN : s;
}

/* Until the next look, or until told to stop. */
static bool sleep_until_due(struct clocks *c)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_EVERY;
    pthread_mutex_lock(&c->lock);
    int waited = 0;
    while (!c->stopping && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&c->wake, &c->lock, &until);
    bool go_on = !c->stopping;
    pthread_mutex_unlock(&c->lock);
    return go_on;
}

static void *clocks_main(void *arg)
{
    struct clocks *c = arg;
    struct db *db = NULL;
    do {
        struct arena *a = arena_new();
        const char *error = NULL;
        size_t fired = 0;
        enum status s = db ? OK : db_open(&db, a, c->url, DB_READ, &error);
        if (s == OK)
            s = clocks_run(
                db, a, c->model, c->table, c->committer, c->open_call, c->ctx, instant_now(), &fired);
        if (s != OK) { /* the rows stay due: the next look finds them */
            log_warn("clocks: %s", !db ? error : *db_error(db) ? db_error(db) : "not all could be run");
            db_close(db);
            db = NULL;
        } else if (fired) {
            log_info("clocks: %zu fired", fired);
        }
        arena_free(a);
    } while (sleep_until_due(c));
    db_close(db);
    return NULL;
}

struct clocks *clocks_start(const char *db_url, const struct model *m, const struct clock *const *table,
    struct committer *committer, enum status (*open_call)(void *ctx, struct call *call), void *ctx)
{
    struct clocks *c = xcalloc(1, sizeof *c);
    *c = (struct clocks){.url = xstrdup(db_url),
        .model = m,
        .table = table,
        .committer = committer,
        .open_call = open_call,
        .ctx = ctx};
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wake, NULL);
    if (pthread_create(&c->thread, NULL, clocks_main, c) != 0)
        BUG("no thread for the clocks");
    return c;
}

void clocks_stop(struct clocks *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    free(c->url);
    free(c);
}
