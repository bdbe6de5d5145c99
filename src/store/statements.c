#include "store/statements.h"

#include "store/engine.h"

#include <stdlib.h>

static size_t slot_of_address(const char *sql)
{
    uint64_t h = (uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(h >> 32) % STATEMENTS_KEPT;
}

static void unlink_by_use(struct statements *s, struct statement *st)
{
    *(st->newer ? &st->newer->older : &s->newest) = st->older;
    *(st->older ? &st->older->newer : &s->oldest) = st->newer;
}

static void link_newest(struct statements *s, struct statement *st)
{
    st->newer = NULL;
    st->older = s->newest;
    *(s->newest ? &s->newest->newer : &s->oldest) = st;
    s->newest = st;
}

static struct statement *find(const struct statements *s, const char *sql, uint64_t hash)
{
    struct statement *st = s->buckets[hash % STATEMENTS_KEPT];
    while (st && (st->hash != hash || !streq(st->sql, sql)))
        st = st->next;
    return st;
}

static struct statement *add(struct statements *s, const char *sql, uint64_t hash)
{
    struct statement **bucket = &s->buckets[hash % STATEMENTS_KEPT];
    struct statement *st = xcalloc(1, sizeof *st);
    *st = (struct statement){.sql = xstrdup(sql), .hash = hash, .next = *bucket};
    *bucket = st;
    s->n++;
    link_newest(s, st);
    return st;
}

struct statement *statements_get(struct statements *s, const char *sql)
{
    struct statement **slot = &s->by_address[slot_of_address(sql)];
    struct statement *st = *slot;
    if (!st || !streq(st->sql, sql)) {
        uint64_t hash = db_hash(sql);
        st = find(s, sql, hash);
        if (!st)
            st = add(s, sql, hash);
        *slot = st;
    }
    if (st != s->newest) {
        unlink_by_use(s, st);
        link_newest(s, st);
    }
    return st;
}

static void drop(struct statements *s, struct statement *st)
{
    for (size_t i = 0; i < STATEMENTS_KEPT; i++)
        if (s->by_address[i] == st)
            s->by_address[i] = NULL;
    struct statement **p = &s->buckets[st->hash % STATEMENTS_KEPT];
    while (*p != st)
        p = &(*p)->next;
    *p = st->next;
    unlink_by_use(s, st);
    s->n--;
    if (st->own)
        s->drop(s->ctx, st);
    free(st->sql);
    free(st);
}

void statements_trim(struct statements *s)
{
    while (s->n > STATEMENTS_KEPT)
        drop(s, s->oldest);
}

void statements_clear(struct statements *s)
{
    while (s->oldest)
        drop(s, s->oldest);
}
