/* What partners did for deals: from the feed, entered by the vendor's people, and claimed by partners. */
#include "app/demo.h"
#include "base/id.h"
#include "domain/touchpoint/touchpoint.h"

/* Pairs of a deal of the vendor's and a partner that has registered its account. */
static const char pairs_sql[] = "select o.id, r.partner_id, p.name from opportunity o join registration r on "
                                "r.account_id = o.account_id join "
                                "partner p on p.id = r.partner_id where o.state = 'open' and r.state in "
                                "('approved', 'converted', 'won') order by "
                                "o.name, r.created limit 24";

static const struct {
    const char *kind, *channel, *evidence;
    int days_ago;
} acts[] = {{"introduction", "mail", "Introduced us to the plant manager; the mail is in the CRM.", 40},
    {"meeting", "video", "Joint call with their head of IT: two open questions on data residency.", 23},
    {"technical_validation", "person", "Two days on site; the interface to their ERP works.", 12},
    {"meeting", "person", "Steering meeting. They want a reference of their size.", 6},
    {"campaign", "event", "Came to the partner's breakfast in spring.", 31},
    {"marketplace", "marketplace", "Private offer drafted through the partner's listing.", 3}};

/* Every fourth is a partner's own word, which nobody has confirmed yet. */
static enum status enter(struct demo *d, const struct rows *pairs, size_t i)
{
    size_t k = i % COUNT(acts);
    struct demo_firm *firm = demo_firm(d, cell_text(pairs, i, 2));
    bool claimed = i % 4 == 3 && firm->n_people > 0;
    struct given given[6] = {demo_given("kind", acts[k].kind), demo_given("channel", acts[k].channel),
        demo_given("evidence", acts[k].evidence),
        demo_given(
            "day", date_iso(d->arena, (struct date){d->today.days - acts[k].days_ago - (int)(i / 6)}))};
    size_t n = 4;
    if (!claimed) {
        given[n++] = demo_given("partner_id", id_text(d->arena, "prt", cell_int(pairs, i, 1)));
        given[n++] = demo_given("opportunity_id", id_text(d->arena, "opp", cell_int(pairs, i, 0)));
    }
    return demo_do(d, claimed ? &firm->people[0] : demo_staff_viewer(d, "Jonas Adeyemi"), d->now,
        &touchpoint_create, 0, given, n, false, NULL);
}

enum status demo_touchpoints(struct demo *d)
{
    struct rows pairs;
    TRY(demo_work(d->app, &touchpoint_job, 1, d->now));
    TRY(demo_ask(d, d->arena, pairs_sql, &pairs));
    for (size_t i = 0; i < pairs.n; i++)
        TRY(enter(d, &pairs, i));
    return demo_work(d->app, &credit_job, 1, d->now);
}
