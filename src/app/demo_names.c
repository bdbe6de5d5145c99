#include "app/demo_names.h"

#include "base/buf.h"
#include "base/text.h"

/* ---- dice ---- */

uint64_t dice_next(struct dice *d)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

unsigned dice_below(struct dice *d, unsigned n)
{
    return (unsigned)((dice_next(d) >> 32) * n >> 32);
}

int dice_between(struct dice *d, int low, int high)
{
    return low + (int)dice_below(d, (unsigned)(high - low + 1));
}

bool dice_chance(struct dice *d, unsigned percent)
{
    return dice_below(d, 100) < percent;
}

const char *dice_pick(struct dice *d, struct arena *a, const char *list)
{
    unsigned n = 1;
    for (const char *p = list; *p; p++)
        n += *p == '|';
    for (n = dice_below(d, n); n; n--)
        list = strchr(list, '|') + 1;
    return arena_strndup(a, list, strcspn(list, "|"));
}

/* ---- countries ---- */

const struct demo_country *demo_country(const char *code)
{
    for (const struct demo_country *k = demo_countries; k->code; k++)
        if (streq(k->code, code))
            return k;
    return NULL;
}

const struct demo_country *demo_country_any(struct dice *d)
{
    unsigned sum = 0;
    const struct demo_country *k;
    for (k = demo_countries; k->code; k++)
        sum += k->weight;
    unsigned at = dice_below(d, sum);
    for (k = demo_countries; at >= k->weight; k++)
        at -= k->weight;
    return k;
}

/* ---- each once ---- */

struct demo_taken demo_taken_new(struct arena *a, size_t max)
{
    return (struct demo_taken){.hashes = ARENA_ARRAY(a, max, uint64_t), .max = max};
}

bool demo_take(struct demo_taken *t, struct arena *a, const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (const char *p = text_fold(a, text); *p; p++)
        hash = (hash ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < t->n; i++)
        if (t->hashes[i] == hash)
            return false;
    if (t->n == t->max)
        return false;
    t->hashes[t->n++] = hash;
    return true;
}

/* ---- companies ---- */

/* Folded, with what is no letter or digit made one MARK. */
static const char *slug(struct arena *a, const char *text, char mark)
{
    struct buf b = buf_in(a, 512);
    for (const char *p = text_fold(a, text); *p; p++) {
        bool word = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        if (word)
            buf_addc(&b, *p);
        else if (b.len && b.p[b.len - 1] != mark)
            buf_addc(&b, mark);
    }
    while (b.len && b.p[b.len - 1] == mark)
        b.p[--b.len] = 0;
    return buf_str(&b);
}

static const char *put_core(struct arena *a, const char *pattern, const char *core)
{
    const char *at = strchr(pattern, '%');
    return arena_printf(a, "%.*s%s%s", (int)(at - pattern), pattern, core, at + 1);
}

static const char *with_form(struct arena *a, struct dice *d, const char *plain, const char *forms)
{
    return arena_printf(a, "%s %s", plain, dice_pick(d, a, forms));
}

/* A proper name of two surnames now and then, else of syllables. */
static const char *core_new(struct arena *a, struct dice *d, const struct demo_country *k, bool *surnames)
{
    *surnames = dice_chance(d, 9);
    if (*surnames)
        return arena_printf(a, "%s & %s", dice_pick(d, a, k->last), dice_pick(d, a, k->last));
    return arena_printf(a, "%s%s", dice_pick(d, a, k->starts), dice_pick(d, a, k->ends));
}

struct demo_company demo_company_new(
    struct arena *a, struct dice *d, struct demo_taken *taken, const struct demo_country *k)
{
    struct demo_company c = {.country = k->code, .city = dice_pick(d, a, k->cities)};
    bool surnames;
    do {
        c.core = core_new(a, d, k, &surnames);
    } while (!demo_take(taken, a, c.core) && taken->n < taken->max);
    unsigned kind = dice_below(d, 100);
    if (surnames || kind < 5) { /* the name alone */
        c.plain = c.core;
        c.name = with_form(a, d, c.plain, k->forms);
    } else if (kind < 14) {
        c.plain = c.name = put_core(a, dice_pick(d, a, k->publics), c.core);
        c.city = c.core;
    } else {
        c.plain = arena_printf(a, "%s %s", c.core, dice_pick(d, a, k->trades));
        c.name = with_form(a, d, c.plain, k->forms);
    }
    c.domain = arena_printf(a, "%s.example", slug(a, dice_chance(d, 35) ? c.plain : c.core, '-'));
    return c;
}

struct demo_company demo_company_subsidiary(
    struct arena *a, struct dice *d, const struct demo_company *parent, const struct demo_country *k)
{
    struct demo_company c = {.core = parent->core, .country = k->code, .city = dice_pick(d, a, k->cities)};
    c.plain = arena_printf(a, "%s %s", parent->core, dice_pick(d, a, k->trades));
    c.name = with_form(a, d, c.plain, k->forms);
    c.domain = arena_printf(a, "%s-%s.example", slug(a, c.plain, '-'), slug(a, k->code, '-'));
    return c;
}

/* ---- people ---- */

const char *demo_person_name(struct arena *a, struct dice *d, const struct demo_country *k)
{
    return arena_printf(a, "%s %s", dice_pick(d, a, k->first), dice_pick(d, a, k->last));
}

const char *demo_email(struct arena *a, const char *name, const char *domain)
{
    return arena_printf(a, "%s@%s", slug(a, name, '.'), domain);
}
