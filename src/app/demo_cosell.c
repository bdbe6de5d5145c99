/*
 * Who asks whom for help with deals: some months ago, so that it is known what became of them; and now, at
 * each stage. Whom to ask the finder says, as it stood then.
 */
#include "app/demo.h"
#include "base/id.h"
#include "domain/cosell/chance.h"
#include "domain/cosell/request.h"
#include "domain/registration/registration.h"

#define BRIGHTWATER "Brightwater Integration"
#define USUAL       "country,industry,product"

static const struct {
    int days_ago, days, won; /* asked so many days ago; answered after so many, the deal won; 0: not */
    bool from_partner;       /* Brightwater's seller asks */
    const char *firm;        /* which partner the vendor asks; NULL: whoever is the best */
    const char *reason;      /* what speaks for it */
    const char *kind, *shared, *text;
    const char *no, *answer; /* no: the reason; NULL: it helps */
} requests[DEMO_COSELL] = {
    {140, 1, 0, false, NULL, "customer", "introduction", USUAL ",company",
        "Purchasing does not call back. You have worked there: who decides?", NULL,
        "The plant manager does. I call him tomorrow and bring you along."},
    {131, 2, 40, false, NULL, "customer", "technical_validation", USUAL ",company",
        "They doubt that it runs beside what you built for them. Can one of your engineers show it?", NULL,
        "Two of ours are free in the second week."},
    {118, 1, 0, false, NULL, "near_win", "introduction", USUAL,
        "You won next door last year. Do you know somebody there?", "relationship",
        "We know nobody there, sorry."},
    {104, 1, 0, false, NULL, "customer", "presence", "company," USUAL ",amount",
        "They want somebody who is there within two hours.", NULL,
        "Our people are twenty minutes away. Let us visit them together."},
    {97, 0, 0, false, NULL, "near_win", "meeting", USUAL,
        "A joint meeting with their IT before the budget closes.", NULL, NULL},
    {83, 2, 30, false, NULL, "customer", "delivery", "company," USUAL,
        "You deliver there already. Who could roll this out at four sites?", NULL,
        "The same team could, from the first of the month."},
    {71, 1, 0, false, NULL, "near_win", "introduction", USUAL ",company",
        "You know the trade there better than we do. Shall we go in together?", NULL,
        "Gladly. The next meeting is on Tuesday."},
    {58, 1, 9, false, NULL, "near_win", "technical_validation", USUAL,
        "A second opinion on the sizing, before we quote.", NULL, "Send it over, we look at it this week."},
    {12, 1, 0, false, NULL, "customer", "introduction", "company," USUAL ",amount",
        "The deal has not moved for weeks. You know their head of production: could you open the door?", NULL,
        "Gladly. We see them on Thursday and bring you along."},
    {11, 0, 0, false, NULL, "near_win", "meeting", USUAL,
        "You won at two like them. Would you come along to the first meeting?", NULL, NULL},
    {8, 1, 0, false, BRIGHTWATER, "certified", "presence", USUAL,
        "The customer wants somebody on site within two hours.", "capacity",
        "Our people there are booked until spring."},
    {6, 1, 0, false, NULL, "customer", "technical_validation", "company," USUAL,
        "They want proof that the interface to their ERP works. Can one of your engineers sit in for a day?",
        NULL, "Yes. Which day suits them?"},
    {5, 1, 0, true, NULL, NULL, "meeting", NULL,
        "Would you come along to the steering meeting? They doubt the roadmap.", NULL,
        "Yes. Freja joins me; send us the agenda."},
    {4, 0, 0, false, NULL, "open_deal", "delivery", "country,industry,amount",
        "Who could roll it out at four sites from next month on?", NULL, NULL},
    {2, 0, 0, false, BRIGHTWATER, "certified", "technical_validation", USUAL ",amount",
        "Their security team has forty questions on Flowgate. Could Maya answer them with us?", NULL, NULL},
    {1, 0, 0, false, BRIGHTWATER, "certified", "introduction", "company," USUAL,
        "They stopped answering after our offer. Do you know anybody on the board?", NULL, NULL},
    {1, 0, 0, true, NULL, NULL, "technical_validation", NULL,
        "Their data protection officer wants to speak with one of your engineers before they sign.", NULL,
        NULL},
};

struct instant demo_cosell_at(const struct demo *d, size_t i, enum demo_help part)
{
    int after = part == HELP_WON ? requests[i].won : part == HELP_ANSWERED ? requests[i].days : 0;
    if (part != HELP_ASKED && !after)
        return (struct instant){INT64_MAX};
    return demo_instant(d, requests[i].days_ago - after, part == HELP_ASKED ? 10 : 9, 5 + 2 * (int)i);
}

/* ---- whom, about what ---- */

struct pick {
    struct demo *demo;
    size_t request;
    struct demo_firm *firm;
    int64_t opportunity_id, owner_id, registration_id;
};

