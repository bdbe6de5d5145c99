/*
 * The life of a registration, from its approval to its end: extensions, heartbeat, reminders, waitlist; at
 * instants of the test's choosing, on both databases.
 */
#include "store_fixture.h"

#include "app/app.h"
#include "app/setup.h"
#include "base/id.h"
#include "base/log.h"
#include "domain/dispute/dispute.h"
#include "domain/opportunity/opportunity.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/registration/cap.h"
#include "domain/registration/extension.h"
#include "domain/registration/life.h"
#include "domain/registration/override.h"
#include "domain/registration/waitlist.h"
#include "runtime/clocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTNERS 4 /* each has one person, its admin; the second one's reads German */

struct world {
    struct fixture *f;
    struct app app;
    struct viewer seller[PARTNERS], manager;
    int64_t line;
    const struct zone *zone;
};

/* ---- the cast ---- */

static enum status seed_partner(struct call *c, struct world *w, size_t i)
{
    struct viewer *v = &w->seller[i];
    struct partner p = {.name = arena_printf(w->f->a, "Partner %zu", i),
        .country = "DE",
        .tier = "gold",
        .standing = "good",
        .types = ",reseller,",
        .manager_id = {w->manager.person_id}};
    *v = (struct viewer){.role = ROLE_PARTNER_ADMIN, .scopes = SCOPE_ALL, .name = "Seller"};
    TRY(noun_insert(c, &partner_noun, &p, &v->partner_id));
    struct person person = {.name = "Seller",
        .email = arena_printf(w->f->a, "seller@p%zu.example", i),
        .role = "partner_admin",
        .partner_id = {v->partner_id},
        .language = i == 1 ? "de" : "en",
        .state = "active"};
    TRY(noun_insert(c, &person_noun, &person, &v->person_id));
    int64_t id = 0;
    struct certification k = {
        .partner_id = {v->partner_id}, .product_line_id = {w->line}, .people = 3, .expires = {DATE_NONE}};
    return noun_insert(c, &certification_noun, &k, &id);
}

static enum status seed(struct call *c)
{
    struct world *w = c->in;
    struct person m = {
        .name = "Manager", .email = "m@v.example", .role = "operations", .language = "en", .state = "active"};
    struct product_line line = {.name = "Flowgate", .active = true};
    w->manager = (struct viewer){.role = ROLE_OPERATIONS, .scopes = SCOPE_ALL, .name = "Manager"};
    w->line = 0;
    TRY(noun_insert(c, &person_noun, &m, &w->manager.person_id));
    TRY(noun_insert(c, &product_line_noun, &line, &w->line));
    TRY(setup_programme(c, programme_default, "first", w->manager.person_id));
    for (size_t i = 0; i < PARTNERS; i++)
        TRY(seed_partner(c, w, i));
    return OK;
}

static struct world *open_world(void **state)
{
    struct world *w = xcalloc(1, sizeof *w);
    const char *error;
    w->f = *state;
    w->zone = zone_get("Europe/Berlin");
    struct app_options o = {.url = w->f->url,
        .create = true,
        .lanes = 2,
        .key_path = arena_printf(w->f->a, "/tmp/tandem-life-%d.key", (int)getpid())};
    unlink(o.key_path);
    if (!app_open(&w->app, &o, &error))
        fail_msg("%s", error);
    ASSERT_OK(app_seed(&w->app, seed, w));
    return w;
}

static void close_world(struct world *w)
{
    unlink(w->app.key_path);
    unlink(arena_printf(w->f->a, "%s/test.db.key", w->f->dir ? w->f->dir : "/tmp"));
    app_close(&w->app);
    free(w);
}

/* ---- doing things at an instant ---- */

static struct instant at(struct world *w, int y, int m, int d, int hour)
{
    return instant_in(w->zone, date_make(y, m, d), hour, 0, 0);
}

