/* The shared pipeline: who works on the newest open deals, what they plan, what they say, how far they are.
 */
#include "app/demo.h"
#include "base/id.h"
#include "domain/opportunity/comment.h"
#include "domain/opportunity/plan.h"
#include "domain/opportunity/team.h"

#include <stdlib.h>

#define DEALS 44

struct shared_deal {
    int64_t id, owner, partner, step; /* step: an open one that is nearest */
    const char *stage;
    bool registered; /* it has been a registration */
};
struct shared_deals {
    struct shared_deal deal[DEALS];
    size_t n;
};

/* The newest that were open when this part of the story begins, always in the same order. */
static enum status find(struct call *c)
{
    struct shared_deals *out = c->in;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select o.id, o.owner_id, (select m.partner_id from opportunity_member m where m.opportunity_id = "
        "o.id "
        "and m.state = 'active' and m.partner_id is not null order by m.role desc limit 1), (select s.id "
        "from "
        "plan_step s where s.opportunity_id = o.id and s.state = 'open' order by s.due, s.text limit 1), "
        "o.stage, case when o.external_id is null then 1 else 0 end from opportunity o where o.state = "
        "'open' and not exists (select 1 from lead l where l.opportunity_id = o.id) "
        "order by o.created desc, o.name limit 44",
        NULL, 0));
    for (out->n = 0; out->n < rows.n && out->n < DEALS; out->n++)
        out->deal[out->n] = (struct shared_deal){.id = cell_int(&rows, out->n, 0),
            .owner = cell_int(&rows, out->n, 1),
            .partner = cell_int(&rows, out->n, 2),
            .step = cell_int(&rows, out->n, 3),
            .stage = streq(cell_text(&rows, out->n, 4), "discovery") ? "discovery" : "later",
            .registered = cell_int(&rows, out->n, 5) == 1};
    return OK;
}

static const struct viewer *staff(const struct demo *d, int64_t person_id)
{
    for (size_t i = 0; i < demo_n_staff; i++)
        if (d->staff[i].person_id == person_id)
            return &d->staff[i];
    return demo_staff_viewer(d, "Ines Okafor");
}

static const struct demo_firm *firm_of(const struct demo *d, int64_t partner_id)
{
    for (size_t i = 0; partner_id && i < demo_n_partners; i++)
        if (d->firms[i].id == partner_id && d->firms[i].n_people)
            return &d->firms[i];
    return NULL;
}

static struct given ref_given(struct demo *d, const char *name, const char *prefix, int64_t id)
{
    return demo_given(name, id ? id_text(d->arena, prefix, id) : "");
}

/* ---- who works on it ---- */

static enum status join(struct demo *d, const struct shared_deal *o, struct instant at, int64_t partner,
    int64_t person, const char *role, int share)
{
    struct given g[] = {ref_given(d, "opportunity_id", "opp", o->id),
        ref_given(d, "partner_id", "prt", partner), ref_given(d, "person_id", "per", person),
        demo_given("role", role),
        demo_given("share_percent", share ? arena_printf(d->arena, "%d", share) : "")};
    return demo_send(d, staff(d, o->owner), at, &member_create, 0, g, COUNT(g), true);
}

static enum status team(struct demo *d, const struct shared_deals *all, struct instant at)
{
    static const char *const roles[] = {"co_sell", "influence", "delivery", "marketplace"};
    static const int shares[] = {40, 15, 20, 0};
    const struct viewer *engineer = demo_staff_viewer(d, "Freja Holmgaard");
    for (size_t i = 0; i < all->n; i++) {
        const struct shared_deal *o = &all->deal[i];
        const struct demo_firm *firm = &d->firms[i * 7 % demo_n_partners];
        bool second = o->registered && i % 4 == 1; /* a rival, which neither of the two learns of */
        if ((second || (!o->registered && i % 5 != 4)) && firm->n_people && firm->id != o->partner)
            TRY(join(d, o, at, firm->id, firm->people[i % firm->n_people].person_id, roles[i % COUNT(roles)],
                shares[i % COUNT(roles)]));
        if (i % 4 == 0 && o->owner != engineer->person_id)
            TRY(join(d, o, at, 0, engineer->person_id, "engineer", 0));
    }
    return OK;
}

/* ---- the plan ---- */

