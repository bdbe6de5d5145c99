/* The conditions of a rule: "when": { "FACT": OPERAND, ... }. */
#include "base/text.h"
#include "engine/rules/internal.h"

#define TEXT_MAX 200 /* of an operand */

#define KIND(k)   (1U << FACT_##k)
#define NUMBERS   (KIND(INT) | KIND(REAL) | KIND(MONEY) | KIND(DATE))
#define WORDS     (KIND(TEXT) | KIND(CHOICE))
#define ALL_KINDS (KIND(BOOL) | NUMBERS | WORDS | KIND(SET))

static const struct operator_form {
    const char *name;
    unsigned kinds;    /* of facts that it fits */
    bool single, list; /* takes a plain value, an array */
    bool ordered;      /* of choices only ordered ones */
} operators[] = {
    [OP_IS] = {.name = "is", .kinds = ALL_KINDS & ~KIND(SET), .single = true},
    [OP_NOT] = {.name = "not", .kinds = ALL_KINDS & ~KIND(SET), .single = true},
    [OP_IN] = {.name = "in", .kinds = NUMBERS | WORDS, .list = true},
    [OP_NOT_IN] = {.name = "not_in", .kinds = NUMBERS | WORDS, .list = true},
    [OP_AT_LEAST] = {.name = "at_least", .kinds = NUMBERS | KIND(CHOICE), .single = true, .ordered = true},
    [OP_AT_MOST] = {.name = "at_most", .kinds = NUMBERS | KIND(CHOICE), .single = true, .ordered = true},
    [OP_ABOVE] = {.name = "above", .kinds = NUMBERS | KIND(CHOICE), .single = true, .ordered = true},
    [OP_BELOW] = {.name = "below", .kinds = NUMBERS | KIND(CHOICE), .single = true, .ordered = true},
    [OP_HAS_ANY] = {.name = "has_any", .kinds = KIND(SET), .single = true, .list = true},
    [OP_HAS_ALL] = {.name = "has_all", .kinds = KIND(SET), .single = true, .list = true},
    [OP_HAS_NONE] = {.name = "has_none", .kinds = KIND(SET), .single = true, .list = true},
    [OP_KNOWN] = {.name = "known", .kinds = ALL_KINDS, .single = true},
};

/* What "known" is compared with. */
static const struct fact yes_no = {.name = "known", .kind = FACT_BOOL};

/* The conditions of one rule while they are read. */
struct when {
    struct reading *r;
    struct condition conditions[RULES_MAX_CONDITIONS];
    size_t n;
    bool sound;
};

static void wrong(struct when *w, const char *path, const char *message)
{
    complain(w->r, path, "%s", message);
    w->sound = false;
}

static bool fits(enum rule_operator op, const struct fact *f)
{
    const struct operator_form *form = &operators[op];
    return (form->kinds >> f->kind & 1) && (!form->ordered || f->kind != FACT_CHOICE || f->ordered);
}

static const struct coded *operand_codes(
    struct arena *a, const struct fact *f, const struct value *operands, size_t n)
{
    struct coded *codes = ARENA_ARRAY(a, f->kind == FACT_SET ? 1 : n, struct coded);
    for (size_t i = 0; i < n; i++) {
        const struct coded code = code_value(f, &operands[i]);
        if (f->kind == FACT_SET)
            codes[0] = (struct coded){.known = true, .bits = codes[0].bits | code.bits};
        else
            codes[i] = code;
    }
    return codes;
}

/* The operands of one operator into OUT; how many, 0 when something was wrong. */
static size_t operands_read(struct when *w, const char *path, const struct fact *f, enum rule_operator op,
    const json_t *j, struct value *out)
{
    bool list = json_is_array(j);
    size_t n = list ? json_array_size(j) : 1;
    if (list && !operators[op].list) {
        wrong(w, path, tr(w->r->lang, "Give one value, not a list."));
        return 0;
    }
    if (!list && !operators[op].single) {
        wrong(w, path, tr(w->r->lang, "Give a list of values."));
        return 0;
    }
    if (n == 0 || n > RULES_MAX_OPERANDS) {
        wrong(w, path, arena_printf(w->r->a, tr(w->r->lang, "Give 1 to %d values."), RULES_MAX_OPERANDS));
        return 0;
    }
    bool sound = true;
    for (size_t i = 0; i < n; i++) {
        const char *message = scalar_read(w->r, f, list ? json_array_get(j, i) : j, &out[i]);
        if (!message && f->kind == FACT_TEXT && (out[i].len == 0 || utf8_length(out[i].s) > TEXT_MAX))
            message = arena_printf(w->r->a, tr(w->r->lang, "Enter 1 to %d characters."), TEXT_MAX);
        if (message) {
            wrong(w, path, message);
            sound = false;
        }
    }
    return sound ? n : 0;
}

