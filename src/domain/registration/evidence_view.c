#include "domain/registration/evidence_view.h"

#include "base/json.h"

static const char *text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

size_t evidence_read(struct call *c, struct html *h, const char *json, struct alike_view **out)
{
    const char *error;
    json_t *list = json ? json_read(c->arena, json, strlen(json), &error) : NULL;
    size_t n = json_array_size(list) < 5 ? json_array_size(list) : 5;
    *out = ARENA_ARRAY(c->arena, n + 1, struct alike_view);
    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(list, i);
        bool same = streq(text(o, "answer"), "same");
        (*out)[i] = (struct alike_view){.name = text(o, "name"),
            .href = arena_printf(c->arena, "/accounts/%s", text(o, "account")),
            .answer = same ? TR(c, "The same company") : TR(c, "May be the same"),
            .mark = same ? "ok" : "review",
            .score = fmt_real(h, json_number_value(json_object_get(o, "score")), 2),
            .evidence = text(o, "evidence")};
    }
    return n;
}
