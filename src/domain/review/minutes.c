/* A review was held: its minutes are mailed, its touchpoints recorded, the next one planned. */
#include "base/id.h"
#include "domain/partner/partner.h"
#include "domain/person/person.h"
#include "domain/review/review.h"
#include "domain/touchpoint/touchpoint.h"
#include "runtime/mail.h"

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
        const char *body = arena_printf(c->arena, "%s\n%s/reviews/%s\n", minutes_text(c, lang, r, &points),
            c->base_url ? c->base_url : "", id_text(c->arena, review_noun.prefix, c->row_id));
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

bool review_has_come(const struct call *c, const struct review *r)
{
    return date_in(c->catalog->zone, r->starts).days <= date_in(c->catalog->zone, c->now).days;
}

static enum status check_come(struct call *c, const struct review *r)
{
    struct html h = {.arena = c->arena, .lang = call_lang(c), .zone = c->catalog->zone, .now = c->now};
    if (review_has_come(c, r))
        return OK;
    return call_refuse(c, PROBLEM_state,
        arena_printf(c->arena,
            TR(c,
                "The review begins on %s. Before that day it is moved or cancelled, not ended: where it was "
                "held already, move it to today, then end it."),
            fmt_exact(&h, r->starts)));
}

static enum status hold_run(struct call *c)
{
    const struct hold_input *in = c->in;
    struct review r;
    struct rows people;
    TRY(noun_load(c, &review_noun, c->row_id, &r));
    TRY(check_come(c, &r));
    TRY(read_present(c, &r, in->present, &people));
    r.state = "held";
    r.present = in->present;
    r.summary = in->summary;
    r.held = c->now;
    TRY(review_change(c, &r,
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
    .roles = REVIEW_LEADERS,
    .hidden = true,
    .from = review_planned,
    INPUT(struct hold_input, hold_fields),
    .run = hold_run,
    .done = N_("Minutes sent"),
    .example = {.find = "state=planned&sort=starts", .becomes = "held"},
};
