#include "domain/programme/document_merge.h"

#include "domain/programme/changes.h"

struct merging {
    struct call *c;
    const char *(*decide)(void *ctx, const char *path);
    void *ctx;
    struct document_merge *out;
};

static json_t *shared(const json_t *v)
{
    return json_incref((json_t *)(uintptr_t)v);
}

static bool same(const json_t *a, const json_t *b)
{
    return a == b || json_equal(a, b);
}

/* The side that is kept, NULL for a removed one. */
static json_t *conflict(
    struct merging *m, const char *path, const json_t *base, const json_t *mine, const json_t *theirs)
{
    struct document_merge *o = m->out;
    if (o->n == o->cap) {
        struct merge_conflict *more = ARENA_ARRAY(m->c->arena, 2 * o->cap + 8, struct merge_conflict);
        if (o->n)
            memcpy(more, o->conflicts, o->n * sizeof *more);
        o->conflicts = more;
        o->cap = 2 * o->cap + 8;
    }
    o->conflicts[o->n++] = (struct merge_conflict){path, base, mine, theirs};
    bool take_theirs = m->decide && streq(m->decide(m->ctx, path), "theirs");
    return shared(take_theirs ? theirs : mine);
}

/* By what the elements of a list are told apart; NULL: the list is one value. */
static const char *list_key(const json_t *list)
{
    static const char *const keys[] = {"id", "key", "name"};
    const json_t *first = json_array_get(list, 0);
    for (size_t i = 0; i < COUNT(keys); i++)
        if (json_is_string(json_object_get(first, keys[i])))
            return keys[i];
    return NULL;
}

static json_t *merge_value(
    struct merging *m, const char *path, const json_t *base, const json_t *mine, const json_t *theirs);

static json_t *merge_objects(
    struct merging *m, const char *path, const json_t *base, const json_t *mine, const json_t *theirs)
{
    const json_t *sides[] = {theirs, mine};
    json_t *out = json_object(), *v;
    const char *key;
    for (size_t side = 0; side < COUNT(sides); side++)
        json_object_foreach((json_t *)(uintptr_t)sides[side], key, v)
        {
            if (json_object_get(out, key) || (side == 1 && json_object_get(theirs, key)))
                continue;
            json_t *merged = merge_value(m, *path ? arena_printf(m->c->arena, "%s.%s", path, key) : key,
                json_object_get(base, key), json_object_get(mine, key), json_object_get(theirs, key));
            if (merged)
                json_object_set_new(out, key, merged);
        }
    return out;
}

/* ---- lists ---- */

static const char *value_of(const json_t *element, const char *key)
{
    const char *v = json_string_value(json_object_get(element, key));
    return v ? v : "";
}

/* The keys that all three have, in the order of LIST. */
static json_t *order_of(const json_t *list, const json_t *a, const json_t *b, const char *key)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *v = value_of(json_array_get(list, i), key);
        if (element_by(a, key, v, NULL) && element_by(b, key, v, NULL))
            json_array_append_new(out, json_string(v));
    }
    return out;
}

/* Whose order leads: the one that was changed; both, differently: a conflict. */
static const json_t *leading(struct merging *m, const char *path, const char *key, const json_t *base,
    const json_t *mine, const json_t *theirs)
{
    json_t *b = order_of(base, mine, theirs, key), *a = order_of(mine, base, theirs, key),
           *t = order_of(theirs, base, mine, key);
    const json_t *leads = same(a, b) ? theirs : mine;
    if (!same(a, b) && !same(t, b) && !same(a, t)) {
        json_t *kept = conflict(m, arena_printf(m->c->arena, "%s.order", path), b, mine, theirs);
        leads = kept == theirs ? theirs : mine;
        json_decref(kept);
    }
    json_decref(a);
    json_decref(t);
    json_decref(b);
    return leads;
}

/* Behind the nearest element before it that is there already, else first. */
static void insert_after(json_t *out, json_t *element, const json_t *list, size_t place, const char *key)
{
    size_t at;
    while (place-- > 0)
        if (element_by(out, key, value_of(json_array_get(list, place), key), &at)) {
            json_array_insert_new(out, at + 1, element);
            return;
        }
    json_array_insert_new(out, 0, element);
}

static json_t *merge_element(struct merging *m, const char *path, const char *key, const char *v,
    const json_t *base, const json_t *mine, const json_t *theirs)
{
    return merge_value(m, arena_printf(m->c->arena, "%s.%s", path, v), element_by(base, key, v, NULL),
        element_by(mine, key, v, NULL), element_by(theirs, key, v, NULL));
}

static json_t *merge_lists(struct merging *m, const char *path, const char *key, const json_t *base,
    const json_t *mine, const json_t *theirs)
{
    const json_t *first = leading(m, path, key, base, mine, theirs), *second = first == mine ? theirs : mine;
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(first); i++) {
        json_t *merged =
            merge_element(m, path, key, value_of(json_array_get(first, i), key), base, mine, theirs);
        if (merged)
            json_array_append_new(out, merged);
    }
    for (size_t i = 0; i < json_array_size(second); i++) {
        const char *v = value_of(json_array_get(second, i), key);
        if (element_by(first, key, v, NULL))
            continue;
        json_t *merged = merge_element(m, path, key, v, base, mine, theirs);
        if (merged)
            insert_after(out, merged, second, i, key);
    }
    return out;
}

/* ---- any value ---- */

static json_t *merge_value(
    struct merging *m, const char *path, const json_t *base, const json_t *mine, const json_t *theirs)
{
    if (same(mine, theirs) || same(theirs, base))
        return shared(mine);
    if (same(mine, base))
        return shared(theirs);
    if (json_is_object(mine) && json_is_object(theirs))
        return merge_objects(m, path, base, mine, theirs);
    const char *key = json_is_array(mine) && json_is_array(theirs) ? list_key(mine) : NULL;
    if (key && streq(key, list_key(theirs)))
        return merge_lists(m, path, key, base, mine, theirs);
    return conflict(m, path, base, mine, theirs);
}

void documents_merge(struct call *c, const json_t *base, const json_t *mine, const json_t *theirs,
    const char *(*decide)(void *ctx, const char *path), void *ctx, struct document_merge *out)
{
    struct merging m = {c, decide, ctx, out};
    *out = (struct document_merge){0};
    out->document = merge_value(&m, "", base, mine, theirs);
}
