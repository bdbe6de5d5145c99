/*
 * /mapping: others' lists against one's own as a matrix of counts; one's own lists with who may see what of
 * them; who looked; a form for another list.
 */
#include "domain/mapping/mapping_page.h"
#include "base/id.h"
#include "domain/mapping/mapping_page.html.h"
#include "domain/mapping/private.h"
#include "domain/mapping/share_view.h"
#include "face/derived.h"

#include <stdlib.h>

#define LISTS_SHOWN  12 /* of one's own; more have no place beside each other */
#define COUNTS_SHOWN 200
#define LOOKS_SHOWN  8
#define RUNS_SHOWN   5

/* ---- one's own lists ---- */

static const char *left_out(struct call *c, struct html *h, const struct population *p)
{
    const char *keyless = p->keyless ? arena_printf(c->arena, TR(c, "%s without name and domain"),
                                           fmt_int(h, p->keyless))
                                     : NULL,
               *doubled =
                   p->doubled ? arena_printf(c->arena, TR(c, "%s twice"), fmt_int(h, p->doubled)) : NULL;
    if (!keyless || !doubled)
        return keyless ? keyless : doubled;
    return arena_printf(c->arena, "%s, %s", keyless, doubled);
}

static struct list_card list_card(
    struct call *c, struct html *h, struct mapping_view *v, const struct row *row)
{
    struct population p;
    const struct state *state = row_state(&population_noun, row);
    const char *href =
        arena_printf(c->arena, "/populations/%s", id_text(c->arena, population_noun.prefix, row->id));
    bool rests = verb_starts(&population_upload, row);
    row_record(&population_noun, row, &p);
    v->running = v->running || !rests;
    return (struct list_card){.name = p.name,
        .href = href,
        .kind = option_label(call_lang(c), population_kinds, p.kind),
        .mark = state->mark,
        .state = TR(c, state->label),
        .rows = arena_printf(
            c->arena, trn(call_lang(c), "%s company", "%s companies", p.row_count), fmt_int(h, p.row_count)),
        .left_out = left_out(c, h, &p),
        .message = p.message,
        .matched = p.matched,
        .share = v->may ? arena_printf(c->arena, "%s/grant", href) : NULL,
        .upload =
            v->may && rests && streq(p.source, "file") ? arena_printf(c->arena, "%s/upload", href) : NULL};
}

static enum status fill_lists(struct call *c, struct html *h, struct mapping_view *v, struct list *lists)
{
    struct list_query q = {.limit = LISTS_SHOWN};
    TRY(noun_list(c, &population_noun, &q, lists));
    v->lists = ARENA_ARRAY(c->arena, lists->n + 1, struct list_card);
    for (size_t i = 0; i < lists->n; i++) {
        struct list_card *l = &v->lists[v->n_lists++];
        *l = list_card(c, h, v, &lists->rows[i]);
        TRY(shares_read(c, lists->rows[i].id, &l->shares, &l->n_shares));
    }
    return OK;
}

/* ---- the matrix ---- */

static struct mapping_company *company_of(struct mapping_view *v, const char *name)
{
    for (size_t i = 0; i < v->n_companies; i++)
        if (streq(v->companies[i].name, name))
            return &v->companies[i];
    v->companies[v->n_companies] = (struct mapping_company){.name = name};
    return &v->companies[v->n_companies++];
}

static struct mapping_line *line_of(
    struct call *c, struct mapping_view *v, struct mapping_company *g, const struct overlap_count *k)
{
    for (size_t i = 0; i < g->n; i++)
        if (streq(g->lines[i].list, k->with_population))
            return &g->lines[i];
    struct mapping_line *more = ARENA_ARRAY(c->arena, g->n + 1, struct mapping_line);
    if (g->n)
        memcpy(more, g->lines, g->n * sizeof *more);
    g->lines = more;
    more[g->n] = (struct mapping_line){.list = k->with_population,
        .kind = option_label(call_lang(c), population_kinds, k->with_kind),
        .cells = ARENA_ARRAY(c->arena, v->n_lists + 1, struct mapping_cell)};
    return &more[g->n++];
}

static struct mapping_cell cell_of(struct call *c, struct html *h, const struct row *row,
    const struct overlap_count *k, int64_t own_rows, bool looks)
{
    int matches = field_find(overlap_count_noun.fields, overlap_count_noun.n_fields, "matches");
    const char *href =
        arena_printf(c->arena, "/overlap-counts/%s", id_text(c->arena, overlap_count_noun.prefix, row->id));
    bool rows = streq(k->level, "fields");
    return (struct mapping_cell){.there = true,
        .count = row->v[matches].kind == VALUE_NULL ? NULL : fmt_int(h, k->matches),
        .href = href,
        .look = rows && !looks ? arena_printf(c->arena, "%s/look", href) : NULL,
        .counts_only = !rows,
        .percent = own_rows > 0 ? (int)(k->matches * 100 / own_rows) : 0,
        .share = own_rows > 0 ? fmt_percent(h, (double)k->matches / (double)own_rows, 0) : NULL};
}

static int by_count(const void *x, const void *y)
{
    const struct mapping_company *a = x, *b = y;
    if (a->best != b->best)
        return a->best > b->best ? -1 : 1;
    return strcmp(a->name, b->name);
}

