/* The pipeline's sums: what is counted of each deal, by the quarter in which it was won or closes. */
#include "domain/opportunity/opportunity.h"
#include "domain/opportunity/quarters.h"

/* What of a deal stands in the sums, and the sum's own key: quarter, state, stage, credit, currency. */
enum { KEYS = 5, AMOUNT = KEYS, PARTS };

struct counted {
    int64_t id;
    struct value now[PARTS], was[PARTS];
    bool counts, counted; /* now, was: whether it stands in the sums */
};

/* A deal as it is now, and what was counted of it; lost deals count nowhere. */
#define DEALS                                                                                                \
    "select o.id, case when o.state = 'won' then o.closed else o.closes end, o.state, coalesce(o.stage, "    \
    "''), coalesce(o.credit, ''), coalesce(o.currency, ''), coalesce(o.amount, 0), k.quarter, k.state, "     \
    "k.stage, k.credit, k.currency, k.amount from opportunity o left join pipeline_counted k on "            \
    "k.opportunity_id = o.id"

static struct counted take_deal(const struct value *v)
{
    struct counted d = {.id = v[0].i};
    memcpy(d.now, v + 1, sizeof d.now);
    memcpy(d.was, v + 1 + PARTS, sizeof d.was);
    d.counts = streq(d.now[1].s, "open") || streq(d.now[1].s, "won");
    d.counted = d.was[0].kind == VALUE_INT;
    d.now[0] = v_int(d.now[0].kind == VALUE_INT ? date_quarter((struct date){(int32_t)d.now[0].i}) : 0);
    return d;
}

static bool same_part(const struct value *a, const struct value *b)
{
    for (size_t i = 0; i < PARTS; i++)
        if (a[i].kind == VALUE_TEXT ? !streq(a[i].s, b[i].s) : a[i].i != b[i].i)
            return false;
    return true;
}

static enum status add_to_sum(struct call *c, const struct value part[PARTS], int sign)
{
    struct value args[PARTS + 1];
    memcpy(args, part, KEYS * sizeof *args);
    args[AMOUNT] = v_int(sign * part[AMOUNT].i);
    args[PARTS] = v_int(sign);
    TRY(db_exec(c->db,
        "insert into pipeline_sum (quarter, state, stage, credit, currency, amount, deals) values ($1, $2, "
        "$3, $4, $5, $6, $7) on conflict (quarter, state, stage, credit, currency) do update set amount = "
        "pipeline_sum.amount + excluded.amount, deals = pipeline_sum.deals + excluded.deals",
        args, COUNT(args)));
    return sign > 0 ? OK
                    : db_exec(c->db,
                          "delete from pipeline_sum where quarter = $1 and state = $2 and stage = $3 and "
                          "credit = $4 and currency = $5 and deals = 0",
                          args, KEYS);
}

static enum status store_counted(struct call *c, int64_t id, const struct value part[PARTS])
{
    struct value args[PARTS + 1] = {v_int(id)};
    memcpy(args + 1, part, PARTS * sizeof *args);
    return db_exec(c->db,
        "insert into pipeline_counted (opportunity_id, quarter, state, stage, credit, currency, amount) "
        "values ($1, $2, $3, $4, $5, $6, $7) on conflict (opportunity_id) do update set quarter = "
        "excluded.quarter, state = excluded.state, stage = excluded.stage, credit = excluded.credit, "
        "currency = excluded.currency, amount = excluded.amount",
        args, COUNT(args));
}

static bool stands(const struct counted *d)
{
    return d->counts == d->counted && (!d->counts || same_part(d->now, d->was));
}

static enum status count_deal(struct call *c, const struct counted *d)
{
    struct value args[1] = {v_int(d->id)};
    if (stands(d))
        return OK;
    if (d->counted)
        TRY(add_to_sum(c, d->was, -1));
    if (!d->counts)
        return db_exec(c->db, "delete from pipeline_counted where opportunity_id = $1", args, 1);
    TRY(add_to_sum(c, d->now, 1));
    return store_counted(c, d->id, d->now);
}

void deals_args(const int64_t *ids, size_t n, struct value args[DEALS_AT_ONCE])
{
    ASSERT(n <= DEALS_AT_ONCE);
    for (size_t i = 0; i < DEALS_AT_ONCE; i++)
        args[i] = v_int(i < n ? ids[i] : 0);
}

enum status pipeline_count(struct call *c, const int64_t *opportunities, size_t n)
{
    struct value args[DEALS_AT_ONCE];
    struct rows rows;
    deals_args(opportunities, n, args);
    TRY(db_query(
        c->db, c->arena, &rows, DEALS " where o.id in " DEALS_LIST " order by o.id", args, COUNT(args)));
    for (size_t i = 0; i < rows.n; i++) {
        struct counted d = take_deal(cell(&rows, i, 0));
        TRY(count_deal(c, &d));
    }
    return OK;
}

/* ---- the whole ---- */

enum status pipeline_sum_again(struct call *c)
{
    TRY(db_exec(c->db, "delete from pipeline_sum", NULL, 0));
    return db_exec(c->db,
        "insert into pipeline_sum (quarter, state, stage, credit, currency, amount, deals) select quarter, "
        "state, stage, credit, currency, cast(sum(amount) as bigint), count(*) from pipeline_counted group "
        "by "
        "quarter, state, stage, credit, currency",
        NULL, 0);
}

static bool compare_deal(void *ctx, const struct value *v, size_t n)
{
    struct counted d = take_deal(v);
    int64_t *differ = ctx;
    (void)n;
    *differ += !stands(&d);
    return true;
}

enum status pipeline_drift(struct db *db, struct arena *a, int64_t *sums, int64_t *deals)
{
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select count(*) from (select u.quarter from (select quarter, state, stage, credit, currency, "
        "amount, "
        "deals from pipeline_sum union all select quarter, state, stage, credit, currency, -amount, -1 from "
        "pipeline_counted) u group by u.quarter, u.state, u.stage, u.credit, u.currency having sum(u.amount) "
        "<> 0 or sum(u.deals) <> 0) d",
        NULL, 0));
    *sums = cell_int(&rows, 0, 0);
    *deals = 0;
    return db_each(db, compare_deal, deals, DEALS, NULL, 0);
}
