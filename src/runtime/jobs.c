#include "runtime/jobs.h"

#include "base/log.h"
#include "base/time.h"
#include "runtime/session.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY_MS  500
#define AFTER_ERROR_MS 5000

struct job_thread {
    pthread_t thread;
    struct jobs *jobs;
    const struct job_kind *kind;
    bool woken; /* there may be work that was not there at the last look */
    struct job_worker worker;
};

struct jobs {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    char *url;
    struct committer *committer;
    struct arena *arena;
    struct job_thread *threads;
    size_t n;
};

static bool go_on(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    bool stopping = j->stopping;
    pthread_mutex_unlock(&j->lock);
    return !stopping;
}

/* The oldest row that something can be done for; 0: none. */
static enum status next_row(struct job_thread *t, struct arena *a, int64_t *id)
{
    struct value args[3] = {v_text(t->worker.owner), v_int(instant_now().us), v_int(*id)};
    struct rows rows;
    TRY(db_query(t->worker.db, a, &rows, t->kind->next, args, 3));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

/* Once through all of them. */
static enum status work(struct job_thread *t, struct arena *a)
{
    int64_t id = 0;
    for (;;) {
        TRY(next_row(t, a, &id));
        if (!id)
            return OK;
        enum status s = t->kind->work(&t->worker, id);
        if (s == BROKEN)
            return s;
        if (!go_on(t->jobs))
            return OK;
    }
}

/* ---- steps ---- */

struct step {
    job_step *run;
    void *arg;
};

static enum status step_run(struct call *c)
{
    const struct step *s = c->plan;
    return s->run(c, s->arg);
}

enum status job_commit(struct job_worker *w, const struct noun *noun, job_step *run, void *arg)
{
    /* In no registry: only a worker calls it. */
    const struct verb verb = {.noun = noun,
        .name = "run",
        .label = "Run",
        .summary = "",
        .on = ON_COLLECTION,
        .roles = SYSTEM,
        .run = step_run};
    struct step s = {run, arg};
    struct call *c = call_new(arena_new(), w->model, &system_viewer, w->at.us ? w->at : instant_now());
    c->verb = &verb;
    c->plan = &s;
    enum status status = committer_run(w->committer, c);
    arena_free(c->arena);
    return status == RETRY ? BROKEN : status;
}

static enum status touch(struct call *c, const struct job_worker *w, const struct noun *noun, int64_t id,
    const char *set, const char *where)
{
    int64_t touched;
    struct value args[4] = {
        v_int(c->now.us), v_int(c->now.us + JOB_OWNER_SECONDS * US_PER_SECOND), v_int(id), v_text(w->owner)};
    TRY(db_exec_count(c->db, &touched,
        arena_printf(c->arena,
            "update %s set version = version + 1, updated = $1, owner_until = $2%s where id = $3 and %s",
            noun->name, set, where),
        args, 4));
    return touched == 1 ? OK : call_refuse(c, PROBLEM_conflict, NULL);
}

enum status job_take(struct call *c, const struct job_worker *w, const struct noun *noun, int64_t id)
{
    return touch(c, w, noun, id, ", owner = $4, state = 'running', progress = 0",
        "state in ('waiting', 'running') and (owner is null or owner = $4 or owner_until < $1)");
}

enum status job_fence(struct call *c, const struct job_worker *w, const struct noun *noun, int64_t id)
{
    return touch(c, w, noun, id, "", "owner = $4 and state = 'running'");
}

enum status job_release(struct call *c, const struct job_worker *w, const struct noun *noun, int64_t id)
{
    struct value args[1] = {v_int(id)};
    TRY(job_fence(c, w, noun, id));
    return db_exec(c->db,
        arena_printf(c->arena, "update %s set owner = null, owner_until = null where id = $1", noun->name),
        args, 1);
}

/* ---- threads ---- */

/* Until then, or until there is work. */
static bool sleep_ms(struct job_thread *t, int64_t ms)
{
    struct jobs *j = t->jobs;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&j->lock);
    int waited = 0;
    while (!j->stopping && !t->woken && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&j->wake, &j->lock, &until);
    t->woken = false;
    bool more = !j->stopping;
    pthread_mutex_unlock(&j->lock);
    return more;
}

static void *thread_main(void *arg)
{
    struct job_thread *t = arg;
    struct job_worker *w = &t->worker;
    enum status s;
    do {
        struct arena *a = arena_new();
        const char *error = NULL;
        s = w->db ? OK : db_open(&w->db, a, t->jobs->url, DB_READ, &error);
        if (s == OK)
            s = work(t, a);
        if (s != OK) { /* the row stays as it is: the next look goes on with it */
            log_warn("%s: %s", t->kind->name, w->db ? db_error(w->db) : error);
            db_close(w->db);
            w->db = NULL;
        }
        arena_free(a);
    } while (sleep_ms(t, s == OK ? LOOK_EVERY_MS : AFTER_ERROR_MS));
    db_close(w->db);
    return NULL;
}

static void wake(void *ctx, const struct verb *verb)
{
    struct jobs *j = ctx;
    bool any = false;
    for (size_t i = 0; i < j->n; i++)
        any = any || j->threads[i].kind->noun == verb->noun;
    if (!any || !verb->noun) /* what jobs commit themselves has no noun, nor have followers of the feed */
        return;
    pthread_mutex_lock(&j->lock);
    for (size_t i = 0; i < j->n; i++)
        j->threads[i].woken = j->threads[i].woken || j->threads[i].kind->noun == verb->noun;
    pthread_cond_broadcast(&j->wake);
    pthread_mutex_unlock(&j->lock);
}

struct jobs *jobs_start(const char *db_url, const struct model *m, const struct job_kind *const *table,
    struct committer *committer, enum status (*open_call)(void *ctx, struct call *call), void *ctx)
{
    struct jobs *j = xcalloc(1, sizeof *j);
    j->url = xstrdup(db_url);
    j->committer = committer;
    j->arena = arena_new();
    while (table[j->n])
        j->n++;
    j->threads = ARENA_ARRAY(j->arena, j->n + 1, struct job_thread);
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->wake, NULL);
    for (size_t i = 0; i < j->n; i++) {
        struct job_thread *t = &j->threads[i];
        t->jobs = j;
        t->kind = table[i];
        t->worker = (struct job_worker){.model = m,
            .committer = committer,
            .open_call = open_call,
            .open_ctx = ctx,
            .owner = secret_new(j->arena),
            .go_on = go_on,
            .jobs = j};
        if (pthread_create(&t->thread, NULL, thread_main, t) != 0)
            BUG("no thread for %s", t->kind->name);
    }
    committer_tell(committer, wake, j);
    return j;
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    committer_tell(j->committer, NULL, NULL);
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_broadcast(&j->wake);
    pthread_mutex_unlock(&j->lock);
    for (size_t i = 0; i < j->n; i++)
        pthread_join(j->threads[i].thread, NULL);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    arena_free(j->arena);
    free(j->url);
    free(j);
}
