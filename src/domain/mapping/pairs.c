/*
 * Rows meet: those of one population against all that are shared with its owner, or that it is shared with.
 * Rows that have a whole key in common are compared (engine/match); what is the same company is told to each
 * side that may know, with the fields that the other side shares.
 */
#include "domain/mapping/rows.h"

#include "base/id.h"
#include "base/parallel.h"
#include "base/text.h"
#include "base/time.h"

#include <stdlib.h>

#define CHUNK       500
#define OF_ONE_KEY  50    /* rows of a list that share a key and are compared; more say nothing */
#define FEW         20000 /* rows are looked up one by one; more read the index once */
#define COUNT_STEP  10    /* where only counts are shared they are told in tens */
#define COUNT_LEAST 100   /* and only to lists of so many */

/* ---- whom it is laid over ---- */

struct permit {
    bool counts, fields;
    const char *shared; /* fields beside the name */
};

struct target {
    int64_t id, partner_id, rows;
    const char *name, *kind, *owner, *domain;
    struct permit to_me, to_them;
};

struct pairing {
    struct mapping_work *m;
    const char *owner, *domain; /* of the population under way */
    struct target *target;      /* by id */
    size_t n_targets;
    int64_t *changed; /* rows to match; NULL: all */
    size_t n_changed, cap_changed;
    struct pair {
        int64_t mine, other;
        struct target *target;
        const struct sight *a, *b;
        struct match_result result;
    } * pair;
    size_t n, cap;
    struct sight {
        int64_t id;
        struct member m;
        const struct match_record *record;
    } * sight; /* the rows that are in a pair, by id */
    size_t n_sights;
    size_t at; /* of the next to be written */
    int64_t next_id;
};

static bool meant(const struct rows *shares, size_t r, int64_t partner_id, const char *domain)
{
    if (!partner_id)
        return cell_int(shares, r, 1);
    return cell_int(shares, r, 2) == partner_id || (domain && streq(cell_text(shares, r, 3), domain));
}

static void permit_by(struct permit *p, const struct rows *shares, size_t r)
{
    p->counts = true;
    if (streq(cell_text(shares, r, 4), "fields")) {
        p->fields = true;
        p->shared = cell_text(shares, r, 5);
    }
}

static void permit_all(struct pairing *p, struct target *t, const struct rows *shares)
{
    const struct mapping_work *m = p->m;
    for (size_t r = 0; r < shares->n; r++) {
        if (cell_int(shares, r, 0) == t->id && meant(shares, r, m->p.partner_id.id, p->domain))
            permit_by(&t->to_me, shares, r);
        if (cell_int(shares, r, 0) == m->id && meant(shares, r, t->partner_id, t->domain))
            permit_by(&t->to_them, shares, r);
    }
}

static enum status read_targets(struct pairing *p)
{
    struct mapping_work *m = p->m;
    struct rows shares, lists, own;
    struct value args[2] = {v_int(m->p.partner_id.id), v_int(m->id)};
    TRY(db_query(m->w->db, m->arena, &shares,
        "select population_id, with_vendor, with_partner_id, with_domain, level, fields from "
        "population_share "
        "where state = 'active'",
        NULL, 0));
    TRY(db_query(m->w->db, m->arena, &lists,
        "select l.id, l.partner_id, l.row_count, l.name, l.kind, o.name, o.domain from population l "
        "left join partner o on o.id = l.partner_id where l.state <> 'removed' and l.id <> $2 "
        "and coalesce(l.partner_id, 0) <> $1 and coalesce(o.standing, '') <> 'suspended' order by l.id",
        args, 2));
    TRY(db_query(
        m->w->db, m->arena, &own, "select name, domain, standing from partner where id = $1", args, 1));
    p->owner = own.n ? cell_text(&own, 0, 0) : m->call->catalog->vendor;
    p->domain = own.n ? cell_text(&own, 0, 1) : NULL;
    p->target = ARENA_ARRAY(m->arena, lists.n + 1, struct target);
    for (size_t r = 0; r < lists.n && !(own.n && streq(cell_text(&own, 0, 2), "suspended")); r++) {
        struct target t = {.id = cell_int(&lists, r, 0),
            .partner_id = cell_int(&lists, r, 1),
            .rows = cell_int(&lists, r, 2),
            .name = cell_string(&lists, r, 3),
            .kind = cell_string(&lists, r, 4),
            .owner = cell_int(&lists, r, 1) ? cell_string(&lists, r, 5) : m->call->catalog->vendor,
            .domain = cell_text(&lists, r, 6)};
        permit_all(p, &t, &shares);
        if (t.to_me.counts || t.to_them.counts)
            p->target[p->n_targets++] = t;
    }
    return OK;
}

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

