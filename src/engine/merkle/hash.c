#include "engine/merkle/merkle.h"

#include <openssl/evp.h>
#include <pthread.h>

/*
 * One digest context a thread, initialized again for each hash: four times as fast on a node as the one-shot
 * SHA256(), which looks its algorithm up at every call.
 */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t context_key;

static void context_free(void *context)
{
    EVP_MD_CTX_free(context);
}

static void context_key_make(void)
{
    ASSERT(pthread_key_create(&context_key, context_free) == 0);
}

static EVP_MD_CTX *context_new(void)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    EVP_MD *sha = EVP_MD_fetch(NULL, "SHA256", NULL);
    ASSERT(c && sha && EVP_DigestInit_ex2(c, sha, NULL));
    EVP_MD_free(sha); /* the context holds its own reference */
    ASSERT(pthread_once(&once, context_key_make) == 0 && pthread_setspecific(context_key, c) == 0);
    return c;
}

static EVP_MD_CTX *context(void)
{
    static _Thread_local EVP_MD_CTX *mine;
    if (!mine)
        mine = context_new();
    ASSERT(EVP_DigestInit_ex2(mine, NULL, NULL));
    return mine;
}

static struct hash finish(EVP_MD_CTX *c)
{
    struct hash out;
    ASSERT(EVP_DigestFinal_ex(c, out.b, NULL));
    return out;
}

struct hash sha256(const void *data, size_t n)
{
    return sha256_3(data, n, NULL, 0, NULL, 0);
}

struct hash sha256_3(const void *a, size_t an, const void *b, size_t bn, const void *c, size_t cn)
{
    EVP_MD_CTX *ctx = context();
    ASSERT(EVP_DigestUpdate(ctx, a, an) && EVP_DigestUpdate(ctx, b, bn) && EVP_DigestUpdate(ctx, c, cn));
    return finish(ctx);
}

struct hash merkle_empty(void)
{
    return sha256(NULL, 0);
}

struct hash merkle_leaf(const void *data, size_t n)
{
    return sha256_3("\x00", 1, data, n, NULL, 0);
}

struct hash merkle_node(const struct hash *left, const struct hash *right)
{
    unsigned char joined[1 + 2 * HASH_SIZE] = {0x01};
    memcpy(joined + 1, left->b, HASH_SIZE);
    memcpy(joined + 1 + HASH_SIZE, right->b, HASH_SIZE);
    EVP_MD_CTX *c = context();
    ASSERT(EVP_DigestUpdate(c, joined, sizeof joined));
    return finish(c);
}

struct hash merkle_complete(const struct hash *hashes, unsigned n)
{
    struct hash h[TILE_WIDTH];
    ASSERT(n > 0 && n <= TILE_WIDTH && (n & (n - 1)) == 0);
    memcpy(h, hashes, n * sizeof *h);
    for (; n > 1; n /= 2) {
        for (unsigned i = 0; i < n / 2; i++)
            h[i] = merkle_node(&h[2 * i], &h[2 * i + 1]);
    }
    return h[0];
}
