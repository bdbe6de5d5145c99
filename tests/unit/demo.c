/* The demo: names that cannot collide, tables that agree with each other, and the whole as it is told. */
#include "app/demo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- dice and names ---- */

static void test_dice(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct dice one = {7}, same = {7}, other = {8};
    unsigned seen = 0;
    assert_int_equal(dice_next(&one), dice_next(&same));
    assert_int_not_equal(dice_next(&one), dice_next(&other));
    for (int i = 0; i < 1000; i++) {
        int v = dice_between(&one, -2, 3);
        assert_in_range(v + 2, 0, 5);
        seen |= 1U << (v + 2);
        assert_int_equal(dice_below(&one, 1), 0);
        assert_non_null(strstr("a|bc|d", dice_pick(&one, a, "a|bc|d")));
        assert_null(strchr(dice_pick(&one, a, "a|bc|d"), '|'));
        assert_string_equal(dice_pick(&one, a, "alone"), "alone");
    }
    assert_int_equal(seen, 63);
    arena_free(a);
}

static void test_take(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct demo_taken t = demo_taken_new(a, 2);
    assert_true(demo_take(&t, a, "Korvath"));
    assert_false(demo_take(&t, a, "KORVATH"));
    assert_true(demo_take(&t, a, "Søl"));
    assert_false(demo_take(&t, a, "Sol")); /* the same to a match */
    assert_false(demo_take(&t, a, "Full"));
    arena_free(a);
}

static void test_companies(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct dice d = {1}, again = {1};
    struct demo_taken taken = demo_taken_new(a, 3000), taken_again = demo_taken_new(a, 3000);
    struct demo_taken domains = demo_taken_new(a, 3000);
    for (int i = 0; i < 2500; i++) {
        const struct demo_country *k = demo_country_any(&d);
        struct demo_company c = demo_company_new(a, &d, &taken, k);
        struct demo_company same = demo_company_new(a, &again, &taken_again, demo_country_any(&again));
        assert_string_equal(c.name, same.name);
        assert_string_equal(c.country, k->code);
        assert_non_null(strstr(c.name, c.core));
        assert_non_null(strstr(c.name, c.plain));
        assert_string_equal(match_domain(a, c.domain), c.domain);
        assert_non_null(strstr(c.domain, ".example"));
        assert_true(demo_take(&domains, a, c.domain));
        assert_true(*match_name_key(a, c.plain) != 0);
    }
    arena_free(a);
}

static void test_subsidiary(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct dice d = {3};
    struct demo_company parent = {.core = "Korvath", .name = "Korvath Maschinenbau GmbH", .country = "DE"};
    struct demo_company c = demo_company_subsidiary(a, &d, &parent, demo_country("FR"));
    assert_string_equal(c.country, "FR");
    assert_memory_equal(c.name, "Korvath ", 8);
    assert_non_null(strstr(c.domain, "-fr.example"));
    arena_free(a);
}

static void test_people(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_string_equal(demo_email(a, "Séamus O’Brien-Lally", "x.example"), "seamus.o.brien.lally@x.example");
    assert_string_equal(demo_email(a, "Wim de Roo", "x.example"), "wim.de.roo@x.example");
    arena_free(a);
}

/* ---- tables ---- */

static bool is_example(const char *domain)
{
    size_t n = strlen(domain);
    return n > 8 && streq(domain + n - 8, ".example");
}

static const struct demo_partner *partner(const char *name)
{
    for (size_t i = 0; i < demo_n_partners; i++)
        if (streq(demo_partners[i].name, name))
            return &demo_partners[i];
    return NULL;
}

static bool is_staff(const char *name, const char *role)
{
    for (size_t i = 0; i < demo_n_staff; i++)
        if (streq(demo_staff[i].name, name))
            return !role || streq(demo_staff[i].role, role);
    return false;
}

