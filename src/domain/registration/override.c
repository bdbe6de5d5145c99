#include "domain/registration/override.h"

#include "base/id.h"
#include "domain/registration/life.h"

static const struct state states[] = {{"asked", N_("Waits for a second person"), "review"},
    {"confirmed", N_("Confirmed"), "ok"}, {"refused", N_("Refused"), "no"},
    {"withdrawn", N_("Withdrawn"), "gone"}, {0}};
static const struct option state_options[] = {{"asked", N_("Waits for a second person")},
    {"confirmed", N_("Confirmed")}, {"refused", N_("Refused")}, {"withdrawn", N_("Withdrawn")}, {0}};
static const struct option outcomes[] = {{"approve", N_("Approve")}, {"decline", N_("Decline")}, {0}};

static const struct field fields[] = {
    FIELD(struct override, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct override, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct override, was, .label = N_("Decided"), .form = FORM_CHOICE, .options = outcomes,
        .required = true, .see = VENDOR, .list_column = true),
    FIELD(struct override, outcome, .label = N_("Wanted"), .form = FORM_CHOICE, .options = outcomes,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct override, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct override, asked_by, .label = N_("Asked by"), .ref = "person", .required = true,
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct override, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true, .max = 1000,
        .see = VENDOR, .example = "The customer asked for this partner in writing."),
    FIELD(struct override, days, .label = N_("Days of protection"), .see = VENDOR, .example = "90"),
    FIELD(struct override, benefit_percent, .label = N_("Registration margin"), .see = VENDOR),
    FIELD(struct override, answered_by, .label = N_("Second person"), .ref = "person", .see = VENDOR),
    FIELD(struct override, answered, .label = N_("Answered"), .see = VENDOR),
    FIELD(struct override, answer, .label = N_("Why not"), .form = FORM_LONG, .see = VENDOR,
        .example = "The rules were right here."),
};

const struct noun override_noun = {
    .name = "override",
    .plural = "overrides",
    .prefix = "ovr",
    .label = N_("Override"),
    .labels = N_("Overrides"),
    .icon = "swap",
    .summary = N_("A decision that somebody wants changed: with a reason, by two people, counted in public."),
    .size = sizeof(struct override),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "registration_id",
    .states = states,
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .nav = N_("Trust"),
    .order = "-created",
    .made = N_("Asked"),
    .partner_ref = "partner_id",
};

#define DECIDERS (ADMIN | OPERATIONS | PARTNER_MANAGER)

enum status override_of(struct call *c, int64_t registration_id, int64_t *id, struct override *out)
{
    struct value args[1] = {v_int(registration_id)};
    struct rows rows;
    *id = 0;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from override where registration_id = $1 order by id desc limit 1", args, 1));
    if (!rows.n)
        return OK;
    *id = cell_int(&rows, 0, 0);
    return noun_load_whole(c, &override_noun, *id, out);
}

/* ---- asking ---- */

struct ask_input {
    struct ref registration_id;
    const char *outcome, *reason;
    int64_t days;
    double benefit_percent;
};

static const struct field ask_fields[] = {
    FIELD(struct ask_input, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .example = "@registrations?state=declined"),
    FIELD(struct ask_input, outcome, .label = N_("Instead"), .form = FORM_CHOICE, .options = outcomes,
        .required = true),
    FIELD(struct ask_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true, .max = 1000,
        .hint = N_("The second person and the partner read it.")),
    FIELD(struct ask_input, days, .label = N_("Days of protection"), .min = 1, .max = 730,
        .hint = N_("The programme's usual when left empty."), .example = "90"),
    FIELD(struct ask_input, benefit_percent, .label = N_("Registration margin in percent"), .min = 0,
        .max = 100),
};

/* The decision that stands; NULL: none that could be overridden. */
static const char *standing_decision(const struct registration *r)
{
    return streq(r->state, "approved") ? "approve" : streq(r->state, "declined") ? "decline" : NULL;
}

