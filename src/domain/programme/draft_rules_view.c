/* The rules of a draft as a table, with what differs from the version that it changes. */
#include "domain/programme/draft_view.h"
#include "domain/registration/registration.h"

size_t draft_problems_at(struct call *c, const struct problem *p, const char *path, const char ***out)
{
    size_t n = 0, length = strlen(path);
    const char **found = ARENA_ARRAY(c->arena, (p ? p->n_fields : 0) + 1, const char *);
    for (size_t i = 0; p && i < p->n_fields; i++) {
        const char *field = p->fields[i].field;
        if (strncmp(field, path, length) == 0 && strchr(".[", field[length]))
            found[n++] = p->fields[i].message;
    }
    *out = found;
    return n;
}

/* ---- cells: conditions of one group, beside what they were ---- */

struct comparing {
    struct call *c;
    const struct programme *base, *draft;
    const struct rule_table *table;
    bool final; /* only what will be */
};

static void shown(struct comparing *k, const struct programme *p, const json_t *rule, struct shown_rule *out)
{
    const struct catalog *catalog = k->c->catalog;
    k->c->catalog = &p->catalog;
    conditions_read(k->c, p, rule_table_words(p, k->table), json_object_get(rule, "when"), out);
    k->c->catalog = catalog;
}

static bool has_fact(const struct shown_rule *r, size_t before, const char *fact)
{
    for (size_t i = 0; i < before && i < r->n; i++)
        if (streq(r->conditions[i].name, fact))
            return true;
    return false;
}

static void say(struct comparing *k, const struct shown_rule *was, const struct shown_rule *is,
    const struct shown_condition *s, struct draft_rule *out)
{
    struct draft_cell *cell = &out->cells[fact_group(s->name)];
    const char *before = was ? conditions_text(k->c, was, s->name) : NULL;
    const char *after = conditions_text(k->c, is, s->name);
    bool differs = was && !k->final && !streq(before, after);
    cell->items[cell->n++] = (struct said_view){.label = s->label,
        .was = differs ? before : NULL,
        .is = after,
        .wrong = differs && !before ? NULL : s->wrong};
    if (differs && !before)
        cell->items[cell->n - 1].was = "";
}

static void fill_cells(
    struct comparing *k, const struct shown_rule *was, const struct shown_rule *is, struct draft_rule *out)
{
    for (size_t g = 0; g < GROUP_COUNT; g++)
        out->cells[g].items = ARENA_ARRAY(k->c->arena, 2 * RULES_MAX_CONDITIONS, struct said_view);
    for (size_t i = 0; i < is->n; i++)
        if (!has_fact(is, i, is->conditions[i].name))
            say(k, was, is, &is->conditions[i], out);
    for (size_t i = 0; was && !k->final && i < was->n; i++)
        if (!has_fact(was, i, was->conditions[i].name) && !has_fact(is, is->n, was->conditions[i].name))
            say(k, was, is, &was->conditions[i], out);
}

/* ---- rows ---- */

static void fill_outcome(struct comparing *k, const json_t *old, const json_t *rule, struct draft_rule *out)
{
    struct rule_head h = rule_head(rule), was = rule_head(old);
    const char *mark;
    out->outcome = outcome_label(k->c, h.outcome, &out->mark);
    out->then = outcome_then(k->c, k->draft, &h, k->table->benefit);
    if (!old || k->final)
        return;
    const char *before = outcome_label(k->c, was.outcome, &mark),
               *then = outcome_then(k->c, k->base, &was, k->table->benefit);
    out->was_outcome = streq(before, out->outcome) ? NULL : before;
    out->was_then = streq(then, out->then) ? NULL : then;
}

static void fill_rule(struct comparing *k, const json_t *rule, const json_t *old, struct draft_rule *out)
{
    struct rule_head h = rule_head(rule), was = rule_head(old);
    struct shown_rule is, before;
    out->table = k->table->name;
    out->id = h.id ? h.id : "";
    out->name = rule_title(k->c, &h);
    out->sentence = call_lang(k->c) == LANG_DE && h.sentence_de ? h.sentence_de : h.sentence;
    if (old && !k->final && !streq(rule_title(k->c, &was), out->name))
        out->was_name = rule_title(k->c, &was);
    shown(k, k->draft, rule, &is);
    if (old)
        shown(k, k->base, old, &before);
    fill_cells(k, old ? &before : NULL, &is, out);
    fill_outcome(k, old, rule, out);
}

