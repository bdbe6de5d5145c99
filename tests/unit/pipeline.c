/* Sums of the pipeline: shares of an opportunity, a forecast by month and category; and who is mentioned. */
#include "base/time.h"
#include "domain/opportunity/comment.h"
#include "domain/opportunity/forecast.h"
#include "domain/opportunity/team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void shares_fit_to_the_hundredth(void **state)
{
    (void)state;
    const double thirds[] = {33.33, 33.33, 33.34}, more[] = {33.33, 33.33, 33.35},
                 tenths[] = {0.1, 0.2, 99.7};
    assert_true(shares_fit(NULL, 0));
    assert_true(shares_fit(thirds, 3));
    assert_false(shares_fit(more, 3));
    assert_true(shares_fit(tenths, 3)); /* 0.1 + 0.2 is more than 0.3 where fractions are added */
    assert_false(shares_fit((const double[]){100, 0.01}, 2));
}

static struct date on(int year, int month, int day)
{
    return date_make(year, month, day);
}

static void a_day_has_one_row(void **state)
{
    struct forecast f;
    struct date today = on(2026, 11, 28);
    (void)state;
    forecast_begin(&f, today);
    assert_int_equal(forecast_place(&f, on(2026, 11, 27), today), FORECAST_PAST); /* also in this month */
    assert_int_equal(forecast_place(&f, today, today), FORECAST_FIRST);
    assert_int_equal(forecast_place(&f, on(2026, 11, 30), today), FORECAST_FIRST);
    assert_int_equal(forecast_place(&f, on(2026, 12, 1), today), FORECAST_FIRST + 1);
    assert_int_equal(forecast_place(&f, on(2027, 4, 30), today), FORECAST_FIRST + 5);
    assert_int_equal(forecast_place(&f, on(2027, 5, 1), today), FORECAST_LATER);
    assert_int_equal(forecast_place(&f, (struct date){DATE_NONE}, today), FORECAST_UNDATED);
}

static void what_is_omitted_counts_in_no_sum(void **state)
{
    struct forecast f;
    (void)state;
    forecast_begin(&f, on(2026, 11, 28));
    forecast_add(&f, FORECAST_FIRST, FORECAST_COMMIT, 85, 10000, 1);
    forecast_add(&f, FORECAST_FIRST, FORECAST_PIPELINE, 30, 5001, 2);
    forecast_add(&f, FORECAST_FIRST, FORECAST_OMITTED, 10, 99999, 4);
    forecast_add(&f, FORECAST_PAST, FORECAST_BEST_CASE, 60, 300, 1);
    assert_int_equal(forecast_sum(&f.rows[FORECAST_FIRST]), 15001);
    assert_int_equal(forecast_weighted(&f.rows[FORECAST_FIRST]), 10000); /* 8500 + 1500.3 */
    assert_int_equal(f.rows[FORECAST_FIRST].minor[FORECAST_OMITTED], 99999);
    assert_int_equal(f.rows[FORECAST_FIRST].n[FORECAST_PIPELINE], 2);
    assert_int_equal(forecast_sum(&f.total), 15301);
}

static void the_total_is_rounded_once(void **state)
{
    struct forecast f;
    (void)state;
    forecast_begin(&f, on(2026, 11, 28));
    for (int i = 0; i < 3; i++)
        forecast_add(&f, FORECAST_FIRST + i, FORECAST_PIPELINE, 50, 1, 1); /* half a cent each */
    assert_int_equal(forecast_weighted(&f.rows[FORECAST_FIRST]), 1);
    assert_int_equal(forecast_weighted(&f.total), 2);
}

static void what_was_won_before_this_month_is_history(void **state)
{
    struct forecast f;
    (void)state;
    forecast_begin(&f, on(2026, 11, 28));
    forecast_add_won(&f, on(2026, 10, 31), 700, 1);
    forecast_add_won(&f, on(2026, 11, 1), 500, 1);
    assert_int_equal(f.total.won, 500);
    assert_int_equal(f.rows[FORECAST_FIRST].n_won, 1);
    assert_int_equal(forecast_sum(&f.total), 0);
}

static void mentioned(const char *text, const char *hits)
{
    static const char *const names[] = {"Lena Vogt", "Lena Vogtmann", "Jürgen Öz", "Otto"};
    struct arena *a = arena_new();
    bool hit[4] = {false};
    find_mentions(a, text, names, 4, hit);
    for (int i = 0; i < 4; i++)
        assert_int_equal(hit[i], hits[i] == 'x');
    arena_free(a);
}

static void who_is_mentioned_stands_behind_an_at(void **state)
{
    (void)state;
    mentioned("Ask @Lena Vogt, please", "x...");
    mentioned("@lena vogt", "x...");
    mentioned("@Lena Vogtmann knows", ".x..");
    mentioned("@Lena Vogtmanns offer", "....");
    mentioned("Lena Vogt", "....");
    mentioned("mail otto@otto.example", "....");
    mentioned("@Otto/@JÜRGEN ÖZ!", "..xx");
    mentioned("@", "....");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_fit_to_the_hundredth),
        cmocka_unit_test(a_day_has_one_row),
        cmocka_unit_test(what_is_omitted_counts_in_no_sum),
        cmocka_unit_test(the_total_is_rounded_once),
        cmocka_unit_test(what_was_won_before_this_month_is_history),
        cmocka_unit_test(who_is_mentioned_stands_behind_an_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
