/* The controls of the rule or example that is open: filled from the draft, or from what a refused form gave.
 */
#include "domain/programme/document_edit.h"
#include "domain/programme/draft_view.h"
#include "domain/registration/registration.h"

#include <stdlib.h>

struct editing {
    struct call *c;
    struct page_request *r;
    const struct programme *programme;
    const struct rule_table *table;
    bool refused; /* the form that is shown again */
};

/* ---- one condition ---- */

static void fill_options(
    struct editing *e, const struct shown_condition *s, bool many, struct condition_control *k)
{
    k->options = fact_options(e->c, e->programme, s->fact, &k->n_options);
    k->value = s->n ? s->value[0] : "";
    if (!many)
        return;
    k->checked = ARENA_ARRAY(e->c->arena, k->n_options + 1, bool);
    for (size_t i = 0; i < k->n_options; i++)
        for (size_t n = 0; n < s->n; n++)
            k->checked[i] |= streq(k->options[i].value, s->value[n]);
}

static void fill_input(struct editing *e, const struct shown_condition *s, struct condition_control *k)
{
    const struct fact *f = s->fact;
    struct buf b = buf_in(e->c->arena, 1 << 14);
    for (size_t i = 0; i < s->n; i++)
        buf_addf(&b, "%s%s", i ? "; " : "", s->value[i]);
    k->value = buf_str(&b);
    k->type = f->kind == FACT_DATE && !condition_takes_many(s->op) ? "date" : "text";
    k->inputmode = f->kind == FACT_INT                            ? "numeric"
                   : f->kind == FACT_TEXT || f->kind == FACT_DATE ? NULL
                                                                  : "decimal";
    k->unit = f->kind == FACT_MONEY ? e->programme->catalog.currency : streq(f->unit, "%") ? "%" : NULL;
    if (f->unit && !k->unit)
        k->unit = streq(f->unit, "days")     ? TR(e->c, "days")
                  : streq(f->unit, "months") ? TR(e->c, "months")
                                             : f->unit;
}

static const char *problem_at(struct editing *e, const char *name)
{
    return e->refused ? field_message(e->r, arena_printf(e->c->arena, "%s.value", name)) : NULL;
}

static struct condition_control control(
    struct editing *e, const char *prefix, size_t k, const struct shown_condition *s)
{
    struct condition_control out = {.name = arena_printf(e->c->arena, "%s.%zu", prefix, k),
        .label = s->label,
        .fact = s->name,
        .op = s->op,
        .error = s->wrong};
    if (problem_at(e, out.name))
        out.error = problem_at(e, out.name);
    if (!s->fact || !s->op) {
        char *plain = json_dumps(s->plain, JSON_ENCODE_ANY | JSON_COMPACT);
        out.plain = arena_strdup(e->c->arena, plain ? plain : "null");
        free(plain);
        return out;
    }
    out.ops = condition_operators(e->c, s->fact, &out.n_ops);
    out.takes_value = condition_takes_value(s->op);
    if (s->fact->kind == FACT_CHOICE || s->fact->kind == FACT_SET)
        fill_options(e, s, condition_takes_many(s->op), &out);
    else if (s->fact->kind != FACT_BOOL)
        fill_input(e, s, &out);
    return out;
}

/* ---- a rule ---- */

static struct part_field field(
    struct editing *e, const char *prefix, const char *name, const char *label, const char *present)
{
    const char *given = e->refused ? given_text(e->r, name) : NULL;
    return (struct part_field){.id = arena_printf(e->c->arena, "%s-%s", prefix, name),
        .name = name,
        .label = label,
        .value = given     ? given
                 : present ? present
                           : "",
        .error = e->refused ? field_message(e->r, name) : NULL};
}

static void choose(struct editing *e, struct part_field *f, const struct option *options)
{
    struct part_option *o = ARENA_ARRAY(e->c->arena, 12, struct part_option);
    f->kind = PART_SELECT;
    f->options = o;
    for (; options->key && f->n_options < 12; options++)
        o[f->n_options++] = (struct part_option){options->key, TR(e->c, options->label)};
}

