/*
 * What happens to a protected deal in the demo: activities, extensions, conversions, the waitlist; and the
 * clocks of every day.
 */
#include "app/demo.h"
#include "domain/notice/letter.h"
#include "domain/registration/extension.h"
#include "domain/registration/life.h"
#include "domain/registration/waitlist.h"

/* ---- activities ---- */

static const char activities[] =
    "call:Call with their project lead.|meeting:Workshop with the departments.|mail:Sent the answers to "
    "their "
    "questions.|proposal:Second version of our offer.|evaluation:Their test team reported back.|call:Planned "
    "the next steps with purchasing.|meeting:Visit on site, with their head of IT.|mail:Shared the reference "
    "customers.";

enum status demo_deal_active(struct demo *d, const struct demo_deal *deal, struct instant at)
{
    const char *what = dice_pick(&d->dice, d->arena, activities), *colon = strchr(what, ':');
    struct given g[] = {demo_given("kind", arena_strndup(d->arena, what, (size_t)(colon - what))),
        demo_given("note", colon + 1)};
    return demo_send(d, demo_deal_seller(deal), at, &registration_log_activity, deal->id, g, COUNT(g), true);
}

/* ---- extensions ---- */

static const struct {
    const char *evidence, *with_whom, *note;
} shown[] = {
    {"meeting", "Head of finance", NULL},
    {"proposal", "Purchasing", "Offer over the first two phases."},
    {"evaluation", "Two of their engineers", "The test system runs since last week."},
    {"meeting", "Managing director", NULL},
};

enum status demo_deal_extend(struct demo *d, struct demo_deal *deal, struct instant at, size_t evidence)
{
    struct date day = {date_in(d->zone, at).days - 2 - (int)(deal->pick % 6)};
    size_t i = evidence % COUNT(shown);
    struct given g[] = {demo_given("evidence", shown[i].evidence), demo_given("day", date_iso(d->arena, day)),
        demo_given("with_whom", shown[i].with_whom), demo_given("note", shown[i].note ? shown[i].note : "")};
    enum status s =
        demo_do(d, demo_deal_seller(deal), at, &registration_extend, deal->id, g, COUNT(g), true, NULL);
    return s == REFUSED ? OK : s; /* it ended meanwhile */
}

/* ---- what is asked of the database ---- */

enum status demo_ask(struct demo *d, struct arena *a, const char *sql, struct rows *rows)
{
    struct db *db = db_pool_take(d->app->pool);
    enum status s = db ? db_begin_read(db) : BROKEN;
    if (s == OK)
        s = db_query(db, a, rows, sql, NULL, 0);
    if (db) {
        db_rollback(db);
        db_pool_give(d->app->pool, db);
    }
    return s;
}

static const struct viewer *admin_of(const struct demo *d, int64_t partner_id)
{
    for (size_t i = 0; i < demo_n_partners; i++)
        if (d->firms[i].id == partner_id)
            return &d->firms[i].people[0];
    return NULL;
}

/* Most offers are taken, some passed on, some not answered: their clock ends them. */
static enum status answer_offers(struct demo *d, struct instant at)
{
    struct arena *a = arena_new();
    struct rows rows;
    enum status s = demo_ask(
        d, a, "select id, partner_id from waitlist_entry where state = 'offered' order by id", &rows);
    for (size_t i = 0; s == OK && i < rows.n; i++) {
        const struct viewer *who = admin_of(d, cell_int(&rows, i, 1));
        unsigned how = dice_below(&d->dice, 10);
        if (!who || how > 7)
            continue;
        s = demo_do(d, who, at, how < 6 ? &waitlist_accept : &waitlist_pass, cell_int(&rows, i, 0), NULL, 0,
            true, NULL);
        s = s == REFUSED ? OK : s;
    }
    arena_free(a);
    return s;
}

/* Extensions that the rules left to a person, a day after they were asked for. */
static enum status answer_extensions(struct demo *d, struct instant at)
{
    struct arena *a = arena_new();
    struct rows rows;
    enum status s =
        demo_ask(d, a, "select id, created from extension where state = 'review' order by id", &rows);
    struct given yes[] = {
        demo_given("reason", "The customer told us the same: go on."), demo_given("days", "30")};
    struct given no[] = {demo_given("reason", "Send us what came of it, and ask again.")};
    for (size_t i = 0; s == OK && i < rows.n; i++) {
        bool agree = dice_chance(&d->dice, 70);
        if (at.us - cell_int(&rows, i, 1) < 18 * 3600 * US_PER_SECOND)
            continue;
        s = demo_do(d, demo_staff_viewer(d, "Ruth Halvorsen"), at,
            agree ? &extension_approve : &extension_decline, cell_int(&rows, i, 0), agree ? yes : no,
            agree ? 2 : 1, true, NULL);
        s = s == REFUSED ? OK : s;
    }
    arena_free(a);
    return s;
}

#define OFFERED_DAYS 10

