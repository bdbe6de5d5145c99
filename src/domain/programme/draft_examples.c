/* Example cases of a draft: facts with the answer that they must get; also made from a real registration. */
#include "base/json.h"
#include "base/text.h"
#include "domain/programme/changes.h"
#include "domain/programme/conditions.h"
#include "domain/programme/document_edit.h"
#include "domain/programme/draft.h"
#include "domain/programme/parts.h"
#include "domain/registration/registration.h"

static const struct option table_options[] = {
    {"rules", N_("Registrations")}, {"extension_rules", N_("Extensions")}, {0}};
static const struct option outcome_options[] = {
    {"approve", N_("Approve")}, {"review", N_("Review")}, {"decline", N_("Decline")}, {0}};

struct example_input {
    const char *table, *example;
    const char *name, *facts, *expect, *rule;
    struct ref registration_id;
};

#define EXAMPLE_FIELDS                                                                                       \
    FIELD(struct example_input, name, .label = N_("Name"), .max = 120, .example = "A small deal"),           \
        FIELD(struct example_input, facts, .label = N_("Facts"), .form = FORM_JSON,                          \
            .hint = N_("By name; what is left out is not known."),                                           \
            .example = "{\"partner.tier\":\"gold\",\"registration.amount\":20000}"),                         \
        FIELD(struct example_input, expect, .label = N_("Expected answer"), .form = FORM_CHOICE,             \
            .options = outcome_options, .example = "approve"),                                               \
        FIELD(struct example_input, rule, .label = N_("By the rule"), .max = 48,                             \
            .hint = N_("Its id, where it matters."), .example = "certified_free")

static const struct field add_fields[] = {
    FIELD(struct example_input, table, .label = N_("Table"), .form = FORM_CHOICE, .options = table_options),
    FIELD(struct example_input, registration_id, .label = N_("From a registration"), .ref = "registration",
        .hint = N_("Its facts and its answer become the example.")),
    EXAMPLE_FIELDS};
static const struct field set_fields[] = {
    FIELD(struct example_input, table, .label = N_("Table"), .form = FORM_CHOICE, .options = table_options),
    FIELD(struct example_input, example, .label = N_("Example"), .required = true,
        .hint = N_("Its present name."), .example = "Gold, two certified, free account"),
    EXAMPLE_FIELDS};
static const struct field remove_fields[] = {
    FIELD(struct example_input, table, .label = N_("Table"), .form = FORM_CHOICE, .options = table_options),
    FIELD(struct example_input, example, .label = N_("Example"), .required = true,
        .example = "Gold, two certified, free account")};

static const struct rule_table *table_of(const struct example_input *in)
{
    return rule_table(in->table ? in->table : "rules");
}

static enum status example_list(
    struct call *c, struct draft_edit *e, const struct rule_table *t, json_t **list)
{
    *list = json_object_get(e->document, t->examples);
    if (!*list && json_object_set_new(e->document, t->examples, json_array()) == 0)
        *list = json_object_get(e->document, t->examples);
    return json_is_array(*list) ? OK : call_field(c, "table", TR(c, "is not a list in this document"));
}

/* ---- facts ---- */

static json_t *given_value(
    struct call *c, const struct vocabulary *words, const struct shown_condition *s, size_t k)
{
    const char *wrong = s->n ? NULL : TR(c, "is needed");
    bool set = s->fact->kind == FACT_SET;
    if (s->fact->kind == FACT_BOOL && !s->n) /* just added */
        return json_true();
    json_t *list = json_array();
    for (size_t i = 0; i < s->n && !wrong; i++) {
        json_t *v = fact_value_json(c, words, s->fact, s->value[i], &wrong);
        if (v)
            json_array_append_new(list, v);
    }
    if (wrong && !set)
        (void)call_field(c, arena_printf(c->arena, "facts.%zu.value", k), wrong);
    if (set)
        return list;
    json_t *one = json_incref(json_array_get(list, 0));
    json_decref(list);
    return one ? one : json_false();
}

static enum status given_facts(struct call *c, const struct rule_table *t, json_t *example)
{
    struct draft_read read;
    struct shown_rule facts;
    TRY(draft_read(c, c->row_id, &read));
    const struct vocabulary *words = rule_table_words(&read.programme, t);
    conditions_given(c, words, "facts", c->open, c->n_open, &facts);
    json_t *all = json_object();
    for (size_t k = 0; k < facts.n; k++) {
        const struct shown_condition *s = &facts.conditions[k];
        if (s->fact)
            json_object_set_new(all, s->name, given_value(c, words, s, k));
        else
            json_object_set(all, s->name, s->plain ? (json_t *)(uintptr_t)s->plain : json_null());
    }
    json_object_set_new(example, "facts", all);
    return OK;
}

