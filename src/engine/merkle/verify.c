#include "engine/merkle/merkle.h"

static bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->b, b->b, HASH_SIZE) == 0;
}

/*
 * The way up from a leaf (or subtree) to the root: its number on the present level, and the last number
 * there. Names as in RFC 9162.
 */
struct climb {
    uint64_t fn, sn;
};

/* Whether the sibling stands on the left; the step up then passes the levels where the node has none. */
static bool sibling_is_left(struct climb *c)
{
    bool left = (c->fn & 1) || c->fn == c->sn;
    while (left && !(c->fn & 1) && c->fn != 0) {
        c->fn >>= 1;
        c->sn >>= 1;
    }
    c->fn >>= 1;
    c->sn >>= 1;
    return left;
}

bool merkle_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
    const struct merkle_proof *p, const struct hash *root)
{
    if (index >= size || p->n > MERKLE_PROOF_MAX)
        return false;
    struct climb c = {.fn = index, .sn = size - 1};
    struct hash r = *leaf;
    for (unsigned i = 0; i < p->n; i++) {
        if (c.sn == 0)
            return false;
        r = sibling_is_left(&c) ? merkle_node(&p->h[i], &r) : merkle_node(&r, &p->h[i]);
    }
    return c.sn == 0 && hash_equal(&r, root);
}

bool merkle_verify_consistency(uint64_t old, const struct hash *old_root, uint64_t size,
    const struct hash *root, const struct merkle_proof *p)
{
    if (old == 0 || old > size || p->n > MERKLE_PROOF_MAX)
        return false;
    if (old == size)
        return p->n == 0 && hash_equal(old_root, root);
    if (p->n == 0)
        return false;
    struct climb c = {.fn = old - 1, .sn = size - 1};
    for (; c.fn & 1; c.sn >>= 1)
        c.fn >>= 1;
    /* An old tree that is one complete subtree begins with its own root, which the proof leaves out. */
    unsigned i = (old & (old - 1)) ? 1 : 0;
    struct hash fr = i ? p->h[0] : *old_root, sr = fr;
    for (; i < p->n; i++) {
        if (c.sn == 0)
            return false;
        if (sibling_is_left(&c)) {
            fr = merkle_node(&p->h[i], &fr);
            sr = merkle_node(&p->h[i], &sr);
        } else {
            sr = merkle_node(&sr, &p->h[i]);
        }
    }
    return c.sn == 0 && hash_equal(&fr, old_root) && hash_equal(&sr, root);
}
