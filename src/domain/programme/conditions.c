#include "domain/programme/conditions.h"

#include "base/text.h"
#include "domain/registration/registration.h"

#include <stdlib.h>

const char *const fact_group_labels[] = {[GROUP_PARTNER] = N_("Partner"),
    [GROUP_CUSTOMER] = N_("Customer"),
    [GROUP_CONFLICT] = N_("Conflict"),
    [GROUP_DEAL] = N_("Deal")};

enum fact_group fact_group(const char *name)
{
    static const struct {
        const char *prefix;
        enum fact_group group;
    } groups[] = {{"partner.", GROUP_PARTNER}, {"account.", GROUP_CUSTOMER}, {"match.", GROUP_CUSTOMER},
        {"conflict.", GROUP_CONFLICT}};
    for (size_t i = 0; i < COUNT(groups); i++)
        if (strncmp(name, groups[i].prefix, strlen(groups[i].prefix)) == 0)
            return groups[i].group;
    return GROUP_DEAL;
}

/* ---- operators ---- */

#define KIND(k) (1U << FACT_##k)
#define NUMBERS (KIND(INT) | KIND(REAL) | KIND(MONEY))

/* In the order in which they are offered: the first that fits is what a new condition begins with. */
static const struct operator_choice {
    const char *key;
    const char *label; /* N_() */
    unsigned kinds;
    bool ordered; /* of choices only ordered ones */
    bool valueless, many;
} operators[] = {
    {.key = "true", .label = N_("yes"), .kinds = KIND(BOOL), .valueless = true},
    {.key = "false", .label = N_("no"), .kinds = KIND(BOOL), .valueless = true},
    {.key = "at_least", .label = N_("at least"), .kinds = NUMBERS | KIND(CHOICE), .ordered = true},
    {.key = "at_most", .label = N_("at most"), .kinds = NUMBERS | KIND(CHOICE), .ordered = true},
    {.key = "at_least", .label = N_("on or after"), .kinds = KIND(DATE)},
    {.key = "at_most", .label = N_("on or before"), .kinds = KIND(DATE)},
    {.key = "is", .label = N_("is"), .kinds = NUMBERS | KIND(CHOICE) | KIND(TEXT) | KIND(DATE)},
    {.key = "not", .label = N_("is not"), .kinds = NUMBERS | KIND(CHOICE) | KIND(TEXT) | KIND(DATE)},
    {.key = "in",
        .label = N_("is one of"),
        .kinds = NUMBERS | KIND(CHOICE) | KIND(TEXT) | KIND(DATE),
        .many = true},
    {.key = "not_in",
        .label = N_("is none of"),
        .kinds = NUMBERS | KIND(CHOICE) | KIND(TEXT) | KIND(DATE),
        .many = true},
    {.key = "above", .label = N_("above"), .kinds = NUMBERS | KIND(CHOICE), .ordered = true},
    {.key = "below", .label = N_("below"), .kinds = NUMBERS | KIND(CHOICE), .ordered = true},
    {.key = "above", .label = N_("after"), .kinds = KIND(DATE)},
    {.key = "below", .label = N_("before"), .kinds = KIND(DATE)},
    {.key = "has_any", .label = N_("has one of"), .kinds = KIND(SET), .many = true},
    {.key = "has_all", .label = N_("has all of"), .kinds = KIND(SET), .many = true},
    {.key = "has_none", .label = N_("has none of"), .kinds = KIND(SET), .many = true},
    {.key = "known", .label = N_("is known"), .kinds = ~0U, .valueless = true},
    {.key = "unknown", .label = N_("is not known"), .kinds = ~0U, .valueless = true},
};

static bool offered(const struct operator_choice *o, const struct fact *f)
{
    return (o->kinds >> f->kind & 1) && (!o->ordered || f->kind != FACT_CHOICE || f->ordered);
}

