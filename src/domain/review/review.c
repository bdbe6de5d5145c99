/* What a review is, and its appointment: planned, moved, cancelled. */
#include "domain/review/review.h"

#include "domain/notice/notice.h"
#include "domain/person/person.h"

#include <stdlib.h>

static const struct state states[] = {{"planned", N_("Planned"), "new"}, {"held", N_("Held"), "ok"},
    {"cancelled", N_("Cancelled"), "gone"}, {0}};
static const struct option state_options[] = {
    {"planned", N_("Planned")}, {"held", N_("Held")}, {"cancelled", N_("Cancelled")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct review, topic, .label = N_("Topic"), .required = true, .max = 120, .see = BOTH,
        .list_column = true, .search = true, .example = "Pipeline, first quarter"),
    FIELD(struct review, partner_id, .label = N_("Partner"), .ref = "partner", .required = true, .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct review, manager_id, .label = N_("Led by"), .ref = "person", .required = true, .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct review, starts, .label = N_("Begins"), .required = true, .see = BOTH, .list_column = true,
        .sort = true),
    FIELD(struct review, minutes_long, .label = N_("Minutes"), .required = true, .see = BOTH, .min = 5,
        .max = 480, .example = "45"),
    FIELD(struct review, every_days, .label = N_("Again after days"), .required = true, .see = BOTH, .min = 0,
        .max = 366, .example = "28"),
    FIELD(struct review, place, .label = N_("Where"), .see = BOTH,
        .example = "https://meet.velmora.example/brightwater"),
    FIELD(struct review, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true, .example = "planned"),
    FIELD(struct review, present, .label = N_("Present"), .form = FORM_LIST, .max = 4000, .see = BOTH,
        .example = "jonas.adeyemi@velmora.example"),
    FIELD(struct review, summary, .label = N_("Minutes in words"), .form = FORM_LONG, .max = 8000,
        .see = BOTH, .example = "Two deals move up, one waits for its budget."),
    FIELD(struct review, held, .label = N_("Held on"), .see = BOTH, .example = ""),
    FIELD(struct review, sequence, .label = N_("Changes of the appointment"), .required = true, .see = BOTH,
        .programs_only = true, .example = "0"),
};

const struct noun review_noun = {
    .name = "review",
    .plural = "reviews",
    .prefix = "rvw",
    .label = N_("Review"),
    .labels = N_("Reviews"),
    .icon = "cal",
    .summary = N_("A meeting in which vendor and partner go through the partner's open deals."),
    .size = sizeof(struct review),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "topic",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-starts",
    .partner_ref = "partner_id",
    .nav = N_("Partners"),
};

/* ---- planning ---- */

static void write_planned(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct review *r = ctx;
    struct html h = {.arena = c->arena, .lang = lang, .zone = c->catalog->zone, .now = c->now};
    out->subject = arena_printf(c->arena, tr(lang, "%s on %s"), r->topic, fmt_exact(&h, r->starts));
    out->body = r->place;
}

/* The partner's people and who leads it; a call tells nobody twice. */
static enum status tell_planned(struct call *c, int64_t id, const struct review *r)
{
    struct notice_about about = {.kind = NOTICE_review, .noun = &review_noun, .id = id};
    TRY(notify_partner(c, r->partner_id.id, PARTNER_ROLES, &about, write_planned, r));
    return notify_person(c, r->manager_id.id, &about, write_planned, r);
}

struct plan_input {
    struct ref partner_id;
    struct date day;
    const char *time;
    int64_t minutes_long, every_days;
    const char *place, *topic;
    struct ref manager_id;
};
#define INPUT_DAY FIELD(struct plan_input, day, .label = N_("Day"), .required = true, .example = "10")
#define INPUT_TIME                                                                                           \
    FIELD(struct plan_input, time, .label = N_("Time"), .required = true, .max = 5,                          \
        .hint = N_("In the programme's time zone, such as 14:30."), .example = "14:30")
static const struct field create_fields[] = {
    FIELD(struct plan_input, partner_id, .label = N_("Partner"), .ref = "partner", .required = true),
    INPUT_DAY,
    INPUT_TIME,
    FIELD(struct plan_input, minutes_long, .label = N_("Minutes"), .min = 5, .max = 480,
        .hint = N_("30 when left empty.")),
    FIELD(struct plan_input, every_days, .label = N_("Again after days"), .min = 1, .max = 366,
        .hint = N_("7 for each week; no other follows when left empty.")),
    FIELD(struct plan_input, place, .label = N_("Where"), .hint = N_("A room, or the address of a call.")),
    FIELD(struct plan_input, topic, .label = N_("Topic"), .max = 120,
        .hint = N_("Pipeline review, when left out.")),
    FIELD(struct plan_input, manager_id, .label = N_("Led by"), .ref = "person",
        .hint = N_("You, when left out.")),
};

