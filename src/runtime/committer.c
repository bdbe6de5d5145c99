#include "runtime/committer.h"

#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define MAX_GROUP 64
#define MAX_TRIES 8

struct work {
    struct work *next;
    struct call *call;
    committer_done *done;
    void *ctx;
    enum status status;
};

struct committer {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct work *first, **last;
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
};

/* ---- one transaction ---- */

/* Savepoints cost SQLite a copy of every page that is written, so the first attempt goes without. */
enum attempt { PLAIN, WITH_SAVEPOINTS };

/*
 * Runs the verbs; a refusal is its own, any other failure is the group's. In a PLAIN attempt a refusal after
 * something was written cannot be undone alone: *MIXED, and the group needs another attempt.
 */
static enum status run_verbs(
    struct lane *lane, struct work *const *group, size_t n, enum attempt attempt, bool *mixed)
{
    for (size_t i = 0; i < n; i++) {
        struct call *c = group[i]->call;
        uint64_t before = db_writes(lane->db);
        call_restart(c);
        c->db = lane->db;
        if (attempt == WITH_SAVEPOINTS)
            TRY(db_savepoint(lane->db));
        enum status s = group[i]->status = verb_run(c);
        if (s == REFUSED) {
            c->events = NULL;
            *mixed = attempt == PLAIN && db_writes(lane->db) != before;
            if (*mixed)
                return RETRY;
            if (attempt == WITH_SAVEPOINTS)
                TRY(db_rollback_to(lane->db));
        } else if (s != OK) {
            return s;
        } else if (attempt == WITH_SAVEPOINTS) {
            TRY(db_release(lane->db));
        }
    }
    return OK;
}

static enum status sequence(struct lane *lane, struct work *const *group, size_t n)
{
    struct call *calls[MAX_GROUP];
    for (size_t i = 0; i < n; i++)
        calls[i] = group[i]->call;
    return sequencer_append(lane->committer->sequencer, lane->db, lane->arena, calls, n, instant_now());
}

static enum status try_transaction(
    struct lane *lane, struct work *const *group, size_t n, enum attempt attempt, bool *mixed)
{
    enum status s = db_begin_write(lane->db);
    if (s == OK)
        s = run_verbs(lane, group, n, attempt, mixed);
    if (s == OK)
        s = sequence(lane, group, n);
    if (s == OK)
        s = db_commit(lane->db);
    if (s == OK) {
        sequencer_committed(lane->committer->sequencer, lane->db);
    } else {
        if (s == BROKEN)
            log_error("commit failed: %s", db_error(lane->db));
        for (size_t i = 0; i < n && s == RETRY && !*mixed && db_unique_violation(lane->db); i++)
            group[i]->call->collided = true;
        db_rollback(lane->db);
        sequencer_rolled_back(lane->committer->sequencer, lane->db);
    }
    arena_reset(lane->arena);
    return s;
}

static enum status transaction(struct lane *lane, struct work *const *group, size_t n)
{
    bool mixed = false;
    enum status s = try_transaction(lane, group, n, PLAIN, &mixed);
    return mixed ? try_transaction(lane, group, n, WITH_SAVEPOINTS, &mixed) : s;
}

static void pause_ms(unsigned ms)
{
    nanosleep(&(struct timespec){.tv_nsec = (long)ms * 1000000}, NULL);
}

static void run_singly(struct lane *lane, struct work *w)
{
    enum status s = RETRY;
    for (unsigned try = 0; try < MAX_TRIES && s == RETRY; try++) {
        if (try)
            pause_ms(1u << (try < 6 ? try : 6));
        s = transaction(lane, &w, 1);
    }
    if (s != OK)
        w->status = s == RETRY ? BROKEN : s;
}

static void answer(struct lane *lane, struct work *const *group, size_t n, bool alone)
{
    struct committer *c = lane->committer;
    pthread_mutex_lock(&c->lock);
    c->counts.groups++;
    c->counts.verbs += n;
    c->counts.retried += alone ? n : 0;
    for (size_t i = 0; i < n; i++) {
        c->counts.refused += group[i]->status == REFUSED;
        c->counts.broken += group[i]->status == BROKEN;
    }
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < n; i++) {
        struct work *w = group[i];
        w->call->db = NULL;
        w->done(w->ctx, w->call, w->status);
        free(w);
    }
}

/* ---- the lanes ---- */

static size_t take_group(struct committer *c, struct work **group)
{
    size_t n = 0;
    pthread_mutex_lock(&c->lock);
    while (!c->first && !c->stopping)
        pthread_cond_wait(&c->more, &c->lock);
    while (c->first && n < MAX_GROUP) {
        group[n++] = c->first;
        c->first = c->first->next;
    }
    if (!c->first)
        c->last = &c->first;
    pthread_mutex_unlock(&c->lock);
    return n;
}

static void *lane_main(void *arg)
{
    struct lane *lane = arg;
    struct work *group[MAX_GROUP];
    size_t n;
    pthread_setname_np(pthread_self(), "commit");
    while ((n = take_group(lane->committer, group)) > 0) {
        enum status s = transaction(lane, group, n);
        bool alone = s != OK && (n > 1 || s == RETRY);
        if (alone)
            for (size_t i = 0; i < n; i++)
                run_singly(lane, group[i]);
        else if (s != OK)
            group[0]->status = s;
        answer(lane, group, n, alone);
    }
    return NULL;
}

enum status committer_start(struct committer **out, struct arena *a, const char *url, unsigned n_lanes,
    struct sequencer *s, const char **error)
{
    struct committer *c = xcalloc(1, sizeof *c);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->more, NULL);
    c->last = &c->first;
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

void committer_submit(struct committer *c, struct call *call, committer_done *done, void *ctx)
{
    struct work *w = xcalloc(1, sizeof *w);
    *w = (struct work){.call = call, .done = done, .ctx = ctx, .status = BROKEN};
    pthread_mutex_lock(&c->lock);
    ASSERT(!c->stopping);
    *c->last = w;
    c->last = &w->next;
    pthread_cond_signal(&c->more);
    pthread_mutex_unlock(&c->lock);
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

enum status committer_run(struct committer *c, struct call *call)
{
    struct waiter w = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
    committer_submit(c, call, wake, &w);
    pthread_mutex_lock(&w.lock);
    while (!w.is_done)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
    return w.status;
}

struct committer_counts committer_counts(struct committer *c)
{
    pthread_mutex_lock(&c->lock);
    struct committer_counts counts = c->counts;
    pthread_mutex_unlock(&c->lock);
    return counts;
}
