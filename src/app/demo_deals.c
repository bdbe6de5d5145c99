/* The demo's deals: planned by the dice, then done with the verbs that partners and the vendor use. */
#include "app/demo.h"
#include "domain/registration/registration.h"

#include <stdlib.h>

/* ---- planning ---- */

static bool weekend(struct date d)
{
    return (d.days + 3) % 7 >= 5; /* 1970-01-01 was a Thursday */
}

static struct instant working_time(struct demo *d, int days_ago)
{
    while (weekend((struct date){d->today.days - days_ago}))
        days_ago++;
    return demo_instant(d, days_ago, dice_between(&d->dice, 8, 17), dice_between(&d->dice, 0, 59));
}

/* By weight, of those that had joined. Brightwater's present is scripted. */
static struct demo_firm *pick_firm(struct demo *d, int days_ago)
{
    for (;;) {
        struct demo_firm *f = &d->firms[dice_below(&d->dice, (unsigned)demo_n_partners)];
        bool scripted = f->partner == &demo_partners[0] && days_ago < 98;
        if (!scripted && f->partner->joined > days_ago + 4 && dice_below(&d->dice, 22) < f->partner->weight)
            return f;
    }
}

static int64_t pick_amount(struct dice *dice, const char *tier)
{
    bool large = streq(tier, "gold") || streq(tier, "platinum");
    unsigned band = dice_below(dice, 100);
    if (band < (large ? 28U : 76U))
        return 100 * (int64_t)dice_between(dice, 38, 250);
    if (band < (large ? 93U : 95U))
        return 100 * (int64_t)dice_between(dice, 251, large ? 1600 : 900);
    return 500 * (int64_t)dice_between(dice, 400, 900);
}

static int pick_line(struct dice *dice, const struct demo_partner *p)
{
    for (int tries = 0; tries < 12; tries++) {
        int line = (int)dice_below(dice, LINE_COUNT);
        if (p->certified[line] || dice_chance(dice, 8))
            return line;
    }
    return LINE_FLOWGATE;
}

static const char relationships[] =
    "We have run their servers since 2020.|Met their head of IT at a trade fair.|Existing customer, asked us "
    "for an offer.|Workshop planned with their finance team.|Introduced by their tax adviser.|Their plant "
    "manager is a former customer of ours.|We won the tender for the rollout.|Second site after a first "
    "project.|Proof of concept is under way.|Their parent company uses it already.|Call with the managing "
    "director last week.|We maintain their ERP.|Renewal of their old system is due.|Referred by their bank.";
static const char relationships_de[] =
    "Bestandskunde seit 2019, möchte ablösen.|Termin mit der Geschäftsführung war letzte Woche.|Wir betreuen "
    "deren Netzwerk.|Empfehlung vom Steuerberater.|Gespräch auf der Messe, Angebot ist "
    "gewünscht.|Folgeprojekt "
    "nach dem ersten Werk.";
static const char projects[] = "New system|New system|Replacement|Replacement|Extension|Pilot";

/* One vowel for another, behind the first letter. */
static const char *misspelt(struct arena *a, const char *name)
{
    static const char vowels[] = "aeiou", instead[] = "eayau";
    char *copy = arena_strdup(a, name);
    char *at = copy + 1 + strcspn(copy + 1, vowels);
    if (*at)
        *at = instead[strchr(vowels, *at) - vowels];
    return copy;
}

/* What a partner types of a company that it knows well or less well. */
static void type_company(struct demo *d, struct demo_deal *deal, const struct demo_company *c)
{
    unsigned how = dice_below(&d->dice, 100);
    deal->country = c->country;
    deal->company = how < 55 ? c->plain : c->name;
    if (how < 5) /* perhaps the same company, perhaps one of nearly that name */
        deal->company = misspelt(d->arena, c->plain);
    deal->domain = how >= 30 ? c->domain : NULL;
    if (how >= 90 && c->domain) {
        deal->company = c->domain;
        deal->domain = NULL;
    }
}

static const struct demo_known *pick_known(struct demo *d, const char *country)
{
    for (int tries = 0; tries < 400; tries++) {
        const struct demo_known *k = &d->known[dice_below(&d->dice, (unsigned)d->n_known)];
        if (!k->scripted && streq(k->company.country, country))
            return k;
    }
    return NULL;
}

