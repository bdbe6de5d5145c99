#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_order(void **state)
{
    (void)state;
    struct instant t = {INT64_C(1785000000000000)};
    int64_t a = id_new(t), b = id_new((struct instant){t.us + 1000});
    assert_true(a > 0 && a < b);
    assert_int_equal((a >> 22) + INT64_C(1577836800000), t.us / 1000); /* its time can be read off */
    assert_true(id_new(t) != a || id_new(t) != a); /* 22 random bits: twice the same is one in 2^44 */
}

static void test_clock_never_set(void **state)
{
    (void)state;
    int64_t id = id_new((struct instant){0});
    assert_true(id > 0);
    assert_int_equal(id >> 22, 1);
}

static void test_text(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const int64_t ids[] = {1, 31, 32, INT64_MAX, INT64_MIN, -1, INT64_C(0x123456789abcdef0)};
    assert_string_equal(id_text(a, "reg", 31), "reg_000000000000Z");
    assert_string_equal(id_text(a, "reg", -1), "reg_FZZZZZZZZZZZZ");
    for (size_t i = 0; i < COUNT(ids); i++) {
        int64_t back = 0;
        char *text = id_text(a, "reg", ids[i]);
        assert_true(id_parse("reg", text, &back));
        assert_int_equal(back, ids[i]);
    }
    arena_free(a);
}

/* The text's order is the number's. */
static void test_text_sorts(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    int64_t id = 1;
    for (int i = 0; i < 60; i++, id *= 2)
        assert_true(strcmp(id_text(a, "x", id), id_text(a, "x", id * 2)) < 0);
    arena_free(a);
}

static void test_parse(void **state)
{
    (void)state;
    int64_t id = 7;
    assert_true(id_parse("reg", "reg_0000000000oil", &id)); /* as Crockford reads slips */
    assert_int_equal(id, 1 << 5 | 1);
    assert_true(id_parse("reg", "reg_000000000000z", &id));
    assert_int_equal(id, 31);
    static const char *const bad[] = {"", "reg", "reg_", "acc_0000000000001", "reg0000000000001",
        "reg_000000000001", "reg_00000000000001", "reg_000000000000U", "reg_000000000000-",
        "reg_G000000000000", "reg_0000000000000", "REG_0000000000001", "reg_0000000000001 ",
        "reg_00000000000\xc3\xa4"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(id_parse("reg", bad[i], &id));
    assert_int_equal(id, 31);
}

static void test_random(void **state)
{
    (void)state;
    unsigned char a[600] = {0}, b[600] = {0};
    size_t same = 0;
    random_bytes(a, sizeof a);
    random_bytes(b, sizeof b);
    for (size_t i = 0; i < sizeof a; i++)
        same += a[i] == b[i];
    assert_true(same < 30); /* 2.3 are expected */
    random_bytes(a, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_clock_never_set),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_sorts),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
