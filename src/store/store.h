/*
 * The store: one interface over SQLite ("sqlite:PATH") and PostgreSQL ("postgresql://...").
 *
 * The same SQL text serves both (docs/architecture.md, "One SQL"): parameters are $1..$n, bound by number and
 * repeatable; never "::"; explicit nulls first/last; no double-quoted names; booleans are 0 and 1; text is
 * compared and sorted by bytes on both.
 *
 * A connection belongs to one thread at a time. Statements are prepared once per connection and kept by their
 * text: give the same pointer or the same text, never text with values in it.
 *
 * PostgreSQL connections run in pipeline mode: db_exec() queues and returns at once; the next query, or
 * db_flush(), sends everything in one round trip and reports the first failure of what was queued. SQLite
 * runs each statement where it stands. Code that is right under the first reading is right under both.
 */
#ifndef TANDEM_STORE_H
#define TANDEM_STORE_H

#include "base/arena.h"
#include "base/value.h"

struct db;

enum db_engine { DB_SQLITE, DB_POSTGRES };

enum db_mode {
    DB_READ,  /* a reader: SQLite's is opened read-only */
    DB_WRITE, /* may begin writing transactions */
};

/*
 * Opens a connection; *ERROR (static or in ARENA) says why not. A new SQLite file is made only in DB_WRITE,
 * with mode 0600. SQLite: WAL, synchronous=FULL, foreign keys on, no mapping, a cache, our own busy wait.
 */
enum status db_open(
    struct db **out, struct arena *a, const char *url, enum db_mode mode, const char **error) MUST;
void db_close(struct db *db); /* NULL-safe */
enum db_engine db_engine(const struct db *db);
/* The text of the last failure, for the log; never shown to a viewer. */
const char *db_error(const struct db *db);

/* Materialized rows, in the arena given to the query. Cell (r, c) is cells[r * n_columns + c]. */
struct rows {
    size_t n, n_columns;
    struct value *cells;
};

static inline const struct value *cell(const struct rows *rows, size_t row, size_t column)
{
    return &rows->cells[row * rows->n_columns + column];
}
static inline int64_t cell_int(const struct rows *rows, size_t row, size_t column)
{
    const struct value *v = cell(rows, row, column);
    return v->kind == VALUE_INT ? v->i : 0;
}
static inline const char *cell_text(const struct rows *rows, size_t row, size_t column)
{
    const struct value *v = cell(rows, row, column);
    return v->kind == VALUE_TEXT ? v->s : NULL;
}
/* The same of a column that is never null. */
static inline const char *cell_string(const struct rows *rows, size_t row, size_t column)
{
    const char *text = cell_text(rows, row, column);
    return text ? text : "";
}

/*
 * RETRY: serialization failure, deadlock, unique violation, lost connection: the transaction is gone, run it
 * again. BROKEN: anything else (it is in the log). After either, inside a transaction, only db_rollback() is
 * of use.
 */
enum status db_exec(struct db *db, const char *sql, const struct value *args, size_t n) MUST;
/* Like db_exec, but waits and reports how many rows were touched. */
enum status db_exec_count(
    struct db *db, int64_t *touched, const char *sql, const struct value *args, size_t n) MUST;
/* Whether a write transaction is open: what is read in it may never be committed. */
bool db_writing(const struct db *db);
/* How many writing statements the connection was given so far: whether something was written in between. */
uint64_t db_writes(const struct db *db);
enum status db_query(struct db *db, struct arena *a, struct rows *out, const char *sql,
    const struct value *args, size_t n) MUST;
/* Several independent queries in one round trip. */
struct db_query {
    const char *sql;
    const struct value *args;
    size_t n_args;
    struct rows rows; /* the answer */
};
enum status db_query_many(struct db *db, struct arena *a, struct db_query *queries, size_t n) MUST;
/*
 * Asks ahead, to save a round trip: Q has its answer when the next query of the connection or db_flush() has
 * been answered, which reports its failure, too. Q and A live until then: return nowhere in between but for a
 * failure of the connection. The arguments need not.
 */
enum status db_ask(struct db *db, struct arena *a, struct db_query *q) MUST;
/*
 * Row by row without materializing; FN returns false to stop (PostgreSQL sends the rest all the same: say
 * limit where few are wanted). The cells live until FN returns. FN must not use DB.
 */
enum status db_each(struct db *db, bool (*fn)(void *ctx, const struct value *cells, size_t n), void *ctx,
    const char *sql, const struct value *args, size_t n) MUST;
/* Sends what is queued and reports its first failure. */
enum status db_flush(struct db *db) MUST;
/*
 * Whether the last failure came from a unique index, and which (NULL: not that):
 * "table.column[,table.column]", or the index's name where it is over expressions; the same on both. Still
 * told after db_rollback().
 */
const char *db_unique_violation(const struct db *db);

