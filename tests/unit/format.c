/* Figures, money, dates and times as the viewer reads them. */
#include "face/html.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NBSP "\xC2\xA0"

static struct html h;
static struct buf out;

static int set_up(void **state)
{
    (void)state;
    struct instant now;
    if (!instant_parse("2026-05-19T10:42:07+02:00", &now))
        return -1;
    struct arena *a = arena_new();
    out = buf_in(a, 4096);
    h = (struct html){.b = &out, .arena = a, .lang = LANG_EN, .zone = zone_get("Europe/Berlin"), .now = now};
    return h.zone ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(h.arena);
    return 0;
}

static struct money cents(int64_t minor)
{
    return (struct money){minor};
}

static struct instant at(const char *iso)
{
    struct instant t;
    assert_true(instant_parse(iso, &t));
    return t;
}

static void figures(void **state)
{
    (void)state;
    assert_string_equal(fmt_int(&h, 0), "0");
    assert_string_equal(fmt_int(&h, 999), "999");
    assert_string_equal(fmt_int(&h, 48213), "48,213");
    assert_string_equal(fmt_int(&h, -1234567), "−1,234,567");
    assert_string_equal(fmt_int(&h, INT64_MIN), "−9,223,372,036,854,775,808");
    assert_string_equal(fmt_real(&h, 1234.567, 2), "1,234.57");
    assert_string_equal(fmt_real(&h, -0.04, 1), "0.0");
    assert_string_equal(fmt_real(&h, NAN, 1), "n/a");
    assert_string_equal(fmt_change(&h, 11.34, 1), "+11.3");
    assert_string_equal(fmt_change(&h, -2, 0), "−2");
    assert_string_equal(fmt_change(&h, 0.001, 1), "0.0");
    assert_string_equal(fmt_percent(&h, 0.614, 0), "61%");
    assert_string_equal(fmt_ratio(&h, 14, 23), "61%");
    assert_string_equal(fmt_ratio(&h, 0, 0), "n/a");
    assert_string_equal(fmt_bytes(&h, 812), "812" NBSP "B");
    assert_string_equal(fmt_bytes(&h, 2100000), "2.1" NBSP "MB");
    assert_string_equal(fmt_bytes(&h, 999999), "1.0" NBSP "MB");
    h.lang = LANG_DE;
    assert_string_equal(fmt_int(&h, 48213), "48.213");
    assert_string_equal(fmt_percent(&h, 0.614, 1), "61,4" NBSP "%");
}

static void money_is_exact(void **state)
{
    (void)state;
    assert_string_equal(fmt_money(&h, cents(8400000), "EUR"), "€84,000");
    assert_string_equal(fmt_money(&h, cents(1421640), "EUR"), "€14,216.40");
    assert_string_equal(fmt_money(&h, cents(-5), "USD"), "−$0.05");
    assert_string_equal(fmt_money(&h, cents(0), "GBP"), "£0");
    assert_string_equal(fmt_money(&h, cents(84000), "JPY"), "¥84,000");
    assert_string_equal(fmt_money(&h, cents(84001), "KWD"), "KWD" NBSP "84.001");
    assert_string_equal(fmt_money(&h, cents(INT64_MIN), "EUR"), "−€92,233,720,368,547,758.08");
    assert_string_equal(fmt_money_plain(&h, cents(-8400050), "EUR"), "-84000.50");
    assert_string_equal(fmt_money_plain(&h, cents(84000), "JPY"), "84000");
    h.lang = LANG_DE;
    assert_string_equal(fmt_money(&h, cents(8400000), "EUR"), "84.000" NBSP "€");
    assert_string_equal(fmt_money(&h, cents(-1421640), "CHF"), "−14.216,40" NBSP "CHF");
}

static void money_is_short_in_tiles(void **state)
{
    (void)state;
    assert_string_equal(fmt_money_short(&h, cents(192000000), "EUR"), "€1.92" NBSP "M");
    assert_string_equal(fmt_money_short(&h, cents(2204000000), "EUR"), "€22.04" NBSP "M");
    assert_string_equal(fmt_money_short(&h, cents(74400000), "EUR"), "€744" NBSP "k");
    assert_string_equal(fmt_money_short(&h, cents(99990000), "EUR"), "€1.00" NBSP "M");
    assert_string_equal(fmt_money_short(&h, cents(999900), "EUR"), "€9,999");
    assert_string_equal(fmt_money_short(&h, cents(-192000000), "CHF"), "−CHF" NBSP "1.92" NBSP "M");
    h.lang = LANG_DE;
    assert_string_equal(fmt_money_short(&h, cents(192000000), "EUR"), "1,92" NBSP "Mio." NBSP "€");
}

