/* Strict base64 (RFC 4648 section 4): the one spelling of given bytes, with padding; nothing else is read. */
#ifndef TANDEM_BASE64_H
#define TANDEM_BASE64_H

#include "base/base.h"

/* Decodes the N characters of S into at most CAP bytes; *LEN is how many they were. */
bool base64_decode(const char *s, size_t n, void *out, size_t cap, size_t *len) MUST;
/* The same where exactly SIZE bytes are expected. */
bool base64_decode_exact(const char *s, size_t n, void *out, size_t size) MUST;

#endif