/* ---- which rows share a key ---- */

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
    size_t n = member_keys(a, member_record(a, &mine), keys);
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

/* ---- comparing ---- */

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

/* ---- telling ---- */

/* One side of a pair: what MINE's owner learns of OTHER by P. */
struct side {
    int64_t partner_id, population_id, other_population_id, other_partner_id;
    const struct member *mine, *other;
    const char *with_name, *with_population;
    const struct permit *permit;
};

static struct value shared(const struct permit *p, const char *field, const char *text)
{
    return p->fields && list_has(p->shared, field) ? v_text(text) : v_null();
}

static const char *name_of(const struct member *m)
{
    return m->name ? m->name : m->domain ? m->domain : "";
}

static enum status tell_side(struct call *c, struct pairing *p, const struct side *s, const struct pair *pair)
{
    const struct permit *k = s->permit;
    if (!k->counts)
        return OK;
    struct value args[] = {v_int(p->next_id++), v_int(c->now.us), v_ref(s->partner_id),
        v_int(s->population_id), v_int(s->mine->id), v_int(s->other_population_id), v_int(s->other->id),
        v_ref(s->other_partner_id), v_int(k->fields), v_text(name_of(s->mine)), v_text(s->with_name),
        v_text(s->with_population), k->fields ? v_text(name_of(s->other)) : v_null(),
        shared(k, "domain", s->other->domain), shared(k, "country", s->other->country),
        shared(k, "city", s->other->city), shared(k, "owner", s->other->owner),
        shared(k, "stage", s->other->stage), k->fields ? v_text(pair->result.evidence) : v_null(),
        v_int((int64_t)(pair->result.score * 100 + 0.5))};
    return db_exec(c->db,
        "insert into overlap (id, version, created, updated, partner_id, population_id, row_id, "
        "other_population_id, "
        "other_row_id, other_partner_id, shown, name, with_name, with_population, other_name, other_domain, "
        "other_country, other_city, other_owner, other_stage, evidence, score) values ($1, 1, $2, $2, $3, "
        "$4, $5, "
        "$6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) on conflict do nothing",
        args, COUNT(args));
}

static enum status tell_pairs(struct call *c, void *arg)
{
    struct pairing *p = arg;
    const struct mapping_work *m = p->m;
    size_t to = p->at + CHUNK < p->n ? p->at + CHUNK : p->n;
    for (size_t i = p->at; i < to; i++) {
        const struct pair *pair = &p->pair[i];
        const struct target *t = pair->target;
        const struct side ours = {m->p.partner_id.id, m->id, t->id, t->partner_id, &pair->a->m, &pair->b->m,
            t->owner, t->name, &t->to_me};
        const struct side theirs = {t->partner_id, t->id, m->id, m->p.partner_id.id, &pair->b->m, &pair->a->m,
            p->owner, m->p.name, &t->to_them};
        TRY(tell_side(c, p, &ours, pair));
        TRY(tell_side(c, p, &theirs, pair));
    }
    return OK;
}

struct forgetting {
    struct pairing *p;
    size_t at;
    int64_t gone;
};

