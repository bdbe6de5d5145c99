/* Dumps from a stranger: rows come out checked, in order and within the plan, whatever the lines are. */
#include "app/dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct db_column person[] = {
    {.name = "id", .kind = VALUE_INT, .required = true, .key = 1},
    {.name = "name", .kind = VALUE_TEXT, .required = true},
    {.name = "share", .kind = VALUE_REAL},
    {.name = "secret", .kind = VALUE_BLOB},
};
static const struct db_column word[] = {
    {.name = "noun", .kind = VALUE_TEXT, .required = true, .key = 2},
    {.name = "hash", .kind = VALUE_BLOB, .required = true, .key = 1},
};
static const struct db_table tables[] = {
    {.name = "person", .columns = person, .n_columns = COUNT(person), .n_key = 1},
    {.name = "word", .columns = word, .n_columns = COUNT(word), .n_key = 2},
};
static const struct dump_plan plan = {.tables = tables, .n = COUNT(tables), .migration = "0001_test"};

static void check_row(const struct db_table *t, const struct value *cells)
{
    for (size_t c = 0; c < t->n_columns; c++) {
        ASSERT(
            cells[c].kind == t->columns[c].kind || (cells[c].kind == VALUE_NULL && !t->columns[c].required));
        if (cells[c].kind == VALUE_TEXT)
            ASSERT(strlen(cells[c].s) == cells[c].len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(), *rows = arena_new();
    struct dump_reader reader;
    const char *error = NULL, *at = (const char *)data, *end = at + size;
    enum dump_line was = DUMP_NO_ROW;
    int64_t n = 0, last = INT64_MIN;
    dump_reader_start(&reader, a, &plan);
    while (at < end && was != DUMP_BAD) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline ? newline : end;
        struct value *cells;
        was = dump_read(&reader, rows, at, (size_t)(stop - at), &cells, &error);
        at = newline ? newline + 1 : end;
        if (was == DUMP_ROW) {
            check_row(reader.table, cells);
            ASSERT(reader.table != &tables[0] || cells[0].i > last || n == 0);
            last = reader.table == &tables[0] ? cells[0].i : INT64_MIN;
            n++;
        }
        arena_reset(rows);
    }
    if (was == DUMP_BAD)
        ASSERT(strncmp(error, "line ", 5) == 0);
    else if (dump_whole(&reader, &error))
        ASSERT(reader.rows == n && reader.seen[0] && reader.seen[1]);
    arena_free(rows);
    arena_free(a);
    return 0;
}
