#include "domain/import/step.h"

#include "base/log.h"
#include "base/time.h"
#include "runtime/session.h"

#include <unistd.h>

/* Of a chunk in its transaction: a few milliseconds; fewer, and with a pause, while others write, too. */
#define TARGET_US      8000
#define TARGET_BUSY_US 2000
#define BUSY_FOR_US    (2 * US_PER_SECOND)

/* ---- chunks ---- */

enum status step_chunk(struct step *s, struct call **out)
{
    struct import_worker *w = s->w;
    struct call *c = call_new(arena_new(), w->model, &s->viewer, instant_now());
    c->db = w->db;
    enum status status = db_begin_read(w->db);
    if (status == OK)
        status = w->open_call ? w->open_call(w->open_ctx, c) : OK;
    if (status != OK) {
        step_drop(s, c);
        return BROKEN;
    }
    *out = c;
    return OK;
}

void step_drop(struct step *s, struct call *c)
{
    db_rollback(s->w->db);
    arena_free(c->arena);
}

struct write {
    struct step *step;
    step_write *fn;
    void *arg;
};

static enum status write_run(struct call *c)
{
    struct write *w = c->plan;
    return w->fn(w->step, c, w->arg);
}

/* In no registry: only a worker calls it, as the person who started the run. */
static const struct verb write_verb = {.noun = &import_run_noun,
    .name = "import",
    .label = "Import",
    .summary = "",
    .on = ON_COLLECTION,
    .roles = ADMIN | OPERATIONS,
    .run = write_run};

static bool is_busy(const struct import_worker *w)
{
    return monotonic_us() < w->pace.busy_until_us;
}

/* While others use the committer, they have it half of the time. */
static void give_way(struct import_worker *w, int64_t took_us)
{
    uint64_t others = committer_counts(w->committer).verbs - ++w->pace.own;
    if (others != w->pace.others)
        w->pace.busy_until_us = monotonic_us() + BUSY_FOR_US;
    w->pace.others = others;
    if (is_busy(w))
        usleep((useconds_t)(took_us < 100000 ? took_us : 100000));
}

enum status step_commit(struct step *s, struct call *c, step_write *fn, void *arg)
{
    struct write write = {s, fn, arg};
    db_rollback(s->w->db);
    c->db = NULL;
    c->verb = &write_verb;
    c->plan = &write;
    int64_t began = monotonic_us();
    enum status status = committer_run(s->w->committer, c);
    give_way(s->w, monotonic_us() - began);
    if (status == REFUSED && c->problem && c->problem->code != PROBLEM_conflict)
        log_warn("import: refused: %s", c->problem->detail ? c->problem->detail : "");
    arena_free(c->arena);
    return status == RETRY ? BROKEN : status;
}

size_t step_next_size(const struct step *s, size_t n, int64_t took_us, size_t most)
{
    int64_t target = is_busy(s->w) ? TARGET_BUSY_US : TARGET_US;
    size_t fits = (size_t)((int64_t)n * target / (took_us > 0 ? took_us : 1));
    most = n * 2 < most ? n * 2 : most;
    return fits < 1 ? 1 : fits > most ? most : fits;
}

bool step_goes_on(struct step *s, uint64_t bytes, uint64_t all_bytes)
{
    struct import_progress at = {.state = s->run.state,
        .done = s->done,
        .total = s->run.rows_total,
        .bytes = bytes,
        .all_bytes = all_bytes};
    return !s->w->go_on || s->w->go_on(s->w->ctx, &at);
}

/* ---- the run ---- */

enum status step_fence(struct step *s, struct call *c)
{
    int64_t touched;
    struct value args[5] = {v_int(c->now.us), v_int(c->now.us + JOB_OWNER_SECONDS * US_PER_SECOND),
        v_int(s->run_id), v_text(s->w->owner), v_text(s->run.state)};
    TRY(db_exec_count(c->db, &touched,
        "update import_run set version = version + 1, updated = $1, owner_until = $2 "
        "where id = $3 and owner = $4 and state = $5",
        args, 5));
    return touched == 1 ? OK : call_refuse(c, PROBLEM_conflict, NULL);
}

enum status step_move(struct step *s, struct call *c, const char *state, const char *message)
{
    struct import_run run;
    TRY(noun_load(c, &import_run_noun, s->run_id, &run));
    run.state = state;
    run.message = message;
    return noun_update(c, &import_run_noun, s->run_id, &run,
        FIELD_BIT(&import_run_noun, state) | FIELD_BIT(&import_run_noun, message), "update");
}

static enum status write_failure(struct step *s, struct call *c, void *arg)
{
    TRY(step_fence(s, c));
    return step_move(s, c, "failed", arg);
}

enum status step_fail(struct step *s, const char *message)
{
    struct call *c;
    TRY(step_chunk(s, &c));
    return step_commit(s, c, write_failure, (void *)(uintptr_t)message);
}

/* ---- staged rows ---- */

enum status step_rows(
    struct step *s, struct call *c, bool good_only, size_t limit, struct import_row **out, size_t *n)
{
    struct value args[3] = {v_int(s->run_id), v_int(s->position), v_int((int64_t)limit)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        good_only ? "select line, cells, error from import_row "
                    "where run_id = $1 and line > $2 and error is null order by line limit $3"
                  : "select line, cells, error from import_row "
                    "where run_id = $1 and line > $2 order by line limit $3",
        args, 3));
    *n = rows.n;
    *out = ARENA_ARRAY(c->arena, rows.n + 1, struct import_row);
    for (size_t r = 0; r < rows.n; r++) {
        struct import_row *row = &(*out)[r];
        row->line = cell_int(&rows, r, 0);
        row->error = cell_text(&rows, r, 2);
        if (!import_cells(c->arena, cell_text(&rows, r, 1), row))
            return BROKEN;
    }
    return OK;
}

