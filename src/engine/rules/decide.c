/* Deciding: rules in order, conditions in order, the first rule of which all hold. */
#include "engine/rules/internal.h"

const char *const outcome_names[] = {
    [OUTCOME_DECLINE] = "decline",
    [OUTCOME_REVIEW] = "review",
    [OUTCOME_APPROVE] = "approve",
};

const char *rule_name(const struct rule *r, enum lang lang)
{
    return lang == LANG_DE && r->name_de ? r->name_de : r->name;
}

const char *rule_sentence(const struct rule *r, enum lang lang)
{
    return lang == LANG_DE && r->sentence_de ? r->sentence_de : r->sentence;
}

static bool among(enum fact_kind kind, const struct condition *c, const struct coded *value)
{
    for (size_t i = 0; i < c->n_operands; i++)
        if (coded_equal(kind, &c->codes[i], value))
            return true;
    return false;
}

/* -1, 0, 1 */
static int compare(enum fact_kind kind, const struct coded *a, const struct coded *b)
{
    if (kind == FACT_REAL)
        return (a->r > b->r) - (a->r < b->r);
    return (a->i > b->i) - (a->i < b->i);
}

bool condition_holds(const struct vocabulary *words, const struct condition *c, const struct coded *value)
{
    if (c->op == OP_KNOWN)
        return value->known == (c->codes->i != 0);
    if (!value->known)
        return false;
    enum fact_kind kind = words->facts[c->fact].kind;
    switch (c->op) {
    case OP_IS:
    case OP_IN: return among(kind, c, value);
    case OP_NOT:
    case OP_NOT_IN: return !among(kind, c, value);
    case OP_AT_LEAST: return compare(kind, value, c->codes) >= 0;
    case OP_AT_MOST: return compare(kind, value, c->codes) <= 0;
    case OP_ABOVE: return compare(kind, value, c->codes) > 0;
    case OP_BELOW: return compare(kind, value, c->codes) < 0;
    case OP_HAS_ANY: return (value->bits & c->codes->bits) != 0;
    case OP_HAS_ALL: return (value->bits & c->codes->bits) == c->codes->bits;
    case OP_HAS_NONE: return (value->bits & c->codes->bits) == 0;
    case OP_KNOWN: break;
    }
    BUG("operator %d of a condition", (int)c->op);
}

size_t rule_first_failed(
    const struct vocabulary *words, const struct rule *rule, const struct coded *values, const bool *seen)
{
    for (size_t i = 0; i < rule->n_conditions; i++) {
        const struct condition *c = &rule->conditions[i];
        if ((!seen || seen[c->fact]) && !condition_holds(words, c, &values[c->fact]))
            return i;
    }
    return rule->n_conditions;
}

void rules_decide(
    struct arena *a, const struct ruleset *set, const struct value *values, struct decision *out)
{
    const struct coded *codes = code_values(a, set, values);
    struct trace_step *trace = arena_alloc(a, set->n * sizeof *trace);
    for (size_t i = 0; i < set->n; i++) {
        const struct rule *rule = &set->rules[i];
        size_t failed = rule_first_failed(set->words, rule, codes, NULL);
        bool matched = failed == rule->n_conditions;
        trace[i] = (struct trace_step){.rule = rule, .matched = matched, .failed_condition = failed};
        if (matched) {
            *out = (struct decision){.rule = rule, .trace = trace, .n_trace = i + 1};
            return;
        }
    }
    BUG("no rule matched: the last one must have no conditions");
}

void rules_trace_seen(struct arena *a, const struct ruleset *set, const struct value *values,
    const bool *seen, struct decision *d)
{
    const struct coded *codes = code_values(a, set, values);
    for (size_t i = 0; i < d->n_trace; i++)
        d->trace[i].failed_condition = rule_first_failed(set->words, d->trace[i].rule, codes, seen);
}
