/*
 * Applying: good rows are written by their noun's own verbs, a chunk at a time; the chunk's transaction moves
 * the position. Parents follow in a second pass, because a parent may stand below its subsidiary. Staged rows
 * go with the last pass that needs them; those with errors stay, to be told.
 */
#include "base/log.h"
#include "base/time.h"
#include "domain/import/lot.h"

#define FIRST_ROWS 50
#define MOST_ROWS  500
#define CLEAN_ROWS 2000

enum pass { PASS_ROWS = 0, PASS_PARENTS = 1 };

struct chunk {
    struct import_row *rows;
    size_t n;
    bool last_pass;
    const struct lot *lot; /* NULL: rows store their words and keys themselves */
    int64_t made, changed, failed;
    int64_t took_us;
};

/* ---- one row ---- */

/* The event says what happened to the row, whichever verb wrote it. */
static const struct verb plain_create = {.name = "create", .label = "Create", .summary = ""};

static enum status make_row(struct step *s, struct call *c, const struct chunk *k, struct import_row *row)
{
    const struct import_kind *kind = s->kind;
    c->row_id = 0;
    c->verb = kind->create ? kind->create : &plain_create;
    c->indexed_id = k->lot && lot_has(k->lot, row->line) ? lot_id(s->run_id, row->line) : 0;
    enum status status =
        kind->create ? kind->create->run(c) : noun_insert(c, kind->noun, row->record, &row->id);
    c->indexed_id = 0;
    return status;
}

static bool same(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NULL: return true;
    case VALUE_INT: return a->i == b->i;
    case VALUE_REAL: return a->r == b->r;
    default: return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
    }
}

static uint64_t fixed_fields(const struct import_kind *kind)
{
    uint64_t fixed = 0;
    for (const char *const *name = kind->once; name && *name; name++)
        fixed |= noun_bit(kind->noun, *name);
    return fixed;
}

/* The fields that differ from what the row has. */
static uint64_t differing(const struct import_kind *kind, const struct import_row *row, const struct row *now)
{
    uint64_t given = row->given & ~fixed_fields(kind), mask = 0;
    for (size_t i = 0; i < kind->noun->n_fields; i++) {
        struct value v = field_load(&kind->noun->fields[i], row->record);
        if ((given >> i & 1) && !same(&v, &now->v[i]))
            mask |= UINT64_C(1) << i;
    }
    return mask;
}

/* Leaves those custom values on the call that differ. */
static enum status differing_custom(
    struct step *s, struct call *c, const struct import_row *row, const struct row *now)
{
    struct custom_field **fields = NULL;
    size_t n = 0;
    c->n_custom = 0;
    if (s->kind->noun->custom)
        TRY(custom_fields(c, s->kind->noun, &fields, &n));
    c->custom = ARENA_ARRAY(c->arena, row->n_custom + 1, struct custom_input);
    for (size_t i = 0; i < row->n_custom; i++)
        for (size_t f = 0; f < n; f++)
            if (fields[f]->id == row->custom[i].field->id && now->custom &&
                !same(&row->custom[i].value, &now->custom[f]))
                c->custom[c->n_custom++] = row->custom[i];
    return OK;
}

static enum status update_row(struct step *s, struct call *c, const struct import_row *row, uint64_t mask)
{
    c->row_id = row->id;
    c->in = row->record;
    c->given = mask;
    c->verb = s->kind->update;
    return c->verb ? c->verb->run(c) : noun_update(c, s->kind->noun, row->id, row->record, mask, "update");
}

static enum status change_row(struct step *s, struct call *c, struct chunk *k, struct import_row *row)
{
    struct row now;
    TRY(noun_get(c, s->kind->noun, row->id, &now));
    uint64_t mask = differing(s->kind, row, &now);
    TRY(differing_custom(s, c, row, &now));
    if (!mask && !c->n_custom)
        return OK;
    k->changed++;
    return update_row(s, c, row, mask);
}

/* A refusal is the row's own: these verbs check before they write. */
static enum status take_refusal(struct step *s, struct call *c, struct chunk *k, struct import_row *row)
{
    const struct problem *p = c->problem;
    for (size_t i = 0; p && i < p->n_fields; i++) {
        const struct field *f = noun_field(s->kind->noun, p->fields[i].field);
        row_error(c->arena, row, f ? TR(c, f->label) : p->fields[i].field, p->fields[i].message);
    }
    if (!p || !p->n_fields)
        row_error(c->arena, row, TR(c, s->kind->noun->label),
            p && p->detail ? p->detail : TR(c, problem_title(p ? p->code : PROBLEM_conflict)));
    c->problem = NULL;
    k->failed++;
    return OK;
}

