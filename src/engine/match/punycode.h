/* Punycode (RFC 3492): how domains carry letters beyond ASCII. */
#ifndef TANDEM_MATCH_PUNYCODE_H
#define TANDEM_MATCH_PUNYCODE_H

#include "base/base.h"

/*
 * Decodes the N bytes behind "xn--" to UTF-8. Returns the length, 0 when they are no Punycode or do not fit
 * into the SIZE bytes of OUT.
 */
size_t punycode_decode(const char *s, size_t n, char *out, size_t size) MUST;

#endif
