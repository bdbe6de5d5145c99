#include "base/json.h"

#include "base/json_number.h"

#include <math.h>
#include <stdlib.h>

#define MAX_DEPTH 64 /* also the bits of struct json_out */

/* --- reading --- */

static void free_json(void *v)
{
    json_decref(v);
}

/* Whether brackets nest deeper than MAX_DEPTH. Jansson's own limit is 2,048, fixed when it was built. */
static bool too_deep(const char *text, size_t n)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > MAX_DEPTH)
                return true;
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return false;
}

json_t *json_read(struct arena *a, const char *text, size_t n, const char **error)
{
    *error = NULL;
    if (n && memchr(text, 0, n)) { /* jansson overlooks one behind a number */
        *error = "there is a NUL byte";
        return NULL;
    }
    if (too_deep(text, n)) {
        *error = arena_printf(a, "nested more than %d levels deep", MAX_DEPTH);
        return NULL;
    }
    json_error_t e;
    json_t *v = json_loadb(n ? text : "", n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (!v) {
        *error = arena_printf(a, "line %d, column %d: %s", e.line, e.column, e.text);
        return NULL;
    }
    arena_cleanup(a, free_json, v);
    return v;
}

/* --- writing --- */

/* RFC 8259, section 7, with the short escapes that RFC 8785, section 3.2.2.2 asks for. */
static void add_string(struct buf *b, const char *s)
{
    buf_addc(b, '"');
    for (;;) {
        const char *start = s;
        while ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
            s++;
        buf_add(b, start, (size_t)(s - start));
        switch (*s) {
        case 0: buf_addc(b, '"'); return;
        case '"': buf_adds(b, "\\\""); break;
        case '\\': buf_adds(b, "\\\\"); break;
        case '\b': buf_adds(b, "\\b"); break;
        case '\f': buf_adds(b, "\\f"); break;
        case '\n': buf_adds(b, "\\n"); break;
        case '\r': buf_adds(b, "\\r"); break;
        case '\t': buf_adds(b, "\\t"); break;
        default: buf_addf(b, "\\u%04x", (unsigned)(unsigned char)*s);
        }
        s++;
    }
}

struct json_out json_out(struct buf *b)
{
    return (struct json_out){.b = b};
}

static uint64_t level_bit(const struct json_out *w)
{
    return UINT64_C(1) << (w->depth - 1);
}

static void comma(struct json_out *w)
{
    if (w->depth == 0)
        return;
    if (w->comma & level_bit(w))
        buf_addc(w->b, ',');
    w->comma |= level_bit(w);
}

/* Before any value: a comma, unless its key has written one. */
static void before_value(struct json_out *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    ASSERT(w->depth == 0 || !(w->object & level_bit(w)));
    comma(w);
}

static void open_level(struct json_out *w, bool object)
{
    before_value(w);
    ASSERT(w->depth < MAX_DEPTH);
    w->depth++;
    w->comma &= ~level_bit(w);
    w->object = object ? w->object | level_bit(w) : w->object & ~level_bit(w);
    buf_addc(w->b, object ? '{' : '[');
}

void out_object(struct json_out *w)
{
    open_level(w, true);
}

void out_array(struct json_out *w)
{
    open_level(w, false);
}

void out_end(struct json_out *w)
{
    ASSERT(w->depth > 0 && !w->after_key);
    buf_addc(w->b, w->object & level_bit(w) ? '}' : ']');
    w->depth--;
}

void out_key(struct json_out *w, const char *key)
{
    ASSERT(w->depth > 0 && (w->object & level_bit(w)) && !w->after_key);
    comma(w);
    add_string(w->b, key);
    buf_addc(w->b, ':');
    w->after_key = true;
}

void out_string(struct json_out *w, const char *s)
{
    before_value(w);
    if (s)
        add_string(w->b, s);
    else
        buf_adds(w->b, "null");
}

void out_int(struct json_out *w, int64_t v)
{
    before_value(w);
    buf_add_int(w->b, v);
}

void out_real(struct json_out *w, double v)
{
    before_value(w);
    if (isfinite(v))
        json_add_number(w->b, v);
    else
        buf_adds(w->b, "null");
}

void out_bool(struct json_out *w, bool v)
{
    before_value(w);
    buf_adds(w->b, v ? "true" : "false");
}

void out_null(struct json_out *w)
{
    before_value(w);
    buf_adds(w->b, "null");
}

void out_raw(struct json_out *w, const char *json)
{
    before_value(w);
    buf_adds(w->b, json);
}

static void out_scalar(struct json_out *w, const json_t *v)
{
    switch (json_typeof(v)) {
    case JSON_STRING: out_string(w, json_string_value(v)); break;
    case JSON_INTEGER: out_int(w, json_integer_value(v)); break;
    case JSON_REAL: out_real(w, json_real_value(v)); break;
    case JSON_TRUE: out_bool(w, true); break;
    case JSON_FALSE: out_bool(w, false); break;
    default: out_null(w);
    }
}

static void write_value(struct json_out *w, const json_t *v)
{
    if (json_is_array(v)) {
        out_array(w);
        for (size_t i = 0; i < json_array_size(v); i++)
            write_value(w, json_array_get(v, i));
        out_end(w);
    } else if (json_is_object(v)) {
        const char *key;
        json_t *member;
        out_object(w);
        json_object_foreach((json_t *)v, key, member)
        {
            out_key(w, key);
            write_value(w, member);
        }
        out_end(w);
    } else {
        out_scalar(w, v);
    }
}

void out_value(struct json_out *w, const json_t *v)
{
    before_value(w);
    struct json_out inner = json_out(w->b); /* what was read may be as deep as a writer goes */
    write_value(&inner, v);
}

void out_kv_string(struct json_out *w, const char *key, const char *s)
{
    out_key(w, key);
    out_string(w, s);
}

void out_kv_int(struct json_out *w, const char *key, int64_t v)
{
    out_key(w, key);
    out_int(w, v);
}

void out_kv_bool(struct json_out *w, const char *key, bool v)
{
    out_key(w, key);
    out_bool(w, v);
}

/* --- RFC 8785 --- */

/*
 * By UTF-16 code units (section 3.2.3). In UTF-8 that is the order of bytes, but for the characters beyond
 * U+FFFF (first byte F0 and up), whose surrogates come before U+E000 to U+FFFF (first byte EE and EF).
 */
static int compare_keys(const void *pa, const void *pb)
{
    const unsigned char *a = *(const unsigned char *const *)pa, *b = *(const unsigned char *const *)pb;
    while (*a && *a == *b) {
        a++;
        b++;
    }
    if (*a >= 0xee && *b >= 0xee && (*a >= 0xf0) != (*b >= 0xf0))
        return *a >= 0xf0 ? -1 : 1;
    return *a - *b;
}

static void write_canonical(struct json_out *w, const json_t *v);

static void write_canonical_object(struct json_out *w, const json_t *v)
{
    size_t n = 0;
    const char **keys = xcalloc(json_object_size(v), sizeof *keys);
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)v, key, member) keys[n++] = key;
    if (n)
        qsort(keys, n, sizeof *keys, compare_keys);
    out_object(w);
    for (size_t i = 0; i < n; i++) {
        out_key(w, keys[i]);
        write_canonical(w, json_object_get(v, keys[i]));
    }
    out_end(w);
    free(keys);
}

static void write_canonical(struct json_out *w, const json_t *v)
{
    if (json_is_array(v)) {
        out_array(w);
        for (size_t i = 0; i < json_array_size(v); i++)
            write_canonical(w, json_array_get(v, i));
        out_end(w);
    } else if (json_is_object(v)) {
        write_canonical_object(w, v);
    } else {
        out_scalar(w, v);
    }
}

void json_canonical(struct buf *b, const json_t *v)
{
    struct json_out w = json_out(b);
    write_canonical(&w, v);
}
