/* One dispute for the vendor: both sides, who decides, what was ruled before, the ruling. */
#include "base/id.h"
#include "domain/dispute/pages.h"
#include "domain/dispute/pages.html.h"
#include "domain/dispute/view.h"
#include "domain/dispute/words.h"

/* ---- the sides ---- */

static enum status fill_side(struct call *c, struct html *h, int64_t id, struct side_view *s)
{
    struct row row, reg;
    struct dispute_party p;
    TRY(noun_get(c, &dispute_party_noun, id, &row));
    row_record(&dispute_party_noun, &row, &p);
    TRY(noun_get(c, &registration_noun, p.registration_id.id, &reg));
    const struct state *state = row_state(&registration_noun, &reg);
    int partner = field_find(dispute_party_noun.fields, dispute_party_noun.n_fields, "partner_id");
    int effect = field_find(dispute_party_noun.fields, dispute_party_noun.n_fields, "effect");
    s->partner = row.title[partner];
    s->partner_href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", p.partner_id.id));
    s->registration_href =
        arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", p.registration_id.id));
    s->what = reg.name;
    s->mark = state->mark;
    s->state = TR(c, state->label);
    s->title = streq(p.side, "claimant") ? TR(c, "Claims it") : TR(c, "Holds it");
    s->agrees = p.order_proof;
    if (p.effect)
        s->effect = value_text(c, h, &dispute_party_noun, &row, (size_t)effect);
    return words_of(c, h, "party_id", id_text(c->arena, "dpt", id), NULL, &s->words, &s->n_words);
}

static enum status fill_sides(struct call *c, struct html *h, int64_t id, struct dispute_view *v)
{
    struct dispute_sides sides;
    TRY(dispute_sides_load(c, id, &sides));
    for (size_t i = 0; i < 2; i++) {
        v->sides[i].id = i ? "side-2" : "side-1";
        v->sides[i].is_vendor = i >= sides.n;
        v->sides[i].title = c->catalog->vendor;
        if (i < sides.n)
            TRY(fill_side(c, h, sides.id[i], &v->sides[i]));
    }
    return words_of(
        c, h, "dispute_id", id_text(c->arena, "dis", id), "t.party_id is null", &v->words, &v->n_words);
}

/* ---- what can be done ---- */

/* Who may decide it, without those who have a stake. */
static enum status eligible(struct call *c, const struct dispute *d, int64_t id, struct part_field *f)
{
    const struct programme *p;
    struct rows rows;
    TRY(programme_active(c, &p));
    unsigned may = streq(d->state, "escalated") ? EXECUTIVE | ADMIN : p->roles.decide_disputes;
    TRY(db_query(c->db, c->arena, &rows,
        "select id, name, role from person where partner_id is null and state <> 'inactive' order by name "
        "limit 200",
        NULL, 0));
    struct part_option *o = ARENA_ARRAY(c->arena, rows.n + 1, struct part_option);
    int64_t *people = ARENA_ARRAY(c->arena, rows.n + 1, int64_t);
    const char **why = ARENA_ARRAY(c->arena, rows.n + 1, const char *);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        people[i] = cell_int(&rows, i, 0);
    TRY(dispute_stakes(c, id, people, rows.n, why));
    o[n++] = (struct part_option){"", TR(c, "Choose")};
    for (size_t i = 0; i < rows.n; i++)
        if ((ROLE_BIT(role_parse(cell_text(&rows, i, 2))) & may) && !why[i])
            o[n++] = (struct part_option){id_text(c->arena, "per", people[i]), cell_text(&rows, i, 1)};
    f->kind = PART_SELECT;
    f->options = o;
    f->n_options = n;
    return OK;
}

static void offer_precedents(struct call *c, struct dispute_view *v)
{
    struct part_field *f = act_form_field(&v->rule, "precedent_id");
    struct part_option *o = ARENA_ARRAY(c->arena, v->n_precedents + 1, struct part_option);
    o[0] = (struct part_option){"", TR(c, "None")};
    for (size_t i = 0; i < v->n_precedents; i++)
        o[i + 1] = (struct part_option){strrchr(v->precedents[i].href, '/') + 1,
            arena_printf(c->arena, "%s · %s", v->precedents[i].company, v->precedents[i].what)};
    f->kind = PART_SELECT;
    f->options = o;
    f->n_options = v->n_precedents + 1;
}

static bool may(const struct call *c, const struct verb *verb, const char *state)
{
    for (size_t i = 0; verb->from[i]; i++)
        if (streq(verb->from[i], state))
            return verb_allowed(verb, c->viewer);
    return false;
}

static enum status fill_acts(struct call *c, struct page_request *r, struct html *h, const struct dispute *d,
    int64_t id, struct dispute_view *v)
{
    bool decides = c->viewer->person_id && dispute_decides(d) == c->viewer->person_id;
    if (may(c, &dispute_name, d->state)) {
        act_form_load(c, r, h, &dispute_name, v->path, v->path, "name", &v->name);
        TRY(eligible(c, d, id, act_form_field(&v->name, "person_id")));
    }
    if (may(c, &dispute_say, d->state))
        act_form_load(c, r, h, &dispute_say, v->path, v->path, "say", &v->say);
    if (decides && !d->declared.us)
        act_form_load(c, r, h, &dispute_declare, v->path, v->path, "declare", &v->declare);
    if (decides && d->declared.us) {
        act_form_load(c, r, h, &dispute_rule, v->path, v->path, "rule", &v->rule);
        offer_precedents(c, v);
    }
    bool runs_it = c->viewer->role == ROLE_ADMIN || c->viewer->role == ROLE_OPERATIONS;
    v->may_withdraw = may(c, &dispute_withdraw, d->state) && !streq(d->opened_by, "partner") &&
                      (runs_it || d->opener_id.id == c->viewer->person_id);
    return OK;
}

