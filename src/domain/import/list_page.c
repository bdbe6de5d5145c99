/* /import: the runs, and a form for the next. */
#include "base/id.h"
#include "domain/import/import.h"
#include "domain/import/pages.html.h"
#include "domain/import/view.h"

#define RUNS_SHOWN 50

static void fill_form(struct call *c, struct page_request *r, struct imports_view *v)
{
    size_t n = 0;
    struct part_option *options = ARENA_ARRAY(c->arena, v->n_kinds + 1, struct part_option);
    for (const struct import_kind *k = import_kinds; k->name; k++)
        options[n++] = (struct part_option){k->name, TR(c, k->label)};
    const char *kind = given_text(r, "kind") ? given_text(r, "kind") : page_query(r, "kind");
    v->kind = (struct part_field){.kind = PART_SELECT,
        .id = "kind",
        .name = "kind",
        .label = TR(c, "What is in it"),
        .value = kind ? kind : "accounts",
        .options = options,
        .n_options = n,
        .error = field_message(r, "kind")};
    v->file = (struct part_field){.kind = PART_FILE,
        .id = "file",
        .name = "file",
        .label = TR(c, "CSV file"),
        .hint = TR(c, "Up to 128 MB, from Excel or your CRM, with headings in the first line."),
        .error = field_message(r, "file"),
        .required = true};
    v->fields[0] = &v->kind;
    v->fields[1] = &v->file;
    if (r->problem)
        v->problem = r->problem->detail ? r->problem->detail : "";
}

static void fill_kinds(struct call *c, struct imports_view *v)
{
    for (const struct import_kind *k = import_kinds; k->name; k++)
        v->n_kinds++;
    v->kinds = ARENA_ARRAY(c->arena, v->n_kinds, struct kind_view);
    for (size_t i = 0; i < v->n_kinds; i++)
        v->kinds[i] = (struct kind_view){TR(c, import_kinds[i].label), TR(c, import_kinds[i].intro)};
}

static enum status fill_runs(struct call *c, struct html *h, struct imports_view *v)
{
    struct list list;
    struct list_query q = {.limit = RUNS_SHOWN};
    int person = field_find(import_run_noun.fields, import_run_noun.n_fields, "person_id");
    TRY(noun_list(c, &import_run_noun, &q, &list));
    v->runs = ARENA_ARRAY(c->arena, list.n + 1, struct run_line_view);
    for (size_t i = 0; i < list.n; i++) {
        struct import_run run;
        row_record(&import_run_noun, &list.rows[i], &run);
        const struct import_kind *kind = import_kind_find(run.kind);
        const struct state *state = noun_state(&import_run_noun, run.state);
        v->runs[v->n_runs++] = (struct run_line_view){
            .href = arena_printf(c->arena, "/import/%s", id_text(c->arena, "imp", list.rows[i].id)),
            .file = run.file_name,
            .kind = kind ? TR(c, kind->label) : run.kind,
            .state = TR(c, state->label),
            .mark = state->mark,
            .rows = fmt_int(h, run.rows_total),
            .bad = run.rows_bad ? fmt_int(h, run.rows_bad) : "",
            .person = list.rows[i].title[person],
            .created = list.rows[i].created};
    }
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct imports_view v = {.csrf = r->csrf};
    fill_kinds(c, &v);
    fill_form(c, r, &v);
    TRY(fill_runs(c, h, &v));
    v.empty = (struct part_empty){.icon = "save",
        .title = TR(c, "Nothing was imported yet"),
        .text = TR(c, "Export product lines, people, accounts and opportunities from your CRM as CSV, and "
                      "upload them here in that order, so that each finds what it refers to.")};
    imports_page(h, &v);
    return OK;
}

const struct page import_page = {
    .path = "/import",
    .title = N_("Import"),
    .roles = ADMIN | OPERATIONS,
    .nav = N_("Programme"),
    .icon = "save",
    .show = show,
};
