/*
 * Values worth trying. A condition that fails proposes the nearest values that meet it, one that holds the
 * nearest that break it (that is, meet its negation); of an unknown fact both. Choices propose every option.
 */
#include "engine/rules/candidates.h"

#include <math.h>

struct rule_bits rules_satisfied(
    const struct ruleset *set, const struct fact_use *use, const struct coded *value)
{
    struct rule_bits b;
    memset(&b, 0xff, sizeof b);
    for (size_t i = 0; i < use->n; i++)
        if (!condition_holds(set->words, use->at[i].condition, value))
            bits_clear(&b, use->at[i].rule);
    return b;
}

static double share(double distance, double whole)
{
    return whole > 0 ? distance / whole : 0;
}

/* How far a value lies from the present one: 0 to 2. Known from unknown, and what has no distance: 1. */
static double effort(const struct fact *f, const struct coded *from, const struct coded *to)
{
    if (!from->known || !to->known)
        return 1;
    switch (f->kind) {
    case FACT_REAL: return share(fabs(to->r - from->r), fmax(fabs(to->r), fabs(from->r)));
    case FACT_INT:
    case FACT_MONEY:
    case FACT_DATE: {
        double a = (double)from->i, b = (double)to->i;
        return share(fabs(b - a), fmax(fabs(a), fabs(b)));
    }
    case FACT_CHOICE:
        return f->ordered ? share(fabs((double)(to->i - from->i)), (double)f->n_options - 1) : 1;
    case FACT_SET: return share(__builtin_popcountll(from->bits ^ to->bits), (double)f->n_options);
    case FACT_BOOL:
    case FACT_TEXT: return 1;
    }
    BUG("fact %s has kind %d", f->name, (int)f->kind);
}

static bool goes_negative(const struct candidates *of, const struct coded *to)
{
    const struct coded *from = &of->present;
    if (!to->known)
        return false;
    switch (of->fact->kind) {
    case FACT_REAL: return to->r < 0 && (!from->known || from->r >= 0);
    case FACT_INT:
    case FACT_MONEY:
    case FACT_DATE: return to->i < 0 && (!from->known || from->i >= 0);
    case FACT_BOOL:
    case FACT_TEXT:
    case FACT_CHOICE:
    case FACT_SET: return false;
    }
    BUG("fact %s has kind %d", of->fact->name, (int)of->fact->kind);
}

/* Takes VALUE unless it satisfies just the rules that another value satisfies with less effort. */
static void propose(struct candidates *of, struct coded value, enum rule_operator op,
    const struct value *operands, size_t n_operands)
{
    if (goes_negative(of, &value))
        return;
    const struct candidate c = {.value = value,
        .satisfies = rules_satisfied(of->set, of->use, &value),
        .effort = effort(of->fact, &of->present, &value),
        .op = op,
        .operands = operands,
        .n_operands = n_operands};
    if (bits_equal(&c.satisfies, &of->now))
        return;
    for (size_t i = 0; i < of->n; i++)
        if (bits_equal(&of->at[i].satisfies, &c.satisfies)) {
            if (c.effort < of->at[i].effort)
                of->at[i] = c;
            return;
        }
    if (of->n < CANDIDATES_MAX)
        of->at[of->n++] = c;
}

static bool is_operand(enum fact_kind kind, const struct condition *c, const struct coded *value)
{
    for (size_t i = 0; i < c->n_operands; i++)
        if (coded_equal(kind, &c->codes[i], value))
            return true;
    return false;
}

/* The nearest value above or below (STEP 1, -1) the one that C forbids, that C does not forbid. */
static void propose_outside(struct candidates *of, const struct condition *c, enum rule_operator op, int step)
{
    enum fact_kind kind = of->fact->kind;
    struct coded value = of->present.known ? of->present : c->codes[0];
    do {
        if (kind == FACT_REAL)
            value.r = nextafter(value.r, step * INFINITY);
        else
            value.i += step;
    } while (is_operand(kind, c, &value));
    propose(of, value, op, c->operands, c->n_operands);
}

static void propose_not(struct candidates *of, const struct condition *c, enum rule_operator op)
{
    if (of->fact->kind == FACT_TEXT) {
        const struct coded empty = {.known = true, .s = ""};
        propose(of, empty, op, c->operands, c->n_operands);
    } else {
        propose_outside(of, c, op, -1);
        propose_outside(of, c, op, 1);
    }
}

