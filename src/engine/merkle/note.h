/*
 * Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint; Ed25519, signature type 0x01), keys as
 * vkeys
 * ("name+hash+base64key"). The private key lives in a file of mode 0600, never in the database.
 */
#ifndef TANDEM_NOTE_H
#define TANDEM_NOTE_H

#include "base/buf.h"
#include "engine/merkle/merkle.h"

struct note_key {
    char name[128]; /* no space, no plus, no control characters */
    uint32_t id;    /* the first four bytes of SHA-256(name || '\n' || 0x01 || public) */
    unsigned char public_key[32];
    unsigned char secret[64]; /* libsodium's form; zero when only the public part is known */
};

/* Makes a fresh key. NAME as above, else REFUSED. */
enum status note_key_new(struct note_key *out, const char *name) MUST;
/* Reads or writes the private key file (one line: PRIVATE+KEY+name+hash+base64, as in Go's sumdb/note). */
enum status note_key_load(struct note_key *out, const char *path, const char **error) MUST;
enum status note_key_save(
    const struct note_key *key, const char *path, const char **error) MUST; /* O_EXCL, 0600 */
void note_vkey(struct buf *out, const struct note_key *key);
bool note_vkey_parse(struct note_key *out, const char *vkey) MUST; /* trailing white space allowed */

/* Appends the signed note: TEXT (ends in a newline), an empty line, the signature line. */
void note_sign(struct buf *out, const char *text, const struct note_key *key);
/* Whether NOTE carries a good signature by KEY; then *TEXT_LEN is the length of its text. */
bool note_verify(const char *note, size_t n, const struct note_key *key, size_t *text_len) MUST;

struct checkpoint {
    char origin[128];
    uint64_t size;
    struct hash root;
};
/* "origin\nsize\nbase64 root\n" and an optional line "time <ISO>" (extension line). */
void checkpoint_text(
    struct buf *out, const char *origin, uint64_t size, const struct hash *root, const char *time_iso);
bool checkpoint_parse(struct checkpoint *out, const char *text, size_t n) MUST;

#endif
