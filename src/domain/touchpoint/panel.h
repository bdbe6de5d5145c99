/* Touchpoints on other pages: those of a partner, an account or an opportunity, with a form to enter one; and
 * who sourced and influenced which deal. */
#ifndef TANDEM_TOUCHPOINT_PANEL_H
#define TANDEM_TOUCHPOINT_PANEL_H

#include "domain/touchpoint/credit.h"
#include "face/page.h"
#include "face/parts.h"

struct touch_line {
    const char *kind, *href, *sub; /* sub: the partner or the account, and the channel */
    const char *mark, *state;      /* of one that does not count; NULL: it does */
    struct instant at;
};

struct touch_panel {
    const char *page, *csrf, *subject, *subject_id, *all;
    struct touch_line *lines;
    size_t n;
    bool may_write, open;
    const struct part_field *fields[5];
    size_t n_fields;
    const char *problem_detail;
};

/* SUBJECT is "partner_id", "account_id" or "opportunity_id" of the row ID that the viewer has been given. */
enum status touch_panel_load(struct call *c, struct page_request *r, struct html *h, const char *page,
    const char *subject, int64_t id, struct touch_panel *out) MUST;

/* Who gets credit for a deal, with the touchpoints that say so. */
struct credit_reason {
    const char *kind, *href;
    struct instant at;
};
struct credit_partner {
    const char *name, *href;
    int64_t partner_id;
    enum credit credit;
    struct credit_reason *reasons;
    size_t n;
};
struct credit_view {
    const char *deal, *deal_href; /* where several deals stand on a page */
    struct credit_partner *partners;
    size_t n;
};
/*
 * Of up to N deals of one account, in their order: OPPORTUNITIES holds their ids. For the vendor's pages: a
 * partner that read it would learn of others.
 */
enum status credit_load(
    struct call *c, int64_t account_id, const int64_t *opportunities, size_t n, struct credit_view *out) MUST;

/*
 * Of up to DEALS_AT_ONCE deals (quarters.h) of whatever accounts, each as a whole, as it is now; OUT has room
 * for N and is by account. What is stored is judged in the transaction that stores it.
 */
struct deal_credit {
    int64_t id;
    const char *credit; /* one of credit_options, or NULL */
};
enum status credit_of_deals(
    struct call *c, const int64_t *opportunities, size_t n, struct deal_credit *out, size_t *n_out) MUST;

#endif
