/*
 * Values worth trying: of numbers the nearest of every stretch between operands, of choices every option, of
 * texts each operand and another text, of sets the members that conditions name, added and taken away.
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
    if (goes_negative(of, &value) || of->tried == CANDIDATES_TRIED_MAX)
        return;
    of->tried++;
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

static void propose_neighbour(
    struct candidates *of, const struct coded *x, int step, const struct value *operand)
{
    struct coded value = *x;
    if (of->fact->kind == FACT_REAL)
        value.r = nextafter(x->r, step * INFINITY);
    else
        value.i += step;
    propose(of, value, step > 0 ? OP_ABOVE : OP_BELOW, operand, 1);
}

/*
 * The operands of all conditions cut the line of numbers into points and open stretches; within each, the
 * same rules are satisfied. Seen from the present value, the nearest end of every one is an operand or its
 * neighbour on the far side.
 */
static void propose_number(
    struct candidates *of, const struct condition *c, const struct coded *x, const struct value *operand)
{
    const struct coded *now = &of->present;
    bool real = of->fact->kind == FACT_REAL;
    bool above = !now->known || (real ? x->r >= now->r : x->i >= now->i);
    bool below = !now->known || (real ? x->r <= now->r : x->i <= now->i);
    enum rule_operator op = above ? OP_AT_LEAST : OP_AT_MOST;
    if (c->op < OP_AT_LEAST)
        op = OP_IS;
    else if (!now->known && (c->op == OP_AT_MOST || c->op == OP_ABOVE))
        op = OP_AT_MOST;
    propose(of, *x, op, operand, 1);
    if (above)
        propose_neighbour(of, x, 1, operand);
    if (below)
        propose_neighbour(of, x, -1, operand);
}

/* Each text that is asked for, and one that is none of them. */
static void propose_texts(struct candidates *of, const struct condition *c)
{
    const struct coded other = {.known = true, .s = ""};
    for (size_t i = 0; i < c->n_operands; i++)
        propose(of, c->codes[i], OP_IS, &c->operands[i], 1);
    propose(of, other, OP_NOT_IN, c->operands, c->n_operands);
}

static void propose_members(
    struct candidates *of, uint64_t mask, bool add, const struct value *operands, size_t n)
{
    uint64_t have = of->present.known ? of->present.bits : 0;
    const struct coded value = {.known = true, .bits = add ? have | mask : have & ~mask};
    propose(of, value, add ? OP_HAS_ALL : OP_HAS_NONE, operands, n);
}

/* The members that are asked for: each and all, added and taken away. */
static void propose_sets(struct candidates *of, const struct condition *c)
{
    for (int add = 0; add <= 1; add++) {
        for (size_t i = 0; i < c->n_operands; i++)
            propose_members(of, code_value(of->fact, &c->operands[i]).bits, add, &c->operands[i], 1);
        propose_members(of, c->codes->bits, add, c->operands, c->n_operands);
    }
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
    switch (of->fact->kind) {
    case FACT_BOOL:
    case FACT_CHOICE: return; /* every option is proposed once */
    case FACT_TEXT: propose_texts(of, c); return;
    case FACT_SET: propose_sets(of, c); return;
    case FACT_INT:
    case FACT_REAL:
    case FACT_MONEY:
    case FACT_DATE:
        for (size_t i = 0; i < c->n_operands; i++)
            propose_number(of, c, &c->codes[i], &c->operands[i]);
        return;
    }
    BUG("fact %s has kind %d", of->fact->name, (int)of->fact->kind);
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
        for (size_t i = 0; i < use->n; i++)
            propose_by(of, use->at[i].condition);
        propose_options(of);
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
