/* Rules of a draft: added, changed, moved, removed. What is wrong with them is told, not refused. */
#include "base/json.h"
#include "base/text.h"
#include "domain/programme/changes.h"
#include "domain/programme/conditions.h"
#include "domain/programme/document_edit.h"
#include "domain/programme/draft.h"
#include "domain/programme/parts.h"

static const struct option table_options[] = {
    {"rules", N_("Registrations")}, {"extension_rules", N_("Extensions")}, {0}};
static const struct option outcome_options[] = {
    {"approve", N_("Approve")}, {"review", N_("Review")}, {"decline", N_("Decline")}, {0}};
const struct option draft_next_steps[] = {{"waitlist", N_("join the waitlist")},
    {"ask", N_("ask what has to happen first")}, {"dispute", N_("say why you disagree")},
    {"account_team", N_("ask the account team")}, {"requirement", N_("meet what is missing")}, {0}};

/* One struct for both: what is not given stays, of a new rule it gets a beginning. */
struct rule_input {
    const char *table, *rule, *id;
    const char *name, *name_de, *sentence, *sentence_de;
    const char *when, *outcome;
    int64_t protection_days;
    double benefit_percent;
    const char *queue;
    int64_t review_hours;
    bool working_hours;
    const char *next_step;
};

#define TABLE_FIELD                                                                                          \
    FIELD(struct rule_input, table, .label = N_("Table"), .form = FORM_CHOICE, .options = table_options,     \
        .hint = N_("Left out: the rules of registrations."))
#define RULE_FIELDS                                                                                          \
    FIELD(struct rule_input, id, .label = N_("Id"), .max = 48,                                               \
        .hint = N_("Small letters, digits and underscores. Keep it when you change the rule: reports count " \
                   "by it."),                                                                                \
        .example = "large_deal"),                                                                            \
        FIELD(struct rule_input, name, .label = N_("Name"), .max = 80, .example = "Large deal"),             \
        FIELD(struct rule_input, name_de, .label = N_("German name"), .max = 80,                             \
            .example = "Großes Geschäft"),                                                                   \
        FIELD(struct rule_input, sentence, .label = N_("Sentence"), .max = 300,                              \
            .hint = N_("What partners read: what holds, and what is next."),                                 \
            .example = "Above 500,000 a person decides."),                                                   \
        FIELD(struct rule_input, sentence_de, .label = N_("German sentence"), .max = 300,                    \
            .example = "Über 500.000 entscheidet ein Mensch."),                                              \
        FIELD(struct rule_input, when, .label = N_("When"), .form = FORM_JSON,                               \
            .hint = N_("Conditions as docs/rules.md describes them, all of which must hold."),               \
            .example = "{\"registration.amount\":{\"at_least\":500000}}"),                                   \
        FIELD(struct rule_input, outcome, .label = N_("Then"), .form = FORM_CHOICE,                          \
            .options = outcome_options, .example = "review"),                                                \
        FIELD(struct rule_input, protection_days, .label = N_("Protection, days"), .min = 1, .max = 730),    \
        FIELD(                                                                                               \
            struct rule_input, benefit_percent, .label = N_("Additional margin, %"), .min = 0, .max = 100),  \
        FIELD(struct rule_input, queue, .label = N_("Queue"), .example = "operations"),                      \
        FIELD(struct rule_input, review_hours, .label = N_("Answer within, hours"), .min = 1, .max = 720,    \
            .example = "48"),                                                                                \
        FIELD(struct rule_input, working_hours, .label = N_("Counted in working hours")),                    \
        FIELD(struct rule_input, next_step, .label = N_("What the partner can do"), .form = FORM_CHOICE,     \
            .options = draft_next_steps)

static const struct field add_fields[] = {TABLE_FIELD,
    FIELD(struct rule_input, rule, .label = N_("Before the rule"),
        .hint = N_("Its id; left out: before the last one, which takes what is left."), .example = "named"),
    RULE_FIELDS};
static const struct field set_fields[] = {TABLE_FIELD,
    FIELD(struct rule_input, rule, .label = N_("Rule"), .required = true, .example = "named"), RULE_FIELDS};

static const char *table_of(const struct rule_input *in)
{
    return in->table ? in->table : "rules";
}

/* ---- one rule's JSON ---- */

static bool given(const struct call *c, const char *name)
{
    int at = field_find(c->verb->in, c->verb->n_in, name);
    return c->given >> at & 1;
}