/* Of everything a part; of single rows those of a chunk. */
static enum status forget_some(struct call *c, void *arg)
{
    struct forgetting *f = arg;
    const struct pairing *p = f->p;
    struct value args[2] = {v_int(p->m->id), v_null()};
    if (p->m->all)
        return db_exec_count(c->db, &f->gone,
            "delete from overlap where id in (select id from overlap where population_id = $1 "
            "or other_population_id = $1 limit 2000)",
            args, 1);
    for (size_t i = 0; i < CHUNK && f->at < p->n_changed; i++) {
        args[1] = v_int(p->changed[f->at++]);
        TRY(db_exec(c->db, "delete from overlap where row_id = $2 and population_id = $1", args, 2));
        TRY(db_exec(
            c->db, "delete from overlap where other_row_id = $2 and other_population_id = $1", args, 2));
    }
    f->gone = f->at < p->n_changed;
    return OK;
}

static enum status count_pair(
    struct call *c, struct pairing *p, const struct side *s, int64_t rows, const char *kind)
{
    struct value args[11] = {v_int(p->next_id++), v_int(c->now.us), v_ref(s->partner_id),
        v_int(s->population_id), v_int(s->other_population_id), v_ref(s->other_partner_id),
        v_text(s->with_name), v_text(s->with_population), v_text(kind),
        v_text(s->permit->fields ? "fields" : "counts"), v_null()};
    struct rows found;
    if (!s->permit->counts)
        return OK;
    TRY(db_query(c->db, c->arena, &found,
        "select count(*) from overlap where population_id = $1 and other_population_id = $2", &args[3], 2));
    int64_t n = cell_int(&found, 0, 0);
    if (s->permit->fields)
        args[10] = v_int(n);
    else if (rows >= COUNT_LEAST)
        args[10] = v_int(n / COUNT_STEP * COUNT_STEP);
    return db_exec(c->db,
        "insert into overlap_count (id, version, created, updated, partner_id, population_id, "
        "other_population_id, "
        "other_partner_id, with_name, with_population, with_kind, level, matches) values ($1, 1, $2, $2, $3, "
        "$4, $5, "
        "$6, $7, $8, $9, $10, $11) on conflict do nothing",
        args, 11);
}

static enum status tell_counts(struct call *c, void *arg)
{
    struct pairing *p = arg;
    const struct mapping_work *m = p->m;
    struct value args[1] = {v_int(m->id)};
    TRY(db_exec(c->db, "delete from overlap_count where population_id = $1", args, 1));
    TRY(db_exec(c->db, "delete from overlap_count where other_population_id = $1", args, 1));
    for (size_t i = 0; i < p->n_targets; i++) {
        const struct target *t = &p->target[i];
        const struct side ours = {
            m->p.partner_id.id, m->id, t->id, t->partner_id, NULL, NULL, t->owner, t->name, &t->to_me};
        const struct side theirs = {
            t->partner_id, t->id, m->id, m->p.partner_id.id, NULL, NULL, p->owner, m->p.name, &t->to_them};
        TRY(count_pair(c, p, &ours, m->p.row_count, t->kind));
        TRY(count_pair(c, p, &theirs, t->rows, m->p.kind));
    }
    return db_exec(
        c->db, "update population_row set changed = 0 where population_id = $1 and changed = 1", args, 1);
}

/* ---- the whole ---- */

static enum status pair_up(struct pairing *p)
{
    struct forgetting f = {p, 0, 1};
    TRY(read_targets(p));
    TRY(find_pairs(p));
    TRY(read_sights(p));
    compare_all(p);
    while (f.gone)
        TRY(mapping_commit(p->m, forget_some, &f));
    for (p->at = 0; p->at < p->n; p->at += CHUNK)
        TRY(mapping_commit(p->m, tell_pairs, p));
    return mapping_commit(p->m, tell_counts, p);
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
