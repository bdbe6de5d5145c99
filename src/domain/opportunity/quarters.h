/*
 * The pipeline by quarter, for who has ten minutes: what was won, what is expected by forecast category, and
 * what of it partners sourced or influenced. The sums are kept by a job behind the feed (counted.c), so that
 * a page reads a few rows however many deals there are. A quarter is year * 4 + 0 to 3, of the calendar. For
 * the vendor's eyes.
 */
#ifndef TANDEM_QUARTERS_H
#define TANDEM_QUARTERS_H

#include "domain/programme/programme.h"
#include "domain/rate/money_sum.h"
#include "domain/touchpoint/credit.h"

/* Lines of a quarter: what was won, then what is open by enum forecast_category, but for what is omitted. */
enum { QUARTER_WON, QUARTER_OPEN, QUARTER_LINES = QUARTER_OPEN + FORECAST_OMITTED };

struct quarter_figure {
    struct money_sum sum; /* in the programme's currency, by today's rates */
    int64_t deals;
};
struct pipeline_quarter {
    struct date from, until;                          /* both days included */
    struct quarter_figure of[QUARTER_LINES][CREDITS]; /* by enum credit: [CREDIT_NONE] is all of the line */
    const char *query[QUARTER_LINES]; /* asks the list of opportunities for the line's deals */
};

#define QUARTERS 2 /* this one and the next */
struct pipeline_quarters {
    struct pipeline_quarter quarter[QUARTERS];
    /*
     * Deals that stand in neither: open ones that were to close before; open ones that have no day, also what
     * is omitted; won ones of which nobody says when.
     */
    struct quarter_figure past, undated, undated_won;
    const char *past_query, *undated_query, *undated_won_query;
    bool counting; /* the sums are not whole yet, or by the days of before: all deals are being counted */
};
extern const char *const quarter_line_keys[QUARTER_LINES]; /* "won", "commit" ...: in REST */

enum status pipeline_quarters(struct call *c, struct pipeline_quarters *out) MUST;
/*
 * Deals that are counted in one transaction: people's verbs wait no longer than for a few queries over a list
 * of that length.
 */
#define DEALS_AT_ONCE 16
#define DEALS_LIST    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
/* The arguments of DEALS_LIST: N ids, and the number that no row has. */
void deals_args(const int64_t *ids, size_t n, struct value args[DEALS_AT_ONCE]);
/*
 * In a transaction: up to DEALS_AT_ONCE deals as they are now go into the sums, what was counted of them
 * before comes out. No deal twice.
 */
enum status pipeline_count(struct call *c, const int64_t *opportunities, size_t n) MUST;
/* In a transaction: the sums become those of what was counted of the deals, whatever they were. */
enum status pipeline_sum_again(struct call *c) MUST;
/*
 * For tandem check, on a snapshot: how many sums are not those of what was counted, and how many deals are
 * counted otherwise than they are (that is none only where all that happened was followed).
 */
enum status pipeline_drift(struct db *db, struct arena *a, int64_t *sums, int64_t *deals) MUST;
extern const struct verb opportunity_quarters; /* POST /api/v1/opportunities/quarters */

#endif