static void condition_read(
    struct when *w, const char *path, size_t fact, enum rule_operator op, const json_t *j)
{
    struct arena *a = w->r->a;
    if (!fits(op, &w->r->words->facts[fact])) {
        wrong(w, path, tr(w->r->lang, "This operator does not fit the fact."));
        return;
    }
    const struct fact *compared = op == OP_KNOWN ? &yes_no : &w->r->words->facts[fact];
    struct value operands[RULES_MAX_OPERANDS];
    size_t n = operands_read(w, path, compared, op, j, operands);
    if (!n)
        return;
    if (w->n == RULES_MAX_CONDITIONS) {
        wrong(w, path,
            arena_printf(a, tr(w->r->lang, "A rule has at most %d conditions."), RULES_MAX_CONDITIONS));
        return;
    }
    struct value *kept = ARENA_ARRAY(a, n, struct value);
    memcpy(kept, operands, n * sizeof *kept);
    w->conditions[w->n++] = (struct condition){.fact = fact,
        .op = op,
        .operands = kept,
        .n_operands = n,
        .codes = operand_codes(a, compared, kept, n)};
}

static bool operator_find(const char *name, enum rule_operator *op)
{
    for (size_t i = 0; i < COUNT(operators); i++)
        if (streq(operators[i].name, name)) {
            *op = (enum rule_operator)i;
            return true;
        }
    return false;
}

static void operators_read(struct when *w, const char *path, size_t fact, const json_t *j)
{
    if (json_object_size(j) == 0)
        wrong(w, path, tr(w->r->lang, "Name an operator, as in {\"at_least\": 2}."));
    const char *name;
    json_t *operand;
    json_object_foreach((json_t *)j, name, operand)
    {
        const char *at = arena_printf(w->r->a, "%s.%s", path, name);
        enum rule_operator op;
        if (operator_find(name, &op))
            condition_read(w, at, fact, op, operand);
        else
            wrong(w, at, tr(w->r->lang, "There is no operator of this name."));
    }
}

static void fact_read(struct when *w, const char *path, size_t fact, const json_t *j)
{
    const struct fact *f = &w->r->words->facts[fact];
    size_t first = w->n;
    if (f->kind == FACT_SET && f->n_options > RULES_MAX_SET_OPTIONS)
        wrong(w, path, tr(w->r->lang, "A fact with so many options cannot be used in a rule."));
    else if (json_is_object(j))
        operators_read(w, path, fact, j);
    else if (json_is_array(j))
        condition_read(w, path, fact, f->kind == FACT_SET ? OP_HAS_ANY : OP_IN, j);
    else
        condition_read(w, path, fact, f->kind == FACT_SET ? OP_HAS_ALL : OP_IS, j);
    for (size_t i = first; i < w->n; i++)
        for (size_t k = i + 1; k < w->n; k++)
            if (condition_excludes(w->r->words, &w->conditions[i], &w->conditions[k]))
                wrong(w, path, tr(w->r->lang, "These conditions never hold together."));
}

bool when_read(struct reading *r, const char *path, const json_t *when, struct rule *rule)
{
    struct when w = {.r = r, .sound = true};
    if (when && !json_is_object(when))
        wrong(&w, path, tr(r->lang, "Give an object of facts and what they need."));
    const char *name;
    json_t *operand;
    json_object_foreach((json_t *)when, name, operand)
    {
        const char *at = arena_printf(r->a, "%s.%s", path, name);
        size_t fact = rules_fact(r->words, name);
        if (fact < r->words->n)
            fact_read(&w, at, fact, operand);
        else
            wrong(&w, at, tr(r->lang, "There is no fact of this name."));
    }
    rule->n_conditions = w.n;
    rule->conditions = ARENA_ARRAY(r->a, w.n, struct condition);
    memcpy(rule->conditions, w.conditions, w.n * sizeof *w.conditions);
    return w.sound;
}

enum status rules_when_read(struct arena *a, const json_t *when, const struct vocabulary *words,
    enum lang lang, struct rule *rule, struct problem **problem)
{
    struct reading r = {.a = a, .words = words, .lang = lang};
    bool sound = when_read(&r, "when", when, rule);
    *problem = r.problem;
    return sound ? OK : REFUSED;
}
