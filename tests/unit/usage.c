/* Usage in batches, on both databases: nothing is written at an account that a merge takes away meanwhile. */
#include "domain/customer/usage.h"

#include "app/registry.h"
#include "base/json.h"
#include "base/log.h"

#include "store_fixture.h"

static const struct viewer operations = {.person_id = 1, .role = ROLE_OPERATIONS, .scopes = SCOPE_ALL};
static struct catalog catalog = {.currency = "EUR", .vendor = "Velmora"};

static void make_rows(struct fixture *f)
{
    const char *error = NULL;
    if (db_migrate(f->db, f->a, &error) != OK)
        fail_msg("%s", error);
    run(f->db,
        "insert into person (id, version, created, updated, name, email, role, language, state) values "
        "(1, 1, 1, 1, 'Ruth', 'ruth@velmora.example', 'operations', 'en', 'active')");
    run(f->db,
        "insert into product_line (id, version, created, updated, name, active) values (1, 1, 1, 1, 'Flow', "
        "1)");
    run(f->db,
        "insert into account (id, version, created, updated, name, status, external_id, source) values (1, "
        "1, "
        "1, 1, 'One', 'prospect', 'A-1', 'entered'), (2, 1, 1, 1, 'Two', 'prospect', 'A-2', 'entered')");
}

/* A month at each account is read; MEANWHILE happens; then it is recorded. */
static enum status record(struct fixture *f, const char *meanwhile)
{
    static const char rows[] =
        "{\"rows\": [{\"account_id\": \"A-2\", \"product_line_id\": \"Flow\", \"metric\": \"seats\", "
        "\"month\": \"2026-05\", \"quantity\": 3}, {\"account_id\": \"A-1\", \"product_line_id\": \"Flow\", "
        "\"metric\": \"seats\", \"month\": \"2026-05\", \"quantity\": 4}]}";
    struct call *c = call_new(f->a, &tandem_model, &operations, (struct instant){1780000000000000});
    struct given *given;
    const char *error;
    size_t n;
    c->verb = &usage_record;
    c->db = f->db;
    c->catalog = &catalog;
    given_from_json(c, json_read(f->a, rows, strlen(rows), &error), &given, &n);
    ASSERT_OK(db_begin_write(f->db));
    ASSERT_OK(input_read(c, given, n, true));
    ASSERT_OK(verb_prepare(c));
    ASSERT_OK(db_exec(f->db, meanwhile, NULL, 0));
    enum status s = verb_run(c);
    if (s == OK)
        s = db_commit(f->db);
    db_rollback(f->db);
    return s;
}

static void a_batch_is_recorded(void **state)
{
    struct fixture *f = *state;
    make_rows(f);
    ASSERT_OK(record(f, "update account set city = 'Lund' where id = 1"));
    assert_int_equal(number(f, f->db, "select count(*) from usage"), 2);
}

static void a_merge_of_any_account_has_it_look_again(void **state)
{
    struct fixture *f = *state;
    make_rows(f);
    assert_int_equal(record(f, "update account set merged_into = 2 where id = 1"), RETRY);
    assert_int_equal(number(f, f->db, "select count(*) from usage"), 0);
}

#define ALL(ON) ON(a_batch_is_recorded), ON(a_merge_of_any_account_has_it_look_again)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
