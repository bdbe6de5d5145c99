/*
 * Everything of the demo in the order of its instants. What follows from a decision is put into the order
 * when the decision is known.
 */
#include "app/demo.h"
#include "domain/log/week.h"
#include "domain/partner/partner.h"
#include "domain/registration/registration.h"

enum step_kind {
    STEP_IMPORT,
    STEP_JOIN,
    STEP_PUBLISH,
    STEP_DRAFT,
    STEP_STANDING,
    STEP_REVIEW_PLAN,
    STEP_REVIEW,
    STEP_TWICE,
    STEP_MERGE,
    STEP_PIPELINE,
    STEP_HELP,
    STEP_MAP,
    STEP_PRIVATE,
    STEP_SELL,
    STEP_RENEW,
    STEP_LEAD,
    STEP_REFERRAL,
    STEP_VISIT,
    STEP_REFERRED,
    STEP_CHECK,
    STEP_REGISTER,
    STEP_ANSWER,
    STEP_END,
    STEP_ACTIVE,
    STEP_EXTEND,
    STEP_EXTEND_AGAIN,
    STEP_CONVERT,
    STEP_WAIT,
    STEP_NIGHT, /* clocks only */
    STEP_MORNING
};

struct step {
    struct instant at;
    enum step_kind kind;
    size_t of; /* firm, deal or lead */
};

struct story {
    struct demo *demo;
    struct demo_own_deals *own_deals;
    struct instant imported; /* the CRM, until then */
    struct demo_deal *deals;
    size_t n_deals;
    struct step *steps; /* those from NEXT on are sorted */
    size_t next, n, max;
};

/* What lies in the future does not happen. */
static void add(struct story *s, struct instant at, enum step_kind kind, size_t of)
{
    if (at.us > s->demo->now.us)
        return;
    ASSERT(s->n < s->max);
    size_t i = s->n++;
    for (; i > s->next && s->steps[i - 1].at.us > at.us; i--)
        s->steps[i] = s->steps[i - 1];
    s->steps[i] = (struct step){at, kind, of};
}

static struct instant later(struct instant t, int64_t seconds)
{
    return (struct instant){t.us + seconds * US_PER_SECOND};
}

/* ---- what is known from the beginning ---- */

static void add_imports(struct story *s)
{
    struct demo *d = s->demo;
    for (int days = DEMO_DAYS - 1; days > 0; days -= 7)
        add(s, demo_instant(d, days, 5, 30), STEP_IMPORT, 0);
    add(s, later(d->now, -3600), STEP_IMPORT, 0);
}

static void add_firms(struct story *s)
{
    struct demo *d = s->demo;
    for (size_t i = 0; i < demo_n_partners; i++) {
        add(s, demo_instant(d, demo_partners[i].joined, 9, 30 + (int)i % 20), STEP_JOIN, i);
        if (demo_partners[i].standing)
            add(s, demo_instant(d, 35, 14, 10 + (int)i), STEP_STANDING, i);
    }
}

static void add_deals(struct story *s)
{
    for (size_t i = 0; i < s->n_deals; i++) {
        if (s->deals[i].asks)
            add(s, later(s->deals[i].at, -240), STEP_CHECK, i);
        add(s, s->deals[i].at, STEP_REGISTER, i);
    }
}

/* One seller asks for many companies within minutes and registers none: something for operations to see. */
static void add_probing(struct story *s)
{
    static const char prober[] = "Pallas Ridge";
    size_t asked = 0;
    for (size_t i = 0; i < s->n_deals && asked < DEMO_PROBES; i++) {
        if (streq(s->deals[i].country, "GB") && !streq(s->deals[i].firm->partner->name, prober)) {
            struct demo_deal *probe = &s->deals[s->n_deals + asked];
            *probe = s->deals[i];
            probe->firm = demo_firm(s->demo, prober);
            probe->person = NULL;
            add(s, later(s->demo->now, 47 * (int64_t)asked - 7 * 3600), STEP_CHECK, s->n_deals + asked);
            asked++;
        }
    }
}

