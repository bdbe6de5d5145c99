/* Which rows may be the same company, by the keys that they share with it. */
#include "domain/account/shared_keys.h"
#include "base/log.h"

#include "store_fixture.h"

static const struct key_table table = {"known", "row_id"};

static void know(struct fixture *f, const char *key, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) {
        struct value args[2] = {v_text(key), v_int(i)};
        ASSERT_OK(db_exec(f->db, "insert into known (key, row_id) values ($1, $2)", args, 2));
    }
}

static struct shared_keys find(struct fixture *f, struct match_keys *keys)
{
    struct call c = {.arena = f->a, .db = f->db};
    struct shared_keys found;
    ASSERT_OK(shared_keys_read(&c, &table, keys, &found));
    return found;
}

/* A common key, one of few rows, and an exact one. */
static void make_table(struct fixture *f)
{
    run(f->db, "create table known (key text, row_id bigint)");
    know(f, "t:common", 1000, 1200);
    know(f, "t:rare", 1000, 1003);
    know(f, "n:name", 1001, 1002);
}

static void who_shares_the_rarest_keys_is_first(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct match_keys keys = {.n = 3, .n_exact = 1, .key = {"n:name", "t:rare", "t:common"}};
    struct shared_keys found = find(f, &keys);
    assert_int_equal(found.n, 3);
    assert_int_equal(found.ids[0], 1001); /* also by the exact one */
    assert_int_equal(found.ids[1], 1000);
    assert_int_equal(found.ids[2], 1002);
    assert_int_equal(found.n_lists, 2); /* the common one says too little to be asked again */
    assert_string_equal(found.lists[1].key, "t:rare");
    assert_int_equal(found.lists[1].n, 3);
}

static void a_common_key_counts_where_no_other_speaks(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    struct match_keys keys = {.n = 2, .key = {"t:nobody", "t:common"}};
    struct shared_keys found = find(f, &keys);
    assert_int_equal(found.n, SHARED_ROWS);
    assert_int_equal(found.n_lists, 1);
    assert_int_equal(found.lists[0].n, 0);
    keys.n = 0;
    assert_int_equal(find(f, &keys).n, 0);
}

static void a_list_of_ids_is_filled_up(void **state)
{
    struct fixture *f = *state;
    make_table(f);
    const int64_t ids[] = {1000, 1001, 1002, 1003, 1199};
    struct db_query q =
        listed_ids_query(f->a, "select row_id from known where key = 't:common' and row_id", ids, COUNT(ids));
    assert_int_equal(q.n_args, 12);
    ASSERT_OK(db_query_many(f->db, f->a, &q, 1));
    assert_int_equal(q.rows.n, COUNT(ids));
}

#define ALL(ON)                                                                                              \
    ON(who_shares_the_rarest_keys_is_first), ON(a_common_key_counts_where_no_other_speaks),                  \
        ON(a_list_of_ids_is_filled_up)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
