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
    const char *whole; /* of the deal: one of credit_options, or NULL */
};
/*
 * Of up to N deals of one account, in their order: OPPORTUNITIES holds their ids. For the vendor's pages: a
 * partner that read it would learn of others.
 */
enum status credit_load(
    struct call *c, int64_t account_id, const int64_t *opportunities, size_t n, struct credit_view *out) MUST;

#endif
