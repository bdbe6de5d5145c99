#include "domain/account/shared_keys.h"

#include "base/buf.h"

#include <stdlib.h>

#define LIST_MAX 60 /* a key that more rows share says little; its list is left out when others speak */

/*
 * Each key is asked for itself, with a limit of its own, so that a common one cannot crowd out the rare; all
 * in one statement, because on PostgreSQL a statement costs more than what it finds here. Rows: number of the
 * key, row.
 */
static const char *lists_sql(struct arena *a, const struct key_table *t, size_t asked)
{
    struct buf b = buf_in(a, 4096);
    for (size_t i = 0; i < asked; i++)
        buf_addf(&b, "%sselect %zu, %s from (select %s from %s where key = $%zu limit %d) k%zu",
            i ? " union all " : "", i, t->row, t->row, t->name, i + 1, LIST_MAX + 1, i);
    return buf_str(&b);
}

struct shared {
    int64_t id;
    double weight; /* of a key: the shorter its list, the more */
};

static int by_id(const void *a, const void *b)
{
    const struct shared *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int heavier_first(const void *a, const void *b)
{
    const struct shared *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return by_id(a, b);
}

static size_t add_up(struct shared *s, size_t n)
{
    size_t kept = 0;
    qsort(s, n, sizeof *s, by_id);
    for (size_t i = 0; i < n; i++) {
        if (kept && s[kept - 1].id == s[i].id)
            s[kept - 1].weight += s[i].weight;
        else
            s[kept++] = s[i];
    }
    qsort(s, kept, sizeof *s, heavier_first);
    return kept;
}

/* The lists of the ASKED keys that are short enough. */
static void keep_lists(struct call *c, const struct match_keys *keys, const struct rows *rows, size_t asked,
    const size_t *length, struct shared_keys *out)
{
    for (size_t i = 0; i < asked; i++) {
        if (length[i] > LIST_MAX)
            continue;
        struct key_list *l = &out->lists[out->n_lists++];
        *l = (struct key_list){keys->key[i], ARENA_ARRAY(c->arena, length[i], int64_t), 0};
        for (size_t r = 0; r < rows->n; r++)
            if (cell_int(rows, r, 0) == (int64_t)i)
                l->ids[l->n++] = cell_int(rows, r, 1);
    }
}

enum status shared_keys_read(
    struct call *c, const struct key_table *table, const struct match_keys *keys, struct shared_keys *out)
{
    struct value args[SHARED_KEYS];
    size_t asked = keys->n < SHARED_KEYS ? keys->n : SHARED_KEYS, length[SHARED_KEYS] = {0}, n = 0;
    struct rows rows;
    out->n = out->n_lists = 0;
    if (!asked)
        return OK;
    for (size_t i = 0; i < asked; i++)
        args[i] = v_text(keys->key[i]);
    TRY(db_query(c->db, c->arena, &rows, lists_sql(c->arena, table, asked), args, asked));
    for (size_t r = 0; r < rows.n; r++)
        length[cell_int(&rows, r, 0)]++;
    bool any = false;
    for (size_t i = 0; i < asked; i++)
        any |= length[i] && (length[i] <= LIST_MAX || i < keys->n_exact);
    keep_lists(c, keys, &rows, asked, length, out);
    struct shared *all = ARENA_ARRAY(c->arena, rows.n, struct shared);
    for (size_t r = 0; r < rows.n; r++) {
        size_t i = (size_t)cell_int(&rows, r, 0);
        if (!any || length[i] <= LIST_MAX || i < keys->n_exact)
            all[n++] = (struct shared){cell_int(&rows, r, 1), 1.0 / (double)length[i]};
    }
    n = add_up(all, n);
    for (out->n = 0; out->n < n && out->n < SHARED_ROWS; out->n++)
        out->ids[out->n] = all[out->n].id;
    return OK;
}

/* ---- what is known of them ---- */

struct db_query listed_query(struct arena *a, const char *select, const struct value *args, size_t n)
{
    static const size_t lengths[] = {1, 4, 12, SHARED_ROWS};
    struct buf sql = buf_in(a, 4096);
    size_t at = 0;
    ASSERT(n && n <= SHARED_ROWS);
    while (lengths[at] < n)
        at++;
    struct value *filled = ARENA_ARRAY(a, lengths[at], struct value);
    buf_addf(&sql, "%s in (", select);
    for (size_t i = 0; i < lengths[at]; i++) {
        filled[i] = args[i < n ? i : n - 1]; /* filled up with the last */
        buf_addf(&sql, "%s$%zu", i ? ", " : "", i + 1);
    }
    buf_addc(&sql, ')');
    return (struct db_query){.sql = buf_str(&sql), .args = filled, .n_args = lengths[at]};
}

struct db_query listed_ids_query(struct arena *a, const char *select, const int64_t *ids, size_t n)
{
    struct value args[SHARED_ROWS];
    for (size_t i = 0; i < n && i < SHARED_ROWS; i++)
        args[i] = v_int(ids[i]);
    return listed_query(a, select, args, n);
}

int match_result_order(const struct match_result *x, const struct match_result *y)
{
    if (x->answer != y->answer)
        return x->answer > y->answer ? -1 : 1;
    return x->score == y->score ? 0 : x->score > y->score ? -1 : 1;
}
