/* A quarter's figures from its counts; those that would tell of few are hidden, and what they follow from. */
#include "domain/fairness/fairness.h"

static const struct {
    const char *measure;
    enum fairness_figure figure;
} counts[] = {{"extension_granted", FIGURE_EXTENSIONS_GRANTED},
    {"extension_declined", FIGURE_EXTENSIONS_DECLINED}, {"override_asked", FIGURE_OVERRIDES_ASKED},
    {"override_confirmed", FIGURE_OVERRIDES_CONFIRMED}, {"dispute", FIGURE_DISPUTES},
    {"upheld", FIGURE_UPHELD}, {"moved", FIGURE_MOVED}, {"shared", FIGURE_SHARED},
    {"compensated", FIGURE_COMPENSATED}, {"withdrawn", FIGURE_WITHDRAWN}};

/* Zero is told: nobody stands behind it. */
static struct fairness_cell told(int64_t n)
{
    if (n > 0 && n < FAIRNESS_LEAST)
        return (struct fairness_cell){.state = CELL_HIDDEN};
    return (struct fairness_cell){CELL_SHOWN, n};
}

/* ---- times ---- */

/* Times of one quarter: counts by step, in ascending order. */
struct times {
    int step[400];
    int64_t n[400];
    size_t count;
    int64_t total;
};

/* The middle of the step in which the share of all decisions is reached. */
static int64_t quantile(const struct times *t, int percent)
{
    int64_t rank = (t->total * percent + 99) / 100, sum = 0;
    for (size_t i = 0; i < t->count; i++) {
        sum += t->n[i];
        if (sum >= rank)
            return fairness_step_seconds(t->step[i]);
    }
    return 0;
}

/* ---- one quarter ---- */

struct raw {
    struct times times;
    int64_t by_rules, by_person, count[FIGURE_COUNT];
};

static void take(struct raw *r, const char *measure, int bucket, int64_t n)
{
    if (streq(measure, "time") && r->times.count < COUNT(r->times.n)) {
        r->times.step[r->times.count] = bucket;
        r->times.n[r->times.count++] = n;
        r->times.total += n;
    } else if (streq(measure, "by_rules")) {
        r->by_rules = n;
    } else if (streq(measure, "by_person")) {
        r->by_person = n;
    }
    for (size_t i = 0; i < COUNT(counts); i++)
        if (streq(counts[i].measure, measure))
            r->count[counts[i].figure] = n;
}

/* Of figures that add up to one that is told, one alone that is hidden could be worked out: then the smallest
 * other one is hidden, too. */
static void hide_another(struct fairness_cell *cell, size_t n)
{
    size_t hidden = 0;
    struct fairness_cell *least = NULL;
    for (size_t i = 0; i < n; i++) {
        hidden += cell[i].state == CELL_HIDDEN;
        if (cell[i].state == CELL_SHOWN && cell[i].n > 0 && (!least || cell[i].n < least->n))
            least = &cell[i];
    }
    if (hidden == 1 && least)
        least->state = CELL_HIDDEN;
}

static void finish(const struct raw *r, struct fairness_quarter *q)
{
    int64_t all = r->by_rules + r->by_person;
    for (size_t i = 0; i < COUNT(counts); i++)
        q->cell[counts[i].figure] = told(r->count[counts[i].figure]);
    q->cell[FIGURE_DECISIONS] = told(all);
    struct fairness_cell share = {.state = all ? CELL_HIDDEN : CELL_NONE};
    if (all >= FAIRNESS_LEAST) {
        q->cell[FIGURE_MEDIAN] = (struct fairness_cell){CELL_SHOWN, quantile(&r->times, 50)};
        q->cell[FIGURE_P95] = (struct fairness_cell){CELL_SHOWN, quantile(&r->times, 95)};
        bool few = told(r->by_rules).state == CELL_HIDDEN || told(r->by_person).state == CELL_HIDDEN;
        if (!few)
            share = (struct fairness_cell){CELL_SHOWN, (r->by_rules * 1000 + all / 2) / all};
    } else {
        q->cell[FIGURE_MEDIAN].state = q->cell[FIGURE_P95].state = all ? CELL_HIDDEN : CELL_NONE;
    }
    q->cell[FIGURE_BY_RULES] = share;
    hide_another(&q->cell[FIGURE_UPHELD], FIGURE_WITHDRAWN - FIGURE_UPHELD + 1);
}

enum status fairness_read(struct call *c, size_t max, struct fairness_quarter **out, size_t *n)
{
    struct date today = date_in(c->catalog->zone, c->now);
    int year, month, day;
    date_split(today, &year, &month, &day);
    struct value args[1] = {v_int(year * 4 + (month - 1) / 3 - (int64_t)max + 1)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select quarter, measure, bucket, n from fairness where quarter >= $1 order by quarter desc, "
        "measure, "
        "bucket",
        args, 1));
    *out = ARENA_ARRAY(c->arena, max + 1, struct fairness_quarter);
    *n = 0;
    for (size_t i = 0; i < rows.n && *n < max;) {
        struct raw *raw = ARENA_NEW(c->arena, struct raw);
        int64_t quarter = cell_int(&rows, i, 0);
        for (; i < rows.n && cell_int(&rows, i, 0) == quarter; i++)
            take(raw, cell_text(&rows, i, 1), (int)cell_int(&rows, i, 2), cell_int(&rows, i, 3));
        (*out)[*n].quarter = (int)quarter;
        finish(raw, &(*out)[(*n)++]);
    }
    return OK;
}
