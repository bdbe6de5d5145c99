/* Why a deal is talked about in a review: the first reason that holds. */
#include "base/time.h"
#include "domain/review/deals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct date on(int month, int day)
{
    return date_make(2026, month, day);
}

/* A deal that is well: expected in a month, planned, quiet since the last review a week ago. */
static struct review_facts well(void)
{
    return (struct review_facts){.has_step = true,
        .expected = on(12, 28),
        .before = {DATE_NONE},
        .active = on(11, 20),
        .since = on(11, 21)};
}

static void judged(struct review_facts f, enum review_reason expected)
{
    assert_int_equal(review_judge(&f, on(11, 28)), expected);
}

static void each_reason_by_itself(void **state)
{
    (void)state;
    struct review_facts f = well();
    judged(f, REVIEW_REST);
    f.active = f.since;
    judged(f, REVIEW_CHANGED);
    f = well();
    f.has_step = false;
    judged(f, REVIEW_NO_STEP);
    f = well();
    f.active = on(11, 7); /* three weeks ago */
    judged(f, REVIEW_STALLED);
    f.active = on(11, 8);
    judged(f, REVIEW_REST);
    f = well();
    f.before = on(12, 27);
    judged(f, REVIEW_SLIPPED);
    f.before = on(12, 29); /* earlier than it was */
    judged(f, REVIEW_REST);
    f = well();
    f.expected = on(11, 27);
    judged(f, REVIEW_PAST);
    f.expected = on(11, 28); /* today is not past */
    judged(f, REVIEW_REST);
    f.ended = true;
    judged(f, REVIEW_ENDED);
}

static void the_first_counts(void **state)
{
    (void)state;
    struct review_facts f = {
        .expected = on(11, 1), .before = on(10, 1), .active = on(9, 1), .since = on(11, 21)};
    judged(f, REVIEW_PAST);
    f.expected = on(12, 24);
    judged(f, REVIEW_SLIPPED);
    f.before = (struct date){DATE_NONE};
    judged(f, REVIEW_STALLED);
    f.expected = (struct date){DATE_NONE};
    judged(f, REVIEW_STALLED);
    f.active = (struct date){DATE_NONE};
    judged(f, REVIEW_STALLED);
    f.ended = true;
    judged(f, REVIEW_ENDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_by_itself), cmocka_unit_test(the_first_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
