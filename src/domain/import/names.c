/*
 * Who and what rows refer to. Of people, product lines and partners there are few: all their names are kept
 * while a step runs. Accounts are looked up many at a time.
 */
#include "base/id.h"
#include "base/time.h"
#include "domain/import/rows.h"

#include <stdlib.h>

/* Names are read again for a missing one, but not more often. */
#define REFRESH_US (2 * US_PER_SECOND)

struct name {
    const char *key;
    int64_t id;
};

struct names {
    const struct noun *noun;
    struct arena *arena;
    struct instant read;
    size_t n, cap;
    struct name *name; /* sorted by key */
};

static const char *const kept_sql[][2] = {
    {"person", "select coalesce(merged_into, id), name, email from person"},
    {"product_line", "select id, name, external_id from product_line"},
    {"partner", "select coalesce(merged_into, id), name, external_id from partner"}};

static const char *sql_for(const struct noun *noun)
{
    for (size_t i = 0; i < COUNT(kept_sql); i++)
        if (streq(kept_sql[i][0], noun->name))
            return kept_sql[i][1];
    return NULL;
}

bool names_keeps(const struct noun *noun)
{
    return sql_for(noun) != NULL;
}

void names_free(struct names *names)
{
    if (!names)
        return;
    arena_free(names->arena);
    free(names);
}

static int by_key(const void *a, const void *b)
{
    const struct name *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void add_name(struct names *names, int64_t id, const char *text)
{
    const char *key = text ? import_key(names->arena, text) : "";
    if (*key)
        names->name[names->n++] = (struct name){key, id};
}

/* Under its id, its name and its address or external id, each folded: "GTXPro" is "GTX Pro". */
static enum status fill(struct call *c, struct names *names)
{
    struct rows rows;
    arena_reset(names->arena);
    TRY(db_query(c->db, names->arena, &rows, sql_for(names->noun), NULL, 0));
    names->name = ARENA_ARRAY(names->arena, 3 * rows.n + 1, struct name);
    names->n = 0;
    for (size_t r = 0; r < rows.n; r++) {
        add_name(
            names, cell_int(&rows, r, 0), id_text(names->arena, names->noun->prefix, cell_int(&rows, r, 0)));
        add_name(names, cell_int(&rows, r, 0), cell_text(&rows, r, 1));
        add_name(names, cell_int(&rows, r, 0), cell_text(&rows, r, 2));
    }
    qsort(names->name, names->n, sizeof *names->name, by_key);
    names->read = c->now;
    return OK;
}

static int64_t look(const struct names *names, const char *key)
{
    size_t low = 0, high = names->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(names->name[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == names->n || !streq(names->name[low].key, key))
        return 0;
    int64_t id = names->name[low].id;
    for (; low < names->n && streq(names->name[low].key, key); low++)
        if (names->name[low].id != id)
            return NAME_SEVERAL;
    return id;
}

enum status names_find(
    struct call *c, struct import_plan *p, const struct noun *noun, const char *text, int64_t *id)
{
    size_t at = 0;
    while (at < COUNT(p->names) && p->names[at] && p->names[at]->noun != noun)
        at++;
    ASSERT(at < COUNT(p->names));
    if (!p->names[at]) {
        struct names *names = p->names[at] = xcalloc(1, sizeof *names);
        *names = (struct names){.noun = noun, .arena = arena_new()};
        TRY(fill(c, names));
    }
    struct names *names = p->names[at];
    const char *key = import_key(c->arena, text);
    *id = look(names, key);
    if (!*id && c->now.us - names->read.us > REFRESH_US) {
        TRY(fill(c, names));
        *id = look(names, key);
    }
    return OK;
}
