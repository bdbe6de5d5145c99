/* How far leads come: of a period, by where they come from and by who was asked. */
#include "base/id.h"
#include "base/text.h"
#include "domain/lead/funnel_page.html.h"
#include "domain/lead/funnel_view.h"
#include "domain/lead/lead.h"
#include "domain/lead/pages.h"

#define PARTNERS_SHOWN "50"

static const struct {
    const char *label;
    const char *states; /* of the list that shows them; NULL: none does */
} steps[FUNNEL_STEPS] = {
    [FUNNEL_TAKEN] = {N_("Taken in"), "new,offered,review,accepted,converted,won,lost,closed"},
    [FUNNEL_OFFERED] = {N_("Offered or brought"), NULL},
    [FUNNEL_ACCEPTED] = {N_("Accepted"), NULL},
    [FUNNEL_CONTACTED] = {N_("Contacted"), NULL},
    [FUNNEL_CONVERTED] = {N_("Converted"), "converted,won,lost"},
    [FUNNEL_WON] = {N_("Won"), "won"}};

/* $1: since when. */
static const char sources_sql[] =
    "select l.source, count(*), "
    "sum(case when l.partner_id is not null or exists (select 1 from lead_offer o where o.lead_id = l.id) "
    "then 1 else 0 end), "
    "sum(case when l.partner_id is not null then 1 else 0 end), "
    "sum(case when l.contacted is not null then 1 else 0 end), "
    "sum(case when l.opportunity_id is not null then 1 else 0 end), "
    "sum(case when l.state = 'won' then 1 else 0 end) "
    "from lead l where l.created >= $1 and l.state <> 'joined' group by l.source order by 2 desc, 1";
static const char partners_sql[] =
    "select p.id, p.name, count(*), "
    "sum(case when o.state = 'accepted' then 1 else 0 end), "
    "sum(case when o.state = 'declined' then 1 else 0 end), "
    "sum(case when o.state = 'expired' then 1 else 0 end), "
    "sum(case when o.state = 'accepted' and l.partner_id = o.partner_id and l.opportunity_id is not null "
    "then 1 else 0 end), "
    "sum(case when l.partner_id = o.partner_id and l.state = 'won' then 1 else 0 end), "
    "cast(avg(case when o.state in ('accepted', 'declined') then o.updated - o.created end) as bigint) "
    "from lead_offer o join partner p on p.id = o.partner_id join lead l on l.id = o.lead_id "
    "where o.created >= $1 group by p.id, p.name order by 3 desc, p.name limit " PARTNERS_SHOWN;

/* ---- the period ---- */

static const struct {
    const char *label;
    int64_t days;
} periods[] = {{N_("90 days"), 90}, {N_("12 months"), 365}, {N_("3 years"), 1095}};

static struct instant fill_periods(struct call *c, struct page_request *r, struct funnel_view *v)
{
    const char *asked = page_query(r, "days");
    struct part_tab *tabs = ARENA_ARRAY(c->arena, COUNT(periods), struct part_tab);
    int64_t days = periods[0].days, given;
    for (size_t i = 0; asked && i < COUNT(periods); i++)
        if (parse_int(asked, &given) && given == periods[i].days)
            days = given;
    for (size_t i = 0; i < COUNT(periods); i++)
        tabs[i] = (struct part_tab){.label = TR(c, periods[i].label),
            .href = arena_printf(c->arena, "/lead-funnel?days=%lld", (long long)periods[i].days),
            .current = periods[i].days == days};
    v->periods = tabs;
    v->n_periods = COUNT(periods);
    struct date first = {date_in(c->catalog->zone, c->now).days - (int32_t)days};
    return instant_in(c->catalog->zone, first, 0, 0, 0);
}

/* ---- figures ---- */

static const char *list_of(struct call *c, const char *states, const char *source, struct instant since)
{
    return arena_printf(c->arena, "/leads?state=%s%s%s&from=%s", states, source ? "&source=" : "",
        source ? source : "", date_iso(c->arena, date_in(c->catalog->zone, since)));
}

static void add_source(struct call *c, struct html *h, const struct rows *rows, size_t i, int64_t *sums,
    struct instant since, struct funnel_view *v)
{
    struct funnel_source *s = &v->sources[v->n_sources++];
    const char *key = cell_string(rows, i, 0);
    s->label = option_label(call_lang(c), lead_sources, key);
    s->href = list_of(c, steps[FUNNEL_TAKEN].states, key, since);
    for (int step = 0; step < FUNNEL_STEPS; step++) {
        int64_t n = cell_int(rows, i, (size_t)step + 1);
        sums[step] += n;
        s->n[step] = fmt_int(h, n);
    }
}

