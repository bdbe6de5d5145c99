#include "base/time.h"

#include "base/tzif.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_dates(void **state)
{
    (void)state;
    assert_int_equal(date_make(1970, 1, 1).days, 0);
    assert_int_equal(date_make(2000, 3, 1).days, 11017);
    assert_int_equal(date_make(1, 1, 1).days, -719162);
    assert_int_equal(date_make(9999, 12, 31).days, 2932896);
    int year = 1, month = 1, day = 1;
    for (int32_t d = -719162; d <= 2932896; d++) { /* every day there is */
        int y, m, k;
        date_split((struct date){d}, &y, &m, &k);
        if (y != year || m != month || k != day || date_make(y, m, k).days != d)
            fail_msg("day %d is %d-%d-%d, not %d-%d-%d", d, y, m, k, year, month, day);
        assert_true(date_valid(y, m, k));
        if (!date_valid(year, month, ++day)) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    assert_int_equal(year, 10000);
}

static void test_date_valid(void **state)
{
    (void)state;
    assert_true(date_valid(2024, 2, 29));
    assert_true(date_valid(2000, 2, 29));
    assert_false(date_valid(1900, 2, 29));
    assert_false(date_valid(2023, 2, 29));
    assert_false(date_valid(2023, 0, 1));
    assert_false(date_valid(2023, 13, 1));
    assert_false(date_valid(2023, 4, 31));
    assert_false(date_valid(2023, 4, 0));
    assert_false(date_valid(0, 1, 1));
    assert_false(date_valid(10000, 1, 1));
}

static void check_months(struct date from, int months, struct date to)
{
    assert_int_equal(date_add_months(from, months).days, to.days);
}

static void test_months(void **state)
{
    (void)state;
    check_months(date_make(2024, 1, 31), 1, date_make(2024, 2, 29));
    check_months(date_make(2023, 1, 31), 1, date_make(2023, 2, 28));
    check_months(date_make(2024, 12, 15), 1, date_make(2025, 1, 15));
    check_months(date_make(2024, 1, 15), -1, date_make(2023, 12, 15));
    check_months(date_make(2024, 2, 29), 12, date_make(2025, 2, 28));
    check_months(date_make(2024, 2, 29), -48, date_make(2020, 2, 29));
    check_months(date_make(2024, 5, 31), 0, date_make(2024, 5, 31));
    check_months(date_make(2024, 3, 31), -25, date_make(2022, 2, 28));
}

static void test_iso(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct zone *berlin = zone_get("Europe/Berlin"), *st_johns = zone_get("America/St_Johns");
    struct instant t = {INT64_C(1787003999000000)};
    assert_string_equal(date_iso(a, date_make(2026, 8, 17)), "2026-08-17");
    assert_string_equal(instant_iso(a, t), "2026-08-17T21:59:59.000Z");
    assert_string_equal(instant_iso(a, (struct instant){-1}), "1969-12-31T23:59:59.999Z");
    assert_string_equal(instant_iso(a, (struct instant){1999}), "1970-01-01T00:00:00.001Z");
    assert_string_equal(instant_iso_in(a, berlin, t), "2026-08-17T23:59:59+02:00");
    assert_string_equal(instant_iso_in(a, st_johns, t), "2026-08-17T19:29:59-02:30");
    assert_string_equal(instant_iso_in(a, zone_get("UTC"), t), "2026-08-17T21:59:59+00:00");
    /* Local mean time, 0:53:28 east: what is written is still the same instant. */
    struct instant old = {-INT64_C(2500000000) * US_PER_SECOND}, back;
    char *text = instant_iso_in(a, berlin, old);
    assert_string_equal(text, "1890-10-11T20:26:20+00:53");
    assert_true(instant_parse(text, &back));
    assert_int_equal(back.us, old.us);
    arena_free(a);
}

static void test_parse(void **state)
{
    (void)state;
    struct date d = {0};
    assert_true(date_parse("2026-08-17", &d) && d.days == date_make(2026, 8, 17).days);
    assert_true(date_parse("0001-01-01", &d));
    assert_true(month_parse("2026-08", &d) && d.days == date_make(2026, 8, 1).days);
    static const char *const bad[] = {"", "2026-8-17", "2026-02-29", "2026-08-17 ", " 2026-08-17",
        "2026/08/17", "20260817", "2026-08-1", "+026-08-17", "0000-01-01", "2026-08-17T00:00:00Z"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(date_parse(bad[i], &d));
    static const char *const bad_months[] = {
        "", "2026-8", "2026-13", "2026-00", "2026-08-", "2026", "0000-01"};
    for (size_t i = 0; i < COUNT(bad_months); i++)
        assert_false(month_parse(bad_months[i], &d));
    assert_int_equal(d.days, date_make(2026, 8, 1).days);
}

static void test_parse_instant(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00Z", 0},
        {"1970-01-01 00:00:01.5z", 1500000},
        {"1970-01-01T00:00:00.1234569Z", 123456},
        {"1970-01-01T02:00:00+02:00", 0},
        {"1970-01-01T02:00:00.000+0200", 0},
        {"1969-12-31T19:30:00-04:30", 0},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"9999-12-31T23:59:59Z", INT64_C(253402300799000000)},
    };
    static const char *const bad[] = {"", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z", "1970-01-01T00:00:60Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx",
        "1970-01-01T0:00:00Z", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+00:60",
        "1970-01-01T00:00:00+02", "1970-02-30T00:00:00Z", "1970-01-01TZ", "1970-01-01T00:00:00 Z"};
    struct instant t = {77};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(instant_parse(bad[i], &t));
    assert_int_equal(t.us, 77);
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(instant_parse(good[i].text, &t));
        assert_int_equal(t.us, good[i].us);
    }
}

