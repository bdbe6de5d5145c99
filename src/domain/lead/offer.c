#include "domain/lead/offer.h"

#include "base/id.h"
#include "base/json.h"
#include "face/format.h"
#include "face/html.h"

#include <stdlib.h>

static const struct state states[] = {{"offered", N_("Offered"), "review"},
    {"accepted", N_("Accepted"), "ok"}, {"declined", N_("Declined"), "no"},
    {"expired", N_("Not answered"), "gone"}, {"withdrawn", N_("Withdrawn"), "gone"}, {0}};
static const struct option state_options[] = {{"offered", N_("Offered")}, {"accepted", N_("Accepted")},
    {"declined", N_("Declined")}, {"expired", N_("Not answered")}, {"withdrawn", N_("Withdrawn")}, {0}};
static const struct option reasons[] = {{"no_capacity", N_("No capacity")},
    {"no_fit", N_("Not our business")}, {"too_small", N_("Too small")},
    {"conflict", N_("Conflict with another customer")}, {"other", N_("Other")}, {0}};

#define BOTH (VENDOR | PARTNER)

/* As documents show it. */
#define PARTS_EXAMPLE                                                                                        \
    "{\"capacity\":{\"percent\":70,\"reason\":\"3 of 10 leads open\","                                       \
    "\"weight\":10},\"certification\":{\"percent\":75,"                                                      \
    "\"reason\":\"3 certified people\",\"weight\":25},"                                                      \
    "\"conversion\":{\"percent\":40,\"reason\":\"2 of 5 leads converted\","                                  \
    "\"weight\":10},\"fairness\":{\"percent\":80,"                                                           \
    "\"reason\":\"1 offered in 90 days\",\"weight\":5},"                                                     \
    "\"industry\":{\"percent\":100,\"reason\":\"Knows the industry\","                                       \
    "\"weight\":15},\"language\":{\"percent\":100,\"reason\":\"Speaks German\","                             \
    "\"weight\":15},\"territory\":{\"percent\":100,"                                                         \
    "\"reason\":\"At home in the country\",\"weight\":20}}"

static const struct field fields[] = {
    FIELD(struct lead_offer, name, .label = N_("Lead"), .required = true, .see = BOTH, .list_column = true,
        .example = "Flowgate, DE"),
    FIELD(struct lead_offer, lead_id, .label = N_("Lead"), .ref = "lead", .required = true, .see = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct lead_offer, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct lead_offer, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct lead_offer, due, .label = N_("Answer until"), .see = BOTH, .list_column = true),
    FIELD(struct lead_offer, product_line_id, .label = N_("Product line"), .ref = "product_line", .see = BOTH,
        .list_column = true),
    FIELD(struct lead_offer, country, .label = N_("Country"), .form = FORM_COUNTRY, .see = BOTH,
        .list_column = true),
    FIELD(struct lead_offer, industry, .label = N_("Industry"), .form = FORM_CHOICE, .list = "industries",
        .see = BOTH, .example = "manufacturing"),
    FIELD(struct lead_offer, size, .label = N_("Size"), .form = FORM_CHOICE, .options = lead_sizes,
        .see = BOTH),
    FIELD(struct lead_offer, language, .label = N_("Language"), .form = FORM_CHOICE, .list = "languages",
        .see = BOTH, .example = "de"),
    FIELD(struct lead_offer, need, .label = N_("What they need"), .form = FORM_LONG, .see = BOTH,
        .example = "Wants to replace three firewalls this year."),
    FIELD(struct lead_offer, person_id, .label = N_("Answered by"), .ref = "person", .see = BOTH),
    FIELD(struct lead_offer, score_percent, .label = N_("Score (%)"), .see = VENDOR, .list_column = true),
    FIELD(struct lead_offer, parts, .label = N_("Parts of the score"), .form = FORM_JSON, .see = VENDOR,
        .example = PARTS_EXAMPLE),
    FIELD(struct lead_offer, reason, .label = N_("Why it was declined"), .form = FORM_CHOICE,
        .options = reasons, .see = BOTH),
    FIELD(struct lead_offer, reason_note, .label = N_("Note"), .form = FORM_LONG, .max = 1000, .see = BOTH,
        .example = "Both engineers are in a roll-out until March."),
};

const struct noun lead_offer_noun = {
    .name = "lead_offer",
    .plural = "lead-offers",
    .prefix = "lof",
    .label = N_("Lead offer"),
    .labels = N_("Lead offers"),
    .icon = "inbox",
    .summary = N_("A lead that a partner may accept: what it is about, without company and contact."),
    .size = sizeof(struct lead_offer),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"lead_id,partner_id", NULL},
};

