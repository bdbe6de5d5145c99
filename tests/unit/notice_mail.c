/* Digests: at seven of the reader's morning, one for many, once whoever looks, late after a downtime. */
#include "domain/notice/letter.h"

#include "app/app.h"
#include "app/setup.h"
#include "base/log.h"
#include "domain/note/task.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "store_fixture.h"

#include <stdio.h>
#include <stdlib.h>

struct told {
    struct fixture *f;
    struct app app;
    struct db *reader;
};

static int64_t berlin_id, tokyo_id, partner_id;

static enum status add(struct call *c, const char *email, const char *zone, const char *notify, int64_t *id)
{
    struct person p = {.name = email,
        .email = email,
        .role = "partner_seller",
        .partner_id = {partner_id},
        .language = "en",
        .zone = zone,
        .notify = notify,
        .state = "active"};
    *id = 0;
    return noun_insert_beside(c, &person_noun, &p, id);
}

static enum status people(struct call *c)
{
    struct partner firm = {.name = "Brightwater", .country = "DE", .tier = "gold", .standing = "good"};
    partner_id = 0;
    TRY(setup_programme(c, programme_default, "test", 0));
    TRY(programme_open_call(c->programme, c));
    TRY(noun_insert_beside(c, &partner_noun, &firm, &partner_id));
    TRY(add(c, "b@b.example", NULL, "{\"task\":\"daily\",\"note\":\"weekly\"}", &berlin_id));
    return add(c, "t@b.example", "Asia/Tokyo", "{\"task\":\"daily\"}", &tokyo_id);
}

static struct told *begin(void **state)
{
    struct told *t = xcalloc(1, sizeof *t);
    const char *error = NULL;
    t->f = *state;
    char *key = arena_strdup(t->f->a, "/tmp/tandem-key-XXXXXX");
    close(mkstemp(key));
    unlink(key);
    struct app_options o = {
        .url = t->f->url, .key_path = key, .create = true, .log_name = "test/log", .lanes = 2};
    if (!app_open(&t->app, &o, &error))
        fail_msg("%s", error);
    unlink(key);
    t->reader = open_db(t->f, DB_READ);
    ASSERT_OK(app_seed(&t->app, people, NULL));
    return t;
}

static void end(struct told *t)
{
    db_close(t->reader);
    app_close(&t->app);
    free(t);
}

/* ---- telling at a time of our choice ---- */

static struct {
    int64_t person_id;
    enum notice_kind kind;
    const char *text;
    struct instant at;
} next;

static void write_text(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    (void)c, (void)lang, (void)ctx;
    out->subject = next.text;
}

static enum status tell_now(struct call *c)
{
    struct task task = {.text = next.text,
        .owner_id = {next.person_id},
        .partner_id = {partner_id},
        .side = "partner",
        .state = "open",
        .author_id = {next.person_id}};
    int64_t id = 0;
    c->now = next.at;
    TRY(programme_open_call(c->programme, c));
    TRY(noun_insert_beside(c, &task_noun, &task, &id));
    struct notice_about about = {.kind = next.kind, .noun = &task_noun, .id = id};
    return notify_person(c, next.person_id, &about, write_text, NULL);
}

static int64_t at(const char *iso)
{
    struct instant t;
    assert_true(instant_parse(iso, &t));
    return t.us;
}

static void tell(struct told *t, int64_t person_id, enum notice_kind kind, const char *iso, const char *text)
{
    next.person_id = person_id;
    next.kind = kind;
    next.text = text;
    next.at.us = at(iso);
    ASSERT_OK(app_seed(&t->app, tell_now, NULL));
}

static const struct clock *const table[] = {&notice_letter_clock, NULL};

static size_t fire(struct told *t, const char *iso)
{
    size_t fired;
    ASSERT_OK(clocks_run(t->reader, &tandem_model, table, t->app.committer, programme_open_call,
        t->app.programme, (struct instant){at(iso)}, &fired));
    return fired;
}

static int64_t count(struct told *t, const char *sql)
{
    return number(t->f, t->reader, sql);
}

/* Behind the program's back. */
static void change(struct told *t, const char *sql)
{
    struct db *db = open_db(t->f, DB_WRITE);
    run(db, sql);
    db_close(db);
}

