#include "domain/registration/extension_facts.h"

#include "domain/rate/rate.h"
#include "domain/registration/registration.h"

#define ACTIVITY_DAYS 30 /* as the fact's name says */

const struct option extension_evidence[] = {{"meeting", N_("Meeting with the customer")},
    {"proposal", N_("Proposal sent")}, {"evaluation", N_("Evaluation running")},
    {"other", N_("Something else")}, {0}};
static const char *const evidence_keys[] = {"meeting", "proposal", "evaluation", "other"};

enum extension_fact {
    F_COUNT,
    F_EVIDENCE,
    F_EVIDENCE_AGE,
    F_EXPIRY,
    F_STANDING,
    F_TIER,
    F_WIN,
    F_ACTIVITIES,
    F_AGE,
    F_AMOUNT,
    F_DAYS_LEFT,
    F_WAITING,
    N_FACTS
};

/* In the order of their names. Those with a name only are declared in facts.c. */
static const struct fact base_facts[N_FACTS] = {
    [F_COUNT] = {.name = "extension.count",
        .label = N_("Extensions so far"),
        .kind = FACT_INT,
        .partner_sees = true,
        .source = N_("Registrations")},
    [F_EVIDENCE] = {.name = "extension.evidence",
        .label = N_("Evidence"),
        .kind = FACT_CHOICE,
        .options = evidence_keys,
        .n_options = COUNT(evidence_keys),
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Your request")},
    [F_EVIDENCE_AGE] = {.name = "extension.evidence_age_days",
        .label = N_("Age of the evidence"),
        .kind = FACT_INT,
        .unit = "days",
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Your request")},
    [F_EXPIRY] = {.name = "partner.expiry_percent"},
    [F_STANDING] = {.name = "partner.standing"},
    [F_TIER] = {.name = "partner.tier"},
    [F_WIN] = {.name = "partner.win_percent"},
    [F_ACTIVITIES] = {.name = "registration.activities_30d",
        .label = N_("Activities in 30 days"),
        .kind = FACT_INT,
        .partner_sees = true,
        .partner_can_change = true,
        .source = N_("Activities")},
    [F_AGE] = {.name = "registration.age_days",
        .label = N_("Age of the registration"),
        .kind = FACT_INT,
        .unit = "days",
        .partner_sees = true,
        .source = N_("Registrations")},
    [F_AMOUNT] = {.name = "registration.amount"},
    [F_DAYS_LEFT] = {.name = "registration.days_left",
        .label = N_("Days left"),
        .kind = FACT_INT,
        .unit = "days",
        .partner_sees = true,
        .source = N_("Registrations")},
    /* How many wait tells of other partners. */
    [F_WAITING] = {.name = "waitlist.waiting",
        .label = N_("Partners that wait for the account"),
        .kind = FACT_INT,
        .source = N_("Waitlist")},
};

void extension_vocabulary(
    struct arena *keep, const struct catalog *catalog, const struct vocabulary *words, struct vocabulary *out)
{
    struct fact *facts = ARENA_ARRAY(keep, N_FACTS, struct fact);
    memcpy(facts, base_facts, sizeof base_facts);
    for (size_t i = 0; i < N_FACTS; i++) {
        if (facts[i].label)
            continue;
        const struct fact *same = rules_fact_of(words, facts[i].name);
        ASSERT(same);
        facts[i] = *same;
        facts[i].partner_can_change = false;
    }
    *out = *words;
    out->facts = facts;
    out->n = N_FACTS;
    out->currency = catalog->currency;
    out->days_only = true;
}

static const char around_sql[] =
    "select p.tier, p.standing, "
    "(select count(*) from registration r where r.partner_id = p.id and r.state = 'won' and r.ended is not "
    "null), "
    "(select count(*) from registration r where r.partner_id = p.id and r.state = 'lost' and r.ended is not "
    "null), "
    "(select count(*) from registration r where r.partner_id = p.id and r.state = 'lapsed' and r.ended is "
    "not null), "
    "(select count(*) from activity a where a.registration_id = $2 and a.day > $3), "
    "(select count(*) from waitlist_entry w where w.account_id = $4 and w.product_line_id = $5 "
    "and w.state = 'waiting'), "
    "(select g.created from registration g where g.id = $2) "
    "from partner p where p.id = $1";

static struct value percent(int64_t part, int64_t whole)
{
    return whole >= 5 ? v_real(100.0 * (double)part / (double)whole) : v_null();
}

enum status extension_values(struct call *c, const struct programme *p, int64_t registration_id,
    const struct registration *r, const struct extension_wish *wish, struct value **out)
{
    const struct zone *zone = p->catalog.zone;
    struct date today = date_in(zone, c->now);
    struct value args[5] = {v_int(r->partner_id.id), v_int(registration_id),
        v_int(today.days - ACTIVITY_DAYS), v_int(r->account_id.id), v_int(r->product_line_id.id)};
    struct converted amount;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, around_sql, args, 5));
    TRY(rate_convert(c, r->amount, r->currency, today, &amount));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    int64_t won = cell_int(&rows, 0, 2), lost = cell_int(&rows, 0, 3), lapsed = cell_int(&rows, 0, 4);
    struct date made = date_in(zone, (struct instant){cell_int(&rows, 0, 7)});
    struct value *v = ARENA_ARRAY(c->arena, N_FACTS, struct value);
    v[F_COUNT] = v_int(r->extensions);
    v[F_EVIDENCE] = v_text(wish->evidence);
    v[F_EVIDENCE_AGE] = v_int(today.days - wish->day.days);
    v[F_EXPIRY] = percent(lapsed, won + lost + lapsed);
    v[F_STANDING] = *cell(&rows, 0, 1);
    v[F_TIER] = *cell(&rows, 0, 0);
    v[F_WIN] = percent(won, won + lost);
    v[F_ACTIVITIES] = v_int(cell_int(&rows, 0, 5));
    v[F_AGE] = v_int(today.days - made.days);
    v[F_AMOUNT] = amount.known ? v_int(amount.amount.minor) : v_null();
    v[F_DAYS_LEFT] = v_int(date_in(zone, r->protected_until).days - today.days);
    v[F_WAITING] = v_int(cell_int(&rows, 0, 6));
    *out = v;
    return OK;
}
