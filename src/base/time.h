/*
 * Instants and dates, and their zones. Zones are read from the system's zoneinfo by our own reader, because
 * TZ in the environment cannot be changed while threads run.
 */
#ifndef TANDEM_TIME_H
#define TANDEM_TIME_H

#include "base/arena.h"
#include "base/value.h"

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY    (86400 * US_PER_SECOND)

struct instant instant_now(void);
int64_t monotonic_us(void); /* for durations only */
/* For long work beside a server: sleeps as long as what began at BEGAN (monotonic_us) took, 50 ms at most. */
void rest_since(int64_t began);

struct civil {
    int year, month, day; /* 1-based */
    int hour, minute, second;
    int weekday;              /* 1 Monday to 7 Sunday */
    int offset_s;             /* east of UTC */
    const char *abbreviation; /* "CEST" */
};

/* Days of the proleptic Gregorian calendar. date_make does not check: use date_valid before. */
bool date_valid(int year, int month, int day);
struct date date_last(void); /* 9999-12-31: none later is valid */
struct date date_make(int year, int month, int day);
void date_split(struct date d, int *year, int *month, int *day);
struct date date_add_months(struct date d, int months); /* the day is cut to the month's length */
/* A quarter of the calendar as one number: year * 4 + 0 to 3; its first day. */
int64_t date_quarter(struct date d);
struct date quarter_first(int64_t quarter);

struct zone;
/* By IANA name ("Europe/Berlin"); kept for the life of the process. NULL when there is no such zone.
 * Thread-safe. */
const struct zone *zone_get(const char *name);
const char *zone_name(const struct zone *z);
struct civil civil_in(const struct zone *z, struct instant t);
/* The instant of a wall-clock time; one that does not exist moves forward by the gap, an ambiguous one is the
 * first. */
struct instant instant_in(const struct zone *z, struct date d, int hour, int minute, int second);
struct date date_in(const struct zone *z, struct instant t);
/* The last microsecond of that day there: when a protection ends. */
struct instant day_end_in(const struct zone *z, struct date d);

/* ISO 8601. Instants are written in UTC with Z and milliseconds, or with the zone's offset. */
char *date_iso(struct arena *a, struct date d);                                /* 2026-08-17 */
char *instant_iso(struct arena *a, struct instant t);                          /* 2026-08-17T21:59:59.000Z */
char *instant_iso_in(struct arena *a, const struct zone *z, struct instant t); /* 2026-08-17T23:59:59+02:00 */
bool date_parse(const char *s, struct date *out) MUST;                         /* 2026-08-17 */
bool month_parse(const char *s, struct date *out) MUST;                        /* 2026-08: its first day */
bool instant_parse(const char *s, struct instant *out) MUST;                   /* with Z or an offset */

#endif
