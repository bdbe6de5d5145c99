#include "base/calendar.h"

#define MINUTES_A_DAY 1440
#define DAYS_AHEAD    3660

const struct calendar calendar_usual = {
    .workday = {false, true, true, true, true, true, false, false}, .from_min = 9 * 60, .to_min = 17 * 60};

static bool is_holiday(const struct calendar *k, struct date d)
{
    size_t low = 0, high = k->n_holidays;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (k->holidays[middle].days < d.days)
            low = middle + 1;
        else
            high = middle;
    }
    return low < k->n_holidays && k->holidays[low].days == d.days;
}

bool calendar_works(const struct calendar *k, struct date d)
{
    int weekday = ((d.days + 3) % 7 + 7) % 7 + 1; /* 1970-01-01 was a Thursday */
    return k->workday[weekday] && !is_holiday(k, d);
}

/* The wall clock's MINUTE of a day; 1440 is the next day's beginning. */
static struct instant minute_of(const struct zone *z, struct date d, int minute)
{
    if (minute >= MINUTES_A_DAY)
        return instant_in(z, (struct date){d.days + 1}, 0, 0, 0);
    return instant_in(z, d, minute / 60, minute % 60, 0);
}

struct instant calendar_add(
    const struct calendar *k, const struct zone *z, struct instant from, int64_t hours)
{
    int64_t left = hours * 3600 * US_PER_SECOND;
    struct date d = date_in(z, from);
    for (int i = 0; i < DAYS_AHEAD; i++, d.days++) {
        if (!calendar_works(k, d))
            continue;
        struct instant open = minute_of(z, d, k->from_min), close = minute_of(z, d, k->to_min);
        if (open.us < from.us)
            open = from;
        if (close.us - open.us >= left)
            return (struct instant){open.us + left};
        if (close.us > open.us)
            left -= close.us - open.us;
    }
    return (struct instant){from.us + hours * 3600 * US_PER_SECOND};
}
