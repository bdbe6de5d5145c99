/* A draft's lists and single values, with their controls. */
#include "base/json.h"
#include "domain/programme/draft_view.h"

/* ---- items ---- */

static const char *joined(struct call *c, const json_t *list)
{
    struct buf b = buf_in(c->arena, 1 << 14);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));
        buf_addf(&b, "%s%s", i ? ", " : "", one ? one : "?");
    }
    return buf_str(&b);
}

static struct part_field input(
    struct call *c, const char *list, const char *key, const char *name, const char *label, const char *value)
{
    return (struct part_field){.id = arena_printf(c->arena, "%s-%s-%s", list, key, name),
        .name = name,
        .label = label,
        .value = value ? value : ""};
}

/* What the document says stays a choice, also where we do not know it: saving must not lose it. */
static void choose(struct part_field *f, struct call *c, const struct option *options, const char *none)
{
    struct part_option *o = ARENA_ARRAY(c->arena, 16, struct part_option);
    bool known = !*f->value;
    f->kind = PART_SELECT;
    f->options = o;
    if (none)
        o[f->n_options++] = (struct part_option){"", none};
    for (; options->key && f->n_options < 15; options++) {
        known = known || streq(options->key, f->value);
        o[f->n_options++] = (struct part_option){options->key, TR(c, options->label)};
    }
    if (!known)
        o[f->n_options++] = (struct part_option){f->value, f->value};
}

/* As it is read, also where the document leaves it out; a new one is as likely as not. */
static int64_t probability(const struct programme *draft, const json_t *item)
{
    const struct catalog_list *stages = catalog_find(&draft->catalog, "stages");
    const char *key = json_string_value(json_object_get(item, "key"));
    const struct catalog_item *at = stages && key ? catalog_item(stages, key) : NULL;
    return at ? draft->stages[at - stages->items].probability : 50;
}

static size_t stage_controls(struct call *c, const struct list_form *f, const struct programme *draft,
    const char *key, const json_t *item, struct part_field *out)
{
    out[0] = input(c, f->name, key, "probability", TR(c, "Probability (%)"),
        arena_printf(c->arena, "%lld", (long long)probability(draft, item)));
    out[0].numeric = true;
    out[0].inputmode = "numeric";
    out[1] = input(
        c, f->name, key, "forecast", TR(c, "Forecast"), json_string_value(json_object_get(item, "forecast")));
    choose(&out[1], c, forecast_options, TR(c, "not said"));
    out[2] =
        input(c, f->name, key, "requires", TR(c, "Requires"), joined(c, json_object_get(item, "requires")));
    out[2].optional = true;
    out[2].hint = TR(c, "Some of amount, close_date, next_step, owner, product_line, partner.");
    return 3;
}

/* "60% · Best case · Amount, Close date": what a stage says beyond its label. */
static const char *stage_text(struct call *c, const struct programme *draft, const json_t *item)
{
    static const char *const members[] = {"forecast", "requires"};
    struct buf b = buf_in(c->arena, 4096);
    buf_addf(&b, "%lld%%", (long long)probability(draft, item));
    for (size_t i = 0; i < COUNT(members); i++) {
        const json_t *v = json_object_get(item, members[i]);
        if (v && (!json_is_array(v) || json_array_size(v)))
            buf_addf(&b, " · %s", member_text(c, draft, members[i], v));
    }
    return buf_str(&b);
}

/* The inputs of one item, those that its list has; ITEM NULL: of a new one. */
static size_t controls(struct call *c, const struct list_form *f, const struct programme *draft,
    const json_t *item, struct part_field *out)
{
    static const struct option yes_no[] = {{"1", N_("yes")}, {"0", N_("no")}, {0}};
    const char *key = json_string_value(json_object_get(item, "key"));
    size_t n = 0;
    key = item ? key ? key : "none" : "new";
    out[n] =
        input(c, f->name, key, "label", TR(c, "Label"), json_string_value(json_object_get(item, "label")));
    out[n++].required = true;
    if (f->members & ITEM_LABEL_DE) {
        out[n] = input(c, f->name, key, "label_de", TR(c, "German label"),
            json_string_value(json_object_get(item, "label_de")));
        out[n++].optional = true;
    }
    if (f->members & ITEM_COUNTRIES)
        out[n++] = input(
            c, f->name, key, "countries", TR(c, "Countries"), joined(c, json_object_get(item, "countries")));
    if (f->members & ITEM_ROLE) {
        out[n] = input(c, f->name, key, "role", TR(c, "Whose work it is"),
            json_string_value(json_object_get(item, "role")));
        choose(&out[n++], c, queue_role_options, TR(c, "not said"));
    }
    if (f->members & ITEM_TIERS) {
        out[n] = input(c, f->name, key, "tiers", TR(c, "Tiers"), joined(c, json_object_get(item, "tiers")));
        out[n++].hint = TR(c, "By their keys, with commas between.");
    }
    if (f->members & ITEM_ACTIVE) {
        out[n] = input(c, f->name, key, "active", TR(c, "Can be registered"),
            json_is_false(json_object_get(item, "active")) ? "0" : "1");
        choose(&out[n++], c, yes_no, NULL);
    }
    if (f->members & ITEM_STAGE)
        n += stage_controls(c, f, draft, key, item, &out[n]);
    return n;
}

