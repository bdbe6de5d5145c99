#include "domain/registration/life.h"

#include "base/id.h"
#include "domain/registration/extension.h"
#include "face/format.h"
#include "face/html.h"

#define REMIND_HOUR 8 /* in the programme's zone, so that it is read on its day */

/* ---- when ---- */

/* The reminder that comes next before END; 0 when none does. */
static struct instant next_reminder(const struct programme *p, struct instant end, struct instant now)
{
    const struct zone *zone = p->catalog.zone;
    struct date last = date_in(zone, end);
    for (size_t i = 0; i < p->life.n_remind; i++) {
        struct date day = {last.days - p->life.remind_days[i]};
        struct instant at = instant_in(zone, day, REMIND_HOUR, 0, 0);
        if (at.us > now.us)
            return at;
    }
    return (struct instant){0};
}

/* Nothing is due at or behind the end: then it lapses anyway. */
static struct instant before_end(const struct registration *r, struct instant t)
{
    return t.us < r->protected_until.us ? t : (struct instant){0};
}

static struct instant heartbeat(const struct programme *p, const struct registration *r, struct instant now)
{
    const struct zone *zone = p->catalog.zone;
    if (!p->life.heartbeat_days)
        return (struct instant){0};
    if (r->heartbeat_told.us) {
        struct date told = date_in(zone, r->heartbeat_told);
        return day_end_in(zone, (struct date){told.days + (int32_t)p->life.heartbeat_grace_days});
    }
    struct date from = date_in(zone, r->decided.us ? r->decided : now);
    if (r->last_activity.days != DATE_NONE && r->last_activity.days > from.days)
        from = r->last_activity;
    from.days += (int32_t)p->life.heartbeat_days;
    /* No notice where the end comes before the time of grace is over. */
    struct instant lapse = day_end_in(zone, (struct date){from.days + (int32_t)p->life.heartbeat_grace_days});
    return before_end(r, lapse).us ? day_end_in(zone, from) : (struct instant){0};
}

void life_wind(const struct programme *p, struct registration *r, struct instant now)
{
    r->heartbeat_due.us = r->remind_due.us = 0;
    if (!streq(r->state, "approved")) {
        r->heartbeat_told.us = 0;
        return;
    }
    r->remind_due = next_reminder(p, r->protected_until, now);
    r->heartbeat_due = before_end(r, heartbeat(p, r, now));
}

void life_active(struct registration *r, struct date day)
{
    if (r->last_activity.days == DATE_NONE || day.days > r->last_activity.days)
        r->last_activity = day;
    r->heartbeat_told.us = 0;
}

enum status life_refuse_disputed(struct call *c, const struct registration *r)
{
    if (r->disputed)
        return call_refuse(c, PROBLEM_state, TR(c, "It is in dispute; the ruling comes first."));
    return OK;
}

enum status life_waits(struct call *c, int64_t id, const struct registration *r, bool *yes)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(extension_waits(c, id, yes));
    if (*yes || !r->disputed)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from dispute where (rival_id = $1 or (registration_id = $1 and opened_by <> 'partner')) "
        "and state in ('open', 'named', 'escalated') limit 1",
        args, 1));
    *yes = rows.n > 0;
    return OK;
}

/* ---- telling ---- */

struct told {
    const char *company;
    struct instant until; /* the end, or when activity is due */
    const struct zone *zone;
    int days;
};

static struct html words(struct call *c, enum lang lang, const struct told *t)
{
    return (struct html){.arena = c->arena, .lang = lang, .zone = t->zone, .now = c->now};
}

static void write_reminder(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    struct html h = words(c, lang, t);
    const char *day = fmt_date(&h, date_in(t->zone, t->until));
    int left = date_in(t->zone, t->until).days - date_in(t->zone, c->now).days;
    out->subject = left == 0 ? arena_printf(c->arena, tr(lang, "%s: your protection ends today."), t->company)
                             : arena_printf(c->arena,
                                   trn(lang, "%s: your protection ends in %d day, on %s.",
                                       "%s: your protection ends in %d days, on %s.", left),
                                   t->company, left, day);
    out->body = tr(
        lang, "Extend it with what happened since: a meeting or a proposal. What lapses is free for others.");
}

static void write_quiet(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    struct html h = words(c, lang, t);
    const char *day = fmt_date(&h, date_in(t->zone, t->until));
    out->subject = arena_printf(c->arena,
        trn(lang, "%s: no activity for %d day. Log one by %s.", "%s: no activity for %d days. Log one by %s.",
            t->days),
        t->company, t->days, day);
    out->body = tr(lang, "Without one the protection lapses early, and the customer is free for others.");
}

