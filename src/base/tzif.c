#include "base/tzif.h"

#include "base/time.h"

#include <stdlib.h>

#define HEADER    44
#define TYPES_MAX 255 /* an index is a byte */

/* --- the footer's rule --- */

/* CET or <+0545>. */
static bool parse_name(const char **s, char out[TZIF_NAME_MAX])
{
    bool quoted = **s == '<';
    const char *start = *s + quoted;
    size_t n = strspn(start, quoted ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
                                    : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    if (n < 3 || n >= TZIF_NAME_MAX || (quoted && start[n] != '>'))
        return false;
    memcpy(out, start, n);
    out[n] = 0;
    *s = start + n + quoted;
    return true;
}

static bool parse_number(const char **s, int max, int *out)
{
    int v = 0;
    const char *start = *s;
    while (**s >= '0' && **s <= '9' && *s - start < 4)
        v = v * 10 + *(*s)++ - '0';
    *out = v;
    return *s > start && v <= max;
}

/* [+-]hh[:mm[:ss]]; RFC 9636 allows up to 167 hours for the time of a change. */
static bool parse_hms(const char **s, int max_hours, int32_t *out)
{
    int sign = 1, part[3] = {0};
    if (**s == '+' || **s == '-')
        sign = *(*s)++ == '-' ? -1 : 1;
    if (!parse_number(s, max_hours, &part[0]))
        return false;
    for (int i = 1; i < 3 && **s == ':'; i++) {
        ++*s;
        if (!parse_number(s, 59, &part[i]))
            return false;
    }
    *out = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
    return true;
}

static bool parse_month_week_day(const char **s, struct tz_change *c)
{
    if (!parse_number(s, 12, &c->month) || c->month < 1 || *(*s)++ != '.')
        return false;
    if (!parse_number(s, 5, &c->week) || c->week < 1 || *(*s)++ != '.')
        return false;
    return parse_number(s, 6, &c->day);
}

static bool parse_change(const char **s, struct tz_change *c)
{
    if (*(*s)++ != ',')
        return false;
    *c = (struct tz_change){.kind = 'N', .time_s = 2 * 3600};
    bool ok;
    if (**s == 'M') {
        ++*s;
        c->kind = 'M';
        ok = parse_month_week_day(s, c);
    } else if (**s == 'J') {
        ++*s;
        c->kind = 'J';
        ok = parse_number(s, 365, &c->day) && c->day >= 1;
    } else {
        ok = parse_number(s, 365, &c->day);
    }
    if (ok && **s == '/') {
        ++*s;
        ok = parse_hms(s, 167, &c->time_s);
    }
    return ok;
}

bool tz_rule_parse(struct tz_rule *out, const char *s)
{
    struct tz_rule r = {0};
    int32_t west;
    if (!parse_name(&s, r.standard.name) || !parse_hms(&s, 24, &west))
        return false;
    r.standard.offset_s = -west;
    if (*s) {
        r.has_summer = true;
        if (!parse_name(&s, r.summer.name))
            return false;
        west -= 3600;
        if (*s != ',' && !parse_hms(&s, 24, &west))
            return false;
        r.summer.offset_s = -west;
        if (!parse_change(&s, &r.begin) || !parse_change(&s, &r.end) || *s)
            return false;
    }
    *out = r;
    return true;
}

/* Days since 1970 of C in YEAR. */
static int64_t change_day(const struct tz_change *c, int year)
{
    int64_t first = date_make(year, 1, 1).days;
    if (c->kind == 'N')
        return first + c->day;
    if (c->kind == 'J')
        return first + c->day - 1 + (date_valid(year, 2, 29) && c->day >= 60);
    int64_t month = date_make(year, c->month, 1).days;
    int64_t weekday = ((month + 4) % 7 + 7) % 7; /* 0 Sunday; 1970-01-01 was a Thursday */
    int64_t day = month + (c->day - weekday + 7) % 7 + 7 * (c->week - 1);
    int64_t next = c->month == 12 ? date_make(year + 1, 1, 1).days : date_make(year, c->month + 1, 1).days;
    return day >= next ? day - 7 : day; /* week 5 is the last one */
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static const struct tz_type *rule_at(const struct tz_rule *r, int64_t t)
{
    if (!r->has_summer)
        return &r->standard;
    int year, month, day;
    date_split((struct date){(int32_t)floor_div(t + r->standard.offset_s, 86400)}, &year, &month, &day);
    int64_t begin = change_day(&r->begin, year) * 86400 + r->begin.time_s - r->standard.offset_s;
    int64_t end = change_day(&r->end, year) * 86400 + r->end.time_s - r->summer.offset_s;
    bool summer = begin < end ? t >= begin && t < end : t >= begin || t < end;
    return summer ? &r->summer : &r->standard;
}

/* --- the file --- */

static uint64_t big_endian(const unsigned char *p, size_t n)
{
    uint64_t v = 0;
    while (n--)
        v = v << 8 | *p++;
    return v;
}

/* A block's header: counts in the file's order. */
struct counts {
    size_t utc_marks, standard_marks, leaps, changes, types, chars;
};

static bool read_header(const unsigned char *p, size_t n, struct counts *c)
{
    if (n < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return false;
    uint64_t v[6];
    for (size_t i = 0; i < 6; i++) {
        v[i] = big_endian(p + 20 + 4 * i, 4);
        if (v[i] > 1 << 20)
            return false;
    }
    *c = (struct counts){v[0], v[1], v[2], v[3], v[4], v[5]};
    return true;
}

static size_t block_size(const struct counts *c, size_t time_size)
{
    return c->changes * (time_size + 1) + c->types * 6 + c->chars + c->leaps * (time_size + 4) +
           c->standard_marks + c->utc_marks;
}

static bool read_changes(struct tzif *z, const unsigned char *p, const struct counts *c)
{
    const unsigned char *indices = p + c->changes * 8;
    for (size_t i = 0; i < c->changes; i++) {
        z->at[i] = (int64_t)big_endian(p + 8 * i, 8);
        z->after[i] = indices[i];
        if (indices[i] >= c->types || (i && z->at[i] <= z->at[i - 1]))
            return false;
    }
    return true;
}

static bool read_types(struct tzif *z, const unsigned char *p, const struct counts *c)
{
    const unsigned char *names = p + c->types * 6;
    for (size_t i = 0; i < c->types; i++, p += 6) {
        if (p[5] >= c->chars)
            return false;
        size_t n = strnlen((const char *)names + p[5], c->chars - p[5]);
        if (n >= TZIF_NAME_MAX)
            return false;
        z->types[i].offset_s = (int32_t)big_endian(p, 4);
        if (abs(z->types[i].offset_s) > 26 * 3600) /* RFC 9636, section 3.2 */
            return false;
        memcpy(z->types[i].name, names + p[5], n);
    }
    return true;
}

/* "\nRULE\n"; an empty rule says nothing. */
static bool read_footer(struct tzif *z, const unsigned char *p, size_t n)
{
    char text[128];
    if (n < 2 || n >= sizeof text || p[0] != '\n' || p[n - 1] != '\n')
        return false;
    memcpy(text, p + 1, n - 2);
    text[n - 2] = 0;
    if (!*text)
        return true;
    z->has_rule = true;
    return tz_rule_parse(&z->rule, text);
}

bool tzif_parse(struct tzif *out, const unsigned char *bytes, size_t n)
{
    struct counts c;
    if (!read_header(bytes, n, &c) || n - HEADER < block_size(&c, 4))
        return false;
    size_t skip = HEADER + block_size(&c, 4); /* the block of version 1, in 32 bits */
    bytes += skip;
    n -= skip;
    if (!read_header(bytes, n, &c) || n - HEADER < block_size(&c, 8))
        return false;
    if (c.leaps || !c.types || c.types > TYPES_MAX)
        return false;
    bytes += HEADER;
    n -= HEADER;
    struct tzif z = {.n = c.changes, .n_types = c.types};
    z.at = xcalloc(z.n, sizeof *z.at);
    z.after = xcalloc(z.n, sizeof *z.after);
    z.types = xcalloc(z.n_types, sizeof *z.types);
    size_t size = block_size(&c, 8);
    if (!read_changes(&z, bytes, &c) || !read_types(&z, bytes + c.changes * 9, &c) ||
        !read_footer(&z, bytes + size, n - size)) {
        tzif_free(&z);
        return false;
    }
    *out = z;
    return true;
}

void tzif_free(struct tzif *z)
{
    free(z->at);
    free(z->after);
    free(z->types);
    *z = (struct tzif){0};
}

const struct tz_type *tzif_at(const struct tzif *z, int64_t t)
{
    if (z->has_rule && (z->n == 0 || t >= z->at[z->n - 1]))
        return rule_at(&z->rule, t);
    size_t low = 0, high = z->n; /* the first change after T */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->at[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return &z->types[low ? z->after[low - 1] : 0];
}
