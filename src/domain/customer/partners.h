/*
 * Which partner does what at which customer: resells (it is partner of record of a contract), delivers,
 * manages. Who resells follows the contracts, the others are entered. What ended stays, with its days: the
 * history of who was there.
 */
#ifndef TANDEM_CUSTOMER_PARTNERS_H
#define TANDEM_CUSTOMER_PARTNERS_H

#include "domain/customer/contract.h"

struct customer_partner {
    const char
        *name; /* of account and product line, for the partner, who sees neither the account nor a contract */
    struct ref account_id, product_line_id, partner_id;
    const char *role;         /* resell, deliver, manage */
    struct date since, until; /* until: DATE_NONE while it lasts */
    const char *reason;       /* why it ended; the partner reads it */
    const char *state;        /* active, ended */
};
extern const struct noun customer_partner_noun;
extern const struct option customer_role_options[]; /* by role */
extern const struct verb customer_partner_create, customer_partner_end, customer_partner_restore;

/*
 * After a change of contracts of that account and product line, in its transaction: each partner of record of
 * a running one resells, and nobody else. REASON stands with those that end; NULL: none. Runs again without
 * harm.
 */
enum status resellers_follow(
    struct call *c, int64_t account_id, int64_t product_line_id, const char *reason) MUST;
/*
 * The same wherever the rows ONE or OTHER of FIELD (account_id, partner_id) had contracts, after a merge of
 * the two or its end.
 */
enum status resellers_follow_merge(struct call *c, const char *field, int64_t one, int64_t other) MUST;
/* The newest row of the partner that resells there; 0: there is none. */
enum status reseller_row(struct call *c, const struct contract *k, int64_t partner_id, int64_t *id) MUST;
extern const char reseller_row_sql[]; /* $1: account, $2: product line, $3: partner */

#endif
