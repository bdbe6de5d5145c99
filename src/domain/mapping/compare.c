/* The rows of pairs are read and compared by engine/match, on all processors. */
#include "base/parallel.h"
#include "domain/mapping/pairs.h"

#include <stdlib.h>

#define FEW 20000 /* rows are looked up one by one; more are found by reading all once */

static int sight_by_id(const void *x, const void *y)
{
    const struct sight *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static const struct sight *find_sight(const struct pairing *p, int64_t id)
{
    struct sight key = {.id = id};
    return bsearch(&key, p->sight, p->n_sights, sizeof *p->sight, sight_by_id);
}

struct filling {
    struct pairing *p;
    size_t at;
};

static bool take_member(void *ctx, const struct value *v, size_t n)
{
    struct filling *f = ctx;
    struct pairing *p = f->p;
    (void)n;
    while (f->at < p->n_sights && p->sight[f->at].id < v[0].i)
        f->at++;
    if (f->at < p->n_sights && p->sight[f->at].id == v[0].i)
        p->sight[f->at].m = member_read(p->m->arena, v);
    return f->at < p->n_sights;
}

static enum status fill_sights(struct pairing *p)
{
    struct filling f = {p, 0};
    if (p->n_sights > FEW)
        return db_each(p->m->w->db, take_member, &f,
            "select " MEMBER_COLUMNS " from population_row order by id", NULL, 0);
    for (size_t i = 0; i < p->n_sights; i++) {
        struct value args[1] = {v_int(p->sight[i].id)};
        f.at = i;
        TRY(db_each(p->m->w->db, take_member, &f,
            "select " MEMBER_COLUMNS " from population_row where id = $1", args, 1));
    }
    return OK;
}

static enum status read_sights(struct pairing *p)
{
    size_t kept = 0;
    p->sight = xcalloc(2 * p->n + 1, sizeof *p->sight);
    for (size_t i = 0; i < p->n; i++) {
        p->sight[2 * i].id = p->pair[i].mine;
        p->sight[2 * i + 1].id = p->pair[i].other;
    }
    qsort(p->sight, 2 * p->n, sizeof *p->sight, sight_by_id);
    for (size_t i = 0; i < 2 * p->n; i++)
        if (!kept || p->sight[kept - 1].id != p->sight[i].id)
            p->sight[kept++] = p->sight[i];
    p->n_sights = kept;
    return fill_sights(p);
}

struct comparing {
    struct pairing *p;
    struct arena *arena[PARALLEL_WORKERS];
};

static void prepare_some(void *ctx, unsigned worker, size_t from, size_t to)
{
    struct comparing *k = ctx;
    for (size_t i = from; i < to; i++)
        k->p->sight[i].record = member_record(k->arena[worker], &k->p->sight[i].m);
}

static void compare_some(void *ctx, unsigned worker, size_t from, size_t to)
{
    struct comparing *k = ctx;
    for (size_t i = from; i < to; i++) {
        struct pair *pair = &k->p->pair[i];
        pair->a = find_sight(k->p, pair->mine);
        pair->b = find_sight(k->p, pair->other);
        ASSERT(pair->a && pair->b); /* read_sights() has read both */
        pair->result = match_compare(k->arena[worker], pair->a->record, pair->b->record);
    }
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

static void compare_all(struct pairing *p)
{
    struct comparing k = {.p = p};
    size_t kept = 0;
    for (unsigned i = 0; i < PARALLEL_WORKERS; i++) {
        k.arena[i] = arena_new();
        arena_cleanup(p->m->arena, free_arena, k.arena[i]);
    }
    parallel_run(p->n_sights, prepare_some, &k);
    parallel_run(p->n, compare_some, &k);
    for (size_t i = 0; i < p->n; i++)
        if (p->pair[i].result.answer == MATCH_SAME)
            p->pair[kept++] = p->pair[i];
    p->n = kept;
}

enum status pairing_compare(struct pairing *p)
{
    TRY(read_sights(p));
    compare_all(p);
    return OK;
}
