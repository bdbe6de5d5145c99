/* What only a server can do: hang up, be unreachable, lock by name, answer in its own types. */
#include "store_fixture.h"

#include "pg_proxy.h"
#include "store/postgres.h"

static void make_table(struct fixture *f)
{
    migrate(f, "create table item (id integer primary key, name text)");
}

static int64_t count(struct fixture *f, struct db *db)
{
    return number(f, db, "select count(*) from item");
}

static enum status insert(struct db *db, int64_t id)
{
    const struct value arg = v_int(id);
    return db_exec(db, "insert into item (id) values ($1)", &arg, 1);
}

static int64_t pid_of(struct fixture *f, struct db *db)
{
    return number(f, db, "select pg_backend_pid()");
}

/* Until the backend is gone, so that its line is dead for certain. */
static void terminate(struct fixture *f, int64_t pid)
{
    const struct value arg = v_int(pid);
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows, "select pg_terminate_backend($1)", &arg, 1));
    assert_int_equal(cell_int(&rows, 0, 0), 1);
    do {
        ASSERT_OK(
            db_query(f->db, f->a, &rows, "select count(*) from pg_stat_activity where pid = $1", &arg, 1));
    } while (cell_int(&rows, 0, 0) > 0);
}

/* ---- types ---- */

static void types(void **state)
{
    struct fixture *f = *state;
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows,
        "select true, false, cast(-3 as smallint), 4, cast(5 as oid), cast(1.5 as real), 2.25,"
        " cast('x' as varchar(3)), cast('n' as name), cast('' as bytea), null, cast('nan' as double "
        "precision)",
        NULL, 0));
    static const struct {
        enum value_kind kind;
        int64_t i;
        double r;
        const char *s;
    } expected[] = {
        {.kind = VALUE_INT, .i = 1},
        {.kind = VALUE_INT, .i = 0},
        {.kind = VALUE_INT, .i = -3},
        {.kind = VALUE_INT, .i = 4},
        {.kind = VALUE_INT, .i = 5},
        {.kind = VALUE_REAL, .r = 1.5},
        {.kind = VALUE_REAL, .r = 2.25},
        {.kind = VALUE_TEXT, .s = "x"},
        {.kind = VALUE_TEXT, .s = "n"},
        {.kind = VALUE_BLOB},
        {.kind = VALUE_NULL},
        {.kind = VALUE_REAL},
    };
    assert_int_equal(rows.n_columns, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct value *v = cell(&rows, 0, i);
        assert_int_equal(v->kind, expected[i].kind);
        if (v->kind == VALUE_INT)
            assert_int_equal(v->i, expected[i].i);
        if (v->kind == VALUE_REAL && i + 1 < COUNT(expected))
            assert_true(v->r == expected[i].r);
        if (v->kind == VALUE_TEXT)
            assert_string_equal(v->s, expected[i].s);
    }
}

static void errors_hold_no_values(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    ASSERT_OK(db_exec(f->db, "create unique index item_name on item (name)", NULL, 0));
    const struct value arg = v_text("secret@example.com");
    ASSERT_OK(db_exec(f->db, "insert into item (id, name) values (1, $1)", &arg, 1));
    ASSERT_OK(db_exec(f->db, "insert into item (id, name) values (2, $1)", &arg, 1));
    assert_int_equal(db_flush(f->db), RETRY);
    assert_null(strstr(db_error(f->db), "secret"));
    assert_string_equal(db_unique_violation(f->db), "item.name");
}

/* ---- lost connections ---- */

static void lost_while_idle(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct db *db = open_db(f, DB_WRITE);
    terminate(f, pid_of(f, db));
    ASSERT_OK(db_begin_write(db)); /* noticed in time */
    ASSERT_OK(insert(db, 1));
    ASSERT_OK(db_commit(db));
    assert_int_equal(count(f, f->db), 1);
    ASSERT_OK(db_begin_read(db)); /* nobody reads the end of this one before the line is dead */
    int64_t pid = pid_of(f, db);
    ASSERT_OK(db_commit(db));
    terminate(f, pid);
    ASSERT_OK(db_begin_read(db));
    assert_int_equal(count(f, db), 1);
    db_rollback(db);
    db_close(db);
}

static void lost_in_a_transaction(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct db *db = open_db(f, DB_WRITE);
    ASSERT_OK(db_begin_write(db));
    ASSERT_OK(insert(db, 1));
    terminate(f, pid_of(f, db));
    struct rows rows;
    assert_int_equal(db_query(db, f->a, &rows, "select count(*) from item", NULL, 0), RETRY);
    assert_null(db_unique_violation(db));
    assert_int_equal(db_query(db, f->a, &rows, "select count(*) from item", NULL, 0), RETRY);
    db_rollback(db);

    ASSERT_OK(db_begin_write(db)); /* the same statements, prepared again */
    ASSERT_OK(insert(db, 1));
    assert_int_equal(count(f, db), 1);
    terminate(f, pid_of(f, db));
    assert_int_equal(db_commit(db), RETRY);

    ASSERT_OK(db_begin_write(db));
    ASSERT_OK(insert(db, 1));
    ASSERT_OK(db_commit(db));
    assert_int_equal(count(f, f->db), 1);
    db_close(db);
}

