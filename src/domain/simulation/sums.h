/*
 * Two replays of one history compared: what changes for each case, and all of it in sums. Private to the
 * folder. docs/rules.md defines every figure.
 */
#ifndef TANDEM_SIMULATION_SUMS_H
#define TANDEM_SIMULATION_SUMS_H

#include "domain/simulation/history.h"

/* One side of the comparison. */
struct side {
    const struct programme *programme;
    struct replay_result *results; /* of each case */
    size_t *unknown;               /* of each fact */
};

/* What a case comes to on one side. */
struct verdict {
    enum outcome outcome;
    const struct rule *rule;
    bool clash;
    double percent; /* that was granted in the end, by the rule or by the person who ruled in reality */
    int64_t days;
};
struct verdict verdict_of(const struct history *h, const struct side *s, size_t i);

enum effect { EFFECT_NONE, EFFECT_BETTER, EFFECT_WORSE, EFFECT_OTHER };
extern const char *const effect_names[];
/* For the partner; EFFECT_NONE where nothing changes. */
enum effect effect_of(const struct verdict *before, const struct verdict *after);
/* Minor units: the amount for each step between outcomes, else what the margin changes. */
int64_t weight_of(const struct past *p, const struct verdict *before, const struct verdict *after);
/* Hours until a person answered in reality; 0: nobody did. */
double waited_hours(const struct replay_case *k);

/*
 * The report's figures as JSON. *CHANGED: cases that change.
 */
const char *sums_json(struct arena *a, const struct history *h, const struct side *before,
    const struct side *after, int64_t *changed);

#endif
