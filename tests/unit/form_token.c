/* Tokens of forms without a cookie: made for one thing, with one key, for a day; no two alike. */
#include "runtime/form_token.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOUR (3600 * US_PER_SECOND)

static const struct instant noon = {1780000000000000};

static struct instant later(int64_t us)
{
    return (struct instant){noon.us + us};
}

static void a_token_holds_for_what_it_was_made(void **state)
{
    struct arena *a = arena_new();
    const char *token = form_token_new(a, "key", "one", noon);
    (void)state;
    assert_true(form_token_valid("key", "one", token, noon));
    assert_false(form_token_valid("other", "one", token, noon));
    assert_false(form_token_valid("key", "two", token, noon));
    assert_string_not_equal(token, form_token_new(a, "key", "one", noon));
    arena_free(a);
}

static void a_token_grows_old(void **state)
{
    struct arena *a = arena_new();
    const char *token = form_token_new(a, "key", "one", noon);
    (void)state;
    assert_true(form_token_valid("key", "one", token, later(FORM_TOKEN_HOURS * HOUR)));
    assert_false(form_token_valid("key", "one", token, later(FORM_TOKEN_HOURS * HOUR + 1)));
    arena_free(a);
}

static void a_token_may_come_from_a_clock_that_is_a_little_ahead(void **state)
{
    struct arena *a = arena_new();
    const char *token = form_token_new(a, "key", "one", noon);
    (void)state;
    assert_true(form_token_valid("key", "one", token, later(-FORM_TOKEN_SKEW_S * US_PER_SECOND)));
    assert_false(form_token_valid("key", "one", token, later(-FORM_TOKEN_SKEW_S * US_PER_SECOND - 1)));
    arena_free(a);
}

static void a_changed_token_is_none(void **state)
{
    struct arena *a = arena_new();
    const char *token = form_token_new(a, "key", "one", noon);
    char *changed = arena_strdup(a, token);
    (void)state;
    for (size_t i = 0; changed[i]; i++) {
        char was = changed[i];
        changed[i] = was == 'A' ? 'B' : 'A';
        assert_false(form_token_valid("key", "one", changed, noon));
        changed[i] = was;
    }
    assert_true(form_token_valid("key", "one", changed, noon));
    assert_false(form_token_valid("key", "one", "", noon));
    assert_false(form_token_valid("key", "one", NULL, noon));
    assert_false(form_token_valid("key", "one", arena_printf(a, "%sA", token), noon));
    assert_false(form_token_valid("key", "one", "not base64!", noon));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_holds_for_what_it_was_made),
        cmocka_unit_test(a_token_grows_old),
        cmocka_unit_test(a_token_may_come_from_a_clock_that_is_a_little_ahead),
        cmocka_unit_test(a_changed_token_is_none),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
