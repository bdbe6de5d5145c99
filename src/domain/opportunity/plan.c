#include "domain/opportunity/plan.h"

#include "domain/notice/notice.h"
#include "domain/opportunity/team.h"
#include "domain/person/person.h"

static const struct state states[] = {
    {"open", N_("Open"), "new"}, {"done", N_("Done"), "ok"}, {"removed", N_("Removed"), "gone"}, {0}};
static const struct option state_options[] = {
    {"open", N_("Open")}, {"done", N_("Done")}, {"removed", N_("Removed")}, {0}};
static const struct option sides[] = {{"vendor", N_("Vendor")}, {"partner", N_("Partner")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct plan_step, text, .label = N_("Step"), .required = true, .see = BOTH, .list_column = true,
        .search = true, .example = "Proof of concept with 20 users"),
    FIELD(struct plan_step, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct plan_step, due, .label = N_("Due"), .required = true, .see = BOTH, .list_column = true,
        .filter = true, .sort = true, .example = "14"),
    FIELD(struct plan_step, side, .label = N_("Whose work"), .form = FORM_CHOICE, .options = sides,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct plan_step, owner_id, .label = N_("Owner"), .ref = "person", .see = BOTH, .list_column = true,
        .filter = true),
    FIELD(struct plan_step, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct plan_step, author_id, .label = N_("By"), .ref = "person", .required = true, .see = BOTH),
    FIELD(struct plan_step, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct plan_step, finished, .label = N_("Done at"), .see = BOTH),
};

