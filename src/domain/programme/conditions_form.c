/* A form's conditions back to the document. */
#include "base/json.h"
#include "base/text.h"
#include "domain/programme/conditions.h"
#include "domain/registration/registration.h"

#include <stdlib.h>

/* "when.3.value" of PREFIX "when": 3 and "value". */
static bool split_name(const char *name, const char *prefix, size_t *k, const char **part)
{
    size_t n = strlen(prefix);
    if (strncmp(name, prefix, n) != 0 || name[n] != '.' || name[n + 1] < '0' || name[n + 1] > '9')
        return false;
    char *end;
    unsigned long number = strtoul(name + n + 1, &end, 10);
    if (*end != '.' || number >= RULES_MAX_CONDITIONS)
        return false;
    *k = number;
    *part = end + 1;
    return true;
}

static void take_fact(
    struct call *c, const struct vocabulary *words, const char *name, struct shown_condition *s)
{
    s->name = name;
    s->fact = rules_fact_of(words, name);
    s->label = s->fact ? registration_fact_label(c, s->fact) : name;
}

static void take_part(struct call *c, const struct vocabulary *words, const char *part, const char *value,
    struct shown_condition *s, bool *dropped)
{
    const char *error;
    if (streq(part, "fact"))
        take_fact(c, words, value, s);
    else if (streq(part, "op"))
        s->op = value;
    else if (streq(part, "drop"))
        *dropped = true;
    else if (streq(part, "plain"))
        s->plain = json_read(c->arena, value, strlen(value), &error);
    else if (streq(part, "value") && *value && s->n < CONDITION_VALUES)
        s->value[s->n++] = value;
}

/* Several numbers or texts are typed into one input, with semicolons between them. */
static void split_values(struct call *c, struct shown_condition *s)
{
    const char *typed = s->n == 1 ? s->value[0] : NULL;
    bool picked = !s->fact || s->fact->kind == FACT_CHOICE || s->fact->kind == FACT_SET;
    if (!typed || picked || !condition_takes_many(s->op))
        return;
    s->n = 0;
    while (*typed && s->n < CONDITION_VALUES) {
        size_t n = strcspn(typed, ";");
        const char *one = text_squeeze(c->arena, arena_strndup(c->arena, typed, n));
        if (*one)
            s->value[s->n++] = one;
        typed += n + (typed[n] == ';');
    }
}

/* A condition that was just picked: its first operator with the value that is nearest at hand. */
static void add_new(struct call *c, const struct vocabulary *words, const char *name, struct shown_rule *out)
{
    if (!*name || !rules_fact_of(words, name) || out->n == RULES_MAX_CONDITIONS)
        return;
    struct shown_condition *s = &out->conditions[out->n++];
    size_t n;
    take_fact(c, words, name, s);
    s->op = condition_operators(c, s->fact, &n)[0].value;
    switch (s->fact->kind) {
    case FACT_BOOL: break;
    case FACT_CHOICE:
    case FACT_SET: s->value[s->n++] = s->fact->n_options ? s->fact->options[0] : ""; break;
    case FACT_DATE: s->value[s->n++] = date_iso(c->arena, date_in(c->catalog->zone, c->now)); break;
    case FACT_TEXT: s->value[s->n++] = "?"; break;
    default: s->value[s->n++] = "0"; break;
    }
}

void conditions_given(struct call *c, const struct vocabulary *words, const char *prefix,
    const struct given *given, size_t n, struct shown_rule *out)
{
    struct shown_condition all[RULES_MAX_CONDITIONS] = {0};
    bool dropped[RULES_MAX_CONDITIONS] = {0};
    const char *part;
    size_t k;
    *out = (struct shown_rule){
        .conditions = ARENA_ARRAY(c->arena, RULES_MAX_CONDITIONS + 1, struct shown_condition)};
    for (size_t i = 0; i < n; i++)
        if (given[i].value.kind == VALUE_TEXT && split_name(given[i].name, prefix, &k, &part))
            take_part(c, words, part, given[i].value.s, &all[k], &dropped[k]);
    for (k = 0; k < RULES_MAX_CONDITIONS; k++) {
        if (!all[k].name || dropped[k])
            continue;
        split_values(c, &all[k]);
        out->conditions[out->n++] = all[k];
    }
    const char *add = arena_printf(c->arena, "%s.add", prefix);
    for (size_t i = 0; i < n; i++)
        if (given[i].value.kind == VALUE_TEXT && streq(given[i].name, add))
            add_new(c, words, given[i].value.s, out);
}

