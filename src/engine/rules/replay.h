/*
 * Replay: past cases decided again, in their order, by another ruleset, whose own outcomes change later ones.
 *
 * A difference method. Reality is replayed beside the draft, both by the same simple model of claims: a case
 * that is approved holds its place for the days of its protection, one under review holds it until somebody
 * rules. As long as both worlds agree on a case's place and on its partner's open claims, the facts that were
 * stored with the case stand as they are; where they differ, the caller's hook corrects those that follow.
 * Nothing else is guessed: a fact that was not stored is unknown, satisfies no condition, and is counted.
 *
 * What is assumed:
 *  - A case that goes to review and that a person ruled on in reality is ruled likewise, at the same time.
 *  - One that goes to review and that nobody ruled on keeps the claim it had in reality.
 *  - A claim ends when it ended in reality (by a deed), else with the protection of the rule that gave it;
 *    extensions are added as they were.
 *  - What cannot stand beside another partner's claim places none, and is counted as a clash.
 * Waiting for a place to become free is not replayed.
 *
 * Pure, like the rest of the folder; no words of the domain.
 */
#ifndef TANDEM_REPLAY_H
#define TANDEM_REPLAY_H

#include "engine/rules/rules.h"

enum replay_ruling { RULED_NOT, RULED_APPROVE, RULED_DECLINE };

/* Times are microseconds; 0 is none unless said otherwise. */
struct replay_case {
    int64_t at;
    size_t place;      /* what only one may hold: 0 to n_places - 1 */
    size_t partner;    /* 0 to n_partners - 1 */
    const char *facts; /* as rules_facts_json() wrote them */
    bool earlier;      /* decided before what is replayed: its claim stands in both worlds */
    /* What became of it in reality. */
    enum outcome outcome; /* by the rules */
    enum replay_ruling ruled;
    int64_t ruled_at;
    int64_t until;    /* the last moment of the protection that was granted, extensions included */
    int64_t extended; /* how much of it came from extensions */
    int64_t ended;    /* by a deed, before its time */
    int64_t day_end;  /* of the day on which it was decided: protections end with a day */
};

enum replay_claim { CLAIM_NONE, CLAIM_HOLD, CLAIM_LIVE };

/* What a case met in one of the two worlds. */
struct replay_standing {
    enum replay_claim others; /* the strongest claim of another partner on its place */
    bool own;                 /* a claim of its own partner there */
    int64_t open;             /* the partner's open claims, as a difference from reality: 0 there */
};

struct replay_result {
    const struct rule *rule;
    bool changed_facts; /* the worlds differed, and a fact that a rule asks for with them */
    bool clash;         /* approved, though another partner stands there */
    bool knock_on;      /* the stored facts alone would have led to another rule */
    size_t cause;       /* the earlier case by which the worlds differ; SIZE_MAX: none */
    struct replay_standing real, drawn;
};

struct replay_history {
    const struct replay_case *cases;
    size_t n, n_places, n_partners;
};

struct replay_hooks {
    /* Corrects FACTS (by the ruleset's vocabulary), where the worlds differ. An unknown one stays unknown. */
    void (*correct)(void *ctx, const struct replay_standing *real, const struct replay_standing *drawn,
        struct coded *facts);
    /* After every 1,024 cases; false stops the replay. May be NULL. */
    bool (*go_on)(void *ctx, size_t done);
    void *ctx;
};

/*
 * Replays HISTORY by SET into OUT, one result a case (an earlier one has no rule). UNKNOWN counts, by fact of
 * the vocabulary, the cases in which a condition asked for it and it was not known. False: the hook stopped
 * it.
 */
bool replay(const struct ruleset *set, const struct replay_history *history, const struct replay_hooks *hooks,
    struct replay_result *out, size_t *unknown) MUST;

/*
 * Why two rulesets decide one case differently: the first condition that tells them apart. In order: what of
 * BEFORE's rule no longer holds after; what of AFTER's rule did not hold before. NULL: the rules stand in
 * another order, or one of them is new and asks for nothing.
 */
const struct fact *replay_difference(const struct ruleset *before, const struct rule *rule_before,
    const struct coded *facts_before, const struct ruleset *after, const struct rule *rule_after,
    const struct coded *facts_after);

#endif
