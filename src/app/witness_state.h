/*
 * What a witness remembers: of each log the newest checkpoint that it cosigned, with its own cosignature, in
 * one file. The memory is worth as much as the key: a witness that forgot would cosign a second history.
 */
#ifndef TANDEM_WITNESS_STATE_H
#define TANDEM_WITNESS_STATE_H

#include "base/arena.h"
#include "engine/merkle/witness.h"

#include <jansson.h>

struct witness_state {
    const char *path;
    struct note_key key;
    json_t *notes; /* by origin */
};

/*
 * Loads key and memory; where there is neither and NAME is given, makes both. Only one process has them open.
 * False: *ERROR (in A) says why: one of the two is missing, is not of the other, or cannot be read.
 */
bool witness_state_open(struct witness_state *out, struct arena *a, const char *key_path, const char *path,
    const char *name, const char **error) MUST;
/* The newest checkpoint of a log: of size 0 when none was cosigned. *NOTE (may be NULL): with the
 * cosignature. */
void witness_state_get(
    const struct witness_state *s, const char *origin, struct checkpoint *out, const char **note);
/* Remembers it for good before it returns; false: it may or may not be remembered, and nothing may be said of
 * it. */
bool witness_state_put(struct witness_state *s, const char *origin, const char *note) MUST;

#endif
