/* Rules and examples compared, in words. */
#include "domain/programme/changes.h"
#include "domain/programme/conditions.h"
#include "domain/programme/parts.h"
#include "domain/registration/registration.h"

/* One rule on both sides. */
struct pair {
    struct call *c;
    const struct rule_table *table;
    const struct programme *from, *to;
    const json_t *before, *after;
    const char *key, *where;
    struct programme_changes *out;
};

static void value(struct pair *p, const char *what)
{
    change_add(p->c, p->out, CHANGE_VALUE, p->table->name, p->key, p->where, what);
}

static const char *rule_where(struct call *c, const json_t *rule, size_t place)
{
    struct rule_head h = rule_head(rule);
    return arena_printf(c->arena, TR(c, "Rule %zu %s"), place + 1, rule_title(c, &h));
}

/* ---- heads ---- */

/* Where two texts begin to differ, at the start of a word; and how much of their ends is the same. */
static void differing_part(const char *a, const char *b, size_t *first, size_t *last)
{
    size_t n_a = strlen(a), n_b = strlen(b), same = 0, end = 0;
    *first = 0;
    for (; a[same] && a[same] == b[same]; same++)
        if (a[same] == ' ')
            *first = same + 1;
    *last = 0;
    while (end < n_a - *first && end < n_b - *first && a[n_a - end - 1] == b[n_b - end - 1])
        if (a[n_a - ++end] == ' ')
            *last = end;
}

/* Of sentences only the words that differ: "… 150,000: → 250,000: …". */
static const char *text_change(struct pair *p, const char *a, const char *b)
{
    size_t first, last;
    struct arena *arena = p->c->arena;
    if (!a || !b)
        return arena_printf(arena, "%s → %s", a ? a : TR(p->c, "none"), b ? b : TR(p->c, "none"));
    differing_part(a, b, &first, &last);
    size_t n_a = strlen(a) - first - last, n_b = strlen(b) - first - last;
    if (strlen(a) < 60 || !n_a || !n_b)
        return arena_printf(arena, "%s → %s", a, b);
    return arena_printf(arena, "%s%.*s → %.*s%s", first ? "… " : "", (int)n_a, a + first, (int)n_b, b + first,
        last ? " …" : "");
}

static void differ_texts(struct pair *p)
{
    struct rule_head a = rule_head(p->before), b = rule_head(p->after);
    const struct {
        const char *label, *before, *after;
    } texts[] = {{N_("name"), a.name, b.name}, {N_("German name"), a.name_de, b.name_de},
        {N_("sentence"), a.sentence, b.sentence}, {N_("German sentence"), a.sentence_de, b.sentence_de}};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!streq(texts[i].before, texts[i].after) && (texts[i].before || texts[i].after))
            value(p, arena_printf(p->c->arena, "%s: %s", TR(p->c, texts[i].label),
                         text_change(p, texts[i].before, texts[i].after)));
}

static const char *outcome_words(
    struct call *c, const struct programme *p, const struct rule_table *t, const json_t *rule)
{
    struct rule_head h = rule_head(rule);
    const char *mark, *label = outcome_label(c, h.outcome, &mark);
    const char *then = outcome_then(c, p, &h, t->benefit);
    return *then ? arena_printf(c->arena, "%s, %s", label, then) : label;
}

static void differ_outcome(struct pair *p)
{
    const char *a = outcome_words(p->c, p->from, p->table, p->before),
               *b = outcome_words(p->c, p->to, p->table, p->after);
    if (!streq(a, b))
        value(p, arena_printf(p->c->arena, TR(p->c, "then: %s → %s"), a, b));
}

/* ---- conditions ---- */

static void read_side(struct pair *p, const struct programme *of, const json_t *rule, struct shown_rule *out)
{
    p->c->catalog = &of->catalog;
    conditions_read(p->c, of, rule_table_words(of, p->table), json_object_get(rule, "when"), out);
}

static const struct shown_condition *first_on(const struct shown_rule *r, const char *fact, size_t *n)
{
    const struct shown_condition *found = NULL;
    *n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (streq(r->conditions[i].name, fact) && ++*n == 1)
            found = &r->conditions[i];
    return found;
}

/* "at least Gold → Silver": where only the value changes, the operator is said once. */
static const char *second_text(
    struct pair *p, const struct shown_condition *a, const struct shown_condition *b)
{
    if (!streq(a->op, b->op) || a->n != 1 || b->n != 1 || !b->fact || condition_takes_many(b->op))
        return b->text;
    struct rules_words words = registration_words(p->c, p->to);
    struct rule rule = {0};
    struct problem *problem = NULL;
    const char *wrong;
    json_t *v = fact_value_json(p->c, rule_table_words(p->to, p->table), b->fact, b->value[0], &wrong);
    json_t *when = v ? json_pack("{s:o}", b->name, v) : NULL;
    const char *text = b->text;
    if (when &&
        rules_when_read(
            p->c->arena, when, rule_table_words(p->to, p->table), call_lang(p->c), &rule, &problem) == OK &&
        rule.n_conditions)
        text = rules_condition_text(p->c->arena, b->fact, &rule.conditions[0], &words);
    json_decref(when);
    return text;
}

