/* Tiers, types, territories, product lines, queues, stages, benefits of a draft; and its single values. */
#include "base/json.h"
#include "base/text.h"
#include "domain/programme/changes.h"
#include "domain/programme/document_edit.h"
#include "domain/programme/draft.h"
#include "domain/programme/parts.h"

/* ---- items ---- */

static const struct option list_options[] = {{"tiers", N_("Tiers")}, {"types", N_("Partner types")},
    {"territories", N_("Territories")}, {"product_lines", N_("Product lines")}, {"queues", N_("Queues")},
    {"stages", N_("Stages")}, {"benefits", N_("Benefits")}, {"industries", N_("Industries")},
    {"languages", N_("Languages")}, {0}};

struct item_input {
    const char *list, *key;
    const char *label, *label_de, *countries, *role, *tiers;
    bool active;
    int64_t probability;
    const char *forecast, *requires;
    int64_t place;
    const char *step;
};

#define LIST_FIELD                                                                                           \
    FIELD(struct item_input, list, .label = N_("List"), .form = FORM_CHOICE, .options = list_options,        \
        .required = true, .example = "territories")
#define ITEM_FIELDS                                                                                          \
    FIELD(struct item_input, label, .label = N_("Label"), .max = 200, .example = "Maghreb"),                 \
        FIELD(struct item_input, label_de, .label = N_("German label"), .max = 200, .example = "Maghreb"),   \
        FIELD(struct item_input, countries, .label = N_("Countries"), .form = FORM_LIST,                     \
            .hint = N_("By their two letters, such as DE."), .example = "MA\nTN"),                           \
        FIELD(struct item_input, role, .label = N_("Role"), .hint = N_("Whose work it is."),                 \
            .example = "operations"),                                                                        \
        FIELD(struct item_input, tiers, .label = N_("Tiers"), .form = FORM_LIST,                             \
            .hint = N_("By their keys, lowest first."), .example = "gold\nplatinum"),                        \
        FIELD(struct item_input, active, .label = N_("Can be registered")),                                  \
        FIELD(struct item_input, probability, .label = N_("Probability"), .min = 0, .max = 100,              \
            .hint = N_("Of a stage: how many of a hundred such deals are won.")),                            \
        FIELD(struct item_input, forecast, .label = N_("Forecast"), .form = FORM_CHOICE,                     \
            .options = forecast_options),                                                                    \
        FIELD(struct item_input, requires, .label = N_("Requires"), .form = FORM_SET,                        \
            .options = stage_need_options, .hint = N_("What a deal must have to enter the stage."))

static const struct field add_fields[] = {LIST_FIELD,
    FIELD(struct item_input, key, .label = N_("Key"), .max = 60,
        .hint = N_("Small letters, digits and underscores; it stays for ever. Left out: from the label."),
        .example = "maghreb"),
    ITEM_FIELDS};
static const struct field set_fields[] = {LIST_FIELD,
    FIELD(struct item_input, key, .label = N_("Key"), .required = true, .example = "dach"), ITEM_FIELDS};
static const struct field move_fields[] = {LIST_FIELD,
    FIELD(struct item_input, key, .label = N_("Key"), .required = true, .example = "dach"),
    FIELD(struct item_input, place, .label = N_("To the place"), .min = 1, .max = 60),
    FIELD(struct item_input, step, .label = N_("Or one step"), .form = FORM_CHOICE, .options = move_steps,
        .example = "down")};
static const struct field remove_fields[] = {
    LIST_FIELD, FIELD(struct item_input, key, .label = N_("Key"), .required = true, .example = "maghreb")};

/* "DE, AT" or a line each. */
static json_t *texts_json(struct call *c, const char *text, bool upper)
{
    json_t *list = json_array();
    for (const char *p = text ? text : ""; *p;) {
        size_t n = strcspn(p, ", \n;");
        char *one = arena_strndup(c->arena, p, n);
        for (char *q = one; upper && *q; q++)
            if (*q >= 'a' && *q <= 'z')
                *q = (char)(*q - 'a' + 'A');
        if (n)
            json_array_append_new(list, json_string(one));
        p += n + (p[n] != 0);
    }
    return list;
}

static bool given(const struct call *c, const char *name)
{
    int at = field_find(c->verb->in, c->verb->n_in, name);
    return at >= 0 && (c->given >> at & 1);
}

static void set_line(json_t *item, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(item, key, json_string(text));
    else
        json_object_del(item, key);
}