static struct instant days_later(struct world *w, struct instant t, int days)
{
    struct civil k = civil_in(w->zone, t);
    return instant_in(w->zone, (struct date){date_in(w->zone, t).days + days}, k.hour, k.minute, k.second);
}

#define GIVE(name_, text) ((struct given){.name = (name_), .value = v_text(text), .loose = true})

static enum status try_at(struct world *w, const struct viewer *v, struct instant t, const struct verb *verb,
    int64_t id, const struct given *g, size_t n, int64_t *result)
{
    struct call *c = app_call(&w->app, v);
    c->now = t;
    c->row_id = id;
    enum status s = app_do(&w->app, c, verb, g, n);
    if (result)
        *result = c->result_id;
    arena_free(c->arena);
    return s;
}

static int64_t register_at(struct world *w, size_t who, struct instant t, const char *company)
{
    struct civil k = civil_in(w->zone, t);
    struct given g[] = {GIVE("company", company), GIVE("country", "DE"), GIVE("product_line_id", "Flowgate"),
        GIVE("amount", "84000"), GIVE("close_month", arena_printf(w->f->a, "%04d-%02d", k.year + 1, k.month)),
        GIVE("relationship", "We met at a fair.")};
    int64_t id = 0;
    ASSERT_OK(try_at(w, &w->seller[who], t, &registration_register, 0, g, COUNT(g), &id));
    return id;
}

static enum status extend_at(struct world *w, size_t who, struct instant t, int64_t id, int age_days)
{
    struct date day = {date_in(w->zone, t).days - age_days};
    struct given g[] = {GIVE("evidence", "meeting"), GIVE("day", date_iso(w->f->a, day))};
    return try_at(w, &w->seller[who], t, &registration_extend, id, g, COUNT(g), NULL);
}

static enum status active_at(struct world *w, size_t who, struct instant t, int64_t id)
{
    struct given g[] = {GIVE("kind", "call")};
    return try_at(w, &w->seller[who], t, &registration_log_activity, id, g, COUNT(g), NULL);
}

static enum status do_at(
    struct world *w, const struct viewer *v, struct instant t, const struct verb *verb, int64_t id)
{
    return try_at(w, v, t, verb, id, NULL, 0, NULL);
}

static size_t tick(struct world *w, struct instant t)
{
    size_t fired;
    struct db *db = db_pool_take(w->app.pool);
    ASSERT_OK(clocks_run(db, &tandem_model, tandem_clocks, w->app.committer, programme_open_call,
        w->app.programme, t, &fired));
    db_pool_give(w->app.pool, db);
    return fired;
}

static int64_t ask(struct world *w, const char *sql, int64_t arg)
{
    struct value args[1] = {v_int(arg)};
    struct rows rows;
    struct db *db = db_pool_take(w->app.pool);
    ASSERT_OK(db_begin_read(db));
    ASSERT_OK(db_query(db, w->f->a, &rows, sql, args, 1));
    int64_t n = rows.n ? cell_int(&rows, 0, 0) : -1;
    db_rollback(db);
    db_pool_give(w->app.pool, db);
    return n;
}

static struct registration reg(struct world *w, int64_t id)
{
    struct registration r = {0};
    struct call *c = app_call(&w->app, &system_viewer);
    c->db = db_pool_take(w->app.pool);
    ASSERT_OK(db_begin_read(c->db));
    ASSERT_OK(noun_load(c, &registration_noun, id, &r));
    r.state = arena_strdup(w->f->a, r.state);
    r.lapse_reason = r.lapse_reason ? arena_strdup(w->f->a, r.lapse_reason) : NULL;
    db_rollback(c->db);
    db_pool_give(w->app.pool, c->db);
    arena_free(c->arena);
    return r;
}

static int64_t entry_of(struct world *w, int64_t registration)
{
    return ask(w, "select id from waitlist_entry where registration_id = $1 order by id desc", registration);
}

#define HAS_STATE(w, id, text) assert_string_equal(reg((w), (id)).state, (text))

static int64_t notices(struct world *w)
{
    return ask(w, "select count(*) from notice where id <> $1", 0);
}