static void choose_queue(struct editing *e, struct part_field *f)
{
    const struct catalog_list *queues = catalog_find(&e->programme->catalog, "queues");
    struct part_option *o = ARENA_ARRAY(e->c->arena, queues->n + 1, struct part_option);
    f->kind = PART_SELECT;
    f->options = o;
    for (size_t i = 0; i < queues->n; i++)
        o[f->n_options++] =
            (struct part_option){queues->items[i].key, queues->items[i].label[call_lang(e->c)]};
}

static const char *whole(struct editing *e, int64_t n, int64_t otherwise)
{
    return arena_printf(e->c->arena, "%lld", (long long)(n ? n : otherwise));
}

static void fill_outcome(struct editing *e, const struct rule_head *h, struct rule_edit *out)
{
    static const struct option outcomes[] = {
        {"approve", N_("Approve")}, {"review", N_("Review")}, {"decline", N_("Decline")}, {0}};
    static const struct option clocks[] = {{"0", N_("hours by the clock")}, {"1", N_("working hours")}, {0}};
    struct call *c = e->c;
    out->outcome = field(e, "r", "outcome", TR(c, "Outcome"), h->outcome);
    choose(e, &out->outcome, outcomes);
    out->days = field(e, "r", "protection_days", TR(c, "Protection, days"), whole(e, h->protection_days, 60));
    out->percent = field(
        e, "r", "benefit_percent", TR(c, "Margin, %"), arena_printf(c->arena, "%.15g", h->benefit_percent));
    out->queue = field(e, "r", "queue", TR(c, "Queue"), h->queue);
    choose_queue(e, &out->queue);
    out->hours = field(e, "r", "review_hours", TR(c, "Answer within"), whole(e, h->review_hours, 24));
    out->working = field(e, "r", "working_hours", TR(c, "Counted as"), h->working_hours ? "1" : "0");
    choose(e, &out->working, clocks);
    out->next = field(e, "r", "next_step", TR(c, "What the partner can do"), h->next_step);
    choose(e, &out->next, draft_next_steps);
    out->benefit = e->table->benefit;
}

static void fill_conditions(struct editing *e, const json_t *rule, struct rule_edit *out)
{
    struct shown_rule s;
    const struct vocabulary *words = rule_table_words(e->programme, e->table);
    if (e->refused)
        conditions_given(e->c, words, "when", e->r->given, e->r->n_given, &s);
    else
        conditions_read(e->c, e->programme, words, json_object_get(rule, "when"), &s);
    for (size_t i = 0; i < s.n; i++) {
        enum fact_group g = fact_group(s.conditions[i].name);
        out->conditions[g][out->n[g]++] = control(e, "when", i, &s.conditions[i]);
    }
}

static struct rule_edit *edit_rule(struct editing *e, const json_t *rule)
{
    struct rule_edit *out = ARENA_NEW(e->c->arena, struct rule_edit);
    struct rule_head h = rule_head(rule);
    struct call *c = e->c;
    out->table = e->table->name;
    out->refused = e->refused;
    out->id = field(e, "r", "id", TR(c, "Id"), h.id);
    out->id.hint = TR(c, "Keep it when you change the rule: reports count by it.");
    out->name = field(e, "r", "name", TR(c, "Name"), h.name);
    out->name_de = field(e, "r", "name_de", TR(c, "German name"), h.name_de);
    out->name_de.optional = true;
    out->sentence = field(e, "r", "sentence", TR(c, "Sentence"), h.sentence);
    out->sentence.kind = PART_AREA;
    out->sentence.hint = TR(c, "What partners read: what holds, and what is next.");
    out->sentence_de = field(e, "r", "sentence_de", TR(c, "German sentence"), h.sentence_de);
    out->sentence_de.kind = PART_AREA;
    out->sentence_de.optional = true;
    fill_outcome(e, &h, out);
    fill_conditions(e, rule, out);
    return out;
}

/* ---- an example ---- */

