/*
 * A registration's life in words: its own events and those of its activities, extensions and waitlist
 * entries, as the feed has them.
 */
#include "base/id.h"
#include "base/json.h"
#include "domain/registration/extension.h"
#include "domain/registration/life.h"
#include "domain/registration/timeline_view.h"

#define MOMENTS 100

/* One event while it is told. */
struct telling {
    struct call *c;
    struct html *h;
    const json_t *after;
    struct moment_view *m;
};

static const char *text_of(const struct telling *t, const char *field)
{
    return json_string_value(json_object_get(t->after, field));
}

static const char *day_of(const struct telling *t, const char *field)
{
    const json_t *v = json_object_get(t->after, field);
    struct instant at = {json_integer_value(v)};
    return json_is_integer(v) ? fmt_date(t->h, date_in(t->c->catalog->zone, at)) : FMT_NONE;
}

static const char *option_text(struct call *c, const struct option *options, const char *key)
{
    const char *label = option_label(call_lang(c), options, key);
    return label ? label : "";
}

static void say(struct telling *t, const char *icon, const char *text)
{
    t->m->icon = icon;
    t->m->text = text;
}

/* ---- the registration's own ---- */

static void tell_decision(struct telling *t, const char *how)
{
    struct call *c = t->c;
    const char *state = text_of(t, "state");
    if (streq(state, "approved"))
        say(t, "ok",
            arena_printf(t->c->arena, TR(c, "Approved: protected until %s"), day_of(t, "protected_until")));
    else if (streq(state, "review"))
        say(t, "clock",
            arena_printf(t->c->arena, TR(c, "Sent to a person, who answers by %s"), day_of(t, "review_due")));
    else
        say(t, "no", TR(c, "Declined"));
    t->m->detail = how;
    const char *reason = text_of(t, "reason");
    if (reason)
        t->m->detail = reason;
}

static void tell_registered(struct telling *t)
{
    tell_decision(t, TR(t->c, "Registered and decided at once"));
}

static void tell_answered(struct telling *t)
{
    tell_decision(t, NULL);
}

static void tell_override(struct telling *t)
{
    struct call *c = t->c;
    bool approved = streq(text_of(t, "state"), "approved");
    say(t, "swap",
        approved ? arena_printf(c->arena, TR(c, "Approved after all, by two people: protected until %s"),
                       day_of(t, "protected_until"))
                 : TR(c, "The approval was taken back, by two people"));
    t->m->detail = text_of(t, "reason");
}

static void tell_offer_taken(struct telling *t)
{
    tell_decision(t, TR(t->c, "Taken from the waitlist and decided anew"));
}

static void tell_lapsed(struct telling *t)
{
    bool early = streq(text_of(t, "lapse_reason"), "no_activity");
    say(t, "gone",
        early ? TR(t->c, "Lapsed early: nobody worked on it") : TR(t->c, "Lapsed: its last day has passed"));
}

static void tell_withdrawn(struct telling *t)
{
    say(t, "gone", TR(t->c, "Withdrawn"));
}

static void tell_won(struct telling *t)
{
    say(t, "medal", TR(t->c, "Won"));
}

static void tell_lost(struct telling *t)
{
    say(t, "gone", TR(t->c, "Lost"));
}

static void tell_converted(struct telling *t)
{
    say(t, "board",
        arena_printf(
            t->c->arena, TR(t->c, "Became an opportunity of %s; the claim stands"), t->c->catalog->vendor));
}

static void tell_quiet(struct telling *t)
{
    struct call *c = t->c;
    bool due = json_is_integer(json_object_get(t->after, "heartbeat_due"));
    say(t, "bell",
        due ? arena_printf(
                  c->arena, TR(c, "No activity for long: one is due by %s"), day_of(t, "heartbeat_due"))
            : TR(c, "No activity for long"));
}

static void tell_reminded(struct telling *t)
{
    say(t, "bell", TR(t->c, "Reminded that the protection ends"));
}

static void tell_put_off(struct telling *t)
{
    say(t, "clock",
        arena_printf(t->c->arena, TR(t->c, "Protected until %s, because a person has not answered yet"),
            day_of(t, "protected_until")));
}

static void tell_ruling(struct telling *t)
{
    if (text_of(t, "state"))
        tell_decision(t, NULL);
    t->m->icon = "flag";
    t->m->text = t->m->text ? arena_printf(t->c->arena, TR(t->c, "Ruling in the dispute: %s"), t->m->text)
                            : TR(t->c, "Ruling in the dispute: the claim stays as it is");
}