/* ---- days ---- */

static void a_protection_ends_with_its_day(void **state)
{
    struct world *w = open_world(state);
    static const struct {
        int y, m, d, end_y, end_m, end_d, offset_h;
    } of[] = {{2027, 1, 5, 2027, 4, 5, 2}, /* over the beginning of summer time */
        {2027, 9, 20, 2027, 12, 19, 1},    /* and its end */
        {2027, 12, 1, 2028, 2, 29, 1},     /* on a leap day */
        {2027, 12, 28, 2028, 3, 27, 2}};   /* over both */
    for (size_t i = 0; i < COUNT(of); i++) {
        struct instant t = at(w, of[i].y, of[i].m, of[i].d, 23);
        int64_t id = register_at(w, 0, t, arena_printf(w->f->a, "Korvath%zu Maschinenbau", i));
        struct civil k = civil_in(w->zone, reg(w, id).protected_until);
        assert_int_equal(
            k.year * 10000 + k.month * 100 + k.day, of[i].end_y * 10000 + of[i].end_m * 100 + of[i].end_d);
        assert_int_equal(k.hour * 10000 + k.minute * 100 + k.second, 235959);
        assert_int_equal(k.offset_s, of[i].offset_h * 3600);
        ASSERT_OK(extend_at(w, 0, t, id, 0));
        assert_int_equal(civil_in(w->zone, reg(w, id).protected_until).hour, 23);
        ASSERT_OK(do_at(w, &w->seller[0], t, &registration_withdraw, id));
    }
    close_world(w);
}

/* ---- extensions ---- */

static void the_first_extension_is_decided_at_once(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    struct registration before = reg(w, id);
    struct instant later = days_later(w, t, 40);
    assert_int_equal(extend_at(w, 1, later, id, 3), REFUSED); /* another partner's: not found */
    ASSERT_OK(extend_at(w, 0, later, id, 3));
    struct registration after = reg(w, id);
    assert_int_equal(
        date_in(w->zone, after.protected_until).days, date_in(w->zone, before.protected_until).days + 30);
    assert_int_equal(after.extensions, 1);
    assert_int_equal(after.last_activity.days, date_in(w->zone, later).days - 3);
    assert_int_equal(ask(w, "select until from protection where registration_id = $1 and state = 'live'", id),
        after.protected_until.us);
    assert_int_equal(
        ask(w,
            "select count(*) from decision where registration_id = $1 and kind = 'extension' and "
            "outcome = 'approve' and rule = 'first_with_evidence'",
            id),
        1);
    assert_int_equal(ask(w, "select count(*) from log_leaf where row_id = $1", id), 2);
    close_world(w);
}

static void a_second_one_waits_for_a_person_and_stays_protected(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    ASSERT_OK(extend_at(w, 0, days_later(w, t, 40), id, 3));
    struct instant last_day = reg(w, id).protected_until;
    struct instant asked = {last_day.us - 3600 * US_PER_SECOND};
    ASSERT_OK(extend_at(w, 0, asked, id, 3));
    assert_int_equal(extend_at(w, 0, asked, id, 3), REFUSED); /* one at a time */
    assert_true(reg(w, id).protected_until.us > last_day.us); /* until it is answered */
    struct instant late = days_later(w, reg(w, id).protected_until, 1);
    (void)tick(w, late); /* nobody answered: the partner does not pay for it */
    HAS_STATE(w, id, "approved");
    assert_true(reg(w, id).protected_until.us > late.us);
    int64_t ext = ask(w, "select id from extension where registration_id = $1 and state = 'review'", id);
    struct given yes[] = {GIVE("reason", "The meeting went well."), GIVE("days", "20")};
    struct date end = date_in(w->zone, reg(w, id).protected_until);
    int64_t told = notices(w);
    ASSERT_OK(try_at(w, &w->manager, late, &extension_approve, ext, yes, 2, NULL));
    assert_int_equal(date_in(w->zone, reg(w, id).protected_until).days, end.days + 20);
    assert_int_equal(ask(w, "select count(*) from decision where extension_id = $1", ext), 2);
    assert_int_equal(notices(w), told + 1);
    assert_int_equal(ask(w, "select count(*) from log_leaf where row_id = $1", id), 4);
    close_world(w);
}

