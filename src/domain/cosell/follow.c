/*
 * The feed becomes chances: which accounts something happened at is written down, then some of those are
 * looked at again, a transaction each. Both can run twice without harm, in any number of processes.
 */
#include "base/id.h"
#include "domain/cosell/candidates.h"
#include "domain/cosell/chance.h"
#include "domain/cosell/near.h"
#include "runtime/follower.h"

#define STRETCH   2000             /* events looked at together */
#define AGAIN_US  US_PER_DAY       /* an account with a chance is looked at again after so long */
#define SELDOM_US (7 * US_PER_DAY) /* and one without */

/* The newest event that was marked; when what was won near is counted again. */
#define POSITION "cosell.seq"
#define NEAR_DUE "cosell.near_due"

/* ---- where something happened ---- */

struct marked {
    struct stretch at;
    bool won;             /* among its events something is won */
    bool partners;        /* among them are such as concern all chances of a partner */
    struct rows accounts; /* at which something happened, each once */
};
/* Some of them, stored in one transaction; the last ones with the position. */
struct marking {
    const struct marked *of;
    size_t from, n;
};

/* What changes a partner changes all of its chances. */
#define OF_EVENT(table, alias) table " " alias " on " alias ".id = e.row_id"
static const char won_sql[] = "select 1" FOLLOW_EVENTS("registration",
    OF_EVENT("registration", "x")) " and x.state = 'won' union all select 1" FOLLOW_EVENTS("opportunity",
    OF_EVENT("opportunity", "x")) " and x.state = 'won' limit 1";
static const char partners_sql[] = "select 1 from event e where e.noun || '' in ('partner', 'certification', "
                                   "'population', 'population_share') and e.seq > $1 and e.seq <= $2 limit 1";
/* clang-format off */
static const char accounts_sql[] =
    "select f.id from (select x.id" FOLLOW_EVENTS("account", OF_EVENT("account", "x"))
    " union select x.account_id" FOLLOW_EVENTS("opportunity", OF_EVENT("opportunity", "x"))
    " union select x.account_id" FOLLOW_EVENTS("registration", OF_EVENT("registration", "x"))
    " union select x.account_id" FOLLOW_EVENTS("contract", OF_EVENT("contract", "x"))
    " union select x.account_id" FOLLOW_EVENTS("customer_partner", OF_EVENT("customer_partner", "x"))
    " union select o.account_id" FOLLOW_EVENTS("opportunity_member",
        OF_EVENT("opportunity_member", "x") " join opportunity o on o.id = x.opportunity_id")
    " union select k.account_id" FOLLOW_EVENTS("opportunity", "cosell_chance k on k.opportunity_id = e.row_id")
    " union select k.account_id" FOLLOW_EVENTS("partner", "cosell_chance k on k.partner_id = e.row_id")
    " union select k.account_id" FOLLOW_EVENTS("certification",
        OF_EVENT("certification", "x") " join cosell_chance k on k.partner_id = x.partner_id")
    " union select a.id" FOLLOW_EVENTS("mapping_look",
        OF_EVENT("mapping_look", "l") " join overlap o on o.count_id = l.count_id join population_row r on "
        "r.id = o.row_id and r.external_id is not null join population p on p.id = r.population_id and "
        "p.source = 'known' and p.partner_id is null join account a on a.id = cast(r.external_id as bigint)")
    " union select k.account_id" FOLLOW_EVENTS("population_share",
        OF_EVENT("population_share", "x") " join cosell_chance k on k.partner_id = x.partner_id")
    " union select k.account_id" FOLLOW_EVENTS("population",
        OF_EVENT("population", "x") " join cosell_chance k on k.partner_id = x.partner_id")
    ") f where f.id is not null order by f.id";
/* clang-format on */

