/*
 * Each side is told what it may know of the pairs: rows with the fields that the other side shares, and
 * counts.
 */
#include "base/text.h"
#include "domain/mapping/pairs.h"

#define CHUNK       500
#define COUNT_STEP  10  /* where only counts are shared they are told in tens */
#define COUNT_LEAST 100 /* and only to lists of so many companies */

/* What the owner of POPULATION learns of OTHER_POPULATION by PERMIT. */
struct side {
    int64_t partner_id, population_id, rows, other_population_id, other_partner_id;
    const char *with_name, *with_population, *with_kind;
    const struct permit *permit;
};

static struct side our_side(const struct pairing *p, const struct target *t)
{
    const struct population *own = &p->m->p;
    return (struct side){own->partner_id.id, p->m->id, own->row_count, t->id, t->partner_id, t->owner,
        t->name, t->kind, &t->to_me};
}

static struct side their_side(const struct pairing *p, const struct target *t)
{
    const struct population *own = &p->m->p;
    return (struct side){t->partner_id, t->id, t->rows, p->m->id, own->partner_id.id, p->owner, own->name,
        own->kind, &t->to_them};
}

/* ---- rows ---- */

static struct value shared(const struct permit *k, const char *field, const char *text)
{
    return k->fields && list_has(k->shared, field) ? v_text(text) : v_null();
}

static const char *name_of(const struct member *m)
{
    return m->name ? m->name : m->domain ? m->domain : "";
}

static enum status tell_row(struct call *c, struct pairing *p, const struct side *s,
    const struct match_result *result, const struct member *mine, const struct member *other)
{
    const struct permit *k = s->permit;
    if (!k->counts)
        return OK;
    const char *evidence = arena_printf(c->arena, ",%s,", result->evidence);
    struct value args[] = {v_int(p->next_id++), v_int(c->now.us), v_ref(s->partner_id), v_int(k->count_id),
        v_int(s->population_id), v_int(mine->id), v_int(s->other_population_id), v_int(other->id),
        v_ref(s->other_partner_id), v_int(k->fields), v_int(k->export), v_text(name_of(mine)),
        v_text(s->with_name), v_text(s->with_population), k->fields ? v_text(name_of(other)) : v_null(),
        shared(k, "domain", other->domain), shared(k, "country", other->country),
        shared(k, "city", other->city), shared(k, "owner", other->owner), shared(k, "stage", other->stage),
        k->fields ? v_text(evidence) : v_null(), v_int((int64_t)(result->score * 100 + 0.5))};
    return db_exec(c->db,
        "insert into overlap (id, version, created, updated, partner_id, count_id, population_id, row_id, "
        "other_population_id, other_row_id, other_partner_id, shown, may_export, name, with_name, "
        "with_population, other_name, other_domain, other_country, other_city, other_owner, other_stage, "
        "evidence, score) values ($1, 1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
        "$16, $17, $18, $19, $20, $21, $22) on conflict do nothing",
        args, COUNT(args));
}

struct telling {
    struct pairing *p;
    size_t at;
};

static enum status tell_some(struct call *c, void *arg)
{
    const struct telling *t = arg;
    struct pairing *p = t->p;
    size_t to = t->at + CHUNK < p->n ? t->at + CHUNK : p->n;
    for (size_t i = t->at; i < to; i++) {
        const struct pair *pair = &p->pair[i];
        const struct side ours = our_side(p, pair->target), theirs = their_side(p, pair->target);
        TRY(tell_row(c, p, &ours, &pair->result, &pair->a->m, &pair->b->m));
        TRY(tell_row(c, p, &theirs, &pair->result, &pair->b->m, &pair->a->m));
    }
    return OK;
}

/* ---- what was told before ---- */

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

/* ---- counts ---- */

/*
 * Rows, where they are shared. Else companies, and NULL where too few are asked about: a short list would
 * find out about single ones, and so would one company written a hundred times.
 */
static enum status told_count(struct call *c, const struct side *s, struct value *out)
{
    int64_t n = 0, asked = 0;
    struct value args[1] = {v_int(s->permit->count_id)};
    struct rows found;
    *out = v_null();
    if (s->permit->fields) {
        TRY(db_query(c->db, c->arena, &found,
            "select count(*) from (select distinct row_id from overlap where count_id = $1) r", args, 1));
        *out = v_int(cell_int(&found, 0, 0));
        return OK;
    }
    if (s->rows >= COUNT_LEAST)
        TRY(companies_in_list(c->db, s->population_id, COUNT_LEAST, &asked));
    if (asked < COUNT_LEAST)
        return OK;
    TRY(companies_in_both(c->db, s->permit->count_id, &n));
    *out = v_int(n / COUNT_STEP * COUNT_STEP);
    return OK;
}

static enum status tell_count(struct call *c, const struct side *s)
{
    const struct permit *k = s->permit;
    struct value args[12] = {v_int(k->count_id), v_int(c->now.us), v_ref(s->partner_id),
        v_int(s->population_id), v_int(s->other_population_id), v_ref(s->other_partner_id),
        v_text(s->with_name), v_text(s->with_population), v_text(s->with_kind),
        v_text(k->fields ? "fields" : "counts"), v_int(k->export)};
    if (!k->counts)
        return OK;
    TRY(told_count(c, s, &args[11]));
    return db_exec(c->db,
        "insert into overlap_count (id, version, created, updated, partner_id, population_id, "
        "other_population_id, other_partner_id, with_name, with_population, with_kind, level, may_export, "
        "matches) values ($1, 1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do "
        "update set version = overlap_count.version + 1, updated = excluded.updated, "
        "with_name = excluded.with_name, with_population = excluded.with_population, "
        "with_kind = excluded.with_kind, level = excluded.level, may_export = excluded.may_export, "
        "matches = excluded.matches",
        args, 12);
}

static bool is_told(const struct pairing *p, int64_t id)
{
    for (size_t i = 0; i < p->n_targets; i++)
        if ((p->target[i].to_me.counts && p->target[i].to_me.count_id == id) ||
            (p->target[i].to_them.counts && p->target[i].to_them.count_id == id))
            return true;
    return false;
}

static enum status untell_others(struct call *c, const struct pairing *p)
{
    struct value args[1] = {v_int(p->m->id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from overlap_count where population_id = $1 or other_population_id = $1", args, 1));
    for (size_t r = 0; r < rows.n; r++) {
        args[0] = v_int(cell_int(&rows, r, 0));
        if (!is_told(p, args[0].i))
            TRY(db_exec(c->db, "delete from overlap_count where id = $1", args, 1));
    }
    return OK;
}

static enum status tell_counts(struct call *c, void *arg)
{
    struct pairing *p = arg;
    struct value args[1] = {v_int(p->m->id)};
    TRY(untell_others(c, p));
    for (size_t i = 0; i < p->n_targets; i++) {
        const struct side ours = our_side(p, &p->target[i]), theirs = their_side(p, &p->target[i]);
        TRY(tell_count(c, &ours));
        TRY(tell_count(c, &theirs));
    }
    return db_exec(
        c->db, "update population_row set changed = 0 where population_id = $1 and changed = 1", args, 1);
}

/* ---- the whole ---- */

enum status pairing_tell(struct pairing *p)
{
    struct forgetting f = {p, 0, 1};
    struct telling t = {p, 0};
    while (f.gone)
        TRY(mapping_commit(p->m, forget_some, &f));
    for (; t.at < p->n; t.at += CHUNK)
        TRY(mapping_commit(p->m, tell_some, &t));
    return mapping_commit(p->m, tell_counts, p);
}
