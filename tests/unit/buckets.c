/* Quantiles of times from counts in buckets. */
#include "domain/fairness/buckets.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void less_than_a_second_is_the_request(void **state)
{
    (void)state;
    assert_int_equal(bucket_of(0), 0);
    assert_int_equal(bucket_of(US_PER_SECOND - 1), 0);
    assert_int_equal(bucket_of(US_PER_SECOND), 1);
    assert_int_equal(bucket_of(INT64_MAX), BUCKET_MAX);
}

static void a_bucket_is_five_percent(void **state)
{
    (void)state;
    for (int64_t s = 1; s < 400 * INT64_C(86400); s += s / 3 + 1) {
        int64_t top = bucket_top_us(bucket_of(s * US_PER_SECOND));
        assert_true(top >= s * US_PER_SECOND);
        assert_true(top <= s * US_PER_SECOND + s * US_PER_SECOND / 20 + 1);
    }
}

static void quantiles_are_walked_to(void **state)
{
    static int64_t counts[BUCKET_MAX + 1];
    (void)state;
    assert_int_equal(bucket_quantile(counts, 0.5), -1);
    counts[0] = 90;
    counts[100] = 9;
    counts[200] = 1;
    assert_int_equal(bucket_quantile(counts, 0.5), 0);
    assert_int_equal(bucket_quantile(counts, 0.90), 0);
    assert_int_equal(bucket_quantile(counts, 0.95), 100);
    assert_int_equal(bucket_quantile(counts, 1), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(less_than_a_second_is_the_request),
        cmocka_unit_test(a_bucket_is_five_percent),
        cmocka_unit_test(quantiles_are_walked_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
