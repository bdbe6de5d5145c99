/* Past registrations as the replay takes them, with what the report says of them. Private to the folder. */
#ifndef TANDEM_SIMULATION_HISTORY_H
#define TANDEM_SIMULATION_HISTORY_H

#include "domain/programme/programme.h"
#include "engine/rules/replay.h"

#define SIMULATION_MAX_CASES 1000000

/* Of a case, beside what the replay needs. */
struct past {
    int64_t decision_id, registration_id, partner_id;
    const char *company, *state; /* the registration's, now */
    double percent;              /* that reality granted in the end */
    int64_t days;                /* likewise, without extensions */
    bool amount_known;
    int64_t amount; /* minor units of the programme's currency */
    int64_t tier;   /* option of the fact partner.tier; -1: not known */
    uint64_t types; /* options of partner.types */
};

struct history {
    struct replay_history replay;
    struct past *past; /* of each case */
    int64_t *partners; /* ids, by the replay's number */
    size_t n_replayed; /* cases that are not earlier ones */
};

/*
 * Decisions by rules on registrations between the two days, in the order of the log, and before them the
 * claims that still stood. P names the words of amount, tier and types. GO_ON may stop it: RETRY. REFUSED
 * when there are more than SIMULATION_MAX_CASES. Everything lives in A.
 */
enum status history_read(struct db *db, struct arena *a, const struct programme *p, struct date from,
    struct date to, bool (*go_on)(void *ctx), void *ctx, struct history *out) MUST;

#endif
