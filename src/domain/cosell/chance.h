/*
 * Chances: an account where the vendor has a foothold and a partner a tie, with the score of both and what it
 * is made of. A job keeps the table from the feed (follow.c), so that the finder is a list like others. An
 * account is looked at anew when something happens there, and once a day as long as there is a chance, for
 * deals get stuck and contracts near their end without an event. For the vendor's eyes.
 */
#ifndef TANDEM_COSELL_CHANCE_H
#define TANDEM_COSELL_CHANCE_H

#include "model/call.h"
#include "runtime/jobs.h"

struct cosell_chance {
    struct ref account_id, partner_id;
    int64_t score;
    const char *foothold;                                 /* one of cosell_foothold_options */
    struct ref opportunity_id, product_line_id, owner_id; /* of the foothold */
    struct money amount;
    const char *currency;
    const char *country, *industry; /* the account's */
    struct ref manager_id;          /* the partner's */
    const char *reasons;            /* of cosell_reason_options */
    const char *evidence;           /* as a request keeps it */
};
extern const struct noun cosell_chance_noun;
extern const struct option cosell_foothold_options[];
extern const struct job_kind cosell_job;

#define CHANCES_PER_ACCOUNT 5  /* more partners at one account are not kept */
#define CHANCE_LEAST        40 /* points; below it nobody would ask: a company one knows, near a win */

#endif
