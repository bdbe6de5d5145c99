#include "domain/review/review.h"

#include "base/id.h"
#include "domain/note/task.h"
#include "domain/notice/notice.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/registration/registration.h"
#include "domain/touchpoint/touchpoint.h"
#include "runtime/mail.h"

static const struct state states[] = {{"planned", N_("Planned"), "new"}, {"held", N_("Held"), "ok"},
    {"cancelled", N_("Cancelled"), "gone"}, {0}};
static const struct option state_options[] = {
    {"planned", N_("Planned")}, {"held", N_("Held")}, {"cancelled", N_("Cancelled")}, {0}};
static const struct option point_kinds[] = {
    {"decision", N_("Decision")}, {"commitment", N_("Commitment")}, {0}};

#define BOTH    (VENDOR | PARTNER)
#define LEADERS (ADMIN | OPERATIONS | PARTNER_MANAGER)

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
        .example = "0"),
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

static const struct field point_fields[] = {
    FIELD(struct review_point, text, .label = N_("What"), .form = FORM_LONG, .required = true, .max = 1000,
        .see = BOTH, .list_column = true, .example = "Introduce their architect"),
    FIELD(struct review_point, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = point_kinds,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct review_point, review_id, .label = N_("Review"), .ref = "review", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct review_point, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct review_point, registration_id, .label = N_("Registration"), .ref = "registration",
        .see = BOTH, .filter = true),
    FIELD(struct review_point, owner_id, .label = N_("Who does it"), .ref = "person", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct review_point, due, .label = N_("Due"), .see = BOTH, .list_column = true),
    FIELD(struct review_point, author_id, .label = N_("Written by"), .ref = "person", .required = true,
        .see = BOTH),
};

const struct noun review_point_noun = {
    .name = "review_point",
    .plural = "review-points",
    .prefix = "rvp",
    .label = N_("Point of a review"),
    .labels = N_("Points of reviews"),
    .icon = "check",
    .summary = N_("What was decided in a review, or promised by whom and until when."),
    .size = sizeof(struct review_point),
    .fields = point_fields,
    .n_fields = COUNT(point_fields),
    .title = "text",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

static const char *path_of(struct call *c, int64_t id)
{
    return arena_printf(c->arena, "/reviews/%s", id_text(c->arena, review_noun.prefix, id));
}

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

static enum status read_start(struct call *c, const struct plan_input *in, struct instant *out)
{
    int hour = 0, minute = 0;
    char rest = 0;
    if (sscanf(in->time, "%2d:%2d%c", &hour, &minute, &rest) != 2 || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59)
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
    .roles = LEADERS,
    .primary = true,
    INPUT(struct plan_input, create_fields),
    .run = create_run,
    .undo = &review_cancel,
    .done = N_("Review planned"),
};

/* Changes the appointment: a calendar takes a higher SEQUENCE for news. */
static enum status change(struct call *c, struct review *r, uint64_t mask, const char *verb)
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
    TRY(change(c, &r, FIELD_BIT(&review_noun, starts), "move"));
    return tell_planned(c, c->row_id, &r);
}

static enum status set_state(struct call *c, const char *state)
{
    struct review r;
    TRY(noun_load(c, &review_noun, c->row_id, &r));
    r.state = state;
    return change(c, &r, FIELD_BIT(&review_noun, state), c->verb->name);
}

static enum status cancel_run(struct call *c)
{
    return set_state(c, "cancelled");
}

static enum status reopen_run(struct call *c)
{
    return set_state(c, "planned");
}

static const char *const planned[] = {"planned", NULL};
static const char *const cancelled[] = {"cancelled", NULL};

const struct verb review_move = {
    .noun = &review_noun,
    .name = "move",
    .label = N_("Another time"),
    .summary = N_("Hold the review at another time; the partner's people are told."),
    .on = ON_ROW,
    .roles = LEADERS,
    .from = planned,
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
    .roles = LEADERS,
    .from = planned,
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
    .roles = LEADERS,
    .from = cancelled,
    .undo = &review_cancel,
    .run = reopen_run,
    .done = N_("Review planned again"),
    .example = {.after = &review_cancel, .becomes = "planned"},
};

/* ---- decisions and commitments ---- */

struct note_input {
    const char *kind, *text;
    struct ref owner_id;
    struct date due;
    struct ref registration_id;
};
static const struct field note_fields[] = {
    FIELD(struct note_input, text, .label = N_("What"), .form = FORM_LONG, .required = true, .max = 1000,
        .example = "Introduce their architect"),
    FIELD(struct note_input, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = point_kinds,
        .required = true),
    FIELD(struct note_input, owner_id, .label = N_("Who does it"), .ref = "person",
        .hint = N_("Of a commitment: it becomes a task of theirs.")),
    FIELD(struct note_input, due, .label = N_("Due"), .example = "14"),
    FIELD(struct note_input, registration_id, .label = N_("Registration"), .ref = "registration"),
};

