#include "runtime/committer.h"

#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define MAX_GROUP 64
#define MAX_TRIES 8
/* For how long verbs that nobody waits for fill up a group: beside people's, and alone while nobody comes. */
#define BACKGROUND_BESIDE_US 1500
#define BACKGROUND_ALONE_US  4000

struct work {
    struct work *next;
    struct call *call;
    committer_done *done;
    void *ctx;
    enum status status;
};

struct queue {
    struct work *first, **last;
    size_t n;
};

struct committer {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct queue people, background;
    bool stopping;
    struct sequencer *sequencer;
    unsigned n_lanes;
    struct lane {
        struct committer *committer;
        pthread_t thread;
        struct db *db;
        struct arena *arena; /* of the group */
    } * lanes;
    struct committer_counts counts;
    committer_told *told;
    void *told_ctx;
};

/* ---- one transaction ---- */

static void push(struct queue *q, struct work *w)
{
    *q->last = w;
    q->last = &w->next;
    q->n++;
}

static struct work *pop(struct queue *q)
{
    struct work *w = q->first;
    if (w) {
        q->first = w->next;
        q->n--;
    }
    if (!q->first)
        q->last = &q->first;
    return w;
}

/*
 * Verbs of one transaction. Savepoints cost SQLite a copy of every page that is written, so the first attempt
 * goes without; a refusal after something was written cannot be undone alone then, and the group needs
 * another attempt.
 */
struct group {
    struct work *of[MAX_GROUP];
    size_t n;
    bool beside;                  /* some of them wait for their answer */
    int64_t began_us;             /* monotonic */
    int64_t aside_us;             /* of that for verbs of the background */
    int64_t filled_us;            /* monotonic: when verbs of the background began to fill it; 0: not yet */
    bool savepoints;              /* this attempt has them */
    struct programme_stamp stamp; /* as this attempt's verbs have found it so far */
    bool mixed;                   /* it ended for the lack of them */
};

static bool governs(const struct call *c)
{
    for (const struct event *e = c->events; e; e = e->next)
        if (e->noun->governs)
            return true;
    return false;
}

/* Which programme is in force is asked once in a transaction, and again behind a verb that changed it. */
static void keep_stamp(struct group *g, struct call *c)
{
    if (governs(c))
        c->programme_stamp = (struct programme_stamp){.known = false};
    g->stamp = c->programme_stamp;
}

/* A verb of another instant than that for which it was asked may be another programme's. */
static void inherit_stamp(const struct group *g, struct call *c)
{
    if (!g->stamp.known || c->now.us < g->stamp.since || c->now.us >= g->stamp.until)
        return;
    c->programme_stamp = g->stamp;
    c->programme_stamp.asked = false;
}

/* A refusal is the verb's own, any other failure is the group's. */
static enum status run_one(struct lane *lane, struct group *g, struct work *w)
{
    struct call *c = w->call;
    uint64_t before = db_writes(lane->db);
    call_restart(c);
    inherit_stamp(g, c);
    c->db = lane->db;
    if (g->savepoints)
        TRY(db_savepoint(lane->db));
    enum status s = w->status = verb_run(c);
    if (s == OK) {
        keep_stamp(g, c);
        return g->savepoints ? db_release(lane->db) : OK;
    }
    if (s != REFUSED)
        return s;
    c->events = NULL;
    if (g->savepoints)
        return db_rollback_to(lane->db);
    g->mixed = db_writes(lane->db) != before;
    return g->mixed ? RETRY : OK;
}

/* One more that nobody waits for. At least one goes with every group, so that they are not put off for ever.
 */
static bool add_background(struct committer *c, struct group *g)
{
    int64_t now = monotonic_us();
    if (g->n == MAX_GROUP)
        return false;
    if (!g->filled_us)
        g->filled_us = now;
    bool room = now - g->filled_us < (g->beside ? BACKGROUND_BESIDE_US : BACKGROUND_ALONE_US);
    pthread_mutex_lock(&c->lock);
    struct work *w = room && (g->beside || !c->people.first) ? pop(&c->background) : NULL;
    pthread_mutex_unlock(&c->lock);
    if (w)
        g->of[g->n++] = w;
    return w != NULL;
}

