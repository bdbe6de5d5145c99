/* The end of a co-sell request: accepted, declined, withdrawn, or silence. */
#include "base/id.h"
#include "domain/account/account.h"
#include "domain/cosell/request.h"
#include "domain/cosell/tell.h"
#include "domain/opportunity/team.h"
#include "domain/programme/programme.h"
#include "domain/touchpoint/touchpoint.h"

#define NOUN        (&cosell_request_noun)
#define BIT(member) FIELD_BIT(NOUN, member)

static const char *const open_states[] = {"asked", "escalated", NULL};

static enum status load(struct call *c, bool asks, struct cosell_request *q)
{
    TRY(noun_load_whole(c, NOUN, c->row_id, q));
    if (cosell_viewer_asks(c, q) == asks)
        return OK;
    return call_refuse(c, PROBLEM_state,
        asks ? TR(c, "The side that asked withdraws it.") : TR(c, "The side that was asked answers."));
}

static enum status store(struct call *c, struct cosell_request *q, const char *state, uint64_t mask)
{
    q->state = state;
    q->answered = c->now;
    q->answered_by.id = c->viewer->person_id;
    TRY(noun_update(c, NOUN, c->row_id, q, mask | BIT(state) | BIT(answered) | BIT(answered_by), NULL));
    call_last_event(c)->partner_sees = true;
    return OK;
}

/* ---- yes ---- */

struct accept_input {
    const char *answer;
    struct ref opportunity_id;
};
static const struct field accept_fields[] = {
    FIELD(struct accept_input, answer, .label = N_("Answer"), .form = FORM_LONG, .max = 1000,
        .hint = N_("Such as who helps, and when. The other side reads it.")),
    FIELD(struct accept_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .set = VENDOR, .hint = N_("On which both work, where the request names none.")),
};

/* On the opportunity: the partner for co-selling, and of the vendor's who asked or said yes. */
static enum status join(struct call *c, const struct cosell_request *q)
{
    bool of_vendor = streq(q->asked_by, "vendor");
    int64_t theirs = of_vendor ? c->viewer->partner_id ? c->viewer->person_id : 0 : q->asker_id.id;
    int64_t ours = of_vendor ? q->asker_id.id : c->viewer->person_id;
    if (!q->deal_id.id)
        return OK;
    TRY(member_join(c, q->deal_id.id, q->partner_id.id, theirs, "co_sell"));
    return ours ? member_join_own(c, q->deal_id.id, ours) : OK;
}

static enum status record(struct call *c, const struct cosell_request *q)
{
    struct touchpoint t = {.happened = c->now,
        .partner_id = q->partner_id,
        .person_id = {streq(q->asked_by, "partner") ? q->asker_id.id
                      : c->viewer->partner_id       ? c->viewer->person_id
                                                    : 0},
        .account_id = q->account_id,
        .opportunity_id = q->deal_id,
        .registration_id = q->registration_id,
        .kind = "work", /* the promise of help; the introduction or meeting itself is one of its own */
        .evidence = q->text,
        .origin = id_text(c->arena, NOUN->prefix, c->row_id)};
    return touchpoint_record(c, &t);
}

static enum status name_deal(struct call *c, const struct accept_input *in, struct cosell_request *q)
{
    struct opportunity o;
    q->deal_id = q->opportunity_id.id ? q->opportunity_id : in->opportunity_id;
    if (!q->deal_id.id)
        return OK;
    TRY(opportunity_hold_whole(c, q->deal_id, &o));
    if (q->account_id.id && o.account_id.id != q->account_id.id)
        return call_field(c, "opportunity_id", TR(c, "belongs to another account"));
    q->account_id = o.account_id;
    return OK;
}

/* What stood for the company is its name from now on. */
static enum status unmask(struct call *c, struct cosell_request *q)
{
    struct account a;
    if (streq(q->asked_by, "partner") || !q->account_id.id)
        return OK;
    TRY(noun_load_whole(c, &account_noun, q->account_id.id, &a));
    q->subject = a.name;
    return OK;
}

static enum status accept_run(struct call *c)
{
    const struct accept_input *in = c->in;
    struct cosell_request q;
    TRY(load(c, false, &q));
    TRY(name_deal(c, in, &q));
    TRY(unmask(c, &q));
    q.answer = in->answer;
    TRY(store(c, &q, "accepted", BIT(answer) | BIT(deal_id) | BIT(account_id) | BIT(subject)));
    TRY(join(c, &q));
    TRY(record(c, &q));
    TRY(cosell_tell_asker(c, c->row_id, &q, COSELL_ACCEPTED));
    c->result_id = c->row_id;
    return OK;
}