/* After a crash another transaction may have been given the id, and say "committed" of it: the sign decides.
 */
static void lost_commit_of_an_id_given_again(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    for (int there = 0; there < 2; there++) {
        struct db *db = open_db(f, DB_WRITE);
        struct value id = v_int(1);
        struct rows other;
        ASSERT_OK(
            db_query(f->db, f->a, &other, "select cast(pg_current_xact_id() as text)", NULL, 0)); /* ended */
        ASSERT_OK(db_begin_write(db));
        ASSERT_OK(insert(db, 2));
        db_commit_sign(db, "select id from item where id = $1", &id, 1);
        int64_t pid = pid_of(f, db); /* now its own id is known, too */
        struct pg *pg = (struct pg *)db;
        snprintf(pg->xid, sizeof pg->xid, "%s", cell_text(&other, 0, 0));
        terminate(f, pid);
        assert_int_equal(db_commit(db), there ? OK : RETRY);
        assert_int_equal(count(f, f->db), there);
        db_close(db);
        if (!there)
            ASSERT_OK(insert(f->db, 1)); /* as if it had been committed */
        ASSERT_OK(db_flush(f->db));
    }
}

static void lost_with_commands_queued(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct db *db = open_db(f, DB_WRITE);
    int64_t pid = pid_of(f, db);
    ASSERT_OK(db_begin_write(db));
    assert_int_equal(count(f, db), 0);
    terminate(f, pid);
    enum status status = OK;
    for (int i = 0; i < 3 && status == OK; i++)
        status = insert(db, i);
    assert_int_equal(status == OK ? db_flush(db) : status, RETRY);
    db_rollback(db);
    ASSERT_OK(insert(db, 7)); /* without a transaction it is connected again too */
    ASSERT_OK(db_flush(db));
    assert_int_equal(count(f, db), 1);
    db_close(db);
}

static const char *url_through(struct fixture *f, struct proxy *p)
{
    const char *options = arena_printf(f->a, "-csearch_path%%3D%s", f->schema);
    const char *url = proxy_start(p, f->a, getenv("TANDEM_TEST_PG"), options);
    assert_non_null(url);
    return url;
}

static struct db *open_through(struct fixture *f, struct proxy *p)
{
    struct fixture through = {.a = f->a, .url = url_through(f, p)};
    return open_db(&through, DB_WRITE);
}

/* The commit happened, its answer never came: it must not be told as if to be run again. */
static void commit_whose_answer_is_lost(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct proxy p = {0};
    struct db *db = open_through(f, &p);
    for (int queued = 0; queued < 2; queued++) {
        ASSERT_OK(db_begin_write(db));
        ASSERT_OK(insert(db, 1 + queued));
        if (!queued) {
            assert_int_equal(count(f, db), 1);
            proxy_set(&p, PROXY_CUT_AFTER);
            ASSERT_OK(db_commit(db));
        } else { /* lost before the transaction's id was known, hence before the commit was sent */
            proxy_set(&p, PROXY_CUT_AFTER);
            assert_int_equal(db_commit(db), RETRY);
        }
        assert_int_equal(count(f, f->db), 1);
    }
    db_close(db);
    proxy_stop(&p);
}

static void commit_that_never_arrives(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct proxy p = {0};
    struct db *db = open_through(f, &p);
    ASSERT_OK(db_begin_write(db));
    ASSERT_OK(insert(db, 1));
    assert_int_equal(count(f, db), 1);
    proxy_set(&p, PROXY_CUT_BEFORE);
    assert_int_equal(db_commit(db), RETRY);
    assert_int_equal(count(f, f->db), 0);
    ASSERT_OK(db_begin_write(db));
    ASSERT_OK(insert(db, 1));
    ASSERT_OK(db_commit(db));
    assert_int_equal(count(f, f->db), 1);
    db_close(db);
    proxy_stop(&p);
}

static void unreachable_and_back(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct proxy p = {0};
    struct db *db = open_through(f, &p);
    struct rows rows;
    ASSERT_OK(db_begin_write(db));
    assert_int_equal(count(f, db), 0);
    proxy_set(&p, PROXY_REFUSE);
    assert_int_equal(db_query(db, f->a, &rows, "select 1", NULL, 0), RETRY);
    db_rollback(db);
    assert_int_equal(db_begin_write(db), BROKEN);
    assert_int_equal(db_query(db, f->a, &rows, "select 1", NULL, 0), BROKEN);
    proxy_set(&p, PROXY_PASS);
    ASSERT_OK(db_begin_write(db));
    ASSERT_OK(insert(db, 1));
    ASSERT_OK(db_commit(db));
    db_close(db);
    proxy_stop(&p);
}

