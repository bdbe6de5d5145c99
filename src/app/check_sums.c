/* What is kept behind the feed: the pipeline's sums are those of its deals. */
#include "app/check.h"
#include "domain/opportunity/quarters.h"
#include "domain/touchpoint/touchpoint.h"

#include <inttypes.h>

#define CURE "delete the row credit.days of the table setting, and a running server counts all anew"

enum status check_sums(struct check *k)
{
    int64_t sums, deals;
    bool current;
    TRY(credit_is_current(k->db, k->arena, &current));
    TRY(pipeline_drift(k->db, k->arena, &sums, &deals));
    if (sums)
        check_complain(k, "%" PRId64 " sums of the pipeline are not those of its deals; " CURE, sums);
    if (deals && current)
        check_complain(
            k, "%" PRId64 " deals stand in the pipeline's sums otherwise than they are; " CURE, deals);
    return OK;
}
