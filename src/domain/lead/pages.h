#ifndef TANDEM_LEAD_PAGES_H
#define TANDEM_LEAD_PAGES_H

#include "face/page.h"

extern const struct page lead_funnel_page; /* /lead-funnel: how far they come */
extern const struct page lead_page;        /* /leads/:id */
extern const struct page lead_inbox_page;  /* /lead-inbox: what is offered to a partner, and what it has */

/* How many offers wait for the viewer's partner. */
enum status lead_inbox_count(struct call *c, int64_t *out) MUST;

#endif
