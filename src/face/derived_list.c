#include "base/id.h"
#include "base/text.h"
#include "face/columns.h"
#include "face/derived_form.html.h"
#include "face/derived_list.html.h"
#include "face/derived_view.h"
#include "model/custom.h"

#include <stdlib.h>

static void add_parameter(struct buf *b, size_t *n, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_addc(b, (*n)++ ? '&' : '?');
    buf_add_url(b, name);
    buf_addc(b, '=');
    buf_add_url(b, value);
}

const char *list_href(struct call *c, const struct page_request *r, const struct noun *noun, const char *name,
    const char *value)
{
    struct buf b = buf_in(c->arena, 8192);
    struct custom_field **custom = NULL;
    size_t n = 0, n_custom = 0;
    buf_adds(&b, r->path);
    static const char *const fixed[] = {"search", "sort", "after", "from", "until", "columns"};
    for (size_t i = 0; i < noun->n_fields + COUNT(fixed); i++) {
        const char *key = i < COUNT(fixed) ? fixed[i] : noun->fields[i - COUNT(fixed)].name;
        add_parameter(&b, &n, key,
            streq(key, name)      ? value
            : streq(key, "after") ? NULL
                                  : page_query(r, key));
    }
    if (noun->custom && custom_fields(c, noun, &custom, &n_custom) == OK)
        for (size_t i = 0; i < n_custom; i++) {
            const char *key = custom[i]->field.name;
            add_parameter(&b, &n, key, streq(key, name) ? value : page_query(r, key));
        }
    return buf_str(&b);
}

/* The days between which rows were made, ?from=2026-10-01&until=2026-12-31, in the programme's zone. */
static void read_days(struct call *c, const struct page_request *r, struct list_query *q)
{
    const char *from = page_query(r, "from"), *until = page_query(r, "until");
    struct date d;
    if (from && date_parse(from, &d))
        q->filters[q->n_filters++] = (struct filter){
            "created", "at_least", instant_iso(c->arena, instant_in(c->catalog->zone, d, 0, 0, 0))};
    if (until && date_parse(until, &d))
        q->filters[q->n_filters++] = (struct filter){"created", "below",
            instant_iso(c->arena, instant_in(c->catalog->zone, (struct date){d.days + 1}, 0, 0, 0))};
}

void list_query_read(
    struct call *c, const struct page_request *r, const struct noun *noun, struct list_query *q)
{
    *q = (struct list_query){
        .sort = page_query(r, "sort"), .after = page_query(r, "after"), .search = page_query(r, "search")};
    read_days(c, r, q);
    for (size_t i = 0; i < noun->n_fields && q->n_filters < COUNT(q->filters); i++) {
        const char *v = noun->fields[i].filter ? page_query(r, noun->fields[i].name) : NULL;
        if (v && *v)
            q->filters[q->n_filters++] =
                (struct filter){noun->fields[i].name, strchr(v, ',') ? "in" : "is", v};
    }
    struct custom_field **custom;
    size_t n;
    if (!noun->custom || custom_fields(c, noun, &custom, &n) != OK)
        return;
    for (size_t i = 0; i < n && q->n_filters < COUNT(q->filters); i++) {
        const char *v = page_query(r, custom[i]->field.name);
        if (v && *v)
            q->filters[q->n_filters++] = (struct filter){custom[i]->field.name, "is", v};
    }
}

/* Narrow screens keep the title, the state and one more; the others stand below the title. */
static const char *hide_class(const struct list_column *column, size_t position)
{
    if (position == 0 || streq(column->name, "state"))
        return NULL;
    if (column->of == COLUMN_CUSTOM)
        return "hide-mid";
    return column->of == COLUMN_CREATED ? "hide-tab"
           : position <= 2              ? "hide-phone"
           : position <= 4              ? "hide-tab"
                                        : "hide-mid";
}

struct part_column list_column(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct field *f, const char *hide)
{
    const char *sort = page_query(r, "sort");
    if (!sort)
        sort = noun->order;
    bool down = *sort == '-', here = streq(sort + down, f->name);
    return (struct part_column){.label = TR(c, f->label),
        .numeric = f->kind == KIND_MONEY || f->kind == KIND_INT || f->kind == KIND_REAL,
        .is_count = f->kind == KIND_INT || f->kind == KIND_REAL,
        .hide = hide,
        .sort = !here  ? PART_UNSORTED
                : down ? PART_DESCENDING
                       : PART_ASCENDING,
        .href = f->sort ? list_href(c, r, noun, "sort",
                              here && !down ? arena_printf(c->arena, "-%s", f->name) : f->name)
                        : NULL};
}

