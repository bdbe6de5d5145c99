#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *error_of(struct arena *a, const char *text, size_t n)
{
    const char *error = NULL;
    json_t *v = json_read(a, text, n, &error);
    assert_true(!v == (error != NULL));
    return error;
}

static void test_read(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const char *const good[] = {"{}", "[]", "1", "\"x\"", "null", " {\"a\":[1,2.5,true]} ",
        "{\"a\":1,\"b\":1}", "\"\\u00e9\\ud83d\\ude00\"", "9223372036854775807"};
    static const char *const bad[] = {"", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "[1] x", "01",
        "nul", "'x'", "\"\x80\"", "\"\xed\xa0\x80\"", "\"\\ud800\"", "\"\\u0000\"", "\"a\nb\"", "1e999",
        "9223372036854775808", "NaN", "// x\n1"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_null(error_of(a, good[i], strlen(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_non_null(error_of(a, bad[i], strlen(bad[i])));
    assert_non_null(error_of(a, NULL, 0));
    assert_non_null(error_of(a, "1\0", 2));
    assert_non_null(error_of(a, "[1\0,2]", 7));
    assert_non_null(strstr(error_of(a, "{\n \"a\" 1}", 9), "line 2, column"));
    arena_free(a);
}

static void test_depth(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char text[131];
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    assert_string_equal(error_of(a, text, 130), "nested more than 64 levels deep");
    assert_null(error_of(a, text + 1, 128));
    const char *strings =
        "[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]";
    assert_null(error_of(a, strings, strlen(strings)));

    /* What was read fits into what is written, at any depth. */
    const char *error;
    struct buf b = buf_in(a, 1000);
    struct json_out w = json_out(&b);
    out_array(&w);
    out_value(&w, json_read(a, text + 1, 128, &error));
    out_end(&w);
    assert_int_equal(b.len, 130);
    arena_free(a);
}

static void test_write(void **state)
{
    (void)state;
    struct buf b = buf_new(1000);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_kv_string(&w, "s", "a\"b");
    out_kv_string(&w, "none", NULL);
    out_kv_int(&w, "i", INT64_MIN);
    out_kv_bool(&w, "yes", true);
    out_key(&w, "list");
    out_array(&w);
    out_end(&w);
    out_key(&w, "mixed");
    out_array(&w);
    out_int(&w, 1);
    out_object(&w);
    out_end(&w);
    out_real(&w, 0.1);
    out_real(&w, NAN);
    out_real(&w, INFINITY);
    out_null(&w);
    out_raw(&w, "{\"raw\":1}");
    out_array(&w);
    out_bool(&w, false);
    out_end(&w);
    out_end(&w);
    out_end(&w);
    assert_string_equal(buf_str(&b),
        "{\"s\":\"a\\\"b\",\"none\":null,\"i\":-9223372036854775808,\"yes\":true,\"list\":[],"
        "\"mixed\":[1,{},0.1,null,null,null,{\"raw\":1},[false]]}");
    buf_free(&b);
}

static void test_strings(void **state)
{
    (void)state;
    struct buf b = buf_new(1000);
    struct json_out w = json_out(&b);
    out_string(&w, "\x01\b\t\n\f\r\x1f \"\\/\x7f\xe2\x80\xa8\xc3\xa9");
    assert_string_equal(buf_str(&b), "\"\\u0001\\b\\t\\n\\f\\r\\u001f \\\"\\\\/\x7f\xe2\x80\xa8\xc3\xa9\"");
    buf_free(&b);
}

static void test_value(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *error, *text = "{\"z\":[1,-2.5,\"\\u0001\"],\"a\":{\"x\":null},\"m\":[true,false,{}]}";
    struct buf b = buf_in(a, 1000);
    struct json_out w = json_out(&b);
    out_array(&w);
    out_value(&w, json_read(a, text, strlen(text), &error));
    out_int(&w, 2);
    out_end(&w);
    assert_string_equal(
        buf_str(&b), "[{\"z\":[1,-2.5,\"\\u0001\"],\"a\":{\"x\":null},\"m\":[true,false,{}]},2]");
    arena_free(a);
}

static void check_number(double v, const char *text)
{
    struct buf b = buf_new(100);
    struct json_out w = json_out(&b);
    out_real(&w, v);
    assert_string_equal(buf_str(&b), text);
    buf_free(&b);
}

/* RFC 8785, appendix B. */
static void test_numbers_of_the_rfc(void **state)
{
    (void)state;
    static const struct {
        uint64_t bits;
        const char *text;
    } cases[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        double v;
        memcpy(&v, &cases[i].bits, sizeof v);
        check_number(v, cases[i].text);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    check_number(1, "1");
    check_number(-120, "-120");
    check_number(0.1, "0.1");
    check_number(123.456, "123.456");
    check_number(1e-7, "1e-7");
    check_number(1.5e-7, "1.5e-7");
    check_number(1e20, "100000000000000000000");
    check_number(0x1p-44, "5.684341886080802e-14"); /* the closest of 16 digits would not read back */
    check_number(0x1p-1022, "2.2250738585072014e-308");
    check_number(0x0.fffffffffffffp-1022, "2.225073858507201e-308");
}

static void test_numbers_read_back(void **state)
{
    (void)state;
    struct buf b = buf_new(100);
    uint64_t bits = 88172645463325252;
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13; /* Marsaglia's xorshift */
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double v;
        memcpy(&v, &bits, sizeof v);
        if (!isfinite(v))
            continue;
        buf_clear(&b);
        struct json_out w = json_out(&b);
        out_real(&w, v);
        assert_true(strtod(b.p, NULL) == v);
    }
    buf_free(&b);
}

static void check_canonical(const char *text, const char *expected)
{
    struct arena *a = arena_new();
    const char *error;
    struct buf b = buf_in(a, 10000);
    json_t *v = json_read(a, text, strlen(text), &error);
    assert_non_null(v);
    json_canonical(&b, v);
    assert_string_equal(buf_str(&b), expected);
    arena_free(a);
}

/* RFC 8785, sections 3.2.2 and 3.2.3. */
static void test_canonical(void **state)
{
    (void)state;
    check_canonical("{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],"
                    " \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                    " \"literals\": [null, true, false]}",
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
        "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    check_canonical("{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,"
                    "\"\\u00f6\":7}",
        "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"\xc3\xb6\":7,\"\xe2\x82\xac\":1,\"\xf0\x9f\x98\x80\":5,"
        "\"\xef\xac\xb3\":3}");
    check_canonical("{\"b\":{\"z\":1,\"\":2},\"a\":[],\"ab\":{},\"a\\u0001\":9007199254740991}",
        "{\"a\":[],\"a\\u0001\":9007199254740991,\"ab\":{},\"b\":{\"\":2,\"z\":1}}");
    check_canonical("{\"\\ue000\":1,\"\\ud83d\\ude00\":2,\"\\uffff\":3}",
        "{\"\xf0\x9f\x98\x80\":2,\"\xee\x80\x80\":1,\"\xef\xbf\xbf\":3}");
    check_canonical("-0.0", "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_numbers_of_the_rfc),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_numbers_read_back),
        cmocka_unit_test(test_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
