/*
 * The vendor's account look-up: is this company protected, for which product line, until when, by which
 * partner, and whom to call. For the vendor's eyes only.
 */
#ifndef TANDEM_LOOKUP_H
#define TANDEM_LOOKUP_H

#include "face/page.h"

struct lookup_person {
    const char *name, *phone, *mail; /* name NULL: nobody; the others where they are known */
};

/* Who stands on the account for a product line. */
struct lookup_claim {
    const char *line, *partner, *partner_href, *href;
    const char *mark, *state; /* "Protected", "In review", "Offered" */
    const char *until;        /* a date; NULL: until the deal is decided */
    struct lookup_person who; /* at the partner */
    struct lookup_person manager;
};

struct lookup_answer {
    const char *name, *href, *sub, *how; /* how: by what it was found */
    const char *mark, *word;             /* "Protected", "Free", "Direct only" */
    struct lookup_person owner;
    struct lookup_claim *claims;
    size_t n;
};

struct lookup_view {
    const char *path;  /* of the page that asks */
    const char *query; /* what was asked; NULL or empty: nothing */
    struct lookup_answer *answers;
    size_t n;
};

/* Reads the accounts that COMPANY (a name or a web domain) may mean, best first, with their claims. */
enum status lookup_load(struct call *c, struct html *h, const char *company, struct lookup_view *out) MUST;
/* Claims and owner of one account. */
enum status lookup_account(struct call *c, struct html *h, int64_t id, struct lookup_answer *out) MUST;

#endif
