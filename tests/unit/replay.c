/* Replaying small histories by hand: what follows, what does not, what is counted. */
#include "engine/rules/replay.h"
#include "engine/rules/internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const tiers[] = {"silver", "gold"};
static const char *const types[] = {"msp", "reseller"};
static const char *const states[] = {"none", "hold", "live"};
static const char *const queues[] = {"operations"};

enum { CLOSE, NOTE, OPEN, OWN, AMOUNT, STATE, TAKEN, TIER, TYPES, WIN, FACTS };

static const struct fact facts[FACTS] = {
    [CLOSE] = {.name = "close", .kind = FACT_DATE},
    [NOTE] = {.name = "note", .kind = FACT_TEXT},
    [OPEN] = {.name = "open", .kind = FACT_INT},
    [OWN] = {.name = "own", .kind = FACT_BOOL},
    [AMOUNT] = {.name = "registration.amount", .kind = FACT_MONEY},
    [STATE] = {.name = "state", .kind = FACT_CHOICE, .options = states, .n_options = 3, .ordered = true},
    [TAKEN] = {.name = "taken", .kind = FACT_BOOL},
    [TIER] = {.name = "tier", .kind = FACT_CHOICE, .options = tiers, .n_options = 2, .ordered = true},
    [TYPES] = {.name = "types", .kind = FACT_SET, .options = types, .n_options = 2},
    [WIN] = {.name = "win", .kind = FACT_REAL},
};
static const struct vocabulary words = {
    .facts = facts, .n = FACTS, .currency = "EUR", .queues = queues, .n_queues = 1};

#define DAY INT64_C(86400000000)

/* --- help --- */

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct ruleset rules(const char *json)
{
    const char *error;
    struct problem *problem = NULL;
    struct ruleset set;
    json_t *j = json_read(arena, json, strlen(json), &error);
    assert_non_null(j);
    if (rules_read(arena, j, &words, LANG_EN, &set, &problem) != OK)
        fail_msg("%s: %s", problem->fields[0].field, problem->fields[0].message);
    return set;
}

#define APPROVE(days) "\"outcome\":\"approve\",\"protection_days\":" days ",\"benefit_percent\":8}"
#define DECLINE       "\"outcome\":\"decline\",\"next_step\":\"ask\"}"
#define REVIEW        "\"outcome\":\"review\",\"queue\":\"operations\",\"review_hours\":24}"
#define RULE(id)      "{\"id\":\"" id "\",\"name\":\"" id "\",\"sentence\":\"S.\","

/* Taken is declined, gold approved, the rest reviewed. */
static const char gold_first[] = "[" RULE("taken") "\"when\":{\"taken\":true}," DECLINE "," RULE(
    "gold") "\"when\":{\"tier\":\"gold\"}," APPROVE("60") "," RULE("rest") "\"when\":{}," REVIEW "]";
/* Silver is declined, the rest approved. */
static const char no_silver[] = "[" RULE("taken") "\"when\":{\"taken\":true}," DECLINE "," RULE(
    "silver") "\"when\":{\"tier\":\"silver\"}," DECLINE "," RULE("rest") "\"when\":{}," APPROVE("60") "]";

static void correct(
    void *ctx, const struct replay_standing *real, const struct replay_standing *drawn, struct coded *values)
{
    (void)ctx;
    if (values[TAKEN].known && real->others != drawn->others)
        values[TAKEN].i = drawn->others != CLAIM_NONE;
    if (values[STATE].known)
        values[STATE].i = (int64_t)drawn->others;
    if (values[OWN].known)
        values[OWN].i = drawn->own && drawn->others == CLAIM_NONE;
    if (values[OPEN].known)
        values[OPEN].i += drawn->open;
}

static struct replay_result results[16];
static size_t unknown[FACTS];

static void run(const char *json, const struct replay_case *cases, size_t n)
{
    struct ruleset set = rules(json);
    struct replay_history h = {.cases = cases, .n = n, .n_places = 4, .n_partners = 4};
    struct replay_hooks hooks = {.correct = correct};
    memset(unknown, 0, sizeof unknown);
    assert_true(replay(&set, &h, &hooks, results, unknown));
}

static const char silver_free[] = "{\"open\":0,\"taken\":false,\"tier\":\"silver\"}";
static const char gold_free[] = "{\"open\":0,\"taken\":false,\"tier\":\"gold\"}";
static const char gold_taken[] = "{\"open\":0,\"taken\":true,\"tier\":\"gold\"}";

static struct replay_case approved(int64_t day, size_t partner, const char *with)
{
    return (struct replay_case){.at = day * DAY,
        .partner = partner,
        .facts = with,
        .outcome = OUTCOME_APPROVE,
        .until = (day + 61) * DAY,
        .day_end = (day + 1) * DAY};
}