static void test_partners(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct demo_taken names = demo_taken_new(a, 100), domains = demo_taken_new(a, 100);
    assert_int_equal(demo_n_partners, 40);
    for (size_t i = 0; i < demo_n_partners; i++) {
        const struct demo_partner *p = &demo_partners[i];
        assert_true(demo_take(&names, a, p->name));
        assert_true(demo_take(&domains, a, p->domain));
        assert_true(is_example(p->domain));
        assert_non_null(demo_country(p->country));
        assert_true(is_staff(p->manager, "partner_manager"));
        assert_in_range(p->joined, 1, DEMO_DAYS - 1);
        assert_in_range(p->weight, 1, 22);
        if (p->parent) {
            assert_non_null(partner(p->parent));
            assert_true(partner(p->parent)->joined > p->joined);
        }
        for (const char *s = p->sells; *s; s += 2 + (s[2] == '|'))
            assert_non_null(demo_country(arena_strndup(a, s, 2)));
    }
    arena_free(a);
}

static void test_script(void **state)
{
    (void)state;
    for (size_t i = 0; i < demo_n_script; i++) {
        const struct demo_script *s = &demo_script[i];
        const struct demo_partner *p = partner(s->partner);
        assert_non_null(p);
        assert_true(!s->person || strstr(p->people, s->person));
        assert_true(!s->domain || is_example(s->domain));
        assert_in_range(s->line, 0, LINE_COUNT - 1);
        assert_true(s->days_ago < p->joined);
        assert_true((s->days_ago > 0) != (s->hours_ago > 0));
    }
    for (size_t i = 0; i < demo_n_script_accounts; i++) {
        const struct demo_script_account *s = &demo_script_accounts[i];
        assert_true(is_example(s->domain));
        assert_true(!s->owner || is_staff(s->owner, "vendor_seller"));
        assert_true(streq(s->status, "open") || s->owner);
    }
}

/* ---- the whole ---- */

struct told {
    char folder[32];
    struct app app;
    struct demo demo;
};

static int tell(void **state)
{
    struct told *t = calloc(1, sizeof *t);
    const char *error;
    static char url[64];
    snprintf(t->folder, sizeof t->folder, "/tmp/tandem-demo.XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    snprintf(url, sizeof url, "sqlite:%s/demo.db", t->folder);
    assert_true(app_open(&t->app, &(struct app_options){.url = url, .create = true}, &error));
    assert_int_equal(demo_tell(&t->app, 1, &t->demo), OK);
    *state = t;
    return 0;
}

static int forget(void **state)
{
    struct told *t = *state;
    char path[64];
    app_close(&t->app);
    static const char *const files[] = {"demo.db", "demo.db.key", "demo.db-wal", "demo.db-shm"};
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", t->folder, files[i]);
        unlink(path);
    }
    rmdir(t->folder);
    free(t);
    return 0;
}

static int64_t count(struct told *t, const char *sql)
{
    struct arena *a = arena_new();
    struct rows rows;
    struct db *db = db_pool_take(t->app.pool);
    assert_int_equal(db_begin_read(db), OK);
    assert_int_equal(db_query(db, a, &rows, sql, NULL, 0), OK);
    int64_t n = cell_int(&rows, 0, 0);
    db_rollback(db);
    db_pool_give(t->app.pool, db);
    arena_free(a);
    return n;
}

static void test_sizes(void **state)
{
    struct told *t = *state;
    assert_int_equal(count(t, "select count(*) from partner"), 40);
    assert_int_equal(
        count(t, "select count(*) from account where source = 'crm'"), DEMO_ACCOUNTS + DEMO_TWICE);
    assert_true(count(t, "select count(*) from duplicate where state = 'open'") > 5);
    assert_int_equal(count(t, "select count(*) from account where merged_into is not null"), 1);
    assert_int_equal(count(t, "select count(*) from opportunity"),
        DEMO_OPPORTUNITIES + count(t, "select count(*) from registration where opportunity_id is not null") +
            count(t, "select count(distinct opportunity_id) from lead"));
    assert_int_equal(count(t, "select count(*) from registration"), t->demo.n_registrations);
    assert_int_equal(t->demo.n_registrations, DEMO_REGISTRATIONS + demo_n_script);
    assert_int_equal(count(t, "select count(*) from programme_version"), 2);
    assert_int_equal(count(t, "select count(distinct role) from person"), 8);
}