const struct verb cosell_accept = {
    .noun = NOUN,
    .name = "accept",
    .label = N_("Accept"),
    .summary = N_("Help with the deal: the partner is on its team from now on."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .primary = true,
    .from = open_states,
    INPUT(struct accept_input, accept_fields),
    .run = accept_run,
    .example = {.find = "state=asked&asked_by=partner", .fields = "answer", .becomes = "accepted"},
    .done = N_("Accepted"),
};

/* ---- no ---- */

struct decline_input {
    const char *reason, *answer;
};
static const struct field decline_fields[] = {
    FIELD(struct decline_input, reason, .label = N_("Why not"), .form = FORM_CHOICE,
        .options = cosell_decline_reasons, .required = true),
    FIELD(struct decline_input, answer, .label = N_("In words"),
        .example = "Our people there are booked until spring.", .form = FORM_LONG, .max = 1000,
        .hint = N_("The other side reads it.")),
};

static enum status decline_run(struct call *c)
{
    const struct decline_input *in = c->in;
    struct cosell_request q;
    TRY(load(c, false, &q));
    q.reason = in->reason;
    q.answer = in->answer;
    TRY(store(c, &q, "declined", BIT(reason) | BIT(answer)));
    return cosell_tell_asker(c, c->row_id, &q, COSELL_DECLINED);
}

const struct verb cosell_decline = {
    .noun = NOUN,
    .name = "decline",
    .label = N_("Decline"),
    .summary = N_("Not help with the deal, and say why."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .from = open_states,
    INPUT(struct decline_input, decline_fields),
    .run = decline_run,
    .example = {.find = "state=asked&asked_by=partner", .becomes = "declined"},
    .done = N_("Declined"),
};

static enum status withdraw_run(struct call *c)
{
    struct cosell_request q;
    TRY(load(c, true, &q));
    TRY(store(c, &q, "withdrawn", 0));
    return cosell_tell_asked(c, c->row_id, &q, COSELL_WITHDRAWN);
}

const struct verb cosell_withdraw = {
    .noun = NOUN,
    .name = "withdraw",
    .label = N_("Withdraw"),
    .summary = N_("Ask no longer."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .from = open_states,
    .run = withdraw_run,
    .example = {.after = &cosell_ask, .becomes = "withdrawn"},
    .done = N_("Withdrawn"),
};

/* ---- silence ---- */

static enum status due(struct call *c, struct cosell_request *q)
{
    TRY(noun_load_whole(c, NOUN, c->row_id, q));
    return q->due.us > c->now.us ? call_refuse(c, PROBLEM_state, NULL) : OK;
}

static enum status escalate_run(struct call *c)
{
    const struct programme *p;
    struct cosell_request q;
    TRY(programme_active(c, &p));
    TRY(due(c, &q));
    q.state = "escalated";
    q.due = programme_due(p, c->now, p->cosell.escalate_hours, false);
    TRY(noun_update(c, NOUN, c->row_id, &q, BIT(state) | BIT(due), NULL));
    call_last_event(c)->partner_sees = true;
    return cosell_tell_silence(c, c->row_id, &q);
}

static enum status expire_run(struct call *c)
{
    struct cosell_request q;
    TRY(due(c, &q));
    q.state = "expired";
    TRY(noun_update(c, NOUN, c->row_id, &q, BIT(state), NULL));
    call_last_event(c)->partner_sees = true;
    return cosell_tell_asker(c, c->row_id, &q, COSELL_EXPIRED);
}

static const char *const asked[] = {"asked", NULL};
static const char *const escalated[] = {"escalated", NULL};

const struct verb cosell_escalate = {
    .noun = NOUN,
    .name = "escalate",
    .label = N_("Tell of the silence"),
    .summary = N_("Nobody answered in time: the partner's manager is told."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = asked,
    .run = escalate_run,
    .done = N_("Manager told"),
};

const struct verb cosell_expire = {
    .noun = NOUN,
    .name = "expire",
    .label = N_("End without an answer"),
    .summary = N_("Nobody answered after the manager was told."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = escalated,
    .run = expire_run,
    .done = N_("Never answered"),
};

const struct clock cosell_asked_clock = {
    .name = "co-sell request unanswered", .verb = &cosell_escalate, .due = "due", .state = "asked"};
const struct clock cosell_escalated_clock = {
    .name = "co-sell request ends", .verb = &cosell_expire, .due = "due", .state = "escalated"};
