/*
 * Buffer: text or bytes that grow, up to a cap that its maker must name.
 *
 * b->p is never NULL and always NUL-terminated once something was added or buf_str() was called. When an
 * addition would pass the cap, nothing more is added and b->overflow is set: check it once at the end.
 */
#ifndef TANDEM_BUF_H
#define TANDEM_BUF_H

#include "base/arena.h"
#include "base/base.h"

struct buf {
    char *p;
    size_t len, cap, max;
    bool overflow;
    struct arena *arena; /* whose memory this is; NULL: malloc, buf_free() releases it */
};

#define BUF_MAX_DEFAULT ((size_t)64 << 20)

struct buf buf_new(size_t max);                 /* on the heap */
struct buf buf_in(struct arena *a, size_t max); /* in an arena, never freed singly */
void buf_free(struct buf *b);                   /* NULL-safe; the buffer may be used again */
void buf_clear(struct buf *b);                  /* empties it, keeps the memory */
const char *buf_str(struct buf *b) __attribute__((returns_nonnull));

void buf_add(struct buf *b, const void *data, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_add_int(struct buf *b, int64_t v);
/* Room for N more bytes: returns where to write them; the caller then adds to b->len. NULL on overflow. */
char *buf_room(struct buf *b, size_t n) MUST;

/* Escaped for the place they go to. */
void buf_add_html(struct buf *b, const char *s); /* text and quoted attributes */
void buf_add_url(struct buf *b, const char *s);  /* one component: everything but unreserved */
void buf_add_hex(struct buf *b, const void *data, size_t n);
void buf_add_base64(struct buf *b, const void *data, size_t n); /* standard alphabet with padding */

#endif
