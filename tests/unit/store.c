/* What both engines must do alike: every test here runs on SQLite and on PostgreSQL. */
#include "store_fixture.h"

#include <pthread.h>

static const char item_table[] =
    "create table item (id integer primary key, name text, amount integer,"
    " share real, data blob);"
    "create unique index item_name on item (name, amount);"
    "create unique index item_lower on item (lower(name)) where share is not null;";

static void insert(struct db *db, int64_t id, const char *name)
{
    const struct value args[] = {v_int(id), v_text(name)};
    ASSERT_OK(db_exec(db, "insert into item (id, name) values ($1, $2)", args, 2));
}

static int64_t count(struct fixture *f)
{
    return number(f, f->db, "select count(*) from item");
}

/* ---- values ---- */

static void parameters(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    const struct value in[] = {v_text("bolt"), v_int(42), v_int(7)};
    ASSERT_OK(db_exec(f->db, "insert into item (id, name, amount) values ($3, $1, $2)", in, 3));
    struct rows rows;
    const char *sql = "select amount, name, id from item where id = $3 and name = $1 and amount = $2"
                      " and (id = $3 or name = $1)";
    ASSERT_OK(db_query(f->db, f->a, &rows, sql, in, 3));
    assert_int_equal(rows.n, 1);
    assert_int_equal(rows.n_columns, 3);
    assert_int_equal(cell_int(&rows, 0, 0), 42);
    assert_string_equal(cell_text(&rows, 0, 1), "bolt");
    assert_int_equal(cell_int(&rows, 0, 2), 7);
    assert_null(cell_text(&rows, 0, 2));
    assert_int_equal(cell_int(&rows, 0, 1), 0);
}

static struct rows round_trip(struct fixture *f, const char *column, struct value v)
{
    run(f->db, "delete from item");
    const char *sql = arena_printf(f->a, "insert into item (id, %s) values (1, $1)", column);
    ASSERT_OK(db_exec(f->db, sql, &v, 1));
    struct rows rows;
    sql = arena_printf(f->a, "select %s from item", column);
    ASSERT_OK(db_query(f->db, f->a, &rows, sql, NULL, 0));
    assert_int_equal(rows.n, 1);
    assert_int_equal(cell(&rows, 0, 0)->kind, v.kind);
    return rows;
}

static void integers_and_reals(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    const int64_t integers[] = {0, -1, INT64_MAX, INT64_MIN, INT64_C(1) << 53};
    for (size_t i = 0; i < COUNT(integers); i++) {
        struct rows rows = round_trip(f, "amount", v_int(integers[i]));
        assert_true(cell_int(&rows, 0, 0) == integers[i]);
    }
    const double reals[] = {0.1, -2.5, 1e300, 5e-324, 1.7976931348623157e308, 0};
    for (size_t i = 0; i < COUNT(reals); i++) {
        struct rows rows = round_trip(f, "share", v_real(reals[i]));
        assert_true(cell(&rows, 0, 0)->r == reals[i]);
    }
}

static void texts(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    const char *const all[] = {"", "it's", "Zoë Ørsted 東京 🚀", "a\nb\t\\c", "$1 ? %s"};
    for (size_t i = 0; i < COUNT(all); i++) {
        struct rows rows = round_trip(f, "name", v_text(all[i]));
        assert_string_equal(cell_text(&rows, 0, 0), all[i]);
        assert_int_equal(cell(&rows, 0, 0)->len, strlen(all[i]));
    }
}

static void blobs(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    unsigned char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    struct rows rows = round_trip(f, "data", v_blob(bytes, sizeof bytes));
    assert_int_equal(cell(&rows, 0, 0)->len, sizeof bytes);
    assert_memory_equal(cell(&rows, 0, 0)->b, bytes, sizeof bytes);
    rows = round_trip(f, "data", v_blob(NULL, 0));
    assert_int_equal(cell(&rows, 0, 0)->len, 0);
    assert_non_null(cell(&rows, 0, 0)->b);

    size_t big = (size_t)3 << 20;
    unsigned char *many = arena_calloc(f->a, big, 1);
    many[0] = 1;
    many[big - 1] = 255;
    rows = round_trip(f, "data", v_blob(many, big));
    assert_int_equal(cell(&rows, 0, 0)->len, big);
    assert_memory_equal(cell(&rows, 0, 0)->b, many, big);
}

