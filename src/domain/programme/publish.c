/* A document becomes a version: in force at once, or from a day on. */
#include "domain/programme/publish.h"

#include "base/json.h"

enum status programme_lock(struct call *c)
{
    const char *const line[] = {"programme"};
    return db_lock_names(c->db, line, 1);
}

enum status programme_still_reads(struct call *c, const char *field)
{
    struct rows rows;
    TRY(programme_lock(c));
    TRY(db_query(c->db, c->arena, &rows,
        "select number, document from programme_version order by number desc", NULL, 0));
    for (size_t r = 0; r < rows.n; r++) {
        struct call reading = *c; /* what is wrong is told of the field, not of the document */
        struct arena *a = arena_new();
        struct programme p;
        const char *text = cell_text(&rows, r, 1);
        reading.problem = NULL;
        enum status s = programme_read(&reading, a, text, strlen(text), &p);
        arena_free(a);
        if (s == REFUSED)
            return call_field(c, field,
                arena_printf(c->arena,
                    TR(c, "version %lld of the programme has a rule that needs what would go"),
                    (long long)cell_int(&rows, r, 0)));
        TRY(s);
    }
    return OK;
}

enum status programme_newest(struct call *c, struct newest_version *out)
{
    struct rows rows;
    *out = (struct newest_version){0};
    TRY(db_query(c->db, c->arena, &rows,
        "select number, hash, state, effective from programme_version where state <> 'withdrawn' "
        "order by number desc limit 1",
        NULL, 0));
    if (!rows.n)
        return OK;
    *out = (struct newest_version){.number = cell_int(&rows, 0, 0), .hash = cell_text(&rows, 0, 1)};
    if (streq(cell_text(&rows, 0, 2), "scheduled") && cell_int(&rows, 0, 3) > c->now.us)
        out->effective.us = cell_int(&rows, 0, 3);
    return OK;
}

/* ---- storing a version ---- */

/* Numbers go up, withdrawn ones are not used again: decisions never name them, but history does. */
static enum status next_number(struct call *c, int64_t *out)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select max(number) from programme_version", NULL, 0));
    *out = cell_int(&rows, 0, 0) + 1;
    return OK;
}

/* What lies before a scheduled version would be undone by it on its day, unseen. */
static enum status check_order(
    struct call *c, const struct publication *p, const struct newest_version *newest, struct instant from)
{
    if (streq(newest->hash, p->programme->hash))
        return call_refuse(c, PROBLEM_state,
            newest->effective.us ? TR(c, "This is the version that is scheduled already.")
                                 : TR(c, "This is the version in force already."));
    if (p->base && p->base != newest->number)
        return call_refuse(c, PROBLEM_conflict,
            arena_printf(c->arena,
                TR(c,
                    "Version %lld was published meanwhile. Bring its changes into the draft, then publish."),
                (long long)newest->number));
    if (newest->effective.us && (!from.us || from.us < newest->effective.us))
        return call_refuse(c, PROBLEM_state,
            arena_printf(c->arena,
                TR(c, "Version %lld is scheduled for %s and would undo this on that day. Withdraw it first, "
                      "or let this one take effect later."),
                (long long)newest->number,
                date_iso(c->arena, date_in(p->programme->catalog.zone, newest->effective))));
    return OK;
}

/* The start of its first day; 0 when that has begun. */
static struct instant first_instant(const struct call *c, const struct publication *p)
{
    if (p->from.days == DATE_NONE)
        return (struct instant){0};
    struct instant t = instant_in(p->programme->catalog.zone, p->from, 0, 0, 0);
    return t.us > c->now.us ? t : (struct instant){0};
}

enum status programme_publish(struct call *c, const struct publication *p, int64_t *id, int64_t *number)
{
    struct newest_version newest;
    struct instant from = first_instant(c, p);
    const char *hash;
    TRY(programme_newest(c, &newest));
    if (newest.number)
        TRY(check_order(c, p, &newest, from));
    TRY(programme_keeps_used(c, &p->programme->catalog));
    TRY(next_number(c, number));
    struct programme_version v = {.number = *number,
        .document = programme_canonical(c->arena, p->programme->document, &hash),
        .state = from.us ? "scheduled" : "published",
        .effective = from,
        .published_by = {c->viewer->person_id},
        .author_id = {p->author_id ? p->author_id : c->viewer->person_id},
        .alone = p->alone,
        .note = p->note};
    v.hash = hash;
    *id = 0;
    TRY(noun_insert_beside(c, &programme_version_noun, &v, id));
    return from.us ? OK : programme_sync_lines(c, p->programme->document);
}

/* ---- who may ---- */

static enum status others_with_right(struct call *c, unsigned roles, bool *any)
{
    struct value args[1] = {v_int(c->viewer->person_id)};
    struct rows rows;
    *any = false;
    TRY(db_query(c->db, c->arena, &rows,
        "select distinct role from person where partner_id is null and state <> 'inactive' and id <> $1",
        args, 1));
    for (size_t i = 0; i < rows.n; i++)
        *any = *any || (ROLE_BIT(role_parse(cell_text(&rows, i, 0))) & roles);
    return OK;
}

