/* Which other populations one is laid over: those that are shared with its owner, or that it is shared with.
 */
#include "domain/mapping/pairs.h"

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
        p->export = cell_int(shares, r, 6);
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

/* The id under which OWN is told about OTHER: the one that it has, so that links to it keep their worth. */
static int64_t count_id(struct pairing *p, const struct rows *counts, int64_t own, int64_t other)
{
    for (size_t r = 0; r < counts->n; r++)
        if (cell_int(counts, r, 1) == own && cell_int(counts, r, 2) == other)
            return cell_int(counts, r, 0);
    return p->next_id++;
}

/*
 * A partner that is suspended stays among them: its rows are hidden by scope (overlap.c), and there again
 * when it is back.
 */
enum status pairing_targets(struct pairing *p)
{
    struct mapping_work *m = p->m;
    struct rows shares, lists, own, counts;
    struct value args[2] = {v_int(m->p.partner_id.id), v_int(m->id)};
    TRY(db_query(m->w->db, m->arena, &shares,
        "select population_id, with_vendor, with_partner_id, with_domain, level, fields, may_export "
        "from population_share where state = 'active'",
        NULL, 0));
    TRY(db_query(m->w->db, m->arena, &lists,
        "select l.id, l.partner_id, l.row_count, l.name, l.kind, o.name, o.domain from population l "
        "left join partner o on o.id = l.partner_id where l.state <> 'removed' and l.id <> $2 "
        "and coalesce(l.partner_id, 0) <> $1 order by l.id",
        args, 2));
    TRY(db_query(m->w->db, m->arena, &own, "select name, domain from partner where id = $1", args, 1));
    TRY(db_query(m->w->db, m->arena, &counts,
        "select id, population_id, other_population_id from overlap_count "
        "where population_id = $1 or other_population_id = $1",
        &args[1], 1));
    p->owner = own.n ? cell_text(&own, 0, 0) : m->call->catalog->vendor;
    p->domain = own.n ? cell_text(&own, 0, 1) : NULL;
    p->target = ARENA_ARRAY(m->arena, lists.n + 1, struct target);
    for (size_t r = 0; r < lists.n; r++) {
        struct target t = {.id = cell_int(&lists, r, 0),
            .partner_id = cell_int(&lists, r, 1),
            .rows = cell_int(&lists, r, 2),
            .name = cell_string(&lists, r, 3),
            .kind = cell_string(&lists, r, 4),
            .owner = cell_int(&lists, r, 1) ? cell_string(&lists, r, 5) : m->call->catalog->vendor,
            .domain = cell_text(&lists, r, 6)};
        permit_all(p, &t, &shares);
        if (!t.to_me.counts && !t.to_them.counts)
            continue;
        t.to_me.count_id = count_id(p, &counts, m->id, t.id);
        t.to_them.count_id = count_id(p, &counts, t.id, m->id);
        p->target[p->n_targets++] = t;
    }
    return OK;
}
