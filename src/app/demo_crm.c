/* What the demo's CRM brings: accounts once, the vendor's own opportunities with each week's import. */
#include "app/demo.h"
#include "base/id.h"

#include <stdlib.h>

#define CHUNK 250 /* rows in a transaction */

/* ---- accounts: planned ---- */

static const char *const owners[] = {"Ines Okafor", "Lena Vogt", "Dario Kestrel", "Freja Holmgaard"};

static size_t staff_index(const char *name)
{
    for (size_t i = 0; i < demo_n_staff; i++)
        if (streq(demo_staff[i].name, name))
            return i + 1;
    return 0;
}

/* Each owner has countries of his own. */
static size_t owner_for(struct dice *dice, const char *country)
{
    size_t home = streq(country, "DE") || streq(country, "AT") || streq(country, "CH")   ? 1
                  : streq(country, "US") || streq(country, "GB") || streq(country, "IE") ? 2
                  : streq(country, "SE") || streq(country, "NO") || streq(country, "DK") ? 3
                                                                                         : 0;
    return staff_index(owners[dice_chance(dice, 85) ? home : dice_below(dice, COUNT(owners))]);
}

static void plan_scripted(struct demo *d)
{
    for (size_t i = 0; i < demo_n_script_accounts; i++) {
        const struct demo_script_account *s = &demo_script_accounts[i];
        struct demo_known *k = &d->known[d->n_known++];
        *k = (struct demo_known){.company = {.name = s->name,
                                     .plain = s->plain,
                                     .domain = s->domain,
                                     .country = s->country,
                                     .city = s->city},
            .owner = s->owner ? staff_index(s->owner) : 0,
            .status = s->status,
            .contract_days = s->contract_days,
            .scripted = true};
        for (size_t p = 0; s->parent && p < i; p++)
            if (streq(demo_script_accounts[p].name, s->parent))
                k->parent = p + 1;
    }
}

static void plan_surroundings(struct demo *d, struct demo_known *k)
{
    unsigned status = dice_below(&d->dice, 100);
    k->status = status < 2 ? "direct_only" : status < 8 ? "named" : "open";
    if (status < 8 || dice_chance(&d->dice, 30))
        k->owner = owner_for(&d->dice, k->company.country);
    if (dice_chance(&d->dice, 5))
        k->contract_days = dice_between(&d->dice, -300, 700);
    if (dice_chance(&d->dice, 6))
        k->alias = arena_printf(d->arena, "%s Group", k->company.plain);
    if (dice_chance(&d->dice, 10))
        k->company.domain = NULL; /* the CRM is not complete */
}

static void plan_subsidiary(struct demo *d, size_t parent)
{
    struct demo_known *k = &d->known[d->n_known];
    const struct demo_company *of = &d->known[parent].company;
    const struct demo_country *country = demo_country_any(&d->dice);
    if (!of->core || d->known[parent].parent || streq(country->code, of->country))
        return;
    *k = (struct demo_known){
        .company = demo_company_subsidiary(d->arena, &d->dice, of, country), .parent = parent + 1};
    if (!demo_take(&d->taken, d->arena, k->company.name))
        return;
    plan_surroundings(d, k);
    d->n_known++;
}

static void plan_accounts(struct demo *d)
{
    d->known = ARENA_ARRAY(d->arena, DEMO_ACCOUNTS, struct demo_known);
    plan_scripted(d);
    while (d->n_known < DEMO_ACCOUNTS - 130) {
        struct demo_known *k = &d->known[d->n_known++];
        k->company = demo_company_new(d->arena, &d->dice, &d->taken, demo_country_any(&d->dice));
        plan_surroundings(d, k);
    }
    while (d->n_known < DEMO_ACCOUNTS)
        plan_subsidiary(d, dice_below(&d->dice, DEMO_ACCOUNTS / 2));
}

/* ---- accounts: stored ---- */

struct chunk {
    struct demo *demo;
    size_t from, to;
};

