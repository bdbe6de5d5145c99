#include "domain/registration/override.h"

#include "base/id.h"
#include "domain/notice/notice.h"
#include "domain/registration/judge.h"
#include "domain/registration/life.h"

static const struct option outcomes[] = {{"approve", N_("Approved")}, {"decline", N_("Declined")}, {0}};
static const struct state states[] = {{"asked", N_("Waits for a second person"), "review"},
    {"confirmed", N_("Confirmed"), "ok"}, {"refused", N_("Refused"), "no"},
    {"withdrawn", N_("Withdrawn"), "gone"}, {0}};
static const struct option state_options[] = {{"asked", N_("Waits for a second person")},
    {"confirmed", N_("Confirmed")}, {"refused", N_("Refused")}, {"withdrawn", N_("Withdrawn")}, {0}};

static const struct field fields[] = {
    FIELD(struct override, company, .label = N_("Company"), .required = true, .see = VENDOR,
        .list_column = true),
    FIELD(struct override, outcome, .label = N_("Wanted"), .form = FORM_CHOICE, .options = outcomes,
        .required = true, .see = VENDOR, .list_column = true),
    FIELD(struct override, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct override, asked_by, .label = N_("Asked by"), .ref = "person", .required = true,
        .see = VENDOR, .list_column = true),
    FIELD(struct override, second_id, .label = N_("Second person"), .ref = "person", .see = VENDOR,
        .list_column = true),
    FIELD(struct override, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = VENDOR, .filter = true),
    FIELD(struct override, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = VENDOR, .filter = true),
    FIELD(struct override, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true, .see = VENDOR),
    FIELD(struct override, days, .label = N_("Days of protection"), .see = VENDOR, .min = 1, .max = 730),
    FIELD(struct override, benefit_percent, .label = N_("Registration margin in percent"), .see = VENDOR),
    FIELD(struct override, answered, .label = N_("Answered"), .see = VENDOR),
    FIELD(struct override, answer, .label = N_("Why it was refused"), .form = FORM_LONG, .see = VENDOR),
};

const struct noun override_noun = {
    .name = "override",
    .plural = "overrides",
    .prefix = "ovr",
    .label = N_("Override"),
    .labels = N_("Overrides"),
    .icon = "swap",
    .summary = N_("Somebody asks to decide against a decision; a second person confirms or refuses."),
    .size = sizeof(struct override),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "company",
    .states = states,
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .order = "-created",
    .nav = N_("Trust"),
};

/* ---- who is told ---- */

struct told {
    const char *company;
    bool confirmed;
};

static void write_asked(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject =
        arena_printf(c->arena, "%s: %s", t->company, tr(lang, "an override waits for a second person."));
    out->body = NULL;
}

static void write_answered(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject = arena_printf(c->arena, "%s: %s", t->company,
        t->confirmed ? tr(lang, "your override was confirmed.") : tr(lang, "your override was refused."));
    out->body = NULL;
}

static void write_partner(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct told *t = ctx;
    out->subject =
        arena_printf(c->arena, "%s: %s", t->company, tr(lang, "people decided anew. Both decisions stay."));
    out->body = NULL;
}

static const char *path_of(struct call *c, int64_t registration_id)
{
    return arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", registration_id));
}

/* ---- asking ---- */

struct ask_input {
    const char *outcome, *reason;
    int64_t days;
    double benefit_percent;
};
static const struct field ask_fields[] = {
    FIELD(struct ask_input, outcome, .label = N_("Wanted"), .form = FORM_CHOICE, .options = outcomes,
        .required = true),
    FIELD(struct ask_input, reason, .label = N_("Reason"), .form = FORM_LONG, .required = true, .max = 1000,
        .hint = N_("The partner reads it once a second person has confirmed.")),
    FIELD(struct ask_input, days, .label = N_("Days of protection"), .min = 1, .max = 730,
        .hint = N_("The programme's usual when left empty.")),
    FIELD(struct ask_input, benefit_percent, .label = N_("Registration margin in percent"), .min = 0,
        .max = 100),
};

static enum status prepare(struct call *c, int64_t registration_id)
{
    struct again *again = ARENA_NEW(c->arena, struct again);
    TRY(again_prepare(c, registration_id, again));
    c->plan = again;
    return OK;
}

