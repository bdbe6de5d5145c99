/* Check and register: six fields, a live answer under the first, and the decision on the same page. */
#include "base/id.h"
#include "domain/registration/pages.h"
#include "domain/registration/register_page.html.h"
#include "domain/registration/register_view.h"
#include "face/derived.h"

/* ---- the live answer ---- */

static const struct check_text {
    const char *answer, *mark, *word, *text;
} check_texts[] = {
    {"open", "ok", N_("Open."), N_("%s can be registered.")},
    {"not_open", "no", N_("Not open."),
        N_("%s cannot be registered now. Register it to get the reason and a receipt.")},
    {"yours", "ok", N_("Yours already."), N_("You hold %s for this product line; it is in your list.")},
    {"person", "review", N_("A person must look."),
        N_("Register %s and you get an answer in time; the rules say when.")},
    {"direct_only", "gone", N_("Direct only."), N_("%s is served by the vendor itself.")},
};

static struct check_view *check_answer(struct call *c, const struct page_request *r)
{
    const char *company = given_text(r, "company");
    struct check_view *v = ARENA_NEW(c->arena, struct check_view);
    for (size_t i = 0; r->result && i < COUNT(check_texts); i++) {
        const struct check_text *t = &check_texts[i];
        if (!streq(t->answer, r->result))
            continue;
        const char *text = TR(c, t->text), *at = strstr(text, "%s");
        *v = (struct check_view){t->mark, TR(c, t->word),
            arena_printf(c->arena, "%.*s%s%s", (int)(at - text), text, company ? company : "", at + 2)};
        return v;
    }
    return NULL;
}

/* Asked for by the script: only the answer. What is wrong with the company is an answer, too. */
static void show_answer(struct call *c, struct page_request *r, struct html *h)
{
    struct check_view *v = check_answer(c, r);
    const char *company = given_text(r, "company");
    r->status = 200; /* else the script does not show it */
    if (!v && r->problem && company && *company) {
        const char *wrong = field_message(r, "company");
        v = ARENA_NEW(c->arena, struct check_view);
        *v = (struct check_view){"no", NULL, wrong ? wrong : r->problem->detail ? r->problem->detail : ""};
    }
    register_answer(h, v);
}

/* ---- the form ---- */

static struct part_field take(const struct part_field *controls, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (streq(controls[i].name, name))
            return controls[i];
    return (struct part_field){0};
}

static enum status partner_country(struct call *c, const char **out)
{
    struct value args[1] = {v_int(c->viewer->partner_id)};
    struct rows rows;
    *out = "";
    TRY(db_query(c->db, c->arena, &rows, "select country from partner where id = $1", args, 1));
    if (rows.n)
        *out = cell_text(&rows, 0, 0);
    return OK;
}

/* Lines that are no longer sold are not offered; the only one is chosen already. */
static enum status active_lines(struct call *c, struct part_field *line)
{
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select id, name from product_line where active = 1 order by name", NULL, 0));
    struct part_option *o = ARENA_ARRAY(c->arena, rows.n + 1, struct part_option);
    size_t n = 0;
    if (rows.n != 1)
        o[n++] = (struct part_option){"", TR(c, "Choose")};
    for (size_t i = 0; i < rows.n; i++)
        o[n++] =
            (struct part_option){id_text(c->arena, "pln", cell_int(&rows, i, 0)), cell_text(&rows, i, 1)};
    line->kind = PART_SELECT;
    line->options = o;
    line->n_options = n;
    return OK;
}

/* The programme's own first: amounts in it are what the rules compare. */
static void currencies(struct call *c, struct part_field *f)
{
    static const char *const common[] = {"EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
        "RON", "TRY", "AED", "SAR", "ZAR", "CAD", "AUD", "INR", "JPY", "SGD", "BRL", "MXN"};
    struct part_option *o = ARENA_ARRAY(c->arena, COUNT(common) + 1, struct part_option);
    size_t n = 0;
    o[n++] = (struct part_option){c->catalog->currency, c->catalog->currency};
    for (size_t i = 0; i < COUNT(common); i++)
        if (!streq(common[i], c->catalog->currency))
            o[n++] = (struct part_option){common[i], common[i]};
    f->kind = PART_SELECT;
    f->options = o;
    f->n_options = n;
}

static void collect(struct call *c, struct register_view *v)
{
    const struct part_field *own[] = {
        &v->partner, &v->company, &v->country, &v->line, &v->amount, &v->currency, &v->month, &v->how};
    v->fields = ARENA_ARRAY(c->arena, COUNT(own) + v->n_custom, const struct part_field *);
    for (size_t i = v->for_partner ? 0 : 1; i < COUNT(own); i++)
        v->fields[v->n_fields++] = own[i];
    for (size_t i = 0; i < v->n_custom; i++)
        v->fields[v->n_fields++] = &v->custom[i];
}

