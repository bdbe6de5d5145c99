/* Checkpoints with the cosignatures of witnesses (runtime/witnesses.h gets them). */
#ifndef TANDEM_LOG_COSIGNED_H
#define TANDEM_LOG_COSIGNED_H

#include "face/page.h"
#include "runtime/sequencer.h"

/* The head's checkpoint and the cosignatures that it has by now; NULL while the log is empty. */
enum status log_cosigned(
    struct db *db, struct arena *a, const struct tree_head *head, const char **note) MUST;

/* What is known of a witness. */
struct witness_state {
    const char *name, *vkey;
    int64_t size;            /* that it cosigned last; 0: none yet */
    struct instant cosigned; /* when, as it says */
    const char *trouble;     /* of the last try, in English for tr(); NULL: none */
};
enum status log_witnesses_read(struct call *c, struct witness_state **out, size_t *n) MUST;

extern const struct page log_checkpoint_page; /* /log/checkpoint: the newest, a signed note */
extern const struct page log_cosigned_page;   /* /log/cosigned: the newest that every witness cosigned */

#endif
