/* A partner's leads: what is offered to it, with the time to answer, and what it has accepted. */
#include "base/id.h"
#include "domain/lead/inbox_page.html.h"
#include "domain/lead/lead_view.h"
#include "domain/lead/offer.h"
#include "domain/lead/pages.h"

#define AT_ONCE 30

static const char *text_of(
    struct call *c, struct html *h, const struct noun *noun, const struct row *row, const char *field)
{
    return value_text(c, h, noun, row, (size_t)field_find(noun->fields, noun->n_fields, field));
}

/* ---- offers ---- */

static const char *facts_of(struct call *c, struct html *h, const struct row *row)
{
    static const char *const told[] = {"product_line_id", "country", "industry", "size", "language"};
    struct buf b = buf_in(c->arena, 4096);
    for (size_t i = 0; i < COUNT(told); i++) {
        int at = field_find(lead_offer_noun.fields, lead_offer_noun.n_fields, told[i]);
        if (row->v[at].kind != VALUE_NULL)
            buf_addf(&b, "%s%s", b.len ? " · " : "", text_of(c, h, &lead_offer_noun, row, told[i]));
    }
    return buf_str(&b);
}

/* A refused answer stands open in its row, with what was given. */
static void fill_controls(
    struct call *c, struct page_request *r, struct html *h, int64_t id, struct inbox_offer *v)
{
    struct page_request plain = {.shell = r->shell, .model = r->model, .http = r->http};
    size_t n;
    v->open = r->problem && c->row_id == id;
    const struct part_field *f = verb_controls(c, h, v->open ? r : &plain, &lead_offer_decline, 0, &n);
    v->reason = f[0];
    v->note = f[1];
    v->reason.id = arena_printf(c->arena, "%s-reason", v->id);
    v->note.id = arena_printf(c->arena, "%s-note", v->id);
    v->fields[0] = &v->reason;
    v->fields[1] = &v->note;
}

static void add_offer(
    struct call *c, struct page_request *r, struct html *h, const struct row *row, struct inbox_view *v)
{
    struct lead_offer o;
    row_record(&lead_offer_noun, row, &o);
    struct inbox_offer *one = &v->offers[v->n_offers++];
    *one = (struct inbox_offer){.id = id_text(c->arena, lead_offer_noun.prefix, row->id),
        .name = o.name,
        .need = o.need,
        .facts = facts_of(c, h, row),
        .due = arena_printf(c->arena, TR(c, "Answer %s"), fmt_ago(h, o.due)),
        .due_exact = fmt_exact(h, o.due),
        .due_mark = o.due.us - c->now.us < 4 * 3600 * US_PER_SECOND ? "risk" : "review"};
    one->path = arena_printf(c->arena, "/%s/%s", lead_offer_noun.plural, one->id);
    fill_controls(c, r, h, row->id, one);
}

static enum status fill_offers(struct call *c, struct page_request *r, struct html *h, struct inbox_view *v)
{
    struct list list;
    struct list_query q = {.filters = {{"state", "is", "offered"}}, .n_filters = 1, .limit = AT_ONCE};
    TRY(noun_list(c, &lead_offer_noun, &q, &list));
    v->offers = ARENA_ARRAY(c->arena, list.n + 1, struct inbox_offer);
    for (size_t i = 0; i < list.n; i++)
        add_offer(c, r, h, &list.rows[i], v);
    return OK;
}

/* ---- what it has ---- */

static enum status fill_leads(struct call *c, struct html *h, struct inbox_view *v)
{
    struct list list;
    struct list_query q = {
        .filters = {{"state", "in", "accepted,converted"}}, .n_filters = 1, .limit = AT_ONCE};
    TRY(noun_list(c, &lead_noun, &q, &list));
    v->leads = ARENA_ARRAY(c->arena, list.n + 1, struct inbox_lead);
    for (size_t i = 0; i < list.n; i++) {
        struct lead lead;
        const struct state *state = row_state(&lead_noun, &list.rows[i]);
        row_record(&lead_noun, &list.rows[i], &lead);
        v->leads[v->n_leads++] = (struct inbox_lead){.name = lead.company,
            .href = lead_path(c, list.rows[i].id),
            .line =
                lead.product_line_id.id ? text_of(c, h, &lead_noun, &list.rows[i], "product_line_id") : NULL,
            .quiet = !lead.contacted.us && streq(lead.state, "accepted"),
            .mark = state->mark,
            .state = TR(c, state->label),
            .since = fmt_ago(h, list.rows[i].updated)};
    }
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct inbox_view v = {.csrf = r->csrf,
        .all = "/leads",
        .empty = {.icon = "inbox",
            .title = TR(c, "No lead waits for you"),
            .text = TR(c, "What is offered to you stands here until you answer. Say in which industries and "
                          "languages you work: your partner manager keeps it in your record.")}};
    TRY(fill_offers(c, r, h, &v));
    TRY(fill_leads(c, h, &v));
    if (r->problem && !r->problem->n_fields)
        v.detail = r->problem->detail ? r->problem->detail : TR(c, problem_title(r->problem->code));
    inbox_whole(h, &v);
    return OK;
}

enum status lead_inbox_count(struct call *c, int64_t *out)
{
    struct list_query q = {.filters = {{"state", "is", "offered"}}, .n_filters = 1};
    return noun_count(c, &lead_offer_noun, &q, 99, out);
}

const struct page lead_inbox_page = {.path = "/lead-inbox",
    .title = N_("Lead inbox"),
    .roles = PARTNER_ROLES,
    .nav = N_("Sell"),
    .icon = "inbox",
    .key = "g l",
    .show = show};