/*
 * Transactions. A read transaction is one snapshot (PostgreSQL: REPEATABLE READ READ ONLY; SQLite: deferred);
 * a write transaction is BEGIN IMMEDIATE or READ COMMITTED. A reply may be sent only after db_commit() was
 * OK. A commit that fails has rolled back; where its answer was lost with the connection, the server is asked
 * what became of it, so that RETRY means that nothing was stored (BROKEN
 * may then mean that nobody knows).
 */
enum status db_begin_read(struct db *db) MUST;
enum status db_begin_write(struct db *db) MUST;
enum status db_commit(struct db *db) MUST;
void db_rollback(struct db *db);
/*
 * A query that finds a row exactly when the open write transaction was committed, by something in it that
 * nobody else can write. It answers where a commit's answer was lost. SQL and ARGS live until the commit
 * ends.
 */
void db_commit_sign(struct db *db, const char *sql, const struct value *args, size_t n);
/*
 * A savepoint inside a write transaction: undo what one verb did without losing its group. One level, ended
 * by one of the other two. Not after a failure: then the whole transaction is gone.
 */
enum status db_savepoint(struct db *db) MUST;
enum status db_release(struct db *db) MUST;
enum status db_rollback_to(struct db *db) MUST;
/*
 * Transaction-long locks by name, taken in sorted order whatever order is given, so that two deciders about
 * one company stand one behind the other. SQLite has one writer and needs none.
 */
enum status db_lock_names(struct db *db, const char *const *names, size_t n) MUST;
/* One of these that nobody waits for: *TAKEN says whether this transaction has it. */
enum status db_try_lock_name(struct db *db, const char *name, bool *taken) MUST;

/*
 * A pool of reading connections, so that each worker finds one. pool_take waits for a free one; a broken one
 * is opened again. NULL only when the database cannot be reached.
 */
struct db_pool;
enum status db_pool_open(
    struct db_pool **out, struct arena *a, const char *url, size_t size, const char **error) MUST;
struct db *db_pool_take(struct db_pool *p);
void db_pool_give(struct db_pool *p, struct db *db);
void db_pool_close(struct db_pool *p);

/*
 * A copy of a SQLite database while others write, a piece at a time with as long a rest behind each: the
 * state that it had at some instant between call and return, into TO, which must not be there. The
 * write-ahead log grows until the copy is done, and is copied back into the database all the same. On the
 * disk when it returns; on failure nothing is left of it. TOLD (or NULL) hears after each piece how many
 * bytes of how many are copied.
 */
typedef void db_backup_told(void *ctx, int64_t done, int64_t all);
enum status db_backup(struct arena *a, const char *url, const char *to, db_backup_told *told, void *ctx,
    const char **error) MUST;

/*
 * Migrations: numbered, built in, forward only, each in one transaction with its checksum recorded. They are
 * written in SQLite's words; for PostgreSQL integer becomes bigint, real double precision, blob bytea, text
 * text collate "C"; for SQLite every table becomes STRICT.
 */
struct migration {
    int number;
    const char *name;
    const char *sql;
};
extern const struct migration migrations[]; /* generated from migrations/NNNN_name.sql, ended by number 0 */
/* Applies what is missing. Refuses (BROKEN, *ERROR) a database with a changed or a newer migration. */
enum status db_migrate(struct db *db, struct arena *a, const char **error) MUST;
/*
 * The first migration that is missing (number 0: none is; those behind it are missing, too), without changing
 * anything. REFUSED, *ERROR: as above.
 */
enum status db_missing(
    struct db *db, struct arena *a, const struct migration **first, const char **error) MUST;
/* Whether everything is applied, without changing anything. */
enum status db_migrated(struct db *db, struct arena *a, bool *yes) MUST;

/* The tables as the database has them, by name: the same on both, without the migrations' own. */
struct db_column {
    const char *name;
    enum value_kind kind;
    bool required; /* never null */
    int key;       /* its place in the primary key, from 1; 0: not in it */
};
struct db_table {
    const char *name;
    const struct db_column *columns;
    size_t n_columns, n_key; /* columns of the primary key */
};
enum status db_tables(struct db *db, struct arena *a, struct db_table **out, size_t *n) MUST;

/*
 * Filling empty tables, whatever refers to whatever: a write transaction with all tables locked, in which no
 * reference is checked and no index is kept but those of keys. db_load_commit() makes the indexes, checks the
 * references and commits, or says in *ERROR what does not hold. Ended as well by db_rollback(), which leaves
 * everything as it was. On SQLite the connection is for nothing else behind it.
 */
struct db_load {
    struct rows make; /* statements that make again what was dropped */
};
enum status db_load_begin(struct db *db, struct arena *a, struct db_load *out) MUST;
enum status db_load_commit(
    struct db *db, struct arena *a, const struct db_load *load, const char **error) MUST;

#endif
