#include "domain/programme/document_edit.h"

#include "base/text.h"
#include "domain/programme/changes.h"

#include <math.h>

const struct option move_steps[] = {{"up", N_("Up")}, {"down", N_("Down")}, {0}};

void move_element(json_t *list, size_t from, int64_t place, const char *step)
{
    int64_t n = (int64_t)json_array_size(list), to = place ? place - 1 : (int64_t)from;
    if (!place && step)
        to += streq(step, "up") ? -1 : 1;
    to = to < 0 ? 0 : to >= n ? n - 1 : to;
    json_t *element = json_incref(json_array_get(list, from));
    json_array_remove(list, from);
    json_array_insert_new(list, (size_t)to, element);
}

#define KEY_MAX 40 /* leaves room for a number behind it */

const char *free_key(struct call *c, const json_t *list, const char *member, const char *wanted)
{
    const char *folded = text_fold(c->arena, wanted);
    struct buf b = buf_in(c->arena, 256);
    for (; *folded && b.len < KEY_MAX; folded++) {
        bool plain = (*folded >= 'a' && *folded <= 'z') || (*folded >= '0' && *folded <= '9');
        if (plain || (b.len && b.p[b.len - 1] != '_'))
            buf_addc(&b, plain ? *folded : '_');
    }
    while (b.len && b.p[b.len - 1] == '_')
        b.p[--b.len] = 0;
    const char *base = b.len ? buf_str(&b) : "item", *key = base;
    for (int i = 2; element_by(list, member, key, NULL); i++)
        key = arena_printf(c->arena, "%s_%d", base, i);
    return key;
}

enum status check_key(struct call *c, const char *field, const char *key)
{
    size_t n = key ? strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_") : 1;
    if (key && (key[n] || n == 0 || n > 48))
        return call_field(c, field, TR(c, "use lower-case letters, digits and _"));
    return OK;
}

json_t *number_json(double v)
{
    return v == floor(v) && fabs(v) < 1e15 ? json_integer((json_int_t)v) : json_real(v);
}
