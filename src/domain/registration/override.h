/*
 * Overrides: somebody at the vendor decides against a decision that stands, with a reason, and a second
 * person confirms it. Both decisions stay; how often it happens is public (domain/fairness).
 */
#ifndef TANDEM_OVERRIDE_H
#define TANDEM_OVERRIDE_H

#include "domain/registration/registration.h"
#include "face/html.h"

struct override {
    struct ref registration_id, partner_id;
    const char *company;
    const char *outcome; /* approve, decline: what is wanted */
    int64_t days;        /* of protection; 0: the programme's usual */
    double benefit_percent;
    const char *reason; /* the partner reads it once it is confirmed */
    const char *state;  /* asked, confirmed, refused, withdrawn */
    struct ref asked_by, second_id;
    struct instant answered;
    const char *answer; /* why it was refused */
};
extern const struct noun override_noun;
extern const struct verb registration_override, override_confirm, override_refuse, override_withdraw;

/* Those of a registration, newest first, as its page shows them to the vendor. */
struct override_view {
    const char *mark, *word, *wanted, *reason, *asked, *second, *answer, *path;
    struct instant at;
    bool may_answer, may_withdraw;
};
enum status override_views(
    struct call *c, struct html *h, int64_t registration_id, struct override_view **out, size_t *n) MUST;

#endif
