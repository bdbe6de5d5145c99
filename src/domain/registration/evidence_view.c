#include "domain/registration/evidence_view.h"

#include "base/json.h"

static const char *text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));
    return s ? s : "";
}

const char *evidence_words(struct call *c, const char *codes)
{
    static const struct option words[] = {{"same_domain", N_("same web domain")},
        {"same_name", N_("same name")}, {"alias", N_("known by that name, too")},
        {"words_reordered", N_("same words in another order")}, {"name_abbreviated", N_("name shortened")},
        {"spelled_alike", N_("spelled alike")}, {"acronym", N_("initials of the name")},
        {"words_missing", N_("words missing")}, {"words_differ", N_("words differ")},
        {"domain_spells_name", N_("domain spells the name")}, {"other_domain", N_("another web domain")},
        {"same_country", N_("same country")}, {"other_country", N_("another country")},
        {"same_city", N_("same city")}, {"same_mail", N_("same mail address")}, {"name", N_("name alike")},
        {0}};
    struct buf b = buf_in(c->arena, 4096);
    for (const char *p = codes; *p; p += strcspn(p, ","), p += *p == ',') {
        const char *code = arena_strndup(c->arena, p, strcspn(p, ","));
        buf_addf(&b, "%s%s", b.len ? ", " : "", option_label(call_lang(c), words, code));
    }
    return buf_str(&b);
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
            .evidence = evidence_words(c, text(o, "evidence"))};
    }
    return n;
}
