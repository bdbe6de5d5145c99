/*
 * Filling empty tables in one transaction. What costs most row by row, indexes and references, is taken off
 * first and put back behind the last row: DDL is part of the transaction on both databases.
 */
#include "store/store.h"

/* What drops and what makes again: indexes that are no keys; on PostgreSQL references, too. */
static const char off_sqlite[] = "select 'drop index ' || name, sql from sqlite_master where type = 'index' "
                                 "and sql is not null order by name";
static const char off_postgres[] =
    "select format('alter table %s drop constraint %I', cast(conrelid as regclass), conname), "
    "format('alter table %s add constraint %I %s', cast(conrelid as regclass), conname, "
    "pg_get_constraintdef(oid)), 1, conname from pg_constraint "
    "where contype = 'f' and connamespace = cast(current_schema() as regnamespace) "
    "union all "
    "select format('drop index %s', cast(i.indexrelid as regclass)), pg_get_indexdef(i.indexrelid), 0, "
    "c.relname "
    "from pg_index i join pg_class c on c.oid = i.indexrelid "
    "where c.relnamespace = cast(current_schema() as regnamespace) "
    "and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', "
    "'u')) "
    "order by 3, 4";

static enum status lock_tables(struct db *db, struct arena *a)
{
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select format('lock table %s in access exclusive mode', string_agg(cast(cast(oid as regclass) as "
        "text), "
        "', ')) from pg_class where relkind in ('r', 'p') and relnamespace = cast(current_schema() as "
        "regnamespace)",
        NULL, 0));
    return db_exec(db, cell_string(&rows, 0, 0), NULL, 0);
}

/* Sorts for the indexes go to files: there is no bound to what is loaded. Neither pragma works within. */
static enum status begin_sqlite(struct db *db)
{
    TRY(db_exec(db, "pragma foreign_keys = off", NULL, 0));
    TRY(db_exec(db, "pragma temp_store = file", NULL, 0));
    return db_begin_write(db);
}

static enum status begin_postgres(struct db *db, struct arena *a)
{
    TRY(db_begin_write(db));
    return lock_tables(db, a);
}

enum status db_load_begin(struct db *db, struct arena *a, struct db_load *out)
{
    bool sqlite = db_engine(db) == DB_SQLITE;
    *out = (struct db_load){0};
    TRY(sqlite ? begin_sqlite(db) : begin_postgres(db, a));
    TRY(db_query(db, a, &out->make, sqlite ? off_sqlite : off_postgres, NULL, 0));
    for (size_t i = 0; i < out->make.n; i++)
        TRY(db_exec(db, cell_string(&out->make, i, 0), NULL, 0));
    return db_flush(db);
}

/* PostgreSQL has checked them when they were made again. */
static enum status check_references(struct db *db, struct arena *a, const char **error)
{
    struct rows rows;
    if (db_engine(db) != DB_SQLITE)
        return OK;
    TRY(db_query(db, a, &rows, "select [table], parent from pragma_foreign_key_check limit 1", NULL, 0));
    if (rows.n == 0)
        return OK;
    *error = arena_printf(a, "a row of %s refers to a row of %s that is not there", cell_string(&rows, 0, 0),
        cell_string(&rows, 0, 1));
    return REFUSED;
}

static enum status finish(struct db *db, struct arena *a, const struct db_load *load, const char **error)
{
    for (size_t i = 0; i < load->make.n; i++)
        TRY(db_exec(db, cell_string(&load->make, i, 1), NULL, 0));
    TRY(db_flush(db));
    TRY(check_references(db, a, error));
    return db_commit(db);
}

enum status db_load_commit(struct db *db, struct arena *a, const struct db_load *load, const char **error)
{
    *error = NULL;
    enum status s = finish(db, a, load, error);
    if (s != OK) {
        *error = *error ? *error : arena_strdup(a, db_error(db));
        db_rollback(db);
        return s;
    }
    /* Until it knows the new rows, PostgreSQL plans as for empty tables. */
    return db_engine(db) == DB_POSTGRES ? db_exec_count(db, &(int64_t){0}, "analyze", NULL, 0) : OK;
}
