/*
 * The order of two entries of a log: a JSON file that proves offline at which places both stand, without
 * telling what either says. The holder of an entry knows its own leaf from its receipt.
 *
 *   { "type": "tandem-order/1", "size": n, "entries": [
 *       { "index": n, "leaf": base64(32), "proof": [base64...], "own": bool }, the same of the other one ],
 *     "checkpoint": "signed note" }
 */
#ifndef TANDEM_MERKLE_ORDER_H
#define TANDEM_MERKLE_ORDER_H

#include "base/json.h"
#include "engine/merkle/keys.h"
#include "engine/merkle/merkle.h"

struct order_place {
    uint64_t index;
    struct hash leaf;
    struct merkle_proof proof;
    bool own; /* the reader's; of a file for others none is */
};

/* The one with the smaller index is written first. */
void order_write(struct buf *out, const struct order_place place[2], uint64_t size, const char *checkpoint);

struct order_verdict {
    bool good;
    const char *why; /* when it is not: an English sentence for tr() */
    struct order_place place[2];
    uint64_t size;
};
/* Never fails otherwise than by verdict; memory in A. */
struct order_verdict order_verify(struct arena *a, const char *json, size_t n, const struct note_keys *keys);

#endif
