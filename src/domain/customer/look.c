#include "domain/customer/look.h"

#include "base/text.h"
#include "domain/customer/renewals.h"
#include "domain/notice/notice.h"

#define NOUN         (&contract_noun)
#define MORNING_HOUR 7 /* in the programme's zone, so that it is read on its day */

/* ---- telling ---- */

struct told {
    const struct renewal *renewal;
    unsigned bits; /* that are new */
    const struct zone *zone;
};

static void write_signs(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    struct html h = {.arena = c->arena, .lang = lang, .zone = t->zone, .now = c->now};
    out->subject =
        arena_printf(c->arena, "%s: %s", t->renewal->name, signs_words(c, &h, &t->renewal->signs, t->bits));
    out->body =
        arena_printf(c->arena, tr(lang, "The contract ends on %s."), fmt_date(&h, t->renewal->contract.ends));
}

static void write_expired(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(
        c->arena, tr(lang, "%s: the contract has ended, and nobody said what comes"), t->renewal->name);
    out->body = tr(lang, "Renew it, or mark it as lost.");
}

static enum status manager_of(struct call *c, int64_t partner_id, int64_t *out)
{
    struct value args[1] = {v_int(partner_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select manager_id from partner where id = $1", args, 1));
    *out = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static enum status tell(struct call *c, const struct renewal *r, notice_write *write, unsigned bits)
{
    const struct contract *k = &r->contract;
    const struct told t = {r, bits, c->catalog->zone};
    struct notice_about about = {.kind = NOTICE_renewal, .noun = NOUN, .id = r->id};
    int64_t manager = 0;
    if (k->owner_id.id)
        TRY(notify_person(c, k->owner_id.id, &about, write, &t));
    if (!k->partner_id.id)
        return OK;
    TRY(manager_of(c, k->partner_id.id, &manager));
    if (manager)
        TRY(notify_person(c, manager, &about, write, &t));
    return notify_partner(c, k->partner_id.id, PARTNER_ROLES, &about, write, &t);
}

/* ---- looking ---- */

static enum status keep(struct call *c, struct renewal *r, uint64_t mask, const char *verb)
{
    const struct event *before = call_last_event(c);
    TRY(noun_update(c, NOUN, r->id, &r->contract, mask | FIELD_BIT(NOUN, look_due), verb));
    struct event *e = call_last_event(c);
    if (e && e != before)
        e->partner_sees = false; /* what it may know of it stands on the contract */
    return OK;
}

static enum status look(struct call *c, struct renewal *r)
{
    const struct programme *p;
    struct contract *k = &r->contract;
    unsigned fresh = r->signs.bits & ~signs_bits(k->signs);
    bool changed = r->signs.bits != signs_bits(k->signs);
    TRY(programme_active(c, &p));
    struct date next = signs_next(&r->facts, &p->care);
    k->signs = signs_text(c->arena, r->signs.bits);
    k->look_due =
        next.days == DATE_NONE ? (struct instant){0} : instant_in(c->catalog->zone, next, MORNING_HOUR, 0, 0);
    TRY(keep(c, r, FIELD_BIT(NOUN, signs), changed ? "signs" : "look"));
    return fresh ? tell(c, r, write_signs, fresh) : OK;
}

static enum status expire(struct call *c, struct renewal *r)
{
    r->contract.state = "expired";
    r->contract.look_due.us = 0;
    TRY(keep(c, r, FIELD_BIT(NOUN, state), "expire"));
    return tell(c, r, write_expired, 0);
}

static enum status look_run(struct call *c)
{
    struct renewal r;
    int64_t next;
    TRY(renewal_load(c, c->row_id, &r));
    if (!streq(r.contract.state, "active"))
        return call_refuse(c, PROBLEM_state, NULL);
    if (r.signs.days_left >= 0)
        return look(c, &r);
    if (!r.contract.auto_renew)
        return expire(c, &r);
    return contract_follow_up(
        c, c->row_id, &r.contract, r.contract.amount, contract_next_end(&r.contract), &next);
}

static const char *const active[] = {"active", NULL};

const struct verb contract_look = {
    .noun = &contract_noun,
    .name = "look",
    .label = N_("Look after it"),
    .summary = N_("Keeps the signs that hold, tells new ones, renews what renews by itself."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = active,
    .run = look_run,
    .done = N_("Looked after: nothing new"),
};

const struct clock contract_clock = {
    .name = "contracts", .verb = &contract_look, .due = "look_due", .state = "active"};

/* ---- behind the feed ---- */

#define STRETCH 500 /* events looked at together */
#define AT_ONCE 16  /* contracts in one transaction: others wait no longer than for a group */

static const char position_name[] = "contract.seq";

static enum status read_position(struct call *c, int64_t *out)
{
    struct value args[1] = {v_text(position_name)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select value from setting where name = $1", args, 1));
    if (!rows.n || !parse_int(cell_text(&rows, 0, 0), out))
        *out = 0;
    return OK;
}

/*
 * Running contracts of the accounts of which something came in; and of partners that were suspended, or are
 * so no more. Beside '' because SQLite would else walk through all events of the noun, not through those
 * behind the position.
 */
const char contract_touched_sql[] =
    "select distinct k.id from event e left join usage u on e.noun = 'usage' and u.id = e.row_id left join "
    "satisfaction s on e.noun = 'satisfaction' and s.id = e.row_id left join touchpoint t on e.noun = "
    "'touchpoint' and t.id = e.row_id join contract k on k.account_id = coalesce(u.account_id, s.account_id, "
    "t.account_id) and k.state = 'active' where e.seq > $1 and e.seq <= $2 and e.noun || '' in ('usage', "
    "'satisfaction', 'touchpoint') union select k.id from event e join partner p on p.id = e.row_id join "
    "contract k on k.partner_id = p.id and k.state = 'active' where e.seq > $1 and e.seq <= $2 and e.noun || "
    "'' = 'partner' and (p.standing = 'suspended') <> (coalesce(k.signs, '') like '%,suspended,%') order by "
    "1";

struct stretch {
    int64_t from, to;
    const int64_t *ids;
    size_t n;
    bool last; /* moves the position: the whole stretch is looked at */
};

static enum status read_stretch(struct call *c, struct stretch *s)
{
    struct value args[2];
    struct rows rows;
    TRY(read_position(c, &s->from));
    TRY(db_query(c->db, c->arena, &rows, "select max(seq) from event", NULL, 0));
    int64_t newest = cell_int(&rows, 0, 0);
    s->to = newest - s->from > STRETCH ? s->from + STRETCH : newest;
    args[0] = v_int(s->from);
    args[1] = v_int(s->to);
    TRY(db_query(c->db, c->arena, &rows, contract_touched_sql, args, 2));
    int64_t *ids = ARENA_ARRAY(c->arena, rows.n + 1, int64_t);
    for (size_t i = 0; i < rows.n; i++)
        ids[i] = cell_int(&rows, i, 0);
    s->ids = ids;
    s->n = rows.n;
    return OK;
}

static enum status store_position(struct call *c, const struct stretch *s)
{
    struct value at[2] = {v_text(position_name), v_text(arena_printf(c->arena, "%lld", (long long)s->to))};
    return db_exec(c->db,
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = "
        "excluded.value",
        at, 2);
}

/* Another process may have been faster: then it has looked, and looking again would change nothing. */
static enum status follow_run(struct call *c)
{
    const struct stretch *s = c->plan;
    const char *const line[] = {position_name};
    int64_t position;
    TRY(db_lock_names(c->db, line, 1));
    TRY(read_position(c, &position));
    if (position != s->from)
        return call_refuse(c, PROBLEM_state, NULL);
    for (size_t i = 0; i < s->n; i++) {
        struct renewal r;
        TRY(renewal_load(c, s->ids[i], &r));
        if (streq(r.contract.state, "active") && r.signs.days_left >= 0)
            TRY(look(c, &r));
    }
    return s->last ? store_position(c, s) : OK;
}

/* Not in the registry: nobody can call it. */
static const struct verb follow_verb = {.name = "follow",
    .label = "Follow",
    .summary = "",
    .on = ON_COLLECTION,
    .roles = SYSTEM,
    .run = follow_run};

static struct call *call_of(struct job_worker *w, struct stretch *s)
{
    struct call *c = call_new(arena_new(), w->model, &system_viewer, w->at.us ? w->at : instant_now());
    c->verb = &follow_verb;
    c->plan = s;
    return c;
}

static enum status read_next(struct job_worker *w, struct call *c, struct stretch *s)
{
    c->db = w->db;
    enum status status = db_begin_read(w->db);
    if (status == OK)
        status = w->open_call(w->open_ctx, c);
    if (status == OK)
        status = read_stretch(c, s);
    db_rollback(w->db);
    c->db = NULL;
    return status;
}

/* A call of its own for each few contracts; the last one moves the position. */
static enum status look_at(struct job_worker *w, const struct call *read, const struct stretch *whole)
{
    enum status status = OK;
    size_t at = 0;
    do {
        struct stretch s = *whole;
        s.ids = whole->ids + at;
        s.n = whole->n - at < AT_ONCE ? whole->n - at : AT_ONCE;
        s.last = at + s.n == whole->n;
        struct call *c = call_of(w, &s);
        c->catalog = read->catalog;
        c->programme = read->programme;
        status = committer_run(w->committer, c);
        arena_free(c->arena);
        at += s.n;
    } while (status == OK && at < whole->n);
    return status;
}

static enum status work(struct job_worker *w, int64_t id)
{
    enum status status = OK;
    (void)id;
    for (bool more = true; status == OK && more && w->go_on(w->jobs);) {
        struct stretch s = {0};
        struct call *c = call_of(w, &s);
        status = read_next(w, c, &s);
        more = status == OK && s.to - s.from == STRETCH;
        if (status == OK && s.to > s.from)
            status = look_at(w, c, &s);
        arena_free(c->arena);
    }
    return status;
}

const struct job_kind contract_job = {.name = "contracts",
    .next = "select 1 from (select max(seq) as newest from event) f where cast($1 as text) is not null and "
            "cast($2 as bigint) > 0 and cast($3 as bigint) = 0 and coalesce(f.newest, 0) > coalesce((select "
            "cast(value as bigint) from setting where name = 'contract.seq'), 0)",
    .work = work};