static void write_lapsed(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s: your protection lapsed early."), t->company);
    out->body = tr(lang,
        "Nobody logged an activity after we told you. Register the customer again if you still work on it.");
}

struct notice_about registration_about(enum notice_kind kind, int64_t id)
{
    return (struct notice_about){.kind = kind, .noun = &registration_noun, .id = id};
}

enum status registration_tell(struct call *c, const struct notice_about *about, int64_t person_id,
    int64_t partner_id, notice_write *write, const void *ctx)
{
    TRY(notify_person(c, person_id, about, write, ctx));
    return notify_partner(c, partner_id, PARTNER_ADMIN, about, write, ctx);
}

static enum status tell(struct call *c, enum notice_kind kind, const struct registration *r,
    notice_write *write, const struct told *t)
{
    struct notice_about about = registration_about(kind, c->row_id);
    return registration_tell(c, &about, r->person_id.id, r->partner_id.id, write, t);
}

/* ---- clocks ---- */

static enum status change(struct call *c, const struct registration *r)
{
    uint64_t mask = FIELD_BIT(&registration_noun, heartbeat_due) |
                    FIELD_BIT(&registration_noun, heartbeat_told) |
                    FIELD_BIT(&registration_noun, remind_due) | FIELD_BIT(&registration_noun, last_activity);
    const struct event *before = call_last_event(c);
    TRY(noun_update(c, &registration_noun, c->row_id, r, mask, NULL));
    if (call_last_event(c) != before)
        call_last_event(c)->partner_sees = true;
    return OK;
}

static enum status remind_run(struct call *c)
{
    const struct programme *p;
    struct registration r;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    if (!r.remind_due.us || r.remind_due.us > c->now.us || r.protected_until.us <= c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    struct told t = {.company = r.company, .until = r.protected_until, .zone = p->catalog.zone};
    /* Of reminders that a downtime kept back only this one goes out; the next is that of a later day. */
    r.remind_due = next_reminder(p, r.protected_until, c->now);
    TRY(change(c, &r));
    return tell(c, NOTICE_protection, &r, write_reminder, &t);
}

static enum status tell_quiet(struct call *c, const struct programme *p, struct registration *r)
{
    const struct zone *zone = p->catalog.zone;
    struct date since = date_in(zone, r->decided);
    if (r->last_activity.days != DATE_NONE && r->last_activity.days > since.days)
        since = r->last_activity;
    r->heartbeat_told = c->now;
    life_wind(p, r, c->now);
    struct told t = {.company = r->company,
        .until = r->heartbeat_due.us ? r->heartbeat_due : r->protected_until,
        .zone = zone,
        .days = date_in(zone, c->now).days - since.days};
    TRY(change(c, r));
    return r->heartbeat_due.us ? tell(c, NOTICE_activity, r, write_quiet, &t) : OK;
}

static enum status heartbeat_run(struct call *c)
{
    const struct programme *p;
    struct registration r;
    bool waits;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    if (!r.heartbeat_due.us || r.heartbeat_due.us > c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    if (!r.heartbeat_told.us)
        return tell_quiet(c, p, &r);
    TRY(life_waits(c, c->row_id, &r, &waits));
    if (waits) { /* people are at it: the time of grace begins anew */
        r.heartbeat_told = c->now;
        life_wind(p, &r, c->now);
        return change(c, &r);
    }
    struct told t = {.company = r.company, .zone = p->catalog.zone};
    r.lapse_reason = "no_activity";
    TRY(registration_end(c, c->row_id, &r, "lapsed", true));
    return tell(c, NOTICE_activity, &r, write_lapsed, &t);
}

static const char *const approved[] = {"approved", NULL};

const struct verb registration_remind = {
    .noun = &registration_noun,
    .name = "remind",
    .label = N_("Remind"),
    .summary = N_("The protection ends soon."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = approved,
    .run = remind_run,
    .done = N_("Reminded of the end"),
};

const struct verb registration_heartbeat = {
    .noun = &registration_noun,
    .name = "heartbeat",
    .label = N_("Ask for activity"),
    .summary = N_("Nobody logged an activity for long: a notice, then the early lapse."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = approved,
    .run = heartbeat_run,
    .done = N_("Asked for activity"),
};

const struct clock registration_heartbeat_clock = {
    .name = "activity is due", .verb = &registration_heartbeat, .due = "heartbeat_due", .state = "approved"};
const struct clock registration_remind_clock = {
    .name = "protection ends soon", .verb = &registration_remind, .due = "remind_due", .state = "approved"};
