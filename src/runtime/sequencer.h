/*
 * The sequencer: gives the events of a group of verbs their places in the one feed, in the group's
 * transaction.
 *
 * Every event gets the next seq, without gaps, and becomes leaf seq - 1 of the audit tree; an event with a
 * statement becomes the next leaf of the transparency log. Both trees are stored as tiles; one checkpoint of
 * each is signed per group. On PostgreSQL all processes stand in line for one lock, so "first" means this
 * order, never a clock.
 *
 * One key signs at a time, and the stored heads say which. A sequencer whose key was replaced by another
 * process signs nothing more until it finds the new one in its file.
 *
 * Audit leaf data: salt (32 bytes) followed by the text
 *   "seq\nat\nnoun\nrow\nverb\nactor\npartner\nsees\n" and the payload, numbers in decimal (0 for none).
 * Log leaf data: salt (32 bytes) followed by the canonical statement (engine/merkle/receipt.h).
 */
#ifndef TANDEM_SEQUENCER_H
#define TANDEM_SEQUENCER_H

#include "engine/merkle/merkle.h"
#include "engine/merkle/note.h"
#include "model/call.h"

struct sequencer;

/* KEY signs; it is copied. Thread-safe: several lanes share one. */
struct sequencer *sequencer_new(const struct note_key *key);
void sequencer_free(struct sequencer *s);
/* Where a new key is found when another process has handed over to it; before that it has no file. */
void sequencer_key_file(struct sequencer *s, const char *path);
/*
 * NEXT takes over: the next append signs its checkpoints with both keys, and from the commit on NEXT signs
 * alone. That append must hold the statement which says so, and the row of NEXT in log_key.
 */
void sequencer_hand_over(struct sequencer *s, const struct note_key *next);
/*
 * The key with this id from the file, or from the one beside it (".new") where a hand-over has not come to
 * its end. *FROM (may be NULL): which file it was, in A.
 */
bool log_key_find(
    struct note_key *out, struct arena *a, const char *path, int64_t id, const char **from) MUST;

/* Stores the events of CALLS in their order and fills in their seq, leaf_index, tree_size and end. */
enum status sequencer_append(struct sequencer *s, struct db *db, struct arena *a, struct call *const *calls,
    size_t n, struct instant now) MUST;
/* After the commit: what was appended is kept as the known edge. After a rollback: forgotten. */
void sequencer_committed(struct sequencer *s, struct db *db);
void sequencer_rolled_back(struct sequencer *s, struct db *db);

/* What an audit leaf commits to, for `tandem check`. */
struct hash audit_leaf(const unsigned char salt[32], int64_t seq, struct instant at, const char *noun,
    int64_t row_id, const char *verb, int64_t actor_id, int64_t partner_id, bool partner_sees,
    const char *payload);

/* A tree as it stands in the store: "log" or "audit". */
struct tree_head {
    uint64_t size;
    struct hash root;
    const char *checkpoint; /* signed note; NULL while the tree is empty */
    int64_t key_id;         /* of the key that signs; -1: not told, by an older version */
};
enum status tree_head_read(struct db *db, struct arena *a, const char *tree, struct tree_head *out) MUST;
/* The log's end right behind a commit: enough for the receipts of it without asking the database again. */
struct log_end {
    struct tree_head head;
    struct {
        unsigned n;
        const struct hash *h;
    } level[MERKLE_LEVELS]; /* the partial tiles */
};
/* Reads hashes of a tree from its tiles; CTX is a struct tile_source. */
struct tile_source {
    struct db *db;
    struct arena *arena;
    const char *tree;
    const struct log_end *end; /* asked first; NULL: none is known */
};
enum status tile_read(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out);

#endif
