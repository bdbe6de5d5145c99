/* Leads of the last two months: taken in, offered, accepted or not, and what came of them. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/lead/offer.h"
#include "domain/opportunity/plan.h"

#define HELD "Brightwater Integration" /* whose people the tour of the demo shows */

static const struct {
    const char *industry, *size, *source, *need;
} wants[] = {
    {"manufacturing", "to_249", "event",
        "Three plants on one network; the old firewalls are out of support."},
    {"logistics", "to_999", "web", "Wants to see what leaves the warehouse systems, and who sent it."},
    {"finance", "from_1000", "campaign", "An audit asks for a vault of keys by the end of the year."},
    {"health", "to_249", "phone", "Two clinics merge; the records must be in one place."},
    {"retail", "to_999", "web", "Forty shops, one ledger; asks for a test with two of them."},
    {"energy", "to_999", "event", "Control rooms are to be cut off from the office network."},
    {"public", "to_249", "web", "A tender is written; they want to know what is possible."},
    {"services", "to_49", "list", "Grows from one office to three and needs somebody who runs it."},
};
static const char *const countries[] = {"DE", "NL", "GB", "SE", "DE", "AT", "DK", "DE"};

/* What becomes of the lead at I. */
static bool is_offered(size_t i)
{
    return i % 7 != 6;
}
static bool is_held(size_t i) /* offered to the partner of the tour */
{
    return i >= DEMO_LEADS - 3;
}
static bool is_accepted(size_t i)
{
    return i == DEMO_LEADS - 3 || (!is_held(i) && i % 5 < 3);
}

/* Somebody who speaks with them says how they are reached. */
static enum status take_in(struct demo *d, size_t i, struct instant at)
{
    struct dice own = {0x1EAD + i};
    const struct demo_country *country = demo_country(countries[i % COUNT(countries)]);
    struct demo_company company = demo_company_new(d->arena, &own, &d->taken, country);
    const char *person = demo_person_name(d->arena, &own, country);
    struct given given[12] = {demo_given("company", company.name), demo_given("country", country->code),
        demo_given("contact_name", person),
        demo_given("contact_email", demo_email(d->arena, person, company.domain)),
        demo_given("industry", wants[i % COUNT(wants)].industry),
        demo_given("size", wants[i % COUNT(wants)].size),
        demo_given("source", wants[i % COUNT(wants)].source),
        demo_given("need", wants[i % COUNT(wants)].need), demo_given("language", country->language),
        demo_given("product_line_id", id_text(d->arena, "pln", d->line_id[i % LINE_COUNT])),
        demo_given("consent", "form")};
    size_t n = 11;
    if (i % 9 == 4) /* a partner brought it itself */
        given[n++] =
            demo_given("referrer_id", id_text(d->arena, "prt", demo_firm(d, "Cedarline Consulting")->id));
    return demo_do(d, demo_staff_viewer(d, i % 2 ? "Ines Okafor" : "Jonas Adeyemi"), at, &lead_create, 0,
        given, n, false, &d->lead_id[i]);
}

static enum status offer(struct demo *d, size_t i, struct instant at)
{
    struct given to[] = {demo_given("partner_id", id_text(d->arena, "prt", demo_firm(d, HELD)->id))};
    return demo_do(d, demo_staff_viewer(d, "Jonas Adeyemi"), at, &lead_offer_next, d->lead_id[i], to,
        is_held(i) ? 1 : 0, true, NULL);
}

static const struct viewer *seller_of(const struct demo *d, int64_t partner_id)
{
    for (size_t i = 0; i < demo_n_partners; i++)
        if (d->firms[i].id == partner_id)
            return &d->firms[i].people[d->firms[i].n_people > 1];
    return NULL;
}

