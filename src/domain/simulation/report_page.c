/* /simulations/:id: what a simulation found, the answer first; while it runs, how far it is. */
#include "base/id.h"
#include "base/json.h"
#include "domain/partner/partner.h"
#include "domain/programme/draft.h"
#include "domain/registration/registration.h"
#include "domain/simulation/pages.html.h"
#include "domain/simulation/sight.h"
#include "domain/simulation/traces.h"
#include "face/derived.h"

const enum outcome outcomes_shown[] = {OUTCOME_APPROVE, OUTCOME_REVIEW, OUTCOME_DECLINE};

const char *simulation_from(struct call *c, const struct simulation *s)
{
    return arena_printf(c->arena, TR(c, "Version %lld"), (long long)s->against);
}

/* ---- the sums ---- */

int64_t sums_count(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

int64_t sums_side(const json_t *o, const char *key, size_t side)
{
    return json_integer_value(json_array_get(json_object_get(o, key), side));
}

int64_t sums_flow(const json_t *o, enum outcome before, enum outcome after)
{
    return json_integer_value(
        json_array_get(json_array_get(json_object_get(o, "flow"), (size_t)before), (size_t)after));
}

const char *sight_money(struct sight *s, int64_t minor)
{
    return fmt_money(s->html, (struct money){minor}, s->call->catalog->currency);
}

const char *sight_money_change(struct sight *s, int64_t minor)
{
    if (!minor)
        return FMT_NONE;
    return arena_printf(s->call->arena, "%s%s", minor > 0 ? "+" : "", sight_money(s, minor));
}

const char *sight_cases_href(struct sight *s, const char *query)
{
    return arena_printf(s->call->arena, "%s?%s#cases", s->path, query);
}

static const char *flow_href(struct sight *s, enum outcome before, enum outcome after)
{
    return sight_cases_href(s, arena_printf(s->call->arena, "outcome_before=%s&outcome_after=%s",
                                   outcome_names[before], outcome_names[after]));
}

/* ---- lead and matrix ---- */

static void add_piece(struct sight *s, int64_t n, const char *href, const char *text)
{
    if (n)
        s->v->pieces[s->v->n_pieces++] = (struct piece_view){fmt_int(s->html, n), href, text};
}

static void fill_lead(struct sight *s)
{
    struct call *c = s->call;
    const json_t *all = json_object_get(s->sums, "all");
    enum lang lang = call_lang(c);
    int64_t sooner = sums_count(s->sums, "sooner"), hours = sums_count(s->sums, "sooner_hours");
    int64_t declined = sums_flow(all, OUTCOME_APPROVE, OUTCOME_DECLINE),
            reviewed = sums_flow(all, OUTCOME_APPROVE, OUTCOME_REVIEW);
    s->v->pieces[s->v->n_pieces++] =
        (struct piece_view){arena_printf(c->arena, TR(c, "%s of %s"), fmt_int(s->html, s->s.changed),
                                fmt_int(s->html, s->s.cases)),
            sight_cases_href(s, ""), trn(lang, "decision changes", "decisions change", s->s.changed)};
    add_piece(s, sooner, sight_cases_href(s, "outcome_before=review"),
        arena_printf(c->arena,
            trn(lang, "answer comes at once instead of after %s h",
                "answers come at once instead of after %s h", sooner),
            fmt_int(s->html, hours)));
    add_piece(s, declined, flow_href(s, OUTCOME_APPROVE, OUTCOME_DECLINE),
        trn(lang, "approval becomes a decline", "approvals become declines", declined));
    add_piece(s, reviewed, flow_href(s, OUTCOME_APPROVE, OUTCOME_REVIEW),
        trn(lang, "approval becomes a review", "approvals become reviews", reviewed));
}

static void fill_flows(struct sight *s)
{
    struct report_view *v = s->v;
    const json_t *all = json_object_get(s->sums, "all");
    int64_t totals[3] = {0};
    for (size_t i = 0; i < 3; i++) {
        v->flows[i].mark = simulation_marks[outcomes_shown[i]];
        v->flows[i].label = TR(s->call, simulation_outcomes[outcomes_shown[i]]);
        for (size_t k = 0; k < 3; k++) {
            int64_t n = sums_flow(all, outcomes_shown[i], outcomes_shown[k]);
            totals[k] += n;
            v->flows[i].to[k].figure = fmt_int(s->html, n);
            v->flows[i].to[k].href = i != k && n ? flow_href(s, outcomes_shown[i], outcomes_shown[k]) : NULL;
        }
    }
    for (size_t k = 0; k < 3; k++)
        v->totals[k] = fmt_int(s->html, totals[k]);
    int64_t fewer = sums_side(s->sums, "reviews", 0) - sums_side(s->sums, "reviews", 1);
    v->share_before = fmt_ratio(s->html, sums_side(s->sums, "by_rules", 0), s->s.cases);
    v->share_after = fmt_ratio(s->html, sums_side(s->sums, "by_rules", 1), s->s.cases);
    v->fewer = !fewer ? ""
                      : arena_printf(s->call->arena,
                            fewer > 0 ? TR(s->call, "People would have read %s fewer.")
                                      : TR(s->call, "People would have read %s more."),
                            fmt_int(s->html, fewer > 0 ? fewer : -fewer));
}

/* ---- money, days, people ---- */

static void add_figure(
    struct sight *s, const char *label, const char *before, const char *after, const char *change)
{
    s->v->figures[s->v->n_figures++] = (struct figure_view){label, before, after, change};
}

static void add_count(struct sight *s, const char *label, int64_t before, int64_t after)
{
    add_figure(s, label, fmt_int(s->html, before), fmt_int(s->html, after),
        before == after ? FMT_NONE : fmt_change(s->html, (double)(after - before), 0));
}

static void fill_figures(struct sight *s)
{
    struct call *c = s->call;
    const json_t *all = json_object_get(s->sums, "all");
    int64_t before = sums_side(all, "money", 0), after = sums_side(all, "money", 1),
            none = sums_count(s->sums, "amounts_unknown");
    int64_t clashes = sums_count(s->sums, "clashes");
    const char *granted = TR(c, "Margin granted");
    if (none)
        granted = arena_printf(c->arena, TR(c, "Margin granted (without %s amounts that are not known)"),
            fmt_int(s->html, none));
    add_figure(
        s, granted, sight_money(s, before), sight_money(s, after), sight_money_change(s, after - before));
    add_count(s, TR(c, "Days of protection granted"), sums_side(all, "days", 0), sums_side(all, "days", 1));
    add_count(
        s, TR(c, "Answered by a person"), sums_side(s->sums, "reviews", 0), sums_side(s->sums, "reviews", 1));
    add_count(s, TR(c, "Hours partners wait for a person"), sums_side(s->sums, "review_hours", 0),
        sums_side(s->sums, "review_hours", 1));
    if (clashes)
        s->v->clashes = arena_printf(c->arena,
            trn(call_lang(c),
                "%s approval would meet a registration that stands already. Only one can: the later one is "
                "refused. Ask for “Registered by another partner: no” in the rule.",
                "%s approvals would meet a registration that stands already. Only one can: the later one is "
                "refused. Ask for “Registered by another partner: no” in the rule.",
                clashes),
            fmt_int(s->html, clashes));
}

static enum status fill_missing(struct sight *s)
{
    const struct programme *before, *after;
    const json_t *list = json_object_get(s->sums, "unknown");
    size_t i;
    json_t *t;
    if (!json_array_size(list))
        return OK;
    TRY(simulation_documents(s->call, &s->s, &before, &after));
    s->v->missing = ARENA_ARRAY(s->call->arena, json_array_size(list), struct missing_view);
    json_array_foreach(list, i, t)
    {
        int64_t n = sums_count(t, "cases");
        s->v->missing[s->v->n_missing++] = (struct missing_view){
            .fact = fact_words(s->call, after, json_string_value(json_object_get(t, "fact"))),
            .cases = arena_printf(
                s->call->arena, TR(s->call, "%s of %s"), fmt_int(s->html, n), fmt_int(s->html, s->s.cases))};
    }
    return OK;
}

/* ---- the whole ---- */

static const char *const assumptions[] = {
    N_("Every registration is decided with the facts that were stored when it came, in the order of the log. "
       "Where an earlier one goes otherwise, the later ones on the same company and product line, and the "
       "partner's open registrations, follow; nothing else does: not group companies, likenesses, win and "
       "lapse rates, nor whether we know the company."),
    N_("What goes to review and was ruled on by a person keeps that ruling, at the same time. What goes to "
       "review and was not keeps what became of it in reality, and is counted as a review."),
    N_("A protection ends when it ended in reality by a deed (won, lost, withdrawn, early lapse), else after "
       "the days that the rule gives. Extensions are added as they were."),
    N_("Waitlists, extensions, overrides and rulings in disputes are not simulated."),
    N_("Partners would have behaved as they did."),
    N_("A fact that was not known when it was decided satisfies no condition. It is counted, never guessed."),
};

static enum status fill_done(struct sight *s, struct page_request *r)
{
    struct call *c = s->call;
    struct report_view *v = s->v;
    const char *error;
    s->sums = json_read(c->arena, s->s.sums, strlen(s->s.sums), &error);
    v->finished = s->s.finished;
    v->replayed =
        arena_printf(c->arena, trn(call_lang(c), "%s decision replayed", "%s decisions replayed", s->s.cases),
            fmt_int(s->html, s->s.cases));
    v->assumptions = assumptions;
    v->n_assumptions = COUNT(assumptions);
    TRY(fill_missing(s));
    if (!s->s.changed) {
        v->nothing = true;
        v->empty = (struct part_empty){.icon = "ok",
            .title = TR(c, "Nothing would have changed"),
            .text = s->s.cases ? TR(c, "Every decision of this period would have come out as it does under "
                                       "the version it is compared with.")
                               : TR(c, "No registration was decided by rules in this period.")};
        return OK;
    }
    fill_lead(s);
    fill_flows(s);
    TRY(report_partners(s, page_query(r, "partners") != NULL));
    report_groups(s, "tiers", "tiers", &v->tiers, &v->n_tiers);
    report_groups(s, "types", "types", &v->types, &v->n_types);
    fill_figures(s);
    return report_cases(s, r);
}

static void fill_head(struct sight *s, struct page_request *r)
{
    struct call *c = s->call;
    struct report_view *v = s->v;
    const struct state *state = noun_state(&simulation_noun, s->s.state);
    v->name = s->s.name;
    v->from = simulation_from(c, &s->s);
    v->to = s->s.name;
    v->state = TR(c, state->label);
    v->mark = state->mark;
    v->period = arena_printf(c->arena,
        TR(c, "Compared with version %lld over registrations from %s to %s. It changes nothing."),
        (long long)s->s.against, fmt_date(s->html, s->s.period_from), fmt_date(s->html, s->s.period_to));
    v->message = s->s.message;
    v->problem = r->problem ? r->problem->detail : NULL;
    v->running = streq(s->s.state, "waiting") || streq(s->s.state, "running");
    v->may_cancel = v->running && verb_allowed(&simulation_cancel, c->viewer);
    v->percent = s->s.progress;
    v->progress = streq(s->s.state, "waiting") ? TR(c, "Waiting for its turn.")
                                               : arena_printf(c->arena, TR(c, "Replaying the past: %s."),
                                                     fmt_percent(s->html, (double)s->s.progress / 100, 0));
    r->shell->refresh = v->running ? 2 : 0;
    r->shell->title = s->s.name;
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Simulations"), "/simulations"};
    crumbs[1] = (struct shell_crumb){s->s.name, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
}

/* The way back to what is simulated, as long as the draft is still that document. */
static enum status fill_draft(struct sight *s)
{
    struct call *c = s->call;
    struct list list;
    struct list_query q = {
        .limit = 1, .where = "t.hash = $1", .where_args = {v_text(s->s.hash)}, .n_where_args = 1};
    if (s->s.version_number || !(programme_draft_noun.read & ROLE_BIT(c->viewer->role)))
        return OK;
    TRY(noun_list(c, &programme_draft_noun, &q, &list));
    if (!list.n)
        return OK;
    struct programme_draft draft;
    row_record(&programme_draft_noun, &list.rows[0], &draft);
    s->v->draft = draft.title;
    s->v->draft_href = arena_printf(
        c->arena, "/programme-drafts/%s", id_text(c->arena, programme_draft_noun.prefix, list.rows[0].id));
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct report_view v = {.csrf = r->csrf};
    struct sight s = {.call = c, .html = h, .v = &v};
    if (streq(r->param[0], simulation_simulate.name) && verb_allowed(&simulation_simulate, c->viewer))
        return derived_form(c, r, h, &simulation_simulate, 0); /* the verb's form stands at that place */
    if (!id_parse(simulation_noun.prefix, r->param[0], &s.id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_load(c, &simulation_noun, s.id, &s.s));
    s.path = arena_printf(c->arena, "/simulations/%s", id_text(c->arena, simulation_noun.prefix, s.id));
    v.path = v.action = s.path;
    fill_head(&s, r);
    TRY(fill_draft(&s));
    v.done = streq(s.s.state, "done");
    if (v.done)
        TRY(fill_done(&s, r));
    sim_report(h, &v);
    return OK;
}

enum status simulation_digest(
    struct call *c, struct page_request *r, struct html *h, const char *hash, int64_t against)
{
    struct report_view v = {.csrf = r->csrf};
    struct sight s = {.call = c, .html = h, .v = &v};
    struct list list;
    struct list_query q = {.limit = 1,
        .where = "t.hash = $1 and t.against = $2 and t.state in ('waiting', 'running', 'done')",
        .where_args = {v_text(hash), v_int(against)},
        .n_where_args = 2};
    struct page_request plain = {.shell = r->shell, .model = r->model, .http = r->http};
    TRY(noun_list(c, &simulation_noun, &q, &list));
    if (!list.n) {
        sim_digest(h, NULL);
        return OK;
    }
    row_record(&simulation_noun, &list.rows[0], &s.s);
    s.id = list.rows[0].id;
    s.path = arena_printf(c->arena, "/simulations/%s", id_text(c->arena, simulation_noun.prefix, s.id));
    v.path = v.action = s.path;
    v.done = streq(s.s.state, "done");
    v.name = s.s.name;
    v.to = TR(c, "the draft");
    v.from = simulation_from(c, &s.s);
    if (v.done)
        TRY(fill_done(&s, &plain));
    sim_digest(h, &v);
    return OK;
}

const struct page simulation_page = {
    .path = "/simulations/:id", .title = N_("Simulation"), .roles = READS_SIMULATIONS, .show = show};