/* A text per language: a plain one as long as there is no German one. */
static void set_text(
    struct call *c, json_t *rule, const char *key, const char *key_de, const char *en, const char *de)
{
    struct rule_head h = rule_head(rule);
    bool name = streq(key, "name");
    const char *old = name ? h.name : h.sentence, *old_de = name ? h.name_de : h.sentence_de;
    if (!given(c, key) && !given(c, key_de))
        return;
    en = given(c, key) ? en : old;
    de = given(c, key_de) ? de : old_de;
    en = en ? arena_strdup(c->arena, en) : "";
    de = de ? arena_strdup(c->arena, de) : NULL;
    json_object_set_new(rule, key, de && *de ? json_pack("{s:s,s:s}", "en", en, "de", de) : json_string(en));
}

/* The members that belong to an outcome; those of the others go. */
static void set_outcome(struct call *c, json_t *rule, const struct rule_input *in)
{
    static const struct {
        const char *outcome, *keys[3];
    } of[] = {{"approve", {"protection_days", "benefit_percent"}},
        {"review", {"queue", "review_hours", "working_hours"}}, {"decline", {"next_step"}}};
    if (in->outcome)
        json_object_set_new(rule, "outcome", json_string(in->outcome));
    const char *outcome = json_string_value(json_object_get(rule, "outcome"));
    const struct {
        const char *key;
        json_t *v;
    } values[] = {{"protection_days", json_integer(in->protection_days)},
        {"benefit_percent", number_json(in->benefit_percent)}, {"queue", json_string(in->queue)},
        {"review_hours", json_integer(in->review_hours)}, {"working_hours", json_boolean(in->working_hours)},
        {"next_step", json_string(in->next_step)}};
    for (size_t i = 0; i < COUNT(values); i++) {
        if (given(c, values[i].key) && values[i].v)
            json_object_set(rule, values[i].key, values[i].v);
        json_decref(values[i].v);
    }
    if (!json_is_true(json_object_get(rule, "working_hours")))
        json_object_del(rule, "working_hours");
    for (size_t i = 0; outcome && i < COUNT(of); i++)
        for (size_t k = 0; k < COUNT(of[i].keys) && of[i].keys[k] && !streq(of[i].outcome, outcome); k++)
            json_object_del(rule, of[i].keys[k]);
}

/* From a form by its controls, else as JSON. */
static enum status set_when(struct call *c, struct draft_edit *e, json_t *rule, const struct rule_input *in)
{
    const char *error;
    if (in->when) {
        json_t *when = json_read(c->arena, in->when, strlen(in->when), &error);
        json_object_set(rule, "when", when);
        return OK;
    }
    if (!c->n_open)
        return OK;
    struct draft_read read;
    struct shown_rule conditions;
    TRY(draft_read(c, c->row_id, &read));
    const struct vocabulary *words = rule_table_words(&read.programme, rule_table(table_of(in)));
    conditions_given(c, words, "when", c->open, c->n_open, &conditions);
    json_object_set_new(rule, "when", conditions_json(c, words, "when", &conditions));
    (void)e;
    return OK;
}

static enum status fill(struct call *c, struct draft_edit *e, json_t *rule, const struct rule_input *in)
{
    set_text(c, rule, "name", "name_de", in->name, in->name_de);
    set_text(c, rule, "sentence", "sentence_de", in->sentence, in->sentence_de);
    set_outcome(c, rule, in);
    return set_when(c, e, rule, in);
}

/* ---- verbs ---- */

static enum status table_list(struct call *c, struct draft_edit *e, const char *table, json_t **list)
{
    *list = json_object_get(e->document, table);
    if (!*list && json_object_set_new(e->document, table, json_array()) == 0)
        *list = json_object_get(e->document, table);
    return json_is_array(*list) ? OK : call_field(c, "table", TR(c, "is not a list in this document"));
}

static enum status find_rule(
    struct call *c, struct draft_edit *e, const struct rule_input *in, json_t **list, size_t *place)
{
    TRY(table_list(c, e, table_of(in), list));
    return element_by(*list, "id", in->rule, place)
               ? OK
               : call_field(c, "rule", TR(c, "is no rule of this draft"));
}