/* ---- all of a run ---- */

/* The person as whom it is written: REFUSED when they may no longer. */
static enum status find_viewer(struct step *s, struct call *c, int64_t person_id)
{
    struct value args[1] = {v_int(person_id)};
    struct rows rows;
    TRY(db_query(c->db, s->arena, &rows, "select email from person where id = $1", args, 1));
    if (!rows.n)
        return REFUSED;
    return person_viewer(c->db, s->arena, cell_text(&rows, 0, 0), &s->viewer);
}

static enum status read_position(struct step *s, struct call *c)
{
    struct value args[1] = {v_int(s->run_id)};
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select position, pass, columns from import_run where id = $1", args, 1));
    s->position = rows.n ? cell_int(&rows, 0, 0) : 0;
    s->pass = rows.n && cell(&rows, 0, 1)->kind == VALUE_INT ? cell_int(&rows, 0, 1) : -1;
    const char *columns = rows.n ? cell_text(&rows, 0, 2) : NULL;
    struct import_columns read;
    struct import_mapping map;
    if (!columns)
        return OK; /* not staged yet */
    if (!columns_read(&read, s->arena, columns))
        return BROKEN;
    TRY(plan_new(c, s->kind, &read, &s->plan));
    if (mapping_read(&map, c, s->plan->targets, s->plan->n_targets, &s->plan->columns, s->run.mapping) == OK)
        plan_map(s->plan, &map);
    else
        s->plan = NULL; /* a custom field has gone: the mapping must be said again */
    c->problem = NULL;
    return OK;
}

static enum status open_run(struct step *s)
{
    struct call *c = s->call = call_new(s->arena, s->w->model, &system_viewer, instant_now());
    c->db = s->w->db;
    TRY(db_begin_read(s->w->db));
    enum status status = s->w->open_call ? s->w->open_call(s->w->open_ctx, c) : OK;
    if (status == OK)
        status = noun_load(c, &import_run_noun, s->run_id, &s->run);
    s->kind = status == OK ? import_kind_find(s->run.kind) : NULL;
    if (status == OK && find_viewer(s, c, s->run.person_id.id) != OK)
        s->viewer = system_viewer, s->kind = NULL;
    if (status == OK && s->kind) {
        c->viewer = &s->viewer;
        status = read_position(s, c);
    }
    db_rollback(s->w->db);
    c->db = NULL;
    return status == REFUSED ? BROKEN : status;
}

static enum status do_step(struct step *s)
{
    const char *state = s->run.state;
    if (streq(state, "cancelled") || streq(state, "failed"))
        return step_clean(s);
    if (!s->kind)
        return step_fail(s, TR(s->call, "The person who started it may no longer import."));
    if (streq(state, "staging"))
        return step_stage(s);
    if (!s->plan)
        return step_fail(s, TR(s->call, "The mapping no longer fits; upload the file again."));
    return streq(state, "checking") ? step_check(s) : step_apply(s);
}

/* Takes the run, when it is free, ours, or its worker has been silent too long. */
static enum status take_run(struct step *s, struct call *c, void *arg)
{
    int64_t touched;
    struct value args[4] = {v_int(s->run_id), v_text(s->w->owner), v_int(c->now.us),
        v_int(c->now.us + JOB_OWNER_SECONDS * US_PER_SECOND)};
    (void)arg;
    TRY(db_exec_count(c->db, &touched,
        "update import_run set owner = $2, owner_until = $4 "
        "where id = $1 and (owner is null or owner = $2 or owner_until < $3)",
        args, 4));
    return touched == 1 ? OK : call_refuse(c, PROBLEM_conflict, NULL);
}

static enum status leave_run(struct step *s, struct call *c, void *arg)
{
    struct value args[2] = {v_int(s->run_id), v_text(s->w->owner)};
    (void)arg;
    return db_exec(c->db,
        "update import_run set owner = null, owner_until = null where id = $1 and owner = $2", args, 2);
}

static enum status as_system(struct step *s, step_write *fn)
{
    struct call *c;
    s->viewer = system_viewer;
    TRY(step_chunk(s, &c));
    return step_commit(s, c, fn, NULL);
}

static bool waits(const char *state)
{
    return streq(state, "staging") || streq(state, "checking") || streq(state, "applying");
}

enum status import_work(struct import_worker *w, int64_t run_id)
{
    struct step first = {.w = w, .run_id = run_id};
    if (!w->pace.own)
        w->pace.others = committer_counts(w->committer).verbs;
    enum status status = as_system(&first, take_run);
    bool more = status == OK;
    while (more) {
        struct step s = {.w = w, .run_id = run_id, .arena = arena_new()};
        status = open_run(&s);
        more = status == OK && waits(s.run.state);
        if (more || (status == OK && (streq(s.run.state, "cancelled") || streq(s.run.state, "failed"))))
            status = do_step(&s);
        more = more && status == OK;
        plan_free(s.plan);
        arena_free(s.arena);
    }
    struct step last = {.w = w, .run_id = run_id};
    if (status != REFUSED && as_system(&last, leave_run) != OK)
        log_warn("import: the run could not be left");
    return status;
}
