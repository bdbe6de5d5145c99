/* What people do with a registration: approve, decline, withdraw, close; and the clock that lets it lapse. */
#include "domain/registration/extension.h"
#include "domain/registration/life.h"
#include "domain/registration/waitlist.h"

static const char *const in_review[] = {"review", NULL};
static const char *const open_states[] = {"review", "approved", NULL};
static const char *const approved[] = {"approved", NULL};
static const char *const standing[] = {"approved", "converted", NULL};

struct review_input {
    const char *reason;
    int64_t days;
    double benefit_percent;
};

static const struct field approve_fields[] = {
    FIELD(struct review_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true,
        .max = 1000, .hint = N_("The partner reads it."),
        .example = "Spoke with the customer: this is their project."),
    FIELD(struct review_input, days, .label = N_("Days of protection"), .min = 1, .max = 730,
        .hint = N_("The programme's usual when left empty."), .example = "90"),
    FIELD(struct review_input, benefit_percent, .label = N_("Registration margin in percent"), .min = 0,
        .max = 100, .example = "12"),
};
static const struct field decline_fields[] = {
    FIELD(struct review_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true,
        .max = 1000, .hint = N_("The partner reads it: say what it can do next."),
        .example = "Spoke with the customer: this is their project."),
};

/* A person who rules must not find the account given away meanwhile. */
static enum status still_free(struct call *c, const struct registration *r)
{
    bool stands;
    TRY(protection_stands(c, r->account_id.id, r->product_line_id.id, c->row_id, &stands));
    if (stands)
        return call_refuse(
            c, PROBLEM_state, TR(c, "Another registration stands on this account for this product line."));
    return OK;
}

/* Partner managers and operations answer everything; a seller what waits for the owner of an account that is
 * theirs. */
