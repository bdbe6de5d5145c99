/* Contracts with what their signs are judged by: for the pages, Today, and the clock. */
#ifndef TANDEM_RENEWALS_H
#define TANDEM_RENEWALS_H

#include "domain/customer/contract.h"
#include "domain/customer/signs.h"
#include "face/html.h"

struct renewal {
    int64_t id;
    struct instant created;
    struct contract contract;
    const char *name, *href;
    const char *account, *partner, *owner, *line; /* titles that the viewer may see; NULL */
    struct sign_facts facts;
    struct signs signs;
};

/*
 * The contracts that Q chooses and the viewer may see, in its order, with their signs as of today; at most 50
 * unless Q says. *NEXT: the cursor to the further ones, or NULL. What signs are judged by is read as the
 * system: what a partner may know of it is their outcome.
 */
enum status renewals_read(
    struct call *c, const struct list_query *q, struct renewal **out, size_t *n, const char **next) MUST;
/* One, as the system sees it. */
enum status renewal_load(struct call *c, int64_t id, struct renewal *out) MUST;

/* What BIT says, with its figures: "seats fell by 38% against the months before"; NULL where it does not
 * hold. */
const char *sign_words(struct call *c, struct html *h, const struct signs *s, unsigned bit);
/* Those of BITS that hold, in one line, "; " between; NULL: none does. */
const char *signs_words(struct call *c, struct html *h, const struct signs *s, unsigned bits);
/* "notice until 17 Aug", "notice was until 17 Aug"; NULL: the contract has no notice period, or is
 * over. */
const char *notice_words(struct call *c, struct html *h, const struct renewal *r);
/* "ends in 23 days", "ended 3 days ago". */
const char *end_words(struct call *c, struct html *h, int32_t days_left);
/* Riskier first, then what ends sooner. */
int renewal_order(const void *a, const void *b);

#endif