/* Of the vendor, or of the partner that is reviewed: nobody of another partner is even known here. */
static enum status check_owner(struct call *c, const struct review *r, int64_t id)
{
    struct person p;
    TRY(noun_load_whole(c, &person_noun, id, &p));
    if (p.partner_id.id && p.partner_id.id != r->partner_id.id)
        return call_field(c, "owner_id", TR(c, "is neither of the vendor nor of this partner"));
    return streq(p.state, "inactive")
               ? call_field(c, "owner_id", TR(c, "has no access any more; choose somebody else"))
               : OK;
}

static enum status note_run(struct call *c)
{
    const struct note_input *in = c->in;
    bool commitment = streq(in->kind, "commitment");
    struct review r;
    struct registration g;
    int64_t id = 0;
    TRY(noun_load(c, &review_noun, c->row_id, &r));
    if (commitment && !in->owner_id.id)
        return call_field(c, "owner_id", TR(c, "say who does it"));
    if (in->owner_id.id)
        TRY(check_owner(c, &r, in->owner_id.id));
    if (in->registration_id.id) {
        TRY(noun_load(c, &registration_noun, in->registration_id.id, &g));
        if (g.partner_id.id != r.partner_id.id)
            return call_field(c, "registration_id", TR(c, "belongs to another partner"));
    }
    struct review_point p = {.review_id = {c->row_id},
        .partner_id = r.partner_id,
        .kind = in->kind,
        .text = in->text,
        .registration_id = in->registration_id,
        .owner_id = in->owner_id,
        .due = in->due,
        .author_id = {c->viewer->person_id}};
    TRY(noun_insert_beside(c, &review_point_noun, &p, &id));
    call_last_event(c)->partner_sees = true;
    c->result_id = c->row_id;
    if (!commitment)
        return OK;
    struct task t = {.text = in->text,
        .partner_id = r.partner_id,
        .registration_id = in->registration_id,
        .owner_id = in->owner_id,
        .due = in->due};
    return task_give(c, &t);
}

const struct verb review_note = {
    .noun = &review_noun,
    .name = "note",
    .label = N_("Note a point"),
    .summary = N_("Write down a decision, or a commitment, which becomes a task of who gave it."),
    .on = ON_ROW,
    .roles = LEADERS | PARTNER_ROLES,
    .hidden = true,
    .from = planned,
    INPUT(struct note_input, note_fields),
    .run = note_run,
    .done = N_("Noted"),
};

/* ---- the minutes ---- */

struct hold_input {
    const char *present, *summary;
};
static const struct field hold_fields[] = {
    FIELD(struct hold_input, present, .label = N_("Present"), .form = FORM_LIST, .required = true,
        .max = 4000, .hint = N_("Mail addresses, one a line. Each gets the minutes."),
        .example = "@people?role=partner_manager#email"),
    FIELD(struct hold_input, summary, .label = N_("Minutes in words"), .form = FORM_LONG, .max = 8000,
        .hint = N_("Beside the decisions and commitments. Vendor and partner read it.")),
};

/* Each of them somebody of the vendor or of the partner; *PEOPLE their id, partner, address and language. */
static enum status read_present(
    struct call *c, const struct review *r, const char *lines, struct rows *people)
{
    struct value args[1] = {v_int(r->partner_id.id)};
    TRY(db_query(c->db, c->arena, people,
        "select p.id, coalesce(p.partner_id, 0), p.email, p.language from person p where (p.partner_id is "
        "null or "
        "p.partner_id = $1) and p.state <> 'inactive' order by p.id",
        args, 1));
    bool *there = ARENA_ARRAY(c->arena, people->n + 1, bool);
    for (const char *p = lines; *p;) {
        size_t n = strcspn(p, "\n"), i = 0;
        const char *address = arena_strndup(c->arena, p, n);
        while (i < people->n && !streq(cell_text(people, i, 2), address))
            i++;
        if (n && i == people->n)
            return call_field(c, "present",
                arena_printf(c->arena, TR(c, "%s is nobody of the vendor or of this partner"), address));
        there[i] = true;
        p += n + (p[n] != 0);
    }
    size_t kept = 0;
    for (size_t i = 0; i < people->n; i++)
        if (there[i])
            memmove(&people->cells[kept++ * people->n_columns], &people->cells[i * people->n_columns],
                people->n_columns * sizeof *people->cells);
    people->n = kept;
    return OK;
}

static const char points_sql[] =
    "select t.kind, t.text, p.name, t.due, r.company from review_point t left join person p on p.id = "
    "t.owner_id left "
    "join registration r on r.id = t.registration_id where t.review_id = $1 order by t.kind desc, t.id";

