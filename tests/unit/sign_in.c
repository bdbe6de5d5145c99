/* One-time codes, the strength of passwords, the line for heavy work, how often something may be tried. */
#include "base/throttle.h"
#include "engine/sign_in/password.h"
#include "engine/sign_in/strength.h"
#include "engine/sign_in/totp.h"
#include "runtime/heavy.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

static const char sha1_secret[] = "12345678901234567890"; /* of both RFCs */

/* RFC 4226, appendix D. */
static void hotp_vectors(void **state)
{
    static const char *const codes[] = {
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"};
    char code[9];
    (void)state;
    for (uint64_t i = 0; i < COUNT(codes); i++) {
        hotp_code(sha1_secret, 20, i, 6, code);
        assert_string_equal(code, codes[i]);
    }
}

/* RFC 6238, appendix B: the rows of SHA-1. */
static void totp_vectors(void **state)
{
    static const struct {
        int64_t seconds;
        const char *code;
    } rows[] = {{59, "94287082"}, {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    char code[9];
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct instant now = {rows[i].seconds * US_PER_SECOND};
        hotp_code(sha1_secret, 20, (uint64_t)totp_step(now), 8, code);
        assert_string_equal(code, rows[i].code);
        assert_int_equal(totp_match(sha1_secret, 20, rows[i].code + 2, now, 0), totp_step(now));
    }
}

static void a_code_works_near_its_time_and_once(void **state)
{
    struct instant now = {59 * US_PER_SECOND};
    (void)state;
    assert_int_equal(totp_match(sha1_secret, 20, "287 082", now, 0), 1);
    assert_int_equal(totp_match(sha1_secret, 20, "287082", now, 1), -1);
    assert_int_equal(totp_match(sha1_secret, 20, "359152", now, 1), 2);   /* a clock ahead */
    assert_int_equal(totp_match(sha1_secret, 20, "969429", now, -1), -1); /* too far ahead */
    static const char *const none[] = {"", "28708", "2870820", "28708x", "-87082", "287082\n"};
    for (size_t i = 0; i < COUNT(none); i++)
        assert_int_equal(totp_match(sha1_secret, 20, none[i], now, -1), -1);
}

static void a_secret_as_apps_take_it(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    assert_string_equal(base32_text(a, "foobar", 6), "MZXW6YTBOI"); /* RFC 4648, section 10 */
    assert_string_equal(base32_text(a, "f", 1), "MY");
    assert_string_equal(totp_address(a, "Vel mora", "a@b.example", "foobar", 6),
        "otpauth://totp/Vel%20mora:a%40b.example?secret=MZXW6YTBOI&issuer=Vel%20mora");
    arena_free(a);
}

static void what_somebody_would_try_first(void **state)
{
    static const char *const own[] = {
        "Maya Lindqvist", "maya@brightwater.example", "Brightwater Integration", NULL};
    static const char *const weak[] = {"aaaaaaaaaaaaaaaaaaaa", "123456789012", "98765432109876",
        "passwordpassword", "Password2026!", "qwertzuiopasdf", "maya.lindqvist", "MAYA@Brightwater1",
        "Brightwater2026!!", "correct horse battery staple"};
    static const char *const strong[] = {
        "mercury lantern 88", "gx7-kelp-oboe-3", "ein Kamel im Lift", "Zwölf Möwen fror"};
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(weak); i++)
        if (password_guesses(a, weak[i], own, COUNT(own)) >= PASSWORD_GUESSES)
            fail_msg("%s: %zu", weak[i], password_guesses(a, weak[i], own, COUNT(own)));
    for (size_t i = 0; i < COUNT(strong); i++)
        if (password_guesses(a, strong[i], own, COUNT(own)) < PASSWORD_GUESSES)
            fail_msg("%s: %zu", strong[i], password_guesses(a, strong[i], own, COUNT(own)));
    arena_free(a);
}

static void a_password_and_its_hash(void **state)
{
    struct arena *a = arena_new();
    const char *hash = password_hash(a, "mercury lantern 88");
    (void)state;
    assert_memory_equal(hash, "$argon2id$", 10);
    assert_null(strstr(hash, "mercury"));
    assert_string_not_equal(hash, password_hash(a, "mercury lantern 88"));
    assert_true(password_matches(hash, "mercury lantern 88"));
    assert_false(password_matches(hash, "mercury lantern 89"));
    assert_false(password_matches(NULL, "nobody's")); /* not even the stand-in's own */
    arena_free(a);
}

/* Stands before libsodium's own: counts what takes the time of a sign-in. */
static int comparisons;
int crypto_pwhash_str_verify(
    const char hash[crypto_pwhash_STRBYTES], const char *const password, unsigned long long n)
{
    int (*own)(const char *, const char *, unsigned long long) = NULL;
    *(void **)&own = dlsym(RTLD_NEXT, "crypto_pwhash_str_verify");
    comparisons++;
    return own(hash, password, n);
}

/* Whether somebody has an address must not be told by the time that its password takes. */
static void nobodys_password_costs_one_comparison_too(void **state)
{
    struct arena *a = arena_new();
    const char *hash = password_hash(a, "mercury lantern 88");
    (void)state;
    comparisons = 0;
    assert_false(password_matches(hash, "something quite wrong"));
    assert_int_equal(comparisons, 1);
    assert_false(password_matches(NULL, "something quite wrong"));
    assert_int_equal(comparisons, 2);
    arena_free(a);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int done;

static void wait_at_gate(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    atomic_fetch_add(&done, 1);
}

static void a_full_line_refuses_at_once_and_loses_nothing(void **state)
{
    enum { THREADS = 2, LINE = 4 };
    struct heavy *h = heavy_start(THREADS, LINE);
    int taken = 0;
    (void)state;
    pthread_mutex_lock(&gate);
    for (int i = 0; i < 100; i++)
        taken += heavy_submit(h, wait_at_gate, NULL);
    pthread_mutex_unlock(&gate);
    heavy_stop(h); /* lets what was taken end */
    assert_in_range(taken, LINE, THREADS + LINE);
    assert_int_equal(atomic_load(&done), taken);
}

static void so_many_tries_in_a_window(void **state)
{
    struct throttle *t = throttle_new();
    struct instant now = {1780000000 * US_PER_SECOND};
    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(throttle_take(t, "password", "maya", 3, 60, now), 0);
    now.us += 20 * US_PER_SECOND;
    assert_in_range(throttle_take(t, "password", "maya", 3, 60, now), 40, 41);
    assert_int_equal(throttle_take(t, "password", "otto", 3, 60, now), 0);
    assert_int_equal(throttle_take(t, "code", "maya", 3, 60, now), 0);
    throttle_give(t, "password", "maya");
    assert_int_equal(throttle_take(t, "password", "maya", 3, 60, now), 0);
    now.us += 41 * US_PER_SECOND;
    assert_int_equal(throttle_take(t, "password", "maya", 3, 60, now), 0);
    assert_int_equal(throttle_take(NULL, "password", "maya", 0, 60, now), 0);
    throttle_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hotp_vectors), cmocka_unit_test(totp_vectors),
        cmocka_unit_test(a_code_works_near_its_time_and_once), cmocka_unit_test(a_secret_as_apps_take_it),
        cmocka_unit_test(what_somebody_would_try_first), cmocka_unit_test(a_password_and_its_hash),
        cmocka_unit_test(nobodys_password_costs_one_comparison_too),
        cmocka_unit_test(a_full_line_refuses_at_once_and_loses_nothing),
        cmocka_unit_test(so_many_tries_in_a_window)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
