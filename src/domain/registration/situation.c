#include "domain/registration/situation.h"

/* The account that was found to be the same before the transaction; NULL: none was. */
static const struct account_match *foreseen(const struct probe *p)
{
    return p->search.n && p->search.seen[0].result.answer == MATCH_SAME ? &p->search.seen[0] : NULL;
}

/*
 * Two deciders about one company stand one behind the other, however it is spelt; and two of one partner, who
 * may hold so many registrations and no more. The account is locked after these: with those of the group
 * where it was found before the transaction, else when it is found (account_hold()).
 */
static void name_locks(struct call *c, const struct wish *w, struct probe *p)
{
    size_t n = p->keys.n_exact ? p->keys.n_exact : p->keys.n ? 1 : 0;
    const char **names = ARENA_ARRAY(c->arena, n + 1, const char *);
    memcpy(names, p->keys.key, n * sizeof *names);
    names[n++] = arena_printf(c->arena, "partner:%lld", (long long)w->partner_id);
    p->locks = names;
    p->n_locks = n;
    const struct account_match *likely = foreseen(p);
    if (!likely)
        return;
    p->late_locks = ARENA_ARRAY(c->arena, 1, const char *);
    p->late_locks[p->n_late_locks++] = noun_lock_name(c->arena, &account_noun, likely->id);
}

void situation_name_locks(struct call *c, const struct probe *p)
{
    c->locks = p->locks;
    c->n_locks = p->n_locks;
    c->late_locks = p->late_locks;
    c->n_late_locks = p->n_late_locks;
}

enum status situation_probe(struct call *c, const struct wish *w, struct probe *out)
{
    struct match_company company = {.name = w->company, .domain = w->domain, .country = w->country};
    if (match_looks_like_domain(w->company))
        company.name = NULL; /* typed a domain: the name is not known */
    const struct match_record *record = match_prepare(c->arena, &company);
    match_keys(c->arena, record, &out->keys);
    TRY(account_find(c, record, &out->keys, &out->search));
    name_locks(c, w, out);
    return OK;
}

/* ---- who asks ---- */

/* Of each state by itself: a list of values would cost SQLite a temporary table each time. */
static const char partner_sql[] =
    "select p.tier, p.types, p.standing, p.territories, p.country, p.manager_id, "
    "(select c.people from certification c where c.partner_id = p.id and c.product_line_id = $2 "
    "and (c.expires is null or c.expires >= $3)), "
    "(select count(*) from protection o where o.partner_id = p.id and o.state = 'hold') + "
    "(select count(*) from protection o where o.partner_id = p.id and o.state = 'live'), "
    "(select count(*) from registration r where r.partner_id = p.id and r.state = 'won' and r.ended is not "
    "null), "
    "(select count(*) from registration r where r.partner_id = p.id and r.state = 'lost' and r.ended is not "
    "null), "
    "(select count(*) from registration r where r.partner_id = p.id and r.state = 'lapsed' and r.ended is "
    "not null) "
    "from partner p where p.id = $1";

static enum status take_partner(struct call *c, const struct rows *rows, struct situation *s)
{
    if (!rows->n)
        return call_refuse(c, PROBLEM_not_found, NULL);
    s->partner = (struct partner){.tier = cell_text(rows, 0, 0),
        .types = cell_text(rows, 0, 1),
        .standing = cell_text(rows, 0, 2),
        .territories = cell_text(rows, 0, 3),
        .country = cell_text(rows, 0, 4),
        .manager_id = {cell_int(rows, 0, 5)}};
    s->certified_people = cell_int(rows, 0, 6);
    s->open_registrations = cell_int(rows, 0, 7);
    s->won = cell_int(rows, 0, 8);
    s->lost = cell_int(rows, 0, 9);
    s->lapsed = cell_int(rows, 0, 10);
    return OK;
}

/* ---- what stands there ---- */

/* All that are not closed, and which of them stand. */
static const char claims_sql[] =
    "select id, registration_id, partner_id, state, until, created, case when " CLAIM_STANDS(
        "$3") " then 1 else 0 end from protection "
              "where account_id = $1 and (product_line_id = $2 or $2 = 0) and state <> 'closed'";

/*
 * Beside them: claims in the account's family ("cross join" has SQLite read the tables in this order, where
 * it could walk through all claims instead), the day of the vendor's own deal (-1: it has none), a contract.
 * Children first; parent and siblings of one that has a parent ($6).
 */
#define BESIDE(family)                                                                                       \
    "select (select count(*) from account a cross join protection p where " family                           \
    " and p.account_id = a.id and a.id <> $1 and p.state <> 'closed' and p.state <> 'hold' "                 \
    "and (p.product_line_id = $2 or $2 = 0) and p.until >= $3 and p.partner_id <> $4), "                     \
    "(select coalesce(o.last_activity, o.engaged, -1) from opportunity o where o.account_id = $1 and "       \
    "o.state = 'open' and (o.product_line_id = $2 or o.product_line_id is null or $2 = 0) "                  \
    "order by coalesce(o.last_activity, o.engaged, -1) desc limit 1), "                                      \
    "(select 1 from contract k where k.account_id = $1 and (k.product_line_id = $2 or $2 = 0) and "          \
    "k.state = 'active' and k.ends >= $5 limit 1)"
