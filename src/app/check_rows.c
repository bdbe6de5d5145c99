/* Rows against their events: each is what the after-images of its events, laid over one another, make of it.
 */
#include "app/check.h"
#include "base/id.h"
#include "base/json.h"
#include "model/custom.h"

#include <inttypes.h>

#define AT_ONCE 500 /* rows looked at together */

struct rows_check {
    struct check *check;
    const struct noun *noun;
    int64_t rows;
};

static bool same(const json_t *j, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL: return !j || json_is_null(j);
    case VALUE_INT: return json_is_integer(j) && json_integer_value(j) == v->i;
    case VALUE_REAL: return json_is_number(j) && json_number_value(j) == v->r;
    default: return json_is_string(j) && streq(json_string_value(j), v->s);
    }
}

/* The row and its custom fields as its events leave them. Both are the caller's. */
struct image {
    json_t *row, *custom;
};

static void overlay(json_t *image, const json_t *part)
{
    if (part)
        json_object_update(image, (json_t *)(uintptr_t)part);
}

static enum status replay(struct rows_check *k, struct arena *a, int64_t id, const struct image *image)
{
    struct value args[2] = {v_text(k->noun->name), v_int(id)};
    struct rows rows;
    TRY(db_query(k->check->db, a, &rows,
        "select payload from event where noun = $1 and row_id = $2 order by seq", args, 2));
    for (size_t r = 0; r < rows.n; r++) {
        const char *error, *text = cell_string(&rows, r, 0);
        const json_t *payload = json_read(a, text, strlen(text), &error);
        overlay(image->row, json_object_get(payload, "after"));
        overlay(image->custom, json_object_get(payload, "custom"));
    }
    return OK;
}

static void differs(struct rows_check *k, int64_t id, const char *field)
{
    check_complain(k->check, "%s %s: %s is not what its last event says", k->noun->name,
        id_text(k->check->arena, k->noun->prefix, id), field);
}

/* Of a field that is younger than the row's events: what its migration gave to the row. */
static bool from_migration(const struct field *f, const struct value *v)
{
    if (v->kind == VALUE_TEXT)
        return streq(v->s, f->before);
    return v->kind == VALUE_NULL || (v->kind == VALUE_INT && v->i == 0);
}

static bool field_stands(const struct field *f, const json_t *image, const struct value *v)
{
    const json_t *told = json_object_get(image, f->name);
    return told ? same(told, v) : from_migration(f, v);
}

static enum status compare(struct rows_check *k, struct call *c, const struct row *row, const struct image *i)
{
    struct custom_field **custom;
    size_t n_custom = 0;
    for (size_t f = 0; f < k->noun->n_fields; f++) {
        const struct field *field = &k->noun->fields[f];
        if (!field->secret && !field->kept && !field_stands(field, i->row, &row->v[f]))
            differs(k, row->id, field->name);
    }
    if (k->noun->custom)
        TRY(custom_fields(c, k->noun, &custom, &n_custom));
    for (size_t f = 0; f < n_custom; f++)
        if (!same(json_object_get(i->custom, custom[f]->name), &row->custom[f]))
            differs(k, row->id, custom[f]->field.name);
    return OK;
}

static enum status check_row(struct rows_check *k, struct call *c, int64_t id)
{
    struct row row;
    struct image image = {json_object(), json_object()};
    enum status s = noun_get(c, k->noun, id, &row);
    if (s == OK)
        s = replay(k, c->arena, id, &image);
    if (s == OK)
        s = compare(k, c, &row, &image);
    json_decref(image.row);
    json_decref(image.custom);
    k->rows++;
    return s;
}

/* Rows that events tell of and that are there no more: nothing in Tandem takes a row out. */
static enum status check_removed(struct rows_check *k)
{
    struct value args[1] = {v_text(k->noun->name)};
    struct arena *a = k->check->arena;
    struct rows rows;
    TRY(db_query(k->check->db, a, &rows,
        arena_printf(a,
            "select distinct e.row_id from event e where e.noun = $1 and not exists "
            "(select 1 from %s t where t.id = e.row_id) order by e.row_id",
            k->noun->name),
        args, 1));
    for (size_t r = 0; r < rows.n; r++)
        check_complain(
            k->check, "%s %s is missing", k->noun->name, id_text(a, k->noun->prefix, cell_int(&rows, r, 0)));
    return OK;
}

static enum status check_some(struct rows_check *k, int64_t *after, bool *more)
{
    struct call *c = call_new(arena_new(), &tandem_model, &system_viewer, instant_now());
    struct value args[2] = {v_int(*after), v_int(AT_ONCE)};
    struct rows ids;
    c->db = k->check->db;
    enum status s = db_query(c->db, c->arena, &ids,
        arena_printf(c->arena, "select id from %s where id > $1 order by id limit $2", k->noun->name), args,
        2);
    for (size_t r = 0; s == OK && r < ids.n; r++)
        s = check_row(k, c, *after = cell_int(&ids, r, 0));
    *more = s == OK && ids.n == AT_ONCE;
    arena_free(c->arena);
    return s;
}

static bool audited(const struct noun *n)
{
    static const char *const others[] = {"decision", "import_run", "simulation", "simulation_case",
        "duplicate_search", "session", "population", "overlap", "overlap_count", "private_match"};
    for (size_t i = 0; i < COUNT(others); i++)
        if (streq(n->name, others[i]))
            return false;
    return !n->derived;
}

enum status check_rows(struct check *check)
{
    struct rows_check k = {.check = check};
    for (size_t i = 0; tandem_model.nouns[i]; i++) {
        int64_t after = 0;
        bool more = true;
        k.noun = tandem_model.nouns[i];
        while (audited(k.noun) && more)
            TRY(check_some(&k, &after, &more));
        if (audited(k.noun))
            TRY(check_removed(&k));
    }
    printf("%" PRId64 " rows compared with their events.\n", k.rows);
    return OK;
}