static struct replay_case declined(int64_t day, size_t partner, const char *with)
{
    return (struct replay_case){.at = day * DAY,
        .partner = partner,
        .facts = with,
        .outcome = OUTCOME_DECLINE,
        .day_end = (day + 1) * DAY};
}

#define assert_rule(i, name) assert_string_equal(results[i].rule->id, name)

/* --- what follows --- */

static void the_same_rules_change_nothing(void **state)
{
    (void)state;
    struct replay_case c[] = {
        approved(1, 0, gold_free), declined(2, 1, gold_taken), approved(100, 1, gold_free)};
    run(gold_first, c, COUNT(c));
    assert_rule(0, "gold");
    assert_rule(1, "taken");
    assert_rule(2, "gold");
    for (size_t i = 0; i < COUNT(c); i++) {
        assert_false(results[i].changed_facts);
        assert_false(results[i].clash);
    }
}

static void a_declined_first_one_frees_the_second(void **state)
{
    (void)state;
    struct replay_case c[] = {approved(1, 0, silver_free), declined(2, 1, gold_taken)};
    run(no_silver, c, COUNT(c));
    assert_rule(0, "silver");
    assert_rule(1, "rest");
    assert_true(results[1].knock_on);
    assert_int_equal(results[1].cause, 0);
    assert_int_equal(results[1].real.others, CLAIM_LIVE);
    assert_int_equal(results[1].drawn.others, CLAIM_NONE);
}

static void what_is_freed_takes_it_from_the_third(void **state)
{
    (void)state;
    struct replay_case c[] = {approved(1, 0, silver_free), declined(2, 1, gold_taken),
        approved(63, 2, gold_free) /* the first has lapsed, the second one's days run until 63 */};
    c[2].at = 62 * DAY + 1;
    run(no_silver, c, COUNT(c));
    assert_rule(1, "rest");
    assert_rule(2, "taken");
    assert_int_equal(results[2].cause, 1);
    assert_true(results[2].knock_on);
}

static void another_place_is_not_touched(void **state)
{
    (void)state;
    struct replay_case c[] = {approved(1, 0, silver_free), declined(2, 1, gold_taken)};
    c[1].place = 1;
    run(no_silver, c, COUNT(c));
    assert_rule(1, "taken");
    assert_false(results[1].changed_facts);
}

static void open_claims_are_counted_by_the_difference(void **state)
{
    (void)state;
    static const char cap[] = "[" RULE("cap") "\"when\":{\"open\":{\"at_least\":3}}," DECLINE "," RULE(
        "silver") "\"when\":{\"tier\":\"silver\"}," DECLINE "," RULE("rest") "\"when\":{}," APPROVE("60") "]";
    struct replay_case c[] = {approved(1, 0, silver_free),
        declined(2, 0, "{\"open\":3,\"taken\":false,\"tier\":\"gold\"}"),
        declined(90, 0, "{\"open\":3,\"taken\":false,\"tier\":\"gold\"}")};
    c[1].place = 1;
    c[2].place = 2;
    run(cap, c, COUNT(c));
    assert_rule(1, "rest"); /* one less is open: 2 */
    assert_int_equal(results[1].drawn.open, -1);
    assert_int_equal(results[1].cause, 0);
    assert_rule(2, "cap"); /* both have lapsed by then: 3 again */
    assert_int_equal(results[2].drawn.open, 0);
}

static void a_persons_ruling_is_kept(void **state)
{
    (void)state;
    static const char all_review[] = "[" RULE("rest") "\"when\":{}," REVIEW "]";
    struct replay_case c[] = {
        approved(1, 0, silver_free), declined(2, 1, gold_taken), declined(5, 1, gold_taken)};
    c[0].outcome = OUTCOME_REVIEW;
    c[0].ruled = RULED_DECLINE;
    c[0].ruled_at = 3 * DAY;
    c[0].until = 0;
    run(all_review, c, COUNT(c));
    assert_int_equal(results[1].drawn.others, CLAIM_HOLD);
    assert_int_equal(results[2].drawn.others, CLAIM_NONE); /* declined on the third day, in both worlds */
    assert_false(results[1].changed_facts);
    assert_false(results[2].changed_facts);
}

static void a_review_that_nobody_ruled_on_keeps_its_claim(void **state)
{
    (void)state;
    static const char all_review[] = "[" RULE("rest") "\"when\":{}," REVIEW "]";
    struct replay_case c[] = {approved(1, 0, silver_free), declined(2, 1, gold_taken)};
    run(all_review, c, COUNT(c));
    assert_rule(0, "rest");
    assert_int_equal(results[1].drawn.others, CLAIM_LIVE);
    assert_int_equal(results[1].real.others, CLAIM_LIVE);
}

