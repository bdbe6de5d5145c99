/*
 * Fairness: how the programme decides, counted by quarter from the feed and published to everybody. A count
 * between 1 and 4 is hidden, so that nobody is recognised, and so is the one by which it could be reckoned.
 */
#ifndef TANDEM_FAIRNESS_H
#define TANDEM_FAIRNESS_H

#include "face/page.h"
#include "runtime/jobs.h"

/* What is counted; of the first two also how long it took (buckets.h). */
enum measure {
    MEASURE_RULES,  /* registrations decided by the rules, in the request */
    MEASURE_PERSON, /* registrations decided by a person, after the rules had left them to one */
    MEASURE_EXTENSION_RULES,
    MEASURE_EXTENSION_PERSON,
    MEASURE_OVERRIDE_ASKED,
    MEASURE_OVERRIDE_CONFIRMED,
    MEASURE_DISPUTE_OPENED,
    MEASURE_DISPUTE_UPHELD,
    MEASURE_DISPUTE_MOVED,
    MEASURE_DISPUTE_SHARED,
    MEASURE_DISPUTE_COMPENSATED,
    MEASURE_DISPUTE_WITHDRAWN,
    MEASURE_COUNT
};

/* Quarters are counted from the year 0: year * 4 + 0 to 3. */
struct quarter_counts {
    int64_t quarter;
    int64_t n[MEASURE_COUNT];
    /* Microseconds from a registration to its first decision, to within a bucket; -1: nothing was decided. */
    int64_t median_us, p95_us;
};

/* The newest quarters first, at most MAX; with those that have nothing in between. *N how many. */
enum status fairness_read(struct call *c, size_t max, struct quarter_counts **out, size_t *n) MUST;

/* Counts what is new in the feed; follows on from where the last one stood. For the server's jobs. */
extern const struct job_kind fairness_job;
extern const struct page fairness_page; /* /fairness; ?as=json, ?as=csv */

#endif
