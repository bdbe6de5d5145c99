/* The tables that a database has, and filling them whatever refers to whatever, on both engines. */
#include "store_fixture.h"

static const char tables[] =
    "create table partner (id integer primary key, name text not null, share real, data blob,"
    " parent_id integer references partner(id));"
    "create unique index partner_once on partner (name) where share is not null;"
    "create table seat (place integer not null, row text not null, partner_id integer references partner(id),"
    " primary key (row, place));"
    "create index seat_partner on seat (partner_id);";

static void tables_are_told_alike(void **state)
{
    struct fixture *f = *state;
    struct db_table *t;
    size_t n;
    migrate(f, tables);
    ASSERT_OK(db_tables(f->db, f->a, &t, &n));
    assert_int_equal(n, 2);
    assert_string_equal(t[0].name, "partner");
    assert_int_equal(t[0].n_columns, 5);
    assert_int_equal(t[0].n_key, 1);
    static const enum value_kind kinds[] = {VALUE_INT, VALUE_TEXT, VALUE_REAL, VALUE_BLOB, VALUE_INT};
    for (size_t c = 0; c < t[0].n_columns; c++) {
        assert_int_equal(t[0].columns[c].kind, kinds[c]);
        assert_int_equal(t[0].columns[c].required, c < 2);
        assert_int_equal(t[0].columns[c].key, c == 0);
    }
    assert_string_equal(t[1].name, "seat");
    assert_int_equal(t[1].n_key, 2);
    assert_int_equal(t[1].columns[0].key, 2);
    assert_int_equal(t[1].columns[1].key, 1);
}

static enum status fill(struct fixture *f, const char *rows[], size_t n, const char **error)
{
    struct db_load load;
    ASSERT_OK(db_load_begin(f->db, f->a, &load));
    for (size_t i = 0; i < n; i++)
        ASSERT_OK(db_exec(f->db, rows[i], NULL, 0));
    return db_load_commit(f->db, f->a, &load, error);
}

/* By what only an index and a reference can refuse. */
static void assert_guarded(struct fixture *f)
{
    ASSERT_OK(db_begin_write(f->db));
    assert_int_not_equal(db_exec_count(f->db, &(int64_t){0},
                             "insert into partner (id, name, share) values (9, 'a', 1)", NULL, 0),
        OK);
    assert_string_equal(db_unique_violation(f->db), "partner.name");
    db_rollback(f->db);
}

static void rows_may_refer_to_later_ones(void **state)
{
    struct fixture *f = *state;
    const char *error, *rows[] = {"insert into seat (place, row, partner_id) values (1, 'x', 2)",
                           "insert into partner (id, name, share, parent_id) values (1, 'a', 0.5, 2)",
                           "insert into partner (id, name, parent_id) values (2, 'b', 1)"};
    migrate(f, tables);
    ASSERT_OK(fill(f, rows, COUNT(rows), &error));
    assert_int_equal(number(f, f->db, "select count(*) from partner"), 2);
    assert_guarded(f);
}

static void references_to_nothing_are_refused(void **state)
{
    struct fixture *f = *state;
    const char *error, *rows[] = {"insert into partner (id, name, parent_id) values (1, 'a', 7)"};
    migrate(f, tables);
    assert_int_not_equal(fill(f, rows, COUNT(rows), &error), OK);
    assert_non_null(strstr(error, "partner"));
    assert_int_equal(number(f, f->db, "select count(*) from partner"), 0);
}

static void what_is_unique_stays_so(void **state)
{
    struct fixture *f = *state;
    const char *error, *rows[] = {"insert into partner (id, name, share) values (1, 'a', 1)",
                           "insert into partner (id, name, share) values (2, 'a', 1)"};
    migrate(f, tables);
    assert_int_not_equal(fill(f, rows, COUNT(rows), &error), OK);
    assert_int_equal(number(f, f->db, "select count(*) from partner"), 0);
    ASSERT_OK(fill(f, rows, 1, &error));
    assert_guarded(f);
}

#define TESTS(ON)                                                                                            \
    ON(tables_are_told_alike), ON(rows_may_refer_to_later_ones), ON(references_to_nothing_are_refused),      \
        ON(what_is_unique_stays_so)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {TESTS(ON_SQLITE)};
    const struct CMUnitTest on_postgres[] = {TESTS(ON_POSTGRES)};
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (have_postgres())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
