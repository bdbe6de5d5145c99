/*
 * Checking: every row is read as it would be written, and what is wrong with it stored beside it. Nothing
 * else is written; after a crash it begins anew.
 */
#include "base/text.h"
#include "base/time.h"
#include "domain/account/account.h"
#include "domain/import/keyset.h"
#include "domain/import/step.h"
#include "engine/match/match.h"

#define ROWS_A_CHUNK  500
#define TELL_EVERY_US (US_PER_SECOND)
#define MAX_DEPTH     20 /* of parents, as the accounts themselves have it */

struct check {
    struct step *step;
    struct keyset keys;   /* by which rows are found again */
    struct keyset family; /* names and external ids with their parents' */
    int64_t good, bad;
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
    struct value args[4] = {v_int(k->step->run_id), v_int(k->good), v_int(k->bad), v_int(k->step->position)};
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
    TRY(db_exec(c->db, "update import_run set position = 0, pass = 0 where id = $1", args, 1));
    return step_move(s, c, "checked", NULL);
}

/* ---- parents that are rows of the same file ---- */

/* As accounts_find() and names_find() would find it once it is there. */
static uint64_t name_hash(struct call *c, const struct import_plan *p, const char *name)
{
    const char *key = import_key(c->arena, name);
    if (p->kind->noun == &account_noun)
        key = arena_printf(c->arena, "%s %s", key, match_name_key(c->arena, name));
    return keyset_hash(key);
}

static uint64_t id_hash(struct call *c, const char *id)
{
    return keyset_hash(arena_printf(c->arena, "=%s", id));
}

static const struct keyset_slot *find_parent(struct call *c, struct check *k, const char *parent)
{
    const struct keyset_slot *slot = keyset_find(&k->family, id_hash(c, parent));
    return slot ? slot : keyset_find(&k->family, name_hash(c, k->step->plan, parent));
}

static void add_family(struct call *c, struct check *k, const struct import_row *row)
{
    const struct import_plan *p = k->step->plan;
    size_t id_column = plan_column(p, "external_id"), name_column = plan_column(p, "name");
    const char *name = name_column < row->n ? text_squeeze(c->arena, row->cells[name_column]) : "";
    const char *id = id_column < row->n ? text_squeeze(c->arena, row->cells[id_column]) : "";
    size_t parent_column = p->map.column[p->parent];
    const char *parent = parent_column < row->n ? text_squeeze(c->arena, row->cells[parent_column]) : "";
    uint64_t parent_key = *parent ? name_hash(c, p, parent) : 0;
    if (*name)
        keyset_add(&k->family, name_hash(c, p, name), parent_key);
    if (*id)
        keyset_add(&k->family, id_hash(c, id), parent_key);
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
            add_family(c, k, &rows[i]);
        if (status == OK && n)
            s->position = rows[n - 1].line;
        step_drop(s, c);
        TRY(status);
    }
    s->position = 0;
    return OK;
}

static bool makes_circle(struct call *c, struct check *k, const struct import_row *row)
{
    const struct import_plan *p = k->step->plan;
    const char *name = row_text(p, row, "name"), *id = row_text(p, row, "external_id");
    uint64_t own = name ? name_hash(c, p, name) : 0, own_id = id ? id_hash(c, id) : 0;
    const struct keyset_slot *slot = find_parent(c, k, row->parent);
    for (int depth = 0; slot; depth++) {
        if (slot->key == own || slot->key == own_id || depth > MAX_DEPTH)
            return true;
        slot = slot->parent ? keyset_find(&k->family, slot->parent) : NULL;
    }
    return false;
}

static void judge_parent(struct call *c, struct check *k, struct import_row *row)
{
    const struct import_plan *p = k->step->plan;
    const char *label = TR(c, p->targets[p->parent].field->label);
    if (!row->parent || !*row->parent)
        return;
    const struct keyset_slot *slot = find_parent(c, k, row->parent);
    if (row->parent_id == NAME_SEVERAL || (slot && slot->several))
        row_error(c->arena, row, label, TR(c, "several have this name; use the external id"));
    else if (!row->parent_id && !slot)
        row_error(c->arena, row, label,
            arena_printf(c->arena, TR(c, "there is no such %s"), TR(c, p->kind->noun->label)));
    else if (makes_circle(c, k, row))
        row_error(c->arena, row, label, TR(c, "would make a circle of parents"));
}

/* ---- rows ---- */

static void judge_twice(struct call *c, struct check *k, struct import_row *row)
{
    const struct import_kind *kind = k->step->kind;
    if (!row->key || row->error)
        return;
    bool first = kind->pair || !kind->key[1] || row_text(k->step->plan, row, kind->key[0]);
    const char *field = first ? kind->key[0] : kind->key[1];
    if (!keyset_add(&k->keys, keyset_hash(arena_printf(c->arena, "%s=%s", field, row->key)), 0))
        row_error(c->arena, row, TR(c, noun_field(kind->noun, field)->label),
            TR(c, "stands in the file above already"));
}

/* Rows that are no records keep the error with which they were staged. */
static enum status judge(struct call *c, struct check *k, struct import_row *rows, size_t n)
{
    struct import_plan *p = k->step->plan;
    size_t whole = 0;
    struct import_row *read = ARENA_ARRAY(c->arena, n + 1, struct import_row);
    for (size_t i = 0; i < n; i++)
        if (rows[i].n)
            read[whole++] = rows[i];
    TRY(rows_read(c, p, read, whole));
    TRY(rows_find(c, p, read, whole));
    if (p->parent != NO_COLUMN)
        TRY(rows_parents(c, p, read, whole));
    for (size_t i = 0, r = 0; i < n; i++) {
        if (rows[i].n)
            rows[i] = read[r++];
        if (rows[i].n && p->parent != NO_COLUMN)
            judge_parent(c, k, &rows[i]);
        if (rows[i].n)
            judge_twice(c, k, &rows[i]);
        *(rows[i].error ? &k->bad : &k->good) += 1;
    }
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
        status = judge(c, k, v.rows, v.n);
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
    struct check k = {.step = s, .told_us = monotonic_us()};
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
    keyset_free(&k.keys);
    keyset_free(&k.family);
    return status;
}
