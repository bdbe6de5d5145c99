/* How well a partner fits a deal: the parts of its score, and the order of a list. */
#include "domain/cosell/rank.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct rank_result scored(const struct rank_input *in)
{
    struct rank_result r;
    rank_score(in, &r);
    return r;
}

static void test_the_score_is_the_sum_of_its_parts(void **state)
{
    const struct rank_tie ties[] = {{40, 10}};
    struct rank_input in = {.foothold = 30,
        .ties = ties,
        .n_ties = 1,
        .certified = true,
        .covers = true,
        .asked = 4,
        .answered = 4,
        .answer_hours = 3};
    struct rank_result r = scored(&in);
    (void)state;
    assert_int_equal(r.part[RANK_FOOTHOLD], 30);
    assert_int_equal(r.part[RANK_TIE], 40);
    assert_int_equal(r.part[RANK_FIT], 20);
    assert_int_equal(r.part[RANK_SPEED], 10);
    assert_int_equal(r.part[RANK_LOAD], 0);
    assert_int_equal(r.score, 100);
}

static void test_ties_fade_and_the_strongest_counts_most(void **state)
{
    const struct rank_tie fresh = {40, 365}, old = {40, 366}, older = {40, 1096}, unknown = {40, -1};
    (void)state;
    assert_int_equal(rank_tie_points(&fresh), 40);
    assert_int_equal(rank_tie_points(&old), 24);
    assert_int_equal(rank_tie_points(&older), 12);
    assert_int_equal(rank_tie_points(&unknown), 24);
    const struct rank_tie two[] = {{30, 1}, {14, 1}}, three[] = {{40, 1}, {34, 1}, {30, 1}};
    struct rank_input in = {.ties = two, .n_ties = 2};
    assert_int_equal(scored(&in).part[RANK_TIE], 30 + 7);
    in = (struct rank_input){.ties = three, .n_ties = 3};
    assert_int_equal(scored(&in).part[RANK_TIE], RANK_TIE_MAX);
}

static void test_who_was_never_asked_is_neither_fast_nor_slow(void **state)
{
    struct rank_input in = {0};
    (void)state;
    assert_int_equal(scored(&in).part[RANK_SPEED], 5);
    assert_false(rank_is_fast(&in));
    in = (struct rank_input){.asked = 4, .answered = 2, .answer_hours = 1};
    assert_int_equal(scored(&in).part[RANK_SPEED], 5);
    assert_false(rank_is_fast(&in)); /* half is not most */
    in = (struct rank_input){.asked = 4, .answered = 3, .answer_hours = RANK_FAST_HOURS};
    assert_true(rank_is_fast(&in));
    in = (struct rank_input){.asked = 2, .answered = 2, .answer_hours = 73};
    assert_int_equal(scored(&in).part[RANK_SPEED], 4);
    in = (struct rank_input){.asked = 9};
    assert_int_equal(scored(&in).part[RANK_SPEED], 0);
}

static void test_load_takes_at_most_ten_and_no_score_is_below_zero(void **state)
{
    struct rank_input in = {.asked = 1, .load = 5};
    (void)state;
    assert_int_equal(scored(&in).part[RANK_LOAD], 0);
    in.load = 6;
    assert_int_equal(scored(&in).part[RANK_LOAD], -1);
    in.load = 8;
    assert_int_equal(scored(&in).part[RANK_LOAD], -2);
    in.load = INT64_C(1) << 40;
    assert_int_equal(scored(&in).part[RANK_LOAD], -RANK_LOAD_MAX);
    assert_int_equal(scored(&in).score, 0);
}

static void test_equal_scores_go_to_who_has_less_to_do_then_to_the_older(void **state)
{
    (void)state;
    assert_true(rank_compare(50, 9, 2, 40, 0, 1) < 0);
    assert_true(rank_compare(50, 1, 2, 50, 3, 1) < 0);
    assert_true(rank_compare(50, 1, 2, 50, 1, 1) > 0);
    assert_int_equal(rank_compare(50, 1, 1, 50, 1, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_score_is_the_sum_of_its_parts),
        cmocka_unit_test(test_ties_fade_and_the_strongest_counts_most),
        cmocka_unit_test(test_who_was_never_asked_is_neither_fast_nor_slow),
        cmocka_unit_test(test_load_takes_at_most_ten_and_no_score_is_below_zero),
        cmocka_unit_test(test_equal_scores_go_to_who_has_less_to_do_then_to_the_older),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
