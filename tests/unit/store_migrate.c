/* Migrations and the mapping of their SQL. */
#include "store_fixture.h"

#include "store/ddl.h"

#include <pthread.h>

/* ---- the words ---- */

static void expect(const char *sql, const char *sqlite, const char *postgres)
{
    struct arena *a = arena_new();
    assert_string_equal(ddl_for(a, DB_SQLITE, sql), sqlite);
    assert_string_equal(ddl_for(a, DB_POSTGRES, sql), postgres);
    arena_free(a);
}

static void types(void **state)
{
    (void)state;
    expect("create table t (a integer primary key, b text not null, c real, d blob)",
        "create table t (a integer primary key, b text not null, c real, d blob) strict",
        "create table t (a bigint primary key, b text collate \"C\" not null, c double precision, d bytea)");
    expect("create table if not exists t(a INTEGER,b Text)\n",
        "create table if not exists t(a INTEGER,b Text) strict",
        "create table if not exists t(a bigint,b text collate \"C\")");
    expect("create table t (a text, b integer, primary key (a, b)) without rowid",
        "create table t (a text, b integer, primary key (a, b)) strict, without rowid",
        "create table t (a text collate \"C\", b bigint, primary key (a, b))");
    expect("alter table t add column b text default ''", "alter table t add column b text default ''",
        "alter table t add column b text collate \"C\" default ''");
    expect("alter table t add b real", "alter table t add b real", "alter table t add b double precision");
}

static void references_that_only_one_lets_go(void **state)
{
    (void)state;
    static const char sql[] = "alter table t drop constraint t_a_fkey";
    struct arena *a = arena_new();
    assert_null(ddl_for(a, DB_SQLITE, sql));
    assert_string_equal(ddl_for(a, DB_POSTGRES, sql), sql);
    expect("alter table t drop column a", "alter table t drop column a", "alter table t drop column a");
    arena_free(a);
}

static void columns_named_like_types(void **state)
{
    (void)state;
    expect("create table t (text text, blob integer, real real, unique (text, real))",
        "create table t (text text, blob integer, real real, unique (text, real)) strict",
        "create table t (text text collate \"C\", blob bigint, real double precision, unique (text, real))");
    expect("create index i on t (text, blob)", "create index i on t (text, blob)",
        "create index i on t (text, blob)");
    expect("alter table t add column text text", "alter table t add column text text",
        "alter table t add column text text collate \"C\"");
    expect("select text as real from t", "select text as real from t", "select text as real from t");
}

static void casts(void **state)
{
    (void)state;
    expect("update t set a = cast(b as integer), c = cast( d as text )",
        "update t set a = cast(b as integer), c = cast( d as text )",
        "update t set a = cast(b as bigint), c = cast( d as text )");
    expect("create table t (a text check (cast(a as real) > 1), b integer default (cast('1' as integer)))",
        "create table t (a text check (cast(a as real) > 1), b integer default (cast('1' as integer))) "
        "strict",
        "create table t (a text collate \"C\" check (cast(a as double precision) > 1),"
        " b bigint default (cast('1' as bigint)))");
}

static void quotes_and_comments(void **state)
{
    (void)state;
    expect("create table t (a text default 'x integer, (b text', -- c text,\n /* d text (*/ e text)",
        "create table t (a text default 'x integer, (b text', -- c text,\n /* d text (*/ e text) strict",
        "create table t (a text collate \"C\" default 'x integer, (b text', -- c text,\n"
        " /* d text (*/ e text collate \"C\")");
    expect("create table t (a text default 'it''s text', b text)",
        "create table t (a text default 'it''s text', b text) strict",
        "create table t (a text collate \"C\" default 'it''s text', b text collate \"C\")");
    expect("insert into t values ('a integer')", "insert into t values ('a integer')",
        "insert into t values ('a integer')");
    expect("", "", "");
    expect("create", "create", "create");
}

static void splitting(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *sql = "-- first; \n create table a (b text default ';');\n;; /* x;y */ insert into a\n"
                      "values ('it''s; fine'); -- the end;\n";
    assert_string_equal(ddl_next(a, &sql), "create table a (b text default ';')");
    assert_string_equal(ddl_next(a, &sql), "insert into a\nvalues ('it''s; fine')");
    assert_null(ddl_next(a, &sql));
    assert_null(ddl_next(a, &sql));
    sql = "select 1";
    assert_string_equal(ddl_next(a, &sql), "select 1");
    assert_null(ddl_next(a, &sql));
    sql = "select 'open; ";
    assert_string_equal(ddl_next(a, &sql), "select 'open; ");
    assert_null(ddl_next(a, &sql));
    sql = "/* open ; ";
    assert_null(ddl_next(a, &sql));
    arena_free(a);
}

/* ---- applying them ---- */

static const char first_sql[] = "create table a (id integer primary key, text text);\n"
                                "insert into a (id, text) values (1, 'x;y');\n";
static const char second_sql[] = "alter table a add column n integer not null default 7;\n"
                                 "create index a_n on a (n);";

static const struct migration table[] = {
    {.number = 1, .name = "0001_first", .sql = first_sql},
    {.number = 3, .name = "0003_second", .sql = second_sql},
    {.number = 0},
};