static enum status add_run(struct call *c)
{
    const struct rule_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    TRY(check_key(c, "id", in->id));
    TRY(draft_open(c, &e));
    TRY(table_list(c, &e, table_of(in), &list));
    size_t place = json_array_size(list) ? json_array_size(list) - 1 : 0;
    if (in->rule && !element_by(list, "id", in->rule, &place))
        return call_field(c, "rule", TR(c, "is no rule of this draft"));
    const char *name = in->name ? in->name : TR(c, "New rule");
    const char *id = free_key(c, list, "id", in->id ? in->id : name);
    const json_t *queue = json_object_get(json_array_get(json_object_get(e.document, "queues"), 0), "key");
    json_t *rule = json_pack("{s:s,s:s,s:s,s:{},s:s,s:i}", "id", id, "name", name, "sentence",
        TR(c, "A person reads this and answers within 24 hours."), "when", "outcome", "review",
        "review_hours", 24);
    if (queue)
        json_object_set(rule, "queue", (json_t *)(uintptr_t)queue);
    json_array_insert_new(list, place, rule);
    TRY(fill(c, &e, rule, in));
    c->result = NULL;
    return draft_store(c, &e, id);
}

const struct verb draft_add_rule = {
    .noun = &programme_draft_noun,
    .name = "add_rule",
    .label = N_("Add a rule"),
    .done = N_("Rule added"),
    .summary = N_("Add a rule to a draft."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .open = "when",
    .from = draft_open_states,
    INPUT(struct rule_input, add_fields),
    .run = add_run,
    .example = {.fields = "rule,id,name,sentence,when,outcome,queue,review_hours"},
};

static enum status set_run(struct call *c)
{
    const struct rule_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(check_key(c, "id", in->id));
    TRY(draft_open(c, &e));
    TRY(find_rule(c, &e, in, &list, &place));
    json_t *rule = json_array_get(list, place);
    if (in->id && !streq(in->id, in->rule)) {
        if (element_by(list, "id", in->id, NULL))
            return call_field(c, "id", TR(c, "is in use already"));
        json_object_set_new(rule, "id", json_string(in->id));
    }
    TRY(fill(c, &e, rule, in));
    return draft_store(c, &e, in->id ? in->id : in->rule);
}

const struct verb draft_set_rule = {
    .noun = &programme_draft_noun,
    .name = "set_rule",
    .label = N_("Change a rule"),
    .done = N_("Rule changed"),
    .summary = N_("Change a rule of a draft; what is not given stays."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .partial = true,
    .open = "when",
    .from = draft_open_states,
    INPUT(struct rule_input, set_fields),
    .run = set_run,
    .example = {.fields = "rule,review_hours"},
};

struct move_input {
    const char *table, *rule;
    int64_t place;
    const char *step;
};
static const struct field move_fields[] = {
    FIELD(struct move_input, table, .label = N_("Table"), .form = FORM_CHOICE, .options = table_options),
    FIELD(struct move_input, rule, .label = N_("Rule"), .required = true, .example = "named"),
    FIELD(struct move_input, place, .label = N_("To the place"), .min = 1, .max = RULES_MAX),
    FIELD(struct move_input, step, .label = N_("Or one step"), .form = FORM_CHOICE, .options = move_steps,
        .example = "up"),
};

static enum status move_run(struct call *c)
{
    const struct move_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(draft_open(c, &e));
    TRY(find_rule(c, &e, &(struct rule_input){.table = in->table, .rule = in->rule}, &list, &place));
    move_element(list, place, in->place, in->step);
    return draft_store(c, &e, in->rule);
}

const struct verb draft_move_rule = {
    .noun = &programme_draft_noun,
    .name = "move_rule",
    .label = N_("Move a rule"),
    .done = N_("Rule moved"),
    .summary = N_("Try a rule earlier or later."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .from = draft_open_states,
    INPUT(struct move_input, move_fields),
    .run = move_run,
    .example = {.fields = "rule,step"},
};

struct remove_input {
    const char *table, *rule;
};
static const struct field remove_fields[] = {
    FIELD(struct remove_input, table, .label = N_("Table"), .form = FORM_CHOICE, .options = table_options),
    FIELD(struct remove_input, rule, .label = N_("Rule"), .required = true, .example = "small_deal"),
};

static enum status remove_run(struct call *c)
{
    const struct remove_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(draft_open(c, &e));
    TRY(find_rule(c, &e, &(struct rule_input){.table = in->table, .rule = in->rule}, &list, &place));
    json_array_remove(list, place);
    return draft_store(c, &e, in->rule);
}

const struct verb draft_remove_rule = {
    .noun = &programme_draft_noun,
    .name = "remove_rule",
    .label = N_("Remove a rule"),
    .done = N_("Rule removed"),
    .summary = N_("Take a rule out of a draft."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .from = draft_open_states,
    INPUT(struct remove_input, remove_fields),
    .run = remove_run,
    .example = {.fields = "rule"},
};
