/*
 * The forecast: what is expected by month and category. What was won and what is open leads to the list of
 * opportunities; a category to its deals below, for the list cannot ask for stages that the programme lacks.
 */
#include "domain/opportunity/forecast.h"
#include "domain/opportunity/forecast_page.html.h"
#include "domain/opportunity/pages.h"
#include "domain/opportunity/pipeline.h"

#define BEHIND 100 /* deals behind a figure */

/*
 * Of the deals that the noun's scope would give: by day, stage and currency. $1 the viewer's partner, $2 the
 * first day shown. A cross join keeps the order, so that a partner's few deals are not looked for among all.
 */
#define GROUPED(day, from, which)                                                                            \
    "select " day ", o.stage, o.currency, cast(sum(o.amount) as bigint), count(*) from " from " and " which  \
    " and cast($2 as bigint) > 0 group by " day ", o.stage, o.currency"
#define OF_VENDOR "opportunity o where cast($1 as bigint) = 0"
#define OF_PARTNER                                                                                           \
    "opportunity_member m cross join opportunity o where m.partner_id = $1 and m.state = 'active' and o.id " \
    "= m.opportunity_id"
#define ARE_OPEN "o.state = 'open'"
#define WERE_WON "o.state = 'won' and o.closed >= $2"

struct reading {
    struct call *c;
    const struct programme *p;
    struct date today;
    struct forecast f;
    bool more; /* amounts in currencies without a rate are left out */
};

static enum status read_deals(struct reading *g, bool open)
{
    struct call *c = g->c;
    bool vendor = !c->viewer->partner_id;
    struct value args[2] = {v_int(c->viewer->partner_id), v_int(g->f.first.days)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        open ? vendor ? GROUPED("o.closes", OF_VENDOR, ARE_OPEN) : GROUPED("o.closes", OF_PARTNER, ARE_OPEN)
        : vendor ? GROUPED("o.closed", OF_VENDOR, WERE_WON)
                 : GROUPED("o.closed", OF_PARTNER, WERE_WON),
        args, 2));
    for (size_t i = 0; i < rows.n; i++) {
        struct money_sum sum = {0};
        const struct value *day = cell(&rows, i, 0);
        struct date date = {day->kind == VALUE_INT ? (int32_t)day->i : DATE_NONE};
        int at = stage_index(g->p, cell_text(&rows, i, 1));
        const struct programme_stage none = {.probability = 0, .forecast = FORECAST_OMITTED},
                                     *stage = at < 0 ? &none : &g->p->stages[at];
        TRY(money_add(c, (struct money){cell_int(&rows, i, 3)}, cell_text(&rows, i, 2), &sum));
        g->more |= sum.more;
        if (open)
            forecast_add(&g->f, forecast_place(&g->f, date, g->today), stage->forecast, stage->probability,
                sum.minor, cell_int(&rows, i, 4));
        else if (date.days != DATE_NONE)
            forecast_add_won(&g->f, date, sum.minor, cell_int(&rows, i, 4));
    }
    return OK;
}

/* ---- the table ---- */

static const char *row_key(struct call *c, const struct forecast *f, int row)
{
    return row == FORECAST_PAST    ? "past"
           : row == FORECAST_LATER ? "later"
           : row == FORECAST_ROWS  ? "all"
           : row == FORECAST_UNDATED
               ? "undated"
               : arena_strndup(
                     c->arena, date_iso(c->arena, date_add_months(f->first, row - FORECAST_FIRST)), 7);
}

static const char *row_label(struct call *c, struct html *h, const struct forecast *f, int row)
{
    return row == FORECAST_PAST      ? TR(c, "Past due")
           : row == FORECAST_LATER   ? TR(c, "Later")
           : row == FORECAST_UNDATED ? TR(c, "Without a date")
           : row == FORECAST_ROWS    ? TR(c, "Total")
                                     : fmt_month(h, date_add_months(f->first, row - FORECAST_FIRST));
}

static struct forecast_cell money_cell(struct call *c, struct html *h, int64_t minor, int64_t n)
{
    struct money m = {minor};
    if (!n && !minor)
        return (struct forecast_cell){.text = NULL};
    return (struct forecast_cell){.text = fmt_money_short(h, m, c->catalog->currency),
        .exact = fmt_money(h, m, c->catalog->currency),
        .n = n};
}

/* The days of a row that is a month. */
static void month_days(const struct forecast *f, int row, struct date *from, struct date *until)
{
    *from = date_add_months(f->first, row - FORECAST_FIRST);
    until->days = date_add_months(*from, 1).days - 1;
}

