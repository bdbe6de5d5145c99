#include "domain/import/keyset.h"

#include <stdlib.h>

/* FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>, then mixed, so that its low bits can be an index. */
uint64_t keyset_hash(const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        h = (h ^ *p) * UINT64_C(0x100000001b3);
    h = (h ^ (h >> 32)) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 29)) >> 1;
    return h ? h : 1;
}

uint64_t keyset_of_hash(int64_t hash)
{
    uint64_t h = (uint64_t)hash >> 1;
    return h ? h : 1;
}

static struct keyset_slot *slot_of(const struct keyset *s, uint64_t key)
{
    size_t at = (size_t)key & (s->cap - 1);
    while (s->slots[at].key && s->slots[at].key != key)
        at = (at + 1) & (s->cap - 1);
    return &s->slots[at];
}

static void grow(struct keyset *s)
{
    struct keyset old = *s;
    s->cap = old.cap ? old.cap * 2 : 1024;
    s->slots = xcalloc(s->cap, sizeof *s->slots);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].key)
            *slot_of(s, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

bool keyset_add(struct keyset *s, uint64_t key, uint64_t parent)
{
    if (4 * s->n >= 3 * s->cap)
        grow(s);
    struct keyset_slot *slot = slot_of(s, key);
    if (slot->key) {
        slot->several = 1;
        return false;
    }
    slot->key = key;
    slot->parent = parent;
    s->n++;
    return true;
}

const struct keyset_slot *keyset_find(const struct keyset *s, uint64_t key)
{
    struct keyset_slot *slot = s->cap ? slot_of(s, key) : NULL;
    return slot && slot->key ? slot : NULL;
}

void keyset_free(struct keyset *s)
{
    free(s->slots);
    *s = (struct keyset){0};
}
