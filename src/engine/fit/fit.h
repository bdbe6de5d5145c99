/*
 * Matchmaking: which of many candidates fits a lead best. Each part is between 0 and 1; the score is their
 * mean by the policy's weights. A part that the lead does not ask for (no language is known, say) counts for
 * nobody, so that scores of one lead stay comparable.
 */
#ifndef TANDEM_FIT_H
#define TANDEM_FIT_H

#include "base/base.h"

enum fit_part {
    FIT_TERRITORY,     /* 1: at home in the country, 0.8: named territory, 0.5: sells everywhere */
    FIT_LANGUAGE,      /* 1: speaks it */
    FIT_CERTIFICATION, /* n / (n + 1) of n certified people */
    FIT_INDUSTRY,      /* 1: says so; else w / (w + 2) of w leads won there */
    FIT_CAPACITY,      /* what is left of the cap of open leads */
    FIT_CONVERSION,    /* converted of finished leads, drawn towards the prior */
    FIT_FAIRNESS,      /* 1: was given least lately, 0: most */
    FIT_PARTS
};

enum fit_place { FIT_ELSEWHERE, FIT_EVERYWHERE, FIT_COVERED, FIT_HOME };

struct fit_policy {
    int64_t weight[FIT_PARTS];
    int64_t open_leads;                 /* the cap */
    int64_t prior_percent, prior_leads; /* of conversion: as if so many leads had gone so */
};

struct fit_candidate {
    int64_t id;
    enum fit_place place;
    bool speaks, knows_industry;
    bool barred; /* was asked already, is suspended, or somebody else holds the customer */
    int64_t certified_people, industry_won, open, converted, finished, given_lately;
};

/* Bits of the parts that the lead asks for; those that need no asking are set always. */
#define FIT_ALWAYS (1u << FIT_TERRITORY | 1u << FIT_CAPACITY | 1u << FIT_CONVERSION | 1u << FIT_FAIRNESS)

struct fit {
    size_t at; /* of the candidates */
    double score;
    double part[FIT_PARTS];
};

/*
 * The best MOST of N candidates into OUT, best first; how many there are. Who is barred, full, or sells
 * elsewhere is none. Equal scores: who was given less lately, then who was there first (the smaller id).
 */
size_t fit_rank(const struct fit_policy *p, unsigned asked, const struct fit_candidate *candidates, size_t n,
    struct fit *out, size_t most);
/* The score of the one at AT beside the N, for who asks for it by name: also where it is full. False: it is
 * barred, or sells elsewhere. */
bool fit_of(const struct fit_policy *p, unsigned asked, const struct fit_candidate *candidates, size_t n,
    size_t at, struct fit *out);

#endif
