/* One-time codes: HOTP (RFC 4226) and TOTP (RFC 6238), with the options that every authenticator takes:
 * HMAC-SHA-1, steps of 30 seconds, six digits. */
#ifndef TANDEM_TOTP_H
#define TANDEM_TOTP_H

#include "base/arena.h"
#include "base/time.h"

#define TOTP_SECRET       20 /* bytes, as RFC 4226 section 4 recommends */
#define TOTP_STEP_SECONDS 30

/* The code of a counter, zero-padded to DIGITS (6 to 8). */
void hotp_code(const void *secret, size_t n, uint64_t counter, int digits, char out[9]);
int64_t totp_step(struct instant now);
/*
 * The step whose code TEXT is (spaces are allowed): the present one, or a neighbour of it, for clocks that
 * differ by up to half a minute; newer than AFTER, so that no code works twice. -1: none. In constant time.
 */
int64_t totp_match(const void *secret, size_t n, const char *text, struct instant now, int64_t after);

/* RFC 4648 without padding, as authenticators take it by hand. */
char *base32_text(struct arena *a, const void *data, size_t n);
/* otpauth://totp/ISSUER:ACCOUNT?secret=..&issuer=.. : what the picture says. */
char *totp_address(struct arena *a, const char *issuer, const char *account, const void *secret, size_t n);

#endif