/* Whether the wanted decision differs from the one that stands and could be carried out. */
static enum status check_wanted(
    struct call *c, const struct registration *r, int64_t registration_id, const char *outcome)
{
    const char *stands = standing_decision(r);
    bool taken = false;
    if (!stands)
        return call_refuse(c, PROBLEM_state, TR(c, "Only an approval or a decline can be overridden."));
    if (streq(stands, outcome))
        return call_field(c, "outcome", TR(c, "is what was decided; choose the other"));
    TRY(life_refuse_disputed(c, r));
    if (streq(outcome, "approve") && r->account_id.id)
        TRY(protection_stands(c, r->account_id.id, r->product_line_id.id, registration_id, &taken));
    if (taken)
        return call_refuse(c, PROBLEM_state,
            TR(c, "Another registration stands on this account for this product line. Who has the better "
                  "claim is decided in a dispute."));
    return OK;
}

static struct notice_about override_about(int64_t id)
{
    return (struct notice_about){.kind = NOTICE_override, .noun = &override_noun, .id = id};
}

static void write_asked(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct registration *r = ctx;
    out->subject = arena_printf(
        c->arena, tr(lang, "%s asks you to confirm an override: %s"), c->viewer->name, r->company);
    out->body = tr(lang, "A decision is changed only when a second person agrees.");
}

static enum status ask_run(struct call *c)
{
    const struct ask_input *in = c->in;
    struct registration r;
    int64_t id = 0;
    TRY(registration_whole(c, in->registration_id.id, &r));
    TRY(check_wanted(c, &r, in->registration_id.id, in->outcome));
    int64_t before;
    struct override last;
    TRY(override_of(c, in->registration_id.id, &before, &last));
    if (before && streq(last.state, "asked"))
        return call_refuse(c, PROBLEM_state, TR(c, "An override of it waits for a second person already."));
    struct override o = {.registration_id = in->registration_id,
        .partner_id = r.partner_id,
        .was = standing_decision(&r),
        .outcome = in->outcome,
        .days = streq(in->outcome, "approve") ? in->days : 0,
        .benefit_percent = streq(in->outcome, "approve") ? in->benefit_percent : 0,
        .reason = in->reason,
        .asked_by = {c->viewer->person_id},
        .state = "asked"};
    TRY(noun_insert(c, &override_noun, &o, &id));
    struct notice_about about = override_about(id);
    return notify_vendor(c, DECIDERS, &about, write_asked, &r);
}

const struct verb override_ask = {
    .noun = &override_noun,
    .name = "ask",
    .label = N_("Override"),
    .summary = N_("Ask a second person to change a registration's decision."),
    .on = ON_COLLECTION,
    .roles = DECIDERS,
    .creates = true,
    INPUT(struct ask_input, ask_fields),
    .run = ask_run,
    .done = N_("Asked; a second person confirms it"),
};

/* ---- the second person ---- */

static const char *const asked[] = {"asked", NULL};

static enum status answer(struct call *c, struct override *o, const char *state, const char *why)
{
    o->state = state;
    o->answer = why;
    o->answered = c->now;
    o->answered_by.id = c->viewer->person_id;
    return noun_update(c, &override_noun, c->row_id, o, UINT64_MAX, NULL);
}

static enum status load_of_other(struct call *c, struct override *o)
{
    TRY(noun_load_whole(c, &override_noun, c->row_id, o));
    if (o->asked_by.id == c->viewer->person_id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "You asked for it; another person answers."));
    return OK;
}

static void write_confirmed(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct registration *r = ctx;
    bool approved = streq(r->state, "approved");
    out->subject = arena_printf(c->arena,
        approved ? tr(lang, "%s: approved after all") : tr(lang, "%s: the approval was taken back"),
        r->company);
    out->body = r->reason;
}