/* The one whom it is offered to answers: accepts, or declines; sometimes the clock does it. */
static enum status answer(struct demo *d, size_t i, bool accepts, struct instant at)
{
    struct given no[] = {demo_given("reason", i % 2 ? "no_capacity" : "no_fit"),
        demo_given("reason_note", i % 2 ? "Both engineers are in a roll-out until spring." : "")};
    struct rows rows;
    TRY(demo_ask(d, d->arena,
        arena_printf(d->arena,
            "select id, partner_id from lead_offer where lead_id = %lld and state = 'offered'",
            (long long)d->lead_id[i]),
        &rows));
    const struct viewer *who = rows.n ? seller_of(d, cell_int(&rows, 0, 1)) : NULL;
    if (!who || (!accepts && i % 5 == 4))
        return OK;
    return accepts ? demo_do(d, who, at, &lead_offer_accept, cell_int(&rows, 0, 0), NULL, 0, true, NULL)
                   : demo_do(d, who, at, &lead_offer_decline, cell_int(&rows, 0, 0), no, 2, true, NULL);
}

/* As a deal goes that was won: to the last stage, which asks for a next step, and signed there. */
static enum status win(struct demo *d, const struct viewer *who, int64_t deal, struct instant at)
{
    struct given step[] = {demo_given("opportunity_id", id_text(d->arena, "opp", deal)),
        demo_given("text", "Contract to the customer's legal department"),
        demo_given("due", date_iso(d->arena, date_in(d->zone, at))), demo_given("side", "vendor")};
    struct given stage[] = {demo_given("stage", "negotiation")};
    int64_t id;
    TRY(demo_do(d, who, at, &step_create, 0, step, COUNT(step), true, &id));
    TRY(demo_do(d, who, at, &opportunity_move, deal, stage, 1, true, NULL));
    TRY(demo_do(d, who, at, &step_finish, id, NULL, 0, true, NULL));
    return demo_do(d, who, at, &opportunity_win, deal, NULL, 0, true, NULL);
}

/* Its partner speaks with them; later the vendor makes a deal of it, or it is closed. */
static enum status go_on(struct demo *d, size_t i, enum demo_lead_step step, struct instant at)
{
    const struct viewer *jonas = demo_staff_viewer(d, "Jonas Adeyemi");
    struct given deal[] = {demo_given("amount", arena_printf(d->arena, "%d", 18000 + 7500 * (int)(i % 6))),
        demo_given("closes", date_iso(d->arena, (struct date){d->today.days + 30 + (int)i}))};
    struct given end[] = {demo_given("reason", i % 2 ? "no_budget" : "not_interested")};
    struct rows rows;
    TRY(demo_ask(d, d->arena,
        arena_printf(d->arena, "select partner_id, opportunity_id from lead where id = %lld",
            (long long)d->lead_id[i]),
        &rows));
    const struct viewer *who = seller_of(d, cell_int(&rows, 0, 0));
    if (!who || i == DEMO_LEADS - 3)
        return OK;
    if (step == LEAD_CONTACT)
        return demo_do(d, who, at, &lead_contact, d->lead_id[i], NULL, 0, true, NULL);
    if (step == LEAD_CONVERT)
        return i % 3 == 2 ? demo_do(d, who, at, &lead_close, d->lead_id[i], end, 1, true, NULL)
                          : demo_do(d, jonas, at, &lead_convert, d->lead_id[i], deal, 2, true, NULL);
    int64_t opportunity = cell_int(&rows, 0, 1);
    return !opportunity ? OK
           : i % 4      ? win(d, jonas, opportunity, at)
                        : demo_do(d, jonas, at, &opportunity_lose, opportunity, NULL, 0, true, NULL);
}

/* What was answered otherwise meanwhile is left out without a word. */
enum status demo_lead(struct demo *d, size_t of, struct instant at)
{
    size_t i = of / LEAD_STEPS;
    enum demo_lead_step step = of % LEAD_STEPS;
    enum status s;
    switch (step) {
    case LEAD_TAKE: return take_in(d, i, at);
    case LEAD_OFFER: s = is_offered(i) || is_held(i) ? offer(d, i, at) : OK; break;
    case LEAD_ANSWER: s = answer(d, i, is_accepted(i), at); break;
    case LEAD_AGAIN: s = is_held(i) || i % 4 == 1 ? OK : answer(d, i, true, at); break;
    default: s = go_on(d, i, step, at);
    }
    return s == REFUSED ? OK : s;
}
