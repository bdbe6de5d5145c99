/*
 * What travels: a head of 60 bytes, then the body. Numbers are big-endian.
 *
 *   0  "TPSI"   4  version 1   5  type   6  key rule   7  0   8  run's id (16)
 *   24 BLAKE2b-256 of the whole message before (zeros in SETUP)   56  length of the body (4)
 *
 * Private to psi/.
 */
#ifndef TANDEM_PSI_MESSAGE_H
#define TANDEM_PSI_MESSAGE_H

#include "engine/psi/psi.h"

#define MESSAGE_HEAD 60

struct message {
    const unsigned char *run, *body;
    size_t n; /* of the body */
    enum psi_by by;
};

/* Takes DATA apart when it is a whole message of TYPE; looks at nothing that is of a run. */
enum psi_refusal message_parse(struct message *m, enum psi_type type, const void *data, size_t n) MUST;
/* The same for the message that is due in P's run: its id, what it follows, the rule for keys. */
enum psi_refusal message_open(
    struct message *m, const struct psi *p, enum psi_type type, const void *data, size_t n) MUST;
/* DATA was good: the next one follows it. */
void message_taken(struct psi *p, const void *data, size_t n, enum psi_type next);

/* Writes the head of a message with N bytes of body; the caller adds those and closes it. */
void message_begin(const struct psi *p, struct buf *out, enum psi_type type, size_t n);
/* FROM is where it began in OUT. */
void message_end(struct psi *p, const struct buf *out, size_t from, enum psi_type next);

void put_number(struct buf *out, uint32_t v);
uint32_t get_number(const unsigned char *p);

#endif
