/*
 * Arena: memory of one call. Allocate freely, release once.
 *
 * Not thread-safe: an arena belongs to whoever works on its call at the moment. Memory is aligned for any
 * type and is NOT zeroed unless the name says so. With TANDEM_DEBUG_ARENA every allocation is a malloc of
 * its own, so that the sanitizers see overruns. Out of memory aborts.
 */
#ifndef TANDEM_ARENA_H
#define TANDEM_ARENA_H

#include "base/base.h"

#include <stdarg.h>

struct arena;

struct arena *arena_new(void) __attribute__((returns_nonnull));
/* Runs the cleanups, newest first, then frees all memory. NULL is fine. */
void arena_free(struct arena *a);
/* Runs the cleanups and forgets all allocations, but keeps a first block for the next use. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));
void *arena_calloc(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
/* Copies of N bytes (with a NUL appended) or of a C string; arena_dup(NULL) is NULL. */
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) __attribute__((returns_nonnull));
char *arena_vprintf(struct arena *a, const char *fmt, va_list args) PRINTF_LIKE(2, 0)
    __attribute__((returns_nonnull));

/* FN(ARG) is called when the arena is freed or reset. */
void arena_cleanup(struct arena *a, void (*fn)(void *arg), void *arg);

#define ARENA_NEW(a, type)      ((type *)arena_calloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_calloc((a), (n), sizeof(type)))

#endif