static void dates(void **state)
{
    (void)state;
    struct date d = date_make(2026, 8, 17);
    assert_string_equal(fmt_date(&h, d), "17 Aug 2026");
    assert_string_equal(fmt_day(&h, d), "17 Aug");
    assert_string_equal(fmt_day(&h, date_make(2025, 8, 7)), "7 Aug 2025");
    assert_string_equal(fmt_month(&h, d), "Aug 2026");
    assert_string_equal(fmt_date_iso(&h, d), "2026-08-17");
    h.lang = LANG_DE;
    assert_string_equal(fmt_date(&h, d), "17. Aug. 2026");
    assert_string_equal(fmt_day(&h, date_make(2026, 3, 1)), "1. März");
}

static void instants(void **state)
{
    (void)state;
    struct instant end = at("2026-08-17T23:59:59+02:00");
    assert_string_equal(fmt_clock(&h, end), "23:59");
    assert_string_equal(fmt_exact(&h, end), "17 August 2026, 23:59 CEST");
    assert_string_equal(fmt_iso(&h, end), "2026-08-17T23:59:59+02:00");
    html_deadline(&h, end);
    assert_string_equal(buf_str(&out),
        "<time datetime=\"2026-08-17T23:59:59+02:00\" title=\"17 August 2026, 23:59 CEST\">17 Aug</time>");
}

static void relative_times(void **state)
{
    (void)state;
    static const struct {
        const char *iso, *shown;
    } cases[] = {
        {"2026-05-19T10:41:30+02:00", "just now"},
        {"2026-05-19T10:24:00+02:00", "18 min ago"},
        {"2026-05-19T08:00:00+02:00", "2 h ago"},
        {"2026-05-18T23:59:00+02:00", "yesterday"},
        {"2026-05-15T12:00:00+02:00", "4 days ago"},
        {"2026-05-13T12:00:00+02:00", "6 days ago"},
        {"2026-05-12T12:00:00+02:00", "12 May"},
        {"2025-05-12T12:00:00+02:00", "12 May 2025"},
        {"2026-05-19T11:00:30+02:00", "in 18 min"},
        {"2026-05-19T23:00:00+02:00", "in 12 h"},
        {"2026-05-20T09:00:00+02:00", "tomorrow"},
        {"2026-05-24T09:00:00+02:00", "Sunday"},
        {"2026-06-18T09:00:00+02:00", "18 Jun"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(fmt_ago(&h, at(cases[i].iso)), cases[i].shown);
}

static void what_is_left(void **state)
{
    (void)state;
    assert_string_equal(fmt_days_left(&h, at("2026-08-17T23:59:59+02:00")), "90 days left");
    assert_string_equal(fmt_days_left(&h, at("2026-05-20T00:00:00+02:00")), "1 day left");
    assert_string_equal(fmt_days_left(&h, at("2026-05-19T23:59:59+02:00")), "ends today");
    assert_string_equal(fmt_days_left(&h, at("2026-05-19T10:00:00+02:00")), "ended today");
    assert_string_equal(fmt_days_left(&h, at("2026-05-16T23:59:59+02:00")), "ended 3 days ago");
    assert_int_equal(days_left(&h, at("2026-05-18T23:59:59+02:00")), -1);
}

static void people(void **state)
{
    (void)state;
    assert_string_equal(fmt_tel(&h, "+49 (30) 5550-1842"), "tel:+493055501842");
    assert_string_equal(fmt_tel(&h, "none"), "#");
    assert_string_equal(fmt_tel(&h, NULL), "#");
    assert_string_equal(fmt_mailto(&h, "a+b@c.example"), "mailto:a%2Bb@c.example");
    assert_string_equal(fmt_mailto(&h, "x?cc=y@z.example"), "mailto:x%3Fcc%3Dy@z.example");
    assert_string_equal(fmt_mailto(&h, "nobody"), "#");
    assert_string_equal(fmt_initials(&h, "Maya Lindqvist"), "ML");
    assert_string_equal(fmt_initials(&h, " ida  van der Öst "), "IÖ");
    assert_string_equal(fmt_initials(&h, "tandem"), "T");
    assert_string_equal(fmt_key(&h, "g r"), "G");
    assert_string_equal(fmt_key(&h, "Enter"), "Enter");
    assert_string_equal(fmt_initials(&h, "  "), "");
    assert_string_equal(fmt_initials(&h, NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(money_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(money_is_short_in_tiles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(instants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(relative_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(people, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
