#include "tests/bench/bulk.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_AT_ONCE 50
#define COLUMNS_MAX  24

struct bulk {
    struct db *db;
    struct arena *rows;
    const char *table, *columns;
    size_t n_columns, n; /* values waiting */
    const char *one, *many;
    struct value v[ROWS_AT_ONCE * COLUMNS_MAX];
};

_Noreturn void bench_die(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why ? why : "failed");
    exit(1);
}

void bench_must(struct db *db, enum status status, const char *what)
{
    if (status != OK)
        bench_die(what, db_error(db));
}

void bench_run(struct db *db, const char *sql)
{
    bench_must(db, db_exec(db, sql, NULL, 0), sql);
    bench_must(db, db_flush(db), sql);
}

void bulk_open(struct db *db)
{
    if (db_engine(db) == DB_SQLITE) {
        bench_run(db, "pragma synchronous = off");
        bench_run(db, "pragma cache_size = -600000");
    }
    bench_must(db, db_begin_write(db), "begin");
}

void bulk_close(struct db *db)
{
    bench_must(db, db_commit(db), "commit");
    bench_run(db, db_engine(db) == DB_SQLITE ? "pragma wal_checkpoint(truncate)" : "analyze");
}

static const char *insert_text(const struct bulk *b, struct arena *keep, size_t n_rows)
{
    struct buf text = buf_in(keep, 1 << 16);
    buf_addf(&text, "insert into %s (%s) values ", b->table, b->columns);
    for (size_t i = 0; i < n_rows * b->n_columns; i++) {
        size_t column = i % b->n_columns;
        buf_addf(&text, "%s$%zu%s",
            column ? ", "
            : i    ? ", ("
                   : "(",
            i + 1, column + 1 == b->n_columns ? ")" : "");
    }
    return buf_str(&text);
}

struct bulk *bulk_into(
    struct db *db, struct arena *keep, struct arena *rows, const char *table, const char *columns)
{
    struct bulk *b = ARENA_NEW(keep, struct bulk);
    *b = (struct bulk){.db = db, .rows = rows, .table = table, .columns = columns, .n_columns = 1};
    for (const char *p = columns; *p; p++)
        b->n_columns += *p == ',';
    ASSERT(b->n_columns <= COLUMNS_MAX);
    b->one = insert_text(b, keep, 1);
    b->many = insert_text(b, keep, ROWS_AT_ONCE);
    return b;
}

void bulk_flush(struct bulk *b)
{
    size_t all = ROWS_AT_ONCE * b->n_columns;
    if (b->n == all)
        bench_must(b->db, db_exec(b->db, b->many, b->v, b->n), b->table);
    else
        for (size_t at = 0; at < b->n; at += b->n_columns)
            bench_must(b->db, db_exec(b->db, b->one, b->v + at, b->n_columns), b->table);
    b->n = 0;
    bench_must(b->db, db_flush(b->db), b->table);
    arena_reset(b->rows);
}

void bulk_add(struct bulk *b, const struct value *v)
{
    memcpy(b->v + b->n, v, b->n_columns * sizeof *v);
    b->n += b->n_columns;
    if (b->n == ROWS_AT_ONCE * b->n_columns)
        bulk_flush(b);
}
