/*
 * The deals that a pipeline review goes through, and why each is talked about: the open registrations, the
 * opportunities that the partner works on, and what ended since the last review. A registration that became
 * an opportunity stands there as that opportunity.
 */
#ifndef TANDEM_REVIEW_DEALS_H
#define TANDEM_REVIEW_DEALS_H

#include "face/page.h"

/* The first that holds is why a deal is talked about. */
enum review_reason {
    REVIEW_PAST,    /* expected to close before today */
    REVIEW_SLIPPED, /* expected to close later than it was at the last review */
    REVIEW_STALLED, /* nobody did anything for REVIEW_STALLED_DAYS */
    REVIEW_NO_STEP, /* nothing is planned */
    REVIEW_CHANGED, /* something happened since the last review */
    REVIEW_ENDED,   /* since the last review */
    REVIEW_REST,
    REVIEW_REASONS
};
#define REVIEW_STALLED_DAYS 21
#define REVIEW_EVERY_DAYS   7 /* how far back one looks where there was no review */
#define REVIEW_AT_ONCE      8 /* deals of a group; the others are folded away */

/* What the reason follows from. Days in the programme's zone; DATE_NONE: there is none. */
struct review_facts {
    bool ended, has_step;
    struct date expected, before; /* to close; before: as it was at the last review, where it was changed */
    struct date active;           /* when somebody last did something */
    struct date since;            /* the last review */
};
enum review_reason review_judge(const struct review_facts *f, struct date today);

struct review_deal {
    const char *name, *href, *sub, *amount, *mark, *state, *step, *step_when;
    const char *close, *was; /* was: the close date that it slipped from */
    bool late;
};
struct review_group {
    const char *id, *label, *lead;
    struct review_deal *deals;
    size_t n;
};
struct review_deals {
    struct review_group groups[REVIEW_REASONS];
    size_t n;
    bool more; /* than a page shows */
};

/* Of one partner, or of every partner that PERSON manages; the other of the two is 0. What ended before SINCE
 * was talked about then. For a partner's viewer: only of its own partner. */
enum status review_deals_load(struct call *c, struct html *h, int64_t partner_id, int64_t person,
    struct instant since, struct review_deals *out) MUST;

#endif
