#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_grows(void **state)
{
    (void)state;
    struct buf b = buf_new(1 << 20);
    assert_string_equal(buf_str(&b), "");
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, (char)('a' + i % 26));
    assert_int_equal(b.len, 100000);
    assert_int_equal(b.p[99999], 'a' + 99999 % 26);
    assert_int_equal(b.p[b.len], 0);
    buf_clear(&b);
    assert_string_equal(b.p, "");
    buf_adds(&b, "again");
    assert_string_equal(b.p, "again");
    buf_free(&b);
    assert_string_equal(buf_str(&b), "");
    buf_adds(&b, "still");
    assert_string_equal(b.p, "still");
    buf_free(&b);
    buf_free(NULL);
}

static void test_cap(void **state)
{
    (void)state;
    struct buf b = buf_new(5);
    buf_adds(&b, "12345");
    assert_false(b.overflow);
    buf_adds(&b, "");
    assert_false(b.overflow);
    buf_addc(&b, '6');
    assert_true(b.overflow);
    assert_string_equal(buf_str(&b), "12345");
    buf_adds(&b, ""); /* nothing more, not even what would fit */
    assert_null(buf_room(&b, 0));
    buf_clear(&b);
    assert_false(b.overflow);
    buf_addf(&b, "%d", 123456);
    assert_true(b.overflow);
    assert_int_equal(b.len, 0);
    buf_free(&b);
}

static void test_format(void **state)
{
    (void)state;
    struct buf b = buf_new(4000);
    char thousand[1001] = {0};
    memset(thousand, 'x', 1000);
    buf_addf(&b, "<%s>", thousand); /* longer than the stack's share */
    assert_int_equal(b.len, 1002);
    assert_int_equal(b.p[1001], '>');
    assert_int_equal(b.p[1002], 0);
    buf_free(&b);
}

static void test_int(void **state)
{
    (void)state;
    static const struct {
        int64_t v;
        const char *text;
    } cases[] = {{0, "0"}, {7, "7"}, {-7, "-7"}, {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"}};
    struct buf b = buf_new(100);
    for (size_t i = 0; i < COUNT(cases); i++) {
        buf_clear(&b);
        buf_add_int(&b, cases[i].v);
        assert_string_equal(buf_str(&b), cases[i].text);
    }
    buf_free(&b);
}

static void test_escapes(void **state)
{
    (void)state;
    struct buf b = buf_new(100);
    buf_add_html(&b, "<a href=\"x\">'&\xc3\xa9");
    assert_string_equal(buf_str(&b), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\xc3\xa9");
    buf_clear(&b);
    buf_add_url(&b, "a b/\xc3\xa9?-._~");
    assert_string_equal(buf_str(&b), "a%20b%2F%C3%A9%3F-._~");
    buf_clear(&b);
    buf_add_hex(&b, "\x00\xff\x1a", 3);
    assert_string_equal(buf_str(&b), "00ff1a");
    buf_free(&b);
}

/* RFC 4648, section 10. */
static void test_base64(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    static const char *const coded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    struct buf b = buf_new(100);
    for (size_t i = 0; i < COUNT(texts); i++) {
        buf_clear(&b);
        buf_add_base64(&b, texts[i], strlen(texts[i]));
        assert_string_equal(buf_str(&b), coded[i]);
    }
    buf_free(&b);
}

static void test_in_arena(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_in(a, 1 << 20);
    for (int i = 0; i < 5000; i++)
        buf_adds(&b, "word ");
    assert_int_equal(b.len, 25000);
    assert_memory_equal(b.p + 24995, "word ", 6);
    buf_free(&b); /* leaves the memory to the arena */
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_in_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
