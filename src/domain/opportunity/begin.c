#include "domain/opportunity/begin.h"

#include "domain/lead/lead.h"
#include "domain/opportunity/line.h"

static enum status check_named(struct call *c, const struct opportunity_start *s, int64_t id)
{
    struct opportunity o;
    TRY(noun_load(c, &opportunity_noun, id, &o));
    if (o.account_id.id != s->account_id)
        return call_field(c, "opportunity_id", TR(c, "belongs to another account"));
    if (!streq(o.state, "open"))
        return call_field(c, "opportunity_id", TR(c, "is closed"));
    return opportunity_hold_whole(c, (struct ref){id}, &o); /* nobody closes it now */
}

/* *ID 0: there is none. */
static enum status find_open(struct call *c, const struct opportunity_start *s, int64_t *id)
{
    struct value args[2] = {v_int(s->account_id), v_int(s->product_line_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from opportunity where account_id = $1 and product_line_id = $2 and state = 'open' "
        "order by id desc limit 1",
        args, 2));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static enum status make(struct call *c, const struct opportunity_start *s, int64_t *id)
{
    const struct catalog_list *stages = catalog_find(c->catalog, "stages");
    struct value args[2] = {v_int(s->account_id), v_int(s->product_line_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select a.name, a.owner_id, l.name from account a, product_line l where a.id = $1 and l.id = $2",
        args, 2));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    int64_t owner = cell_int(&rows, 0, 1), line = 0;
    struct opportunity o = {
        .name = arena_printf(c->arena, "%s, %s", cell_text(&rows, 0, 0), cell_text(&rows, 0, 2)),
        .account_id = {s->account_id},
        .product_line_id = {s->product_line_id},
        .owner_id = {owner ? owner : c->viewer->person_id},
        .state = "open",
        .stage = stages && stages->n ? stages->items[0].key : NULL,
        .stage_since = c->now,
        .amount = s->amount,
        .currency = s->currency ? s->currency : c->catalog->currency,
        .engaged = date_in(c->catalog->zone, c->now),
        .closes = s->closes,
        .closed = {DATE_NONE},
        .last_activity = date_in(c->catalog->zone, c->now)};
    TRY(noun_insert_beside(c, &opportunity_noun, &o, id));
    return s->amount.minor ? line_add(c, *id, s->product_line_id, s->amount, &line) : OK;
}

enum status opportunity_begin(struct call *c, const struct opportunity_start *start, int64_t *id)
{
    int64_t answer = c->result_id;
    struct opportunity held;
    if (*id) {
        TRY(check_named(c, start, *id));
    } else {
        TRY(find_open(c, start, id));
        TRY(*id ? opportunity_hold_whole(c, (struct ref){*id}, &held) : make(c, start, id));
    }
    if (start->lead_id)
        TRY(lead_become(c, start->lead_id,
            &(struct lead_outcome){
                {start->partner_id}, {start->account_id}, {start->product_line_id}, {*id}}));
    c->result_id = answer;
    return OK;
}
