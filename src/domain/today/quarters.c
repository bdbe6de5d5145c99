/* The pipeline's money by quarter, for who has ten minutes. */
#include "domain/opportunity/quarters.h"
#include "domain/today/view.h"

static struct quarter_cell cell_of_figure(
    struct call *c, struct html *h, const struct quarter_figure *f, const char *query, enum credit credit)
{
    if (!f->deals)
        return (struct quarter_cell){.text = NULL};
    const char *deals = arena_printf(c->arena, trn(call_lang(c), "%s in %s deal", "%s in %s deals", f->deals),
        fmt_money(h, (struct money){f->sum.minor}, c->catalog->currency), fmt_int(h, f->deals));
    return (struct quarter_cell){.text = money_sum_text(c, h, &f->sum),
        .exact = deals,
        .href = credit == CREDIT_NONE ? arena_printf(c->arena, "/opportunities?%s", query)
                                      : arena_printf(c->arena, "/opportunities?%s&credit=%s", query,
                                            credit_options[credit - 1].key)};
}

static void fill_table(
    struct call *c, struct html *h, const struct pipeline_quarter *q, size_t at, struct quarter_table *t)
{
    int64_t quarter = date_quarter(q->from);
    *t = (struct quarter_table){.id = at ? "t-next" : "t-quarter",
        .title = arena_printf(c->arena, TR(c, "Q%d %d"), (int)(quarter % 4) + 1, (int)(quarter / 4)),
        .span = at ? TR(c, "Next quarter") : TR(c, "This quarter"),
        .credits = {TR(c, "Sourced"), TR(c, "Influenced")}};
    for (int i = 0; i < QUARTER_LINES; i++) {
        t->lines[i].label = i == QUARTER_WON ? TR(c, "Won") : TR(c, forecast_options[i - QUARTER_OPEN].label);
        for (int k = 0; k < CREDITS; k++)
            t->lines[i].cells[k] = cell_of_figure(c, h, &q->of[i][k], q->query[i], (enum credit)k);
    }
}

/* Deals that stand in no quarter, said by TEXT. */
static void tell_rest(struct call *c, struct today_view *v, const char *text, const char *query)
{
    v->rest[v->n_rest++] = (struct quarter_rest){text, arena_printf(c->arena, "/opportunities?%s", query)};
}

enum status fill_quarters(struct call *c, struct html *h, struct today_view *v)
{
    struct pipeline_quarters q;
    TRY(pipeline_quarters(c, &q));
    v->quarters = ARENA_ARRAY(c->arena, QUARTERS, struct quarter_table);
    v->n_quarters = QUARTERS;
    v->counting = q.counting;
    for (size_t i = 0; i < QUARTERS; i++)
        fill_table(c, h, &q.quarter[i], i, &v->quarters[i]);
    if (q.past.deals)
        tell_rest(c, v,
            arena_printf(c->arena,
                trn(call_lang(c), "%s open deal (%s) was to close before this quarter.",
                    "%s open deals (%s) were to close before this quarter.", q.past.deals),
                fmt_int(h, q.past.deals), money_sum_text(c, h, &q.past.sum)),
            q.past_query);
    if (q.undated.deals)
        tell_rest(c, v,
            arena_printf(c->arena,
                trn(call_lang(c), "%s open deal (%s) has no close date.",
                    "%s open deals (%s) have no close date.", q.undated.deals),
                fmt_int(h, q.undated.deals), money_sum_text(c, h, &q.undated.sum)),
            q.undated_query);
    if (q.undated_won.deals)
        tell_rest(c, v,
            arena_printf(c->arena,
                trn(call_lang(c), "%s won deal (%s) has no day on which it closed.",
                    "%s won deals (%s) have no day on which they closed.", q.undated_won.deals),
                fmt_int(h, q.undated_won.deals), money_sum_text(c, h, &q.undated_won.sum)),
            q.undated_won_query);
    return OK;
}
