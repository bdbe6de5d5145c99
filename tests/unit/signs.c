/* Why a customer is at risk, and when that may change. */
#include "domain/customer/signs.h"

#include "base/arena.h"
#include "base/time.h"
#include "domain/customer/contract.h"
#include "face/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct programme_care limits = {
    .renewal_days = 90, .drop_percent = 30, .silent_days = 45, .low_nps = 6, .low_csat = 2};

static struct date today(void)
{
    return date_make(2026, 8, 17);
}

static struct sign_facts facts(void)
{
    return (struct sign_facts){
        .today = today(), .ends = {today().days + 300}, .touched = {DATE_NONE}, .score_day = {DATE_NONE}};
}

static unsigned bits(const struct sign_facts *f)
{
    struct signs s;
    signs_judge(f, &limits, &s);
    return s.bits;
}

/* Months of "seats" up to the one before LAST months ago, oldest first. */
static void months(struct usage_month *u, const double *quantity, size_t n, int last)
{
    for (size_t i = 0; i < n; i++)
        u[i] = (struct usage_month){
            "seats", date_add_months(date_make(2026, 8, 1), last - (int)(n - 1 - i)), quantity[i]};
}

static void test_a_renewal_comes_within_its_days(void **state)
{
    struct sign_facts f = facts();
    (void)state;
    f.ends.days = today().days + 91;
    assert_int_equal(bits(&f), 0);
    f.ends.days = today().days + 90;
    assert_int_equal(bits(&f), SIGN_RENEWAL);
    f.ends.days = today().days - 3;
    assert_int_equal(bits(&f), SIGN_RENEWAL);
}

static void test_what_renews_by_itself_must_be_decided_by_its_notice_day(void **state)
{
    struct sign_facts f = facts();
    (void)state;
    f.notice_days = 30;
    f.ends.days = today().days + 121;
    assert_int_equal(bits(&f), 0);
    assert_int_equal(signs_next(&f, &limits).days, today().days + 1);
    assert_int_equal(sign_decide_day(&f).days, today().days + 91);
    f.ends.days = today().days + 120;
    assert_int_equal(bits(&f), SIGN_RENEWAL);
    f.ends.days = today().days + 30;
    assert_int_equal(sign_decide_day(&f).days, today().days);
    f.ends.days = today().days + 29;
    assert_int_equal(sign_decide_day(&f).days, f.ends.days);
    assert_int_equal(bits(&f), SIGN_RENEWAL);
}

static void test_usage_falls_against_the_mean_of_the_months_before(void **state)
{
    static const double to_70[] = {100, 100, 100, 70}, to_71[] = {100, 100, 100, 71}, few[] = {100, 100, 10},
                        none[] = {0, 0, 0, 0}, to_0[] = {50, 100, 150, 0};
    struct usage_month u[4];
    struct sign_facts f = facts();
    struct signs s;
    (void)state;
    f.usage = u;
    f.n_usage = 4;
    months(u, to_70, 4, -1);
    signs_judge(&f, &limits, &s);
    assert_int_equal(s.bits, SIGN_USAGE);
    assert_string_equal(s.metric, "seats");
    assert_int_equal(s.fell_percent, 30);
    months(u, to_71, 4, -1);
    assert_int_equal(bits(&f), 0);
    months(u, none, 4, -1);
    assert_int_equal(bits(&f), 0);
    months(u, to_0, 4, -1);
    signs_judge(&f, &limits, &s);
    assert_int_equal(s.fell_percent, 100);
    f.n_usage = 3;
    months(u, few, 3, -1);
    assert_int_equal(bits(&f), 0);
}

static void test_the_running_month_and_old_ones_say_nothing(void **state)
{
    static const double fell[] = {100, 100, 100, 10}, running[] = {100, 100, 100, 100, 3};
    struct usage_month u[5];
    struct sign_facts f = facts();
    (void)state;
    f.usage = u;
    f.n_usage = 5;
    months(u, running, 5, 0);
    assert_int_equal(bits(&f), 0);
    f.n_usage = 4;
    months(u, fell, 4, -3);
    assert_int_equal(bits(&f), SIGN_USAGE);
    months(u, fell, 4, -4);
    assert_int_equal(bits(&f), 0);
}

static void test_of_several_metrics_the_one_that_fell_most_is_told(void **state)
{
    static const double a[] = {100, 100, 100, 60}, b[] = {10, 10, 10, 1};
    struct usage_month u[8];
    struct sign_facts f = facts();
    struct signs s;
    (void)state;
    months(u, a, 4, -1);
    months(u + 4, b, 4, -1);
    for (size_t i = 0; i < 4; i++)
        u[i].metric = "gigabytes";
    f.usage = u;
    f.n_usage = 8;
    signs_judge(&f, &limits, &s);
    assert_string_equal(s.metric, "seats");
    assert_int_equal(s.fell_percent, 90);
}

static void test_a_low_score_of_the_last_year(void **state)
{
    struct sign_facts f = facts();
    (void)state;
    f.score_kind = "nps";
    f.score = 6;
    f.score_day.days = today().days - 364;
    assert_int_equal(bits(&f), SIGN_SCORE);
    f.score_day.days--;
    assert_int_equal(bits(&f), 0);
    f.score_day.days = today().days;
    f.score = 7;
    assert_int_equal(bits(&f), 0);
    f.score_kind = "csat";
    f.score = 3;
    assert_int_equal(bits(&f), 0);
    f.score = 2;
    assert_int_equal(bits(&f), SIGN_SCORE);
}

