#include "engine/merkle/merkle.h"

#define PEAKS COUNT(((struct merkle_level *)0)->peak)

/* The complete subtrees of the level's partial tile, by the binary digits of N. */
static void level_peaks(const struct merkle_level *l, struct hash peak[PEAKS])
{
    if (l->peaked == l->n) {
        memcpy(peak, l->peak, sizeof l->peak);
        return;
    }
    unsigned first = 0;
    for (unsigned bit = PEAKS; bit-- > 0;) {
        if (l->n >> bit & 1) {
            peak[bit] = merkle_complete(l->h + first, 1U << bit);
            first += 1U << bit;
        }
    }
}

/*
 * Adds a hash to the partial tile of a level and joins the peaks that it completes, like a binary counter. Of
 * a full tile *CARRY is then the root.
 */
static void level_push(struct merkle_level *l, struct hash *carry)
{
    unsigned bit = 0;
    if (l->peaked != l->n)
        level_peaks(l, l->peak);
    l->h[l->n] = *carry;
    for (; l->n >> bit & 1; bit++)
        *carry = merkle_node(&l->peak[bit], carry);
    if (bit < PEAKS)
        l->peak[bit] = *carry;
    l->peaked = ++l->n;
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
        l->peaked = l->n = 0;
    }
    e->size++;
}

struct hash merkle_root(const struct merkle_edge *e)
{
    struct hash root = merkle_empty(), peak[PEAKS];
    bool some = false;
    for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
        unsigned n = e->level[level].n;
        if (n == 0)
            continue;
        level_peaks(&e->level[level], peak);
        for (unsigned bit = 0; bit < PEAKS; bit++) {
            if (!(n >> bit & 1))
                continue;
            root = some ? merkle_node(&peak[bit], &root) : peak[bit];
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
        if (n)
            TRY(r.read(r.ctx, level, have - n, n, out->level[level].h));
        out->level[level].n = n;
    }
    out->size = size;
    return OK;
}
