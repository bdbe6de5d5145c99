#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "a", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xef\xbf\xbd", "\xf4\x8f\xbf\xbd"};
    static const char *const bad[] = {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf",
        "\xed\xa0\x80" /* surrogate */, "\xef\xbf\xbf" /* U+FFFF */, "\xef\xb7\x90" /* U+FDD0 */,
        "\xf4\x90\x80\x80", "\xff", "ab\xe2\x82", "\xf0\x9f\xbf\xbe" /* U+1FFFE */};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(utf8_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(utf8_valid(bad[i], strlen(bad[i])));
    assert_false(utf8_valid("a\0b", 3));
    assert_int_equal(utf8_length(""), 0);
    assert_int_equal(utf8_length("M\xc3\xbcller \xf0\x9f\x98\x80"), 8);
}

static void check_text(char *fn(struct arena *, const char *), const char *in, const char *out)
{
    struct arena *a = arena_new();
    assert_string_equal(fn(a, in), out);
    arena_free(a);
}

static void test_squeeze(void **state)
{
    (void)state;
    check_text(text_squeeze, "", "");
    check_text(text_squeeze, " \t\r\n ", "");
    check_text(text_squeeze, "  a \t\n b  ", "a b");
    check_text(text_squeeze, "a\xc2\xa0\xe2\x80\x89\xe3\x80\x80 b", "a b");
    check_text(text_squeeze,
        "a\x01\x7f\xc2\x9b"
        "b",
        "ab");
    check_text(text_squeeze,
        "\xef\xbb\xbf"
        "a\xe2\x80\x8b"
        "b\xe2\x80\xae"
        "c",
        "abc");
    check_text(text_squeeze,
        "a\xff"
        "b",
        "ab");
}

static void test_fold(void **state)
{
    (void)state;
    check_text(text_fold, "", "");
    check_text(text_fold, NULL, "");
    check_text(text_fold, "ACME Inc. 42", "acme inc. 42");
    check_text(text_fold,
        "M\xc3\x9cLLER Stra\xc3\x9f"
        "e",
        "muller strasse");
    check_text(text_fold,
        "\xc5\x81\xc3\x93"
        "D\xc5\xb9 \xc3\x98re \xc3\x86sir \xc5\x92uvre \xc3\x9eor \xc4\x90uro",
        "lodz ore aesir oeuvre thor duro");
    check_text(text_fold, "\xc4\xb0stanbul \xc4\xb1", "istanbul i");
    check_text(text_fold, "\xef\xbc\xa1\xef\xbd\x82 \xef\xac\x81 \xe2\x84\xa2", "ab fi tm");
    check_text(text_fold, "u\xcc\x88", "u"); /* composed or not is the same */
    check_text(text_fold, "\xd0\x99\xd0\x9e", "\xd0\xb8\xd0\xbe");
    check_text(text_fold,
        "\xff"
        "AB",
        "\xff"
        "ab");
}

/* Folding what is folded changes nothing; and long texts take another way. */
static void test_fold_long(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char *s = arena_calloc(a, 1, 4001);
    for (int i = 0; i < 2000; i++)
        memcpy(s + 2 * i, "\xc3\x89", 2);
    char *folded = text_fold(a, s);
    assert_int_equal(strlen(folded), 2000);
    assert_int_equal(strspn(folded, "e"), 2000);
    char *once = text_fold(a, "\xc3\x84\xe1\xba\x9e\xe2\x84\xa2\xc7\xbd");
    assert_string_equal(text_fold(a, once), once);
    arena_free(a);
}