static void refill(struct page_request *r, struct part_field *f, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *given = given_text(r, f[i].name);
        f[i].value = given ? given : f[i].value;
        f[i].error = field_message(r, f[i].name);
    }
}

static struct draft_item fill_item(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct list_form *f, const struct programme *draft, const json_t *item)
{
    const char *key = json_string_value(json_object_get(item, "key")), *list = page_query(r, "list");
    bool refused = r->problem && streq(given_text(r, "list"), f->name) && streq(given_text(r, "key"), key);
    struct draft_item out = {.key = key ? key : "",
        .label = json_string_value(json_object_get(item, "label")),
        .label_de = json_string_value(json_object_get(item, "label_de")),
        .countries = joined(c, json_object_get(item, "countries")),
        .role =
            json_object_get(item, "role") ? member_text(c, draft, "role", json_object_get(item, "role")) : "",
        .tiers =
            (f->members & ITEM_TIERS) ? member_text(c, draft, "tiers", json_object_get(item, "tiers")) : "",
        .stage = (f->members & ITEM_STAGE) ? stage_text(c, draft, item) : "",
        .active = !json_is_false(json_object_get(item, "active"))};
    out.href = arena_printf(c->arena, "%s?part=lists&list=%s&item=%s#%s", v->path, f->name, out.key, f->name);
    out.open = v->edits && (refused || (streq(list, f->name) && streq(page_query(r, "item"), out.key)));
    if (out.open)
        out.n_controls = controls(c, f, draft, item, out.controls);
    if (refused)
        refill(r, out.controls, out.n_controls);
    return out;
}

static void fill_list(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct list_form *f, const struct programme *base, const struct draft_read *read,
    struct list_part *out)
{
    const json_t *list = json_object_get(read->programme.document, f->name);
    const char **found;
    size_t n = json_array_size(list);
    *out = (struct list_part){.form = f,
        .label = TR(c, f->label),
        .one = TR(c, f->one),
        .hint = f->hint ? TR(c, f->hint) : NULL,
        .empty = f->empty ? TR(c, f->empty) : TR(c, "None yet."),
        .items = ARENA_ARRAY(c->arena, n + 1, struct draft_item)};
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_array_get(list, i);
        struct draft_item *k = &out->items[out->n++];
        *k = fill_item(c, r, v, f, &read->programme, item);
        k->first = i == 0;
        k->last = i + 1 == n;
        k->added = !element_by(json_object_get(base->document, f->name), "key", k->key, NULL);
        if (draft_problems_at(c, read->problems, arena_printf(c->arena, "%s[%zu]", f->name, i), &found))
            k->problem = found[0];
    }
    for (size_t i = 0; read->problems && i < read->problems->n_fields && !out->problem; i++)
        if (streq(read->problems->fields[i].field, f->name))
            out->problem = read->problems->fields[i].message;
    out->n_controls = controls(c, f, &read->programme, NULL, out->controls);
    if (r->problem && streq(given_text(r, "list"), f->name) && !given_text(r, "key"))
        refill(r, out->controls, out->n_controls);
}

void draft_lists_part(struct call *c, struct page_request *r, const struct draft_view *v,
    const struct programme *base, const struct draft_read *read, struct lists_part *out)
{
    out->n = n_list_forms;
    out->lists = ARENA_ARRAY(c->arena, n_list_forms, struct list_part);
    for (size_t i = 0; i < n_list_forms; i++)
        fill_list(c, r, v, &list_forms[i], base, read, &out->lists[i]);
}

/* ---- single values ---- */