/* A rival's customer of the last weeks, the same line: how conflicts arise. */
static const struct demo_deal *pick_rival(
    struct demo *d, const struct demo_deal *deals, size_t n, const struct demo_deal *deal)
{
    for (int tries = 0; tries < 20 && n; tries++) {
        size_t back = 1 + dice_below(&d->dice, n < 25 ? (unsigned)n : 25);
        const struct demo_deal *r = &deals[n - back];
        if (r->firm != deal->firm && strstr(deal->firm->partner->sells, r->country) &&
            deal->at.us - r->at.us < 50 * US_PER_DAY)
            return r;
    }
    return NULL;
}

static void plan_company(struct demo *d, struct demo_deal *deals, size_t n, struct demo_deal *deal)
{
    const struct demo_deal *rival = dice_chance(&d->dice, 9) ? pick_rival(d, deals, n, deal) : NULL;
    if (rival) {
        deal->company = rival->company;
        deal->domain = rival->domain;
        deal->country = rival->country;
        deal->line = rival->line;
        return;
    }
    const char *code = dice_pick(&d->dice, d->arena, deal->firm->partner->sells);
    const struct demo_country *country =
        dice_chance(&d->dice, 5) ? demo_country_any(&d->dice) : demo_country(code);
    const struct demo_known *known = dice_chance(&d->dice, 50) ? pick_known(d, country->code) : NULL;
    struct demo_company company =
        known ? known->company : demo_company_new(d->arena, &d->dice, &d->taken, country);
    type_company(d, deal, &company);
}

static void plan_fate(struct dice *dice, struct demo_deal *deal)
{
    unsigned fate = dice_below(dice, 100), wins = deal->firm->partner->weight > 15 ? 55 : 38;
    deal->fate = fate < wins        ? FATE_WIN
                 : fate < wins + 18 ? FATE_LOSE
                 : fate < wins + 26 ? FATE_WITHDRAW
                                    : FATE_OPEN;
    deal->fate_days = dice_between(dice, 12, 84);
    deal->agree = dice_chance(dice, 66);
    deal->answer_hours = dice_chance(dice, 92) ? dice_between(dice, 1, 22) : dice_between(dice, 25, 60);
    deal->pick = dice_below(dice, 1000);
    deal->asks = dice_chance(dice, 30);
}

static void plan_random(struct demo *d, struct demo_deal *deals, size_t n, int days_ago)
{
    struct demo_deal *deal = &deals[n];
    struct demo_firm *firm = pick_firm(d, days_ago);
    bool german = streq(demo_country(firm->partner->country)->language, "de") && dice_chance(&d->dice, 60);
    *deal = (struct demo_deal){.at = working_time(d, days_ago),
        .firm = firm,
        .line = pick_line(&d->dice, firm->partner),
        .amount = pick_amount(&d->dice, firm->partner->tier),
        .months = dice_between(&d->dice, 1, 8),
        .project = dice_chance(&d->dice, 80) ? dice_pick(&d->dice, d->arena, projects) : NULL};
    if (dice_chance(&d->dice, 85))
        deal->relationship = dice_pick(&d->dice, d->arena, german ? relationships_de : relationships);
    plan_company(d, deals, n, deal);
    plan_fate(&d->dice, deal);
}

static void plan_scripted(struct demo *d, struct demo_deal *deal, const struct demo_script *s, size_t i)
{
    *deal = (struct demo_deal){.at = s->days_ago
                                         ? demo_instant(d, s->days_ago, 9 + (int)(i % 8), (int)i)
                                         : (struct instant){d->now.us - s->hours_ago * 3600 * US_PER_SECOND},
        .firm = demo_firm(d, s->partner),
        .person = s->person,
        .company = s->company,
        .domain = s->domain,
        .country = s->country,
        .line = s->line,
        .amount = s->amount,
        .months = 2 + (int)i % 5,
        .relationship = s->relationship,
        .project = s->project,
        .waits = s->waits,
        .agree = true,
        .answer_hours = 6,
        .pick = 1};
}

