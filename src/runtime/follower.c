#include "runtime/follower.h"

#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define BATCH      2000 /* events read together */
#define LOOK_EVERY 1    /* seconds */

struct followers {
    char *url;
    const struct model *model;
    const struct follower *const *table;
    struct committer *committer;
    enum status (*open_call)(void *ctx, struct call *call);
    void *ctx;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

static const char *setting_of(struct arena *a, const char *name)
{
    return arena_printf(a, "follower.%s", name);
}

enum status follower_position(struct db *db, struct arena *a, const char *name, int64_t *out)
{
    struct value args[1] = {v_text(setting_of(a, name))};
    struct rows rows;
    *out = 0;
    TRY(db_query(db, a, &rows, "select value from setting where name = $1", args, 1));
    if (rows.n && !parse_int(cell_text(&rows, 0, 0), out))
        return BROKEN;
    return OK;
}

static enum status keep_position(struct call *c, const char *name, int64_t seq)
{
    struct value args[2] = {
        v_text(setting_of(c->arena, name)), v_text(arena_printf(c->arena, "%lld", (long long)seq))};
    return db_exec(c->db,
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = $2", args,
        2);
}

/* ---- one step ---- */

struct step {
    const struct follower *follower;
    size_t n; /* events that it took */
};

static enum status read_events(struct call *c, int64_t after, struct feed_event **out, size_t *n)
{
    struct value args[2] = {v_int(after), v_int(BATCH)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select e.seq, e.at, e.noun, e.row_id, e.verb, e.payload, l.statement from event e "
        "left join log_leaf l on l.noun = e.noun and l.row_id = e.row_id and l.event_seq = e.seq "
        "where e.seq > $1 order by e.seq limit $2",
        args, 2));
    *out = ARENA_ARRAY(c->arena, rows.n + 1, struct feed_event);
    *n = rows.n;
    for (size_t i = 0; i < rows.n; i++)
        (*out)[i] = (struct feed_event){.seq = cell_int(&rows, i, 0),
            .at = {cell_int(&rows, i, 1)},
            .noun = cell_text(&rows, i, 2),
            .row_id = cell_int(&rows, i, 3),
            .verb = cell_text(&rows, i, 4),
            .payload = cell_text(&rows, i, 5),
            .statement = cell_text(&rows, i, 6)};
    return OK;
}

/* Who reads the same feed in another process waits here and then reads on behind us. */
static enum status step_run(struct call *c)
{
    struct step *s = c->plan;
    const char *lock = setting_of(c->arena, s->follower->name);
    struct feed_event *events;
    int64_t at;
    TRY(db_lock_names(c->db, &lock, 1));
    TRY(follower_position(c->db, c->arena, s->follower->name, &at));
    if (!at)
        TRY(s->follower->clear(c));
    TRY(read_events(c, at, &events, &s->n));
    if (!s->n)
        return OK;
    TRY(s->follower->take(c, events, s->n));
    return keep_position(c, s->follower->name, events[s->n - 1].seq);
}

/* In no registry: only the thread below calls it, as the system. */
static const struct verb step_verb = {.name = "follow",
    .label = "Follow",
    .summary = "",
    .on = ON_COLLECTION,
    .roles = SYSTEM,
    .run = step_run};

struct answer {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool here;
    enum status status;
};

static void answered(void *ctx, struct call *c, enum status status)
{
    struct answer *a = ctx;
    (void)c;
    pthread_mutex_lock(&a->lock);
    a->status = status;
    a->here = true;
    pthread_cond_signal(&a->done);
    pthread_mutex_unlock(&a->lock);
}

/* Behind people's verbs. */
static enum status submit(struct committer *committer, struct call *c)
{
    struct answer a = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
    committer_submit_background(committer, c, answered, &a);
    pthread_mutex_lock(&a.lock);
    while (!a.here)
        pthread_cond_wait(&a.done, &a.lock);
    pthread_mutex_unlock(&a.lock);
    pthread_cond_destroy(&a.done);
    return a.status;
}