static const char beside_children_sql[] = BESIDE("a.parent_id = $1");
static const char beside_family_sql[] = BESIDE("(a.parent_id = $1 or a.parent_id = $6 or a.id = $6)");

/* What is asked of the account that it is. */
enum { LOOK_CLAIMS, LOOK_BESIDE, LOOKS };

static void look_at(struct call *c, const struct wish *w, const struct account_match *m, struct date today,
    struct db_query *q)
{
    int64_t parent = m->account.parent_id.id;
    const struct value of[6] = {v_int(m->id), v_int(w->product_line_id), v_int(c->now.us),
        v_int(w->partner_id), v_int(today.days), v_int(parent)};
    struct value *args = ARENA_ARRAY(c->arena, COUNT(of), struct value);
    memcpy(args, of, sizeof of);
    q[LOOK_CLAIMS] = (struct db_query){.sql = claims_sql, .args = args, .n_args = 3};
    q[LOOK_BESIDE] = (struct db_query){
        .sql = parent ? beside_family_sql : beside_children_sql, .args = args, .n_args = parent ? 6 : 5};
}

/*
 * Another partner's claim says more than one's own; of several the oldest counts. What has lapsed is nobody's
 * own any more: who held it comes behind those who wait.
 */
static void take_claims(struct situation *s, const struct rows *rows, struct instant now)
{
    int64_t oldest = INT64_MAX;
    for (size_t r = 0; r < rows->n; r++) {
        if (!cell_int(rows, r, 6))
            continue;
        bool lapsed = !streq(cell_text(rows, r, 3), "hold") && cell_int(rows, r, 4) < now.us;
        bool own = cell_int(rows, r, 2) == s->wish->partner_id && !lapsed, first = !s->claim.protection_id;
        bool older = cell_int(rows, r, 5) < oldest;
        if (!first && (own == s->claim_own ? !older : own))
            continue;
        s->claim = (struct claim){cell_int(rows, r, 0), cell_int(rows, r, 1), cell_int(rows, r, 2),
            cell_text(rows, r, 3), {cell_int(rows, r, 4)}};
        s->claim_own = own;
        oldest = cell_int(rows, r, 5);
    }
}

static void take_deal(struct situation *s, const struct value *day, struct date today)
{
    s->own_deal = day->kind == VALUE_INT;
    s->own_deal_days = s->own_deal && day->i >= 0 ? today.days - day->i : -1;
}

static void take_account(
    struct situation *s, struct instant now, struct date today, const struct db_query q[LOOKS])
{
    const struct rows *beside = &q[LOOK_BESIDE].rows;
    s->unclaimed = !q[LOOK_CLAIMS].rows.n;
    take_claims(s, &q[LOOK_CLAIMS].rows, now);
    s->related_claim = cell_int(beside, 0, 0) > 0;
    take_deal(s, cell(beside, 0, 1), today);
    s->contract = cell_int(beside, 0, 2) > 0;
}

/* A company that only may be the same: who holds it decides nothing alone, but a person should know. */
static enum status read_lookalike(struct call *c, struct situation *s)
{
    struct value args[3] = {v_int(s->nearest->id), v_int(s->wish->product_line_id), v_int(c->now.us)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, claims_sql, args, 3));
    for (size_t r = 0; r < rows.n; r++)
        s->lookalike_claim |= cell_int(&rows, r, 6) && cell_int(&rows, r, 2) != s->wish->partner_id;
    return OK;
}

enum status situation_read(
    struct call *c, const struct wish *w, const struct probe *p, bool lock, struct situation *out)
{
    *out = (struct situation){.wish = w, .own_deal_days = -1};
    TRY(programme_active(c, &out->programme));
    struct date today = date_in(out->programme->catalog.zone, c->now);
    TRY(rate_convert(c, w->amount, w->currency, today, &out->amount));
    if (lock) {
        TRY(db_lock_names(c->db, p->locks, p->n_locks));
        TRY(db_lock_names(c->db, p->late_locks, p->n_late_locks));
    }
    struct value args[3] = {v_int(w->partner_id), v_int(w->product_line_id), v_int(today.days)};
    struct account_search search;
    struct db_query q[3], looks[LOOKS];
    const struct account_match *likely = foreseen(p);
    if (likely)
        look_at(c, w, likely, today, looks);
    for (int i = 0; likely && i < LOOKS; i++)
        TRY(db_ask(c->db, c->arena, &looks[i]));
    size_t n = account_find_queries(c->arena, &p->search, q);
    q[n] = (struct db_query){.sql = partner_sql, .args = args, .n_args = 3};
    TRY(db_query_many(c->db, c->arena, q, n + 1));
    TRY(take_partner(c, &q[n].rows, out));
    TRY(account_find_again(c, &p->search, q, &search));
    out->candidates = search.seen;
    out->n_candidates = search.n;
    out->unclaimed = true; /* a company that is none we know becomes an account */
    if (!out->n_candidates)
        return OK;
    out->nearest = &out->candidates[0];
    out->match = out->nearest->result.answer;
    if (out->match != MATCH_SAME)
        return read_lookalike(c, out);
    out->held = lock && out->nearest == likely;
    if (out->nearest != likely) {
        look_at(c, w, out->nearest, today, looks);
        TRY(db_query_many(c->db, c->arena, looks, LOOKS));
    }
    take_account(out, c->now, today, looks);
    return OK;
}
