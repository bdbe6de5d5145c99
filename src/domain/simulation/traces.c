#include "domain/simulation/traces.h"

#include "base/json.h"

const char *const simulation_marks[] = {
    [OUTCOME_DECLINE] = "no", [OUTCOME_REVIEW] = "review", [OUTCOME_APPROVE] = "ok"};
const char *const simulation_outcomes[] = {
    [OUTCOME_DECLINE] = N_("Decline"), [OUTCOME_REVIEW] = N_("Review"), [OUTCOME_APPROVE] = N_("Approve")};

enum outcome simulation_outcome(const char *name)
{
    for (int i = OUTCOME_DECLINE; i <= OUTCOME_APPROVE; i++)
        if (streq(outcome_names[i], name))
            return (enum outcome)i;
    return OUTCOME_DECLINE;
}

static void take_facts(
    struct call *c, const struct explanation *e, const char *others, struct trace_view *out)
{
    const char *error;
    json_t *corrected = others ? json_read(c->arena, others, strlen(others), &error) : NULL;
    out->facts = arena_calloc(c->arena, e->n_facts + 1, sizeof *out->facts);
    for (size_t i = 0; i < e->n_facts; i++) {
        bool other = json_object_get(corrected, e->facts[i].name) != NULL;
        if (!e->facts[i].used && !other)
            continue;
        out->facts[out->n_facts].label = e->facts[i].label;
        out->facts[out->n_facts].text = e->facts[i].text;
        out->facts[out->n_facts++].corrected = other;
    }
}

void trace_view(struct call *c, const struct programme *p, const char *facts, const char *others,
    const char *id, const char *title, struct trace_view *out)
{
    struct explanation e;
    registration_explain_by(c, p, facts, others, &e);
    *out = (struct trace_view){.id = id,
        .title = title,
        .mark = simulation_marks[e.outcome],
        .outcome = TR(c, simulation_outcomes[e.outcome]),
        .then = e.then,
        .sentence = e.sentence,
        .version = p->number};
    out->steps = arena_calloc(c->arena, e.n_steps + 1, sizeof *out->steps);
    for (size_t i = 0; i < e.n_steps; i++) {
        out->steps[out->n_steps].rule = e.steps[i].rule;
        out->steps[out->n_steps].why = e.steps[i].why;
        out->steps[out->n_steps++].hit = e.steps[i].hit;
    }
    take_facts(c, &e, others, out);
}
