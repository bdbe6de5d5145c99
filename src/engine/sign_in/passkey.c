#include "engine/sign_in/passkey.h"

#include "base/json.h"
#include "engine/merkle/merkle.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>

#define BYTES_MAX 4096

bool passkey_bytes(struct arena *a, const char *text, struct passkey_bytes *out)
{
    size_t len = text ? strlen(text) : 0;
    *out = (struct passkey_bytes){0};
    if (!len || len > BYTES_MAX)
        return false;
    unsigned char *p = arena_alloc(a, len);
    if (sodium_base642bin(p, len, text, len, NULL, &out->n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) !=
        0)
        return false;
    out->p = p;
    return true;
}

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

const char *passkey_challenge(
    struct arena *a, struct passkey_bytes client_data, const char *type, const struct passkey_site *site)
{
    const char *error;
    const json_t *data = json_read(a, (const char *)client_data.p, client_data.n, &error);
    if (!json_is_object(data) || !streq(member(data, "type"), type) ||
        !streq(member(data, "origin"), site->origin) || json_is_true(json_object_get(data, "crossOrigin")))
        return NULL;
    return member(data, "challenge");
}

/* ---- a new one ---- */

/* Flags of the authenticator data (Web Authentication, 6.1). */
enum { USER_PRESENT = 1, USER_VERIFIED = 4, HAS_CREDENTIAL = 64 };

static const int algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256};

static struct passkey_bytes copy(struct arena *a, const unsigned char *p, size_t n)
{
    return (struct passkey_bytes){(unsigned char *)arena_strndup(a, (const char *)p, n), n};
}

/* libfido2 takes the data only when it knows beforehand which algorithm it will find. */
static bool read_as(struct arena *a, int algorithm, struct passkey_bytes auth_data, struct passkey_key *out)
{
    fido_cred_t *cred = fido_cred_new();
    if (!cred)
        BUG("out of memory");
    bool good = fido_cred_set_type(cred, algorithm) == FIDO_OK &&
                fido_cred_set_authdata_raw(cred, auth_data.p, auth_data.n) == FIDO_OK &&
                fido_cred_id_ptr(cred) && fido_cred_pubkey_ptr(cred);
    if (good)
        *out = (struct passkey_key){.algorithm = algorithm,
            .id = copy(a, fido_cred_id_ptr(cred), fido_cred_id_len(cred)),
            .key = copy(a, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)),
            .count = fido_cred_sigcount(cred)};
    fido_cred_free(&cred);
    return good;
}

bool passkey_read(
    struct arena *a, struct passkey_bytes auth_data, const struct passkey_site *site, struct passkey_key *out)
{
    struct hash site_hash = sha256(site->id, strlen(site->id));
    int need = USER_PRESENT | USER_VERIFIED | HAS_CREDENTIAL;
    if (auth_data.n < 37 || memcmp(auth_data.p, site_hash.b, HASH_SIZE) != 0 ||
        (auth_data.p[32] & need) != need)
        return false;
    for (size_t i = 0; i < COUNT(algorithms); i++)
        if (read_as(a, algorithms[i], auth_data, out))
            return true;
    return false;
}

/* ---- signing in by one ---- */

static bool verify(const fido_assert_t *assertion, const struct passkey_key *key)
{
    es256_pk_t *es256 = es256_pk_new();
    eddsa_pk_t *eddsa = eddsa_pk_new();
    rs256_pk_t *rs256 = rs256_pk_new();
    const void *pk = NULL;
    if (!es256 || !eddsa || !rs256)
        BUG("out of memory");
    if (key->algorithm == COSE_ES256 && es256_pk_from_ptr(es256, key->key.p, key->key.n) == FIDO_OK)
        pk = es256;
    else if (key->algorithm == COSE_EDDSA && eddsa_pk_from_ptr(eddsa, key->key.p, key->key.n) == FIDO_OK)
        pk = eddsa;
    else if (key->algorithm == COSE_RS256 && rs256_pk_from_ptr(rs256, key->key.p, key->key.n) == FIDO_OK)
        pk = rs256;
    bool good = pk && fido_assert_verify(assertion, 0, key->algorithm, pk) == FIDO_OK;
    es256_pk_free(&es256);
    eddsa_pk_free(&eddsa);
    rs256_pk_free(&rs256);
    return good;
}

bool passkey_signed(const struct passkey_key *key, struct passkey_bytes client_data,
    struct passkey_bytes auth_data, struct passkey_bytes signature, const struct passkey_site *site,
    uint32_t *count)
{
    struct hash hash = sha256(client_data.p, client_data.n);
    fido_assert_t *assertion = fido_assert_new();
    if (!assertion)
        BUG("out of memory");
    bool good = fido_assert_set_clientdata_hash(assertion, hash.b, sizeof hash.b) == FIDO_OK &&
                fido_assert_set_rp(assertion, site->id) == FIDO_OK &&
                fido_assert_set_count(assertion, 1) == FIDO_OK &&
                fido_assert_set_authdata_raw(assertion, 0, auth_data.p, auth_data.n) == FIDO_OK &&
                fido_assert_set_sig(assertion, 0, signature.p, signature.n) == FIDO_OK &&
                fido_assert_set_up(assertion, FIDO_OPT_TRUE) == FIDO_OK &&
                fido_assert_set_uv(assertion, FIDO_OPT_TRUE) == FIDO_OK && verify(assertion, key);
    *count = good ? fido_assert_sigcount(assertion, 0) : 0;
    fido_assert_free(&assertion);
    return good;
}
