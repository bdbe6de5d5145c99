/* A JSON body as given values. What does not fit its field is told by input_read, all at once. */
#include "base/json.h"
#include "model/call.h"

static bool all_texts(const json_t *array)
{
    size_t n = json_array_size(array);
    for (size_t i = 0; i < n; i++)
        if (!json_is_string(json_array_get(array, i)))
            return false;
    return true;
}

static void take_list(struct call *c, const json_t *array, struct given *g)
{
    struct buf b = buf_in(c->arena, BUF_MAX_DEFAULT);
    size_t n = json_array_size(array);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(&b, '\n');
        buf_adds(&b, json_string_value(json_array_get(array, i)));
    }
    g->value = v_text(buf_str(&b));
    g->shape = GIVEN_LIST;
}

/* A field that holds JSON takes any value, as its text. */
static bool holds_json(const struct verb *v, const char *name)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    int at = field_find(fields, n, name);
    return at >= 0 && fields[at].kind == KIND_TEXT && fields[at].form == FORM_JSON;
}

static void take_value(struct call *c, const json_t *v, struct given *g)
{
    if (holds_json(c->verb, g->name) && (json_is_object(v) || json_is_array(v))) {
        struct buf b = buf_in(c->arena, BUF_MAX_DEFAULT);
        json_canonical(&b, v);
        g->value = v_text(buf_str(&b));
        return;
    }
    switch (json_typeof(v)) {
    case JSON_STRING: g->value = v_text(arena_strdup(c->arena, json_string_value(v))); break;
    case JSON_INTEGER: g->value = v_int(json_integer_value(v)); break;
    case JSON_REAL: g->value = v_real(json_real_value(v)); break;
    case JSON_NULL: break;
    case JSON_TRUE:
    case JSON_FALSE:
        g->value = v_int(json_is_true(v));
        g->shape = GIVEN_TRUTH;
        break;
    case JSON_ARRAY:
        if (all_texts(v))
            take_list(c, v, g);
        else
            g->shape = GIVEN_OTHER;
        break;
    case JSON_OBJECT: g->shape = GIVEN_OTHER; break;
    }
}

static void add_members(
    struct call *c, const char *prefix, const json_t *object, struct given *out, size_t *n)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)object, key, v)
    {
        if (!*prefix && streq(key, "custom") && json_is_object(v)) {
            add_members(c, "custom.", v, out, n);
            continue;
        }
        struct given *g = &out[(*n)++];
        *g = (struct given){.name = arena_printf(c->arena, "%s%s", prefix, key)};
        take_value(c, v, g);
    }
}

void given_from_json(struct call *c, const json_t *object, struct given **out, size_t *n)
{
    const json_t *custom = json_object_get(object, "custom");
    size_t cap = json_object_size(object) + (json_is_object(custom) ? json_object_size(custom) : 0);
    *out = ARENA_ARRAY(c->arena, cap + 1, struct given);
    *n = 0;
    add_members(c, "", object, *out, n);
}
