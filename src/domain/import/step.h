/* One step of a run, as its worker does it. Private to domain/import. */
#ifndef TANDEM_IMPORT_STEP_H
#define TANDEM_IMPORT_STEP_H

#include "domain/import/rows.h"
#include "domain/import/worker.h"

struct step {
    struct import_worker *w;
    int64_t run_id;
    struct arena *arena; /* of the step */
    struct call *call;   /* as long as the step; its db is set while a snapshot is open */
    struct viewer viewer;
    struct import_run run; /* as it was when the step began */
    const struct import_kind *kind;
    struct import_plan *plan; /* NULL while staging */
    int64_t position;
    int64_t pass; /* of applying; -1: it has not begun */
    int64_t done; /* rows, for progress */
};

/* A chunk: a call in an arena of its own, with a snapshot open. Ended by step_commit() or step_drop(). */
enum status step_chunk(struct step *s, struct call **out) MUST;
void step_drop(struct step *s, struct call *c);
/*
 * Ends the snapshot and runs FN in a transaction of the committer. RETRY when the worker is told to stop
 * afterwards; REFUSED when the run is no longer its own.
 */
typedef enum status step_write(struct step *s, struct call *c, void *arg);
enum status step_commit(struct step *s, struct call *c, step_write *fn, void *arg) MUST;
/* In a transaction: the run is still in the state of the step and ours, and stays so for a while. */
enum status step_fence(struct step *s, struct call *c) MUST;
/* In a transaction: the run's next state, and why, with its event. */
enum status step_move(struct step *s, struct call *c, const char *state, const char *message) MUST;
/* The run has failed; what was staged goes. */
enum status step_fail(struct step *s, const char *message) MUST;
/* How many the next chunk takes to last a few milliseconds, and never a leap; at most MOST. */
size_t step_next_size(const struct step *s, size_t n, int64_t took_us, size_t most);
bool step_goes_on(struct step *s, uint64_t bytes, uint64_t all_bytes);

/*
 * The next rows behind the position, in the chunk's arena; *N 0 at the end. GOOD_ONLY leaves those with
 * errors out. A row that the file did not even hold as cells has n 0 and its error.
 */
enum status step_rows(
    struct step *s, struct call *c, bool good_only, size_t limit, struct import_row **rows, size_t *n) MUST;

enum status step_stage(struct step *s) MUST;
enum status step_check(struct step *s) MUST;
enum status step_apply(struct step *s) MUST;
/* Deletes what is staged of a run that ended without being applied. */
enum status step_clean(struct step *s) MUST;

#endif
