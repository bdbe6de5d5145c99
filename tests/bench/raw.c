/*
 * What the machine gives at this moment, to measure the server against:
 *     bench-raw rows DIR SECONDS CLIENTS BYTES   rows of so many bytes into SQLite, each client waiting for
 *                                                its row's commit; one thread commits them in groups
 *     bench-raw sync DIR SECONDS                 fdatasync of 4 kB, one after another
 * Prints lines "name value".
 */
#include "tests/bench/client.h"

#include "base/id.h"
#include "base/text.h"
#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-raw: %s\n", what);
    exit(1);
}

/* ---- group-committed rows ---- */

struct rows_run {
    pthread_mutex_t lock;
    pthread_cond_t more, done;
    uint64_t asked, committed; /* rows so far */
    bool over;
    size_t bytes;
    struct db *db;
    struct histogram latency;
};

static void commit_group(struct rows_run *r, uint64_t from, uint64_t to, void *row)
{
    if (db_begin_write(r->db) != OK)
        die(db_error(r->db));
    for (uint64_t i = from; i < to; i++) {
        random_bytes(row, 16);
        struct value args[2] = {v_int((int64_t)i + 1), v_blob(row, r->bytes)};
        if (db_exec(r->db, "insert into raw (id, data) values ($1, $2)", args, 2) != OK)
            die(db_error(r->db));
    }
    if (db_commit(r->db) != OK)
        die(db_error(r->db));
}

static void *committer(void *arg)
{
    struct rows_run *r = arg;
    void *row = xcalloc(1, r->bytes);
    pthread_mutex_lock(&r->lock);
    for (;;) {
        while (r->asked == r->committed && !r->over)
            pthread_cond_wait(&r->more, &r->lock);
        if (r->asked == r->committed)
            break;
        uint64_t from = r->committed, to = r->asked;
        pthread_mutex_unlock(&r->lock);
        commit_group(r, from, to, row);
        pthread_mutex_lock(&r->lock);
        r->committed = to;
        pthread_cond_broadcast(&r->done);
    }
    pthread_mutex_unlock(&r->lock);
    free(row);
    return NULL;
}

static void *client(void *arg)
{
    struct rows_run *r = arg;
    pthread_mutex_lock(&r->lock);
    while (!r->over) {
        int64_t began = now_us();
        uint64_t mine = ++r->asked;
        pthread_cond_signal(&r->more);
        while (r->committed < mine)
            pthread_cond_wait(&r->done, &r->lock);
        histogram_add(&r->latency, now_us() - began);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

static void open_database(struct rows_run *r, struct arena *a, const char *dir)
{
    const char *error, *path = arena_printf(a, "%s/raw.db", dir);
    unlink(path);
    unlink(arena_printf(a, "%s-wal", path));
    if (db_open(&r->db, a, arena_printf(a, "sqlite:%s", path), DB_WRITE, &error) != OK)
        die(error);
    if (db_exec(r->db, "create table raw (id integer primary key, data blob not null) strict", NULL, 0) != OK)
        die(db_error(r->db));
}

static void rows(const char *dir, int64_t seconds, int64_t clients, int64_t bytes)
{
    static struct rows_run r = {.lock = PTHREAD_MUTEX_INITIALIZER,
        .more = PTHREAD_COND_INITIALIZER,
        .done = PTHREAD_COND_INITIALIZER};
    struct arena *a = arena_new();
    pthread_t *threads = ARENA_ARRAY(a, (size_t)clients + 1, pthread_t);
    r.bytes = (size_t)bytes;
    open_database(&r, a, dir);
    int64_t began = now_us();
    for (int64_t i = 0; i <= clients; i++)
        if (pthread_create(&threads[i], NULL, i ? client : committer, &r) != 0)
            die("no thread");
    sleep((unsigned)seconds);
    pthread_mutex_lock(&r.lock);
    r.over = true;
    pthread_cond_broadcast(&r.more);
    pthread_mutex_unlock(&r.lock);
    for (int64_t i = 0; i <= clients; i++)
        pthread_join(threads[i], NULL);
    printf("rate %.0f\np50_ms %.2f\np99_ms %.2f\n", (double)r.committed * 1e6 / (double)(now_us() - began),
        histogram_ms(&r.latency, 0.5), histogram_ms(&r.latency, 0.99));
    db_close(r.db);
    arena_free(a);
}

/* ---- the disk alone ---- */

static void sync_file(const char *dir, int64_t seconds)
{
    char path[512], page[4096] = {0};
    struct histogram h = {0};
    snprintf(path, sizeof path, "%s/raw.sync", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        die(path);
    int64_t began = now_us(), now = began;
    for (off_t at = 0; now - began < seconds * 1000000; at += (off_t)sizeof page) {
        int64_t before = now;
        if (pwrite(fd, page, sizeof page, at) != (ssize_t)sizeof page || fdatasync(fd) != 0)
            die("writing");
        now = now_us();
        histogram_add(&h, now - before);
    }
    close(fd);
    unlink(path);
    printf("rate %.0f\np50_ms %.3f\np99_ms %.3f\n", (double)h.n * 1e6 / (double)(now - began),
        histogram_ms(&h, 0.5), histogram_ms(&h, 0.99));
}

static int64_t number(const char *text)
{
    int64_t n;
    if (!parse_int(text, &n) || n < 1)
        die("a number is needed");
    return n;
}

int main(int argc, char **argv)
{
    if (argc == 6 && streq(argv[1], "rows"))
        rows(argv[2], number(argv[3]), number(argv[4]), number(argv[5]));
    else if (argc == 4 && streq(argv[1], "sync"))
        sync_file(argv[2], number(argv[3]));
    else
        die("usage: rows DIR SECONDS CLIENTS BYTES | sync DIR SECONDS");
    return 0;
}
