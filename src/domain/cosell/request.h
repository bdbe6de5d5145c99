/*
 * Co-sell requests: one side asks the other for help with a deal. A seller of the vendor's asks a partner, a
 * partner's seller asks the vendor; who was asked accepts or declines. Silence is told to the partner's
 * manager, then ends the request. Accepted, both work on the opportunity.
 *
 *   request.c  the row: what it holds, who sees what
 *   ask.c      asking: about what, how much of it is shown, why this partner
 *   answer.c   accept, decline, withdraw; the clocks of silence
 *   tell.c     what people are told
 *
 * Until a partner accepts, it reads only what the asker chose to show of the deal: that stands in fields of
 * the request's own (subject, country, industry, product, amount band). The account, the deal, and why this
 * partner was chosen are for the vendor's eyes; afterwards the partner reads the deal as a member of its
 * team.
 */
#ifndef TANDEM_COSELL_REQUEST_H
#define TANDEM_COSELL_REQUEST_H

#include "domain/opportunity/opportunity.h"
#include "runtime/clocks.h"

struct cosell_request {
    const char *subject;  /* the company as both read it; until accepted perhaps cosell_masked() */
    const char *kind;     /* one of cosell_kinds: what is asked */
    const char *text;     /* and in words */
    const char *asked_by; /* vendor, partner: the side that asks */
    const char *state;    /* asked, escalated, accepted, declined, withdrawn, expired */
    struct ref partner_id;
    struct ref asker_id;
    struct ref person_id;                         /* who in particular is asked; 0: the side */
    struct instant due;                           /* until when an answer is awaited */
    const char *country, *industry, *amount_band; /* what is shown of the deal; NULL: not */
    struct ref product_line_id;
    struct ref registration_id; /* the partner's own, which it asks about */
    struct instant answered;
    struct ref answered_by;
    const char *reason; /* of a no: one of cosell_decline_reasons */
    const char *answer; /* the answer's own words */
    struct ref deal_id; /* accepted: the opportunity on which both work */
    /* For the vendor. */
    struct ref account_id, opportunity_id; /* what it is about */
    const char *shared;                    /* which of cosell_shares were shown */
    const char *origin;                    /* one of cosell_origins: where it began */
    const char *reasons;  /* why this partner, why now: of cosell_reason_options, when it was asked */
    int64_t score;        /* what they came to; 0: nothing was known */
    const char *evidence; /* JSON: the points of each part, the figures behind the reasons */
};
extern const struct noun cosell_request_noun;
extern const struct option cosell_kinds[], cosell_shares[], cosell_origins[], cosell_decline_reasons[],
    cosell_amount_bands[], cosell_reason_options[];

extern const struct verb cosell_ask, cosell_accept, cosell_decline, cosell_withdraw;
extern const struct verb cosell_escalate, cosell_expire;
extern const struct clock cosell_asked_clock, cosell_escalated_clock;

/* What stands for a company that is not named yet: where it is. Stored in English; COUNTRY may be NULL. */
const char *cosell_masked(struct arena *a, enum lang lang, const char *country);
/* The subject, in the reader's language where it is no name. */
const char *cosell_subject(struct arena *a, enum lang lang, const struct cosell_request *q);
/* Whether an answer is awaited. */
bool cosell_is_open(const struct cosell_request *q);
/* Whether the viewer's side asks; else it is asked. */
bool cosell_viewer_asks(const struct call *c, const struct cosell_request *q);
/* How many wait for an answer of the viewer's side. */
enum status cosell_waiting_count(struct call *c, int64_t *out) MUST;

#endif
