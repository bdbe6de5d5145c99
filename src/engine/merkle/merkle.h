/*
 * Append-only Merkle trees as in RFC 6962 section 2 (SHA-256, leaf prefix 0x00, node prefix 0x01), stored as
 * tiles of 256 hashes (C2SP tlog-tiles, height 8), and their proofs.
 *
 * A tree of N leaves is known by its tiles: tile (level L, index I) holds the roots of the complete subtrees
 * of 256^L leaves, 256 of them from I * 256 on; the last tile of a level is partial. Level 0 holds leaf
 * hashes.
 */
#ifndef TANDEM_MERKLE_H
#define TANDEM_MERKLE_H

#include "base/arena.h"
#include "base/base.h"

#define HASH_SIZE  32
#define TILE_WIDTH 256

struct hash {
    unsigned char b[HASH_SIZE];
};

struct hash merkle_empty(void);                      /* SHA-256 of nothing */
struct hash merkle_leaf(const void *data, size_t n); /* SHA-256(0x00 || data) */
struct hash merkle_node(const struct hash *left, const struct hash *right);
/* SHA-256 of up to three pieces, for commitments and fingerprints. */
struct hash sha256(const void *data, size_t n);
struct hash sha256_3(const void *a, size_t an, const void *b, size_t bn, const void *c, size_t cn);

/* The root of a complete subtree over N hashes that stand side by side; N is a power of two up to a tile. */
struct hash merkle_complete(const struct hash *hashes, unsigned n);

/*
 * The growing edge: all that is needed to append and to know the root. For every level the hashes of its
 * last, partial tile. An empty tree is all zeros. About 68 kB: keep it on the heap. 8 levels hold more than
 * any log will.
 */
#define MERKLE_LEVELS   8
#define MERKLE_SIZE_MAX INT64_MAX
struct merkle_edge {
    uint64_t size; /* leaves so far */
    struct merkle_level {
        unsigned n; /* hashes in the partial tile, 0..255 */
        struct hash h[TILE_WIDTH];
        /*
         * Kept so that a root costs few hashes: where bit J of N is set, peak[J] is the root of a complete
         * subtree of 2^J of them, the larger subtrees first.
         */
        struct hash peak[8];
    } level[MERKLE_LEVELS];
};

/*
 * Appends a leaf hash. TILE_DONE (may be NULL) is called for each tile that became full by it, with its 256
 * hashes.
 */
typedef void merkle_tile_fn(void *ctx, unsigned level, uint64_t index, const struct hash *hashes, unsigned n);
void merkle_append(struct merkle_edge *e, const struct hash *leaf, merkle_tile_fn *tile_done, void *ctx);
struct hash merkle_root(const struct merkle_edge *e);

/* Reads hashes [first, first+n) of LEVEL into OUT (one tile at most): from the store, a file, memory. */
struct merkle_reader {
    enum status (*read)(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out);
    void *ctx;
};

/*
 * Makes the edge of a tree (all zeros: of the empty one) that of its first SIZE leaves, at least as many: one
 * read a level, of what is new. Fails only as the reader does, and the edge is good for nothing then.
 */
enum status merkle_edge_extend(struct merkle_edge *e, uint64_t size, struct merkle_reader r) MUST;

#define MERKLE_PROOF_MAX 64
struct merkle_proof {
    unsigned n;
    struct hash h[MERKLE_PROOF_MAX];
};

/*
 * RFC 6962 2.1.1 and 2.1.2. SIZE is the tree's, and may be less than what the reader holds; INDEX < SIZE;
 * 0 < OLD <= SIZE. Each tile is read once and whole, at most two a level. Fails only as the reader does.
 */
enum status merkle_inclusion(
    struct merkle_proof *out, uint64_t index, uint64_t size, struct merkle_reader r) MUST;
enum status merkle_consistency(
    struct merkle_proof *out, uint64_t old, uint64_t size, struct merkle_reader r) MUST;
/*
 * RFC 9162 2.1.3.2 and 2.1.4.2: true only when the proof proves it. Nothing proves a continuation of the
 * empty tree: OLD 0 is false.
 */
bool merkle_verify_inclusion(const struct hash *leaf, uint64_t index, uint64_t size,
    const struct merkle_proof *p, const struct hash *root) MUST;
bool merkle_verify_consistency(uint64_t old, const struct hash *old_root, uint64_t size,
    const struct hash *root, const struct merkle_proof *p) MUST;

#endif
