/*
 * Witnesses of the transparency log (C2SP tlog-witness): a thread shows each of them the newest checkpoint
 * with the proof that it continues what the witness saw last, and stores the cosignature that comes back.
 * Never in anybody's way: registrations do not wait for it, and a witness that does not answer is asked again
 * at growing intervals. Several processes may do it at once.
 */
#ifndef TANDEM_WITNESSES_H
#define TANDEM_WITNESSES_H

#include "engine/merkle/note.h"

#define WITNESSES_MAX 8

struct witness_config {
    struct note_key key;
    const char *url; /* "https://witness.example/log": /add-checkpoint is below it */
};
/* "VKEY=URL". The URL is taken from TEXT. False: it is no such thing. */
bool witness_config_parse(struct witness_config *out, const char *text) MUST;

struct witnesses;
/* NULL when N is 0. Texts are copied. */
struct witnesses *witnesses_start(const char *db_url, const struct witness_config *config, size_t n);
void witnesses_stop(struct witnesses *w);

#endif
