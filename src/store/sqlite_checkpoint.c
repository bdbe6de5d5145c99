#include "store/sqlite_checkpoint.h"

#include "base/base.h"
#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/*
 * At SQLite's 1,000 frames the same hot pages are written back again and again; at 4,000 (16 MB), groups of
 * 64 inserts ran 1.3 to 1.9 times as fast.
 */
#define LONG_LOG 4000
#define REST     600 /* frames: what the writer copies itself, a few milliseconds */
/* A writer that is faster than the copying would let the log grow for ever: here it copies all, and waits. */
#define HUGE_LOG (8 * LONG_LOG)

struct checkpointer {
    char *file;
    pthread_t thread;
    bool running;
    pthread_mutex_t lock; /* over the following */
    pthread_cond_t wake;
    bool wanted, stopping;
    bool rest_left; /* copied but for a rest: the writer's turn */
    bool huge;      /* the writer copies it, whatever there is */
};

struct checkpointer *checkpointer_new(const char *file)
{
    struct checkpointer *c = xcalloc(1, sizeof *c);
    c->file = xstrdup(file);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wake, NULL);
    return c;
}

static bool is_huge(struct checkpointer *c)
{
    pthread_mutex_lock(&c->lock);
    bool huge = c->huge;
    pthread_mutex_unlock(&c->lock);
    return huge;
}

/* Again and again as long as the writer is faster than the rest is short; a reader of old pages ends it. */
static bool copy_back(struct checkpointer *c, sqlite3 *handle)
{
    int log = 0, copied = 0, before, rc;
    do {
        before = copied;
        rc = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
    } while (rc == SQLITE_OK && log - copied > REST && copied > before && !is_huge(c));
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) /* the next long log will try again */
        log_warn("database: the log cannot be copied back: %s", sqlite3_errmsg(handle));
    if (rc != SQLITE_OK)
        return false;
    return log > copied && log - copied <= REST;
}

static sqlite3 *open_file(const struct checkpointer *c)
{
    sqlite3 *handle;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(c->file, &handle, flags, NULL) == SQLITE_OK &&
        sqlite3_exec(handle, "pragma synchronous = full; pragma cache_size = -100; pragma schema_version",
            NULL, NULL, NULL) == SQLITE_OK)
        return handle;
    log_error("database: no connection for checkpoints: %s", sqlite3_errmsg(handle));
    sqlite3_close(handle);
    return NULL;
}

static bool next_turn(struct checkpointer *c)
{
    pthread_mutex_lock(&c->lock);
    while (!c->wanted && !c->stopping)
        pthread_cond_wait(&c->wake, &c->lock);
    c->wanted = false;
    bool go_on = !c->stopping;
    pthread_mutex_unlock(&c->lock);
    return go_on;
}

static void *checkpointer_main(void *arg)
{
    struct checkpointer *c = arg;
    pthread_setname_np(pthread_self(), "checkpoint");
    sqlite3 *handle = open_file(c);
    while (next_turn(c)) {
        bool rest_left = !handle || copy_back(c, handle);
        pthread_mutex_lock(&c->lock);
        c->rest_left = rest_left;
        pthread_mutex_unlock(&c->lock);
    }
    sqlite3_close(handle);
    return NULL;
}

void checkpointer_told(struct checkpointer *c, sqlite3 *writer, int frames)
{
    if (frames < LONG_LOG)
        return;
    if (!c->running) {
        if (pthread_create(&c->thread, NULL, checkpointer_main, c) != 0)
            BUG("no thread for checkpoints");
        c->running = true;
    }
    pthread_mutex_lock(&c->lock);
    c->huge = frames >= HUGE_LOG;
    bool mine = c->rest_left || c->huge;
    c->rest_left = false;
    c->wanted |= !mine;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    if (mine) /* busy or failed: the next long log will tell */
        (void)sqlite3_wal_checkpoint_v2(writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

void checkpointer_free(struct checkpointer *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    if (c->running)
        pthread_join(c->thread, NULL);
    pthread_cond_destroy(&c->wake);
    pthread_mutex_destroy(&c->lock);
    free(c->file);
    free(c);
}