/* Every state and every kind of reason is there to be looked at. */
static void test_variety(void **state)
{
    struct told *t = *state;
    assert_int_equal(count(t, "select count(distinct state) from registration"), 8);
    assert_int_equal(
        count(
            t, "select count(*) from (select state from registration group by state having count(*) < 8) s"),
        0);
    assert_true(count(t, "select count(distinct rule) from decision") >= 11);
    assert_int_equal(count(t, "select count(distinct state) from opportunity"), 3);
    assert_int_equal(
        count(t, "select count(*) from opportunity where state = 'won' and stage = 'discovery'"), 0);
    assert_true(count(t, "select count(*) from account where parent_id is not null") > 100);
    assert_true(count(t, "select count(*) from custom_value where noun = 'registration'") > 300);
    assert_true(count(t, "select count(distinct state) from extension") == 3);
    assert_true(count(t, "select count(*) from waitlist_entry where state = 'waiting'") > 2);
    assert_true(count(t, "select count(distinct state) from cosell_request") >= 5);
    assert_true(count(t, "select count(*) from cosell_chance") > 50);
    assert_true(count(t, "select count(*) from registration where lapse_reason = 'no_activity'") > 5);
    assert_true(
        count(t,
            "select count(*) from registration where state = 'approved' and heartbeat_told is not null") > 2);
}

/* The feed tells the story in its order, and nothing of it lies ahead of now. */
static void test_order(void **state)
{
    struct told *t = *state;
    assert_int_equal(
        count(t, "select count(*) from event e join event f on f.seq = e.seq + 1 where f.at < e.at"), 0);
    assert_true(count(t, "select max(at) from event") <= instant_now().us);
    assert_int_equal(count(t, "select count(*) from event"), count(t, "select max(seq) from event"));
}

/* What the tour promises, deal by deal. */
static void test_scripted(void **state)
{
    struct told *t = *state;
    assert_int_equal(count(t, "select count(*) from registration where state = 'review'"), 9);
    assert_int_equal(count(t, "select count(*) from registration r join partner p on p.id = r.partner_id "
                              "where p.name = 'Brightwater Integration' and r.state = 'approved'"),
        15);
    assert_int_equal(count(t, "select count(*) from registration r where r.company = 'Vintry Mutual' "
                              "and r.state = 'declined' and r.rule = 'taken'"),
        1);
    assert_int_equal(count(t, "select count(*) from registration where rule = 'looks_alike' and state = "
                              "'review' and company = 'Hollyn Bearings'"),
        1);
    assert_int_equal(count(t, "select count(*) from registration where company = 'Dunmarrow Council' and "
                              "state = 'lapsed'"),
        1);
    assert_int_equal(count(t, "select count(*) from protection p join account a on a.id = p.account_id "
                              "where a.domain = 'thornquay.example' and p.state = 'live'"),
        1);
    assert_int_equal(count(t, "select count(*) from protection p join account a on a.id = p.account_id "
                              "where a.domain = 'glenmorra.example'"),
        0);
}

/* Nobody's protection has passed its day, and every open one is its registration's. */
static void test_protections(void **state)
{
    struct told *t = *state;
    assert_int_equal(count(t, "select count(*) from registration where state in ('approved', 'converted')"),
        count(t, "select count(*) from protection where state = 'live'"));
    char sql[128];
    snprintf(sql, sizeof sql, "select count(*) from protection where state = 'live' and until < %lld",
        (long long)t->demo.now.us - 10 * 1000000);
    assert_int_equal(count(t, sql), 0);
}

int main(void)
{
    const struct CMUnitTest plain[] = {
        cmocka_unit_test(test_dice),
        cmocka_unit_test(test_take),
        cmocka_unit_test(test_companies),
        cmocka_unit_test(test_subsidiary),
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_partners),
        cmocka_unit_test(test_script),
    };
    const struct CMUnitTest told[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_variety),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_scripted),
        cmocka_unit_test(test_protections),
    };
    int failed = cmocka_run_group_tests_name("demo_tables", plain, NULL, NULL);
    return failed + cmocka_run_group_tests_name("demo_told", told, tell, forget);
}
