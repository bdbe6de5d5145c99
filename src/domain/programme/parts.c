#include "domain/programme/parts.h"

#include "base/json.h"
#include "base/text.h"
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

/* ---- single values ---- */

const struct setting settings[] = {
    {.path = "programme.name",
        .section = N_("Programme"),
        .label = N_("Name of the programme"),
        .kind = SETTING_LINE},
    {.path = "programme.vendor",
        .section = N_("Programme"),
        .label = N_("Your company"),
        .kind = SETTING_LINE},
    {.path = "programme.currency",
        .section = N_("Programme"),
        .label = N_("Currency"),
        .kind = SETTING_CURRENCY},
    {.path = "programme.zone",
        .section = N_("Programme"),
        .label = N_("Time zone"),
        .hint = N_("Days end there."),
        .kind = SETTING_ZONE},
    {.path = "programme.direct_only_public",
        .section = N_("Programme"),
        .label = N_("Partners may know who is on the direct-only list"),
        .kind = SETTING_SWITCH,
        .otherwise = "false"},
    {.path = "programme.second_person",
        .section = N_("Publishing"),
        .label = N_("A second person publishes"),
        .hint = N_("Whoever wrote a draft cannot publish it."),
        .kind = SETTING_SWITCH,
        .otherwise = "true"},
    {.path = "roles.publish",
        .section = N_("Publishing"),
        .label = N_("Who may publish"),
        .kind = SETTING_ROLES,
        .otherwise = "[\"admin\",\"operations\"]"},
    {.path = "roles.second_override",
        .section = N_("Publishing"),
        .label = N_("Who may confirm an override"),
        .kind = SETTING_ROLES,
        .otherwise = "[\"admin\",\"operations\",\"partner_manager\"]"},
    {.path = "roles.decide_disputes",
        .section = N_("Publishing"),
        .label = N_("Who may decide disputes"),
        .kind = SETTING_ROLES,
        .otherwise = "[\"admin\",\"operations\",\"partner_manager\"]"},
    {.path = "roles.second_factor",
        .section = N_("Signing in"),
        .label = N_("Who must have a second factor"),
        .hint = N_("Without one they can do nothing but set one up; their API tokens are refused, too."),
        .kind = SETTING_ROLES,
        .otherwise = "[]"},
    {.path = "limits.checks_per_person_per_day",
        .section = N_("Limits"),
        .label = N_("Checks a person may make in a day"),
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 1000000,
        .otherwise = "100"},
    {.path = "limits.checks_per_partner_per_day",
        .section = N_("Limits"),
        .label = N_("Checks a partner may make in a day"),
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 1000000,
        .otherwise = "400"},
    {.path = "limits.activity_days",
        .section = N_("Limits"),
        .label = N_("Our own deal is active after activity within"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 1000000,
        .otherwise = "90"},
    {.path = "limits.sourcing_days",
        .section = N_("Limits"),
        .label = N_("An introduction sources a deal that is opened within"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 3650,
        .otherwise = "30"},
    {.path = "limits.review_approval_days",
        .section = N_("Limits"),
        .label = N_("A person's approval protects for, unless they say otherwise"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 1000000,
        .otherwise = "90"},
    {.path = "limits.renewal_days",
        .section = N_("Limits"),
        .label = N_("A renewal comes within"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 3650,
        .otherwise = "90"},
    {.path = "limits.usage_drop_percent",
        .section = N_("Limits"),
        .label = N_("Usage fell when it is below its mean by"),
        .unit = "%",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 100,
        .otherwise = "30"},
    {.path = "limits.silent_days",
        .section = N_("Limits"),
        .label = N_("A renewal is silent when nobody was in touch for"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 3650,
        .otherwise = "45"},
    {.path = "limits.low_nps",
        .section = N_("Limits"),
        .label = N_("An NPS is low up to"),
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 10,
        .otherwise = "6"},
    {.path = "limits.low_csat",
        .section = N_("Limits"),
        .label = N_("A CSAT is low up to"),
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 5,
        .otherwise = "2"},
    {.path = "calendar.workdays",
        .section = N_("Working hours"),
        .label = N_("Working days"),
        .kind = SETTING_WEEKDAYS,
        .otherwise = "[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\"]"},
    {.path = "calendar.from",
        .section = N_("Working hours"),
        .label = N_("From"),
        .kind = SETTING_CLOCK,
        .otherwise = "\"09:00\""},
    {.path = "calendar.to",
        .section = N_("Working hours"),
        .label = N_("To"),
        .kind = SETTING_CLOCK,
        .otherwise = "\"17:00\""},
    {.path = "calendar.holidays",
        .section = N_("Working hours"),
        .label = N_("Holidays"),
        .hint = N_("One day a line, such as 2026-12-25."),
        .kind = SETTING_DAYS,
        .otherwise = "[]"},
    {.path = "life.heartbeat_days",
        .section = N_("Life of a registration"),
        .label = N_("Notice after so long without activity"),
        .hint = N_("0: never."),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .otherwise = "45"},
    {.path = "life.heartbeat_grace_days",
        .section = N_("Life of a registration"),
        .label = N_("After the notice the protection lapses in"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .otherwise = "14"},
    {.path = "life.remind_days",
        .section = N_("Life of a registration"),
        .label = N_("Reminders, days before the end"),
        .hint = N_("The most first, such as 14, 7, 1."),
        .kind = SETTING_WHOLES,
        .otherwise = "[14,7,1]"},
    {.path = "life.waitlist_offer_hours",
        .section = N_("Life of a registration"),
        .label = N_("An offer from the waitlist stands for"),
        .unit = "hours",
        .kind = SETTING_WHOLE,
        .otherwise = "72"},
    {.path = "life.caps.base",
        .section = N_("Open registrations"),
        .label = N_("A partner may have open"),
        .hint = N_("Scaled by what it won and let lapse, within the next two."),
        .kind = SETTING_WHOLE,
        .otherwise = "25"},
    {.path = "life.caps.least",
        .section = N_("Open registrations"),
        .label = N_("At least"),
        .kind = SETTING_WHOLE,
        .otherwise = "5"},
    {.path = "life.caps.most",
        .section = N_("Open registrations"),
        .label = N_("At most"),
        .kind = SETTING_WHOLE,
        .otherwise = "100"},
    {.path = "life.caps.weight",
        .section = N_("Open registrations"),
        .label = N_("How slowly the record counts"),
        .hint = N_("Added to both won and lapsed."),
        .kind = SETTING_WHOLE,
        .otherwise = "5"},
    {.path = "cosell.answer_hours",
        .section = N_("Co-sell"),
        .label = N_("A request waits for its answer"),
        .hint = N_("Then the partner's manager is told."),
        .unit = "hours",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 720,
        .otherwise = "72"},
    {.path = "cosell.escalate_hours",
        .section = N_("Co-sell"),
        .label = N_("After that it ends in"),
        .unit = "hours",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 720,
        .otherwise = "48"},
    {.path = "cosell.stuck_days",
        .section = N_("Co-sell"),
        .label = N_("Our own deal is stuck without activity for"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 730,
        .otherwise = "30"},
    {.path = "cosell.contract_days",
        .section = N_("Co-sell"),
        .label = N_("A contract's end counts when it is within"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 1095,
        .otherwise = "180"},
    {.path = "leads.weights.territory",
        .section = N_("Leads: weights"),
        .label = N_("Territory"),
        .kind = SETTING_WHOLE,
        .max = 100,
        .otherwise = "20"},
    {.path = "leads.weights.language",
        .section = N_("Leads: weights"),
        .label = N_("Language"),
        .kind = SETTING_WHOLE,
        .max = 100,
        .otherwise = "15"},
    {.path = "leads.weights.certification",
        .section = N_("Leads: weights"),
        .label = N_("Certification for the product"),
        .kind = SETTING_WHOLE,
        .max = 100,
        .otherwise = "25"},
    {.path = "leads.weights.industry",
        .section = N_("Leads: weights"),
        .label = N_("Experience in the industry"),
        .kind = SETTING_WHOLE,
        .max = 100,
        .otherwise = "15"},
    {.path = "leads.weights.capacity",
        .section = N_("Leads: weights"),
        .label = N_("Free capacity"),
        .kind = SETTING_WHOLE,
        .max = 100,
        .otherwise = "10"},
    {.path = "leads.weights.conversion",
        .section = N_("Leads: weights"),
        .label = N_("Leads converted before"),
        .kind = SETTING_WHOLE,
        .max = 100,
        .otherwise = "10"},
    {.path = "leads.weights.fairness",
        .section = N_("Leads: weights"),
        .label = N_("Fairness: little given lately"),
        .kind = SETTING_WHOLE,
        .max = 100,
        .otherwise = "5"},
    {.path = "leads.open_leads",
        .section = N_("Leads: offers"),
        .label = N_("Leads a partner may have open"),
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 100000,
        .otherwise = "10"},
    {.path = "leads.offer_hours",
        .section = N_("Leads: offers"),
        .label = N_("An offer stands for"),
        .unit = "hours",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 720,
        .otherwise = "16"},
    {.path = "leads.most_offers",
        .section = N_("Leads: offers"),
        .label = N_("Partners asked before people look again"),
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 50,
        .otherwise = "5"},
    {.path = "leads.fairness_days",
        .section = N_("Leads: offers"),
        .label = N_("Lately means within"),
        .unit = "days",
        .kind = SETTING_WHOLE,
        .min = 1,
        .max = 730,
        .otherwise = "90"},
    {.path = "leads.prior_percent",
        .section = N_("Leads: offers"),
        .label = N_("Conversion expected of a partner without leads"),
        .unit = "%",
        .kind = SETTING_WHOLE,
        .min = 0,
        .max = 100,
        .otherwise = "25"},
    {.path = "leads.prior_leads",
        .section = N_("Leads: offers"),
        .label = N_("How slowly its record counts"),
        .hint = N_("As if so many leads had gone as expected."),
        .kind = SETTING_WHOLE,
        .min = 0,
        .max = 1000,
        .otherwise = "4"},
    {.path = "leads.working_hours",
        .section = N_("Leads: offers"),
        .label = N_("Count working hours only"),
        .kind = SETTING_SWITCH,
        .otherwise = "true"},
    {.path = "leads.consent",
        .section = N_("Leads: referral links"),
        .label = N_("What who leaves a lead agrees to"),
        .hint = N_("Stands beside the box that is ticked, and is kept with the lead."),
        .kind = SETTING_LINE,
        .otherwise = "\"You may use these details to answer my request, and pass them on to the partner that "
                     "looks after it.\""},
    {.path = "leads.consent_de",
        .section = N_("Leads: referral links"),
        .label = N_("The same in German"),
        .kind = SETTING_LINE,
        .otherwise = "\"Sie dürfen diese Angaben nutzen, um meine Anfrage zu beantworten, und sie an den "
                     "Partner weitergeben, der sich darum kümmert.\""},
};
const size_t n_settings = COUNT(settings);

const struct setting *setting(const char *path)
{
    for (size_t i = 0; i < n_settings; i++)
        if (streq(settings[i].path, path))
            return &settings[i];
    return NULL;
}

const json_t *setting_value(struct call *c, const json_t *document, const struct setting *s)
{
    const json_t *v = document;
    const char *error;
    for (const char *at = s->path; v && *at;) {
        size_t n = strcspn(at, ".");
        v = json_object_get(v, arena_strndup(c->arena, at, n));
        at += n + (at[n] == '.');
    }
    if (!v && s->otherwise)
        v = json_read(c->arena, s->otherwise, strlen(s->otherwise), &error);
    return v;
}

const struct option weekday_options[] = {{"mon", N_("Mon")}, {"tue", N_("Tue")}, {"wed", N_("Wed")},
    {"thu", N_("Thu")}, {"fri", N_("Fri")}, {"sat", N_("Sat")}, {"sun", N_("Sun")}, {0}};

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