static void test_int(void **state)
{
    (void)state;
    int64_t v = 5;
    assert_true(parse_int("0", &v) && v == 0);
    assert_true(parse_int("-0042", &v) && v == -42);
    assert_true(parse_int("9223372036854775807", &v) && v == INT64_MAX);
    assert_true(parse_int("-9223372036854775808", &v) && v == INT64_MIN);
    static const char *const bad[] = {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808",
        "-9223372036854775809", "1e3", "\xd9\xa1"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(parse_int(bad[i], &v));
    assert_true(v == INT64_MIN);
}

static void test_real(void **state)
{
    (void)state;
    double v = 5;
    assert_true(parse_real("-12.50", &v) && v == -12.5);
    assert_true(parse_real(".5e+3", &v) && v == 500);
    assert_true(parse_real("1E-400", &v) && v == 0);
    static const char *const bad[] = {
        "", "-", ".", "1.", "1e", "e5", "inf", "nan", "0x1p3", " 1", "1 ", "1,5", "1e999", "1e5x", "--1"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(parse_real(bad[i], &v));
    assert_true(v == 0);
}

#define NO INT64_C(-99) /* refused */

static void test_money(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t dot, comma; /* with either as the decimal mark, two digits */
    } cases[] = {
        {"84000", 8400000, 8400000},
        {"84,000.50", 8400050, 8400050},
        {"84.000,50", 8400050, 8400050},
        {"84 000", 8400000, 8400000},
        {"84\xc2\xa0"
         "000,5",
            8400050, 8400050},
        {"84\xe2\x80\xaf"
         "000",
            8400000, 8400000},
        {"1'234.56", 123456, 123456},
        {"1\xe2\x80\x99"
         "234",
            123400, 123400},
        {"1.234", NO, 123400}, /* three decimals are too many */
        {"1,234", 123400, NO},
        {"1.234.567", 123456700, 123456700},
        {"12,34,567.80", 123456780, 123456780},
        {"1,00,000", 10000000, 10000000},
        {"0.5", 50, 50},
        {"0,05", 5, 5},
        {".5", 50, 50},
        {"-3,20", -320, -320},
        {"\xe2\x88\x92"
         "3.20",
            -320, -320},
        {"0", 0, 0},
        {"007", 700, 700},
        {"92233720368547758.07", INT64_MAX, INT64_MAX},
        {"-92233720368547758.08", INT64_MIN, INT64_MIN},
        {"92233720368547758.08", NO, NO},
        {"99999999999999999999", NO, NO},
        {"0.234", NO, NO},
        {"0,234", NO, NO},
        {"1234,567", NO, NO},
        {"1.2345", NO, NO},
        {"1,23,45", NO, NO},
        {"123,45,678", NO, NO},
        {"12.3456,78", NO, NO},
        {"1,2.3", NO, NO},
        {"1.000 000", NO, NO},
        {"1 000'000", NO, NO},
        {"1.5.0", NO, NO},
        {"84.", NO, NO},
        {",", NO, NO},
        {"-", NO, NO},
        {"", NO, NO},
        {"--1", NO, NO},
        {"1-", NO, NO},
        {"EUR 5", NO, NO},
        {"5 ", NO, NO},
        {"1e3", NO, NO},
        {"00000000000000000000000000000000000000000000000000000000000000000001", NO, NO},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t dot = NO, comma = NO;
        assert_int_equal(parse_money(cases[i].text, 2, '.', &dot), cases[i].dot != NO);
        assert_int_equal(parse_money(cases[i].text, 2, ',', &comma), cases[i].comma != NO);
        assert_int_equal(dot, cases[i].dot);
        assert_int_equal(comma, cases[i].comma);
    }
}

static void test_money_digits(void **state)
{
    (void)state;
    int64_t v;
    assert_true(parse_money("1.234", 3, '.', &v) && v == 1234);
    assert_true(parse_money("1.234", 3, ',', &v) && v == 1234000);
    assert_true(parse_money("1234,567", 3, '.', &v) && v == 1234567); /* can be no grouping */
    assert_true(parse_money("1,234", 0, '.', &v) && v == 1234);
    assert_false(parse_money("1,234", 0, ',', &v));
    assert_false(parse_money("1.5", 0, '.', &v));
}

static void test_lists(void **state)
{
    (void)state;
    assert_true(list_has("name,domain", "name"));
    assert_true(list_has("name,domain", "domain"));
    assert_false(list_has("name,domain", "main"));
    assert_false(list_has("name,domain", "dom"));
    assert_false(list_has("name,,domain", "na"));
    assert_false(list_has(NULL, "name"));
}

static void test_currencies(void **state)
{
    (void)state;
    assert_int_equal(currency_digits("EUR"), 2);
    assert_int_equal(currency_digits("AED"), 2);
    assert_int_equal(currency_digits("ZWL"), 2);
    assert_int_equal(currency_digits("JPY"), 0);
    assert_int_equal(currency_digits("KWD"), 3);
    assert_int_equal(currency_digits("CLF"), 4);
    static const char *const none[] = {"", "EU", "EURO", "eur", "XXX", "XAU", "ED ", "D A", "E\xc3\xbc"};
    for (size_t i = 0; i < COUNT(none); i++)
        assert_int_equal(currency_digits(none[i]), -1);
    assert_int_equal(currency_digits(NULL), -1);
}

static void test_countries(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_string_equal(country_name("DE"), "Germany");
    assert_string_equal(country_name("CI"), "C\xc3\xb4te d'Ivoire");
    assert_null(country_name("de"));
    assert_null(country_name("XX"));
    assert_null(country_name(""));
    assert_null(country_name(NULL));
    assert_int_equal(country_count(), 249);
    for (size_t i = 0; i < country_count(); i++) {
        assert_int_equal(strlen(country_code_at(i)), 2);
        const char *name = country_name(country_code_at(i));
        assert_true(utf8_valid(name, strlen(name)));
        if (i)
            assert_true(strcmp(text_fold(a, country_name(country_code_at(i - 1))), text_fold(a, name)) < 0);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_squeeze),
        cmocka_unit_test(test_fold),
        cmocka_unit_test(test_fold_long),
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_real),
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_money_digits),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_currencies),
        cmocka_unit_test(test_countries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
