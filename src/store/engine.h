/*
 * What an engine (sqlite.c, postgres.c) offers to store.c, and what store.c keeps for it. Private to store/.
 *
 * store.c knows which transaction is open and refuses every call after a failure in it, with the same status,
 * until db_rollback(): an engine never sees a command that the other one would have refused.
 */
#ifndef TANDEM_STORE_ENGINE_H
#define TANDEM_STORE_ENGINE_H

#include "store/store.h"

#define LOCK_WAIT_MS 10000 /* how long a command waits for another's lock before it is RETRY */

/* For row by row: what db_each was given. */
struct row_reader {
    bool (*fn)(void *ctx, const struct value *cells, size_t n);
    void *ctx;
};

struct engine {
    enum db_engine kind;
    void (*close)(struct db *db);
    /* TOUCHED is NULL where nobody waits for the outcome. */
    enum status (*exec)(struct db *db, int64_t *touched, const char *sql, const struct value *args, size_t n);
    enum status (*query)(struct db *db, struct arena *a, struct db_query *queries, size_t n);
    enum status (*ask)(struct db *db, struct arena *a, struct db_query *q);
    enum status (*each)(
        struct db *db, const struct row_reader *reader, const char *sql, const struct value *args, size_t n);
    enum status (*flush)(struct db *db);
    /* db->tx is set already when begin is called, and still set in commit and rollback. */
    enum status (*begin)(struct db *db);
    enum status (*commit)(struct db *db);
    void (*rollback)(struct db *db);
};

enum transaction { TX_NONE, TX_READ, TX_WRITE };

struct db {
    const struct engine *engine;
    enum db_mode mode;
    enum transaction tx;
    enum status failed; /* how the open transaction failed; OK while it lives */
    uint64_t writes;    /* what db_writes() tells */
    int64_t *held;      /* sorted: what the open transaction has locked by name */
    size_t n_held, held_cap;
    struct db_query sign; /* of the open transaction's commit; no SQL: none */
    bool broken;          /* BROKEN was reported: a pool opens another connection instead */
    char error[512];
    char unique[256]; /* "" when the last failure was no unique violation */
};

/* Open one; URL is the whole, PATH without its scheme. On failure *ERROR is set, in the arena. */
enum status sqlite_open(
    struct db **out, struct arena *a, const char *path, enum db_mode mode, const char **error) MUST;
enum status postgres_open(
    struct db **out, struct arena *a, const char *url, enum db_mode mode, const char **error) MUST;

/*
 * Notes and logs a failure and returns STATUS. SQL is the statement's text without its values, or NULL.
 * UNIQUE names what was violated: "table.column[,table.column]", or the index where it is over expressions.
 */
enum status db_fail(struct db *db, enum status status, const char *sql, const char *message);
enum status db_fail_unique(struct db *db, const char *sql, const char *message, const char *unique);

/* 64-bit FNV-1a with murmur3's finalizer: the same in every process and release. */
uint64_t db_hash(const char *text);

#endif
