/* What can only be seen between rules: double ids, a table with a gap, a rule that is never reached. */
#include "engine/rules/internal.h"

static bool follows(const struct vocabulary *words, const struct condition *needed, const struct rule *from)
{
    for (size_t i = 0; i < from->n_conditions; i++)
        if (from->conditions[i].fact == needed->fact &&
            condition_implies(words, &from->conditions[i], needed))
            return true;
    return false;
}

/* Whether EARLIER matches whenever LATER would: each of its conditions follows from one of LATER's. */
static bool forestalls(const struct vocabulary *words, const struct rule *earlier, const struct rule *later)
{
    for (size_t i = 0; i < earlier->n_conditions; i++)
        if (!follows(words, &earlier->conditions[i], later))
            return false;
    return true;
}

static void check_reach(struct reading *r, const struct ruleset *set, const bool *sound, size_t later)
{
    for (size_t i = 0; i < later; i++)
        if (sound[i] && forestalls(r->words, &set->rules[i], &set->rules[later])) {
            complain(r, arena_printf(r->a, "rules[%zu]", later),
                tr(r->lang, "This rule is never reached: rule %zu matches before it whenever it would."),
                i + 1);
            return;
        }
}

static void check_id(struct reading *r, const struct ruleset *set, size_t later)
{
    for (size_t i = 0; set->rules[later].id && i < later; i++)
        if (streq(set->rules[i].id, set->rules[later].id)) {
            complain(r, arena_printf(r->a, "rules[%zu].id", later),
                tr(r->lang, "Rule %zu has this id already."), i + 1);
            return;
        }
}

void rules_check(struct reading *r, const struct ruleset *set, const bool *sound)
{
    for (size_t i = 1; i < set->n; i++) {
        check_id(r, set, i);
        check_reach(r, set, sound, i);
    }
    size_t last = set->n - 1;
    if (set->rules[last].n_conditions > 0)
        complain(r, arena_printf(r->a, "rules[%zu].when", last), "%s",
            tr(r->lang, "Leave this empty: the last rule must match everything that is left."));
}
