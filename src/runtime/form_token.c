#include "runtime/form_token.h"

#include "base/id.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

struct token {
    unsigned char us[8]; /* big-endian */
    unsigned char once[8];
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
};

static void sign(struct token *t, const char *key, const char *about)
{
    static const char purpose[] = "tandem form\n";
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, sizeof purpose - 1);
    crypto_auth_hmacsha256_update(&state, t->us, sizeof t->us + sizeof t->once);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)about, strlen(about));
    crypto_auth_hmacsha256_final(&state, t->mac);
}

const char *form_token_new(struct arena *a, const char *key, const char *about, struct instant now)
{
    struct token t;
    for (size_t i = 0; i < sizeof t.us; i++)
        t.us[i] = (unsigned char)((uint64_t)now.us >> (56 - 8 * i));
    random_bytes(t.once, sizeof t.once);
    sign(&t, key, about);
    char *text = arena_alloc(a, sodium_base64_ENCODED_LEN(sizeof t, VARIANT));
    return sodium_bin2base64(
        text, sodium_base64_ENCODED_LEN(sizeof t, VARIANT), (const unsigned char *)&t, sizeof t, VARIANT);
}

bool form_token_valid(const char *key, const char *about, const char *token, struct instant now)
{
    struct token given, good;
    size_t n;
    uint64_t us = 0;
    if (!token ||
        sodium_base642bin(
            (unsigned char *)&given, sizeof given, token, strlen(token), NULL, &n, NULL, VARIANT) != 0 ||
        n != sizeof given)
        return false;
    good = given;
    sign(&good, key, about);
    for (size_t i = 0; i < sizeof given.us; i++)
        us = us << 8 | given.us[i];
    if (sodium_memcmp(good.mac, given.mac, sizeof given.mac) != 0)
        return false;
    int64_t age_us = now.us - (int64_t)us; /* of what we made: it cannot overflow */
    return age_us >= -FORM_TOKEN_SKEW_S * US_PER_SECOND && age_us <= FORM_TOKEN_HOURS * 3600 * US_PER_SECOND;
}
