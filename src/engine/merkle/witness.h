/*
 * A witness (C2SP tlog-witness): it remembers the newest checkpoint of a log that it has seen, and cosigns a
 * newer one only when it is proven to continue that. So nobody can be shown a history that a witness has not
 * seen without lacking its cosignature. This file knows the request and the judgement; who listens and where
 * the memory lies is the caller's.
 *
 *   old 20852014
 *   <base64 hash of the consistency proof, a line each>
 *   <empty line>
 *   <signed checkpoint>
 */
#ifndef TANDEM_WITNESS_H
#define TANDEM_WITNESS_H

#include "engine/merkle/keys.h"

#define WITNESS_REQUEST_MAX 65536 /* bytes of a request that is read */
#define WITNESS_PROOF_MAX   63

struct witness_request {
    uint64_t old;
    struct merkle_proof proof;
    const char *note; /* points into the body */
    size_t note_len;
};
bool witness_request_parse(struct witness_request *out, const char *body, size_t n) MUST;
void witness_request_write(struct buf *out, uint64_t old, const struct merkle_proof *proof, const char *note);
/* The first line of the request's checkpoint, when it has one that a log can have; else false. */
bool witness_request_origin(const struct witness_request *r, char *out, size_t cap) MUST;

enum witness_answer {
    WITNESS_COSIGNS,
    WITNESS_MALFORMED,  /* 400 */
    WITNESS_UNSIGNED,   /* 403: not by a key of the log that counts */
    WITNESS_OTHER_SIZE, /* 409: the old size is not the known one */
    WITNESS_NOT_PROVEN  /* 422: it does not continue what is known */
};
/*
 * KNOWN is the newest checkpoint that was cosigned, of size 0 before the first. COSIGNS leaves the new one in
 * *OUT; it must be stored for good before the cosignature is handed out, with no other judgement in between.
 */
enum witness_answer witness_judge(const struct witness_request *r, const struct note_keys *keys,
    const struct checkpoint *known, struct checkpoint *out) MUST;

#endif
