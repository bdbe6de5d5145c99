/* The follower that keeps each deal's credit and the pipeline's sums, on both databases. */
#include "store_fixture.h"

#include "app/app.h"
#include "app/setup.h"
#include "base/log.h"
#include "domain/account/account.h"
#include "domain/opportunity/opportunity.h"
#include "domain/opportunity/quarters.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/touchpoint/touchpoint.h"
#include "runtime/follower.h"

#include <stdio.h>
#include <stdlib.h>

#define DEALS (DEALS_AT_ONCE + 4) /* more than one transaction stores */

struct world {
    struct fixture *f;
    struct app app;
    struct job_worker worker;
    int64_t partner, account, deal[DEALS];
    int opens, at; /* calls that were opened; before which one somebody does something; 0: nobody does */
    enum status (*meanwhile)(struct call *c);
};

static enum status seed(struct call *c)
{
    struct world *w = c->in;
    int64_t person = 0;
    struct person m = {
        .name = "Manager", .email = "m@v.example", .role = "operations", .language = "en", .state = "active"};
    w->partner = w->account = 0;
    TRY(noun_insert(c, &person_noun, &m, &person));
    TRY(setup_programme(c, programme_default, "first", person));
    struct partner p = {
        .name = "Narwhal", .country = "DE", .tier = "gold", .standing = "good", .types = ",reseller,"};
    struct account a = {.name = "Zebulon", .status = "open", .contract_until = {DATE_NONE}, .source = "crm"};
    TRY(noun_insert(c, &partner_noun, &p, &w->partner));
    TRY(noun_insert(c, &account_noun, &a, &w->account));
    for (size_t i = 0; i < DEALS; i++) {
        struct opportunity o = {.name = "Deal",
            .account_id = {w->account},
            .state = "open",
            .amount = {10000},
            .currency = "EUR",
            .engaged = date_in(zone_get("UTC"), c->now),
            .closes = {DATE_NONE},
            .closed = {DATE_NONE},
            .last_activity = {DATE_NONE}};
        w->deal[i] = 0;
        TRY(noun_insert(c, &opportunity_noun, &o, &w->deal[i]));
    }
    return OK;
}

/* Calls are opened for each reading and each storing. */
static enum status open_call(void *ctx, struct call *c)
{
    struct world *w = ctx;
    if (++w->opens == w->at)
        ASSERT_OK(app_seed(&w->app, w->meanwhile, w));
    return programme_open_call(w->app.programme, c);
}

static bool go_on(struct jobs *jobs)
{
    (void)jobs;
    return true;
}

static struct world *open_world(void **state)
{
    struct world *w = xcalloc(1, sizeof *w);
    const char *error;
    w->f = *state;
    struct app_options o = {.url = w->f->url,
        .create = true,
        .lanes = 2,
        .key_path = arena_printf(w->f->a, "/tmp/tandem-credit-%d.key", (int)getpid())};
    unlink(o.key_path);
    if (!app_open(&w->app, &o, &error))
        fail_msg("%s", error);
    ASSERT_OK(app_seed(&w->app, seed, w));
    w->worker = (struct job_worker){.model = &tandem_model,
        .db = open_db(w->f, DB_READ),
        .committer = w->app.committer,
        .open_call = open_call,
        .open_ctx = w,
        .owner = "test",
        .go_on = go_on};
    ASSERT_OK(credit_job.work(&w->worker, 0));
    return w;
}

static void close_world(struct world *w)
{
    unlink(w->app.key_path);
    db_close(w->worker.db);
    app_close(&w->app);
    free(w);
}

/* ---- what happens ---- */

static enum status introduce(struct call *c)
{
    struct world *w = c->in;
    struct touchpoint t = {.happened = {c->now.us - 5 * US_PER_DAY},
        .partner_id = {w->partner},
        .account_id = {w->account},
        .kind = "introduction",
        .channel = "mail",
        .source = "vendor",
        .state = "confirmed"};
    int64_t id = 0;
    return noun_insert(c, &touchpoint_noun, &t, &id);
}

