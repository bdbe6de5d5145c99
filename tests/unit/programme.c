/* The programme's versions: from a day on, whatever the zone does that night; old ones replay for ever. */
#include "app/app.h"
#include "app/setup.h"
#include "base/json.h"
#include "domain/programme/changes.h"
#include "domain/programme/document_merge.h"
#include "domain/programme/draft.h"
#include "domain/programme/publish.h"
#include "domain/registration/registration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct site_of_one {
    char folder[40], url[80];
    struct app app;
};

static enum status begin(struct call *c)
{
    c->now = (struct instant){date_make(2027, 1, 1).days * US_PER_DAY};
    return setup_programme(c, programme_default, "The first", 0);
}

static int open_one(void **state)
{
    struct site_of_one *t = calloc(1, sizeof *t);
    const char *error;
    snprintf(t->folder, sizeof t->folder, "/tmp/tandem-programme.XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->url, sizeof t->url, "sqlite:%s/p.db", t->folder);
    assert_true(app_open(&t->app, &(struct app_options){.url = t->url, .create = true}, &error));
    assert_int_equal(app_seed(&t->app, begin, NULL), OK);
    *state = t;
    return 0;
}

static int close_one(void **state)
{
    struct site_of_one *t = *state;
    static const char *const files[] = {"p.db", "p.db.key", "p.db-wal", "p.db-shm"};
    char path[80];
    app_close(&t->app);
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof path, "%s/%s", t->folder, files[i]);
        unlink(path);
    }
    rmdir(t->folder);
    free(t);
    return 0;
}

/* The built-in document with one limit and zone of its own. */
static const char *document(struct arena *a, const char *zone, int activity_days)
{
    const char *error;
    json_t *d = json_read(a, programme_default, strlen(programme_default), &error);
    json_object_set_new(json_object_get(d, "programme"), "zone", json_string(zone));
    json_object_set_new(json_object_get(d, "limits"), "activity_days", json_integer(activity_days));
    const char *hash;
    return programme_canonical(a, d, &hash);
}

static enum status schedule(struct site_of_one *t, const char *text, const char *day, struct instant now)
{
    struct given g[] = {{.name = "document", .value = v_text(text), .loose = true},
        {.name = "effective_day", .value = v_text(day), .loose = true}};
    struct call *c = app_call(&t->app, &system_viewer);
    c->now = now;
    enum status s = app_do(&t->app, c, &programme_apply, g, day ? 2 : 1);
    problem_print(c->problem);
    arena_free(c->arena);
    return s;
}

static int64_t in_force(struct site_of_one *t, struct instant now)
{
    struct call *c = app_call(&t->app, &system_viewer);
    const struct programme *p;
    c->now = now;
    c->db = db_pool_take(t->app.pool);
    assert_int_equal(db_begin_read(c->db), OK);
    assert_int_equal(programme_active(c, &p), OK);
    int64_t number = p->number;
    db_rollback(c->db);
    db_pool_give(t->app.pool, c->db);
    arena_free(c->arena);
    return number;
}

/* The instant before and the instant of a day's beginning there, given in UTC. */
static void expect_turn(struct site_of_one *t, const char *utc, int64_t before, int64_t after)
{
    struct instant turn;
    assert_true(instant_parse(utc, &turn));
    assert_int_equal(in_force(t, (struct instant){turn.us - 1}), before);
    assert_int_equal(in_force(t, turn), after);
}

static void a_version_holds_from_the_beginning_of_its_day(void **state)
{
    struct site_of_one *t = *state;
    struct arena *a = arena_new();
    struct instant now = {date_make(2027, 1, 2).days * US_PER_DAY};
    /* An ordinary day, the day on which summer begins, a leap day, a day that has no midnight. */
    assert_int_equal(schedule(t, document(a, "Europe/Berlin", 11), "2027-02-01", now), OK);
    assert_int_equal(schedule(t, document(a, "Europe/Berlin", 12), "2027-03-28", now), OK);
    assert_int_equal(schedule(t, document(a, "America/New_York", 13), "2028-02-29", now), OK);
    assert_int_equal(schedule(t, document(a, "Asia/Beirut", 14), "2028-03-26", now), OK);
    assert_int_equal(in_force(t, now), 1);
    expect_turn(t, "2027-01-31T23:00:00Z", 1, 2);
    expect_turn(t, "2027-03-27T23:00:00Z", 2, 3);
    expect_turn(t, "2028-02-29T05:00:00Z", 3, 4);
    expect_turn(t, "2028-03-25T22:00:00Z", 4, 5);
    /* Nothing comes in before what is scheduled already; a day that has begun is at once. */
    assert_int_equal(schedule(t, document(a, "Europe/Berlin", 15), "2027-06-01", now), REFUSED);
    assert_int_equal(schedule(t, document(a, "Europe/Berlin", 15), NULL, now), REFUSED);
    struct instant later = {date_make(2028, 4, 2).days * US_PER_DAY + 3600 * US_PER_SECOND * 12};
    assert_int_equal(schedule(t, document(a, "Europe/Berlin", 16), "2028-04-02", later), OK);
    assert_int_equal(in_force(t, later), 6);
    arena_free(a);
}

