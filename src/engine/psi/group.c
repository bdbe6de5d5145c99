#include "engine/psi/group.h"

#include <sodium.h>
#include <stdlib.h>

/* "HashToGroup-" and RFC 9497's context string: its version, mode 0, the suite. */
static const char hash_tag[] = "HashToGroup-OPRFV1-\0-ristretto255-SHA512";

/* The tag as expand_message_xmd wants it: with its length behind it. */
static void add_tag(crypto_hash_sha512_state *h)
{
    const unsigned char n = sizeof hash_tag - 1;
    crypto_hash_sha512_update(h, (const unsigned char *)hash_tag, n);
    crypto_hash_sha512_update(h, &n, 1);
}

/* expand_message_xmd (RFC 9380, section 5.3.1) with SHA-512 for 64 bytes, which is one block. */
static void expand(unsigned char out[64], const void *data, size_t n)
{
    static const unsigned char pad[128], length[3] = {0, 64, 0}, one = 1;
    unsigned char first[64];
    crypto_hash_sha512_state h;
    crypto_hash_sha512_init(&h);
    crypto_hash_sha512_update(&h, pad, sizeof pad);
    crypto_hash_sha512_update(&h, data, n);
    crypto_hash_sha512_update(&h, length, sizeof length);
    add_tag(&h);
    crypto_hash_sha512_final(&h, first);
    crypto_hash_sha512_init(&h);
    crypto_hash_sha512_update(&h, first, sizeof first);
    crypto_hash_sha512_update(&h, &one, 1);
    add_tag(&h);
    crypto_hash_sha512_final(&h, out);
}

void group_hash(unsigned char out[GROUP_POINT], const void *data, size_t n)
{
    unsigned char uniform[64];
    expand(uniform, data, n);
    crypto_core_ristretto255_from_hash(out, uniform);
}

bool group_multiply(unsigned char out[GROUP_POINT], const unsigned char scalar[GROUP_SCALAR],
    const unsigned char point[GROUP_POINT])
{
    return crypto_scalarmult_ristretto255(out, scalar, point) == 0;
}

/* What a run's secret is used for; each use has bytes of its own. */
enum { USE_SCALAR = 1, USE_SHUFFLE = 2 };

static void derive(unsigned char *out, size_t n, uint64_t use, const unsigned char secret[32])
{
    crypto_kdf_derive_from_key(out, n, use, "TandemPS", secret);
}

void group_scalar(unsigned char out[GROUP_SCALAR], const unsigned char secret[32])
{
    unsigned char wide[64];
    derive(wide, sizeof wide, USE_SCALAR, secret);
    crypto_core_ristretto255_scalar_reduce(out, wide);
    sodium_memzero(wide, sizeof wide);
    ASSERT(!sodium_is_zero(out, GROUP_SCALAR)); /* one secret in 2^252 */
}

void group_inverse(unsigned char out[GROUP_SCALAR], const unsigned char scalar[GROUP_SCALAR])
{
    ASSERT(crypto_core_ristretto255_scalar_invert(out, scalar) == 0);
}

/* Fisher and Yates; 64 random bits for each step leave a bias below 2^-44. */
void group_shuffle(uint32_t *out, size_t n, const unsigned char secret[32])
{
    unsigned char seed[randombytes_SEEDBYTES];
    uint64_t *random = xcalloc(n + 1, sizeof *random);
    derive(seed, sizeof seed, USE_SHUFFLE, secret);
    randombytes_buf_deterministic(random, n * sizeof *random, seed);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)(((unsigned __int128)random[i - 1] * i) >> 64);
        uint32_t kept = out[k];
        out[k] = out[i - 1];
        out[i - 1] = kept;
    }
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(random, n * sizeof *random);
    free(random);
}

uint64_t group_place(const unsigned char point[GROUP_POINT], const unsigned char run[16], uint64_t range)
{
    unsigned char digest[16];
    uint64_t v = 0;
    crypto_generichash(digest, sizeof digest, point, GROUP_POINT, run, 16);
    for (int i = 0; i < 8; i++)
        v = v << 8 | digest[i];
    return (uint64_t)(((unsigned __int128)v * range) >> 64);
}