static void fill(struct call *c, const struct item_input *in, json_t *item)
{
    unsigned members = list_form(in->list)->members;
    if (given(c, "label"))
        json_object_set_new(item, "label", json_string(in->label ? in->label : ""));
    if ((members & ITEM_LABEL_DE) && given(c, "label_de"))
        set_line(item, "label_de", in->label_de);
    if ((members & ITEM_ROLE) && given(c, "role"))
        set_line(item, "role", in->role);
    if ((members & ITEM_COUNTRIES) && given(c, "countries"))
        json_object_set_new(item, "countries", texts_json(c, in->countries, true));
    if ((members & ITEM_TIERS) && given(c, "tiers"))
        json_object_set_new(item, "tiers", texts_json(c, in->tiers, false));
    if ((members & ITEM_ACTIVE) && given(c, "active"))
        json_object_set_new(item, "active", json_boolean(in->active));
    if (!(members & ITEM_STAGE))
        return;
    if (given(c, "probability"))
        json_object_set_new(item, "probability", json_integer(in->probability));
    if (given(c, "forecast"))
        set_line(item, "forecast", in->forecast);
    if (given(c, "requires"))
        json_object_set_new(item, "requires", texts_json(c, in->requires, false));
}

static enum status open_list(struct call *c, struct draft_edit *e, const char *name, json_t **list)
{
    TRY(draft_open(c, e));
    *list = json_object_get(e->document, name);
    if (!*list && json_object_set_new(e->document, name, json_array()) == 0)
        *list = json_object_get(e->document, name);
    return json_is_array(*list) ? OK : call_field(c, "list", TR(c, "is not a list in this document"));
}

static enum status find_item(struct call *c, struct draft_edit *e, json_t **list, size_t *place)
{
    const struct item_input *in = c->in;
    TRY(open_list(c, e, in->list, list));
    return element_by(*list, "key", in->key, place) ? OK : call_field(c, "key", TR(c, "is not in this list"));
}

static enum status add_run(struct call *c)
{
    const struct item_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    TRY(check_key(c, "key", in->key));
    TRY(open_list(c, &e, in->list, &list));
    if (!in->label || !*in->label)
        return call_field(c, "label", TR(c, "is needed"));
    if (in->key && element_by(list, "key", in->key, NULL))
        return call_field(c, "key", TR(c, "is in use already"));
    const char *key = free_key(c, list, "key", in->key ? in->key : in->label);
    json_t *item = json_pack("{s:s,s:s}", "key", key, "label", in->label);
    if (list_form(in->list)->members & ITEM_COUNTRIES)
        json_object_set_new(item, "countries", json_array());
    json_array_append_new(list, item);
    fill(c, in, item);
    return draft_store(c, &e, key);
}

static enum status set_run(struct call *c)
{
    const struct item_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(find_item(c, &e, &list, &place));
    fill(c, in, json_array_get(list, place));
    return draft_store(c, &e, in->key);
}

static enum status move_run(struct call *c)
{
    const struct item_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(find_item(c, &e, &list, &place));
    move_element(list, place, in->place, in->step);
    return draft_store(c, &e, in->key);
}

static enum status remove_run(struct call *c)
{
    const struct item_input *in = c->in;
    struct draft_edit e;
    json_t *list;
    size_t place;
    TRY(find_item(c, &e, &list, &place));
    json_array_remove(list, place);
    return draft_store(c, &e, in->key);
}

#define ITEM_VERB(the_name, the_label, was_done, text, table, ...)                                           \
    {                                                                                                        \
        .noun = &programme_draft_noun, .name = (the_name), .label = (the_label), .done = (was_done),         \
        .summary = (text), .on = ON_ROW, .roles = DRAFT_EDITORS, .hidden = true, .partial = true,            \
        .from = draft_open_states, INPUT(struct item_input, table), .run = __VA_ARGS__                       \
    }

const struct verb draft_add_item = ITEM_VERB("add_item", N_("Add to a list"), N_("Added"),
    N_("Add a tier, type, territory, product line, queue, stage or benefit to a draft."), add_fields, add_run,
    .example = {.fields = "list,key,label,countries"});
const struct verb draft_set_item = ITEM_VERB("set_item", N_("Change in a list"), N_("Changed"),
    N_("Change an item of a draft's list; what is not given stays."), set_fields, set_run,
    .example = {.fields = "list,key,label"});
const struct verb draft_move_item = ITEM_VERB("move_item", N_("Move in a list"), N_("Moved"),
    N_("Move an item of a draft's list."), move_fields, move_run, .example = {.fields = "list,key,step"});