static void longer_protection_holds_longer(void **state)
{
    (void)state;
    static const char longer[] = "[" RULE("taken") "\"when\":{\"taken\":true}," DECLINE
                                                   "," RULE("rest") "\"when\":{}," APPROVE("90") "]";
    struct replay_case c[] = {approved(1, 0, gold_free), approved(70, 1, gold_free)};
    run(longer, c, COUNT(c));
    assert_rule(1, "taken");
    assert_int_equal(results[1].cause, 0);
    c[0].ended = 30 * DAY; /* but not beyond the deed that ended it */
    run(longer, c, COUNT(c));
    assert_rule(1, "rest");
    c[0].ended = 0;
    c[0].extended = 30 * DAY; /* and an extension is added */
    c[0].until = 92 * DAY;
    struct replay_case later[] = {c[0], approved(100, 1, gold_free)};
    run(longer, later, COUNT(later));
    assert_rule(1, "taken");
}

static void what_cannot_stand_is_a_clash(void **state)
{
    (void)state;
    static const char all[] = "[" RULE("rest") "\"when\":{}," APPROVE("60") "]";
    struct replay_case c[] = {approved(1, 0, gold_free), declined(2, 1, gold_taken)};
    run(all, c, COUNT(c));
    assert_rule(1, "rest");
    assert_true(results[1].clash);
}

static void an_earlier_claim_stands_in_both_worlds(void **state)
{
    (void)state;
    struct replay_case c[] = {approved(1, 0, "{}"), approved(2, 1, silver_free), declined(3, 2, gold_taken)};
    c[0].earlier = true;
    run(no_silver, c, COUNT(c));
    assert_null(results[0].rule);
    assert_rule(2, "taken");
}

static void what_was_not_recorded_is_counted(void **state)
{
    (void)state;
    struct replay_case c[] = {approved(1, 0, "{\"taken\":false}"), approved(2, 1, "{\"tier\":\"gold\"}"),
        approved(3, 2, "{\"taken\":false,\"tier\":\"gone\"}")};
    c[1].place = 1;
    c[2].place = 2;
    run(gold_first, c, COUNT(c));
    assert_rule(0, "rest"); /* never guessed: it satisfies nothing */
    assert_rule(1, "gold");
    assert_rule(2, "rest");
    assert_int_equal(unknown[TIER], 2);
    assert_int_equal(unknown[TAKEN], 1);
    assert_int_equal(unknown[WIN], 0);
}

static void an_unknown_fact_is_not_corrected(void **state)
{
    (void)state;
    struct replay_case c[] = {approved(1, 0, silver_free), approved(2, 1, "{\"tier\":\"gold\"}")};
    run(no_silver, c, COUNT(c));
    assert_false(results[1].changed_facts);
}

static bool stop(void *ctx, size_t done)
{
    (void)ctx;
    return done < 2048;
}

static void the_hook_stops_it(void **state)
{
    (void)state;
    struct ruleset set = rules(gold_first);
    struct replay_case *c = ARENA_ARRAY(arena, 4096, struct replay_case);
    struct replay_result *out = ARENA_ARRAY(arena, 4096, struct replay_result);
    for (size_t i = 0; i < 4096; i++)
        c[i] = approved((int64_t)i, 0, gold_free);
    struct replay_history h = {.cases = c, .n = 4096, .n_places = 1, .n_partners = 1};
    assert_false(replay(&set, &h, &(struct replay_hooks){.correct = correct, .go_on = stop}, out, unknown));
    assert_non_null(out[2047].rule);
    assert_null(out[2048].rule);
}

/* --- why --- */

static void the_first_condition_that_tells_apart(void **state)
{
    (void)state;
    struct ruleset before = rules(gold_first), after = rules(no_silver);
    bool needed[FACTS];
    struct coded values[FACTS];
    memset(needed, true, sizeof needed);
    rules_facts_code(arena, &words, needed, silver_free, values);
    const struct fact *f =
        replay_difference(&before, &before.rules[2], values, &after, &after.rules[1], values);
    assert_string_equal(f->name, "tier");
    assert_null(replay_difference(&before, &before.rules[2], values, &before, &before.rules[2], values));
}

/* --- facts straight from their text --- */

