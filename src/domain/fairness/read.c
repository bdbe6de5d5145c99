#include "domain/fairness/buckets.h"
#include "domain/fairness/fairness.h"
#include "domain/fairness/measures.h"

const char *const measure_names[MEASURE_COUNT] = {
    [MEASURE_RULES] = "decided_by_rules",
    [MEASURE_PERSON] = "decided_by_person",
    [MEASURE_EXTENSION_RULES] = "extensions_by_rules",
    [MEASURE_EXTENSION_PERSON] = "extensions_by_person",
    [MEASURE_OVERRIDE_ASKED] = "overrides_asked",
    [MEASURE_OVERRIDE_CONFIRMED] = "overrides_confirmed",
    [MEASURE_DISPUTE_OPENED] = "disputes_opened",
    [MEASURE_DISPUTE_UPHELD] = "disputes_upheld",
    [MEASURE_DISPUTE_MOVED] = "disputes_moved",
    [MEASURE_DISPUTE_SHARED] = "disputes_shared",
    [MEASURE_DISPUTE_COMPENSATED] = "disputes_compensated",
    [MEASURE_DISPUTE_WITHDRAWN] = "disputes_withdrawn",
};

static enum measure measure_named(const char *name)
{
    int m = 0;
    while (m < MEASURE_COUNT && !streq(measure_names[m], name))
        m++;
    return (enum measure)m;
}

/* Those of ROWS from *AT on that are of the quarter; *AT stands behind them then. */
static void take_quarter(const struct rows *rows, size_t *at, struct quarter_counts *q)
{
    int64_t times[BUCKET_MAX + 1] = {0};
    for (; *at < rows->n && cell_int(rows, *at, 0) == q->quarter; ++*at) {
        enum measure m = measure_named(cell_text(rows, *at, 1));
        int64_t n = cell_int(rows, *at, 3), bucket = cell_int(rows, *at, 2);
        if (m == MEASURE_COUNT)
            continue;
        q->n[m] += n;
        if ((m == MEASURE_RULES || m == MEASURE_PERSON) && bucket >= 0 && bucket <= BUCKET_MAX)
            times[bucket] += n;
    }
    int median = bucket_quantile(times, 0.5), p95 = bucket_quantile(times, 0.95);
    q->median_us = median < 0 ? -1 : median ? bucket_top_us(median) : 0;
    q->p95_us = p95 < 0 ? -1 : p95 ? bucket_top_us(p95) : 0;
}

enum status fairness_read(struct call *c, size_t max, struct quarter_counts **out, size_t *n)
{
    struct value args[1] = {v_int((int64_t)max)};
    struct rows rows;
    *n = 0;
    TRY(db_query(c->db, c->arena, &rows,
        "select quarter, measure, bucket, n from fairness_count "
        "where quarter > (select max(quarter) from fairness_count) - $1 order by quarter desc",
        args, 1));
    if (!rows.n)
        return OK;
    int64_t newest = cell_int(&rows, 0, 0), oldest = cell_int(&rows, rows.n - 1, 0);
    *n = (size_t)(newest - oldest) + 1;
    *out = ARENA_ARRAY(c->arena, *n, struct quarter_counts);
    for (size_t i = 0, at = 0; i < *n; i++) {
        (*out)[i].quarter = newest - (int64_t)i;
        take_quarter(&rows, &at, &(*out)[i]);
    }
    return OK;
}