static bool fits(const struct pick *p, const struct rows *rows, size_t r, struct demo_firm *firm)
{
    const char *name = requests[p->request].firm, *reason = requests[p->request].reason;
    const char *key = arena_printf(p->demo->arena, ",%s,", reason);
    return firm->n_people && (!name || streq(name, cell_string(rows, r, 0))) &&
           strstr(cell_string(rows, r, 3), key);
}

/* The best chance that nobody was asked about yet. */
static enum status find_chance(struct call *c)
{
    struct pick *p = c->in;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select p.name, k.opportunity_id, o.owner_id, k.reasons from cosell_chance k join partner p on p.id "
        "= "
        "k.partner_id join opportunity o on o.id = k.opportunity_id where o.state = 'open' and not exists "
        "(select 1 from cosell_request q where q.opportunity_id = o.id) order by k.score desc, o.name, "
        "p.name",
        NULL, 0));
    for (size_t r = 0; r < rows.n && !p->firm; r++) {
        struct demo_firm *firm = demo_firm(p->demo, cell_string(&rows, r, 0));
        if (!fits(p, &rows, r, firm))
            continue;
        p->firm = firm;
        p->opportunity_id = cell_int(&rows, r, 1);
        p->owner_id = cell_int(&rows, r, 2);
    }
    return OK;
}

/* The newest that the seller holds and has not asked about. */
static enum status find_registration(struct call *c)
{
    struct pick *p = c->in;
    struct value args[1] = {v_int(p->firm->people[1].person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select r.id from registration r where r.person_id = $1 and r.state = 'approved' and not exists "
        "(select 1 from cosell_request q where q.registration_id = r.id) order by r.created desc, r.company "
        "limit 1",
        args, 1));
    p->registration_id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static const struct viewer *owner_viewer(const struct demo *d, int64_t person_id)
{
    for (size_t i = 0; i < demo_n_staff; i++)
        if (d->staff[i].person_id == person_id)
            return &d->staff[i];
    return demo_staff_viewer(d, "Ines Okafor");
}

/* ---- asking and answering ---- */

static enum status ask_partner(struct demo *d, size_t i, struct instant at)
{
    struct pick p = {.demo = d, .request = i};
    if (i == 0 || requests[i - 1].days_ago - requests[i].days_ago > 40) /* the finder, as it stands then */
        TRY(demo_cosell_find(d, at));
    TRY(app_seed(d->app, find_chance, &p));
    if (!p.firm)
        return OK;
    struct given given[] = {demo_given("kind", requests[i].kind), demo_given("text", requests[i].text),
        demo_given("shared", requests[i].shared), demo_given("origin", i % 2 ? "finder" : "deal"),
        demo_given("partner_id", id_text(d->arena, "prt", p.firm->id)),
        demo_given("opportunity_id", id_text(d->arena, opportunity_noun.prefix, p.opportunity_id))};
    d->help[i] = (struct demo_helped){.answers = &p.firm->people[0],
        .owner = owner_viewer(d, p.owner_id),
        .opportunity_id = p.opportunity_id};
    return demo_do(d, owner_viewer(d, p.owner_id), at, &cosell_ask, 0, given, COUNT(given), false,
        &d->help[i].request_id);
}

static enum status ask_vendor(struct demo *d, size_t i, struct instant at)
{
    struct pick p = {.demo = d, .request = i, .firm = demo_firm(d, BRIGHTWATER)};
    TRY(app_seed(d->app, find_registration, &p));
    if (!p.registration_id)
        return OK;
    struct given given[] = {demo_given("kind", requests[i].kind), demo_given("text", requests[i].text),
        demo_given("registration_id", id_text(d->arena, registration_noun.prefix, p.registration_id))};
    d->help[i].answers = demo_staff_viewer(d, "Jonas Adeyemi");
    return demo_do(
        d, &p.firm->people[1], at, &cosell_ask, 0, given, COUNT(given), false, &d->help[i].request_id);
}

static enum status answer(struct demo *d, size_t i, struct instant at)
{
    struct given given[] = {demo_given("answer", requests[i].answer), demo_given("reason", requests[i].no)};
    bool no = requests[i].no != NULL;
    return demo_do(d, d->help[i].answers, at, no ? &cosell_decline : &cosell_accept, d->help[i].request_id,
        given, no ? 2 : 1, true, NULL);
}

enum status demo_cosell(struct demo *d, size_t i, enum demo_help part, struct instant at)
{
    if (part == HELP_ASKED)
        return requests[i].from_partner ? ask_vendor(d, i, at) : ask_partner(d, i, at);
    if (!d->help[i].request_id) /* nobody was found to ask */
        return OK;
    return part == HELP_ANSWERED ? answer(d, i, at)
                                 : demo_do(d, d->help[i].owner, at, &opportunity_win,
                                       d->help[i].opportunity_id, NULL, 0, true, NULL);
}

enum status demo_cosell_find(struct demo *d, struct instant at)
{
    TRY(demo_settle(d));
    return demo_work(d->app, &cosell_job, 1, at);
}
