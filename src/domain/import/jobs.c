#include "domain/import/worker.h"

#include "base/log.h"
#include "base/time.h"
#include "runtime/session.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY_MS  500
#define AFTER_ERROR_MS 5000

struct import_jobs {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    char *url;
    const char *owner;
    struct arena *arena;
    struct import_worker worker;
};

static bool go_on(void *ctx, const struct import_progress *at)
{
    struct import_jobs *j = ctx;
    (void)at;
    pthread_mutex_lock(&j->lock);
    bool stopping = j->stopping;
    pthread_mutex_unlock(&j->lock);
    return !stopping;
}

/* The oldest run that something can be done for; 0: none. */
static enum status next_run(struct import_jobs *j, struct arena *a, int64_t *id)
{
    struct value args[3] = {v_text(j->owner), v_int(instant_now().us), v_int(*id)};
    struct rows rows;
    TRY(db_query(j->worker.db, a, &rows,
        "select id from import_run where (state in ('staging', 'checking', 'applying') "
        "or (state in ('cancelled', 'failed') and position is not null)) "
        "and (owner is null or owner = $1 or owner_until < $2) and id > $3 order by id limit 1",
        args, 3));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

/* Once through all of them. */
static enum status work(struct import_jobs *j, struct arena *a)
{
    int64_t id = 0;
    for (;;) {
        TRY(next_run(j, a, &id));
        if (!id)
            return OK;
        enum status s = import_work(&j->worker, id);
        if (s == BROKEN)
            return s;
        if (!go_on(j, NULL))
            return OK;
    }
}

static bool sleep_ms(struct import_jobs *j, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&j->lock);
    int waited = 0;
    while (!j->stopping && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&j->wake, &j->lock, &until);
    bool more = !j->stopping;
    pthread_mutex_unlock(&j->lock);
    return more;
}

static void *jobs_main(void *arg)
{
    struct import_jobs *j = arg;
    enum status s;
    do {
        struct arena *a = arena_new();
        const char *error = NULL;
        s = j->worker.db ? OK : db_open(&j->worker.db, a, j->url, DB_READ, &error);
        if (s == OK)
            s = work(j, a);
        if (s != OK) { /* the run stays as it is: the next look goes on with it */
            log_warn("imports: %s", j->worker.db ? db_error(j->worker.db) : error);
            db_close(j->worker.db);
            j->worker.db = NULL;
        }
        arena_free(a);
    } while (sleep_ms(j, s == OK ? LOOK_EVERY_MS : AFTER_ERROR_MS));
    db_close(j->worker.db);
    return NULL;
}

struct import_jobs *import_jobs_start(const char *db_url, const struct model *m, struct committer *committer,
    enum status (*open_call)(void *ctx, struct call *call), void *ctx)
{
    struct import_jobs *j = xcalloc(1, sizeof *j);
    j->url = xstrdup(db_url);
    j->arena = arena_new();
    j->owner = secret_new(j->arena);
    j->worker = (struct import_worker){.model = m,
        .committer = committer,
        .open_call = open_call,
        .open_ctx = ctx,
        .owner = j->owner,
        .go_on = go_on,
        .ctx = j};
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->wake, NULL);
    if (pthread_create(&j->thread, NULL, jobs_main, j) != 0)
        BUG("no thread for the imports");
    return j;
}

void import_jobs_stop(struct import_jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->thread, NULL);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    arena_free(j->arena);
    free(j->url);
    free(j);
}
