/*
 * Partners as helpers: who they are (domain/partner/roster.h), how they answered and what waits for them.
 * Read for some, or once for all. Private to domain/cosell.
 */
#ifndef TANDEM_COSELL_PARTNERS_H
#define TANDEM_COSELL_PARTNERS_H

#include "domain/partner/roster.h"

struct cosell_partner {
    const struct roster_partner *who;
    /* Requests of the last year that ended; of those that were answered how many, and after how long. */
    int64_t asked, answered, answer_hours;
    int64_t load; /* open deals that it works on, requests that wait for it */
};
struct cosell_partners {
    const struct roster *roster;
    struct cosell_partner *all; /* by id */
    size_t n;
};

/* Of N partners by IDS, sorted; of all where IDS is NULL. On a snapshot only, as a roster; lives in C's
 * arena.
 */
enum status cosell_partners_read(
    struct call *c, const int64_t *ids, size_t n, struct cosell_partners *out) MUST;
/* NULL: there is none of that id, or it was merged into another. */
const struct cosell_partner *cosell_partner(const struct cosell_partners *p, int64_t id);

#endif