/* A value, not a condition: yes and no are picked, too. */
static struct condition_control fact_control(struct editing *e, size_t i, struct shown_condition *s)
{
    bool truth = s->fact && s->fact->kind == FACT_BOOL;
    const char *value =
        truth && (streq(s->op, "true") || (s->n && streq(s->value[0], "true"))) ? "true" : "false";
    s->op = !s->fact ? NULL : s->fact->kind == FACT_SET ? "has_any" : "is";
    struct condition_control k = control(e, "facts", i, s);
    if (truth) {
        struct part_option *yes_no = ARENA_ARRAY(e->c->arena, 2, struct part_option);
        yes_no[0] = (struct part_option){"true", TR(e->c, "yes")};
        yes_no[1] = (struct part_option){"false", TR(e->c, "no")};
        k.options = yes_no;
        k.n_options = 2;
        k.value = value;
    }
    return k;
}

static struct example_edit *edit_example(
    struct editing *e, const json_t *example, const struct rules_part *part)
{
    static const struct option outcomes[] = {
        {"approve", N_("Approve")}, {"review", N_("Review")}, {"decline", N_("Decline")}, {0}};
    struct call *c = e->c;
    struct example_edit *out = ARENA_NEW(c->arena, struct example_edit);
    struct shown_rule s;
    const struct vocabulary *words = rule_table_words(e->programme, e->table);
    out->name = field(e, "x", "name", TR(c, "Name"), json_string_value(json_object_get(example, "name")));
    out->expect = field(
        e, "x", "expect", TR(c, "Expected answer"), json_string_value(json_object_get(example, "expect")));
    choose(e, &out->expect, outcomes);
    out->rule =
        field(e, "x", "rule", TR(c, "By the rule"), json_string_value(json_object_get(example, "rule")));
    struct part_option *o = ARENA_ARRAY(c->arena, part->n + 2, struct part_option);
    o[0] = (struct part_option){"", TR(c, "any rule")};
    size_t n = 1;
    for (size_t i = 0; i < part->n; i++)
        if (!part->rules[i].removed)
            o[n++] = (struct part_option){part->rules[i].id, part->rules[i].name};
    out->rule.kind = PART_SELECT;
    out->rule.options = o;
    out->rule.n_options = n;
    if (e->refused)
        conditions_given(c, words, "facts", e->r->given, e->r->n_given, &s);
    else
        conditions_read(c, e->programme, words, json_object_get(example, "facts"), &s);
    out->facts = ARENA_ARRAY(c->arena, s.n + 1, struct condition_control);
    for (size_t i = 0; i < s.n; i++)
        out->facts[out->n++] = fact_control(e, i, &s.conditions[i]);
    return out;
}

/* ---- which one ---- */

/* "latest": the one that the draft's last step made, which the form could not know. */
static const char *asked_for(
    struct page_request *r, const struct draft_view *v, const char *what, bool *refused)
{
    const char *given = r->problem ? given_text(r, what) : NULL;
    const char *asked = given ? given : page_query(r, what);
    *refused = given != NULL;
    return streq(asked, "latest") ? v->latest : asked;
}

void draft_open_rule(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct rule_table *t, const struct draft_read *read, struct rules_part *out)
{
    struct editing e = {.c = c, .r = r, .programme = &read->programme, .table = t};
    const json_t *document = read->programme.document;
    const char *id = asked_for(r, v, "rule", &e.refused);
    for (size_t i = 0; id && !page_query(r, "example") && i < out->n; i++)
        if (!out->rules[i].removed && streq(out->rules[i].id, id))
            out->rules[i].edit =
                edit_rule(&e, json_array_get(json_object_get(document, t->name), out->rules[i].number - 1));
    const char *name = asked_for(r, v, "example", &e.refused);
    for (size_t i = 0; name && i < out->n_examples; i++)
        if (streq(out->examples[i].name, name))
            out->examples[i].edit =
                edit_example(&e, json_array_get(json_object_get(document, t->examples), i), out);
}