/* Of the offers that were taken, some go to a person, on a registration that stood in the waitlist for long.
 */
static enum status answer_offered(struct demo *d, struct instant at)
{
    struct arena *a = arena_new();
    struct rows rows;
    enum status s = demo_ask(d, a,
        arena_printf(a, "select id from registration where state = 'review' and created < %lld order by id",
            (long long)(at.us - OFFERED_DAYS * US_PER_DAY)),
        &rows);
    struct given yes[] = {demo_given("reason", "Waited its turn, and the customer wants it."),
        demo_given("benefit_percent", "8")};
    for (size_t i = 0; s == OK && i < rows.n; i++) {
        s = demo_do(d, demo_staff_viewer(d, "Ruth Halvorsen"), at, &registration_approve,
            cell_int(&rows, i, 0), yes, COUNT(yes), true, NULL);
        s = s == REFUSED ? OK : s;
    }
    arena_free(a);
    return s;
}

static const struct viewer *person(const struct demo *d, int64_t id)
{
    for (size_t i = 0; i < demo_n_staff; i++)
        if (d->staff[i].person_id == id)
            return &d->staff[i];
    for (size_t i = 0; i < demo_n_partners; i++)
        for (size_t k = 0; k < d->firms[i].n_people; k++)
            if (d->firms[i].people[k].person_id == id)
                return &d->firms[i].people[k];
    return NULL;
}

#define UNREAD_DAYS 6

/* People read their notices within a week. */
static enum status read_notices(struct demo *d, struct instant at)
{
    struct arena *a = arena_new();
    struct rows rows;
    enum status s = demo_ask(d, a,
        arena_printf(a,
            "select distinct person_id from notice where state = 'new' and created < %lld order by 1",
            (long long)(at.us - UNREAD_DAYS * US_PER_DAY)),
        &rows);
    for (size_t i = 0; s == OK && i < rows.n; i++) {
        const struct viewer *who = person(d, cell_int(&rows, i, 0));
        if (who)
            s = demo_do(d, who, at, &notice_read_all, 0, NULL, 0, true, NULL);
    }
    arena_free(a);
    return s;
}

enum status demo_deal_convert(struct demo *d, const struct demo_deal *deal, struct instant at)
{
    return demo_send(d, demo_staff_viewer(d, deal->firm->partner->manager), at, &registration_convert,
        deal->id, NULL, 0, true);
}

enum status demo_deal_join_waitlist(struct demo *d, const struct demo_deal *deal, struct instant at)
{
    return demo_send(d, demo_deal_seller(deal), at, &registration_join_waitlist, deal->id, NULL, 0, true);
}

/* ---- a day ---- */

static enum status nothing(struct call *c)
{
    (void)c;
    return OK;
}

/* Clocks go behind people: what was sent before them is waited for, so that the feed is in order. */
enum status demo_settle(struct demo *d)
{
    bool sent = d->sent;
    d->sent = false;
    return sent ? app_seed(d->app, nothing, NULL) : OK;
}

static enum status fire(struct demo *d, const struct clock *const *clocks, struct instant at)
{
    size_t fired;
    struct db *db = db_pool_take(d->app->pool);
    if (!db)
        return BROKEN;
    enum status s = clocks_run(
        db, &tandem_model, clocks, d->app->committer, programme_open_call, d->app->programme, at, &fired);
    db_pool_give(d->app->pool, db);
    return s;
}

/* Two who want to hear less: an operations person a digest a day, a partner's people notes once a week. */
static enum status wishes(struct demo *d)
{
    struct given daily[] = {demo_given("dispute", "daily"), demo_given("override", "daily")};
    struct given weekly[] = {demo_given("note", "weekly"), demo_given("task_due", "off")};
    TRY(demo_do(
        d, demo_staff_viewer(d, "Ruth Halvorsen"), d->now, &notice_set, 0, daily, COUNT(daily), false, NULL));
    return demo_do(d, &d->firms[0].people[0], d->now, &notice_set, 0, weekly, COUNT(weekly), false, NULL);
}

static enum status keep_mail(struct call *c)
{
    return db_exec(c->db, "update mail set sent = created where sent is null", NULL, 0);
}

static const struct clock *const letters[] = {&notice_letter_clock, NULL};

/* The demo's mail stays here, but for the digests of days to come. */
enum status demo_mail(struct demo *d)
{
    TRY(demo_settle(d));
    TRY(wishes(d));
    TRY(fire(d, letters, (struct instant){d->now.us + 1}));
    return app_seed(d->app, keep_mail, NULL);
}

enum status demo_tick(struct demo *d, struct instant at, bool office)
{
    TRY(demo_settle(d));
    enum status s = fire(d, tandem_clocks, at);
    if (s == OK && office)
        s = answer_offers(d, at);
    if (s == OK && office)
        s = answer_extensions(d, at);
    if (s == OK && office)
        s = answer_offered(d, at);
    return s == OK && office ? read_notices(d, at) : s;
}