/* What goes stands where it stood, as long as changes are shown. */
static void add_removed(
    struct comparing *k, const json_t *base, const json_t *draft, size_t place, struct rules_part *out)
{
    for (size_t i = place; i < json_array_size(base); i++) {
        const json_t *rule = json_array_get(base, i);
        if (element_by(draft, "id", rule_head(rule).id, NULL))
            return;
        struct comparing was = *k;
        was.draft = k->base;
        struct draft_rule *row = &out->rules[out->n++];
        fill_rule(&was, rule, NULL, row);
        row->removed = true;
    }
}

static void fill_rules(
    struct comparing *k, const struct draft_view *v, const struct problem *problems, struct rules_part *out)
{
    const json_t *base = json_object_get(k->base->document, k->table->name),
                 *draft = json_object_get(k->draft->document, k->table->name);
    size_t n = json_array_size(draft);
    const bool *moved = changes_moved(k->c, base, draft, "id");
    out->rules = ARENA_ARRAY(k->c->arena, n + json_array_size(base) + 1, struct draft_rule);
    if (!k->final)
        add_removed(k, base, draft, 0, out);
    for (size_t i = 0; i < n; i++) {
        const json_t *rule = json_array_get(draft, i);
        struct draft_rule *row = &out->rules[out->n++];
        size_t was = i;
        const json_t *old = element_by(base, "id", rule_head(rule).id, &was);
        fill_rule(k, rule, old, row);
        row->number = i + 1;
        row->first = i == 0;
        row->last = i + 1 == n;
        row->added = !old && !k->final;
        row->was_place = moved[i] && !k->final ? (int64_t)was + 1 : 0;
        row->n_problems = draft_problems_at(
            k->c, problems, arena_printf(k->c->arena, "%s[%zu]", k->table->name, i), &row->problems);
        row->href = arena_printf(k->c->arena, "%s%s&rule=%s#rule-%s", v->path, v->here, row->id, row->id);
        if (old && !k->final)
            add_removed(k, base, draft, was + 1, out);
    }
}

/* ---- examples ---- */

static const char *facts_line(struct comparing *k, const json_t *facts)
{
    struct shown_rule s;
    struct buf b = buf_in(k->c->arena, 1 << 16);
    const struct catalog *catalog = k->c->catalog;
    k->c->catalog = &k->draft->catalog;
    json_t *when = json_object();
    const char *name;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)facts, name, v) json_object_set(when, name, v);
    conditions_read(k->c, k->draft, rule_table_words(k->draft, k->table), when, &s);
    for (size_t i = 0; i < s.n; i++)
        buf_addf(&b, "%s%s: %s", b.len ? " · " : "", s.conditions[i].label,
            s.conditions[i].text ? s.conditions[i].text : TR(k->c, "not readable"));
    k->c->catalog = catalog;
    json_decref(when);
    return buf_str(&b);
}

static const char *failed_text(struct comparing *k, const struct trace_step *step)
{
    if (step->matched)
        return NULL;
    struct rules_words words = registration_words(k->c, k->draft);
    const struct condition *cond = &step->rule->conditions[step->failed_condition];
    const struct fact *f = &rule_table_words(k->draft, k->table)->facts[cond->fact];
    return arena_printf(k->c->arena, TR(k->c, "%s is not: %s"), registration_fact_label(k->c, f),
        rules_condition_text(k->c->arena, f, cond, &words));
}

