/* "calendar": working days, hours and holidays; left out: Monday to Friday, 9:00 to 17:00. */
#include "domain/programme/sections.h"

#include <stdlib.h>

static const char *const day_names[] = {NULL, "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

#define HOLIDAYS_MAX 1000

static bool read_minute(const char *text, int *minute)
{
    static const size_t digits[] = {0, 1, 3, 4};
    if (!text || strlen(text) != 5 || text[2] != ':')
        return false;
    for (size_t i = 0; i < COUNT(digits); i++)
        if (text[digits[i]] < '0' || text[digits[i]] > '9')
            return false;
    int min = (text[3] - '0') * 10 + text[4] - '0';
    *minute = ((text[0] - '0') * 10 + text[1] - '0') * 60 + min;
    return min < 60 && *minute <= 1440;
}

static void read_hours(struct call *c, const json_t *section, struct calendar *out)
{
    const json_t *from = json_object_get(section, "from"), *to = json_object_get(section, "to");
    if (from && !read_minute(json_string_value(from), &out->from_min))
        (void)!call_field(c, "calendar.from", TR(c, "enter a time of day such as 09:00"));
    if (to && !read_minute(json_string_value(to), &out->to_min))
        (void)!call_field(c, "calendar.to", TR(c, "enter a time of day such as 17:00"));
    if (out->to_min <= out->from_min)
        (void)!call_field(c, "calendar.to", TR(c, "must be later than the day's beginning"));
}

static void read_workdays(struct call *c, const json_t *list, struct calendar *out)
{
    bool any = false;
    memset(out->workday, 0, sizeof out->workday);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        size_t day = 1;
        while (day < COUNT(day_names) && !streq(day_names[day], name))
            day++;
        if (day == COUNT(day_names))
            (void)!call_field(c, arena_printf(c->arena, "calendar.workdays[%zu]", i),
                TR(c, "enter one of: mon, tue, wed, thu, fri, sat, sun"));
        else
            any = out->workday[day] = true;
    }
    if (!any)
        (void)!call_field(c, "calendar.workdays", TR(c, "enter a list of days such as mon, tue"));
}

static int by_day(const void *a, const void *b)
{
    const struct date *x = a, *y = b;
    return (x->days > y->days) - (x->days < y->days);
}

static void read_holidays(struct call *c, struct arena *keep, const json_t *list, struct calendar *out)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > HOLIDAYS_MAX) {
        (void)!call_field(c, "calendar.holidays",
            arena_printf(c->arena, TR(c, "enter a list of at most %d days"), HOLIDAYS_MAX));
        return;
    }
    out->holidays = ARENA_ARRAY(keep, n + 1, struct date);
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && date_parse(text, &out->holidays[out->n_holidays]))
            out->n_holidays++;
        else
            (void)!call_field(c, arena_printf(c->arena, "calendar.holidays[%zu]", i),
                TR(c, "enter a day such as 2026-12-25"));
    }
    qsort(out->holidays, out->n_holidays, sizeof *out->holidays, by_day);
}

void programme_read_calendar(struct call *c, struct arena *keep, const json_t *section, struct calendar *out)
{
    static const char *const known[] = {"workdays", "from", "to", "holidays"};
    const char *key;
    json_t *v;
    *out = calendar_usual;
    if (!section)
        return;
    json_object_foreach((json_t *)(uintptr_t)section, key, v)
    {
        bool found = false;
        for (size_t i = 0; i < COUNT(known); i++)
            found = found || streq(known[i], key);
        if (!found)
            (void)!call_field(
                c, arena_printf(c->arena, "calendar.%s", key), TR(c, "is not a part of a calendar"));
    }
    read_hours(c, section, out);
    if (json_object_get(section, "workdays"))
        read_workdays(c, json_object_get(section, "workdays"), out);
    if (json_object_get(section, "holidays"))
        read_holidays(c, keep, json_object_get(section, "holidays"), out);
}

struct instant programme_due(const struct programme *p, struct instant now, int64_t hours, bool working)
{
    if (working)
        return calendar_add(&p->calendar, p->catalog.zone, now, hours);
    return (struct instant){now.us + hours * 3600 * US_PER_SECOND};
}