const struct noun plan_step_noun = {
    .name = "plan_step",
    .plural = "plan-steps",
    .prefix = "pst",
    .label = N_("Plan step"),
    .labels = N_("Plan steps"),
    .icon = "check",
    .summary = N_("A dated step of an opportunity's mutual action plan."),
    .size = sizeof(struct plan_step),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "text",
    .states = states,
    .vendor_scope = "1=1",
    /* A removed one is its author's alone, who can take that back. */
    .partner_scope =
        "{t}.partner_id = {partner} and ({t}.state <> 'removed' or {t}.author_id = {person}) and "
        "{t}.opportunity_id in " OPPORTUNITIES_OF_PARTNER,
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

enum status opportunity_audience(struct call *c, int64_t opportunity_id, struct ref partner, int64_t *out)
{
    struct opportunity_member m;
    int64_t id, own = c->viewer->partner_id;
    *out = own ? own : partner.id;
    if (own || !partner.id)
        return OK;
    TRY(member_find(c, opportunity_id, partner.id, &id, &m));
    return id && streq(m.state, "active")
               ? OK
               : call_field(c, "partner_id", TR(c, "is not on the team of this opportunity"));
}

/* ---- whose work ---- */

/* Who does it when nobody is named: the owner of the opportunity, or who of the partner is on it. */
static enum status usual_owner(
    struct call *c, const struct plan_step *s, const struct opportunity *o, struct ref *out)
{
    struct opportunity_member m = {.person_id = {0}};
    int64_t id;
    *out = o->owner_id;
    if (streq(s->side, "vendor"))
        return OK;
    TRY(member_find(c, s->opportunity_id.id, s->partner_id.id, &id, &m));
    *out = m.person_id;
    return OK;
}

static enum status check_owner(struct call *c, const struct plan_step *s)
{
    struct person p;
    int64_t partner = streq(s->side, "partner") ? s->partner_id.id : 0;
    if (streq(s->side, "partner") && !partner)
        return call_field(c, "side", TR(c, "is a partner's: say which one the step is shared with"));
    if (!s->owner_id.id)
        return OK;
    TRY(noun_load_whole(c, &person_noun, s->owner_id.id, &p));
    return p.partner_id.id == partner ? OK : call_field(c, "owner_id", TR(c, "does not work for that side"));
}

static void write_step(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct plan_step *s = ctx;
    out->subject = arena_printf(c->arena, tr(lang, "A step for you: %s"), s->text);
}

static enum status tell(struct call *c, const struct plan_step *s)
{
    struct notice_about about = {.kind = NOTICE_step, .noun = &opportunity_noun, .id = s->opportunity_id.id};
    if (!s->owner_id.id)
        return OK;
    return notify_person(c, s->owner_id.id, &about, write_step, s);
}

/* ---- verbs ---- */

struct step_input {
    struct ref opportunity_id;
    const char *text;
    struct date due;
    const char *side;
    struct ref owner_id, partner_id;
};
#define INPUT_STEP                                                                                           \
    FIELD(struct step_input, text, .label = N_("Step"), .required = true, .max = 200),                       \
        FIELD(struct step_input, due, .label = N_("Due"), .required = true),                                 \
        FIELD(struct step_input, side, .label = N_("Whose work"), .form = FORM_CHOICE, .options = sides,     \
            .required = true)
#define INPUT_OWNER                                                                                          \
    FIELD(struct step_input, owner_id, .label = N_("Owner"), .ref = "person",                                \
        .hint = N_("Left empty: who works on the deal on that side."))

static const struct field create_fields[] = {INPUT_STEP,
    FIELD(struct step_input, partner_id, .label = N_("Shared with"), .ref = "partner",
        .hint = N_("The vendor says which partner sees it. Left empty: only our own people.")),
    INPUT_OWNER,
    FIELD(struct step_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .required = true)};
static const struct field update_fields[] = {INPUT_STEP, INPUT_OWNER};

static enum status create_run(struct call *c)
{
    const struct step_input *in = c->in;
    struct opportunity o;
    int64_t id = 0;
    TRY(opportunity_hold(c, in->opportunity_id, &o));
    struct plan_step s = {.opportunity_id = in->opportunity_id,
        .text = in->text,
        .due = in->due,
        .side = in->side,
        .owner_id = in->owner_id,
        .author_id = {c->viewer->person_id},
        .state = "open"};
    TRY(opportunity_audience(c, in->opportunity_id.id, in->partner_id, &s.partner_id.id));
    TRY(check_owner(c, &s));
    if (!s.owner_id.id)
        TRY(usual_owner(c, &s, &o, &s.owner_id));
    TRY(noun_insert(c, &plan_step_noun, &s, &id));
    call_last_event(c)->partner_sees = s.partner_id.id != 0;
    return tell(c, &s);
}

/* The step, with its opportunity held. */
static enum status hold(struct call *c, struct plan_step *s)
{
    struct opportunity o;
    TRY(noun_load(c, &plan_step_noun, c->row_id, s));
    return opportunity_hold(c, s->opportunity_id, &o);
}

static enum status change(struct call *c, const struct plan_step *s)
{
    TRY(noun_update(c, &plan_step_noun, c->row_id, s, UINT64_MAX, NULL));
    struct event *e = call_last_event(c);
    if (e)
        e->partner_sees = s->partner_id.id != 0;
    return OK;
}

/* What one side promised the other does not rewrite. */
static enum status check_author(struct call *c, const struct plan_step *s)
{
    struct person author;
    if (!c->viewer->partner_id)
        return OK;
    TRY(noun_load_whole(c, &person_noun, s->author_id.id, &author));
    return author.partner_id.id == c->viewer->partner_id
               ? OK
               : call_refuse(c, PROBLEM_forbidden, TR(c, "Only the side that wrote a step changes it."));
}

static enum status update_run(struct call *c)
{
    const struct step_input *in = c->in;
    struct plan_step s;
    TRY(hold(c, &s));
    TRY(check_author(c, &s));
    int64_t was = s.owner_id.id;
    s.text = c->given & 1 ? in->text : s.text;
    s.due = c->given >> 1 & 1 ? in->due : s.due;
    s.side = c->given >> 2 & 1 ? in->side : s.side;
    s.owner_id = c->given >> 3 & 1 ? in->owner_id : s.owner_id;
    TRY(check_owner(c, &s));
    TRY(change(c, &s));
    return s.owner_id.id == was ? OK : tell(c, &s);
}

static enum status finish_run(struct call *c)
{
    struct plan_step s;
    TRY(hold(c, &s));
    s.state = "done";
    s.finished = c->now;
    return change(c, &s);
}

static enum status reopen_run(struct call *c)
{
    struct plan_step s;
    TRY(hold(c, &s));
    s.state = "open";
    s.finished.us = 0;
    return change(c, &s);
}

static enum status restore_run(struct call *c)
{
    struct plan_step s;
    TRY(hold(c, &s));
    TRY(check_author(c, &s));
    s.state = "open";
    return change(c, &s);
}

static enum status remove_run(struct call *c)
{
    struct plan_step s;
    TRY(hold(c, &s));
    TRY(check_author(c, &s));
    s.state = "removed";
    return change(c, &s);
}

static const char *const open_states[] = {"open", NULL};
static const char *const done_states[] = {"done", NULL};
static const char *const removed_states[] = {"removed", NULL};

#define STEP_VERB(the_name, the_label, was_done, text, states_from, back, ...)                               \
    {                                                                                                        \
        .noun = &plan_step_noun, .name = (the_name), .label = (the_label), .done = (was_done),               \
        .summary = (text), .on = ON_ROW, .roles = DEAL_ROLES | PARTNER_ROLES, .from = (states_from),         \
        .undo = (back), .run = __VA_ARGS__                                                                   \
    }

const struct verb step_create = {
    .noun = &plan_step_noun,
    .name = "create",
    .label = N_("New step"),
    .summary = N_("Add a dated step to an opportunity's plan."),
    .on = ON_COLLECTION,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .primary = true,
    .undo = &step_remove,
    INPUT(struct step_input, create_fields),
    .run = create_run,
    .done = N_("Step added"),
};

const struct verb step_update = {
    .noun = &plan_step_noun,
    .name = "update",
    .label = N_("Edit"),
    .summary = N_("Change a step; a partner changes its own."),
    .on = ON_ROW,
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .from = open_states,
    .partial = true,
    INPUT(struct step_input, update_fields),
    .run = update_run,
    .done = N_("Changed"),
};

const struct verb step_finish =
    STEP_VERB("finish", N_("Done"), N_("Step done"), N_("The step was made; either side says so."),
        open_states, &step_reopen, finish_run, .example = {.becomes = "done"});
const struct verb step_reopen =
    STEP_VERB("reopen", N_("Open again"), N_("Step open again"), N_("The step is to be made again."),
        done_states, &step_finish, reopen_run, .example = {.after = &step_finish, .becomes = "open"});
const struct verb step_remove =
    STEP_VERB("remove", N_("Remove"), N_("Step removed"), N_("Take a step out of the plan."), open_states,
        &step_restore, remove_run, .example = {.after = &step_create, .becomes = "removed"});
const struct verb step_restore =
    STEP_VERB("restore", N_("Restore"), N_("Step restored"), N_("The step is in the plan again."),
        removed_states, &step_remove, restore_run, .example = {.after = &step_remove, .becomes = "open"});
