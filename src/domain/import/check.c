/*
 * Checking: every row is read as it would be written, and what is wrong with it stored beside it. Nothing
 * else is written; after a crash it begins anew.
 */
#include "base/time.h"
#include "domain/import/judge.h"
#include "domain/import/step.h"

#define ROWS_A_CHUNK  500
#define TELL_EVERY_US (US_PER_SECOND)

struct check {
    struct step *step;
    struct judge judge;
    int64_t told_us;
};

struct verdict {
    struct check *check;
    struct import_row *rows;
    const char **before; /* the errors that are stored */
    size_t n;
    bool last;
};

static bool changed(const struct verdict *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (!streq(v->rows[i].error, v->before[i]))
            return true;
    return false;
}

static enum status write_counts(struct call *c, const struct check *k)
{
    struct value args[4] = {
        v_int(k->step->run_id), v_int(k->judge.good), v_int(k->judge.bad), v_int(k->step->position)};
    return db_exec(
        c->db, "update import_run set rows_good = $2, rows_bad = $3, position = $4 where id = $1", args, 4);
}

static enum status write_verdict(struct step *s, struct call *c, void *arg)
{
    const struct verdict *v = arg;
    TRY(step_fence(s, c));
    for (size_t i = 0; i < v->n; i++) {
        if (streq(v->rows[i].error, v->before[i]))
            continue;
        struct value args[3] = {v_int(s->run_id), v_int(v->rows[i].line), v_text(v->rows[i].error)};
        TRY(db_exec(c->db, "update import_row set error = $3 where run_id = $1 and line = $2", args, 3));
    }
    TRY(write_counts(c, v->check));
    if (!v->last)
        return OK;
    struct value args[1] = {v_int(s->run_id)};
    TRY(db_exec(c->db, "update import_run set position = 0, pass = null where id = $1", args, 1));
    return step_move(s, c, "checked", NULL);
}

static enum status collect_family(struct check *k)
{
    struct step *s = k->step;
    for (size_t n = 1; n > 0;) {
        struct call *c;
        struct import_row *rows;
        TRY(step_chunk(s, &c));
        enum status status = step_rows(s, c, false, ROWS_A_CHUNK, &rows, &n);
        for (size_t i = 0; status == OK && i < n; i++)
            judge_family(c, &k->judge, &rows[i]);
        if (status == OK && n)
            s->position = rows[n - 1].line;
        step_drop(s, c);
        TRY(status);
    }
    s->position = 0;
    return OK;
}

static enum status check_chunk(struct check *k, bool *more)
{
    struct step *s = k->step;
    struct call *c;
    struct verdict v = {.check = k};
    TRY(step_chunk(s, &c));
    enum status status = step_rows(s, c, false, s->w->chunk ? s->w->chunk : ROWS_A_CHUNK, &v.rows, &v.n);
    v.before = ARENA_ARRAY(c->arena, v.n + 1, const char *);
    for (size_t i = 0; status == OK && i < v.n; i++)
        v.before[i] = v.rows[i].error;
    if (status == OK)
        status = judge_rows(c, &k->judge, v.rows, v.n);
    if (status != OK) {
        step_drop(s, c);
        return status;
    }
    *more = v.n > 0;
    v.last = !v.n;
    if (v.n)
        s->position = v.rows[v.n - 1].line;
    s->done += (int64_t)v.n;
    bool tell = v.last || changed(&v) || monotonic_us() - k->told_us > TELL_EVERY_US;
    if (!tell) {
        step_drop(s, c);
        return OK;
    }
    k->told_us = monotonic_us();
    return step_commit(s, c, write_verdict, &v);
}

enum status step_check(struct step *s)
{
    struct check k = {.step = s, .judge = {.plan = s->plan}, .told_us = monotonic_us()};
    enum status status = OK;
    s->position = 0;
    if (s->plan->parent != NO_COLUMN)
        status = collect_family(&k);
    bool more = status == OK;
    while (more) {
        status = check_chunk(&k, &more);
        if (status == OK && more && !step_goes_on(s, 0, 0))
            status = RETRY;
        more = more && status == OK;
    }
    judge_end(&k.judge);
    return status;
}