static enum status store_row(struct step *s, struct call *c, struct chunk *k, struct import_row *row)
{
    c->now = instant_now(); /* ids are made of the time: a chunk at one instant would make two alike */
    c->in = row->record;
    c->given = UINT64_MAX;
    c->custom = row->custom;
    c->n_custom = row->n_custom;
    int64_t made = k->made, changed = k->changed;
    bool is_new = !row->id;
    k->made += is_new;
    enum status status = is_new ? make_row(s, c, k, row) : change_row(s, c, k, row);
    if (status != REFUSED)
        return status;
    k->made = made;
    k->changed = changed;
    return take_refusal(s, c, k, row);
}

/* Somebody may have made the row, or broken it, since its words were stored. */
static enum status write_row(struct step *s, struct call *c, struct chunk *k, struct import_row *row)
{
    bool was_found = row->id != 0;
    if (row->error)
        k->failed++;
    else
        TRY(store_row(s, c, k, row));
    return (was_found || row->error) && k->lot && lot_has(k->lot, row->line) ? lot_forget(s, c, row) : OK;
}

static enum status write_parent(struct step *s, struct call *c, struct chunk *k, struct import_row *row)
{
    const struct field *f = s->plan->targets[s->plan->parent].field;
    int64_t want = row->parent_id > 0 ? row->parent_id : 0;
    if (!row->id || row->error || (*row->parent ? row->parent_id == row->parent_now : !row->parent_now))
        return OK;
    if (*row->parent && row->parent_id <= 0) {
        row_error(c->arena, row, TR(c, f->label), TR(c, "was not found when it was to be linked"));
        k->failed++;
        return OK;
    }
    struct value v = v_ref(want);
    field_store(f, row->record, &v);
    c->n_custom = 0;
    enum status status = update_row(s, c, row, noun_bit(s->kind->noun, f->name));
    return status == REFUSED ? take_refusal(s, c, k, row) : status;
}

/* ---- one chunk ---- */

static enum status store_errors(struct step *s, struct call *c, const struct chunk *k)
{
    for (size_t i = 0; i < k->n; i++) {
        struct value args[3] = {v_int(s->run_id), v_int(k->rows[i].line), v_text(k->rows[i].error)};
        if (k->rows[i].error)
            TRY(db_exec(c->db, "update import_row set error = $3 where run_id = $1 and line = $2", args, 3));
    }
    return OK;
}

static enum status store_position(struct step *s, struct call *c, const struct chunk *k)
{
    int64_t last = k->rows[k->n - 1].line;
    int64_t applied = s->pass == PASS_ROWS ? (int64_t)k->n - k->failed : 0;
    struct value args[6] = {
        v_int(s->run_id), v_int(last), v_int(applied), v_int(k->made), v_int(k->changed), v_int(k->failed)};
    TRY(db_exec(c->db,
        "update import_run set position = $2, rows_applied = rows_applied + $3, rows_made = rows_made + $4, "
        "rows_changed = rows_changed + $5, rows_bad = rows_bad + $6, rows_good = rows_good - $6 where id = "
        "$1",
        args, 6));
    struct value range[3] = {v_int(s->run_id), v_int(s->position), v_int(last)};
    if (!k->last_pass)
        return OK;
    return db_exec(c->db,
        "delete from import_row where run_id = $1 and line > $2 and line <= $3 and error is null", range, 3);
}

static enum status write_chunk(struct step *s, struct call *c, void *arg)
{
    struct chunk *k = arg;
    const struct verb *verb = c->verb;
    void *plan = c->plan;
    int64_t began = monotonic_us();
    k->made = k->changed = k->failed = 0;
    TRY(step_fence(s, c));
    TRY(rows_find(c, s->plan, k->rows, k->n));
    for (size_t i = 0; i < k->n; i++)
        TRY(s->pass == PASS_ROWS ? write_row(s, c, k, &k->rows[i]) : write_parent(s, c, k, &k->rows[i]));
    c->verb = verb;
    c->plan = plan;
    c->in = NULL;
    c->row_id = c->result_id = 0;
    TRY(store_errors(s, c, k));
    TRY(store_position(s, c, k));
    k->took_us = monotonic_us() - began;
    return OK;
}

/* What the database does not take alone, it will not take in company: the others are written without it. */
static enum status write_unstorable(struct step *s, struct call *c, void *arg)
{
    struct chunk *k = arg;
    TRY(step_fence(s, c));
    k->made = k->changed = 0;
    k->failed = 1;
    row_error(c->arena, &k->rows[0], TR(c, s->kind->noun->label), TR(c, "could not be stored"));
    TRY(store_errors(s, c, k));
    return store_position(s, c, k);
}

static enum status read_chunk(struct step *s, struct call *c, size_t limit, struct chunk *k)
{
    TRY(step_rows(s, c, true, limit, &k->rows, &k->n));
    TRY(rows_read(c, s->plan, k->rows, k->n));
    return s->pass == PASS_PARENTS ? rows_parents(c, s->plan, k->rows, k->n) : OK;
}

