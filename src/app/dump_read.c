/* Reading a dump: whatever a line says is checked before anybody stores it. */
#include "app/dump.h"

#include "base/json.h"
#include "engine/merkle/base64.h"

#include <inttypes.h>

static enum dump_line bad(struct dump_reader *r, const char **error, const char *fmt, ...) PRINTF_LIKE(3, 4);
static enum dump_line bad(struct dump_reader *r, const char **error, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *why = arena_vprintf(r->arena, fmt, args);
    va_end(args);
    *error = arena_printf(r->arena, "line %" PRId64 ": %s", r->line, why);
    return DUMP_BAD;
}

static json_t *head_of(struct arena *a, const struct db_table *t)
{
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    const char *error;
    dump_add_table(&b, t);
    return json_read(a, b.p, b.len, &error);
}

static void free_last(void *arena)
{
    arena_free(arena);
}

void dump_reader_start(struct dump_reader *out, struct arena *a, const struct dump_plan *plan)
{
    json_t **heads = ARENA_ARRAY(a, plan->n + 1, json_t *);
    for (size_t i = 0; i < plan->n; i++)
        heads[i] = head_of(a, &plan->tables[i]);
    *out = (struct dump_reader){.plan = plan,
        .arena = a,
        .heads = heads,
        .seen = ARENA_ARRAY(a, plan->n + 1, bool),
        .last_arena = arena_new()};
    arena_cleanup(a, free_last, out->last_arena);
}

/* ---- lines that are no rows ---- */

static enum dump_line read_head(struct dump_reader *r, const json_t *j, const char **error)
{
    const char *format = json_string_value(json_object_get(j, "format"));
    const char *migration = json_string_value(json_object_get(j, "migration"));
    if (!format || strncmp(format, "tandem-dump/", 12) != 0 || !migration)
        return bad(r, error, "this is not what tandem dump wrote");
    if (!streq(format, DUMP_FORMAT))
        return bad(r, error, "the format is %.40s, this program reads %s", format, DUMP_FORMAT);
    if (!streq(migration, r->plan->migration))
        return bad(r, error,
            "the dump is of a database at %.60s, this program's are at %s: load it with the program that "
            "wrote it, then run tandem migrate with this one",
            migration, r->plan->migration);
    r->at = DUMP_ROWS;
    return DUMP_NO_ROW;
}

static const char *missing_table(const struct dump_reader *r)
{
    for (size_t i = 0; i < r->plan->n; i++)
        if (!r->seen[i])
            return r->plan->tables[i].name;
    return NULL;
}

static enum dump_line read_end(struct dump_reader *r, const json_t *j, const char **error)
{
    const json_t *rows = json_object_get(j, "rows");
    const char *missing = missing_table(r);
    if (missing)
        return bad(r, error, "the dump ends without the table %s", missing);
    if (!json_is_integer(rows) || json_integer_value(rows) != r->rows)
        return bad(r, error, "the dump should have %lld rows here and has %" PRId64 ": lines are missing",
            json_integer_value(rows), r->rows);
    r->at = DUMP_END;
    return DUMP_NO_ROW;
}

static enum dump_line read_table(struct dump_reader *r, const json_t *j, const char **error)
{
    const char *name = json_string_value(json_object_get(j, "table"));
    if (!name)
        return bad(r, error, "neither a row nor the head of a table");
    for (size_t i = 0; i < r->plan->n; i++) {
        const struct db_table *t = &r->plan->tables[i];
        if (!streq(t->name, name))
            continue;
        if (r->seen[i])
            return bad(r, error, "the table %s comes a second time", name);
        if (!json_equal(j, r->heads[i]))
            return bad(r, error, "the columns of %s are not those of this version", name);
        r->seen[i] = true;
        r->table = t;
        r->last = NULL;
        return DUMP_NO_ROW;
    }
    return bad(r, error, "there is no table %.60s", name);
}

/* ---- rows ---- */

static bool text_cell(const json_t *j, struct value *out)
{
    *out = (struct value){.kind = VALUE_TEXT, .s = json_string_value(j), .len = json_string_length(j)};
    return json_is_string(j);
}

static bool blob_cell(struct arena *a, const json_t *j, struct value *out)
{
    if (!json_is_string(j))
        return false;
    size_t n = json_string_length(j), length = 0;
    unsigned char *bytes = arena_alloc(a, n + 1);
    bool good = base64_decode(json_string_value(j), n, bytes, n + 1, &length);
    *out = v_blob(bytes, length);
    return good;
}

