#include "engine/psi/keys.h"

#include "base/parallel.h"
#include "engine/match/record.h"

#include <stdlib.h>

static const char *const psi_by_names[PSI_BYS] = {
    [PSI_BY_BEST] = "best", [PSI_BY_DOMAIN] = "domain", [PSI_BY_NAME] = "name"};

enum psi_by psi_by_parse(const char *name)
{
    for (int by = PSI_BY_BEST; by < PSI_BYS; by++)
        if (streq(psi_by_names[by], name))
            return (enum psi_by)by;
    return 0;
}

struct chosen {
    struct arena *arena;
    bool domain, name;
    const char *key;
};

/* Exact keys come first, the domain before the names: the first that may be is the one. */
static void choose(void *ctx, const char *text, size_t n, bool exact)
{
    struct chosen *c = ctx;
    bool with_country = text[0] == 'c' && n > 2 && text[2] != ':';
    if (!c->key && exact && ((c->domain && text[0] == 'd') || (c->name && with_country)))
        c->key = arena_strndup(c->arena, text, n);
}

const char *psi_key(struct arena *a, const struct match_company *c, enum psi_by by)
{
    struct chosen chosen = {a, by != PSI_BY_NAME, by != PSI_BY_DOMAIN, NULL};
    record_keys(match_prepare(a, c), choose, &chosen);
    return chosen.key;
}

struct keyed {
    const char *key;
    uint32_t row;
};

struct making {
    const struct match_company *company;
    enum psi_by by;
    struct keyed *of; /* by row */
    struct arena *keep[PARALLEL_WORKERS];
};

#define RESET_EVERY 256 /* rows; what a record needs is many times its key */

static void make_keys(void *ctx, unsigned worker, size_t from, size_t to)
{
    struct making *m = ctx;
    struct arena *scratch = arena_new();
    for (size_t i = from; i < to; i++) {
        const char *key = psi_key(scratch, &m->company[i], m->by);
        m->of[i] = (struct keyed){arena_strdup(m->keep[worker], key), (uint32_t)i};
        if (i % RESET_EVERY == 0)
            arena_reset(scratch);
    }
    arena_free(scratch);
}

static int by_key(const void *x, const void *y)
{
    const struct keyed *a = x, *b = y;
    int order = strcmp(a->key, b->key);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

void psi_keys(struct arena *a, const struct match_company *c, size_t n, enum psi_by by, struct psi_keys *out)
{
    struct making m = {.company = c, .by = by, .of = xcalloc(n + 1, sizeof *m.of)};
    size_t with = 0;
    for (unsigned i = 0; i < PARALLEL_WORKERS; i++) {
        m.keep[i] = arena_new();
        arena_cleanup(a, free_arena, m.keep[i]);
    }
    parallel_run(n, make_keys, &m);
    for (size_t i = 0; i < n; i++)
        if (m.of[i].key)
            m.of[with++] = m.of[i];
    qsort(m.of, with, sizeof *m.of, by_key);
    *out = (struct psi_keys){.key = ARENA_ARRAY(a, with + 1, const char *),
        .first = ARENA_ARRAY(a, with + 1, uint32_t),
        .row = ARENA_ARRAY(a, with + 1, uint32_t),
        .without = n - with};
    for (size_t i = 0; i < with; i++) {
        if (i == 0 || !streq(m.of[i].key, m.of[i - 1].key)) {
            out->first[out->n] = (uint32_t)i;
            out->key[out->n++] = m.of[i].key;
        }
        out->row[i] = m.of[i].row;
    }
    out->first[out->n] = (uint32_t)with;
    free(m.of);
}
