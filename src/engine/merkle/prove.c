#include "engine/merkle/merkle.h"

#include <stdlib.h>

/* The tiles that one proof has read: on each level the one on the leaf's path and the one at the edge. */
struct tile {
    unsigned level;
    uint64_t index;
    struct hash h[TILE_WIDTH];
};
struct tiles {
    struct merkle_reader reader;
    uint64_t size; /* of the tree */
    unsigned n;
    struct tile *tile[2 * MERKLE_LEVELS];
};

static void tiles_free(struct tiles *t)
{
    for (unsigned i = 0; i < t->n; i++)
        free(t->tile[i]);
}

static enum status tile_get(struct tiles *t, unsigned level, uint64_t index, const struct hash **out)
{
    for (unsigned i = 0; i < t->n; i++) {
        if (t->tile[i]->level == level && t->tile[i]->index == index) {
            *out = t->tile[i]->h;
            return OK;
        }
    }
    ASSERT(t->n < COUNT(t->tile));
    uint64_t first = index * TILE_WIDTH;
    uint64_t left = (t->size >> 8 * level) - first;
    struct tile *fresh = t->tile[t->n++] = xmalloc(sizeof *fresh);
    fresh->level = level;
    fresh->index = index;
    *out = fresh->h;
    return t->reader.read(
        t->reader.ctx, level, first, left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH, fresh->h);
}

/* The root of the complete subtree of WIDTH leaves, a power of two, that begins at leaf BEGIN. */
static enum status complete_hash(struct tiles *t, uint64_t begin, uint64_t width, struct hash *out)
{
    unsigned level = (unsigned)__builtin_ctzll(width) / 8;
    uint64_t first = begin >> 8 * level;
    const struct hash *h;
    TRY(tile_get(t, level, first / TILE_WIDTH, &h));
    *out = merkle_complete(h + first % TILE_WIDTH, (unsigned)(width >> 8 * level));
    return OK;
}

/*
 * The root over leaves [BEGIN, END), BEGIN being a multiple of a power of two that covers them: the binary
 * digits of their number are its complete subtrees, joined from the right.
 */
static enum status range_hash(struct tiles *t, uint64_t begin, uint64_t end, struct hash *out)
{
    bool some = false;
    while (begin < end) {
        uint64_t width = (end - begin) & -(end - begin);
        struct hash h;
        TRY(complete_hash(t, end - width, width, &h));
        *out = some ? merkle_node(&h, out) : h;
        some = true;
        end -= width;
    }
    return OK;
}

/* Leaves [begin, end) of a tree: a node on the way down. */
struct range {
    uint64_t begin, end;
};

/*
 * One step down from *R towards LEAF, to the left child if LEAF lies there; the hash of the other child goes
 * to the proof. The split is RFC 6962's: the largest power of two smaller than the number of leaves.
 */
static enum status descend(struct tiles *t, struct range *r, uint64_t leaf, struct merkle_proof *out)
{
    uint64_t width = r->end - r->begin;
    uint64_t middle = r->begin + (UINT64_C(1) << (63 - __builtin_clzll(width - 1)));
    struct hash *sibling = &out->h[out->n++];
    if (leaf < middle) {
        TRY(range_hash(t, middle, r->end, sibling));
        r->end = middle;
    } else {
        TRY(range_hash(t, r->begin, middle, sibling));
        r->begin = middle;
    }
    return OK;
}

/* Proofs are written from the leaf up; we went down. */
static void reverse(struct merkle_proof *p)
{
    for (unsigned i = 0, j = p->n; i + 1 < j; i++) {
        struct hash swap = p->h[--j];
        p->h[j] = p->h[i];
        p->h[i] = swap;
    }
}

enum status merkle_inclusion(
    struct merkle_proof *out, uint64_t index, uint64_t size, struct merkle_reader reader)
{
    ASSERT(index < size && size <= MERKLE_SIZE_MAX);
    struct tiles t = {.reader = reader, .size = size};
    struct range r = {0, size};
    enum status st = OK;
    out->n = 0;
    while (st == OK && r.end - r.begin > 1)
        st = descend(&t, &r, index, out);
    reverse(out);
    tiles_free(&t);
    return st;
}

enum status merkle_consistency(
    struct merkle_proof *out, uint64_t old, uint64_t size, struct merkle_reader reader)
{
    ASSERT(old > 0 && old <= size && size <= MERKLE_SIZE_MAX);
    struct tiles t = {.reader = reader, .size = size};
    struct range r = {0, size};
    enum status st = OK;
    out->n = 0;
    while (st == OK && r.end != old)
        st = descend(&t, &r, old - 1, out);
    /* What the old tree ends in; when that is the whole old tree, its root is known to the verifier. */
    if (st == OK && r.begin > 0)
        st = range_hash(&t, r.begin, r.end, &out->h[out->n++]);
    reverse(out);
    tiles_free(&t);
    return st;
}