static enum status tell_confirmed(struct call *c, const struct override *o, const struct registration *r)
{
    struct notice_about asker = registration_about(NOTICE_override, o->registration_id.id);
    struct notice_about partner = registration_about(NOTICE_decision, o->registration_id.id);
    TRY(notify_person(c, o->asked_by.id, &asker, write_confirmed, r));
    return registration_tell(c, &partner, r->person_id.id, r->partner_id.id, write_confirmed, r);
}

static enum status confirm_run(struct call *c)
{
    const struct programme *p;
    struct override o;
    struct registration r;
    TRY(programme_active(c, &p));
    TRY(load_of_other(c, &o));
    int64_t registration_id = o.registration_id.id;
    TRY(noun_lock(c, &registration_noun, registration_id));
    TRY(registration_whole(c, registration_id, &r));
    if (!streq(standing_decision(&r), o.was))
        return call_refuse(c, PROBLEM_state, TR(c, "The registration was decided otherwise meanwhile."));
    TRY(check_wanted(c, &r, registration_id, o.outcome));
    bool approve = streq(o.outcome, "approve");
    struct ruling ruling = {.kind = DECISION_OVERRIDE,
        .outcome = approve ? OUTCOME_APPROVE : OUTCOME_DECLINE,
        .reason = o.reason,
        .protection_days = (int)(o.days ? o.days : p->limits.review_approval_days),
        .benefit_percent = o.benefit_percent,
        .event = "override"};
    TRY(registration_rule(c, p, &r, &registration_id, &ruling));
    TRY(answer(c, &o, "confirmed", NULL));
    return tell_confirmed(c, &o, &r);
}

const struct verb override_confirm = {
    .noun = &override_noun,
    .name = "confirm",
    .label = N_("Confirm"),
    .summary =
        N_("Agree as the second person: the decision is changed, with a receipt. Both decisions stay."),
    .on = ON_ROW,
    .roles = DECIDERS,
    .from = asked,
    .primary = true,
    .run = confirm_run,
    .done = N_("Confirmed"),
    .example = {.becomes = "confirmed"},
};

struct refuse_input {
    const char *answer;
};
static const struct field refuse_fields[] = {
    FIELD(struct refuse_input, answer, .label = N_("Why not"), .form = FORM_LONG, .required = true,
        .max = 1000, .hint = N_("Who asked reads it.")),
};

static void write_refused(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct override *o = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "%s does not confirm your override"), c->viewer->name);
    out->body = o->answer;
}

static enum status refuse_run(struct call *c)
{
    const struct refuse_input *in = c->in;
    struct override o;
    TRY(load_of_other(c, &o));
    TRY(answer(c, &o, "refused", in->answer));
    struct notice_about about = override_about(c->row_id);
    return notify_person(c, o.asked_by.id, &about, write_refused, &o);
}

const struct verb override_refuse = {
    .noun = &override_noun,
    .name = "refuse",
    .label = N_("Refuse"),
    .summary = N_("Disagree as the second person: the decision stands."),
    .on = ON_ROW,
    .roles = DECIDERS,
    .from = asked,
    INPUT(struct refuse_input, refuse_fields),
    .run = refuse_run,
    .done = N_("Refused"),
    .example = {.becomes = "refused"},
};

static enum status withdraw_run(struct call *c)
{
    struct override o;
    TRY(noun_load_whole(c, &override_noun, c->row_id, &o));
    if (o.asked_by.id != c->viewer->person_id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Only who asked for it takes it back."));
    o.state = "withdrawn";
    return noun_update(c, &override_noun, c->row_id, &o, FIELD_BIT(&override_noun, state), NULL);
}

const struct verb override_withdraw = {
    .noun = &override_noun,
    .name = "withdraw",
    .label = N_("Take back"),
    .summary = N_("No longer ask for it."),
    .on = ON_ROW,
    .roles = DECIDERS,
    .from = asked,
    .run = withdraw_run,
    .done = N_("Taken back"),
    .example = {.after = &override_ask, .becomes = "withdrawn"},
};
