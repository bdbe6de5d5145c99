/* The lines of a dump that are no rows, and which tables have any. */
#include "app/dump.h"

#include "base/json.h"

/* What would be of no use elsewhere: all of it is over within the hour, or is made anew. */
static const struct {
    const char *table, *why;
} left_out[] = {
    {"session", "people sign in again"},
    {"magic_link", "sign-in links, good for minutes"},
    {"challenge", "what a passkey is to sign, good for minutes"},
    {"link_ask", "counts of links that were asked for within the hour"},
};

/* Whether the table is left out, and why so; NULL: it goes along. */
static const char *dump_left_out(const char *table)
{
    for (size_t i = 0; i < COUNT(left_out); i++)
        if (streq(table, left_out[i].table))
            return left_out[i].why;
    return NULL;
}

static const char *last_migration(struct arena *a)
{
    const struct migration *m = migrations;
    while (m[1].number)
        m++;
    return arena_printf(a, "%04d_%s", m->number, m->name);
}

enum status dump_plan_read(struct db *db, struct arena *a, struct dump_plan *out, const char **error)
{
    struct db_table *tables;
    size_t n;
    const struct migration *missing;
    *error = NULL;
    enum status s = db_missing(db, a, &missing, error);
    if (s == OK && missing->number) {
        *error = "the database is not of this version: run tandem migrate, or the program of its version";
        return REFUSED;
    }
    if (s == OK)
        s = db_tables(db, a, &tables, &n);
    if (s != OK) {
        *error = *error ? *error : arena_strdup(a, db_error(db));
        return s;
    }
    *out = (struct dump_plan){.tables = tables, .migration = last_migration(a)};
    for (size_t i = 0; i < n; i++)
        if (!dump_left_out(tables[i].name))
            tables[out->n++] = tables[i];
    return OK;
}

void dump_add_head(struct buf *b, const struct dump_plan *plan)
{
    struct json_out w = json_out(b);
    out_object(&w);
    out_kv_string(&w, "format", DUMP_FORMAT);
    out_kv_string(&w, "migration", plan->migration);
    out_end(&w);
    buf_addc(b, '\n');
}

static const char *const kinds[] = {
    [VALUE_INT] = "integer", [VALUE_REAL] = "real", [VALUE_TEXT] = "text", [VALUE_BLOB] = "blob"};

static const char *key_column(const struct db_table *t, size_t place)
{
    for (size_t c = 0; c < t->n_columns; c++)
        if (t->columns[c].key == (int)place)
            return t->columns[c].name;
    BUG("%s has no primary key", t->name);
}

void dump_add_table(struct buf *b, const struct db_table *t)
{
    struct json_out w = json_out(b);
    out_object(&w);
    out_kv_string(&w, "table", t->name);
    out_key(&w, "columns");
    out_array(&w);
    for (size_t c = 0; c < t->n_columns; c++)
        out_string(&w, t->columns[c].name);
    out_end(&w);
    out_key(&w, "kinds");
    out_array(&w);
    for (size_t c = 0; c < t->n_columns; c++)
        out_string(&w, kinds[t->columns[c].kind]);
    out_end(&w);
    out_key(&w, "key");
    out_array(&w);
    for (size_t k = 1; k <= t->n_key; k++)
        out_string(&w, key_column(t, k));
    out_end(&w);
    out_end(&w);
    buf_addc(b, '\n');
}

void dump_add_end(struct buf *b, int64_t rows)
{
    struct json_out w = json_out(b);
    out_object(&w);
    out_kv_bool(&w, "end", true);
    out_kv_int(&w, "rows", rows);
    out_end(&w);
    buf_addc(b, '\n');
}
