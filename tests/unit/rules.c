/* The rules engine: reading, deciding, what would change, words, facts; and the default programme document.
 */
#include "engine/rules/rules.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- a vocabulary with every kind --- */

static const char *const tiers[] = {"registered", "silver", "gold", "platinum"};
static const char *const types[] = {"reseller", "isv", "msp"};
static const char *const standings[] = {"good", "watch", "suspended"};
static const char *const queues[] = {"operations", "partner_manager", "account_owner"};

enum { TIER, TYPES, STANDING, PEOPLE, AMOUNT, WIN, NOTE, HOW, CLOSE, MONTHS, FACTS };

static const struct fact facts[FACTS] = {
    [TIER] = {.name = "partner.tier",
        .kind = FACT_CHOICE,
        .options = tiers,
        .n_options = 4,
        .ordered = true,
        .partner_sees = true,
        .partner_can_change = true},
    [TYPES] = {.name = "partner.types",
        .kind = FACT_SET,
        .options = types,
        .n_options = 3,
        .partner_sees = true,
        .partner_can_change = true},
    [STANDING] = {.name = "partner.standing", .kind = FACT_CHOICE, .options = standings, .n_options = 3},
    [PEOPLE] = {.name = "partner.people",
        .kind = FACT_INT,
        .unit = "people",
        .partner_sees = true,
        .partner_can_change = true},
    [AMOUNT] = {.name = "registration.amount",
        .kind = FACT_MONEY,
        .partner_sees = true,
        .partner_can_change = true},
    [WIN] = {.name = "partner.win_percent", .kind = FACT_REAL, .unit = "%"},
    [NOTE] = {.name = "registration.note", .kind = FACT_TEXT, .partner_can_change = true},
    [HOW] = {.name = "registration.known_how", .kind = FACT_BOOL, .partner_can_change = true},
    [CLOSE] = {.name = "registration.close", .kind = FACT_DATE},
    [MONTHS] = {.name = "registration.months", .kind = FACT_INT, .unit = "months"},
};

static const struct vocabulary words = {
    .facts = facts, .n = FACTS, .currency = "EUR", .queues = queues, .n_queues = COUNT(queues)};

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

static json_t *parse(const char *text)
{
    const char *error;
    json_t *j = json_read(arena, text, strlen(text), &error);
    if (!j)
        fail_msg("%s in %s", error, text);
    return j;
}

/* A rule with the given "when" and the rest of a sound one. Outcomes: 'a'pprove, 'r'eview, 'd'ecline. */
static const char *rule_json(const char *id, char outcome, const char *when)
{
    const char *rest = outcome == 'a' ? "\"outcome\":\"approve\",\"protection_days\":60,\"benefit_percent\":8"
                       : outcome == 'r'
                           ? "\"outcome\":\"review\",\"queue\":\"operations\",\"review_hours\":24"
                           : "\"outcome\":\"decline\",\"next_step\":\"ask\"";
    return arena_printf(
        arena, "{\"id\":\"%s\",\"name\":\"%s\",\"sentence\":\"S.\",\"when\":%s,%s}", id, id, when, rest);
}

static enum status read_text(const char *rules, struct ruleset *set, struct problem **problem)
{
    return rules_read(arena, parse(rules), &words, LANG_EN, set, problem);
}

static struct ruleset read_ok(const char *rules)
{
    struct ruleset set;
    struct problem *problem;
    if (read_text(rules, &set, &problem) != OK)
        fail_msg("%s: %s", problem->fields[0].field, problem->fields[0].message);
    assert_null(problem);
    return set;
}

/* Two rules: the given one approves, the rest declines. */
static struct ruleset read_when(const char *when)
{
    return read_ok(arena_printf(arena, "[%s,%s]", rule_json("one", 'a', when), rule_json("rest", 'd', "{}")));
}

static const char *said(const struct problem *p, const char *field)
{
    for (size_t i = 0; p && i < p->n_fields; i++)
        if (streq(p->fields[i].field, field))
            return p->fields[i].message;
    return NULL;
}

static void assert_said(const struct problem *p, const char *field, const char *part)
{
    const char *message = said(p, field);
    if (!message)
        fail_msg("no problem with %s", field);
    if (!strstr(message, part))
        fail_msg("%s: %s, not: %s", field, message, part);
}

static struct value *facts_of(const char *text)
{
    struct value *values = ARENA_ARRAY(arena, FACTS, struct value);
    struct problem *problem;
    if (rules_facts_read(arena, parse(text), &words, LANG_EN, values, &problem) != OK)
        fail_msg("%s: %s", problem->fields[0].field, problem->fields[0].message);
    return values;
}

static bool approves(const char *when, const char *fact_text)
{
    const struct ruleset set = read_when(when);
    struct decision d;
    rules_decide(arena, &set, facts_of(fact_text), &d);
    return d.rule->outcome == OUTCOME_APPROVE;
}

/* --- deciding --- */