/* Only rules that are good decide. Why is told of what fails, and of what was opened. */
static void try_example(
    struct comparing *k, const json_t *facts, const json_t *example, struct draft_example *out)
{
    const struct ruleset *set = rule_table_set(k->draft, k->table);
    const struct vocabulary *words = rule_table_words(k->draft, k->table);
    struct problem *problem = NULL;
    struct decision d;
    if (!set->n || !json_is_object(facts))
        return;
    struct value *values = ARENA_ARRAY(k->c->arena, words->n, struct value);
    (void)!rules_facts_read(k->c->arena, facts, words, call_lang(k->c), values, &problem);
    rules_decide(k->c->arena, set, values, &d);
    const char *rule = json_string_value(json_object_get(example, "rule"));
    out->tried = true;
    out->got = outcome_label(k->c, outcome_names[d.rule->outcome], &out->got_mark);
    out->by = rule_name(d.rule, call_lang(k->c));
    out->by_id = d.rule->id;
    out->passes =
        !problem &&
        streq(outcome_names[d.rule->outcome], json_string_value(json_object_get(example, "expect"))) &&
        (!rule || streq(rule, d.rule->id));
    if (out->passes && !out->open)
        return;
    out->facts = facts_line(k, facts);
    out->trace = ARENA_ARRAY(k->c->arena, d.n_trace + 1, struct trace_view);
    for (size_t i = 0; i < d.n_trace; i++)
        out->trace[out->n_trace++] = (struct trace_view){
            rule_name(d.trace[i].rule, call_lang(k->c)), failed_text(k, &d.trace[i]), d.trace[i].matched};
}

static void fill_examples(struct comparing *k, const struct draft_view *v, const struct problem *problems,
    const char *open, struct rules_part *out)
{
    const json_t *list = json_object_get(k->draft->document, k->table->examples);
    size_t n = json_array_size(list);
    out->examples = ARENA_ARRAY(k->c->arena, n + 1, struct draft_example);
    for (size_t i = 0; i < n; i++) {
        const json_t *example = json_array_get(list, i), *facts = json_object_get(example, "facts");
        struct draft_example *e = &out->examples[out->n_examples++];
        const char *name = json_string_value(json_object_get(example, "name"));
        const char **found;
        struct buf href = buf_in(k->c->arena, 4096);
        e->table = k->table->name;
        e->name = name ? name : "";
        buf_addf(&href, "%s%s&example=", v->path, v->here);
        buf_add_url(&href, e->name);
        buf_adds(&href, "#examples");
        e->href = buf_str(&href);
        e->expect =
            outcome_label(k->c, json_string_value(json_object_get(example, "expect")), &e->expect_mark);
        e->open = streq(open, e->name);
        if (draft_problems_at(
                k->c, problems, arena_printf(k->c->arena, "%s[%zu]", k->table->examples, i), &found))
            e->problem = found[0];
        try_example(k, facts, example, e);
        out->n_failing += e->tried && !e->passes;
    }
}

/* ---- what may be added ---- */

static void fill_facts(struct call *c, const struct vocabulary *words, struct rules_part *out)
{
    for (size_t g = 0; g < GROUP_COUNT; g++)
        out->facts[g] = ARENA_ARRAY(c->arena, words->n + 1, struct fact_choice);
    for (size_t i = 0; i < words->n; i++) {
        const struct fact *f = &words->facts[i];
        enum fact_group g = fact_group(f->name);
        if (f->kind != FACT_SET || f->n_options <= RULES_MAX_SET_OPTIONS)
            out->facts[g][out->n_facts[g]++] = (struct fact_choice){f->name, registration_fact_label(c, f)};
    }
}

enum status draft_rules_part(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct rule_table *t, const struct programme *base, const struct draft_read *read,
    struct rules_part *out)
{
    struct comparing k = {c, base, &read->programme, t, v->final};
    *out = (struct rules_part){.table = t};
    fill_rules(&k, v, read->problems, out);
    fill_examples(&k, v, read->problems, page_query(r, "example"), out);
    fill_facts(c, rule_table_words(&read->programme, t), out);
    out->registration.value = r->problem ? given_text(r, "registration_id") : NULL;
    out->registration.error = field_message(r, "registration_id");
    if (v->edits)
        draft_open_rule(c, r, v, t, read, out);
    return OK;
}
