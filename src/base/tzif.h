/*
 * A zone's rules, read from a TZif file of version 2 or later (RFC 9636): the changes it lists, and the rule
 * of its footer (POSIX TZ) for all time after them.
 */
#ifndef TANDEM_TZIF_H
#define TANDEM_TZIF_H

#include "base/base.h"

#define TZIF_NAME_MAX 16

/* One way to keep time: its distance east of UTC and its abbreviation. */
struct tz_type {
    int32_t offset_s;
    char name[TZIF_NAME_MAX];
};

/* When summer time begins or ends: Mm.w.d, Jn (no leap day counted) or n (0-based, leap day counted). */
struct tz_change {
    char kind; /* 'M', 'J' or 'N' */
    int month, week, day;
    int32_t time_s; /* local; may be negative or past the day */
};

struct tz_rule {
    struct tz_type standard, summer;
    bool has_summer;
    struct tz_change begin, end;
};

struct tzif {
    int64_t *at;           /* seconds since 1970, rising */
    uint8_t *after;        /* the type in force from at[i] on */
    size_t n;              /* of both */
    struct tz_type *types; /* the first holds before at[0] */
    size_t n_types;
    bool has_rule;
    struct tz_rule rule;
};

/* False when BYTES are no such file, or count leap seconds. On true the arrays are the caller's: tzif_free.
 */
bool tzif_parse(struct tzif *out, const unsigned char *bytes, size_t n) MUST;
void tzif_free(struct tzif *z);
/* "CET-1CEST,M3.5.0,M10.5.0/3". */
bool tz_rule_parse(struct tz_rule *out, const char *s) MUST;
/* What is in force at T seconds since 1970. */
const struct tz_type *tzif_at(const struct tzif *z, int64_t t);

#endif
