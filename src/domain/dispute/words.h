/* A dispute and what was said in it, for a page. Private to domain/dispute. */
#ifndef TANDEM_DISPUTE_WORDS_H
#define TANDEM_DISPUTE_WORDS_H

#include "domain/dispute/view.h"

/* A row's value of FIELD in words; NULL where it has none. */
const char *dispute_text(
    struct call *c, struct html *h, const struct noun *noun, const struct row *row, const char *field);
/* How urgent an answer is that is due at DUE: data-s. */
const char *dispute_due_mark(const struct call *c, struct instant due);

/* Statements whose FIELD is VALUE, oldest first, as far as the viewer sees them. WHERE: a further condition.
 */
enum status words_of(struct call *c, struct html *h, const char *field, const char *value, const char *where,
    struct words_view **out, size_t *n) MUST;

#endif
