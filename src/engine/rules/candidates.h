/* Values worth trying for a fact, each with the rules that it satisfies. */
#ifndef TANDEM_RULES_CANDIDATES_H
#define TANDEM_RULES_CANDIDATES_H

#include "engine/rules/bits.h"
#include "engine/rules/internal.h"

#define CANDIDATES_MAX       64   /* of a fact, differing in the rules that they satisfy */
#define CANDIDATES_TRIED_MAX 1000 /* of a fact; a bound on time for absurd documents */

struct candidate {
    struct coded value;
    struct rule_bits satisfies; /* rules without a condition on the fact that fails for the value */
    double effort;
    enum rule_operator op;        /* what the value must be, for the sentence */
    const struct value *operands; /* NULL: the value itself */
    size_t n_operands;
};

/* Of one fact. */
struct candidates {
    struct arena *a;
    const struct ruleset *set;
    const struct fact_use *use;
    const struct fact *fact;
    struct coded present;
    struct rule_bits now; /* rules that the present value satisfies */
    struct candidate *at;
    size_t n, tried;
};

/* The rules none of whose conditions on that fact fails for VALUE. */
struct rule_bits rules_satisfied(
    const struct ruleset *set, const struct fact_use *use, const struct coded *value);

/* One entry per fact that a partner can change and that a condition names; *N says how many. */
struct candidates *candidates_of(
    struct arena *a, const struct ruleset *set, const struct coded *now, size_t *n);

/* Writes fact I of a change. */
void candidate_show(const struct candidates *of, const struct candidate *c, struct change *out, size_t i);

#endif
