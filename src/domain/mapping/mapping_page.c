/* /mapping: one's own lists against those that are shared, as a matrix of counts, and a form for another
 * list. */
#include "domain/mapping/mapping_page.h"
#include "base/id.h"
#include "domain/mapping/mapping_page.html.h"
#include "face/derived.h"

#include <inttypes.h>

#define LISTS_SHOWN  50
#define COUNTS_SHOWN 200

static const char *kind_label(struct call *c, const char *kind)
{
    for (const struct option *o = population_kinds; o->key; o++)
        if (streq(o->key, kind))
            return TR(c, o->label);
    return kind;
}

static enum status fill_lines(struct call *c, struct html *h, struct mapping_view *v, struct list *lists)
{
    struct list_query q = {.limit = LISTS_SHOWN};
    TRY(noun_list(c, &population_noun, &q, lists));
    v->lines = ARENA_ARRAY(c->arena, lists->n + 1, struct mapping_line);
    for (size_t i = 0; i < lists->n; i++) {
        struct population p;
        const struct state *state = row_state(&population_noun, &lists->rows[i]);
        row_record(&population_noun, &lists->rows[i], &p);
        const char *href = arena_printf(
            c->arena, "/populations/%s", id_text(c->arena, population_noun.prefix, lists->rows[i].id));
        bool rests = verb_starts(&population_upload, &lists->rows[i]);
        v->lines[v->n_lines++] = (struct mapping_line){.name = p.name,
            .href = href,
            .kind = kind_label(c, p.kind),
            .mark = state->mark,
            .state = TR(c, state->label),
            .rows = fmt_int(h, p.row_count),
            .upload = v->may && rests && streq(p.source, "file") ? arena_printf(c->arena, "%s/upload", href)
                                                                 : NULL};
        v->running = v->running || !rests;
    }
    return OK;
}

/* The column of that list; a new one where there is none yet. */
static size_t column_of(struct call *c, struct mapping_view *v, const struct overlap_count *k)
{
    for (size_t i = 0; i < v->n_columns; i++)
        if (streq(v->columns[i].with, k->with_name) && streq(v->columns[i].list, k->with_population))
            return i;
    v->columns[v->n_columns] =
        (struct mapping_column){k->with_name, k->with_population, kind_label(c, k->with_kind)};
    return v->n_columns++;
}

static enum status fill_cells(
    struct call *c, struct html *h, struct mapping_view *v, const struct list *lists)
{
    struct list_query q = {.limit = COUNTS_SHOWN};
    struct list counts;
    int matches = field_find(overlap_count_noun.fields, overlap_count_noun.n_fields, "matches");
    TRY(noun_list(c, &overlap_count_noun, &q, &counts));
    v->columns = ARENA_ARRAY(c->arena, counts.n + 1, struct mapping_column);
    for (size_t i = 0; i < lists->n; i++)
        v->lines[i].cells = ARENA_ARRAY(c->arena, counts.n + 1, struct mapping_cell);
    for (size_t k = 0; k < counts.n; k++) {
        struct overlap_count count;
        row_record(&overlap_count_noun, &counts.rows[k], &count);
        size_t column = column_of(c, v, &count);
        const char *href = arena_printf(
            c->arena, "/overlap-counts/%s", id_text(c->arena, overlap_count_noun.prefix, counts.rows[k].id));
        for (size_t i = 0; i < lists->n; i++)
            if (lists->rows[i].id == count.population_id.id)
                v->lines[i].cells[column] = (struct mapping_cell){.there = true,
                    .count = counts.rows[k].v[matches].kind == VALUE_NULL ? NULL : fmt_int(h, count.matches),
                    .href = href,
                    .look = streq(count.level, "fields") ? arena_printf(c->arena, "%s/look", href) : NULL};
    }
    return OK;
}

static struct part_field choice(
    struct call *c, struct page_request *r, const char *name, const char *label, const struct option *options)
{
    struct part_field f = {.kind = PART_SELECT, .id = name, .name = name, .label = label, .required = true};
    struct part_option *o = ARENA_ARRAY(c->arena, 8, struct part_option);
    f.options = o;
    for (; options->key; options++)
        o[f.n_options++] = (struct part_option){options->key, TR(c, options->label)};
    f.value = given_text(r, name);
    f.error = field_message(r, name);
    return f;
}

static void fill_form(struct call *c, struct page_request *r, struct mapping_view *v)
{
    v->name = (struct part_field){.kind = PART_TEXT,
        .id = "name",
        .name = "name",
        .label = TR(c, "List"),
        .value = given_text(r, "name"),
        .error = field_message(r, "name"),
        .required = true};
    v->kind = choice(c, r, "kind", TR(c, "Kind"), population_kinds);
    v->source = choice(c, r, "source", TR(c, "Source"), population_sources);
    v->file = (struct part_field){.kind = PART_FILE,
        .id = "file",
        .name = "file",
        .label = TR(c, "CSV file"),
        .hint = TR(c, "Name, website, country, city, owner, stage; found by their headings."),
        .error = field_message(r, "file"),
        .optional = true};
    v->fields[0] = &v->name;
    v->fields[1] = &v->kind;
    v->fields[2] = &v->source;
    v->fields[3] = &v->file;
    if (r->problem)
        v->problem = r->problem->detail ? r->problem->detail : "";
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct mapping_view v = {.csrf = r->csrf, .may = verb_allowed(&population_create, c->viewer)};
    struct list lists;
    v.lead = TR(c,
        "Your lists against those that are shared with you. Nobody sees a list before its owner shares it, "
        "and the owner sees who looks at rows.");
    TRY(fill_lines(c, h, &v, &lists));
    TRY(fill_cells(c, h, &v, &lists));
    fill_form(c, r, &v);
    v.empty = (struct part_empty){.icon = "list",
        .title = TR(c, "No list yet"),
        .text = TR(c, "Bring your customers, open opportunities or target accounts; then share the list.")};
    r->shell->refresh = v.running ? 3 : 0;
    mapping_whole(h, &v);
    return OK;
}

const struct page mapping_page = {.path = "/mapping",
    .title = N_("Account mapping"),
    .roles = MAPPING_READERS,
    .nav = N_("Sell"),
    .icon = "board",
    .show = show};