static void extension_and_lapse_meet_in_one_second(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t a = register_at(w, 0, t, "Korvath Maschinenbau"), b = register_at(w, 0, t, "Solhaug Energi");
    struct instant end = reg(w, a).protected_until, past = {end.us + 1};
    for (int day = 20; day < 90; day += 20) /* kept alive */
        for (size_t i = 0; i < 2; i++)
            ASSERT_OK(active_at(w, 0, days_later(w, t, day), i ? a : b));
    assert_int_equal(
        do_at(w, &system_viewer, end, &registration_lapse, a), REFUSED); /* its last microsecond */
    ASSERT_OK(extend_at(w, 0, end, a, 3));
    assert_int_equal(extend_at(w, 0, past, b, 3), REFUSED); /* too late, before its clock has fired */
    (void)tick(w, past);
    HAS_STATE(w, a, "approved");
    HAS_STATE(w, b, "lapsed");
    assert_string_equal(reg(w, b).lapse_reason, "time");
    (void)tick(w, past);
    assert_int_equal(ask(w, "select count(*) from event where verb = 'lapse' and row_id > $1", 0), 1);
    close_world(w);
}

/* ---- activity and reminders ---- */

static void what_nobody_works_on_is_told_and_lapses_early(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t quiet = register_at(w, 1, t, "Korvath Maschinenbau"),
            alive = register_at(w, 0, t, "Solhaug Energi");
    ASSERT_OK(active_at(w, 0, days_later(w, t, 30), alive));
    assert_int_equal(tick(w, days_later(w, t, 45)), 0);
    assert_int_equal(tick(w, days_later(w, t, 46)), 1);
    assert_int_equal(notices(w), 1);
    assert_int_equal(
        ask(w,
            "select count(*) from notice where text = 'Korvath Maschinenbau: seit 46 Tagen keine "
            "Aktivität. Tragen Sie bis 30. Apr. 2027 eine ein.' and id <> $1",
            0),
        1);
    assert_int_equal(tick(w, days_later(w, t, 46)), 0); /* once */
    assert_int_equal(tick(w, days_later(w, t, 60)), 1); /* the mail of that notice */
    assert_int_equal(tick(w, days_later(w, t, 61)), 1);
    HAS_STATE(w, quiet, "lapsed");
    assert_string_equal(reg(w, quiet).lapse_reason, "no_activity");
    HAS_STATE(w, alive, "approved");
    close_world(w);
}

static void an_activity_meets_the_notice(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    assert_int_equal(tick(w, days_later(w, t, 50)), 1);
    ASSERT_OK(active_at(w, 0, days_later(w, t, 52), id));
    assert_int_equal(reg(w, id).heartbeat_told.us, 0);
    (void)tick(w, days_later(w, t, 75));
    HAS_STATE(w, id, "approved");
    close_world(w);
}

/* The notice went out late, so that the time of grace begins late. */
static void a_downtime_does_not_shorten_the_grace(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    (void)tick(w, days_later(w, t, 65));
    HAS_STATE(w, id, "approved");
    assert_int_equal(
        date_in(w->zone, reg(w, id).heartbeat_due).days, date_in(w->zone, days_later(w, t, 79)).days);
    close_world(w);
}