/* The list of the open deals of a row, but for those that are omitted; FORECAST_ROWS: of all. */
static const char *open_href(const struct reading *g, int row)
{
    struct arena *a = g->c->arena;
    const char *days = "";
    struct date from, until, yesterday = {g->today.days - 1};
    if (row == FORECAST_PAST) {
        days = arena_printf(a, "&closes[at_most]=%s", date_iso(a, yesterday));
    } else if (row == FORECAST_UNDATED) {
        days = "&closes[known]=no";
    } else if (row < FORECAST_ROWS) {
        month_days(&g->f, row, &from, &until);
        from = row == FORECAST_FIRST ? g->today : from;
        days = row == FORECAST_LATER ? arena_printf(a, "&closes[at_least]=%s", date_iso(a, from))
                                     : arena_printf(a, "&closes[at_least]=%s&closes[at_most]=%s",
                                           date_iso(a, from), date_iso(a, until));
    }
    return arena_printf(
        a, "/opportunities?state=open&stage=%s%s&sort=closes", stages_counted(g->c, g->p), days);
}

/* The list of what was won in a row's month; FORECAST_ROWS: in all that are shown. */
static const char *won_href(const struct reading *g, int row)
{
    struct arena *a = g->c->arena;
    bool all = row == FORECAST_ROWS;
    struct date from, until, other;
    month_days(&g->f, all ? FORECAST_FIRST : row, &from, &other);
    month_days(&g->f, all ? FORECAST_LATER - 1 : row, &other, &until);
    return arena_printf(a, "/opportunities?state=won&closed[at_least]=%s&closed[at_most]=%s&sort=-closed",
        date_iso(a, from), date_iso(a, until));
}

static void fill_line(
    struct reading *g, struct html *h, const struct forecast_row *row, int at, struct forecast_line *l)
{
    struct call *c = g->c;
    int64_t n = 0;
    l->cells[0] = money_cell(c, h, row->won, row->n_won);
    if (l->cells[0].text)
        l->cells[0].href = won_href(g, at);
    for (int i = 0; i < FORECASTS; i++) {
        l->cells[1 + i] = money_cell(c, h, row->minor[i], row->n[i]);
        if (l->cells[1 + i].text)
            l->cells[1 + i].href = arena_printf(c->arena, "/pipeline/forecast?month=%s&category=%s#deals",
                row_key(c, &g->f, at), forecast_options[i].key);
        n += i == FORECAST_OMITTED ? 0 : row->n[i];
    }
    l->cells[5] = money_cell(c, h, forecast_sum(row), n);
    l->cells[6] = money_cell(c, h, forecast_weighted(row), n);
    if (n) /* the same deals, each in part */
        l->cells[5].href = l->cells[6].href = open_href(g, at);
}

static void fill_table(struct reading *g, struct html *h, struct forecast_view *v)
{
    struct call *c = g->c;
    const struct forecast *f = &g->f;
    v->columns[0] = TR(c, "Won");
    for (int i = 0; i < FORECASTS; i++)
        v->columns[1 + i] = TR(c, forecast_options[i].label);
    v->columns[5] = TR(c, "Open");
    v->columns[6] = TR(c, "Weighted");
    v->lines = ARENA_ARRAY(c->arena, FORECAST_ROWS + 1, struct forecast_line);
    for (int i = 0; i < FORECAST_ROWS; i++) {
        struct forecast_line *l = &v->lines[v->n++];
        l->label = row_label(c, h, f, i);
        l->late = i == FORECAST_PAST;
        fill_line(g, h, &f->rows[i], i, l);
    }
    v->lines[v->n].label = row_label(c, h, f, FORECAST_ROWS);
    fill_line(g, h, &f->total, FORECAST_ROWS, &v->lines[v->n++]);
    for (size_t i = 0; i < 7; i++)
        v->any |= v->lines[v->n - 1].cells[i].text != NULL;
}

/* Said by itself: most of them stand in the first stages, which are omitted. */
static void tell_undated(const struct reading *g, struct html *h, struct forecast_view *v)
{
    struct call *c = g->c;
    const struct forecast_row *row = &g->f.rows[FORECAST_UNDATED];
    int64_t n = 0, minor = 0;
    for (int i = 0; i < FORECASTS; i++) {
        n += row->n[i];
        minor += row->minor[i];
    }
    if (!n)
        return;
    v->undated = arena_printf(c->arena,
        trn(call_lang(c), "%s open deal (%s) has no close date.", "%s open deals (%s) have no close date.",
            n),
        fmt_int(h, n), fmt_money_short(h, (struct money){minor}, c->catalog->currency));
    v->undated_href = "/opportunities?state=open&closes[known]=no&sort=closes";
}

/* ---- the deals behind a figure ---- */