static const struct operator_choice *operator_of(const char *key)
{
    for (size_t i = 0; i < COUNT(operators); i++)
        if (streq(operators[i].key, key))
            return &operators[i];
    return NULL;
}

const struct part_option *condition_operators(struct call *c, const struct fact *f, size_t *n)
{
    struct part_option *out = ARENA_ARRAY(c->arena, COUNT(operators), struct part_option);
    *n = 0;
    for (size_t i = 0; i < COUNT(operators); i++)
        if (offered(&operators[i], f))
            out[(*n)++] = (struct part_option){operators[i].key, TR(c, operators[i].label)};
    return out;
}

bool condition_takes_value(const char *op)
{
    const struct operator_choice *o = operator_of(op);
    return o && !o->valueless;
}

bool condition_takes_many(const char *op)
{
    const struct operator_choice *o = operator_of(op);
    return o && o->many;
}

const struct part_option *fact_options(
    struct call *c, const struct programme *p, const struct fact *f, size_t *n)
{
    struct rules_words words = registration_words(c, p);
    struct part_option *out = ARENA_ARRAY(c->arena, f->n_options + 1, struct part_option);
    for (size_t i = 0; i < f->n_options; i++) {
        const char *label = words.option(words.ctx, f, f->options[i]);
        out[i] = (struct part_option){f->options[i], label ? label : f->options[i]};
    }
    *n = f->n_options;
    return out;
}

/* ---- values ---- */

static int digits_of_money(const struct vocabulary *words)
{
    int digits = currency_digits(words->currency);
    return digits < 0 ? 2 : digits;
}

static json_t *money_json(const struct vocabulary *words, int64_t minor)
{
    int64_t scale = 1;
    for (int i = digits_of_money(words); i > 0; i--)
        scale *= 10;
    return minor % scale ? json_real((double)minor / (double)scale) : json_integer(minor / scale);
}

json_t *fact_value_json(struct call *c, const struct vocabulary *words, const struct fact *f,
    const char *text, const char **wrong)
{
    static const enum field_kind kinds[] = {[FACT_INT] = KIND_INT,
        [FACT_REAL] = KIND_REAL,
        [FACT_MONEY] = KIND_MONEY,
        [FACT_TEXT] = KIND_TEXT,
        [FACT_CHOICE] = KIND_TEXT,
        [FACT_SET] = KIND_TEXT,
        [FACT_DATE] = KIND_DATE};
    *wrong = NULL;
    if (f->kind == FACT_BOOL)
        return json_boolean(streq(text, "true") || streq(text, "1"));
    const struct field field = {.name = f->name, .kind = kinds[f->kind]};
    const struct given g = {.name = f->name, .value = v_text(text), .loose = true};
    struct value v = v_null();
    *wrong = f->kind == FACT_MONEY ? field_parse_amount(c, &field, &g, words->currency, &v)
                                   : field_parse(c, &field, &g, &v);
    if (!*wrong && v.kind == VALUE_NULL)
        *wrong = TR(c, "is needed");
    if (*wrong)
        return NULL;
    switch (f->kind) {
    case FACT_INT: return json_integer(v.i);
    case FACT_REAL: return v.kind == VALUE_INT ? json_integer(v.i) : json_real(v.r);
    case FACT_MONEY: return money_json(words, v.i);
    case FACT_DATE: return json_string(date_iso(c->arena, (struct date){(int32_t)v.i}));
    default: return json_string(v.s);
    }
}

/* A value of the fact as an input shows it. */
static const char *fact_value_plain(struct call *c, const struct fact *f, const json_t *v)
{
    if (json_is_string(v))
        return arena_strdup(c->arena, json_string_value(v));
    if (json_is_boolean(v))
        return json_is_true(v) ? "true" : "false";
    if (json_is_integer(v))
        return arena_printf(c->arena, "%lld", (long long)json_integer_value(v));
    char *text = arena_printf(c->arena, "%.15g", json_number_value(v));
    char *point = strchr(text, '.');
    if (point && f->kind == FACT_MONEY && call_lang(c) == LANG_DE)
        *point = ','; /* as amounts are typed there */
    return text;
}

