#include "domain/opportunity/quarters.h"

#include "base/json.h"
#include "base/text.h"
#include "domain/opportunity/pipeline.h"
#include "domain/rate/rate.h"
#include "domain/touchpoint/touchpoint.h"
#include "face/row_json.h"

const char *const quarter_line_keys[QUARTER_LINES] = {"won", "commit", "best_case", "pipeline"};

/* ---- reading the sums ---- */

#define CURRENCIES 16 /* whose rates are looked up once each */

struct reading {
    struct call *c;
    const struct programme *p;
    int64_t first; /* quarter */
    struct pipeline_quarters *out;
    struct known_rate {
        const char *currency;
        struct converted at;
    } rates[CURRENCIES];
    size_t n_rates;
};

static enum status rate_of(struct reading *g, const char *currency, struct converted *out)
{
    struct call *c = g->c;
    for (size_t i = 0; i < g->n_rates; i++)
        if (streq(g->rates[i].currency, currency)) {
            *out = g->rates[i].at;
            return OK;
        }
    TRY(rate_convert(c, (struct money){0}, currency, date_in(c->catalog->zone, c->now), out));
    if (g->n_rates < CURRENCIES)
        g->rates[g->n_rates++] = (struct known_rate){currency, *out};
    return OK;
}

static void add(struct quarter_figure *f, bool known, int64_t minor, int64_t deals)
{
    f->sum.minor += known ? minor : 0;
    f->sum.more |= !known;
    f->deals += deals;
}

/* The line on which deals of that state and stage stand; -1: on none. */
static int line_of(const struct reading *g, const char *state, const char *stage)
{
    int at = stage_index(g->p, stage);
    if (streq(state, "won"))
        return QUARTER_WON;
    return at < 0 || g->p->stages[at].forecast == FORECAST_OMITTED
               ? -1
               : QUARTER_OPEN + (int)g->p->stages[at].forecast;
}

static enum status take(struct reading *g, const struct rows *rows, size_t i)
{
    const char *currency = cell_text(rows, i, 4), *credit = cell_text(rows, i, 3);
    int64_t quarter = cell_int(rows, i, 0), deals = cell_int(rows, i, 6);
    const char *state = cell_text(rows, i, 1);
    int line = line_of(g, state, cell_text(rows, i, 2));
    struct converted rate;
    if (line < 0 && quarter) /* omitted, but that it has no day is told */
        return OK;
    currency = currency && *currency ? currency : g->c->catalog->currency;
    TRY(rate_of(g, currency, &rate));
    int64_t minor =
        rate.known ? rate_apply(g->c, (struct money){cell_int(rows, i, 5)}, currency, rate.rate).minor : 0;
    if (quarter < g->first) {
        struct pipeline_quarters *out = g->out;
        add(quarter               ? &out->past
            : streq(state, "won") ? &out->undated_won
                                  : &out->undated,
            rate.known, minor, deals);
        return OK;
    }
    struct quarter_figure *of = g->out->quarter[quarter - g->first].of[line];
    add(&of[CREDIT_NONE], rate.known, minor, deals);
    for (int k = CREDIT_SOURCED; k < CREDITS; k++)
        if (streq(credit_options[k - 1].key, credit))
            add(&of[k], rate.known, minor, deals);
    return OK;
}

/* ---- what leads to the deals ---- */

static const char *open_query(struct call *c, const char *stages, const char *days)
{
    return arena_printf(c->arena, "state=open&stage=%s&%s&sort=closes", stages, days);
}

static void fill_queries(struct reading *g)
{
    struct call *c = g->c;
    const char *all = stages_counted(c, g->p);
    for (int k = 0; k < QUARTERS; k++) {
        struct pipeline_quarter *q = &g->out->quarter[k];
        q->from = quarter_first(g->first + k);
        q->until.days = quarter_first(g->first + k + 1).days - 1;
        const char *from = date_iso(c->arena, q->from), *until = date_iso(c->arena, q->until);
        q->query[QUARTER_WON] = arena_printf(
            c->arena, "state=won&closed[at_least]=%s&closed[at_most]=%s&sort=-closed", from, until);
        for (int i = 0; i < FORECAST_OMITTED; i++)
            q->query[QUARTER_OPEN + i] = open_query(c, stages_of(c, g->p, (enum forecast_category)i),
                arena_printf(c->arena, "closes[at_least]=%s&closes[at_most]=%s", from, until));
    }
    struct date before = {g->out->quarter[0].from.days - 1};
    g->out->past_query =
        open_query(c, all, arena_printf(c->arena, "closes[at_most]=%s", date_iso(c->arena, before)));
    g->out->undated_query = "state=open&closes[known]=no&sort=closes";
    g->out->undated_won_query = "state=won&closed[known]=no";
}

