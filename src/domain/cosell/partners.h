/* What is known of partners as helpers: read for some of them, or once for all. Private to domain/cosell. */
#ifndef TANDEM_COSELL_PARTNERS_H
#define TANDEM_COSELL_PARTNERS_H

#include "model/call.h"

struct cosell_partner {
    int64_t id, manager_id;
    const char *name, *territories, *home, *standing;
    int64_t asked, answered,
        answer_hours; /* requests of the last year that were answered or ended; on average */
    int64_t load;     /* open deals that it works on, requests that wait for it */
};
struct cosell_partners {
    struct cosell_partner *all; /* by id */
    size_t n;
    struct rows certificates; /* partner_id, product_line_id: those that hold today */
};

/* Of N partners by IDS, sorted; of all where IDS is NULL. They live in C's arena. */
enum status cosell_partners_read(
    struct call *c, const int64_t *ids, size_t n, struct cosell_partners *out) MUST;
/* NULL: there is none of that id, or it was merged into another. */
const struct cosell_partner *cosell_partner(const struct cosell_partners *p, int64_t id);
bool cosell_is_certified(const struct cosell_partners *p, int64_t id, int64_t product_line_id);

#endif
