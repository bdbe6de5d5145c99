#include "domain/programme/parts.h"

#include "domain/registration/registration.h"

#include <stdlib.h>

/* ---- rules ---- */

const struct rule_table rule_tables[] = {{"rules", "examples", N_("Registrations"), true},
    {"extension_rules", "extension_examples", N_("Extensions"), false}};
const size_t n_rule_tables = COUNT(rule_tables);

const struct rule_table *rule_table(const char *name)
{
    for (size_t i = 0; i < n_rule_tables; i++)
        if (streq(rule_tables[i].name, name))
            return &rule_tables[i];
    return NULL;
}

const struct vocabulary *rule_table_words(const struct programme *p, const struct rule_table *t)
{
    return t == &rule_tables[0] ? &p->words : &p->extension_words;
}

const struct ruleset *rule_table_set(const struct programme *p, const struct rule_table *t)
{
    return t == &rule_tables[0] ? &p->rules : &p->extension_rules;
}

static const char *in_language(const json_t *v, const char *lang)
{
    return json_is_object(v)   ? json_string_value(json_object_get(v, lang))
           : streq(lang, "en") ? json_string_value(v)
                               : NULL;
}

struct rule_head rule_head(const json_t *rule)
{
    const json_t *name = json_object_get(rule, "name"), *sentence = json_object_get(rule, "sentence");
    return (struct rule_head){.id = json_string_value(json_object_get(rule, "id")),
        .name = in_language(name, "en"),
        .name_de = in_language(name, "de"),
        .sentence = in_language(sentence, "en"),
        .sentence_de = in_language(sentence, "de"),
        .outcome = json_string_value(json_object_get(rule, "outcome")),
        .protection_days = json_integer_value(json_object_get(rule, "protection_days")),
        .review_hours = json_integer_value(json_object_get(rule, "review_hours")),
        .benefit_percent = json_number_value(json_object_get(rule, "benefit_percent")),
        .working_hours = json_is_true(json_object_get(rule, "working_hours")),
        .queue = json_string_value(json_object_get(rule, "queue")),
        .next_step = json_string_value(json_object_get(rule, "next_step"))};
}

const char *rule_title(struct call *c, const struct rule_head *r)
{
    const char *name = call_lang(c) == LANG_DE && r->name_de ? r->name_de : r->name;
    return name && *name ? name : r->id ? r->id : TR(c, "without a name");
}

const char *outcome_label(struct call *c, const char *outcome, const char **mark)
{
    static const struct {
        const char *key, *label, *mark;
    } outcomes[] = {{"approve", N_("Approve"), "ok"}, {"review", N_("Review"), "review"},
        {"decline", N_("Decline"), "no"}};
    *mark = "gone";
    for (size_t i = 0; i < COUNT(outcomes); i++)
        if (streq(outcomes[i].key, outcome)) {
            *mark = outcomes[i].mark;
            return TR(c, outcomes[i].label);
        }
    return TR(c, "No outcome");
}

static const char *next_step_text(struct call *c, const char *key)
{
    static const struct option steps[] = {{"waitlist", N_("join the waitlist")},
        {"ask", N_("ask what has to happen first")}, {"dispute", N_("say why you disagree")},
        {"account_team", N_("ask the account team")}, {"requirement", N_("meet what is missing")}, {0}};
    const char *label = option_label(call_lang(c), steps, key);
    return label ? label : "";
}

const char *outcome_then(struct call *c, const struct programme *p, const struct rule_head *r, bool benefit)
{
    if (streq(r->outcome, "approve")) {
        const char *days = quantity_text(c, (double)r->protection_days, "days");
        return benefit ? arena_printf(c->arena, "%s, %s", days, quantity_text(c, r->benefit_percent, "%"))
                       : days;
    }
    if (streq(r->outcome, "review")) {
        const char *queue = catalog_label(call_lang(c), &p->catalog, "queues", r->queue);
        return arena_printf(c->arena, r->working_hours ? TR(c, "%d working hours, %s") : TR(c, "%d h, %s"),
            (int)r->review_hours, queue ? queue : "?");
    }
    return streq(r->outcome, "decline") ? next_step_text(c, r->next_step) : "";
}

/* ---- lists ---- */