static void nulls(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    static const char *const columns[] = {"name", "amount", "share", "data"};
    for (size_t i = 0; i < COUNT(columns); i++)
        round_trip(f, columns[i], v_null());
    round_trip(f, "name", v_text(NULL));
    round_trip(f, "amount", v_ref(0));
    round_trip(f, "name", v_text(""));
    assert_int_equal(number(f, f->db, "select count(*) from item where name is not null"), 1);
}

static void no_rows(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows, "select id, name from item", NULL, 0));
    assert_int_equal(rows.n, 0);
    assert_int_equal(rows.n_columns, 2);
}

static void sorted_by_bytes(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    static const char *const sorted[] = {"", "B", "Zz", "_", "a", "ab", "b", "Ä", "ß", "ö", "東"};
    for (size_t i = 0; i < COUNT(sorted); i++)
        insert(f->db, (int64_t)(i * 7 % COUNT(sorted)), sorted[i * 7 % COUNT(sorted)]);
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows, "select name from item order by name", NULL, 0));
    assert_int_equal(rows.n, COUNT(sorted));
    for (size_t i = 0; i < rows.n; i++)
        assert_string_equal(cell_text(&rows, i, 0), sorted[i]);
    assert_int_equal(number(f, f->db, "select count(*) from item where name > 'Zz'"), 8);
}

/* ---- statements ---- */

static void text_changes_at_one_address(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    char sql[64];
    for (int i = 0; i < 5; i++) {
        snprintf(sql, sizeof sql, "select cast(%d as integer)", i);
        assert_int_equal(number(f, f->db, sql), i);
    }
}

static void more_texts_than_are_kept(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 700; i++)
            assert_int_equal(number(f, f->db, arena_printf(f->a, "select count(*) + %d from item", i)), i);
    ASSERT_OK(db_begin_write(f->db));
    for (int i = 0; i < 700; i++)
        ASSERT_OK(db_exec(
            f->db, arena_printf(f->a, "insert into item (id, name) values (%d, '%d')", i, i), NULL, 0));
    ASSERT_OK(db_commit(f->db));
    assert_int_equal(count(f), 700);
    if (db_engine(f->db) == DB_POSTGRES)
        assert_in_range(number(f, f->db, "select count(*) from pg_prepared_statements"), 1, 260);
}

static void counts_touched(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    for (int i = 0; i < 10; i++)
        insert(f->db, i, NULL);
    int64_t touched;
    const struct value five = v_int(5);
    ASSERT_OK(db_exec_count(f->db, &touched, "update item set amount = id where id < $1", &five, 1));
    assert_int_equal(touched, 5);
    ASSERT_OK(db_exec_count(f->db, &touched, "delete from item where id > 100", NULL, 0));
    assert_int_equal(touched, 0);
    struct rows rows;
    ASSERT_OK(db_query(
        f->db, f->a, &rows, "update item set amount = 1 where id = $1 returning id, amount", &five, 1));
    assert_int_equal(cell_int(&rows, 0, 0), 5);
}

static void several_queries(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    for (int i = 0; i < 3; i++)
        insert(f->db, i, i == 1 ? "one" : NULL);
    const struct value one = v_int(1), none = v_int(99);
    struct db_query q[] = {
        {.sql = "select count(*) from item"},
        {.sql = "select name from item where id = $1", .args = &one, .n_args = 1},
        {.sql = "select name from item where id = $1", .args = &none, .n_args = 1},
    };
    ASSERT_OK(db_query_many(f->db, f->a, q, COUNT(q)));
    assert_int_equal(cell_int(&q[0].rows, 0, 0), 3);
    assert_string_equal(cell_text(&q[1].rows, 0, 0), "one");
    assert_int_equal(q[2].rows.n, 0);

    q[1].sql = "select nothing from item where id = $1";
    assert_int_equal(db_query_many(f->db, f->a, q, COUNT(q)), BROKEN);
    assert_int_equal(count(f), 3);
}

