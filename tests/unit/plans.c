/*
 * How SQLite, which keeps no statistics here, reads what pages and jobs ask for often: by the account, or by
 * the events behind a position, never through all rows of a state.
 */
#include "base/log.h"
#include "domain/customer/footholds.h"
#include "domain/customer/look.h"
#include "domain/customer/panel.h"
#include "domain/customer/partners.h"
#include "domain/lead/candidates.h"

#include "store_fixture.h"

static const char *replace(struct arena *a, const char *text, const char *what, const char *by)
{
    for (const char *at; (at = strstr(text, what));)
        text = arena_printf(a, "%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
    return text;
}

/* As it is asked, but for its values: the finder's statements leave some of them out. */
static const char *plan_of(struct fixture *f, const char *sql)
{
    sql = replace(f->a, sql, "{accounts}", "1, 2, 3");
    static const char *const values[] = {"$1", "$2", "$3"};
    for (size_t i = 0; i < COUNT(values); i++)
        sql = replace(f->a, sql, values[i], "7");
    return arena_printf(f->a, "explain query plan %s", sql);
}

/* What has that alias is searched as WANT says, and nothing is read from end to end. */
static void assert_plan(struct fixture *f, const char *sql, const char *alias, const char *want)
{
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows, plan_of(f, sql), NULL, 0));
    const char *way = arena_printf(f->a, "SEARCH %s USING ", alias);
    size_t found = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const char *step = cell_string(&rows, i, 3);
        if (strncmp(step, "SCAN", 4) == 0)
            fail_msg("%s\n%s", step, sql);
        if (strncmp(step, way, strlen(way)) != 0)
            continue;
        found++;
        if (!strstr(step, want))
            fail_msg("%s, not by %s\n%s", step, want, sql);
    }
    assert_true(found > 0);
}

static void make_tables(struct fixture *f)
{
    const char *error = NULL;
    if (db_migrate(f->db, f->a, &error) != OK)
        fail_msg("%s", error);
}

static void a_customers_page_asks_by_its_account(void **state)
{
    struct fixture *f = *state;
    make_tables(f);
    assert_plan(f, customer_panel_partners_sql, "p", "customer_partner_account (account_id=? AND state=?)");
    assert_plan(f, customer_panel_partners_sql, "o", "opportunity_account (account_id=?");
}

static void the_finder_asks_by_its_accounts(void **state)
{
    struct fixture *f = *state;
    make_tables(f);
    assert_plan(f, foothold_end_sql, "k", "(account_id=?");
    assert_plan(f, foothold_usage_sql, "k", "contract_account_ends (account_id=? AND state=?)");
    assert_plan(f, foothold_score_sql, "k", "contract_account_ends (account_id=? AND state=?)");
    assert_plan(f, tie_customer_partner_sql, "p", "customer_partner_account (account_id=? AND state=?)");
}

static void who_resold_is_found_in_one_step(void **state)
{
    struct fixture *f = *state;
    make_tables(f);
    assert_plan(f, reseller_row_sql, "customer_partner",
        "customer_partner_reseller (account_id=? AND product_line_id=? AND partner_id=?)");
}

static void the_feed_is_followed_by_position(void **state)
{
    struct fixture *f = *state;
    make_tables(f);
    assert_plan(f, contract_touched_sql, "e", "INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
    assert_plan(f, contract_touched_sql, "k", "_id=? AND state=?)");
    assert_plan(f, roster_changed_sql, "event", "INTEGER PRIMARY KEY (rowid>?)");
}

static void a_lead_asks_for_what_is_new_enough(void **state)
{
    struct fixture *f = *state;
    make_tables(f);
    assert_plan(f, lead_record_sql, "lead", "lead_created (created>?)");
    assert_plan(f, lead_given_sql, "lead_offer", "lead_offer_created (created>?)");
    assert_plan(f, lead_accepted_sql, "lead", "lead_state (state=?)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {ON_SQLITE(a_customers_page_asks_by_its_account),
        ON_SQLITE(the_finder_asks_by_its_accounts), ON_SQLITE(who_resold_is_found_in_one_step),
        ON_SQLITE(the_feed_is_followed_by_position), ON_SQLITE(a_lead_asks_for_what_is_new_enough)};
    log_setup(LOG_ERROR + 1, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