static void differ_fact(struct pair *p, const struct shown_rule *a, const struct shown_rule *b,
    const char *fact, const char *label)
{
    size_t n_a, n_b;
    const struct shown_condition *one = first_on(a, fact, &n_a), *other = first_on(b, fact, &n_b);
    const char *before = conditions_text(p->c, a, fact), *after = conditions_text(p->c, b, fact);
    if (n_a == 1 && n_b == 1 && one->text && other->text && !streq(before, after))
        after = second_text(p, one, other);
    if (!streq(before, after))
        value(p, arena_printf(p->c->arena, "%s: %s → %s", label, before ? before : TR(p->c, "any"),
                     after ? after : TR(p->c, "any")));
}

static void differ_conditions(struct pair *p)
{
    struct shown_rule a, b;
    size_t n;
    read_side(p, p->from, p->before, &a);
    read_side(p, p->to, p->after, &b);
    for (size_t i = 0; i < a.n; i++)
        if (first_on(&a, a.conditions[i].name, &n) == &a.conditions[i])
            differ_fact(p, &a, &b, a.conditions[i].name, a.conditions[i].label);
    for (size_t i = 0; i < b.n; i++)
        if (!first_on(&a, b.conditions[i].name, &n) &&
            first_on(&b, b.conditions[i].name, &n) == &b.conditions[i])
            differ_fact(p, &a, &b, b.conditions[i].name, b.conditions[i].label);
}

static void differ_rule(struct pair *p)
{
    size_t before = p->out->n;
    if (json_equal(p->before, p->after))
        return;
    differ_texts(p);
    differ_conditions(p);
    differ_outcome(p);
    if (p->out->n == before)
        value(p, TR(p->c, "written in another way, to the same meaning"));
}

void changes_rules(struct call *c, const char *table, const struct programme *from,
    const struct programme *to, struct programme_changes *out)
{
    const json_t *before = json_object_get(from->document, table),
                 *after = json_object_get(to->document, table);
    const struct rule_table *t = rule_table(table);
    const bool *moved = changes_moved(c, before, after, "id");
    for (size_t i = 0; i < json_array_size(before); i++) {
        const json_t *rule = json_array_get(before, i);
        const char *id = json_string_value(json_object_get(rule, "id"));
        if (!element_by(after, "id", id, NULL))
            change_add(c, out, CHANGE_REMOVED, table, id, rule_where(c, rule, i), TR(c, "removed"));
    }
    for (size_t i = 0; i < json_array_size(after); i++) {
        const json_t *rule = json_array_get(after, i);
        const char *id = json_string_value(json_object_get(rule, "id"));
        size_t was = i;
        const json_t *old = element_by(before, "id", id, &was);
        struct pair p = {c, t, from, to, old, rule, id, rule_where(c, rule, i), out};
        if (!old)
            change_add(c, out, CHANGE_ADDED, table, id, p.where,
                arena_printf(c->arena, TR(c, "added: %s"), outcome_words(c, to, t, rule)));
        else if (moved[i])
            change_add(c, out, CHANGE_MOVED, table, id, p.where,
                arena_printf(c->arena, TR(c, "moved from place %zu to %zu"), was + 1, i + 1));
        if (old)
            differ_rule(&p);
    }
}

/* ---- examples ---- */

static const char *expectation(struct call *c, const json_t *rules, const json_t *example)
{
    const char *mark, *id = json_string_value(json_object_get(example, "rule"));
    const char *label = outcome_label(c, json_string_value(json_object_get(example, "expect")), &mark);
    const json_t *rule = id ? element_by(rules, "id", id, NULL) : NULL;
    struct rule_head head = rule_head(rule);
    return id ? arena_printf(c->arena, "%s (%s)", label, rule ? rule_title(c, &head) : id) : label;
}

void changes_examples(struct call *c, const char *table, const struct programme *from,
    const struct programme *to, struct programme_changes *out)
{
    const struct rule_table *t = rule_table(table);
    const json_t *before = json_object_get(from->document, t->examples),
                 *after = json_object_get(to->document, t->examples);
    const json_t *old_rules = json_object_get(from->document, table),
                 *rules = json_object_get(to->document, table);
    for (size_t i = 0; i < json_array_size(before); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(before, i), "name"));
        if (!element_by(after, "name", name, NULL))
            change_add(c, out, CHANGE_REMOVED, t->examples, name,
                arena_printf(c->arena, TR(c, "Example \"%s\""), name ? name : "?"), TR(c, "removed"));
    }
    for (size_t i = 0; i < json_array_size(after); i++) {
        const json_t *example = json_array_get(after, i);
        const char *name = json_string_value(json_object_get(example, "name"));
        const json_t *old = element_by(before, "name", name, NULL);
        const char *where = arena_printf(c->arena, TR(c, "Example \"%s\""), name ? name : "?");
        if (!old)
            change_add(c, out, CHANGE_ADDED, t->examples, name, where,
                arena_printf(c->arena, TR(c, "added: expects %s"), expectation(c, rules, example)));
        else if (!streq(expectation(c, old_rules, old), expectation(c, rules, example)))
            change_add(c, out, CHANGE_VALUE, t->examples, name, where,
                arena_printf(c->arena, TR(c, "expects %s → %s"), expectation(c, old_rules, old),
                    expectation(c, rules, example)));
        if (old && !json_equal(json_object_get(old, "facts"), json_object_get(example, "facts")))
            change_add(c, out, CHANGE_VALUE, t->examples, name, where, TR(c, "other facts"));
    }
}
