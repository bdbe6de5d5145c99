/*
 * After the sale: what a customer has from us, until when, and through which partner.
 *
 *   contract.c      the contract: account, product line, amount a year, end, partner of record
 *   renewal.c       its end: renewed, reduced, lost; ended early; what is expected
 *   record.c        the partner of record, handed over with a reason
 *   partners.h      which partner resells, delivers and manages at which customer, and since when
 *   usage.h         how much of a product an account uses, by month
 *   satisfaction.h  what it says about us
 *   signs.h         why a customer is at risk (pure); renewals.h reads what that is judged by
 *   look.h          finds and tells it, by the clock and behind the feed
 *   footholds.h     what a co-sell finder learns of customers here
 *
 * A renewal is no row of its own: it is the coming end of a contract. How it came out is the contract's
 * state, and the next contract names the one that it renews. A contract is between the vendor and its partner
 * of record. Who only delivers or manages sees its own row of customer_partner, no contract and no amount; no
 * partner sees another one, usage or words of the customer by themselves.
 */
#ifndef TANDEM_CONTRACT_H
#define TANDEM_CONTRACT_H

#include "model/call.h"

struct contract {
    const char *name; /* "Korvath Maschinenbau, Flowgate" */
    struct ref account_id, product_line_id;
    struct money amount; /* a year */
    const char *currency;
    struct date starts, ends; /* both days included */
    bool auto_renew;          /* goes on for as long again, unless somebody gives notice */
    int64_t notice_days;      /* before the end, until when it may be given */
    struct ref partner_id;    /* of record; 0: the vendor sold it alone */
    struct ref owner_id;      /* who of the vendor sees to the renewal */
    const char *state;        /* active, expired, renewed, reduced, lost, ended, withdrawn */
    const char *forecast;     /* of the renewal: forecast_options; NULL: nobody said */
    struct money expected;    /* a year, after the renewal; 0: as now */
    const char *signs;        /* a set of sign_options that hold; NULL: none */
    struct date closed;       /* when it was said how it came out */
    const char *reason;       /* why it was lost or ended: for the vendor */
    struct ref renews_id;     /* the contract before it */
    const char *external_id;
    struct date partner_since;      /* when it was handed over; DATE_NONE: never */
    struct ref previous_partner_id; /* who was partner of record before, to hand it back */
    struct instant look_due;        /* when the clock looks at it next; 0: never */
};
extern const struct noun contract_noun;
extern const struct verb contract_create, contract_update;
extern const struct verb contract_renew, contract_lose, contract_end, contract_reopen, contract_forecast;
extern const struct verb contract_hand_over, contract_hand_back;

/* Who of the vendor keeps contracts. */
#define CUSTOMER_ROLES (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER)

extern const char *const contract_running[]; /* active, expired: states in which a renewal is still to come */
#define CONTRACT_RUNNING "('active', 'expired')"

const char *contract_path(struct call *c, int64_t id); /* "/contracts/ctr_..." */
/*
 * Makes a contract of K, filling in what it leaves open (name, currency, owner), with its partner's row
 * (partners.h). BESIDE: by the way, the call's answer stays another row.
 */
enum status contract_open(struct call *c, struct contract *k, bool beside, int64_t *id) MUST;
/*
 * Stores MASK's fields as VERB (NULL: the call's), has the clock look again, and lets the rows of partners
 * follow, those that end with REASON (NULL: none), which the partner reads.
 */
enum status contract_change(
    struct call *c, int64_t id, struct contract *k, uint64_t mask, const char *verb, const char *reason) MUST;
/* The days of a contract, both included. */
struct contract_term {
    struct date starts, ends;
};
/*
 * The term after K's, as long as K's: whole months where it ran for such, so that a year follows a year.
 * Where whole terms have gone by before TODAY (DATE_NONE: none is looked for), the one that holds it.
 */
struct contract_term contract_next_term(const struct contract *k, struct date today);
/*
 * In a verb on it: makes the contract that follows, at AMOUNT a year for TERM, and closes this one as renewed
 * or reduced. *NEXT is the new one.
 */
enum status contract_follow_up(struct call *c, int64_t id, struct contract *k, struct money amount,
    struct contract_term term, int64_t *next) MUST;
/* The last day on which notice may be given; DATE_NONE: there is no notice period. */
struct date contract_notice_day(const struct contract *k);

#endif
