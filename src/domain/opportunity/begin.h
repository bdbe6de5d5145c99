/* How a registration or a lead becomes an opportunity, or joins one. */
#ifndef TANDEM_OPPORTUNITY_BEGIN_H
#define TANDEM_OPPORTUNITY_BEGIN_H

#include "domain/opportunity/opportunity.h"

/* What a new one begins with. */
struct opportunity_start {
    int64_t account_id, product_line_id;
    /* A row of this partner comes from this lead, which is converted with it; 0: none. */
    int64_t partner_id, lead_id;
    struct money amount;
    const char *currency; /* NULL: the programme's */
    struct date closes;
};
/*
 * Within a verb whose input names an opportunity in "opportunity_id": *ID is that one, which must be open and
 * of the account; 0: the vendor's newest open one for account and line, else a new one. Nobody closes it
 * before the commit. The call's answer stays what it was.
 */
enum status opportunity_begin(struct call *c, const struct opportunity_start *start, int64_t *id) MUST;

#endif