static const struct {
    const char *text, *side;
    int day; /* from the day on which it is written */
} plan[] = {{"Agree the goals with the customer's IT", "partner", 3},
    {"Send the reference of a similar customer", "vendor", 6}, {"Technical workshop on site", "partner", 13},
    {"Trial with their own data", "vendor", 21}, {"Offer to purchasing", "partner", 30},
    {"Security questionnaire answered", "vendor", 10}, {"Meet the head of finance", "partner", 17},
    {"Contract to the customer's legal department", "vendor", 40}};

static enum status plan_one(
    struct demo *d, const struct shared_deal *o, struct instant at, size_t which, size_t i)
{
    int32_t day = date_in(d->zone, at).days + plan[which].day + (int32_t)(i % 5);
    bool theirs = streq(plan[which].side, "partner") && o->partner;
    struct given g[] = {ref_given(d, "opportunity_id", "opp", o->id), demo_given("text", plan[which].text),
        demo_given("due", date_iso(d->arena, (struct date){day})),
        demo_given("side", theirs ? "partner" : "vendor"), ref_given(d, "partner_id", "prt", o->partner)};
    return demo_send(d, staff(d, o->owner), at, &step_create, 0, g, COUNT(g), true);
}

static enum status plans(struct demo *d, const struct shared_deals *all, struct instant at)
{
    for (size_t i = 0; i < all->n; i++) {
        if (i % 9 == 7) /* some have no next step: somebody should notice */
            continue;
        for (size_t k = 0; k < 2 + i % 3; k++)
            TRY(plan_one(d, &all->deal[i], at, (i + k * 3) % COUNT(plan), i));
    }
    return OK;
}

/* ---- words ---- */

static enum status say(struct demo *d, const struct shared_deal *o, const struct viewer *who,
    struct instant at, const char *text, bool shared)
{
    struct given g[] = {ref_given(d, "opportunity_id", "opp", o->id), demo_given("text", text),
        ref_given(d, "partner_id", "prt", shared && !who->partner_id ? o->partner : 0)};
    return demo_send(d, who, at, &comment_create, 0, g, COUNT(g), true);
}

static enum status words(struct demo *d, const struct shared_deals *all, struct instant at)
{
    static const char *const theirs[] = {
        "The head of IT is on our side; purchasing wants a second offer before the year ends.",
        "We can have two engineers on site in the second week. Do you bring the test licence?",
        "They asked for a reference with more than 500 users. Is there one in their industry?"};
    static const char *const ours[] = {"Thanks. I send the reference today and join the workshop.",
        "The licence is on its way. Let us fix the date with the customer this week.",
        "Their contract with the other vendor runs until March: the date is realistic."};
    static const char *const inside[] = {
        "Discount beyond 12% needs @Tomas Brandt. I would not offer it before the trial.",
        "Budget is approved, says their controller. Not official yet."};
    for (size_t i = 0; i < all->n; i++) {
        const struct shared_deal *o = &all->deal[i];
        const struct demo_firm *firm = firm_of(d, o->partner);
        if (firm && i % 3 != 2)
            TRY(say(d, o, &firm->people[0], at, theirs[i % COUNT(theirs)], true));
        if (firm && i % 2 == 0)
            TRY(say(d, o, staff(d, o->owner), at, ours[i % COUNT(ours)], true));
        if (i % 4 == 0)
            TRY(say(d, o, staff(d, o->owner), at, inside[i / 4 % COUNT(inside)], false));
    }
    return OK;
}

/* ---- how far they are ---- */

static enum status progress(struct demo *d, const struct shared_deals *all, struct instant at)
{
    static const char *const next[] = {"evaluation", "evaluation", "proposal"};
    for (size_t i = 0; i < all->n; i++) {
        const struct shared_deal *o = &all->deal[i];
        const struct demo_firm *firm = firm_of(d, o->partner);
        struct given stage[] = {demo_given("stage", next[i % COUNT(next)])};
        if (streq(o->stage, "discovery") && i % 4 != 3)
            TRY(demo_send(d, firm && o->registered ? &firm->people[0] : staff(d, o->owner), at,
                &opportunity_move, o->id, stage, 1, true));
        if (o->step && i % 3 == 0)
            TRY(demo_send(d, staff(d, o->owner), at, &step_finish, o->step, NULL, 0, true));
    }
    return OK;
}

enum status demo_pipeline(struct demo *d, size_t part, struct instant at)
{
    static enum status (*const parts[DEMO_PIPELINE_PARTS])(
        struct demo *, const struct shared_deals *, struct instant) = {team, plans, words, progress};
    struct shared_deals all = {.n = 0};
    TRY(app_seed(d->app, find, &all));
    return parts[part](d, &all, at);
}
