/*
 * A token for the form of a page that sets no cookie: it says that the form was ours, what it is about, and
 * since when. Whoever keeps the key makes and checks it, so that any process of the site can do either.
 */
#ifndef TANDEM_FORM_TOKEN_H
#define TANDEM_FORM_TOKEN_H

#include "base/arena.h"
#include "base/time.h"

#define FORM_TOKEN_HOURS  24
#define FORM_TOKEN_SKEW_S 300 /* the clock of the process that made it may be so much ahead */

/* base64url of 8 bytes of time, 8 random ones, and HMAC-SHA256 over both and ABOUT: no two are alike. */
const char *form_token_new(struct arena *a, const char *key, const char *about, struct instant now);
/* Made with this key for this, at most so many hours ago, and not later than a clock's skew from now. */
bool form_token_valid(const char *key, const char *about, const char *token, struct instant now);

#endif
