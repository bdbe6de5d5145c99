#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

struct buf buf_new(size_t max)
{
    return (struct buf){.p = (char *)"", .max = max};
}

struct buf buf_in(struct arena *a, size_t max)
{
    return (struct buf){.p = (char *)"", .max = max, .arena = a};
}

void buf_free(struct buf *b)
{
    if (!b)
        return;
    if (b->cap && !b->arena)
        free(b->p);
    *b = (struct buf){.p = (char *)"", .max = b->max, .arena = b->arena};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
    if (b->cap)
        b->p[0] = 0;
}

const char *buf_str(struct buf *b)
{
    if (b->cap)
        b->p[b->len] = 0;
    return b->p;
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->overflow || n > b->max || b->len > b->max - n) {
        b->overflow = true;
        return NULL;
    }
    size_t need = b->len + n + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 256;
        while (cap < need)
            cap *= 2;
        if (b->arena) {
            char *p = arena_alloc(b->arena, cap);
            memcpy(p, b->p, b->len);
            b->p = p;
        } else {
            b->p = xrealloc(b->cap ? b->p : NULL, cap, 1);
        }
        b->cap = cap;
    }
    return b->p + b->len;
}

void buf_add(struct buf *b, const void *data, size_t n)
{
    char *to = buf_room(b, n);
    if (!to)
        return;
    if (n)
        memcpy(to, data, n);
    b->len += n;
    b->p[b->len] = 0;
}

void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    ASSERT(n >= 0);
    if ((size_t)n < sizeof small) {
        buf_add(b, small, (size_t)n);
        return;
    }
    char *to = buf_room(b, (size_t)n);
    if (!to)
        return;
    va_start(args, fmt);
    vsnprintf(to, (size_t)n + 1, fmt, args);
    va_end(args);
    b->len += (size_t)n;
}

void buf_add_int(struct buf *b, int64_t v)
{
    char digits[24];
    char *p = digits + sizeof digits;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        *--p = '-';
    buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

void buf_add_html(struct buf *b, const char *s)
{
    for (;;) {
        size_t plain = strcspn(s, "&<>\"'");
        buf_add(b, s, plain);
        s += plain;
        switch (*s++) {
        case '&': buf_adds(b, "&amp;"); break;
        case '<': buf_adds(b, "&lt;"); break;
        case '>': buf_adds(b, "&gt;"); break;
        case '"': buf_adds(b, "&quot;"); break;
        case '\'': buf_adds(b, "&#39;"); break;
        default: return;
        }
    }
}

void buf_add_url(struct buf *b, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if (plain) {
            buf_addc(b, (char)c);
        } else {
            const char esc[3] = {'%', hex[c >> 4], hex[c & 15]};
            buf_add(b, esc, 3);
        }
    }
}

void buf_add_hex(struct buf *b, const void *data, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *p = data;
    char *to = buf_room(b, n * 2);
    if (!to)
        return;
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = hex[p[i] >> 4];
        to[2 * i + 1] = hex[p[i] & 15];
    }
    b->len += n * 2;
    b->p[b->len] = 0;
}

void buf_add_base64(struct buf *b, const void *data, size_t n)
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t v =
            (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);
        const char four[4] = {
            abc[v >> 18], abc[v >> 12 & 63], left > 1 ? abc[v >> 6 & 63] : '=', left > 2 ? abc[v & 63] : '='};
        buf_add(b, four, 4);
    }
}
