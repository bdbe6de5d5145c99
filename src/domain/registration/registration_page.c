/* One registration, for both sides: the decision, what belongs to it, what can be done, what happened. */
#include "base/id.h"
#include "base/text.h"
#include "domain/dispute/dispute.h"
#include "domain/registration/extension.h"
#include "domain/registration/life.h"
#include "domain/registration/override.h"
#include "domain/registration/pages.h"
#include "domain/registration/registration_page.html.h"
#include "domain/registration/registration_view.h"
#include "domain/registration/waitlist.h"
#include "model/custom.h"

/* ---- details ---- */

static void add_fact(struct call *c, struct html *h, const struct row *row, struct registration_view *v,
    const char *field, bool link)
{
    const struct noun *noun = &registration_noun;
    int at = field_find(noun->fields, noun->n_fields, field);
    const struct field *f = &noun->fields[at];
    if (row->v[at].kind == VALUE_NULL)
        return;
    struct fact_view *fact = &v->facts[v->n_facts++];
    *fact = (struct fact_view){.label = TR(c, f->label), .text = value_text(c, h, noun, row, (size_t)at)};
    const struct noun *to = link ? model_noun(c->model, f->ref) : NULL;
    if (to && row->title[at] && noun_readable(to, c->viewer))
        fact->href =
            arena_printf(c->arena, "/%s/%s", to->plural, id_text(c->arena, to->prefix, row->v[at].i));
}

static enum status fill_facts(
    struct call *c, struct html *h, const struct row *row, struct registration_view *v)
{
    struct custom_field **custom;
    size_t n;
    bool vendor = !c->viewer->partner_id;
    TRY(custom_fields(c, &registration_noun, &custom, &n));
    v->facts = ARENA_ARRAY(c->arena, 16 + n, struct fact_view);
    if (vendor) {
        add_fact(c, h, row, v, "partner_id", true);
        add_fact(c, h, row, v, "account_id", true);
    }
    add_fact(c, h, row, v, "product_line_id", false);
    add_fact(c, h, row, v, "amount", false);
    add_fact(c, h, row, v, "domain", false);
    add_fact(c, h, row, v, "country", false);
    add_fact(c, h, row, v, "close_month", false);
    add_fact(c, h, row, v, "person_id", vendor);
    v->facts[v->n_facts++] = (struct fact_view){
        .label = TR(c, "Registered"), .text = fmt_date(h, date_in(c->catalog->zone, row->created))};
    add_fact(c, h, row, v, "relationship", false);
    add_fact(c, h, row, v, "lead_id", true);
    for (size_t i = 0; i < n; i++)
        if (row->custom && row->custom[i].kind != VALUE_NULL)
            v->facts[v->n_facts++] = (struct fact_view){
                .label = custom[i]->label, .text = custom_text(c, h, custom[i], &row->custom[i])};
    return OK;
}

/* ---- what was found alike: the vendor's eyes only ---- */

static enum status fill_alike(struct call *c, struct html *h, int64_t id, struct registration_view *v)
{
    struct list list;
    struct list_query q = {.filters = {{"registration_id", "is", id_text(c->arena, "reg", id)}},
        .n_filters = 1,
        .sort = "created",
        .limit = 1};
    if (c->viewer->partner_id)
        return OK;
    TRY(noun_list(c, &decision_noun, &q, &list));
    if (list.n) {
        struct decision_record first;
        row_record(&decision_noun, &list.rows[0], &first);
        v->n_alike = evidence_read(c, h, first.evidence, &v->alike);
    }
    return OK;
}

/* ---- what can be done ---- */

static bool may(const struct call *c, const struct verb *verb, const char *state)
{
    for (size_t i = 0; verb->from[i]; i++)
        if (streq(verb->from[i], state))
            return verb_allowed(verb, c->viewer);
    return false;
}

static void add_deed(struct call *c, struct registration_view *v, const struct verb *verb, const char *state,
    const char *note, bool danger)
{
    if (may(c, verb, state))
        v->deeds[v->n_deeds++] = (struct deed_view){.label = TR(c, verb->label),
            .action = arena_printf(c->arena, "%s/%s", v->path, verb->name),
            .note = note,
            .danger = danger};
}