static enum status read_stretch(struct call *c, struct marked *s)
{
    TRY(follow_read(c, POSITION, STRETCH, &s->at));
    struct value stretch[2] = {v_int(s->at.from), v_int(s->at.to)};
    struct db_query q[3] = {{.sql = won_sql, .args = stretch, .n_args = 2},
        {.sql = accounts_sql, .args = stretch, .n_args = 2},
        {.sql = partners_sql, .args = stretch, .n_args = 2}};
    TRY(db_query_many(c->db, c->arena, q, COUNT(q)));
    s->won = q[0].rows.n > 0;
    s->accounts = q[1].rows;
    s->partners = q[2].rows.n > 0;
    return OK;
}

#define MARKED_ALREADY " on conflict (account_id) do update set due = 0, marked = cosell_look.marked + 1"

/* Filled up with no account's, so that one text serves. */
static enum status mark(struct call *c, const struct marking *m, size_t from)
{
    struct value ids[COSELL_BATCH];
    struct buf sql = buf_in(c->arena, 4096);
    buf_adds(&sql, "insert into cosell_look (account_id, due, marked) select column1, 0, 1 from (values ");
    for (size_t i = 0; i < COSELL_BATCH; i++) {
        ids[i] = v_int(from + i < m->n ? cell_int(&m->of->accounts, m->from + from + i, 0) : 0);
        buf_addf(&sql, "%s(cast($%zu as bigint))", i ? ", " : "", i + 1);
    }
    buf_adds(&sql, ") v where column1 > 0" MARKED_ALREADY);
    return db_exec(c->db, buf_str(&sql), ids, COSELL_BATCH);
}

/* Chances of the partners concerned that were stored since the stretch was read, from what was so before. */
static enum status mark_again(struct call *c, const struct marked *s)
{
    const struct value stretch[2] = {v_int(s->at.from), v_int(s->at.to)};
    return db_exec(c->db,
        arena_printf(c->arena,
            "insert into cosell_look (account_id, due, marked) select m.id, 0, 1 from (%s) m where m.id > "
            "0" MARKED_ALREADY,
            accounts_sql),
        stretch, 2);
}

static enum status mark_run(struct call *c)
{
    const struct marking *m = c->plan;
    const struct marked *s = m->of;
    TRY(follow_hold(c, POSITION, s->at.from));
    for (size_t i = 0; i < m->n; i += COSELL_BATCH)
        TRY(mark(c, m, i));
    if (m->from + m->n < s->accounts.n)
        return OK;
    if (s->partners)
        TRY(mark_again(c, s));
    if (s->won)
        TRY(setting_number_set(c, NEAR_DUE, 0));
    return setting_number_set(c, POSITION, s->at.to);
}

/* ---- what was won near ---- */

struct near {
    int64_t position; /* of the snapshot in which it was counted */
    struct rows counted;
};

static enum status read_near(struct call *c, void *plan, bool *any)
{
    struct near *n = plan;
    int64_t due;
    TRY(setting_number(c, POSITION, &n->position));
    TRY(setting_number(c, NEAR_DUE, &due));
    *any = due <= c->now.us;
    return *any ? cosell_near_count(c, &n->counted) : OK;
}

/* Also once a day: what stops being won, or a company that moves, is no event of something won. */
static enum status near_run(struct call *c)
{
    const struct near *n = c->plan;
    TRY(follow_hold(c, POSITION, n->position));
    TRY(cosell_near_store(c, &n->counted));
    return setting_number_set(c, NEAR_DUE, c->now.us + AGAIN_US);
}

/* ---- looking at accounts ---- */

#define LOTS 100 /* of accounts, looked at with what was read of the partners once */

/* What is due, and what is known of all partners meanwhile. */
struct round {
    struct cosell_partners partners;
    struct rows accounts; /* account_id, marked */
};
/* Some of a round's accounts: FROM on. */
struct look {
    const struct round *round;
    size_t from, n;
    struct cosell_candidates found;
};

