/*
 * What conditions on one fact say about each other: enough to find a rule that an earlier one always
 * forestalls, and a rule whose own conditions exclude each other.
 */
#include "engine/rules/internal.h"

#include <math.h>

/* Every operand of A taken as a value: whether B holds for it just as WANTED says. */
static bool each_operand(
    const struct vocabulary *words, const struct condition *a, const struct condition *b, bool wanted)
{
    for (size_t i = 0; i < a->n_operands; i++)
        if (condition_holds(words, b, &a->codes[i]) != wanted)
            return false;
    return true;
}

/* Choices are few: try them all. */
static bool implies_by_options(
    const struct vocabulary *words, const struct condition *a, const struct condition *b)
{
    const struct fact *f = &words->facts[a->fact];
    int64_t n = f->kind == FACT_BOOL ? 2 : (int64_t)f->n_options;
    for (int64_t i = 0; i < n; i++) {
        const struct coded value = {.known = true, .i = i};
        if (condition_holds(words, a, &value) && !condition_holds(words, b, &value))
            return false;
    }
    return true;
}

static bool implies_in_set(const struct condition *a, const struct condition *b)
{
    uint64_t have = a->codes->bits, want = b->codes->bits;
    bool single = (have & (have - 1)) == 0;
    switch (b->op) {
    case OP_HAS_ANY:
        return (a->op == OP_HAS_ANY && (have & ~want) == 0) || (a->op == OP_HAS_ALL && (have & want) != 0);
    case OP_HAS_ALL: return (want & ~have) == 0 && (a->op == OP_HAS_ALL || (a->op == OP_HAS_ANY && single));
    case OP_HAS_NONE: return a->op == OP_HAS_NONE && (want & ~have) == 0;
    default: BUG("operator %d on a set", (int)b->op);
    }
}

static bool is_lower(enum rule_operator op)
{
    return op == OP_AT_LEAST || op == OP_ABOVE;
}

static bool is_upper(enum rule_operator op)
{
    return op == OP_AT_MOST || op == OP_BELOW;
}

/* The first value inside a bound on numbers. */
static struct coded bound_edge(enum fact_kind kind, const struct condition *c)
{
    struct coded edge = *c->codes;
    if (c->op == OP_ABOVE || c->op == OP_BELOW) {
        if (kind == FACT_REAL)
            edge.r = nextafter(edge.r, c->op == OP_ABOVE ? INFINITY : -INFINITY);
        else
            edge.i += c->op == OP_ABOVE ? 1 : -1;
    }
    return edge;
}

/* Bounds of the same side: A is the tighter one when B holds at A's edge. */
static bool implies_by_bound(
    const struct vocabulary *words, const struct condition *a, const struct condition *b)
{
    if (!(is_lower(a->op) && is_lower(b->op)) && !(is_upper(a->op) && is_upper(b->op)))
        return false;
    const struct coded edge = bound_edge(words->facts[a->fact].kind, a);
    return condition_holds(words, b, &edge);
}

bool condition_implies(const struct vocabulary *words, const struct condition *a, const struct condition *b)
{
    ASSERT(a->fact == b->fact);
    bool a_known = a->op != OP_KNOWN || a->codes->i != 0;
    if (b->op == OP_KNOWN)
        return a_known == (b->codes->i != 0);
    if (a->op == OP_KNOWN)
        return false;
    enum fact_kind kind = words->facts[a->fact].kind;
    if (kind == FACT_SET)
        return implies_in_set(a, b);
    if (kind == FACT_BOOL || kind == FACT_CHOICE)
        return implies_by_options(words, a, b);
    if (a->op == OP_IS || a->op == OP_IN)
        return each_operand(words, a, b, true);
    if (b->op == OP_NOT || b->op == OP_NOT_IN)
        return each_operand(words, b, a, false);
    return implies_by_bound(words, a, b);
}

/* The operator that holds for exactly the other known values; not for OP_HAS_ALL and OP_KNOWN. */
static enum rule_operator operator_negated(enum rule_operator op)
{
    switch (op) {
    case OP_IS: return OP_NOT;
    case OP_NOT: return OP_IS;
    case OP_IN: return OP_NOT_IN;
    case OP_NOT_IN: return OP_IN;
    case OP_AT_LEAST: return OP_BELOW;
    case OP_BELOW: return OP_AT_LEAST;
    case OP_AT_MOST: return OP_ABOVE;
    case OP_ABOVE: return OP_AT_MOST;
    case OP_HAS_ANY: return OP_HAS_NONE;
    case OP_HAS_NONE: return OP_HAS_ANY;
    case OP_HAS_ALL:
    case OP_KNOWN: break;
    }
    BUG("operator %d has no negation", (int)op);
}

bool condition_excludes(const struct vocabulary *words, const struct condition *a, const struct condition *b)
{
    bool a_known = a->op != OP_KNOWN || a->codes->i != 0;
    bool b_known = b->op != OP_KNOWN || b->codes->i != 0;
    if (a->op == OP_KNOWN || b->op == OP_KNOWN)
        return a_known != b_known;
    if (b->op == OP_HAS_ALL && a->op == OP_HAS_ALL)
        return false;
    if (b->op == OP_HAS_ALL)
        return condition_excludes(words, b, a);
    struct condition opposite = *b;
    opposite.op = operator_negated(b->op);
    return condition_implies(words, a, &opposite);
}
