#include "domain/import/rows.h"

#include "base/text.h"
#include "domain/account/account.h"
#include "model/sql.h"

#include <stdlib.h>

/* ---- the plan ---- */

enum status plan_new(struct call *c, const struct import_kind *kind, const struct import_columns *columns,
    struct import_plan **out)
{
    struct import_plan *p = *out = ARENA_NEW(c->arena, struct import_plan);
    p->kind = kind;
    p->columns = *columns;
    p->parent = NO_COLUMN;
    country_names_begin(c, p);
    return import_targets(c, kind, &p->targets, &p->n_targets);
}

void plan_map(struct import_plan *p, const struct import_mapping *map)
{
    p->map = *map;
    p->parent = NO_COLUMN;
    for (size_t t = 0; t < p->n_targets; t++)
        if (map->column[t] != NO_COLUMN && streq(p->targets[t].field->name, p->kind->parent))
            p->parent = t;
}

void plan_free(struct import_plan *p)
{
    for (size_t i = 0; p && i < COUNT(p->names); i++)
        names_free(p->names[i]);
}

size_t plan_column(const struct import_plan *p, const char *field)
{
    for (size_t t = 0; t < p->n_targets; t++)
        if (streq(p->targets[t].field->name, field))
            return p->map.column[t];
    return NO_COLUMN;
}

void row_error(struct arena *a, struct import_row *row, const char *label, const char *message)
{
    row->error = row->error ? arena_printf(a, "%s; %s: %s", row->error, label, message)
                            : arena_printf(a, "%s: %s", label, message);
}

/* ---- cells ---- */

bool import_cells(struct arena *a, const char *json, struct import_row *row)
{
    const char *error;
    json_t *cells = json_read(a, json, strlen(json), &error);
    if (!json_is_array(cells))
        return false;
    row->n = json_array_size(cells);
    row->cells = ARENA_ARRAY(a, row->n + 1, char *);
    for (size_t i = 0; i < row->n; i++) {
        const char *text = json_string_value(json_array_get(cells, i));
        row->cells[i] = (char *)(uintptr_t)(text ? text : "");
    }
    return true;
}

static const char *text_in(const struct import_plan *p, const struct import_row *row, size_t target)
{
    size_t column = p->map.column[target];
    return column < row->n ? row->cells[column] : "";
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r\n")] == 0;
}

static uint64_t bit_of(const struct import_plan *p, size_t target)
{
    return p->targets[target].custom ? 0 : noun_bit(p->kind->noun, p->targets[target].field->name);
}

static const char *currency_of(struct call *c, struct import_plan *p, const struct import_row *row)
{
    struct value v;
    for (size_t t = 0; t < p->n_targets; t++)
        if (p->map.column[t] != NO_COLUMN && p->targets[t].field->form == FORM_CURRENCY &&
            p->targets[t].field->kind == KIND_TEXT && !cell_value(c, p, t, text_in(p, row, t), NULL, &v))
            return v.kind == VALUE_TEXT ? v.s : NULL;
    return NULL;
}

static void wrong(
    struct call *c, const struct import_plan *p, struct import_row *row, size_t target, const char *message)
{
    row_error(c->arena, row, TR(c, p->targets[target].field->label), message);
    row->wrong |= bit_of(p, target);
}

/* An empty cell leaves what is needed as it is. */
static void store(const struct import_plan *p, struct import_row *row, size_t target, const struct value *v)
{
    const struct import_target *t = &p->targets[target];
    bool keeps = v->kind == VALUE_NULL && (t->field->required || t->field->kind == KIND_BOOL);
    if (t->custom && !keeps) {
        row->custom[row->n_custom++] = (struct custom_input){t->custom, *v};
    } else if (!t->custom && !keeps) {
        field_store(t->field, row->record, v);
        row->given |= bit_of(p, target);
    }
}

static void read_target(
    struct call *c, struct import_plan *p, struct import_row *row, size_t target, const char *currency)
{
    struct value v;
    const char *message = cell_value(c, p, target, text_in(p, row, target), currency, &v);
    if (message)
        wrong(c, p, row, target, message);
    else
        store(p, row, target, &v);
}

static void read_cells(struct call *c, struct import_plan *p, struct import_row *row)
{
    const struct noun *noun = p->kind->noun;
    struct value none = v_null();
    row->error = row->read_error = NULL;
    row->given = row->wrong = 0;
    row->n_custom = 0;
    row->custom = ARENA_ARRAY(c->arena, p->n_targets + 1, struct custom_input);
    row->record = arena_calloc(c->arena, 1, noun->size);
    for (size_t i = 0; i < noun->n_fields; i++)
        field_store(&noun->fields[i], row->record, &none);
    if (row->n > p->columns.n)
        row_error(c->arena, row, TR(c, N_("Line")),
            arena_printf(c->arena, TR(c, "has %zu cells, the heading has %zu"), row->n, p->columns.n));
    const char *currency = currency_of(c, p, row);
    for (size_t t = 0; t < p->n_targets; t++)
        if (p->map.column[t] != NO_COLUMN && p->targets[t].field->kind != KIND_REF)
            read_target(c, p, row, t, currency);
}