static struct cell_view cell_of(struct call *c, struct html *h, const struct noun *noun,
    const struct row *row, size_t i, const char *hide)
{
    const struct field *f = &noun->fields[i];
    struct cell_view v = {.text = value_text(c, h, noun, row, i),
        .numeric = f->kind == KIND_MONEY || f->kind == KIND_INT || f->kind == KIND_REAL,
        .day = f->kind == KIND_DATE,
        .hide = hide};
    const struct state *state = streq(f->name, "state") ? row_state(noun, row) : NULL;
    if (state) {
        v.mark = state->mark;
        v.text = TR(c, state->label);
    } else if (f->kind == KIND_REF && row->title[i] && row->v[i].kind == VALUE_INT) {
        const struct noun *to = model_noun(c->model, f->ref);
        v.href = noun_readable(to, c->viewer) ? arena_printf(c->arena, "/%s/%s", to->plural,
                                                    id_text(c->arena, to->prefix, row->v[i].i))
                                              : NULL;
    }
    return v;
}

/* A heading by what the column is. */
static struct part_column heading(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct list_column *k, size_t at)
{
    const char *hide = hide_class(k, at);
    if (k->of == COLUMN_FIELD)
        return list_column(c, r, noun, k->field, hide);
    return (struct part_column){.label = k->label,
        .hide = hide,
        .sort = k->of == COLUMN_CREATED && streq(noun->order, "-created") ? PART_DESCENDING : PART_UNSORTED};
}

static struct cell_view column_cell(struct call *c, struct html *h, const struct noun *noun,
    const struct row *row, const struct list_column *k, const char *hide)
{
    if (k->of == COLUMN_FIELD)
        return cell_of(c, h, noun, row, k->index, hide);
    if (k->of == COLUMN_CREATED)
        return (struct cell_view){.text = fmt_ago(h, row->created), .hide = hide};
    return (struct cell_view){
        .text = row->custom ? custom_text(c, h, k->custom, &row->custom[k->index]) : FMT_NONE, .hide = hide};
}

/* What stands below the title on a narrow screen has no heading there: a bare number gets its own. */
static const char *below_title(
    struct call *c, const struct list_view *v, const struct row_view *row, size_t k)
{
    const struct part_column *column = &v->columns[k];
    return column->is_count ? arena_printf(c->arena, "%s: %s", column->label, row->cells[k].text)
                            : row->cells[k].text;
}

static void fill_rows(struct call *c, struct page_request *r, struct html *h, const struct noun *noun,
    const struct list *list, const struct list_columns *columns, struct list_view *v)
{
    v->columns = ARENA_ARRAY(c->arena, columns->n, struct part_column);
    v->n_columns = columns->n;
    for (size_t k = 0; k < columns->n; k++)
        v->columns[k] = heading(c, r, noun, &columns->chosen[k], k);
    v->rows = ARENA_ARRAY(c->arena, list->n, struct row_view);
    v->n_rows = list->n;
    for (size_t i = 0; i < list->n; i++) {
        const struct row *row = &list->rows[i];
        struct row_view *out = &v->rows[i];
        out->id = id_text(c->arena, noun->prefix, row->id);
        out->href = arena_printf(c->arena, "/%s/%s", noun->plural, out->id);
        out->cells = ARENA_ARRAY(c->arena, v->n_columns, struct cell_view);
        for (size_t k = 0; k < columns->n; k++)
            out->cells[k] = column_cell(c, h, noun, row, &columns->chosen[k], v->columns[k].hide);
        out->cells[0].title = true;
        if (row->name)
            out->cells[0].text = name_text(c, h, noun, row);
        if (columns->n > 2)
            out->cells[0].sub =
                arena_printf(c->arena, "%s · %s", below_title(c, v, out, 1), below_title(c, v, out, 2));
    }
}

/* ---- which columns ---- */

/* The list's address with the chosen columns, but with AT earlier by one, or without it, or with MORE. */
enum arrange { EARLIER, WITHOUT, WITH };
static const char *arranged(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct list_columns *l, enum arrange how, size_t at, const char *more)
{
    struct buf b = buf_in(c->arena, 8192);
    for (size_t i = 1; i < l->n; i++) {
        size_t from = how == EARLIER && i + 1 == at ? at : how == EARLIER && i == at ? at - 1 : i;
        if (!(how == WITHOUT && i == at))
            buf_addf(&b, "%s%s", b.len ? "," : "", l->chosen[from].name);
    }
    if (how == WITH)
        buf_addf(&b, "%s%s", b.len ? "," : "", more);
    const char *href = list_href(c, r, noun, "columns", buf_str(&b));
    /* The menu stays open while one arranges; no link of the list keeps that. */
    return arena_printf(c->arena, "%s%carrange=1", href, strchr(href, '?') ? '&' : '?');
}