static enum status may_answer(struct call *c, const struct registration *r)
{
    if (c->viewer->role != ROLE_VENDOR_SELLER)
        return OK;
    struct value args[2] = {v_int(r->account_id.id), v_int(c->viewer->person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select id from account where id = $1 and owner_id = $2", args, 2));
    if (!rows.n || !streq(r->queue, "account_owner"))
        return call_refuse(c, PROBLEM_forbidden, TR(c, "The owner of the account answers this."));
    return OK;
}

static enum status approve_run(struct call *c)
{
    const struct review_input *in = c->in;
    const struct programme *p;
    struct registration r;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    TRY(may_answer(c, &r));
    TRY(still_free(c, &r));
    struct ruling ruling = {.outcome = OUTCOME_APPROVE,
        .reason = in->reason,
        .protection_days = (int)(in->days ? in->days : p->limits.review_approval_days),
        .benefit_percent = in->benefit_percent};
    return registration_rule(c, p, &r, &c->row_id, &ruling);
}

static enum status decline_run(struct call *c)
{
    const struct review_input *in = c->in;
    const struct programme *p;
    struct registration r;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    TRY(may_answer(c, &r));
    struct ruling ruling = {.outcome = OUTCOME_DECLINE, .reason = in->reason};
    return registration_rule(c, p, &r, &c->row_id, &ruling);
}

#define REVIEWERS (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER)

const struct verb registration_approve = {
    .noun = &registration_noun,
    .name = "approve",
    .label = N_("Approve"),
    .summary = N_("Approve a registration that waits for review."),
    .on = ON_ROW,
    .roles = REVIEWERS,
    .primary = true,
    .from = in_review,
    INPUT(struct review_input, approve_fields),
    .run = approve_run,
    .done = N_("Approved"),
    .example = {.becomes = "approved"},
};

const struct verb registration_decline = {
    .noun = &registration_noun,
    .name = "decline",
    .label = N_("Decline"),
    .summary = N_("Decline a registration that waits for review."),
    .on = ON_ROW,
    .roles = REVIEWERS,
    .from = in_review,
    INPUT(struct review_input, decline_fields),
    .run = decline_run,
    .done = N_("Declined"),
    .example = {.becomes = "declined"},
};

/* ---- the end ---- */

enum status registration_end(
    struct call *c, int64_t id, struct registration *r, const char *state, bool offer)
{
    static const struct {
        const char *state, *verb;
    } events[] = {{"withdrawn", "withdraw"}, {"won", "win"}, {"lost", "lose"}, {"lapsed", "lapse"}};
    const char *verb = NULL;
    for (size_t i = 0; i < COUNT(events); i++)
        if (streq(events[i].state, state))
            verb = events[i].verb;
    r->state = state;
    r->ended = c->now;
    r->heartbeat_due.us = r->heartbeat_told.us = r->remind_due.us = 0;
    TRY(noun_update(c, &registration_noun, id, r, UINT64_MAX, verb));
    call_last_event(c)->partner_sees = true;
    if (offer)
        return protection_close(c, id);
    TRY(protection_clear(c, id));
    /* Nobody is offered a customer that was won. */
    return streq(state, "won") ? waitlist_end(c, r->account_id.id, r->product_line_id.id) : OK;
}

static enum status end(struct call *c, const char *state, bool offer)
{
    struct registration r;
    TRY(registration_whole(c, c->row_id, &r));
    TRY(life_refuse_disputed(c, &r));
    return registration_end(c, c->row_id, &r, state, offer);
}

static enum status withdraw_run(struct call *c)
{
    return end(c, "withdrawn", true);
}

/* The customer is won: nobody is offered it. */
static enum status win_run(struct call *c)
{
    return end(c, "won", false);
}

static enum status lose_run(struct call *c)
{
    return end(c, "lost", true);
}

/* While people decide about it, it lasts a day longer, and another one after that. */
static enum status put_off(struct call *c, const struct programme *p, struct registration *r)
{
    struct date today = date_in(p->catalog.zone, c->now);
    r->protected_until = day_end_in(p->catalog.zone, (struct date){today.days + 1});
    struct value args[2] = {v_int(c->row_id), v_int(r->protected_until.us)};
    TRY(db_exec(
        c->db, "update protection set until = $2 where registration_id = $1 and state = 'live'", args, 2));
    return noun_update(
        c, &registration_noun, c->row_id, r, FIELD_BIT(&registration_noun, protected_until), "put_off");
}

static enum status lapse_run(struct call *c)
{
    const struct programme *p;
    struct registration r;
    bool waits, stands;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    if (r.protected_until.us >= c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    TRY(life_waits(c, c->row_id, &r, &waits));
    if (waits) {
        TRY(protection_stands(c, r.account_id.id, r.product_line_id.id, c->row_id, &stands));
        if (!stands)
            return put_off(c, p, &r);
    }
    r.lapse_reason = "time";
    return registration_end(c, c->row_id, &r, "lapsed", true);
}

const struct verb registration_withdraw = {
    .noun = &registration_noun,
    .name = "withdraw",
    .label = N_("Withdraw"),
    .summary = N_("Give the registration up and free the account."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES | ADMIN | OPERATIONS,
    .from = open_states,
    .bulk = true,
    .run = withdraw_run,
    .done = N_("Withdrawn"),
    .example = {.becomes = "withdrawn"},
};

const struct verb registration_win = {
    .noun = &registration_noun,
    .name = "win",
    .label = N_("Mark as won"),
    .summary = N_("The deal was signed."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .from = standing,
    .run = win_run,
    .done = N_("Marked as won"),
    .example = {.becomes = "won"},
};

const struct verb registration_lose = {
    .noun = &registration_noun,
    .name = "lose",
    .label = N_("Mark as lost"),
    .summary = N_("The deal was lost; the account is free again."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES | ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .from = standing,
    .run = lose_run,
    .done = N_("Marked as lost"),
    .example = {.becomes = "lost"},
};

const struct verb registration_lapse = {
    .noun = &registration_noun,
    .name = "lapse",
    .label = N_("Let lapse"),
    .summary = N_("The protection's last day has passed."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = approved,
    .run = lapse_run,
    .done = N_("Lapsed"),
};

const struct clock registration_lapse_clock = {
    .name = "protection ends", .verb = &registration_lapse, .due = "protected_until", .state = "approved"};