static void fill_deeds(
    struct call *c, struct page_request *r, struct html *h, const char *state, struct registration_view *v)
{
    add_deed(c, v, &registration_convert, state,
        TR(c, "It becomes an opportunity of our own; the claim stands until it is decided."), false);
    add_deed(c, v, &registration_win, state, TR(c, "The deal was signed."), false);
    add_deed(c, v, &registration_lose, state, TR(c, "The deal was lost; the customer is free again."), false);
    add_deed(c, v, &registration_withdraw, state,
        TR(c, "The customer becomes free for others at once. This cannot be undone."), true);
    v->may_rule = may(c, &registration_approve, state);
    v->problem = r->problem != NULL;
    v->problem_detail = r->problem ? r->problem->detail : NULL;
    if (!v->may_rule)
        return;
    size_t n;
    const struct part_field *f = verb_controls(c, h, r, &registration_approve, 0, &n);
    v->reason = f[0];
    v->days = f[1];
    v->margin = f[2];
    v->fields[0] = &v->reason;
    v->fields[1] = &v->days;
    v->fields[2] = &v->margin;
}

/* ---- its life ---- */

static enum status fill_extensions(struct call *c, struct html *h, int64_t id, struct registration_view *v)
{
    struct list list;
    struct list_query q = {.filters = {{"registration_id", "is", id_text(c->arena, "reg", id)}},
        .n_filters = 1,
        .sort = "-created",
        .limit = 20};
    TRY(noun_list(c, &extension_noun, &q, &list));
    v->extensions = ARENA_ARRAY(c->arena, list.n + 1, struct decision_view);
    for (size_t i = 0; i < list.n; i++)
        TRY(extension_view_load(c, h, &list.rows[i], &v->extensions[v->n_extensions++]));
    return OK;
}

static enum status fill_forms(struct call *c, struct page_request *r, struct html *h, const struct row *row,
    const char *state, struct registration_view *v)
{
    bool waits;
    if (may(c, &registration_log_activity, state)) {
        v->log = ARENA_NEW(c->arena, struct log_view);
        log_view_load(c, r, h, v->path, id_text(c->arena, "reg", row->id), v->log);
        v->log->then = arena_printf(c->arena, "%s?did=registration.log_activity", v->path);
    }
    TRY(extension_waits(c, row->id, &waits));
    if (waits || !may(c, &registration_extend, state))
        return OK;
    v->extend = ARENA_NEW(c->arena, struct extend_view);
    TRY(extend_view_load(c, r, h, row, v->path, v->path, v->extend));
    v->extend_open = v->extend->problem || v->extend->forecast;
    return OK;
}

/* ---- who does not agree ---- */

/* A partner finds its own side, the vendor the whole. */
static enum status fill_dispute(
    struct call *c, const struct row *row, const char *state, struct registration_view *v)
{
    const struct noun *noun = c->viewer->partner_id ? &dispute_party_noun : &dispute_noun;
    const char *id = id_text(c->arena, "reg", row->id);
    struct list list;
    struct list_query q = {.limit = 1, .sort = "-created"};
    if (c->viewer->partner_id) {
        q.filters[q.n_filters++] = (struct filter){"registration_id", "is", id};
    } else {
        q.where = "(t.registration_id = $1 or t.rival_id = $1)";
        q.where_args[q.n_where_args++] = v_int(row->id);
    }
    TRY(noun_list(c, noun, &q, &list));
    if (list.n) {
        const struct state *s = row_state(noun, &list.rows[0]);
        v->dispute_href =
            arena_printf(c->arena, "/%s/%s", noun->plural, id_text(c->arena, noun->prefix, list.rows[0].id));
        v->dispute_label = arena_printf(c->arena, TR(c, "Dispute: %s"), TR(c, s->label));
        if (!streq(s->key, "withdrawn"))
            return OK;
    }
    bool allowed = may(c, &registration_dispute, state);
    if (allowed)
        TRY(dispute_may_open(c, row->id, &allowed));
    if (!allowed)
        return OK;
    v->dispute_href = arena_printf(c->arena, "%s/dispute", v->path);
    v->dispute_label = TR(c, registration_dispute.label);
    v->dispute_note = TR(c, "Somebody without a stake hears every side and decides.");
    return OK;
}

static const char waiters_sql[] =
    "select p.id, p.name, w.state from waitlist_entry w join partner p on p.id = w.partner_id "
    "where w.account_id = $1 and w.product_line_id = $2 and w.state in ('waiting', 'offered') "
    "order by case when w.state = 'offered' then 0 else 1 end, (select min(e.seq) from event e where e.noun "
    "= "
    "'waitlist_entry' and e.row_id = w.id), w.id limit 50";

