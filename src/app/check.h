/*
 * tandem check, its parts. Each reads the whole database in one snapshot and complains; only what keeps it
 * from reading is a status.
 */
#ifndef TANDEM_CHECK_H
#define TANDEM_CHECK_H

#include "app/app.h"
#include "engine/merkle/keys.h"

struct check {
    struct arena *arena;
    struct db *db;
    const struct note_key *key;
    struct note_keys keys; /* with those that signed before it */
    uint64_t old_size;     /* of --checkpoint; 0: none was given */
    struct hash old_root;
    int64_t problems;
};

/* Prints the first twenty, counts all. */
void check_complain(struct check *k, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Both trees grown anew from events and statements: heads, signatures, tiles, the given checkpoint. */
enum status check_trees(struct check *k) MUST;
/* Every row of an audited noun, its custom fields with it, equals what its events say; none is gone. */
enum status check_rows(struct check *k) MUST;
/* Decisions open their commitments in the log; claims agree with their registrations. */
enum status check_decisions(struct check *k) MUST;
/* The pipeline's sums are those of what was counted of its deals; what was counted is what they are. */
enum status check_sums(struct check *k) MUST;

/* The command on one database: prints what it finds, returns the exit code. KEY and CHECKPOINT may be NULL.
 */
int check_database(const char *url, const char *key, const char *checkpoint);

#endif
