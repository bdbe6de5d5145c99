/*
 * An extension: a partner shows what happened in the deal, and the programme's extension rules decide at once
 * whether the protection lasts longer. A decision of its own, with trace, facts and receipt.
 */
#ifndef TANDEM_EXTENSION_H
#define TANDEM_EXTENSION_H

#include "domain/registration/extension_facts.h"
#include "domain/registration/registration.h"

struct extension {
    struct ref registration_id, partner_id, person_id;
    const char *evidence; /* a key of extension_evidence */
    struct date day;
    const char *with_whom, *note;
    const char *state; /* approved, review, declined */
    const char *rule;  /* NULL when a person decided */
    struct instant protected_until;
    const char *queue;
    struct instant review_due;
    struct instant decided;
    struct ref decided_by;
    const char *reason;
};
extern const struct noun extension_noun;

extern const struct verb registration_extend, registration_extend_check;
extern const struct verb extension_approve, extension_decline;

/* What extend_check leaves in call->result: what would be decided now. */
struct extension_forecast {
    int64_t registration_id;
    enum outcome outcome;
    const char *rule_name, *sentence; /* in the call's language */
    int rule_number;
    struct instant until;      /* approve: the new end */
    int days;                  /* approve */
    struct instant review_due; /* review */
    struct explanation explanation;
};

/* Whether a request of that registration waits for a person. */
enum status extension_waits(struct call *c, int64_t registration_id, bool *yes) MUST;

#endif
