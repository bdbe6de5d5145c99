#include "domain/customer/usage_view.h"

static struct usage_line line_of(
    struct call *c, struct html *h, const struct usage_month *u, size_t n, const struct signs *s)
{
    double *values = ARENA_ARRAY(c->arena, n, double);
    for (size_t i = 0; i < n; i++)
        values[i] = u[i].quantity;
    double last = values[n - 1];
    struct usage_line l = {.metric = u[0].metric,
        .last = fmt_real(h, last, last == (double)(int64_t)last ? 0 : 1),
        .month = fmt_month(h, u[n - 1].month)};
    l.spark = part_spark_of(c->arena,
        arena_printf(c->arena, tr(h->lang, "%s, %s to %s"), l.metric, fmt_month(h, u[0].month), l.month),
        values, n);
    if ((s->bits & SIGN_USAGE) && streq(s->metric, l.metric))
        l.fell =
            arena_printf(c->arena, tr(h->lang, "%s less"), fmt_percent(h, (double)s->fell_percent / 100, 0));
    return l;
}

void usage_lines(struct call *c, struct html *h, const struct sign_facts *f, const struct signs *s,
    struct usage_line **out, size_t *n)
{
    *out = ARENA_ARRAY(c->arena, f->n_usage + 1, struct usage_line);
    *n = 0;
    for (size_t from = 0, to; from < f->n_usage; from = to) {
        for (to = from + 1; to < f->n_usage && streq(f->usage[to].metric, f->usage[from].metric);)
            to++;
        (*out)[(*n)++] = line_of(c, h, f->usage + from, to - from, s);
    }
}
