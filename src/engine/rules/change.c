/*
 * What would change the answer. Every value worth trying becomes a set of the rules that it satisfies, one
 * bit a rule; trying a pair of values is then an intersection of bit sets, whose first bit is the rule that
 * would decide.
 */
#include "engine/rules/candidates.h"

/* The rules whose failing facts are all among FACTS: bit-sliced counting, up to three failing facts a rule.
 */
struct failing {
    struct rule_bits once, twice, thrice; /* at least so many facts fail */
};

static struct rule_bits fails(const struct candidates *c)
{
    return bits_not(c->now);
}

static void failing_add(struct failing *f, struct rule_bits b)
{
    f->thrice = bits_or(f->thrice, bits_and(f->twice, b));
    f->twice = bits_or(f->twice, bits_and(f->once, b));
    f->once = bits_or(f->once, b);
}

struct search {
    const struct ruleset *set;
    struct failing failing;
    struct rule_bits better[OUTCOME_APPROVE + 1]; /* rules with a better outcome than this one */
    struct candidates *facts;                     /* that can be changed and that rules ask for */
    size_t n_facts;
    struct change *out;
    size_t n, max;
};

static void search_count(struct search *s, const struct coded *now)
{
    for (size_t u = 0; u < s->set->n_uses; u++) {
        const struct fact_use *use = &s->set->uses[u];
        failing_add(&s->failing, bits_not(rules_satisfied(s->set, use, &now[use->fact])));
    }
    for (size_t i = 0; i < s->set->n; i++)
        for (size_t o = 0; o < s->set->rules[i].outcome; o++)
            bits_set(&s->better[o], i);
}

static struct rule_bits open_but_for(const struct search *s, const struct candidates *f)
{
    return bits_or(bits_not(s->failing.once), bits_and(fails(f), bits_not(s->failing.twice)));
}

static struct rule_bits open_but_for_both(
    const struct search *s, const struct candidates *f, const struct candidates *g)
{
    struct rule_bits either = bits_or(open_but_for(s, f), open_but_for(s, g));
    struct rule_bits both = bits_and(bits_and(fails(f), fails(g)), bits_not(s->failing.thrice));
    return bits_or(either, both);
}

/*
 * Best outcome first, then least effort; equal ones stay in the order of the facts. Of one outcome all
 * changes have the same number of facts: two are only tried for what one does not reach.
 */
static bool comes_before(const struct change *a, const struct change *b)
{
    if (a->leads_to->outcome != b->leads_to->outcome)
        return a->leads_to->outcome > b->leads_to->outcome;
    return a->effort < b->effort;
}

static void offer(struct search *s, const struct change *c)
{
    size_t at = s->n;
    while (at > 0 && comes_before(c, &s->out[at - 1]))
        at--;
    if (at == s->max)
        return;
    if (s->n < s->max)
        s->n++;
    memmove(&s->out[at + 1], &s->out[at], (s->n - 1 - at) * sizeof *s->out);
    s->out[at] = *c;
}

/* The best change of one set of facts, per outcome. */
struct best {
    const struct candidate *first[OUTCOME_APPROVE + 1], *second[OUTCOME_APPROVE + 1];
    size_t rule[OUTCOME_APPROVE + 1];
    double effort[OUTCOME_APPROVE + 1];
};

static void best_take(struct best *b, const struct search *s, size_t rule, const struct candidate *first,
    const struct candidate *second)
{
    enum outcome o = s->set->rules[rule].outcome;
    double effort = first->effort + (second ? second->effort : 0);
    if (b->first[o] && b->effort[o] <= effort)
        return;
    b->first[o] = first;
    b->second[o] = second;
    b->rule[o] = rule;
    b->effort[o] = effort;
}

static void best_offer(
    struct search *s, const struct best *b, const struct candidates *f, const struct candidates *g)
{
    for (size_t o = 0; o <= OUTCOME_APPROVE; o++) {
        if (!b->first[o])
            continue;
        struct change c = {.n = g ? 2 : 1, .leads_to = &s->set->rules[b->rule[o]], .effort = b->effort[o]};
        candidate_show(f, b->first[o], &c, 0);
        if (g)
            candidate_show(g, b->second[o], &c, 1);
        offer(s, &c);
    }
}

/* Returns the best outcome that one fact reaches, BASE when none. */
static enum outcome try_single(struct search *s, enum outcome base)
{
    enum outcome reached = base;
    for (size_t i = 0; i < s->n_facts; i++) {
        const struct candidates *f = &s->facts[i];
        struct rule_bits open = open_but_for(s, f);
        struct best best = {0};
        for (size_t k = 0; k < f->n; k++) {
            size_t rule = bits_first(bits_and(open, f->at[k].satisfies));
            enum outcome outcome = s->set->rules[rule].outcome;
            if (outcome > base)
                best_take(&best, s, rule, &f->at[k], NULL);
            if (outcome > reached)
                reached = outcome;
        }
        best_offer(s, &best, f, NULL);
    }
    return reached;
}

static void try_pair(
    struct search *s, const struct candidates *f, const struct candidates *g, enum outcome base)
{
    struct rule_bits open = open_but_for_both(s, f, g);
    if (bits_none(bits_and(open, s->better[base])))
        return;
    struct best best = {0};
    for (size_t i = 0; i < f->n; i++) {
        struct rule_bits half = bits_and(open, f->at[i].satisfies);
        if (bits_none(bits_and(half, s->better[base])))
            continue;
        for (size_t k = 0; k < g->n; k++) {
            size_t rule = bits_first(bits_and(half, g->at[k].satisfies));
            if (s->set->rules[rule].outcome > base)
                best_take(&best, s, rule, &f->at[i], &g->at[k]);
        }
    }
    best_offer(s, &best, f, g);
}

/* A change of a choice or a yes/no needs the very value that was tried, or one beyond it. */
static void point_at_values(struct change *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (!c->need[i].operands) {
            c->need[i].operands = &c->value[i];
            c->need[i].n_operands = 1;
        }
}

size_t rules_would_change(struct arena *a, const struct ruleset *set, const struct value *values,
    const struct decision *decision, struct change *out, size_t max)
{
    enum outcome base = decision->rule->outcome;
    if (base == OUTCOME_APPROVE || max == 0)
        return 0;
    struct search s = {.set = set, .out = out, .max = max};
    const struct coded *now = code_values(a, set, values);
    search_count(&s, now);
    s.facts = candidates_of(a, set, now, &s.n_facts);
    enum outcome reached = try_single(&s, base);
    for (size_t i = 0; reached < OUTCOME_APPROVE && i < s.n_facts; i++)
        for (size_t k = i + 1; k < s.n_facts; k++)
            try_pair(&s, &s.facts[i], &s.facts[k], reached);
    for (size_t i = 0; i < s.n; i++)
        point_at_values(&out[i]);
    return s.n;
}
