/* The weekly checkpoint: to whom it goes, in which language, once a week whoever looks, late after a
 * downtime. */
#include "domain/log/week.h"

#include "app/app.h"
#include "app/setup.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "store_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct weekly {
    struct fixture *f;
    struct app app;
    struct db *reader;
    char *key;
};

static enum status add(struct call *c, const char *email, const char *role, int64_t partner,
    const char *language, const char *state, const char *wish)
{
    struct person p = {.name = email,
        .email = email,
        .role = role,
        .partner_id = {partner},
        .language = language,
        .state = state,
        .checkpoint_mail = wish};
    int64_t id = 0;
    return noun_insert_beside(c, &person_noun, &p, &id);
}

static enum status people(struct call *c)
{
    struct partner firm = {.name = "Brightwater", .country = "DE", .tier = "gold", .standing = "good"};
    int64_t partner = 0;
    TRY(setup_programme(c, programme_default, "test", 0));
    TRY(programme_open_call(c->programme, c));
    TRY(noun_insert_beside(c, &partner_noun, &firm, &partner));
    TRY(add(c, "piet@b.example", "partner_admin", partner, "en", "active", NULL));
    TRY(add(c, "greta@b.example", "partner_admin", partner, "de", "active", NULL));
    TRY(add(c, "quiet@b.example", "partner_admin", partner, "en", "active", "off"));
    TRY(add(c, "gone@b.example", "partner_admin", partner, "en", "inactive", NULL));
    TRY(add(c, "maya@b.example", "partner_seller", partner, "en", "active", NULL));
    TRY(add(c, "keen@b.example", "partner_seller", partner, "en", "active", "on"));
    TRY(add(c, "edith@v.example", "auditor", 0, "en", "active", "on"));
    return add(c, "ruth@v.example", "operations", 0, "en", "active", NULL);
}

/* Something that stands in the log. */
static enum status enter(struct call *c)
{
    struct event *e = call_event(c, &partner_noun, 1, "test", "{}");
    e->statement = "{\"type\":\"test\"}";
    return OK;
}

static enum status await(struct call *c)
{
    TRY(programme_open_call(c->programme, c));
    return log_week_await(c);
}

static struct weekly *begin(void **state)
{
    struct weekly *t = xcalloc(1, sizeof *t);
    const char *error = NULL;
    t->f = *state;
    t->key = arena_strdup(t->f->a, "/tmp/tandem-key-XXXXXX");
    close(mkstemp(t->key));
    unlink(t->key);
    struct app_options o = {
        .url = t->f->url, .key_path = t->key, .create = true, .log_name = "test/log", .lanes = 2};
    if (!app_open(&t->app, &o, &error))
        fail_msg("%s", error);
    unlink(t->key);
    t->reader = open_db(t->f, DB_READ);
    ASSERT_OK(app_seed(&t->app, people, NULL));
    return t;
}

static void end(struct weekly *t)
{
    db_close(t->reader);
    app_close(&t->app);
    free(t);
}

static const struct clock *const table[] = {&log_week_clock, NULL};

static size_t fire(struct weekly *t, struct db *db, int64_t us)
{
    size_t fired;
    ASSERT_OK(clocks_run(db, &tandem_model, table, t->app.committer, programme_open_call, t->app.programme,
        (struct instant){us}, &fired));
    return fired;
}

static int64_t due(struct weekly *t)
{
    return number(t->f, t->reader, "select max(due) from log_week where state = 'waiting'");
}

static int64_t mails(struct weekly *t)
{
    return number(t->f, t->reader, "select count(*) from mail");
}

static void it_goes_to_whoever_wants_it(void **state)
{
    struct weekly *t = begin(state);
    struct rows rows;
    ASSERT_OK(app_seed(&t->app, enter, NULL));
    ASSERT_OK(app_seed(&t->app, await, NULL));
    assert_int_equal(fire(t, t->reader, due(t) + 1), 1);
    ASSERT_OK(db_query(
        t->reader, t->f->a, &rows, "select recipient, subject, body from mail order by recipient", NULL, 0));
    static const char *const want[] = {
        "edith@v.example", "greta@b.example", "keen@b.example", "piet@b.example"};
    assert_int_equal(rows.n, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++)
        assert_string_equal(cell_text(&rows, i, 0), want[i]);
    assert_non_null(strstr(cell_text(&rows, 1, 1), "ffentlichen Protokoll")); /* in her language */
    const char *body = cell_text(&rows, 3, 2);
    struct tree_head head;
    ASSERT_OK(tree_head_read(t->reader, t->f->a, "log", &head));
    assert_non_null(strstr(body, head.checkpoint));
    assert_non_null(strstr(body, "of size 1."));
    assert_non_null(strstr(body, "/log/check\n"));
    end(t);
}