/* In the order of their ids: neighbours share pages of the tables. */
static enum status read_round(struct call *c, struct round *r)
{
    struct value args[2] = {v_int(c->now.us), v_int(LOTS * COSELL_BATCH)};
    TRY(db_query(c->db, c->arena, &r->accounts,
        "select account_id, marked from cosell_look where due <= $1 order by due, account_id limit $2", args,
        2));
    return r->accounts.n ? cosell_partners_read(c, NULL, 0, &r->partners) : OK;
}

static int64_t account_at(const struct look *l, size_t i)
{
    return cell_int(&l->round->accounts, l->from + i, 0);
}

static enum status read_look(struct call *c, void *plan, bool *any)
{
    struct look *l = plan;
    int64_t ids[COSELL_BATCH];
    for (size_t i = 0; i < l->n; i++)
        ids[i] = account_at(l, i);
    struct cosell_wish wish = {.accounts = ids,
        .n = l->n,
        .partners = &l->round->partners,
        .most = CHANCES_PER_ACCOUNT,
        .least = CHANCE_LEAST};
    *any = true;
    return cosell_candidates_read(c, &wish, &l->found);
}

static struct value or_null(int64_t id)
{
    return id ? v_int(id) : v_null();
}
static struct value text_or_null(const char *text)
{
    return text ? v_text(text) : v_null();
}

/* Beside the noun's own writing: a chance is no row that anybody made, and leaves no event. */
static enum status store_chance(struct call *c, const struct cosell_candidate *k)
{
    struct value args[] = {v_int(id_new(c->now)), v_int(c->now.us), v_int(k->account_id),
        v_int(k->partner_id), v_int(k->result.score), v_text(cosell_footholds[k->foothold.source].key),
        or_null(k->opportunity_id.id), or_null(k->product_line_id.id), or_null(k->owner_id.id),
        or_null(k->amount.minor), text_or_null(k->currency), text_or_null(k->country),
        text_or_null(k->industry), or_null(k->manager_id), text_or_null(cosell_reasons(c, k)),
        v_text(cosell_evidence(c, k))};
    return db_exec(c->db,
        "insert into cosell_chance (id, version, created, updated, account_id, partner_id, score, foothold, "
        "opportunity_id, product_line_id, owner_id, amount, currency, country, industry, manager_id, "
        "reasons, "
        "evidence) values ($1, 1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on "
        "conflict (account_id, partner_id) do update set version = cosell_chance.version + 1, updated = "
        "excluded.updated, score = excluded.score, foothold = excluded.foothold, opportunity_id = "
        "excluded.opportunity_id, product_line_id = excluded.product_line_id, owner_id = excluded.owner_id, "
        "amount = excluded.amount, currency = excluded.currency, country = excluded.country, industry = "
        "excluded.industry, manager_id = excluded.manager_id, reasons = excluded.reasons, evidence = "
        "excluded.evidence",
        args, COUNT(args));
}

static bool has_chance(const struct look *l, int64_t account_id)
{
    for (size_t i = 0; i < l->found.n; i++)
        if (l->found.all[i].account_id == account_id)
            return true;
    return false;
}

/* Those found no more. */
static enum status delete_old(struct call *c, const struct look *l)
{
    struct value args[1 + COSELL_BATCH];
    struct buf sql = buf_in(c->arena, 1024);
    args[0] = v_int(c->now.us);
    buf_adds(&sql, "delete from cosell_chance where updated < $1 and account_id in (");
    for (size_t i = 0; i < COSELL_BATCH; i++) {
        args[1 + i] = v_int(i < l->n ? account_at(l, i) : 0);
        buf_addf(&sql, "%s$%zu", i ? ", " : "", i + 2);
    }
    buf_adds(&sql, ")");
    return db_exec(c->db, buf_str(&sql), args, COUNT(args));
}

