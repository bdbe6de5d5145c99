#include "engine/merkle/merkle.h"

#define PEAKS COUNT(((struct merkle_level *)0)->peak)

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
    if (bit < PEAKS)
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
        for (unsigned bit = 0; bit < PEAKS; bit++) {
            if (!(l->n >> bit & 1))
                continue;
            root = some ? merkle_node(&l->peak[bit], &root) : l->peak[bit];
            some = true;
        }
    }
    return root;
}

enum status merkle_edge_extend(struct merkle_edge *e, uint64_t size, struct merkle_reader r)
{
    struct hash fresh[TILE_WIDTH];
    ASSERT(e->size <= size && size <= MERKLE_SIZE_MAX);
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        struct merkle_level *l = &e->level[level];
        uint64_t have = size >> 8 * level, had = e->size >> 8 * level;
        unsigned n = have % TILE_WIDTH;
        if (have / TILE_WIDTH != had / TILE_WIDTH)
            l->n = 0;
        unsigned more = n - l->n;
        if (more)
            TRY(r.read(r.ctx, level, have - more, more, fresh));
        for (unsigned i = 0; i < more; i++)
            level_push(l, &fresh[i]);
    }
    e->size = size;
    return OK;
}