/* ---- as JSON ---- */

static void complain(struct call *c, const char *prefix, size_t k, const char *message)
{
    (void)!call_field(c, arena_printf(c->arena, "%s.%zu.value", prefix, k), message);
}

static json_t *values_json(struct call *c, const struct vocabulary *words, const char *prefix, size_t k,
    const struct shown_condition *s)
{
    bool many = condition_takes_many(s->op);
    json_t *list = json_array();
    const char *wrong = s->n ? NULL : TR(c, "is needed");
    for (size_t i = 0; i < s->n && !wrong && (many || i == 0); i++) {
        json_t *v = fact_value_json(c, words, s->fact, s->value[i], &wrong);
        if (v)
            json_array_append_new(list, v);
    }
    if (wrong)
        complain(c, prefix, k, wrong);
    if (many)
        return list;
    json_t *one = json_incref(json_array_get(list, 0));
    json_decref(list);
    return one ? one : json_null();
}

static json_t *operand_json(struct call *c, const struct vocabulary *words, const char *prefix, size_t k,
    const struct shown_condition *s, const char **op)
{
    bool truth = streq(s->op, "true") || streq(s->op, "false");
    *op = truth ? "is" : streq(s->op, "unknown") ? "known" : s->op;
    if (truth)
        return json_boolean(streq(s->op, "true"));
    if (streq(*op, "known"))
        return json_boolean(streq(s->op, "known"));
    return values_json(c, words, prefix, k, s);
}

/* The short forms where the document has one: a plain value, a list. */
static json_t *short_form(const struct fact *f, const char *op, json_t *operand)
{
    if (streq(op, f->kind == FACT_SET ? "has_any" : "in") || (f->kind != FACT_SET && streq(op, "is")))
        return operand;
    if (streq(op, "has_all") && json_array_size(operand) == 1) {
        json_t *one = json_incref(json_array_get(operand, 0));
        json_decref(operand);
        return one;
    }
    return json_pack("{s:o}", op, operand);
}

static size_t times(const struct shown_rule *r, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        n += streq(r->conditions[i].name, name);
    return n;
}

static void add_json(struct call *c, const struct vocabulary *words, const char *prefix,
    const struct shown_rule *r, size_t k, json_t *when)
{
    const struct shown_condition *s = &r->conditions[k];
    const char *op;
    if (!s->fact || !s->op || (s->plain && !s->op)) { /* what the controls cannot hold stays as it is */
        json_object_set(when, s->name, s->plain ? (json_t *)(uintptr_t)s->plain : json_null());
        return;
    }
    json_t *operand = operand_json(c, words, prefix, k, s, &op);
    if (times(r, s->name) == 1) {
        json_object_set_new(when, s->name, short_form(s->fact, op, operand));
        return;
    }
    json_t *all = json_object_get(when, s->name);
    if (!json_is_object(all)) {
        json_object_set_new(when, s->name, json_object());
        all = json_object_get(when, s->name);
    }
    if (json_object_get(all, op))
        complain(c, prefix, k, TR(c, "This fact has a condition of this kind already."));
    json_object_set_new(all, op, operand);
}

json_t *conditions_json(
    struct call *c, const struct vocabulary *words, const char *prefix, const struct shown_rule *r)
{
    json_t *when = json_object();
    for (size_t k = 0; k < r->n; k++)
        add_json(c, words, prefix, r, k, when);
    return when;
}
