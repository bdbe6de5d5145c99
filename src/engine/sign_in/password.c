#include "engine/sign_in/password.h"

#include <pthread.h>
#include <sodium.h>

#define PASSES 2
#define MEMORY ((size_t)19 << 20)

static void hash_into(char out[crypto_pwhash_STRBYTES], const char *password)
{
    if (crypto_pwhash_str(out, password, strlen(password), PASSES, MEMORY) != 0)
        BUG("out of memory");
}

const char *password_hash(struct arena *a, const char *password)
{
    char *out = arena_alloc(a, crypto_pwhash_STRBYTES);
    hash_into(out, password);
    return out;
}

/* Stands in for the hash of somebody who has none. */
static char decoy[crypto_pwhash_STRBYTES];
static pthread_once_t decoy_once = PTHREAD_ONCE_INIT;

static void make_decoy(void)
{
    hash_into(decoy, "nobody's");
}

bool password_matches(const char *hash, const char *password)
{
    pthread_once(&decoy_once, make_decoy);
    bool same = crypto_pwhash_str_verify(hash ? hash : decoy, password, strlen(password)) == 0;
    return hash && same;
}
