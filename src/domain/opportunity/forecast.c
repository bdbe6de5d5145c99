#include "domain/opportunity/forecast.h"

#include "base/time.h"

static int month_number(struct date day)
{
    int year, month, d;
    date_split(day, &year, &month, &d);
    return year * 12 + month - 1;
}

void forecast_begin(struct forecast *f, struct date today)
{
    int year, month, day;
    date_split(today, &year, &month, &day);
    *f = (struct forecast){.first = date_make(year, month, 1)};
}

int forecast_place(const struct forecast *f, struct date day, struct date today)
{
    if (day.days == DATE_NONE)
        return FORECAST_UNDATED;
    if (day.days < today.days)
        return FORECAST_PAST;
    int ahead = month_number(day) - month_number(f->first);
    return ahead < FORECAST_MONTHS ? FORECAST_FIRST + ahead : FORECAST_LATER;
}

static void add(
    struct forecast_row *row, enum forecast_category category, int64_t probability, int64_t minor, int64_t n)
{
    row->minor[category] += minor;
    row->n[category] += n;
    if (category != FORECAST_OMITTED)
        row->weighted_hundredths += minor * probability;
}

void forecast_add(struct forecast *f, int place, enum forecast_category category, int64_t probability,
    int64_t minor, int64_t n)
{
    add(&f->rows[place], category, probability, minor, n);
    add(&f->total, category, probability, minor, n);
}

void forecast_add_won(struct forecast *f, struct date closed, int64_t minor, int64_t n)
{
    int ahead = month_number(closed) - month_number(f->first);
    if (ahead < 0 || ahead >= FORECAST_MONTHS)
        return;
    f->rows[FORECAST_FIRST + ahead].won += minor;
    f->rows[FORECAST_FIRST + ahead].n_won += n;
    f->total.won += minor;
    f->total.n_won += n;
}

int64_t forecast_sum(const struct forecast_row *row)
{
    int64_t sum = 0;
    for (int i = 0; i < FORECASTS; i++)
        sum += i == FORECAST_OMITTED ? 0 : row->minor[i];
    return sum;
}

int64_t forecast_weighted(const struct forecast_row *row)
{
    return (row->weighted_hundredths + 50) / 100;
}
