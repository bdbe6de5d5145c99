/* /simulations/:id: what a simulation found, the answer first; while it runs, how far it is. */
#include "base/id.h"
#include "base/json.h"
#include "domain/partner/partner.h"
#include "domain/registration/registration.h"
#include "domain/simulation/pages.html.h"
#include "domain/simulation/report.h"
#include "domain/simulation/traces.h"
#include "face/derived.h"

#define PARTNERS_AT_FIRST 8
#define CASES_AT_ONCE     25

struct sight {
    struct call *call;
    struct html *html;
    int64_t id;
    struct simulation s;
    const json_t *sums;
    const char *path;
    struct report_view *v;
};

/* In which order outcomes stand in tables. */
static const enum outcome shown[] = {OUTCOME_APPROVE, OUTCOME_REVIEW, OUTCOME_DECLINE};

const char *simulation_from(struct call *c, const struct simulation *s)
{
    return arena_printf(c->arena, TR(c, "Version %lld"), (long long)s->against);
}

/* ---- the sums ---- */

static int64_t sum(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static int64_t pair(const json_t *o, const char *key, size_t side)
{
    return json_integer_value(json_array_get(json_object_get(o, key), side));
}

static int64_t flow(const json_t *o, enum outcome before, enum outcome after)
{
    return json_integer_value(
        json_array_get(json_array_get(json_object_get(o, "flow"), (size_t)before), (size_t)after));
}

static const char *money(struct sight *s, int64_t minor)
{
    return fmt_money(s->html, (struct money){minor}, s->call->catalog->currency);
}

/* With its sign; – for none. */
static const char *money_change(struct sight *s, int64_t minor)
{
    if (!minor)
        return FMT_NONE;
    return arena_printf(s->call->arena, "%s%s", minor > 0 ? "+" : "", money(s, minor));
}

static const char *cases_href(struct sight *s, const char *query)
{
    return arena_printf(s->call->arena, "%s?%s#cases", s->path, query);
}

static const char *flow_href(struct sight *s, enum outcome before, enum outcome after)
{
    return cases_href(s, arena_printf(s->call->arena, "outcome_before=%s&outcome_after=%s",
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
    int64_t sooner = sum(s->sums, "sooner"), hours = sum(s->sums, "sooner_hours");
    int64_t declined = flow(all, OUTCOME_APPROVE, OUTCOME_DECLINE),
            reviewed = flow(all, OUTCOME_APPROVE, OUTCOME_REVIEW);
    s->v->pieces[s->v->n_pieces++] =
        (struct piece_view){arena_printf(c->arena, TR(c, "%s of %s"), fmt_int(s->html, s->s.changed),
                                fmt_int(s->html, s->s.cases)),
            cases_href(s, ""), trn(lang, "decision changes", "decisions change", s->s.changed)};
    add_piece(s, sooner, cases_href(s, "outcome_before=review"),
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
        v->flows[i].mark = simulation_marks[shown[i]];
        v->flows[i].label = TR(s->call, simulation_outcomes[shown[i]]);
        for (size_t k = 0; k < 3; k++) {
            int64_t n = flow(all, shown[i], shown[k]);
            totals[k] += n;
            v->flows[i].to[k].figure = fmt_int(s->html, n);
            v->flows[i].to[k].href = i != k && n ? flow_href(s, shown[i], shown[k]) : NULL;
        }
    }
    for (size_t k = 0; k < 3; k++)
        v->totals[k] = fmt_int(s->html, totals[k]);
    int64_t fewer = pair(s->sums, "reviews", 0) - pair(s->sums, "reviews", 1);
    v->share_before = fmt_ratio(s->html, pair(s->sums, "by_rules", 0), s->s.cases);
    v->share_after = fmt_ratio(s->html, pair(s->sums, "by_rules", 1), s->s.cases);
    v->fewer = !fewer ? ""
                      : arena_printf(s->call->arena,
                            fewer > 0 ? TR(s->call, "People would have read %s fewer.")
                                      : TR(s->call, "People would have read %s more."),
                            fmt_int(s->html, fewer > 0 ? fewer : -fewer));
}

/* ---- who wins, who loses ---- */

static const char *becomes(struct sight *s, enum outcome before, enum outcome after, int64_t n)
{
    struct arena *a = s->call->arena;
    enum lang lang = call_lang(s->call);
    const char *figure = fmt_int(s->html, n);
    switch ((int)before * 3 + (int)after) {
    case OUTCOME_REVIEW * 3 + OUTCOME_APPROVE:
        return arena_printf(
            a, trn(lang, "%s review becomes an approval", "%s reviews become approvals", n), figure);
    case OUTCOME_DECLINE * 3 + OUTCOME_APPROVE:
        return arena_printf(
            a, trn(lang, "%s decline becomes an approval", "%s declines become approvals", n), figure);
    case OUTCOME_DECLINE * 3 + OUTCOME_REVIEW:
        return arena_printf(
            a, trn(lang, "%s decline becomes a review", "%s declines become reviews", n), figure);
    case OUTCOME_APPROVE * 3 + OUTCOME_REVIEW:
        return arena_printf(
            a, trn(lang, "%s approval becomes a review", "%s approvals become reviews", n), figure);
    case OUTCOME_APPROVE * 3 + OUTCOME_DECLINE:
        return arena_printf(
            a, trn(lang, "%s approval becomes a decline", "%s approvals become declines", n), figure);
    default:
        return arena_printf(
            a, trn(lang, "%s review becomes a decline", "%s reviews become declines", n), figure);
    }
}

/* The two that weigh most, in words. */
static const char *what_changes(struct sight *s, const json_t *t)
{
    struct call *c = s->call;
    struct buf b = buf_in(c->arena, 1024);
    int64_t terms = sum(t, "better") + sum(t, "worse") + sum(t, "other");
    for (int64_t most = INT64_MAX, told = 0; told < 2; told++) {
        int64_t best = 0;
        enum outcome before = OUTCOME_DECLINE, after = OUTCOME_DECLINE;
        for (size_t i = 0; i < 3; i++)
            for (size_t k = 0; k < 3; k++) {
                int64_t n = flow(t, shown[i], shown[k]);
                terms -= i != k && !told ? n : 0;
                if (i != k && n > best && n < most) {
                    best = n;
                    before = shown[i];
                    after = shown[k];
                }
            }
        if (!best)
            break;
        most = best;
        buf_adds(&b, b.len ? ", " : "");
        buf_adds(&b, becomes(s, before, after, best));
    }
    if (terms > 0) {
        buf_adds(&b, b.len ? ", " : "");
        buf_addf(&b, trn(call_lang(c), "%s with other terms", "%s with other terms", terms),
            fmt_int(s->html, terms));
    }
    return buf_str(&b);
}

static int64_t net_of(const json_t *t)
{
    return sum(t, "better") - sum(t, "worse");
}

static void fill_winner(struct sight *s, const json_t *t, int64_t most, struct winner_view *w)
{
    int64_t net = net_of(t);
    w->net = net ? fmt_change(s->html, (double)net, 0) : "0";
    w->bar = most ? (int)(net * 50 / most) : 0;
    if (net && !w->bar)
        w->bar = net > 0 ? 1 : -1;
    w->money = money_change(s, pair(t, "money", 1) - pair(t, "money", 0));
}

static int64_t most_of(const json_t *list)
{
    int64_t most = 0;
    size_t i;
    json_t *t;
    json_array_foreach(list, i, t)
    {
        int64_t net = net_of(t) < 0 ? -net_of(t) : net_of(t);
        most = net > most ? net : most;
    }
    return most;
}

static const char *catalog_words(struct call *c, const char *list, const char *key)
{
    const struct catalog_item *item = key ? catalog_item(catalog_find(c->catalog, list), key) : NULL;
    return item ? item->label[call_lang(c)] : key;
}

static enum status fill_partner(struct sight *s, const json_t *t, int64_t most, struct winner_view *w)
{
    struct call *c = s->call;
    const char *key = json_string_value(json_object_get(t, "id"));
    struct row row;
    int64_t id;
    if (!key || !id_parse("prt", key, &id))
        return BROKEN;
    TRY(noun_get(c, &partner_noun, id, &row));
    w->name = row.name;
    w->href = arena_printf(c->arena, "/partners/%s", key);
    w->sub = catalog_words(c, "tiers", json_string_value(json_object_get(t, "tier")));
    fill_winner(s, t, most, w);
    w->what = what_changes(s, t);
    w->net_href = cases_href(s, arena_printf(c->arena, "partner_id=%s", key));
    return OK;
}

/* How many of the FEW stand at the front of the list: those on whom most changes come from both its ends. */
static size_t from_front(const json_t *list, size_t few)
{
    size_t front = 0, back = 0, n = json_array_size(list);
    while (front + back < few) {
        int64_t first = net_of(json_array_get(list, front)),
                last = net_of(json_array_get(list, n - 1 - back));
        if (first >= -last)
            front++;
        else
            back++;
    }
    return front;
}

static enum status fill_partners(struct sight *s, bool all)
{
    const json_t *list = json_object_get(s->sums, "partners");
    size_t n = json_array_size(list), few = all || n <= PARTNERS_AT_FIRST ? n : PARTNERS_AT_FIRST;
    int64_t most = most_of(list), changed = sum(s->sums, "partners_changed");
    size_t front = from_front(list, few);
    struct report_view *v = s->v;
    v->partners = ARENA_ARRAY(s->call->arena, few + 1, struct winner_view);
    for (size_t i = 0; i < few; i++)
        TRY(fill_partner(
            s, json_array_get(list, i < front ? i : n - few + i), most, &v->partners[v->n_partners++]));
    if (few < n) {
        v->all_partners =
            arena_printf(s->call->arena, TR(s->call, "All %s partners"), fmt_int(s->html, changed));
        v->all_partners_href = arena_printf(s->call->arena, "%s?partners=all", s->path);
    }
    int64_t knocks = sum(s->sums, "knock_ons");
    v->knock_ons =
        knocks ? arena_printf(s->call->arena,
                     trn(call_lang(s->call),
                         "%s change is a knock-on effect: an earlier registration went otherwise.",
                         "%s changes are knock-on effects: an earlier registration went otherwise.", knocks),
                     fmt_int(s->html, knocks))
               : TR(s->call, "No change is a knock-on effect of another.");
    return OK;
}

static void fill_groups(
    struct sight *s, const char *key, const char *list_name, struct winner_view **out, size_t *n)
{
    const json_t *list = json_object_get(s->sums, key);
    int64_t most = most_of(list);
    size_t i;
    json_t *t;
    *out = ARENA_ARRAY(s->call->arena, json_array_size(list) + 1, struct winner_view);
    json_array_foreach(list, i, t)
    {
        struct winner_view *w = &(*out)[(*n)++];
        w->name = catalog_words(s->call, list_name, json_string_value(json_object_get(t, "key")));
        w->sub = arena_printf(s->call->arena,
            trn(call_lang(s->call), "%s decision", "%s decisions", sum(t, "cases")),
            fmt_int(s->html, sum(t, "cases")));
        fill_winner(s, t, most, w);
    }
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
    int64_t before = pair(all, "money", 0), after = pair(all, "money", 1),
            none = sum(s->sums, "amounts_unknown");
    int64_t clashes = sum(s->sums, "clashes");
    const char *granted = TR(c, "Margin granted");
    if (none)
        granted = arena_printf(c->arena, TR(c, "Margin granted (without %s amounts that are not known)"),
            fmt_int(s->html, none));
    add_figure(s, granted, money(s, before), money(s, after), money_change(s, after - before));
    add_count(s, TR(c, "Days of protection granted"), pair(all, "days", 0), pair(all, "days", 1));
    add_count(s, TR(c, "Answered by a person"), pair(s->sums, "reviews", 0), pair(s->sums, "reviews", 1));
    add_count(s, TR(c, "Hours partners wait for a person"), pair(s->sums, "review_hours", 0),
        pair(s->sums, "review_hours", 1));
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
        int64_t n = sum(t, "cases");
        s->v->missing[s->v->n_missing++] = (struct missing_view){
            .fact = fact_words(s->call, after, json_string_value(json_object_get(t, "fact"))),
            .cases = arena_printf(
                s->call->arena, TR(s->call, "%s of %s"), fmt_int(s->html, n), fmt_int(s->html, s->s.cases))};
    }
    return OK;
}

/* ---- the cases ---- */

static const char *const case_filters[] = {
    "outcome_before", "outcome_after", "partner_id", "effect", "cause"};

static const char *became_words(struct sight *s, const struct simulation_case *k)
{
    struct call *c = s->call;
    const struct state *state = registration_noun.states;
    while (state->key && !streq(state->key, k->became))
        state++;
    const char *became = state->key ? TR(c, state->label) : k->became;
    if (k->waited_hours < 1)
        return became;
    return arena_printf(c->arena, TR(c, "%s; answered after %s h"), became,
        fmt_int(s->html, (int64_t)(k->waited_hours + 0.5)));
}

static void fill_case(
    struct sight *s, const struct row *row, const struct programme *after, struct changed_view *v)
{
    struct call *c = s->call;
    struct simulation_case k;
    row_record(&simulation_case_noun, row, &k);
    int partner = field_find(simulation_case_noun.fields, simulation_case_noun.n_fields, "partner_id");
    enum outcome b = simulation_outcome(k.outcome_before), a = simulation_outcome(k.outcome_after);
    *v = (struct changed_view){
        .href = arena_printf(c->arena, "/simulation-cases/%s", id_text(c->arena, "sic", row->id)),
        .company = k.company,
        .partner = row->title[partner],
        .amount = k.amount.minor ? money(s, k.amount.minor) : NULL,
        .decided = fmt_day(s->html, date_in(c->catalog->zone, k.decided)),
        .mark_before = simulation_marks[b],
        .before = TR(c, simulation_outcomes[b]),
        .mark_after = simulation_marks[a],
        .after = TR(c, simulation_outcomes[a]),
        .why = streq(k.cause, "knock_on") ? TR(c, "knock-on effect")
               : k.fact                   ? fact_words(c, after, k.fact)
                                          : TR(c, "order of the rules"),
        .became = became_words(s, &k)};
}

static const char *filter_words(struct sight *s, struct page_request *r, const char *field)
{
    const char *given = page_query(r, field);
    struct row row;
    int64_t id;
    if (streq(field, "partner_id"))
        return id_parse("prt", given, &id) && noun_get(s->call, &partner_noun, id, &row) == OK ? row.name
                                                                                               : given;
    const struct option *o = noun_field(&simulation_case_noun, field)->options;
    while (o->key && !streq(o->key, given))
        o++;
    return o->key ? TR(s->call, o->label) : given;
}

static enum status fill_cases(struct sight *s, struct page_request *r)
{
    struct call *c = s->call;
    struct report_view *v = s->v;
    struct list list;
    const struct programme *before, *after;
    struct list_query q = {.sort = "-weight", .after = page_query(r, "after"), .limit = CASES_AT_ONCE};
    struct buf words = buf_in(c->arena, 1024), query = buf_in(c->arena, 1024);
    const char *id = id_text(c->arena, "sim", s->id);
    q.filters[q.n_filters++] = (struct filter){"simulation_id", "is", id};
    for (size_t i = 0; i < COUNT(case_filters); i++) {
        const char *given = page_query(r, case_filters[i]);
        if (!given || !*given)
            continue;
        q.filters[q.n_filters++] = (struct filter){case_filters[i], "is", given};
        buf_addf(&words, "%s%s", words.len ? " → " : "", filter_words(s, r, case_filters[i]));
        buf_addf(&query, "%s=", case_filters[i]);
        buf_add_url(&query, given);
        buf_addc(&query, '&');
    }
    TRY(simulation_documents(c, &s->s, &before, &after));
    TRY(noun_list(c, &simulation_case_noun, &q, &list));
    v->cases = ARENA_ARRAY(c->arena, list.n + 1, struct changed_view);
    for (size_t i = 0; i < list.n; i++)
        fill_case(s, &list.rows[i], after, &v->cases[v->n_cases++]);
    v->counted =
        arena_printf(c->arena, TR(c, "%s in all, the largest effect first"), fmt_int(s->html, s->s.changed));
    v->csv = arena_printf(c->arena, "/simulation-cases.csv?%ssimulation_id=%s", buf_str(&query), id);
    if (words.len) {
        v->filter = buf_str(&words);
        v->filter_off = arena_printf(c->arena, "%s#cases", s->path);
    }
    if (list.next) {
        struct buf next = buf_in(c->arena, 2048);
        buf_add_url(&next, list.next);
        v->next = cases_href(s, arena_printf(c->arena, "%safter=%s", buf_str(&query), buf_str(&next)));
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
    TRY(fill_partners(s, page_query(r, "partners") != NULL));
    fill_groups(s, "tiers", "tiers", &v->tiers, &v->n_tiers);
    fill_groups(s, "types", "types", &v->types, &v->n_types);
    fill_figures(s);
    return fill_cases(s, r);
}

static void fill_head(struct sight *s, struct page_request *r)
{
    struct call *c = s->call;
    struct report_view *v = s->v;
    const struct state *state = simulation_noun.states;
    while (!streq(state->key, s->s.state))
        state++;
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
