/*
 * A dump: all that a database means, as JSON lines, the same from either database (docs/dump-format.md). The
 * writer and the reader know tables and columns from the database's own catalogue, nothing of what they are
 * for.
 */
#ifndef TANDEM_DUMP_H
#define TANDEM_DUMP_H

#include "base/arena.h"
#include "base/buf.h"
#include "store/store.h"

#include <jansson.h>
#include <stdio.h>

#define DUMP_FORMAT   "tandem-dump/1"
#define DUMP_LINE_MAX ((size_t)64 << 20)

/* What a dump is made of: the tables in their order, without what is left out, and the last migration. */
struct dump_plan {
    const struct db_table *tables;
    size_t n;
    const char *migration; /* "0016_ended" */
};
/* Of a database of this version; REFUSED with *ERROR where it is none. */
enum status dump_plan_read(struct db *db, struct arena *a, struct dump_plan *out, const char **error) MUST;

/* The line that heads a dump, the one that heads a table's rows, the last one. */
void dump_add_head(struct buf *b, const struct dump_plan *plan);
void dump_add_table(struct buf *b, const struct db_table *t);
void dump_add_end(struct buf *b, int64_t rows);

/* Where lines go, each with its newline; false: no more of them, the caller knows why. */
struct dump_sink {
    bool (*line)(void *ctx, const char *line, size_t n);
    void *ctx;
};
/* Writes all rows within the read transaction of DB. *ERROR is NULL where the sink wanted no more. */
enum status dump_write(struct db *db, struct arena *a, const struct dump_plan *plan,
    const struct dump_sink *to, int64_t *rows, const char **error) MUST;

/*
 * Reads line by line and gives on what it has checked: each table of the plan once and with its columns, each
 * cell of its column's kind, rows in the order of their primary key and so no two of one key, as many as the
 * last line says.
 */
struct dump_reader {
    const struct dump_plan *plan;
    struct arena *arena;          /* for messages and the last row's key */
    const struct db_table *table; /* whose rows are read; NULL: none yet */
    json_t *const *heads;         /* of each table, as it must be */
    bool *seen;
    struct arena *last_arena;
    struct value *last; /* the cells of the last row's key, in columns' order; NULL: no row yet */
    int64_t line, rows;
    enum { DUMP_HEAD, DUMP_ROWS, DUMP_END } at;
};
void dump_reader_start(struct dump_reader *out, struct arena *a, const struct dump_plan *plan);
/* What a line was. */
enum dump_line { DUMP_BAD, DUMP_NO_ROW, DUMP_ROW };
/*
 * TEXT without its newline. DUMP_ROW: *CELLS are those of a row of reader->table, in A. DUMP_BAD: *ERROR says
 * which line and why.
 */
enum dump_line dump_read(struct dump_reader *r, struct arena *a, const char *text, size_t n,
    struct value **cells, const char **error) MUST;
/* Behind the last line: whether the dump was whole. */
bool dump_whole(struct dump_reader *r, const char **error) MUST;

/*
 * Loads lines into the empty database behind DB, in one transaction: dump_load_start, a line at a time,
 * dump_load_end, which commits. After a failure of any of them nothing is stored.
 */
struct dump_load;
enum status dump_load_start(struct dump_load **out, struct arena *a, struct db *db, const char **error) MUST;
enum status dump_load_line(struct dump_load *l, const char *text, size_t n, const char **error) MUST;
enum status dump_load_end(struct dump_load *l, int64_t *rows, const char **error) MUST;

#endif
