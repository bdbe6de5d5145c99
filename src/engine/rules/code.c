/* Values made ready to compare: options become numbers, sets become bits. */
#include "engine/rules/internal.h"

#include <stdlib.h>

bool option_index(const struct fact *f, const char *option, size_t n, size_t *index)
{
    for (size_t i = 0; i < f->n_options; i++)
        if (strncmp(f->options[i], option, n) == 0 && f->options[i][n] == 0) {
            *index = i;
            return true;
        }
    return false;
}

static struct coded code_set(const struct fact *f, const char *members)
{
    struct coded c = {.known = f->n_options <= RULES_MAX_SET_OPTIONS};
    while (c.known && *members) {
        size_t n = strcspn(members, ",");
        size_t i;
        if (option_index(f, members, n, &i))
            c.bits |= UINT64_C(1) << i;
        members += n + (members[n] == ',');
    }
    return c;
}

struct coded code_value(const struct fact *f, const struct value *v)
{
    if (v->kind == VALUE_NULL)
        return (struct coded){.known = false};
    switch (f->kind) {
    case FACT_REAL:
        if (v->kind == VALUE_INT)
            return (struct coded){.known = true, .r = (double)v->i};
        ASSERT(v->kind == VALUE_REAL);
        return (struct coded){.known = true, .r = v->r};
    case FACT_TEXT: ASSERT(v->kind == VALUE_TEXT); return (struct coded){.known = true, .s = v->s};
    case FACT_SET: ASSERT(v->kind == VALUE_TEXT); return code_set(f, v->s);
    case FACT_CHOICE: {
        ASSERT(v->kind == VALUE_TEXT);
        size_t i = 0;
        bool known = option_index(f, v->s, strlen(v->s), &i);
        return (struct coded){.known = known, .i = (int64_t)i};
    }
    case FACT_BOOL: ASSERT(v->kind == VALUE_INT); return (struct coded){.known = true, .i = v->i != 0};
    case FACT_INT:
    case FACT_MONEY:
    case FACT_DATE: ASSERT(v->kind == VALUE_INT); return (struct coded){.known = true, .i = v->i};
    }
    BUG("fact %s has kind %d", f->name, (int)f->kind);
}

struct coded *code_values(struct arena *a, const struct ruleset *set, const struct value *values)
{
    struct coded *codes = arena_alloc(a, set->words->n * sizeof *codes);
    for (size_t u = 0; u < set->n_uses; u++) {
        size_t f = set->uses[u].fact;
        codes[f] = code_value(&set->words->facts[f], &values[f]);
    }
    return codes;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct value decode_set(struct arena *a, const struct fact *f, uint64_t bits)
{
    const char *members[RULES_MAX_SET_OPTIONS];
    size_t n = 0;
    for (size_t i = 0; i < f->n_options && i < RULES_MAX_SET_OPTIONS; i++)
        if (bits >> i & 1)
            members[n++] = f->options[i];
    qsort(members, n, sizeof *members, by_bytes);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = i ? arena_printf(a, "%s,%s", text, members[i]) : members[i];
    return v_text(text);
}

struct value decode_value(struct arena *a, const struct fact *f, const struct coded *c)
{
    if (!c->known)
        return v_null();
    switch (f->kind) {
    case FACT_REAL: return v_real(c->r);
    case FACT_TEXT: return v_text(c->s);
    case FACT_CHOICE: return v_text(f->options[c->i]);
    case FACT_SET: return decode_set(a, f, c->bits);
    case FACT_BOOL:
    case FACT_INT:
    case FACT_MONEY:
    case FACT_DATE: return v_int(c->i);
    }
    BUG("fact %s has kind %d", f->name, (int)f->kind);
}

bool coded_equal(enum fact_kind kind, const struct coded *a, const struct coded *b)
{
    if (!a->known || !b->known)
        return a->known == b->known;
    switch (kind) {
    case FACT_REAL: return a->r == b->r;
    case FACT_TEXT: return strcmp(a->s, b->s) == 0;
    case FACT_SET: return a->bits == b->bits;
    case FACT_BOOL:
    case FACT_INT:
    case FACT_MONEY:
    case FACT_CHOICE:
    case FACT_DATE: return a->i == b->i;
    }
    BUG("kind %d of fact", (int)kind);
}
