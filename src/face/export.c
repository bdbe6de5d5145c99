#include "base/csv.h"
#include "base/id.h"
#include "base/log.h"
#include "base/temp.h"
#include "face/export_writer.h"
#include "face/row_json.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define BATCH       500 /* rows in memory */
#define FIRST_BATCH 200
#define LARGE       5000 /* rows from which an export counts as large */
#define LARGE_MAX   2

static atomic_int large_running;

/* ---- CSV: names of fields as the API has them, values as texts ---- */

static const char *csv_text(const struct export *e, const struct row *row, const struct field *f,
    const struct value *v, const char *title)
{
    struct arena *a = e->call->arena;
    if (v->kind == VALUE_NULL)
        return "";
    switch (f->kind) {
    case KIND_REF: return title ? title : "";
    case KIND_DATE: return field_date(a, f, v);
    case KIND_TIME: return instant_iso(a, (struct instant){v->i});
    case KIND_MONEY: return money_decimal(a, v->i, row_digits(e->call, e->noun, row, f));
    case KIND_REAL: return arena_printf(a, "%.15g", v->kind == VALUE_INT ? (double)v->i : v->r);
    case KIND_INT:
    case KIND_BOOL: return arena_printf(a, "%lld", (long long)v->i);
    case KIND_TEXT: break;
    }
    if (f->form == FORM_SET)
        return v->len > 2 ? arena_strndup(a, v->s + 1, v->len - 2) : "";
    return v->s;
}

static bool csv_begin(struct export *e)
{
    csv_write_cell(&e->line, "id", true);
    for (size_t i = 0; i < e->n_columns; i++)
        csv_write_cell(&e->line, e->columns[i].name, false);
    csv_write_end(&e->line);
    return true;
}

static const char *csv_cell(const struct export *e, const struct row *row, const struct list_column *k)
{
    switch (k->of) {
    case COLUMN_CREATED: return instant_iso(e->call->arena, row->created);
    case COLUMN_FIELD: return csv_text(e, row, k->field, &row->v[k->index], row->title[k->index]);
    case COLUMN_CUSTOM:
    case COLUMN_PAGE: break; /* the latter stands in no file */
    }
    return row->custom ? csv_text(e, row, k->field, &row->custom[k->index], NULL) : "";
}

static enum status csv_row(struct export *e, const struct row *row)
{
    csv_write_cell(&e->line, id_text(e->call->arena, e->noun->prefix, row->id), true);
    for (size_t i = 0; i < e->n_columns; i++)
        csv_write_cell(&e->line, csv_cell(e, row, &e->columns[i]), false);
    csv_write_end(&e->line);
    return OK;
}

static bool nothing_left(struct export *e, bool good)
{
    (void)e;
    return good;
}

static const struct export_writer csv_writer = {csv_begin, csv_row, nothing_left};

/* ---- JSON: a row as the API gives it in a list ---- */

static enum status lines_row(struct export *e, const struct row *row)
{
    struct json_out w = json_out(&e->line);
    out_object(&w);
    TRY(row_members(e->call, e->noun, row, e->select, &w));
    out_end(&w);
    buf_addc(&e->line, '\n');
    return OK;
}

static bool lines_begin(struct export *e)
{
    (void)e;
    return true;
}

static const struct export_writer lines_writer = {lines_begin, lines_row, nothing_left};

static bool json_begin(struct export *e)
{
    buf_adds(&e->line, "[\n");
    return true;
}

static enum status json_row(struct export *e, const struct row *row)
{
    if (e->rows)
        buf_addc(&e->line, ',');
    return lines_row(e, row);
}

static bool json_end(struct export *e, bool good)
{
    buf_adds(&e->line, "]\n");
    return good;
}

static const struct export_writer json_writer = {json_begin, json_row, json_end};

/* ---- which ---- */

const struct export_kind export_kinds[] = {
    {"csv", "text/csv; charset=utf-8", N_("CSV, for any spreadsheet")},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", N_("Excel workbook")},
    {"json", "application/json", N_("JSON, for programs")},
    {"jsonl", "application/jsonl", N_("JSON lines, a row each")},
    {0},
};
static const struct export_writer *const writers[] = {
    &csv_writer, &export_workbook, &json_writer, &lines_writer};

const struct export_kind *export_kind(const char *name)
{
    for (const struct export_kind *k = export_kinds; name && k->name; k++)
        if (streq(k->name, name))
            return k;
    return NULL;
}

/* ---- rows ---- */

static bool send_line(struct export *e)
{
    size_t n = e->line.len;
    bool good = !e->line.overflow && (!n || fwrite(buf_str(&e->line), 1, n, e->to) == n);
    buf_clear(&e->line);
    return good;
}

