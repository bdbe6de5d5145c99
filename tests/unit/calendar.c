/* Working hours: over nights, week-ends, holidays and changes of the clock. */
#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static int arena_setup(void **state)
{
    *state = arena_new();
    return 0;
}

static int arena_teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct arena *arena_of(void **state)
{
    return *state;
}

static const struct zone *berlin(void)
{
    return zone_get("Europe/Berlin");
}

static const char *after(struct arena *a, const struct calendar *k, const char *from, int64_t hours)
{
    struct instant t;
    assert_true(instant_parse(from, &t));
    return instant_iso_in(a, berlin(), calendar_add(k, berlin(), t, hours));
}

static void hours_of_one_day_end_on_it(void **state)
{
    assert_string_equal(
        after(arena_of(state), &calendar_usual, "2026-05-18T10:00:00+02:00", 4), "2026-05-18T14:00:00+02:00");
}

static void the_rest_is_done_on_the_next_working_day(void **state)
{
    struct arena *a = arena_of(state);
    assert_string_equal(
        after(a, &calendar_usual, "2026-05-18T16:00:00+02:00", 4), "2026-05-19T12:00:00+02:00");
    assert_string_equal(/* Friday to Monday */
        after(a, &calendar_usual, "2026-05-22T16:00:00+02:00", 4), "2026-05-25T12:00:00+02:00");
}

static void before_opening_nothing_counts_yet(void **state)
{
    struct arena *a = arena_of(state);
    assert_string_equal(
        after(a, &calendar_usual, "2026-05-18T03:00:00+02:00", 8), "2026-05-18T17:00:00+02:00");
    assert_string_equal(/* Saturday */
        after(a, &calendar_usual, "2026-05-23T12:00:00+02:00", 1), "2026-05-25T10:00:00+02:00");
}

static void holidays_are_left_out(void **state)
{
    struct date days[] = {{date_make(2026, 12, 24).days}, {date_make(2026, 12, 25).days}};
    struct calendar k = calendar_usual;
    k.holidays = days;
    k.n_holidays = 2;
    assert_string_equal(
        after(arena_of(state), &k, "2026-12-23T16:00:00+01:00", 2), "2026-12-28T10:00:00+01:00");
    assert_false(calendar_works(&k, days[0]));
    assert_true(calendar_works(&k, (struct date){days[0].days - 1}));
}

/* The night of 29 March 2026 lost an hour in Berlin, that of 25 October had one more. */
static void a_changed_clock_changes_the_day(void **state)
{
    struct arena *a = arena_of(state);
    struct calendar k = {
        .workday = {false, true, true, true, true, true, true, true}, .from_min = 0, .to_min = 1440};
    assert_string_equal(after(a, &k, "2026-03-29T00:00:00+01:00", 24), "2026-03-30T01:00:00+02:00");
    assert_string_equal(after(a, &k, "2026-10-25T00:00:00+02:00", 24), "2026-10-25T23:00:00+01:00");
}

static void leap_days_are_days(void **state)
{
    assert_string_equal(/* 29 February 2028 is a Tuesday */
        after(arena_of(state), &calendar_usual, "2028-02-28T16:00:00+01:00", 8), "2028-02-29T16:00:00+01:00");
}

static void without_working_days_the_clock_counts(void **state)
{
    struct calendar never = {.from_min = 540, .to_min = 1020};
    assert_string_equal(
        after(arena_of(state), &never, "2026-05-18T10:00:00+02:00", 4), "2026-05-18T14:00:00+02:00");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hours_of_one_day_end_on_it),
        TEST(the_rest_is_done_on_the_next_working_day),
        TEST(before_opening_nothing_counts_yet),
        TEST(holidays_are_left_out),
        TEST(a_changed_clock_changes_the_day),
        TEST(leap_days_are_days),
        TEST(without_working_days_the_clock_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
