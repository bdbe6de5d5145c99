/* Two names: whatever the bytes, preparing, comparing and keys keep their bounds, and the score its symmetry.
 */
#include "engine/match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is one name, the second the other, each with a country and a city behind tabs. */
static char *next_field(struct arena *a, const uint8_t **p, const uint8_t *end, char stop)
{
    const uint8_t *from = *p, *at = from < end ? memchr(from, stop, (size_t)(end - from)) : NULL;
    const uint8_t *to = at ? at : end;
    *p = at ? at + 1 : end;
    return arena_strndup(a, (const char *)from, (size_t)(to - from));
}

static const struct match_record *next_record(struct arena *a, const uint8_t **p, const uint8_t *end)
{
    struct match_company c = {.name = next_field(a, p, end, '\t')};
    c.country = next_field(a, p, end, '\t');
    c.city = next_field(a, p, end, '\n');
    const char **alias = ARENA_ARRAY(a, 1, const char *);
    alias[0] = c.city;
    c.aliases = alias;
    c.n_aliases = 1;
    return match_prepare(a, &c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const uint8_t *p = data, *end = data + size;
    const struct match_record *x = next_record(a, &p, end), *y = next_record(a, &p, end);
    struct match_result forth = match_compare(a, x, y), back = match_compare(a, y, x);
    ASSERT(forth.score >= 0 && forth.score <= 1);
    ASSERT(!(forth.score < back.score) && !(back.score < forth.score));
    ASSERT(streq(forth.evidence, back.evidence));
    struct match_keys keys;
    match_keys(a, x, &keys);
    ASSERT(keys.n <= MATCH_MAX_KEYS && keys.n_exact <= keys.n);
    char *name = arena_strndup(a, (const char *)data, size);
    (void)match_name_key(a, name);
    arena_free(a);
    return 0;
}
