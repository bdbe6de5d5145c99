/*
 * Rows meet: those of one population against all that are shared with its owner, or that it is shared with.
 * Rows that have a whole key in common are compared; what is the same company is told to each side that may
 * know.
 */
#include "domain/mapping/pairs.h"

#include "base/id.h"
#include "base/time.h"

#include <stdlib.h>

#define OF_ONE_KEY 50    /* rows of a list that share a key and are compared; more say nothing */
#define FEW        20000 /* rows are looked up one by one; more read the index once */

/* ---- which rows share a key ---- */

static struct target *find_target(const struct pairing *p, int64_t id)
{
    size_t from = 0, to = p->n_targets;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (p->target[middle].id < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from < p->n_targets && p->target[from].id == id ? &p->target[from] : NULL;
}

static void add_pair(struct pairing *p, int64_t mine, int64_t other, struct target *t)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 1024;
        p->pair = xrealloc(p->pair, p->cap, sizeof *p->pair);
    }
    p->pair[p->n++] = (struct pair){.mine = mine, .other = other, .target = t};
}

/* The rows of one key while the index is read in its order: populations ascend within it. */
struct group {
    struct pairing *p;
    int64_t hash;
    int64_t mine[OF_ONE_KEY];
    size_t n_mine, n_others;
    struct {
        struct target *target;
        int64_t row;
    } other[OF_ONE_KEY * 8];
    struct target *last;
    size_t of_last;
};

static void end_group(struct group *g)
{
    for (size_t i = 0; i < g->n_mine; i++)
        for (size_t k = 0; k < g->n_others; k++)
            add_pair(g->p, g->mine[i], g->other[k].row, g->other[k].target);
    g->n_mine = g->n_others = g->of_last = 0;
    g->last = NULL;
}

static bool take_key(void *ctx, const struct value *v, size_t n)
{
    struct group *g = ctx;
    (void)n;
    if (v[0].i != g->hash)
        end_group(g);
    g->hash = v[0].i;
    if (v[1].i == g->p->m->id) {
        if (g->n_mine < OF_ONE_KEY)
            g->mine[g->n_mine++] = v[2].i;
        return true;
    }
    struct target *t = find_target(g->p, v[1].i);
    g->of_last = t == g->last ? g->of_last + 1 : 1;
    g->last = t;
    if (t && g->of_last <= OF_ONE_KEY && g->n_others < COUNT(g->other)) {
        g->other[g->n_others].target = t;
        g->other[g->n_others++].row = v[2].i;
    }
    return true;
}

static enum status scan_keys(struct pairing *p)
{
    struct group g = {.p = p};
    TRY(db_each(p->m->w->db, take_key, &g,
        "select hash, population_id, row_id from population_key order by hash, population_id, row_id", NULL,
        0));
    end_group(&g);
    return OK;
}

static enum status look_up(struct pairing *p, struct arena *a, int64_t id)
{
    struct mapping_work *m = p->m;
    struct value args[1] = {v_int(id)};
    int64_t keys[MEMBER_KEYS];
    struct rows rows;
    TRY(db_query(m->w->db, a, &rows, "select " MEMBER_COLUMNS " from population_row where id = $1", args, 1));
    if (!rows.n)
        return OK;
    struct member mine = member_read(a, rows.cells);
    size_t n = member_keys(member_record(a, &mine), keys);
    struct db_query q[MEMBER_KEYS];
    struct value hash[MEMBER_KEYS];
    for (size_t i = 0; i < n; i++) {
        hash[i] = v_int(keys[i]);
        q[i] = (struct db_query){"select population_id, row_id from population_key where hash = $1 "
                                 "order by population_id, row_id",
            &hash[i], 1, {0}};
    }
    TRY(db_query_many(m->w->db, a, q, n));
    for (size_t i = 0; i < n; i++) {
        size_t of_one = 0;
        for (size_t r = 0; r < q[i].rows.n; r++) {
            struct target *t = find_target(p, cell_int(&q[i].rows, r, 0));
            bool same = r && cell_int(&q[i].rows, r, 0) == cell_int(&q[i].rows, r - 1, 0);
            of_one = same ? of_one + 1 : 1;
            if (t && of_one <= OF_ONE_KEY)
                add_pair(p, id, cell_int(&q[i].rows, r, 1), t);
        }
    }
    return OK;
}

static enum status look_up_all(struct pairing *p)
{
    struct arena *a = arena_new();
    enum status s = OK;
    for (size_t i = 0; i < p->n_changed && s == OK; i++) {
        s = look_up(p, a, p->changed[i]);
        arena_reset(a);
    }
    arena_free(a);
    return s;
}

static bool take_id(void *ctx, const struct value *v, size_t n)
{
    struct pairing *p = ctx;
    (void)n;
    if (p->n_changed == p->cap_changed) {
        p->cap_changed = p->cap_changed ? 2 * p->cap_changed : 1024;
        p->changed = xrealloc(p->changed, p->cap_changed, sizeof *p->changed);
    }
    p->changed[p->n_changed++] = v[0].i;
    return true;
}

static int by_rows(const void *x, const void *y)
{
    const struct pair *a = x, *b = y;
    if (a->mine != b->mine)
        return a->mine < b->mine ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

static enum status find_pairs(struct pairing *p)
{
    struct value args[1] = {v_int(p->m->id)};
    TRY(db_each(p->m->w->db, take_id, p,
        p->m->all ? "select id from population_row where population_id = $1"
                  : "select id from population_row where population_id = $1 and changed = 1",
        args, 1));
    if (!p->n_targets)
        return OK;
    if (p->n_changed > FEW) {
        p->m->all = true;
        TRY(scan_keys(p));
    } else {
        TRY(look_up_all(p));
    }
    size_t kept = 0;
    if (p->n)
        qsort(p->pair, p->n, sizeof *p->pair, by_rows);
    for (size_t i = 0; i < p->n; i++)
        if (!kept || by_rows(&p->pair[kept - 1], &p->pair[i]) != 0)
            p->pair[kept++] = p->pair[i];
    p->n = kept;
    return OK;
}

/* ---- the whole ---- */

static enum status pair_up(struct pairing *p)
{
    TRY(pairing_targets(p));
    TRY(find_pairs(p));
    TRY(pairing_compare(p));
    return pairing_tell(p);
}

enum status mapping_pair(struct mapping_work *m)
{
    struct pairing p = {.m = m, .next_id = id_new(instant_now())};
    enum status s = pair_up(&p);
    free(p.changed);
    free(p.pair);
    free(p.sight);
    return s;
}
