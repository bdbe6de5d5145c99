/* The pages of disputes. */
#ifndef TANDEM_DISPUTE_PAGES_H
#define TANDEM_DISPUTE_PAGES_H

#include "face/page.h"

extern const struct page disputes_page;      /* /disputes: the vendor's list */
extern const struct page my_disputes_page;   /* /my-disputes: a partner's */
extern const struct page dispute_page;       /* /disputes/:id, for the vendor */
extern const struct page dispute_party_page; /* /dispute-parties/:id, for a side */
extern const struct page dispute_new_page;   /* /registrations/:id/dispute */

/* Where the viewer's list is. */
const char *disputes_path(const struct call *c);
/* How many are open to the viewer. */
enum status disputes_count(struct call *c, int64_t *out) MUST;

#endif