static void test_zone_names(void **state)
{
    (void)state;
    static const char *const good[] = {
        "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+1", "America/Port-au-Prince"};
    static const char *const bad[] = {"", "Europe", "Europe/", "/Europe/Berlin", "Europe//Berlin",
        "Europe/Nowhere", "../zoneinfo/Europe/Berlin", "Europe/../Europe/Berlin", "Europe/./Berlin",
        "localtime", "posixrules", "posix/Europe/Berlin", "right/Europe/Berlin", "tzdata.zi", "europe/Berlin",
        "Europe/Berlin ", "Europe/Berlin\n", "E\xc3\xbcrope",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    for (size_t i = 0; i < COUNT(good); i++) {
        const struct zone *z = zone_get(good[i]);
        assert_non_null(z);
        assert_string_equal(zone_name(z), good[i]);
        assert_ptr_equal(zone_get(good[i]), z);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_null(zone_get(bad[i]));
    assert_null(zone_get(NULL));
}

static struct instant at(const char *text)
{
    struct instant t;
    assert_true(instant_parse(text, &t));
    return t;
}

static void check_civil(
    const char *zone, const char *utc, const char *wall, int weekday, const char *abbreviation)
{
    struct arena *a = arena_new();
    struct civil c = civil_in(zone_get(zone), at(utc));
    assert_string_equal(arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d %+d", c.year, c.month, c.day, c.hour,
                            c.minute, c.second, c.offset_s),
        wall);
    assert_int_equal(c.weekday, weekday);
    assert_string_equal(c.abbreviation, abbreviation);
    arena_free(a);
}

static void test_civil(void **state)
{
    (void)state;
    check_civil("Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29 01:59:59 +3600", 7, "CET");
    check_civil("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29 03:00:00 +7200", 7, "CEST");
    check_civil("Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25 02:59:59 +7200", 7, "CEST");
    check_civil("Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25 02:00:00 +3600", 7, "CET");
    check_civil(
        "Europe/Berlin", "2345-07-01T12:00:00Z", "2345-07-01 14:00:00 +7200", 7, "CEST"); /* the footer */
    check_civil("Australia/Sydney", "2500-01-01T00:00:00Z", "2500-01-01 11:00:00 +39600", 5, "AEDT");
    check_civil("Europe/Dublin", "2100-01-10T00:00:00Z", "2100-01-10 00:00:00 +0", 7, "GMT");
    check_civil("Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01 05:45:00 +20700", 4, "+0545");
    check_civil("America/New_York", "1800-01-01T12:00:00Z", "1800-01-01 07:03:58 -17762", 3, "LMT");
    check_civil("UTC", "1969-12-31T23:59:59.999999Z", "1969-12-31 23:59:59 +0", 3, "UTC");
}

static void check_wall(const char *zone, struct date d, int hour, int minute, const char *utc)
{
    assert_int_equal(instant_in(zone_get(zone), d, hour, minute, 0).us, at(utc).us);
}

static void test_walls(void **state)
{
    (void)state;
    check_wall("Europe/Berlin", date_make(2026, 8, 17), 12, 0, "2026-08-17T10:00:00Z");
    check_wall("Europe/Berlin", date_make(2026, 3, 29), 2, 30, "2026-03-29T01:30:00Z"); /* none: 03:30 */
    check_wall("Europe/Berlin", date_make(2026, 3, 29), 3, 30, "2026-03-29T01:30:00Z");
    check_wall(
        "Europe/Berlin", date_make(2026, 10, 25), 2, 30, "2026-10-25T00:30:00Z"); /* twice: the first */
    check_wall("Europe/Berlin", date_make(2300, 10, 25), 12, 0, "2300-10-25T10:00:00Z");
    check_wall(
        "Pacific/Apia", date_make(2011, 12, 30), 12, 0, "2011-12-30T22:00:00Z"); /* a day that was left out */
}

static void check_day_end(const char *zone, struct date d, const char *first_after)
{
    const struct zone *z = zone_get(zone);
    struct instant end = day_end_in(z, d);
    assert_int_equal(end.us, at(first_after).us - 1);
    assert_int_equal(date_in(z, end).days, d.days);
    assert_true(date_in(z, (struct instant){end.us + 1}).days > d.days);
}

static void test_day_ends(void **state)
{
    (void)state;
    check_day_end("UTC", date_make(2026, 8, 17), "2026-08-18T00:00:00Z");
    check_day_end("Europe/Berlin", date_make(2026, 8, 17), "2026-08-17T22:00:00Z");
    check_day_end("Europe/Berlin", date_make(2026, 3, 29), "2026-03-29T22:00:00Z");
    check_day_end("Europe/Berlin", date_make(2026, 10, 25), "2026-10-25T23:00:00Z");
    check_day_end(
        "America/Sao_Paulo", date_make(2018, 11, 3), "2018-11-04T03:00:00Z"); /* midnight was left out */
    check_day_end("America/Sao_Paulo", date_make(2018, 2, 17), "2018-02-18T03:00:00Z"); /* 23:00 came twice */
    check_day_end("America/Havana", date_make(2025, 11, 1), "2025-11-02T04:00:00Z"); /* midnight came twice */
    check_day_end(
        "America/St_Johns", date_make(2006, 10, 28), "2006-10-29T03:30:00Z"); /* back over midnight */
    check_day_end("Pacific/Apia", date_make(2011, 12, 29), "2011-12-30T10:00:00Z");
}

static void test_rules(void **state)
{
    (void)state;
    struct tz_rule r;
    static const char *const good[] = {"UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0545>-5:45",
        "IST-1GMT0,M10.5.0,M3.5.0/1", "EET-2EEST,M3.4.4/50,M10.4.4/50", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "XXX3EDT4,0/0,J365/23"};
    static const char *const bad[] = {"", "C", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1", "CET-1:60", "CET-1CEST,J0,J5", "CET-1CEST,366,5",
        "ABCDEFGHIJKLMNOPQ1", "CET-1CEST,M3.5.0/168,5"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(tz_rule_parse(&r, good[i]));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(tz_rule_parse(&r, bad[i]));
    /* Summer time all year round, as RFC 9636 writes it. */
    struct tzif z = {.has_rule = tz_rule_parse(&z.rule, "XXX3EDT4,0/0,J365/23")};
    for (int64_t t = 0; t < 86400 * 800; t += 1800)
        assert_int_equal(tzif_at(&z, t)->offset_s, -4 * 3600);
}

/* A file of version 2 with one change at T, from type 0 to 1, made by hand. */
static size_t make_tzif(unsigned char *out, uint8_t second_type)
{
    static const unsigned char v1[44] = "TZif2";
    static const unsigned char head[44] = {
        'T', 'Z', 'i', 'f', '2', [35] = 1, [39] = 2, [43] = 8};     /* 1 change, 2 types, 8 characters */
    static const unsigned char body[] = {0, 0, 0, 0, 0, 0, 1, 0, 1, /* at 256 s to type 1 */
        0, 0, 0x0e, 0x10, 0, 0, 0, 0, 0x1c, 0x20, 1, 4, 'A', 'A', 'A', 0, 'B', 'B', 'B', 0, '\n', '\n'};
    memcpy(out, v1, 44);
    memcpy(out + 44, head, 44);
    memcpy(out + 88, body, sizeof body);
    out[88 + 8] = second_type;
    return 88 + sizeof body;
}

static void test_tzif(void **state)
{
    (void)state;
    unsigned char file[200], damaged[200];
    struct tzif z;
    size_t n = make_tzif(file, 1);
    assert_true(tzif_parse(&z, file, n));
    assert_string_equal(tzif_at(&z, 255)->name, "AAA");
    assert_int_equal(tzif_at(&z, 255)->offset_s, 3600);
    assert_string_equal(tzif_at(&z, 256)->name, "BBB");
    assert_int_equal(tzif_at(&z, INT64_C(1) << 40)->offset_s, 7200);
    tzif_free(&z);
    for (size_t cut = 0; cut < n; cut++)
        assert_false(tzif_parse(&z, file, cut));
    assert_int_equal(make_tzif(damaged, 2), n); /* there is no type 2 */
    assert_false(tzif_parse(&z, damaged, n));
    for (size_t i = 0; i < n; i++) /* whatever is damaged: no overrun */
        for (int bit = 0; bit < 8; bit++) {
            unsigned char *copy = xmalloc(n);
            memcpy(copy, file, n);
            copy[i] ^= (unsigned char)(1 << bit);
            if (tzif_parse(&z, copy, n)) {
                tzif_at(&z, 300);
                tzif_free(&z);
            }
            free(copy);
        }
}

static void *get_zones(void *arg)
{
    static const char *const names[] = {"Asia/Tokyo", "Asia/Kolkata", "Africa/Cairo", "America/Lima"};
    const struct zone **out = arg;
    for (size_t i = 0; i < 100; i++)
        out[i] = zone_get(names[i % COUNT(names)]);
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    const struct zone *zones[4][100];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, get_zones, zones[i]), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < 4; i++)
        assert_memory_equal(zones[i], zones[0], sizeof zones[0]);
    assert_non_null(zones[0][0]);
}

static void test_clocks(void **state)
{
    (void)state;
    int64_t before = monotonic_us();
    assert_true(monotonic_us() >= before);
    assert_true(instant_now().us > at("2024-01-01T00:00:00Z").us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_date_valid),
        cmocka_unit_test(test_months),
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_instant),
        cmocka_unit_test(test_zone_names),
        cmocka_unit_test(test_civil),
        cmocka_unit_test(test_walls),
        cmocka_unit_test(test_day_ends),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_tzif),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