/* What happened since an account was read leaves its mark, and it is looked at again. */
static enum status put_off(struct call *c, const struct look *l)
{
    struct value args[3 * COSELL_BATCH];
    struct buf sql = buf_in(c->arena, 8192);
    buf_adds(&sql, "update cosell_look set due = v.column3 from (values ");
    for (size_t i = 0; i < COSELL_BATCH; i++) {
        int64_t id = i < l->n ? account_at(l, i) : 0;
        args[3 * i] = v_int(id);
        args[3 * i + 1] = v_int(id ? cell_int(&l->round->accounts, l->from + i, 1) : 0);
        args[3 * i + 2] = v_int(c->now.us + (has_chance(l, id) ? AGAIN_US : SELDOM_US));
        buf_addf(&sql, "%s(cast($%zu as bigint), cast($%zu as bigint), cast($%zu as bigint))", i ? ", " : "",
            3 * i + 1, 3 * i + 2, 3 * i + 3);
    }
    buf_adds(&sql, ") v where account_id = v.column1 and marked = v.column2");
    return db_exec(c->db, buf_str(&sql), args, COUNT(args));
}

static enum status store_run(struct call *c)
{
    const struct look *l = c->plan;
    TRY(follow_lock(c, POSITION));
    for (size_t i = 0; i < l->found.n; i++)
        TRY(store_chance(c, &l->found.all[i]));
    TRY(delete_old(c, l));
    return put_off(c, l);
}

static const struct verb mark_verb = {
    .name = "mark", .label = "Mark", .summary = "", .on = ON_COLLECTION, .roles = SYSTEM, .run = mark_run};
static const struct verb near_verb = {
    .name = "count", .label = "Count", .summary = "", .on = ON_COLLECTION, .roles = SYSTEM, .run = near_run};
static const struct verb store_verb = {
    .name = "look", .label = "Look", .summary = "", .on = ON_COLLECTION, .roles = SYSTEM, .run = store_run};

/* ---- the job ---- */

#define MARKS_MOST (10 * COSELL_BATCH) /* in one transaction: a partner has many accounts */

static enum status mark_stretch(struct job_worker *w, bool *more)
{
    struct marked s = {.won = false};
    enum status status;
    struct call *c = follow_call(w, &status);
    if (status == OK)
        status = read_stretch(c, &s);
    follow_read_done(w, c);
    *more = s.at.to - s.at.from == STRETCH;
    struct marking m = {.of = &s};
    for (bool any = s.at.to > s.at.from; status == OK && any && w->go_on(w->jobs); m.from += m.n) {
        size_t left = s.accounts.n - m.from;
        m.n = left < MARKS_MOST ? left : MARKS_MOST;
        status = follow_step(w, NULL, &mark_verb, &m);
        any = m.n < left;
    }
    arena_free(c->arena);
    return status;
}

static enum status look_at_some(struct job_worker *w, const struct round *r, size_t from)
{
    size_t left = r->accounts.n - from;
    struct look l = {.round = r, .from = from, .n = left < COSELL_BATCH ? left : COSELL_BATCH};
    return follow_step(w, read_look, &store_verb, &l);
}

static enum status look_at_many(struct job_worker *w, bool *more)
{
    struct round r = {.accounts = {.n = 0}};
    enum status status;
    struct call *c = follow_call(w, &status);
    if (status == OK)
        status = read_round(c, &r);
    follow_read_done(w, c);
    for (size_t from = 0; status == OK && from < r.accounts.n && w->go_on(w->jobs); from += COSELL_BATCH)
        status = look_at_some(w, &r, from);
    *more = status == OK && r.accounts.n == LOTS * COSELL_BATCH;
    arena_free(c->arena);
    return status;
}

static enum status work(struct job_worker *w, int64_t id)
{
    bool more = true;
    (void)id;
    while (more && w->go_on(w->jobs))
        TRY(mark_stretch(w, &more));
    struct near n = {.position = 0};
    TRY(follow_step(w, read_near, &near_verb, &n));
    for (more = true; more && w->go_on(w->jobs);)
        TRY(look_at_many(w, &more));
    return OK;
}

const struct job_kind cosell_job = {.name = "cosell",
    .next = FOLLOW_NEXT(POSITION, " or exists (select 1 from cosell_look where due <= cast($2 as bigint))"),
    .work = work};