static void each_reminder_goes_out_once(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 1, 10, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau"); /* ends 10 Apr, over summer time */
    for (int day = 20; day <= 80; day += 20)
        ASSERT_OK(active_at(w, 0, days_later(w, t, day), id));
    static const int told[] = {0, 1, 1, 2, 2, 3, 3}; /* 15, 14, 8, 7, 2, 1, 0 days before */
    static const int before[] = {15, 14, 8, 7, 2, 1, 0};
    for (size_t i = 0; i < COUNT(told); i++) {
        (void)tick(w, days_later(w, t, 90 - before[i]));
        assert_int_equal(notices(w), told[i]);
    }
    assert_int_equal(ask(w, "select count(*) from mail where id <> $1", 0), 3);
    close_world(w);
}

static void after_a_downtime_only_the_nearest_reminder_goes_out(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    for (int day = 20; day <= 80; day += 20)
        ASSERT_OK(active_at(w, 0, days_later(w, t, day), id));
    (void)tick(w, days_later(w, t, 85));
    assert_int_equal(notices(w), 1);
    (void)tick(w, days_later(w, t, 85));
    assert_int_equal(notices(w), 1);
    (void)tick(w, days_later(w, t, 89));
    assert_int_equal(notices(w), 2);
    close_world(w);
}

/* ---- the waitlist ---- */

static int64_t declined(struct world *w, size_t who, struct instant t)
{
    int64_t id = register_at(w, who, t, "Korvath Maschinenbau");
    HAS_STATE(w, id, "declined");
    return id;
}

static void the_next_in_log_order_is_offered(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau");
    int64_t b = declined(w, 1, t), k = declined(w, 2, t), d = declined(w, 3, t);
    /* Partner 2 joins first, though its clock is behind and its registration was later. */
    struct instant early = {t.us - 10 * US_PER_SECOND};
    ASSERT_OK(do_at(w, &w->seller[2], early, &registration_join_waitlist, k));
    ASSERT_OK(do_at(w, &w->seller[1], early, &registration_join_waitlist, b));
    ASSERT_OK(do_at(w, &w->seller[3], t, &registration_join_waitlist, d));
    assert_int_equal(do_at(w, &w->seller[1], t, &registration_join_waitlist, b), REFUSED);
    ASSERT_OK(do_at(w, &w->seller[0], days_later(w, t, 5), &registration_withdraw, first));
    int64_t offered = ask(w, "select partner_id from waitlist_entry where state = 'offered' and id <> $1", 0);
    assert_int_equal(offered, w->seller[2].partner_id);
    assert_int_equal(notices(w), 1);
    /* It is held meanwhile: a newcomer finds it taken. */
    int64_t again = register_at(w, 0, days_later(w, t, 5), "Korvath Maschinenbau");
    HAS_STATE(w, again, "declined");
    /* On silence the next is asked, once; who accepts is decided anew. */
    (void)tick(w, days_later(w, t, 9));
    assert_int_equal(ask(w, "select partner_id from waitlist_entry where state = 'offered' and id <> $1", 0),
        w->seller[1].partner_id);
    ASSERT_OK(do_at(w, &w->seller[1], days_later(w, t, 10), &waitlist_accept, entry_of(w, b)));
    HAS_STATE(w, b, "approved");
    assert_int_equal(ask(w, "select count(*) from decision where registration_id = $1", b), 2);
    assert_int_equal(ask(w, "select count(*) from log_leaf where row_id = $1", b), 2);
    assert_int_equal(ask(w, "select count(*) from protection where state <> 'closed' and id <> $1", 0), 1);
    assert_int_equal(
        ask(w, "select count(*) from waitlist_entry where state = 'waiting' and id <> $1", 0), 1);
    close_world(w);
}

static void who_passes_leaves_it_to_the_next(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9), later = days_later(w, t, 2);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau"), b = declined(w, 1, t),
            k = declined(w, 2, t);
    ASSERT_OK(do_at(w, &w->seller[1], t, &registration_join_waitlist, b));
    ASSERT_OK(do_at(w, &w->seller[2], t, &registration_join_waitlist, k));
    ASSERT_OK(do_at(w, &w->seller[0], later, &registration_lose, first));
    assert_int_equal(do_at(w, &w->seller[2], later, &waitlist_pass, entry_of(w, b)), REFUSED);
    ASSERT_OK(do_at(w, &w->seller[1], later, &waitlist_pass, entry_of(w, b)));
    ASSERT_OK(do_at(w, &w->seller[2], later, &waitlist_pass, entry_of(w, k)));
    assert_int_equal(ask(w, "select count(*) from protection where state <> 'closed' and id <> $1", 0), 0);
    /* Free for everybody: the waitlist is not joined any more. */
    assert_int_equal(do_at(w, &w->seller[1], later, &registration_join_waitlist, b), REFUSED);
    close_world(w);
}

