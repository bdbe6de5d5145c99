/*
 * Who sourced a deal and who influenced it, by its touchpoints.
 *
 * Sourced: the partner originated the deal. One at most: the partner of the earliest touch that introduces
 * the customer and lies within the programme's window before the deal was opened (that day included), or of
 * an approved registration of this very deal, however long before. Influenced: any other partner with an act
 * of its own between opening and close. The two never hold of one partner and one deal.
 */
#ifndef TANDEM_CREDIT_H
#define TANDEM_CREDIT_H

#include "base/base.h"
#include "model/field.h"

enum credit { CREDIT_NONE, CREDIT_SOURCED, CREDIT_INFLUENCED, CREDITS };
/*
 * Of a deal as a whole, by enum credit less one: some partner sourced it; else some partner influenced it.
 * What partners sourced and what they influenced add up, each deal once.
 */
extern const struct option credit_options[];

struct credit_deal {
    struct date opened, closed; /* closed: DATE_NONE while it is open */
    int64_t window_days;
};

struct credit_touch {
    int64_t partner_id;
    struct instant at; /* which of two was first; the day alone decides whether it counts */
    struct date day;
    bool introduces; /* an introduction, a lead, an approved registration */
    bool acts;       /* work on the deal */
    bool its_own;    /* an approved registration that became this deal */
};

/* What touches of KIND are good for. A registration introduces only where it was approved. */
void credit_kind(const char *kind, bool approved, bool *introduces, bool *acts);
/* REASON[i] becomes what touch i is a reason for. Order does not matter; at one instant the first given is
 * first. */
void credit_judge(
    const struct credit_deal *deal, const struct credit_touch *touches, size_t n, enum credit *reason);
/* Of the deal as a whole: the key in credit_options, or NULL. REASON as credit_judge() leaves it. */
const char *credit_of_deal(const enum credit *reason, size_t n);

#endif
