#include "runtime/follower.h"

#include "base/text.h"

#include <time.h>

/* ---- numbers that are kept ---- */

enum status setting_number(struct call *c, const char *name, int64_t *out)
{
    struct value args[1] = {v_text(name)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select value from setting where name = $1", args, 1));
    if (!rows.n || !parse_int(cell_text(&rows, 0, 0), out))
        *out = 0;
    return OK;
}

enum status setting_number_set(struct call *c, const char *name, int64_t n)
{
    struct value args[2] = {v_text(name), v_text(arena_printf(c->arena, "%lld", (long long)n))};
    return db_exec(c->db,
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = "
        "excluded.value",
        args, 2);
}

/* ---- the position ---- */

enum status follow_read(struct call *c, const char *name, int64_t most, struct stretch *out)
{
    struct rows rows;
    TRY(setting_number(c, name, &out->from));
    TRY(db_query(c->db, c->arena, &rows, "select max(seq) from event", NULL, 0));
    int64_t newest = cell_int(&rows, 0, 0);
    out->to = newest - out->from > most ? out->from + most : newest;
    return OK;
}

enum status follow_lock(struct call *c, const char *name)
{
    bool taken;
    TRY(db_try_lock_name(c->db, name, &taken));
    return taken ? OK : call_refuse(c, PROBLEM_state, NULL);
}

enum status follow_hold(struct call *c, const char *name, int64_t position)
{
    int64_t now;
    TRY(follow_lock(c, name));
    TRY(setting_number(c, name, &now));
    return now == position ? OK : call_refuse(c, PROBLEM_state, NULL);
}

/* ---- a step ---- */

struct call *follow_call(struct job_worker *w, enum status *status)
{
    struct call *c = call_new(arena_new(), w->model, &system_viewer, w->at.us ? w->at : instant_now());
    c->db = w->db;
    *status = db_begin_read(w->db);
    if (*status == OK)
        *status = w->open_call(w->open_ctx, c);
    return c;
}

void follow_read_done(struct job_worker *w, struct call *c)
{
    db_rollback(w->db);
    c->db = NULL;
}

/*
 * People first: where their verbs kept the committer busy for half of the time of a step, a rest nine times
 * as long follows, so that followers take a tenth of a busy machine and fall behind until it is less so.
 */
#define REST_TIMES 9
#define REST_MOST  US_PER_SECOND
#define REST_PIECE 20000 /* us; a process that ends does not wait for longer */

static void rest(struct job_worker *w, int64_t began_us, int64_t busy_us)
{
    struct committer_counts now = committer_counts(w->committer);
    int64_t took = monotonic_us() - began_us;
    if ((now.busy_us - busy_us) * 2 < took * now.lanes)
        return;
    int64_t left = took * REST_TIMES < REST_MOST ? took * REST_TIMES : REST_MOST;
    for (; left > 0 && w->go_on(w->jobs); left -= REST_PIECE)
        nanosleep(&(struct timespec){.tv_nsec = REST_PIECE * 1000}, NULL);
}

enum status follow_step(struct job_worker *w, follow_reading *read, const struct verb *verb, void *plan)
{
    bool any = !read;
    int64_t began = monotonic_us(), busy = committer_counts(w->committer).busy_us;
    enum status status;
    struct call *c = follow_call(w, &status);
    c->verb = verb;
    c->plan = plan;
    if (status == OK && read)
        status = read(c, plan, &any);
    follow_read_done(w, c);
    if (status == OK && any)
        status = committer_run_background(w->committer, c);
    arena_free(c->arena);
    rest(w, began, busy);
    return status;
}