static void a_lapse_whose_clock_is_late_is_still_the_waitlists(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau"), b = declined(w, 1, t);
    for (int day = 20; day <= 80; day += 20)
        ASSERT_OK(active_at(w, 0, days_later(w, t, day), first));
    ASSERT_OK(do_at(w, &w->seller[1], t, &registration_join_waitlist, b));
    struct instant past = days_later(w, t, 91);
    HAS_STATE(w, register_at(w, 2, past, "Korvath Maschinenbau"), "declined");
    (void)tick(w, past);
    HAS_STATE(w, first, "lapsed");
    assert_int_equal(
        ask(w, "select count(*) from waitlist_entry where state = 'offered' and id <> $1", 0), 1);
    close_world(w);
}

static int64_t states(struct world *w, const char *state)
{
    return ask(w,
        arena_printf(w->f->a, "select count(*) from waitlist_entry where state = '%s' and id <> $1", state),
        0);
}

static enum status override_at(struct world *w, struct instant t, int64_t registration)
{
    struct given g[] = {GIVE("registration_id", id_text(w->f->a, "reg", registration)),
        GIVE("outcome", "approve"), GIVE("reason", "They worked on it.")};
    return try_at(w, &w->manager, t, &override_ask, 0, g, COUNT(g), NULL);
}

/* The last day has passed, the clock has not fired, somebody waits: whoever tries, the account is taken. */
static void nobody_passes_the_waitlist_before_the_clock_fires(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau"), b = declined(w, 1, t),
            k = declined(w, 2, t);
    for (int day = 20; day <= 80; day += 20)
        ASSERT_OK(active_at(w, 0, days_later(w, t, day), first));
    ASSERT_OK(do_at(w, &w->seller[1], t, &registration_join_waitlist, b));
    struct instant past = {reg(w, first).protected_until.us + 1};
    HAS_STATE(w, register_at(w, 0, past, "Korvath Maschinenbau"), "declined"); /* who held it */
    HAS_STATE(w, register_at(w, 3, past, "Korvath Maschinenbau"), "declined");
    assert_int_equal(override_at(w, past, k), REFUSED);
    ASSERT_OK(do_at(w, &w->seller[2], past, &registration_join_waitlist, k)); /* it comes behind */
    (void)tick(w, past);
    assert_int_equal(ask(w, "select partner_id from waitlist_entry where state = 'offered' and id <> $1", 0),
        w->seller[1].partner_id);
    close_world(w);
}

/* Nobody waits and nobody is at it: the day's end alone frees the account. */
static void without_a_waitlist_a_lapse_frees_the_account_at_once(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau"), b = declined(w, 1, t);
    struct instant past = {reg(w, first).protected_until.us + 1};
    assert_int_equal(do_at(w, &w->seller[1], past, &registration_join_waitlist, b), REFUSED);
    HAS_STATE(w, register_at(w, 0, past, "Korvath Maschinenbau"), "approved");
    close_world(w);
}

/* The answer comes late, and so does the clock: meanwhile nobody takes what people are deciding about. */
static void what_people_decide_about_is_not_taken_before_the_clock_fires(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    ASSERT_OK(extend_at(w, 0, days_later(w, t, 40), id, 1));
    for (int day = 60; day <= 140; day += 20)
        ASSERT_OK(active_at(w, 0, days_later(w, t, day), id));
    struct instant end = reg(w, id).protected_until;
    ASSERT_OK(extend_at(w, 0, (struct instant){end.us - 1}, id, 1)); /* the second one: a person decides */
    struct instant past = {reg(w, id).protected_until.us + 1};
    HAS_STATE(w, register_at(w, 1, past, "Korvath Maschinenbau"), "declined");
    (void)tick(w, past);
    HAS_STATE(w, id, "approved");
    close_world(w);
}

