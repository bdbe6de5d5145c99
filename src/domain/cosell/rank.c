#include "domain/cosell/rank.h"

#define CERTIFIED_POINTS 12
#define COVERS_POINTS    8
#define SPEED_POINTS     10
#define YEAR_DAYS        365

static int at_most(int64_t n, int most)
{
    return n < most ? (int)n : most;
}

int rank_tie_points(const struct rank_tie *t)
{
    int percent = t->days < 0 ? 60 : t->days <= YEAR_DAYS ? 100 : t->days <= 3 * YEAR_DAYS ? 60 : 30;
    return t->points * percent / 100;
}

static int tie_part(const struct rank_input *in)
{
    int strongest = 0, all = 0;
    for (size_t i = 0; i < in->n_ties; i++) {
        int points = rank_tie_points(&in->ties[i]);
        strongest = points > strongest ? points : strongest;
        all += points;
    }
    return at_most(strongest + (all - strongest) / 2, RANK_TIE_MAX);
}

bool rank_is_fast(const struct rank_input *in)
{
    return 2 * in->answered > in->asked && in->answer_hours <= RANK_FAST_HOURS;
}

static int speed_part(const struct rank_input *in)
{
    if (!in->asked)
        return SPEED_POINTS / 2;
    int percent = in->answer_hours <= RANK_FAST_HOURS       ? 100
                  : in->answer_hours <= 3 * RANK_FAST_HOURS ? 70
                                                            : 40;
    return (int)(SPEED_POINTS * percent * in->answered / (100 * in->asked));
}

static int load_part(const struct rank_input *in)
{
    int64_t beyond = in->load > RANK_FREE_LOAD ? in->load - RANK_FREE_LOAD : 0;
    return -at_most((beyond + 1) / 2, RANK_LOAD_MAX);
}

void rank_score(const struct rank_input *in, struct rank_result *out)
{
    *out = (struct rank_result){
        .part = {[RANK_FOOTHOLD] = at_most(in->foothold, RANK_FOOTHOLD_MAX),
            [RANK_TIE] = tie_part(in),
            [RANK_FIT] = (in->certified ? CERTIFIED_POINTS : 0) + (in->covers ? COVERS_POINTS : 0),
            [RANK_SPEED] = speed_part(in),
            [RANK_LOAD] = load_part(in)}};
    for (int i = 0; i < RANK_PARTS; i++)
        out->score += out->part[i];
    out->score = out->score > 0 ? out->score : 0;
}

int rank_compare(int score_a, int64_t load_a, int64_t id_a, int score_b, int64_t load_b, int64_t id_b)
{
    if (score_a != score_b)
        return score_b - score_a;
    if (load_a != load_b)
        return load_a < load_b ? -1 : 1;
    return id_a < id_b ? -1 : id_a > id_b;
}
