/* Which partner fits a lead best. */
#include "engine/fit/fit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ALL ((1u << FIT_PARTS) - 1)

static const struct fit_policy policy = {
    .weight = {20, 15, 25, 15, 10, 10, 5}, .open_leads = 10, .prior_percent = 25, .prior_leads = 4};

static struct fit_candidate somebody(int64_t id)
{
    return (struct fit_candidate){.id = id, .place = FIT_COVERED, .certified_people = 1};
}

static int64_t first(const struct fit_candidate *k, size_t n)
{
    struct fit best[1];
    return fit_rank(&policy, ALL, k, n, best, 1) ? k[best[0].at].id : 0;
}

static void test_each_part_makes_the_better_one_first(void **state)
{
    (void)state;
    for (int part = 0; part < FIT_PARTS; part++) {
        struct fit_candidate k[] = {somebody(1), somebody(2)};
        k[0].open = k[0].given_lately = 1;
        k[0].finished = 4;
        k[1] = k[0];
        k[1].id = 2;
        switch (part) {
        case FIT_TERRITORY: k[1].place = FIT_HOME; break;
        case FIT_LANGUAGE: k[1].speaks = true; break;
        case FIT_CERTIFICATION: k[1].certified_people = 2; break;
        case FIT_INDUSTRY: k[1].industry_won = 1; break;
        case FIT_CAPACITY: k[1].open = 0; break;
        case FIT_CONVERSION: k[1].converted = 1; break;
        default: k[1].given_lately = 0;
        }
        assert_int_equal(first(k, 2), 2);
    }
}

static void test_who_is_full_barred_or_elsewhere_is_none(void **state)
{
    struct fit_candidate k[] = {somebody(1), somebody(2), somebody(3)};
    (void)state;
    k[0].open = 10;
    k[1].barred = true;
    k[2].place = FIT_ELSEWHERE;
    assert_int_equal(first(k, 3), 0);
    k[0].open = 9;
    assert_int_equal(first(k, 3), 1);
}

static void test_what_the_lead_does_not_ask_for_counts_for_nobody(void **state)
{
    struct fit_candidate k[] = {somebody(1), somebody(2)};
    struct fit best[2];
    (void)state;
    k[1].speaks = k[1].knows_industry = true;
    assert_int_equal(fit_rank(&policy, 0, k, 2, best, 2), 2);
    assert_true(best[0].score == best[1].score);
    assert_int_equal(k[best[0].at].id, 1);
}

static void test_few_leads_say_little_about_conversion(void **state)
{
    struct fit_candidate k[] = {somebody(1), somebody(2)};
    struct fit best[2];
    (void)state;
    k[0].converted = k[0].finished = 1;
    k[1].converted = 12;
    k[1].finished = 20;
    assert_int_equal(fit_rank(&policy, ALL, k, 2, best, 2), 2);
    assert_int_equal(k[best[0].at].id, 2);
    assert_true(best[0].part[FIT_CONVERSION] > 0.5 && best[1].part[FIT_CONVERSION] < 0.5);
}

static void test_the_best_of_many_stand_in_order(void **state)
{
    struct fit_candidate k[200];
    struct fit best[10];
    (void)state;
    for (size_t i = 0; i < COUNT(k); i++) {
        k[i] = somebody((int64_t)i + 1);
        k[i].certified_people = (int64_t)(i * 37 % COUNT(k));
    }
    assert_int_equal(fit_rank(&policy, ALL, k, COUNT(k), best, 10), 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(k[best[i].at].certified_people, COUNT(k) - 1 - i);
}

static void test_who_is_asked_for_by_name_may_be_full(void **state)
{
    struct fit_candidate k[] = {somebody(1), somebody(2), somebody(3)};
    struct fit fit;
    (void)state;
    k[0].open = policy.open_leads + 3;
    k[0].given_lately = 50;
    k[1].barred = true;
    k[2].place = FIT_ELSEWHERE;
    assert_true(fit_of(&policy, ALL, k, COUNT(k), 0, &fit));
    assert_true(fit.at == 0 && fit.part[FIT_CAPACITY] == 0 && fit.part[FIT_FAIRNESS] == 0 && fit.score > 0);
    assert_false(fit_of(&policy, ALL, k, COUNT(k), 1, &fit));
    assert_false(fit_of(&policy, ALL, k, COUNT(k), 2, &fit));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_part_makes_the_better_one_first),
        cmocka_unit_test(test_who_is_full_barred_or_elsewhere_is_none),
        cmocka_unit_test(test_what_the_lead_does_not_ask_for_counts_for_nobody),
        cmocka_unit_test(test_few_leads_say_little_about_conversion),
        cmocka_unit_test(test_the_best_of_many_stand_in_order),
        cmocka_unit_test(test_who_is_asked_for_by_name_may_be_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
