/*
 * Identifiers: 64 bits, 42 of milliseconds since 2020 and 22 random, so that they sort by time, are never
 * counters, and make no two processes meet often (a collision is a unique violation, and the verb runs
 * again). Shown with the noun's prefix in Crockford's base 32: reg_0J4K7Q2M9XTA0.
 */
#ifndef TANDEM_ID_H
#define TANDEM_ID_H

#include "base/arena.h"
#include "base/value.h"

int64_t id_new(struct instant now);
char *id_text(struct arena *a, const char *prefix, int64_t id);
/* Reads PREFIX_XXXX; false when the prefix is another or a digit is none. */
bool id_parse(const char *prefix, const char *s, int64_t *id) MUST;

/* N bytes from the operating system's generator. */
void random_bytes(void *out, size_t n);

#endif
