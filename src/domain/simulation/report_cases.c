/* The cases that a simulated document decides otherwise, the largest effect first. */
#include "base/id.h"
#include "domain/partner/partner.h"
#include "domain/registration/registration.h"
#include "domain/simulation/sight.h"
#include "domain/simulation/traces.h"

#define CASES_AT_ONCE 25

static const char *const case_filters[] = {
    "outcome_before", "outcome_after", "partner_id", "effect", "cause"};

static const char *became_words(struct sight *s, const struct simulation_case *k)
{
    struct call *c = s->call;
    const struct state *state = noun_state(&registration_noun, k->became);
    const char *became = state ? TR(c, state->label) : k->became;
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
        .amount = k.amount.minor ? sight_money(s, k.amount.minor) : NULL,
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
    return option_label(call_lang(s->call), noun_field(&simulation_case_noun, field)->options, given);
}

enum status report_cases(struct sight *s, struct page_request *r)
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
        v->next = sight_cases_href(s, arena_printf(c->arena, "%safter=%s", buf_str(&query), buf_str(&next)));
    }
    return OK;
}
