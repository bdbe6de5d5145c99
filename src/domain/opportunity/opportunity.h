/*
 * Opportunities: the vendor's deals, as its CRM brings them and as vendor and partners work on them together.
 *
 *   opportunity.c  the deal: what it is, which partner sees it
 *   move.c         its way: stages, close date, won, lost, open again
 *   team.h         who works on it: partners with role and share, the vendor's people
 *   line.h         its amount by product line
 *   plan.h         the mutual action plan; its first open step is the next step
 *   comment.h      what is said about it, with files
 *   forecast.h     what is expected, by month and category
 *   quarters.h     what was won and is expected by quarter, in sums that are kept
 *
 * A deal itself (name, stage, dates, amounts) is one for all who work on it. Everything that somebody says,
 * promises or gets is between the vendor and one partner, or the vendor's alone: it has a partner_id, and the
 * noun's scope lets no other partner read it. So partners that compete on one deal cannot tell that they do.
 *
 * Whatever counts as a touchpoint of a partner (joined, commented, finished a step) leaves its event in the
 * feed, with the partner's id: noun opportunity_member, opportunity_comment, plan_step.
 */
#ifndef TANDEM_OPPORTUNITY_H
#define TANDEM_OPPORTUNITY_H

#include "model/call.h"

struct opportunity {
    const char *name;
    struct ref account_id, product_line_id, owner_id;
    const char *state; /* open, won, lost */
    const char *stage; /* one of the programme's by its key, or the CRM's own word */
    struct money amount;
    const char *currency;
    struct date engaged, closes, closed; /* opened, expected to close, closed */
    struct date last_activity;
    const char *external_id;
    struct instant stage_since; /* 0: nobody moved it yet */
    const char *previous_stage; /* with its day, to take a move back */
    struct instant previous_since;
    const char *reason; /* why it was lost: for the vendor */
    const char *credit; /* one of credit_options, kept behind the feed; NULL: no partner's */
};
extern const struct noun opportunity_noun;
extern const struct verb opportunity_create, opportunity_update;
extern const struct verb opportunity_move, opportunity_move_back, opportunity_reschedule;
extern const struct verb opportunity_win, opportunity_lose, opportunity_reopen;

/* Who of the vendor works on deals. */
#define DEAL_ROLES (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER)

/* In a scope: the opportunities that the viewer's partner works on. Every partner's scope here stands on it.
 */
#define OPPORTUNITIES_OF_PARTNER                                                                             \
    "(select om.opportunity_id from opportunity_member om where om.partner_id = {partner} and om.state = "   \
    "'active')"

/*
 * For a verb that changes what belongs to the opportunity: locks it until the commit, then loads what the
 * viewer may see of it. REFUSED as not found where that is nothing, and when it is closed.
 */
enum status opportunity_hold(struct call *c, struct ref id, struct opportunity *out) MUST;
/* The same for code that has checked what the viewer may do. */
enum status opportunity_hold_whole(struct call *c, struct ref id, struct opportunity *out) MUST;
/* Its page: "/opportunities/opp_...". */
const char *opportunity_path(struct call *c, int64_t id);

#endif