static void expect_migrated(struct fixture *f, const struct migration *of, bool expected)
{
    bool yes = !expected;
    ASSERT_OK(migrated_with(f->db, f->a, of, &yes));
    assert_int_equal(yes, expected);
}

static int64_t applied(struct fixture *f)
{
    return number(f, f->db, "select count(*) from schema_migration");
}

static void applied_once(void **state)
{
    struct fixture *f = *state;
    const struct migration only_first[] = {table[0], {.number = 0}};
    const char *error;
    expect_migrated(f, table, false);
    expect_migrated(f, &table[2], true);
    ASSERT_OK(migrate_with(f->db, f->a, only_first, &error));
    assert_int_equal(applied(f), 1);
    expect_migrated(f, only_first, true);
    expect_migrated(f, table, false);
    for (int i = 0; i < 2; i++) {
        ASSERT_OK(migrate_with(f->db, f->a, table, &error));
        assert_int_equal(applied(f), 2);
        expect_migrated(f, table, true);
    }
    assert_int_equal(number(f, f->db, "select n from a where text = 'x;y'"), 7);
    assert_int_equal(
        number(f, f->db, "select count(*) from schema_migration where applied_at > 1700000000000000"), 2);
}

static void expect_refused(struct fixture *f, const struct migration *of, const char *why)
{
    const char *error = NULL;
    assert_int_equal(migrate_with(f->db, f->a, of, &error), BROKEN);
    assert_non_null(error);
    if (!strstr(error, why))
        fail_msg("\"%s\" does not say \"%s\"", error, why);
    expect_migrated(f, of, false);
}

static void strangers_are_refused(void **state)
{
    struct fixture *f = *state;
    const char *error;
    ASSERT_OK(migrate_with(f->db, f->a, table, &error));
    struct migration other[4];
    memcpy(other, table, sizeof table);
    other[0].sql = "create table a (id integer primary key)";
    expect_refused(f, other, "0001_first was changed");
    memcpy(other, table, sizeof table);
    other[1] = (struct migration){.number = 0};
    expect_refused(f, other, "0003_second");
    memcpy(&other[1], table, sizeof table);
    other[0] = (struct migration){.number = 0, .name = "x", .sql = ""};
    expect_refused(f, other, "newer");
    const struct migration between[] = {table[0],
        {.number = 2, .name = "0002_late", .sql = "create table late (n integer)"}, table[1], table[2]};
    expect_refused(f, between, "0003_second");
    expect_migrated(f, table, true);
}

static void failing_one_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    const struct migration bad[] = {table[0],
        {.number = 2, .name = "0002_bad", .sql = "create table b (n integer); insert into b (m) values (1)"},
        {.number = 0}};
    const char *error = NULL;
    assert_int_equal(migrate_with(f->db, f->a, bad, &error), BROKEN);
    assert_true(error && strlen(error) > 0);
    assert_int_equal(applied(f), 1);
    run(f->db, "create table b (m integer)"); /* it is not there */
}

static void strict_tables(void **state)
{
    struct fixture *f = *state;
    migrate(f, "create table t (n integer)");
    enum status status = db_exec(f->db, "insert into t (n) values ('text')", NULL, 0);
    assert_int_equal(status == OK ? db_flush(f->db) : status, BROKEN);
}

struct process {
    struct fixture *f;
    enum status status;
};

static void *migrate_too(void *arg)
{
    struct process *p = arg;
    struct arena *a = arena_new();
    struct db *db;
    const char *error;
    p->status = db_open(&db, a, p->f->url, DB_WRITE, &error);
    if (p->status == OK) {
        p->status = migrate_with(db, a, table, &error);
        db_close(db);
    }
    arena_free(a);
    return NULL;
}

static void several_at_once(void **state)
{
    struct fixture *f = *state;
    struct process processes[4];
    pthread_t threads[COUNT(processes)];
    for (size_t i = 0; i < COUNT(threads); i++) {
        processes[i] = (struct process){.f = f};
        assert_int_equal(pthread_create(&threads[i], NULL, migrate_too, &processes[i]), 0);
    }
    for (size_t i = 0; i < COUNT(threads); i++) {
        pthread_join(threads[i], NULL);
        ASSERT_OK(processes[i].status);
    }
    assert_int_equal(applied(f), 2);
    assert_int_equal(number(f, f->db, "select count(*) from a"), 1);
}

#define TESTS(ON)                                                                                            \
    ON(applied_once), ON(strangers_are_refused), ON(failing_one_leaves_nothing), ON(strict_tables),          \
        ON(several_at_once)

int main(void)
{
    const struct CMUnitTest words[] = {cmocka_unit_test(types),
        cmocka_unit_test(references_that_only_one_lets_go), cmocka_unit_test(columns_named_like_types),
        cmocka_unit_test(casts), cmocka_unit_test(quotes_and_comments), cmocka_unit_test(splitting)};
    const struct CMUnitTest on_sqlite[] = {TESTS(ON_SQLITE)};
    const struct CMUnitTest on_postgres[] = {TESTS(ON_POSTGRES)};
    int failed = cmocka_run_group_tests(words, NULL, NULL);
    failed += cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (have_postgres())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
