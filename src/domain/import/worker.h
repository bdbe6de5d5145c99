/*
 * The work of a run, step by step: staging (file to rows), checking, applying. Every write is one chunk in
 * one transaction of the committer, which also moves the run's position; so other verbs get in between, and
 * after a crash the next worker goes on behind the last chunk that was committed. A run belongs to one worker
 * at a time: each chunk stores anew until when, and fails when another has taken over.
 */
#ifndef TANDEM_IMPORT_WORKER_H
#define TANDEM_IMPORT_WORKER_H

#include "domain/import/import.h"
#include "runtime/jobs.h"

struct import_progress {
    const char *state;         /* staging, checking, applying */
    int64_t done, total;       /* rows; total 0 while it is not known */
    uint64_t bytes, all_bytes; /* of the file, while staging */
};

struct import_worker {
    const struct model *model;
    struct db *db; /* to read */
    struct committer *committer;
    enum status (*open_call)(void *ctx, struct call *c);
    void *open_ctx;
    const char *owner; /* by which its runs are known as its own */
    const char *path;  /* of the file; NULL: the one that the upload kept */
    size_t chunk;      /* rows a chunk; 0: as many as take a few milliseconds */
    /* After every chunk; false stops there, and the run stays as it is. May be NULL. */
    bool (*go_on)(void *ctx, const struct import_progress *at);
    void *ctx;
    /* The worker's own: whether others wait for the committer, too. */
    struct {
        uint64_t own, others; /* verbs so far */
        int64_t busy_until_us;
    } pace;
};

/*
 * Does what there is to do for the run, until it waits for a person or has ended. REFUSED: another worker has
 * it. RETRY: go_on stopped it. BROKEN: the database failed; it can be tried again.
 */
enum status import_work(struct import_worker *w, int64_t run_id) MUST;

/* For a server: works on all runs there are. */
extern const struct job_kind import_job;

/*
 * Within a verb: a run in state staging, owned by OWNER (NULL: by nobody yet). *ID 0: a new one is made.
 */
enum status import_run_new(struct call *c, const struct import_run *run, const char *owner, int64_t *id) MUST;

/* ---- the uploaded file, until it is staged (spool.c) ---- */

/* Where the run's file is kept: under TMPDIR or /var/tmp, so that it outlives a restart. */
const char *spool_path(struct arena *a, int64_t run_id);
/* Copies what was uploaded there; false with *ERROR when it cannot be stored. */
bool spool_keep(struct arena *a, int64_t run_id, const struct sent_file *upload, const char **error) MUST;
void spool_drop(struct arena *a, int64_t run_id);

#endif
