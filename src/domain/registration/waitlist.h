/*
 * The waitlist of an account and product line: who was declined because another partner stands there joins;
 * when the account is free the next in log order is offered it with a clock. A partner sees its own entry and
 * nothing of how many wait, who, or at which place.
 */
#ifndef TANDEM_WAITLIST_H
#define TANDEM_WAITLIST_H

#include "domain/registration/registration.h"

struct waitlist_entry {
    struct ref registration_id; /* the declined one by which it joined; decided anew on acceptance */
    struct ref partner_id, person_id, account_id, product_line_id;
    const char *company;
    const char *state; /* waiting, offered, accepted, passed, expired, left, ended */
    struct instant offer_due;
};
extern const struct noun waitlist_entry_noun;

extern const struct verb registration_join_waitlist;
extern const struct verb waitlist_accept, waitlist_pass, waitlist_leave, waitlist_expire;
extern const struct clock waitlist_offer_clock;

/*
 * Offers a free account to the next that waits for it; LEFT is the partner that gave it up and is not offered
 * it at once. Nothing when somebody stands there or nobody waits.
 */
enum status waitlist_offer(struct call *c, int64_t account_id, int64_t line_id, int64_t left_partner_id) MUST;

/*
 * Nobody will be offered the account: its customer was won, or the vendor has it. Who waits is told and waits
 * no longer, so that no newcomer passes it. Nothing where somebody stands still.
 */
enum status waitlist_end(struct call *c, int64_t account_id, int64_t line_id) MUST;

/* R's partner got the account otherwise (a person, a ruling): it waits for it no longer. */
enum status waitlist_settle(struct call *c, const struct registration *r) MUST;

/* The account's lock: between looking whether it is free and waiting for it nothing may happen there. */
const char *waitlist_lock_name(struct arena *a, int64_t account_id, int64_t line_id);

/* Whether a registration's partner may join: it was declined with this next step, and does not wait already.
 */
enum status waitlist_may_join(struct call *c, int64_t registration_id, bool *yes) MUST;

/* The partner's newest entry for a registration, or NULL. */
enum status waitlist_entry_of(
    struct call *c, int64_t registration_id, int64_t *id, struct waitlist_entry *out) MUST;

#endif
