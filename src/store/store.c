#include "store/store.h"

#include "base/log.h"
#include "store/engine.h"

#include <stdio.h>
#include <stdlib.h>

#define LOCKS_AT_ONCE 12

enum status db_open(struct db **out, struct arena *a, const char *url, enum db_mode mode, const char **error)
{
    static const char scheme[] = "sqlite:";
    *out = NULL;
    if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0)
        return postgres_open(out, a, url, mode, error);
    if (strncmp(url, scheme, sizeof scheme - 1) == 0)
        return sqlite_open(out, a, url + sizeof scheme - 1, mode, error);
    if (strstr(url, "://")) {
        *error = "the database's address begins with sqlite: or postgresql://";
        return BROKEN;
    }
    return sqlite_open(out, a, url, mode, error);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    if (db->tx != TX_NONE)
        db_rollback(db);
    else if (db->engine->flush(db) != OK)
        log_error("database: what was queued when it was closed is not stored: %s", db->error);
    free(db->held);
    db->engine->close(db);
}

enum db_engine db_engine(const struct db *db)
{
    return db->engine->kind;
}

const char *db_error(const struct db *db)
{
    return db->error;
}

const char *db_unique_violation(const struct db *db)
{
    return db->unique[0] ? db->unique : NULL;
}

enum status db_fail(struct db *db, enum status status, const char *sql, const char *message)
{
    int length = (int)strcspn(message, "\n"); /* libpq ends its messages with one */
    snprintf(db->error, sizeof db->error, "%.*s", length, message);
    db->unique[0] = 0;
    db->broken |= status == BROKEN;
    log_at(status == BROKEN ? LOG_ERROR : LOG_DEBUG, "database: %s%s%.300s", db->error, sql ? " in: " : "",
        sql ? sql : "");
    return status;
}

enum status db_fail_unique(struct db *db, const char *sql, const char *message, const char *unique)
{
    enum status status = db_fail(db, RETRY, sql, message);
    snprintf(db->unique, sizeof db->unique, "%s", unique);
    return status;
}

/* What a call inside a failed transaction gets: the failure again. */
static enum status still_alive(const struct db *db)
{
    return db->tx == TX_NONE ? OK : db->failed;
}

static enum status noted(struct db *db, enum status status)
{
    if (status != OK && db->tx != TX_NONE)
        db->failed = status;
    return status;
}

enum status db_exec(struct db *db, const char *sql, const struct value *args, size_t n)
{
    TRY(still_alive(db));
    db->writes++;
    return noted(db, db->engine->exec(db, NULL, sql, args, n));
}

enum status db_exec_count(
    struct db *db, int64_t *touched, const char *sql, const struct value *args, size_t n)
{
    *touched = 0;
    TRY(still_alive(db));
    db->writes++;
    return noted(db, db->engine->exec(db, touched, sql, args, n));
}

uint64_t db_writes(const struct db *db)
{
    return db->writes;
}

enum status db_query(
    struct db *db, struct arena *a, struct rows *out, const char *sql, const struct value *args, size_t n)
{
    struct db_query one = {.sql = sql, .args = args, .n_args = n};
    enum status status = db_query_many(db, a, &one, 1);
    *out = one.rows;
    return status;
}

enum status db_query_many(struct db *db, struct arena *a, struct db_query *queries, size_t n)
{
    for (size_t i = 0; i < n; i++)
        queries[i].rows = (struct rows){0};
    TRY(still_alive(db));
    return noted(db, db->engine->query(db, a, queries, n));
}

bool db_writing(const struct db *db)
{
    return db->tx == TX_WRITE;
}

enum status db_ask(struct db *db, struct arena *a, struct db_query *q)
{
    q->rows = (struct rows){0};
    TRY(still_alive(db));
    return noted(db, db->engine->ask(db, a, q));
}

enum status db_each(struct db *db, bool (*fn)(void *ctx, const struct value *cells, size_t n), void *ctx,
    const char *sql, const struct value *args, size_t n)
{
    TRY(still_alive(db));
    return noted(db, db->engine->each(db, &(struct row_reader){.fn = fn, .ctx = ctx}, sql, args, n));
}

enum status db_flush(struct db *db)
{
    TRY(still_alive(db));
    return noted(db, db->engine->flush(db));
}

static enum status begin(struct db *db, enum transaction tx)
{
    ASSERT(db->tx == TX_NONE);
    db->tx = tx;
    db->failed = OK;
    db->n_held = 0;
    db->sign = (struct db_query){0};
    enum status status = db->engine->begin(db);
    if (status != OK)
        db->tx = TX_NONE;
    return status;
}

enum status db_begin_read(struct db *db)
{
    return begin(db, TX_READ);
}

enum status db_begin_write(struct db *db)
{
    ASSERT(db->mode == DB_WRITE);
    return begin(db, TX_WRITE);
}

enum status db_commit(struct db *db)
{
    ASSERT(db->tx != TX_NONE);
    enum status status = still_alive(db);
    if (status == OK)
        status = db->engine->commit(db);
    if (status == OK)
        db->tx = TX_NONE;
    else
        db_rollback(db);
    return status;
}

