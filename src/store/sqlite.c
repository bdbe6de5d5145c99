#include "base/time.h"
#include "store/engine.h"
#include "store/sqlite_checkpoint.h"
#include "store/statements.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

struct sqlite {
    struct db db; /* first: a struct db * of this engine points here */
    sqlite3 *handle;
    struct statements cache;
    struct checkpointer *checkpointer; /* of one that writes */
    int64_t busy_since_us;
};

/* SQLite numbers "$7" by its first appearance, not by 7: NUMBER says which argument each parameter takes. */
struct prepared {
    sqlite3_stmt *stmt;
    size_t n;
    uint16_t number[];
};

static struct sqlite *of(struct db *db)
{
    return (struct sqlite *)db;
}

/* "UNIQUE constraint failed: t.a, t.b" or "...: index 'name'" as db_unique_violation() says it. */
static void violated(char *out, size_t size, const char *message)
{
    static const char index[] = "index '";
    const char *s = strstr(message, ": ");
    s = s ? s + 2 : message;
    if (strncmp(s, index, sizeof index - 1) == 0)
        s += sizeof index - 1;
    size_t n = 0;
    for (; *s && n + 1 < size; s++)
        if (*s != ' ' && *s != '\'')
            out[n++] = *s;
    out[n] = 0;
}

static enum status fail(struct sqlite *s, const char *sql)
{
    const char *message = sqlite3_errmsg(s->handle);
    char unique[sizeof s->db.unique];
    switch (sqlite3_extended_errcode(s->handle)) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        violated(unique, sizeof unique, message);
        return db_fail_unique(&s->db, sql, message, unique);
    }
    switch (sqlite3_errcode(s->handle) & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return db_fail(&s->db, RETRY, sql, message);
    case SQLITE_NOMEM: BUG("out of memory in SQLite");
    default: return db_fail(&s->db, BROKEN, sql, message);
    }
}

/* Sleeps 0.2 to 10 ms a time: SQLite's own timer goes up to 100 ms, much longer than a commit takes. */
static int wait_busy(void *ctx, int times)
{
    struct sqlite *s = ctx;
    int64_t now = monotonic_us();
    if (times == 0)
        s->busy_since_us = now;
    if (now - s->busy_since_us > LOCK_WAIT_MS * INT64_C(1000))
        return 0;
    usleep(times < 50 ? 200 + 200 * (useconds_t)times : 10000);
    return 1;
}

/* ---- statements ---- */

static void drop(void *ctx, struct statement *st)
{
    (void)ctx;
    struct prepared *p = st->own;
    sqlite3_finalize(p->stmt);
    free(p);
}

static struct prepared *prepared_new(sqlite3_stmt *stmt, const char *sql)
{
    size_t n = (size_t)sqlite3_bind_parameter_count(stmt);
    struct prepared *p = xcalloc(1, sizeof *p + n * sizeof p->number[0]);
    *p = (struct prepared){.stmt = stmt, .n = n};
    for (size_t i = 0; i < n; i++) {
        const char *name = sqlite3_bind_parameter_name(stmt, (int)i + 1);
        char *end = NULL;
        unsigned long number = name && name[0] == '$' ? strtoul(name + 1, &end, 10) : 0;
        if (number < 1 || number > n || *end)
            BUG("parameters must be $1 to $n without gaps: %s", sql);
        p->number[i] = (uint16_t)(number - 1);
    }
    return p;
}

