/* What rows still say stays in the lists of the next version. */
#include "base/buf.h"
#include "domain/programme/programme.h"

#define MAX_TOLD 60

struct use {
    const char *key;
    int64_t rows;
};
struct uses {
    struct use items[MAX_TOLD];
    size_t n;
};

static void count(struct uses *uses, const char *key, int64_t rows)
{
    size_t i = 0;
    while (i < uses->n && !streq(uses->items[i].key, key))
        i++;
    if (i == MAX_TOLD)
        return;
    if (i == uses->n)
        uses->items[uses->n++] = (struct use){.key = key};
    uses->items[i].rows += rows;
}

/* A queue is used by what waits in it; what was decided keeps its name as history. */
static const char *used_where(struct call *c, const struct noun *noun, const struct field *f)
{
    struct buf b = buf_in(c->arena, 4096);
    buf_addf(&b, "%s is not null", f->name);
    if (streq(f->list, "queues") && noun->states) {
        buf_adds(&b, " and state in (''");
        for (const struct state *s = noun->states; s->key; s++)
            if (streq(s->mark, "review"))
                buf_addf(&b, ", '%s'", s->key);
        buf_adds(&b, ")");
    }
    return buf_str(&b);
}

/* One key, or a set of them with commas around. */
static void count_members(
    struct call *c, struct uses *uses, const struct catalog_list *list, const char *keys, int64_t rows)
{
    while (*keys) {
        size_t n = strcspn(keys, ",");
        const char *key = arena_strndup(c->arena, keys, n);
        if (*key && !catalog_item(list, key))
            count(uses, key, rows);
        keys += n + (keys[n] != 0);
    }
}

static enum status check_field(
    struct call *c, const struct noun *noun, const struct field *f, const struct catalog_list *list)
{
    struct uses uses = {.n = 0};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        arena_printf(c->arena, "select %s, count(*) from %s where %s group by %s", f->name, noun->name,
            used_where(c, noun, f), f->name),
        NULL, 0));
    for (size_t r = 0; r < rows.n; r++)
        count_members(c, &uses, list, cell_string(&rows, r, 0), cell_int(&rows, r, 1));
    for (size_t i = 0; i < uses.n; i++)
        (void)call_field(c, arena_printf(c->arena, "%s[%s]", f->list, uses.items[i].key),
            arena_printf(c->arena, TR(c, "is still in use (%s: %lld); keep it, or change those first"),
                TR(c, noun->labels), (long long)uses.items[i].rows));
    return OK;
}

enum status programme_keeps_used(struct call *c, const struct catalog *next)
{
    for (const struct noun *const *noun = c->model->nouns; *noun; noun++)
        for (size_t i = 0; i < (*noun)->n_fields; i++) {
            const struct field *f = &(*noun)->fields[i];
            if (f->list && (f->form == FORM_CHOICE || f->form == FORM_SET))
                TRY(check_field(c, *noun, f, catalog_find(next, f->list)));
        }
    return c->problem ? REFUSED : OK;
}
