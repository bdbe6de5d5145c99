#include "domain/import/judge.h"

#include "base/text.h"
#include "domain/account/account.h"
#include "engine/match/match.h"

#define MAX_DEPTH 20 /* of parents, as the accounts themselves have it */

/* ---- parents that are rows of the same file ---- */

/* As accounts_find() and names_find() would find it once it is there. */
static uint64_t name_hash(struct call *c, const struct import_plan *p, const char *name)
{
    const char *key = import_key(c->arena, name);
    if (p->kind->noun == &account_noun)
        key = arena_printf(c->arena, "%s %s", key, match_name_key(c->arena, name));
    return keyset_hash(key);
}

static uint64_t id_hash(struct call *c, const char *id)
{
    return keyset_hash(arena_printf(c->arena, "=%s", id));
}

static const struct keyset_slot *find_parent(struct call *c, struct judge *j, const char *parent)
{
    const struct keyset_slot *slot = keyset_find(&j->family, id_hash(c, parent));
    return slot ? slot : keyset_find(&j->family, name_hash(c, j->plan, parent));
}

void judge_family(struct call *c, struct judge *j, const struct import_row *row)
{
    const struct import_plan *p = j->plan;
    size_t id_column = plan_column(p, "external_id"), name_column = plan_column(p, "name");
    const char *name = name_column < row->n ? text_squeeze(c->arena, row->cells[name_column]) : "";
    const char *id = id_column < row->n ? text_squeeze(c->arena, row->cells[id_column]) : "";
    size_t parent_column = p->map.column[p->parent];
    const char *parent = parent_column < row->n ? text_squeeze(c->arena, row->cells[parent_column]) : "";
    uint64_t parent_key = *parent ? name_hash(c, p, parent) : 0;
    if (*name)
        keyset_add(&j->family, name_hash(c, p, name), parent_key);
    if (*id)
        keyset_add(&j->family, id_hash(c, id), parent_key);
}

static bool makes_circle(struct call *c, struct judge *j, const struct import_row *row)
{
    const struct import_plan *p = j->plan;
    const char *name = row_text(p, row, "name"), *id = row_text(p, row, "external_id");
    uint64_t own = name ? name_hash(c, p, name) : 0, own_id = id ? id_hash(c, id) : 0;
    const struct keyset_slot *slot = find_parent(c, j, row->parent);
    for (int depth = 0; slot; depth++) {
        if (slot->key == own || slot->key == own_id || depth > MAX_DEPTH)
            return true;
        slot = slot->parent ? keyset_find(&j->family, slot->parent) : NULL;
    }
    return false;
}

static void judge_parent(struct call *c, struct judge *j, struct import_row *row)
{
    const struct import_plan *p = j->plan;
    const char *label = TR(c, p->targets[p->parent].field->label);
    if (!row->parent || !*row->parent)
        return;
    const struct keyset_slot *slot = find_parent(c, j, row->parent);
    if (row->parent_id == NAME_SEVERAL || (slot && slot->several))
        row_error(c->arena, row, label, TR(c, "several have this name; use the external id"));
    else if (!row->parent_id && !slot)
        row_error(c->arena, row, label,
            arena_printf(c->arena, TR(c, "there is no such %s"), TR(c, p->kind->noun->label)));
    else if (makes_circle(c, j, row))
        row_error(c->arena, row, label, TR(c, "would make a circle of parents"));
}

/* ---- rows ---- */

static void judge_twice(struct call *c, struct judge *j, struct import_row *row)
{
    const struct import_kind *kind = j->plan->kind;
    if (!row->key || row->error)
        return;
    bool first = kind->together || !kind->key[1] || row_text(j->plan, row, kind->key[0]);
    const char *field = first ? kind->key[0] : kind->key[1];
    if (!keyset_add(&j->keys, keyset_hash(arena_printf(c->arena, "%s=%s", field, row->key)), 0))
        row_error(c->arena, row, TR(c, noun_field(kind->noun, field)->label),
            TR(c, "stands in the file above already"));
}

/* Rows that are no records keep the error with which they were staged. */
enum status judge_rows(struct call *c, struct judge *j, struct import_row *rows, size_t n)
{
    struct import_plan *p = j->plan;
    size_t whole = 0;
    struct import_row *read = ARENA_ARRAY(c->arena, n + 1, struct import_row);
    for (size_t i = 0; i < n; i++)
        if (rows[i].n)
            read[whole++] = rows[i];
    TRY(rows_read(c, p, read, whole));
    TRY(rows_find(c, p, read, whole));
    if (p->parent != NO_COLUMN)
        TRY(rows_parents(c, p, read, whole));
    for (size_t i = 0, r = 0; i < n; i++) {
        if (rows[i].n)
            rows[i] = read[r++];
        if (rows[i].n && p->parent != NO_COLUMN)
            judge_parent(c, j, &rows[i]);
        if (rows[i].n)
            judge_twice(c, j, &rows[i]);
        *(rows[i].error ? &j->bad : &j->good) += 1;
    }
    return OK;
}

void judge_end(struct judge *j)
{
    keyset_free(&j->keys);
    keyset_free(&j->family);
}
