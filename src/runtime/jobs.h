/*
 * Background jobs: rows on which some process must work until they are done. Each kind has a thread that
 * looks for its oldest row and works on it, step by step, every step a verb through the committer. A row
 * belongs to one worker at a time: each step stores anew until when (JOB_OWNER_SECONDS), and fails when
 * another has taken over; after a crash the next worker goes on, or begins anew, as the kind has it.
 *
 * A thread looks every half second, for what other processes and clocks left, and at once when a verb of its
 * noun was committed here.
 */
#ifndef TANDEM_JOBS_H
#define TANDEM_JOBS_H

#include "runtime/committer.h"

#define JOB_OWNER_SECONDS 30 /* after which a row whose worker is silent may be taken over */

struct jobs;

/* What a kind's work is given; lives as long as its thread. */
struct job_worker {
    const struct model *model;
    struct db *db; /* to read */
    struct committer *committer;
    enum status (*open_call)(void *ctx, struct call *c);
    void *open_ctx;
    struct instant at; /* of what its steps write; 0: now, as everywhere but in the demo's past */
    const char *owner; /* by which its rows are known as its own */
    bool (*go_on)(struct jobs *jobs); /* false: the process ends, stop after this step */
    struct jobs *jobs;
};

struct job_kind {
    const char *name;        /* for the log */
    const struct noun *noun; /* whose verbs make work for it; NULL: no one noun's */
    /*
     * The oldest row behind $3 that something can be done for by owner $1 at time $2, as one id:
     * "... and (owner is null or owner = $1 or owner_until < $2) and id > $3 order by id limit 1".
     */
    const char *next;
    /*
     * Does what there is to do for the row. REFUSED: another worker has it. RETRY: go_on stopped it. BROKEN:
     * the database failed; it is tried again.
     */
    enum status (*work)(struct job_worker *w, int64_t id);
};

/*
 * For kinds whose rows are a noun with "state" (waiting, running, ...) and "progress", and columns "owner"
 * and "owner_until" beside its fields. A step is a verb of the system's, run by job_commit() in a transaction
 * of its own.
 */
typedef enum status job_step(struct call *c, void *arg);
/* REFUSED as the step refuses; BROKEN where the committer says to try again. */
enum status job_commit(struct job_worker *w, const struct noun *noun, job_step *step, void *arg) MUST;
/* In a step: makes the row W's own, running, from the beginning. REFUSED: it is another's, or over. */
enum status job_take(struct call *c, const struct job_worker *w, const struct noun *noun, int64_t id) MUST;
/* In a step: the row is W's still, and for JOB_OWNER_SECONDS more. REFUSED: another has taken over, or it is
 * over. */
enum status job_fence(struct call *c, const struct job_worker *w, const struct noun *noun, int64_t id) MUST;
/* In a step: the process ends, another one may begin at once. */
enum status job_release(struct call *c, const struct job_worker *w, const struct noun *noun, int64_t id) MUST;

/* TABLE is ended by NULL. Another process may work on the same kinds. C tells it of verbs until it stops. */
struct jobs *jobs_start(const char *db_url, const struct model *m, const struct job_kind *const *table,
    struct committer *c, enum status (*open_call)(void *ctx, struct call *call), void *ctx);
void jobs_stop(struct jobs *j); /* NULL-safe; lets the steps under way end */

#endif
