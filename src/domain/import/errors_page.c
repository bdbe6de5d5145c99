/* Rows with errors: a paged list, and the file to correct them in. */
#include "base/csv.h"
#include "base/id.h"
#include "base/text.h"
#include "domain/import/import.h"
#include "domain/import/pages.html.h"
#include "domain/import/view.h"

#define LINES_SHOWN 50
#define FILE_ROWS   100000
#define FILE_BYTES  ((size_t)48 << 20)

static const char *joined(struct arena *a, const struct import_row *row)
{
    struct buf b = buf_in(a, 400);
    for (size_t i = 0; i < row->n; i++) {
        if (utf8_length(row->cells[i]) > 80 || b.len + strlen(row->cells[i]) > 300)
            continue;
        buf_addf(&b, "%s%s", b.len ? " · " : "", row->cells[i]);
    }
    return buf_str(&b);
}

static enum status fill_lines(struct call *c, int64_t id, int64_t after, struct errors_view *v)
{
    struct value args[3] = {v_int(id), v_int(after), v_int(LINES_SHOWN + 1)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select line, error, cells from import_row where run_id = $1 and line > $2 and error is not null "
        "order by line limit $3",
        args, 3));
    v->lines = ARENA_ARRAY(c->arena, rows.n + 1, struct error_line_view);
    for (size_t r = 0; r < rows.n && v->n < LINES_SHOWN; r++) {
        struct import_row row = {0};
        if (!import_cells(c->arena, cell_text(&rows, r, 2), &row))
            return BROKEN;
        v->lines[v->n++] =
            (struct error_line_view){cell_int(&rows, r, 0), cell_text(&rows, r, 1), joined(c->arena, &row)};
    }
    if (rows.n > LINES_SHOWN)
        v->pages.next =
            arena_printf(c->arena, "%s/errors?after=%lld", v->path, (long long)v->lines[v->n - 1].line);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    int64_t id, after = 0;
    struct import_run run;
    TRY(import_page_run(c, r, &id, &run));
    const char *asked = page_query(r, "after");
    if (asked && (!parse_int(asked, &after) || after < 0))
        after = 0;
    struct errors_view v = {
        .path = arena_printf(c->arena, "/import/%s", id_text(c->arena, import_run_noun.prefix, id)),
        .file = run.file_name};
    v.download = arena_printf(c->arena, "%s/errors.csv", v.path);
    TRY(fill_lines(c, id, after, &v));
    v.pages.from = 1;
    v.pages.to = (int64_t)v.n;
    v.pages.total = run.rows_bad;
    if (after)
        v.pages.previous = arena_printf(c->arena, "%s/errors", v.path);
    v.empty = (struct part_empty){
        .icon = "ok", .title = TR(c, "No row has errors"), .action = TR(c, "Back"), .action_href = v.path};
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 3, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Import"), "/import"};
    crumbs[1] = (struct shell_crumb){run.file_name, v.path};
    crumbs[2] = (struct shell_crumb){TR(c, "Errors"), NULL};
    r->shell->title = TR(c, "Rows with errors");
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 3;
    import_errors_inside(h, &v);
    return OK;
}

const struct page import_errors_page = {
    .path = "/import/:id/errors",
    .title = N_("Rows with errors"),
    .roles = ADMIN | OPERATIONS,
    .show = show,
};

/* ---- as a file ---- */

struct file_writer {
    struct buf *b;
    struct arena *arena;
    size_t columns;
};

static bool write_line(void *ctx, const struct value *v, size_t n)
{
    struct file_writer *w = ctx;
    struct import_row row = {0};
    (void)n;
    if (!import_cells(w->arena, v[2].s, &row))
        return false;
    csv_write_cell(w->b, arena_printf(w->arena, "%lld", (long long)v[0].i), true);
    csv_write_cell(w->b, v[1].s, false);
    for (size_t i = 0; i < w->columns; i++)
        csv_write_cell(w->b, i < row.n ? row.cells[i] : "", false);
    csv_write_end(w->b);
    arena_reset(w->arena);
    return w->b->len < FILE_BYTES;
}

static enum status write_headings(struct call *c, int64_t id, struct file_writer *w)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    struct import_columns columns;
    TRY(db_query(c->db, c->arena, &rows, "select columns from import_run where id = $1", args, 1));
    const char *json = rows.n ? cell_text(&rows, 0, 0) : NULL;
    csv_write_cell(w->b, TR(c, "Line"), true);
    csv_write_cell(w->b, TR(c, "Why"), false);
    if (json && columns_read(&columns, c->arena, json)) {
        w->columns = columns.n;
        for (size_t i = 0; i < columns.n; i++)
            csv_write_cell(w->b, columns.heading[i], false);
    }
    csv_write_end(w->b);
    return OK;
}

static enum status show_file(struct call *c, struct page_request *r, struct html *h)
{
    int64_t id;
    struct import_run run;
    TRY(import_page_run(c, r, &id, &run));
    struct file_writer w = {.b = h->b, .arena = arena_new()};
    struct value args[2] = {v_int(id), v_int(FILE_ROWS)};
    enum status s = write_headings(c, id, &w);
    if (s == OK)
        s = db_each(c->db, write_line, &w,
            "select line, error, cells from import_row where run_id = $1 and error is not null "
            "order by line limit $2",
            args, 2);
    arena_free(w.arena);
    r->file_name = arena_printf(c->arena, "errors-%s.csv", id_text(c->arena, import_run_noun.prefix, id));
    r->type = "text/csv; charset=utf-8";
    return s;
}

const struct page import_errors_file_page = {
    .path = "/import/:id/errors.csv",
    .title = N_("Rows with errors"),
    .roles = ADMIN | OPERATIONS,
    .bare = true,
    .show = show_file,
};
