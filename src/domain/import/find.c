/* Rows that are there already, and what rows need that are not. */
#include "domain/import/rows.h"
#include "model/sql.h"

#define BLOCK 50

/* What a look-up tells of a row that is there. */
struct found {
    int64_t id, parent;
    const char *key[2];
};

static struct found found_at(const struct rows *rows, size_t r, const struct import_kind *kind)
{
    struct found f = {.id = cell_int(rows, r, 0), .key = {cell_text(rows, r, 1)}};
    if (kind->key[1])
        f.key[1] = cell_text(rows, r, 2);
    if (kind->parent)
        f.parent = cell_int(rows, r, 2 + (kind->key[1] != NULL));
    return f;
}

static void take_found(struct import_row *row, const struct found *f)
{
    row->id = row->id ? NAME_SEVERAL : f->id;
    row->parent_now = f->parent;
}

/* By key K, those of the rows that WANT chose. */
static enum status find_by(struct call *c, const struct import_plan *p, size_t k, struct import_row **want,
    size_t n, bool only_without_first)
{
    const struct import_kind *kind = p->kind;
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t count = n - at < BLOCK ? n - at : BLOCK;
        struct sql *s = sql_new(c);
        struct rows rows;
        sql_add(s, "select id, %s", kind->key[0]);
        if (kind->key[1])
            sql_add(s, ", %s", kind->key[1]);
        if (kind->parent)
            sql_add(s, ", %s", kind->parent);
        sql_add(s, " from %s where %s in (", kind->noun->name, kind->key[k]);
        for (size_t i = 0; i < BLOCK; i++) {
            sql_add(s, i ? ", " : "");
            sql_arg(s, v_text(row_text(p, want[at + (i < count ? i : 0)], kind->key[k])));
        }
        sql_add(s, ")");
        if (kind->noun->merged)
            sql_add(s, " and %s is null", kind->noun->merged);
        TRY(db_query(c->db, c->arena, &rows, sql_text(s), s->args, s->n));
        for (size_t r = 0; r < rows.n; r++) {
            struct found f = found_at(&rows, r, kind);
            for (size_t i = at; i < at + count; i++) {
                bool adopts = !only_without_first || !f.key[0] || !row_text(p, want[i], kind->key[0]);
                if (adopts && streq(f.key[k], row_text(p, want[i], kind->key[k])))
                    take_found(want[i], &f);
            }
        }
    }
    return OK;
}

static enum status find_together(
    struct call *c, const struct import_plan *p, struct import_row *rows, size_t n)
{
    const struct noun *noun = p->kind->noun;
    for (size_t i = 0; i < n; i++) {
        struct sql *s = sql_new(c);
        struct rows found;
        sql_add(s, "select id from %s where ", noun->name);
        for (size_t k = 0; k < COUNT(p->kind->key) && p->kind->key[k]; k++) {
            sql_add(s, "%s%s = ", k ? " and " : "", p->kind->key[k]);
            sql_arg(s, field_load(noun_field(noun, p->kind->key[k]), rows[i].record));
        }
        TRY(db_query(c->db, c->arena, &found, sql_text(s), s->args, s->n));
        rows[i].id = found.n ? cell_int(&found, 0, 0) : 0;
    }
    return OK;
}

/* The first key finds for certain. By the second a row is found that has no first key, or is not asked for
 * it. */
static enum status find_keys(struct call *c, const struct import_plan *p, struct import_row *rows, size_t n)
{
    struct import_row **want = ARENA_ARRAY(c->arena, n + 1, struct import_row *);
    for (size_t k = 0; k < 2 && p->kind->key[k]; k++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (!rows[i].id && row_text(p, &rows[i], p->kind->key[k]))
                want[count++] = &rows[i];
        TRY(find_by(c, p, k, want, count, k > 0));
    }
    return OK;
}

/* Several of one name: with an external id it is one more, without one nobody knows which is meant. */
static void judge_several(struct call *c, const struct import_plan *p, struct import_row *row)
{
    if (row->id != NAME_SEVERAL)
        return;
    row->id = 0;
    if (!row_text(p, row, p->kind->key[0]))
        row_error(c->arena, row, TR(c, noun_field(p->kind->noun, p->kind->key[1])->label),
            TR(c, "several have this name; give the external id"));
}

static void need_fields(struct call *c, const struct import_plan *p, struct import_row *row)
{
    const struct noun *noun = p->kind->noun;
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        bool number = f->kind == KIND_INT || f->kind == KIND_REAL || f->kind == KIND_MONEY;
        struct value v = field_load(f, row->record);
        bool none = number ? !(row->given >> i & 1) : v.kind == VALUE_NULL;
        if (f->required && f->kind != KIND_BOOL && none && !(row->wrong >> i & 1))
            row_error(c->arena, row, TR(c, f->label), TR(c, "is needed"));
    }
    for (size_t t = 0; t < p->n_targets; t++) {
        const struct custom_field *custom = p->targets[t].custom;
        bool has = false;
        for (size_t i = 0; custom && i < row->n_custom; i++)
            has = has || row->custom[i].field == custom;
        if (custom && custom->required && !has)
            row_error(c->arena, row, TR(c, custom->label), TR(c, "is needed"));
    }
}

/* A name that must be the only one, and is another row's. */
static enum status check_unique(struct call *c, const struct import_plan *p, struct import_row *row)
{
    const char *name = row_text(p, row, p->kind->key[1]);
    if (!p->kind->key_unique || !name)
        return OK;
    struct value args[2] = {v_text(name), v_int(row->id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        arena_printf(
            c->arena, "select id from %s where %s = $1 and id <> $2", p->kind->noun->name, p->kind->key[1]),
        args, 2));
    if (rows.n)
        row_error(c->arena, row, TR(c, noun_field(p->kind->noun, p->kind->key[1])->label),
            TR(c, "another has this name, with another external id"));
    return OK;
}

enum status rows_find(struct call *c, const struct import_plan *p, struct import_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        rows[i].id = rows[i].parent_now = 0;
        rows[i].error = rows[i].read_error;
    }
    if (p->kind->together)
        TRY(find_together(c, p, rows, n));
    else
        TRY(find_keys(c, p, rows, n));
    for (size_t i = 0; i < n; i++) {
        judge_several(c, p, &rows[i]);
        if (!rows[i].id)
            need_fields(c, p, &rows[i]);
        if (!rows[i].id && p->kind->admit)
            p->kind->admit(c, &rows[i]);
        TRY(check_unique(c, p, &rows[i]));
    }
    return OK;
}
