/* The pages of registering: the form with its answer, what I hold, one registration, the queue, the receipt.
 */
#ifndef TANDEM_REGISTRATION_PAGES_H
#define TANDEM_REGISTRATION_PAGES_H

#include "face/page.h"

extern const struct page
    register_page; /* /register: check and register; after it ?done=reg_... shows the decision */
extern const struct page registrations_page; /* /registrations */
extern const struct page registration_page;  /* /registrations/:id */
extern const struct page queue_page;         /* /queue */
/* How many registrations wait for a person. */
enum status queue_count(struct call *c, int64_t *out) MUST;
extern const struct page receipt_page; /* /registrations/:id/receipt: the file */

#endif
