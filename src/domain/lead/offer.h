/*
 * Offering a lead: to one partner at a time, with a clock. Who declines or says nothing is followed by the
 * next best, until so many were asked as the programme says; then people look again. offer.c makes offers,
 * answer.c has what becomes of them.
 */
#ifndef TANDEM_LEAD_OFFER_H
#define TANDEM_LEAD_OFFER_H

#include "domain/lead/candidates.h"
#include "runtime/clocks.h"

/* What the partner reads before it accepts: of the lead neither company nor contact. */
struct lead_offer {
    const char *name; /* "Flowgate, DE" */
    struct ref lead_id, partner_id;
    struct ref person_id; /* of the partner's, who answered */
    const char *state;    /* offered, accepted, declined, expired, withdrawn */
    struct instant due;
    struct ref product_line_id;
    const char *country, *language, *industry, *size;
    const char *need; /* NULL, too, where it is a stranger's words and this partner did not bring them */
    int64_t score_percent;
    const char *parts;                /* JSON: the score's parts with weights and reasons */
    const char *reason, *reason_note; /* of who declined */
};
extern const struct noun lead_offer_noun;
extern const struct verb lead_offer_next; /* POST /api/v1/leads/<id>/route */
extern const struct verb lead_give_back;
extern const struct verb lead_offer_accept, lead_offer_decline, lead_offer_withdraw, lead_offer_expire;
extern const struct clock lead_offer_clock;

/* ---- within the folder ---- */

extern const struct option lead_decline_reasons[];
/* Reads into c->plan who comes next, before the transaction: nobody where so many were asked. */
enum status lead_offer_plan_next(struct call *c, int64_t lead_id) MUST;
/* Within it: offers the lead to the next; where so many were asked, or nobody is left, people look at it. */
enum status lead_offer_go_on(struct call *c, int64_t lead_id, struct lead *lead) MUST;
enum status lead_offer_change(struct call *c, int64_t id, const struct lead_offer *o, uint64_t mask) MUST;
/* The partner's people; WRITE gets the offer. */
enum status lead_offer_tell(struct call *c, int64_t id, const struct lead_offer *o, notice_write *write) MUST;

#endif