#define MAILS "select count(*) from mail"

/* The programme is at home in Berlin; 2026-03-03 is a Tuesday. */
static void a_digest_comes_at_seven_where_its_reader_is(void **state)
{
    struct told *t = begin(state);
    tell(t, berlin_id, NOTICE_task, "2026-03-03T12:00:00Z", "one");
    tell(t, tokyo_id, NOTICE_task, "2026-03-03T12:00:00Z", "one");
    assert_int_equal(count(t, "select min(due) from notice_letter"), at("2026-03-03T22:00:00Z"));
    assert_int_equal(count(t, "select max(due) from notice_letter"), at("2026-03-04T06:00:00Z"));
    assert_int_equal(fire(t, "2026-03-03T22:00:00Z"), 0);
    assert_int_equal(fire(t, "2026-03-03T22:00:01Z"), 1);
    assert_int_equal(count(t, MAILS " where recipient = 't@b.example'"), 1);
    assert_int_equal(count(t, MAILS), 1);
    end(t);
}

static void many_notices_are_one_mail_a_day(void **state)
{
    struct told *t = begin(state);
    tell(t, berlin_id, NOTICE_task, "2026-03-03T05:00:00Z", "early");
    tell(t, berlin_id, NOTICE_task, "2026-03-03T06:30:00Z", "one");
    tell(t, berlin_id, NOTICE_task, "2026-03-03T18:00:00Z", "two");
    tell(t, berlin_id, NOTICE_task, "2026-03-04T05:59:00Z", "in the last minute");
    assert_int_equal(count(t, "select count(*) from notice_letter"), 3);
    assert_int_equal(fire(t, "2026-03-04T06:00:01Z"), 2);
    assert_int_equal(count(t, MAILS), 2);
    assert_int_equal(count(t, "select count(*) from mail where body like '%* one%' and body like '%* two%' "
                              "and body not like '%early%' and body not like '%minute%'"),
        1);
    assert_int_equal(fire(t, "2026-03-05T06:00:01Z"), 1); /* what was too late for the one before */
    end(t);
}

static void it_fires_once_and_late_after_a_downtime(void **state)
{
    struct told *t = begin(state);
    tell(t, berlin_id, NOTICE_task, "2026-03-03T12:00:00Z", "one");
    assert_int_equal(fire(t, "2026-03-20T12:00:00Z"), 1);
    assert_int_equal(fire(t, "2026-03-20T12:00:01Z"), 0);
    assert_int_equal(count(t, MAILS), 1);
    end(t);
}

static void a_weekly_one_comes_on_monday(void **state)
{
    struct told *t = begin(state);
    tell(t, berlin_id, NOTICE_note, "2026-03-03T12:00:00Z", "one");
    tell(t, berlin_id, NOTICE_note, "2026-03-28T12:00:00Z", "before the clocks change");
    assert_int_equal(count(t, "select min(due) from notice_letter"), at("2026-03-09T06:00:00Z"));
    assert_int_equal(count(t, "select max(due) from notice_letter"), at("2026-03-30T05:00:00Z"));
    end(t);
}

/* Nothing to tell, or nobody to tell it to. */
static void none_is_empty(void **state)
{
    struct told *t = begin(state);
    tell(t, berlin_id, NOTICE_task, "2026-03-03T12:00:00Z", "read");
    change(t, "update notice set state = 'read'");
    tell(t, tokyo_id, NOTICE_task, "2026-03-03T12:00:00Z", "gone");
    change(t, "update person set state = 'inactive' where zone is not null");
    assert_int_equal(fire(t, "2026-03-09T12:00:00Z"), 2);
    assert_int_equal(count(t, MAILS), 0);
    assert_int_equal(count(t, "select count(*) from notice_letter where state = 'empty'"), 2);
    end(t);
}

#define ALL(ON)                                                                                              \
    ON(a_digest_comes_at_seven_where_its_reader_is), ON(many_notices_are_one_mail_a_day),                    \
        ON(it_fires_once_and_late_after_a_downtime), ON(a_weekly_one_comes_on_monday), ON(none_is_empty)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(ON_SQLITE)}, postgres[] = {ALL(ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