/* One every other day; the last three are offered to the partner of the tour, the newest this morning. */
static void add_leads(struct story *s)
{
    static const int after_hours[LEAD_STEPS] = {0, 1, 26, 70, 75, 220, 480};
    for (size_t i = 0; i < DEMO_LEADS; i++) {
        int days = i + 3 < DEMO_LEADS ? 62 - 2 * (int)i : 4 - 2 * (int)(i + 3 - DEMO_LEADS);
        struct instant at =
            days ? demo_instant(s->demo, days, 9, 45 + (int)i % 7) : later(s->demo->now, -7200);
        for (size_t step = 0; step < LEAD_STEPS; step++)
            add(s, later(at, after_hours[step] * INT64_C(3600)), STEP_LEAD, i * LEAD_STEPS + step);
    }
}

/* Links since seven weeks; somebody follows one each day, and each has brought a lead. */
static void add_referrals(struct story *s)
{
    for (size_t i = 0; i < DEMO_REFERRALS; i++) {
        add(s, demo_instant(s->demo, 48 - (int)i, 11, 20), STEP_REFERRAL, i);
        add(s, demo_instant(s->demo, 2 + 9 * (int)i, 16, 5), STEP_REFERRED, i);
    }
    for (size_t i = 0; i < DEMO_VISITS; i++)
        add(s, demo_instant(s->demo, 45 - (int)i, 8 + (int)(5 * i % 12), (int)(17 * i % 60)), STEP_VISIT, i);
}

/* Every day's clocks: what ended with the day before, and at eight the reminders. */
static void add_days(struct story *s)
{
    struct demo *d = s->demo;
    for (int days = DEMO_DAYS - 1; days >= 0; days--) {
        add(s, later(demo_instant(d, days, 0, 0), 5), STEP_NIGHT, 0);
        add(s, later(demo_instant(d, days, 8, 0), 5), STEP_MORNING, 0);
    }
    add(s, d->now, STEP_NIGHT, 0);
}

/* ---- one step ---- */

/* The week's checkpoint as it would have been mailed; nobody of the demo has a mailbox. */
static enum status keep_checkpoint(struct call *c)
{
    const struct instant *at = c->in;
    c->now = *at;
    TRY(programme_open_call(c->programme, c));
    return log_week_keep(c);
}

/* What the CRM brings each week; of the last months the log's checkpoint, too. */
static enum status import(struct story *s, struct instant at)
{
    struct instant from = s->imported;
    s->imported = at;
    TRY(demo_own_deals_import(s->demo, s->own_deals, from, at));
    bool kept = s->demo->now.us - at.us < DEMO_CHECKPOINT_DAYS * US_PER_DAY;
    return kept ? app_seed(s->demo->app, keep_checkpoint, &at) : OK;
}

static enum status change_standing(struct story *s, size_t firm, struct instant at)
{
    struct given g[] = {demo_given("standing", demo_partners[firm].standing)};
    return demo_do(s->demo, demo_staff_viewer(s->demo, "Ruth Halvorsen"), at, &partner_update,
        s->demo->firms[firm].id, g, COUNT(g), false, NULL);
}

#define QUIET_DAYS 50 /* so long nobody worked on some of those that are shown */

/* Somebody works on it every few weeks, but for some that are forgotten. */
static void work_on(struct story *s, size_t i, struct instant at, bool scripted)
{
    const struct demo_deal *deal = &s->deals[i];
    struct demo *d = s->demo;
    bool forgotten = !scripted && deal->pick % 8 == 3, rests = scripted && i % 6 == 1;
    struct instant until = deal->protected_until;
    if (rests)
        until.us = d->now.us - QUIET_DAYS * US_PER_DAY;
    for (struct instant t = later(at, 86400 * (5 + (int64_t)(i % 9)));
         !forgotten && t.us < until.us + 35 * US_PER_DAY;
         t = later(t, 86400 * dice_between(&d->dice, 12, 30)))
        if (!rests || t.us < until.us)
            add(s, t, STEP_ACTIVE, i);
    if (rests && at.us < until.us) /* told of it, and not lapsed yet, whatever the dice said */
        add(s, until, STEP_ACTIVE, i);
}