enum status programme_check_alone(struct call *c, bool *alone)
{
    const struct programme *active;
    bool others;
    *alone = false;
    TRY(programme_active(c, &active));
    if (!active->second_person)
        return OK;
    TRY(others_with_right(c, active->roles.publish, &others));
    if (!others) {
        *alone = true;
        return OK;
    }
    return call_refuse(c, PROBLEM_forbidden,
        TR(c, "A second person publishes what you wrote: make it a draft and ask somebody "
              "(POST /api/v1/programme-drafts, then its \"ask\")."));
}

const char *rules_one_sided(struct call *c, const struct programme *p)
{
    size_t approving = 0;
    for (size_t i = 0; i < p->rules.n; i++)
        approving += p->rules.rules[i].outcome == OUTCOME_APPROVE;
    if (p->rules.n && approving == p->rules.n)
        return TR(c, "Every rule approves: each registration would be approved at once.");
    return approving ? NULL : TR(c, "No rule approves: no registration would be approved at once.");
}

/* ---- a file, in one step ---- */

struct apply_input {
    const char *document, *note;
    struct date effective_day;
};
static const struct field apply_fields[] = {
    FIELD(struct apply_input, document, .label = N_("Document"), .form = FORM_JSON, .required = true,
        .hint = N_("The whole programme as JSON, as export gives it."),
        .example = "@programme-versions?number=1#document"),
    FIELD(struct apply_input, note, .label = N_("Why"),
        .hint = N_("One sentence; everybody in the programme reads it.")),
    FIELD(struct apply_input, effective_day, .label = N_("Takes effect on"),
        .hint = N_("At the beginning of that day in the programme's time zone; left out: at once.")),
};

static enum status apply_prepare(struct call *c)
{
    const struct apply_input *in = c->in;
    struct programme *p = ARENA_NEW(c->arena, struct programme);
    c->plan = p;
    return programme_read(c, c->arena, in->document, strlen(in->document), p);
}

static enum status apply_run(struct call *c)
{
    const struct apply_input *in = c->in;
    struct programme *p = c->plan;
    struct publication what = {.programme = p, .from = in->effective_day, .note = in->note};
    TRY(programme_lock(c));
    if (c->viewer->role != ROLE_SYSTEM) /* whoever has the database publishes on the command line */
        TRY(programme_check_alone(c, &what.alone));
    TRY(programme_read(
        c, c->arena, in->document, strlen(in->document), p)); /* custom fields may have changed */
    int64_t id, number;
    TRY(programme_publish(c, &what, &id, &number));
    c->result_id = id;
    return OK;
}

const struct verb programme_apply = {
    .noun = &programme_version_noun,
    .name = "apply",
    .label = N_("Publish"),
    .summary =
        N_("Publish a programme document in one step. Its examples must pass. Where the programme asks for a "
           "second person, make a draft instead."),
    .on = ON_COLLECTION,
    .roles = ADMIN | OPERATIONS,
    .hidden = true,
    .creates = true,
    INPUT(struct apply_input, apply_fields),
    .prepare = apply_prepare,
    .run = apply_run,
    .example = {.fields = "document,note"},
};

/* ---- a version that is scheduled ---- */

static const char *const scheduled[] = {"scheduled", NULL};

static enum status withdraw_run(struct call *c)
{
    struct programme_version v;
    TRY(programme_lock(c));
    TRY(noun_load(c, &programme_version_noun, c->row_id, &v));
    if (v.effective.us <= c->now.us)
        return call_refuse(c, PROBLEM_state, TR(c, "It is in force already; publish another version."));
    v.state = "withdrawn";
    return noun_update(
        c, &programme_version_noun, c->row_id, &v, FIELD_BIT(&programme_version_noun, state), NULL);
}

const struct verb programme_withdraw = {
    .noun = &programme_version_noun,
    .name = "withdraw",
    .label = N_("Withdraw"),
    .done = N_("Withdrawn. It will not take effect; a new draft can start from it."),
    .summary = N_("Take back a scheduled version before its day comes."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS,
    .from = scheduled,
    .run = withdraw_run,
    .example = {.becomes = "withdrawn"},
};

static enum status effect_run(struct call *c)
{
    struct programme_version v;
    const char *error;
    TRY(programme_lock(c));
    TRY(noun_load(c, &programme_version_noun, c->row_id, &v));
    v.state = "published";
    TRY(noun_update(
        c, &programme_version_noun, c->row_id, &v, FIELD_BIT(&programme_version_noun, state), NULL));
    return programme_sync_lines(c, json_read(c->arena, v.document, strlen(v.document), &error));
}

const struct verb programme_take_effect = {
    .noun = &programme_version_noun,
    .name = "take_effect",
    .label = N_("Let take effect"),
    .summary = N_("The day of a scheduled version has come."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = scheduled,
    .run = effect_run,
};

const struct clock programme_effect_clock = {.name = "programme takes effect",
    .verb = &programme_take_effect,
    .due = "effective",
    .state = "scheduled"};
