/*
 * Where the finder learns of footholds (why the vendor could sell something to an account now) and ties (what
 * a partner has with it). Another domain adds its own with a row: a key, a label, points, and SQL that it
 * declares in a header of its own.
 *
 * The SQL is asked for many accounts at once: "{accounts}" stands for a list of their ids. $1 is today, $2
 * after how many days without activity a deal is stuck, $3 within how many days an end of a contract counts;
 * each but the list may be left out. It gives
 *   for a foothold: account_id, opportunity_id, product_line_id, owner_id, amount, currency, day, partner_id
 *                   (all but the first may be null; day: since when, or when; partner_id: who sees to it
 *                   already, beside the deal's team, and for whom it is none)
 *   for a tie:      account_id, partner_id, how many, day of the newest (may be null); repeated rows add up
 */
#ifndef TANDEM_COSELL_SOURCES_H
#define TANDEM_COSELL_SOURCES_H

#include "base/i18n.h"

/* Of those that hold of an account the one with the most points counts. At most RANK_FOOTHOLD_MAX. */
#define COSELL_FOOTHOLDS(X)                                                                                  \
    X(stuck, 30, N_("Our deal is stuck"), N_("no activity since %s"), cosell_stuck_sql)                      \
    X(contract, 26, N_("Their contract ends"), N_("on %s"), foothold_end_sql)                                \
    X(usage, 24, N_("Usage fell"), N_("contract until %s"), foothold_usage_sql)                              \
    X(open, 20, N_("We have an open deal"), N_("last activity %s"), cosell_open_sql)                         \
    X(score, 16, N_("Low satisfaction"), N_("contract until %s"), foothold_score_sql)                        \
    X(prospect, 8, N_("We know them, without a deal"), NULL, cosell_prospect_sql)

/* At most RANK_TIE_MAX. */
#define COSELL_TIES(X)                                                                                       \
    X(customer, 40, N_("Won business there"), N_("last %s"), cosell_customer_sql)                            \
    X(customer_partner, 36, N_("Resells, delivers or manages there"), NULL, tie_customer_partner_sql)        \
    X(open_deal, 34, N_("Works on a deal there"), N_("last %s"), cosell_open_deal_sql)                       \
    X(registration, 30, N_("Holds a registration there"), N_("last %s"), cosell_registration_sql)            \
    X(mapped, 26, N_("On a list that it shares with us"), N_("last %s"), overlap_tie_sql)                    \
    X(near_win, 14, N_("Won near: same country and industry"), N_("last %s"), cosell_near_win_sql)

/* What speaks for a partner beside its ties. */
#define COSELL_FITS(X)                                                                                       \
    X(certified, N_("Certified for the product"))                                                            \
    X(covers, N_("Covers the country"))                                                                      \
    X(fast, N_("Answers fast"))                                                                              \
    X(room, N_("Has room"))

struct cosell_source {
    const char *key, *label; /* N_() */
    const char *when;        /* N_() with %s for its day; NULL: the day says nothing, as of what goes on */
    int points;
    const char *sql;
};

#define COSELL_FOOTHOLD_ENUM(key, ...) COSELL_FOOTHOLD_##key,
enum { COSELL_FOOTHOLDS(COSELL_FOOTHOLD_ENUM) COSELL_N_FOOTHOLDS };
#define COSELL_TIE_ENUM(key, ...) COSELL_TIE_##key,
enum { COSELL_TIES(COSELL_TIE_ENUM) COSELL_N_TIES };
#define COSELL_FIT_ENUM(key, ...) COSELL_FIT_##key,
enum { COSELL_FITS(COSELL_FIT_ENUM) COSELL_N_FITS };

extern const struct cosell_source cosell_footholds[COSELL_N_FOOTHOLDS], cosell_ties[COSELL_N_TIES];
extern const struct cosell_source cosell_fits[COSELL_N_FITS]; /* without SQL or points of their own */

extern const char cosell_stuck_sql[], cosell_open_sql[], cosell_prospect_sql[];
extern const char cosell_customer_sql[], cosell_open_deal_sql[], cosell_registration_sql[],
    cosell_near_win_sql[];
/* How what was won near is counted (near.h); $1: how many partners of each country and industry. */
extern const char cosell_near_count_sql[];

#endif
