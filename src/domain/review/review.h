/*
 * Pipeline reviews: vendor and partner go through the partner's open deals together, week by week. A review
 * is planned, held or cancelled; decisions and commitments are noted on it while it is held, a commitment
 * becomes a task of who gave it, and the minutes go to those who were present. The next one is planned by
 * itself.
 */
#ifndef TANDEM_REVIEW_H
#define TANDEM_REVIEW_H

#include "face/page.h"
#include "model/call.h"

struct review {
    const char *topic;
    struct ref partner_id, manager_id; /* manager: who leads it for the vendor */
    struct instant starts;
    int64_t minutes_long, every_days; /* every_days 0: no other follows */
    const char *place;                /* a room, or an address of a call */
    const char *state;                /* planned, held, cancelled */
    const char *present;              /* mail addresses, one a line */
    const char *summary;              /* the minutes' own words */
    struct instant held;
    int64_t sequence; /* how often its appointment changed (RFC 5545, SEQUENCE) */
};
extern const struct noun review_noun;
extern const struct verb review_create, review_move, review_cancel, review_reopen, review_note, review_hold;

/* Whether its day is there or past, in the programme's zone: it may be ended. An hour early is early, a day
 * is not.
 */
bool review_has_come(const struct call *c, const struct review *r);

/* What was decided, or promised by whom and until when. */
struct review_point {
    struct ref review_id, partner_id;
    const char *kind; /* decision, commitment */
    const char *text;
    struct ref registration_id, owner_id;
    struct date due; /* DATE_NONE: none */
    struct ref author_id;
};
extern const struct noun review_point_noun;

/* Who plans and ends reviews. */
#define REVIEW_LEADERS (ADMIN | OPERATIONS | PARTNER_MANAGER)
extern const char *const review_planned[]; /* the states in which one goes on */
/* Stores MASK's fields of the call's review, as VERB. A calendar takes a higher sequence for news. */
enum status review_change(struct call *c, struct review *r, uint64_t mask, const char *verb) MUST;

extern const struct page review_page; /* /reviews/:id: the agenda */
extern const struct page
    week_review_page;                    /* /pipeline/review: a manager's or a partner's, without a meeting */
extern const struct page calendar_page;  /* /calendar/:secret, for calendar programs */
extern const struct verb token_calendar; /* a secret address for it */

#endif
