#include "engine/merkle/merkle.h"

/*
 * Adds a hash to the partial tile of a level and joins the peaks that it completes, like a binary counter. Of
 * a full tile *CARRY is then the root.
 */
static void level_push(struct merkle_level *l, struct hash *carry)
{
    unsigned bit = 0;
    l->h[l->n] = *carry;
    for (; l->n >> bit & 1; bit++)
        *carry = merkle_node(&l->peak[bit], carry);
    if (bit < COUNT(l->peak))
        l->peak[bit] = *carry;
    l->n++;
}

void merkle_append(struct merkle_edge *e, const struct hash *leaf, merkle_tile_fn *tile_done, void *ctx)
{
    struct hash carry = *leaf;
    ASSERT(e->size < MERKLE_SIZE_MAX);
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        struct merkle_level *l = &e->level[level];
        level_push(l, &carry);
        if (l->n < TILE_WIDTH)
            break;
        if (tile_done)
            tile_done(ctx, level, e->size >> 8 * (level + 1), l->h, TILE_WIDTH);
        l->n = 0;
    }
    e->size++;
}

struct hash merkle_root(const struct merkle_edge *e)
{
    struct hash root = merkle_empty();
    bool some = false;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        const struct merkle_level *l = &e->level[level];
        for (unsigned bit = 0; bit < COUNT(l->peak); bit++) {
            if (!(l->n >> bit & 1))
                continue;
            root = some ? merkle_node(&l->peak[bit], &root) : l->peak[bit];
            some = true;
        }
    }
    return root;
}

enum status merkle_edge_load(struct merkle_edge *out, uint64_t size, struct merkle_reader r)
{
    ASSERT(size <= MERKLE_SIZE_MAX);
    memset(out, 0, sizeof *out);
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        uint64_t have = size >> 8 * level;
        unsigned n = have % TILE_WIDTH;
        struct merkle_level *l = &out->level[level];
        if (n == 0)
            continue;
        TRY(r.read(r.ctx, level, have - n, n, l->h));
        l->n = n;
        for (unsigned bit = COUNT(l->peak), first = 0; bit-- > 0;) {
            if (n >> bit & 1) {
                l->peak[bit] = merkle_complete(l->h + first, 1U << bit);
                first += 1U << bit;
            }
        }
    }
    out->size = size;
    return OK;
}
