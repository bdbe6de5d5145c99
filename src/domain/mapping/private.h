/*
 * Private mapping with Tandem on one side: the owner of a list opens a run for one other company, whose
 * program (`tandem psi --role client`) exchanges messages with it. Neither list leaves its machine.
 *
 *   open -> counted -> agreed -> done
 *                   -> declined          the count only
 *   open, counted, agreed -> ended       taken back, or its week is over
 *
 * Both sides see the run: its sizes, its count, who did what. The rows in common are the owner's; the other
 * side has its own where its program wrote them. engine/psi/psi.h has the protocol.
 */
#ifndef TANDEM_MAPPING_PRIVATE_H
#define TANDEM_MAPPING_PRIVATE_H

#include "domain/mapping/mapping.h"

struct private_run {
    const char *name; /* the list's */
    struct ref population_id;
    struct ref partner_id;                 /* one side is always the vendor */
    const char *side;                      /* whose list it is: vendor, partner */
    const char *state;                     /* open, counted, agreed, done, declined, ended */
    const char *key_rule;                  /* best, domain, name */
    int64_t own_keys;                      /* companies of the list that have a key; INT_NONE: not told yet */
    int64_t other_keys;                    /* of the other side's; likewise */
    int64_t matches;                       /* on both; INT_NONE: not counted yet */
    struct instant until;                  /* when it ends by itself */
    struct ref person_id, other_person_id; /* who opened it, whose token answers it */
};
extern const struct noun private_run_noun;
extern const struct verb private_run_create, private_run_agree, private_run_decline, private_run_withdraw,
    private_run_exchange, private_run_expire;
extern const struct clock private_run_clocks[3]; /* one for each state that waits */

/* A row of the list that is on both. */
struct private_match {
    struct ref run_id, partner_id; /* partner: whose list it is; 0: the vendor's */
    const char *name, *domain, *country;
};
extern const struct noun private_match_noun;

/* What the other side types to answer the run. */
const char *private_run_command(struct call *c, int64_t id);
/* Whether the viewer is of the side whose list it is. */
bool private_run_owns(const struct call *c, const struct private_run *r);

#endif