/* ---- precedents ---- */

static const char *excerpt(struct call *c, const char *text)
{
    size_t n = 0;
    for (size_t words = 0; text[n] && words < 24; n++)
        words += text[n] == ' ';
    return text[n] ? arena_printf(c->arena, "%.*s…", (int)n, text) : text;
}

static enum status fill_precedents(
    struct call *c, struct page_request *r, struct html *h, int64_t id, struct dispute_view *v)
{
    struct list list;
    struct list_query q = {.filters = {{"state", "is", "ruled"}},
        .n_filters = 1,
        .search = page_query(r, "q"),
        .limit = 8,
        .where = "t.id <> $1",
        .where_args = {v_int(id)},
        .n_where_args = 1};
    v->search = q.search ? q.search : "";
    TRY(noun_list(c, &dispute_noun, &q, &list));
    v->precedents = ARENA_ARRAY(c->arena, list.n + 1, struct precedent_view);
    for (size_t i = 0; i < list.n; i++) {
        struct dispute d;
        row_record(&dispute_noun, &list.rows[i], &d);
        v->precedents[v->n_precedents++] = (struct precedent_view){.company = list.rows[i].name,
            .href = arena_printf(c->arena, "/disputes/%s", id_text(c->arena, "dis", list.rows[i].id)),
            .what =
                arena_printf(c->arena, "%s · %s", dispute_text(c, h, &dispute_noun, &list.rows[i], "kind"),
                    dispute_text(c, h, &dispute_noun, &list.rows[i], "remedy")),
            .ruling = excerpt(c, d.ruling),
            .at = d.ruled};
    }
    return OK;
}

/* ---- the whole ---- */

static enum status fill_order(struct call *c, int64_t id, struct dispute_view *v)
{
    struct order_entry e[2];
    struct dispute_sides sides;
    TRY(dispute_sides_load(c, id, &sides));
    TRY(dispute_order(c, id, sides.n ? sides.id[0] : 0, e, &v->n_order));
    for (size_t i = 0; i < v->n_order; i++)
        v->order[i] =
            (struct order_view){arena_printf(c->arena, TR(c, "Entry %lld"), (long long)e[i].index + 1),
                e[i].own ? v->sides[0].partner : v->sides[1].partner, e[i].at};
    v->order_href = arena_printf(c->arena, "%s/order", v->path);
    return OK;
}

static void fill_ruled(
    struct call *c, struct html *h, const struct row *row, const struct dispute *d, struct dispute_view *v)
{
    if (!d->remedy)
        return;
    v->remedy = dispute_text(c, h, &dispute_noun, row, "remedy");
    v->ruling = d->ruling;
    v->note = d->note;
    v->ruled = d->ruled;
    v->ruled_by = dispute_text(c, h, &dispute_noun, row, "ruled_by");
    v->amount = dispute_text(c, h, &dispute_noun, row, "amount");
    v->precedent = dispute_text(c, h, &dispute_noun, row, "precedent_id");
    v->precedent_href = arena_printf(c->arena, "/disputes/%s", id_text(c->arena, "dis", d->precedent_id.id));
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct row row;
    struct dispute d;
    int64_t id;
    if (!id_parse("dis", r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &dispute_noun, id, &row));
    row_record(&dispute_noun, &row, &d);
    const struct state *state = row_state(&dispute_noun, &row);
    const char *opener = dispute_text(c, h, &dispute_noun, &row, "opener_id");
    struct dispute_view v = {.company = d.company,
        .kind = dispute_text(c, h, &dispute_noun, &row, "kind"),
        .mark = state->mark,
        .state = TR(c, state->label),
        .path = arena_printf(c->arena, "/disputes/%s", id_text(c->arena, "dis", id)),
        .csrf = r->csrf,
        .opened = opener ? opener : dispute_text(c, h, &dispute_noun, &row, "opened_by"),
        .at = row.created,
        .due = d.due,
        .due_mark = dispute_due_mark(c, d.due),
        .over = !dispute_is_open(&d),
        .decider = dispute_text(c, h, &dispute_noun, &row, "decider_id"),
        .executive = dispute_text(c, h, &dispute_noun, &row, "executive_id"),
        .declared = d.declared.us != 0};
    TRY(fill_sides(c, h, id, &v));
    TRY(fill_precedents(c, r, h, id, &v));
    TRY(fill_acts(c, r, h, &d, id, &v));
    TRY(fill_order(c, id, &v));
    fill_ruled(c, h, &row, &d, &v);
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Disputes"), "/disputes"};
    crumbs[1] = (struct shell_crumb){d.company, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    r->shell->title = arena_printf(c->arena, TR(c, "Dispute: %s"), d.company);
    dispute_whole(h, &v);
    return OK;
}

const struct page dispute_page = {
    .path = "/disputes/:id", .title = N_("Dispute"), .roles = VENDOR_ROLES, .show = show};