/* False: it is not of the column's kind. */
static bool read_cell(struct arena *a, const json_t *j, const struct db_column *column, struct value *out)
{
    if (json_is_null(j)) {
        *out = v_null();
        return !column->required;
    }
    switch (column->kind) {
    case VALUE_INT: *out = v_int(json_integer_value(j)); return json_is_integer(j);
    case VALUE_REAL: *out = v_real(json_number_value(j)); return json_is_number(j);
    case VALUE_TEXT: return text_cell(j, out);
    case VALUE_BLOB: return blob_cell(a, j, out);
    case VALUE_NULL: break;
    }
    return false;
}

static int compare_bytes(const struct value *x, const struct value *y)
{
    size_t n = x->len < y->len ? x->len : y->len;
    const void *p = x->kind == VALUE_TEXT ? x->s : x->b, *q = y->kind == VALUE_TEXT ? y->s : y->b;
    int order = n ? memcmp(p, q, n) : 0;
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static int compare(const struct value *x, const struct value *y)
{
    if (x->kind == VALUE_INT)
        return (x->i > y->i) - (x->i < y->i);
    return x->kind == VALUE_REAL ? (x->r > y->r) - (x->r < y->r) : compare_bytes(x, y);
}

/* Whether CELLS come behind the last row by the primary key; they are the last then. */
static bool follows(struct dump_reader *r, const struct value *cells)
{
    const struct db_table *t = r->table;
    int order = r->last ? 0 : 1;
    for (int k = 1; order == 0 && k <= (int)t->n_key; k++)
        for (size_t c = 0; c < t->n_columns; c++)
            if (t->columns[c].key == k)
                order = compare(&cells[c], &r->last[c]);
    if (order <= 0)
        return false;
    arena_reset(r->last_arena);
    r->last = ARENA_ARRAY(r->last_arena, t->n_columns, struct value);
    for (size_t c = 0; c < t->n_columns; c++) {
        if (!t->columns[c].key)
            continue;
        r->last[c] = cells[c];
        if (cells[c].kind == VALUE_TEXT)
            r->last[c].s = arena_strndup(r->last_arena, cells[c].s, cells[c].len);
        else if (cells[c].kind == VALUE_BLOB)
            r->last[c].b = arena_strndup(r->last_arena, cells[c].b, cells[c].len);
    }
    return true;
}

static const char *kind_wanted(const struct db_column *c)
{
    static const char *const words[] = {[VALUE_NULL] = "known",
        [VALUE_INT] = "a whole number",
        [VALUE_REAL] = "a number",
        [VALUE_TEXT] = "text",
        [VALUE_BLOB] = "bytes in base64"};
    return words[c->kind];
}

static enum dump_line read_row(
    struct dump_reader *r, struct arena *a, const json_t *j, struct value **cells, const char **error)
{
    const struct db_table *t = r->table;
    if (!t)
        return bad(r, error, "a row comes before the head of a table");
    if (json_array_size(j) != t->n_columns)
        return bad(r, error, "%s has %zu columns, the row %zu", t->name, t->n_columns, json_array_size(j));
    struct value *v = *cells = ARENA_ARRAY(a, t->n_columns, struct value);
    for (size_t c = 0; c < t->n_columns; c++)
        if (!read_cell(a, json_array_get(j, c), &t->columns[c], &v[c]))
            return bad(r, error, "%s of %s must be %s%s", t->columns[c].name, t->name,
                kind_wanted(&t->columns[c]), t->columns[c].required ? "" : " or null");
    if (!follows(r, v))
        return bad(r, error, "the row of %s is not behind the one before it: it is repeated, or out of order",
            t->name);
    r->rows++;
    return DUMP_ROW;
}

/* What json_read() says, without the line, which is always its first. */
static const char *json_trouble(const char *error)
{
    static const char line[] = "line 1, ";
    return strncmp(error, line, sizeof line - 1) == 0 ? error + sizeof line - 1 : error;
}

enum dump_line dump_read(struct dump_reader *r, struct arena *a, const char *text, size_t n,
    struct value **cells, const char **error)
{
    const char *trouble;
    r->line++;
    if (r->at == DUMP_END)
        return bad(r, error, "there is more behind the end");
    const json_t *j = json_read(a, text, n, &trouble);
    if (!j)
        return bad(r, error, "it is not whole JSON: %s", json_trouble(trouble));
    if (r->at == DUMP_HEAD)
        return read_head(r, j, error);
    if (json_is_array(j))
        return read_row(r, a, j, cells, error);
    return json_is_true(json_object_get(j, "end")) ? read_end(r, j, error) : read_table(r, j, error);
}

bool dump_whole(struct dump_reader *r, const char **error)
{
    if (r->at == DUMP_END)
        return true;
    *error = r->line ? arena_printf(r->arena,
                           "the dump breaks off behind line %" PRId64 ": its last line is missing", r->line)
                     : "the dump is empty";
    return false;
}
