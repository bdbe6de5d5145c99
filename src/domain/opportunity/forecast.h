/*
 * A forecast: what open opportunities are expected to bring, by the month in which they close and the
 * category of their stage; what was won stands beside. Amounts are minor units of one currency. No database.
 */
#ifndef TANDEM_FORECAST_H
#define TANDEM_FORECAST_H

#include "base/value.h"
#include "domain/programme/programme.h"

#define FORECAST_MONTHS 6
/* Rows of a forecast: past due, the months from this one on, later, and without a date. */
enum {
    FORECAST_PAST,
    FORECAST_FIRST,
    FORECAST_LATER = FORECAST_FIRST + FORECAST_MONTHS,
    FORECAST_UNDATED,
    FORECAST_ROWS
};

struct forecast_row {
    int64_t minor[FORECASTS], n[FORECASTS];
    int64_t won, n_won;
    int64_t weighted_hundredths; /* minor units times percent: rounded once, in the sum */
};
struct forecast {
    struct date first; /* day 1 of the first month */
    struct forecast_row rows[FORECAST_ROWS], total;
};

void forecast_begin(struct forecast *f, struct date today);
/* The row of a day; of one without a date FORECAST_UNDATED. TODAY: before it is past due, also in this month.
 */
int forecast_place(const struct forecast *f, struct date day, struct date today);
void forecast_add(struct forecast *f, int place, enum forecast_category category, int64_t probability,
    int64_t minor, int64_t n);
/* Won in a month that the forecast shows; others are left out. */
void forecast_add_won(struct forecast *f, struct date closed, int64_t minor, int64_t n);
/* What counts: everything but what is omitted. */
int64_t forecast_sum(const struct forecast_row *row);
/* By the probability of each stage, what is omitted left out; half a minor unit is rounded up. */
int64_t forecast_weighted(const struct forecast_row *row);

#endif