#define LEAD_BIT(member) FIELD_BIT(&lead_noun, member)
#define BIT(member)      FIELD_BIT(&lead_offer_noun, member)

static enum status change(struct call *c, const struct lead_offer *o, uint64_t mask)
{
    TRY(noun_update(c, &lead_offer_noun, c->row_id, o, mask, NULL));
    call_last_event(c)->partner_sees = true;
    return OK;
}

/* ---- telling ---- */

struct told {
    const struct lead_offer *offer;
    const char *partner, *company, *line;
    const struct zone *zone;
};

static void write_offer(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    struct html h = {.arena = c->arena, .lang = lang, .zone = t->zone, .now = c->now};
    out->subject = arena_printf(c->arena, tr(lang, "A lead is offered to you until %s, %s: %s"),
        fmt_date(&h, date_in(t->zone, t->offer->due)), fmt_clock(&h, t->offer->due), t->offer->name);
    out->body = t->offer->need ? t->offer->need
                               : tr(lang, "Accept it to see who it is. Decline or say nothing and the next "
                                          "partner is asked.");
}

static void write_missed(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject =
        arena_printf(c->arena, tr(lang, "The offer of a lead ended without your answer: %s"), t->offer->name);
}

static void write_withdrawn(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "The offer of a lead was withdrawn: %s"), t->offer->name);
}

static void write_accepted(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s has accepted the lead %s"), t->partner, t->company);
}

static void write_exhausted(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "Nobody took the lead %s: look at it again"), t->company);
}

static void write_given_back(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s has given back the lead %s"), t->partner, t->company);
}

static enum status tell_partner(struct call *c, int64_t id, const struct lead_offer *o, notice_write *write)
{
    struct told t = {.offer = o, .zone = c->catalog->zone};
    struct notice_about about = {.kind = NOTICE_lead, .noun = &lead_offer_noun, .id = id};
    return notify_partner(c, o->partner_id.id, PARTNER_ROLES, &about, write, &t);
}

static enum status tell_vendor(struct call *c, int64_t lead_id, const struct lead *lead, notice_write *write)
{
    struct told t = {.partner = c->viewer->partner_name, .company = lead->company};
    return lead_tell_vendor(c, lead_id, lead, write, &t);
}

/* ---- making an offer ---- */

/* In English and by keys: whoever reads a stored score replays it. */
static const char *parts_of(struct call *c, const struct lead_candidates *k, const struct fit *fit)
{
    json_t *parts = json_object();
    struct buf b = buf_in(c->arena, 1 << 16);
    for (enum fit_part part = 0; part < FIT_PARTS; part++)
        if (k->asked >> part & 1) {
            json_t *one = json_object();
            json_object_set_new(one, "percent", json_integer((json_int_t)(fit->part[part] * 100 + 0.5)));
            json_object_set_new(one, "weight", json_integer(k->programme->leads.fit.weight[part]));
            json_object_set_new(one, "reason", json_string(fit_reason(c, k, fit, part)));
            json_object_set_new(parts, fit_part_options[part].key, one);
        }
    json_canonical(&b, parts);
    json_decref(parts);
    return buf_str(&b);
}