static enum status fill_form(struct call *c, struct page_request *r, struct html *h, struct register_view *v)
{
    const char *country;
    size_t n;
    const struct part_field *f = verb_controls(c, h, r, &registration_register, 0, &n);
    v->company = take(f, n, "company");
    v->country = take(f, n, "country");
    v->line = take(f, n, "product_line_id");
    v->amount = take(f, n, "amount");
    v->currency = take(f, n, "currency");
    v->month = take(f, n, "close_month");
    v->how = take(f, n, "relationship");
    v->partner = take(f, n, "partner_id");
    v->custom = custom_controls(c, r, &registration_register, NULL, &v->n_custom);
    TRY(active_lines(c, &v->line));
    TRY(partner_country(c, &country));
    currencies(c, &v->currency);
    if (!*v->country.value)
        v->country.value = country;
    v->company.autocomplete = "off";
    v->company.hint = TR(c, "Once country and product line are chosen, it says here whether it is open.");
    v->how.rows = 2;
    v->partner.optional = false;
    v->partner.required = v->for_partner;
    v->partner.hint = NULL;
    v->currency.hint = NULL;
    collect(c, v);
    return OK;
}

/* The lead that the address or the refused form names, as far as the viewer sees it. */
static enum status fill_lead(struct call *c, const struct page_request *r, struct register_view *v)
{
    const char *text = r->n_given ? given_text(r, "lead_id") : page_query(r, "lead_id");
    const struct noun *lead = model_noun(c->model, "lead");
    struct call look = *c;
    struct row row;
    int64_t id;
    look.problem = NULL;
    if (!text || !id_parse(lead->prefix, text, &id))
        return OK;
    enum status s = noun_get(&look, lead, id, &row);
    if (s != OK)
        return s == REFUSED ? OK : s;
    v->lead_id = text;
    v->lead = row.name;
    v->lead_href = arena_printf(c->arena, "/%s/%s", lead->plural, text);
    return OK;
}

/* ---- beside it ---- */

static enum status fill_recent(struct call *c, struct html *h, struct register_view *v)
{
    struct list list;
    struct list_query q = {.sort = "-created", .limit = 5};
    TRY(noun_list(c, &registration_noun, &q, &list));
    v->recent = ARENA_ARRAY(c->arena, list.n + 1, struct recent_view);
    for (size_t i = 0; i < list.n; i++) {
        const struct row *row = &list.rows[i];
        const struct state *state = row_state(&registration_noun, row);
        v->recent[v->n_recent++] = (struct recent_view){
            .href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", row->id)),
            .name = row->name,
            .what = registration_what(c, h, row),
            .mark = state->mark,
            .state = TR(c, state->label)};
    }
    return OK;
}

static enum status load_decision(
    struct call *c, struct page_request *r, struct html *h, struct register_view *v)
{
    const char *done = page_query(r, "done");
    struct row row;
    int64_t id;
    if (!done || r->n_given)
        return OK;
    if (!id_parse("reg", done, &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &registration_noun, id, &row));
    struct decision_view *d = ARENA_NEW(c->arena, struct decision_view);
    v->decision = d;
    return decision_view_load(c, r, h, &row, d);
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    const struct programme *p;
    if (r->fragment) {
        show_answer(c, r, h);
        return OK;
    }
    TRY(programme_active(c, &p));
    struct register_view v = {.csrf = r->csrf,
        .problem = r->problem != NULL,
        .problem_detail = r->problem ? r->problem->detail : NULL,
        .may_check = verb_allowed(&registration_check, c->viewer),
        .for_partner = !c->viewer->partner_id,
        .check = check_answer(c, r),
        .rules = (int64_t)p->rules.n,
        .programme_number = p->number};
    TRY(load_decision(c, r, h, &v));
    TRY(fill_form(c, r, h, &v));
    TRY(fill_lead(c, r, &v));
    if (!v.decision)
        TRY(fill_recent(c, h, &v));
    v.title = v.decision ? TR(c, "Register another deal") : TR(c, "Check & register");
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Registrations"), "/registrations"};
    crumbs[1] = (struct shell_crumb){TR(c, "Check & register"), NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    if (v.decision)
        r->shell->title = arena_printf(c->arena, "%s: %s", v.decision->word, v.decision->company);
    else if (v.problem)
        r->shell->title = arena_printf(c->arena, TR(c, "Needs a change: %s"), TR(c, "Check & register"));
    register_whole(h, &v);
    return OK;
}

const struct page register_page = {
    .path = "/register",
    .title = N_("Check & register"),
    .roles = PARTNER_ROLES | ADMIN | OPERATIONS | PARTNER_MANAGER,
    .nav = "",
    .icon = "shield",
    .key = "c",
    .tab = true,
    .show = show,
};
