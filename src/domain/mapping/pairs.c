/*
 * Rows meet: those of one population against all that are shared with its owner, or that it is shared with.
 * Rows that have a whole key in common are compared; what is the same company is told to each side that may
 * know.
 */
#include "domain/mapping/pairs.h"

#include "base/id.h"
#include "base/time.h"
#include "domain/import/keyset.h"

#include <stdlib.h>

#define OF_ONE_KEY                                                                                           \
    50            /* rows of a list, on either side, that share a key and are compared; more say nothing */
#define FEW 20000 /* rows are looked up by their keys; more read the index once */

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

/* The rows of one key while they are read in the index's order: populations ascend within it. */
struct group {
    struct pairing *p;
    int64_t hash;
    int64_t mine[OF_ONE_KEY];
    size_t n_mine, of_mine; /* that changed, and all */
    struct other {
        struct target *target;
        int64_t row;
    } * other;
    size_t n_others, cap_others;
    struct target *last;
    size_t of_last;
};

static void end_group(struct group *g)
{
    for (size_t i = 0; i < g->n_mine; i++)
        for (size_t k = 0; k < g->n_others; k++)
            add_pair(g->p, g->mine[i], g->other[k].row, g->other[k].target);
    g->n_mine = g->of_mine = g->n_others = g->of_last = 0;
    g->last = NULL;
}

static void add_other(struct group *g, struct target *t, int64_t row)
{
    g->of_last = t == g->last ? g->of_last + 1 : 1;
    g->last = t;
    if (!t || g->of_last > OF_ONE_KEY)
        return;
    if (g->n_others == g->cap_others) {
        g->cap_others = g->cap_others ? 2 * g->cap_others : 64;
        g->other = xrealloc(g->other, g->cap_others, sizeof *g->other);
    }
    g->other[g->n_others++] = (struct other){t, row};
}

static int by_number(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* What was told of the others stands. */
static bool is_changed(const struct pairing *p, int64_t row)
{
    return p->m->all || bsearch(&row, p->changed, p->n_changed, sizeof row, by_number);
}

static void add_to_group(struct group *g, int64_t hash, int64_t population_id, int64_t row)
{
    if (hash != g->hash)
        end_group(g);
    g->hash = hash;
    if (population_id != g->p->m->id)
        add_other(g, find_target(g->p, population_id), row);
    else if (g->of_mine++ < OF_ONE_KEY && is_changed(g->p, row))
        g->mine[g->n_mine++] = row;
}

/* ---- of a whole list: the index is read once ---- */

static bool take_key(void *ctx, const struct value *v, size_t n)
{
    (void)n;
    add_to_group(ctx, v[0].i, v[1].i, v[2].i);
    return true;
}

static enum status scan_keys(struct group *g)
{
    return db_each(g->p->m->w->db, take_key, g,
        "select hash, population_id, row_id from population_key order by hash, population_id, row_id", NULL,
        0);
}

/* ---- of rows that changed: each of their keys is asked for once ---- */

static struct db_query page_query(struct value args[3])
{
    return (struct db_query){"select population_id, row_id from population_key where hash = $1 and "
                             "population_id >= $2 order by population_id, row_id limit $3",
        args, 3, {0}};
}

/*
 * The rows of a key from its first page on. A page that one population fills says enough of it: the next
 * begins behind it, so that a list of a million equal rows costs as much as one of fifty. Where a page breaks
 * off within a population the next begins with that.
 */
static enum status take_pages(struct group *g, struct arena *a, int64_t hash, struct rows page)
{
    for (;;) {
        bool full = page.n == OF_ONE_KEY;
        int64_t last = page.n ? cell_int(&page, page.n - 1, 0) : 0;
        bool one = page.n && cell_int(&page, 0, 0) == last;
        for (size_t r = 0; r < page.n && (!full || one || cell_int(&page, r, 0) != last); r++)
            add_to_group(g, hash, cell_int(&page, r, 0), cell_int(&page, r, 1));
        if (!full)
            return OK;
        struct value args[3] = {v_int(hash), v_int(one ? last + 1 : last), v_int(OF_ONE_KEY)};
        struct db_query q = page_query(args);
        TRY(db_query_many(g->p->m->w->db, a, &q, 1));
        page = q.rows;
    }
}

struct lookup {
    struct group *g;
    struct keyset asked;
    struct arena *a; /* of a row */
};

static enum status look_up(struct lookup *l, int64_t id)
{
    struct db *db = l->g->p->m->w->db;
    struct value args[1] = {v_int(id)};
    int64_t keys[MEMBER_KEYS];
    struct rows rows;
    TRY(db_query(db, l->a, &rows, "select " MEMBER_COLUMNS " from population_row where id = $1", args, 1));
    if (!rows.n)
        return OK;
    struct member mine = member_read(l->a, rows.cells);
    size_t n = member_keys(member_record(l->a, &mine), keys), fresh = 0;
    struct db_query q[MEMBER_KEYS];
    struct value page[MEMBER_KEYS][3];
    for (size_t i = 0; i < n; i++) {
        if (!keyset_add(&l->asked, keyset_of_hash(keys[i]), 0))
            continue;
        keys[fresh] = keys[i];
        memcpy(page[fresh], (struct value[]){v_int(keys[i]), v_int(0), v_int(OF_ONE_KEY)}, sizeof page[0]);
        q[fresh] = page_query(page[fresh]);
        fresh++;
    }
    TRY(db_query_many(db, l->a, q, fresh));
    for (size_t i = 0; i < fresh; i++)
        TRY(take_pages(l->g, l->a, keys[i], q[i].rows));
    return OK;
}

static enum status look_up_all(struct group *g)
{
    struct lookup l = {.g = g, .a = arena_new()};
    enum status s = OK;
    for (size_t i = 0; i < g->p->n_changed && s == OK; i++) {
        s = look_up(&l, g->p->changed[i]);
        arena_reset(l.a);
    }
    arena_free(l.a);
    keyset_free(&l.asked);
    return s;
}

/* ---- both ---- */

static enum status group_rows(struct pairing *p)
{
    struct group g = {.p = p};
    p->m->all = p->m->all || p->n_changed > FEW;
    enum status s = p->n_changed > FEW ? scan_keys(&g) : look_up_all(&g);
    end_group(&g);
    free(g.other);
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
                  : "select id from population_row where population_id = $1 and changed = 1 order by id",
        args, 1));
    if (!p->n_targets)
        return OK;
    TRY(group_rows(p));
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
