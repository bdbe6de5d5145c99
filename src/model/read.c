/* Reading nouns: every statement carries the viewer's scope, and columns that he may not see stay null. */
#include "base/id.h"
#include "base/text.h"
#include "model/custom.h"
#include "model/search.h"
#include "model/sql.h"

#define FIXED_COLUMNS 4 /* id, version, created, updated */

bool field_visible(const struct field *f, const struct viewer *viewer)
{
    if (f->secret)
        return false;
    return viewer->role == ROLE_SYSTEM || (f->see & role_audience(viewer->role));
}

#define ALL_FIELDS UINT64_MAX

/* A field that is read: one of MASK that the viewer may see. */
static bool is_read(const struct call *c, const struct noun *noun, size_t i, uint64_t mask)
{
    return (mask >> i & 1) && field_visible(&noun->fields[i], c->viewer);
}

static void select_columns(struct sql *s, const struct call *c, const struct noun *noun, uint64_t mask)
{
    sql_put(s, "select t.id, t.version, t.created, t.updated");
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (is_read(c, noun, i, mask))
            sql_put2(s, ", t.", f->name);
        else
            sql_put(s, ", null");
    }
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (f->kind != KIND_REF || !is_read(c, noun, i, mask))
            continue;
        const struct noun *to = model_noun(c->model, f->ref);
        sql_put2(s, ", (select r.", to->title);
        sql_put2(s, " from ", to->name);
        sql_put2(s, " r where r.id = t.", f->name);
        sql_put(s, " and ");
        sql_scope(s, c, to, "r");
        sql_put(s, ")");
    }
    sql_put2(s, " from ", noun->name);
    sql_put(s, " t where ");
    sql_scope(s, c, noun, "t");
}

static void take_row(const struct call *c, const struct noun *noun, const struct rows *rows, size_t r,
    uint64_t mask, struct row *out)
{
    out->id = cell_int(rows, r, 0);
    out->version = cell_int(rows, r, 1);
    out->created.us = cell_int(rows, r, 2);
    out->updated.us = cell_int(rows, r, 3);
    out->v = (struct value *)(uintptr_t)cell(rows, r, FIXED_COLUMNS);
    out->title = ARENA_ARRAY(c->arena, noun->n_fields, const char *);
    size_t column = FIXED_COLUMNS + noun->n_fields;
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].kind == KIND_REF && is_read(c, noun, i, mask))
            out->title[i] = cell_text(rows, r, column++);
    int title = field_find(noun->fields, noun->n_fields, noun->title);
    out->name = out->v[title].kind == VALUE_TEXT ? out->v[title].s : out->title[title];
}

/* The custom fields of the noun that the viewer sees, and their values of some rows. */
#define CUSTOM_ROWS 50
struct custom_look {
    struct custom_field **fields;
    size_t n_fields; /* 0: there is nothing to ask */
    struct db_query query;
};

/* Of one row or up to CUSTOM_ROWS; a fixed number of placeholders, so that the statement is kept. */
static void ask_custom(
    struct call *c, const struct noun *noun, const int64_t *ids, size_t n, struct custom_look *l)
{
    struct sql *s = sql_new(c);
    sql_add(s, "select row_id, field_id, text, num from custom_value where noun = ");
    sql_arg(s, v_text(noun->name));
    sql_add(s, " and row_id in (");
    for (size_t i = 0; i < (n == 1 ? 1 : CUSTOM_ROWS); i++) {
        sql_put(s, i ? ", " : "");
        sql_arg(s, v_int(ids[i < n ? i : n - 1]));
    }
    sql_add(s, ")");
    l->query = (struct db_query){.sql = sql_text(s), .args = s->args, .n_args = s->n};
}

static struct value custom_value(const struct custom_field *f, const struct rows *rows, size_t r)
{
    const struct value *num = cell(rows, r, 3);
    bool whole = f->kind == KIND_INT || f->kind == KIND_BOOL || f->kind == KIND_DATE;
    if (num->kind == VALUE_NULL)
        return *cell(rows, r, 2);
    return whole && num->kind == VALUE_REAL ? v_int((int64_t)num->r) : *num;
}

static void take_custom(struct call *c, const struct custom_look *l, struct row *rows, size_t n)
{
    const struct rows *values = &l->query.rows;
    for (size_t i = 0; i < n; i++)
        rows[i].custom = ARENA_ARRAY(c->arena, l->n_fields, struct value);
    for (size_t v = 0; v < values->n; v++)
        for (size_t i = 0; i < n; i++)
            for (size_t f = 0; f < l->n_fields; f++)
                if (rows[i].id == cell_int(values, v, 0) && l->fields[f]->id == cell_int(values, v, 1))
                    rows[i].custom[f] = custom_value(l->fields[f], values, v);
}

static enum status find_custom(struct call *c, const struct noun *noun, struct custom_look *out)
{
    *out = (struct custom_look){0};
    return noun->custom ? custom_fields(c, noun, &out->fields, &out->n_fields) : OK;
}

