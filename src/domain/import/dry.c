#include "domain/import/dry.h"

#include "domain/import/file.h"
#include "domain/import/judge.h"

#define ROWS_A_CHUNK 500

struct dry {
    struct call *call;
    const char *path;
    struct judge judge;
    struct dry_result *out;
};

/* A call like the other, with an arena of its own. */
static struct call *chunk_call(struct dry *d)
{
    struct call *c = call_new(arena_new(), d->call->model, d->call->viewer, d->call->now);
    c->db = d->call->db;
    c->catalog = d->call->catalog;
    c->programme = d->call->programme;
    return c;
}

static void copy_row(struct arena *a, struct import_row *row)
{
    char **cells = ARENA_ARRAY(a, row->n + 1, char *);
    for (size_t i = 0; i < row->n; i++)
        cells[i] = arena_strdup(a, row->cells[i]);
    row->cells = cells;
}

static bool reopen(struct dry *d, struct import_file *file)
{
    bool absent;
    const char *wrong = NULL;
    bool good = file_open(file, d->call, d->path, &wrong, &absent);
    if (!good)
        d->out->refused = wrong;
    return good;
}

/* Once through the file: what its columns look like, and who stands in it. */
static bool look_through(struct dry *d)
{
    struct import_file file;
    struct import_row row;
    bool good = reopen(d, &file);
    struct arena *a = arena_new();
    struct call c = *d->call;
    c.arena = a;
    while (good && file_next(&file, a, &row)) {
        d->out->rows++;
        if (d->judge.plan->parent != NO_COLUMN)
            judge_family(&c, &d->judge, &row);
        if (d->out->rows % ROWS_A_CHUNK == 0)
            arena_reset(a);
    }
    if (good)
        d->judge.plan->columns = file.columns;
    arena_free(a);
    file_close(&file);
    return good;
}

static void keep_errors(struct dry *d, const struct import_row *rows, size_t n)
{
    for (size_t i = 0; i < n && d->out->n_errors < DRY_ERRORS; i++)
        if (rows[i].error)
            d->out->errors[d->out->n_errors++] =
                (struct dry_error){rows[i].line, arena_strdup(d->call->arena, rows[i].error)};
}

static enum status judge_file(struct dry *d)
{
    struct import_file file;
    enum status s = OK;
    bool more = reopen(d, &file);
    while (more && s == OK) {
        struct call *c = chunk_call(d);
        struct import_row *rows = ARENA_ARRAY(c->arena, ROWS_A_CHUNK, struct import_row);
        size_t n = 0;
        while (n < ROWS_A_CHUNK && (more = file_next(&file, c->arena, &rows[n])))
            copy_row(c->arena, &rows[n++]);
        s = judge_rows(c, &d->judge, rows, n);
        keep_errors(d, rows, n);
        arena_free(c->arena);
    }
    file_close(&file);
    return s;
}

/* The mapping, or why there is none. */
static bool map(struct dry *d, struct import_plan *p, const char *mapping)
{
    struct call *c = d->call;
    struct import_mapping m;
    if (streq(mapping, "{}")) {
        mapping_guess(&m, c, p->targets, p->n_targets, &p->columns);
    } else if (mapping_read(&m, c, p->targets, p->n_targets, &p->columns, mapping) != OK) {
        d->out->refused = c->problem->fields[0].message;
        return false;
    }
    plan_map(p, &m);
    d->out->mapping = mapping_write(&m, c->arena, p->targets, p->n_targets, &p->columns);
    d->out->refused = mapping_lack(&m, c, p->kind, p->targets, p->n_targets);
    return !d->out->refused;
}

enum status import_dry(struct call *c, const struct import_kind *kind, const char *path, const char *mapping,
    struct dry_result *out)
{
    struct dry d = {.call = c, .path = path, .out = out};
    struct import_file file;
    *out = (struct dry_result){.mapping = mapping};
    if (!reopen(&d, &file)) {
        file_close(&file);
        return OK;
    }
    file_close(&file);
    TRY(plan_new(c, kind, &file.columns, &d.judge.plan));
    enum status s = OK;
    if (map(&d, d.judge.plan, mapping) && look_through(&d)) {
        s = judge_file(&d);
        out->good = d.judge.good;
        out->bad = d.judge.bad;
        if (!out->rows)
            out->refused = TR(c, "There are no rows below the headings.");
    }
    plan_free(d.judge.plan);
    judge_end(&d.judge);
    return s;
}

void dry_json(struct buf *b, const struct dry_result *r)
{
    struct json_out w = json_out(b);
    out_object(&w);
    out_kv_string(&w, "state", r->refused ? "failed" : "checked");
    if (r->refused)
        out_kv_string(&w, "message", r->refused);
    out_kv_int(&w, "rows", r->rows);
    out_kv_int(&w, "good", r->good);
    out_kv_int(&w, "bad", r->bad);
    out_key(&w, "mapping");
    out_raw(&w, r->mapping);
    out_key(&w, "errors");
    out_array(&w);
    for (size_t i = 0; i < r->n_errors; i++) {
        out_object(&w);
        out_kv_int(&w, "line", r->errors[i].line);
        out_kv_string(&w, "reason", r->errors[i].reason);
        out_end(&w);
    }
    out_end(&w);
    out_end(&w);
}
