#include "domain/mapping/writer.h"

#include "base/id.h"
#include "base/parallel.h"
#include "base/time.h"

#include <stdlib.h>

#define CHUNK       1000
#define FIRST_BATCH 200000 /* rows of a first list that are sorted at a time */
#define KEY_CHUNK   10000

/* ---- one row ---- */

static enum status write_key(
    struct call *c, const struct row_writer *w, int64_t hash, int64_t row_id, bool add)
{
    struct value args[3] = {v_int(hash), v_int(w->m->id), v_int(row_id)};
    return db_exec(c->db,
        add ? "insert into population_key (hash, population_id, row_id) values ($1, $2, $3) "
              "on conflict do nothing"
            : "delete from population_key where hash = $1 and population_id = $2 and row_id = $3",
        args, 3);
}

struct keys {
    int64_t hash[MEMBER_KEYS];
    size_t n;
};

static struct keys keys_of(struct arena *a, const struct member *m)
{
    struct keys k;
    k.n = member_keys(member_record(a, m), k.hash);
    return k;
}

/* As they are stored now: of a row that is there. */
static enum status stored_keys(struct call *c, int64_t id, struct keys *out)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    *out = (struct keys){.n = 0};
    TRY(db_query(
        c->db, c->arena, &rows, "select " MEMBER_COLUMNS " from population_row where id = $1", args, 1));
    if (!rows.n)
        return OK;
    struct member old = member_read(c->arena, rows.cells);
    *out = keys_of(c->arena, &old);
    return OK;
}

/* Those of K that are not among OTHER: a key that stays costs no page of a large index. */
static enum status write_keys(struct call *c, const struct row_writer *w, int64_t row_id,
    const struct keys *k, const struct keys *other, bool add)
{
    for (size_t i = 0; i < k->n; i++) {
        size_t at = 0;
        while (at < other->n && other->hash[at] != k->hash[i])
            at++;
        if (at == other->n)
            TRY(write_key(c, w, k->hash[i], row_id, add));
    }
    return OK;
}

static enum status drop_row(struct call *c, const struct row_writer *w, int64_t id)
{
    struct value args[2] = {v_int(id), v_int(w->m->id)};
    TRY(db_exec(c->db, "delete from overlap where row_id = $1", args, 1));
    TRY(db_exec(c->db, "delete from overlap where other_population_id = $2 and other_row_id = $1", args, 2));
    return db_exec(c->db, "delete from population_row where id = $1", args, 1);
}

static enum status store_row(struct call *c, const struct row_writer *w, const struct row_op *o)
{
    const struct member *m = &o->m;
    struct value args[12] = {v_int(m->id), v_int(w->m->id), v_int((int64_t)o->digest), v_int(!w->first),
        v_text(m->external_id), v_text(m->name), v_text(m->domain), v_text(m->country), v_text(m->city),
        v_text(m->owner), v_text(m->stage), v_int((int64_t)o->identity)};
    if (o->kind == ROW_CHANGE) /* its identity is that by which it was found */
        return db_exec(c->db,
            "update population_row set digest = $3, changed = $4, external_id = $5, name = $6, domain = $7, "
            "country = $8, city = $9, owner = $10, stage = $11 where id = $1 and population_id = $2",
            args, 11);
    return db_exec(c->db,
        "insert into population_row (id, population_id, digest, changed, external_id, name, domain, country, "
        "city, owner, stage, identity) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args, 12);
}

/* The keys of a first list are written at its end, sorted. */
static enum status write_op(struct call *c, const struct row_writer *w, const struct row_op *o)
{
    struct keys before = {.n = 0}, now = {.n = 0};
    if (o->kind != ROW_ADD)
        TRY(stored_keys(c, o->m.id, &before));
    if (o->kind != ROW_DROP && !w->first)
        now = keys_of(c->arena, &o->m);
    TRY(write_keys(c, w, o->m.id, &before, &now, false));
    TRY(write_keys(c, w, o->m.id, &now, &before, true));
    return o->kind == ROW_DROP ? drop_row(c, w, o->m.id) : store_row(c, w, o);
}

/* ---- many ---- */

struct chunk {
    const struct row_writer *w;
    size_t from, to;
};

static enum status write_rows(struct call *c, void *arg)
{
    const struct chunk *k = arg;
    for (size_t i = k->from; i < k->to; i++)
        TRY(write_op(c, k->w, &k->w->op[i]));
    return OK;
}

static enum status write_some_keys(struct call *c, void *arg)
{
    const struct chunk *k = arg;
    for (size_t i = k->from; i < k->to; i++)
        TRY(write_key(c, k->w, k->w->key[i].hash, k->w->key[i].row_id, true));
    return OK;
}

/* N things, some in each transaction. */
static enum status in_chunks(const struct row_writer *w, size_t n, size_t size, job_step *step)
{
    for (size_t at = 0; at < n; at += size) {
        struct chunk k = {w, at, n - at < size ? n : at + size};
        TRY(mapping_commit(w->m, step, &k));
    }
    return OK;
}

/* ---- a first list ---- */

static int by_identity(const void *x, const void *y)
{
    const struct row_op *a = x, *b = y;
    int64_t i = (int64_t)a->identity, k = (int64_t)b->identity;
    return (i > k) - (i < k);
}

static int by_hash(const void *x, const void *y)
{
    const struct row_key *a = x, *b = y;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->row_id > b->row_id) - (a->row_id < b->row_id);
}