/* "14:30", and "9:05". */
static bool read_clock(const char *text, int *hour, int *minute)
{
    char *colon, *end;
    long h = strtol(text, &colon, 10);
    if (colon == text || *colon != ':' || strlen(text) > 5)
        return false;
    long m = strtol(colon + 1, &end, 10);
    *hour = (int)h;
    *minute = (int)m;
    return end != colon + 1 && !*end && h >= 0 && h <= 23 && m >= 0 && m <= 59;
}

static enum status read_start(struct call *c, const struct plan_input *in, struct instant *out)
{
    int hour, minute;
    if (!read_clock(in->time, &hour, &minute))
        return call_field(c, "time", TR(c, "enter a time of day such as 14:30"));
    *out = instant_in(c->catalog->zone, in->day, hour, minute, 0);
    return out->us < c->now.us ? call_field(c, "day", TR(c, "is in the past")) : OK;
}

static enum status check_leader(struct call *c, int64_t id)
{
    struct person p;
    TRY(noun_load_whole(c, &person_noun, id, &p));
    return p.partner_id.id || streq(p.state, "inactive")
               ? call_field(c, "manager_id", TR(c, "works for a partner, or has no access any more"))
               : OK;
}

static enum status create_run(struct call *c)
{
    const struct plan_input *in = c->in;
    int64_t id = 0;
    struct review r = {.topic = in->topic ? in->topic : TR(c, "Pipeline review"),
        .partner_id = in->partner_id,
        .manager_id = {in->manager_id.id ? in->manager_id.id : c->viewer->person_id},
        .minutes_long = in->minutes_long ? in->minutes_long : 30,
        .every_days = in->every_days,
        .place = in->place,
        .state = "planned"};
    TRY(read_start(c, in, &r.starts));
    TRY(check_leader(c, r.manager_id.id));
    TRY(noun_insert(c, &review_noun, &r, &id));
    call_last_event(c)->partner_sees = true;
    return tell_planned(c, id, &r);
}

const struct verb review_create = {
    .noun = &review_noun,
    .name = "create",
    .label = N_("Plan a review"),
    .summary = N_("Plan a review of a partner's open deals; the partner's people are told."),
    .on = ON_COLLECTION,
    .roles = REVIEW_LEADERS,
    .primary = true,
    INPUT(struct plan_input, create_fields),
    .run = create_run,
    .undo = &review_cancel,
    .done = N_("Review planned"),
};

enum status review_change(struct call *c, struct review *r, uint64_t mask, const char *verb)
{
    r->sequence++;
    TRY(noun_update(c, &review_noun, c->row_id, r, mask | FIELD_BIT(&review_noun, sequence), verb));
    call_last_event(c)->partner_sees = true;
    return OK;
}

static const struct field move_fields[] = {INPUT_DAY, INPUT_TIME};

static enum status move_run(struct call *c)
{
    struct review r;
    TRY(noun_load(c, &review_noun, c->row_id, &r));
    TRY(read_start(c, c->in, &r.starts));
    TRY(review_change(c, &r, FIELD_BIT(&review_noun, starts), "move"));
    return tell_planned(c, c->row_id, &r);
}

static enum status set_state(struct call *c, const char *state)
{
    struct review r;
    TRY(noun_load(c, &review_noun, c->row_id, &r));
    r.state = state;
    return review_change(c, &r, FIELD_BIT(&review_noun, state), c->verb->name);
}

static enum status cancel_run(struct call *c)
{
    return set_state(c, "cancelled");
}

static enum status reopen_run(struct call *c)
{
    return set_state(c, "planned");
}

const char *const review_planned[] = {"planned", NULL};
static const char *const cancelled[] = {"cancelled", NULL};

const struct verb review_move = {
    .noun = &review_noun,
    .name = "move",
    .label = N_("Another time"),
    .summary = N_("Hold the review at another time; the partner's people are told."),
    .on = ON_ROW,
    .roles = REVIEW_LEADERS,
    .from = review_planned,
    INPUT(struct plan_input, move_fields),
    .run = move_run,
    .done = N_("Review moved"),
};

const struct verb review_cancel = {
    .noun = &review_noun,
    .name = "cancel",
    .label = N_("Cancel"),
    .summary = N_("The review is not held; calendars strike it out."),
    .on = ON_ROW,
    .roles = REVIEW_LEADERS,
    .from = review_planned,
    .undo = &review_reopen,
    .run = cancel_run,
    .done = N_("Review cancelled"),
    .example = {.becomes = "cancelled"},
};

const struct verb review_reopen = {
    .noun = &review_noun,
    .name = "reopen",
    .label = N_("Hold it after all"),
    .summary = N_("The review is planned again, at the same time."),
    .on = ON_ROW,
    .roles = REVIEW_LEADERS,
    .from = cancelled,
    .undo = &review_cancel,
    .run = reopen_run,
    .done = N_("Review planned again"),
    .example = {.after = &review_cancel, .becomes = "planned"},
};
