/* The work on a population: its list is read, its rows are matched, the counts are told. */
#include "domain/mapping/rows.h"

#include "base/time.h"
#include "domain/import/worker.h"

struct commit {
    struct mapping_work *m;
    job_step *step;
    void *arg;
};

static enum status fenced(struct call *c, void *arg)
{
    struct commit *k = arg;
    TRY(job_fence(c, k->m->w, &population_noun, k->m->id));
    return k->step(c, k->arg);
}

enum status mapping_commit(struct mapping_work *m, job_step *step, void *arg)
{
    struct commit k = {m, step, arg};
    db_rollback(m->w->db);
    TRY(job_commit(m->w, &population_noun, fenced, &k));
    if (!m->w->go_on(m->w->jobs))
        return RETRY;
    return db_begin_read(m->w->db);
}

static enum status step_take(struct call *c, void *arg)
{
    struct mapping_work *m = arg;
    struct value args[1] = {v_int(m->id)};
    struct rows rows;
    TRY(job_take(c, m->w, &population_noun, m->id));
    TRY(db_query(
        c->db, c->arena, &rows, "select again, upload, part from population where id = $1", args, 1));
    m->again = cell_int(&rows, 0, 0);
    m->upload = cell_int(&rows, 0, 1);
    m->part = cell_int(&rows, 0, 2);
    m->all = m->again > 0;
    return OK;
}

static enum status step_release(struct call *c, void *arg)
{
    const struct mapping_work *m = arg;
    return job_release(c, m->w, &population_noun, m->id);
}

/* A share that came meanwhile is worked on next. */
static enum status step_end(struct call *c, void *arg)
{
    struct mapping_work *m = arg;
    struct rows rows;
    const struct noun *n = &population_noun;
    struct value args[1] = {v_int(m->id)};
    TRY(job_fence(c, m->w, n, m->id));
    TRY(db_query(c->db, c->arena, &rows, "select again from population where id = $1", args, 1));
    if (cell_int(&rows, 0, 0) != m->again)
        m->p.state = "waiting";
    else
        TRY(db_exec(c->db, "update population set again = 0 where id = $1", args, 1));
    TRY(noun_update(c, n, m->id, &m->p,
        FIELD_BIT(n, state) | FIELD_BIT(n, row_count) | FIELD_BIT(n, keyless) | FIELD_BIT(n, doubled) |
            FIELD_BIT(n, progress) | FIELD_BIT(n, matched) | FIELD_BIT(n, message),
        streq(m->p.state, "failed") ? "fail" : "match"));
    return db_exec(c->db,
        "update population set owner = null, owner_until = null, upload = null where id = $1", args, 1);
}

static enum status work_on(struct mapping_work *m)
{
    TRY(mapping_read_list(m));
    TRY(mapping_pair(m));
    m->p.state = "done";
    m->p.progress = 100;
    m->p.matched = m->w->at.us ? m->w->at : instant_now();
    m->p.message = NULL;
    return OK;
}

/* What the owner must mend is told; the list stays as it was. */
static enum status fail(struct mapping_work *m)
{
    const struct problem *p = m->call->problem;
    m->p.state = "failed";
    m->p.message = p && p->detail ? p->detail : "The list is too long.";
    return job_commit(m->w, &population_noun, step_end, m);
}

static enum status work(struct job_worker *w, int64_t id)
{
    struct call *c = call_new(arena_new(), w->model, &system_viewer, instant_now());
    struct mapping_work m = {.w = w, .id = id, .arena = c->arena, .call = c};
    c->db = w->db;
    enum status s = job_commit(w, &population_noun, step_take, &m);
    if (s == OK)
        s = db_begin_read(w->db);
    if (s == OK && w->open_call)
        s = w->open_call(w->open_ctx, c);
    if (s == OK)
        s = noun_load(c, &population_noun, id, &m.p);
    if (s == OK) {
        m.all = m.all || !m.p.matched.us; /* after a crash in the first work, too */
        s = work_on(&m);
        db_rollback(w->db);
        if (s == OK)
            s = job_commit(w, &population_noun, step_end, &m);
        else if (s == REFUSED && c->problem)
            s = fail(&m);
        else if (s == RETRY)
            s = job_commit(w, &population_noun, step_release, &m) == BROKEN ? BROKEN : RETRY;
    }
    db_rollback(w->db);
    if (s == OK && m.upload)
        spool_drop(m.arena, m.upload);
    arena_free(c->arena);
    return s;
}

const struct job_kind mapping_job = {.name = "mapping",
    .noun = &population_noun,
    .next = "select id from population where state in ('waiting', 'running') "
            "and (owner is null or owner = $1 or owner_until < $2) and id > $3 order by id limit 1",
    .work = work};
