#include "base/time.h"

#include <time.h>
#include <unistd.h>

static int64_t clock_us(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

struct instant instant_now(void)
{
    return (struct instant){clock_us(CLOCK_REALTIME)};
}

int64_t monotonic_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

void rest_since(int64_t began)
{
    static const int64_t most = INT64_C(50) * 1000;
    int64_t took = monotonic_us() - began;
    usleep((useconds_t)(took < most ? took : most));
}

/* --- dates --- */

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool date_valid(int year, int month, int day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in_month(year, month);
}

/*
 * Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day
 * is their last, and come in eras of 400, which all have 146,097 days.
 */
struct date date_make(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (struct date){(int32_t)(era * 146097 + day_of_era - 719468)};
}

void date_split(struct date d, int *year, int *month, int *day)
{
    int64_t z = (int64_t)d.days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2));
}

struct date date_last(void)
{
    return date_make(9999, 12, 31);
}

struct date date_add_months(struct date d, int months)
{
    int year, month, day;
    date_split(d, &year, &month, &day);
    int64_t m = (int64_t)year * 12 + month - 1 + months;
    year = (int)(m >= 0 ? m / 12 : (m - 11) / 12);
    month = (int)(m - (int64_t)year * 12) + 1;
    int last = days_in_month(year, month);
    return date_make(year, month, day < last ? day : last);
}

int64_t date_quarter(struct date d)
{
    int year, month, day;
    date_split(d, &year, &month, &day);
    return (int64_t)year * 4 + (month - 1) / 3;
}

struct date quarter_first(int64_t quarter)
{
    return date_make((int)(quarter / 4), (int)(quarter % 4) * 3 + 1, 1);
}

/* --- writing --- */

char *date_iso(struct arena *a, struct date d)
{
    int year, month, day;
    date_split(d, &year, &month, &day);
    return arena_printf(a, "%04d-%02d-%02d", year, month, day);
}

/* Of seconds since 1970: its days, the rest in *SECOND_OF_DAY. */
static struct date split_day(int64_t seconds, int *second_of_day)
{
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    *second_of_day = (int)(seconds - days * 86400);
    return (struct date){(int32_t)days};
}

char *instant_iso(struct arena *a, struct instant t)
{
    int64_t ms = t.us / 1000 - (t.us % 1000 < 0);
    int64_t seconds = ms / 1000 - (ms % 1000 < 0);
    int year, month, day, s;
    date_split(split_day(seconds, &s), &year, &month, &day);
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, s / 3600, s / 60 % 60,
        s % 60, (int)(ms - seconds * 1000));
}

/* The offset is cut to minutes, as ISO 8601 has no more; the clock is shown for that offset. */
char *instant_iso_in(struct arena *a, const struct zone *z, struct instant t)
{
    int offset = civil_in(z, t).offset_s / 60 * 60;
    int64_t seconds = t.us / US_PER_SECOND - (t.us % US_PER_SECOND < 0);
    int year, month, day, s, minutes = (offset < 0 ? -offset : offset) / 60;
    date_split(split_day(seconds + offset, &s), &year, &month, &day);
    return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", year, month, day, s / 3600,
        s / 60 % 60, s % 60, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* --- reading --- */

/* Exactly N digits, then *S stands behind them. */
static bool take_digits(const char **s, int n, int *out)
{
    int v = 0;
    for (; n; n--, ++*s) {
        if (**s < '0' || **s > '9')
            return false;
        v = v * 10 + **s - '0';
    }
    *out = v;
    return true;
}

static bool take(const char **s, char c)
{
    if (**s != c)
        return false;
    ++*s;
    return true;
}

static bool take_month(const char **s, int *year, int *month)
{
    return take_digits(s, 4, year) && take(s, '-') && take_digits(s, 2, month);
}

static bool take_date(const char **s, struct date *out)
{
    int year, month, day;
    if (!take_month(s, &year, &month) || !take(s, '-') || !take_digits(s, 2, &day) ||
        !date_valid(year, month, day))
        return false;
    *out = date_make(year, month, day);
    return true;
}

bool date_parse(const char *s, struct date *out)
{
    struct date d;
    if (!take_date(&s, &d) || *s)
        return false;
    *out = d;
    return true;
}

bool month_parse(const char *s, struct date *out)
{
    int year, month;
    if (!take_month(&s, &year, &month) || *s || !date_valid(year, month, 1))
        return false;
    *out = date_make(year, month, 1);
    return true;
}

/* hh:mm[:ss[.f]] as microseconds of the day; digits beyond the sixth are cut. */
static bool take_clock(const char **s, int64_t *us)
{
    int hour, minute, second = 0;
    int64_t fraction = 0;
    if (!take_digits(s, 2, &hour) || !take(s, ':') || !take_digits(s, 2, &minute))
        return false;
    if (take(s, ':')) {
        if (!take_digits(s, 2, &second))
            return false;
        if (**s == '.' || **s == ',') {
            ++*s;
            int64_t unit = US_PER_SECOND / 10;
            if (**s < '0' || **s > '9')
                return false;
            for (; **s >= '0' && **s <= '9'; ++*s, unit /= 10)
                fraction += (**s - '0') * unit;
        }
    }
    *us = (hour * 3600 + minute * 60 + second) * US_PER_SECOND + fraction;
    return hour < 24 && minute < 60 && second < 60;
}

/* Z, +hh:mm or +hhmm; east is positive. */
static bool take_offset(const char **s, int *offset_s)
{
    *offset_s = 0;
    if (take(s, 'Z') || take(s, 'z'))
        return true;
    int sign = **s == '-' ? -1 : 1, hour, minute;
    if (!take(s, '+') && !take(s, '-'))
        return false;
    if (!take_digits(s, 2, &hour))
        return false;
    take(s, ':');
    if (!take_digits(s, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *offset_s = sign * (hour * 3600 + minute * 60);
    return true;
}

bool instant_parse(const char *s, struct instant *out)
{
    struct date d;
    int64_t us;
    int offset;
    if (!take_date(&s, &d))
        return false;
    if (!take(&s, 'T') && !take(&s, 't') && !take(&s, ' ')) /* RFC 3339, section 5.6 */
        return false;
    if (!take_clock(&s, &us) || !take_offset(&s, &offset) || *s)
        return false;
    *out = (struct instant){d.days * US_PER_DAY + us - offset * US_PER_SECOND};
    return true;
}
