/* A list's rows, its columns, and the menu in which one arranges them. */
#include "base/id.h"
#include "face/columns.h"
#include "face/derived_view.h"

const char *column_hide(const struct list_column *column, size_t position)
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

struct part_column column_head(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct list_column *k, const char *hide)
{
    if (k->of == COLUMN_FIELD)
        return list_column(c, r, noun, k->field, hide);
    return (struct part_column){.label = k->label,
        .hide = hide,
        .sort = k->of == COLUMN_CREATED && streq(noun->order, "-created") ? PART_DESCENDING : PART_UNSORTED};
}

struct cell_view column_cell(struct call *c, struct html *h, const struct noun *noun, const struct row *row,
    const struct list_column *k, const char *hide)
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
        v->columns[k] = column_head(c, r, noun, &columns->chosen[k], column_hide(&columns->chosen[k], k));
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

void list_arrange_fill(struct call *c, const struct page_request *r, const struct noun *noun,
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

void list_table_fill(struct call *c, struct page_request *r, struct html *h, const struct noun *noun,
    const struct list *list, const struct list_columns *columns, struct list_view *v)
{
    fill_rows(c, r, h, noun, list, columns, v);
    list_arrange_fill(c, r, noun, columns, v);
}