static const char *plain_value(struct call *c, const struct setting *s, const json_t *v)
{
    struct buf b = buf_in(c->arena, 1 << 15);
    if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            const json_t *one = json_array_get(v, i);
            if (json_is_integer(one))
                buf_addf(&b, "%s%lld", i ? ", " : "", (long long)json_integer_value(one));
            else if (json_is_string(one))
                buf_addf(&b, "%s%s", i ? "\n" : "", json_string_value(one));
        }
        return buf_str(&b);
    }
    if (json_is_boolean(v))
        return json_is_true(v) ? "1" : "0";
    if (json_is_integer(v))
        return arena_printf(c->arena, "%lld", (long long)json_integer_value(v));
    (void)s;
    return json_is_string(v) ? json_string_value(v) : "";
}

static bool holds(const json_t *list, const char *key)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (streq(json_string_value(json_array_get(list, i)), key))
            return true;
    return false;
}

static void boxes(
    struct call *c, const struct option *options, const json_t *v, unsigned roles, struct setting_control *k)
{
    struct part_option *o = ARENA_ARRAY(c->arena, 16, struct part_option);
    k->set = true;
    k->checked = ARENA_ARRAY(c->arena, 16, bool);
    k->field.options = o;
    for (; options->key && k->field.n_options < 16; options++) {
        if (roles && !(ROLE_BIT(role_parse(options->key)) & roles))
            continue;
        k->checked[k->field.n_options] = holds(v, options->key);
        o[k->field.n_options++] = (struct part_option){options->key, TR(c, options->label)};
    }
}

static void shape(struct call *c, const struct setting *s, const json_t *v, struct setting_control *k)
{
    static const struct option yes_no[] = {{"1", N_("yes")}, {"0", N_("no")}, {0}};
    switch (s->kind) {
    case SETTING_SWITCH: choose(&k->field, c, yes_no, NULL); return;
    case SETTING_WHOLE:
        k->field.numeric = true;
        k->field.inputmode = "numeric";
        return;
    case SETTING_CLOCK: k->field.type = "time"; return;
    case SETTING_DAYS:
        k->field.kind = PART_AREA;
        k->field.rows = 4;
        return;
    case SETTING_ROLES:
        boxes(c, role_options, v,
            streq(s->path, "roles.publish")         ? PROGRAMME_PUBLISHERS
            : streq(s->path, "roles.second_factor") ? ALL_ROLES
                                                    : VENDOR_ROLES,
            k);
        return;
    case SETTING_WEEKDAYS: boxes(c, weekday_options, v, 0, k); return;
    default: return;
    }
}

static struct setting_control fill_setting(struct call *c, struct page_request *r, const struct setting *s,
    const struct programme *base, const struct draft_read *read)
{
    const char *name = arena_printf(c->arena, "values.%s", s->path), **found;
    const json_t *v = setting_value(c, read->programme.document, s),
                 *was = setting_value(c, base->document, s);
    const char *given = r->problem ? given_text(r, name) : NULL, *unit = s->unit;
    struct setting_control k = {.name = name,
        .label = TR(c, s->label),
        .hint = s->hint ? TR(c, s->hint) : NULL,
        .unit = streq(unit, "days")    ? TR(c, "days")
                : streq(unit, "hours") ? TR(c, "hours")
                                       : unit,
        .was = json_equal(v, was) ? NULL : setting_text(c, s, was)};
    if (draft_problems_at(c, read->problems, s->path, &found))
        k.error = found[0];
    if (r->problem && field_message(r, name))
        k.error = field_message(r, name);
    const char *label = k.unit ? arena_printf(c->arena, "%s (%s)", k.label, k.unit) : k.label;
    k.field = (struct part_field){.id = arena_printf(c->arena, "s-%s", s->path),
        .name = name,
        .label = label,
        .value = given ? given : plain_value(c, s, v),
        .error = k.error,
        .hint = k.was ? arena_printf(c->arena, TR(c, "Was: %s"), k.was) : k.hint};
    shape(c, s, v, &k);
    return k;
}

void draft_settings_part(struct call *c, struct page_request *r, const struct programme *base,
    const struct draft_read *read, struct settings_part *out)
{
    out->sections = ARENA_ARRAY(c->arena, n_settings, struct settings_section);
    for (size_t i = 0; i < n_settings; i++) {
        struct settings_section *s = out->n ? &out->sections[out->n - 1] : NULL;
        const char *label = TR(c, settings[i].section);
        if (!s || !streq(s->label, label)) {
            s = &out->sections[out->n++];
            s->label = label;
            s->items = ARENA_ARRAY(c->arena, n_settings, struct setting_control);
        }
        s->items[s->n++] = fill_setting(c, r, &settings[i], base, read);
    }
}