struct keying {
    const struct row_writer *w;
    struct keys *keys; /* by op */
};

static void make_keys(void *ctx, unsigned worker, size_t from, size_t to)
{
    const struct keying *k = ctx;
    struct arena *a = arena_new();
    (void)worker;
    for (size_t i = from; i < to; i++) {
        k->keys[i] = keys_of(a, &k->w->op[i].m);
        arena_reset(a);
    }
    arena_free(a);
}

static void keep_keys(struct row_writer *w)
{
    struct keying k = {w, xcalloc(w->n + 1, sizeof *k.keys)};
    parallel_run(w->n, make_keys, &k);
    if (w->cap_keys < w->n_keys + w->n * MEMBER_KEYS) {
        w->cap_keys = 2 * w->cap_keys + w->n * MEMBER_KEYS;
        w->key = xrealloc(w->key, w->cap_keys, sizeof *w->key);
    }
    for (size_t i = 0; i < w->n; i++)
        for (size_t n = 0; n < k.keys[i].n; n++)
            w->key[w->n_keys++] = (struct row_key){k.keys[i].hash[n], w->op[i].m.id};
    free(k.keys);
}

static enum status flush(struct row_writer *w)
{
    if (w->first && w->n) {
        qsort(w->op, w->n, sizeof *w->op, by_identity);
        for (size_t i = 0; i < w->n; i++)
            w->op[i].m.id = w->next_id++;
        keep_keys(w);
    }
    TRY(in_chunks(w, w->n, CHUNK, write_rows));
    w->n = 0;
    arena_reset(w->scratch);
    return OK;
}

static enum status wipe(struct call *c, void *arg)
{
    const struct mapping_work *m = arg;
    struct value args[1] = {v_int(m->id)};
    TRY(db_exec(c->db, "delete from population_key where population_id = $1", args, 1));
    return db_exec(c->db, "delete from population_row where population_id = $1", args, 1);
}

/* ---- the whole ---- */

enum status writer_begin(struct row_writer *w, struct mapping_work *m)
{
    struct value args[1] = {v_int(m->id)};
    struct rows rows;
    *w = (struct row_writer){
        .m = m, .first = !m->p.matched.us, .scratch = arena_new(), .next_id = id_new(instant_now())};
    TRY(db_query(
        m->w->db, m->arena, &rows, "select 1 from population_row where population_id = $1 limit 1", args, 1));
    return w->first && rows.n ? mapping_commit(m, wipe, m) : OK;
}

enum status writer_add(struct row_writer *w, struct row_op op)
{
    if (w->n == w->cap) {
        w->cap = w->cap ? 2 * w->cap : CHUNK;
        w->op = xrealloc(w->op, w->cap, sizeof *w->op);
    }
    if (op.kind == ROW_ADD && !w->first)
        op.m.id = w->next_id++;
    w->op[w->n++] = op;
    return w->n == (w->first ? FIRST_BATCH : CHUNK) ? flush(w) : OK;
}

enum status writer_end(struct row_writer *w)
{
    TRY(flush(w));
    if (w->n_keys)
        qsort(w->key, w->n_keys, sizeof *w->key, by_hash);
    return in_chunks(w, w->n_keys, KEY_CHUNK, write_some_keys);
}

void writer_free(struct row_writer *w)
{
    arena_free(w->scratch);
    free(w->op);
    free(w->key);
}
