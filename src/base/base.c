#include "base/base.h"

#include <execinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void write_trace(void)
{
    void *frames[48];
    int n = backtrace(frames, (int)COUNT(frames));
    backtrace_symbols_fd(frames, n, STDERR_FILENO);
}

/* The default action is set again already: the instruction faults once more and ends the process. */
static void on_fault(int sig)
{
    static const char text[] = "tandem: bug: a fault of memory\n";
    (void)sig;
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    write_trace();
}

void bug_traces_on(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    struct sigaction a = {.sa_handler = on_fault, .sa_flags = (int)SA_RESETHAND};
    void *frames[1];
    (void)!backtrace(frames, 1); /* loads what it needs now: later is too late */
    for (size_t i = 0; i < COUNT(faults); i++)
        sigaction(faults[i], &a, NULL);
}

_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
{
    va_list args;
    fprintf(stderr, "tandem: bug at %s:%d: ", file, line);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    write_trace();
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