static void tell_disputed(struct telling *t)
{
    say(t, "flag", TR(t->c, "In dispute: somebody without a stake decides"));
}

static void tell_dispute_withdrawn(struct telling *t)
{
    say(t, "flag", TR(t->c, "The dispute was withdrawn"));
}

/* ---- what belongs to it ---- */

static void tell_activity(struct telling *t)
{
    say(t, "chat", option_text(t->c, activity_kinds, text_of(t, "kind")));
    const char *note = text_of(t, "note");
    struct date day = {(int32_t)json_integer_value(json_object_get(t->after, "day"))};
    t->m->detail = note ? arena_printf(t->c->arena, "%s · %s", fmt_day(t->h, day), note) : fmt_day(t->h, day);
}

static void tell_extension(struct telling *t)
{
    struct call *c = t->c;
    const char *state = text_of(t, "state"), *with = text_of(t, "with_whom");
    struct date day = {(int32_t)json_integer_value(json_object_get(t->after, "day"))};
    if (streq(state, "approved"))
        say(t, "ok", arena_printf(t->c->arena, TR(c, "Extended until %s"), day_of(t, "protected_until")));
    else if (streq(state, "review"))
        say(t, "clock",
            arena_printf(t->c->arena, TR(c, "Extension sent to a person, who answers by %s"),
                day_of(t, "review_due")));
    else
        say(t, "no", TR(c, "Extension declined"));
    const char *what = option_text(c, extension_evidence, text_of(t, "evidence"));
    t->m->detail =
        arena_printf(c->arena, "%s, %s%s%s", what, fmt_day(t->h, day), with ? " · " : "", with ? with : "");
}

static void tell_extension_answered(struct telling *t)
{
    if (streq(text_of(t, "state"), "approved"))
        say(t, "ok", arena_printf(t->c->arena, TR(t->c, "Extended until %s"), day_of(t, "protected_until")));
    else
        say(t, "no", TR(t->c, "Extension declined"));
    t->m->detail = text_of(t, "reason");
}

static void tell_joined(struct telling *t)
{
    say(t, "swap", TR(t->c, "Joined the waitlist"));
}

static void tell_offered(struct telling *t)
{
    struct instant due = {json_integer_value(json_object_get(t->after, "offer_due"))};
    say(t, "swap",
        arena_printf(t->c->arena, TR(t->c, "Free again: offered until %s, %s"),
            fmt_date(t->h, date_in(t->h->zone, due)), fmt_clock(t->h, due)));
}

static void tell_passed(struct telling *t)
{
    say(t, "gone", TR(t->c, "The offer was passed on"));
}

static void tell_expired(struct telling *t)
{
    say(t, "gone", TR(t->c, "The offer ended without an answer"));
}

static void tell_left(struct telling *t)
{
    say(t, "gone", TR(t->c, "Left the waitlist"));
}

static void tell_ended(struct telling *t)
{
    say(t, "gone", TR(t->c, "The waitlist has ended"));
}

/* Events that are not here are told by another one of the same moment. */
static const struct {
    const char *noun, *verb;
    void (*tell)(struct telling *t);
} words[] = {
    {"registration", "register", tell_registered},
    {"registration", "override", tell_override},
    {"registration", "import", tell_registered},
    {"registration", "approve", tell_answered},
    {"registration", "decline", tell_answered},
    {"registration", "accept_offer", tell_offer_taken},
    {"registration", "withdraw", tell_withdrawn},
    {"registration", "lapse", tell_lapsed},
    {"registration", "win", tell_won},
    {"registration", "lose", tell_lost},
    {"registration", "convert", tell_converted},
    {"registration", "heartbeat", tell_quiet},
    {"registration", "remind", tell_reminded},
    {"registration", "put_off", tell_put_off},
    {"registration", "ruling", tell_ruling},
    {"registration", "dispute", tell_disputed},
    {"registration", "dispute_withdrawn", tell_dispute_withdrawn},
    {"activity", "create", tell_activity},
    {"extension", "create", tell_extension},
    {"extension", "approve", tell_extension_answered},
    {"extension", "decline", tell_extension_answered},
    {"waitlist_entry", "create", tell_joined},
    {"waitlist_entry", "offer", tell_offered},
    {"waitlist_entry", "pass", tell_passed},
    {"waitlist_entry", "expire", tell_expired},
    {"waitlist_entry", "leave", tell_left},
    {"waitlist_entry", "end", tell_ended},
};