static enum status add_count(
    struct call *c, struct html *h, struct mapping_view *v, const struct list *lists, const struct row *row)
{
    struct overlap_count k;
    bool looks;
    row_record(&overlap_count_noun, row, &k);
    TRY(mapping_looks_at(c, row->id, &looks));
    for (size_t i = 0; i < lists->n; i++) {
        struct population p;
        if (lists->rows[i].id != k.population_id.id)
            continue;
        row_record(&population_noun, &lists->rows[i], &p);
        struct mapping_company *g = company_of(v, k.with_name);
        line_of(c, v, g, &k)->cells[i] = cell_of(c, h, row, &k, p.row_count, looks);
        g->best = k.matches > g->best ? k.matches : g->best;
    }
    return OK;
}

static enum status fill_matrix(
    struct call *c, struct html *h, struct mapping_view *v, const struct list *lists)
{
    struct list_query q = {.limit = COUNTS_SHOWN};
    struct list counts;
    TRY(noun_list(c, &overlap_count_noun, &q, &counts));
    v->more = counts.next != NULL;
    v->companies = ARENA_ARRAY(c->arena, counts.n + 1, struct mapping_company);
    for (size_t k = 0; k < counts.n; k++)
        TRY(add_count(c, h, v, lists, &counts.rows[k]));
    if (v->n_companies)
        qsort(v->companies, v->n_companies, sizeof *v->companies, by_count);
    return OK;
}

/* ---- who looked ---- */

static enum status fill_looks(struct call *c, struct html *h, struct mapping_view *v)
{
    struct list_query q = {.limit = LOOKS_SHOWN,
        .where = "coalesce(t.owner_partner_id, 0) = $1",
        .where_args = {v_int(c->viewer->partner_id)},
        .n_where_args = 1};
    struct list looks;
    TRY(noun_list(c, &mapping_look_noun, &q, &looks));
    v->looks = ARENA_ARRAY(c->arena, looks.n + 1, struct look_view);
    for (size_t i = 0; i < looks.n; i++) {
        struct mapping_look k;
        row_record(&mapping_look_noun, &looks.rows[i], &k);
        v->looks[v->n_looks++] = (struct look_view){.who = k.who,
            .what = k.what,
            .count = fmt_int(h, k.matches),
            .at = looks.rows[i].created,
            .exported = streq(k.kind, "export")};
    }
    return OK;
}

/* ---- private mappings ---- */

static enum status fill_runs(struct call *c, struct html *h, struct mapping_view *v)
{
    struct list_query q = {.limit = RUNS_SHOWN};
    struct list list;
    TRY(noun_list(c, &private_run_noun, &q, &list));
    v->runs = ARENA_ARRAY(c->arena, list.n + 1, struct private_view);
    for (size_t i = 0; i < list.n; i++) {
        struct private_run k;
        const struct row *row = &list.rows[i];
        const struct state *state = row_state(&private_run_noun, row);
        row_record(&private_run_noun, row, &k);
        const char *id = id_text(c->arena, private_run_noun.prefix, row->id),
                   *with = c->viewer->partner_id ? c->catalog->vendor
                                                 : row_title(&private_run_noun, row, "partner_id");
        v->runs[v->n_runs++] = (struct private_view){.name = k.name,
            .href = arena_printf(c->arena, "/private-runs/%s", id),
            /* Runs of before counts could be unknown have 0 where nothing was counted. */
            .sub = k.matches != INT_NONE && k.other_keys > 0
                       ? arena_printf(c->arena, TR(c, "with %s, %s in common"), with, fmt_int(h, k.matches))
                       : arena_printf(c->arena, TR(c, "with %s"), with),
            .mark = state->mark,
            .state = TR(c, state->label),
            .command =
                streq(k.state, "open") && !private_run_owns(c, &k) ? private_run_command(c, row->id) : NULL};
    }
    return OK;
}

/* ---- another list ---- */

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

static void fill_empty(struct call *c, struct mapping_view *v)
{
    if (!v->n_lists)
        v->empty = (struct part_empty){.icon = "list",
            .title = TR(c, "No list yet"),
            .text = v->may
                        ? TR(c, "Bring your customers, open opportunities or target accounts as a file, or "
                                "let Tandem fill the list from what it knows. Nobody else sees it before you "
                                "share it.")
                        : TR(c, "Your administrator brings lists and shares them.")};
    else
        v->empty = (struct part_empty){.icon = "swap",
            .title = TR(c, "Nothing is shared with you yet"),
            .text =
                TR(c, "As soon as another side shares a list with you, you see here how many companies are "
                      "on both. Share yours, and ask for theirs.")};
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct mapping_view v = {.csrf = r->csrf, .may = verb_allowed(&population_create, c->viewer)};
    struct list lists;
    v.lead = TR(c, "Your lists laid over those that are shared with you. Each number opens its companies.");
    TRY(fill_lists(c, h, &v, &lists));
    TRY(fill_matrix(c, h, &v, &lists));
    TRY(fill_looks(c, h, &v));
    TRY(fill_runs(c, h, &v));
    fill_form(c, r, &v);
    fill_empty(c, &v);
    r->shell->refresh = v.running ? 3 : 0;
    mapping_whole(h, &v);
    return OK;
}

const struct page mapping_page = {.path = "/mapping",
    .title = N_("Account mapping"),
    .roles = MAPPING_READERS,
    .nav = N_("Sell"),
    .icon = "swap",
    .show = show};