/* A protected deal: activities, and for some an extension, a second one, or the conversion. */
static void live(struct story *s, size_t i, struct instant at)
{
    const struct demo_deal *deal = &s->deals[i];
    bool scripted = deal->person != NULL;
    work_on(s, i, at, scripted);
    if (deal->fate == FATE_OPEN && !scripted && deal->pick % 3 == 0)
        add(s, later(at, 86400 * 20), STEP_CONVERT, i);
    else if (!scripted && deal->pick % 4 == 1)
        add(s, later(deal->protected_until, -86400 * 5 - 7200 * (int64_t)(i % 7)), STEP_EXTEND, i);
    if (!scripted && deal->pick % 8 == 1)
        add(s, later(deal->protected_until, 86400 * 24), STEP_EXTEND_AGAIN, i);
    if (streq(deal->company, "Lunde Shipping")) /* an evaluation: a person answers */
        add(s, later(s->demo->now, -7200), STEP_EXTEND_AGAIN, i);
}

/* A review waits for its answer; a protection for the deal's end, else for its own. */
static void follow(struct story *s, size_t i, struct instant at)
{
    const struct demo_deal *deal = &s->deals[i];
    if (deal->state == DEAL_REVIEW && !deal->waits)
        add(s, later(at, deal->answer_hours * INT64_C(3600)), STEP_ANSWER, i);
    if (deal->taken && (deal->person || deal->pick % 3))
        add(s, later(at, 1800), STEP_WAIT, i);
    if (deal->state != DEAL_APPROVED)
        return;
    struct instant end = later(at, deal->fate_days * INT64_C(86400));
    if (deal->fate != FATE_OPEN && end.us < deal->protected_until.us)
        add(s, end, STEP_END, i);
    live(s, i, at);
}

static enum status decide(struct story *s, const struct step *step)
{
    struct demo_deal *deal = &s->deals[step->of];
    TRY(step->kind == STEP_REGISTER ? demo_deal_register(s->demo, deal, step->at)
                                    : demo_deal_answer(s->demo, deal, step->at));
    s->demo->n_registrations += step->kind == STEP_REGISTER;
    follow(s, step->of, step->at);
    return OK;
}

static enum status take(struct story *s, const struct step *step)
{
    struct demo *d = s->demo;
    switch (step->kind) {
    case STEP_IMPORT: return import(s, step->at);
    case STEP_JOIN: return demo_join(d, &d->firms[step->of], step->at);
    case STEP_PUBLISH: return demo_publish(d, step->at);
    case STEP_DRAFT: return demo_draft(d, step->at);
    case STEP_TWICE: return demo_bring_twice(d, step->at);
    case STEP_PIPELINE: return demo_pipeline(d, step->of, step->at);
    case STEP_HELP: return demo_cosell(d, step->of / HELP_PARTS, step->of % HELP_PARTS, step->at);
    case STEP_MAP: return demo_map(d, step->of, step->at);
    case STEP_PRIVATE: return demo_map_in_private(d, step->of, step->at);
    case STEP_SELL: return demo_sell(d, step->at);
    case STEP_RENEW: return demo_renew(d, step->at);
    case STEP_LEAD: return demo_lead(d, step->of, step->at);
    case STEP_REFERRAL: return demo_referral_make(d, step->of, step->at);
    case STEP_VISIT: return demo_referral_visit(d, step->of, step->at);
    case STEP_REFERRED: return demo_referral_lead(d, step->of, step->at);
    case STEP_MERGE: return demo_merge_twice(d, step->at);
    case STEP_REVIEW_PLAN: return demo_review_plan(d, step->of, step->at);
    case STEP_REVIEW: return demo_review_hold(d, step->of, step->at);
    case STEP_STANDING: return change_standing(s, step->of, step->at);
    case STEP_CHECK: return demo_deal_check(d, &s->deals[step->of], step->at);
    case STEP_REGISTER:
    case STEP_ANSWER: return decide(s, step);
    case STEP_END: return demo_deal_end(d, &s->deals[step->of], step->at);
    case STEP_ACTIVE: return demo_deal_active(d, &s->deals[step->of], step->at);
    case STEP_EXTEND: return demo_deal_extend(d, &s->deals[step->of], step->at, s->deals[step->of].pick % 2);
    case STEP_EXTEND_AGAIN: return demo_deal_extend(d, &s->deals[step->of], step->at, 2);
    case STEP_CONVERT: return demo_deal_convert(d, &s->deals[step->of], step->at);
    case STEP_WAIT: return demo_deal_join_waitlist(d, &s->deals[step->of], step->at);
    case STEP_NIGHT: return demo_tick(d, step->at, false);
    case STEP_MORNING: return demo_tick(d, step->at, true);
    }
    BUG("no such step");
}

