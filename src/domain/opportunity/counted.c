/* The pipeline's sums: what is counted of each deal, by the quarter in which it was won or closes. */
#include "domain/opportunity/opportunity.h"
#include "domain/opportunity/quarters.h"

/* What of a deal stands in the sums, and the sum's own key: quarter, state, stage, credit, currency. */
enum { KEYS = 5, AMOUNT = KEYS, PARTS };

/* As it is now; lost deals count nowhere. */
static enum status read_deal(struct call *c, int64_t id, struct value part[PARTS], bool *counts)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select case when o.state = 'won' then o.closed else o.closes end, o.state, coalesce(o.stage, ''), "
        "coalesce(o.credit, ''), coalesce(o.currency, ''), coalesce(o.amount, 0) from opportunity o where "
        "o.id = $1 and o.state in ('open', 'won')",
        args, 1));
    *counts = rows.n > 0;
    for (size_t i = 0; *counts && i < PARTS; i++)
        part[i] = *cell(&rows, 0, i);
    if (*counts)
        part[0] = v_int(part[0].kind == VALUE_INT ? date_quarter((struct date){(int32_t)part[0].i}) : 0);
    return OK;
}

static enum status read_counted(struct call *c, int64_t id, struct value part[PARTS], bool *counts)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select quarter, state, stage, credit, currency, amount from pipeline_counted where opportunity_id = "
        "$1",
        args, 1));
    *counts = rows.n > 0;
    for (size_t i = 0; *counts && i < PARTS; i++)
        part[i] = *cell(&rows, 0, i);
    return OK;
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

enum status pipeline_count(struct call *c, int64_t opportunity_id)
{
    struct value now[PARTS], was[PARTS], args[1] = {v_int(opportunity_id)};
    bool counts, counted;
    TRY(read_deal(c, opportunity_id, now, &counts));
    TRY(read_counted(c, opportunity_id, was, &counted));
    if (counts && counted && same_part(now, was))
        return OK;
    if (counted)
        TRY(add_to_sum(c, was, -1));
    if (counts) {
        TRY(add_to_sum(c, now, 1));
        return store_counted(c, opportunity_id, now);
    }
    return counted ? db_exec(c->db, "delete from pipeline_counted where opportunity_id = $1", args, 1) : OK;
}