/* Nobody is offered a customer that was won, and nobody waits for one. */
static void a_win_ends_the_waitlist(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau"), b = declined(w, 1, t);
    ASSERT_OK(do_at(w, &w->seller[1], t, &registration_join_waitlist, b));
    ASSERT_OK(do_at(w, &w->manager, days_later(w, t, 3), &registration_win, first));
    assert_int_equal(states(w, "waiting"), 0);
    assert_int_equal(states(w, "ended"), 1);
    assert_int_equal(notices(w), 1);
    HAS_STATE(w, register_at(w, 2, days_later(w, t, 3), "Korvath Maschinenbau"), "approved");
    close_world(w);
}

/* ---- the end ---- */

static enum status dispute_at(struct world *w, const struct viewer *v, struct instant t, int64_t id)
{
    struct given g[] = {GIVE("text", "We see it otherwise.")};
    return try_at(w, v, t, &registration_dispute, id, g, COUNT(g), NULL);
}

/* By disputing its own claim a partner gains no day: the next that waits is offered the account. */
static void nobody_lengthens_its_own_claim_by_a_dispute(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau"), b = declined(w, 1, t);
    ASSERT_OK(do_at(w, &w->seller[1], t, &registration_join_waitlist, b));
    for (int day = 20; day <= 80; day += 20)
        ASSERT_OK(active_at(w, 0, days_later(w, t, day), first));
    struct instant end = reg(w, first).protected_until, past = {end.us + 1};
    ASSERT_OK(dispute_at(w, &w->seller[0], (struct instant){end.us - 60 * US_PER_SECOND}, first));
    (void)tick(w, past);
    HAS_STATE(w, first, "lapsed");
    assert_int_equal(states(w, "offered"), 1);
    close_world(w);
}

static void what_another_disputes_does_not_lapse(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t first = register_at(w, 0, t, "Korvath Maschinenbau"), b = declined(w, 1, t);
    for (int day = 20; day <= 80; day += 20)
        ASSERT_OK(active_at(w, 0, days_later(w, t, day), first));
    struct instant end = reg(w, first).protected_until, past = {end.us + 1};
    ASSERT_OK(dispute_at(w, &w->seller[1], (struct instant){end.us - 60 * US_PER_SECOND}, b));
    HAS_STATE(w, register_at(w, 2, past, "Korvath Maschinenbau"), "declined");
    (void)tick(w, past);
    HAS_STATE(w, first, "approved");
    assert_true(reg(w, first).protected_until.us > past.us);
    close_world(w);
}

static void what_is_in_dispute_is_not_given_up(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    ASSERT_OK(dispute_at(w, &w->manager, t, id));
    assert_int_equal(do_at(w, &w->seller[0], t, &registration_withdraw, id), REFUSED);
    (void)tick(w, days_later(w, t, 200));
    HAS_STATE(w, id, "approved");
    ASSERT_OK(
        do_at(w, &w->manager, t, &dispute_withdraw, ask(w, "select id from dispute where id <> $1", 0)));
    ASSERT_OK(do_at(w, &w->seller[0], t, &registration_withdraw, id));
    close_world(w);
}

