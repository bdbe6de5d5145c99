/* What was said, for a page. Private to domain/dispute. */
#ifndef TANDEM_DISPUTE_WORDS_H
#define TANDEM_DISPUTE_WORDS_H

#include "domain/dispute/view.h"

/* Statements whose FIELD is VALUE, oldest first, as far as the viewer sees them. WHERE: a further condition.
 */
enum status words_of(struct call *c, struct html *h, const char *field, const char *value, const char *where,
    struct words_view **out, size_t *n) MUST;

#endif
