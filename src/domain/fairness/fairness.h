/*
 * The public figures. `rollup.c` reads the feed (runtime/follower.h) and counts in the table `fairness`; what
 * stands there can be made anew from the feed. `figures.c` makes a quarter's figures of the counts and hides
 * what is under five; `fairness_page.c` shows them.
 *
 * A time to decide is kept in steps that grow by an eighth of a doubling (9%): a median or p95 is exact to
 * that. Step 0 is under one second.
 */
#ifndef TANDEM_FAIRNESS_H
#define TANDEM_FAIRNESS_H

#include "face/page.h"
#include "runtime/follower.h"

#define FAIRNESS_LEAST 5 /* a smaller figure is not told */

extern const struct follower fairness_follower;
extern const struct page fairness_page;      /* /fairness */
extern const struct page fairness_csv_page;  /* /fairness.csv */
extern const struct page fairness_json_page; /* /fairness.json */

/* The step of a time, and the seconds in the middle of a step. */
int fairness_step(int64_t seconds);
int64_t fairness_step_seconds(int step);

enum fairness_figure {
    FIGURE_DECISIONS,
    FIGURE_MEDIAN,
    FIGURE_P95,
    FIGURE_BY_RULES, /* per mille */
    FIGURE_EXTENSIONS_GRANTED,
    FIGURE_EXTENSIONS_DECLINED,
    FIGURE_OVERRIDES_ASKED,
    FIGURE_OVERRIDES_CONFIRMED,
    FIGURE_DISPUTES,
    FIGURE_UPHELD,
    FIGURE_MOVED,
    FIGURE_SHARED,
    FIGURE_COMPENSATED,
    FIGURE_WITHDRAWN,
    FIGURE_COUNT
};

struct fairness_cell {
    enum {
        CELL_NONE,
        CELL_SHOWN,
        CELL_HIDDEN
    } state;   /* none: there is nothing to say (no decision at all) */
    int64_t n; /* when it is shown: a count, seconds or per mille */
};
struct fairness_quarter {
    int quarter; /* year * 4 + quarter - 1 */
    struct fairness_cell cell[FIGURE_COUNT];
};
/* Newest first, at most MAX, those under five hidden already. */
enum status fairness_read(struct call *c, size_t max, struct fairness_quarter **out, size_t *n) MUST;

#endif