static void a_converted_claim_stands_until_the_deal_is_decided(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9), year = days_later(w, t, 400);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau");
    assert_int_equal(do_at(w, &w->seller[0], t, &registration_convert, id), REFUSED);
    ASSERT_OK(do_at(w, &w->manager, t, &registration_convert, id));
    (void)tick(w, days_later(w, t, 2)); /* the digest that tells the partner of the opportunity */
    assert_int_equal(tick(w, year), 0);
    HAS_STATE(w, id, "converted");
    assert_true(reg(w, id).opportunity_id.id != 0);
    HAS_STATE(w, register_at(w, 1, year, "Korvath Maschinenbau"), "declined");
    ASSERT_OK(do_at(w, &w->manager, year, &registration_win, id));
    assert_int_equal(ask(w, "select count(*) from protection where state <> 'closed' and id <> $1", 0), 0);
    close_world(w);
}

static void the_cap_follows_wins_and_lapses(void **state)
{
    const struct programme_caps caps = {.base = 25, .least = 5, .most = 100, .weight = 5};
    (void)state;
    assert_int_equal(cap_allowed(&caps, 0, 0), 25);
    assert_int_equal(cap_allowed(&caps, 5, 0), 50);
    assert_int_equal(cap_allowed(&caps, 0, 5), 12);
    assert_int_equal(cap_allowed(&caps, 0, 1000), 5);
    assert_int_equal(cap_allowed(&caps, 1000, 0), 100);
    for (int won = 0; won < 30; won++)
        for (int lapsed = 0; lapsed < 30; lapsed++) {
            assert_true(cap_allowed(&caps, won + 1, lapsed) >= cap_allowed(&caps, won, lapsed));
            assert_true(cap_allowed(&caps, won, lapsed + 1) <= cap_allowed(&caps, won, lapsed));
        }
}

/* However the deal is closed: by hand or by an import of the CRM. */
static void a_converted_claim_ends_with_its_opportunity(void **state)
{
    struct world *w = open_world(state);
    struct instant t = at(w, 2027, 3, 1, 9);
    int64_t id = register_at(w, 0, t, "Korvath Maschinenbau"), other = declined(w, 1, t);
    ASSERT_OK(do_at(w, &w->seller[1], t, &registration_join_waitlist, other));
    ASSERT_OK(do_at(w, &w->manager, t, &registration_convert, id));
    struct given lost[] = {GIVE("state", "lost")};
    ASSERT_OK(try_at(
        w, &w->manager, t, &opportunity_update, reg(w, id).opportunity_id.id, lost, COUNT(lost), NULL));
    HAS_STATE(w, id, "lost");
    assert_int_equal(
        ask(w, "select count(*) from waitlist_entry where state = 'offered' and id <> $1", 0), 1);
    close_world(w);
}

#define ALL(ON)                                                                                              \
    ON(a_protection_ends_with_its_day), ON(the_first_extension_is_decided_at_once),                          \
        ON(a_second_one_waits_for_a_person_and_stays_protected), ON(extension_and_lapse_meet_in_one_second), \
        ON(what_nobody_works_on_is_told_and_lapses_early), ON(an_activity_meets_the_notice),                 \
        ON(a_downtime_does_not_shorten_the_grace), ON(each_reminder_goes_out_once),                          \
        ON(after_a_downtime_only_the_nearest_reminder_goes_out), ON(the_next_in_log_order_is_offered),       \
        ON(who_passes_leaves_it_to_the_next), ON(a_lapse_whose_clock_is_late_is_still_the_waitlists),        \
        ON(nobody_passes_the_waitlist_before_the_clock_fires),                                               \
        ON(without_a_waitlist_a_lapse_frees_the_account_at_once),                                            \
        ON(what_people_decide_about_is_not_taken_before_the_clock_fires), ON(a_win_ends_the_waitlist),       \
        ON(nobody_lengthens_its_own_claim_by_a_dispute), ON(what_another_disputes_does_not_lapse),           \
        ON(what_is_in_dispute_is_not_given_up), ON(a_converted_claim_stands_until_the_deal_is_decided),      \
        ON(a_converted_claim_ends_with_its_opportunity)

int main(void)
{
    const struct CMUnitTest plain[] = {cmocka_unit_test(the_cap_follows_wins_and_lapses)};
    const struct CMUnitTest sqlite[] = {ALL(ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(plain, NULL, NULL) + cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