/* NULL with *STATUS when it fails. */
static struct prepared *prepare(struct sqlite *s, const char *sql, enum status *status)
{
    if (s->db.tx == TX_NONE)
        statements_trim(&s->cache);
    struct statement *st = statements_get(&s->cache, sql);
    if (!st->own) {
        sqlite3_stmt *stmt;
        const char *tail;
        if (sqlite3_prepare_v3(s->handle, st->sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &tail) !=
            SQLITE_OK) {
            *status = fail(s, sql);
            return NULL;
        }
        if (!stmt || tail[strspn(tail, "; \t\n")])
            BUG("not one statement: %s", sql);
        st->own = prepared_new(stmt, sql);
    }
    struct prepared *p = st->own;
    if (s->db.tx == TX_READ && !sqlite3_stmt_readonly(p->stmt)) {
        *status = db_fail(&s->db, BROKEN, sql, "a read transaction cannot write");
        return NULL;
    }
    return p;
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct value *v)
{
    switch (v->kind) {
    case VALUE_INT: return sqlite3_bind_int64(stmt, at, v->i);
    case VALUE_REAL: return sqlite3_bind_double(stmt, at, v->r);
    case VALUE_TEXT: return sqlite3_bind_text64(stmt, at, v->s, v->len, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BLOB: /* a NULL pointer would bind null */
        return sqlite3_bind_blob64(stmt, at, v->len ? v->b : "", v->len, SQLITE_STATIC);
    case VALUE_NULL: break;
    }
    return sqlite3_bind_null(stmt, at);
}

static void done(struct prepared *p)
{
    sqlite3_reset(p->stmt); /* its status is step's again */
    sqlite3_clear_bindings(p->stmt);
}

/* Prepared and bound; NULL with *STATUS when that fails. */
static struct prepared *start(
    struct sqlite *s, const char *sql, const struct value *args, size_t n, enum status *status)
{
    struct prepared *p = prepare(s, sql, status);
    if (!p)
        return NULL;
    if (p->n != n)
        BUG("%zu arguments for the %zu parameters of: %s", n, p->n, sql);
    for (size_t i = 0; i < n; i++) {
        if (bind_one(p->stmt, (int)i + 1, &args[p->number[i]]) != SQLITE_OK) {
            *status = fail(s, sql);
            done(p);
            return NULL;
        }
    }
    return p;
}

/* *ROW says whether there is one; SQLITE_DONE is no failure. */
static enum status step(struct sqlite *s, struct prepared *p, bool *row)
{
    int rc = sqlite3_step(p->stmt);
    *row = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? OK : fail(s, sqlite3_sql(p->stmt));
}

static enum status exec(struct db *db, int64_t *touched, const char *sql, const struct value *args, size_t n)
{
    struct sqlite *s = of(db);
    enum status status = OK;
    struct prepared *p = start(s, sql, args, n, &status);
    if (!p)
        return status;
    int64_t rows = 0;
    bool row = true;
    while (status == OK && row) {
        status = step(s, p, &row);
        rows += row;
    }
    done(p);
    if (touched && status == OK)
        *touched = sqlite3_stmt_readonly(p->stmt) ? rows : sqlite3_changes64(s->handle);
    return status;
}

/* ---- answers ---- */

/* Text and blobs are SQLite's until the next step. */
static struct value column(sqlite3_stmt *stmt, int c)
{
    switch (sqlite3_column_type(stmt, c)) {
    case SQLITE_INTEGER: return v_int(sqlite3_column_int64(stmt, c));
    case SQLITE_FLOAT: return v_real(sqlite3_column_double(stmt, c));
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_column_text(stmt, c);
        return (struct value){.kind = VALUE_TEXT, .s = text, .len = (size_t)sqlite3_column_bytes(stmt, c)};
    }
    case SQLITE_BLOB: {
        const void *blob = sqlite3_column_blob(stmt, c);
        size_t length = (size_t)sqlite3_column_bytes(stmt, c);
        return v_blob(length ? blob : "", length);
    }
    default: return v_null();
    }
}

static struct value kept(struct arena *a, struct value v)
{
    if (v.kind == VALUE_TEXT)
        v.s = arena_strndup(a, v.s, v.len);
    if (v.kind == VALUE_BLOB)
        v.b = arena_strndup(a, v.b, v.len);
    return v;
}

static void add_row(struct arena *a, struct rows *rows, size_t *cap, sqlite3_stmt *stmt)
{
    size_t n = rows->n_columns;
    if (rows->n == *cap) {
        *cap = *cap ? *cap * 2 : 4;
        struct value *more = ARENA_ARRAY(a, *cap * n, struct value);
        if (rows->n)
            memcpy(more, rows->cells, rows->n * n * sizeof *more);
        rows->cells = more;
    }
    for (size_t c = 0; c < n; c++)
        rows->cells[rows->n * n + c] = kept(a, column(stmt, (int)c));
    rows->n++;
}

static enum status answer(struct sqlite *s, struct arena *a, struct db_query *q)
{
    enum status status;
    struct prepared *p = start(s, q->sql, q->args, q->n_args, &status);
    if (!p)
        return status;
    size_t cap = 0;
    bool row;
    status = step(s, p, &row);
    if (status == OK) /* only now: the first step prepares anew after a change of the schema */
        q->rows.n_columns = (size_t)sqlite3_column_count(p->stmt);
    while (status == OK && row) {
        add_row(a, &q->rows, &cap, p->stmt);
        status = step(s, p, &row);
    }
    done(p);
    return status;
}

static enum status query(struct db *db, struct arena *a, struct db_query *queries, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(answer(of(db), a, &queries[i]));
    return OK;
}

static enum status ask(struct db *db, struct arena *a, struct db_query *q)
{
    return answer(of(db), a, q);
}

static enum status each(
    struct db *db, const struct row_reader *reader, const char *sql, const struct value *args, size_t n)
{
    struct sqlite *s = of(db);
    enum status status;
    struct prepared *p = start(s, sql, args, n, &status);
    if (!p)
        return status;
    bool row;
    status = step(s, p, &row);
    size_t n_columns = (size_t)sqlite3_column_count(p->stmt);
    struct value *cells = xcalloc(n_columns, sizeof *cells);
    while (status == OK && row) {
        for (size_t c = 0; c < n_columns; c++)
            cells[c] = column(p->stmt, (int)c);
        if (!reader->fn(reader->ctx, cells, n_columns))
            break;
        status = step(s, p, &row);
    }
    free(cells);
    done(p);
    return status;
}

