/*
 * What a co-sell finder learns here: footholds at customers, and which partners are there already. SQL as
 * domain/cosell/sources.h asks for it. Signs are those that the clock and the feed's job kept last. For the
 * vendor's eyes: it tells of several partners.
 */
#ifndef TANDEM_FOOTHOLDS_H
#define TANDEM_FOOTHOLDS_H

/* A running contract ends within $3 days; where no contract is kept, the day that the account says. */
extern const char foothold_end_sql[];
/* A running contract whose usage fell; whose customer is not content. */
extern const char foothold_usage_sql[], foothold_score_sql[];
/* Who resells, delivers or manages there. */
extern const char tie_customer_partner_sql[];

#endif
