/* A lead in one place; for the vendor with who fits and to whom it was offered. */
#include "base/id.h"
#include "domain/lead/lead_page.html.h"
#include "domain/lead/lead_view.h"
#include "domain/lead/offer.h"
#include "domain/lead/pages.h"
#include "domain/opportunity/opportunity.h"

#define EVENTS 50

static const char *percent(struct html *h, double part)
{
    return fmt_percent(h, part, 0);
}

/* ---- who fits ---- */

static const char *reasons_of(struct call *c, const struct lead_candidates *k, const struct fit *fit)
{
    struct buf b = buf_in(c->arena, 4096);
    for (enum fit_part part = 0; part < FIT_PARTS; part++)
        if (k->asked >> part & 1)
            buf_addf(&b, "%s%s", b.len ? " · " : "", fit_reason(c, k, fit, part));
    return buf_str(&b);
}

static enum status fill_candidates(struct call *c, struct html *h, int64_t id, struct lead_view *v)
{
    struct lead_candidates k = {0};
    TRY(lead_candidates(c, id, &k));
    v->candidates = ARENA_ARRAY(c->arena, k.n + 1, struct lead_candidate_view);
    for (size_t i = 0; i < k.n; i++) {
        struct lead_candidate_view *one = &v->candidates[v->n_candidates++];
        one->id = id_text(c->arena, "prt", k.all[k.best[i].at].id);
        one->name = k.roster->partners[k.best[i].at].name;
        one->href = arena_printf(c->arena, "/partners/%s", one->id);
        one->score = percent(h, k.best[i].score);
        one->reasons = reasons_of(c, &k, &k.best[i]);
    }
    v->note = k.direct_only ? TR(c, "The customer is sold to directly: no partner may have it.")
              : k.held      ? TR(c, "A partner holds the customer: no other may have the lead.")
              : k.n         ? NULL
                            : TR(c, "No partner fits who was not asked before.");
    return OK;
}

/* ---- offers ---- */

static void add_offer(struct call *c, struct html *h, const struct row *row, struct lead_view *v)
{
    struct lead_offer o;
    row_record(&lead_offer_noun, row, &o);
    const struct state *state = row_state(&lead_offer_noun, row);
    struct lead_offer_view *one = &v->offers[v->n_offers++];
    size_t reason = (size_t)field_find(lead_offer_noun.fields, lead_offer_noun.n_fields, "reason");
    *one = (struct lead_offer_view){.id = id_text(c->arena, lead_offer_noun.prefix, row->id),
        .partner = row_title(&lead_offer_noun, row, "partner_id"),
        .href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", o.partner_id.id)),
        .score = percent(h, (double)o.score_percent / 100),
        .mark = state->mark,
        .state = TR(c, state->label),
        .withdrawable = streq(o.state, "offered") && verb_allowed(&lead_offer_withdraw, c->viewer)};
    one->path = arena_printf(c->arena, "/%s/%s", lead_offer_noun.plural, one->id);
    one->when = streq(o.state, "offered")
                    ? arena_printf(c->arena, TR(c, "answer until %s"), fmt_exact(h, o.due))
                    : fmt_ago(h, row->updated);
    if (o.reason)
        one->reason = o.reason_note ? arena_printf(c->arena, "%s: %s",
                                          value_text(c, h, &lead_offer_noun, row, reason), o.reason_note)
                                    : value_text(c, h, &lead_offer_noun, row, reason);
}

static enum status fill_offers(struct call *c, struct html *h, int64_t id, struct lead_view *v)
{
    struct list list;
    struct list_query q = {
        .filters = {{"lead_id", "is", id_text(c->arena, lead_noun.prefix, id)}}, .n_filters = 1, .limit = 50};
    TRY(noun_list(c, &lead_offer_noun, &q, &list));
    v->offers = ARENA_ARRAY(c->arena, list.n + 1, struct lead_offer_view);
    for (size_t i = 0; i < list.n; i++)
        add_offer(c, h, &list.rows[i], v);
    return OK;
}

/* ---- the same company ---- */

static enum status fill_alike(struct call *c, struct html *h, int64_t id, struct lead_view *v)
{
    struct lead_alike *alike;
    struct lead lead;
    size_t n;
    TRY(noun_load_whole(c, &lead_noun, id, &lead));
    TRY(lead_find_alike(c, &lead, id, &alike, &n));
    v->alike = ARENA_ARRAY(c->arena, n + 1, struct lead_alike_view);
    for (size_t i = 0; i < n; i++)
        v->alike[v->n_alike++] = (struct lead_alike_view){.name = alike[i].company,
            .href = lead_path(c, alike[i].id),
            .answer = alike[i].result.answer == MATCH_SAME ? TR(c, "the same company")
                                                           : TR(c, "may be the same company"),
            .score = percent(h, alike[i].result.score)};
    return OK;
}

