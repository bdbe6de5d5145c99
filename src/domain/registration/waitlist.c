#include "domain/registration/waitlist.h"

#include "base/id.h"
#include "domain/registration/judge.h"
#include "domain/registration/life.h"
#include "face/format.h"
#include "face/html.h"

static const struct state states[] = {{"waiting", N_("Waitlisted"), "new"},
    {"offered", N_("Offered"), "review"}, {"accepted", N_("Accepted"), "ok"},
    {"passed", N_("Passed on"), "gone"}, {"expired", N_("Not answered"), "gone"},
    {"left", N_("Left"), "gone"}, {"ended", N_("Ended"), "gone"}, {0}};
static const struct option events[] = {{"offer", N_("Offered")}, {0}};
static const struct option state_options[] = {{"waiting", N_("Waitlisted")}, {"offered", N_("Offered")},
    {"accepted", N_("Accepted")}, {"passed", N_("Passed on")}, {"expired", N_("Not answered")},
    {"left", N_("Left")}, {"ended", N_("Ended")}, {0}};

#define BOTH (VENDOR | PARTNER)

/* No account for partners: theirs is what they typed. */
static const struct field fields[] = {
    FIELD(struct waitlist_entry, company, .label = N_("Company"), .required = true, .see = BOTH,
        .list_column = true, .example = "Hollenbrook Castings"),
    FIELD(struct waitlist_entry, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct waitlist_entry, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct waitlist_entry, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct waitlist_entry, offer_due, .label = N_("Answer until"), .see = BOTH, .list_column = true),
    FIELD(struct waitlist_entry, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = BOTH, .filter = true),
    FIELD(struct waitlist_entry, person_id, .label = N_("Joined by"), .ref = "person", .required = true,
        .see = BOTH),
    FIELD(struct waitlist_entry, account_id, .label = N_("Account"), .ref = "account", .required = true,
        .see = VENDOR, .filter = true),
};

const struct noun waitlist_entry_noun = {
    .name = "waitlist_entry",
    .plural = "waitlist-entries",
    .prefix = "wai",
    .label = N_("Waitlist entry"),
    .labels = N_("Waitlist"),
    .icon = "swap",
    .summary =
        N_("A partner waits for an account that another one holds. When it is free, the next in the log's "
           "order is offered it."),
    .size = sizeof(struct waitlist_entry),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "company",
    .states = states,
    .events = events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"partner_id,account_id,product_line_id", NULL},
    .unique_states = "waiting,offered",
};

static enum status set_state(
    struct call *c, int64_t id, const char *state, struct instant due, const char *verb)
{
    struct waitlist_entry e = {.state = state, .offer_due = due};
    uint64_t mask = FIELD_BIT(&waitlist_entry_noun, state) | FIELD_BIT(&waitlist_entry_noun, offer_due);
    TRY(noun_update(c, &waitlist_entry_noun, id, &e, mask, verb));
    call_last_event(c)->partner_sees = true;
    return OK;
}

const char *waitlist_lock_name(struct arena *a, int64_t account_id, int64_t line_id)
{
    return arena_printf(a, "waitlist:%lld:%lld", (long long)account_id, (long long)line_id);
}

static enum status lock(struct call *c, int64_t account_id, int64_t line_id)
{
    const char *name = waitlist_lock_name(c->arena, account_id, line_id);
    return db_lock_names(c->db, &name, 1);
}

enum status waitlist_entry_of(
    struct call *c, int64_t registration_id, int64_t *id, struct waitlist_entry *out)
{
    struct value args[1] = {v_int(registration_id)};
    struct rows rows;
    *id = 0;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from waitlist_entry where registration_id = $1 order by id desc limit 1", args, 1));
    if (!rows.n)
        return OK;
    *id = cell_int(&rows, 0, 0);
    return noun_load_whole(c, &waitlist_entry_noun, *id, out);
}

/* ---- joining ---- */

