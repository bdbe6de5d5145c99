/*
 * The feed becomes credit and sums: deals are looked at again where a touchpoint, a registration or the deal
 * itself changed. Each keeps whether partners sourced or influenced it, so that lists can ask for it, and
 * stands in the pipeline's sums as it is. At first, and where the programme counts other days than before or
 * has another time zone, all deals are walked through. Nobody's version changes by it, and no event tells it:
 * a partner on a deal must not notice that another one did something.
 */
#include "base/id.h"
#include "domain/opportunity/quarters.h"
#include "domain/programme/programme.h"
#include "domain/touchpoint/panel.h"
#include "domain/touchpoint/touchpoint.h"
#include "runtime/follower.h"

#define STRETCH 200 /* events looked at together */
#define WALK    200 /* deals of a walk, at once */

#define POSITION "credit.seq"
#define WINDOW   "credit.days" /* what the programme counted by when all were judged: days and zone */
#define WALK_AT  "credit.walk" /* behind which deal a walk stands; 0: none is under way */

/* Deals to be judged. Which they are is read on a snapshot; what they are, in the transaction. */
struct looked {
    struct stretch at;
    const char *name; /* of the number that it is of: POSITION or WALK_AT */
    int64_t *deals;
    size_t n;
    bool last; /* moves the number: the whole stretch is judged */
};

static void take_ids(struct call *c, const struct rows *rows, struct looked *s)
{
    int64_t *all = ARENA_ARRAY(c->arena, s->n + rows->n + 1, int64_t);
    if (s->n)
        memcpy(all, s->deals, s->n * sizeof *all);
    for (size_t i = 0; i < rows->n; i++)
        all[s->n + i] = cell_int(rows, i, 0);
    s->deals = all;
    s->n += rows->n;
}

/* What a touchpoint or a registration says, it says of all deals of its account. */
/* clang-format off */
static const char touched_sql[] =
    "select o.id from opportunity o where o.id in ("
    "select e.row_id" FOLLOW_EVENTS("opportunity", "opportunity x on x.id = e.row_id")
    " union select d.id" FOLLOW_EVENTS("touchpoint",
        "touchpoint x on x.id = e.row_id join opportunity d on d.account_id = x.account_id")
    " union select d.id" FOLLOW_EVENTS("registration",
        "registration x on x.id = e.row_id join opportunity d on d.account_id = x.account_id")
    ") order by o.account_id, o.id";
/* clang-format on */

/*
 * What a split of an account moved back stands at the one that was gone, and is found there; the one that was
 * kept lost it, and no event but the split itself says so.
 */
static enum status read_splits(struct call *c, struct looked *s)
{
    struct value args[2] = {v_int(s->at.from), v_int(s->at.to)};
    struct rows merges, rows;
    TRY(db_query(c->db, c->arena, &merges,
        "select distinct m.kept" FOLLOW_EVENTS(
            "merge", "merge m on m.id = e.row_id") " and e.verb = 'split' and "
                                                   "m.kind = 'account' order by m.kept",
        args, 2));
    for (size_t i = 0; i < merges.n; i++) {
        struct value kept[1] = {v_int(0)};
        if (!id_parse("acc", cell_string(&merges, i, 0), &kept[0].i))
            continue;
        TRY(db_query(c->db, c->arena, &rows,
            "select o.id from opportunity o where o.account_id = $1 order by o.id", kept, 1));
        take_ids(c, &rows, s);
    }
    return OK;
}

static enum status read_stretch(struct call *c, struct looked *s, bool *more)
{
    struct rows rows;
    TRY(follow_read(c, POSITION, STRETCH, &s->at));
    s->name = POSITION;
    struct value args[2] = {v_int(s->at.from), v_int(s->at.to)};
    TRY(db_query(c->db, c->arena, &rows, touched_sql, args, 2));
    take_ids(c, &rows, s);
    *more = s->at.to - s->at.from == STRETCH;
    return read_splits(c, s);
}

static enum status read_walk(struct call *c, struct looked *s, bool *more)
{
    struct rows rows;
    TRY(setting_number(c, WALK_AT, &s->at.from));
    s->name = WALK_AT;
    struct value args[2] = {v_int(s->at.from), v_int(WALK)};
    if (!s->at.from)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select o.id from opportunity o where o.id > $1 order by o.id limit $2", args, 2));
    take_ids(c, &rows, s);
    *more = rows.n == WALK;
    s->at.to = *more ? s->deals[s->n - 1] : 0;
    return OK;
}

/*
 * Judged here, under the lock, and not where they were read: what is stored is true when it is stored, and
 * what happens afterwards has a later event than any position that another process may have moved to.
 */
