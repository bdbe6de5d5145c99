/*
 * Overrides: somebody of the vendor wants a decision changed that was made. It takes a reason and a second
 * person; both decisions stay, and overrides are counted in public (domain/fairness).
 */
#ifndef TANDEM_OVERRIDE_H
#define TANDEM_OVERRIDE_H

#include "domain/registration/registration.h"

struct override {
    struct ref registration_id, partner_id;
    const char *was, *outcome; /* approve, decline: the decision as it stood, and the one that is wanted */
    int64_t days;              /* of protection; 0: the programme's usual */
    double benefit_percent;
    const char *reason; /* the partner reads it once it is confirmed */
    struct ref asked_by, answered_by;
    struct instant answered;
    const char *answer; /* why it was refused */
    const char *state;  /* asked, confirmed, refused, withdrawn */
};
extern const struct noun override_noun;
extern const struct verb override_ask, override_confirm, override_refuse, override_withdraw;

/* The newest override of a registration; *ID 0 when there is none. As the system sees it. */
enum status override_of(struct call *c, int64_t registration_id, int64_t *id, struct override *out) MUST;

#endif
