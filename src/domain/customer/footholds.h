/*
 * Accounts where somebody should call: a renewal comes, or usage fell. For who looks for a partner that could
 * help there (a co-sell finder's table of sources).
 */
#ifndef TANDEM_FOOTHOLDS_H
#define TANDEM_FOOTHOLDS_H

#include "domain/customer/signs.h"
#include "model/call.h"

struct customer_foothold {
    int64_t account_id, contract_id, product_line_id;
    int64_t partner_id; /* of record, who is there already; 0: the vendor alone */
    unsigned signs;     /* SIGN_... bits, SIGN_RENEWAL or SIGN_USAGE among them */
    struct date ends;
    struct money amount; /* a year, in CURRENCY */
    const char *currency;
};
/*
 * The running contracts with a renewal or a fall of usage, the next end first, at most LIMIT; of ACCOUNT_ID,
 * or of all (0). One query over an index of those alone. Signs are those that the clock and the feed's job
 * kept last. Reads as the system: for the vendor's eyes, no partner may be shown a row of it.
 */
enum status customer_footholds(
    struct call *c, int64_t account_id, size_t limit, struct customer_foothold **out, size_t *n) MUST;

#endif