static enum status failed(void)
{
    log_error("an export could not be written: %s", strerror(errno));
    return BROKEN;
}

/* One more row is there; from some on the export is a large one, of which only a few run. */
static enum status count(struct export *e)
{
    if (++e->rows != LARGE || !e->shared)
        return OK;
    if (atomic_fetch_add(&large_running, 1) >= LARGE_MAX) {
        atomic_fetch_sub(&large_running, 1);
        return REFUSED;
    }
    e->large = true;
    return OK;
}

static enum status write_rows(struct export *e, const struct list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        TRY(e->writer->row(e, &list->rows[i]));
        if (!send_line(e))
            return failed();
        TRY(count(e));
    }
    return OK;
}

/* A batch in memory of its own, given back behind it. *NEXT is copied to where it outlives that. */
static enum status write_batch(struct export *e, struct list_query *q, struct buf *next)
{
    struct call *c = e->call;
    struct arena *kept = c->arena;
    struct list list;
    c->arena = arena_new();
    enum status s = noun_list(c, e->noun, q, &list);
    if (s == OK)
        s = write_rows(e, &list);
    buf_clear(next);
    if (s == OK && list.next)
        buf_adds(next, list.next);
    arena_free(c->arena);
    c->arena = kept;
    return s;
}

static enum status write_all(struct export *e, const struct list_query *query)
{
    struct list_query q = *query;
    struct list list;
    q.limit = FIRST_BATCH;
    q.after = NULL;
    /* The first in the call's own memory: what it refuses is told. */
    TRY(noun_list(e->call, e->noun, &q, &list));
    TRY(write_rows(e, &list));
    struct buf next = buf_new(64 * 1024), at = buf_new(64 * 1024);
    enum status s = OK;
    if (list.next)
        buf_adds(&next, list.next);
    q.limit = BATCH;
    while (s == OK && next.len) {
        buf_clear(&at);
        buf_add(&at, next.p, next.len);
        q.after = buf_str(&at);
        s = write_batch(e, &q, &next);
    }
    buf_free(&next);
    buf_free(&at);
    return s == REFUSED ? call_wait(e->call, 10,
                              TR(e->call, "Two large exports are running; try again when one is done"))
                        : s;
}

static enum status set_columns(struct export *e, const struct list_columns *chosen)
{
    struct list_columns all;
    if (!chosen) {
        TRY(list_columns_read(e->call, e->noun, NULL, NULL, &all));
        e->columns = all.all;
        e->n_columns = all.n_all;
        return OK;
    }
    struct row_select *select = ARENA_NEW(e->call->arena, struct row_select);
    select->some = true;
    for (size_t i = 0; i < chosen->n; i++) {
        const struct list_column *k = &chosen->chosen[i];
        select->created |= k->of == COLUMN_CREATED;
        select->custom |= k->of == COLUMN_CUSTOM;
        select->fields |= k->of == COLUMN_FIELD ? UINT64_C(1) << k->index : 0;
    }
    e->columns = chosen->chosen;
    e->n_columns = chosen->n;
    e->select = select;
    return OK;
}

static enum status export_to(struct export *e, const struct list_query *query, const struct export_kind *kind,
    const struct list_columns *columns)
{
    e->writer = writers[kind - export_kinds];
    e->call->exporting = true;
    TRY(set_columns(e, columns));
    e->line = buf_new(BUF_MAX_DEFAULT);
    enum status s = OK;
    bool begun = e->writer->begin(e);
    if (!begun || !send_line(e))
        s = failed();
    if (s == OK)
        s = write_all(e, query);
    if (begun && !e->writer->end(e, s == OK) && s == OK)
        s = failed();
    if (s == OK && (!send_line(e) || fflush(e->to) != 0))
        s = failed();
    buf_free(&e->line);
    if (e->large)
        atomic_fetch_sub(&large_running, 1);
    return s;
}

enum status export_rows(struct call *c, const struct noun *noun, const struct list_query *query,
    const struct export_kind *kind, FILE *to)
{
    struct export e = {.call = c, .noun = noun, .to = to};
    return export_to(&e, query, kind, NULL);
}

enum status export_file(struct call *c, const struct noun *noun, const struct list_query *query,
    const struct export_kind *kind, const struct list_columns *columns, struct answer_file *out)
{
    char *path;
    int fd = temp_file(c->arena, NULL, &path);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!to) {
        if (fd >= 0)
            close(fd);
        return failed();
    }
    struct export e = {.call = c, .noun = noun, .to = to, .shared = true};
    enum status s = export_to(&e, query, kind, columns);
    if (fclose(to) != 0 && s == OK)
        s = failed();
    *out = (struct answer_file){
        .path = path, .type = kind->type, .name = arena_printf(c->arena, "%s.%s", noun->plural, kind->name)};
    return s;
}
