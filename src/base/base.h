/* What every file of Tandem knows: how a function reports, and which attributes it carries. */
#ifndef TANDEM_BASE_H
#define TANDEM_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * How a call ended, by whose fault (docs/architecture.md, "Three kinds of error"). Our own bugs are no
 * status: they assert.
 *   REFUSED  the caller's input or rights: a problem (base/problem.h) says which
 *   RETRY    the environment, and trying again may help (conflict of two transactions, lost connection)
 *   BROKEN   the environment, and it will not (disk full, database gone): 503, logged
 */
enum status { OK = 0, REFUSED, RETRY, BROKEN };

#define MUST                 __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, at) __attribute__((format(printf, fmt, at)))
#define COUNT(array)         (sizeof(array) / sizeof((array)[0]))

/* Returns from the function when STATUS_EXPR is not OK. For functions that hold nothing to release. */
#define TRY(status_expr)                                                                                     \
    do {                                                                                                     \
        enum status try_status_ = (status_expr);                                                             \
        if (try_status_ != OK)                                                                               \
            return try_status_;                                                                              \
    } while (0)

/* Ends the process: a bug of ours, or memory that is gone. Prints file, line and a backtrace. */
_Noreturn void bug_at(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* From now on a fault of memory, too, leaves a backtrace on standard error before the process ends by it. */
void bug_traces_on(void);
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define ASSERT(cond)                                                                                         \
    do {                                                                                                     \
        if (!(cond))                                                                                         \
            BUG("assertion failed: %s", #cond);                                                              \
    } while (0)

/* In builds for tests only: for what costs too much to ask each time. */
#ifdef TANDEM_DEBUG_ARENA
#define DEBUG_ASSERT(cond) ASSERT(cond)
#else
#define DEBUG_ASSERT(cond) ((void)sizeof(cond))
#endif

/* malloc family that aborts when memory is gone; sizes are checked for overflow. Release with free(). */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));

static inline bool streq(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

#endif