static int newest_first(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static int by_time(const void *a, const void *b)
{
    const struct demo_deal *x = a, *y = b;
    return x->at.us < y->at.us ? -1 : x->at.us > y->at.us;
}

struct demo_deal *demo_deals_plan(struct demo *d, size_t *n)
{
    struct demo_deal *deals =
        ARENA_ARRAY(d->arena, DEMO_REGISTRATIONS + demo_n_script + DEMO_PROBES, struct demo_deal);
    int *days = ARENA_ARRAY(d->arena, DEMO_REGISTRATIONS, int);
    *n = 0;
    for (size_t i = 0; i < DEMO_REGISTRATIONS; i++) { /* the later of two days: the programme grows */
        int one = dice_between(&d->dice, 1, DEMO_DAYS - 20), two = dice_between(&d->dice, 1, DEMO_DAYS - 20);
        days[i] = one < two ? one : two;
    }
    qsort(days, DEMO_REGISTRATIONS, sizeof *days, newest_first);
    for (size_t i = DEMO_REGISTRATIONS; i--; ++*n)
        plan_random(d, deals, *n, days[i]);
    for (size_t i = 0; i < demo_n_script; i++, ++*n)
        plan_scripted(d, &deals[*n], &demo_script[i], i);
    qsort(deals, *n, sizeof *deals, by_time);
    return deals;
}

/* ---- calls ---- */

struct given demo_given(const char *name, const char *value)
{
    return (struct given){.name = name, .value = v_text(value), .loose = true};
}

enum status demo_do(struct demo *d, const struct viewer *viewer, struct instant at, const struct verb *verb,
    int64_t row_id, const struct given *given, size_t n, bool quiet, int64_t *result)
{
    struct call *c = app_call(d->app, viewer);
    c->now = at;
    c->row_id = row_id;
    enum status s = app_do(d->app, c, verb, given, n);
    if (s == REFUSED && !quiet)
        problem_print(c->problem);
    if (s == OK && result)
        *result = c->result_id;
    arena_free(c->arena);
    return s;
}

/* On the committer's thread. */
static void sent(void *ctx, struct call *c, enum status s)
{
    struct demo *d = ctx;
    if (s == REFUSED)
        problem_print(c->problem);
    if (s != OK)
        d->failed = s;
    arena_free(c->arena);
}

static void sent_quietly(void *ctx, struct call *c, enum status s)
{
    struct demo *d = ctx;
    if (s != OK && s != REFUSED)
        d->failed = s;
    arena_free(c->arena);
}

enum status demo_send(struct demo *d, const struct viewer *viewer, struct instant at, const struct verb *verb,
    int64_t row_id, const struct given *given, size_t n, bool quiet)
{
    struct call *c = app_call(d->app, viewer);
    c->now = at;
    c->row_id = row_id;
    d->sent = true;
    enum status s = app_prepare(d->app, c, verb, given, n);
    if (s == OK)
        committer_submit(d->app->committer, c, quiet ? sent_quietly : sent, d);
    else if (quiet)
        sent_quietly(d, c, s);
    else
        sent(d, c, s);
    return quiet && s == REFUSED ? OK : s;
}

/* Reads what the deal has become. */
static enum status look(struct demo *d, struct demo_deal *deal)
{
    struct call *c = app_call(d->app, &system_viewer);
    struct registration r;
    c->db = db_pool_take(d->app->pool);
    enum status s = c->db ? db_begin_read(c->db) : BROKEN;
    if (s == OK)
        s = noun_load(c, &registration_noun, deal->id, &r);
    if (s == OK) {
        deal->state = streq(r.state, "review")     ? DEAL_REVIEW
                      : streq(r.state, "approved") ? DEAL_APPROVED
                                                   : DEAL_ENDED;
        deal->queue = arena_strdup(d->arena, r.queue);
        deal->taken = streq(r.state, "declined") && streq(r.rule, "taken");
        deal->protected_until = r.protected_until;
    }
    if (c->db) {
        db_rollback(c->db);
        db_pool_give(d->app->pool, c->db);
    }
    arena_free(c->arena);
    return s;
}

/* The one that the script names, else one of the firm's; its people are known once it has joined. */
const struct viewer *demo_deal_seller(const struct demo_deal *deal)
{
    const struct demo_firm *f = deal->firm;
    for (size_t i = 0; deal->person && i < f->n_people; i++)
        if (streq(deal->person, f->people[i].name))
            return &f->people[i];
    ASSERT(!deal->person);
    bool admin = f->n_people < 2 || deal->pick % 7 == 0;
    return &f->people[admin ? 0 : 1 + deal->pick % (f->n_people - 1)];
}

/* ---- verbs ---- */

enum status demo_deal_check(struct demo *d, const struct demo_deal *deal, struct instant at)
{
    struct given g[] = {demo_given("company", deal->company), demo_given("country", deal->country),
        demo_given("product_line_id", demo_lines[deal->line])};
    return demo_send(d, demo_deal_seller(deal), at, &registration_check, 0, g, COUNT(g), false);
}

/* "2026-09" */
static const char *close_month(const struct demo *d, const struct demo_deal *deal)
{
    const char *iso = date_iso(d->arena, date_add_months(date_in(d->zone, deal->at), deal->months));
    return arena_strndup(d->arena, iso, 7);
}

enum status demo_deal_register(struct demo *d, struct demo_deal *deal, struct instant at)
{
    struct given g[] = {demo_given("company", deal->company), demo_given("country", deal->country),
        demo_given("product_line_id", demo_lines[deal->line]),
        demo_given("amount", arena_printf(d->arena, "%lld", (long long)deal->amount)),
        demo_given("close_month", close_month(d, deal)), demo_given("relationship", deal->relationship),
        demo_given("domain", deal->domain), demo_given("custom.project", deal->project)};
    TRY(demo_do(d, demo_deal_seller(deal), at, &registration_register, 0, g, COUNT(g), false, &deal->id));
    return look(d, deal);
}

/* Why, by the queue: what the partner reads. */
static const char *reason(const struct demo_deal *deal, bool agree)
{
    static const struct {
        const char *queue, *yes[3], *no[3];
    } words[] = {
        {"operations",
            {"We compared the two companies: they only share a name.",
                "The group company is another business with its own budget; both partners may go on.",
                "Registered office and people differ from the company that we know."},
            {"This is the company that another partner works on, under its former name.",
                "The parent decides for all of its companies, and a partner is protected there.",
                "We cannot tell the two apart. Send us the customer's web domain and register again."}},
        {"account_owner",
            {"The account owner welcomes you: lead the project, she joins the first meeting.",
                "Our own deal there has ended, so that the customer is yours.",
                "The running contract is for another site."},
            {"Our offer has been with the customer for weeks. Talk to the account owner about services.",
                "The contract is being renewed at the moment. Ask again when it is signed.",
                "The customer wants to buy from us directly for now."}},
        {"partner_manager",
            {"You know the customer well and your second specialist is certified next week.",
                "The size is fine: you have delivered two projects like this one.",
                "No partner near the customer has the languages that your team has."},
            {"Somebody has to be certified for this product line before we can protect such a deal.",
                "We could not see how you know the customer. Tell us more and register again.",
                "A partner in that country is better placed. Ask us for an introduction."}},
    };
    for (size_t i = 0; i < COUNT(words); i++)
        if (streq(words[i].queue, deal->queue))
            return agree ? words[i].yes[deal->pick % 3] : words[i].no[deal->pick % 3];
    BUG("nobody answers for the queue %s", deal->queue);
}

static const struct viewer *answerer(const struct demo *d, const struct demo_deal *deal)
{
    if (!streq(deal->queue, "operations"))
        return demo_staff_viewer(d, deal->firm->partner->manager);
    return demo_staff_viewer(d, deal->pick % 4 ? "Ruth Halvorsen" : "Nadia Petrescu");
}

/* Agreeing may be too late: then another registration stands there, and the answer is no. */
enum status demo_deal_answer(struct demo *d, struct demo_deal *deal, struct instant at)
{
    const struct viewer *who = answerer(d, deal);
    struct given yes[] = {
        demo_given("reason", reason(deal, true)), demo_given("benefit_percent", deal->pick % 3 ? "10" : "8")};
    struct given no[] = {demo_given("reason", reason(deal, false))};
    struct given late[] = {demo_given("reason", "Another partner's registration was decided before yours.")};
    enum status s = REFUSED;
    if (deal->agree)
        s = demo_do(d, who, at, &registration_approve, deal->id, yes, COUNT(yes), true, NULL);
    if (s == REFUSED)
        s = demo_do(d, who, at, &registration_decline, deal->id, deal->agree ? late : no, 1, false, NULL);
    TRY(s);
    return look(d, deal);
}

enum status demo_deal_end(struct demo *d, const struct demo_deal *deal, struct instant at)
{
    const struct viewer *manager = demo_staff_viewer(d, deal->firm->partner->manager);
    const struct verb *verb = deal->fate == FATE_WIN    ? &registration_win
                              : deal->fate == FATE_LOSE ? &registration_lose
                                                        : &registration_withdraw;
    return demo_send(
        d, deal->fate == FATE_WIN ? manager : demo_deal_seller(deal), at, verb, deal->id, NULL, 0, true);
}