static const char *minutes_text(
    struct call *c, enum lang lang, const struct review *r, const struct rows *points)
{
    struct buf b = buf_in(c->arena, 1 << 20);
    struct html h = {.arena = c->arena, .lang = lang, .zone = c->catalog->zone, .now = c->now};
    if (r->summary)
        buf_addf(&b, "%s\n\n", r->summary);
    const char *kind = "";
    for (size_t i = 0; i < points->n; i++) {
        if (!streq(kind, cell_text(points, i, 0))) {
            kind = cell_text(points, i, 0);
            buf_addf(&b, "%s%s\n", i ? "\n" : "",
                streq(kind, "decision") ? tr(lang, "Decisions") : tr(lang, "Commitments"));
        }
        struct date due = {(int32_t)cell_int(points, i, 3)};
        bool dated = cell(points, i, 3)->kind == VALUE_INT;
        const char *company = cell_text(points, i, 4), *who = cell_text(points, i, 2);
        buf_addf(&b, "- %s%s%s%s%s%s%s\n", company ? company : "", company ? ": " : "",
            cell_text(points, i, 1), who ? " · " : "", who ? who : "", dated ? " · " : "",
            dated ? fmt_date(&h, due) : "");
    }
    return buf_str(&b);
}

static enum status send_minutes(struct call *c, const struct review *r, const struct rows *people)
{
    struct value args[1] = {v_int(c->row_id)};
    struct partner partner;
    struct rows points;
    TRY(noun_load_whole(c, &partner_noun, r->partner_id.id, &partner));
    TRY(db_query(c->db, c->arena, &points, points_sql, args, 1));
    for (size_t i = 0; i < people->n; i++) {
        enum lang lang = lang_parse(cell_text(people, i, 3));
        const char *subject = arena_printf(c->arena, tr(lang, "Minutes: %s, %s"), r->topic, partner.name);
        const char *body = arena_printf(c->arena, "%s\n%s%s\n", minutes_text(c, lang, r, &points),
            c->base_url ? c->base_url : "", path_of(c, c->row_id));
        TRY(mail_queue(c, cell_text(people, i, 2), subject, body));
    }
    return OK;
}

/* An attended review is a touchpoint of each of the partner's people who were there. */
static enum status record_present(struct call *c, const struct review *r, const struct rows *people)
{
    for (size_t i = 0; i < people->n; i++) {
        struct touchpoint t = {.happened = c->now,
            .partner_id = r->partner_id,
            .person_id = {cell_int(people, i, 0)},
            .kind = "review",
            .channel = "other",
            .evidence = r->topic,
            .origin = arena_printf(c->arena, "%s/%s", id_text(c->arena, review_noun.prefix, c->row_id),
                id_text(c->arena, person_noun.prefix, cell_int(people, i, 0)))};
        if (cell_int(people, i, 1))
            TRY(touchpoint_record(c, &t));
    }
    return OK;
}

/* At the same hour of the wall, also over a change of the clocks; the next that is still to come. */
static enum status plan_next(struct call *c, const struct review *r)
{
    struct civil at = civil_in(c->catalog->zone, r->starts);
    struct date day = date_in(c->catalog->zone, r->starts);
    struct review next = {.topic = r->topic,
        .partner_id = r->partner_id,
        .manager_id = r->manager_id,
        .minutes_long = r->minutes_long,
        .every_days = r->every_days,
        .place = r->place,
        .state = "planned"};
    int64_t id = 0;
    if (!r->every_days)
        return OK;
    do
        day.days += (int32_t)r->every_days;
    while (instant_in(c->catalog->zone, day, at.hour, at.minute, 0).us <= c->now.us);
    next.starts = instant_in(c->catalog->zone, day, at.hour, at.minute, 0);
    TRY(noun_insert_beside(c, &review_noun, &next, &id));
    call_last_event(c)->partner_sees = true;
    return OK;
}

static enum status hold_run(struct call *c)
{
    const struct hold_input *in = c->in;
    struct review r;
    struct rows people;
    TRY(noun_load(c, &review_noun, c->row_id, &r));
    TRY(read_present(c, &r, in->present, &people));
    r.state = "held";
    r.present = in->present;
    r.summary = in->summary;
    r.held = c->now;
    TRY(change(c, &r,
        FIELD_BIT(&review_noun, state) | FIELD_BIT(&review_noun, present) | FIELD_BIT(&review_noun, summary) |
            FIELD_BIT(&review_noun, held),
        "hold"));
    TRY(send_minutes(c, &r, &people));
    TRY(record_present(c, &r, &people));
    TRY(plan_next(c, &r));
    c->result_id = c->row_id;
    return OK;
}

const struct verb review_hold = {
    .noun = &review_noun,
    .name = "hold",
    .label = N_("End it and send the minutes"),
    .summary = N_(
        "The review was held: its minutes stand and go to those who were present; the next one is planned."),
    .on = ON_ROW,
    .roles = LEADERS,
    .hidden = true,
    .from = planned,
    INPUT(struct hold_input, hold_fields),
    .run = hold_run,
    .done = N_("Minutes sent"),
    .example = {.becomes = "held"},
};
