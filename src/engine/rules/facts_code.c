/* Stored facts straight to what conditions compare, without a tree: a hundred thousand of them in a moment.
 */
#include "base/json.h"
#include "base/time.h"
#include "engine/rules/internal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

struct cursor {
    struct arena *a;
    const struct vocabulary *words;
    const bool *needed;
    struct coded *out;
    const char *p;
    size_t next; /* the fact that comes next where names are in order */
    size_t fact; /* of the value under way; words->n: one that is not needed */
};

static bool take(struct cursor *c, char mark)
{
    if (*c->p != mark)
        return false;
    c->p++;
    return true;
}

/* A string without escapes: its bytes. */
static bool take_text(struct cursor *c, const char **text, size_t *n)
{
    if (!take(c, '"'))
        return false;
    *text = c->p;
    *n = strcspn(c->p, "\"\\");
    c->p += *n;
    return take(c, '"');
}

static void find_fact(struct cursor *c, const char *name, size_t n)
{
    c->fact = c->words->n;
    for (size_t k = 0; k < c->words->n; k++) {
        size_t i = (c->next + k) % c->words->n;
        const char *other = c->words->facts[i].name;
        if (strncmp(other, name, n) == 0 && other[n] == 0) {
            c->next = i + 1;
            if (c->needed[i])
                c->fact = i;
            return;
        }
    }
}

static void set_text(struct cursor *c, const char *text, size_t n)
{
    const struct fact *f = &c->words->facts[c->fact];
    struct coded *out = &c->out[c->fact];
    struct date day;
    size_t option;
    if (f->kind == FACT_TEXT)
        *out = (struct coded){.known = true, .s = arena_strndup(c->a, text, n)};
    else if (f->kind == FACT_CHOICE && option_index(f, text, n, &option))
        *out = (struct coded){.known = true, .i = (int64_t)option};
    else if (f->kind == FACT_DATE && n == 10 && date_parse(arena_strndup(c->a, text, n), &day))
        *out = (struct coded){.known = true, .i = day.days};
}

/* As scalar.c has it: nothing that an amount cannot be. */
static void set_money(struct cursor *c, double v)
{
    double minor = v * (double)money_scale(c->words), whole = round(minor);
    if (fabs(whole) <= RULES_INTEGER_MAX && fabs(minor - whole) <= 1e-6 + fabs(minor) * 4 * DBL_EPSILON)
        c->out[c->fact] = (struct coded){.known = true, .i = (int64_t)whole};
}

static void set_integer(struct cursor *c, int64_t v)
{
    if (v <= RULES_INTEGER_MAX && v >= -RULES_INTEGER_MAX)
        c->out[c->fact] = (struct coded){.known = true, .i = v};
}

static bool take_number(struct cursor *c)
{
    const char *text = c->p;
    char *end;
    size_t digits = strspn(c->p, "-0123456789"), all = strspn(c->p, "-+.eE0123456789");
    double v = strtod(c->p, &end);
    if (end == c->p || (size_t)(end - c->p) != all)
        return false;
    c->p = end;
    if (c->fact == c->words->n)
        return true;
    enum fact_kind kind = c->words->facts[c->fact].kind;
    if (kind == FACT_REAL)
        c->out[c->fact] = (struct coded){.known = true, .r = v};
    else if (kind == FACT_MONEY)
        set_money(c, v);
    else if (kind == FACT_INT && digits == all)
        set_integer(c, strtoll(text, NULL, 10));
    return true;
}

static bool take_truth(struct cursor *c)
{
    bool yes = strncmp(c->p, "true", 4) == 0;
    if (!yes && strncmp(c->p, "false", 5) != 0)
        return false;
    c->p += yes ? 4 : 5;
    if (c->fact < c->words->n && c->words->facts[c->fact].kind == FACT_BOOL)
        c->out[c->fact] = (struct coded){.known = true, .i = yes};
    return true;
}

/* Members of a set; what its fact does not have is left out. */
static bool take_members(struct cursor *c)
{
    const struct fact *f = c->fact < c->words->n ? &c->words->facts[c->fact] : NULL;
    struct coded set = {.known = f && f->kind == FACT_SET && f->n_options <= RULES_MAX_SET_OPTIONS};
    const char *text;
    size_t n, option;
    if (!take(c, '['))
        return false;
    while (!take(c, ']')) {
        if (!take_text(c, &text, &n))
            return false;
        if (set.known && option_index(f, text, n, &option))
            set.bits |= UINT64_C(1) << option;
        if (!take(c, ',') && *c->p != ']')
            return false;
    }
    if (set.known)
        c->out[c->fact] = set;
    return true;
}

static bool take_value(struct cursor *c)
{
    const char *text;
    size_t n;
    if (*c->p == '"') {
        if (!take_text(c, &text, &n))
            return false;
        if (c->fact < c->words->n)
            set_text(c, text, n);
        return true;
    }
    return *c->p == '[' ? take_members(c) : *c->p == 't' || *c->p == 'f' ? take_truth(c) : take_number(c);
}

static bool take_all(struct cursor *c)
{
    const char *name;
    size_t n;
    if (!take(c, '{'))
        return false;
    while (!take(c, '}')) {
        if (!take_text(c, &name, &n) || !take(c, ':'))
            return false;
        find_fact(c, name, n);
        if (!take_value(c) || (!take(c, ',') && *c->p != '}'))
            return false;
    }
    return *c->p == 0;
}

/* Whatever is not in the plain form: with escapes, or written by somebody else. */
static void read_slowly(struct cursor *c, const char *json)
{
    struct value *values = ARENA_ARRAY(c->a, c->words->n, struct value);
    struct problem *gone;
    const char *error;
    json_t *tree = json_read(c->a, json, strlen(json), &error);
    (void)!rules_facts_read(c->a, tree, c->words, LANG_EN, values, &gone);
    for (size_t i = 0; i < c->words->n; i++)
        c->out[i] = c->needed[i] ? code_value(&c->words->facts[i], &values[i]) : (struct coded){0};
}

void rules_facts_code(
    struct arena *a, const struct vocabulary *words, const bool *needed, const char *json, struct coded *out)
{
    struct cursor c = {.a = a, .words = words, .needed = needed, .out = out, .p = json};
    memset(out, 0, words->n * sizeof *out);
    if (!take_all(&c))
        read_slowly(&c, json);
}
