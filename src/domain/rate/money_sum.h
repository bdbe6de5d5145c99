/* Amounts of several currencies, added up in the programme's by today's rates. */
#ifndef TANDEM_MONEY_SUM_H
#define TANDEM_MONEY_SUM_H

#include "face/html.h"
#include "model/call.h"

struct money_sum {
    int64_t minor;
    bool more; /* there are some without a rate */
};
/* CURRENCY NULL: the programme's. */
enum status money_add(struct call *c, struct money amount, const char *currency, struct money_sum *sum) MUST;
/* "€84,000", with a plus where there is more. */
const char *money_sum_text(struct call *c, struct html *h, const struct money_sum *sum);

#endif
