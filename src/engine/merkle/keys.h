/*
 * The keys that one log signed with, one after another. As a file they are what /log/key serves: a vkey a
 * line, the newest first; once a key was replaced, a line before each says from which size on it signs.
 *
 *   # from size 1235, 2026-11-28T12:00:00.000Z
 *   log.example+1a2b3c4d+AbCd...
 *   # from size 0
 *   log.example+99887766+AEfg...
 *
 * The checkpoint of the size at which a key begins is signed by both keys. What the older one signs of a
 * longer log proves nothing: by then it may be in anybody's hands.
 */
#ifndef TANDEM_MERKLE_KEYS_H
#define TANDEM_MERKLE_KEYS_H

#include "engine/merkle/note.h"

#define NOTE_KEYS_MAX 64

struct note_keys {
    size_t n;
    struct note_term {
        struct note_key key;
        uint64_t from, until; /* sizes of the log, both included */
        char time[40];        /* ISO 8601: when it began, or "" */
    } term[NOTE_KEYS_MAX];
};

/* Other lines that begin with # and empty ones are passed over. False when a line is no vkey, or none is
 * there. */
bool note_keys_parse(struct note_keys *out, const char *text) MUST;
/* Appends what note_keys_parse() reads; a single key that signs from the beginning is its line alone. */
void note_keys_write(struct buf *out, const struct note_keys *keys);
/* Sets until of each term from the one before it in the list. */
void note_keys_close(struct note_keys *keys);
/* Whether a checkpoint of SIZE may be signed by the key of TERM. */
bool note_term_holds(const struct note_term *term, uint64_t size);

/*
 * Reads a checkpoint that one of the keys must have signed in its time. NULL when none did. *REPLACED (may be
 * NULL): a key signed that had been replaced by then.
 */
const struct note_term *note_keys_open(
    struct checkpoint *out, const char *note, size_t n, const struct note_keys *keys, bool *replaced);

#endif