static enum status story(struct demo *d)
{
    struct story s = {.demo = d, .imported = {INT64_MIN}, .max = 16384};
    s.own_deals = demo_own_deals_plan(d);
    s.deals = demo_deals_plan(d, &s.n_deals);
    s.steps = ARENA_ARRAY(d->arena, s.max, struct step);
    add_imports(&s);
    add_firms(&s);
    add(&s, demo_instant(d, 241, 16, 20), STEP_PUBLISH, 0);
    add(&s, demo_instant(d, 2, 10, 40), STEP_DRAFT, 0);
    add(&s, demo_instant(d, 6, 7, 15), STEP_TWICE, 0);
    add(&s, demo_instant(d, 3, 10, 40), STEP_MERGE, 0);
    add(&s, demo_instant(d, 120, 11, 25), STEP_SELL, 0);
    add(&s, demo_instant(d, 45, 13, 55), STEP_RENEW, 0);
    for (size_t i = 0; i < DEMO_PIPELINE_PARTS; i++)
        add(&s, demo_instant(d, 13 - 3 * (int)i, 14, 5), STEP_PIPELINE, i);
    for (size_t i = 0; i < DEMO_REVIEWS; i++) {
        add(&s, demo_instant(d, 9, 9, 5 + (int)i), STEP_REVIEW_PLAN, i);
        add(&s, demo_instant(d, demo_review_days_ago(i), 15, 30 + (int)i), STEP_REVIEW, i);
    }
    static const int mapped[DEMO_MAP_PARTS][3] = {
        {9, 10, 5}, {5, 15, 10}, {4, 9, 25}, {1, 11, 40}, {1, 16, 5}};
    for (size_t i = 0; i < DEMO_MAP_PARTS; i++)
        add(&s, demo_instant(d, mapped[i][0], mapped[i][1], mapped[i][2]), STEP_MAP, i);
    for (size_t i = 0; i < DEMO_PRIVATE_RUNS; i++)
        add(&s, demo_instant(d, 7 - 2 * (int)i, 13, 20), STEP_PRIVATE, i);
    for (size_t i = 0; i < DEMO_COSELL * HELP_PARTS; i++)
        add(&s, demo_cosell_at(d, i / HELP_PARTS, i % HELP_PARTS), STEP_HELP, i);
    add_leads(&s);
    add_referrals(&s);
    add_deals(&s);
    add_probing(&s);
    add_days(&s);
    while (s.next < s.n) {
        struct step step = s.steps[s.next++];
        TRY(take(&s, &step));
    }
    return OK;
}

/* The dice may not name a company like one of the script or like a partner. */
static void reserve(struct demo *d, const char *name)
{
    (void)!demo_take(&d->taken, d->arena, arena_strndup(d->arena, name, strcspn(name, " ")));
}

static void reserve_names(struct demo *d)
{
    for (size_t i = 0; i < demo_n_script; i++)
        reserve(d, demo_script[i].company);
    for (size_t i = 0; i < demo_n_script_accounts; i++)
        reserve(d, demo_script_accounts[i].name);
    for (size_t i = 0; i < demo_n_partners; i++)
        reserve(d, demo_partners[i].name);
}

enum status demo_tell(struct app *app, uint64_t seed, struct demo *d)
{
    *d = (struct demo){.app = app,
        .arena = app->arena,
        .dice = {seed},
        .taken = demo_taken_new(app->arena, 2 * DEMO_ACCOUNTS),
        .zone = zone_get("Europe/Berlin"),
        .now = instant_now()};
    ASSERT(d->zone);
    d->today = date_in(d->zone, d->now);
    reserve_names(d);
    TRY(demo_programme(d));
    TRY(demo_accounts(d));
    TRY(story(d));
    TRY(demo_disagree(d));
    TRY(demo_touchpoints(d));
    TRY(demo_notes(d));
    TRY(demo_customers(d));
    TRY(demo_cosell_find(d, d->now));
    TRY(demo_mail(d)); /* the committer answers in order: what was sent is done */
    return d->failed;
}