static enum status run_verbs(struct lane *lane, struct group *g, bool fill)
{
    size_t i = 0;
    int64_t people_us = 0;
    do {
        for (; i < g->n; i++)
            TRY(run_one(lane, g, g->of[i]));
        people_us = people_us ? people_us : monotonic_us();
    } while (fill && add_background(lane->committer, g));
    g->aside_us += monotonic_us() - people_us;
    return OK;
}

static enum status sequence(struct lane *lane, const struct group *g)
{
    struct call *calls[MAX_GROUP];
    for (size_t i = 0; i < g->n; i++)
        calls[i] = g->of[i]->call;
    return sequencer_append(lane->committer->sequencer, lane->db, lane->arena, calls, g->n, instant_now());
}

/* Those of all calls, or the late ones of all. */
static enum status lock_all(struct lane *lane, const struct group *g, bool late)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        n += late ? g->of[i]->call->n_late_locks : g->of[i]->call->n_locks;
    const char **names = ARENA_ARRAY(lane->arena, n, const char *);
    n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const struct call *c = g->of[i]->call;
        size_t some = late ? c->n_late_locks : c->n_locks;
        for (size_t k = 0; k < some; k++)
            names[n++] = (late ? c->late_locks : c->locks)[k];
    }
    return db_lock_names(lane->db, names, n);
}

static enum status lock(struct lane *lane, const struct group *g)
{
    TRY(lock_all(lane, g, false));
    return lock_all(lane, g, true);
}

static enum status attempt(struct lane *lane, struct group *g, bool fill)
{
    g->stamp.known = false;
    enum status s = db_begin_write(lane->db);
    if (s == OK)
        s = lock(lane, g);
    if (s == OK)
        s = run_verbs(lane, g, fill);
    if (s == OK)
        s = sequence(lane, g);
    if (s == OK)
        s = db_commit(lane->db);
    if (s == OK) {
        sequencer_committed(lane->committer->sequencer, lane->db);
    } else {
        if (s == BROKEN)
            log_error("commit failed: %s", db_error(lane->db));
        for (size_t i = 0; i < g->n && s == RETRY && !g->mixed && db_unique_violation(lane->db); i++)
            g->of[i]->call->collided = true;
        db_rollback(lane->db);
        sequencer_rolled_back(lane->committer->sequencer, lane->db);
    }
    arena_reset(lane->arena);
    return s;
}

/* FILL: the group may grow by verbs of the background. */
static enum status transaction(struct lane *lane, struct group *g, bool fill)
{
    g->savepoints = g->mixed = false;
    enum status s = attempt(lane, g, fill);
    if (!g->mixed)
        return s;
    g->savepoints = true;
    g->mixed = false;
    return attempt(lane, g, false);
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)ms * 1000000}, NULL);
}

static void run_singly(struct lane *lane, struct work *w)
{
    struct group g = {.of = {w}, .n = 1};
    enum status s = RETRY;
    for (unsigned try = 0; try < MAX_TRIES && s == RETRY; try++) {
        if (try)
            pause_ms(1u << (try < 6 ? try : 6));
        s = transaction(lane, &g, false);
    }
    if (s != OK)
        w->status = s == RETRY ? BROKEN : s;
}

static void answer(struct lane *lane, const struct group *g, bool alone)
{
    struct committer *c = lane->committer;
    pthread_mutex_lock(&c->lock);
    c->counts.groups++;
    c->counts.verbs += g->n;
    c->counts.busy_us += g->beside ? monotonic_us() - g->began_us - g->aside_us : 0;
    c->counts.retried += alone ? g->n : 0;
    for (size_t i = 0; i < g->n; i++) {
        c->counts.refused += g->of[i]->status == REFUSED;
        c->counts.broken += g->of[i]->status == BROKEN;
        if (c->told && g->of[i]->status == OK)
            c->told(c->told_ctx, g->of[i]->call->verb);
    }
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < g->n; i++) {
        struct work *w = g->of[i];
        w->call->db = NULL;
        w->done(w->ctx, w->call, w->status);
        free(w);
    }
}

/* ---- the lanes ---- */

