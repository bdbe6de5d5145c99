/* Two documents compared member by member: what a person reads before publishing. */
#include "base/buf.h"
#include "domain/programme/programme.h"

static const char *short_json(struct arena *a, const json_t *v)
{
    if (!v)
        return "—";
    char *text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
    const char *copy = arena_strdup(a, text ? text : "");
    free(text);
    return copy;
}

static void differ(
    struct arena *a, struct buf *out, const char *path, const json_t *from, const json_t *to, int depth);

/* ---- lists of things that have a name: compared by it, so that one more is one line ---- */

static const char *name_of(const json_t *v)
{
    static const char *const names[] = {"id", "key", "name"};
    const char *name = NULL;
    for (size_t i = 0; !name && i < COUNT(names); i++)
        name = json_string_value(json_object_get(v, names[i]));
    return name;
}

static const json_t *named(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (streq(name_of(json_array_get(list, i)), name))
            return json_array_get(list, i);
    return NULL;
}

/* Whether every element has a name of its own. */
static bool all_named(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        const char *name = name_of(v);
        if (!name || named(list, name) != v)
            return false;
    }
    return true;
}

/* The names that both lists have, in the order of this one. */
static const char *common(struct arena *a, const json_t *list, const json_t *other)
{
    struct buf b = buf_in(a, 1 << 20);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = name_of(json_array_get(list, i));
        if (named(other, name))
            buf_addf(&b, "%s%s", b.len ? ", " : "", name);
    }
    return buf_str(&b);
}

static void differ_named(
    struct arena *a, struct buf *out, const char *path, const json_t *from, const json_t *to, int depth)
{
    for (size_t i = 0; i < json_array_size(from); i++) {
        const json_t *v = json_array_get(from, i);
        differ(a, out, arena_printf(a, "%s[%s]", path, name_of(v)), v, named(to, name_of(v)), depth + 1);
    }
    for (size_t i = 0; i < json_array_size(to); i++) {
        const json_t *v = json_array_get(to, i);
        if (!named(from, name_of(v)))
            differ(
                a, out, arena_printf(a, "%s[%s], at place %zu", path, name_of(v), i + 1), NULL, v, depth + 1);
    }
    const char *before = common(a, from, to), *after = common(a, to, from);
    if (!streq(before, after))
        buf_addf(out, "%s, order: %s → %s\n", path, before, after);
}

/* ---- any two values ---- */

static void differ(
    struct arena *a, struct buf *out, const char *path, const json_t *from, const json_t *to, int depth)
{
    if (json_equal(from, to))
        return;
    if (json_is_object(from) && json_is_object(to) && depth < 20) {
        const char *key;
        json_t *v;
        json_object_foreach((json_t *)(uintptr_t)from, key, v) differ(a, out,
            arena_printf(a, "%s%s%s", path, *path ? "." : "", key), v, json_object_get(to, key), depth + 1);
        json_object_foreach((json_t *)(uintptr_t)to, key, v) if (!json_object_get(from, key))
            differ(a, out, arena_printf(a, "%s%s%s", path, *path ? "." : "", key), NULL, v, depth + 1);
        return;
    }
    if (json_is_array(from) && json_is_array(to) && all_named(from) && all_named(to)) {
        differ_named(a, out, path, from, to, depth);
        return;
    }
    buf_addf(out, "%s: %s → %s\n", path, short_json(a, from), short_json(a, to));
}

const char *programme_diff(struct arena *a, const json_t *from, const json_t *to)
{
    struct buf out = buf_in(a, 1 << 20);
    differ(a, &out, "", from, to, 0);
    return buf_str(&out);
}