/* A millisecond apart, so that no two of thousands draw the same id. */
static int64_t id_at(struct instant at, size_t i)
{
    return id_new((struct instant){at.us + (int64_t)i * 1000});
}

/* One in six is not known; no dice, so that the names stay. */
static const char *industry_of(size_t i)
{
    static const char *const industries[] = {"manufacturing", "logistics", "energy", "manufacturing",
        "public", "finance", "health", "manufacturing", "retail", "services", NULL, NULL};
    return industries[i * 7 % COUNT(industries)];
}

static enum status account_rows(struct call *c)
{
    const struct chunk *chunk = c->in;
    struct demo *d = chunk->demo;
    c->now = demo_instant(d, DEMO_DAYS, 9, (int)(chunk->from / CHUNK));
    for (size_t i = chunk->from; i < chunk->to; i++) {
        struct demo_known *k = &d->known[i];
        struct account a = {.name = k->company.name,
            .domain = k->company.domain,
            .country = k->company.country,
            .city = k->company.city,
            .industry = industry_of(i),
            .aliases = k->alias,
            .parent_id = {k->parent ? d->known[k->parent - 1].id : 0},
            .owner_id = {k->owner ? d->staff[k->owner - 1].person_id : 0},
            .status = k->status,
            .contract_until = {k->contract_days ? d->today.days + k->contract_days : DATE_NONE},
            .external_id = arena_printf(c->arena, "ACC-%zu", 10001 + i),
            .source = "crm"};
        k->id = id_at(c->now, i - chunk->from);
        TRY(account_insert(c, &a, &k->id));
    }
    return OK;
}

enum status demo_accounts(struct demo *d)
{
    plan_accounts(d);
    for (size_t from = 0; from < d->n_known; from += CHUNK) {
        struct chunk chunk = {d, from, from + CHUNK < d->n_known ? from + CHUNK : d->n_known};
        TRY(app_seed(d->app, account_rows, &chunk));
    }
    return OK;
}

/* ---- the vendor's own deals ---- */

struct own_deal {
    size_t known;
    int line;
    int64_t amount;                          /* whole units */
    int engaged_ago, active_ago, closed_ago; /* days; closed -1: open */
    bool won;
    int64_t id;
};
struct demo_own_deals {
    struct own_deal *deal;
    size_t n;
};

static void plan_own_deal(struct demo *d, struct own_deal *o, size_t known, int active_ago)
{
    struct dice *dice = &d->dice;
    *o = (struct own_deal){.known = known,
        .line = (int)dice_below(dice, LINE_COUNT),
        .amount = INT64_C(500) * dice_between(dice, 16, 700),
        .closed_ago = -1};
    if (active_ago) { /* scripted: open for the first line */
        o->line = LINE_FLOWGATE;
        o->active_ago = active_ago;
        o->engaged_ago = active_ago + 45;
        return;
    }
    int cycle = dice_between(dice, 25, 210);
    o->engaged_ago = dice_between(dice, 3, DEMO_DAYS + 100);
    o->closed_ago = o->engaged_ago - cycle;
    o->won = dice_chance(dice, 41);
    if (o->closed_ago > 0) {
        bool forgotten = dice_chance(dice, 12); /* nobody ever closed it */
        o->active_ago = o->closed_ago;
        o->closed_ago = forgotten ? -1 : o->closed_ago;
    } else {
        o->closed_ago = -1;
        o->active_ago = dice_below(dice, (unsigned)o->engaged_ago) / 2;
    }
}

struct demo_own_deals *demo_own_deals_plan(struct demo *d)
{
    struct demo_own_deals *o = ARENA_NEW(d->arena, struct demo_own_deals);
    o->deal = ARENA_ARRAY(d->arena, DEMO_OPPORTUNITIES, struct own_deal);
    for (size_t i = 0; i < demo_n_script_accounts; i++)
        if (demo_script_accounts[i].own_deal_days)
            plan_own_deal(d, &o->deal[o->n++], i, demo_script_accounts[i].own_deal_days);
    while (o->n < DEMO_OPPORTUNITIES) {
        size_t known = dice_below(&d->dice, (unsigned)d->n_known);
        if (!d->known[known].scripted)
            plan_own_deal(d, &o->deal[o->n++], known, 0);
    }
    d->n_opportunities = o->n;
    return o;
}