/* What was asked ahead is answered with what is asked next, and fails with it. */
static void asked_ahead(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    insert(f->db, 1, "one");
    ASSERT_OK(db_flush(f->db));
    struct value one = v_int(1);
    struct db_query first = {.sql = "select name from item where id = $1", .args = &one, .n_args = 1},
                    second = {.sql = "select count(*) from item"};
    struct rows rows;
    ASSERT_OK(db_begin_read(f->db));
    ASSERT_OK(db_ask(f->db, f->a, &first));
    ASSERT_OK(db_ask(f->db, f->a, &second));
    ASSERT_OK(db_query(f->db, f->a, &rows, "select 7 + $1", &one, 1));
    assert_int_equal(cell_int(&rows, 0, 0), 8);
    assert_string_equal(cell_text(&first.rows, 0, 0), "one");
    assert_int_equal(cell_int(&second.rows, 0, 0), 1);
    first.rows.n = 0;
    ASSERT_OK(db_ask(f->db, f->a, &first));
    ASSERT_OK(db_flush(f->db));
    assert_int_equal(first.rows.n, 1);
    ASSERT_OK(db_ask(f->db, f->a, &first)); /* nobody waits for it */
    db_rollback(f->db);

    ASSERT_OK(db_begin_read(f->db));
    first.sql = "select nothing from item where id = $1";
    enum status s = db_ask(f->db, f->a, &first);
    if (s == OK)
        s = db_query(f->db, f->a, &rows, "select 1", NULL, 0);
    assert_int_equal(s, BROKEN);
    db_rollback(f->db);
    assert_int_equal(count(f), 1);
}

struct seen {
    int64_t n, sum;
    int64_t stop_at;
    size_t text_bytes;
};

static bool see(void *ctx, const struct value *cells, size_t n)
{
    struct seen *seen = ctx;
    seen->n++;
    seen->sum += n == 2 && cells[0].kind == VALUE_INT ? cells[0].i : 0;
    seen->text_bytes += cells[1].kind == VALUE_TEXT ? strlen(cells[1].s) : 0;
    return seen->n != seen->stop_at;
}

static void row_by_row(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    ASSERT_OK(db_begin_write(f->db));
    for (int i = 1; i <= 2000; i++)
        insert(f->db, i, i % 2 ? "odd" : NULL);
    struct seen all = {0}, some = {.stop_at = 10}, none = {0};
    /* within the transaction, with commands still queued */
    ASSERT_OK(db_each(f->db, see, &all, "select id, name from item order by id", NULL, 0));
    assert_int_equal(all.n, 2000);
    assert_int_equal(all.sum, 2001000);
    assert_int_equal(all.text_bytes, 3000);
    ASSERT_OK(db_each(f->db, see, &some, "select id, name from item order by id", NULL, 0));
    assert_int_equal(some.n, 10);
    assert_int_equal(some.sum, 55);
    assert_int_equal(count(f), 2000);
    ASSERT_OK(db_commit(f->db));
    ASSERT_OK(db_each(f->db, see, &none, "select id, name from item where id < 0", NULL, 0));
    assert_int_equal(none.n, 0);
    assert_int_equal(db_each(f->db, see, &none, "select id, nme from item", NULL, 0), BROKEN);
    assert_int_equal(count(f), 2000);
}

/* ---- transactions and failures ---- */

static void rolled_back(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    ASSERT_OK(db_begin_write(f->db));
    insert(f->db, 1, "gone");
    assert_int_equal(count(f), 1);
    db_rollback(f->db);
    assert_int_equal(count(f), 0);
    ASSERT_OK(db_begin_write(f->db));
    insert(f->db, 1, "gone too"); /* still queued */
    db_rollback(f->db);
    assert_int_equal(count(f), 0);
    db_rollback(f->db); /* without a transaction: nothing */
    ASSERT_OK(db_begin_write(f->db));
    insert(f->db, 1, "stays");
    ASSERT_OK(db_commit(f->db));
    assert_int_equal(count(f), 1);
}

