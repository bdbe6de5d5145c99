#include "domain/programme/changes.h"

#include "domain/programme/parts.h"

#include <stdlib.h>

void change_add(struct call *c, struct programme_changes *out, enum change_kind kind, const char *part,
    const char *key, const char *where, const char *what)
{
    if (out->n == out->cap) {
        struct programme_change *more = ARENA_ARRAY(c->arena, 2 * out->cap + 16, struct programme_change);
        if (out->n)
            memcpy(more, out->items, out->n * sizeof *more);
        out->items = more;
        out->cap = 2 * out->cap + 16;
    }
    out->items[out->n++] = (struct programme_change){kind, part, key, where, what};
}

const json_t *element_by(const json_t *list, const char *key, const char *value, size_t *place)
{
    for (size_t i = 0; value && i < json_array_size(list); i++)
        if (streq(json_string_value(json_object_get(json_array_get(list, i), key)), value)) {
            if (place)
                *place = i;
            return json_array_get(list, i);
        }
    return NULL;
}

/* The longest run of elements that kept their order did not move; the others did. */
bool *changes_moved(struct call *c, const json_t *before, const json_t *after, const char *key)
{
    size_t n = json_array_size(after), end = SIZE_MAX;
    bool *moved = ARENA_ARRAY(c->arena, n + 1, bool);
    size_t *was = ARENA_ARRAY(c->arena, n + 1, size_t), *length = ARENA_ARRAY(c->arena, n + 1, size_t),
           *previous = ARENA_ARRAY(c->arena, n + 1, size_t);
    for (size_t i = 0; i < n; i++) {
        const char *value = json_string_value(json_object_get(json_array_get(after, i), key));
        moved[i] = element_by(before, key, value, &was[i]) != NULL;
        previous[i] = SIZE_MAX;
        length[i] = moved[i];
        for (size_t k = 0; moved[i] && k < i; k++)
            if (moved[k] && was[k] < was[i] && length[k] + 1 > length[i]) {
                length[i] = length[k] + 1;
                previous[i] = k;
            }
        if (moved[i] && (end == SIZE_MAX || length[i] > length[end]))
            end = i;
    }
    for (size_t i = end; i != SIZE_MAX; i = previous[i])
        moved[i] = false;
    return moved;
}

/* ---- items of a list ---- */

static const char *item_name(struct call *c, const struct list_form *f, const json_t *item)
{
    const char *label = json_string_value(json_object_get(item, "label")),
               *german = json_string_value(json_object_get(item, "label_de")),
               *key = json_string_value(json_object_get(item, "key"));
    label = call_lang(c) == LANG_DE && german ? german : label ? label : key ? key : "?";
    return arena_printf(c->arena, "%s %s", TR(c, f->one), label);
}

static const char *member_label(struct call *c, const char *member)
{
    static const struct option labels[] = {{"label", N_("Label")}, {"label_de", N_("German label")},
        {"countries", N_("Countries")}, {"role", N_("Role")}, {"active", N_("Can be registered")},
        {"tiers", N_("Tiers")}, {"probability", N_("Probability")}, {"forecast", N_("Forecast")},
        {"requires", N_("Requires")}, {0}};
    return option_label(call_lang(c), labels, member);
}

/* Members of both, each once. */
static void differ_members(struct call *c, const struct list_form *f, const json_t *a, const json_t *b,
    const struct programme *from, const struct programme *to, struct programme_changes *out)
{
    const json_t *both[] = {a, b};
    const char *member, *key = json_string_value(json_object_get(b, "key"));
    json_t *v;
    for (size_t side = 0; side < 2; side++)
        json_object_foreach((json_t *)(uintptr_t)both[side], member, v)
        {
            const json_t *before = json_object_get(a, member), *after = json_object_get(b, member);
            if ((side == 1 && before) || json_equal(before, after))
                continue;
            change_add(c, out, CHANGE_VALUE, f->name, key, item_name(c, f, b),
                arena_printf(c->arena, "%s: %s → %s", member_label(c, member),
                    member_text(c, from, member, before), member_text(c, to, member, after)));
        }
}