const struct verb draft_remove_item = ITEM_VERB("remove_item", N_("Remove from a list"), N_("Removed"),
    N_("Take an item out of a draft's list."), remove_fields, remove_run,
    .example = {.after = &draft_add_item, .fields = "list,key"});

/* ---- single values ---- */

struct values_input {
    const char *values;
};
static const struct field values_fields[] = {
    FIELD(struct values_input, values, .label = N_("Values"), .form = FORM_JSON,
        .hint = N_("By their path, such as {\"limits.activity_days\": 60}; what is not given stays."),
        .example = "{\"limits.activity_days\":60}"),
};

static void set_at(struct call *c, json_t *document, const char *path, json_t *v)
{
    json_t *at = document;
    const char *dot;
    for (; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
        const char *key = arena_strndup(c->arena, path, (size_t)(dot - path));
        if (!json_is_object(json_object_get(at, key)))
            json_object_set_new(at, key, json_object());
        at = json_object_get(at, key);
    }
    json_object_set_new(at, path, v);
}

static json_t *wholes_json(struct call *c, const char *path, const char *text)
{
    json_t *texts = texts_json(c, text, false), *list = json_array();
    for (size_t i = 0; i < json_array_size(texts); i++) {
        int64_t n;
        if (parse_int(json_string_value(json_array_get(texts, i)), &n))
            json_array_append_new(list, json_integer(n));
        else
            (void)call_field(c, path, TR(c, "enter whole numbers with commas between"));
    }
    json_decref(texts);
    return list;
}

/* One input's text, as the document has it. */
static json_t *value_json(struct call *c, const struct setting *s, const char *path, const char *text)
{
    int64_t n;
    switch (s->kind) {
    case SETTING_SWITCH: return json_boolean(streq(text, "1"));
    case SETTING_WHOLE:
        if (parse_int(text_squeeze(c->arena, text), &n))
            return json_integer(n);
        (void)call_field(c, path, TR(c, "enter a whole number"));
        return json_null();
    case SETTING_WHOLES: return wholes_json(c, path, text);
    case SETTING_DAYS:
    case SETTING_ROLES:
    case SETTING_WEEKDAYS: return texts_json(c, text, false);
    default: return json_string(text_squeeze(c->arena, text));
    }
}

/* A name that is given several times, or with an empty one before, is a set. */
static const char *given_texts(struct call *c, const char *name, bool *found)
{
    const char *all = "";
    *found = false;
    for (size_t i = 0; i < c->n_open; i++) {
        if (!streq(c->open[i].name, name) || c->open[i].value.kind != VALUE_TEXT)
            continue;
        all = *all ? arena_printf(c->arena, "%s\n%s", all, c->open[i].value.s) : c->open[i].value.s;
        *found = true;
    }
    return all;
}

static void take_form(struct call *c, json_t *document)
{
    for (size_t i = 0; i < n_settings; i++) {
        const char *name = arena_printf(c->arena, "values.%s", settings[i].path);
        bool found;
        const char *text = given_texts(c, name, &found);
        json_t *v = found ? value_json(c, &settings[i], name, text) : NULL;
        if (v && !json_equal(v, setting_value(c, document, &settings[i])))
            set_at(c, document, settings[i].path, json_incref(v));
        json_decref(v);
    }
}

static void take_json(struct call *c, json_t *document, const char *text)
{
    const char *error, *path;
    json_t *v, *values = json_read(c->arena, text, strlen(text), &error);
    json_object_foreach(values, path, v)
    {
        if (setting(path))
            set_at(c, document, path, json_incref(v));
        else
            (void)call_field(c, arena_printf(c->arena, "values.%s", path),
                TR(c, "is no single value of a programme; lists have verbs of their own"));
    }
}

static enum status values_run(struct call *c)
{
    const struct values_input *in = c->in;
    struct draft_edit e;
    TRY(draft_open(c, &e));
    if (in->values)
        take_json(c, e.document, in->values);
    else
        take_form(c, e.document);
    return draft_store(c, &e, "");
}

const struct verb draft_set_values = {
    .noun = &programme_draft_noun,
    .name = "set_values",
    .label = N_("Change settings"),
    .done = N_("Settings changed"),
    .summary = N_("Change limits, working hours and other single values of a draft."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .partial = true,
    .open = "values",
    .from = draft_open_states,
    INPUT(struct values_input, values_fields),
    .run = values_run,
    .example = {.fields = "values"},
};
