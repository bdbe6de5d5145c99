/* Which rows may be the same: pairs that share a rare key, judged. Private to merge/. */
#ifndef TANDEM_CANDIDATES_H
#define TANDEM_CANDIDATES_H

#include "domain/merge/merge.h"

struct candidate {
    int64_t one, other; /* one < other */
    const char *one_name, *other_name;
    int64_t score; /* percent */
    const char *evidence;
};

/* At most MAX, the likeliest first. Reads everything of that kind: for a worker, not for a transaction. */
enum status candidates_find(
    struct call *c, const struct merge_kind *k, size_t max, struct candidate **out, size_t *n) MUST;

#endif