static void every_operator(void **state)
{
    (void)state;
    static const struct {
        const char *when, *yes, *no; /* one fact's values */
    } cases[] = {
        {"{\"partner.tier\":\"gold\"}", "{\"partner.tier\":\"gold\"}", "{\"partner.tier\":\"silver\"}"},
        {"{\"partner.tier\":[\"gold\",\"silver\"]}", "{\"partner.tier\":\"silver\"}",
            "{\"partner.tier\":\"platinum\"}"},
        {"{\"partner.tier\":{\"at_least\":\"gold\"}}", "{\"partner.tier\":\"gold\"}",
            "{\"partner.tier\":\"silver\"}"},
        {"{\"partner.tier\":{\"above\":\"gold\"}}", "{\"partner.tier\":\"platinum\"}",
            "{\"partner.tier\":\"gold\"}"},
        {"{\"partner.tier\":{\"at_most\":\"gold\"}}", "{\"partner.tier\":\"gold\"}",
            "{\"partner.tier\":\"platinum\"}"},
        {"{\"partner.tier\":{\"below\":\"gold\"}}", "{\"partner.tier\":\"silver\"}",
            "{\"partner.tier\":\"gold\"}"},
        {"{\"partner.standing\":{\"not\":\"suspended\"}}", "{\"partner.standing\":\"watch\"}",
            "{\"partner.standing\":\"suspended\"}"},
        {"{\"partner.standing\":{\"not_in\":[\"suspended\",\"watch\"]}}", "{\"partner.standing\":\"good\"}",
            "{\"partner.standing\":\"watch\"}"},
        {"{\"partner.types\":\"msp\"}", "{\"partner.types\":[\"msp\",\"isv\"]}",
            "{\"partner.types\":[\"isv\"]}"},
        {"{\"partner.types\":[\"msp\",\"isv\"]}", "{\"partner.types\":[\"isv\"]}",
            "{\"partner.types\":[\"reseller\"]}"},
        {"{\"partner.types\":{\"has_all\":[\"msp\",\"isv\"]}}", "{\"partner.types\":[\"isv\",\"msp\"]}",
            "{\"partner.types\":[\"isv\"]}"},
        {"{\"partner.types\":{\"has_none\":[\"msp\",\"isv\"]}}", "{\"partner.types\":[]}",
            "{\"partner.types\":[\"isv\"]}"},
        {"{\"partner.people\":2}", "{\"partner.people\":2}", "{\"partner.people\":3}"},
        {"{\"partner.people\":{\"at_least\":2,\"at_most\":4}}", "{\"partner.people\":4}",
            "{\"partner.people\":5}"},
        {"{\"partner.people\":{\"not_in\":[0,1]}}", "{\"partner.people\":2}", "{\"partner.people\":0}"},
        {"{\"registration.amount\":{\"at_most\":25000}}", "{\"registration.amount\":25000}",
            "{\"registration.amount\":25000.01}"},
        {"{\"registration.amount\":{\"below\":0.5}}", "{\"registration.amount\":0.49}",
            "{\"registration.amount\":0.5}"},
        {"{\"partner.win_percent\":{\"above\":33.3}}", "{\"partner.win_percent\":33.4}",
            "{\"partner.win_percent\":33.3}"},
        {"{\"registration.note\":{\"not\":\"x\"}}", "{\"registration.note\":\"\"}",
            "{\"registration.note\":\"x\"}"},
        {"{\"registration.known_how\":false}", "{\"registration.known_how\":false}",
            "{\"registration.known_how\":true}"},
        {"{\"registration.close\":{\"above\":\"2026-08-17\"}}", "{\"registration.close\":\"2026-08-18\"}",
            "{\"registration.close\":\"2026-08-17\"}"},
        {"{\"registration.known_how\":{\"known\":true}}", "{\"registration.known_how\":false}", "{}"},
        {"{\"partner.types\":{\"known\":false}}", "{}", "{\"partner.types\":[]}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (!approves(cases[i].when, cases[i].yes))
            fail_msg("%s does not hold for %s", cases[i].when, cases[i].yes);
        if (approves(cases[i].when, cases[i].no))
            fail_msg("%s holds for %s", cases[i].when, cases[i].no);
    }
}

static void unknown_satisfies_nothing(void **state)
{
    (void)state;
    static const char *const whens[] = {"{\"partner.tier\":{\"not\":\"gold\"}}",
        "{\"partner.standing\":{\"not_in\":[\"good\"]}}", "{\"partner.types\":{\"has_none\":[\"isv\"]}}",
        "{\"partner.people\":{\"at_least\":0}}", "{\"partner.people\":{\"below\":5}}",
        "{\"registration.known_how\":{\"not\":true}}", "{\"registration.note\":{\"not\":\"x\"}}"};
    for (size_t i = 0; i < COUNT(whens); i++)
        if (approves(whens[i], "{}"))
            fail_msg("%s holds for an unknown fact", whens[i]);
}

static void option_that_has_gone_is_unknown(void **state)
{
    (void)state;
    const struct ruleset set = read_when("{\"partner.tier\":{\"not\":\"gold\"}}");
    struct value values[FACTS] = {[TIER] = v_text("bronze")};
    struct decision d;
    rules_decide(arena, &set, values, &d);
    assert_int_equal(d.rule->outcome, OUTCOME_DECLINE);
    const struct ruleset has = read_when("{\"partner.types\":\"isv\"}");
    struct value gone[FACTS] = {[TYPES] = v_text("bank,isv")};
    rules_decide(arena, &has, gone, &d);
    assert_int_equal(d.rule->outcome, OUTCOME_APPROVE);
}

static void first_match_wins_and_leaves_a_trace(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(arena_printf(arena, "[%s,%s,%s,%s]",
        rule_json("a", 'a', "{\"partner.tier\":\"gold\",\"partner.people\":{\"at_least\":2}}"),
        rule_json("b", 'r', "{\"partner.people\":1}"), rule_json("c", 'a', "{\"partner.tier\":\"gold\"}"),
        rule_json("d", 'd', "{}")));
    struct decision d;
    rules_decide(arena, &set, facts_of("{\"partner.tier\":\"gold\",\"partner.people\":1}"), &d);
    assert_string_equal(d.rule->id, "b");
    assert_int_equal(d.n_trace, 2);
    assert_false(d.trace[0].matched);
    assert_int_equal(d.trace[0].failed_condition, 1);
    assert_true(d.trace[1].matched);
    assert_int_equal(d.trace[1].failed_condition, 1);
    assert_int_equal(d.rule->review_hours, 24);
    rules_decide(arena, &set, facts_of("{}"), &d);
    assert_string_equal(d.rule->id, "d");
    assert_int_equal(d.n_trace, 4);
}

/* Whether the tier held must not be read from the condition behind it. */
static void a_trace_tells_no_unseen_condition(void **state)
{
    (void)state;
    const struct ruleset set = read_when("{\"partner.tier\":\"gold\",\"partner.people\":{\"at_least\":3},"
                                         "\"registration.known_how\":true}");
    bool seen[FACTS];
    memset(seen, true, sizeof seen);
    seen[TIER] = false;
    static const struct {
        const char *facts;
        size_t failed;
    } cases[] = {{"{\"partner.tier\":\"gold\",\"partner.people\":1}", 1},
        {"{\"partner.tier\":\"silver\",\"partner.people\":1}", 1},
        {"{\"partner.tier\":\"silver\",\"partner.people\":3}", 2},
        {"{\"partner.tier\":\"silver\",\"partner.people\":3,\"registration.known_how\":true}", 3}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct decision d;
        const struct value *values = facts_of(cases[i].facts);
        rules_decide(arena, &set, values, &d);
        rules_trace_seen(arena, &set, values, seen, &d);
        assert_int_equal(d.trace[0].failed_condition, cases[i].failed);
        assert_true(d.trace[1].matched);
    }
}

/* --- reading --- */

static void tells_every_problem_at_once(void **state)
{
    (void)state;
    struct ruleset set;
    struct problem *p;
    enum status s = read_text(
        "[{\"id\":\"Bad Id\",\"name\":\"\",\"sentence\":{\"de\":\"x\",\"fr\":\"y\"},\"colour\":1,"
        "  "
        "\"when\":{\"partner.tier\":\"bronze\",\"partner.shoe\":1,\"partner.standing\":{\"at_least\":"
        "\"good\"},"
        "    \"partner.people\":{\"at_least\":2.5},\"partner.win_percent\":{\"in\":3,\"like\":1},"
        "    \"registration.amount\":{\"at_most\":0.005},\"registration.known_how\":\"yes\","
        "    \"registration.close\":\"17.8.\",\"partner.types\":[],\"registration.note\":{},"
        "    \"registration.months\":{\"at_least\":[1]}},"
        "  \"outcome\":\"approve\",\"protection_days\":0,\"queue\":\"operations\"},"
        " {\"id\":\"x\",\"name\":\"n\",\"sentence\":\"s\",\"outcome\":\"review\",\"queue\":\"nobody\","
        "  \"review_hours\":24,\"when\":{\"partner.people\":1}},"
        " {\"id\":\"x\",\"name\":\"n\",\"sentence\":\"s\",\"when\":{\"partner.people\":2}},"
        " 7]",
        &set, &p);
    assert_int_equal(s, REFUSED);
    assert_int_equal(p->code, PROBLEM_invalid);
    assert_said(p, "rules[0].id", "small letters");
    assert_said(p, "rules[0].name", "text of one line");
    assert_said(p, "rules[0].sentence", "English");
    assert_said(p, "rules[0].sentence.fr", "Only");
    assert_said(p, "rules[0].colour", "nothing of this name");
    assert_said(p, "rules[0].when.partner.tier", "registered, silver, gold, platinum");
    assert_said(p, "rules[0].when.partner.shoe", "no fact");
    assert_said(p, "rules[0].when.partner.standing.at_least", "does not fit");
    assert_said(p, "rules[0].when.partner.people.at_least", "whole number");
    assert_said(p, "rules[0].when.partner.win_percent.in", "list");
    assert_said(p, "rules[0].when.partner.win_percent.like", "no operator");
    assert_said(p, "rules[0].when.registration.amount.at_most", "decimals than EUR");
    assert_said(p, "rules[0].when.registration.known_how", "true or false");
    assert_said(p, "rules[0].when.registration.close", "date");
    assert_said(p, "rules[0].when.partner.types", "1 to 50");
    assert_said(p, "rules[0].when.registration.note", "operator");
    assert_said(p, "rules[0].when.registration.months.at_least", "not a list");
    assert_said(p, "rules[0].protection_days", "1 to 730");
    assert_said(p, "rules[0].benefit_percent", "0 to 100");
    assert_said(p, "rules[0].queue", "review");
    assert_said(p, "rules[1].queue", "operations, partner_manager");
    assert_said(p, "rules[2].outcome", "decline, review, approve");
    assert_said(p, "rules[2].id", "Rule 2");
    assert_said(p, "rules[3]", "object");
    assert_int_equal(p->n_fields, 24);
}

static void needs_a_list_without_gap(void **state)
{
    (void)state;
    struct ruleset set;
    struct problem *p;
    assert_int_equal(read_text("[]", &set, &p), REFUSED);
    assert_said(p, "rules", "1 to 200");
    assert_int_equal(read_text("{}", &set, &p), REFUSED);
    assert_int_equal(rules_read(arena, NULL, &words, LANG_EN, &set, &p), REFUSED);
    const char *gap = arena_printf(arena, "[%s]", rule_json("a", 'd', "{\"partner.people\":1}"));
    assert_int_equal(read_text(gap, &set, &p), REFUSED);
    assert_said(p, "rules[0].when", "last rule");
    assert_int_equal(read_ok(arena_printf(arena, "[%s]", rule_json("a", 'd', "{}"))).n, 1);
}

static const char *repeated(const char *item, size_t n)
{
    struct buf b = buf_in(arena, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        buf_adds(&b, i ? "," : "");
        buf_adds(&b, item);
    }
    return buf_str(&b);
}

static const char *long_table(int n)
{
    struct buf b = buf_in(arena, 1 << 20);
    buf_addc(&b, '[');
    for (int i = 0; i < n; i++) {
        const char *id = arena_printf(arena, "r%d", i);
        const char *when = i == n - 1 ? "{}" : arena_printf(arena, "{\"partner.people\":%d}", i);
        buf_addf(&b, "%s%s", i ? "," : "", rule_json(id, i == n - 1 ? 'r' : 'a', when));
    }
    buf_addc(&b, ']');
    return buf_str(&b);
}

static void keeps_its_bounds(void **state)
{
    (void)state;
    struct ruleset set;
    struct problem *p;
    assert_int_equal(read_text(long_table(RULES_MAX + 1), &set, &p), REFUSED);
    const struct ruleset longest = read_ok(long_table(RULES_MAX));
    struct decision d;
    rules_decide(arena, &longest, facts_of("{\"partner.people\":198}"), &d);
    assert_string_equal(d.rule->id, "r198");
    struct change changes[3];
    rules_decide(arena, &longest, facts_of("{\"partner.people\":500}"), &d);
    assert_int_equal(
        rules_would_change(arena, &longest, facts_of("{\"partner.people\":500}"), &d, changes, 3), 1);

    read_when(arena_printf(arena, "{\"partner.people\":{\"in\":[%s]}}", repeated("1", RULES_MAX_OPERANDS)));
    const char *more =
        arena_printf(arena, "{\"partner.people\":{\"in\":[%s]}}", repeated("1", RULES_MAX_OPERANDS + 1));
    const char *text = arena_printf(arena, "[%s,%s]", rule_json("a", 'a', more), rule_json("z", 'd', "{}"));
    assert_int_equal(read_text(text, &set, &p), REFUSED);
    assert_said(p, "rules[0].when.partner.people.in", "1 to 50");

    const char *six = "{\"at_least\":1,\"at_most\":99,\"above\":0,\"below\":100,\"not\":7,\"not_in\":[5,6]}";
    const char *twenty = arena_printf(arena,
        "\"partner.people\":%s,\"registration.months\":%s,\"registration.amount\":%s,"
        "\"partner.tier\":{\"not\":\"gold\",\"at_least\":\"silver\"}",
        six, six, six);
    read_when(arena_printf(arena, "{%s}", twenty));
    const char *when = arena_printf(arena, "{%s,\"registration.known_how\":true}", twenty);
    text = arena_printf(arena, "[%s,%s]", rule_json("a", 'a', when), rule_json("z", 'd', "{}"));
    assert_int_equal(read_text(text, &set, &p), REFUSED);
    assert_said(p, "rules[0].when.registration.known_how", "at most 20");
    assert_int_equal(p->n_fields, 1);
}

static const char *with_sentence(size_t n)
{
    struct buf b = buf_in(arena, 8192);
    buf_adds(&b, "[{\"id\":\"a\",\"name\":{\"en\":\"N\",\"de\":\"D\"},\"sentence\":\"");
    for (size_t i = 0; i < n; i++)
        buf_adds(&b, "é");
    buf_adds(&b, "\",\"outcome\":\"decline\",\"next_step\":\"waitlist\"}]");
    return buf_str(&b);
}

static void texts_have_a_length_and_languages(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(with_sentence(300));
    assert_string_equal(rule_name(&set.rules[0], LANG_EN), "N");
    assert_string_equal(rule_name(&set.rules[0], LANG_DE), "D");
    assert_int_equal(utf8_length(rule_sentence(&set.rules[0], LANG_DE)), 300);
    struct ruleset out;
    struct problem *p;
    assert_int_equal(read_text(with_sentence(301), &out, &p), REFUSED);
    assert_said(p, "rules[0].sentence", "300");
    assert_int_equal(p->n_fields, 1);
}

static void finds_rules_that_are_never_reached(void **state)
{
    (void)state;
    static const struct {
        const char *earlier, *later;
        bool never;
    } cases[] = {
        {"{}", "{\"partner.people\":1}", true},
        {"{\"partner.people\":1}", "{\"partner.people\":1}", true},
        {"{\"partner.people\":1}", "{\"partner.people\":1,\"partner.tier\":\"gold\"}", true},
        {"{\"partner.people\":1,\"partner.tier\":\"gold\"}", "{\"partner.people\":1}", false},
        {"{\"partner.people\":{\"at_least\":1}}", "{\"partner.people\":{\"at_least\":2}}", true},
        {"{\"partner.people\":{\"at_least\":2}}", "{\"partner.people\":{\"at_least\":1}}", false},
        {"{\"partner.people\":{\"at_least\":3}}", "{\"partner.people\":{\"above\":2}}", true},
        {"{\"partner.people\":{\"above\":2}}", "{\"partner.people\":{\"at_least\":2}}", false},
        {"{\"partner.people\":{\"at_most\":3}}", "{\"partner.people\":[1,2,3]}", true},
        {"{\"partner.people\":{\"at_most\":3}}", "{\"partner.people\":[1,2,4]}", false},
        {"{\"partner.people\":{\"not\":3}}", "{\"partner.people\":{\"above\":3}}", true},
        {"{\"partner.people\":{\"not\":3}}", "{\"partner.people\":{\"at_least\":3}}", false},
        {"{\"partner.people\":{\"known\":true}}", "{\"partner.people\":{\"not\":3}}", true},
        {"{\"partner.people\":{\"at_least\":0}}", "{\"partner.people\":{\"known\":true}}", false},
        {"{\"partner.win_percent\":{\"above\":20}}", "{\"partner.win_percent\":{\"above\":20}}", true},
        {"{\"partner.win_percent\":{\"above\":20}}", "{\"partner.win_percent\":{\"at_least\":20}}", false},
        {"{\"partner.win_percent\":{\"at_most\":20}}", "{\"partner.win_percent\":{\"below\":20}}", true},
        {"{\"partner.tier\":[\"gold\",\"platinum\"]}", "{\"partner.tier\":{\"at_least\":\"gold\"}}", true},
        {"{\"partner.tier\":[\"gold\",\"platinum\"]}", "{\"partner.tier\":{\"above\":\"registered\"}}",
            false},
        {"{\"partner.standing\":{\"not\":\"good\"}}", "{\"partner.standing\":[\"watch\",\"suspended\"]}",
            true},
        {"{\"partner.types\":[\"msp\",\"isv\"]}", "{\"partner.types\":\"isv\"}", true},
        {"{\"partner.types\":\"isv\"}", "{\"partner.types\":[\"msp\",\"isv\"]}", false},
        {"{\"partner.types\":\"isv\"}", "{\"partner.types\":{\"has_all\":[\"msp\",\"isv\"]}}", true},
        {"{\"partner.types\":{\"has_none\":[\"isv\"]}}",
            "{\"partner.types\":{\"has_none\":[\"isv\",\"msp\"]}}", true},
        {"{\"partner.types\":{\"has_all\":[\"isv\",\"reseller\"]}}",
            "{\"partner.types\":{\"has_all\":[\"msp\",\"isv\"]}}", false},
        {"{\"partner.types\":{\"has_all\":[\"isv\",\"msp\"]}}",
            "{\"partner.types\":{\"has_any\":[\"msp\",\"isv\"]}}", false},
        {"{\"partner.types\":{\"has_none\":[\"isv\"]}}", "{\"partner.types\":\"msp\"}", false},
        {"{\"registration.note\":{\"not\":\"x\"}}", "{\"registration.note\":\"y\"}", true},
        {"{\"registration.note\":[\"x\",\"y\"]}", "{\"registration.note\":\"z\"}", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ruleset set;
        struct problem *p;
        enum status s = read_text(arena_printf(arena, "[%s,%s,%s]", rule_json("a", 'd', cases[i].earlier),
                                      rule_json("b", 'a', cases[i].later), rule_json("c", 'r', "{}")),
            &set, &p);
        if ((s == REFUSED) != cases[i].never || (p && !said(p, "rules[1]")))
            fail_msg("%s before %s", cases[i].earlier, cases[i].later);
    }
}

static void finds_conditions_that_exclude_each_other(void **state)
{
    (void)state;
    static const struct {
        const char *fact, *needs;
        bool never;
    } cases[] = {
        {"partner.people", "{\"at_least\":3,\"at_most\":2}", true},
        {"partner.people", "{\"at_least\":3,\"below\":4}", false},
        {"partner.people", "{\"above\":3,\"below\":4}", true},
        {"partner.people", "{\"is\":3,\"not_in\":[3,4]}", true},
        {"partner.people", "{\"at_least\":3,\"known\":false}", true},
        {"partner.people", "{\"known\":true,\"at_least\":3}", false},
        {"partner.win_percent", "{\"above\":3,\"below\":3.1}", false},
        {"partner.win_percent", "{\"above\":3,\"at_most\":3}", true},
        {"partner.tier", "{\"above\":\"platinum\",\"not\":\"gold\"}", true},
        {"partner.tier", "{\"at_least\":\"silver\",\"at_most\":\"gold\"}", false},
        {"partner.types", "{\"has_all\":[\"isv\",\"msp\"],\"has_none\":\"isv\"}", true},
        {"partner.types", "{\"has_none\":\"isv\",\"has_all\":[\"isv\",\"msp\"]}", true},
        {"partner.types", "{\"has_any\":[\"isv\",\"msp\"],\"has_none\":\"isv\"}", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *when = arena_printf(arena, "{\"%s\":%s}", cases[i].fact, cases[i].needs);
        struct ruleset set;
        struct problem *p;
        enum status s = read_text(
            arena_printf(arena, "[%s,%s]", rule_json("a", 'd', when), rule_json("c", 'r', "{}")), &set, &p);
        if ((s == REFUSED) != cases[i].never)
            fail_msg("%s", when);
    }
}

/* --- what would change --- */

static size_t changes_of(
    const struct ruleset *set, const struct value *values, struct change *out, size_t max)
{
    struct decision d;
    rules_decide(arena, set, values, &d);
    return rules_would_change(arena, set, values, &d, out, max);
}

static void one_fact_before_two(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(arena_printf(arena, "[%s,%s,%s]",
        rule_json(
            "a", 'a', "{\"partner.people\":{\"at_least\":2},\"registration.amount\":{\"at_most\":100}}"),
        rule_json("b", 'r', "{\"registration.known_how\":true}"), rule_json("c", 'd', "{}")));
    const struct value *values =
        facts_of("{\"partner.people\":0,\"registration.amount\":150,\"registration.known_how\":false}");
    struct change c[8];
    assert_int_equal(changes_of(&set, values, c, 8), 2);
    assert_string_equal(c[0].leads_to->id, "a");
    assert_int_equal(c[0].n, 2);
    assert_int_equal(c[0].fact[0], PEOPLE);
    assert_int_equal(c[0].value[0].i, 2);
    assert_int_equal(c[0].need[0].op, OP_AT_LEAST);
    assert_int_equal(c[0].fact[1], AMOUNT);
    assert_int_equal(c[0].value[1].i, 10000);
    assert_int_equal(c[0].need[1].op, OP_AT_MOST);
    assert_string_equal(c[1].leads_to->id, "b");
    assert_int_equal(c[1].n, 1);
    assert_int_equal(c[1].fact[0], HOW);
    assert_int_equal(c[1].value[0].i, 1);
    assert_int_equal(changes_of(&set, values, c, 1), 1);
    assert_string_equal(c[0].leads_to->id, "a");
    assert_int_equal(changes_of(&set, values, c, 0), 0);

    const struct value *nearer = facts_of("{\"partner.people\":0,\"registration.amount\":50}");
    assert_int_equal(changes_of(&set, nearer, c, 8), 2);
    assert_int_equal(c[0].n, 1);
    const struct value *best = facts_of("{\"partner.people\":2,\"registration.amount\":50}");
    assert_int_equal(changes_of(&set, best, c, 8), 0);
}

static void only_what_the_partner_can_change(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(arena_printf(
        arena, "[%s,%s]", rule_json("a", 'a', "{\"partner.standing\":\"good\"}"), rule_json("c", 'd', "{}")));
    struct change c[4];
    assert_int_equal(changes_of(&set, facts_of("{\"partner.standing\":\"watch\"}"), c, 4), 0);
}

static void leaves_a_rule_that_stands_in_the_way(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(
        arena_printf(arena, "[%s,%s,%s]", rule_json("full", 'd', "{\"partner.people\":{\"at_least\":25}}"),
            rule_json("some", 'a', "{\"partner.people\":{\"at_least\":5,\"not_in\":[24,23]}}"),
            rule_json("c", 'r', "{}")));
    struct change c[4];
    assert_int_equal(changes_of(&set, facts_of("{\"partner.people\":30}"), c, 4), 2);
    assert_string_equal(c[0].leads_to->id, "some");
    assert_int_equal(c[0].value[0].i, 22);
    assert_string_equal(c[1].leads_to->id, "c");
    assert_int_equal(c[1].value[0].i, 24);
    assert_int_equal(c[1].need[0].op, OP_BELOW);
    assert_int_equal(c[1].need[0].operands[0].i, 25);
}

static void adds_and_takes_away_members(void **state)
{
    (void)state;
    const struct ruleset set =
        read_ok(arena_printf(arena, "[%s,%s,%s]", rule_json("no", 'd', "{\"partner.types\":[\"reseller\"]}"),
            rule_json("yes", 'a', "{\"partner.types\":{\"has_all\":[\"msp\",\"isv\"]}}"),
            rule_json("c", 'r', "{}")));
    struct change c[4];
    assert_int_equal(changes_of(&set, facts_of("{\"partner.types\":[\"isv\"]}"), c, 4), 1);
    assert_string_equal(c[0].value[0].s, "isv,msp");
    assert_int_equal(c[0].need[0].op, OP_HAS_ALL);
    assert_int_equal(
        changes_of(&set, facts_of("{\"partner.types\":[\"reseller\",\"isv\",\"msp\"]}"), c, 4), 1);
    assert_string_equal(c[0].value[0].s, "isv,msp");
    assert_int_equal(c[0].need[0].op, OP_HAS_NONE);
    assert_int_equal(changes_of(&set, facts_of("{}"), c, 4), 1);
    assert_string_equal(c[0].value[0].s, "isv,msp");
}

static void fills_in_what_is_not_known(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(arena_printf(arena, "[%s,%s,%s]",
        rule_json("blank", 'd', "{\"registration.note\":{\"known\":false}}"),
        rule_json("tier", 'a', "{\"partner.tier\":{\"above\":\"silver\"}}"), rule_json("c", 'r', "{}")));
    struct change c[4];
    assert_int_equal(changes_of(&set, facts_of("{}"), c, 4), 2);
    assert_string_equal(c[0].leads_to->id, "tier");
    assert_int_equal(c[0].n, 2);
    assert_int_equal(c[1].fact[0], NOTE);
    assert_int_equal(c[1].need[0].op, OP_KNOWN);
    assert_int_equal(
        changes_of(&set, facts_of("{\"partner.tier\":\"silver\",\"registration.note\":\"x\"}"), c, 4), 1);
    assert_string_equal(c[0].value[0].s, "gold");
    assert_int_equal(c[0].need[0].op, OP_AT_LEAST);
    assert_string_equal(c[0].need[0].operands[0].s, "gold");
}

static void the_nearest_of_equals_comes_first(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(
        arena_printf(arena, "[%s,%s,%s]", rule_json("a", 'a', "{\"registration.amount\":{\"at_most\":90}}"),
            rule_json("b", 'a', "{\"partner.people\":{\"at_least\":10}}"), rule_json("c", 'r', "{}")));
    struct change c[4];
    assert_int_equal(
        changes_of(&set, facts_of("{\"partner.people\":1,\"registration.amount\":100}"), c, 4), 2);
    assert_int_equal(c[0].fact[0], AMOUNT);
    assert_int_equal(
        changes_of(&set, facts_of("{\"partner.people\":9,\"registration.amount\":900}"), c, 4), 2);
    assert_int_equal(c[0].fact[0], PEOPLE);
}

static void of_one_fact_the_nearest_value_wins(void **state)
{
    (void)state;
    const struct ruleset set = read_ok(
        arena_printf(arena, "[%s,%s,%s]", rule_json("a", 'a', "{\"registration.amount\":{\"at_most\":50}}"),
            rule_json("b", 'a', "{\"registration.amount\":{\"at_most\":90}}"), rule_json("c", 'r', "{}")));
    struct change c[4];
    assert_int_equal(changes_of(&set, facts_of("{\"registration.amount\":100}"), c, 4), 1);
    assert_string_equal(c[0].leads_to->id, "b");
    const struct ruleset tier_set =
        read_ok(arena_printf(arena, "[%s,%s,%s]", rule_json("a", 'a', "{\"partner.tier\":\"gold\"}"),
            rule_json("b", 'a', "{\"partner.tier\":\"platinum\"}"), rule_json("c", 'r', "{}")));
    assert_int_equal(changes_of(&tier_set, facts_of("{\"partner.tier\":\"registered\"}"), c, 4), 1);
    assert_string_equal(c[0].leads_to->id, "a");
}

/* --- against trying everything --- */

static uint64_t seed = 7;

static int roll(int n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((seed >> 33) % (uint64_t)n);
}

#define SMALL 4 /* facts in play */
static const size_t in_play[SMALL] = {TIER, PEOPLE, MONTHS, HOW};

/* Value K of a fact in play; past the last one NULL's kind: not known is no change to try. */
static bool nth_value(size_t fact, int k, struct value *out)
{
    int n = fact == TIER ? 4 : fact == HOW ? 2 : 9;
    if (k >= n)
        return false;
    *out = fact == TIER ? v_text(tiers[k]) : v_int(k);
    return true;
}

static const char *random_need(size_t fact)
{
    static const char *const ops[] = {"at_least", "at_most", "above", "below", "is", "not"};
    if (fact == HOW)
        return roll(2) ? "true" : "{\"not\":true}";
    const char *op = ops[roll(COUNT(ops))];
    if (fact == TIER)
        return arena_printf(arena, "{\"%s\":\"%s\"}", op, tiers[roll(4)]);
    return arena_printf(arena, "{\"%s\":%d}", op, 1 + roll(7));
}

/* MONTHS is not changeable, the others are. False when the rules drawn are refused. */
static bool random_rules(struct ruleset *set)
{
    struct buf b = buf_in(arena, 1 << 16);
    int n = 2 + roll(7);
    buf_addc(&b, '[');
    for (int i = 0; i < n; i++) {
        struct buf when = buf_in(arena, 1 << 12);
        buf_addc(&when, '{');
        for (size_t f = 0; f < SMALL; f++)
            if (roll(5) < 2)
                buf_addf(&when, "%s\"%s\":%s", when.len > 1 ? "," : "", facts[in_play[f]].name,
                    random_need(in_play[f]));
        buf_addc(&when, '}');
        const char *id = arena_printf(arena, "r%d", i);
        buf_addf(&b, "%s,", rule_json(id, "adr"[roll(3)], buf_str(&when)));
    }
    buf_addf(&b, "%s]", rule_json("last", "dr"[roll(2)], "{}"));
    struct problem *p;
    return read_text(buf_str(&b), set, &p) == OK;
}

static enum outcome outcome_of(const struct ruleset *set, const struct value *values)
{
    struct decision d;
    rules_decide(arena, set, values, &d);
    return d.rule->outcome;
}

static enum outcome best_by_one(const struct ruleset *set, struct value *values, size_t fact)
{
    enum outcome best = OUTCOME_DECLINE;
    struct value kept = values[fact], v;
    for (int k = 0; nth_value(fact, k, &v); k++) {
        values[fact] = v;
        enum outcome o = outcome_of(set, values);
        best = o > best ? o : best;
    }
    values[fact] = kept;
    return best;
}

static enum outcome best_by_two(const struct ruleset *set, struct value *values, size_t f, size_t g)
{
    enum outcome best = OUTCOME_DECLINE;
    struct value kept = values[f], v;
    for (int k = 0; nth_value(f, k, &v); k++) {
        values[f] = v;
        enum outcome o = best_by_one(set, values, g);
        best = o > best ? o : best;
    }
    values[f] = kept;
    return best;
}

static void check_against_all(const struct ruleset *set, struct value *values)
{
    static const size_t can[] = {TIER, PEOPLE, HOW};
    enum outcome base = outcome_of(set, values), one = base, two = base;
    for (size_t i = 0; i < COUNT(can); i++) {
        enum outcome o = best_by_one(set, values, can[i]);
        one = o > one ? o : one;
        for (size_t k = i + 1; k < COUNT(can); k++) {
            o = best_by_two(set, values, can[i], can[k]);
            two = o > two ? o : two;
        }
    }
    struct change c[16];
    size_t n = changes_of(set, values, c, 16);
    enum outcome found_one = base, found_two = base;
    for (size_t i = 0; i < n; i++) {
        enum outcome o = c[i].leads_to->outcome;
        assert_true(o > base);
        struct value kept[2] = {values[c[i].fact[0]], values[c[i].fact[c[i].n - 1]]};
        for (size_t k = 0; k < c[i].n; k++)
            values[c[i].fact[k]] = c[i].value[k];
        struct decision d;
        rules_decide(arena, set, values, &d);
        assert_ptr_equal(d.rule, c[i].leads_to);
        values[c[i].fact[c[i].n - 1]] = kept[1];
        values[c[i].fact[0]] = kept[0];
        if (c[i].n == 1 && o > found_one)
            found_one = o;
        if (o > found_two)
            found_two = o;
    }
    assert_int_equal(found_one, one);
    assert_int_equal(found_two, two > one ? two : one);
}

static void finds_what_trying_everything_finds(void **state)
{
    (void)state;
    int sets = 0;
    while (sets < 300) {
        arena_reset(arena);
        struct ruleset set;
        if (!random_rules(&set))
            continue;
        sets++;
        for (int i = 0; i < 4; i++) {
            struct value values[FACTS] = {0};
            for (size_t f = 0; f < SMALL; f++)
                if (roll(8) > 0 && !nth_value(in_play[f], roll(9), &values[in_play[f]]))
                    values[in_play[f]] = v_null();
            check_against_all(&set, values);
        }
    }
}

/* --- words --- */

static const char *euros(void *ctx, struct arena *a, int64_t minor)
{
    (void)ctx;
    return arena_printf(a, "€%lld", (long long)(minor / 100));
}

static const char *labelled(void *ctx, const struct fact *f, const char *option)
{
    (void)ctx;
    (void)f;
    static const char *const labels[][2] = {
        {"gold", "Gold"}, {"msp", "MSP"}, {"reseller", "Reseller"}, {"suspended", "Suspended"}};
    for (size_t i = 0; i < COUNT(labels); i++)
        if (streq(labels[i][0], option))
            return labels[i][1];
    return NULL;
}

static void conditions_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *when, *text;
    } cases[] = {
        {"{\"partner.tier\":{\"at_least\":\"gold\"}}", "at least Gold"},
        {"{\"partner.tier\":{\"above\":\"silver\"}}", "above silver"},
        {"{\"partner.tier\":\"gold\"}", "Gold"},
        {"{\"partner.tier\":[\"gold\"]}", "Gold"},
        {"{\"partner.tier\":[\"gold\",\"silver\"]}", "one of Gold, silver"},
        {"{\"partner.standing\":{\"not\":\"suspended\"}}", "not Suspended"},
        {"{\"partner.standing\":{\"not_in\":[\"suspended\",\"watch\"]}}", "none of Suspended, watch"},
        {"{\"partner.types\":\"msp\"}", "includes MSP"},
        {"{\"partner.types\":[\"msp\",\"reseller\"]}", "includes one of MSP, Reseller"},
        {"{\"partner.types\":{\"has_all\":[\"msp\",\"reseller\"]}}", "includes all of MSP, Reseller"},
        {"{\"partner.types\":{\"has_none\":[\"msp\",\"reseller\"]}}", "without any of MSP, Reseller"},
        {"{\"partner.types\":{\"has_none\":\"msp\"}}", "without MSP"},
        {"{\"partner.people\":{\"at_most\":3}}", "at most 3 people"},
        {"{\"partner.people\":{\"at_least\":1}}", "at least 1 person"},
        {"{\"partner.people\":{\"below\":12500}}", "fewer than 12,500 people"},
        {"{\"registration.months\":{\"above\":6}}", "more than 6 months"},
        {"{\"registration.amount\":{\"at_most\":25000}}", "up to €25000"},
        {"{\"registration.amount\":{\"below\":25000}}", "less than €25000"},
        {"{\"partner.win_percent\":{\"at_least\":33.25}}", "at least 33.25%"},
        {"{\"registration.known_how\":true}", "yes"},
        {"{\"registration.known_how\":{\"not\":true}}", "no"},
        {"{\"registration.known_how\":{\"known\":true}}", "known"},
        {"{\"partner.tier\":{\"known\":false}}", "not known"},
        {"{\"registration.close\":{\"at_most\":\"2026-08-17\"}}", "on or before 17 Aug 2026"},
        {"{\"registration.close\":{\"above\":\"2026-08-17\"}}", "after 17 Aug 2026"},
        {"{\"registration.note\":{\"not\":\"x\"}}", "not x"},
    };
    const struct rules_words w = {.lang = LANG_EN, .money = euros, .option = labelled};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct ruleset set = read_when(cases[i].when);
        const struct condition *c = &set.rules[0].conditions[0];
        assert_string_equal(rules_condition_text(arena, &facts[c->fact], c, &w), cases[i].text);
    }
}