const struct list_form list_forms[] = {
    {.name = "tiers",
        .label = N_("Tiers"),
        .one = N_("Tier"),
        .hint = N_("Lowest first: the order is the one of \"at least Gold\"."),
        .members = ITEM_LABEL_DE},
    {.name = "types", .label = N_("Partner types"), .one = N_("Partner type"), .members = ITEM_LABEL_DE},
    {.name = "territories",
        .label = N_("Territories"),
        .one = N_("Territory"),
        .hint = N_("Countries by their two letters; a country may be in several."),
        .members = ITEM_LABEL_DE | ITEM_COUNTRIES},
    {.name = "product_lines",
        .label = N_("Product lines"),
        .one = N_("Product line"),
        .hint = N_("What partners register for. One that leaves the list can no longer be registered; what "
                   "has been registered stays."),
        .members = ITEM_ACTIVE,
        .empty = N_("None in the programme: they are kept by hand, under Product lines. Those that you add "
                    "here are changed and published with the rules.")},
    {.name = "queues",
        .label = N_("Queues"),
        .one = N_("Queue"),
        .hint = N_("Where reviews wait for a person."),
        .members = ITEM_LABEL_DE | ITEM_ROLE},
    {.name = "stages",
        .label = N_("Stages"),
        .one = N_("Stage"),
        .hint = N_("Of the pipeline, in their order: how likely a deal is won there, what it counts for in "
                   "the forecast, what it must have to enter."),
        .members = ITEM_LABEL_DE | ITEM_STAGE},
    {.name = "benefits",
        .label = N_("Benefits"),
        .one = N_("Benefit"),
        .hint = N_("What partners of a tier get; shown with the rules."),
        .members = ITEM_LABEL_DE | ITEM_TIERS},
    {.name = "industries",
        .label = N_("Industries"),
        .one = N_("Industry"),
        .hint = N_("Of accounts and leads, and those that a partner knows."),
        .members = ITEM_LABEL_DE},
    {.name = "languages",
        .label = N_("Languages"),
        .one = N_("Language"),
        .hint = N_("Of leads, and those that a partner speaks."),
        .members = ITEM_LABEL_DE},
};
const size_t n_list_forms = COUNT(list_forms);

const struct option queue_role_options[] = {{"operations", N_("Channel operations")},
    {"partner_manager", N_("Partner manager")}, {"account_owner", N_("Owner of the account")},
    {"admin", N_("Administrator")}, {0}};

const struct list_form *list_form(const char *name)
{
    for (size_t i = 0; i < n_list_forms; i++)
        if (streq(list_forms[i].name, name))
            return &list_forms[i];
    return NULL;
}

/* ---- values in words ---- */

static const char *short_json(struct arena *a, const json_t *v)
{
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
    const char *copy = arena_strdup(a, text ? text : "");
    free(text);
    return copy;
}

/* Texts and numbers of a list with commas between, by their labels. */
static const char *list_text(struct call *c, const json_t *v, const struct option *options)
{
    struct buf b = buf_in(c->arena, 1 << 16);
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *one = json_array_get(v, i);
        const char *key = json_string_value(one);
        buf_addf(&b, "%s%s", i ? ", " : "",
            key ? option_label(call_lang(c), options, key) : short_json(c->arena, one));
    }
    return b.len ? buf_str(&b) : TR(c, "none");
}

const char *setting_text(struct call *c, const struct setting *s, const json_t *v)
{
    if (!v)
        return TR(c, "none");
    if (json_is_array(v))
        return list_text(c, v,
            s->kind == SETTING_ROLES      ? role_options
            : s->kind == SETTING_WEEKDAYS ? weekday_options
                                          : NULL);
    if (json_is_boolean(v))
        return json_is_true(v) ? TR(c, "yes") : TR(c, "no");
    if (json_is_integer(v))
        return quantity_text(c, (double)json_integer_value(v), s->unit);
    return json_is_string(v) ? json_string_value(v) : short_json(c->arena, v);
}

static const char *tiers_text(struct call *c, const struct programme *p, const json_t *v)
{
    struct buf b = buf_in(c->arena, 1 << 14);
    for (size_t i = 0; i < json_array_size(v); i++) {
        const char *tier =
            catalog_label(call_lang(c), &p->catalog, "tiers", json_string_value(json_array_get(v, i)));
        buf_addf(&b, "%s%s", i ? ", " : "", tier ? tier : "?");
    }
    return b.len ? buf_str(&b) : TR(c, "none");
}

const char *member_text(struct call *c, const struct programme *p, const char *member, const json_t *v)
{
    if (streq(member, "tiers"))
        return tiers_text(c, p, v);
    if (streq(member, "role") && json_is_string(v))
        return option_label(call_lang(c), queue_role_options, json_string_value(v));
    if (streq(member, "forecast") && json_is_string(v))
        return option_label(call_lang(c), forecast_options, json_string_value(v));
    if (!v || json_is_null(v))
        return TR(c, "none");
    if (json_is_array(v))
        return list_text(c, v, streq(member, "requires") ? stage_need_options : NULL);
    if (json_is_boolean(v))
        return json_is_true(v) ? TR(c, "yes") : TR(c, "no");
    return json_is_string(v) ? json_string_value(v) : short_json(c->arena, v);
}
