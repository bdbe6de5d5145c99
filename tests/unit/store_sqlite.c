/* What only a file can do. */
#include "store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

static const char *file(const struct fixture *f, const char *suffix)
{
    return arena_printf(f->a, "%s/test.db%s", f->dir, suffix);
}

static void private_files(void **state)
{
    struct fixture *f = *state;
    run(f->db, "create table t (n integer)");
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT(suffixes); i++) {
        struct stat st;
        assert_int_equal(stat(file(f, suffixes[i]), &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

static const char *text(struct fixture *f, struct db *db, const char *sql)
{
    struct rows rows;
    ASSERT_OK(db_query(db, f->a, &rows, sql, NULL, 0));
    return cell_text(&rows, 0, 0);
}

static void settings(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(text(f, f->db, "pragma journal_mode"), "wal");
    assert_int_equal(number(f, f->db, "pragma synchronous"), 2);
    assert_int_equal(number(f, f->db, "pragma foreign_keys"), 1);
    assert_int_equal(number(f, f->db, "pragma trusted_schema"), 0);
    assert_int_equal(number(f, f->db, "pragma mmap_size"), 0);
    struct db *reader = open_db(f, DB_READ);
    assert_int_equal(number(f, reader, "pragma query_only"), 1);
    assert_int_equal(number(f, reader, "pragma cache_size"), -4000);
    db_close(reader);
}

static void readers_make_no_file(void **state)
{
    struct fixture *f = *state;
    struct db *db;
    const char *error = NULL, *other = file(f, "-other");
    assert_int_equal(db_open(&db, f->a, other, DB_READ, &error), BROKEN);
    assert_non_null(strstr(error, "test.db-other"));
    assert_int_equal(access(other, F_OK), -1);
}

static void no_database(void **state)
{
    struct fixture *f = *state;
    const char *path = file(f, "-text"), *error = NULL;
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (int i = 0; i < 500; i++)
        fputs("This is no database. ", out);
    fclose(out);
    struct db *db;
    assert_int_equal(db_open(&db, f->a, path, DB_WRITE, &error), BROKEN);
    assert_int_equal(db_open(&db, f->a, path, DB_READ, &error), BROKEN);
    assert_non_null(strstr(error, "not a database"));
    unlink(path);
}

/* Names that mean something to SQLite are names of files here. */
static void names_of_files(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {":memory:", "file:x?mode=memory", "plain"};
    int back = open(".", O_RDONLY | O_DIRECTORY);
    assert_true(back >= 0);
    assert_int_equal(chdir(f->dir), 0);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct db *db;
        const char *error;
        ASSERT_OK(db_open(&db, f->a, names[i], DB_WRITE, &error));
        run(db, "create table t (n integer)");
        db_close(db);
        assert_int_equal(unlink(names[i]), 0);
    }
    assert_int_equal(fchdir(back), 0);
    close(back);
}

static void full_disk(void **state)
{
    struct fixture *f = *state;
    run(f->db, "create table t (n integer, data blob)");
    assert_int_equal(number(f, f->db, "pragma max_page_count = 50"), 50);
    char *big = arena_calloc(f->a, 400000, 1);
    const struct value data = v_blob(big, 400000);

    ASSERT_OK(db_begin_write(f->db));
    ASSERT_OK(db_exec(f->db, "insert into t (n) values (1)", NULL, 0));
    assert_int_equal(db_exec(f->db, "insert into t (data) values ($1)", &data, 1), BROKEN);
    assert_non_null(strstr(db_error(f->db), "full"));
    assert_int_equal(db_exec(f->db, "insert into t (n) values (2)", NULL, 0), BROKEN);
    assert_int_equal(db_commit(f->db), BROKEN);
    assert_int_equal(number(f, f->db, "select count(*) from t"), 0);

    ASSERT_OK(db_begin_write(f->db));
    ASSERT_OK(db_exec(f->db, "insert into t (n) values (3)", NULL, 0));
    ASSERT_OK(db_commit(f->db));
    assert_int_equal(number(f, f->db, "select sum(n) from t"), 3);
}

static void misspelt_names_are_no_texts(void **state)
{
    struct fixture *f = *state;
    run(f->db, "create table t (n integer)");
    struct rows rows;
    assert_int_equal(db_query(f->db, f->a, &rows, "select \"nosuch\" from t", NULL, 0), BROKEN);
}

/* Another process changes a table: statements prepared before go on, with the columns of now. */
static void schema_changes_under_a_statement(void **state)
{
    struct fixture *f = *state;
    run(f->db, "create table t (n integer)");
    run(f->db, "insert into t (n) values (1)");
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows, "select * from t", NULL, 0));
    assert_int_equal(rows.n_columns, 1);
    struct db *other = open_db(f, DB_WRITE);
    run(other, "alter table t add column m integer default 5");
    db_close(other);
    ASSERT_OK(db_query(f->db, f->a, &rows, "select * from t", NULL, 0));
    assert_int_equal(rows.n_columns, 2);
    assert_int_equal(cell_int(&rows, 0, 1), 5);
}

static off_t log_size(const struct fixture *f)
{
    struct stat st;
    assert_int_equal(stat(file(f, "-wal"), &st), 0);
    return st.st_size;
}

/* A busy writer, whose log is copied back beside it: once it is at its end the log is written from its start.
 */
static void a_long_log_begins_anew(void **state)
{
    struct fixture *f = *state;
    int same = 0;
    run(f->db, "create table t (n integer primary key, b blob)");
    for (int i = 0; i < 4000 && same < 3; i++) {
        off_t before = log_size(f);
        run(f->db, "insert into t (b) values (zeroblob(100000))");
        same = log_size(f) == before ? same + 1 : 0;
    }
    assert_int_equal(same, 3);
    assert_string_equal(text(f, f->db, "pragma integrity_check"), "ok");
    struct db *reader = open_db(f, DB_READ);
    assert_int_equal(number(f, reader, "select count(*) from t"), number(f, reader, "select max(n) from t"));
    db_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {ON_SQLITE(private_files), ON_SQLITE(settings),
        ON_SQLITE(readers_make_no_file), ON_SQLITE(no_database), ON_SQLITE(names_of_files),
        ON_SQLITE(full_disk), ON_SQLITE(misspelt_names_are_no_texts),
        ON_SQLITE(schema_changes_under_a_statement), ON_SQLITE(a_long_log_begins_anew)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
