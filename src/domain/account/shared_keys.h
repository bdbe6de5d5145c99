/*
 * Which rows may be the same company: those that share keys of the match engine with it. For accounts and for
 * leads, each with a table of such keys; what is found here is for the caller to read and to compare.
 */
#ifndef TANDEM_SHARED_KEYS_H
#define TANDEM_SHARED_KEYS_H

#include "engine/match/match.h"
#include "model/call.h"

#define SHARED_KEYS 12 /* so many are asked for: the engine lists the selective ones first */
#define SHARED_ROWS 40 /* so many rows are found: those that share the most and the rarest keys */

/* A table of (key, row), with an index in that order. */
struct key_table {
    const char *name, *row; /* "account_key", "account_id" */
};
/* All rows that a key leads to. */
struct key_list {
    const char *key;
    int64_t *ids;
    size_t n;
};
struct shared_keys {
    int64_t ids[SHARED_ROWS]; /* who shares the most and the rarest keys is first */
    size_t n;
    struct key_list lists[SHARED_KEYS]; /* of the keys that few rows have */
    size_t n_lists;
};
/*
 * Rows of the exact keys, and of keys that few enough rows have to mean something; of all keys where no such
 * one leads anywhere. The lists live in the call's arena, their keys as long as KEYS.
 */
enum status shared_keys_read(struct call *c, const struct key_table *table, const struct match_keys *keys,
    struct shared_keys *out) MUST;

/*
 * SELECT with " in (...)" behind it, for 1 to SHARED_ROWS arguments: what is known of the rows that were
 * found. The list has one of a few lengths, because each is a statement of its own to the database.
 */
struct db_query listed_query(struct arena *a, const char *select, const struct value *args, size_t n);
/* The same for ids. */
struct db_query listed_ids_query(struct arena *a, const char *select, const int64_t *ids, size_t n);

/* For a list of what was compared, best first: the same company before what may be it, then by score. */
int match_result_order(const struct match_result *x, const struct match_result *y);

#endif
