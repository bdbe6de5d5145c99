/*
 * A registration becomes an opportunity or joins one, and its partner the team; its claim stands until that
 * is won or lost. Only a person does that: a deal that stays the partner's alone needs no opportunity.
 */
#include "domain/opportunity/begin.h"
#include "domain/opportunity/team.h"
#include "domain/registration/registration.h"

struct convert_input {
    struct ref opportunity_id;
};

static const struct field convert_fields[] = {
    FIELD(struct convert_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .hint = N_("Left empty: our open one for this account and product line, else a new one.")),
};

static enum status convert_run(struct call *c)
{
    const struct convert_input *in = c->in;
    struct registration r;
    int64_t moved, id = in->opportunity_id.id;
    TRY(registration_whole(c, c->row_id, &r));
    TRY(opportunity_begin(c,
        &(struct opportunity_start){.account_id = r.account_id.id,
            .product_line_id = r.product_line_id.id,
            .partner_id = r.partner_id.id,
            .lead_id = r.lead_id.id,
            .amount = r.amount,
            .currency = r.currency,
            .closes = {date_add_months(r.close_month, 1).days - 1}}, /* its last day */
        &id));
    struct value args[3] = {v_int(c->row_id), v_int(PROTECTION_NO_END), v_int(c->now.us)};
    TRY(db_exec_count(c->db, &moved,
        "update protection set until = $2 where registration_id = $1 and state = 'live' and until >= $3",
        args, 3));
    if (!moved)
        return call_refuse(c, PROBLEM_state, TR(c, "The protection has ended; register the customer again."));
    r.state = "converted";
    r.opportunity_id.id = id;
    r.protected_until.us = r.heartbeat_due.us = r.heartbeat_told.us = r.remind_due.us = 0;
    TRY(noun_update(c, &registration_noun, c->row_id, &r, UINT64_MAX, NULL));
    call_last_event(c)->partner_sees = true;
    TRY(member_join(c, id, r.partner_id.id, r.person_id.id, NULL));
    c->result_id = c->row_id;
    return OK;
}

static const char *const approved[] = {"approved", NULL};

const struct verb registration_convert = {
    .noun = &registration_noun,
    .name = "convert",
    .label = N_("Convert to opportunity"),
    .summary = N_(
        "Work on the deal together as an opportunity of your own. The claim stands until it is won or lost."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .from = approved,
    INPUT(struct convert_input, convert_fields),
    .run = convert_run,
    .done = N_("Converted"),
    .example = {.becomes = "converted"},
};

enum status registration_follow(struct call *c, int64_t opportunity_id, const char *state)
{
    struct value args[1] = {v_int(opportunity_id)};
    int64_t answer = c->result_id;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from registration where opportunity_id = $1 and state = 'converted' order by id", args,
        1));
    for (size_t i = 0; i < rows.n; i++) {
        struct registration r;
        TRY(registration_whole(c, cell_int(&rows, i, 0), &r));
        TRY(registration_end(c, cell_int(&rows, i, 0), &r, state, streq(state, "lost")));
    }
    c->result_id = answer;
    return OK;
}
