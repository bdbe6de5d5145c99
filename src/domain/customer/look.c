#include "domain/customer/look.h"

#include "domain/customer/renewals.h"
#include "domain/notice/notice.h"
#include "runtime/follower.h"

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
    /* One that became known long after its end has gone on since: one contract, not one for each term. */
    struct contract_term term = contract_next_term(&r.contract, date_in(c->catalog->zone, c->now));
    if (!r.contract.auto_renew || term.ends.days > date_last().days)
        return expire(c, &r);
    return contract_follow_up(c, c->row_id, &r.contract, r.contract.amount, term, &next);
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

#define POSITION "contract.seq"

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

struct touched {
    struct stretch at;
    const int64_t *ids;
    size_t n;
    bool last; /* moves the position: the whole stretch is looked at */
};

static enum status read_stretch(struct call *c, struct touched *s)
{
    struct rows rows;
    TRY(follow_read(c, POSITION, STRETCH, &s->at));
    struct value args[2] = {v_int(s->at.from), v_int(s->at.to)};
    TRY(db_query(c->db, c->arena, &rows, contract_touched_sql, args, 2));
    int64_t *ids = ARENA_ARRAY(c->arena, rows.n + 1, int64_t);
    for (size_t i = 0; i < rows.n; i++)
        ids[i] = cell_int(&rows, i, 0);
    s->ids = ids;
    s->n = rows.n;
    return OK;
}

/* Where another process was faster it has looked, and looking again would change nothing. */
static enum status follow_run(struct call *c)
{
    const struct touched *s = c->plan;
    TRY(follow_hold(c, POSITION, s->at.from));
    for (size_t i = 0; i < s->n; i++) {
        struct renewal r;
        TRY(renewal_load(c, s->ids[i], &r));
        if (streq(r.contract.state, "active") && r.signs.days_left >= 0)
            TRY(look(c, &r));
    }
    return s->last ? setting_number_set(c, POSITION, s->at.to) : OK;
}

static const struct verb follow_verb = {.name = "follow",
    .label = "Follow",
    .summary = "",
    .on = ON_COLLECTION,
    .roles = SYSTEM,
    .run = follow_run};

/* A transaction for each few contracts; the last one moves the position. */
static enum status look_at(struct job_worker *w, const struct touched *whole)
{
    size_t at = 0;
    do {
        struct touched s = *whole;
        s.ids = whole->ids + at;
        s.n = whole->n - at < AT_ONCE ? whole->n - at : AT_ONCE;
        s.last = at + s.n == whole->n;
        TRY(follow_step(w, NULL, &follow_verb, &s));
        at += s.n;
    } while (at < whole->n);
    return OK;
}

static enum status work(struct job_worker *w, int64_t id)
{
    enum status status = OK;
    (void)id;
    for (bool more = true; status == OK && more && w->go_on(w->jobs);) {
        struct touched s = {.n = 0};
        struct call *c = follow_call(w, &status);
        if (status == OK)
            status = read_stretch(c, &s);
        follow_read_done(w, c);
        more = status == OK && s.at.to - s.at.from == STRETCH;
        if (status == OK && s.at.to > s.at.from)
            status = look_at(w, &s);
        arena_free(c->arena);
    }
    return status;
}

const struct job_kind contract_job = {.name = "contracts", .next = FOLLOW_NEXT(POSITION, ""), .work = work};
