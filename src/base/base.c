#include "base/base.h"

#include <execinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
{
    va_list args;
    fprintf(stderr, "tandem: bug at %s:%d: ", file, line);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    void *frames[48];
    int n = backtrace(frames, (int)COUNT(frames));
    backtrace_symbols_fd(frames, n, STDERR_FILENO);
    abort();
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        BUG("out of memory (%zu bytes)", size);
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        BUG("out of memory (%zu x %zu bytes)", count, size);
    return p;
}

void *xrealloc(void *old, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        BUG("size overflow (%zu x %zu)", count, size);
    void *p = realloc(old, total ? total : 1);
    if (!p)
        BUG("out of memory (%zu bytes)", total);
    return p;
}

char *xstrdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *copy = xmalloc(n);
    memcpy(copy, s, n);
    return copy;
}
