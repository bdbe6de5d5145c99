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

/* Asked now and then while it works: DONE of OF are compared. False: stop. */
struct candidate_hook {
    bool (*go_on)(void *ctx, size_t done, size_t of);
    void *ctx;
};
/*
 * At most MAX, the likeliest first. Reads everything of that kind: for a job, not for a transaction. RETRY:
 * the hook stopped it.
 */
enum status candidates_find(struct call *c, const struct merge_kind *k, size_t max,
    const struct candidate_hook *hook, struct candidate **out, size_t *n) MUST;

#endif
