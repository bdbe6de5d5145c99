/* Passwords as they are kept: Argon2id (RFC 9106) by libsodium, with its salt and costs in one text. */
#ifndef TANDEM_PASSWORD_H
#define TANDEM_PASSWORD_H

#include "base/arena.h"

/* Both take about 20 ms of a processor and 19 MiB (two passes, as OWASP recommends): for runtime/heavy.h. */
const char *password_hash(struct arena *a, const char *password);
/* HASH NULL: nobody has it. Takes as long, and is false. */
bool password_matches(const char *hash, const char *password);

#endif
