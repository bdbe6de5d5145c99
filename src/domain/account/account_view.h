/* What an account's page is given. Private to the page and its template. */
#ifndef TANDEM_ACCOUNT_VIEW_H
#define TANDEM_ACCOUNT_VIEW_H

#include "domain/account/lookup.h"
#include "domain/cosell/panel.h"
#include "domain/customer/panel.h"
#include "domain/note/panel.h"
#include "domain/registration/brief.h"
#include "domain/touchpoint/panel.h"
#include "face/derived_view.h"

struct account_deal_view {
    const char *name, *href, *sub, *amount, *mark, *state;
};
struct account_view {
    struct record_view record;
    struct lookup_answer answer;
    struct brief_view registrations;
    const char *all_registrations;
    struct account_deal_view *deals;
    size_t n_deals;
    struct credit_view *credit; /* by deals */
    struct customer_panel customer;
    struct notes_panel notes;
    struct touch_panel touchpoints;
    struct cosell_panel help;
};

#endif