struct crm_import {
    struct demo *demo;
    struct demo_own_deals *deals;
    struct instant from, to;
};

/* Whether that many days ago lies between the last import and this one. */
static bool falls_in(const struct crm_import *i, int days_ago)
{
    struct instant t = demo_instant(i->demo, days_ago, 12, 0);
    return days_ago >= 0 && t.us > i->from.us && t.us <= i->to.us;
}

static const char *stage(const struct own_deal *o)
{
    static const char *const stages[] = {"discovery", "evaluation", "proposal", "negotiation"};
    return stages[o->amount / 500 % 4];
}

/* What nobody works on any more has no date either. */
static int32_t expected_close(const struct own_deal *o, int32_t today)
{
    return o->active_ago > 90 ? DATE_NONE : today + (int32_t)(o->amount / 500 * 7 % 140) - 12;
}

/* What the CRM knows nothing of stays. */
#define CRM_FIELDS                                                                                           \
    (UINT64_MAX &                                                                                            \
        ~(FIELD_BIT(&opportunity_noun, stage_since) | FIELD_BIT(&opportunity_noun, previous_stage) |         \
            FIELD_BIT(&opportunity_noun, previous_since)))

/* As the CRM had it at the time of the import. */
static struct opportunity as_of(struct call *c, const struct crm_import *import, const struct own_deal *o)
{
    const struct demo *d = import->demo;
    const struct demo_known *k = &d->known[o->known];
    bool closed = o->closed_ago >= 0 && demo_instant(d, o->closed_ago, 12, 0).us <= import->to.us;
    bool active = demo_instant(d, o->active_ago, 12, 0).us <= import->to.us;
    int32_t today = d->today.days;
    return (struct opportunity){
        .name = arena_printf(c->arena, "%s for %s", demo_lines[o->line], k->company.plain),
        .account_id = {k->id},
        .product_line_id = {d->line_id[o->line]},
        .owner_id =
            {d->staff[(k->owner ? k->owner : staff_index(owners[o->known % COUNT(owners)])) - 1].person_id},
        .state = !closed  ? "open"
                 : o->won ? "won"
                          : "lost",
        .stage = !closed  ? stage(o)
                 : o->won ? "Closed won"
                          : "Closed lost",
        .amount = {o->amount * 100},
        .currency = "EUR",
        .engaged = {today - o->engaged_ago},
        .closes = {closed ? DATE_NONE : expected_close(o, today)},
        .closed = {closed ? today - o->closed_ago : DATE_NONE},
        .last_activity = {today - (active ? o->active_ago : o->engaged_ago)},
        .external_id = arena_printf(c->arena, "OPP-%zu", 20001 + (size_t)(o - import->deals->deal))};
}

static enum status import_rows(struct call *c)
{
    const struct crm_import *import = c->in;
    size_t made = 0;
    c->now = import->to;
    for (size_t i = 0; i < import->deals->n; i++) {
        struct own_deal *o = &import->deals->deal[i];
        struct opportunity row = as_of(c, import, o);
        if (falls_in(import, o->engaged_ago)) {
            o->id = id_at(c->now, made++);
            TRY(noun_insert(c, &opportunity_noun, &row, &o->id));
        } else if (falls_in(import, o->active_ago) || falls_in(import, o->closed_ago)) {
            TRY(noun_update(c, &opportunity_noun, o->id, &row, CRM_FIELDS, "update"));
        }
    }
    return OK;
}

enum status demo_own_deals_import(
    struct demo *d, struct demo_own_deals *o, struct instant from, struct instant to)
{
    struct crm_import import = {d, o, from, to};
    return app_seed(d->app, import_rows, &import);
}
