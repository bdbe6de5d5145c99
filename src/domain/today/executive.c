/*
 * An executive's and an auditor's first page: the pipeline's money by quarter (quarters.c), and few figures
 * of the programme, each with what it says and a link to its rows.
 */
#include "base/id.h"
#include "domain/fairness/fairness.h"
#include "domain/today/view.h"

#define COUNTED 9999 /* a count goes no further: the page answers at once at any size */
#define MONTH   30

enum { Q_REGISTERED, Q_REVIEW, Q_ENDING, Q_DISPUTES, Q_PARTNERS, Q_MINE, Q_TASKS, Q_COUNT };
#define CAPPED(from) "select count(*) from (select 1 as one from " from " limit 10000) counted"
static const struct today_query queries[Q_COUNT] = {
    [Q_REGISTERED] = {CAPPED("registration r where r.created >= $1"), "m"},
    [Q_REVIEW] =
        {"select count(*), sum(case when x.review_due < $1 then 1 else 0 end) from (select r.review_due "
         "from registration r where r.state = 'review' order by r.review_due limit 10000) x",
            "n"},
    [Q_ENDING] = {CAPPED("registration r where r.state = 'approved' and r.protected_until >= $2 and "
                         "r.protected_until <= $1"),
        "sn"},
    [Q_DISPUTES] = {CAPPED("dispute d where d.state in ('open', 'named', 'escalated')"), ""},
    [Q_PARTNERS] = {CAPPED("partner p where p.merged_into is null"), ""},
    [Q_MINE] = {"select d.id, d.company, d.due from dispute d where d.executive_id = $1 and d.state = "
                "'escalated' order by d.due limit 10",
        "v"},
    [Q_TASKS] = MY_TASKS,
};

static const char *capped_text(struct call *c, struct html *h, int64_t n)
{
    return count_text(c, h, (size_t)(n > COUNTED ? COUNTED : n), n > COUNTED);
}

static const char *duration_text(struct call *c, struct html *h, int64_t us)
{
    if (us < 0)
        return FMT_NONE;
    if (us < US_PER_SECOND / 100)
        return TR(c, "under 0.01 s");
    if (us < 60 * US_PER_SECOND)
        return arena_printf(
            c->arena, "%s s", fmt_real(h, (double)us / (double)US_PER_SECOND, us < US_PER_SECOND ? 2 : 0));
    if (us < 3600 * US_PER_SECOND)
        return arena_printf(c->arena, "%s min", fmt_int(h, us / (60 * US_PER_SECOND)));
    return arena_printf(c->arena, "%s h", fmt_int(h, us / (3600 * US_PER_SECOND)));
}

static enum status fill_tiles(struct call *c, struct html *h, const struct db_query *q, struct today_view *v)
{
    struct quarter_counts *quarters;
    size_t n;
    TRY(fairness_read(c, 1, &quarters, &n));
    int64_t rules = n ? quarters[0].n[MEASURE_RULES] : 0, people = n ? quarters[0].n[MEASURE_PERSON] : 0;
    int64_t late = cell_int(&q[Q_REVIEW].rows, 0, 1);
    const char *month = date_iso(c->arena, (struct date){date_in(c->catalog->zone, c->now).days - MONTH});
    struct part_tile *t = v->tiles = ARENA_ARRAY(c->arena, 7, struct part_tile);
    *t++ = (struct part_tile){.label = TR(c, "Registered in 30 days"),
        .value = capped_text(c, h, cell_int(&q[Q_REGISTERED].rows, 0, 0)),
        .href = arena_printf(c->arena, "/registrations?from=%s", month),
        .below = TR(c, "Every registration that arrived, whatever became of it.")};
    *t++ = (struct part_tile){.label = TR(c, "Decided by the rules"),
        .value = fmt_ratio(h, rules, rules + people),
        .beside = arena_printf(c->arena, TR(c, "%s of %s"), fmt_int(h, rules), fmt_int(h, rules + people)),
        .href = "/fairness",
        .below = TR(c, "Answered in the request, without a person, this quarter.")};
    *t++ = (struct part_tile){.label = TR(c, "Median time to a decision"),
        .value = duration_text(c, h, n ? quarters[0].median_us : -1),
        .href = "/fairness",
        .below = TR(c, "From registering to the first decision, this quarter.")};
    *t++ = (struct part_tile){.label = TR(c, "Wait for an answer"),
        .value = capped_text(c, h, cell_int(&q[Q_REVIEW].rows, 0, 0)),
        .beside = late ? arena_printf(c->arena, TR(c, "%s overdue"), fmt_int(h, late)) : NULL,
        .href = "/registrations?state=review&sort=review_due",
        .below = TR(c, "Registrations that the rules left to a person.")};
    *t++ = (struct part_tile){.label = TR(c, "Protections that end"),
        .value = capped_text(c, h, cell_int(&q[Q_ENDING].rows, 0, 0)),
        .href = "/registrations?state=approved&sort=protected_until",
        .below =
            arena_printf(c->arena, TR(c, "Within %d days, unless they are extended or closed."), LAPSE_DAYS)};
    *t++ = (struct part_tile){.label = TR(c, "Open disputes"),
        .value = capped_text(c, h, cell_int(&q[Q_DISPUTES].rows, 0, 0)),
        .href = "/disputes",
        .below = TR(c, "Not ruled yet: named, to be named, or escalated.")};
    *t++ = (struct part_tile){.label = TR(c, "Partners"),
        .value = capped_text(c, h, cell_int(&q[Q_PARTNERS].rows, 0, 0)),
        .href = "/partners",
        .below = TR(c, "In the programme, whatever their standing.")};
    v->n_tiles = (size_t)(t - v->tiles);
    return OK;
}

enum status today_executive(struct call *c, struct page_request *r, struct html *h, struct today_view *v)
{
    struct db_query q[Q_COUNT];
    (void)r;
    TRY(today_ask(c, queries, Q_COUNT, q));
    tell_tasks(c, h, &q[Q_TASKS].rows, v);
    TRY(fill_quarters(c, h, v));
    TRY(fill_tiles(c, h, q, v));
    for (size_t i = 0; i < q[Q_MINE].rows.n; i++) {
        struct need_view *n = need_add(c, v);
        need_due(c, h, n, (struct instant){cell_int(&q[Q_MINE].rows, i, 2)});
        n->who = cell_string(&q[Q_MINE].rows, i, 1);
        n->href = row_path(c, "disputes", "dis", cell_int(&q[Q_MINE].rows, i, 0));
        n->why = TR(c, "This dispute was escalated to you.");
        n->act = TR(c, "Rule");
        n->act_href = n->href;
        n->act_key = "e";
    }
    v->title = TR(c, "How the programme does");
    v->lead = TR(c, "Each figure leads to its rows.");
    return OK;
}