static enum status load_custom(struct call *c, const struct noun *noun, struct row *rows, size_t n)
{
    struct custom_look l;
    int64_t ids[CUSTOM_ROWS];
    TRY(find_custom(c, noun, &l));
    for (size_t at = 0; l.n_fields && at < n; at += CUSTOM_ROWS) {
        size_t some = n - at < CUSTOM_ROWS ? n - at : CUSTOM_ROWS;
        for (size_t i = 0; i < some; i++)
            ids[i] = rows[at + i].id;
        ask_custom(c, noun, ids, some, &l);
        TRY(db_query_many(c->db, c->arena, &l.query, 1));
        take_custom(c, &l, rows + at, some);
    }
    return OK;
}

enum status noun_get(struct call *c, const struct noun *noun, int64_t id, struct row *out)
{
    struct sql *s = sql_new(c);
    struct custom_look l;
    struct rows rows;
    TRY(find_custom(c, noun, &l));
    if (l.n_fields) {
        ask_custom(c, noun, &id, 1, &l);
        TRY(db_ask(c->db, c->arena, &l.query));
    }
    select_columns(s, c, noun, ALL_FIELDS);
    sql_add(s, " and t.id = ");
    sql_arg(s, v_int(id));
    TRY(db_query(c->db, c->arena, &rows, sql_text(s), s->args, s->n));
    if (!rows.n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    *out = (struct row){0};
    take_row(c, noun, &rows, 0, ALL_FIELDS, out);
    if (l.n_fields)
        take_custom(c, &l, out, 1);
    return OK;
}

#define CHAIN_MAX 20 /* merged into one that was merged into one ... */

/* Which row it was merged into is the vendor's affair; that it leads there is not. */
static enum status merged_into(struct call *c, const struct noun *noun, int64_t id, int64_t *into)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        arena_printf(c->arena, "select %s from %s where id = $1", noun->merged, noun->name), args, 1));
    *into = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

enum status noun_survivor(struct call *c, const struct noun *noun, const struct row *row, int64_t *id)
{
    int64_t into = row->id;
    *id = 0;
    for (int i = 0; noun->merged && into && i < CHAIN_MAX; i++) {
        TRY(merged_into(c, noun, into, &into));
        *id = into ? into : *id;
    }
    return OK;
}

void row_record(const struct noun *noun, const struct row *row, void *record)
{
    for (size_t i = 0; i < noun->n_fields; i++)
        field_store(&noun->fields[i], record, &row->v[i]);
}

const char *row_title(const struct noun *noun, const struct row *row, const char *field)
{
    int at = field_find(noun->fields, noun->n_fields, field);
    if (at < 0)
        BUG("%s has no field %s", noun->name, field);
    return row->title[at];
}

enum status noun_load(struct call *c, const struct noun *noun, int64_t id, void *record)
{
    struct row row = {0};
    TRY(noun_get(c, noun, id, &row));
    row_record(noun, &row, record);
    return OK;
}

enum status noun_get_whole(struct call *c, const struct noun *noun, int64_t id, struct row *out)
{
    const struct viewer *viewer = c->viewer;
    c->viewer = &system_viewer;
    enum status s = noun_get(c, noun, id, out);
    c->viewer = viewer;
    return s;
}

enum status noun_load_whole(struct call *c, const struct noun *noun, int64_t id, void *record)
{
    struct row row = {0};
    TRY(noun_get_whole(c, noun, id, &row));
    row_record(noun, &row, record);
    return OK;
}

/* ---- lists ---- */

/* What the list is sorted by: the row's creation, or an indexed field. */
struct order {
    const char *column;
    const struct field *field; /* NULL: created */
    bool down, nullable;
};

static enum status find_order(struct call *c, const struct noun *noun, const char *sort, struct order *out)
{
    if (!sort || !*sort)
        sort = noun->order;
    *out = (struct order){.down = *sort == '-'};
    const char *name = sort + out->down;
    if (streq(name, "created")) {
        out->column = "t.created";
        return OK;
    }
    const struct field *f = noun_field(noun, name);
    if (!f || !f->sort || !field_visible(f, c->viewer))
        return call_field(c, "sort", TR(c, "this list cannot be sorted by that"));
    out->field = f;
    out->column = arena_printf(c->arena, "t.%s", f->name);
    out->nullable = !f->required;
    return OK;
}

/* Cursor: "<id>.<value>", the value with its kind's letter. It names a position, so it need not be secret. */
static const char *cursor_make(
    struct call *c, const struct noun *noun, const struct order *o, const struct row *row)
{
    struct value v = o->field ? row->v[o->field - noun->fields] : v_int(row->created.us);
    switch (v.kind) {
    case VALUE_INT: return arena_printf(c->arena, "%lld.i%lld", (long long)row->id, (long long)v.i);
    case VALUE_REAL: return arena_printf(c->arena, "%lld.r%.17g", (long long)row->id, v.r);
    case VALUE_TEXT: return arena_printf(c->arena, "%lld.s%s", (long long)row->id, v.s);
    default: return arena_printf(c->arena, "%lld.n", (long long)row->id);
    }
}

