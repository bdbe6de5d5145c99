/* Proofs in JSON: an array of hashes in base64, in the proof's order. */
#ifndef TANDEM_PROOF_JSON_H
#define TANDEM_PROOF_JSON_H

#include "base/json.h"
#include "engine/merkle/merkle.h"

void proof_json_write(struct json_out *w, const struct merkle_proof *p);
/* False when V (may be NULL) is no array of at most MERKLE_PROOF_MAX hashes. */
bool proof_json_read(struct merkle_proof *out, const json_t *v) MUST;
/* A count: an integer from 0 to MERKLE_SIZE_MAX. V may be NULL. */
bool proof_json_count(uint64_t *out, const json_t *v) MUST;

#endif