static enum status rename_deals(struct call *c)
{
    struct world *w = c->in;
    struct opportunity o = {.name = "Another deal"};
    for (size_t i = 0; i < DEALS; i++)
        TRY(noun_update(c, &opportunity_noun, w->deal[i], &o, FIELD_BIT(&opportunity_noun, name), "update"));
    return OK;
}

#define SOURCED "select count(*) from opportunity where credit = 'sourced'"
#define SUMMED  "select cast(coalesce(sum(deals), 0) as bigint) from pipeline_sum where credit = 'sourced'"
#define BEHIND                                                                                               \
    "select (select max(seq) from event) - (select cast(value as bigint) from setting where name = "         \
    "'credit.seq')"

static int64_t ask(struct world *w, const char *sql)
{
    return number(w->f, w->f->db, sql);
}

/* ---- tests ---- */

static void what_comes_between_reading_and_storing_is_judged(void **state)
{
    struct world *w = open_world(state);
    assert_int_equal(ask(w, SOURCED), 0);
    assert_int_equal(ask(w, BEHIND), 0);
    ASSERT_OK(app_seed(&w->app, rename_deals, w));
    w->opens = 0;
    w->at = 4; /* a window, a walk and the stretch are read: the next stores */
    w->meanwhile = introduce;
    ASSERT_OK(credit_job.work(&w->worker, 0));
    assert_true(w->opens >= 5);
    assert_int_equal(ask(w, BEHIND), 1); /* the stretch ended before it ... */
    assert_int_equal(ask(w, SOURCED), DEALS);
    assert_int_equal(ask(w, SUMMED), DEALS);
    ASSERT_OK(credit_job.work(&w->worker, 0)); /* ... and it is looked at once more */
    assert_int_equal(ask(w, BEHIND), 0);
    assert_int_equal(ask(w, SUMMED), DEALS);
    close_world(w);
}

static enum status work_meanwhile(struct call *c)
{
    struct world *w = c->in;
    return setting_number_set(c, "credit.seq", w->opens); /* another position than the one that was read */
}

static void who_was_slower_stores_nothing(void **state)
{
    struct world *w = open_world(state);
    ASSERT_OK(app_seed(&w->app, introduce, w));
    w->opens = 0;
    w->at = 4;
    w->meanwhile = work_meanwhile;
    assert_int_equal(credit_job.work(&w->worker, 0), REFUSED);
    assert_int_equal(ask(w, SOURCED), 0);
    close_world(w);
}

static void a_walk_mends_the_sums(void **state)
{
    struct world *w = open_world(state);
    int64_t sums, deals;
    ASSERT_OK(pipeline_drift(w->f->db, w->f->a, &sums, &deals));
    assert_int_equal(sums + deals, 0);
    run(w->f->db, "update pipeline_sum set amount = amount + 1");
    run(w->f->db, "update pipeline_counted set stage = 'none' where opportunity_id = (select min(id) from "
                  "opportunity)");
    ASSERT_OK(pipeline_drift(w->f->db, w->f->a, &sums, &deals));
    assert_int_equal(sums, 2);
    assert_int_equal(deals, 1);
    run(w->f->db, "update setting set value = '1 Europe/Lisbon' where name = 'credit.days'");
    ASSERT_OK(credit_job.work(&w->worker, 0));
    ASSERT_OK(pipeline_drift(w->f->db, w->f->a, &sums, &deals));
    assert_int_equal(sums + deals, 0);
    assert_int_equal(ask(w, "select cast(sum(amount) as bigint) from pipeline_sum"), DEALS * 10000);
    close_world(w);
}

#define ALL(ON)                                                                                              \
    ON(what_comes_between_reading_and_storing_is_judged), ON(who_was_slower_stores_nothing),                 \
        ON(a_walk_mends_the_sums)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