static enum status store_run(struct call *c)
{
    const struct looked *s = c->plan;
    struct deal_credit judged[DEALS_AT_ONCE];
    size_t n;
    TRY(follow_lock(c, POSITION)); /* also where another process walks: sums are added to */
    TRY(follow_hold(c, s->name, s->at.from));
    TRY(credit_of_deals(c, s->deals, s->n, judged, &n));
    for (size_t i = 0; i < n; i++) {
        struct value args[2] = {v_int(judged[i].id), judged[i].credit ? v_text(judged[i].credit) : v_null()};
        TRY(db_exec(c->db,
            "update opportunity set credit = $2 where id = $1 and coalesce(credit, '') <> coalesce(cast($2 "
            "as text), '')",
            args, 2));
    }
    TRY(pipeline_count(c, s->deals, s->n));
    return s->last ? setting_number_set(c, s->name, s->at.to) : OK;
}

/* ---- a walk ---- */

/* STANDS: all deals were judged, or are being judged, by the days and the zone that the programme has now. */
static enum status read_window(struct call *c, const char **wanted, bool *stands)
{
    struct value args[1] = {v_text(WINDOW)};
    const struct programme *p;
    struct rows rows;
    TRY(programme_active(c, &p));
    TRY(db_query(c->db, c->arena, &rows, "select value from setting where name = $1", args, 1));
    *wanted =
        arena_printf(c->arena, "%lld %s", (long long)p->limits.sourcing_days, zone_name(c->catalog->zone));
    *stands = rows.n && streq(cell_string(&rows, 0, 0), *wanted);
    return OK;
}

enum status credit_counting(struct call *c, bool *out)
{
    const char *wanted;
    bool stands;
    int64_t at;
    TRY(read_window(c, &wanted, &stands));
    TRY(setting_number(c, WALK_AT, &at));
    *out = !stands || at != 0;
    return OK;
}

enum status credit_is_current(struct db *db, struct arena *a, bool *out)
{
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select count(*) from setting s where (s.name = '" POSITION "' and cast(s.value as bigint) = (select "
        "max(seq) from event)) or (s.name = '" WALK_AT "' and s.value = '0') or s.name = '" WINDOW "'",
        NULL, 0));
    *out = cell_int(&rows, 0, 0) == 3;
    return OK;
}

static enum status read_begin(struct call *c, void *plan, bool *any)
{
    const char *wanted;
    bool stands;
    (void)plan;
    TRY(read_window(c, &wanted, &stands));
    *any = !stands;
    return OK;
}

/* What happened until now the walk sees; it begins behind the number that no row has. */
static enum status begin_run(struct call *c)
{
    const char *wanted;
    struct rows rows;
    bool stands;
    TRY(follow_lock(c, POSITION));
    TRY(read_window(c, &wanted, &stands));
    if (stands) /* another process began it */
        return call_refuse(c, PROBLEM_state, NULL);
    struct value args[2] = {v_text(WINDOW), v_text(wanted)};
    TRY(db_query(c->db, c->arena, &rows, "select max(seq) from event", NULL, 0));
    TRY(db_exec(c->db,
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = "
        "excluded.value",
        args, 2));
    TRY(setting_number_set(c, POSITION, cell_int(&rows, 0, 0)));
    TRY(pipeline_sum_again(c)); /* a walk mends what drifted: the sums here, the deals as it comes to them */
    return setting_number_set(c, WALK_AT, 1);
}

static const struct verb store_verb = {
    .name = "judge", .label = "Judge", .summary = "", .on = ON_COLLECTION, .roles = SYSTEM, .run = store_run};
static const struct verb begin_verb = {
    .name = "begin", .label = "Begin", .summary = "", .on = ON_COLLECTION, .roles = SYSTEM, .run = begin_run};

/* ---- the job ---- */

static enum status store(struct job_worker *w, const struct looked *whole)
{
    for (size_t at = 0; at == 0 || at < whole->n; at += DEALS_AT_ONCE) {
        struct looked s = *whole;
        s.deals = whole->deals + at;
        s.n = whole->n - at < DEALS_AT_ONCE ? whole->n - at : DEALS_AT_ONCE;
        s.last = at + s.n == whole->n;
        TRY(follow_step(w, NULL, &store_verb, &s));
    }
    return OK;
}

static enum status judge_all(
    struct job_worker *w, enum status (*read)(struct call *c, struct looked *s, bool *more))
{
    enum status status = OK;
    for (bool more = true; status == OK && more && w->go_on(w->jobs);) {
        struct looked s = {.n = 0};
        struct call *c = follow_call(w, &status);
        more = false;
        if (status == OK)
            status = read(c, &s, &more);
        follow_read_done(w, c);
        if (status == OK && s.at.to != s.at.from)
            status = store(w, &s);
        arena_free(c->arena);
    }
    return status;
}

static enum status work(struct job_worker *w, int64_t id)
{
    (void)id;
    TRY(follow_step(w, read_begin, &begin_verb, NULL));
    TRY(judge_all(w, read_walk));
    return judge_all(w, read_stretch);
}

const struct job_kind credit_job = {.name = "credit",
    .next = FOLLOW_NEXT(POSITION,
        " or exists (select 1 from setting where name = '" WALK_AT
        "' and value <> '0') or not exists (select 1 from setting where name = '" WINDOW "')"),
    .work = work};