/* ---- references ---- */

static void take_reference(
    struct call *c, struct import_plan *p, struct import_row *row, size_t target, int64_t id)
{
    const struct field *f = p->targets[target].field;
    const struct noun *noun = model_noun(c->model, f->ref);
    bool blank = is_blank(text_in(p, row, target));
    struct value v = v_ref(blank || id < 0 ? 0 : id);
    if (blank || id > 0)
        store(p, row, target, &v);
    else if (id == NAME_SEVERAL)
        wrong(c, p, row, target, TR(c, "several have this name; use the external id"));
    else
        wrong(c, p, row, target, arena_printf(c->arena, TR(c, "there is no such %s"), TR(c, noun->label)));
}

static enum status read_kept(
    struct call *c, struct import_plan *p, size_t target, struct import_row *rows, size_t n)
{
    const struct noun *noun = model_noun(c->model, p->targets[target].field->ref);
    for (size_t i = 0; i < n; i++) {
        int64_t id = 0;
        if (!is_blank(text_in(p, &rows[i], target)))
            TRY(names_find(c, p, noun, text_in(p, &rows[i], target), &id));
        take_reference(c, p, &rows[i], target, id);
    }
    return OK;
}

static enum status read_accounts(
    struct call *c, struct import_plan *p, size_t target, struct import_row *rows, size_t n)
{
    struct reference *refs = ARENA_ARRAY(c->arena, n + 1, struct reference);
    for (size_t i = 0; i < n; i++)
        refs[i].text = text_squeeze(c->arena, text_in(p, &rows[i], target));
    TRY(accounts_find(c, refs, n));
    for (size_t i = 0; i < n; i++)
        take_reference(c, p, &rows[i], target, refs[i].id);
    return OK;
}

static enum status read_references(struct call *c, struct import_plan *p, struct import_row *rows, size_t n)
{
    for (size_t t = 0; t < p->n_targets; t++) {
        const struct field *f = p->targets[t].field;
        if (p->map.column[t] == NO_COLUMN || f->kind != KIND_REF || t == p->parent)
            continue;
        if (names_keeps(model_noun(c->model, f->ref)))
            TRY(read_kept(c, p, t, rows, n));
        else
            TRY(read_accounts(c, p, t, rows, n));
    }
    for (size_t i = 0; i < n && p->parent != NO_COLUMN; i++)
        rows[i].parent = text_squeeze(c->arena, text_in(p, &rows[i], p->parent));
    return OK;
}

enum status rows_parents(struct call *c, struct import_plan *p, struct import_row *rows, size_t n)
{
    struct reference *refs = ARENA_ARRAY(c->arena, n + 1, struct reference);
    for (size_t i = 0; i < n; i++)
        refs[i].text = rows[i].parent ? rows[i].parent : "";
    if (names_keeps(p->kind->noun)) {
        for (size_t i = 0; i < n; i++)
            if (*refs[i].text)
                TRY(names_find(c, p, p->kind->noun, refs[i].text, &refs[i].id));
    } else {
        TRY(accounts_find(c, refs, n));
    }
    for (size_t i = 0; i < n; i++)
        rows[i].parent_id = refs[i].id;
    return OK;
}

/* ---- reading ---- */

const char *row_text(const struct import_plan *p, const struct import_row *row, const char *field)
{
    const struct field *f = field ? noun_field(p->kind->noun, field) : NULL;
    struct value v = f ? field_load(f, row->record) : v_null();
    return v.kind == VALUE_TEXT ? v.s : NULL;
}

static void set_key(struct call *c, const struct import_plan *p, struct import_row *row)
{
    const struct noun *noun = p->kind->noun;
    if (p->kind->together) {
        struct buf b = buf_in(c->arena, 4096);
        for (size_t k = 0; k < COUNT(p->kind->key) && p->kind->key[k]; k++) {
            struct value v = field_load(noun_field(noun, p->kind->key[k]), row->record);
            if (v.kind == VALUE_TEXT)
                buf_addf(&b, "%s ", v.s);
            else
                buf_addf(&b, "%lld ", (long long)v.i);
        }
        row->key = buf_str(&b);
        return;
    }
    row->key = row_text(p, row, p->kind->key[0]);
    if (!row->key)
        row->key = row_text(p, row, p->kind->key[1]);
}

enum status rows_read(struct call *c, struct import_plan *p, struct import_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        read_cells(c, p, &rows[i]);
    TRY(read_references(c, p, rows, n));
    for (size_t i = 0; i < n; i++) {
        if (p->kind->complete)
            p->kind->complete(c, p, &rows[i]);
        set_key(c, p, &rows[i]);
        rows[i].read_error = rows[i].error;
    }
    return OK;
}
