/* The tables of a database, from its own catalogue. */
#include "store/store.h"

#include <strings.h>

/* Table, column, type, whether it is never null, place in the primary key. */
static const char on_sqlite[] =
    "select t.name, c.name, c.type, c.[notnull], c.pk from sqlite_master t join pragma_table_info(t.name) c "
    "where t.type = 'table' and substr(t.name, 1, 7) <> 'sqlite_' and t.name <> 'schema_migration' "
    "order by t.name, c.cid";
/* An index's columns are numbered from 0 there. */
static const char on_postgres[] =
    "select t.relname, c.attname, format_type(c.atttypid, null), c.attnotnull, "
    "coalesce(array_position(cast(i.indkey as smallint[]), c.attnum) + 1, 0) "
    "from pg_class t join pg_attribute c on c.attrelid = t.oid "
    "left join pg_index i on i.indrelid = t.oid and i.indisprimary "
    "where t.relkind in ('r', 'p') and t.relnamespace = cast(current_schema() as regnamespace) "
    "and t.relname <> 'schema_migration' and c.attnum > 0 and not c.attisdropped "
    "order by t.relname collate \"C\", c.attnum";

static const struct {
    const char *sqlite, *postgres;
    enum value_kind kind;
} types[] = {
    {.sqlite = "integer", .postgres = "bigint", .kind = VALUE_INT},
    {.sqlite = "real", .postgres = "double precision", .kind = VALUE_REAL},
    {.sqlite = "text", .postgres = "text", .kind = VALUE_TEXT},
    {.sqlite = "blob", .postgres = "bytea", .kind = VALUE_BLOB},
};

/* VALUE_NULL: none that a migration makes. */
static enum value_kind kind_of(const char *type)
{
    for (size_t i = 0; i < COUNT(types); i++)
        if (strcasecmp(type, types[i].sqlite) == 0 || streq(type, types[i].postgres))
            return types[i].kind;
    return VALUE_NULL;
}

static struct db_column column_of(const struct rows *rows, size_t r)
{
    return (struct db_column){.name = cell_string(rows, r, 1),
        .kind = kind_of(cell_string(rows, r, 2)),
        .required = cell_int(rows, r, 3) || cell_int(rows, r, 4),
        .key = (int)cell_int(rows, r, 4)};
}

enum status db_tables(struct db *db, struct arena *a, struct db_table **out, size_t *n)
{
    struct rows rows;
    *n = 0;
    TRY(db_query(db, a, &rows, db_engine(db) == DB_SQLITE ? on_sqlite : on_postgres, NULL, 0));
    struct db_table *tables = ARENA_ARRAY(a, rows.n + 1, struct db_table);
    struct db_column *columns = ARENA_ARRAY(a, rows.n + 1, struct db_column);
    for (size_t r = 0; r < rows.n; r++) {
        columns[r] = column_of(&rows, r);
        if (!*n || !streq(tables[*n - 1].name, cell_string(&rows, r, 0)))
            tables[(*n)++] = (struct db_table){.name = cell_string(&rows, r, 0), .columns = columns + r};
        tables[*n - 1].n_columns++;
        tables[*n - 1].n_key += columns[r].key > 0;
    }
    *out = tables;
    return OK;
}
