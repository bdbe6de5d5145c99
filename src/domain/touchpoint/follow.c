/*
 * The feed becomes touchpoints: registrations and the activities logged for them, a few at a time and behind
 * everybody's back, so that registering itself pays nothing for it.
 */
#include "base/id.h"
#include "domain/touchpoint/touchpoint.h"
#include "runtime/follower.h"

#define STRETCH 2000 /* events looked at together */
#define AT_ONCE                                                                                              \
    32 /* touchpoints in one transaction: the committer's others wait no longer than for a group */

#define POSITION "touchpoint.seq"

/* What an activity is as a touchpoint, and how it was done. */
static const struct {
    const char *activity, *kind, *channel;
} activities[] = {{"call", "meeting", "phone"}, {"meeting", "meeting", "person"}, {"mail", "work", "mail"},
    {"proposal", "work", "other"}, {"evaluation", "technical_validation", "other"},
    {"other", "work", "other"}};

struct made {
    struct stretch at;
    struct touchpoint *all;
    size_t n;
};

/* An activity is logged for a deal that the vendor has let stand, and both sides read it: nobody confirms it
 * again. */
static const char events_sql[] =
    "select e.seq, coalesce(r.id, ar.id), coalesce(r.partner_id, ar.partner_id), coalesce(r.person_id, "
    "w.id), "
    "coalesce(r.account_id, ar.account_id), a.id, a.kind, a.note, e.at, a.day, ar.opportunity_id from event "
    "e "
    "left join registration r on e.noun = 'registration' and e.verb = 'register' and r.id = e.row_id "
    "left join activity a on e.noun = 'activity' and e.verb = 'create' and a.id = e.row_id "
    "left join registration ar on ar.id = a.registration_id "
    "left join person w on w.id = a.person_id and w.partner_id = a.partner_id "
    "where e.seq > $1 and e.seq <= $2 and (r.id is not null or ar.id is not null) order by e.seq limit $3";

static void take_activity(struct call *c, const struct rows *rows, size_t i, struct touchpoint *t)
{
    struct date day = {(int32_t)cell_int(rows, i, 9)};
    for (size_t k = 0; k < COUNT(activities); k++)
        if (streq(activities[k].activity, cell_text(rows, i, 6))) {
            t->kind = activities[k].kind;
            t->channel = activities[k].channel;
        }
    t->evidence = cell_string(rows, i, 7);
    t->origin = id_text(c->arena, "act", cell_int(rows, i, 5));
    t->opportunity_id.id = cell_int(rows, i, 10);
    if (day.days != date_in(c->catalog->zone, t->happened).days)
        t->happened = instant_in(c->catalog->zone, day, 12, 0, 0);
}

static void take_event(struct call *c, const struct rows *rows, size_t i, struct made *s)
{
    struct touchpoint *t = &s->all[s->n++];
    *t = (struct touchpoint){.happened = {cell_int(rows, i, 8)},
        .partner_id = {cell_int(rows, i, 2)},
        .person_id = {cell_int(rows, i, 3)},
        .account_id = {cell_int(rows, i, 4)},
        .registration_id = {cell_int(rows, i, 1)},
        .kind = "registration",
        .channel = "portal",
        .origin = id_text(c->arena, "reg", cell_int(rows, i, 1))};
    if (cell_int(rows, i, 5))
        take_activity(c, rows, i, t);
}

static enum status read_stretch(struct call *c, void *plan, bool *any)
{
    struct made *s = plan;
    struct rows rows;
    TRY(follow_read(c, POSITION, STRETCH, &s->at));
    struct value args[3] = {v_int(s->at.from), v_int(s->at.to), v_int(AT_ONCE)};
    TRY(db_query(c->db, c->arena, &rows, events_sql, args, 3));
    s->all = ARENA_ARRAY(c->arena, AT_ONCE, struct touchpoint);
    for (size_t i = 0; i < rows.n; i++)
        take_event(c, &rows, i, s);
    if (s->n == AT_ONCE)
        s->at.to = cell_int(&rows, rows.n - 1, 0);
    *any = s->at.to > s->at.from;
    return OK;
}

static enum status store_run(struct call *c)
{
    const struct made *s = c->plan;
    TRY(follow_hold(c, POSITION, s->at.from));
    for (size_t i = 0; i < s->n; i++)
        TRY(touchpoint_record(c, &s->all[i]));
    return setting_number_set(c, POSITION, s->at.to);
}

static const struct verb store_verb = {.name = "follow",
    .label = "Follow",
    .summary = "",
    .on = ON_COLLECTION,
    .roles = SYSTEM,
    .run = store_run};

static enum status work(struct job_worker *w, int64_t id)
{
    (void)id;
    for (bool more = true; more && w->go_on(w->jobs);) {
        struct made s = {.n = 0};
        TRY(follow_step(w, read_stretch, &store_verb, &s));
        more = s.n == AT_ONCE || s.at.to - s.at.from == STRETCH; /* the rest waits for the next look */
    }
    return OK;
}

const struct job_kind touchpoint_job = {
    .name = "touchpoints", .next = FOLLOW_NEXT(POSITION, ""), .work = work};
