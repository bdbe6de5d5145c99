/* The examples of a document: facts with the answer that they must get. */
#include "engine/rules/internal.h"

static bool outcome_find(const char *name, enum outcome *out)
{
    for (size_t i = OUTCOME_DECLINE; i <= OUTCOME_APPROVE; i++)
        if (streq(outcome_names[i], name)) {
            *out = (enum outcome)i;
            return true;
        }
    return false;
}

static bool keys_known(const json_t *example)
{
    bool known = true;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)example, key, value) known =
        known && (streq(key, "name") || streq(key, "facts") || streq(key, "expect") || streq(key, "rule"));
    return known;
}

static const char *rule_called(const struct reading *r, const struct ruleset *set, const char *id)
{
    for (size_t i = 0; i < set->n; i++)
        if (streq(set->rules[i].id, id))
            return rule_name(&set->rules[i], r->lang);
    return id;
}

static const char *answer_text(const struct reading *r, enum outcome outcome, const char *rule)
{
    static const char *const labels[] = {[OUTCOME_DECLINE] = N_("Decline"),
        [OUTCOME_REVIEW] = N_("Review"),
        [OUTCOME_APPROVE] = N_("Approve")};
    const char *label = tr(r->lang, labels[outcome]);
    return rule ? arena_printf(r->a, "%s (%s)", label, rule) : label;
}

static void example_check(
    struct reading *r, const struct ruleset *set, const char *path, const json_t *example)
{
    const json_t *rule = json_object_get(example, "rule");
    enum outcome expected;
    if (!json_string_value(json_object_get(example, "name")) || !keys_known(example) ||
        !outcome_find(json_string_value(json_object_get(example, "expect")), &expected) ||
        (rule && !json_is_string(rule))) {
        complain(r, path, "%s",
            tr(r->lang, "An example has a name, facts, what to expect (approve, review, decline), and the "
                        "id of the rule if that matters."));
        return;
    }
    struct value *values = ARENA_ARRAY(r->a, r->words->n, struct value);
    facts_read(r, arena_printf(r->a, "%s.facts", path), json_object_get(example, "facts"), values);
    struct decision d;
    rules_decide(r->a, set, values, &d);
    if (d.rule->outcome != expected || (rule && !streq(d.rule->id, json_string_value(rule))))
        complain(r, path,
            tr(r->lang,
                "\"%s\" expects: %s. The answer is: %s. Change the rule, or what the example expects."),
            json_string_value(json_object_get(example, "name")),
            answer_text(r, expected, rule ? rule_called(r, set, json_string_value(rule)) : NULL),
            answer_text(r, d.rule->outcome, rule_name(d.rule, r->lang)));
}

enum status rules_check_examples(struct arena *a, const struct ruleset *set, const json_t *examples,
    enum lang lang, struct problem **problem)
{
    struct reading r = {.a = a, .words = set->words, .lang = lang};
    size_t n = json_array_size(examples);
    if ((examples && !json_is_array(examples)) || n > RULES_MAX_EXAMPLES)
        complain(&r, "examples", tr(lang, "Give a list of at most %d examples."), RULES_MAX_EXAMPLES);
    else
        for (size_t i = 0; i < n; i++)
            example_check(&r, set, arena_printf(a, "examples[%zu]", i), json_array_get(examples, i));
    *problem = r.problem;
    return r.problem ? REFUSED : OK;
}
