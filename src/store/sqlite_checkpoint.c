#include "store/sqlite_checkpoint.h"

#include "base/base.h"
#include "base/log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * At SQLite's 1,000 frames the same hot pages are written back again and again; at 4,000 (16 MB), groups of
 * 64 inserts ran 1.3 to 1.9 times as fast.
 */
#define LONG_LOG 4000
#define REST     600 /* frames: what the writer copies itself, a few milliseconds */
/*
 * Beyond it the writer pauses behind each commit, the longer the longer the log is, so that the copying
 * catches up with it. It never copies all itself: behind a backup the log has gigabytes, and nobody would be
 * answered for seconds.
 */
#define HUGE_LOG     (8 * LONG_LOG)
#define PAUSE_US     1000
#define PAUSE_MAX_US 20000
/* The log's file is cut back after a long reader made it grow: in pieces, each cut a few tens of
 * milliseconds. */
#define FILE_BYTES INT64_C(67108864)
#define CUT_BYTES  (INT64_C(64) << 20)

struct checkpointer {
    char *file;
    int64_t limit; /* of the log's file, as the writer knows it */
    pthread_t thread;
    bool running;
    pthread_mutex_t lock; /* over the following */
    pthread_cond_t wake;
    bool wanted, stopping;
    bool rest_left; /* copied but for a rest: the writer's turn */
    bool blocked;   /* a reader of old pages keeps the log: to wait for the copying is of no use */
};

struct checkpointer *checkpointer_new(const char *file)
{
    struct checkpointer *c = xcalloc(1, sizeof *c);
    c->file = xstrdup(file);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->wake, NULL);
    return c;
}

/* What a pass found. */
struct pass {
    bool rest_left, blocked;
};

/* Again and again as long as the writer is faster than the rest is short; a reader of old pages ends it. */
static struct pass copy_back(sqlite3 *handle)
{
    int log = 0, copied = 0, before, rc;
    do {
        before = copied;
        rc = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &copied);
    } while (rc == SQLITE_OK && log - copied > REST && copied > before);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) /* the next long log will try again */
        log_warn("database: the log cannot be copied back: %s", sqlite3_errmsg(handle));
    if (rc != SQLITE_OK)
        return (struct pass){0};
    return (struct pass){.rest_left = log > copied && log - copied <= REST, .blocked = log - copied > REST};
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
        struct pass pass = handle ? copy_back(handle) : (struct pass){.rest_left = true};
        pthread_mutex_lock(&c->lock);
        c->rest_left = pass.rest_left;
        c->blocked = pass.blocked;
        pthread_mutex_unlock(&c->lock);
    }
    sqlite3_close(handle);
    return NULL;
}

/* Before the log begins anew: how much of its file the writer may cut off then. */
static void cut_a_piece(struct checkpointer *c, sqlite3 *writer)
{
    struct stat found;
    char sql[64];
    if (stat(sqlite3_filename_wal(sqlite3_db_filename(writer, "main")), &found) != 0)
        return;
    int64_t limit = found.st_size - CUT_BYTES > FILE_BYTES ? found.st_size - CUT_BYTES : FILE_BYTES;
    if (limit == c->limit)
        return;
    snprintf(sql, sizeof sql, "pragma journal_size_limit = %lld", (long long)limit);
    if (sqlite3_exec(writer, sql, NULL, NULL, NULL) == SQLITE_OK)
        c->limit = limit;
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
    bool mine = c->rest_left, pause = frames >= HUGE_LOG && !c->blocked;
    c->rest_left = false;
    c->wanted |= !mine;
    pthread_cond_signal(&c->wake);
    pthread_mutex_unlock(&c->lock);
    if (mine) {
        cut_a_piece(c, writer);
        /* busy or failed: the next long log will tell */
        (void)sqlite3_wal_checkpoint_v2(writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    } else if (pause) {
        int64_t us = PAUSE_US * (int64_t)(frames / HUGE_LOG);
        usleep((useconds_t)(us < PAUSE_MAX_US ? us : PAUSE_MAX_US));
    }
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
