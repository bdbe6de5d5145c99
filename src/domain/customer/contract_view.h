/* What a contract's page is given. Private to contract_page.c and its template. */
#ifndef TANDEM_CONTRACT_VIEW_H
#define TANDEM_CONTRACT_VIEW_H

#include "domain/customer/usage_view.h"
#include "face/derived_view.h"

struct contract_partner_line {
    const char *name, *href, *role, *since, *until; /* until NULL: it lasts */
};
struct contract_chain_line {
    const char *span, *href, *amount, *mark, *state;
    bool current;
};
struct contract_view {
    struct record_view record;
    const char *account, *account_href; /* for the vendor */
    const char *signs[SIGNS_N];         /* what holds, in words */
    size_t n_signs;
    const char *notice; /* until when it may be given, in words; NULL */
    bool at_risk;
    struct usage_line *usage;
    size_t n_usage;
    const char *all_usage; /* for the vendor */
    const char *score, *score_href;
    struct contract_chain_line *chain; /* the contracts before and after, oldest first */
    size_t n_chain;
    struct contract_partner_line *partners;
    size_t n_partners;
    const char *add_partner; /* where one is added; NULL: not by this viewer */
};

#endif
