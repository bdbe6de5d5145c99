/*
 * Whether two signed states of a log belong to one history: the longer one continues the shorter.
 *
 *   { "old": n, "new": n, "proof": [base64...] }     RFC 6962 section 2.1.2
 */
#ifndef TANDEM_CONSISTENCY_H
#define TANDEM_CONSISTENCY_H

#include "base/buf.h"
#include "engine/merkle/merkle.h"
#include "engine/merkle/note.h"

struct consistency_proof {
    uint64_t old, size;
    struct merkle_proof proof;
};

void consistency_write(struct buf *out, const struct consistency_proof *p);
/* False when it is no such JSON. The arena serves for reading only. */
bool consistency_read(struct consistency_proof *out, struct arena *a, const char *json, size_t n) MUST;

enum consistency {
    CONSISTENT,  /* one is the other or its continuation */
    SPLIT_VIEW,  /* as many entries, other content: two histories were shown */
    NOT_PROVEN,  /* the proof does not lead from one to the other */
    OTHER_LOG,   /* of two logs: nothing to compare */
    NEEDS_PROOF, /* of different size, and no proof was given */
    OTHER_PROOF, /* the proof is between other sizes */
    CONSISTENCY_COUNT
};

/* OLD has at most as many entries as NEW. P may be NULL; it is not looked at when nothing needs a proof. */
enum consistency checkpoints_compare(
    const struct checkpoint *old, const struct checkpoint *new, const struct consistency_proof *p) MUST;

#endif
