/*
 * A document { "rules": [...], "facts": {...}, "examples": [...] } from anywhere: it is refused with problems
 * or it decides; and every change that is proposed really leads to the rule that it names.
 */
#include "engine/rules/rules.h"

static const char *const tiers[] = {"registered", "silver", "gold", "platinum"};
static const char *const types[] = {"reseller", "isv", "msp"};
static const char *const queues[] = {"operations"};

static const struct fact facts[] = {
    {.name = "tier",
        .kind = FACT_CHOICE,
        .options = tiers,
        .n_options = 4,
        .ordered = true,
        .partner_can_change = true},
    {.name = "types", .kind = FACT_SET, .options = types, .n_options = 3, .partner_can_change = true},
    {.name = "people", .kind = FACT_INT, .unit = "people", .partner_can_change = true},
    {.name = "amount", .kind = FACT_MONEY, .partner_sees = true, .partner_can_change = true},
    {.name = "win", .kind = FACT_REAL, .unit = "%", .partner_can_change = true},
    {.name = "note", .kind = FACT_TEXT, .partner_can_change = true},
    {.name = "how", .kind = FACT_BOOL, .partner_can_change = true},
    {.name = "close", .kind = FACT_DATE, .partner_can_change = true},
};

static const char *plain_money(void *ctx, struct arena *a, int64_t minor)
{
    (void)ctx;
    return arena_printf(a, "%lld", (long long)minor);
}

static const struct rules_words words_en = {.lang = LANG_EN, .money = plain_money};

static void check_changes(
    struct arena *a, const struct ruleset *set, const struct value *values, const struct decision *before)
{
    struct change changes[5];
    size_t n = rules_would_change(a, set, values, before, changes, COUNT(changes));
    ASSERT(n <= COUNT(changes));
    for (size_t i = 0; i < n; i++) {
        struct value tried[COUNT(facts)];
        memcpy(tried, values, sizeof tried);
        for (size_t k = 0; k < changes[i].n; k++) {
            const struct fact *f = &facts[changes[i].fact[k]];
            tried[changes[i].fact[k]] = changes[i].value[k];
            ASSERT(*rules_condition_text(a, f, &changes[i].need[k], &words_en));
        }
        struct decision after;
        rules_decide(a, set, tried, &after);
        ASSERT(after.rule == changes[i].leads_to && after.rule->outcome > before->rule->outcome);
    }
}

/* What was written reads back to the same text. */
static void check_round_trip(struct arena *a, const struct vocabulary *words, const struct value *values)
{
    struct value again[COUNT(facts)];
    struct buf first = buf_in(a, BUF_MAX_DEFAULT), second = buf_in(a, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&first);
    rules_facts_json(&w, words, values, false);
    const char *error;
    json_t *j = json_read(a, buf_str(&first), first.len, &error);
    ASSERT(j);
    struct problem *problem;
    (void)!rules_facts_read(a, j, words, LANG_EN, again, &problem);
    w = json_out(&second);
    rules_facts_json(&w, words, again, false);
    ASSERT(streq(buf_str(&first), buf_str(&second)));
}

static void run(struct arena *a, const json_t *doc)
{
    const struct vocabulary words = {
        .facts = facts, .n = COUNT(facts), .currency = "EUR", .queues = queues, .n_queues = 1};
    struct value values[COUNT(facts)];
    struct problem *problem;
    enum status s = rules_facts_read(a, json_object_get(doc, "facts"), &words, LANG_EN, values, &problem);
    ASSERT((s == OK) == (problem == NULL));
    check_round_trip(a, &words, values);
    struct ruleset set;
    s = rules_read(a, json_object_get(doc, "rules"), &words, LANG_EN, &set, &problem);
    ASSERT((s == OK) == (problem == NULL));
    if (s != OK)
        return;
    for (size_t i = 0; i < set.n; i++)
        for (size_t k = 0; k < set.rules[i].n_conditions; k++) {
            const struct condition *c = &set.rules[i].conditions[k];
            ASSERT(*rules_condition_text(a, &facts[c->fact], c, &words_en));
        }
    struct decision d;
    rules_decide(a, &set, values, &d);
    ASSERT(d.n_trace > 0 && d.trace[d.n_trace - 1].matched);
    check_changes(a, &set, values, &d);
    (void)!rules_check_examples(a, &set, json_object_get(doc, "examples"), LANG_EN, &problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const char *error;
    const json_t *doc = json_read(a, (const char *)data, size, &error);
    if (doc)
        run(a, doc);
    arena_free(a);
    return 0;
}
