#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BLOCK ((size_t)16 * 1024)

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

struct cleanup {
    struct cleanup *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct block *blocks; /* the newest first */
    struct cleanup *cleanups;
};

static struct block *block_new(size_t size, struct block *next)
{
    struct block *b = xmalloc(sizeof *b + size);
    b->next = next;
    b->size = size;
    b->used = 0;
    return b;
}

struct arena *arena_new(void)
{
    return xcalloc(1, sizeof(struct arena));
}

static void run_cleanups(struct arena *a)
{
    while (a->cleanups) {
        struct cleanup *c = a->cleanups;
        a->cleanups = c->next;
        c->fn(c->arg);
    }
}

static void free_blocks(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    run_cleanups(a);
    free_blocks(a->blocks);
    free(a);
}

void arena_reset(struct arena *a)
{
    run_cleanups(a);
#ifdef TANDEM_DEBUG_ARENA
    free_blocks(a->blocks);
    a->blocks = NULL;
#else
    struct block *keep = a->blocks;
    if (keep && keep->size > FIRST_BLOCK) { /* one huge call must not pin its memory */
        free_blocks(keep);
        a->blocks = NULL;
    } else if (keep) {
        free_blocks(keep->next);
        keep->next = NULL;
        keep->used = 0;
    }
#endif
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t step = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        BUG("arena allocation of %zu bytes", size);
#ifdef TANDEM_DEBUG_ARENA
    (void)step;
    a->blocks = block_new(size, a->blocks);
    return a->blocks->data;
#else
    size = (size + step - 1) & ~(step - 1);
    struct block *b = a->blocks;
    if (!b || b->size - b->used < size) {
        size_t want = b ? b->size * 2 : FIRST_BLOCK;
        if (want > (size_t)1 << 20)
            want = (size_t)1 << 20;
        b = a->blocks = block_new(want < size ? size : want, b);
    }
    void *p = b->data + b->used;
    b->used += size;
    return p;
#endif
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        BUG("size overflow (%zu x %zu)", count, size);
    void *p = arena_alloc(a, total);
    memset(p, 0, total);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    if (n)
        memcpy(copy, s, n);
    copy[n] = 0;
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    ASSERT(n >= 0);
    char *s = arena_alloc(a, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *s = arena_vprintf(a, fmt, args);
    va_end(args);
    return s;
}

void arena_cleanup(struct arena *a, void (*fn)(void *arg), void *arg)
{
    struct cleanup *c = arena_alloc(a, sizeof *c);
    *c = (struct cleanup){.next = a->cleanups, .fn = fn, .arg = arg};
    a->cleanups = c;
}