static bool is_chosen(const struct list_columns *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (streq(l->chosen[i].name, name))
            return true;
    return false;
}

static void fill_columns(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct list_columns *l, struct list_view *v)
{
    v->picks = ARENA_ARRAY(c->arena, l->n_all, struct pick_view);
    v->arranging = page_query(r, "arrange") != NULL;
    v->usual = l->own ? list_href(c, r, noun, "columns", NULL) : NULL;
    for (size_t i = 1; i < l->n; i++)
        v->picks[v->n_picks++] = (struct pick_view){.label = l->chosen[i].label,
            .earlier = i > 1 ? arranged(c, r, noun, l, EARLIER, i, NULL) : NULL,
            .without = l->n > 2 ? arranged(c, r, noun, l, WITHOUT, i, NULL) : NULL};
    for (size_t i = 0; i < l->n_all; i++)
        if (!is_chosen(l, l->all[i].name))
            v->picks[v->n_picks++] = (struct pick_view){
                .label = l->all[i].label, .with = arranged(c, r, noun, l, WITH, 0, l->all[i].name)};
}

/* A choice among keys, or among few rows, becomes a select with "any" first. */
static struct part_field filter_control(struct call *c, struct page_request *r, const struct field *f)
{
    struct part_field p = {.id = arena_printf(c->arena, "f-%s", f->name),
        .name = f->name,
        .label = TR(c, f->label),
        .value = page_query(r, f->name),
        .optional = false};
    if (f->kind == KIND_REF)
        ref_choices(c, f, &p, TR(c, "Any"));
    const struct catalog_list *list = f->list ? catalog_find(c->catalog, f->list) : NULL;
    if (!f->options && !list && f->kind != KIND_BOOL)
        return p;
    size_t n = 0, max = list ? list->n : 0;
    for (const struct option *k = f->options; k && k->key; k++)
        max++;
    struct part_option *o = ARENA_ARRAY(c->arena, max + 3, struct part_option);
    o[n++] = (struct part_option){"", TR(c, "Any")};
    for (const struct option *k = f->options; k && k->key; k++)
        o[n++] = (struct part_option){k->key, TR(c, k->label)};
    for (size_t i = 0; list && i < list->n; i++)
        o[n++] = (struct part_option){list->items[i].key, list->items[i].label[call_lang(c)]};
    if (f->kind == KIND_BOOL) {
        o[n++] = (struct part_option){"yes", TR(c, "Yes")};
        o[n++] = (struct part_option){"no", TR(c, "No")};
    }
    p.kind = PART_SELECT;
    p.options = o;
    p.n_options = n;
    return p;
}

/* What a filter is set to, as people read it. */
static const char *filter_label(struct call *c, const struct field *f, const char *given)
{
    const struct noun *to = f->kind == KIND_REF ? model_noun(c->model, f->ref) : NULL;
    struct buf b = buf_in(c->arena, 4096);
    struct call look = *c;
    struct row row;
    int64_t id;
    if (to)
        return id_parse(to->prefix, given, &id) && noun_get(&look, to, id, &row) == OK && row.name ? row.name
                                                                                                   : given;
    for (const char *p = given; *p; p += strcspn(p, ","), p += *p == ',')
        buf_addf(
            &b, "%s%s", b.len ? ", " : "", choice_label(c, f, arena_strndup(c->arena, p, strcspn(p, ","))));
    return buf_str(&b);
}

/* From and until, as controls and where they are set as chips. */
static void fill_days(struct call *c, struct page_request *r, const struct noun *noun, struct list_view *v)
{
    static const struct {
        const char *name, *label;
    } days[] = {{"from", N_("From")}, {"until", N_("Until")}};
    for (size_t i = 0; i < COUNT(days); i++) {
        const char *given = page_query(r, days[i].name);
        struct date d;
        v->filters[v->n_filters++] = (struct part_field){.id = arena_printf(c->arena, "f-%s", days[i].name),
            .name = days[i].name,
            .label = TR(c, days[i].label),
            .type = "date",
            .value = given ? given : ""};
        if (!given || !date_parse(given, &d))
            continue;
        v->chips[v->n_chips++] = (struct chip_view){
            TR(c, days[i].label), given, list_href(c, r, noun, days[i].name, NULL), days[i].name, given};
        v->filtered = true;
    }
}