void db_rollback(struct db *db)
{
    if (db->tx == TX_NONE)
        return;
    db->engine->rollback(db);
    db->tx = TX_NONE;
    db->failed = OK;
}

void db_commit_sign(struct db *db, const char *sql, const struct value *args, size_t n)
{
    ASSERT(db->tx == TX_WRITE);
    db->sign = (struct db_query){.sql = sql, .args = args, .n_args = n};
}

enum status db_savepoint(struct db *db)
{
    ASSERT(db->tx == TX_WRITE);
    return db_exec(db, "savepoint verb", NULL, 0);
}

enum status db_release(struct db *db)
{
    ASSERT(db->tx == TX_WRITE);
    return db_exec(db, "release savepoint verb", NULL, 0);
}

enum status db_rollback_to(struct db *db)
{
    ASSERT(db->tx == TX_WRITE);
    TRY(db_exec(db, "rollback to savepoint verb", NULL, 0));
    db->n_held = 0; /* PostgreSQL gave back what was locked since; which that was is not kept */
    return db_release(db);
}

uint64_t db_hash(const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        h = (h ^ *p) * UINT64_C(0x100000001b3);
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

static int by_key(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* ---- locks by name ---- */

static bool held(const struct db *db, int64_t key)
{
    return db->n_held && bsearch(&key, db->held, db->n_held, sizeof key, by_key);
}

static void hold(struct db *db, const int64_t *keys, size_t n)
{
    if (db->n_held + n > db->held_cap) {
        db->held_cap = db->held_cap * 2 + n;
        db->held = xrealloc(db->held, db->held_cap, sizeof *db->held);
    }
    memcpy(db->held + db->n_held, keys, n * sizeof *keys);
    db->n_held += n;
    qsort(db->held, db->n_held, sizeof *db->held, by_key);
}

/* As one statement, whose target list PostgreSQL evaluates from left to right. */
static enum status lock_some(struct db *db, const int64_t *keys, size_t n)
{
    static const char *const of_length[] = {"select pg_advisory_xact_lock($1)",
        "select pg_advisory_xact_lock($1), pg_advisory_xact_lock($2), pg_advisory_xact_lock($3), "
        "pg_advisory_xact_lock($4)",
        "select pg_advisory_xact_lock($1), pg_advisory_xact_lock($2), pg_advisory_xact_lock($3), "
        "pg_advisory_xact_lock($4), pg_advisory_xact_lock($5), pg_advisory_xact_lock($6), "
        "pg_advisory_xact_lock($7), pg_advisory_xact_lock($8), pg_advisory_xact_lock($9), "
        "pg_advisory_xact_lock($10), pg_advisory_xact_lock($11), pg_advisory_xact_lock($12)"};
    struct value args[LOCKS_AT_ONCE];
    size_t length = n == 1 ? 1 : n <= 4 ? 4 : LOCKS_AT_ONCE;
    for (size_t i = 0; i < length; i++)
        args[i] = v_int(keys[i < n ? i : n - 1]);
    return noted(db, db->engine->exec(db, NULL, of_length[n == 1 ? 0 : n <= 4 ? 1 : 2], args, length));
}

/*
 * Sorted by what PostgreSQL locks, not by the name: two names of one hash are one lock, and every process
 * must meet the locks in one order. What the transaction holds already is not asked for again.
 */
static enum status lock_keys(struct db *db, int64_t *keys, size_t n)
{
    size_t kept = 0;
    qsort(keys, n, sizeof *keys, by_key);
    for (size_t i = 0; i < n; i++)
        if ((i == 0 || keys[i] != keys[i - 1]) && !held(db, keys[i]))
            keys[kept++] = keys[i];
    for (size_t i = 0; i < kept; i += LOCKS_AT_ONCE)
        TRY(lock_some(db, keys + i, kept - i < LOCKS_AT_ONCE ? kept - i : LOCKS_AT_ONCE));
    hold(db, keys, kept);
    return OK;
}

enum status db_lock_names(struct db *db, const char *const *names, size_t n)
{
    ASSERT(db->tx == TX_WRITE);
    TRY(still_alive(db));
    if (db_engine(db) == DB_SQLITE || n == 0)
        return OK;
    int64_t *keys = xcalloc(n, sizeof *keys);
    for (size_t i = 0; i < n; i++)
        keys[i] = (int64_t)db_hash(names[i]);
    enum status status = lock_keys(db, keys, n);
    free(keys);
    return status;
}

enum status db_try_lock_name(struct db *db, const char *name, bool *taken)
{
    ASSERT(db->tx == TX_WRITE);
    int64_t key = (int64_t)db_hash(name);
    *taken = db_engine(db) == DB_SQLITE || held(db, key);
    if (*taken)
        return still_alive(db);
    struct arena *a = arena_new();
    struct value args[1] = {v_int(key)};
    struct rows rows;
    enum status status =
        db_query(db, a, &rows, "select case when pg_try_advisory_xact_lock($1) then 1 else 0 end", args, 1);
    if (status == OK && cell_int(&rows, 0, 0)) {
        *taken = true;
        hold(db, &key, 1);
    }
    arena_free(a);
    return status;
}
