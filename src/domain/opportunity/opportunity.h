/* The vendor's opportunities, as imported from its CRM: what a registration may collide with. */
#ifndef TANDEM_OPPORTUNITY_H
#define TANDEM_OPPORTUNITY_H

#include "model/call.h"

struct opportunity {
    const char *name;
    struct ref account_id, product_line_id, owner_id;
    const char *state; /* open, won, lost */
    const char *stage; /* the CRM's own word */
    struct money amount;
    const char *currency;
    struct date engaged, closed;
    struct date last_activity;
    const char *external_id;
};
extern const struct noun opportunity_noun;
extern const struct verb opportunity_create, opportunity_update;

#endif