static const char row_condition[] = "t.closes >= $1 and t.closes < $2";

static bool find_row(struct reading *g, const char *key, int *row)
{
    for (*row = 0; *row <= FORECAST_ROWS; (*row)++)
        if (streq(row_key(g->c, &g->f, *row), key))
            return true;
    return false;
}

static void add_condition(const struct reading *g, int row, struct list_query *q)
{
    int32_t today = g->today.days,
            from = row == FORECAST_PAST    ? INT32_MIN + 1
                   : row <= FORECAST_FIRST ? today
                                           : date_add_months(g->f.first, row - FORECAST_FIRST).days,
            until = row == FORECAST_PAST    ? today
                    : row == FORECAST_LATER ? INT32_MAX
                                            : date_add_months(g->f.first, row - FORECAST_FIRST + 1).days;
    if (row == FORECAST_UNDATED) {
        q->where = "t.closes is null";
        return;
    }
    if (row == FORECAST_ROWS)
        return;
    q->where = row_condition;
    q->where_args[q->n_where_args++] = v_int(from);
    q->where_args[q->n_where_args++] = v_int(until);
}

static void add_deal(
    struct call *c, struct html *h, const struct programme *p, const struct row *row, struct forecast_view *v)
{
    struct opportunity o;
    row_record(&opportunity_noun, row, &o);
    v->deals[v->n_deals++] = (struct forecast_deal){.name = o.name,
        .href = opportunity_path(c, row->id),
        .stage = stage_label(c, p, o.stage),
        .amount = o.amount.minor ? fmt_money(h, o.amount, o.currency ? o.currency : c->catalog->currency)
                                 : FMT_NONE,
        .closes = o.closes.days != DATE_NONE ? fmt_date(h, o.closes) : FMT_NONE};
}

/* Deals in stages that count are left out. */
static void add_omitted(const struct reading *g, struct list_query *q)
{
    const struct catalog_list *stages = catalog_find(&g->p->catalog, "stages");
    struct buf b = buf_in(g->c->arena, 1 << 12);
    buf_adds(&b, q->where ? q->where : "1=1");
    for (size_t i = 0; stages && i < stages->n; i++) {
        if (g->p->stages[i].forecast == FORECAST_OMITTED)
            continue;
        ASSERT(q->n_where_args < LIST_WHERE_ARGS);
        q->where_args[q->n_where_args++] = v_text(stages->items[i].key);
        buf_addf(&b, " and coalesce(t.stage, '') <> $%zu", q->n_where_args);
    }
    q->where = buf_str(&b);
}

static enum status fill_deals(
    struct reading *g, struct page_request *r, struct html *h, struct forecast_view *v)
{
    struct call *c = g->c;
    struct list_query q = {
        .filters = {{"state", "is", "open"}}, .n_filters = 1, .sort = "closes", .limit = BEHIND};
    struct list list;
    int row, category = 0;
    while (category < FORECASTS && !streq(forecast_options[category].key, page_query(r, "category")))
        category++;
    if (category == FORECASTS || !find_row(g, page_query(r, "month"), &row))
        return OK;
    add_condition(g, row, &q);
    const char *stages = stages_of(c, g->p, (enum forecast_category)category);
    if (category == FORECAST_OMITTED)
        add_omitted(g, &q);
    else
        q.filters[q.n_filters++] = (struct filter){"stage", "in", stages};
    TRY(noun_list(c, &opportunity_noun, &q, &list));
    v->deals = ARENA_ARRAY(c->arena, list.n + 1, struct forecast_deal);
    for (size_t i = 0; i < list.n; i++)
        add_deal(c, h, g->p, &list.rows[i], v);
    v->more = list.next != NULL;
    v->chosen = arena_printf(
        c->arena, "%s, %s", TR(c, forecast_options[category].label), row_label(c, h, &g->f, row));
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct forecast_view v = {0};
    struct reading g = {.c = c, .today = date_in(c->catalog->zone, c->now)};
    TRY(programme_active(c, &g.p));
    forecast_begin(&g.f, g.today);
    TRY(read_deals(&g, true));
    TRY(read_deals(&g, false));
    fill_table(&g, h, &v);
    tell_undated(&g, h, &v);
    TRY(fill_deals(&g, r, h, &v));
    v.tabs = pipeline_tabs(c, "/pipeline/forecast", &v.n_tabs);
    v.note = g.more ? TR(c, "Amounts in currencies without an exchange rate are left out.") : NULL;
    forecast_whole_page(h, &v);
    return OK;
}

const struct page forecast_page = {
    .path = "/pipeline/forecast", .title = N_("Forecast"), .roles = ALL_ROLES, .show = show};
