/* What becomes of an offer: accepted, declined, not answered in time; and a lead that is given back. */
#include "base/id.h"
#include "domain/lead/offer.h"

#define LEAD_BIT(member) FIELD_BIT(&lead_noun, member)
#define BIT(member)      FIELD_BIT(&lead_offer_noun, member)

static const char *const offered[] = {"offered", NULL};

/* ---- by the partner ---- */

/* Who comes next, as it is before the transaction. */
static enum status answer_prepare(struct call *c)
{
    struct lead_offer o;
    TRY(noun_load(c, &lead_offer_noun, c->row_id, &o)); /* the viewer must see it */
    TRY(noun_load_whole(c, &lead_offer_noun, c->row_id, &o));
    return lead_offer_plan_next(c, o.lead_id.id);
}

static void write_accepted(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject = arena_printf(
        c->arena, tr(lang, "%s has accepted the lead %s"), c->viewer->partner_name, lead->company);
}

static enum status accept_run(struct call *c)
{
    struct lead_offer o;
    struct lead lead;
    bool may;
    TRY(noun_load_whole(c, &lead_offer_noun, c->row_id, &o));
    TRY(lead_hold(c, o.lead_id.id, &lead));
    TRY(lead_know_account(c, &lead));
    TRY(lead_may_get(c, &lead, o.partner_id.id, &may));
    if (o.due.us <= c->now.us || !may)
        return call_refuse(c, PROBLEM_state, TR(c, "The offer has ended."));
    o.state = "accepted";
    o.due.us = 0;
    o.person_id.id = lead.person_id.id = c->viewer->person_id;
    TRY(lead_offer_change(c, c->row_id, &o, BIT(state) | BIT(due) | BIT(person_id)));
    lead.state = "accepted";
    lead.partner_id = o.partner_id;
    TRY(lead_change(c, o.lead_id.id, &lead,
        LEAD_BIT(state) | LEAD_BIT(partner_id) | LEAD_BIT(person_id) | LEAD_BIT(account_id), "accept"));
    c->result_id = c->row_id;
    c->leads_to = arena_printf(c->arena, "%s?did=lead_offer.accept.%s", lead_path(c, o.lead_id.id),
        id_text(c->arena, lead_offer_noun.prefix, c->row_id));
    return lead_tell_vendor(c, o.lead_id.id, &lead, write_accepted, &lead);
}

const struct verb lead_offer_accept = {
    .noun = &lead_offer_noun,
    .name = "accept",
    .label = N_("Accept"),
    .summary = N_("Take the lead: you see who it is and look after it."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .primary = true,
    .from = offered,
    .run = accept_run,
    .done = N_("Lead accepted"),
    .example = {.becomes = "accepted"},
};

struct decline_input {
    const char *reason, *reason_note;
};
static const struct field decline_fields[] = {
    FIELD(struct decline_input, reason, .label = N_("Reason"), .form = FORM_CHOICE,
        .options = lead_decline_reasons, .required = true),
    FIELD(struct decline_input, reason_note, .label = N_("Note"), .form = FORM_LONG, .max = 1000),
};

static enum status decline_run(struct call *c)
{
    const struct decline_input *in = c->in;
    struct lead_offer o;
    struct lead lead;
    TRY(noun_load_whole(c, &lead_offer_noun, c->row_id, &o));
    TRY(lead_hold(c, o.lead_id.id, &lead));
    o = (struct lead_offer){.lead_id = o.lead_id,
        .state = "declined",
        .person_id = {c->viewer->person_id},
        .reason = in->reason,
        .reason_note = in->reason_note};
    TRY(lead_offer_change(
        c, c->row_id, &o, BIT(state) | BIT(due) | BIT(person_id) | BIT(reason) | BIT(reason_note)));
    TRY(lead_offer_go_on(c, o.lead_id.id, &lead));
    c->result_id = c->row_id;
    return OK;
}

const struct verb lead_offer_decline = {
    .noun = &lead_offer_noun,
    .name = "decline",
    .label = N_("Decline"),
    .summary = N_("Leave the lead to another partner, with a reason."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .from = offered,
    INPUT(struct decline_input, decline_fields),
    .prepare = answer_prepare,
    .run = decline_run,
    .done = N_("Lead declined"),
    .example = {.becomes = "declined"},
};

/* ---- by the clock ---- */

static void write_missed(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead_offer *o = ctx;
    out->subject =
        arena_printf(c->arena, tr(lang, "The offer of a lead ended without your answer: %s"), o->name);
}

static enum status expire_run(struct call *c)
{
    struct lead_offer o;
    struct lead lead;
    TRY(noun_load_whole(c, &lead_offer_noun, c->row_id, &o));
    if (o.due.us > c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    TRY(lead_hold(c, o.lead_id.id, &lead));
    o.state = "expired";
    o.due.us = 0;
    TRY(lead_offer_change(c, c->row_id, &o, BIT(state) | BIT(due)));
    TRY(lead_offer_tell(c, c->row_id, &o, write_missed));
    return lead_offer_go_on(c, o.lead_id.id, &lead);
}

const struct verb lead_offer_expire = {
    .noun = &lead_offer_noun,
    .name = "expire",
    .label = N_("End the offer"),
    .summary = N_("The offer was not answered in time."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = offered,
    .prepare = answer_prepare,
    .run = expire_run,
    .done = N_("Not answered"),
};

const struct clock lead_offer_clock = {
    .name = "lead offer ends", .verb = &lead_offer_expire, .due = "due", .state = "offered"};

/* ---- giving it back ---- */

static void write_given_back(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject = arena_printf(
        c->arena, tr(lang, "%s has given back the lead %s"), c->viewer->partner_name, lead->company);
}

static enum status give_back_prepare(struct call *c)
{
    struct lead lead;
    TRY(noun_load(c, &lead_noun, c->row_id, &lead)); /* the viewer must see it */
    return lead_offer_plan_next(c, c->row_id);
}

/* What nobody offered, because the partner brought it, goes to people: it may not want others to have it. */
static enum status give_back_run(struct call *c)
{
    struct lead lead;
    TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
    bool brought = lead.referrer_id.id == lead.partner_id.id;
    struct event *e = call_event(c, &lead_noun, c->row_id, "give_back", "{}");
    e->partner_id = lead.partner_id.id;
    TRY(lead_tell_vendor(c, c->row_id, &lead, write_given_back, &lead));
    lead.partner_id.id = lead.person_id.id = 0;
    lead.contacted.us = 0;
    lead.state = brought ? "review" : "new";
    TRY(lead_change(c, c->row_id, &lead,
        LEAD_BIT(state) | LEAD_BIT(partner_id) | LEAD_BIT(person_id) | LEAD_BIT(contacted), NULL));
    c->leads_to = "/lead-inbox?did=lead.give_back";
    c->result_json = "{\"state\":\"given_back\"}"; /* the row is no longer there for who asked */
    return brought ? OK : lead_offer_go_on(c, c->row_id, &lead);
}

static const char *const accepted[] = {"accepted", NULL};

const struct verb lead_give_back = {
    .noun = &lead_noun,
    .name = "give_back",
    .label = N_("Give back"),
    .summary = N_("You cannot look after it: the next partner is asked, and you no longer see it."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .from = accepted,
    .answers = true,
    .prepare = give_back_prepare,
    .run = give_back_run,
    .done = N_("Given back"),
    .example = {.answer = "{\"state\":\"given_back\"}"},
};
