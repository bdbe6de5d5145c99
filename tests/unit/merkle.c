/*
 * The Merkle tree against the reference vectors of certificate-transparency (the tree of eight leaves) and
 * against a naive implementation that follows the recursive definitions of RFC 6962 word by word.
 */
#include "engine/merkle/merkle.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- the naive reference: leaf hashes in memory, section 2.1 read aloud --- */

#define SMALL 301 /* crosses a tile */

static struct hash small_leaf[SMALL];
static struct hash memo[SMALL + 1][SMALL + 1];
static bool known[SMALL + 1][SMALL + 1];

static uint64_t split(uint64_t n)
{
    uint64_t k = 1;
    while (k * 2 < n)
        k *= 2;
    return k;
}

static struct hash naive_root(const struct hash *leaf, uint64_t n)
{
    if (n == 0)
        return merkle_empty();
    if (n == 1)
        return leaf[0];
    uint64_t k = split(n);
    struct hash l = naive_root(leaf, k), r = naive_root(leaf + k, n - k);
    return merkle_node(&l, &r);
}

/* MTH(D[begin:end]) of the small tree, remembered. */
static struct hash mth(unsigned begin, unsigned end)
{
    if (!known[begin][end]) {
        unsigned n = end - begin, k = (unsigned)split(n);
        if (n == 1) {
            memo[begin][end] = small_leaf[begin];
        } else {
            struct hash l = mth(begin, begin + k), r = mth(begin + k, end);
            memo[begin][end] = merkle_node(&l, &r);
        }
        known[begin][end] = true;
    }
    return memo[begin][end];
}

static void naive_path(struct merkle_proof *out, unsigned m, unsigned begin, unsigned end)
{
    unsigned n = end - begin, k = (unsigned)split(n);
    if (n == 1)
        return;
    if (m < k) {
        naive_path(out, m, begin, begin + k);
        out->h[out->n++] = mth(begin + k, end);
    } else {
        naive_path(out, m - k, begin + k, end);
        out->h[out->n++] = mth(begin, begin + k);
    }
}

static void naive_subproof(struct merkle_proof *out, unsigned m, unsigned begin, unsigned end, bool whole)
{
    unsigned n = end - begin, k = (unsigned)split(n);
    if (m == n) {
        if (!whole)
            out->h[out->n++] = mth(begin, end);
    } else if (m <= k) {
        naive_subproof(out, m, begin, begin + k, whole);
        out->h[out->n++] = mth(begin + k, end);
    } else {
        naive_subproof(out, m - k, begin + k, end, false);
        out->h[out->n++] = mth(begin, begin + k);
    }
}

/* --- a store of tiles in memory --- */

#define LEVELS 3

struct memory {
    struct hash *level[LEVELS];
    uint64_t n[LEVELS]; /* hashes there */
    unsigned reads, tiles_done;
    unsigned fail_at; /* the read that fails; 0: none */
};

static void memory_build(struct memory *m, const struct hash *leaf, uint64_t n)
{
    *m = (struct memory){0};
    for (unsigned l = 0; l < LEVELS; l++, n /= TILE_WIDTH) {
        m->level[l] = xcalloc((size_t)n, sizeof(struct hash));
        m->n[l] = n;
        for (uint64_t i = 0; i < n; i++)
            m->level[l][i] = l == 0 ? leaf[i] : naive_root(m->level[l - 1] + i * TILE_WIDTH, TILE_WIDTH);
    }
}

static void memory_free(struct memory *m)
{
    for (unsigned l = 0; l < LEVELS; l++)
        free(m->level[l]);
}

static enum status memory_read(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out)
{
    struct memory *m = ctx;
    assert_true(level < LEVELS && n > 0 && first + n <= m->n[level]);
    assert_true(first / TILE_WIDTH == (first + n - 1) / TILE_WIDTH);
    memcpy(out, m->level[level] + first, n * sizeof *out);
    return ++m->reads == m->fail_at ? BROKEN : OK;
}