/* What a partner may know of it: "Flowgate, DE". */
static enum status name_of(struct call *c, const struct lead *lead, const char **out)
{
    struct value args[1] = {v_int(lead->product_line_id.id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select name from product_line where id = $1", args, 1));
    const char *about = rows.n ? cell_string(&rows, 0, 0) : lead->industry;
    *out = about && lead->country ? arena_printf(c->arena, "%s, %s", about, lead->country)
           : about                ? about
           : lead->country        ? lead->country
                                  : lead_noun.label;
    return OK;
}

static enum status make_offer(struct call *c, int64_t lead_id, struct lead *lead,
    const struct lead_candidates *k, const struct fit *fit)
{
    const struct programme_leads *p = &k->programme->leads;
    int64_t id = 0, answer = c->result_id;
    struct lead_offer o = {.lead_id = {lead_id},
        .partner_id = {k->all[fit->at].id},
        .state = "offered",
        .due = programme_due(k->programme, c->now, p->offer_hours, p->working_hours),
        .product_line_id = lead->product_line_id,
        .country = lead->country,
        .language = lead->language,
        .industry = lead->industry,
        .size = lead->size,
        .need = lead->need,
        .score_percent = (int64_t)(fit->score * 100 + 0.5),
        .parts = parts_of(c, k, fit)};
    TRY(name_of(c, lead, &o.name));
    TRY(noun_insert_beside(c, &lead_offer_noun, &o, &id));
    call_last_event(c)->partner_sees = true;
    lead->state = "offered";
    TRY(lead_change(c, lead_id, lead, LEAD_BIT(state) | LEAD_BIT(account_id), "offer"));
    c->result_id = answer;
    return tell_partner(c, id, &o, write_offer);
}

/* What changed since the candidates were read: somebody was asked, or holds the customer now. */
static enum status still_may(
    struct call *c, int64_t lead_id, const struct lead *lead, int64_t partner_id, bool *yes)
{
    struct value args[2] = {v_int(lead_id), v_int(partner_id)};
    struct rows asked;
    TRY(lead_may_get(c, lead, partner_id, yes));
    TRY(db_query(c->db, c->arena, &asked, "select id from lead_offer where lead_id = $1 and partner_id = $2",
        args, 2));
    *yes = *yes && !asked.n;
    return OK;
}

/* Offers it to the best that still may have it; *DONE: somebody was there. */
static enum status offer_best(
    struct call *c, int64_t lead_id, struct lead *lead, const struct lead_candidates *k, bool *done)
{
    *done = false;
    if (!lead->account_id.id)
        lead->account_id = k->lead.account_id;
    for (size_t i = 0; i < k->n && !*done; i++) {
        TRY(still_may(c, lead_id, lead, k->all[k->best[i].at].id, done));
        if (*done)
            TRY(make_offer(c, lead_id, lead, k, &k->best[i]));
    }
    return OK;
}

/* To the next; where so many were asked, or there is nobody left, people look at it. */
static enum status go_on(struct call *c, int64_t lead_id, struct lead *lead)
{
    const struct lead_candidates *k = c->plan;
    struct value args[1] = {v_int(lead_id)};
    struct rows rows;
    bool done = false;
    TRY(db_query(c->db, c->arena, &rows, "select count(*) from lead_offer where lead_id = $1", args, 1));
    if (cell_int(&rows, 0, 0) < k->programme->leads.most_offers)
        TRY(offer_best(c, lead_id, lead, k, &done));
    if (done)
        return OK;
    lead->state = "review";
    TRY(lead_change(c, lead_id, lead, LEAD_BIT(state), "exhaust"));
    return tell_vendor(c, lead_id, lead, write_exhausted);
}

/* ---- by the vendor ---- */

struct offer_input {
    struct ref partner_id;
};
static const struct field offer_fields[] = {
    FIELD(struct offer_input, partner_id, .label = N_("Partner"), .ref = "partner",
        .hint = N_("Left empty: the one that fits best."), .example = ""),
};

static enum status offer_prepare(struct call *c)
{
    struct lead_candidates *k = ARENA_NEW(c->arena, struct lead_candidates);
    struct lead lead;
    TRY(noun_load(c, &lead_noun, c->row_id, &lead)); /* the viewer must see it */
    TRY(lead_candidates(c, c->row_id, k));
    c->plan = k;
    return OK;
}

static enum status offer_to(
    struct call *c, struct lead *lead, const struct lead_candidates *k, int64_t partner_id)
{
    struct fit fit;
    bool may = lead_candidate(k, partner_id, &fit);
    if (may)
        TRY(still_may(c, c->row_id, lead, partner_id, &may));
    if (!may)
        return call_field(c, "partner_id",
            TR(c, "is no candidate: it was asked before, sells elsewhere, or the customer is "
                  "not free for it"));
    return make_offer(c, c->row_id, lead, k, &fit);
}

static enum status offer_run(struct call *c)
{
    const struct offer_input *in = c->in;
    const struct lead_candidates *k = c->plan;
    struct lead lead;
    bool done;
    TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
    c->result_id = c->row_id;
    if (in->partner_id.id)
        return offer_to(c, &lead, k, in->partner_id.id);
    TRY(offer_best(c, c->row_id, &lead, k, &done));
    if (done)
        return OK;
    return call_refuse(c, PROBLEM_state,
        k->direct_only ? TR(c, "The customer is sold to directly: no partner may have it.")
        : k->held      ? TR(c, "A partner holds the customer and cannot be asked: talk to it.")
                       : TR(c, "No partner fits who was not asked before."));
}

static const char *const offerable[] = {"new", "review", NULL};

const struct verb lead_offer_next = {
    .noun = &lead_noun,
    .name = "route",
    .label = N_("Offer"),
    .summary = N_("Offer the lead to the partner that fits best, or to the one that is named, with a clock."),
    .on = ON_ROW,
    .roles = LEAD_ROLES,
    .primary = true,
    .from = offerable,
    .bulk = true,
    INPUT(struct offer_input, offer_fields),
    .prepare = offer_prepare,
    .run = offer_run,
    .done = N_("Lead offered"),
    .example = {.fields = "", .becomes = "offered"},
};

static enum status withdraw_run(struct call *c)
{
    struct lead_offer o;
    struct lead lead;
    TRY(noun_load_whole(c, &lead_offer_noun, c->row_id, &o));
    TRY(lead_hold(c, o.lead_id.id, &lead));
    o.state = "withdrawn";
    o.due.us = 0;
    TRY(change(c, &o, BIT(state) | BIT(due)));
    lead.state = "new";
    TRY(lead_change(c, o.lead_id.id, &lead, LEAD_BIT(state), "withdraw"));
    c->result_id = c->row_id;
    return tell_partner(c, c->row_id, &o, write_withdrawn);
}

static const char *const offered[] = {"offered", NULL};

const struct verb lead_offer_withdraw = {
    .noun = &lead_offer_noun,
    .name = "withdraw",
    .label = N_("Withdraw"),
    .summary = N_("The partner may no longer accept it; the lead is new again."),
    .on = ON_ROW,
    .roles = LEAD_ROLES,
    .from = offered,
    .run = withdraw_run,
    .done = N_("Offer withdrawn"),
    .example = {.becomes = "withdrawn"},
};

/* ---- by the partner ---- */

/* The lead of the offer, as it is before the transaction. */
static enum status answer_prepare(struct call *c)
{
    struct lead_candidates *k = ARENA_NEW(c->arena, struct lead_candidates);
    struct lead_offer o;
    TRY(noun_load(c, &lead_offer_noun, c->row_id, &o)); /* the viewer must see it */
    TRY(noun_load_whole(c, &lead_offer_noun, c->row_id, &o));
    TRY(lead_candidates(c, o.lead_id.id, k));
    c->plan = k;
    return OK;
}

static enum status accept_run(struct call *c)
{
    struct lead_offer o;
    struct lead lead;
    bool may;
    TRY(noun_load_whole(c, &lead_offer_noun, c->row_id, &o));
    TRY(lead_hold(c, o.lead_id.id, &lead));
    if (!lead.account_id.id) /* somebody may have made it known meanwhile */
        TRY(lead_account(c, &lead, &lead.account_id.id));
    TRY(lead_may_get(c, &lead, o.partner_id.id, &may));
    if (o.due.us <= c->now.us || !may)
        return call_refuse(c, PROBLEM_state, TR(c, "The offer has ended."));
    o.state = "accepted";
    o.due.us = 0;
    o.person_id.id = lead.person_id.id = c->viewer->person_id;
    TRY(change(c, &o, BIT(state) | BIT(due) | BIT(person_id)));
    lead.state = "accepted";
    lead.partner_id = o.partner_id;
    TRY(lead_change(c, o.lead_id.id, &lead,
        LEAD_BIT(state) | LEAD_BIT(partner_id) | LEAD_BIT(person_id) | LEAD_BIT(account_id), "accept"));
    c->result_id = c->row_id;
    c->leads_to = arena_printf(c->arena, "%s?did=lead_offer.accept.%s", lead_path(c, o.lead_id.id),
        id_text(c->arena, lead_offer_noun.prefix, c->row_id));
    return tell_vendor(c, o.lead_id.id, &lead, write_accepted);
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
    FIELD(struct decline_input, reason, .label = N_("Reason"), .form = FORM_CHOICE, .options = reasons,
        .required = true),
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
    TRY(change(c, &o, BIT(state) | BIT(due) | BIT(person_id) | BIT(reason) | BIT(reason_note)));
    TRY(go_on(c, o.lead_id.id, &lead));
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
    TRY(change(c, &o, BIT(state) | BIT(due)));
    TRY(tell_partner(c, c->row_id, &o, write_missed));
    return go_on(c, o.lead_id.id, &lead);
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

/* What nobody offered, because the partner brought it, goes to people: it may not want others to have it. */
static enum status give_back_run(struct call *c)
{
    struct lead lead;
    TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
    bool brought = lead.referrer_id.id == lead.partner_id.id;
    struct event *e = call_event(c, &lead_noun, c->row_id, "give_back", "{}");
    e->partner_id = lead.partner_id.id;
    TRY(tell_vendor(c, c->row_id, &lead, write_given_back));
    lead.partner_id.id = lead.person_id.id = 0;
    lead.contacted.us = 0;
    lead.state = brought ? "review" : "new";
    TRY(lead_change(c, c->row_id, &lead,
        LEAD_BIT(state) | LEAD_BIT(partner_id) | LEAD_BIT(person_id) | LEAD_BIT(contacted), NULL));
    c->leads_to = "/lead-inbox?did=lead.give_back";
    c->result_json = "{\"state\":\"given_back\"}"; /* the row is no longer there for who asked */
    return brought ? OK : go_on(c, c->row_id, &lead);
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
    .prepare = offer_prepare,
    .run = give_back_run,
    .done = N_("Given back"),
    .example = {.answer = "{\"state\":\"given_back\"}"},
};
