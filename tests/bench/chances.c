/*
 * The job behind the co-sell finder, in a database with opportunities:
 *     bench-chances URL KEY_FILE CHANGES
 * Gives the accounts industries, looks at each account with a deal or a registration, as if all were due,
 * then changes some opportunities and follows that. Prints lines "name value".
 */
#include "app/app.h"
#include "domain/cosell/chance.h"
#include "domain/opportunity/opportunity.h"
#include "tests/bench/client.h"

#include "base/text.h"

#include <stdlib.h>

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-chances: %s\n", what);
    exit(1);
}

static bool always(struct jobs *jobs)
{
    (void)jobs;
    return true;
}

/* Milliseconds until nothing is due. */
static int64_t follow(struct app *app)
{
    struct job_worker w = {.model = &tandem_model,
        .db = db_pool_take(app->pool),
        .committer = app->committer,
        .open_call = programme_open_call,
        .open_ctx = app->programme,
        .owner = "bench",
        .go_on = always};
    int64_t began = now_us();
    if (!w.db || cosell_job.work(&w, 1) != OK)
        die(w.db ? db_error(w.db) : "no connection");
    db_pool_give(app->pool, w.db);
    return (now_us() - began) / 1000;
}

static enum status give_industries(struct call *c)
{
    return db_exec(c->db,
        "update account set industry = case id / 6039797760000 % 10 when 0 then 'manufacturing' when 1 then "
        "'logistics' when 2 then 'energy' when 3 then 'public' when 4 then 'finance' when 5 then 'health' "
        "when 6 then 'retail' when 7 then 'services' end",
        NULL, 0);
}

/* A steady state: the accounts without anything are looked at next week. */
static enum status make_due(struct call *c)
{
    struct value args[1] = {v_int(c->now.us + 7 * US_PER_DAY)};
    /* PostgreSQL knows of an empty table that it is empty, and plans for that; not of one as new. */
    const char *empty = db_engine(c->db) == DB_SQLITE ? "delete from" : "truncate";
    TRY(db_exec(c->db, arena_printf(c->arena, "%s cosell_chance", empty), NULL, 0));
    TRY(db_exec(c->db, arena_printf(c->arena, "%s cosell_look", empty), NULL, 0));
    return db_exec(c->db,
        "insert into cosell_look (account_id, due, marked) select a.id, case when exists (select 1 from "
        "opportunity o where o.account_id = a.id) or exists (select 1 from registration r where r.account_id "
        "= a.id) then 0 else cast($1 as bigint) end, 1 from account a",
        args, 1);
}

/* Open deals all over the accounts, each touched today. */
static enum status change(struct call *c)
{
    const int64_t *n = c->in;
    struct value args[1] = {v_int(*n)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from opportunity where state = 'open' order by (id / 754974720000) * 7919 % 100003 limit "
        "$1",
        args, 1));
    for (size_t i = 0; i < rows.n; i++) {
        struct opportunity o;
        int64_t id = cell_int(&rows, i, 0);
        TRY(noun_load(c, &opportunity_noun, id, &o));
        o.last_activity.days = (int32_t)(c->now.us / US_PER_DAY);
        o.amount.minor += 100;
        TRY(noun_update(c, &opportunity_noun, id, &o,
            FIELD_BIT(&opportunity_noun, last_activity) | FIELD_BIT(&opportunity_noun, amount), NULL));
    }
    return OK;
}

static enum status count(struct call *c)
{
    int64_t *out = c->in;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select count(*) from cosell_chance), (select count(*) from cosell_look where marked > 1 or "
        "account_id in (select account_id from opportunity union select account_id from registration))",
        NULL, 0));
    out[0] = cell_int(&rows, 0, 0);
    out[1] = cell_int(&rows, 0, 1);
    return OK;
}

static void must(enum status status, const char *what)
{
    if (status != OK)
        die(what);
}

int main(int argc, char **argv)
{
    struct app app;
    const char *error;
    int64_t changes, counts[2];
    if (argc != 4 || !parse_int(argv[3], &changes))
        die("usage: bench-chances URL KEY_FILE CHANGES");
    if (!app_open(&app, &(struct app_options){.url = argv[1], .key_path = argv[2]}, &error))
        die(error);
    must(app_seed(&app, give_industries, NULL), "accounts cannot be given industries");
    must(app_seed(&app, make_due, NULL), "accounts cannot be made due");
    int64_t all = follow(&app);
    must(app_seed(&app, count, counts), "nothing can be counted");
    printf("chances %lld\naccounts %lld\nall_ms %lld\n", (long long)counts[0], (long long)counts[1],
        (long long)all);
    must(app_seed(&app, change, &changes), "opportunities cannot be changed");
    printf("changes_ms %lld\n", (long long)follow(&app));
    app_close(&app);
    return 0;
}