/* ---- three into one ---- */

static json_t *read_json(struct arena *a, const char *text)
{
    const char *error;
    json_t *v = json_read(a, text, strlen(text), &error);
    assert_non_null(v);
    return v;
}

static const char *take_theirs(void *ctx, const char *path)
{
    (void)path;
    return ctx;
}

static void expect_merge(const char *base, const char *mine, const char *theirs, const char *side,
    const char *merged, size_t conflicts)
{
    struct call *c = call_new(arena_new(), NULL, &system_viewer, (struct instant){0});
    struct document_merge m;
    documents_merge(c, read_json(c->arena, base), read_json(c->arena, mine), read_json(c->arena, theirs),
        side ? take_theirs : NULL, (void *)(uintptr_t)side, &m);
    struct buf b = buf_in(c->arena, 4096);
    json_canonical(&b, m.document);
    assert_string_equal(buf_str(&b), merged);
    assert_int_equal(m.n, conflicts);
    json_decref(m.document);
    arena_free(c->arena);
}

#define R(id, more) "{\"id\":\"" id "\"" more "}"

static void both_sides_changes_stand(void **state)
{
    (void)state;
    expect_merge("{\"a\":1,\"b\":2}", "{\"a\":3,\"b\":2}", "{\"a\":1,\"b\":4}", NULL, "{\"a\":3,\"b\":4}", 0);
    /* added here, removed there, changed in different members of one rule */
    expect_merge("[" R("x", ",\"p\":1,\"q\":1") "," R("y", "") "]",
        "[" R("n", "") "," R("x", ",\"p\":2,\"q\":1") "," R("y", "") "]", "[" R("x", ",\"p\":1,\"q\":5") "]",
        NULL, "[" R("n", "") "," R("x", ",\"p\":2,\"q\":5") "]", 0);
    /* moved here, changed there */
    expect_merge("[" R("x", "") "," R("y", ",\"p\":1") "]", "[" R("y", ",\"p\":1") "," R("x", "") "]",
        "[" R("x", "") "," R("y", ",\"p\":2") "]", NULL, "[" R("y", ",\"p\":2") "," R("x", "") "]", 0);
}

static void what_both_changed_is_a_conflict(void **state)
{
    (void)state;
    expect_merge("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", NULL, "{\"a\":2}", 1);
    expect_merge("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "theirs", "{\"a\":3}", 1);
    /* removed here, changed there: neither is lost unseen */
    expect_merge("[" R("x", ",\"p\":1") "," R("y", "") "]", "[" R("y", "") "]",
        "[" R("x", ",\"p\":2") "," R("y", "") "]", NULL, "[" R("y", "") "]", 1);
    expect_merge("[" R("x", ",\"p\":1") "," R("y", "") "]", "[" R("y", "") "]",
        "[" R("x", ",\"p\":2") "," R("y", "") "]", "theirs", "[" R("x", ",\"p\":2") "," R("y", "") "]", 1);
    /* both moved, each in its way */
    expect_merge("[" R("x", "") "," R("y", "") "," R("z", "") "]",
        "[" R("y", "") "," R("x", "") "," R("z", "") "]", "[" R("x", "") "," R("z", "") "," R("y", "") "]",
        NULL, "[" R("y", "") "," R("x", "") "," R("z", "") "]", 1);
}

/* ---- moves ---- */

static void the_fewest_moves_are_told(void **state)
{
    (void)state;
    struct call *c = call_new(arena_new(), NULL, &system_viewer, (struct instant){0});
    const json_t *before =
        read_json(c->arena, "[" R("a", "") "," R("b", "") "," R("c", "") "," R("d", "") "]");
    const json_t *after =
        read_json(c->arena, "[" R("d", "") "," R("a", "") "," R("new", "") "," R("b", "") "," R("c", "") "]");
    const bool *moved = changes_moved(c, before, after, "id");
    static const bool expected[] = {true, false, false, false, false};
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(moved[i], expected[i]);
    arena_free(c->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_version_holds_from_the_beginning_of_its_day, open_one, close_one),
        cmocka_unit_test(both_sides_changes_stand),
        cmocka_unit_test(what_both_changed_is_a_conflict),
        cmocka_unit_test(the_fewest_moves_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