static enum status fill_waiters(struct call *c, const struct row *row, struct registration_view *v)
{
    struct registration r;
    struct rows rows;
    row_record(&registration_noun, row, &r);
    if (c->viewer->partner_id || !r.account_id.id)
        return OK;
    struct value args[2] = {v_int(r.account_id.id), v_int(r.product_line_id.id)};
    TRY(db_query(c->db, c->arena, &rows, waiters_sql, args, 2));
    v->waiters = ARENA_ARRAY(c->arena, rows.n + 1, struct waiter_view);
    for (size_t i = 0; i < rows.n; i++) {
        bool offered = streq(cell_text(&rows, i, 2), "offered");
        v->waiters[v->n_waiters++] = (struct waiter_view){.partner = cell_text(&rows, i, 1),
            .href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", cell_int(&rows, i, 0))),
            .mark = offered ? "review" : "new",
            .state = offered ? TR(c, "Offered") : TR(c, "Waitlisted")};
    }
    return OK;
}

static enum status fill_override(struct call *c, int64_t id, const char *state, struct registration_view *v)
{
    struct override o;
    int64_t override_id;
    if (!noun_readable(&override_noun, c->viewer))
        return OK;
    TRY(override_of(c, id, &override_id, &o));
    if (override_id && streq(o.state, "asked")) {
        v->override.href =
            arena_printf(c->arena, "/overrides/%s", id_text(c->arena, override_noun.prefix, override_id));
        v->override.text = streq(o.outcome, "approve") ? TR(c, "Approve instead") : TR(c, "Decline instead");
    } else if (verb_allowed(&override_ask, c->viewer) &&
               (streq(state, "approved") || streq(state, "declined"))) {
        v->override.ask =
            arena_printf(c->arena, "/overrides/ask?registration_id=%s", id_text(c->arena, "reg", id));
    }
    return OK;
}

static void fill_crumbs(struct call *c, struct page_request *r, const char *name)
{
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Registrations"), "/registrations"};
    crumbs[1] = (struct shell_crumb){name, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    r->shell->title = name;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct row row;
    struct decision_view decision;
    int64_t id;
    if (extend_answer(c, r, h))
        return OK;
    if (!id_parse("reg", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &registration_noun, id, &row));
    struct registration_view v = {.decision = &decision,
        .path = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", id)),
        .csrf = r->csrf};
    TRY(notes_panel_load(c, r, h, v.path, "registration_id", id_text(c->arena, "reg", id), &v.notes));
    struct page_request plain = *r;
    plain.problem = NULL;
    plain.n_given = 0;
    if (v.notes.note_open || v.notes.task_open) /* the page's other forms were not refused */
        r = &plain;
    TRY(decision_view_load(c, r, h, &row, &decision));
    TRY(fill_facts(c, h, &row, &v));
    TRY(fill_alike(c, h, id, &v));
    int state = field_find(registration_noun.fields, registration_noun.n_fields, "state");
    fill_deeds(c, r, h, row.v[state].s, &v);
    if (!c->viewer->partner_id && decision.n_steps)
        v.version = decision.programme_number;
    TRY(fill_extensions(c, h, id, &v));
    TRY(fill_forms(c, r, h, &row, row.v[state].s, &v));
    TRY(fill_override(c, id, row.v[state].s, &v));
    TRY(fill_waiters(c, &row, &v));
    TRY(fill_dispute(c, &row, row.v[state].s, &v));
    TRY(timeline_load(c, h, id, &v.life));
    fill_crumbs(c, r, row.name);
    registration_whole_page(h, &v);
    return OK;
}

const struct page registration_page = {
    .path = "/registrations/:id", .title = N_("Registration"), .roles = ALL_ROLES, .show = show};

/* ---- the receipt as a file ---- */

static enum status show_receipt(struct call *c, struct page_request *r, struct html *h)
{
    uint64_t index, size;
    struct hash leaf;
    int64_t id;
    if (!id_parse("reg", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    const char *entry = page_query(r, "entry");
    int64_t at = RECEIPT_NEWEST;
    if (entry && !parse_int(entry, &at))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(registration_receipt(c, id, at, h->b, &index, &size, &leaf));
    r->file_name = arena_printf(c->arena, "%s.receipt.json", id_text(c->arena, "reg", id));
    r->type = "application/json";
    return OK;
}

const struct page receipt_page = {.path = "/registrations/:id/receipt",
    .title = N_("Receipt"),
    .roles = ALL_ROLES,
    .bare = true,
    .show = show_receipt};
