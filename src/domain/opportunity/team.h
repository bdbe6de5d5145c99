/*
 * Who works on an opportunity: partners, each with a role and a share of the credit, and people of the
 * vendor. A partner sees its own membership and the vendor's people, never another partner's.
 */
#ifndef TANDEM_OPPORTUNITY_TEAM_H
#define TANDEM_OPPORTUNITY_TEAM_H

#include "domain/opportunity/opportunity.h"

struct opportunity_member {
    struct ref opportunity_id;
    struct ref partner_id; /* 0: somebody of the vendor's */
    struct ref person_id;  /* who works on it there */
    const char *role; /* source, co_sell, influence, delivery, marketplace; the vendor's: seller, engineer,
                         manager, sponsor */
    double share_percent; /* of the credit; 0: none */
    const char *state;    /* active, removed */
};
extern const struct noun opportunity_member_noun;
extern const struct option member_role_options[];
extern const struct verb member_create, member_update, member_remove, member_restore;

/* Whether shares of one opportunity may stand beside each other: to the hundredth of a percent at most 100.
 */
bool shares_fit(const double *percent, size_t n);

/* The partner's membership, also a removed one; *ID 0: it never was on it. */
enum status member_find(struct call *c, int64_t opportunity_id, int64_t partner_id, int64_t *id,
    struct opportunity_member *out) MUST;
/*
 * Puts a partner on the opportunity, in the transaction, whatever the viewer sees of it: in ROLE, or where
 * that is NULL as its source if it has none, else for co-selling. Whoever is on it already stays what it is.
 */
enum status member_join(
    struct call *c, int64_t opportunity_id, int64_t partner_id, int64_t person_id, const char *role) MUST;
/* One of the vendor's people, in the team's role that goes with theirs; the owner is on it anyway. */
enum status member_join_own(struct call *c, int64_t opportunity_id, int64_t person_id) MUST;

#endif