/* Whoever waits; where nobody does, one of the background, which others join while it runs. */
static bool take_group(struct committer *c, struct group *g)
{
    *g = (struct group){.n = 0};
    pthread_mutex_lock(&c->lock);
    while (!c->people.first && !c->background.first && !c->stopping)
        pthread_cond_wait(&c->more, &c->lock);
    while (c->people.first && g->n < MAX_GROUP)
        g->of[g->n++] = pop(&c->people);
    g->beside = g->n > 0;
    g->began_us = monotonic_us();
    if (!g->n && c->background.first)
        g->of[g->n++] = pop(&c->background);
    pthread_mutex_unlock(&c->lock);
    return g->n > 0;
}

static void *lane_main(void *arg)
{
    struct lane *lane = arg;
    struct group g;
    pthread_setname_np(pthread_self(), "commit");
    while (take_group(lane->committer, &g)) {
        enum status s = transaction(lane, &g, true);
        bool alone = s != OK && (g.n > 1 || s == RETRY);
        if (alone)
            for (size_t i = 0; i < g.n; i++)
                run_singly(lane, g.of[i]);
        else if (s != OK)
            g.of[0]->status = s;
        answer(lane, &g, alone);
    }
    return NULL;
}

enum status committer_start(struct committer **out, struct arena *a, const char *url, unsigned n_lanes,
    struct sequencer *s, const char **error)
{
    struct committer *c = xcalloc(1, sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->more, NULL);
    c->people.last = &c->people.first;
    c->background.last = &c->background.first;
    c->sequencer = s;
    c->lanes = xcalloc(n_lanes ? n_lanes : 1, sizeof *c->lanes);
    *out = NULL;
    do {
        struct lane *lane = &c->lanes[c->n_lanes];
        *lane = (struct lane){.committer = c};
        enum status opened = db_open(&lane->db, a, url, DB_WRITE, error);
        if (opened != OK) {
            committer_stop(c);
            return opened;
        }
        lane->arena = arena_new();
        if (db_engine(lane->db) == DB_SQLITE)
            n_lanes = 1;
        if (pthread_create(&lane->thread, NULL, lane_main, lane) != 0)
            BUG("no thread for the committer");
        c->n_lanes++;
    } while (c->n_lanes < n_lanes);
    *out = c;
    return OK;
}

void committer_stop(struct committer *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_broadcast(&c->more);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->n_lanes; i++) {
        pthread_join(c->lanes[i].thread, NULL);
        db_close(c->lanes[i].db);
        arena_free(c->lanes[i].arena);
    }
    free(c->lanes);
    pthread_cond_destroy(&c->more);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void submit(struct committer *c, struct queue *q, struct call *call, committer_done *done, void *ctx)
{
    struct work *w = xcalloc(1, sizeof *w);
    *w = (struct work){.call = call, .done = done, .ctx = ctx, .status = BROKEN};
    pthread_mutex_lock(&c->lock);
    ASSERT(!c->stopping);
    push(q, w);
    pthread_cond_signal(&c->more);
    pthread_mutex_unlock(&c->lock);
}

void committer_submit(struct committer *c, struct call *call, committer_done *done, void *ctx)
{
    submit(c, &c->people, call, done, ctx);
}

void committer_submit_background(struct committer *c, struct call *call, committer_done *done, void *ctx)
{
    submit(c, &c->background, call, done, ctx);
}

/* ---- waiting for one ---- */

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
    enum status status;
};

static void wake(void *ctx, struct call *call, enum status status)
{
    struct waiter *w = ctx;
    (void)call;
    pthread_mutex_lock(&w->lock);
    w->status = status;
    w->is_done = true;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

static enum status run(struct committer *c, struct queue *q, struct call *call)
{
    struct waiter w = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
    submit(c, q, call, wake, &w);
    pthread_mutex_lock(&w.lock);
    while (!w.is_done)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
    return w.status;
}

enum status committer_run(struct committer *c, struct call *call)
{
    return run(c, &c->people, call);
}

enum status committer_run_background(struct committer *c, struct call *call)
{
    return run(c, &c->background, call);
}

void committer_tell(struct committer *c, committer_told *told, void *ctx)
{
    pthread_mutex_lock(&c->lock);
    c->told = told;
    c->told_ctx = ctx;
    pthread_mutex_unlock(&c->lock);
}

struct committer_counts committer_counts(struct committer *c)
{
    pthread_mutex_lock(&c->lock);
    struct committer_counts counts = c->counts;
    counts.waiting = c->people.n;
    counts.background = c->background.n;
    counts.lanes = c->n_lanes;
    pthread_mutex_unlock(&c->lock);
    return counts;
}