/* ---- transactions ---- */

static enum status flush(struct db *db)
{
    (void)db; /* everything ran where it stood */
    return OK;
}

static enum status begin(struct db *db)
{
    return exec(db, NULL, db->tx == TX_WRITE ? "begin immediate" : "begin", NULL, 0);
}

static enum status commit(struct db *db)
{
    return exec(db, NULL, "commit", NULL, 0);
}

static void rollback(struct db *db)
{
    struct sqlite *s = of(db);
    /* A full disk and the like have rolled back already. What fails here has ended the transaction too. */
    if (!sqlite3_get_autocommit(s->handle))
        sqlite3_exec(s->handle, "rollback", NULL, NULL, NULL);
}

/* ---- the connection ---- */

static void close_sqlite(struct db *db)
{
    struct sqlite *s = of(db);
    statements_clear(&s->cache);
    checkpointer_free(s->checkpointer);
    sqlite3_close(s->handle);
    free(s);
}

static const struct engine sqlite_engine = {
    .kind = DB_SQLITE,
    .close = close_sqlite,
    .exec = exec,
    .query = query,
    .ask = ask,
    .each = each,
    .flush = flush,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
};

/* SQLite gives its -wal and -shm the mode of the file, so making the file first protects all three. */
static bool make_file(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST;
    close(fd);
    return true;
}

static bool run(struct sqlite *s, const char *sql)
{
    return sqlite3_exec(s->handle, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* SQLite does not call the busy handler here, and two processes may make the file at the same time. */
static bool use_wal(struct sqlite *s)
{
    int times = 0;
    while (!run(s, "pragma journal_mode = wal"))
        if (sqlite3_errcode(s->handle) != SQLITE_BUSY || !wait_busy(s, times++))
            return false;
    return true;
}

static int committed(void *ctx, sqlite3 *handle, const char *name, int frames)
{
    struct sqlite *s = ctx;
    (void)name;
    checkpointer_told(s->checkpointer, handle, frames);
    return SQLITE_OK;
}

static bool configure(struct sqlite *s)
{
    sqlite3_busy_handler(s->handle, wait_busy, s);
    sqlite3_extended_result_codes(s->handle, 1);
    sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* A misspelt name in double quotes is an error, not a text. */
    sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (!run(s, "pragma trusted_schema = off; pragma foreign_keys = on; pragma temp_store = memory;"
                "pragma mmap_size = 0"))
        return false;
    if (s->db.mode == DB_READ)
        return run(s, "pragma query_only = on; pragma cache_size = -4000;"
                      "pragma schema_version"); /* reads the file: what is no database fails here */
    sqlite3_wal_hook(s->handle, committed, s);  /* instead of SQLite's own */
    /*
     * The writer's cache holds what random keys touch. Not more: where a transaction split a page, SQLite
     * walks the whole cache after the commit (the page that it uses in between has a number beyond the last).
     * With 64 MB that took a fifth of a millisecond.
     */
    return use_wal(s) && run(s, "pragma synchronous = full; pragma cache_size = -8000");
}

static enum status cannot_open(struct arena *a, const char *path, const char *why, const char **error)
{
    *error = arena_printf(a, "%s: %s", path, why);
    return BROKEN;
}

/* Its statistics of memory cost a lock around every allocation, for all threads the same one. */
static void prepare_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

enum status sqlite_open(
    struct db **out, struct arena *a, const char *path, enum db_mode mode, const char **error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_library);
    if (!*path)
        return cannot_open(a, "sqlite:", "a file's name is missing", error);
    /* From "./" on it is a file for SQLite too, whatever its name: neither ":memory:" nor "file:...?...". */
    const char *file = *path == '/' ? path : arena_printf(a, "./%s", path);
    if (mode == DB_WRITE && !make_file(file))
        return cannot_open(a, path, strerror(errno), error);
    struct sqlite *s = xcalloc(1, sizeof *s);
    s->db = (struct db){.engine = &sqlite_engine, .mode = mode};
    s->cache = (struct statements){.drop = drop};
    s->checkpointer = mode == DB_WRITE ? checkpointer_new(file) : NULL;
    int flags = SQLITE_OPEN_NOMUTEX | (mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    if (sqlite3_open_v2(file, &s->handle, flags, NULL) != SQLITE_OK || !configure(s)) {
        enum status status = cannot_open(a, path, sqlite3_errmsg(s->handle), error);
        close_sqlite(&s->db);
        return status;
    }
    *out = &s->db;
    return OK;
}
