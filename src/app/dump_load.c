/* Loading a dump: rows into an empty database, some to a statement, all in one transaction. */
#include "app/dump.h"
#include "app/references.h"

#include <inttypes.h>

/* A statement takes so many cells at most, and rows are sent on at the latest when they hold so much. */
#define CELLS_AT_ONCE 400
#define BYTES_AT_ONCE ((size_t)1 << 20)

struct dump_load {
    struct arena *arena;
    struct db *db;
    struct dump_plan plan;
    struct dump_reader reader;
    struct db_load load;
    struct batch {
        struct arena *arena;          /* of the rows that wait */
        const struct db_table *table; /* whose they are */
        const char *one, *many;       /* statements for a row and for MAX of them */
        struct value cells[CELLS_AT_ONCE];
        size_t n, max, bytes;
    } batch;
};

static void free_rows(void *arena)
{
    arena_free(arena);
}

static enum status must_be_empty(struct dump_load *l, const char **error)
{
    struct db_table *tables;
    size_t n;
    struct rows rows;
    TRY(db_tables(l->db, l->arena, &tables, &n));
    for (size_t i = 0; i < n; i++) {
        const char *sql = arena_printf(l->arena, "select 1 from %s limit 1", tables[i].name);
        TRY(db_query(l->db, l->arena, &rows, sql, NULL, 0));
        if (rows.n) {
            *error = arena_printf(l->arena,
                "the database is not empty: %s has rows; a dump is loaded into a new one", tables[i].name);
            return REFUSED;
        }
    }
    return OK;
}

static enum status failed(struct dump_load *l, enum status s, const char **error)
{
    if (s != OK && !*error)
        *error = arena_strdup(l->arena, db_error(l->db));
    if (s != OK)
        db_rollback(l->db);
    return s;
}

static enum status start(struct dump_load *l, const char **error)
{
    TRY(db_migrate(l->db, l->arena, error));
    TRY(dump_plan_read(l->db, l->arena, &l->plan, error));
    TRY(db_load_begin(l->db, l->arena, &l->load));
    return must_be_empty(l, error);
}

enum status dump_load_start(struct dump_load **out, struct arena *a, struct db *db, const char **error)
{
    struct dump_load *l = *out = ARENA_NEW(a, struct dump_load);
    *error = NULL;
    *l = (struct dump_load){.arena = a, .db = db, .batch = {.arena = arena_new()}};
    arena_cleanup(a, free_rows, l->batch.arena);
    enum status s = start(l, error);
    if (s == OK)
        dump_reader_start(&l->reader, a, &l->plan);
    return failed(l, s, error);
}

/* ---- rows ---- */

static const char *insert_of(struct arena *a, const struct db_table *t, size_t rows)
{
    struct buf sql = buf_in(a, BUF_MAX_DEFAULT);
    size_t number = 0;
    buf_addf(&sql, "insert into %s (", t->name);
    for (size_t c = 0; c < t->n_columns; c++)
        buf_addf(&sql, "%s%s", c ? ", " : "", t->columns[c].name);
    buf_adds(&sql, ") values ");
    for (size_t r = 0; r < rows; r++) {
        buf_adds(&sql, r ? ", (" : "(");
        for (size_t c = 0; c < t->n_columns; c++)
            buf_addf(&sql, "%s$%zu", c ? ", " : "", ++number);
        buf_addc(&sql, ')');
    }
    return buf_str(&sql);
}

static enum status send_rows(struct dump_load *l, bool all)
{
    struct batch *b = &l->batch;
    size_t width = b->table ? b->table->n_columns : 0;
    if (b->n == b->max && b->n) {
        TRY(db_exec(l->db, b->many, b->cells, b->n * width));
    } else {
        for (size_t r = 0; r < b->n; r++)
            TRY(db_exec(l->db, b->one, b->cells + r * width, width));
    }
    b->n = b->bytes = 0;
    arena_reset(b->arena);
    return all ? db_flush(l->db) : OK;
}

/* At a table's end, so that a failure is known to be of that table. */
static enum status next_table(struct dump_load *l)
{
    struct batch *b = &l->batch;
    const struct db_table *t = l->reader.table;
    TRY(send_rows(l, true));
    b->table = t;
    b->max = t->n_columns < CELLS_AT_ONCE / 2 ? CELLS_AT_ONCE / t->n_columns : 1;
    b->one = insert_of(l->arena, t, 1);
    b->many = insert_of(l->arena, t, b->max);
    return OK;
}

static enum status keep_row(struct dump_load *l, const struct value *cells)
{
    struct batch *b = &l->batch;
    size_t width = b->table->n_columns;
    ASSERT(width <= CELLS_AT_ONCE);
    memcpy(b->cells + b->n++ * width, cells, width * sizeof *cells);
    for (size_t c = 0; c < width; c++)
        b->bytes += cells[c].len;
    return b->n == b->max || b->bytes > BYTES_AT_ONCE ? send_rows(l, false) : OK;
}

static enum status store_failed(struct dump_load *l, enum status s, const char **error)
{
    const char *unique = db_unique_violation(l->db);
    if (s != OK)
        *error =
            arena_printf(l->arena, "%s, up to line %" PRId64 ": %s%s", l->batch.table->name, l->reader.line,
                unique ? "two rows share what is unique: " : "", unique ? unique : db_error(l->db));
    return failed(l, s, error);
}

enum status dump_load_line(struct dump_load *l, const char *text, size_t n, const char **error)
{
    struct value *cells;
    *error = NULL;
    switch (dump_read(&l->reader, l->batch.arena, text, n, &cells, error)) {
    case DUMP_BAD: return failed(l, REFUSED, error);
    case DUMP_NO_ROW:
        if (l->reader.table && l->reader.table != l->batch.table)
            return store_failed(l, next_table(l), error);
        return OK;
    case DUMP_ROW: break;
    }
    return store_failed(l, keep_row(l, cells), error);
}

/* SQLite checks them with its own. */
static enum status check_references(struct dump_load *l, const char **error)
{
    const struct reference *r = NULL;
    if (db_engine(l->db) == DB_POSTGRES)
        TRY(store_failed(l, references_broken(l->db, l->arena, &r), error));
    if (r)
        *error =
            arena_printf(l->arena, "a row of %s refers to a row of %s that is not there", r->table, r->to);
    return r ? failed(l, REFUSED, error) : OK;
}

enum status dump_load_end(struct dump_load *l, int64_t *rows, const char **error)
{
    *error = NULL;
    *rows = l->reader.rows;
    if (!dump_whole(&l->reader, error))
        return failed(l, REFUSED, error);
    TRY(store_failed(l, send_rows(l, true), error));
    TRY(check_references(l, error));
    return db_load_commit(l->db, l->arena, &l->load, error);
}