static bool cursor_read(struct call *c, const char *text, int64_t *id, struct value *v)
{
    const char *dot = strchr(text, '.');
    int64_t i;
    double r;
    if (!dot || !parse_int(arena_strndup(c->arena, text, (size_t)(dot - text)), id))
        return false;
    switch (dot[1]) {
    case 'i':
        if (!parse_int(dot + 2, &i))
            return false;
        *v = v_int(i);
        return true;
    case 'r':
        if (!parse_real(dot + 2, &r))
            return false;
        *v = v_real(r);
        return true;
    case 's': *v = v_text(dot + 2); return true;
    case 'n': *v = v_null(); return dot[2] == 0;
    default: return false;
    }
}

/* Whether a column of that order can hold the value. */
static bool fits(const struct order *o, const struct value *v)
{
    if (v->kind == VALUE_NULL)
        return o->nullable;
    if (!o->field)
        return v->kind == VALUE_INT;
    switch (o->field->kind) {
    case KIND_TEXT: return v->kind == VALUE_TEXT;
    case KIND_REAL: return v->kind == VALUE_REAL || v->kind == VALUE_INT;
    default: return v->kind == VALUE_INT;
    }
}

static enum status add_after(struct call *c, struct sql *s, const struct order *o, const char *after)
{
    int64_t id;
    struct value v;
    if (!cursor_read(c, after, &id, &v) || !fits(o, &v))
        return call_field(c, "after", TR(c, "this is no cursor of this list"));
    const char *op = o->down ? "<" : ">";
    if (v.kind == VALUE_NULL) {
        sql_add(s, " and %s is null and t.id %s ", o->column, op);
        sql_arg(s, v_int(id));
        return OK;
    }
    sql_add(s, " and (%s(%s, t.id) %s (", o->nullable ? "(" : "", o->column, op);
    sql_arg(s, v);
    sql_add(s, ", ");
    sql_arg(s, v_int(id));
    sql_add(s, o->nullable ? ")) or %s is null)" : "))", o->column);
    return OK;
}

static void add_order(struct sql *s, const struct order *o)
{
    const char *way = o->down ? "desc" : "asc";
    sql_add(s, " order by %s %s%s, t.id %s", o->column, way, o->nullable ? " nulls last" : "", way);
}

/* What was asked for, what names the row, and what the cursor is made of. */
static uint64_t fields_read(const struct noun *noun, const struct list_query *q, const struct order *o)
{
    if (!q->fields)
        return ALL_FIELDS;
    uint64_t mask = q->fields | noun_bit(noun, noun->title);
    return o->field ? mask | UINT64_C(1) << (o->field - noun->fields) : mask;
}

enum status list_rows(struct call *c, const struct noun *noun, const struct list_query *q, struct list *out)
{
    struct order order;
    *out = (struct list){0};
    size_t limit = q->limit ? q->limit : 50;
    enum status ordered = find_order(c, noun, q->sort, &order);
    struct sql *s = sql_new(c);
    uint64_t mask = fields_read(noun, q, &order);
    select_columns(s, c, noun, mask);
    TRY(sql_where(c, s, noun, q));
    TRY(ordered); /* after the filters: all that is wrong at once */
    if (q->after && *q->after)
        TRY(add_after(c, s, &order, q->after));
    add_order(s, &order);
    sql_add(s, " limit ");
    sql_arg(s, v_int((int64_t)limit + 1));
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, sql_text(s), s->args, s->n));
    out->n = rows.n > limit ? limit : rows.n;
    out->rows = ARENA_ARRAY(c->arena, out->n, struct row);
    for (size_t i = 0; i < out->n; i++)
        take_row(c, noun, &rows, i, mask, &out->rows[i]);
    if (rows.n > limit)
        out->next = cursor_make(c, noun, &order, &out->rows[out->n - 1]);
    return load_custom(c, noun, out->rows, out->n);
}

enum status list_cursor(struct call *c, const struct noun *noun, const struct list_query *q,
    const struct row *row, const char **out)
{
    struct order order;
    TRY(find_order(c, noun, q->sort, &order));
    *out = cursor_make(c, noun, &order, row);
    return OK;
}

enum status noun_count(
    struct call *c, const struct noun *noun, const struct list_query *q, int64_t cap, int64_t *out)
{
    struct sql *s = sql_new(c);
    sql_add(s, "select count(*) from (select 1 as one from %s t where ", noun->name);
    sql_scope(s, c, noun, "t");
    TRY(sql_where(c, s, noun, q));
    sql_add(s, " limit ");
    sql_arg(s, v_int(cap + 1));
    sql_add(s, ") counted");
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, sql_text(s), s->args, s->n));
    *out = cell_int(&rows, 0, 0);
    return OK;
}
