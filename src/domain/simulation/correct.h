/* Facts that follow from claims, corrected where a simulated world differs. Private to the folder. */
#ifndef TANDEM_SIMULATION_CORRECT_H
#define TANDEM_SIMULATION_CORRECT_H

#include "engine/rules/replay.h"

/* The facts of one vocabulary, by index; its n where there is none of that name. */
struct correction {
    const struct vocabulary *words;
    size_t taken, state, kind, own, related, open, allowed, room;
};
struct correction correction_for(const struct vocabulary *words);

/*
 * struct replay_hooks.correct, with a struct correction as CTX: conflict.taken, .state, .kind and .own as the
 * place stands there; partner.open_registrations and .open_room by the difference. What is not known stays
 * so.
 */
void correct_facts(
    void *ctx, const struct replay_standing *real, const struct replay_standing *drawn, struct coded *facts);

/* The corrected facts of a case as JSON, those only that are not as STORED; NULL when there are none. */
const char *corrected_json(
    struct arena *a, const struct correction *c, const char *stored, const struct replay_result *result);

#endif
