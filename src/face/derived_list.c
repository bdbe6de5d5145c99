/*
 * The list of a noun: its address, what stands around its rows, and the whole of it as a file. Rows and
 * columns are derived_table.c, filters derived_filters.c.
 */
#include "base/id.h"
#include "face/columns.h"
#include "face/derived_list.html.h"
#include "face/derived_view.h"
#include "model/custom.h"

/* The bar's buttons; what makes something comes with a plus, the first of that is the primary one. */
static void fill_actions(struct call *c, struct page_request *r, const struct noun *noun, struct list_view *v)
{
    struct shell_action *actions = ARENA_ARRAY(c->arena, 6, struct shell_action);
    size_t n = 0;
    for (size_t i = 0; c->model->verbs[i] && n < 6; i++) {
        const struct verb *verb = c->model->verbs[i];
        if (verb->noun != noun || verb->on != ON_COLLECTION || verb->hidden || verb->partial ||
            !verb_allowed(verb, c->viewer))
            continue;
        bool makes = verb->primary || streq(verb->name, "create"), main = makes && n == 0;
        actions[n++] = (struct shell_action){.label = TR(c, verb->label),
            .href = arena_printf(c->arena, "/%s/%s", noun->plural, verb->name),
            .icon = makes ? "plus" : NULL,
            .primary = main,
            .key = main ? "c" : NULL};
    }
    r->shell->actions = actions;
    r->shell->n_actions = n;
    v->empty = (struct part_empty){.icon = noun->icon,
        .title = v->filtered || (v->search && *v->search) ? TR(c, "Nothing fits") : TR(c, "Nothing here yet"),
        .text = v->filtered || (v->search && *v->search) ? TR(c, "Take a filter away or search for less.")
                                                         : TR(c, noun->summary),
        .action = n && actions[0].primary ? actions[0].label : NULL,
        .action_href = n && actions[0].primary ? actions[0].href : NULL};
}

/* What can be done with many of the rows */
static void fill_bulk(struct call *c, const struct noun *noun, struct list_view *v)
{
    v->bulk.action = arena_printf(c->arena, "/%s/bulk", noun->plural);
    v->bulk.acts = ARENA_ARRAY(c->arena, BULK_ACTS, struct bulk_act_view);
    for (size_t i = 0; c->model->verbs[i] && v->bulk.n < BULK_ACTS; i++) {
        const struct verb *verb = c->model->verbs[i];
        if (verb->noun == noun && verb->bulk && verb_allowed(verb, c->viewer))
            v->bulk.acts[v->bulk.n++] = (struct bulk_act_view){verb->name, TR(c, verb->label)};
    }
}

#define VIEWS 20

/* The saved views of the list that the viewer sees, by the noun that the domain declares for them. */
static enum status fill_views(
    struct call *c, const struct page_request *r, const struct noun *noun, struct list_view *v)
{
    const struct noun *saved = model_noun(c->model, "saved_view");
    struct list_query q = {.filters = {{"list", "is", noun->plural}, {"state", "is", "kept"}},
        .n_filters = 2,
        .sort = "-created",
        .limit = VIEWS};
    struct list list;
    if (!saved || !noun_readable(saved, c->viewer))
        return OK;
    TRY(noun_list(c, saved, &q, &list));
    v->here = list_href(c, r, noun, "after", NULL);
    v->query = v->here[strcspn(v->here, "?")] ? strchr(v->here, '?') + 1 : "";
    v->plural = noun->plural;
    v->csrf = r->csrf;
    v->views = ARENA_ARRAY(c->arena, list.n + 1, struct kept_view);
    int query = field_find(saved->fields, saved->n_fields, "query");
    int owner = field_find(saved->fields, saved->n_fields, "owner_id");
    for (size_t i = 0; i < list.n; i++) {
        const struct row *row = &list.rows[i];
        const char *kept = row->v[query].kind == VALUE_TEXT ? row->v[query].s : "";
        v->views[v->n_views++] = (struct kept_view){.name = row->name,
            .href = arena_printf(c->arena, "/%s%s%s", noun->plural, *kept ? "?" : "", kept),
            .path = row->v[owner].i == c->viewer->person_id ? arena_printf(c->arena, "/%s/%s", saved->plural,
                                                                  id_text(c->arena, saved->prefix, row->id))
                                                            : NULL,
            .current = streq(kept, v->query)};
    }
    return OK;
}

static void fill_exports(
    struct call *c, const struct page_request *r, const struct noun *noun, struct list_view *v)
{
    const char *query = list_href(c, r, noun, "after", NULL) + strlen(r->path);
    for (size_t i = 0; i < COUNT(v->exports) && export_kinds[i].name; i++)
        v->exports[i] = (struct export_link){TR(c, export_kinds[i].label),
            arena_printf(c->arena, "/%s.%s%s", noun->plural, export_kinds[i].name, query)};
}

enum status list_view_load(struct call *c, struct page_request *r, const struct noun *noun,
    struct list_query *q, struct list *list, struct list_view *v)
{
    return list_view_load_few(c, r, noun, 0, q, list, v);
}

enum status list_view_load_few(struct call *c, struct page_request *r, const struct noun *noun, size_t limit,
    struct list_query *q, struct list *list, struct list_view *v)
{
    list_query_read(c, r, noun, q);
    q->limit = limit;
    TRY(noun_list(c, noun, q, list));
    *v = (struct list_view){.title = TR(c, noun->labels),
        .summary = TR(c, noun->summary),
        .path = r->path,
        .asked_columns = page_query(r, "columns"),
        .asked_sort = page_query(r, "sort")};
    fill_exports(c, r, noun, v);
    bool searchable = false;
    for (size_t i = 0; i < noun->n_fields; i++)
        searchable |= noun->fields[i].search && (noun->fields[i].see & role_audience(c->viewer->role));
    v->search = searchable ? q->search ? q->search : "" : NULL;
    list_filters_fill(c, r, noun, v);
    fill_actions(c, r, noun, v);
    fill_bulk(c, noun, v);
    TRY(fill_views(c, r, noun, v));
    v->next = list->next ? list_href(c, r, noun, "after", list->next) : NULL;
    v->first = q->after && *q->after ? list_href(c, r, noun, "after", NULL) : NULL;
    r->shell->title = v->title;
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = v->title;
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    return OK;
}

enum status derived_list(struct call *c, struct page_request *r, struct html *h, const struct noun *noun)
{
    struct list_query q;
    struct list list;
    struct list_view v;
    struct list_columns columns;
    TRY(list_view_load(c, r, noun, &q, &list, &v));
    TRY(list_columns_read(c, noun, NULL, page_query(r, "columns"), &columns));
    list_table_fill(c, r, h, noun, &list, &columns, &v);
    derived_list_page(h, &v);
    return OK;
}

/* ---- the whole list as a file ---- */

enum status derived_export(
    struct call *c, struct page_request *r, const struct noun *noun, const struct export_kind *kind)
{
    struct list_query q;
    struct answer_file f;
    struct list_columns columns;
    list_query_read(c, r, noun, &q);
    TRY(list_columns_read(c, noun, NULL, page_query(r, "columns"), &columns));
    TRY(export_file(c, noun, &q, kind, columns.own ? &columns : NULL, &f));
    r->file_name = f.name;
    r->file_path = f.path;
    r->type = f.type;
    return OK;
}
