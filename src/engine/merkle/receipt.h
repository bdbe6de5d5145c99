/*
 * The receipt: a JSON file that proves offline that its statement stands at its position of the log.
 * docs/receipt-format.md describes it for a stranger who writes a verifier.
 *
 *   { "type": "tandem-receipt/1", "statement": {canonical JSON object}, "salt": base64(32),
 *     "index": n, "size": n, "proof": [base64...], "checkpoint": "signed note" }
 *
 * leaf data = salt || RFC 8785 form of the statement; leaf hash = SHA-256(0x00 || leaf data).
 */
#ifndef TANDEM_RECEIPT_H
#define TANDEM_RECEIPT_H

#include "base/json.h"
#include "engine/merkle/keys.h"
#include "engine/merkle/merkle.h"

#define RECEIPT_MAX ((size_t)1 << 20) /* bytes of a receipt that is read */

struct hash receipt_leaf(const unsigned char salt[32], const char *canonical_statement);

void receipt_write(struct buf *out, const char *canonical_statement, const unsigned char salt[32],
    uint64_t index, uint64_t size, const struct merkle_proof *proof, const char *checkpoint);

/* The checks in their order; a verdict names the first that failed. */
enum receipt_check {
    RECEIPT_PASSED,
    RECEIPT_READABLE,   /* it is JSON and says that it is such a receipt */
    RECEIPT_FORM,       /* every member is there and has its form */
    RECEIPT_SIGNATURE,  /* the key signed the checkpoint */
    RECEIPT_CHECKPOINT, /* what was signed is a checkpoint of the log that the key is named after */
    RECEIPT_SIZE,       /* it is of a log of as many entries as the receipt says */
    RECEIPT_PROOF       /* the proof leads from the statement to the checkpoint's root */
};
const char *receipt_check_name(enum receipt_check check);    /* a word, for programs */
const char *receipt_check_meaning(enum receipt_check check); /* what its failure means, in English for tr() */

struct receipt_verdict {
    bool good;
    enum receipt_check failed;
    const char *why;       /* when it is not: an English sentence for tr() */
    const char *statement; /* canonical JSON, when it could be read */
    json_t *members;       /* of the statement, as they were read */
    uint64_t index, size;
    struct hash leaf;
    struct checkpoint checkpoint; /* from RECEIPT_SIZE on: signed and read */
};
/* Reads and checks a receipt against KEY. Never fails otherwise than by verdict; memory in A. */
struct receipt_verdict receipt_verify(
    struct arena *a, const char *json, size_t n, const struct note_key *key);
/* The same against all keys of a log, each in its time. *TERM is that of the one that signed, or NULL. */
struct receipt_verdict receipt_verify_keys(
    struct arena *a, const char *json, size_t n, const struct note_keys *keys, const struct note_term **term);

#endif
