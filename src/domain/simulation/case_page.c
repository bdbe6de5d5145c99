/* /simulation-cases/:id: one registration that is decided otherwise, both traces side by side. */
#include "base/id.h"
#include "domain/simulation/pages.html.h"
#include "domain/simulation/report.h"
#include "domain/simulation/traces.h"

enum status simulation_documents(struct call *c, const struct simulation *s, const struct programme **before,
    const struct programme **after)
{
    TRY(programme_at(c, s->against, before));
    if (!s->document)
        return programme_at(c, s->version_number, after);
    struct programme *p = ARENA_NEW(c->arena, struct programme);
    *after = p;
    return programme_read_past(c, c->arena, s->document, strlen(s->document), p);
}

/* Why a case is decided otherwise, in a sentence. */
static const char *case_why(struct call *c, const struct simulation_case *k, const struct programme *after)
{
    if (streq(k->cause, "knock_on"))
        return TR(c, "Knock-on effect: an earlier registration went otherwise.");
    if (!k->fact)
        return TR(c, "The rules stand in another order.");
    return arena_printf(c->arena, TR(c, "The rules differ in: %s"), fact_words(c, after, k->fact));
}

const char *fact_words(struct call *c, const struct programme *p, const char *name)
{
    const struct fact *f = rules_fact_of(&p->words, name);
    return f ? registration_fact_label(c, f) : name;
}

static enum status facts_of(struct call *c, int64_t decision_id, const char **facts)
{
    struct value args[1] = {v_int(decision_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select facts from decision where id = $1", args, 1));
    *facts = rows.n ? cell_text(&rows, 0, 0) : "{}";
    return OK;
}

static enum status fill_cause(struct call *c, const struct simulation_case *k, struct case_view *v)
{
    struct row row;
    if (!k->cause_id.id)
        return OK;
    TRY(noun_get(c, &registration_noun, k->cause_id.id, &row));
    v->cause = row.name;
    v->cause_href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", row.id));
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct simulation s;
    struct simulation_case k;
    struct row row;
    const struct programme *before, *after;
    const char *facts;
    int64_t id;
    if (!id_parse(simulation_case_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &simulation_case_noun, id, &row));
    row_record(&simulation_case_noun, &row, &k);
    TRY(noun_load(c, &simulation_noun, k.simulation_id.id, &s));
    TRY(simulation_documents(c, &s, &before, &after));
    TRY(facts_of(c, k.decision_id.id, &facts));
    int partner = field_find(simulation_case_noun.fields, simulation_case_noun.n_fields, "partner_id");
    struct case_view v = {.company = k.company,
        .what = arena_printf(
            c->arena, "%s · %s", row.title[partner], fmt_date(h, date_in(c->catalog->zone, k.decided))),
        .href = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", k.registration_id.id)),
        .why = case_why(c, &k, after)};
    TRY(fill_cause(c, &k, &v));
    trace_view(c, before, facts, k.facts_before, "c-was", simulation_from(c, &s), &v.sides[0]);
    trace_view(c, after, facts, k.facts_after, "c-would", s.name, &v.sides[1]);
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 3, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Simulations"), "/simulations"};
    crumbs[1] = (struct shell_crumb){
        s.name, arena_printf(c->arena, "/simulations/%s", id_text(c->arena, "sim", k.simulation_id.id))};
    crumbs[2] = (struct shell_crumb){k.company, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 3;
    r->shell->title = k.company;
    sim_case(h, &v);
    return OK;
}

const struct page simulation_case_page = {.path = "/simulation-cases/:id",
    .title = N_("Simulated decision"),
    .roles = READS_SIMULATIONS,
    .show = show};
