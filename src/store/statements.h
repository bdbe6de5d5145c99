/*
 * The prepared statements of one connection, by their text. Private to store/.
 *
 * Looked up by the text's address first, which is a constant of the program nearly always; the text is
 * compared all the same, because an arena may put another one at the address of the last.
 */
#ifndef TANDEM_STORE_STATEMENTS_H
#define TANDEM_STORE_STATEMENTS_H

#include "base/base.h"

#define STATEMENTS_KEPT 256 /* more than the program has on its hot paths; lists with filters come and go */

struct statement {
    char *sql;
    void *own; /* the engine's; NULL until it has prepared the statement */
    uint64_t hash;
    struct statement *next;          /* in its bucket */
    struct statement *newer, *older; /* by last use */
};

struct statements {
    void (*drop)(void *ctx, struct statement *st); /* releases st->own, which is not NULL */
    void *ctx;
    struct statement *buckets[STATEMENTS_KEPT];
    struct statement *by_address[STATEMENTS_KEPT]; /* by the address its text was last given at */
    struct statement *newest, *oldest;
    size_t n;
};

/* The statement of this text, made if need be. Lives until statements_trim() or statements_clear(). */
struct statement *statements_get(struct statements *s, const char *sql) __attribute__((returns_nonnull));
/* Drops those unused for longest down to STATEMENTS_KEPT. */
void statements_trim(struct statements *s);
void statements_clear(struct statements *s);

#endif