static enum status was_told_to_wait(struct call *c, const struct registration *r, int64_t id, bool *yes)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    const struct programme *p;
    *yes = false;
    if (!streq(r->state, "declined") || !r->rule)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select programme_number, rule from decision where registration_id = $1 and kind = 'registration' "
        "and "
        "rule is not null order by id desc limit 1",
        args, 1));
    if (!rows.n)
        return OK;
    TRY(programme_at(c, cell_int(&rows, 0, 0), &p));
    for (size_t i = 0; i < p->rules.n; i++)
        if (streq(p->rules.rules[i].id, cell_text(&rows, 0, 1)))
            *yes = streq(p->rules.rules[i].next_step, "waitlist");
    return OK;
}

enum status waitlist_may_join(struct call *c, int64_t registration_id, bool *yes)
{
    struct registration r;
    struct waitlist_entry e;
    int64_t entry;
    TRY(registration_whole(c, registration_id, &r));
    TRY(was_told_to_wait(c, &r, registration_id, yes));
    TRY(waitlist_entry_of(c, registration_id, &entry, &e));
    *yes = *yes && (!entry || (!streq(e.state, "waiting") && !streq(e.state, "offered")));
    return OK;
}

static enum status refuse_twice(struct call *c, const struct registration *r, int64_t account_id)
{
    struct value args[3] = {v_int(r->partner_id.id), v_int(account_id), v_int(r->product_line_id.id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from waitlist_entry where partner_id = $1 and account_id = $2 and product_line_id = $3 "
        "and "
        "state in ('waiting', 'offered')",
        args, 3));
    return rows.n ? call_refuse(c, PROBLEM_state, TR(c, "You wait for this customer already.")) : OK;
}

static enum status join_run(struct call *c)
{
    const struct programme *p;
    struct registration r;
    bool told, stands;
    int64_t id = 0;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    int64_t account_id = r.account_id.id, line_id = r.product_line_id.id;
    TRY(was_told_to_wait(c, &r, c->row_id, &told));
    if (!told || !account_id)
        return call_refuse(
            c, PROBLEM_state, TR(c, "The decision names another next step than the waitlist."));
    TRY(lock(c, account_id, line_id));
    TRY(protection_stands(c, account_id, line_id, 0, &stands));
    if (!stands)
        return call_refuse(c, PROBLEM_state, TR(c, "The customer is free now: register it again."));
    TRY(refuse_twice(c, &r, account_id));
    struct waitlist_entry e = {.registration_id = {c->row_id},
        .partner_id = r.partner_id,
        .person_id = {c->viewer->person_id},
        .account_id = {account_id},
        .product_line_id = r.product_line_id,
        .company = r.company,
        .state = "waiting"};
    TRY(noun_insert_beside(c, &waitlist_entry_noun, &e, &id));
    call_last_event(c)->partner_sees = true;
    struct event *joined = call_event(c, &registration_noun, c->row_id, c->verb->name, "{}");
    joined->partner_id = r.partner_id.id;
    joined->partner_sees = true;
    c->result_id = c->row_id;
    return OK;
}

static const char *const declined[] = {"declined", NULL};

