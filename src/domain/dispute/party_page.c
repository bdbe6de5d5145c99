/* A dispute for one side, and opening one. Nothing of the other side is read here. */
#include "base/id.h"
#include "domain/dispute/pages.h"
#include "domain/dispute/pages.html.h"
#include "domain/dispute/view.h"
#include "domain/dispute/words.h"
#include "domain/registration/decision_view.h"

static const char *next_step(
    struct call *c, struct html *h, const struct dispute_party *p, const struct dispute *d)
{
    if (streq(p->state, "ruled"))
        return TR(c, "Nothing more: the ruling counts from now on, and it stands in the public log.");
    if (streq(p->state, "withdrawn"))
        return TR(c, "Nothing more: the dispute was withdrawn and everything is as before.");
    const char *day =
        arena_printf(c->arena, "%s, %s", fmt_date(h, date_in(h->zone, p->due)), fmt_clock(h, p->due));
    if (streq(d->state, "escalated"))
        return arena_printf(
            c->arena, TR(c, "An executive decides by %s. You may still add what shows your claim."), day);
    if (streq(d->state, "named"))
        return arena_printf(c->arena,
            TR(c, "Somebody without a stake decides by %s. You may still add what shows your claim."), day);
    return arena_printf(c->arena,
        TR(c, "Somebody without a stake is being named and decides by %s. Until then the claim stays as it "
              "is; add what shows yours."),
        day);
}

static enum status fill_order(struct call *c, int64_t dispute_id, int64_t id, const struct dispute *d,
    const struct dispute_party *p, struct party_view *v)
{
    struct order_entry e[2];
    size_t n;
    v->asks_order = !streq(d->kind, "commission"); /* also against the vendor: who it is is not told */
    v->agrees = p->order_proof;
    v->may_agree = verb_allowed(&dispute_party_agree_order, c->viewer);
    TRY(dispute_order(c, dispute_id, id, e, &n));
    v->both_agree = n == 2;
    for (size_t i = 0; i < n; i++)
        v->order[i] =
            (struct order_view){arena_printf(c->arena, TR(c, "Entry %lld"), (long long)e[i].index + 1),
                e[i].own ? TR(c, "yours") : TR(c, "the other side's"), e[i].at};
    v->order_href = arena_printf(c->arena, "%s/order", v->path);
    v->order_command = arena_printf(
        c->arena, "tandem verify --order %s.order.json --key log.key", id_text(c->arena, "dpt", id));
    return OK;
}

static void fill_ruled(struct call *c, struct html *h, const struct row *row, const struct dispute_party *p,
    struct party_view *v)
{
    int effect = field_find(dispute_party_noun.fields, dispute_party_noun.n_fields, "effect");
    if (!p->effect)
        return;
    v->effect = value_text(c, h, &dispute_party_noun, row, (size_t)effect);
    v->ruling = p->ruling;
    v->ruled = p->ruled;
    v->mark = streq(p->effect, "lost") || streq(p->effect, "refused") ? "no" : "ok";
    if (p->currency)
        v->amount = fmt_money(h, p->amount, p->currency);
}

static void crumbs(struct call *c, struct page_request *r, const char *company)
{
    struct shell_crumb *out = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    out[0] = (struct shell_crumb){TR(c, "Disputes"), disputes_path(c)};
    out[1] = (struct shell_crumb){company, NULL};
    r->shell->crumbs = out;
    r->shell->n_crumbs = 2;
    r->shell->title = arena_printf(c->arena, TR(c, "Dispute: %s"), company);
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct row row, reg;
    struct dispute_party p;
    struct dispute d;
    int64_t id;
    if (!id_parse("dpt", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &dispute_party_noun, id, &row));
    TRY(dispute_party_load(c, id, &p));
    TRY(dispute_load(c, p.dispute_id.id, &d));
    if (!c->viewer->partner_id) { /* the vendor reads the whole */
        r->redirect = arena_printf(c->arena, "/disputes/%s", id_text(c->arena, "dis", p.dispute_id.id));
        return OK;
    }
    TRY(noun_get(c, &registration_noun, p.registration_id.id, &reg));
    const struct state *state = row_state(&dispute_party_noun, &row);
    bool open = streq(p.state, "open");
    struct party_view v = {.company = p.company,
        .mark = state->mark,
        .state = TR(c, state->label),
        .path = arena_printf(c->arena, "/dispute-parties/%s", id_text(c->arena, "dpt", id)),
        .csrf = r->csrf,
        .next = next_step(c, h, &p, &d),
        .registration_href =
            arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", p.registration_id.id)),
        .registration = registration_what(c, h, &reg),
        .at = row.created,
        .due = p.due,
        .over = !open,
        .may_withdraw = open && streq(d.opened_by, "partner") &&
                        d.registration_id.id == p.registration_id.id &&
                        verb_allowed(&dispute_party_withdraw, c->viewer)};
    TRY(words_of(c, h, "party_id", id_text(c->arena, "dpt", id), NULL, &v.words, &v.n_words));
    if (open && verb_allowed(&dispute_party_say, c->viewer))
        act_form_load(c, r, h, &dispute_party_say, v.path, v.path, "say", &v.say);
    TRY(fill_order(c, p.dispute_id.id, id, &d, &p, &v));
    fill_ruled(c, h, &row, &p, &v);
    crumbs(c, r, p.company);
    party_whole(h, &v);
    return OK;
}

const struct page dispute_party_page = {
    .path = "/dispute-parties/:id", .title = N_("Dispute"), .roles = ALL_ROLES, .show = show};

/* ---- opening ---- */

static enum status show_new(struct call *c, struct page_request *r, struct html *h)
{
    struct row row;
    struct registration reg;
    int64_t id;
    if (!id_parse("reg", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &registration_noun, id, &row));
    if (!verb_allowed(&registration_dispute, c->viewer))
        return call_refuse(c, PROBLEM_not_found, NULL);
    row_record(&registration_noun, &row, &reg);
    const char *path = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", id)),
               *page = arena_printf(c->arena, "%s/dispute", path);
    struct dispute_new_view v = {.company = arena_printf(c->arena, TR(c, "Dispute: %s"), reg.company),
        .lead = TR(c, "Say why the decision, the claim or the commission is not right.")};
    act_form_load(c, r, h, &registration_dispute, path, page, "new", &v.form);
    v.form.then = arena_printf(c->arena, "%s?did=registration.dispute", disputes_path(c));
    crumbs(c, r, reg.company);
    dispute_new(h, &v);
    return OK;
}

const struct page dispute_new_page = {
    .path = "/registrations/:id/dispute", .title = N_("Dispute this"), .roles = ALL_ROLES, .show = show_new};