static const char *const quiet[] = {"log_activity", "extend", "join_waitlist", "update", NULL};

/* Told all the same, by its verb: what others do to a registration. */
static bool tell_other(struct telling *t, const char *verb)
{
    const struct verb *v = model_verb(t->c->model, &registration_noun, verb);
    for (size_t i = 0; quiet[i]; i++)
        if (streq(quiet[i], verb))
            return false;
    if (!v)
        return false;
    say(t, "clock", v->done ? TR(t->c, v->done) : TR(t->c, v->label));
    return true;
}

static bool tell(struct telling *t, const char *noun, const char *verb)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (streq(words[i].noun, noun) && streq(words[i].verb, verb)) {
            words[i].tell(t);
            return true;
        }
    return streq(noun, "registration") && tell_other(t, verb);
}

bool moment_tell(struct call *c, struct html *h, const char *noun, const char *verb, const char *payload,
    struct moment_view *m)
{
    const char *error;
    const json_t *json = json_read(c->arena, payload, strlen(payload), &error);
    struct telling t = {c, h, json_object_get(json, "after"), m};
    return tell(&t, noun, verb);
}

/* ---- reading ---- */

#define COLUMNS "e.seq, e.at, e.noun, e.verb, e.payload, e.actor_id, e.partner_sees, e.row_id"
static const char sql[] =
    "select x.at, x.noun, x.verb, x.payload, x.actor_id, p.name, p.partner_id, l.leaf_index, x.row_id from ("
    "select " COLUMNS " from event e where e.noun = 'registration' and e.row_id = $1 union all "
    "select " COLUMNS " from activity a join event e on e.noun = 'activity' and e.row_id = a.id "
    "where a.registration_id = $1 union all "
    "select " COLUMNS " from extension a join event e on e.noun = 'extension' and e.row_id = a.id "
    "where a.registration_id = $1 union all "
    "select " COLUMNS " from waitlist_entry a join event e on e.noun = 'waitlist_entry' and e.row_id = a.id "
    "where a.registration_id = $1) x "
    "left join person p on p.id = x.actor_id "
    "left join log_leaf l on l.noun = 'registration' and l.row_id = $1 and l.event_seq = x.seq "
    "where x.partner_sees = 1 or $2 = 1 order by x.seq desc limit $3";

/* Partners read the vendor's people as the vendor. */
static const char *actor(struct call *c, const struct rows *rows, size_t r)
{
    int64_t partner = cell_int(rows, r, 6);
    if (!cell_int(rows, r, 4))
        return NULL;
    if (c->viewer->partner_id && partner != c->viewer->partner_id)
        return c->catalog->vendor;
    return cell_text(rows, r, 5);
}

static bool brings_files(const struct rows *rows, size_t r)
{
    return streq(cell_text(rows, r, 1), "extension") && streq(cell_text(rows, r, 2), "create");
}

enum status timeline_load(struct call *c, struct html *h, int64_t id, struct timeline_view *out)
{
    struct value args[3] = {v_int(id), v_int(c->viewer->partner_id == 0), v_int(MOMENTS)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, sql, args, 3));
    *out = (struct timeline_view){.moments = ARENA_ARRAY(c->arena, rows.n + 1, struct moment_view)};
    const char *receipt = NULL;
    for (size_t r = 0; r < rows.n; r++) {
        struct moment_view *m = &out->moments[out->n];
        /* The log's entry stands on the registration's event; the moment that is told may be the one before.
         */
        if (cell(&rows, r, 7)->kind == VALUE_INT)
            receipt = arena_printf(c->arena, "/registrations/%s/receipt?entry=%lld",
                id_text(c->arena, "reg", id), (long long)cell_int(&rows, r, 7));
        *m = (struct moment_view){
            .at = {cell_int(&rows, r, 0)}, .actor = actor(c, &rows, r), .receipt = receipt};
        if (!moment_tell(
                c, h, cell_string(&rows, r, 1), cell_string(&rows, r, 2), cell_string(&rows, r, 3), m))
            continue;
        receipt = NULL;
        if (brings_files(&rows, r))
            TRY(files_of(c, h, id_text(c->arena, "ext", cell_int(&rows, r, 8)), &m->files, &m->n_files));
        out->n++;
    }
    return OK;
}