/* What is won in the next quarter would be a mistake of whoever entered it; it stands there all the same. */
static const char sums_sql[] =
    "select quarter, state, stage, credit, currency, amount, deals from pipeline_sum where quarter >= $1 and "
    "quarter <= $2 union all select quarter, state, stage, credit, currency, amount, deals from pipeline_sum "
    "where quarter < $1 and (state = 'open' or quarter = 0)";

enum status pipeline_quarters(struct call *c, struct pipeline_quarters *out)
{
    struct reading g = {.c = c, .first = date_quarter(date_in(c->catalog->zone, c->now)), .out = out};
    struct value args[2] = {v_int(g.first), v_int(g.first + QUARTERS - 1)};
    struct rows rows;
    *out = (struct pipeline_quarters){0};
    TRY(programme_active(c, &g.p));
    TRY(credit_counting(c, &out->counting));
    TRY(db_query(c->db, c->arena, &rows, sums_sql, args, 2));
    for (size_t i = 0; i < rows.n; i++)
        TRY(take(&g, &rows, i));
    fill_queries(&g);
    return OK;
}

/* ---- for programs ---- */

static void out_members(struct call *c, struct json_out *w, const struct quarter_figure *f)
{
    out_kv_string(w, "amount", money_decimal(c->arena, f->sum.minor, currency_digits(c->catalog->currency)));
    out_kv_int(w, "deals", f->deals);
    out_kv_bool(w, "without_rate", f->sum.more);
}

static void out_figure(struct call *c, struct json_out *w, const char *key, const struct quarter_figure *f)
{
    out_key(w, key);
    out_object(w);
    out_members(c, w, f);
    out_end(w);
}

static void out_quarter(struct call *c, struct json_out *w, const struct pipeline_quarter *q)
{
    out_object(w);
    out_kv_string(w, "from", date_iso(c->arena, q->from));
    out_kv_string(w, "until", date_iso(c->arena, q->until));
    for (int i = 0; i < QUARTER_LINES; i++) {
        out_key(w, quarter_line_keys[i]);
        out_object(w);
        out_members(c, w, &q->of[i][CREDIT_NONE]);
        for (int k = CREDIT_SOURCED; k < CREDITS; k++)
            out_figure(c, w, credit_options[k - 1].key, &q->of[i][k]);
        out_end(w);
    }
    out_end(w);
}

static enum status quarters_run(struct call *c)
{
    struct pipeline_quarters q;
    TRY(pipeline_quarters(c, &q));
    struct buf b = buf_in(c->arena, 1 << 16);
    struct json_out w = json_out(&b);
    out_object(&w);
    out_kv_string(&w, "currency", c->catalog->currency);
    out_key(&w, "quarters");
    out_array(&w);
    for (int k = 0; k < QUARTERS; k++)
        out_quarter(c, &w, &q.quarter[k]);
    out_end(&w);
    out_figure(c, &w, "past_due", &q.past);
    out_figure(c, &w, "undated", &q.undated);
    out_figure(c, &w, "undated_won", &q.undated_won);
    out_kv_bool(&w, "counting", q.counting);
    out_end(&w);
    c->result_json = buf_str(&b);
    return OK;
}

#define FIGURE  "\"amount\":\"84000.00\",\"deals\":2,\"without_rate\":false"
#define LINE(k) "\"" k "\":{" FIGURE ",\"sourced\":{" FIGURE "},\"influenced\":{" FIGURE "}}"
#define QUARTER                                                                                              \
    "{\"from\":\"2026-10-01\",\"until\":\"2026-12-31\"," LINE("won") "," LINE("commit") "," LINE(            \
        "best_case") "," LINE("pipeline") "}"

const struct verb opportunity_quarters = {
    .noun = &opportunity_noun,
    .name = "quarters",
    .label = N_("Pipeline by quarter"),
    .summary = N_("What was won and what is expected in this quarter and the next, and what of it partners "
                  "sourced or influenced."),
    .on = ON_COLLECTION,
    .roles = VENDOR_ROLES,
    .reads = true,
    .hidden = true,
    .answers = true,
    .run = quarters_run,
    .example = {.answer = "{\"currency\":\"EUR\",\"quarters\":[" QUARTER "," QUARTER "],\"past_due\":{" FIGURE
                          "},\"undated\":{" FIGURE "},\"undated_won\":{" FIGURE "},\"counting\":false}"},
};
