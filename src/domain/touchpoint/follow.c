/*
 * The feed becomes touchpoints: registrations and the activities logged for them, a few at a time and behind
 * everybody's back, so that registering itself pays nothing for it.
 */
#include "base/id.h"
#include "base/text.h"
#include "domain/touchpoint/touchpoint.h"

#define STRETCH 2000 /* events looked at together */
#define AT_ONCE                                                                                              \
    32 /* touchpoints in one transaction: the committer's others wait no longer than for a group */

static const char position_name[] = "touchpoint.seq";

/* What an activity is as a touchpoint, and how it was done. */
static const struct {
    const char *activity, *kind, *channel;
} activities[] = {{"call", "meeting", "phone"}, {"meeting", "meeting", "person"}, {"mail", "work", "mail"},
    {"proposal", "work", "other"}, {"evaluation", "technical_validation", "other"},
    {"other", "work", "other"}};

struct stretch {
    int64_t from, to; /* the positions before and after it */
    struct touchpoint *made;
    size_t n;
};

static enum status read_position(struct call *c, int64_t *out)
{
    struct value args[1] = {v_text(position_name)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select value from setting where name = $1", args, 1));
    if (!rows.n || !parse_int(cell_text(&rows, 0, 0), out))
        *out = 0;
    return OK;
}

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
    "where e.seq > $1 and e.seq <= $2 order by e.seq";

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

static void take_event(struct call *c, const struct rows *rows, size_t i, struct stretch *s)
{
    struct touchpoint *t = &s->made[s->n++];
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
    TRY(db_query(c->db, c->arena, &rows, events_sql, args, 2));
    s->made = ARENA_ARRAY(c->arena, AT_ONCE, struct touchpoint);
    for (size_t i = 0; i < rows.n && s->n < AT_ONCE; i++) {
        if (!cell_int(&rows, i, 1))
            continue;
        take_event(c, &rows, i, s);
        if (s->n == AT_ONCE)
            s->to = cell_int(&rows, i, 0);
    }
    return OK;
}

/* Whoever was faster has made them. */
static enum status store_run(struct call *c)
{
    const struct stretch *s = c->plan;
    const char *const line[] = {position_name};
    int64_t position;
    TRY(db_lock_names(c->db, line, 1));
    TRY(read_position(c, &position));
    if (position != s->from)
        return call_refuse(c, PROBLEM_state, NULL);
    for (size_t i = 0; i < s->n; i++)
        TRY(touchpoint_record(c, &s->made[i]));
    struct value at[2] = {v_text(position_name), v_text(arena_printf(c->arena, "%lld", (long long)s->to))};
    return db_exec(c->db,
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = "
        "excluded.value",
        at, 2);
}

/* Not in the registry: nobody can call it. */
static const struct verb store_verb = {.name = "follow",
    .label = "Follow",
    .summary = "",
    .on = ON_COLLECTION,
    .roles = SYSTEM,
    .run = store_run};

static enum status follow_stretch(struct job_worker *w, bool *more)
{
    struct stretch s = {0};
    struct call *c = call_new(arena_new(), w->model, &system_viewer, w->at.us ? w->at : instant_now());
    c->verb = &store_verb;
    c->plan = &s;
    c->db = w->db;
    enum status status = db_begin_read(w->db);
    if (status == OK)
        status = w->open_call(w->open_ctx, c);
    if (status == OK)
        status = read_stretch(c, &s);
    db_rollback(w->db);
    c->db = NULL;
    *more =
        status == OK && (s.n == AT_ONCE || s.to - s.from == STRETCH); /* the rest waits for the next look */
    if (status == OK && s.to > s.from)
        status = committer_run(w->committer, c);
    arena_free(c->arena);
    return status;
}

static enum status work(struct job_worker *w, int64_t id)
{
    bool more = true;
    (void)id;
    while (more && w->go_on(w->jobs))
        TRY(follow_stretch(w, &more));
    return OK;
}

const struct job_kind touchpoint_job = {.name = "touchpoints",
    .next = "select 1 from (select max(seq) as newest from event) f where cast($1 as text) is not null and "
            "cast($2 as bigint) > 0 and cast($3 as bigint) = 0 and coalesce(f.newest, 0) > coalesce((select "
            "cast(value as bigint) from setting where name = 'touchpoint.seq'), 0)",
    .work = work};