static void it_goes_once_a_week_and_late_after_a_downtime(void **state)
{
    struct weekly *t = begin(state);
    ASSERT_OK(app_seed(&t->app, enter, NULL));
    ASSERT_OK(app_seed(&t->app, await, NULL));
    ASSERT_OK(app_seed(&t->app, await, NULL)); /* a restart makes no second one */
    assert_int_equal(number(t->f, t->reader, "select count(*) from log_week"), 1);
    int64_t first = due(t);
    assert_true(
        first > instant_now().us && first <= instant_now().us + 7 * US_PER_DAY + 3600 * US_PER_SECOND);
    struct civil c = civil_in(zone_get("Europe/Berlin"), (struct instant){first});
    assert_int_equal(c.weekday, 1);
    assert_int_equal(fire(t, t->reader, first), 0);
    assert_int_equal(fire(t, t->reader, first + 1), 1);
    assert_int_equal(fire(t, t->reader, first + 2), 0);
    assert_int_equal(mails(t), 4);
    assert_true(due(t) - first >= 7 * US_PER_DAY - 3600 * US_PER_SECOND);
    int64_t second = due(t);
    assert_int_equal(fire(t, t->reader, second + 20 * US_PER_DAY), 1); /* nearly three weeks late: once */
    assert_int_equal(fire(t, t->reader, second + 20 * US_PER_DAY + 1), 0);
    assert_int_equal(mails(t), 8);
    assert_true(
        due(t) > second + 20 * US_PER_DAY && due(t) <= second + 28 * US_PER_DAY + 3600 * US_PER_SECOND);
    end(t);
}

static void an_empty_log_is_no_news(void **state)
{
    struct weekly *t = begin(state);
    ASSERT_OK(app_seed(&t->app, await, NULL));
    assert_int_equal(fire(t, t->reader, due(t) + 1), 1);
    assert_int_equal(mails(t), 0);
    assert_int_equal(number(t->f, t->reader, "select count(*) from log_week where state = 'waiting'"), 1);
    end(t);
}

/* Several processes look at the same time. */
struct looker {
    struct weekly *site;
    int64_t at;
    size_t fired;
};

static void *look(void *arg)
{
    struct looker *l = arg;
    struct arena *a = arena_new();
    struct db *db = NULL;
    const char *error;
    if (db_open(&db, a, l->site->f->url, DB_READ, &error) == OK)
        l->fired = fire(l->site, db, l->at);
    db_close(db);
    arena_free(a);
    return NULL;
}

static void of_many_lookers_one_sends(void **state)
{
    struct weekly *t = begin(state);
    struct looker l[6];
    pthread_t thread[COUNT(l)];
    size_t fired = 0;
    ASSERT_OK(app_seed(&t->app, enter, NULL));
    ASSERT_OK(app_seed(&t->app, await, NULL));
    int64_t at = due(t) + 1; /* of this week: who sends it has the next week wait */
    for (size_t i = 0; i < COUNT(l); i++) {
        l[i] = (struct looker){.site = t, .at = at};
        assert_int_equal(pthread_create(&thread[i], NULL, look, &l[i]), 0);
    }
    for (size_t i = 0; i < COUNT(l); i++) {
        pthread_join(thread[i], NULL);
        fired += l[i].fired;
    }
    assert_int_equal(fired, 1);
    assert_int_equal(mails(t), 4);
    assert_int_equal(number(t->f, t->reader, "select count(*) from log_week"), 2);
    end(t);
}

#define ALL(ON)                                                                                              \
    ON(it_goes_to_whoever_wants_it), ON(it_goes_once_a_week_and_late_after_a_downtime),                      \
        ON(an_empty_log_is_no_news), ON(of_many_lookers_one_sends)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(ON_SQLITE)}, postgres[] = {ALL(ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
