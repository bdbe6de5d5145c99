/* After the sale on an account's page: contracts, usage, satisfaction, and every partner with what it does
 * there. */
#ifndef TANDEM_CUSTOMER_PANEL_H
#define TANDEM_CUSTOMER_PANEL_H

#include "domain/customer/usage_view.h"
#include "domain/touchpoint/panel.h"
#include "face/html.h"
#include "face/parts.h"
#include "model/call.h"

struct customer_contract {
    const char *name, *href, *sub, *amount, *ends, *mark, *state, *why;
    struct usage_line *usage;
    size_t n_usage;
};
struct customer_answer {
    const char *score, *href, *sub, *words;
    bool low;
};
/* A partner with all that it does at the customer: "Resells Flowgate", "Co-sell: Korvath, pilot". */
struct customer_partner_line {
    int64_t partner_id;
    const char *name, *href;
    struct customer_deed {
        const char *text, *href;
    } deeds[8];
    size_t n, more; /* more: that do not stand here */
};
struct customer_panel {
    struct customer_contract *contracts;
    size_t n_contracts;
    const char *all, *add; /* add NULL: not by this viewer */
    struct customer_answer *answers;
    size_t n_answers;
    const char *all_answers;
    struct customer_partner_line *partners;
    size_t n_partners;
    bool more_partners; /* than stand here */
    const char *all_partners;
};
/* For the vendor's pages: it names every partner at the account. */
enum status customer_panel_load(
    struct call *c, struct html *h, int64_t account_id, struct customer_panel *out) MUST;

/* Who does what at the account $1. */
extern const char customer_panel_partners_sql[];

/* Adds who sourced or influenced which of the N deals. */
void customer_panel_credit(
    struct call *c, struct customer_panel *panel, const struct credit_view *deals, size_t n);

#endif