/* What was known when it was decided, as far as the draft's rules know the words, and the answer it got. */
static enum status from_registration(
    struct call *c, const struct rule_table *t, const struct example_input *in, json_t *example)
{
    struct value args[1] = {v_int(in->registration_id.id)};
    struct rows rows;
    struct draft_read read;
    const char *error, *name;
    json_t *v;
    TRY(db_query(c->db, c->arena, &rows,
        "select d.facts, d.outcome, d.rule, r.company, d.created from decision d "
        "join registration r on r.id = d.registration_id "
        "where d.registration_id = $1 and d.kind = 'registration' and d.rule is not null order by d.id limit "
        "1",
        args, 1));
    if (!rows.n)
        return call_field(c, "registration_id", TR(c, "was not decided by rules"));
    TRY(draft_read(c, c->row_id, &read));
    const struct vocabulary *words = rule_table_words(&read.programme, t);
    const char *text = cell_string(&rows, 0, 0);
    json_t *facts = json_object();
    const json_t *stored = json_read(c->arena, text, strlen(text), &error);
    json_object_foreach((json_t *)(uintptr_t)stored, name, v) if (rules_fact_of(words, name))
        json_object_set(facts, name, v);
    json_object_set_new(example, "facts", facts);
    json_object_set_new(example, "expect", json_string(cell_text(&rows, 0, 1)));
    json_object_set_new(example, "rule", json_string(cell_text(&rows, 0, 2)));
    struct instant at = {cell_int(&rows, 0, 4)};
    json_object_set_new(example, "name",
        json_string(arena_printf(
            c->arena, "%s, %s", cell_text(&rows, 0, 3), date_iso(c->arena, date_in(c->catalog->zone, at)))));
    return OK;
}

static enum status fill(struct call *c, const struct example_input *in, json_t *example)
{
    const char *error;
    if (in->name)
        json_object_set_new(example, "name", json_string(in->name));
    if (in->expect)
        json_object_set_new(example, "expect", json_string(in->expect));
    int at = field_find(c->verb->in, c->verb->n_in, "rule");
    if (in->rule && *in->rule)
        json_object_set_new(example, "rule", json_string(in->rule));
    else if (c->given >> at & 1)
        json_object_del(example, "rule");
    if (in->facts)
        json_object_set(example, "facts", json_read(c->arena, in->facts, strlen(in->facts), &error));
    else if (c->n_open)
        TRY(given_facts(c, table_of(in), example));
    return OK;
}

/* Names tell examples apart. */
static void unique_name(struct call *c, const json_t *list, json_t *example)
{
    const char *base = json_string_value(json_object_get(example, "name")), *name = base;
    for (int i = 2; element_by(list, "name", name, NULL); i++)
        name = arena_printf(c->arena, "%s (%d)", base, i);
    if (!streq(name, base))
        json_object_set_new(example, "name", json_string(name));
}

/* ---- verbs ---- */

static enum status add_run(struct call *c)
{
    const struct example_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    TRY(draft_open(c, &e));
    TRY(example_list(c, &e, table_of(in), &list));
    json_t *example = json_pack("{s:s,s:{},s:s}", "name", TR(c, "New example"), "facts", "expect", "review");
    enum status s = in->registration_id.id ? from_registration(c, table_of(in), in, example) : OK;
    if (s == OK)
        s = fill(c, in, example);
    if (s == OK)
        unique_name(c, list, example);
    json_array_append_new(list, example);
    TRY(s);
    return draft_store(c, &e, json_string_value(json_object_get(example, "name")));
}

#define EXAMPLE_VERB(the_name, the_label, was_done, text, table, fn, ...)                                    \
    {                                                                                                        \
        .noun = &programme_draft_noun, .name = (the_name), .label = (the_label), .done = (was_done),         \
        .summary = (text), .on = ON_ROW, .roles = DRAFT_EDITORS, .hidden = true, .from = draft_open_states,  \
        INPUT(struct example_input, table), .run = (fn), __VA_ARGS__                                         \
    }

const struct verb draft_add_example = EXAMPLE_VERB("add_example", N_("Add an example"), N_("Example added"),
    N_("Add an example case to a draft, also from a real registration."), add_fields, add_run,
    .open = "facts", .example = {.fields = "name,expect,rule,facts"});

static enum status find_example(
    struct call *c, struct draft_edit *e, const struct example_input *in, json_t **list, size_t *place)
{
    TRY(draft_open(c, e));
    TRY(example_list(c, e, table_of(in), list));
    return element_by(*list, "name", in->example, place)
               ? OK
               : call_field(c, "example", TR(c, "is no example of this draft"));
}

static enum status set_run(struct call *c)
{
    const struct example_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(find_example(c, &e, in, &list, &place));
    if (in->name && !streq(in->name, in->example) && element_by(list, "name", in->name, NULL))
        return call_field(c, "name", TR(c, "is in use already"));
    TRY(fill(c, in, json_array_get(list, place)));
    return draft_store(c, &e, in->name ? in->name : in->example);
}

const struct verb draft_set_example = EXAMPLE_VERB("set_example", N_("Change an example"),
    N_("Example changed"), N_("Change an example case of a draft; what is not given stays."), set_fields,
    set_run, .open = "facts", .partial = true, .example = {.fields = "example,name"});

static enum status remove_run(struct call *c)
{
    const struct example_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(find_example(c, &e, in, &list, &place));
    json_array_remove(list, place);
    return draft_store(c, &e, in->example);
}

const struct verb draft_remove_example = EXAMPLE_VERB("remove_example", N_("Remove an example"),
    N_("Example removed"), N_("Take an example case out of a draft."), remove_fields, remove_run,
    .example = {.fields = "example"});
