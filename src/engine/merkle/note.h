/*
 * Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint; Ed25519, signature type 0x01), the
 * cosignatures of witnesses (C2SP tlog-cosignature, type 0x04), keys as vkeys ("name+hash+base64key"). A
 * private key lives in a file of mode 0600, never in the database.
 */
#ifndef TANDEM_NOTE_H
#define TANDEM_NOTE_H

#include "base/buf.h"
#include "engine/merkle/merkle.h"

/* What a key signs; a key of one kind is never read as one of the other. */
enum note_key_kind { NOTE_KEY_LOG = 0x01, NOTE_KEY_WITNESS = 0x04 };

struct note_key {
    enum note_key_kind kind;
    char name[128]; /* UTF-8; no space of any kind, no plus, no control characters */
    uint32_t id;    /* the first four bytes of SHA-256(name || '\n' || kind || public) */
    unsigned char public_key[32];
    unsigned char secret[64]; /* libsodium's form; zero when only the public part is known */
};

/* Makes a fresh key, of a log or of a witness. NAME as above, else REFUSED. */
enum status note_key_new(struct note_key *out, const char *name) MUST;
enum status witness_key_new(struct note_key *out, const char *name) MUST;
/*
 * Reads or writes the private key file (one line: PRIVATE+KEY+name+hash+base64, as in Go's sumdb/note).
 * *ERROR is a static sentence. A file that holds no key, or that others may read or its group may write, is
 * REFUSED, as is saving over a file; BROKEN is what the system refuses.
 */
enum status note_key_load(struct note_key *out, const char *path, const char **error) MUST;
enum status witness_key_load(struct note_key *out, const char *path, const char **error) MUST;
enum status note_key_save(
    const struct note_key *key, const char *path, const char **error) MUST; /* O_EXCL, 0600 */
void note_vkey(struct buf *out, const struct note_key *key);
bool note_vkey_parse(struct note_key *out, const char *vkey) MUST; /* trailing white space allowed */
bool witness_vkey_parse(struct note_key *out, const char *vkey) MUST;

/*
 * Appends the signed note: TEXT (UTF-8, no control characters but newlines, ends in one), an empty line, the
 * signature line.
 */
void note_sign(struct buf *out, const char *text, const struct note_key *key);
/* Appends one more signature line of the first N bytes of TEXT: of another key of the log. */
void note_sign_also(struct buf *out, const char *text, size_t n, const struct note_key *key);
/* The same for a witness: what it signs says that at TIME_S (seconds since 1970) it had seen no longer log.
 */
void note_cosign(struct buf *out, const char *text, size_t n, const struct note_key *key, int64_t time_s);

/* What a note says of one key. Signatures by other keys are ignored. */
enum note_finding {
    NOTE_MALFORMED, /* it is no signed note */
    NOTE_UNSIGNED,  /* no signature by the key */
    NOTE_SPOILED,   /* a signature by the key, and a bad one */
    NOTE_SIGNED
};
/* *TEXT_LEN is the length of its text unless it is malformed. */
enum note_finding note_check(const char *note, size_t n, const struct note_key *key, size_t *text_len) MUST;
/* NOTE_SIGNED as a truth. */
bool note_verify(const char *note, size_t n, const struct note_key *key, size_t *text_len) MUST;
/* Whether a witness cosigned the note, and when, in seconds since 1970. */
bool note_cosigned(const char *note, size_t n, const struct note_key *key, int64_t *time_s) MUST;

struct checkpoint {
    char origin[128];
    uint64_t size;
    struct hash root;
    char time[40]; /* ISO 8601 as in its line "time ..."; empty when there is none */
};
/*
 * "origin\nsize\nbase64 root\n" and an optional line "time <ISO>" (extension line). TIME_ISO may be NULL; an
 * ORIGIN longer than a struct checkpoint holds is a bug.
 */
void checkpoint_text(
    struct buf *out, const char *origin, uint64_t size, const struct hash *root, const char *time_iso);
/*
 * False unless the text is exactly that: no leading zeros in the size (at most MERKLE_SIZE_MAX), canonical
 * base64, the empty root at size 0, extension lines that are not empty. Unknown ones are ignored.
 */
bool checkpoint_parse(struct checkpoint *out, const char *text, size_t n) MUST;
/* Reads a signed checkpoint that must carry a good signature by KEY. */
bool checkpoint_open(struct checkpoint *out, const char *note, size_t n, const struct note_key *key) MUST;

#endif