/* ---- from the document ---- */

/* {FACT: {OP: OPERAND}} read by itself: in words, or what is wrong with it. */
static void say(struct call *c, const struct programme *p, const struct vocabulary *words, const char *op,
    json_t *operand, struct shown_condition *s)
{
    struct rules_words in = registration_words(c, p);
    struct problem *problem = NULL;
    struct rule rule = {0};
    json_t *when = op ? json_pack("{s:{s:O}}", s->name, op, operand) : json_pack("{s:O}", s->name, operand);
    if (rules_when_read(c->arena, when, words, call_lang(c), &rule, &problem) == OK && rule.n_conditions)
        s->text = rules_condition_text(c->arena, s->fact, &rule.conditions[0], &in);
    else
        s->wrong = problem && problem->n_fields ? problem->fields[0].message : NULL;
    json_decref(when);
}

/* Yes and no, known and not known, in the words of the controls. */
static const char *shown_operator(const struct fact *f, const char *op, const json_t *operand)
{
    if (streq(op, "known"))
        return json_is_false(operand) ? "unknown" : "known";
    if (f->kind == FACT_BOOL)
        return json_is_true(operand) == streq(op, "is") ? "true" : "false";
    return op;
}

static void take_values(struct call *c, const json_t *operand, struct shown_condition *s)
{
    size_t n = json_is_array(operand) ? json_array_size(operand) : 1;
    for (size_t i = 0; i < n && s->n < CONDITION_VALUES && condition_takes_value(s->op); i++)
        s->value[s->n++] =
            fact_value_plain(c, s->fact, json_is_array(operand) ? json_array_get(operand, i) : operand);
}

static void add(struct call *c, const struct programme *p, const struct vocabulary *words, const char *name,
    const char *op, json_t *operand, struct shown_rule *out)
{
    if (out->n == RULES_MAX_CONDITIONS)
        return;
    struct shown_condition *s = &out->conditions[out->n++];
    const struct fact *f = rules_fact_of(words, name);
    *s = (struct shown_condition){
        .name = name, .fact = f, .label = f ? registration_fact_label(c, f) : name, .plain = operand};
    if (!f) {
        s->wrong = TR(c, "There is no fact of this name.");
        return;
    }
    say(c, p, words, op, operand, s);
    const char *plain_op = json_is_array(operand) ? (f->kind == FACT_SET ? "has_any" : "in")
                                                  : (f->kind == FACT_SET ? "has_all" : "is");
    s->op = shown_operator(f, op ? op : plain_op, operand);
    take_values(c, operand, s);
}

void conditions_read(struct call *c, const struct programme *p, const struct vocabulary *words,
    const json_t *when, struct shown_rule *out)
{
    const char *name, *op;
    json_t *operand, *of;
    *out = (struct shown_rule){
        .conditions = ARENA_ARRAY(c->arena, RULES_MAX_CONDITIONS, struct shown_condition)};
    json_object_foreach((json_t *)(uintptr_t)when, name, operand)
    {
        if (!rules_fact_of(words, name) || !json_is_object(operand) || !json_object_size(operand)) {
            add(c, p, words, name, NULL, operand, out);
            continue;
        }
        json_object_foreach(operand, op, of) add(c, p, words, name, op, of, out);
    }
}

const char *conditions_text(struct call *c, const struct shown_rule *r, const char *fact)
{
    const char *text = NULL;
    for (size_t i = 0; i < r->n; i++) {
        const struct shown_condition *s = &r->conditions[i];
        if (!streq(s->name, fact))
            continue;
        const char *own = s->text ? s->text : TR(c, "not readable");
        text = text ? arena_printf(c->arena, TR(c, "%s and %s"), text, own) : own;
    }
    return text;
}