static enum status apply_chunk(
    struct step *s, const struct lot *lot, size_t *size, step_write *fn, bool *more)
{
    struct call *c;
    struct chunk k = {.lot = lot, .last_pass = s->pass == PASS_PARENTS || s->plan->parent == NO_COLUMN};
    TRY(step_chunk(s, &c));
    enum status status = read_chunk(s, c, s->w->chunk ? s->w->chunk : *size, &k);
    *more = k.n > 0;
    if (status != OK || !k.n) {
        step_drop(s, c);
        return status;
    }
    int64_t last = k.rows[k.n - 1].line;
    status = step_commit(s, c, fn, &k);
    if (status != OK) {
        *size = k.n;
        return status;
    }
    *size = step_next_size(s, k.n, k.took_us, MOST_ROWS);
    s->position = last;
    s->done += (int64_t)k.n;
    return OK;
}

/* A row that breaks its chunk is looked for by halves. */
static enum status apply_halves(struct step *s, const struct lot *lot, size_t *size, bool *more)
{
    enum status status = BROKEN;
    size_t chunk = s->w->chunk;
    while (status == BROKEN) {
        bool alone = *size <= 1;
        s->w->chunk = alone ? 1 : *size / 2;
        log_warn("import: a chunk of %zu rows could not be written", *size);
        status = apply_chunk(s, lot, size, alone ? write_unstorable : write_chunk, more);
        if (alone)
            break; /* if it is broken still, it is not the row */
    }
    s->w->chunk = chunk;
    return status;
}

/* Up to the line LAST, or the end. */
static enum status apply_rows(struct step *s, const struct lot *lot, int64_t last, bool *more)
{
    size_t size = FIRST_ROWS;
    for (*more = true; *more && s->position < last;) {
        enum status status = apply_chunk(s, lot, &size, write_chunk, more);
        if (status == BROKEN && *more)
            status = apply_halves(s, lot, &size, more);
        TRY(status);
        if (*more && !step_goes_on(s, 0, 0))
            return RETRY;
    }
    return OK;
}

/* Lot by lot: first what finds the rows, in order; then the rows. */
static enum status apply_lots(struct step *s)
{
    enum status status = OK;
    for (bool more = true; more && status == OK;) {
        struct lot lot;
        status = lot_gather(s, &lot);
        if (status == OK)
            status = lot_store(s, &lot, false);
        if (status == OK)
            status = apply_rows(s, &lot, lot.last, &more);
        more = more && lot.last > 0;
        lot_free(&lot);
    }
    return status;
}

/* ---- the end ---- */

static enum status write_pass(struct step *s, struct call *c, void *arg)
{
    struct value args[1] = {v_int(s->run_id)};
    (void)arg;
    TRY(step_fence(s, c));
    return db_exec(c->db, "update import_run set pass = 1, position = 0 where id = $1", args, 1);
}

static enum status write_done(struct step *s, struct call *c, void *arg)
{
    struct value args[1] = {v_int(s->run_id)};
    (void)arg;
    TRY(step_fence(s, c));
    TRY(db_exec(c->db, "update import_run set position = null where id = $1", args, 1));
    return step_move(s, c, "done", NULL);
}

static enum status write_alone(struct step *s, step_write *fn)
{
    struct call *c;
    TRY(step_chunk(s, &c));
    return step_commit(s, c, fn, NULL);
}

enum status step_apply(struct step *s)
{
    s->done = s->run.rows_applied;
    if (s->pass == PASS_ROWS)
        TRY(apply_lots(s));
    if (s->pass == PASS_ROWS && s->plan->parent != NO_COLUMN) {
        TRY(write_alone(s, write_pass));
        s->pass = PASS_PARENTS;
        s->position = s->done = 0;
    }
    bool more;
    if (s->pass == PASS_PARENTS)
        TRY(apply_rows(s, NULL, INT64_MAX, &more));
    return write_alone(s, write_done);
}

/* ---- what was never applied ---- */

static enum status write_cleaned(struct step *s, struct call *c, void *arg)
{
    bool *more = arg;
    int64_t touched;
    struct value args[2] = {v_int(s->run_id), v_int(CLEAN_ROWS)};
    TRY(db_exec_count(c->db, &touched,
        "delete from import_row where run_id = $1 and line in "
        "(select line from import_row where run_id = $1 order by line limit $2)",
        args, 2));
    *more = touched > 0;
    if (*more)
        return OK;
    return db_exec(c->db, "update import_run set position = null where id = $1", args, 1);
}

/* What a lot stored ahead of rows that will not come. */
static enum status drop_lot(struct step *s)
{
    struct lot lot;
    if (!s->plan || s->pass != PASS_ROWS)
        return OK;
    enum status status = lot_gather(s, &lot);
    if (status == OK)
        status = lot_store(s, &lot, true);
    lot_free(&lot);
    return status;
}

enum status step_clean(struct step *s)
{
    spool_drop(s->arena, s->run_id);
    TRY(drop_lot(s));
    for (bool more = true; more;) {
        struct call *c;
        TRY(step_chunk(s, &c));
        TRY(step_commit(s, c, write_cleaned, &more));
    }
    return OK;
}
