/* Staging: the file, record by record, becomes rows of import_row; its columns are looked at on the way. */
#include "base/csv.h"
#include "base/time.h"
#include "domain/import/file.h"
#include "domain/import/step.h"

#define ROWS_A_CHUNK  1000
#define BYTES_A_CHUNK ((size_t)1 << 20)
#define A_STATEMENT   20 /* rows of one insert */
#define FILE_WAIT_US  (600 * US_PER_SECOND)

struct staged {
    int64_t line;
    const char *cells, *error;
};

struct chunk {
    struct staged rows[ROWS_A_CHUNK];
    size_t n, bytes;
};

static const char insert_one[] =
    "insert into import_row (run_id, line, cells, error) values ($1, $2, $3, $4)";

/* One statement for many rows: the same text each time. */
static const char *insert_many(struct arena *a)
{
    struct buf b = buf_in(a, 8192);
    buf_adds(&b, "insert into import_row (run_id, line, cells, error) values ");
    for (int i = 0; i < A_STATEMENT; i++)
        buf_addf(&b, "%s($1, $%d, $%d, $%d)", i ? ", " : "", 3 * i + 2, 3 * i + 3, 3 * i + 4);
    return buf_str(&b);
}

static enum status insert_rows(struct step *s, struct call *c, const struct chunk *k)
{
    struct value args[1 + 3 * A_STATEMENT] = {v_int(s->run_id)};
    const char *many = insert_many(c->arena);
    for (size_t i = 0; i < k->n;) {
        size_t count = k->n - i >= A_STATEMENT ? A_STATEMENT : 1;
        for (size_t r = 0; r < count; r++, i++) {
            args[3 * r + 1] = v_int(k->rows[i].line);
            args[3 * r + 2] = v_text(k->rows[i].cells);
            args[3 * r + 3] = v_text(k->rows[i].error);
        }
        TRY(db_exec(c->db, count > 1 ? many : insert_one, args, 1 + 3 * count));
    }
    return OK;
}

static enum status write_chunk(struct step *s, struct call *c, void *arg)
{
    const struct chunk *k = arg;
    TRY(step_fence(s, c));
    TRY(insert_rows(s, c, k));
    struct value args[3] = {v_int(s->run_id), v_int(k->rows[k->n - 1].line), v_int((int64_t)k->n)};
    return db_exec(
        c->db, "update import_run set position = $2, rows_total = rows_total + $3 where id = $1", args, 3);
}

/* ---- records ---- */

/* A compact JSON array; empty cells at the end are left out. */
static const char *cells_json(struct arena *a, char *const *cells, size_t n)
{
    while (n > 1 && !*cells[n - 1])
        n--;
    struct buf b = buf_in(a, 8 * CSV_MAX_RECORD);
    struct json_out w = json_out(&b);
    out_array(&w);
    for (size_t i = 0; i < n; i++)
        out_string(&w, cells[i]);
    out_end(&w);
    return buf_str(&b);
}

/* The next record into the chunk, unless it was staged before a crash; false at the end. */
static bool take_record(struct step *s, struct call *c, struct import_file *file, struct chunk *k)
{
    struct import_row row;
    if (!file_next(file, c->arena, &row))
        return false;
    if (row.line <= s->position)
        return true;
    struct staged *to = &k->rows[k->n++];
    to->line = row.line;
    to->cells = row.n ? cells_json(c->arena, row.cells, row.n) : "[]";
    to->error = row.error;
    k->bytes += strlen(to->cells);
    return true;
}

/* ---- the whole ---- */

static enum status stage_rows(struct step *s, struct import_file *file)
{
    uint64_t done, total;
    s->done = s->run.rows_total;
    for (bool more = true; more;) {
        struct call *c;
        TRY(step_chunk(s, &c));
        struct chunk *k = ARENA_NEW(c->arena, struct chunk);
        while (k->n < ROWS_A_CHUNK && k->bytes < BYTES_A_CHUNK && (more = take_record(s, c, file, k)))
            ;
        if (!k->n) {
            step_drop(s, c);
            break;
        }
        int64_t last = k->rows[k->n - 1].line;
        s->done += (int64_t)k->n;
        TRY(step_commit(s, c, write_chunk, k));
        s->position = last;
        csv_progress(file->csv, &done, &total);
        if (!step_goes_on(s, done, total))
            return RETRY;
    }
    return OK;
}

struct outcome {
    const char *columns, *mapping, *state;
};

static enum status write_outcome(struct step *s, struct call *c, void *arg)
{
    const struct outcome *o = arg;
    struct import_run run;
    TRY(step_fence(s, c));
    struct value args[2] = {v_int(s->run_id), v_text(o->columns)};
    TRY(db_exec(
        c->db, "update import_run set columns = $2, position = 0, pass = null where id = $1", args, 2));
    TRY(noun_load(c, &import_run_noun, s->run_id, &run));
    run.mapping = o->mapping;
    run.state = o->state;
    return noun_update(c, &import_run_noun, s->run_id, &run,
        FIELD_BIT(&import_run_noun, mapping) | FIELD_BIT(&import_run_noun, state), "update");
}

/* The mapping that came with the file, else a guess. With what is needed it is checked at once. */
static enum status finish(struct step *s, const struct import_columns *columns)
{
    struct call *c;
    struct import_plan *p;
    struct import_mapping map;
    TRY(step_chunk(s, &c));
    enum status status = plan_new(c, s->kind, columns, &p);
    if (status != OK) {
        step_drop(s, c);
        return status;
    }
    bool given = !streq(s->run.mapping, "{}");
    if (!given)
        mapping_guess(&map, c, p->targets, p->n_targets, columns);
    else if (mapping_read(&map, c, p->targets, p->n_targets, columns, s->run.mapping) != OK) {
        const char *message = arena_strdup(s->arena, c->problem->fields[0].message);
        step_drop(s, c);
        return step_fail(s, arena_printf(s->arena, TR(s->call, "The mapping does not fit: %s."), message));
    }
    struct buf b = buf_in(c->arena, 4 << 20);
    columns_write(&b, columns);
    const char *lack = mapping_lack(&map, c, s->kind, p->targets, p->n_targets);
    struct outcome o = {.columns = buf_str(&b),
        .mapping = mapping_write(&map, c->arena, p->targets, p->n_targets, columns),
        .state = lack ? "staged" : "checking"};
    return step_commit(s, c, write_outcome, &o);
}

/* Another host may have the file: its worker gets a while before the run fails. */
static bool may_come(struct step *s)
{
    struct value args[1] = {v_int(s->run_id)};
    struct rows rows;
    enum status status =
        db_query(s->w->db, s->arena, &rows, "select updated from import_run where id = $1", args, 1);
    return status == OK && !s->w->path && rows.n && instant_now().us - cell_int(&rows, 0, 0) < FILE_WAIT_US;
}

static enum status stage_file(struct step *s, const char *path)
{
    struct import_file file;
    const char *wrong = NULL;
    bool absent;
    enum status status;
    if (!file_open(&file, s->call, path, &wrong, &absent))
        status = absent && may_come(s) ? RETRY : step_fail(s, wrong);
    else if ((status = stage_rows(s, &file)) == OK)
        status = s->done ? finish(s, &file.columns)
                         : step_fail(s, TR(s->call, "There are no rows below the headings."));
    file_close(&file);
    return status;
}

enum status step_stage(struct step *s)
{
    const char *path = s->w->path ? s->w->path : spool_path(s->arena, s->run_id);
    TRY(stage_file(s, path));
    if (!s->w->path)
        spool_drop(s->arena, s->run_id);
    return OK;
}
