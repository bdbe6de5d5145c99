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
    if (json_is_array(from) && json_is_array(to) && depth < 20) {
        size_t n = json_array_size(from) > json_array_size(to) ? json_array_size(from) : json_array_size(to);
        for (size_t i = 0; i < n; i++)
            differ(a, out, arena_printf(a, "%s[%zu]", path, i), json_array_get(from, i),
                json_array_get(to, i), depth + 1);
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