static void pool_opens_again(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct db_pool *pool;
    const char *error;
    ASSERT_OK(db_pool_open(&pool, f->a, f->url, 1, &error));
    for (int i = 0; i < 3; i++) {
        struct db *db = db_pool_take(pool);
        assert_non_null(db);
        ASSERT_OK(db_begin_read(db));
        int64_t pid = pid_of(f, db);
        db_pool_give(pool, db);
        terminate(f, pid);
    }
    db_pool_close(pool);
}

static void pool_without_a_server(void **state)
{
    struct fixture *f = *state;
    struct proxy p = {0};
    struct db_pool *pool;
    const char *error;
    ASSERT_OK(db_pool_open(&pool, f->a, url_through(f, &p), 1, &error));
    struct db *db = db_pool_take(pool);
    proxy_set(&p, PROXY_REFUSE);
    enum status status;
    do { /* RETRY once, when the line breaks */
        status = db_begin_read(db);
        db_rollback(db);
    } while (status != BROKEN);
    db_pool_give(pool, db);
    assert_null(db_pool_take(pool));
    proxy_set(&p, PROXY_PASS);
    db = db_pool_take(pool);
    assert_non_null(db);
    db_pool_give(pool, db);
    db_pool_close(pool);
    proxy_stop(&p);
}

/* ---- locks ---- */

struct locker {
    struct db *db;
    enum status status;
};

static void *lock_and_insert(void *arg)
{
    struct locker *l = arg;
    static const char *const names[] = {"domain:example.com", "name:example"};
    l->status = db_begin_write(l->db);
    if (l->status == OK)
        l->status = db_lock_names(l->db, names, COUNT(names));
    if (l->status == OK)
        l->status = insert(l->db, 2);
    if (l->status == OK)
        l->status = db_commit(l->db);
    return NULL;
}

static void locks_exclude(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct db *first = open_db(f, DB_WRITE);
    struct locker second = {.db = open_db(f, DB_WRITE)};
    const int64_t pid = pid_of(f, second.db);
    static const char *const names[] = {"name:other", "name:example", "name:other", "name:example"};
    ASSERT_OK(db_begin_write(first));
    ASSERT_OK(db_lock_names(first, names, COUNT(names)));
    ASSERT_OK(db_lock_names(first, NULL, 0));
    ASSERT_OK(db_flush(first));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, lock_and_insert, &second), 0);
    const char *waiting = arena_printf(f->a,
        "select count(*) from pg_locks where locktype = 'advisory' and not granted and pid = %d", (int)pid);
    while (number(f, f->db, waiting) == 0)
        usleep(1000);
    assert_int_equal(count(f, f->db), 0);
    ASSERT_OK(insert(first, 1));
    ASSERT_OK(db_commit(first));
    pthread_join(thread, NULL);
    ASSERT_OK(second.status);
    assert_int_equal(count(f, f->db), 2);
    db_close(first);
    db_close(second.db);
}

static void other_locks_do_not(void **state)
{
    struct fixture *f = *state;
    struct db *other = open_db(f, DB_WRITE);
    static const char *const one[] = {"one"}, *const two[] = {"two"};
    ASSERT_OK(db_begin_write(f->db));
    ASSERT_OK(db_lock_names(f->db, one, 1));
    ASSERT_OK(db_flush(f->db));
    ASSERT_OK(db_begin_write(other));
    ASSERT_OK(db_lock_names(other, two, 1));
    ASSERT_OK(db_commit(other));
    db_rollback(f->db);
    ASSERT_OK(db_begin_write(other)); /* let go by the rollback */
    ASSERT_OK(db_lock_names(other, one, 1));
    ASSERT_OK(db_commit(other));
    db_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {ON_POSTGRES(types), ON_POSTGRES(errors_hold_no_values),
        ON_POSTGRES(lost_while_idle), ON_POSTGRES(lost_in_a_transaction),
        ON_POSTGRES(lost_commit_of_an_id_given_again), ON_POSTGRES(lost_with_commands_queued),
        ON_POSTGRES(commit_whose_answer_is_lost), ON_POSTGRES(commit_that_never_arrives),
        ON_POSTGRES(unreachable_and_back), ON_POSTGRES(pool_opens_again), ON_POSTGRES(pool_without_a_server),
        ON_POSTGRES(locks_exclude), ON_POSTGRES(other_locks_do_not)};
    return have_postgres() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