static void changes_list(struct call *c, const struct list_form *f, const struct programme *from,
    const struct programme *to, struct programme_changes *out)
{
    const json_t *before = json_object_get(from->document, f->name),
                 *after = json_object_get(to->document, f->name);
    const bool *moved = changes_moved(c, before, after, "key");
    for (size_t i = 0; i < json_array_size(before); i++) {
        const json_t *item = json_array_get(before, i);
        const char *key = json_string_value(json_object_get(item, "key"));
        if (!element_by(after, "key", key, NULL))
            change_add(c, out, CHANGE_REMOVED, f->name, key, item_name(c, f, item), TR(c, "removed"));
    }
    for (size_t i = 0; i < json_array_size(after); i++) {
        const json_t *item = json_array_get(after, i);
        const char *key = json_string_value(json_object_get(item, "key"));
        size_t was;
        const json_t *old = element_by(before, "key", key, &was);
        if (!old)
            change_add(c, out, CHANGE_ADDED, f->name, key, item_name(c, f, item),
                arena_printf(c->arena, TR(c, "added, at place %zu"), i + 1));
        else if (moved[i])
            change_add(c, out, CHANGE_MOVED, f->name, key, item_name(c, f, item),
                arena_printf(c->arena, TR(c, "moved from place %zu to %zu"), was + 1, i + 1));
        if (old)
            differ_members(c, f, old, item, from, to, out);
    }
}

/* ---- single values, and whatever no table names ---- */

static void changes_settings(
    struct call *c, const struct programme *from, const struct programme *to, struct programme_changes *out)
{
    for (size_t i = 0; i < n_settings; i++) {
        const struct setting *s = &settings[i];
        const json_t *a = setting_value(c, from->document, s), *b = setting_value(c, to->document, s);
        if (!json_equal(a, b))
            change_add(c, out, CHANGE_VALUE, s->path, NULL, TR(c, s->section),
                arena_printf(
                    c->arena, "%s: %s → %s", TR(c, s->label), setting_text(c, s, a), setting_text(c, s, b)));
    }
}

static bool told_elsewhere(const char *path)
{
    for (size_t i = 0; i < n_rule_tables; i++)
        if (streq(rule_tables[i].name, path) || streq(rule_tables[i].examples, path))
            return true;
    return list_form(path) || setting(path);
}

static void changes_rest(struct call *c, const char *path, const json_t *a, const json_t *b,
    const struct programme *from, const struct programme *to, struct programme_changes *out)
{
    const json_t *both[] = {a, b};
    const char *key;
    json_t *v;
    if (json_equal(a, b) || told_elsewhere(path))
        return;
    if (!json_is_object(a) && !json_is_object(b)) {
        change_add(c, out, CHANGE_VALUE, path, NULL, path,
            arena_printf(c->arena, "%s → %s", member_text(c, from, "", a), member_text(c, to, "", b)));
        return;
    }
    for (size_t side = 0; side < 2; side++)
        json_object_foreach((json_t *)(uintptr_t)both[side], key, v)
        {
            if (side == 1 && json_object_get(a, key))
                continue;
            changes_rest(c, *path ? arena_printf(c->arena, "%s.%s", path, key) : key, json_object_get(a, key),
                json_object_get(b, key), from, to, out);
        }
}

/* ---- the whole ---- */

void programme_changes(
    struct call *c, const struct programme *from, const struct programme *to, struct programme_changes *out)
{
    const struct catalog *catalog = c->catalog;
    *out = (struct programme_changes){0};
    for (size_t i = 0; i < n_rule_tables; i++) {
        changes_rules(c, rule_tables[i].name, from, to, out);
        changes_examples(c, rule_tables[i].name, from, to, out);
    }
    for (size_t i = 0; i < n_list_forms; i++)
        changes_list(c, &list_forms[i], from, to, out);
    changes_settings(c, from, to, out);
    changes_rest(c, "", from->document, to->document, from, to, out);
    c->catalog = catalog;
}

const char *programme_changes_text(struct call *c, const struct programme_changes *changes)
{
    struct buf b = buf_in(c->arena, 1 << 20);
    for (size_t i = 0; i < changes->n; i++)
        buf_addf(&b, "%s: %s\n", changes->items[i].where, changes->items[i].what);
    return buf_str(&b);
}

size_t programme_changes_count(const struct programme_changes *changes)
{
    size_t n = 0;
    for (size_t i = 0; i < changes->n; i++) {
        const struct programme_change *a = &changes->items[i];
        bool again = false;
        for (size_t k = 0; a->key && !again && k < i; k++)
            again = streq(changes->items[k].part, a->part) && streq(changes->items[k].key, a->key);
        n += !again;
    }
    return n;
}