const struct verb registration_join_waitlist = {
    .noun = &registration_noun,
    .name = "join_waitlist",
    .label = N_("Join the waitlist"),
    .summary = N_("Be offered the customer when it is free, in the order in which partners joined."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .hidden = true,
    .from = declined,
    .run = join_run,
    .done = N_("On the waitlist"),
    .example = {.find = "state=declined&rule=taken"},
};

/* ---- the offer ---- */

struct offered {
    const char *company;
    struct instant until;
    const struct zone *zone;
};

static void write_offer(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct offered *o = ctx;
    struct html h = {.arena = c->arena, .lang = lang, .zone = o->zone, .now = c->now};
    out->subject = arena_printf(c->arena, tr(lang, "%s is free: it is held for you until %s, %s."),
        o->company, fmt_date(&h, date_in(o->zone, o->until)), fmt_clock(&h, o->until));
    out->body =
        tr(lang, "Accept and the rules decide at once. Pass or say nothing and the next partner is asked.");
}

static void write_missed(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct offered *o = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s: the offer ended without your answer."), o->company);
    out->body = NULL;
}

static enum status tell(struct call *c, int64_t entry_id, const struct waitlist_entry *e, notice_write *write,
    struct instant until)
{
    struct offered o = {e->company, until, c->catalog->zone};
    struct notice_about about = {.kind = NOTICE_waitlist,
        .noun = &waitlist_entry_noun,
        .id = entry_id,
        .path = arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", e->registration_id.id))};
    return registration_tell(c, &about, e->person_id.id, e->partner_id.id, write, &o);
}

/* Who joined first by the feed. An entry of this very group has no place in it yet and stands behind. */
static const char next_sql[] =
    "select w.id from waitlist_entry w where w.account_id = $1 and w.product_line_id = $2 and w.state = "
    "'waiting' "
    "and w.partner_id <> $3 order by (select min(e.seq) from event e where e.noun = 'waitlist_entry' and "
    "e.row_id = w.id) nulls last, w.id limit 1";

enum status waitlist_offer(struct call *c, int64_t account_id, int64_t line_id, int64_t left_partner_id)
{
    struct value args[3] = {v_int(account_id), v_int(line_id), v_int(left_partner_id)};
    const struct programme *p;
    struct waitlist_entry e;
    struct registration r;
    struct rows rows;
    bool stands;
    TRY(lock(c, account_id, line_id));
    TRY(db_query(c->db, c->arena, &rows, next_sql, args, 3));
    if (!rows.n)
        return OK;
    TRY(protection_stands(c, account_id, line_id, 0, &stands));
    if (stands)
        return OK;
    TRY(programme_active(c, &p));
    int64_t id = cell_int(&rows, 0, 0), answer = c->result_id;
    struct instant due = {c->now.us + p->life.waitlist_offer_hours * INT64_C(3600) * US_PER_SECOND};
    TRY(noun_load_whole(c, &waitlist_entry_noun, id, &e));
    TRY(registration_whole(c, e.registration_id.id, &r));
    r.account_id = e.account_id;
    TRY(protection_hold(c, &r, e.registration_id.id, due));
    TRY(set_state(c, id, "offered", due, "offer"));
    c->result_id = answer;
    return tell(c, id, &e, write_offer, due);
}

/* ---- the end of the waiting ---- */

static void write_ended(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct offered *o = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s: the waitlist has ended."), o->company);
    out->body = tr(lang, "The customer will not be offered. Register a new deal when you have one.");
}

static enum status end_entry(struct call *c, int64_t id, const char *state, const char *verb)
{
    int64_t answer = c->result_id;
    TRY(set_state(c, id, state, (struct instant){0}, verb));
    c->result_id = answer;
    return OK;
}

enum status waitlist_end(struct call *c, int64_t account_id, int64_t line_id)
{
    struct value args[2] = {v_int(account_id), v_int(line_id)};
    struct rows rows;
    bool stands;
    TRY(lock(c, account_id, line_id));
    TRY(protection_stands(c, account_id, line_id, 0, &stands));
    if (stands)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from waitlist_entry where account_id = $1 and product_line_id = $2 and state = 'waiting' "
        "order by id",
        args, 2));
    for (size_t i = 0; i < rows.n; i++) {
        struct waitlist_entry e;
        TRY(noun_load_whole(c, &waitlist_entry_noun, cell_int(&rows, i, 0), &e));
        TRY(end_entry(c, cell_int(&rows, i, 0), "ended", "end"));
        TRY(tell(c, cell_int(&rows, i, 0), &e, write_ended, (struct instant){0}));
    }
    return OK;
}

enum status waitlist_settle(struct call *c, const struct registration *r)
{
    struct value args[3] = {v_int(r->partner_id.id), v_int(r->account_id.id), v_int(r->product_line_id.id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from waitlist_entry where partner_id = $1 and account_id = $2 and product_line_id = $3 "
        "and state = 'waiting'",
        args, 3));
    for (size_t i = 0; i < rows.n; i++)
        TRY(end_entry(c, cell_int(&rows, i, 0), "left", "leave"));
    return OK;
}

/* ---- the answer ---- */

