/*
 * How well a partner fits a deal, in points out of 100, each part of which is shown. Pure: no database, no
 * clock.
 *
 *   foothold  0..30  why there is something to sell there now
 *   tie       0..40  what the partner has with the customer: the strongest in full, half of each other
 *   fit       0..20  certified for the product (12), covers the country (8)
 *   speed     0..10  how often and how fast it answered requests; 5 as long as it was asked nothing
 *   load    -10..0   a point for each two deals and requests beyond five that it has open
 */
#ifndef TANDEM_COSELL_RANK_H
#define TANDEM_COSELL_RANK_H

#include "base/value.h"

enum rank_part { RANK_FOOTHOLD, RANK_TIE, RANK_FIT, RANK_SPEED, RANK_LOAD, RANK_PARTS };
#define RANK_FOOTHOLD_MAX 30
#define RANK_TIE_MAX      40
#define RANK_LOAD_MAX     10 /* how far down it goes */
#define RANK_FREE_LOAD    5  /* open at once before it counts */
#define RANK_FAST_HOURS   24 /* within which an answer is a fast one */

struct rank_tie {
    int points;   /* of its kind, while it is fresh */
    int64_t days; /* since the newest; below 0: not known */
};
struct rank_input {
    int foothold; /* points of the deal's, or of the account's strongest */
    const struct rank_tie *ties;
    size_t n_ties;
    bool certified, covers;
    int64_t asked, answered, answer_hours; /* requests of the last year; hours: on average */
    int64_t load;                          /* deals and requests that it has open */
};
struct rank_result {
    int part[RANK_PARTS], score;
};

void rank_score(const struct rank_input *in, struct rank_result *out);
/* What is left of a tie's points: all within a year, 60% within three or when nobody knows, else 30%. */
int rank_tie_points(const struct rank_tie *t);
/* Whether it answers fast: more than half, within RANK_FAST_HOURS. */
bool rank_is_fast(const struct rank_input *in);

/* Order of a list: by score, then who has less to do, then the older id. Below 0: A stands before B. */
int rank_compare(int score_a, int64_t load_a, int64_t id_a, int score_b, int64_t load_b, int64_t id_b);

#endif
