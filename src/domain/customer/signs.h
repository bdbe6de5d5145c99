/*
 * Why somebody should look after a contract: its end comes near, usage fell, the customer is not content,
 * nobody has been in touch. Pure: no database, no clock.
 *
 *   renewal  the end, or the notice day of one that renews by itself, is at most renewal_days away, or past
 *   usage    of one metric, the newest whole month is at least drop_percent below the mean of the months
 *            before it: of up to 6 that are known, at least 3. The month that runs is not over and says
 *            nothing; a newest month that is older than 3 months neither. A month without a row is unknown,
 *            not zero.
 *   score    the newest answer of the last 365 days is an NPS of at most low_nps (6: a detractor) or a CSAT
 *            of at most low_csat (2 of 5)
 *   silence  the end is near, as above, and nobody was in touch for silent_days
 *   suspended  the partner of record is: nobody there may see to the renewal
 *
 * All but the first are risks. Only time changes "renewal" and "silence"; signs_next() says when.
 */
#ifndef TANDEM_SIGNS_H
#define TANDEM_SIGNS_H

#include "base/base.h"
#include "base/value.h"
#include "domain/programme/programme.h"

enum { SIGN_RENEWAL = 1, SIGN_USAGE = 2, SIGN_SCORE = 4, SIGN_SILENCE = 8, SIGN_SUSPENDED = 16 };
#define SIGNS_RISK (SIGN_USAGE | SIGN_SCORE | SIGN_SILENCE | SIGN_SUSPENDED)
#define SIGNS_N    5
extern const struct option sign_options[]; /* by bit; labels are N_() */

struct usage_month {
    const char *metric;
    struct date month; /* its first day */
    double quantity;
};
/* What signs are judged by. */
struct sign_facts {
    struct date today, ends;
    int64_t notice_days; /* of one that renews by itself: so long before the end it must be decided */
    const struct usage_month *usage; /* by metric, then month */
    size_t n_usage;
    const char *score_kind; /* nps, csat; NULL: nobody asked */
    int64_t score;
    struct date score_day;
    bool suspended;      /* its partner of record is */
    struct date touched; /* the last touch, or since when there could have been one; DATE_NONE: not known */
};

struct signs {
    unsigned bits;
    int32_t days_left; /* until the end; negative when it is past */
    /* The metric that fell most, if one fell far enough. */
    const char *metric;
    int64_t fell_percent;
    const char *score_kind; /* the newest answer, also a good one; NULL: none of the last year */
    int64_t score;
    int32_t silent_days; /* since the last touch; -1: not known */
};

/* Until when somebody must decide: the last day for notice as long as that is to come, else the end. */
struct date sign_decide_day(const struct sign_facts *f);

void signs_judge(const struct sign_facts *f, const struct programme_care *limits, struct signs *out);
/* The next day after today on which time alone may change something; DATE_NONE: none. */
struct date signs_next(const struct sign_facts *f, const struct programme_care *limits);

/* ",renewal,usage," as a field keeps it (NULL: none), and back. */
const char *signs_text(struct arena *a, unsigned bits);
unsigned signs_bits(const char *text);

#endif
