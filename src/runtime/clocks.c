#include "runtime/clocks.h"

#include "base/id.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH      64  /* due rows looked at together */
#define IN_FLIGHT  256 /* handed to the committer and not answered yet */
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
    _Atomic bool stopping;
};

/* Where a look stands: behind the row of that time and id. */
struct place {
    int64_t due, id;
};

/* In the order of the index on (state, due, id). */
static enum status due_rows(struct db *db, struct arena *a, const struct clock *k, struct instant now,
    const struct place *after, struct rows *out)
{
    struct value args[4] = {v_text(k->state), v_int(now.us), v_int(after->due), v_int(after->id)};
    const char *sql = arena_printf(a,
        "select id, %s from %s where state = $1 and %s < $2 and %s >= $3 and (%s > $3 or id > $4) "
        "order by %s, id limit %d",
        k->due, k->verb->noun->name, k->due, k->due, k->due, k->due, BATCH);
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
    const _Atomic bool *stopping; /* NULL: nobody stops it */
    const struct clock *clock;
    pthread_mutex_t lock;
    pthread_cond_t answered;
    size_t in_flight, fired, broken;
    enum status failed; /* the first failure of the environment */
};

/* On a committer's thread. Somebody may have been faster: the refusal is no news. */
static void answer(void *ctx, struct call *c, enum status s)
{
    struct look *l = ctx;
    if (s != OK && s != REFUSED)
        log_warn("clocks: %s: %s could not be run and stays due", l->clock->name,
            id_text(c->arena, l->clock->verb->noun->prefix, c->row_id));
    arena_free(c->arena);
    pthread_mutex_lock(&l->lock);
    l->fired += s == OK;
    if (s != OK && s != REFUSED) {
        l->broken++;
        l->failed = s;
    }
    l->in_flight--;
    pthread_cond_signal(&l->answered);
    pthread_mutex_unlock(&l->lock);
}

/* Until at most N are not answered. False when a look is to end: told to, or several fail, so that it is not
 * the rows. */
static bool wait_for(struct look *l, size_t n)
{
    pthread_mutex_lock(&l->lock);
    while (l->in_flight > n)
        pthread_cond_wait(&l->answered, &l->lock);
    bool go_on = l->broken < BROKEN_MAX && !(l->stopping && *l->stopping);
    pthread_mutex_unlock(&l->lock);
    return go_on;
}

/* Prepares one row's verb on the batch's snapshot and hands it over. */
static void fire(struct look *l, int64_t id)
{
    struct call *c = call_new(arena_new(), l->model, &system_viewer, l->now);
    c->verb = l->clock->verb;
    c->row_id = id;
    c->db = l->db;
    enum status s = l->open_call ? l->open_call(l->ctx, c) : OK;
    if (s == OK)
        s = verb_prepare(c);
    c->db = NULL;
    pthread_mutex_lock(&l->lock);
    l->in_flight++;
    pthread_mutex_unlock(&l->lock);
    if (s == OK)
        committer_submit_background(l->committer, c, answer, l);
    else
        answer(l, c, s);
}

/* Waits before it looks: a snapshot that is kept open keeps the database from tidying up. */
static enum status fire_batch(struct look *l, struct arena *a, struct place *after, bool *more)
{
    struct rows rows;
    *more = wait_for(l, IN_FLIGHT - BATCH);
    if (!*more)
        return OK;
    TRY(db_begin_read(l->db));
    enum status s = due_rows(l->db, a, l->clock, l->now, after, &rows);
    *more = s == OK && rows.n == BATCH;
    for (size_t r = 0; s == OK && r < rows.n; r++) {
        *after = (struct place){cell_int(&rows, r, 1), cell_int(&rows, r, 0)};
        fire(l, after->id);
    }
    db_rollback(l->db);
    return s;
}

/* A row that fails does not keep those behind it waiting. One clock after the other. */
static enum status fire_due(struct look *l)
{
    struct place after = {INT64_MIN, 0};
    bool more = true;
    enum status s = OK;
    while (s == OK && more) {
        struct arena *a = arena_new();
        s = fire_batch(l, a, &after, &more);
        arena_free(a);
    }
    return wait_for(l, 0) ? s : l->failed;
}

static enum status run_look(struct look *l, const struct clock *const *table)
{
    enum status s = OK;
    for (; *table && s == OK; table++) {
        l->clock = *table;
        s = fire_due(l);
    }
    return s == OK && l->broken ? BROKEN : s;
}

static struct look look_new(struct db *db, const struct model *m, struct committer *committer,
    enum status (*open_call)(void *ctx, struct call *call), void *ctx, struct instant now)
{
    return (struct look){.db = db,
        .model = m,
        .committer = committer,
        .open_call = open_call,
        .ctx = ctx,
        .now = now,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .answered = PTHREAD_COND_INITIALIZER};
}

/* A clock is told apart by its name alone, in the log and in the figures. */
static void check_names(const struct clock *const *table)
{
    for (const struct clock *const *k = table; *k; k++)
        for (const struct clock *const *before = table; before < k; before++)
            if (strcmp((*before)->name, (*k)->name) == 0)
                BUG("two clocks are named %s", (*k)->name);
}

enum status clocks_run(struct db *db, const struct model *m, const struct clock *const *table,
    struct committer *committer, enum status (*open_call)(void *ctx, struct call *call), void *ctx,
    struct instant now, size_t *fired)
{
    check_names(table);
    struct look l = look_new(db, m, committer, open_call, ctx, now);
    enum status s = run_look(&l, table);
    *fired = l.fired;
    return s;
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

static enum status look_once(struct clocks *c, struct db *db)
{
    struct look l = look_new(db, c->model, c->committer, c->open_call, c->ctx, instant_now());
    l.stopping = &c->stopping;
    int64_t began = monotonic_us();
    enum status s = run_look(&l, c->table);
    if (l.fired)
        log_info("clocks: %zu fired in %.1f s", l.fired, (double)(monotonic_us() - began) / 1e6);
    return s;
}

static void *clocks_main(void *arg)
{
    struct clocks *c = arg;
    struct db *db = NULL;
    do {
        struct arena *a = arena_new();
        const char *error = NULL;
        enum status s = db ? OK : db_open(&db, a, c->url, DB_READ, &error);
        if (s == OK)
            s = look_once(c, db);
        if (s != OK) { /* the rows stay due: the next look finds them */
            log_warn("clocks: %s", !db ? error : *db_error(db) ? db_error(db) : "not all could be run");
            db_close(db);
            db = NULL;
        }
        arena_free(a);
    } while (sleep_until_due(c));
    db_close(db);
    return NULL;
}

struct clocks *clocks_start(const char *db_url, const struct model *m, const struct clock *const *table,
    struct committer *committer, enum status (*open_call)(void *ctx, struct call *call), void *ctx)
{
    check_names(table);
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
