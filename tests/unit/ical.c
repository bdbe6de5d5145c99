/* iCalendar: folding, escaping, days and times (RFC 5545). What a client makes of it:
 * tests/scenarios/reviews.mjs. */
#include "base/ical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *written(struct buf *b, const struct ical_event *e)
{
    ical_event(b, e);
    return buf_str(b);
}

static void test_no_line_is_longer_than_75_octets_and_none_ends_within_a_character(void **state)
{
    struct buf b = buf_new(1 << 20);
    char summary[600];
    (void)state;
    for (size_t i = 0; i + 2 < sizeof summary; i += 2)
        summary[i] = (char)0xC3, summary[i + 1] = (char)0xA4; /* ä */
    summary[sizeof summary - 2] = 0;
    const char *text = written(&b, &(struct ical_event){.uid = "u", .day = {20000}, .summary = summary});
    for (const char *p = text; *p;) {
        const char *end = strstr(p, "\r\n");
        assert_non_null(end);
        assert_true(end - p <= 75);
        assert_true(((unsigned char)end[-1] & 0xC0) == 0x80 || (unsigned char)end[-1] < 0x80);
        p = end + 2;
        assert_true(*p != ' ' || ((unsigned char)p[1] & 0xC0) != 0x80);
    }
    buf_free(&b);
}

static void test_texts_are_escaped_and_bring_no_lines_of_their_own(void **state)
{
    struct buf b = buf_new(1 << 20);
    (void)state;
    const char *text = written(
        &b, &(struct ical_event){
                .uid = "u", .day = {20000}, .summary = "a;b,c\\d\ne\r\x01", .url = "https://x/a,b;c"});
    assert_non_null(strstr(text, "\r\nSUMMARY:a\\;b\\,c\\\\d\\ne\r\n"));
    assert_non_null(strstr(text, "\r\nURL:https://x/a,b;c\r\n"));
    buf_free(&b);
}

static void test_times_are_utc_and_days_are_days(void **state)
{
    struct buf b = buf_new(1 << 20);
    struct ical_event e = {.uid = "u",
        .starts = {INT64_C(1786962600) * US_PER_SECOND},
        .minutes = 45,
        .summary = "s",
        .cancelled = true};
    (void)state;
    const char *text = written(&b, &e);
    assert_non_null(strstr(text, "\r\nDTSTART:20260817T103000Z\r\nDTEND:20260817T111500Z\r\n"));
    assert_non_null(strstr(text, "\r\nSTATUS:CANCELLED\r\n"));
    buf_clear(&b);
    e = (struct ical_event){.uid = "u", .day = date_make(2026, 12, 31), .summary = "s", .sequence = 3};
    text = written(&b, &e);
    assert_non_null(strstr(text, "\r\nDTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n"));
    assert_non_null(strstr(text, "\r\nSEQUENCE:3\r\nSTATUS:CONFIRMED\r\n"));
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_line_is_longer_than_75_octets_and_none_ends_within_a_character),
        cmocka_unit_test(test_texts_are_escaped_and_bring_no_lines_of_their_own),
        cmocka_unit_test(test_times_are_utc_and_days_are_days)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