static void savepoints(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    ASSERT_OK(db_begin_write(f->db));
    for (int i = 0; i < 6; i++) {
        ASSERT_OK(db_savepoint(f->db));
        insert(f->db, i, NULL);
        if (i % 2)
            ASSERT_OK(db_rollback_to(f->db));
        else
            ASSERT_OK(db_release(f->db));
    }
    ASSERT_OK(db_commit(f->db));
    assert_int_equal(number(f, f->db, "select cast(sum(id) as integer) from item"), 6);
    assert_int_equal(count(f), 3);
}

/* The failure of a queued insert, wherever it is told first. */
static void expect_violation(struct fixture *f, enum status status, const char *name)
{
    assert_int_equal(status, RETRY);
    assert_non_null(db_unique_violation(f->db));
    assert_string_equal(db_unique_violation(f->db), name);
}

static enum status exec_now(struct db *db, const char *sql)
{
    enum status status = db_exec(db, sql, NULL, 0);
    return status == OK ? db_flush(db) : status;
}

static void unique_violations(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    run(f->db, "insert into item (id, name, amount, share) values (1, 'A', 5, 1)");
    expect_violation(f, exec_now(f->db, "insert into item (id) values (1)"), "item.id");
    expect_violation(f, exec_now(f->db, "insert into item (id, name, amount) values (2, 'A', 5)"),
        "item.name,item.amount");
    expect_violation(
        f, exec_now(f->db, "insert into item (id, name, share) values (2, 'a', 1)"), "item_lower");
    assert_int_equal(count(f), 1);
    assert_int_equal(exec_now(f->db, "insert into item (id, name) values (2, nosuch)"), BROKEN);
    assert_null(db_unique_violation(f->db));
    assert_true(strlen(db_error(f->db)) > 0);
}

static void failure_ends_the_transaction(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    run(f->db, "insert into item (id, name) values (1, 'first')");
    struct rows rows;

    ASSERT_OK(db_begin_write(f->db)); /* told at the next query */
    insert(f->db, 2, "second");
    enum status status = db_exec(f->db, "insert into item (id) values (1)", NULL, 0);
    if (status == OK)
        status = db_query(f->db, f->a, &rows, "select count(*) from item", NULL, 0);
    expect_violation(f, status, "item.id");
    /* and from then on by everything, until the rollback, after which it can still be read */
    expect_violation(f, db_query(f->db, f->a, &rows, "select 1", NULL, 0), "item.id");
    expect_violation(f, db_exec(f->db, "select 1", NULL, 0), "item.id");
    expect_violation(f, db_savepoint(f->db), "item.id");
    db_rollback(f->db);
    assert_string_equal(db_unique_violation(f->db), "item.id");
    assert_int_equal(count(f), 1);

    ASSERT_OK(db_begin_write(f->db)); /* told at the commit, which leaves no transaction */
    status = db_exec(f->db, "insert into item (id) values (1)", NULL, 0);
    assert_true(status == OK || status == RETRY);
    expect_violation(f, db_commit(f->db), "item.id");
    db_rollback(f->db);

    ASSERT_OK(db_begin_write(f->db)); /* told at the flush: the first of two */
    status = db_exec(f->db, "insert into item (id, name) values (3, nosuch)", NULL, 0);
    if (status == OK)
        status = db_exec(f->db, "insert into item (id) values (1)", NULL, 0);
    assert_int_equal(status == OK ? db_flush(f->db) : status, BROKEN);
    db_rollback(f->db);
    ASSERT_OK(db_begin_write(f->db));
    insert(f->db, 2, "second");
    ASSERT_OK(db_commit(f->db));
    assert_int_equal(count(f), 2);
}

