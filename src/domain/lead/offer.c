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
const struct option lead_decline_reasons[] = {{"no_capacity", N_("No capacity")},
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
        .options = lead_decline_reasons, .see = BOTH),
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

enum status lead_offer_change(struct call *c, int64_t id, const struct lead_offer *o, uint64_t mask)
{
    TRY(noun_update(c, &lead_offer_noun, id, o, mask, NULL));
    call_last_event(c)->partner_sees = true;
    return OK;
}

/* ---- telling ---- */

static void write_offer(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead_offer *o = ctx;
    const struct zone *zone = c->catalog->zone;
    struct html h = {.arena = c->arena, .lang = lang, .zone = zone, .now = c->now};
    out->subject = arena_printf(c->arena, tr(lang, "A lead is offered to you until %s, %s: %s"),
        fmt_date(&h, date_in(zone, o->due)), fmt_clock(&h, o->due), o->name);
    out->body = o->need ? o->need
                        : tr(lang, "Accept it to see who it is. Decline or say nothing and the next "
                                   "partner is asked.");
}

static void write_withdrawn(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead_offer *o = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "The offer of a lead was withdrawn: %s"), o->name);
}

static void write_exhausted(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject =
        arena_printf(c->arena, tr(lang, "Nobody took the lead %s: look at it again"), lead->company);
}

enum status lead_offer_tell(struct call *c, int64_t id, const struct lead_offer *o, notice_write *write)
{
    struct notice_about about = {.kind = NOTICE_lead, .noun = &lead_offer_noun, .id = id};
    return notify_partner(c, o->partner_id.id, PARTNER_ROLES, &about, write, o);
}

/* ---- making an offer ---- */

/* In English and by keys: whoever reads a stored score replays it. */
static const char *parts_of(struct call *c, const struct lead_candidates *k, const struct fit *fit)
{
    json_t *parts = json_object();
    struct buf b = buf_in(c->arena, 1 << 16);
    struct viewer viewer = *c->viewer;
    struct call english = *c;
    viewer.lang = LANG_EN;
    english.viewer = &viewer;
    for (enum fit_part part = 0; part < FIT_PARTS; part++)
        if (k->asked >> part & 1) {
            json_t *one = json_object();
            json_object_set_new(one, "percent", json_integer((json_int_t)(fit->part[part] * 100 + 0.5)));
            json_object_set_new(one, "weight", json_integer(k->programme->leads.fit.weight[part]));
            json_object_set_new(one, "reason", json_string(fit_reason(&english, k, fit, part)));
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

/* A stranger's own words may name him: who brought the lead may have heard them, others read them once they
 * have accepted. What the vendor wrote it wrote for partners. */
static const char *need_for(const struct lead *lead, int64_t partner_id)
{
    return lead->referral_link_id.id && lead->referrer_id.id != partner_id ? NULL : lead->need;
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
        .need = need_for(lead, k->all[fit->at].id),
        .score_percent = (int64_t)(fit->score * 100 + 0.5),
        .parts = parts_of(c, k, fit)};
    TRY(name_of(c, lead, &o.name));
    TRY(noun_insert_beside(c, &lead_offer_noun, &o, &id));
    call_last_event(c)->partner_sees = true;
    lead->state = "offered";
    TRY(lead_change(c, lead_id, lead, LEAD_BIT(state) | LEAD_BIT(account_id), "offer"));
    c->result_id = answer;
    return lead_offer_tell(c, id, &o, write_offer);
}

/*
 * What changed since the candidates were read: somebody was asked, or holds the customer now. For a lead that
 * knows its account (lead_know_account()).
 */
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
    for (size_t i = 0; i < k->n && !*done; i++) {
        TRY(still_may(c, lead_id, lead, k->all[k->best[i].at].id, done));
        if (*done)
            TRY(make_offer(c, lead_id, lead, k, &k->best[i]));
    }
    return OK;
}

static enum status allows_another(struct call *c, int64_t lead_id, const struct programme *p, bool *yes)
{
    struct value args[1] = {v_int(lead_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select count(*) from lead_offer where lead_id = $1", args, 1));
    *yes = cell_int(&rows, 0, 0) < p->leads.most_offers;
    return OK;
}

enum status lead_offer_plan_next(struct call *c, int64_t lead_id)
{
    struct lead_candidates *k = ARENA_NEW(c->arena, struct lead_candidates);
    bool another;
    TRY(programme_active(c, &k->programme));
    TRY(allows_another(c, lead_id, k->programme, &another));
    if (another)
        TRY(lead_candidates(c, lead_id, k));
    c->plan = k;
    return OK;
}

enum status lead_offer_go_on(struct call *c, int64_t lead_id, struct lead *lead)
{
    const struct lead_candidates *k = c->plan;
    bool done = false;
    TRY(allows_another(c, lead_id, k->programme, &done));
    if (done) {
        TRY(lead_know_account(c, lead));
        TRY(offer_best(c, lead_id, lead, k, &done));
    }
    if (done)
        return OK;
    lead->state = "review";
    TRY(lead_change(c, lead_id, lead, LEAD_BIT(state), "exhaust"));
    return lead_tell_vendor(c, lead_id, lead, write_exhausted, lead);
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
    struct lead lead;
    struct lead_candidates *k = ARENA_NEW(c->arena, struct lead_candidates);
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
    TRY(lead_know_account(c, &lead));
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
    TRY(lead_offer_change(c, c->row_id, &o, BIT(state) | BIT(due)));
    lead.state = "new";
    TRY(lead_change(c, o.lead_id.id, &lead, LEAD_BIT(state), "withdraw"));
    c->result_id = c->row_id;
    return lead_offer_tell(c, c->row_id, &o, write_withdrawn);
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