static void fill_filters(struct call *c, struct page_request *r, const struct noun *noun, struct list_view *v)
{
    v->filters = ARENA_ARRAY(c->arena, noun->n_fields + 2, struct part_field);
    v->chips = ARENA_ARRAY(c->arena, noun->n_fields + 2, struct chip_view);
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        const char *given = page_query(r, f->name);
        if (!f->filter || !(f->see & role_audience(c->viewer->role)))
            continue;
        bool own = f->kind == KIND_REF && noun->partner_ref && streq(f->name, noun->partner_ref) &&
                   role_audience(c->viewer->role) == PARTNER; /* all of them are the viewer's partner's */
        bool choice =
            f->options || f->list || f->kind == KIND_BOOL || f->kind == KIND_REF || f->form == FORM_COUNTRY;
        struct part_field control = choice && !own ? filter_control(c, r, f) : (struct part_field){0};
        if (control.kind == PART_SELECT)
            v->filters[v->n_filters++] = control;
        if (!given || !*given)
            continue;
        v->chips[v->n_chips++] = (struct chip_view){
            TR(c, f->label), filter_label(c, f, given), list_href(c, r, noun, f->name, NULL), f->name, given};
        v->filtered = true;
    }
    fill_days(c, r, noun, v);
}

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
    fill_filters(c, r, noun, v);
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
    TRY(list_columns_read(c, noun, page_query(r, "columns"), &columns));
    fill_rows(c, r, h, noun, &list, &columns, &v);
    fill_columns(c, r, noun, &columns, &v);
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
    TRY(list_columns_read(c, noun, page_query(r, "columns"), &columns));
    TRY(export_file(c, noun, &q, kind, columns.own ? &columns : NULL, &f));
    r->file_name = f.name;
    r->file_path = f.path;
    r->type = f.type;
    return OK;
}

/* ---- search over everything ---- */

#define SEARCH_RESULTS 64

/* Whether a word of TEXT begins so. */
static bool has_beginning(struct call *c, const char *text, const char *folded)
{
    size_t n = strlen(folded);
    for (const char *p = text_fold(c->arena, text); *p; p += strcspn(p, " "), p += strspn(p, " "))
        if (strncmp(p, folded, n) == 0)
            return true;
    return false;
}

/* What the viewer can make, by the name of it. */
static void find_acts(struct call *c, const char *query, struct search_view *v)
{
    const char *folded = text_fold(c->arena, query);
    for (size_t i = 0; c->model->verbs[i] && v->n < SEARCH_RESULTS; i++) {
        const struct verb *verb = c->model->verbs[i];
        if (verb->on != ON_COLLECTION || verb->hidden || verb->session || verb->partial || verb->reads ||
            !verb_allowed(verb, c->viewer) || !has_beginning(c, TR(c, verb->label), folded))
            continue;
        v->results[v->n++] = (struct result_view){.label = TR(c, verb->label),
            .href = arena_printf(c->arena, "/%s/%s", verb->noun->plural, verb->name),
            .icon = "plus",
            .kind = TR(c, "Do")};
    }
}

enum status derived_search(struct call *c, struct page_request *r, struct html *h)
{
    struct search_view v = {.query = page_query(r, "q")};
    v.results = ARENA_ARRAY(c->arena, SEARCH_RESULTS, struct result_view);
    for (size_t i = 0; c->model->nouns[i] && v.query && *text_squeeze(c->arena, v.query); i++) {
        const struct noun *noun = c->model->nouns[i];
        bool searchable = false;
        for (size_t k = 0; k < noun->n_fields; k++)
            searchable |= noun->fields[k].search;
        if (!searchable || !noun_readable(noun, c->viewer))
            continue;
        struct list list;
        TRY(noun_find(c, noun, v.query, 6, &list));
        for (size_t k = 0; k < list.n && v.n < SEARCH_RESULTS; k++)
            v.results[v.n++] = (struct result_view){.label = list.rows[k].name,
                .href = arena_printf(
                    c->arena, "/%s/%s", noun->plural, id_text(c->arena, noun->prefix, list.rows[k].id)),
                .icon = noun->icon,
                .kind = TR(c, noun->label)};
    }
    if (v.query && *text_squeeze(c->arena, v.query))
        find_acts(c, text_squeeze(c->arena, v.query), &v);
    r->shell->title = TR(c, "Search");
    if (r->fragment)
        derived_results(h, &v);
    else
        derived_search_page(h, &v);
    return OK;
}
