/* Imports as a kind of background job. */
#include "domain/import/worker.h"

static bool go_on(void *ctx, const struct import_progress *at)
{
    struct job_worker *w = ctx;
    (void)at;
    return w->go_on(w->jobs);
}

static enum status work(struct job_worker *job, int64_t id)
{
    struct import_worker w = {.model = job->model,
        .db = job->db,
        .committer = job->committer,
        .open_call = job->open_call,
        .open_ctx = job->open_ctx,
        .owner = job->owner,
        .go_on = go_on,
        .ctx = job,
        .pace = {.others = committer_counts(job->committer).verbs}};
    return import_work(&w, id);
}

const struct job_kind import_job = {.name = "imports",
    .noun = &import_run_noun,
    .next = "select id from import_run where (state in ('staging', 'checking', 'applying') "
            "or (state in ('cancelled', 'failed') and position is not null)) "
            "and (owner is null or owner = $1 or owner_until < $2) and id > $3 order by id limit 1",
    .work = work};