static void test_silence_counts_near_the_end(void **state)
{
    struct sign_facts f = facts();
    (void)state;
    f.touched.days = today().days - 45;
    assert_int_equal(bits(&f), 0);
    f.ends.days = today().days + 10;
    assert_int_equal(bits(&f), SIGN_RENEWAL | SIGN_SILENCE);
    f.touched.days++;
    assert_int_equal(bits(&f), SIGN_RENEWAL);
    f.touched.days = DATE_NONE;
    assert_int_equal(bits(&f), SIGN_RENEWAL);
}

/* Between today and the next day that is told, no day has other signs. */
static void test_a_suspended_partner_is_a_risk_at_any_time(void **state)
{
    struct sign_facts f = facts();
    (void)state;
    assert_int_equal(bits(&f), 0);
    f.suspended = true;
    assert_int_equal(bits(&f), SIGN_SUSPENDED);
    assert_true(SIGN_SUSPENDED & SIGNS_RISK);
}

static void test_signs_change_by_time_only_on_the_days_that_are_told(void **state)
{
    static const double fell[] = {100, 100, 100, 100, 10};
    struct usage_month u[5];
    struct sign_facts f = facts();
    (void)state;
    months(u, fell, 5, 0);
    f.usage = u;
    f.n_usage = 5;
    f.touched.days = today().days - 20;
    f.score_kind = "nps";
    f.score = 3;
    f.score_day.days = today().days - 340;
    f.ends.days = today().days + 120;
    unsigned changes = 0;
    for (struct date next = signs_next(&f, &limits); next.days != DATE_NONE && f.today.days <= f.ends.days;
         next = signs_next(&f, &limits)) {
        unsigned before = bits(&f);
        while (++f.today.days < next.days)
            assert_int_equal(bits(&f), before);
        changes += bits(&f) != before;
    }
    assert_true(changes >= 4);
    assert_int_equal(f.today.days, f.ends.days + 1);
}

static void test_signs_are_kept_as_text(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    assert_null(signs_text(a, 0));
    assert_string_equal(signs_text(a, SIGN_RENEWAL | SIGN_SILENCE), ",renewal,silence,");
    for (unsigned b = 0; b < 1u << SIGNS_N; b++)
        assert_int_equal(signs_bits(signs_text(a, b)), b);
    arena_free(a);
}

static void test_a_spark_ends_where_its_last_value_is(void **state)
{
    static const double rise[] = {1, 2, 3}, flat[] = {5, 5};
    struct arena *a = arena_new();
    (void)state;
    struct part_spark s = part_spark_of(a, "seats", rise, 3);
    assert_string_equal(s.points, "2.5,19.5 36.0,11.0 69.5,2.5");
    assert_string_equal(s.y, "2.5");
    assert_string_equal(part_spark_of(a, "", flat, 2).points, "2.5,11.0 69.5,11.0");
    assert_null(part_spark_of(a, "", rise, 1).points);
    arena_free(a);
}

static void expect_term(int year, struct date ends, struct date today, struct date from, struct date until)
{
    struct contract k = {.starts = date_make(year, 1, 1), .ends = ends};
    struct contract_term t = contract_next_term(&k, today);
    assert_int_equal(t.starts.days, from.days);
    assert_int_equal(t.ends.days, until.days);
}

static void test_a_contract_goes_on_to_the_term_that_holds_today(void **state)
{
    (void)state;
    struct date none = {DATE_NONE}, today = date_make(2026, 11, 29);
    expect_term(2025, date_make(2025, 12, 31), none, date_make(2026, 1, 1), date_make(2026, 12, 31));
    expect_term(2025, date_make(2025, 12, 31), today, date_make(2026, 1, 1), date_make(2026, 12, 31));
    expect_term(1900, date_make(1900, 12, 31), today, date_make(2026, 1, 1), date_make(2026, 12, 31));
    expect_term(1900, date_make(1900, 1, 31), today, date_make(2026, 11, 1), date_make(2026, 11, 30));
    expect_term(1900, date_make(1900, 1, 1), today, today, today);
    /* Neither the day before the next term nor its first is a term later. */
    expect_term(2024, date_make(2024, 12, 31), date_make(2025, 12, 31), date_make(2025, 1, 1),
        date_make(2025, 12, 31));
    expect_term(
        2024, date_make(2024, 12, 31), date_make(2026, 1, 1), date_make(2026, 1, 1), date_make(2026, 12, 31));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_renewal_comes_within_its_days),
        cmocka_unit_test(test_what_renews_by_itself_must_be_decided_by_its_notice_day),
        cmocka_unit_test(test_usage_falls_against_the_mean_of_the_months_before),
        cmocka_unit_test(test_the_running_month_and_old_ones_say_nothing),
        cmocka_unit_test(test_of_several_metrics_the_one_that_fell_most_is_told),
        cmocka_unit_test(test_a_low_score_of_the_last_year),
        cmocka_unit_test(test_silence_counts_near_the_end),
        cmocka_unit_test(test_a_suspended_partner_is_a_risk_at_any_time),
        cmocka_unit_test(test_signs_change_by_time_only_on_the_days_that_are_told),
        cmocka_unit_test(test_a_contract_goes_on_to_the_term_that_holds_today),
        cmocka_unit_test(test_signs_are_kept_as_text),
        cmocka_unit_test(test_a_spark_ends_where_its_last_value_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
