/* Co-sell requests at each stage: asked by the vendor and by partners, accepted, declined, waiting; and the
 * chances that the finder shows. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/cosell/chance.h"
#include "domain/cosell/request.h"

/* Deals without a partner, and who knows their customers best. */
static const char pairs_sql[] =
    "select k.opportunity_id, k.partner_id, p.name, o.owner_id from cosell_chance k join partner p on p.id = "
    "k.partner_id join opportunity o on o.id = k.opportunity_id where o.state = 'open' and k.score = (select "
    "max(x.score) from cosell_chance x where x.opportunity_id = k.opportunity_id) order by k.score desc, "
    "o.name, "
    "p.name limit 12";

static const struct {
    const char *kind, *text, *shared, *answer; /* answer: NULL: waits; else a yes, or a no by REASON */
    const char *reason;
    int days_ago;
} asked[] = {
    {"introduction",
        "Their head of purchasing does not call back. You know the plant manager: could you open the "
        "door?",
        "company,country,industry,product,amount", "Gladly. We see them on Thursday and bring you along.",
        NULL, 9},
    {"technical_validation",
        "They want proof that the interface to their ERP works. Can one of your engineers sit "
        "in for a day?",
        "country,industry,product", "Two of ours are free in the second week.", NULL, 7},
    {"presence", "The customer wants somebody who is there within two hours.", "country,product",
        "Our people there are booked until spring.", "capacity", 6},
    {"meeting", "A joint meeting with their IT before the budget closes.", "company,country,product",
        "We have a competing offer with them.", "conflict", 5},
    {"delivery", "Who could roll it out at four sites from March on?", "country,industry,amount", NULL, NULL,
        1},
    {"introduction", "You won next door last year. Do they know each other?", "country,industry", NULL, NULL,
        1},
    {"technical_validation", "A second opinion on the sizing, before we quote.",
        "country,industry,product,amount", NULL, NULL, 0}};

static enum status read_pairs(struct demo *d, struct rows *rows)
{
    struct call *c = app_call(d->app, &system_viewer);
    c->db = db_pool_take(d->app->pool);
    enum status s = c->db ? db_begin_read(c->db) : BROKEN;
    if (s == OK)
        s = db_query(c->db, d->arena, rows, pairs_sql, NULL, 0);
    db_rollback(c->db);
    db_pool_give(d->app->pool, c->db);
    arena_free(c->arena);
    return s;
}

static const struct viewer *owner_viewer(const struct demo *d, int64_t person_id)
{
    for (size_t i = 0; i < demo_n_staff; i++)
        if (d->staff[i].person_id == person_id)
            return &d->staff[i];
    return demo_staff_viewer(d, "Ines Okafor");
}

static enum status answer(struct demo *d, const struct viewer *who, struct instant at, int64_t id,
    const char *text, const char *reason)
{
    struct given given[] = {demo_given("answer", text), demo_given("reason", reason)};
    return demo_do(
        d, who, at, reason ? &cosell_decline : &cosell_accept, id, given, reason ? 2 : 1, false, NULL);
}

static enum status ask_partner(struct demo *d, const struct rows *pairs, size_t i)
{
    const struct viewer *owner = owner_viewer(d, cell_int(pairs, i, 3));
    struct demo_firm *firm = demo_firm(d, cell_text(pairs, i, 2));
    struct instant at = demo_instant(d, asked[i].days_ago, 8, 10 + (int)i);
    struct given given[] = {demo_given("kind", asked[i].kind), demo_given("text", asked[i].text),
        demo_given("shared", asked[i].shared), demo_given("origin", i % 2 ? "finder" : "deal"),
        demo_given("partner_id", id_text(d->arena, "prt", cell_int(pairs, i, 1))),
        demo_given("opportunity_id", id_text(d->arena, "opp", cell_int(pairs, i, 0)))};
    int64_t id = 0;
    TRY(demo_do(d, owner, at, &cosell_ask, 0, given, COUNT(given), true, &id));
    if (!id || !asked[i].answer || !firm->n_people)
        return OK;
    return answer(d, &firm->people[0], demo_instant(d, asked[i].days_ago - 1, 9, 30 + (int)i), id,
        asked[i].answer, asked[i].reason);
}

/* Brightwater's people ask for help, too. */
static enum status ask_vendor(struct demo *d)
{
    const struct viewer *seller = &demo_firm(d, "Brightwater Integration")->people[0];
    struct given validation[] = {demo_given("kind", "technical_validation"),
        demo_given(
            "text", "The hospital's data protection officer wants to speak with one of your engineers."),
        demo_given("company", "Quillon Hospital Group"), demo_given("country", "NL")};
    struct given meeting[] = {demo_given("kind", "meeting"),
        demo_given("text", "Would you come along to the steering meeting? They doubt the roadmap."),
        demo_given("company", "Norwick Ports"), demo_given("country", "NL")};
    int64_t id = 0;
    TRY(demo_do(d, seller, demo_instant(d, 4, 10, 5), &cosell_ask, 0, meeting, COUNT(meeting), true, &id));
    if (id)
        TRY(answer(d, demo_staff_viewer(d, "Jonas Adeyemi"), demo_instant(d, 3, 11, 20), id,
            "Yes. Freja joins me; send us the agenda.", NULL));
    return demo_do(
        d, seller, demo_instant(d, 0, 7, 40), &cosell_ask, 0, validation, COUNT(validation), true, &id);
}

enum status demo_cosell(struct demo *d)
{
    struct rows pairs;
    TRY(demo_work(d->app, &cosell_job, 1, d->now));
    TRY(read_pairs(d, &pairs));
    for (size_t i = 0; i < pairs.n && i < COUNT(asked); i++)
        TRY(ask_partner(d, &pairs, i));
    TRY(ask_vendor(d));
    return demo_work(d->app, &cosell_job, 1, d->now);
}
