/* Who sourced a deal and who influenced it. */
#include "domain/touchpoint/credit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OPENED 1000
#define DAY    INT64_C(86400000000)

static const struct credit_deal deal = {.opened = {OPENED}, .closed = {OPENED + 60}, .window_days = 30};

static struct credit_touch touch(int64_t partner, int32_t day, const char *kind)
{
    struct credit_touch t = {.partner_id = partner, .at = {day * DAY}, .day = {day}};
    credit_kind(kind, true, &t.introduces, &t.acts);
    return t;
}

static void expect(
    const struct credit_deal *d, const struct credit_touch *t, size_t n, const enum credit *want)
{
    enum credit got[8];
    credit_judge(d, t, n, got);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(got[i], want[i]);
}

static void test_the_first_introduction_within_the_window_sources(void **state)
{
    const struct credit_touch t[] = {touch(1, OPENED - 31, "introduction"),
        touch(2, OPENED - 30, "introduction"), touch(3, OPENED, "lead"),
        touch(4, OPENED + 1, "introduction")};
    const enum credit want[] = {CREDIT_NONE, CREDIT_SOURCED, CREDIT_INFLUENCED, CREDIT_INFLUENCED};
    (void)state;
    expect(&deal, t, 4, want);
    const struct credit_touch reversed[] = {t[3], t[2], t[1], t[0]};
    const enum credit back[] = {CREDIT_INFLUENCED, CREDIT_INFLUENCED, CREDIT_SOURCED, CREDIT_NONE};
    expect(&deal, reversed, 4, back);
}

static void test_one_partner_is_never_both(void **state)
{
    const struct credit_touch t[] = {touch(1, OPENED - 3, "introduction"), touch(1, OPENED + 9, "meeting"),
        touch(1, OPENED - 1, "lead"), touch(2, OPENED + 9, "meeting")};
    const enum credit want[] = {CREDIT_SOURCED, CREDIT_NONE, CREDIT_SOURCED, CREDIT_INFLUENCED};
    (void)state;
    expect(&deal, t, 4, want);
}

static void test_work_influences_between_opening_and_close(void **state)
{
    const struct credit_touch t[] = {touch(1, OPENED - 1, "meeting"), touch(2, OPENED, "meeting"),
        touch(3, OPENED + 60, "technical_validation"), touch(4, OPENED + 61, "meeting")};
    const enum credit want[] = {CREDIT_NONE, CREDIT_INFLUENCED, CREDIT_INFLUENCED, CREDIT_NONE};
    const enum credit open_want[] = {CREDIT_NONE, CREDIT_INFLUENCED, CREDIT_INFLUENCED, CREDIT_INFLUENCED};
    struct credit_deal open = deal;
    (void)state;
    expect(&deal, t, 4, want);
    open.closed.days = DATE_NONE;
    expect(&open, t, 4, open_want);
}

static void test_a_click_alone_is_no_act(void **state)
{
    const struct credit_touch t[] = {touch(1, OPENED - 1, "referral"), touch(2, OPENED + 1, "campaign"),
        touch(3, OPENED + 1, "review"), touch(4, OPENED + 1, "no such kind")};
    const enum credit want[] = {CREDIT_NONE, CREDIT_NONE, CREDIT_NONE, CREDIT_NONE};
    (void)state;
    expect(&deal, t, 4, want);
}

static void test_the_registration_that_became_the_deal_sources_it_however_old(void **state)
{
    struct credit_touch t[] = {touch(1, OPENED - 200, "registration"), touch(2, OPENED - 10, "introduction")};
    const enum credit old[] = {CREDIT_NONE, CREDIT_SOURCED}, own[] = {CREDIT_SOURCED, CREDIT_NONE};
    (void)state;
    expect(&deal, t, 2, old);
    t[0].its_own = true;
    expect(&deal, t, 2, own);
    t[0].day.days = OPENED + 1; /* it joined a deal that was there */
    t[0].at.us = t[0].day.days * DAY;
    const enum credit joined[] = {CREDIT_INFLUENCED, CREDIT_SOURCED};
    expect(&deal, t, 2, joined);
}

static void test_a_registration_that_nobody_approved_counts_for_nothing(void **state)
{
    bool introduces = true, acts = true;
    (void)state;
    credit_kind("registration", false, &introduces, &acts);
    assert_false(introduces || acts);
}

static void test_nothing_comes_of_nothing(void **state)
{
    (void)state;
    credit_judge(&deal, NULL, 0, NULL);
}

static void test_a_deal_is_sourced_before_it_is_influenced(void **state)
{
    (void)state;
    const enum credit nobody[] = {CREDIT_NONE, CREDIT_NONE}, worked[] = {CREDIT_NONE, CREDIT_INFLUENCED},
                      both[] = {CREDIT_INFLUENCED, CREDIT_SOURCED, CREDIT_NONE, CREDIT_INFLUENCED};
    assert_null(credit_of_deal(nobody, 2));
    assert_null(credit_of_deal(NULL, 0));
    assert_string_equal(credit_of_deal(worked, 2), "influenced");
    assert_string_equal(credit_of_deal(both, 4), "sourced");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_introduction_within_the_window_sources),
        cmocka_unit_test(test_one_partner_is_never_both),
        cmocka_unit_test(test_work_influences_between_opening_and_close),
        cmocka_unit_test(test_a_click_alone_is_no_act),
        cmocka_unit_test(test_the_registration_that_became_the_deal_sources_it_however_old),
        cmocka_unit_test(test_a_registration_that_nobody_approved_counts_for_nothing),
        cmocka_unit_test(test_a_deal_is_sourced_before_it_is_influenced),
        cmocka_unit_test(test_nothing_comes_of_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
