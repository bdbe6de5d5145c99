/*
 * How much of a product an account uses, by metric ("seats", "gigabytes") and month: entered, imported, or
 * sent by programs many months at a time. For the vendor's eyes: a partner of record reads on its contract
 * how it goes.
 */
#ifndef TANDEM_USAGE_H
#define TANDEM_USAGE_H

#include "model/call.h"

#define USAGE_BATCH_MAX 200 /* rows of one call: others wait until all are written */

struct usage {
    struct ref account_id, product_line_id;
    const char *metric;
    struct date month; /* its first day */
    double quantity;
};
extern const struct noun usage_noun;
extern const struct verb usage_create, usage_update, usage_record;

#endif
