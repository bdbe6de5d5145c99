/* A population's row: as it is stored, as it is matched, by which keys its likes are found. */
#include "base/text.h"
#include "domain/mapping/rows.h"
#include "engine/match/record.h"

struct member member_read(struct arena *a, const struct value *v)
{
    const char *text[8];
    for (size_t i = 1; i < 8; i++)
        text[i] = v[i].kind == VALUE_TEXT ? arena_strdup(a, v[i].s) : NULL;
    return (struct member){v[0].i, text[1], text[2], text[3], text[4], text[5], text[6], text[7]};
}

const struct match_record *member_record(struct arena *a, const struct member *m)
{
    struct match_company c = {.name = m->name, .domain = m->domain, .country = m->country, .city = m->city};
    return match_prepare(a, &c);
}

struct hashes {
    int64_t *of;
    size_t n;
};

/* Whole keys only: a domain, a name with its country, a name, its words in any order. */
static void add_hash(void *ctx, const char *text, size_t n, bool exact)
{
    struct hashes *h = ctx;
    (void)exact;
    if (h->n < MEMBER_KEYS && strchr("dcns", text[0]))
        h->of[h->n++] = (int64_t)hash_bytes(HASH_SEED, text, n);
}

size_t member_keys(const struct match_record *r, int64_t out[MEMBER_KEYS])
{
    struct hashes h = {out, 0};
    record_keys(r, add_hash, &h);
    size_t kept = 0;
    for (size_t i = 0; i < h.n; i++) {
        size_t k = 0;
        while (k < kept && out[k] != out[i])
            k++;
        if (k == kept)
            out[kept++] = out[i];
    }
    return kept;
}
