#include "base/log.h"

#include "base/json.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

/* What FN writes to standard error, in ARENA. */
static char *captured(struct arena *a, void (*fn)(void))
{
    FILE *f = tmpfile();
    assert_non_null(f);
    int saved = dup(STDERR_FILENO);
    dup2(fileno(f), STDERR_FILENO);
    fn();
    dup2(saved, STDERR_FILENO);
    close(saved);
    size_t size = (size_t)lseek(fileno(f), 0, SEEK_END);
    char *text = arena_calloc(a, 1, size + 1);
    rewind(f);
    assert_int_equal(fread(text, 1, size, f), size);
    fclose(f);
    return text;
}

static size_t count_lines(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += *s == '\n';
    return n;
}

static void write_levels(void)
{
    log_debug("no");
    log_info("no");
    log_warn("disk at %d%%", 91);
    log_error("gone");
}

static void test_levels(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    log_setup(LOG_WARN, false);
    char *text = captured(a, write_levels);
    assert_int_equal(count_lines(text), 2);
    assert_non_null(strstr(text, "Z level=warn msg=\"disk at 91%\"\nts="));
    assert_non_null(strstr(text, "Z level=error msg=gone\n"));
    int year, month, day, hour, minute, second, ms;
    assert_int_equal(
        sscanf(text, "ts=%4d-%2d-%2dT%2d:%2d:%2d.%3dZ ", &year, &month, &day, &hour, &minute, &second, &ms),
        7);
    arena_free(a);
}

static void write_hostile(void)
{
    log_set_request("r1 level=error");
    log_info("%s",
        "x\" level=error\nts=2026 level=error msg=forged \\ \x1b[2J \xc2\x85 \xe2\x80\xa8 \xff \xc3\xa9");
    log_set_request(NULL);
    log_info("%s", "");
}

static void test_hostile(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    log_setup(LOG_INFO, false);
    char *text = captured(a, write_hostile);
    assert_int_equal(count_lines(text), 2);
    assert_non_null(strstr(text, " level=info msg=\"x\\\" level=error\\nts=2026 level=error msg=forged \\\\ "
                                 "\\u001b[2J \\u0085 \\u2028 "
                                 "\\ufffd \xc3\xa9\" req=\"r1 level=error\"\n"));
    assert_non_null(strstr(text, " level=info msg=\"\"\n"));
    arena_free(a);
}

static void test_json(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *error;
    log_setup(LOG_INFO, true);
    char *text = captured(a, write_hostile);
    log_setup(LOG_INFO, false);
    char *end = strchr(text, '\n');
    json_t *v = json_read(a, text, (size_t)(end - text), &error);
    assert_non_null(v);
    assert_string_equal(json_string_value(json_object_get(v, "level")), "info");
    assert_string_equal(json_string_value(json_object_get(v, "req")), "r1 level=error");
    assert_string_equal(json_string_value(json_object_get(v, "msg")),
        "x\" level=error\nts=2026 level=error msg=forged \\ "
        "\x1b[2J \xc2\x85 \xe2\x80\xa8 \xef\xbf\xbd \xc3\xa9");
    v = json_read(a, end + 1, strlen(end + 1), &error);
    assert_int_equal(json_object_size(v), 3);
    arena_free(a);
}

static void write_long(void)
{
    char text[20001];
    memset(text, 0xc3, sizeof text - 1); /* no UTF-8: every byte grows */
    text[sizeof text - 1] = 0;
    log_info("%s", text);
}

static void test_long(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    char *text = captured(a, write_long);
    assert_int_equal(count_lines(text), 1);
    assert_non_null(strstr(text, "\\ufffd\\ufffd\"\n"));
    assert_true(strlen(text) < 30000);
    arena_free(a);
}

static void *write_many(void *name)
{
    log_set_request(name);
    for (int i = 0; i < 200; i++)
        log_info("line");
    return NULL;
}

static void write_threads(void)
{
    static char names[4][2] = {"0", "1", "2", "3"};
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, names[i]), 0);
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_join(threads[i], NULL);
}

/* Lines stay whole, and each has the request of its own thread. */
static void test_threads(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    size_t seen[4] = {0};
    for (char *line = captured(a, write_threads), *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end);
        int request = end[-1] - '0';
        assert_true(request >= 0 && request < 4);
        seen[request]++;
        assert_memory_equal(line, "ts=", 3);
        assert_memory_equal(end - strlen(" level=info msg=line req=0"), " level=info msg=line req=", 25);
    }
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_int_equal(seen[i], 200);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