/* An override does not take what another one holds: that is for a dispute, where both are heard. */
static enum status check(
    struct call *c, const struct again *again, int64_t id, struct registration *r, const char *outcome)
{
    bool stands = false, approves = streq(outcome, "approve");
    TRY(life_refuse_disputed(c, r));
    if (approves == streq(r->state, "approved"))
        return call_field(c, "outcome", TR(c, "is how it was decided; choose the other one"));
    if (!approves)
        return OK;
    TRY(again_account(c, again, r));
    if (r->account_id.id)
        TRY(protection_stands(c, r->account_id.id, r->product_line_id.id, id, &stands));
    return stands
               ? call_refuse(c, PROBLEM_state,
                     TR(c, "Somebody else holds this account. Open a dispute on the registration: there both "
                           "sides are heard, and the ruling may move or share the protection."))
               : OK;
}

static enum status ask_prepare(struct call *c)
{
    return prepare(c, c->row_id);
}

static enum status refuse_twice(struct call *c, int64_t registration_id)
{
    struct value args[1] = {v_int(registration_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from override where registration_id = $1 and state = 'asked'", args, 1));
    return rows.n
               ? call_refuse(c, PROBLEM_state, TR(c, "An override of it waits for a second person already."))
               : OK;
}

static enum status ask_run(struct call *c)
{
    const struct ask_input *in = c->in;
    const struct programme *p;
    struct registration r;
    int64_t id = 0;
    TRY(programme_active(c, &p));
    TRY(registration_whole(c, c->row_id, &r));
    TRY(refuse_twice(c, c->row_id));
    TRY(check(c, c->plan, c->row_id, &r, in->outcome));
    struct override o = {.registration_id = {c->row_id},
        .partner_id = r.partner_id,
        .company = r.company,
        .outcome = in->outcome,
        .days = in->days,
        .benefit_percent = in->benefit_percent,
        .reason = in->reason,
        .state = "asked",
        .asked_by = {c->viewer->person_id}};
    TRY(noun_insert_beside(c, &override_noun, &o, &id));
    call_event(c, &registration_noun, c->row_id, "ask_override", "{}");
    c->result_id = c->row_id;
    struct told t = {.company = r.company};
    return notify_vendor(c, p->roles.second_override, path_of(c, c->row_id), write_asked, &t);
}

static const char *const decided[] = {"approved", "declined", NULL};

const struct verb registration_override = {
    .noun = &registration_noun,
    .name = "override",
    .label = N_("Override"),
    .summary = N_("Decide against the decision, with a reason; a second person confirms it."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER,
    .from = decided,
    INPUT(struct ask_input, ask_fields),
    .prepare = ask_prepare,
    .run = ask_run,
    .done = N_("A second person is asked"),
};

/* ---- the second person ---- */

static enum status load(struct call *c, int64_t id, struct override *o)
{
    return noun_load(c, &override_noun, id, o);
}

static bool may_answer(const struct viewer *v, const struct programme *p, const struct override *o)
{
    return v->person_id && v->person_id != o->asked_by.id && (p->roles.second_override & ROLE_BIT(v->role));
}

static enum status refuse_same(struct call *c, const struct programme *p, const struct override *o)
{
    if (c->viewer->person_id == o->asked_by.id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Somebody else than who asked answers this."));
    return may_answer(c->viewer, p, o)
               ? OK
               : call_refuse(c, PROBLEM_forbidden, TR(c, "The programme leaves this to other roles."));
}

static enum status answer(struct call *c, struct override *o, const char *state)
{
    o->state = state;
    o->second_id.id = c->viewer->person_id;
    o->answered = c->now;
    TRY(noun_update(c, &override_noun, c->row_id, o, UINT64_MAX, NULL));
    struct told t = {.company = o->company, .confirmed = streq(state, "confirmed")};
    TRY(notify_person(c, o->asked_by.id, path_of(c, o->registration_id.id), write_answered, &t));
    if (t.confirmed)
        TRY(notify_partner(
            c, o->partner_id.id, PARTNER_ROLES, path_of(c, o->registration_id.id), write_partner, &t));
    c->result_id = c->row_id;
    return OK;
}

static enum status confirm_prepare(struct call *c)
{
    struct override o;
    TRY(load(c, c->row_id, &o));
    return prepare(c, o.registration_id.id);
}

static enum status lock(struct call *c, int64_t registration_id)
{
    const char *name = arena_printf(c->arena, "registration %lld", (long long)registration_id);
    return db_lock_names(c->db, &name, 1);
}

static enum status confirm_run(struct call *c)
{
    const struct programme *p;
    struct override o;
    struct registration r;
    TRY(programme_active(c, &p));
    TRY(load(c, c->row_id, &o));
    TRY(refuse_same(c, p, &o));
    TRY(lock(c, o.registration_id.id));
    TRY(registration_whole(c, o.registration_id.id, &r));
    if (!streq(r.state, "approved") && !streq(r.state, "declined"))
        return call_refuse(
            c, PROBLEM_state, TR(c, "The registration has ended meanwhile; refuse the override."));
    TRY(check(c, c->plan, o.registration_id.id, &r, o.outcome));
    struct ruling ruling = {.kind = DECISION_OVERRIDE,
        .outcome = streq(o.outcome, "approve") ? OUTCOME_APPROVE : OUTCOME_DECLINE,
        .protection_days = (int)(o.days ? o.days : p->limits.review_approval_days),
        .benefit_percent = o.benefit_percent,
        .reason = o.reason,
        .event = "override"};
    TRY(registration_rule(c, p, &r, &o.registration_id.id, &ruling));
    return answer(c, &o, "confirmed");
}

struct refuse_input {
    const char *answer;
};
static const struct field refuse_fields[] = {
    FIELD(struct refuse_input, answer, .label = N_("Why it is refused"), .form = FORM_LONG, .required = true,
        .max = 1000),
};

static enum status refuse_run(struct call *c)
{
    const struct refuse_input *in = c->in;
    const struct programme *p;
    struct override o;
    TRY(programme_active(c, &p));
    TRY(load(c, c->row_id, &o));
    TRY(refuse_same(c, p, &o));
    o.answer = in->answer;
    return answer(c, &o, "refused");
}

static enum status withdraw_run(struct call *c)
{
    struct override o;
    TRY(load(c, c->row_id, &o));
    if (c->viewer->person_id != o.asked_by.id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Who asked may withdraw it."));
    o.state = "withdrawn";
    o.answered = c->now;
    return noun_update(c, &override_noun, c->row_id, &o, UINT64_MAX, NULL);
}

static const char *const asked[] = {"asked", NULL};

const struct verb override_confirm = {
    .noun = &override_noun,
    .name = "confirm",
    .label = N_("Confirm"),
    .summary = N_("As the second person: the override counts from now on; both decisions stay."),
    .on = ON_ROW,
    .roles = VENDOR_ROLES & ~AUDITOR,
    .primary = true,
    .from = asked,
    .prepare = confirm_prepare,
    .run = confirm_run,
    .done = N_("Confirmed"),
};

const struct verb override_refuse = {
    .noun = &override_noun,
    .name = "refuse",
    .label = N_("Refuse"),
    .summary = N_("As the second person: the decision stays as it is."),
    .on = ON_ROW,
    .roles = VENDOR_ROLES & ~AUDITOR,
    .from = asked,
    INPUT(struct refuse_input, refuse_fields),
    .run = refuse_run,
    .done = N_("Refused"),
};

const struct verb override_withdraw = {
    .noun = &override_noun,
    .name = "withdraw",
    .label = N_("Withdraw"),
    .summary = N_("Take back what you asked for."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER,
    .from = asked,
    .run = withdraw_run,
    .done = N_("Withdrawn"),
};

/* ---- on the registration's page ---- */

static const char *person(struct call *c, const struct row *row, const char *field)
{
    int at = field_find(override_noun.fields, override_noun.n_fields, field);
    const char *name = row->title[at];
    return name ? name : TR(c, "nobody");
}

enum status override_views(
    struct call *c, struct html *h, int64_t registration_id, struct override_view **out, size_t *n)
{
    struct list list;
    const struct programme *p;
    struct list_query q = {.filters = {{"registration_id", "is", id_text(c->arena, "reg", registration_id)}},
        .n_filters = 1,
        .sort = "-created",
        .limit = 20};
    (void)h;
    *n = 0;
    if (!noun_readable(&override_noun, c->viewer))
        return OK;
    TRY(programme_active(c, &p));
    TRY(noun_list(c, &override_noun, &q, &list));
    *out = ARENA_ARRAY(c->arena, list.n + 1, struct override_view);
    for (size_t i = 0; i < list.n; i++) {
        const struct row *row = &list.rows[i];
        struct override o;
        row_record(&override_noun, row, &o);
        bool waits = streq(o.state, "asked");
        const struct state *s = states;
        while (s->key && !streq(s->key, o.state))
            s++;
        (*out)[(*n)++] = (struct override_view){.mark = s->mark,
            .word = TR(c, s->label),
            .wanted =
                streq(o.outcome, "approve") ? TR(c, "Approve it after all") : TR(c, "Decline it after all"),
            .reason = o.reason,
            .asked = person(c, row, "asked_by"),
            .second = o.second_id.id ? person(c, row, "second_id") : NULL,
            .answer = o.answer,
            .path = arena_printf(c->arena, "/overrides/%s", id_text(c->arena, "ovr", row->id)),
            .at = row->created,
            .may_answer = waits && may_answer(c->viewer, p, &o),
            .may_withdraw = waits && c->viewer->person_id == o.asked_by.id};
    }
    return OK;
}