static void constraints_are_not_retried(void **state)
{
    struct fixture *f = *state;
    migrate(f, "create table owner (id integer primary key);"
               "create table thing (id integer not null primary key,"
               " owner integer not null references owner (id), n integer check (n > 0))");
    run(f->db, "insert into owner (id) values (1)");
    assert_int_equal(exec_now(f->db, "insert into thing (id, owner) values (1, 2)"), BROKEN);
    assert_int_equal(exec_now(f->db, "insert into thing (id, owner) values (1, null)"), BROKEN);
    assert_int_equal(exec_now(f->db, "insert into thing (id, owner, n) values (1, 1, 0)"), BROKEN);
    assert_int_equal(exec_now(f->db, "insert into thing (id, owner, n) values (1, 1, 'x')"), BROKEN);
    run(f->db, "insert into thing (id, owner, n) values (1, 1, 1)");
}

static void outside_a_transaction_each_is_its_own(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    insert(f->db, 1, "one");
    enum status status = db_exec(f->db, "insert into item (id) values (1)", NULL, 0);
    enum status next = db_exec(f->db, "insert into item (id, name) values (2, 'two')", NULL, 0);
    ASSERT_OK(next);
    expect_violation(f, status == OK ? db_flush(f->db) : status, "item.id");
    ASSERT_OK(db_flush(f->db));
    assert_int_equal(count(f), 2);
}

static void closing_stores_what_is_queued(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    struct db *other = open_db(f, DB_WRITE);
    insert(other, 1, "queued");
    db_close(other);
    assert_int_equal(count(f), 1);
    other = open_db(f, DB_WRITE);
    ASSERT_OK(db_begin_write(other));
    insert(other, 2, "never committed");
    db_close(other);
    assert_int_equal(count(f), 1);
    db_close(NULL);
}

static void many_commands_in_one_transaction(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    char *name = arena_calloc(f->a, 2001, 1);
    memset(name, 'x', 2000);
    ASSERT_OK(db_begin_write(f->db));
    for (int i = 0; i < 5000; i++) {
        memcpy(name, &(char[]){(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676)}, 3);
        insert(f->db, i, name);
    }
    ASSERT_OK(db_commit(f->db));
    assert_int_equal(count(f), 5000);
}

static void readers_see_one_snapshot(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    insert(f->db, 1, NULL);
    ASSERT_OK(db_flush(f->db));
    struct db *reader = open_db(f, DB_READ);
    ASSERT_OK(db_begin_read(reader));
    assert_int_equal(number(f, reader, "select count(*) from item"), 1);
    insert(f->db, 2, NULL);
    ASSERT_OK(db_flush(f->db));
    assert_int_equal(number(f, reader, "select count(*) from item"), 1);
    ASSERT_OK(db_commit(reader));
    assert_int_equal(number(f, reader, "select count(*) from item"), 2);
    db_close(reader);
}

static void readers_cannot_write(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    struct db *reader = open_db(f, DB_READ);
    assert_int_equal(exec_now(reader, "insert into item (id) values (1)"), BROKEN);
    db_close(reader);
    ASSERT_OK(db_begin_read(f->db));
    assert_int_equal(exec_now(f->db, "insert into item (id) values (1)"), BROKEN);
    db_rollback(f->db);
    assert_int_equal(count(f), 0);
}

static void unknown_addresses(void **state)
{
    struct fixture *f = *state;
    static const char *const urls[] = {"mysql://localhost/x", "sqlite:", "sqlite:/nowhere/at/all.db",
        "postgresql://nobody@/x?host=/nowhere/at/all"};
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct db *db;
        struct db_pool *pool;
        const char *error = NULL;
        assert_int_equal(db_open(&db, f->a, urls[i], DB_WRITE, &error), BROKEN);
        assert_null(db);
        assert_true(error && strlen(error) > 10);
        assert_int_equal(db_pool_open(&pool, f->a, urls[i], 2, &error), BROKEN);
        assert_null(pool);
    }
}

/* ---- threads ---- */

#define ROUNDS 60