/* Without an answer or with a no the account goes to the next. */
static enum status give_up(struct call *c, const char *state)
{
    struct waitlist_entry e;
    TRY(noun_load_whole(c, &waitlist_entry_noun, c->row_id, &e));
    TRY(set_state(c, c->row_id, state, (struct instant){0}, NULL));
    TRY(protection_clear(c, e.registration_id.id));
    TRY(waitlist_offer(c, e.account_id.id, e.product_line_id.id, e.partner_id.id));
    c->result_id = c->row_id;
    return OK;
}

static enum status pass_run(struct call *c)
{
    return give_up(c, "passed");
}

static enum status leave_run(struct call *c)
{
    TRY(set_state(c, c->row_id, "left", (struct instant){0}, NULL));
    c->result_id = c->row_id;
    return OK;
}

static enum status expire_run(struct call *c)
{
    struct waitlist_entry e;
    const struct programme *p;
    TRY(programme_active(c, &p));
    TRY(noun_load_whole(c, &waitlist_entry_noun, c->row_id, &e));
    if (e.offer_due.us > c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    TRY(tell(c, c->row_id, &e, write_missed, e.offer_due));
    return give_up(c, "expired");
}

static enum status accept_prepare(struct call *c)
{
    struct waitlist_entry e;
    struct again *again = ARENA_NEW(c->arena, struct again);
    TRY(noun_load(c, &waitlist_entry_noun, c->row_id, &e)); /* the viewer must see it */
    TRY(again_prepare(c, e.registration_id.id, again));
    c->plan = again;
    return OK;
}

/* The hold makes room for the claim; what the rules say of it today counts. */
static enum status accept_run(struct call *c)
{
    const struct again *again = c->plan;
    struct registration r;
    struct waitlist_entry e;
    TRY(noun_load_whole(c, &waitlist_entry_noun, c->row_id, &e));
    TRY(noun_lock(c, &registration_noun, e.registration_id.id));
    TRY(registration_whole(c, e.registration_id.id, &r)); /* what was prepared may be old */
    if (e.offer_due.us <= c->now.us)
        return call_refuse(c, PROBLEM_state, TR(c, "The offer has ended."));
    TRY(set_state(c, c->row_id, "accepted", (struct instant){0}, NULL));
    TRY(protection_clear(c, e.registration_id.id));
    TRY(registration_judge(c, &again->wish, &again->probe, &r, &e.registration_id.id, "accept_offer"));
    if (streq(r.state, "declined"))
        TRY(waitlist_offer(c, e.account_id.id, e.product_line_id.id, e.partner_id.id));
    c->result_id = c->row_id;
    return OK;
}

static const char *const waiting[] = {"waiting", NULL};
static const char *const offered[] = {"offered", NULL};

const struct verb waitlist_accept = {
    .noun = &waitlist_entry_noun,
    .name = "accept",
    .label = N_("Accept"),
    .summary = N_("Take the offered customer: the rules decide the registration anew."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .primary = true,
    .from = offered,
    .prepare = accept_prepare,
    .run = accept_run,
    .done = N_("Accepted"),
    .example = {.becomes = "accepted"},
};

const struct verb waitlist_pass = {
    .noun = &waitlist_entry_noun,
    .name = "pass",
    .label = N_("Pass"),
    .summary = N_("Leave the offered customer to the next partner."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .from = offered,
    .run = pass_run,
    .done = N_("Passed on"),
    .example = {.becomes = "passed"},
};

const struct verb waitlist_leave = {
    .noun = &waitlist_entry_noun,
    .name = "leave",
    .label = N_("Leave the waitlist"),
    .summary = N_("Wait no longer."),
    .on = ON_ROW,
    .roles = PARTNER_ROLES,
    .from = waiting,
    .run = leave_run,
    .done = N_("Left the waitlist"),
    .example = {.becomes = "left"},
};

const struct verb waitlist_expire = {
    .noun = &waitlist_entry_noun,
    .name = "expire",
    .label = N_("End the offer"),
    .summary = N_("The offer was not answered in time."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = offered,
    .run = expire_run,
    .done = N_("Not answered"),
};

const struct clock waitlist_offer_clock = {
    .name = "offer ends", .verb = &waitlist_expire, .due = "offer_due", .state = "offered"};
