#include "store/migrate.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/time.h"
#include "store/ddl.h"

#include <openssl/sha.h>

#define WAITS 60 /* times the store's own wait for a lock: another process may be migrating much data */

/*
 * One transaction a migration, each under the lock and each after looking again at what is applied: two
 * processes that start together share the work, whoever comes first.
 */
struct migrator {
    struct db *db;
    struct arena *a;
    const struct migration *table;
    const char **error;
};

static enum status failed(struct migrator *m, enum status status)
{
    if (!*m->error)
        *m->error = arena_strdup(m->a, db_error(m->db));
    return status;
}

static const char *checksum(struct arena *a, const char *sql)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)sql, strlen(sql), digest);
    struct buf hex = buf_in(a, 2 * sizeof digest);
    buf_add_hex(&hex, digest, sizeof digest);
    return buf_str(&hex);
}

/*
 * The first that is missing. What is applied must be the beginning of the table, unchanged; otherwise
 * REFUSED.
 */
static enum status first_missing(struct migrator *m, const struct migration **next)
{
    struct rows rows;
    TRY(db_query(
        m->db, m->a, &rows, "select number, name, checksum from schema_migration order by number", NULL, 0));
    const struct migration *at = m->table;
    for (size_t i = 0; i < rows.n; i++, at++) {
        const char *name = cell_text(&rows, i, 1);
        if (at->number == 0 || at->number != cell_int(&rows, i, 0)) {
            *m->error = arena_printf(
                m->a, "migration %s of the database is not known here: use a newer Tandem", name);
            return REFUSED;
        }
        if (!streq(checksum(m->a, at->sql), cell_text(&rows, i, 2))) {
            *m->error = arena_printf(m->a, "migration %s was changed after it was applied", name);
            return REFUSED;
        }
    }
    *next = at;
    return OK;
}

static enum status lock(struct db *db)
{
    if (db_engine(db) == DB_SQLITE)
        return OK; /* it is the only writer already */
    TRY(db_exec(db, "set local lock_timeout = 0", NULL, 0));
    /* Two keys: not among those of db_lock_names(), which have one. */
    return db_exec(db, "select pg_advisory_xact_lock(1952541796, 1)", NULL, 0);
}

static enum status make_table(struct migrator *m)
{
    static const char sql[] = "create table if not exists schema_migration (number integer primary key,"
                              " name text not null, checksum text not null, applied_at integer not null)";
    return db_exec(m->db, ddl_for(m->a, db_engine(m->db), sql), NULL, 0);
}

static enum status apply(struct migrator *m, const struct migration *migration)
{
    const char *rest = migration->sql;
    for (char *sql; (sql = ddl_next(m->a, &rest));) {
        const char *own = ddl_for(m->a, db_engine(m->db), sql);
        if (own)
            TRY(db_exec(m->db, own, NULL, 0));
    }
    const struct value args[] = {v_int(migration->number), v_text(migration->name),
        v_text(checksum(m->a, migration->sql)), v_int(instant_now().us)};
    return db_exec(m->db,
        "insert into schema_migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)", args,
        COUNT(args));
}

static enum status step_within(struct migrator *m, const struct migration **next)
{
    TRY(lock(m->db));
    TRY(make_table(m));
    TRY(first_missing(m, next));
    if ((*next)->number == 0)
        return OK;
    return apply(m, *next);
}

/* Applies the next one; *NEXT is it, or the end of the table. */
static enum status step(struct migrator *m, const struct migration **next)
{
    enum status status = RETRY;
    for (int waits = 0; status == RETRY && waits < WAITS; waits++) {
        status = db_begin_write(m->db);
        if (status != OK)
            continue;
        status = step_within(m, next);
        if (status == OK)
            status = db_commit(m->db);
        db_rollback(m->db);
    }
    return status == OK ? OK : failed(m, status);
}

enum status migrate_with(struct db *db, struct arena *a, const struct migration *table, const char **error)
{
    struct migrator m = {.db = db, .a = a, .table = table, .error = error};
    *error = NULL;
    for (const struct migration *next = table;;) {
        enum status status = step(&m, &next);
        if (status != OK)
            return BROKEN;
        if (next->number == 0)
            return OK;
        log_info("database: applied migration %s", next->name);
    }
}

static enum status table_exists(struct db *db, struct arena *a, bool *yes)
{
    const char *sql = db_engine(db) == DB_SQLITE
                          ? "select count(*) from sqlite_master where name = 'schema_migration'"
                          : "select count(to_regclass('schema_migration'))";
    struct rows rows;
    TRY(db_query(db, a, &rows, sql, NULL, 0));
    *yes = cell_int(&rows, 0, 0) > 0;
    return OK;
}

static enum status missing_with(struct db *db, struct arena *a, const struct migration *table,
    const struct migration **first, const char **error)
{
    struct migrator m = {.db = db, .a = a, .table = table, .error = error};
    bool exists;
    *error = NULL;
    *first = table;
    TRY(table_exists(db, a, &exists));
    return exists ? first_missing(&m, first) : OK;
}

enum status migrated_with(struct db *db, struct arena *a, const struct migration *table, bool *yes)
{
    const char *error;
    const struct migration *first = table;
    enum status status = missing_with(db, a, table, &first, &error);
    *yes = status == OK && first->number == 0;
    return status == REFUSED ? OK : status;
}

enum status db_migrate(struct db *db, struct arena *a, const char **error)
{
    return migrate_with(db, a, migrations, error);
}

enum status db_missing(struct db *db, struct arena *a, const struct migration **first, const char **error)
{
    return missing_with(db, a, migrations, first, error);
}

enum status db_migrated(struct db *db, struct arena *a, bool *yes)
{
    return migrated_with(db, a, migrations, yes);
}
