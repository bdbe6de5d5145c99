/*
 * A wish decided by the rules of today on the facts of today: a new registration, or a stored one again when
 * its account is offered from the waitlist.
 */
#ifndef TANDEM_JUDGE_H
#define TANDEM_JUDGE_H

#include "domain/registration/registration.h"

/*
 * In the transaction: reads the situation under its locks, decides, and writes through registration_rule(). R
 * is what the wish says beyond it; its account and contact are set here. *ID 0: it is new.
 */
enum status registration_judge(struct call *c, const struct wish *w, const struct probe *probe,
    struct registration *r, int64_t *id, const char *event) MUST;

/* A stored registration, ready to be judged again. */
struct again {
    struct registration r;
    struct wish wish;
    struct probe probe;
};
/* On a snapshot, before the transaction: what is dear. */
enum status again_prepare(struct call *c, int64_t id, struct again *out) MUST;
/*
 * In the transaction: the account of a stored registration as it is known today, under its company's locks,
 * into R; 0 when the company is new. For people who rule.
 */
enum status again_account(struct call *c, const struct again *again, struct registration *r) MUST;

#endif
