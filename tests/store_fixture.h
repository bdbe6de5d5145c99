/*
 * A fresh database per test: a temporary SQLite file, or a schema of its own in the PostgreSQL database that
 * TANDEM_TEST_PG names (tests/pg.sh starts one). Without the variable the PostgreSQL tests are left out, with
 * a line that says so.
 */
#ifndef TANDEM_TESTS_STORE_FIXTURE_H
#define TANDEM_TESTS_STORE_FIXTURE_H

#include "store/migrate.h"
#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *a;
    struct db *db; /* may write */
    const char *url;
    const char *dir;    /* SQLite: of its own */
    const char *schema; /* PostgreSQL: of its own */
};

#define ASSERT_OK(status) assert_int_equal((status), OK)

/* A command that must succeed, now. */
static inline void run(struct db *db, const char *sql)
{
    ASSERT_OK(db_exec(db, sql, NULL, 0));
    ASSERT_OK(db_flush(db));
}

static inline struct db *open_db(struct fixture *f, enum db_mode mode)
{
    struct db *db;
    const char *error = NULL;
    if (db_open(&db, f->a, f->url, mode, &error) != OK)
        fail_msg("%s", error);
    return db;
}

/* The one number that a query answers. */
static inline int64_t number(struct fixture *f, struct db *db, const char *sql)
{
    struct rows rows;
    ASSERT_OK(db_query(db, f->a, &rows, sql, NULL, 0));
    assert_int_equal(rows.n, 1);
    return cell_int(&rows, 0, 0);
}

static inline void migrate(struct fixture *f, const char *sql)
{
    const struct migration table[] = {{.number = 1, .name = "0001_test", .sql = sql}, {.number = 0}};
    const char *error = NULL;
    if (migrate_with(f->db, f->a, table, &error) != OK)
        fail_msg("%s", error);
}

static inline struct fixture *fixture_new(void)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->a = arena_new();
    return f;
}

static inline int set_up_sqlite(void **state)
{
    struct fixture *f = fixture_new();
    char *dir = arena_strdup(f->a, "/tmp/tandem-test-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    f->dir = dir;
    f->url = arena_printf(f->a, "sqlite:%s/test.db", dir);
    f->db = open_db(f, DB_WRITE);
    *state = f;
    return 0;
}

static inline void admin(struct fixture *f, const char *sql)
{
    struct fixture root = {.a = f->a, .url = getenv("TANDEM_TEST_PG")};
    struct db *db = open_db(&root, DB_WRITE);
    run(db, sql);
    db_close(db);
}

static inline int set_up_postgres(void **state)
{
    struct fixture *f = fixture_new();
    const char *base = getenv("TANDEM_TEST_PG");
    f->schema = arena_printf(f->a, "store_test_%d", (int)getpid());
    admin(f, arena_printf(f->a, "create schema %s", f->schema));
    f->url =
        arena_printf(f->a, "%s%coptions=-csearch_path%%3D%s", base, strchr(base, '?') ? '&' : '?', f->schema);
    f->db = open_db(f, DB_WRITE);
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    db_close(f->db);
    if (f->schema)
        admin(f, arena_printf(f->a, "drop schema %s cascade", f->schema));
    if (f->dir) {
        static const char *const names[] = {"test.db", "test.db-wal", "test.db-shm"};
        for (size_t i = 0; i < COUNT(names); i++)
            unlink(arena_printf(f->a, "%s/%s", f->dir, names[i]));
        rmdir(f->dir);
    }
    arena_free(f->a);
    free(f);
    return 0;
}

static inline bool have_postgres(void)
{
    bool have = getenv("TANDEM_TEST_PG") != NULL;
    if (!have)
        print_message("TANDEM_TEST_PG is not set: the tests on PostgreSQL are left out\n");
    return have;
}

#define ON_SQLITE(test)                                                                                      \
    {                                                                                                        \
        "sqlite: " #test, test, set_up_sqlite, tear_down, NULL                                               \
    }
#define ON_POSTGRES(test)                                                                                    \
    {                                                                                                        \
        "postgresql: " #test, test, set_up_postgres, tear_down, NULL                                         \
    }

#endif
