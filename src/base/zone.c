#include "base/time.h"
#include "base/tzif.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define ZONEINFO      "/usr/share/zoneinfo"
#define NAME_MAX_LEN  48
#define FILE_MAX_SIZE ((size_t)64 * 1024) /* the largest of tzdata has 4 kB */

struct zone {
    struct zone *next;
    char name[NAME_MAX_LEN + 1];
    struct tzif rules;
};

/* Every zone that was asked for, for the life of the process. */
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *cache;

/* --- finding --- */

/*
 * Letters, digits and _+-, in parts divided by single slashes. As dots are none of these, no name leads out
 * of the folder; as zones begin with a capital, none leads to its other files (localtime, posix/, right/).
 */
static bool name_ok(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-";
    size_t n = strlen(name);
    if (n == 0 || n > NAME_MAX_LEN || *name < 'A' || *name > 'Z')
        return false;
    for (const char *p = name;;) {
        size_t part = strspn(p, letters);
        if (part == 0)
            return false;
        p += part;
        if (!*p)
            return true;
        if (*p++ != '/')
            return false;
    }
}

static bool read_rules(const char *name, struct tzif *out)
{
    char path[sizeof ZONEINFO + 1 + NAME_MAX_LEN];
    snprintf(path, sizeof path, "%s/%s", ZONEINFO, name);
    FILE *f = fopen(path, "rbe");
    if (!f)
        return false;
    unsigned char *bytes = xmalloc(FILE_MAX_SIZE);
    size_t n = fread(bytes, 1, FILE_MAX_SIZE, f);
    bool ok = !ferror(f) && n < FILE_MAX_SIZE && tzif_parse(out, bytes, n);
    free(bytes);
    fclose(f);
    return ok;
}

static struct zone *zone_load(const char *name)
{
    struct tzif rules = {0};
    if (streq(name, "UTC")) { /* also where no tzdata is installed */
        rules.has_rule = tz_rule_parse(&rules.rule, "UTC0");
        ASSERT(rules.has_rule);
    } else if (!read_rules(name, &rules)) {
        return NULL;
    }
    struct zone *z = xcalloc(1, sizeof *z);
    z->rules = rules;
    memcpy(z->name, name, strlen(name));
    return z;
}

const struct zone *zone_get(const char *name)
{
    if (!name || !name_ok(name))
        return NULL;
    pthread_mutex_lock(&cache_lock);
    struct zone *z = cache;
    while (z && !streq(z->name, name))
        z = z->next;
    if (!z && (z = zone_load(name))) {
        z->next = cache;
        cache = z;
    }
    pthread_mutex_unlock(&cache_lock);
    return z;
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

/* --- converting --- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int32_t offset_at(const struct zone *z, int64_t t)
{
    return tzif_at(&z->rules, t)->offset_s;
}

struct civil civil_in(const struct zone *z, struct instant t)
{
    int64_t seconds = floor_div(t.us, US_PER_SECOND);
    const struct tz_type *type = tzif_at(&z->rules, seconds);
    int64_t wall = seconds + type->offset_s;
    int64_t days = floor_div(wall, 86400), rest = wall - days * 86400;
    struct civil c = {
        .hour = (int)(rest / 3600),
        .minute = (int)(rest / 60 % 60),
        .second = (int)(rest % 60),
        .weekday = (int)(((days + 3) % 7 + 7) % 7) + 1,
        .offset_s = type->offset_s,
        .abbreviation = type->name,
    };
    date_split((struct date){(int32_t)days}, &c.year, &c.month, &c.day);
    return c;
}

struct date date_in(const struct zone *z, struct instant t)
{
    int64_t seconds = floor_div(t.us, US_PER_SECOND);
    return (struct date){(int32_t)floor_div(seconds + offset_at(z, seconds), 86400)};
}

/* When WALL (seconds since 1970 on the zone's own clock) is shown: the first time and the last. */
struct showing {
    int64_t first, last;
};

/*
 * No zone is a day away from UTC nor changes twice in two days, so that the offsets a day before and a day
 * after are the only ones there can be. In a gap neither fits; the one before it moves the time forward.
 */
static struct showing showings(const struct zone *z, int64_t wall)
{
    int64_t before = wall - offset_at(z, wall - 86400), after = wall - offset_at(z, wall + 86400);
    bool before_fits = before + offset_at(z, before) == wall,
         after_fits = after + offset_at(z, after) == wall;
    if (before_fits && after_fits)
        return (struct showing){before < after ? before : after, before < after ? after : before};
    int64_t only = after_fits ? after : before;
    return (struct showing){only, only};
}

struct instant instant_in(const struct zone *z, struct date d, int hour, int minute, int second)
{
    int64_t wall = (int64_t)d.days * 86400 + hour * 3600 + minute * 60 + second;
    return (struct instant){showings(z, wall).first * US_PER_SECOND};
}

struct instant day_end_in(const struct zone *z, struct date d)
{
    struct showing midnight = showings(z, ((int64_t)d.days + 1) * 86400);
    /* A clock set back over midnight shows the day once more; one set back to midnight does not. */
    struct instant last = {midnight.last * US_PER_SECOND - 1};
    if (date_in(z, last).days == d.days)
        return last;
    return (struct instant){midnight.first * US_PER_SECOND - 1};
}
