/* /import/:id: one run on its way, from mapping to what became of it. */
#include "base/id.h"
#include "base/text.h"
#include "domain/import/import.h"
#include "domain/import/pages.html.h"
#include "domain/import/view.h"
#include "face/derived.h"

#define PREVIEW_ROWS 20
#define SAMPLES      3

enum status import_page_run(struct call *c, struct page_request *r, int64_t *id, struct import_run *run)
{
    if (!id_parse(import_run_noun.prefix, r->param[0] ? r->param[0] : "", id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    return noun_load(c, &import_run_noun, *id, run);
}

/* ---- what was read already ---- */

struct sight {
    struct call *call;
    struct html *html;
    int64_t id;
    struct import_run run;
    const struct import_kind *kind;
    int64_t pass;
    struct import_plan *plan; /* NULL: not staged yet */
    struct import_row *rows;  /* the first */
    size_t n;
};

static enum status read_rows(struct sight *s)
{
    struct call *c = s->call;
    struct value args[2] = {v_int(s->id), v_int(PREVIEW_ROWS)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select line, cells, error from import_row where run_id = $1 order by line limit $2", args, 2));
    s->rows = ARENA_ARRAY(c->arena, rows.n + 1, struct import_row);
    for (size_t r = 0; r < rows.n; r++) {
        struct import_row *row = &s->rows[s->n++];
        row->line = cell_int(&rows, r, 0);
        row->error = cell_text(&rows, r, 2);
        if (!import_cells(c->arena, cell_text(&rows, r, 1), row))
            return BROKEN;
    }
    return OK;
}

static enum status read_plan(struct sight *s)
{
    struct call *c = s->call;
    struct value args[1] = {v_int(s->id)};
    struct rows rows;
    struct import_columns columns;
    struct import_mapping map;
    TRY(db_query(c->db, c->arena, &rows, "select columns, pass from import_run where id = $1", args, 1));
    const char *json = rows.n ? cell_text(&rows, 0, 0) : NULL;
    s->pass = rows.n ? cell_int(&rows, 0, 1) : 0;
    if (!json || !columns_read(&columns, c->arena, json))
        return OK;
    TRY(plan_new(c, s->kind, &columns, &s->plan));
    if (mapping_read(&map, c, s->plan->targets, s->plan->n_targets, &columns, s->run.mapping) != OK)
        mapping_guess(&map, c, s->plan->targets, s->plan->n_targets, &columns);
    c->problem = NULL;
    plan_map(s->plan, &map);
    return read_rows(s);
}

/* ---- mapping ---- */

static const char *samples(const struct sight *s, size_t column)
{
    struct buf b = buf_in(s->call->arena, 4096);
    size_t n = 0;
    for (size_t r = 0; r < s->n && n < SAMPLES && column != NO_COLUMN; r++) {
        const struct import_row *row = &s->rows[r];
        const char *text = column < row->n ? text_squeeze(s->call->arena, row->cells[column]) : "";
        if (!*text || utf8_length(text) > 60)
            continue;
        buf_addf(&b, "%s%s", n++ ? " · " : "", text);
    }
    return buf_str(&b);
}

static const char *column_problem(const struct sight *s, size_t target)
{
    const struct import_plan *p = s->plan;
    size_t column = p->map.column[target];
    if (column == NO_COLUMN || p->targets[target].field->kind != KIND_DATE || p->map.dates)
        return NULL;
    unsigned seen = p->columns.seen[column];
    return (seen & SEEN_ORDERED_DATE) && !columns_date_order(seen)
               ? TR(s->call, "Say below whether the day or the month comes first.")
               : NULL;
}

static bool is_needed(const struct import_kind *kind, const char *field)
{
    for (const char *const *need = kind->needs; *need; need++)
        if (streq(*need, field))
            return true;
    return false;
}

static void fill_map_line(const struct sight *s, size_t target, struct map_line_view *m)
{
    const struct import_plan *p = s->plan;
    struct arena *a = s->call->arena;
    const struct field *f = p->targets[target].field;
    struct part_option *options = ARENA_ARRAY(a, p->columns.n + 1, struct part_option);
    size_t n = 0;
    options[n++] = (struct part_option){arena_printf(a, "%s=", f->name), TR(s->call, "Not in the file")};
    m->column = (struct part_field){.id = arena_printf(a, "map-%zu", target),
        .label = TR(s->call, f->label),
        .value = options[0].value,
        .options = options};
    for (size_t i = 0; i < p->columns.n; i++) {
        const char *heading = p->columns.heading[i];
        options[n] = (struct part_option){arena_printf(a, "%s=%zu", f->name, i),
            *heading ? heading : arena_printf(a, TR(s->call, "Column %zu"), i + 1)};
        if (p->map.column[target] == i)
            m->column.value = options[n].value;
        n++;
    }
    m->column.n_options = n;
    m->samples = samples(s, p->map.column[target]);
    m->problem = column_problem(s, target);
    m->needed = is_needed(s->kind, f->name);
}

static void fill_choices(const struct sight *s, struct run_view *v)
{
    struct arena *a = s->call->arena;
    struct part_option *dates = ARENA_ARRAY(a, 3, struct part_option),
                       *decimals = ARENA_ARRAY(a, 3, struct part_option);
    dates[0] = decimals[0] = (struct part_option){"", TR(s->call, "As each column looks")};
    dates[1] = (struct part_option){"day_first", TR(s->call, "Day first: 3 April")};
    dates[2] = (struct part_option){"month_first", TR(s->call, "Month first: 4 March")};
    decimals[1] = (struct part_option){"comma", TR(s->call, "Comma: 1.234,50")};
    decimals[2] = (struct part_option){"point", TR(s->call, "Point: 1,234.50")};
    enum date_order order = s->plan->map.dates;
    v->dates = (struct part_field){.kind = PART_SELECT,
        .id = "dates",
        .name = "dates",
        .label = TR(s->call, "Dates such as 03/04/2026"),
        .value = dates[order].value,
        .options = dates,
        .n_options = 3};
    char decimal = s->plan->map.decimal;
    v->decimals = (struct part_field){.kind = PART_SELECT,
        .id = "decimals",
        .name = "decimals",
        .label = TR(s->call, "Decimals"),
        .value = decimals[decimal == ','   ? 1
                          : decimal == '.' ? 2
                                           : 0]
                     .value,
        .options = decimals,
        .n_options = 3};
}

static void fill_map(const struct sight *s, struct page_request *r, struct run_view *v)
{
    const struct import_plan *p = s->plan;
    v->map = ARENA_ARRAY(s->call->arena, p->n_targets + 1, struct map_line_view);
    for (size_t t = 0; t < p->n_targets; t++)
        fill_map_line(s, t, &v->map[v->n_map++]);
    fill_choices(s, v);
    v->lack = field_message(r, "mapping");
    if (!v->lack)
        v->lack = mapping_lack(&p->map, s->call, s->kind, p->targets, p->n_targets);
    bool keyed = plan_column(p, s->kind->key[0]) != NO_COLUMN || s->kind->key[1];
    if (!keyed && !streq(s->kind->name, "people"))
        v->note = TR(s->call, "No column is the external id: importing the file again adds its rows again.");
    v->may_map = true;
}

/* ---- preview ---- */

static const char *preview_text(const struct sight *s, const struct import_row *row, size_t target)
{
    const struct import_plan *p = s->plan;
    const struct field *f = p->targets[target].field;
    size_t column = p->map.column[target];
    const char *raw = column < row->n ? row->cells[column] : "";
    if (p->targets[target].custom || f->kind == KIND_REF)
        return raw;
    const struct noun *noun = s->kind->noun;
    size_t at = (size_t)field_find(noun->fields, noun->n_fields, f->name);
    struct row stored = {.v = ARENA_ARRAY(s->call->arena, noun->n_fields, struct value),
        .title = ARENA_ARRAY(s->call->arena, noun->n_fields, const char *)};
    for (size_t i = 0; i < noun->n_fields; i++)
        stored.v[i] = field_load(&noun->fields[i], row->record);
    bool given = row->given >> at & 1;
    return given ? value_text(s->call, s->html, noun, &stored, at) : raw;
}

static void fill_preview_row(const struct sight *s, const size_t *targets, size_t n,
    const struct import_row *row, struct preview_row_view *v)
{
    struct call *c = s->call;
    v->line = row->line;
    v->error = row->error;
    v->what = row->error ? TR(c, "Error") : row->id ? TR(c, "Updates") : TR(c, "New");
    v->mark = row->error ? "no" : row->id ? "review" : "new";
    v->cells = ARENA_ARRAY(c->arena, n + 1, struct preview_cell_view);
    for (size_t k = 0; k < n; k++) {
        enum field_kind kind = s->plan->targets[targets[k]].field->kind;
        v->cells[k].text = row->record ? preview_text(s, row, targets[k]) : "";
        v->cells[k].numeric = kind == KIND_MONEY || kind == KIND_INT || kind == KIND_REAL;
    }
}

static enum status fill_preview(const struct sight *s, struct run_view *v)
{
    struct call *c = s->call;
    struct import_plan *p = s->plan;
    size_t *targets = ARENA_ARRAY(c->arena, p->n_targets + 1, size_t), n = 0;
    struct import_row *read = ARENA_ARRAY(c->arena, s->n + 1, struct import_row);
    for (size_t i = 0; i < s->n; i++)
        if (s->rows[i].n)
            read[n++] = s->rows[i];
    TRY(rows_read(c, p, read, n));
    TRY(rows_find(c, p, read, n));
    v->columns = ARENA_ARRAY(c->arena, p->n_targets + 1, struct part_column);
    for (size_t t = 0; t < p->n_targets; t++) {
        enum field_kind kind = p->targets[t].field->kind;
        if (p->map.column[t] == NO_COLUMN)
            continue;
        targets[v->n_columns] = t;
        v->columns[v->n_columns++] = (struct part_column){.label = TR(c, p->targets[t].field->label),
            .numeric = kind == KIND_MONEY || kind == KIND_INT || kind == KIND_REAL};
    }
    v->rows = ARENA_ARRAY(c->arena, s->n + 1, struct preview_row_view);
    for (size_t i = 0, k = 0; i < s->n; i++) {
        struct import_row row = s->rows[i];
        if (row.n)
            row = read[k++];
        row.error = s->rows[i].error; /* as the whole file was judged */
        fill_preview_row(s, targets, v->n_columns, &row, &v->rows[v->n_rows++]);
    }
    return OK;
}

/* ---- figures ---- */

static void fill_tiles(const struct sight *s, struct run_view *v)
{
    struct html *h = s->html;
    struct call *c = s->call;
    const struct import_run *run = &s->run;
    bool applied = run->rows_applied || streq(run->state, "applying") || streq(run->state, "done");
    v->tiles[v->n_tiles++] = (struct part_tile){.label = TR(c, "Rows"), .value = fmt_int(h, run->rows_total)};
    v->tiles[v->n_tiles++] = (struct part_tile){.label = TR(c, "Good"), .value = fmt_int(h, run->rows_good)};
    v->tiles[v->n_tiles++] = (struct part_tile){.label = TR(c, "With errors"),
        .value = fmt_int(h, run->rows_bad),
        .href = run->rows_bad ? arena_printf(c->arena, "%s/errors", v->path) : NULL};
    if (applied)
        v->tiles[v->n_tiles++] = (struct part_tile){.label = TR(c, "Imported"),
            .value = fmt_int(h, run->rows_applied),
            .below = arena_printf(c->arena, TR(c, "%s new, %s changed"), fmt_int(h, run->rows_made),
                fmt_int(h, run->rows_changed))};
}

static void fill_progress(const struct sight *s, struct run_view *v)
{
    struct call *c = s->call;
    struct html *h = s->html;
    const struct import_run *run = &s->run;
    int64_t done = 0, total = 0;
    if (streq(run->state, "staging")) {
        v->progress =
            arena_printf(c->arena, TR(c, "Reading the file: %s rows so far."), fmt_int(h, run->rows_total));
    } else if (streq(run->state, "checking")) {
        done = run->rows_good + run->rows_bad;
        total = run->rows_total;
        v->progress =
            arena_printf(c->arena, TR(c, "Checked %s of %s rows."), fmt_int(h, done), fmt_int(h, total));
    } else {
        done = run->rows_applied;
        total = run->rows_good;
        v->progress = s->pass ? TR(c, "All rows are written; linking each to its parent.")
                              : arena_printf(c->arena, TR(c, "Imported %s of %s rows."), fmt_int(h, done),
                                    fmt_int(h, total));
    }
    v->percent = total ? (int)(done * 100 / total) : -1;
}

/* "Import 8,800 opportunities". */
static const char *apply_label(const struct sight *s)
{
    struct call *c = s->call;
    const char *rows = fmt_int(s->html, s->run.rows_good);
    if (!s->run.rows_good)
        return NULL;
    if (s->run.rows_bad)
        return arena_printf(c->arena, TR(c, "Import the %s good rows"), rows);
    const char *deed = TR(c, s->kind->deed), *at = strstr(deed, "{n}");
    return at ? arena_printf(c->arena, "%.*s%s%s", (int)(at - deed), deed, rows, at + 3) : deed;
}

/* ---- the page ---- */

static bool is(const struct sight *s, const char *state)
{
    return streq(s->run.state, state);
}

static enum status fill(const struct sight *s, struct page_request *r, struct run_view *v)
{
    struct call *c = s->call;
    const struct state *state = noun_state(&import_run_noun, s->run.state);
    const char *id = id_text(c->arena, import_run_noun.prefix, s->id);
    v->csrf = r->csrf;
    v->path = arena_printf(c->arena, "/import/%s", id);
    v->action = arena_printf(c->arena, "/imports/%s", id);
    v->file = s->run.file_name;
    v->kind = TR(c, s->kind->label);
    v->state = TR(c, state->label);
    v->mark = state->mark;
    v->message = s->run.message;
    v->problem = r->problem ? r->problem->detail : NULL;
    v->running = is(s, "staging") || is(s, "checking") || is(s, "applying");
    v->may_cancel = v->running || is(s, "staged") || is(s, "checked");
    v->ready = is(s, "checked");
    v->good = s->run.rows_good;
    v->bad = s->run.rows_bad;
    v->apply = v->ready ? apply_label(s) : NULL;
    if (is(s, "done"))
        v->records = arena_printf(c->arena, "/%s", s->kind->noun->plural);
    fill_tiles(s, v);
    fill_progress(s, v);
    if (s->plan && (is(s, "staged") || is(s, "checked")))
        fill_map(s, r, v);
    return s->plan && is(s, "checked") ? fill_preview(s, v) : OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct sight s = {.call = c, .html = h};
    struct run_view v = {0};
    TRY(import_page_run(c, r, &s.id, &s.run));
    s.kind = import_kind_find(s.run.kind);
    if (!s.kind)
        return call_refuse(c, PROBLEM_not_found, NULL);
    enum status status = read_plan(&s);
    if (status == OK)
        status = fill(&s, r, &v);
    plan_free(s.plan);
    TRY(status);
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Import"), "/import"};
    crumbs[1] = (struct shell_crumb){s.run.file_name, NULL};
    r->shell->title = s.run.file_name;
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    import_run_page_inside(h, &v);
    return OK;
}

const struct page import_run_page = {
    .path = "/import/:id",
    .title = N_("Import"),
    .roles = ADMIN | OPERATIONS,
    .show = show,
};