static enum status fill_sources(struct call *c, struct html *h, struct instant since, struct funnel_view *v)
{
    struct value args[1] = {v_int(since.us)};
    int64_t sums[FUNNEL_STEPS] = {0};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, sources_sql, args, 1));
    v->sources = ARENA_ARRAY(c->arena, rows.n + 1, struct funnel_source);
    for (size_t i = 0; i < rows.n; i++)
        add_source(c, h, &rows, i, sums, since, v);
    v->any = sums[FUNNEL_TAKEN] > 0;
    for (int step = 0; step < FUNNEL_STEPS; step++) {
        v->steps[step] = TR(c, steps[step].label);
        v->bars[step] = (struct funnel_bar){.label = v->steps[step],
            .n = fmt_int(h, sums[step]),
            .share = step && v->any ? fmt_ratio(h, sums[step], sums[FUNNEL_TAKEN]) : NULL,
            .percent = v->any ? (int)(sums[step] * 100 / sums[FUNNEL_TAKEN]) : 0,
            .href = steps[step].states ? list_of(c, steps[step].states, NULL, since) : NULL};
    }
    return OK;
}

/* "3 h", of working and other hours alike; NULL: it never answered. */
static const char *hours(struct call *c, struct html *h, const struct value *us)
{
    return us->kind == VALUE_INT ? arena_printf(c->arena, TR(c, "%s h"),
                                       fmt_int(h, (us->i + 1800 * US_PER_SECOND) / (3600 * US_PER_SECOND)))
                                 : NULL;
}

/* Of the offers made since then; STATE NULL: all of them. */
static const char *offers_of(struct call *c, const char *partner, const char *state, struct instant since)
{
    return arena_printf(c->arena, "/lead-offers?partner_id=%s%s%s&from=%s", partner, state ? "&state=" : "",
        state ? state : "", date_iso(c->arena, date_in(c->catalog->zone, since)));
}

static void add_partner(struct call *c, struct html *h, const struct rows *rows, size_t i,
    struct instant since, struct funnel_view *v)
{
    static const char *const states[FUNNEL_ANSWERS] = {
        [FUNNEL_ACCEPT] = "accepted", [FUNNEL_DECLINE] = "declined", [FUNNEL_EXPIRE] = "expired"};
    struct funnel_partner *p = &v->partners[v->n_partners++];
    const char *id = id_text(c->arena, "prt", cell_int(rows, i, 0));
    for (size_t k = 0; k < FUNNEL_ANSWERS; k++)
        p->offers[k] =
            (struct funnel_figure){fmt_int(h, cell_int(rows, i, 2 + k)), offers_of(c, id, states[k], since)};
    p->name = cell_string(rows, i, 1);
    p->href = p->offers[FUNNEL_ALL].href;
    p->converted = fmt_int(h, cell_int(rows, i, 6));
    p->won = fmt_int(h, cell_int(rows, i, 7));
    p->answer = hours(c, h, cell(rows, i, 8));
}

static enum status fill_partners(struct call *c, struct html *h, struct instant since, struct funnel_view *v)
{
    struct value args[1] = {v_int(since.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, partners_sql, args, 1));
    v->partners = ARENA_ARRAY(c->arena, rows.n + 1, struct funnel_partner);
    for (size_t i = 0; i < rows.n; i++)
        add_partner(c, h, &rows, i, since, v);
    return OK;
}

static enum status fill_joined(struct call *c, struct html *h, struct instant since, struct funnel_view *v)
{
    struct value args[1] = {v_int(since.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select count(*) from lead where state = 'joined' and created >= $1",
        args, 1));
    int64_t n = cell_int(&rows, 0, 0);
    if (n)
        v->joined = arena_printf(c->arena,
            trn(call_lang(c), "%s more was of a company that was there already.",
                "%s more were of companies that were there already.", n),
            fmt_int(h, n));
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct funnel_view v = {.empty = {.icon = "flag",
                                .title = TR(c, "No lead in this time"),
                                .text = TR(c, "Leads come by hand, from a file, through the API, or by a "
                                              "partner's referral link."),
                                .action = TR(c, "New lead"),
                                .action_href = "/leads/create"}};
    struct instant since = fill_periods(c, r, &v);
    TRY(fill_sources(c, h, since, &v));
    TRY(fill_partners(c, h, since, &v));
    TRY(fill_joined(c, h, since, &v));
    funnel_whole(h, &v);
    return OK;
}

const struct page lead_funnel_page = {.path = "/lead-funnel",
    .title = N_("Lead funnel"),
    .roles = VENDOR_ROLES,
    .nav = N_("Sell"),
    .icon = "filter",
    .show = show};
