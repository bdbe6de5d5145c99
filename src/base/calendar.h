/* A business calendar: which days and hours count when an answer is promised within so many working hours. */
#ifndef TANDEM_CALENDAR_H
#define TANDEM_CALENDAR_H

#include "base/time.h"

struct calendar {
    bool workday[8];       /* 1 Monday to 7 Sunday */
    int from_min, to_min;  /* of the day, in minutes after midnight; from < to <= 1440 */
    struct date *holidays; /* ascending */
    size_t n_holidays;
};

/* Monday to Friday, 9:00 to 17:00, no holidays. */
extern const struct calendar calendar_usual;

bool calendar_works(const struct calendar *k, struct date d);
/*
 * The instant at which HOURS of working time have passed since FROM, on the wall clock of Z: a change to or
 * from summer time within a working day makes that day shorter or longer, as it does for people. When no day
 * of the next ten years is a working day: HOURS later by the clock.
 */
struct instant calendar_add(
    const struct calendar *k, const struct zone *z, struct instant from, int64_t hours);

#endif