/* A set changed in the members of MASK, all added or all taken away. */
static void propose_members(
    struct candidates *of, uint64_t mask, bool add, const struct value *operands, size_t n_operands)
{
    uint64_t have = of->present.known ? of->present.bits : 0;
    const struct coded value = {.known = true, .bits = add ? have | mask : have & ~mask};
    propose(of, value, add ? OP_HAS_ALL : OP_HAS_NONE, operands, n_operands);
}

static void propose_each_member(struct candidates *of, const struct condition *c, bool add)
{
    for (size_t i = 0; i < c->n_operands; i++)
        propose_members(of, code_value(of->fact, &c->operands[i]).bits, add, &c->operands[i], 1);
}

/* The nearest values that meet C as if its operator were OP. */
static void propose_meeting(struct candidates *of, const struct condition *c, enum rule_operator op)
{
    switch (op) {
    case OP_IS:
    case OP_IN:
        for (size_t i = 0; i < c->n_operands; i++)
            propose(of, c->codes[i], OP_IS, &c->operands[i], 1);
        return;
    case OP_NOT:
    case OP_NOT_IN: propose_not(of, c, op); return;
    case OP_AT_LEAST:
    case OP_AT_MOST:
    case OP_ABOVE:
    case OP_BELOW: {
        const struct condition bound = {.fact = c->fact, .op = op, .codes = c->codes};
        propose(of, bound_edge(of->fact->kind, &bound), op, c->operands, 1);
        return;
    }
    case OP_HAS_ANY: propose_each_member(of, c, true); return;
    case OP_HAS_ALL: propose_members(of, c->codes->bits, true, c->operands, c->n_operands); return;
    case OP_HAS_NONE: propose_members(of, c->codes->bits, false, c->operands, c->n_operands); return;
    case OP_KNOWN: break;
    }
    BUG("operator %d to be met", (int)op);
}

static void propose_known(struct candidates *of)
{
    static const struct value known = {.kind = VALUE_INT, .i = 1}, unknown = {.kind = VALUE_INT, .i = 0};
    struct coded value = {.known = !of->present.known};
    if (value.known && of->fact->kind == FACT_TEXT)
        value.s = "";
    propose(of, value, OP_KNOWN, value.known ? &known : &unknown, 1);
}

static void propose_by(struct candidates *of, const struct condition *c)
{
    if (c->op == OP_KNOWN) {
        propose_known(of);
        return;
    }
    enum fact_kind kind = of->fact->kind;
    if (kind == FACT_CHOICE || kind == FACT_BOOL)
        return; /* every option is proposed once */
    bool holds = condition_holds(of->set->words, c, &of->present);
    if (!holds)
        propose_meeting(of, c, c->op);
    if (!holds && of->present.known)
        return;
    if (c->op == OP_HAS_ALL)
        propose_each_member(of, c, false);
    else
        propose_meeting(of, c, operator_negated(c->op));
}

static void propose_options(struct candidates *of)
{
    const struct fact *f = of->fact;
    int64_t n = f->kind == FACT_BOOL ? 2 : f->kind == FACT_CHOICE ? (int64_t)f->n_options : 0;
    for (int64_t i = 0; i < n; i++) {
        enum rule_operator op = OP_IS;
        if (f->ordered && of->present.known)
            op = i > of->present.i ? OP_AT_LEAST : OP_AT_MOST;
        propose(of, (struct coded){.known = true, .i = i}, op, NULL, 0);
    }
}

struct candidates *candidates_of(
    struct arena *a, const struct ruleset *set, const struct coded *now, size_t *n)
{
    struct candidates *all = arena_alloc(a, set->n_uses * sizeof *all);
    *n = 0;
    for (size_t u = 0; u < set->n_uses; u++) {
        const struct fact_use *use = &set->uses[u];
        const struct fact *f = &set->words->facts[use->fact];
        if (!f->partner_can_change)
            continue;
        struct candidates *of = &all[(*n)++];
        *of = (struct candidates){.a = a,
            .set = set,
            .use = use,
            .fact = f,
            .present = now[use->fact],
            .now = rules_satisfied(set, use, &now[use->fact]),
            .at = arena_alloc(a, CANDIDATES_MAX * sizeof(struct candidate))};
        propose_options(of);
        for (size_t i = 0; i < use->n; i++)
            propose_by(of, use->at[i].condition);
    }
    return all;
}

void candidate_show(const struct candidates *of, const struct candidate *c, struct change *out, size_t i)
{
    out->fact[i] = of->use->fact;
    out->value[i] = decode_value(of->a, of->fact, &c->value);
    out->need[i] = (struct condition){
        .fact = of->use->fact, .op = c->op, .operands = c->operands, .n_operands = c->n_operands};
}