/* Adds one to a number, as a verb would: again after RETRY. Returns the failures that are not RETRY. */
static void *add_up(void *arg)
{
    struct db *db = arg;
    struct arena *a = arena_new();
    int64_t bad = 0;
    for (int done = 0; done < ROUNDS && bad == 0;) {
        static const char *const names[] = {"b", "a", "b"};
        struct rows rows;
        enum status status = db_begin_write(db);
        if (status == OK)
            status = db_lock_names(db, names, COUNT(names));
        if (status == OK)
            status = db_query(db, a, &rows, "select amount from item where id = 1", NULL, 0);
        struct value next = v_int(status == OK ? cell_int(&rows, 0, 0) + 1 : 0);
        if (status == OK)
            status = db_exec(db, "update item set amount = $1 where id = 1", &next, 1);
        if (status == OK)
            status = db_commit(db);
        db_rollback(db);
        done += status == OK;
        bad += status != OK && status != RETRY;
    }
    arena_free(a);
    return (void *)(intptr_t)bad;
}

static void two_writers(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    run(f->db, "insert into item (id, amount) values (1, 0)");
    struct db *dbs[3] = {open_db(f, DB_WRITE), open_db(f, DB_WRITE), open_db(f, DB_WRITE)};
    pthread_t threads[3];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_up, dbs[i]), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *bad;
        pthread_join(threads[i], &bad);
        assert_null(bad);
        db_close(dbs[i]);
    }
    assert_int_equal(number(f, f->db, "select amount from item where id = 1"), 3 * ROUNDS);
}

static void *read_often(void *arg)
{
    struct db_pool *pool = arg;
    struct arena *a = arena_new();
    int64_t good = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct db *db = db_pool_take(pool);
        struct rows rows;
        if (db && db_begin_read(db) == OK &&
            db_query(db, a, &rows, "select amount from item where id = 1", NULL, 0) == OK)
            good += cell_int(&rows, 0, 0);
        if (i == ROUNDS / 2 && db_exec(db, "select nosuch from item", NULL, 0) == OK && db_flush(db) == OK)
            good = -1000000; /* it is broken when it comes back */
        if (db)
            db_pool_give(pool, db); /* with its transaction open */
        arena_reset(a);
    }
    arena_free(a);
    return (void *)(intptr_t)good;
}

static void pool_under_threads(void **state)
{
    struct fixture *f = *state;
    migrate(f, item_table);
    run(f->db, "insert into item (id, amount) values (1, 1)");
    struct db_pool *pool;
    const char *error;
    ASSERT_OK(db_pool_open(&pool, f->a, f->url, 2, &error));
    pthread_t threads[6];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, pool), 0);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *good;
        pthread_join(threads[i], &good);
        assert_int_equal((intptr_t)good, ROUNDS);
    }
    struct db *one = db_pool_take(pool), *two = db_pool_take(pool);
    assert_ptr_not_equal(one, two);
    db_pool_give(pool, one);
    assert_ptr_equal(db_pool_take(pool), one);
    db_pool_give(pool, one);
    db_pool_give(pool, two);
    db_pool_close(pool);
    db_pool_close(NULL);
}

#define TESTS(ON)                                                                                            \
    ON(parameters), ON(integers_and_reals), ON(texts), ON(blobs), ON(nulls), ON(no_rows),                    \
        ON(sorted_by_bytes), ON(text_changes_at_one_address), ON(more_texts_than_are_kept),                  \
        ON(counts_touched), ON(several_queries), ON(asked_ahead), ON(row_by_row), ON(rolled_back),           \
        ON(savepoints), ON(unique_violations), ON(failure_ends_the_transaction),                             \
        ON(constraints_are_not_retried), ON(outside_a_transaction_each_is_its_own),                          \
        ON(closing_stores_what_is_queued), ON(many_commands_in_one_transaction),                             \
        ON(readers_see_one_snapshot), ON(readers_cannot_write), ON(unknown_addresses), ON(two_writers),      \
        ON(pool_under_threads)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {TESTS(ON_SQLITE)};
    const struct CMUnitTest on_postgres[] = {TESTS(ON_POSTGRES)};
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (have_postgres())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