/* ---- what became of it ---- */

#define ENDS 5

/* Registrations that come from it, and the opportunity that it became: as far as the viewer sees them. */
static enum status fill_ends(struct call *c, const struct row *row, struct lead_view *v)
{
    struct list list;
    struct list_query q = {.filters = {{"lead_id", "is", id_text(c->arena, lead_noun.prefix, row->id)}},
        .n_filters = 1,
        .limit = ENDS};
    struct lead l;
    const struct noun *registration = model_noun(c->model, "registration");
    const char *deal = row_title(&lead_noun, row, "opportunity_id");
    row_record(&lead_noun, row, &l);
    TRY(noun_list(c, registration, &q, &list));
    v->ends = ARENA_ARRAY(c->arena, list.n + 1, struct lead_outcome_view);
    for (size_t i = 0; i < list.n; i++) {
        const struct state *state = row_state(registration, &list.rows[i]);
        v->ends[v->n_ends++] = (struct lead_outcome_view){.kind = TR(c, registration->label),
            .name = list.rows[i].name,
            .href = arena_printf(c->arena, "/%s/%s", registration->plural,
                id_text(c->arena, registration->prefix, list.rows[i].id)),
            .mark = state->mark,
            .state = TR(c, state->label)};
    }
    if (deal)
        v->ends[v->n_ends++] = (struct lead_outcome_view){.kind = TR(c, opportunity_noun.label),
            .name = deal,
            .href = opportunity_path(c, l.opportunity_id.id)};
    return OK;
}

/* ---- the page ---- */

/* The partner that has it speaks with them, then registers the deal. */
static void fill_next(struct call *c, const struct row *row, struct lead_view *v)
{
    struct lead l;
    struct buf mail = buf_in(c->arena, 1024), reg = buf_in(c->arena, 4096);
    row_record(&lead_noun, row, &l);
    if (!streq(l.state, "accepted"))
        return;
    v->contacted = l.contacted.us != 0;
    if (l.contact_email) {
        buf_adds(&mail, "mailto:");
        buf_add_url(&mail, l.contact_email);
        v->mail_href = buf_str(&mail);
    }
    buf_adds(&reg, "/register?company=");
    buf_add_url(&reg, l.domain ? l.domain : l.company);
    if (l.country)
        buf_addf(&reg, "&country=%s", l.country);
    if (l.product_line_id.id)
        buf_addf(&reg, "&product_line_id=%s", id_text(c->arena, "pln", l.product_line_id.id));
    if (l.contact_name) {
        buf_adds(&reg, "&relationship=");
        buf_add_url(&reg, arena_printf(c->arena, TR(c, "%s asked for it: a lead."), l.contact_name));
    }
    buf_addf(&reg, "&lead_id=%s", id_text(c->arena, lead_noun.prefix, row->id));
    v->register_href = buf_str(&reg);
}

static enum status fill_vendor(
    struct call *c, struct html *h, int64_t id, const char *state, struct lead_view *v)
{
    bool offerable = streq(state, "new") || streq(state, "review");
    v->offers_open = offerable && verb_allowed(&lead_offer_next, c->viewer);
    if (offerable)
        TRY(fill_candidates(c, h, id, v));
    TRY(fill_alike(c, h, id, v));
    return fill_offers(c, h, id, v);
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct lead_view v = {.vendor = !c->viewer->partner_id};
    struct row row;
    int64_t id;
    if (!id_parse(lead_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(record_view_load(c, r, h, &lead_noun, id, &row, &v.record));
    v.path = lead_path(c, id);
    if (r->problem)
        v.detail = r->problem->detail     ? r->problem->detail
                   : r->problem->n_fields ? r->problem->fields[0].message
                                          : TR(c, problem_title(r->problem->code));
    if (v.vendor)
        TRY(fill_vendor(c, h, id, row_state(&lead_noun, &row)->key, &v));
    else
        fill_next(c, &row, &v);
    TRY(fill_ends(c, &row, &v));
    lead_page_begin(h, &v);
    TRY(derived_timeline(c, h, &lead_noun, id, EVENTS));
    lead_page_end(h, &v);
    return OK;
}

const struct page lead_page = {.path = "/leads/:id", .title = N_("Lead"), .roles = ALL_ROLES, .show = show};
