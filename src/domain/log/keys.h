/*
 * The keys that signed this log, one after another. While there was only the first, no row stands here. That
 * a key replaces another is a statement in the log itself, and the checkpoint at which it begins is signed by
 * both: whoever holds the old key can prove the new one with it (/log/key/<id>).
 */
#ifndef TANDEM_LOG_KEYS_H
#define TANDEM_LOG_KEYS_H

#include "engine/merkle/keys.h"
#include "face/page.h"

struct log_key {
    const char *vkey;
    int64_t since_size; /* from which size of the log on it signs */
    struct instant since;
};
extern const struct noun log_key_noun;

/* All of them, the newest first; ONLY is the key while there is no other. */
enum status log_keys_read(
    struct db *db, struct arena *a, const struct note_key *only, struct note_keys *out) MUST;

/*
 * Within a transaction: enters that NEXT replaces OLD, as a row and as a statement. The sequencer must hand
 * over in the same append (sequencer_hand_over()). REFUSED when OLD does not sign this log now.
 */
struct log_rotation {
    const struct note_key *old, *next;
};
enum status log_key_replace(struct call *c, const struct log_rotation *r) MUST;

extern const struct page log_key_page;    /* /log/key: all of them, as `tandem verify` reads it */
extern const struct page log_change_page; /* /log/key/<id>: a receipt that this key replaced the one before */

#endif