static struct merkle_reader reader(struct memory *m)
{
    m->reads = 0;
    return (struct merkle_reader){.read = memory_read, .ctx = m};
}

static void tile_check(void *ctx, unsigned level, uint64_t index, const struct hash *h, unsigned n)
{
    struct memory *m = ctx;
    assert_int_equal(n, TILE_WIDTH);
    assert_memory_equal(h, m->level[level] + index * TILE_WIDTH, n * sizeof *h);
    m->tiles_done++;
}

/* --- helpers --- */

static struct hash numbered_leaf(uint64_t i)
{
    return merkle_leaf(&i, sizeof i);
}

static int small_setup(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMALL; i++)
        small_leaf[i] = numbered_leaf(i);
    return 0;
}

static struct hash hash_of(const char *hex)
{
    struct hash h;
    for (size_t i = 0; i < HASH_SIZE; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
        h.b[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return h;
}

static void assert_hash(struct hash h, const char *hex)
{
    struct hash want = hash_of(hex);
    assert_memory_equal(h.b, want.b, HASH_SIZE);
}

static void assert_proof(const struct merkle_proof *p, const struct merkle_proof *want)
{
    assert_int_equal(p->n, want->n);
    assert_memory_equal(p->h, want->h, p->n * sizeof *p->h);
}

/* --- the reference tree of eight leaves --- */

static const struct {
    const char *data;
    size_t n;
} reference_leaf[8] = {
    {"", 0},
    {"\x00", 1},
    {"\x10", 1},
    {"\x20\x21", 2},
    {"\x30\x31", 2},
    {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};

static const char *const reference_root[9] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

#define H_B  "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define H_CD "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define H_E  "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"

/* INDEX or OLD in SIZE; at most three hashes. */
struct vector {
    uint64_t at, size;
    const char *proof[4];
};

static const struct vector inclusion_vector[] = {
    {0, 1, {NULL}},
    {0, 8, {H_B, H_CD, "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {5, 8,
        {H_E, "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
    {1, 5, {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", H_CD, H_E}},
};

static const struct vector consistency_vector[] = {
    {1, 1, {NULL}},
    {1, 8, {H_B, H_CD, "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
    {6, 8,
        {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    {2, 5, {H_CD, H_E}},
};

static struct merkle_proof vector_proof(const struct vector *v)
{
    struct merkle_proof p = {0};
    while (v->proof[p.n]) {
        p.h[p.n] = hash_of(v->proof[p.n]);
        p.n++;
    }
    return p;
}

static void reference_hashes(struct hash leaf[8])
{
    for (unsigned i = 0; i < 8; i++)
        leaf[i] = merkle_leaf(reference_leaf[i].data, reference_leaf[i].n);
}

static void test_hashes(void **state)
{
    (void)state;
    assert_hash(sha256("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(sha256_3("a", 1, NULL, 0, "bc", 2),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(merkle_empty(), reference_root[0]);
    struct hash a = merkle_leaf("", 0);
    assert_hash(a, reference_root[1]);
    struct hash b = merkle_leaf("\x00", 1);
    assert_hash(merkle_node(&a, &b), reference_root[2]);
}

static void test_reference_roots(void **state)
{
    (void)state;
    struct merkle_edge *e = xcalloc(1, sizeof *e);
    struct hash leaf[8];
    reference_hashes(leaf);
    assert_hash(merkle_root(e), reference_root[0]);
    for (unsigned i = 0; i < 8; i++) {
        merkle_append(e, &leaf[i], NULL, NULL);
        assert_int_equal(e->size, i + 1);
        assert_hash(merkle_root(e), reference_root[i + 1]);
    }
    free(e);
}

static void test_reference_proofs(void **state)
{
    (void)state;
    struct hash leaf[8];
    struct memory m;
    reference_hashes(leaf);
    memory_build(&m, leaf, 8);
    for (size_t i = 0; i < COUNT(inclusion_vector); i++) {
        const struct vector *v = &inclusion_vector[i];
        struct merkle_proof want = vector_proof(v), p;
        struct hash root = hash_of(reference_root[v->size]);
        assert_int_equal(merkle_inclusion(&p, v->at, v->size, reader(&m)), OK);
        assert_proof(&p, &want);
        assert_true(merkle_verify_inclusion(&leaf[v->at], v->at, v->size, &p, &root));
    }
    for (size_t i = 0; i < COUNT(consistency_vector); i++) {
        const struct vector *v = &consistency_vector[i];
        struct merkle_proof want = vector_proof(v), p;
        struct hash old = hash_of(reference_root[v->at]), root = hash_of(reference_root[v->size]);
        assert_int_equal(merkle_consistency(&p, v->at, v->size, reader(&m)), OK);
        assert_proof(&p, &want);
        assert_true(merkle_verify_consistency(v->at, &old, v->size, &root, &p));
    }
    memory_free(&m);
}

/* --- every tree up to SMALL - 1 leaves --- */

static void test_roots_of_all_sizes(void **state)
{
    (void)state;
    struct merkle_edge *e = xcalloc(1, sizeof *e), *loaded = xcalloc(1, sizeof *e);
    struct memory m;
    memory_build(&m, small_leaf, SMALL);
    for (unsigned n = 1; n < SMALL; n++) {
        struct hash want = mth(0, n);
        merkle_append(e, &small_leaf[n - 1], tile_check, &m);
        struct hash root = merkle_root(e);
        assert_memory_equal(&root, &want, sizeof root);
        memset(loaded, 0, sizeof *loaded);
        assert_int_equal(merkle_edge_extend(loaded, n, reader(&m)), OK);
        root = merkle_root(loaded);
        assert_memory_equal(&root, &want, sizeof root);
        merkle_append(loaded, &small_leaf[n], tile_check, &m); /* goes on from there */
        root = merkle_root(loaded);
        want = mth(0, n + 1);
        assert_memory_equal(&root, &want, sizeof root);
    }
    assert_int_equal(m.tiles_done, 2); /* once by each */
    memory_free(&m);
    free(loaded);
    free(e);
}

/* From every size to every later one: only what is new is read. */
static void test_an_edge_is_extended(void **state)
{
    (void)state;
    struct merkle_edge *e = xcalloc(1, sizeof *e), *grown = xcalloc(1, sizeof *e);
    struct memory m;
    memory_build(&m, small_leaf, SMALL);
    for (unsigned from = 0; from < SMALL; from += 7) {
        while (e->size < from)
            merkle_append(e, &small_leaf[e->size], NULL, NULL);
        for (unsigned to = from; to < SMALL; to += 13) {
            *grown = *e;
            m.reads = 0;
            assert_int_equal(merkle_edge_extend(grown, to, reader(&m)), OK);
            assert_int_equal(grown->size, to);
            assert_true(m.reads <= 2 && (m.reads > 0) == (to != from));
            struct hash root = merkle_root(grown), want = to ? mth(0, to) : merkle_empty();
            assert_memory_equal(&root, &want, sizeof root);
            if (to + 1 == SMALL)
                continue;
            merkle_append(grown, &small_leaf[to], NULL, NULL); /* goes on from there */
            root = merkle_root(grown);
            want = mth(0, to + 1);
            assert_memory_equal(&root, &want, sizeof root);
        }
    }
    memory_free(&m);
    free(grown);
    free(e);
}

static void test_inclusion_of_all_sizes(void **state)
{
    (void)state;
    struct memory m;
    memory_build(&m, small_leaf, SMALL);
    for (unsigned n = 1; n < SMALL; n++) {
        struct hash root = mth(0, n);
        for (unsigned i = 0; i < n; i++) {
            struct merkle_proof p, want = {0};
            naive_path(&want, i, 0, n);
            assert_int_equal(merkle_inclusion(&p, i, n, reader(&m)), OK);
            assert_proof(&p, &want);
            assert_true(merkle_verify_inclusion(&small_leaf[i], i, n, &p, &root));
            assert_true(m.reads <= 3);
        }
    }
    memory_free(&m);
}

static void test_consistency_of_all_sizes(void **state)
{
    (void)state;
    struct memory m;
    memory_build(&m, small_leaf, SMALL);
    for (unsigned n = 1; n < SMALL; n++) {
        struct hash root = mth(0, n);
        for (unsigned old = 1; old <= n; old++) {
            struct merkle_proof p, want = {0};
            struct hash old_root = mth(0, old);
            naive_subproof(&want, old, 0, n, true);
            assert_int_equal(merkle_consistency(&p, old, n, reader(&m)), OK);
            assert_proof(&p, &want);
            assert_true(merkle_verify_consistency(old, &old_root, n, &root, &p));
            assert_true(m.reads <= 3);
        }
    }
    memory_free(&m);
}

/* --- three levels of tiles: the example of C2SP tlog-tiles, 70,000 leaves --- */

#define LARGE 70000

static void test_three_levels(void **state)
{
    (void)state;
    static const uint64_t at[] = {0, 1, 255, 256, 4095, 65535, 65536, 65537, 69887, 69888, 69999};
    struct hash *leaf = xcalloc(LARGE, sizeof *leaf);
    struct merkle_edge *e = xcalloc(1, sizeof *e), *loaded = xcalloc(1, sizeof *e);
    struct memory m;
    for (uint64_t i = 0; i < LARGE; i++)
        leaf[i] = numbered_leaf(i);
    memory_build(&m, leaf, LARGE);
    for (uint64_t i = 0; i < LARGE; i++)
        merkle_append(e, &leaf[i], tile_check, &m);
    assert_int_equal(m.tiles_done, 273 + 1);
    assert_int_equal(e->level[0].n, 112);
    assert_int_equal(e->level[1].n, 17);
    assert_int_equal(e->level[2].n, 1);

    struct hash root = merkle_root(e), want = naive_root(leaf, LARGE);
    assert_memory_equal(&root, &want, sizeof root);
    assert_int_equal(merkle_edge_extend(loaded, LARGE, reader(&m)), OK);
    assert_int_equal(m.reads, 3);
    root = merkle_root(loaded);
    assert_memory_equal(&root, &want, sizeof root);

    for (size_t i = 0; i < COUNT(at); i++) {
        struct merkle_proof p;
        struct hash old_root = naive_root(leaf, at[i] + 1);
        assert_int_equal(merkle_inclusion(&p, at[i], LARGE, reader(&m)), OK);
        assert_true(m.reads <= 5);
        assert_true(merkle_verify_inclusion(&leaf[at[i]], at[i], LARGE, &p, &root));
        assert_int_equal(merkle_consistency(&p, at[i] + 1, LARGE, reader(&m)), OK);
        assert_true(m.reads <= 5);
        assert_true(merkle_verify_consistency(at[i] + 1, &old_root, LARGE, &root, &p));
    }
    memory_free(&m);
    free(loaded);
    free(e);
    free(leaf);
}

/* --- what must not verify --- */

static const unsigned negative_size[] = {1, 2, 3, 7, 8, 255, 256, 257, 300};

/* Every single bit of what the verifier is given, but for the size: see below. */
static void flip_inclusion(unsigned i, unsigned n, struct merkle_proof p, struct hash root)
{
    struct hash leaf = small_leaf[i];
    for (unsigned bit = 0; bit < 64; bit++)
        assert_false(merkle_verify_inclusion(&leaf, i ^ UINT64_C(1) << bit, n, &p, &root));
    for (unsigned bit = 0; bit < HASH_SIZE * 8; bit++) {
        unsigned char mask = (unsigned char)(1U << bit % 8);
        leaf.b[bit / 8] ^= mask;
        assert_false(merkle_verify_inclusion(&leaf, i, n, &p, &root));
        leaf.b[bit / 8] ^= mask;
        root.b[bit / 8] ^= mask;
        assert_false(merkle_verify_inclusion(&leaf, i, n, &p, &root));
        root.b[bit / 8] ^= mask;
        for (unsigned h = 0; h < p.n; h++) {
            p.h[h].b[bit / 8] ^= mask;
            assert_false(merkle_verify_inclusion(&leaf, i, n, &p, &root));
            p.h[h].b[bit / 8] ^= mask;
        }
    }
    assert_true(merkle_verify_inclusion(&leaf, i, n, &p, &root));
}

/*
 * A proof alone does not fix the size: leaf 0 has the same path in trees of 3 and of 4. The size comes signed
 * with its root, so what must fail is a proof against another size with that size's root.
 */
static void other_sizes(unsigned i, unsigned n, const struct merkle_proof *p)
{
    for (unsigned other = 1; other < SMALL; other++) {
        struct hash root = mth(0, other);
        assert_true(merkle_verify_inclusion(&small_leaf[i], i, other, p, &root) == (other == n));
    }
}

static void test_forged_inclusion(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT(negative_size); s++) {
        unsigned n = negative_size[s];
        const unsigned index[] = {0, n / 2, n - 1};
        for (size_t k = 0; k < COUNT(index); k++) {
            struct merkle_proof p = {0};
            struct hash root = mth(0, n);
            naive_path(&p, index[k], 0, n);
            flip_inclusion(index[k], n, p, root);
            other_sizes(index[k], n, &p);

            p.h[p.n] = p.h[0]; /* one more */
            p.n++;
            assert_false(merkle_verify_inclusion(&small_leaf[index[k]], index[k], n, &p, &root));
            if (p.n < 2)
                continue;
            p.n -= 2; /* one less */
            assert_false(merkle_verify_inclusion(&small_leaf[index[k]], index[k], n, &p, &root));
        }
    }
}

static void flip_consistency(unsigned old, unsigned n, struct merkle_proof p)
{
    struct hash old_root = mth(0, old), root = mth(0, n);
    for (unsigned bit = 0; bit < HASH_SIZE * 8; bit++) {
        unsigned char mask = (unsigned char)(1U << bit % 8);
        old_root.b[bit / 8] ^= mask;
        assert_false(merkle_verify_consistency(old, &old_root, n, &root, &p));
        old_root.b[bit / 8] ^= mask;
        root.b[bit / 8] ^= mask;
        assert_false(merkle_verify_consistency(old, &old_root, n, &root, &p));
        root.b[bit / 8] ^= mask;
        for (unsigned h = 0; h < p.n; h++) {
            p.h[h].b[bit / 8] ^= mask;
            assert_false(merkle_verify_consistency(old, &old_root, n, &root, &p));
            p.h[h].b[bit / 8] ^= mask;
        }
    }
    assert_true(merkle_verify_consistency(old, &old_root, n, &root, &p));
    assert_false(merkle_verify_consistency(n, &root, old, &old_root, &p) && n != old);
    assert_false(merkle_verify_consistency(0, &old_root, n, &root, &p));
}

static void test_forged_consistency(void **state)
{
    (void)state;
    for (size_t s = 0; s < COUNT(negative_size); s++) {
        unsigned n = negative_size[s];
        const unsigned olds[] = {1, n / 2 + 1, n};
        for (size_t k = 0; k < COUNT(olds); k++) {
            unsigned old = olds[k] < n ? olds[k] : n;
            struct merkle_proof p = {0};
            struct hash root = mth(0, n), old_root = mth(0, old);
            naive_subproof(&p, old, 0, n, true);
            flip_consistency(old, n, p);

            for (unsigned other = 1; other <= n; other++) { /* another old tree with its true root */
                struct hash other_root = mth(0, other);
                assert_true(merkle_verify_consistency(other, &other_root, n, &root, &p) == (other == old));
            }
            p.h[p.n] = root;
            p.n++;
            assert_false(merkle_verify_consistency(old, &old_root, n, &root, &p));
        }
    }
}

/* Proofs that are too long or too short, with roots made to fit them. */
static void test_fitted_roots(void **state)
{
    (void)state;
    struct merkle_proof p = {.n = 1, .h = {small_leaf[9]}};
    struct hash root = merkle_node(&small_leaf[9], &small_leaf[0]);
    assert_false(merkle_verify_inclusion(&small_leaf[0], 0, 1, &p, &root));
    root = merkle_node(&small_leaf[0], &small_leaf[9]);
    assert_true(merkle_verify_inclusion(&small_leaf[0], 0, 2, &p, &root));
    assert_false(merkle_verify_inclusion(&small_leaf[0], 0, 3, &p, &root));

    struct hash old_root = mth(0, 3), longer_old, longer;
    p = (struct merkle_proof){0};
    naive_subproof(&p, 3, 0, 4, true);
    root = mth(0, 4);
    assert_true(merkle_verify_consistency(3, &old_root, 4, &root, &p));
    assert_false(merkle_verify_consistency(3, &old_root, 8, &root, &p));
    p.h[p.n++] = small_leaf[9];
    longer_old = merkle_node(&small_leaf[9], &old_root);
    longer = merkle_node(&small_leaf[9], &root);
    assert_false(merkle_verify_consistency(3, &longer_old, 4, &longer, &p));
}

static void test_hostile_proof_sizes(void **state)
{
    (void)state;
    struct merkle_proof *p = xcalloc(1, sizeof *p);
    struct hash h = small_leaf[0];
    p->n = MERKLE_PROOF_MAX + 1;
    assert_false(merkle_verify_inclusion(&h, 0, UINT64_MAX, p, &h));
    assert_false(merkle_verify_consistency(1, &h, UINT64_MAX, &h, p));
    p->n = MERKLE_PROOF_MAX;
    assert_false(merkle_verify_inclusion(&h, UINT64_MAX - 1, UINT64_MAX, p, &h));
    assert_false(merkle_verify_consistency(UINT64_MAX - 1, &h, UINT64_MAX, &h, p));
    p->n = 0;
    assert_false(merkle_verify_inclusion(&h, 0, 0, p, &h));
    assert_false(merkle_verify_consistency(0, &h, 0, &h, p));
    free(p);
}

static void test_reader_fails(void **state)
{
    (void)state;
    struct merkle_edge *e = xcalloc(1, sizeof *e);
    struct merkle_proof p;
    struct memory m;
    memory_build(&m, small_leaf, SMALL);
    for (m.fail_at = 1; m.fail_at <= 2; m.fail_at++) {
        assert_int_equal(merkle_inclusion(&p, 5, 300, reader(&m)), BROKEN);
        assert_int_equal(merkle_consistency(&p, 260, 300, reader(&m)), BROKEN);
        assert_int_equal(merkle_edge_extend(e, 300, reader(&m)), BROKEN);
        memset(e, 0, sizeof *e);
    }
    memory_free(&m);
    free(e);
}

/* Every thread has a digest of its own. */
static void *hash_much(void *ctx)
{
    struct merkle_edge *e = xcalloc(1, sizeof *e);
    for (unsigned i = 0; i < SMALL - 1; i++)
        merkle_append(e, &small_leaf[i], NULL, NULL);
    *(struct hash *)ctx = merkle_root(e);
    free(e);
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t thread[4];
    struct hash root[4], want = mth(0, SMALL - 1);
    for (size_t i = 0; i < COUNT(thread); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, hash_much, &root[i]), 0);
    for (size_t i = 0; i < COUNT(thread); i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_memory_equal(&root[i], &want, sizeof want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_reference_roots),
        cmocka_unit_test(test_reference_proofs),
        cmocka_unit_test(test_roots_of_all_sizes),
        cmocka_unit_test(test_an_edge_is_extended),
        cmocka_unit_test(test_inclusion_of_all_sizes),
        cmocka_unit_test(test_consistency_of_all_sizes),
        cmocka_unit_test(test_three_levels),
        cmocka_unit_test(test_forged_inclusion),
        cmocka_unit_test(test_forged_consistency),
        cmocka_unit_test(test_fitted_roots),
        cmocka_unit_test(test_hostile_proof_sizes),
        cmocka_unit_test(test_reader_fails),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, small_setup, NULL);
}