static enum status step(struct followers *f, struct db *db, const struct follower *follower, size_t *n)
{
    struct call *c = call_new(arena_new(), f->model, &system_viewer, instant_now());
    struct step s = {.follower = follower};
    c->db = db;
    enum status status = db_begin_read(db);
    if (status == OK && f->open_call)
        status = f->open_call(f->ctx, c);
    db_rollback(db);
    c->db = NULL;
    c->verb = &step_verb;
    c->plan = &s;
    if (status == OK)
        status = submit(f->committer, c);
    *n = s.n;
    arena_free(c->arena);
    return status;
}

static bool goes_on(struct followers *f)
{
    pthread_mutex_lock(&f->lock);
    bool on = !f->stopping;
    pthread_mutex_unlock(&f->lock);
    return on;
}

/* Whether there is something to read, without the committer. */
static enum status behind(struct db *db, const struct follower *follower, bool *yes)
{
    struct arena *a = arena_new();
    struct rows rows;
    int64_t at;
    enum status s = follower_position(db, a, follower->name, &at);
    if (s == OK)
        s = db_query(db, a, &rows, "select max(seq) from event", NULL, 0);
    *yes = s == OK && rows.n && cell_int(&rows, 0, 0) > at;
    arena_free(a);
    return s;
}

static enum status read_on(struct followers *f, struct db *db)
{
    for (const struct follower *const *k = f->table; *k; k++) {
        bool more;
        TRY(behind(db, *k, &more));
        while (more && goes_on(f)) {
            size_t n;
            TRY(step(f, db, *k, &n));
            more = n == BATCH;
        }
    }
    return OK;
}

enum status followers_run(struct db *db, const struct model *m, const struct follower *const *table,
    struct committer *c, enum status (*open_call)(void *ctx, struct call *call), void *ctx)
{
    struct followers f = {.model = m,
        .table = table,
        .committer = c,
        .open_call = open_call,
        .ctx = ctx,
        .lock = PTHREAD_MUTEX_INITIALIZER};
    return read_on(&f, db);
}

/* ---- the thread ---- */

static bool sleep_a_little(struct followers *f)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_EVERY;
    pthread_mutex_lock(&f->lock);
    int waited = 0;
    while (!f->stopping && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&f->wake, &f->lock, &until);
    bool on = !f->stopping;
    pthread_mutex_unlock(&f->lock);
    return on;
}

static void *main_loop(void *arg)
{
    struct followers *f = arg;
    struct db *db = NULL;
    do {
        struct arena *a = arena_new();
        const char *error = NULL;
        enum status s = db ? OK : db_open(&db, a, f->url, DB_READ, &error);
        if (s == OK)
            s = read_on(f, db);
        if (s != OK) { /* nothing is lost: the next look reads on where this one stopped */
            log_warn("followers: %s", db ? db_error(db) : error);
            db_close(db);
            db = NULL;
        }
        arena_free(a);
    } while (sleep_a_little(f));
    db_close(db);
    return NULL;
}

struct followers *followers_start(const char *db_url, const struct model *m,
    const struct follower *const *table, struct committer *c,
    enum status (*open_call)(void *ctx, struct call *call), void *ctx)
{
    struct followers *f = xcalloc(1, sizeof *f);
    *f = (struct followers){.url = xstrdup(db_url),
        .model = m,
        .table = table,
        .committer = c,
        .open_call = open_call,
        .ctx = ctx};
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->wake, NULL);
    if (pthread_create(&f->thread, NULL, main_loop, f) != 0)
        BUG("no thread for the followers");
    return f;
}

void followers_stop(struct followers *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->stopping = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    pthread_cond_destroy(&f->wake);
    pthread_mutex_destroy(&f->lock);
    free(f->url);
    free(f);
}
