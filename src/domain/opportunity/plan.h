/*
 * The mutual action plan of an opportunity: dated steps, each the work of one side. A step is between the
 * vendor and one partner, or the vendor's alone. The first open one that somebody sees is, to them, the
 * opportunity's next step.
 */
#ifndef TANDEM_OPPORTUNITY_PLAN_H
#define TANDEM_OPPORTUNITY_PLAN_H

#include "domain/opportunity/opportunity.h"

struct plan_step {
    struct ref opportunity_id;
    const char *text;
    struct date due;
    const char *side;      /* vendor, partner: whose work it is */
    struct ref owner_id;   /* who does it; 0: the side agrees on it */
    struct ref partner_id; /* which partner sees it beside the vendor; 0: none */
    struct ref author_id;
    const char *state; /* open, done, removed */
    struct instant finished;
};
extern const struct noun plan_step_noun;
extern const struct verb step_create, step_update, step_finish, step_reopen, step_remove, step_restore;

/*
 * With which partner the viewer shares what it writes on the opportunity: a partner always with the vendor,
 * the vendor with PARTNER (0: with nobody), which must be on the team. REFUSED at "partner_id".
 */
enum status opportunity_audience(
    struct call *c, int64_t opportunity_id, struct ref partner, int64_t *out) MUST;

#endif