static void facts_are_coded_as_they_are_read(void **state)
{
    (void)state;
    static const char *const texts[] = {"{}", "{\"close\":\"2026-08-17\",\"note\":\"two words\",\"open\":3}",
        "{\"note\":\"with \\\"quotes\\\" and \\u00e9\",\"tier\":\"gold\"}",
        "{\"open\":3.5,\"own\":true,\"registration.amount\":84000.5,\"win\":-12.25}",
        "{\"open\":9007199254740993,\"registration.amount\":1e30}",
        "{\"registration.amount\":0.001,\"state\":\"hold\",\"tier\":\"brass\"}",
        "{\"gone\":{\"a\":1},\"open\":2}", "{\"gone\":[1,2],\"open\":2}", "{\"gone\":\"x\",\"open\":2}",
        "{\"taken\":false,\"types\":[\"msp\",\"reseller\"]}", "{\"types\":[]}", "{\"types\":[\"other\"]}",
        "{\"types\":\"msp\",\"tier\":4,\"win\":\"no\",\"close\":\"2026-02-31\"}", "{\"open\":-4,\"win\":3}",
        "{\"win\":null}", " {\"open\": 5 }"};
    bool needed[FACTS];
    memset(needed, true, sizeof needed);
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct value values[FACTS];
        struct coded coded[FACTS];
        struct problem *problem;
        const char *error;
        json_t *j = json_read(arena, texts[i], strlen(texts[i]), &error);
        if (!j)
            fail_msg("%s: %s", texts[i], error);
        (void)!rules_facts_read(arena, j, &words, LANG_EN, values, &problem);
        rules_facts_code(arena, &words, needed, texts[i], coded);
        for (size_t f = 0; f < FACTS; f++) {
            struct coded other = code_value(&facts[f], &values[f]);
            if (!coded_equal(facts[f].kind, &other, &coded[f]))
                fail_msg("%s of %s", facts[f].name, texts[i]);
        }
    }
}

static void only_what_is_needed_is_coded(void **state)
{
    (void)state;
    bool needed[FACTS] = {[TIER] = true};
    struct coded coded[FACTS];
    rules_facts_code(arena, &words, needed, gold_free, coded);
    assert_true(coded[TIER].known);
    assert_false(coded[OPEN].known);
    rules_facts_code(arena, &words, needed, "{\"note\":\"\\\\\",\"open\":1,\"tier\":\"gold\"}", coded);
    assert_true(coded[TIER].known);
    assert_false(coded[OPEN].known);
}

/* --- documents of another time --- */

static void rules_on_facts_that_are_gone_read_and_never_hold(void **state)
{
    (void)state;
    static const char old[] = "[" RULE("a") "\"when\":{\"gone.flag\":true}," DECLINE "," RULE(
        "b") "\"when\":{\"gone.n\":{\"at_least\":3},\"gone.word\":[\"x\",\"y\"]}," DECLINE
             "," RULE("c") "\"when\":{\"gone.set\":{\"has_any\":[\"p\",\"q\"]},\"tier\":\"bronze\"}," DECLINE
                           "," RULE("d") "\"when\":{\"gone.grade\":{\"at_least\":\"high\"}}," DECLINE
                                         "," RULE("rest") "\"when\":{}," REVIEW "]";
    const char *error;
    struct problem *problem = NULL;
    struct ruleset set;
    json_t *j = json_read(arena, old, strlen(old), &error);
    assert_int_equal(rules_read(arena, j, &words, LANG_EN, &set, &problem), REFUSED);
    struct vocabulary with = rules_words_gone(arena, j, &words);
    assert_int_equal(with.n, FACTS + 5);
    problem = NULL;
    if (rules_read(arena, j, &with, LANG_EN, &set, &problem) != OK)
        fail_msg("%s: %s", problem->fields[0].field, problem->fields[0].message);
    struct replay_case c[] = {approved(1, 0, gold_free)};
    struct replay_history h = {.cases = c, .n = 1, .n_places = 1, .n_partners = 1};
    size_t *missed = ARENA_ARRAY(arena, with.n, size_t);
    assert_true(replay(&set, &h, &(struct replay_hooks){.correct = correct}, results, missed));
    assert_rule(0, "rest");
    assert_int_equal(missed[FACTS], 1); /* gone.flag */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_rules_change_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_declined_first_one_frees_the_second, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_freed_takes_it_from_the_third, setup, teardown),
        cmocka_unit_test_setup_teardown(another_place_is_not_touched, setup, teardown),
        cmocka_unit_test_setup_teardown(open_claims_are_counted_by_the_difference, setup, teardown),
        cmocka_unit_test_setup_teardown(a_persons_ruling_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(a_review_that_nobody_ruled_on_keeps_its_claim, setup, teardown),
        cmocka_unit_test_setup_teardown(longer_protection_holds_longer, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_stand_is_a_clash, setup, teardown),
        cmocka_unit_test_setup_teardown(an_earlier_claim_stands_in_both_worlds, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_not_recorded_is_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_fact_is_not_corrected, setup, teardown),
        cmocka_unit_test_setup_teardown(the_hook_stops_it, setup, teardown),
        cmocka_unit_test_setup_teardown(the_first_condition_that_tells_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(facts_are_coded_as_they_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(only_what_is_needed_is_coded, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_on_facts_that_are_gone_read_and_never_hold, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
