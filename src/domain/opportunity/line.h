/* What an opportunity is made of: an amount for each product line; their sum is the opportunity's amount. */
#ifndef TANDEM_OPPORTUNITY_LINE_H
#define TANDEM_OPPORTUNITY_LINE_H

#include "domain/opportunity/opportunity.h"

struct opportunity_line {
    struct ref opportunity_id, product_line_id;
    struct money amount;
    const char *currency; /* the opportunity's */
    const char *state;    /* kept, removed */
};
extern const struct noun opportunity_line_noun;
extern const struct verb line_create, line_update, line_remove, line_restore;

/* Adds a line in the transaction; the opportunity's amount follows. For who holds the opportunity. */
enum status line_add(
    struct call *c, int64_t opportunity_id, int64_t product_line_id, struct money amount, int64_t *id) MUST;

#endif
