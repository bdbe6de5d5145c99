/*
 * The calendar feed: reviews, ends of protection, due tasks and steps, expected closes of one person, at an
 * address that nobody guesses. The address holds an API token that can do nothing else, and is revoked as
 * every token is.
 */
#include "base/ical.h"
#include "base/id.h"
#include "domain/customer/contract.h"
#include "domain/note/task.h"
#include "domain/opportunity/opportunity.h"
#include "domain/opportunity/plan.h"
#include "domain/person/person.h"
#include "domain/person/sign_in.h"
#include "domain/registration/registration.h"
#include "domain/review/review.h"
#include "runtime/session.h"

#define BEHIND_DAYS 60 /* how far back a calendar is told */
#define ROWS_MAX    500

/* ---- an address ---- */

static enum status calendar_run(struct call *c)
{
    const char *secret, *address;
    int64_t id;
    TRY(token_issue(
        c, TR(c, "Calendar"), c->viewer->person_id, ",calendar,", (struct date){DATE_NONE}, &id, &secret));
    address = arena_printf(c->arena, "%s/calendar/%s", c->base_url ? c->base_url : "", secret);
    c->result = (void *)(uintptr_t)address;
    return OK;
}

const struct verb token_calendar = {
    .noun = &token_noun,
    .name = "calendar",
    .label = N_("New calendar address"),
    .summary =
        N_("Make a secret address at which your calendar finds reviews, ends of protection and of contracts, "
           "and due tasks."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    .signed_in = true,
    .shows = N_(
        "Subscribe to this address in your calendar. Copy it now: it is not shown again, and whoever has it "
        "reads your dates. Revoke it below API tokens."),
    .run = calendar_run,
};

/* ---- what stands in it ---- */

struct feed {
    struct call *c;
    struct html h;
    struct buf *out;
};

static struct ical_event event_of(struct feed *f, const struct noun *noun, const struct row *row)
{
    struct arena *a = f->c->arena;
    const char *id = id_text(a, noun->prefix, row->id);
    return (struct ical_event){.uid = arena_printf(a, "%s@tandem", id),
        .stamp = row->updated,
        .sequence = row->version - 1,
        .url = arena_printf(a, "%s/%s/%s", f->c->base_url ? f->c->base_url : "", noun->plural, id)};
}

static enum status list_of(
    struct feed *f, const struct noun *noun, const char *where, int64_t arg, struct list *out)
{
    struct list_query q = {.where = where,
        .where_args = {v_int(arg), v_int(f->c->viewer->person_id)},
        .n_where_args = 2,
        .limit = ROWS_MAX};
    return noun_list(f->c, noun, &q, out);
}

/* Those that somebody leads, or that the own company takes part in. */
static enum status put_reviews(struct feed *f)
{
    struct call *c = f->c;
    struct list list;
    TRY(list_of(f, &review_noun,
        c->viewer->partner_id ? "t.starts > $1 and cast($2 as bigint) > 0"
                              : "t.starts > $1 and t.manager_id = $2",
        c->now.us - BEHIND_DAYS * US_PER_DAY, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct review r;
        row_record(&review_noun, &list.rows[i], &r);
        struct ical_event e = event_of(f, &review_noun, &list.rows[i]);
        const char *partner = row_title(&review_noun, &list.rows[i], "partner_id");
        e.starts = r.starts;
        e.minutes = r.minutes_long;
        e.summary = c->viewer->partner_id ? r.topic : arena_printf(c->arena, "%s: %s", r.topic, partner);
        e.location = r.place;
        e.sequence = r.sequence;
        e.cancelled = streq(r.state, "cancelled");
        ical_event(f->out, &e);
    }
    return OK;
}

/* Of the own company's registrations; of a partner manager's, those of its partners. */
static enum status put_protections(struct feed *f)
{
    struct call *c = f->c;
    struct list list;
    TRY(list_of(f, &registration_noun,
        c->viewer->partner_id ? "t.state = 'approved' and t.protected_until > $1 and cast($2 as bigint) > 0"
                              : "t.state = 'approved' and t.protected_until > $1 and t.partner_id in (select "
                                "mp.id from partner mp where "
                                "mp.manager_id = $2)",
        c->now.us, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct registration r;
        row_record(&registration_noun, &list.rows[i], &r);
        struct ical_event e = event_of(f, &registration_noun, &list.rows[i]);
        e.day = date_in(c->catalog->zone, r.protected_until);
        e.summary = arena_printf(c->arena, TR(c, "Protection ends: %s"), r.company);
        ical_event(f->out, &e);
    }
    return OK;
}

/* The last day for notice is a thing of its own beside E, the contract's end. */
static void put_notice(struct feed *f, const struct contract *k, struct ical_event e)
{
    e.day = contract_notice_day(k);
    if (e.day.days == DATE_NONE)
        return;
    e.uid = arena_printf(f->c->arena, "notice-%s", e.uid);
    e.summary = arena_printf(f->c->arena, TR(f->c, "Last day for notice: %s"), k->name);
    ical_event(f->out, &e);
}

/* The last day of contracts that somebody sees to, or whose partner of record the own company is. */
static enum status put_renewals(struct feed *f)
{
    struct call *c = f->c;
    struct list list;
    TRY(list_of(f, &contract_noun,
        c->viewer->partner_id ? "t.state in " CONTRACT_RUNNING " and t.ends > $1 and cast($2 as bigint) > 0"
                              : "t.state in " CONTRACT_RUNNING
                                " and t.ends > $1 and (t.owner_id = $2 or t.partner_id in (select "
                                "mp.id from partner mp where mp.manager_id = $2))",
        date_in(c->catalog->zone, c->now).days - BEHIND_DAYS, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct contract k;
        row_record(&contract_noun, &list.rows[i], &k);
        struct ical_event e = event_of(f, &contract_noun, &list.rows[i]);
        e.day = k.ends;
        e.summary = arena_printf(c->arena, TR(c, "Contract ends: %s"), k.name);
        ical_event(f->out, &e);
        put_notice(f, &k, e);
    }
    return OK;
}

static enum status put_tasks(struct feed *f)
{
    struct call *c = f->c;
    struct list list;
    int32_t today = date_in(c->catalog->zone, c->now).days;
    TRY(list_of(
        f, &task_noun, "t.state = 'open' and t.due > $1 and t.owner_id = $2", today - BEHIND_DAYS, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct task t;
        row_record(&task_noun, &list.rows[i], &t);
        struct ical_event e = event_of(f, &task_noun, &list.rows[i]);
        e.day = t.due;
        e.summary = t.text;
        ical_event(f->out, &e);
    }
    return OK;
}

/* Steps of the action plans that are open: one's own, and those of one's side that nobody owns. */
static enum status put_steps(struct feed *f)
{
    struct call *c = f->c;
    struct list list;
    int32_t today = date_in(c->catalog->zone, c->now).days;
    TRY(list_of(f, &plan_step_noun,
        c->viewer->partner_id
            ? "t.state = 'open' and t.due > $1 and (t.owner_id = $2 or (t.owner_id is null and t.side = "
              "'partner'))"
            : "t.state = 'open' and t.due > $1 and (t.owner_id = $2 or (t.owner_id is null and t.side = "
              "'vendor' and t.opportunity_id in (select o.id from opportunity o where o.owner_id = $2)))",
        today - BEHIND_DAYS, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct plan_step s;
        row_record(&plan_step_noun, &list.rows[i], &s);
        struct ical_event e = event_of(f, &plan_step_noun, &list.rows[i]);
        e.day = s.due;
        e.summary = s.text;
        ical_event(f->out, &e);
    }
    return OK;
}

/* Expected closes: of one's own deals; of a partner, of those that it works on. */
static enum status put_closes(struct feed *f)
{
    struct call *c = f->c;
    struct list list;
    int32_t today = date_in(c->catalog->zone, c->now).days;
    TRY(list_of(f, &opportunity_noun,
        c->viewer->partner_id ? "t.state = 'open' and t.closes > $1 and cast($2 as bigint) > 0"
                              : "t.state = 'open' and t.closes > $1 and (t.owner_id = $2 or t.id in (select "
                                "om.opportunity_id from opportunity_member om where om.person_id = $2 and "
                                "om.state = 'active'))",
        today - BEHIND_DAYS, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct opportunity o;
        row_record(&opportunity_noun, &list.rows[i], &o);
        struct ical_event e = event_of(f, &opportunity_noun, &list.rows[i]);
        e.day = o.closes;
        e.summary = arena_printf(c->arena, TR(c, "Expected close: %s"), o.name);
        ical_event(f->out, &e);
    }
    return OK;
}

static enum status show(struct call *signed_out, struct page_request *r, struct html *h)
{
    struct viewer v;
    struct call c = *signed_out;
    enum status s = token_viewer(c.db, c.arena, r->param[0], c.now, &v);
    if (s == REFUSED || (s == OK && !(v.scopes & SCOPE_CALENDAR)))
        return call_refuse(signed_out, PROBLEM_not_found, NULL);
    TRY(s);
    v.scopes = SCOPE_READ; /* of what follows, and of nothing else */
    c.viewer = &v;
    bool missing;
    TRY(second_factor_missing(&c, &missing)); /* as of any token */
    if (missing)
        return call_refuse(signed_out, PROBLEM_not_found, NULL);
    struct feed f = {.c = &c, .h = *h, .out = h->b};
    ical_begin(h->b, arena_printf(c.arena, TR(&c, "%s partner programme"), c.catalog->vendor));
    TRY(put_reviews(&f));
    TRY(put_protections(&f));
    TRY(put_renewals(&f));
    TRY(put_tasks(&f));
    TRY(put_steps(&f));
    TRY(put_closes(&f));
    ical_end(h->b);
    r->type = "text/calendar; charset=utf-8";
    r->file_name = "tandem.ics";
    return OK;
}

const struct page calendar_page = {.path = "/calendar/:secret",
    .title = N_("Calendar feed"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .cookieless = true,
    .bare = true,
    .show = show};
