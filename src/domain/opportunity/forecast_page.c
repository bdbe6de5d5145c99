/* The forecast: what is expected by month and category, each figure with the deals behind it. */
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

static void fill_line(
    struct call *c, struct html *h, const struct forecast_row *row, const char *key, struct forecast_line *l)
{
    int64_t n = 0;
    l->cells[0] = money_cell(c, h, row->won, row->n_won);
    for (int i = 0; i < FORECASTS; i++) {
        l->cells[1 + i] = money_cell(c, h, row->minor[i], row->n[i]);
        if (l->cells[1 + i].text && key)
            l->cells[1 + i].href = arena_printf(
                c->arena, "/pipeline/forecast?month=%s&category=%s#deals", key, forecast_options[i].key);
        n += i == FORECAST_OMITTED ? 0 : row->n[i];
    }
    l->cells[5] = money_cell(c, h, forecast_sum(row), n);
    l->cells[6] = money_cell(c, h, forecast_weighted(row), n);
}

static void fill_table(struct call *c, struct html *h, const struct forecast *f, struct forecast_view *v)
{
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
        fill_line(c, h, &f->rows[i], row_key(c, f, i), l);
    }
    v->lines[v->n].label = TR(c, "Total");
    fill_line(c, h, &f->total, NULL, &v->lines[v->n++]);
    for (size_t i = 0; i < 7; i++)
        v->any |= v->lines[v->n - 1].cells[i].text != NULL;
}

/* ---- the deals behind a figure ---- */

static const char row_condition[] = "t.closes >= $1 and t.closes < $2";

static bool find_row(struct reading *g, const char *key, int *row)
{
    for (*row = 0; *row < FORECAST_ROWS; (*row)++)
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
    q->where = row_condition;
    q->where_args[q->n_where_args++] = v_int(from);
    q->where_args[q->n_where_args++] = v_int(until);
}

/* The stages of a category, for a filter; those that are none of the programme's count as omitted. */
static const char *stages_of(struct call *c, const struct programme *p, int category)
{
    const struct catalog_list *stages = catalog_find(&p->catalog, "stages");
    struct buf b = buf_in(c->arena, 1 << 13);
    for (size_t i = 0; stages && i < stages->n; i++)
        if ((int)p->stages[i].forecast == category)
            buf_addf(&b, "%s%s", b.len ? "," : "", stages->items[i].key);
    return buf_str(&b);
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
    const char *stages = stages_of(c, g->p, category);
    if (category != FORECAST_OMITTED)
        q.filters[q.n_filters++] = (struct filter){"stage", "in", stages};
    TRY(noun_list(c, &opportunity_noun, &q, &list));
    v->deals = ARENA_ARRAY(c->arena, list.n + 1, struct forecast_deal);
    for (size_t i = 0; i < list.n; i++) {
        const struct value *stage =
            &list.rows[i].v[field_find(opportunity_noun.fields, opportunity_noun.n_fields, "stage")];
        int at = stage_index(g->p, stage->kind == VALUE_TEXT ? stage->s : NULL);
        if ((at < 0 ? FORECAST_OMITTED : (int)g->p->stages[at].forecast) == category)
            add_deal(c, h, g->p, &list.rows[i], v);
    }
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
    fill_table(c, h, &g.f, &v);
    TRY(fill_deals(&g, r, h, &v));
    v.tabs = pipeline_tabs(c, "/pipeline/forecast", &v.n_tabs);
    v.note = g.more ? TR(c, "Amounts in currencies without an exchange rate are left out.") : NULL;
    forecast_whole_page(h, &v);
    return OK;
}

const struct page forecast_page = {
    .path = "/pipeline/forecast", .title = N_("Forecast"), .roles = ALL_ROLES, .show = show};
