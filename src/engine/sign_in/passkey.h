/*
 * Passkeys: what a browser's authenticator answers (W3C Web Authentication level 2), verified with libfido2.
 * Attestation is not asked for: it would say which make an authenticator is of, and nothing about its person.
 */
#ifndef TANDEM_PASSKEY_H
#define TANDEM_PASSKEY_H

#include "base/arena.h"

/* The site that a passkey is for. */
struct passkey_site {
    const char *id;     /* "partners.velmora.example": a passkey works on this host and nowhere else */
    const char *origin; /* "https://partners.velmora.example" */
};

struct passkey_bytes {
    const unsigned char *p;
    size_t n;
};

struct passkey_key {
    int algorithm; /* COSE: -7 ES256, -8 EdDSA, -257 RS256 */
    struct passkey_bytes id, key;
    uint32_t count; /* of signatures; authenticators that are synchronised do not count */
};

/* base64url without padding, as the browser's script sends bytes; false when it is none or longer than 4 kB.
 */
bool passkey_bytes(struct arena *a, const char *text, struct passkey_bytes *out) MUST;

/* The challenge that the client data answers, when they are of TYPE ("webauthn.create", "webauthn.get") and
 * of the site's own origin, not within another's frame; else NULL. */
const char *passkey_challenge(
    struct arena *a, struct passkey_bytes client_data, const char *type, const struct passkey_site *site);

/*
 * A new passkey out of the authenticator data, when it is for this site, somebody was there and proved who it
 * is, and its algorithm is one of the three.
 */
bool passkey_read(struct arena *a, struct passkey_bytes auth_data, const struct passkey_site *site,
    struct passkey_key *out) MUST;

/* Whether KEY signed the client data for this site, with somebody there who proved who it is. *COUNT is what
 * the authenticator says that it signed so far. */
bool passkey_signed(const struct passkey_key *key, struct passkey_bytes client_data,
    struct passkey_bytes auth_data, struct passkey_bytes signature, const struct passkey_site *site,
    uint32_t *count) MUST;

#endif