static void values_in_words(void **state)
{
    (void)state;
    const struct rules_words en = {.lang = LANG_EN, .money = euros};
    const struct rules_words de = {.lang = LANG_DE, .money = euros};
    const struct {
        size_t fact;
        struct value value;
        const char *text;
    } cases[] = {
        {TIER, v_text("gold"), "gold"},
        {TIER, v_null(), "not known"},
        {TYPES, v_text(""), "none"},
        {TYPES, v_text("isv,msp"), "isv, msp"},
        {HOW, v_int(1), "yes"},
        {PEOPLE, v_int(1), "1 person"},
        {PEOPLE, v_int(1234567), "1,234,567 people"},
        {MONTHS, v_int(-1000), "−1,000 months"},
        {WIN, v_real(40), "40%"},
        {WIN, v_real(12.5), "12.5%"},
        {WIN, v_real(-0.001), "0%"},
        {WIN, v_int(7), "7%"},
        {AMOUNT, v_int(2500000), "€25000"},
        {CLOSE, v_int(0), "1 Jan 1970"},
        {NOTE, v_text("Abc"), "Abc"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(
            rules_value_text(arena, &facts[cases[i].fact], &cases[i].value, &en), cases[i].text);
    const struct fact plain = {.kind = FACT_REAL};
    const struct value v = v_real(1234.5);
    assert_string_equal(rules_value_text(arena, &plain, &v, &de), "1.234,5");
}

/* --- facts --- */

static void facts_go_out_and_come_back(void **state)
{
    (void)state;
    const char *text =
        "{\"partner.people\":2,\"partner.standing\":\"good\",\"partner.tier\":\"gold\","
        "\"partner.types\":[\"isv\",\"msp\"],\"partner.win_percent\":33.3,\"registration.amount\":84000.5,"
        "\"registration.close\":\"2026-08-17\",\"registration.known_how\":false,\"registration.note\":\"\"}";
    struct value *values = facts_of(text);
    assert_int_equal(values[AMOUNT].i, 8400050);
    assert_int_equal(values[MONTHS].kind, VALUE_NULL);
    struct buf b = buf_in(arena, 4096);
    struct json_out w = json_out(&b);
    rules_facts_json(&w, &words, values, false);
    assert_string_equal(buf_str(&b), text);

    struct buf seen = buf_in(arena, 4096);
    w = json_out(&seen);
    rules_facts_json(&w, &words, values, true);
    assert_string_equal(buf_str(&seen),
        "{\"partner.people\":2,\"partner.tier\":\"gold\",\"partner.types\":[\"isv\",\"msp\"],"
        "\"registration.amount\":84000.5}");
}

static void facts_that_do_not_fit_are_told_and_the_rest_is_read(void **state)
{
    (void)state;
    struct value values[FACTS];
    struct problem *p;
    json_t *j =
        parse("{\"partner.tier\":\"bronze\",\"partner.shoe\":4,\"partner.types\":[\"msp\",\"bank\",\"isv\","
              "\"msp\"],\"partner.people\":\"two\",\"registration.amount\":1e300,\"registration.known_how\":"
              "true}");
    assert_int_equal(rules_facts_read(arena, j, &words, LANG_EN, values, &p), REFUSED);
    assert_int_equal(p->n_fields, 5);
    assert_said(p, "partner.tier", "none of its options");
    assert_said(p, "partner.shoe", "no fact");
    assert_said(p, "partner.types", "bank");
    assert_said(p, "partner.people", "whole number");
    assert_said(p, "registration.amount", "smaller");
    assert_string_equal(values[TIER].s, "bronze");
    assert_string_equal(values[TYPES].s, "bank,isv,msp");
    assert_int_equal(values[PEOPLE].kind, VALUE_NULL);
    assert_int_equal(values[HOW].i, 1);
    assert_int_equal(rules_facts_read(arena, parse("[]"), &words, LANG_EN, values, &p), REFUSED);
    assert_int_equal(p->n_fields, 1);
}

static void money_follows_the_currency(void **state)
{
    (void)state;
    const struct vocabulary yen = {.facts = facts, .n = FACTS, .currency = "JPY"};
    const struct vocabulary dinar = {.facts = facts, .n = FACTS, .currency = "KWD"};
    struct value values[FACTS];
    struct problem *p;
    json_t *whole = parse("{\"registration.amount\":84000}"),
           *part = parse("{\"registration.amount\":0.125}");
    assert_int_equal(rules_facts_read(arena, whole, &yen, LANG_EN, values, &p), OK);
    assert_int_equal(values[AMOUNT].i, 84000);
    assert_int_equal(rules_facts_read(arena, part, &yen, LANG_EN, values, &p), REFUSED);
    assert_int_equal(rules_facts_read(arena, part, &dinar, LANG_EN, values, &p), OK);
    assert_int_equal(values[AMOUNT].i, 125);
}

static void examples_that_fail_are_told(void **state)
{
    (void)state;
    const struct ruleset set = read_when("{\"partner.people\":{\"at_least\":2}}");
    struct problem *p;
    json_t *j =
        parse("[{\"name\":\"a\",\"facts\":{\"partner.people\":2},\"expect\":\"approve\",\"rule\":\"one\"},"
              "{\"name\":\"b\",\"facts\":{\"partner.people\":1},\"expect\":\"approve\"},"
              "{\"name\":\"c\",\"facts\":{\"partner.people\":2},\"expect\":\"approve\",\"rule\":\"rest\"},"
              "{\"name\":\"d\",\"facts\":{\"partner.shoe\":2},\"expect\":\"decline\"},"
              "{\"name\":\"e\",\"facts\":{},\"expect\":\"maybe\"}, 5]");
    assert_int_equal(rules_check_examples(arena, &set, j, LANG_EN, &p), REFUSED);
    assert_int_equal(p->n_fields, 5);
    assert_said(p, "examples[1]", "expects: Approve. The answer is: Decline (rest)");
    assert_said(p, "examples[2]", "expects: Approve (rest). The answer is: Approve (one)");
    assert_said(p, "examples[3].facts.partner.shoe", "no fact");
    assert_said(p, "examples[4]", "expect");
    assert_said(p, "examples[5]", "expect");
    assert_int_equal(rules_check_examples(arena, &set, NULL, LANG_EN, &p), OK);
    assert_null(p);
    assert_int_equal(rules_check_examples(arena, &set, parse("{}"), LANG_EN, &p), REFUSED);
}

/* --- the default programme document --- */

static const char *const statuses[] = {"open", "named", "direct_only"};
static const char *const own_deals[] = {"none", "quiet", "active"};
static const char *const conflict_kinds[] = {"none", "related", "maybe", "same"};
static const char *const conflict_states[] = {"none", "hold", "live"};
static const char *const match_kinds[] = {"new", "maybe", "known"};

#define OPTIONS(array) .options = (array), .n_options = COUNT(array)

enum {
    DOC_TIER,
    DOC_TYPES,
    DOC_PEOPLE = 4,
    DOC_OPEN = 5,
    DOC_STATE = 14,
    DOC_AMOUNT = 19,
    DOC_TAKEN = 22,
    DOC_ROOM = 23,
    DOC_FACTS = 24
};

/* As the registration declares it; tiers and types come from the document. */
static const struct fact registration_facts[DOC_FACTS] = {
    [DOC_TIER] = {.name = "partner.tier", .kind = FACT_CHOICE, .ordered = true},
    [DOC_TYPES] = {.name = "partner.types", .kind = FACT_SET},
    [2] = {.name = "partner.standing", .kind = FACT_CHOICE, OPTIONS(standings)},
    [3] = {.name = "partner.in_territory", .kind = FACT_BOOL},
    [DOC_PEOPLE] = {.name = "partner.certified_people", .kind = FACT_INT, .partner_can_change = true},
    [DOC_OPEN] = {.name = "partner.open_registrations", .kind = FACT_INT, .partner_can_change = true},
    [6] = {.name = "partner.win_percent", .kind = FACT_REAL, .unit = "%"},
    [7] = {.name = "partner.expiry_percent", .kind = FACT_REAL, .unit = "%"},
    [8] = {.name = "account.status", .kind = FACT_CHOICE, OPTIONS(statuses)},
    [9] = {.name = "account.owned", .kind = FACT_BOOL},
    [10] = {.name = "account.contract", .kind = FACT_BOOL},
    [11] = {.name = "account.own_deal", .kind = FACT_CHOICE, OPTIONS(own_deals), .ordered = true},
    [12] = {.name = "account.own_deal_days", .kind = FACT_INT, .unit = "days"},
    [13] = {.name = "conflict.kind", .kind = FACT_CHOICE, OPTIONS(conflict_kinds), .ordered = true},
    [14] = {.name = "conflict.state", .kind = FACT_CHOICE, OPTIONS(conflict_states), .ordered = true},
    [15] = {.name = "conflict.own", .kind = FACT_BOOL},
    [16] = {.name = "conflict.related", .kind = FACT_BOOL},
    [17] = {.name = "match.kind", .kind = FACT_CHOICE, OPTIONS(match_kinds), .ordered = true},
    [18] = {.name = "match.score", .kind = FACT_REAL},
    [DOC_AMOUNT] = {.name = "registration.amount", .kind = FACT_MONEY, .partner_can_change = true},
    [20] = {.name = "registration.known_how", .kind = FACT_BOOL, .partner_can_change = true},
    [21] = {.name = "registration.months_to_close", .kind = FACT_INT, .partner_can_change = true},
    [DOC_TAKEN] = {.name = "conflict.taken", .kind = FACT_BOOL},
    [DOC_ROOM] = {.name = "partner.open_room", .kind = FACT_INT, .partner_can_change = true},
};

static const char *const *keys_of(const json_t *list, size_t *n)
{
    *n = json_array_size(list);
    const char **keys = ARENA_ARRAY(arena, *n, const char *);
    for (size_t i = 0; i < *n; i++)
        keys[i] = json_string_value(json_object_get(json_array_get(list, i), "key"));
    return keys;
}

static json_t *default_document(struct vocabulary *v)
{
    FILE *in = fopen("src/domain/programme/default.json", "rb");
    assert_non_null(in);
    char *text = arena_alloc(arena, 1 << 20);
    size_t n = fread(text, 1, 1 << 20, in);
    fclose(in);
    const char *error;
    json_t *doc = json_read(arena, text, n, &error);
    if (!doc)
        fail_msg("%s", error);
    struct fact *declared = ARENA_ARRAY(arena, DOC_FACTS, struct fact);
    memcpy(declared, registration_facts, sizeof registration_facts);
    declared[DOC_TIER].options = keys_of(json_object_get(doc, "tiers"), &declared[DOC_TIER].n_options);
    declared[DOC_TYPES].options = keys_of(json_object_get(doc, "types"), &declared[DOC_TYPES].n_options);
    *v = (struct vocabulary){.facts = declared,
        .n = DOC_FACTS,
        .currency = json_string_value(json_object_get(json_object_get(doc, "programme"), "currency"))};
    v->queues = keys_of(json_object_get(doc, "queues"), &v->n_queues);
    return doc;
}

static struct ruleset default_rules(struct vocabulary *v, json_t **doc)
{
    *doc = default_document(v);
    struct ruleset set;
    struct problem *p;
    if (rules_read(arena, json_object_get(*doc, "rules"), v, LANG_EN, &set, &p) != OK)
        fail_msg("%s: %s", p->fields[0].field, p->fields[0].message);
    return set;
}

static void the_default_document_reads_and_its_examples_pass(void **state)
{
    (void)state;
    struct vocabulary v;
    json_t *doc;
    const struct ruleset set = default_rules(&v, &doc);
    struct problem *p;
    const json_t *examples = json_object_get(doc, "examples");
    if (rules_check_examples(arena, &set, examples, LANG_EN, &p) != OK)
        fail_msg("%s: %s", p->fields[0].field, p->fields[0].message);
    for (size_t i = 0; i < set.n; i++) {
        assert_non_null(set.rules[i].name_de);
        assert_non_null(set.rules[i].sentence_de);
        bool shown = false;
        for (size_t k = 0; k < json_array_size(examples); k++)
            shown = shown || streq(set.rules[i].id,
                                 json_string_value(json_object_get(json_array_get(examples, k), "rule")));
        if (!shown)
            fail_msg("no example for the rule %s", set.rules[i].id);
    }
}

static void the_default_lists_are_sound(void **state)
{
    (void)state;
    struct vocabulary v;
    json_t *doc = default_document(&v);
    static const char *const lists[] = {"tiers", "types", "territories", "queues"};
    for (size_t l = 0; l < COUNT(lists); l++) {
        size_t n;
        const json_t *list = json_object_get(doc, lists[l]);
        const char *const *keys = keys_of(list, &n);
        assert_true(n > 0);
        for (size_t i = 0; i < n; i++) {
            assert_non_null(json_string_value(json_object_get(json_array_get(list, i), "label")));
            for (size_t k = 0; k < i; k++)
                assert_string_not_equal(keys[i], keys[k]);
            const json_t *countries = json_object_get(json_array_get(list, i), "countries");
            for (size_t k = 0; k < json_array_size(countries); k++)
                assert_non_null(country_name(json_string_value(json_array_get(countries, k))));
        }
    }
}

/* The approving rules take a fact that is not known for a reason to ask a person. */
static void the_default_rules_approve_nothing_unknown(void **state)
{
    (void)state;
    struct vocabulary v;
    json_t *doc;
    const struct ruleset set = default_rules(&v, &doc);
    const json_t *facts_json = json_object_get(json_array_get(json_object_get(doc, "examples"), 0), "facts");
    static const char *const relied_on[] = {"partner.standing", "partner.certified_people", "account.status",
        "conflict.taken", "registration.amount"};
    for (size_t i = 0; i < COUNT(relied_on); i++) {
        json_t *less = json_copy((json_t *)facts_json);
        assert_int_equal(json_object_del(less, relied_on[i]), 0);
        struct value values[DOC_FACTS];
        struct problem *p;
        assert_int_equal(rules_facts_read(arena, less, &v, LANG_EN, values, &p), OK);
        json_decref(less);
        struct decision d;
        rules_decide(arena, &set, values, &d);
        assert_int_equal(d.rule->outcome, OUTCOME_REVIEW);
    }
}

static void the_default_rules_say_what_would_change(void **state)
{
    (void)state;
    struct vocabulary v;
    json_t *doc;
    const struct ruleset set = default_rules(&v, &doc);
    json_t *facts_json = parse("{\"partner.tier\":\"gold\",\"partner.standing\":\"good\","
                               "\"partner.certified_people\":1,\"partner.open_registrations\":3,"
                               "\"account.status\":\"open\",\"conflict.taken\":false,"
                               "\"registration.amount\":60000}");
    struct value values[DOC_FACTS];
    struct problem *p;
    assert_int_equal(rules_facts_read(arena, facts_json, &v, LANG_EN, values, &p), OK);
    struct decision d;
    rules_decide(arena, &set, values, &d);
    assert_string_equal(d.rule->id, "everything_else");
    struct change c[8];
    assert_int_equal(rules_would_change(arena, &set, values, &d, c, 8), 2);
    assert_int_equal(c[0].fact[0], DOC_PEOPLE);
    assert_string_equal(c[0].leads_to->id, "certified_free");
    assert_int_equal(c[1].fact[0], DOC_AMOUNT);
    assert_int_equal(c[1].value[0].i, 2500000);
    assert_string_equal(c[1].leads_to->id, "small_deal");

    values[DOC_PEOPLE] = v_int(2);
    values[DOC_OPEN] = v_int(31);
    values[DOC_ROOM] = v_int(0);
    rules_decide(arena, &set, values, &d);
    assert_string_equal(d.rule->id, "too_many_open");
    assert_int_equal(rules_would_change(arena, &set, values, &d, c, 8), 1);
    const struct rules_words w = {.lang = LANG_EN, .money = euros};
    assert_string_equal(rules_condition_text(arena, &v.facts[DOC_ROOM], &c[0].need[0], &w), "more than 0");

    values[DOC_TAKEN] = v_int(1);
    rules_decide(arena, &set, values, &d);
    assert_string_equal(d.rule->next_step, "waitlist");
    assert_int_equal(rules_would_change(arena, &set, values, &d, c, 8), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_operator),
        TEST(unknown_satisfies_nothing),
        TEST(option_that_has_gone_is_unknown),
        TEST(first_match_wins_and_leaves_a_trace),
        TEST(a_trace_tells_no_unseen_condition),
        TEST(tells_every_problem_at_once),
        TEST(needs_a_list_without_gap),
        TEST(keeps_its_bounds),
        TEST(texts_have_a_length_and_languages),
        TEST(finds_rules_that_are_never_reached),
        TEST(finds_conditions_that_exclude_each_other),
        TEST(one_fact_before_two),
        TEST(only_what_the_partner_can_change),
        TEST(leaves_a_rule_that_stands_in_the_way),
        TEST(adds_and_takes_away_members),
        TEST(fills_in_what_is_not_known),
        TEST(the_nearest_of_equals_comes_first),
        TEST(of_one_fact_the_nearest_value_wins),
        TEST(finds_what_trying_everything_finds),
        TEST(conditions_in_words),
        TEST(values_in_words),
        TEST(facts_go_out_and_come_back),
        TEST(facts_that_do_not_fit_are_told_and_the_rest_is_read),
        TEST(money_follows_the_currency),
        TEST(examples_that_fail_are_told),
        TEST(the_default_document_reads_and_its_examples_pass),
        TEST(the_default_lists_are_sound),
        TEST(the_default_rules_approve_nothing_unknown),
        TEST(the_default_rules_say_what_would_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
