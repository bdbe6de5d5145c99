#include "domain/touchpoint/touchpoint.h"

#include "base/id.h"
#include "domain/account/account.h"
#include "domain/file/file.h"
#include "domain/opportunity/opportunity.h"
#include "domain/person/person.h"
#include "domain/registration/registration.h"

const struct option touchpoint_kinds[] = {{"meeting", N_("Meeting")}, {"introduction", N_("Introduction")},
    {"lead", N_("Lead")}, {"technical_validation", N_("Technical validation")},
    {"marketplace", N_("Marketplace step")}, {"campaign", N_("Campaign response")},
    {"referral", N_("Referral click")}, {"review", N_("Review attended")},
    {"work", N_("Other work on the deal")}, {"registration", N_("Registration")}, {0}};
static const struct option touchpoint_channels[] = {{"person", N_("In person")}, {"phone", N_("Phone")},
    {"video", N_("Video call")}, {"mail", N_("Mail")}, {"event", N_("Event")}, {"web", N_("Web")},
    {"marketplace", N_("Marketplace")}, {"portal", N_("Portal")}, {"other", N_("Other")}, {0}};

static const struct state states[] = {{"claimed", N_("Claimed"), "review"},
    {"confirmed", N_("Confirmed"), "ok"}, {"withdrawn", N_("Withdrawn"), "gone"}, {0}};
static const struct option state_options[] = {
    {"claimed", N_("Claimed")}, {"confirmed", N_("Confirmed")}, {"withdrawn", N_("Withdrawn")}, {0}};
static const struct option events[] = {{"place", N_("Part of a deal")}, {0}};
static const struct option sources[] = {{"vendor", N_("Vendor")}, {"partner", N_("Partner")},
    {"system", N_("From the feed")}, {"import", N_("Import")}, {"stranger", N_("A stranger's form")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct touchpoint, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = touchpoint_kinds,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct touchpoint, happened, .label = N_("When"), .required = true, .see = BOTH,
        .list_column = true, .sort = true),
    FIELD(struct touchpoint, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct touchpoint, person_id, .label = N_("Person"), .ref = "person", .see = BOTH, .filter = true),
    FIELD(struct touchpoint, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct touchpoint, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity", .see = VENDOR,
        .filter = true),
    FIELD(struct touchpoint, registration_id, .label = N_("Registration"), .ref = "registration", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct touchpoint, channel, .label = N_("Channel"), .form = FORM_CHOICE,
        .options = touchpoint_channels, .required = true, .see = BOTH, .list_column = true),
    FIELD(struct touchpoint, evidence, .label = N_("What shows it"), .form = FORM_LONG, .max = 2000,
        .see = BOTH, .example = "Their engineers ran the workshop; the agenda is attached."),
    FIELD(struct touchpoint, origin, .label = N_("Made from"), .max = 100, .see = VENDOR, .filter = true,
        .example = "reg_0002T7WE2Q7A7"),
    FIELD(struct touchpoint, source, .label = N_("Who says so"), .form = FORM_CHOICE, .options = sources,
        .required = true, .see = BOTH),
    FIELD(struct touchpoint, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct touchpoint, author_id, .label = N_("Entered by"), .ref = "person", .see = VENDOR),
};

const struct noun touchpoint_noun = {
    .name = "touchpoint",
    .plural = "touchpoints",
    .prefix = "tch",
    .label = N_("Touchpoint"),
    .labels = N_("Touchpoints"),
    .icon = "list",
    .summary = N_("What a partner did for a deal, with what shows it. A partner sees its own."),
    .size = sizeof(struct touchpoint),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "kind",
    .states = states,
    .events = events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-happened",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"origin", NULL},
    .nav = N_("Sell"),
};

/* ---- recording ---- */

enum status touchpoint_record(struct call *c, const struct touchpoint *given)
{
    struct touchpoint t = *given;
    int64_t id = 0;
    t.channel = t.channel ? t.channel : "portal";
    t.source = t.source ? t.source : "system";
    t.state = t.state ? t.state : "confirmed";
    if (t.origin) {
        struct value args[1] = {v_text(t.origin)};
        struct rows rows;
        TRY(db_query(c->db, c->arena, &rows, "select 1 from touchpoint where origin = $1", args, 1));
        if (rows.n)
            return OK;
    }
    TRY(noun_insert_beside(c, &touchpoint_noun, &t, &id));
    call_last_event(c)->partner_sees = true;
    return OK;
}

enum status touchpoint_place(struct call *c, const char *origin, int64_t account_id, int64_t opportunity_id)
{
    struct touchpoint t = {.account_id = {account_id}, .opportunity_id = {opportunity_id}};
    uint64_t mask = FIELD_BIT(&touchpoint_noun, account_id) | FIELD_BIT(&touchpoint_noun, opportunity_id);
    struct value args[1] = {v_text(origin)};
    int64_t answer = c->result_id;
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, "select id from touchpoint where origin = $1", args, 1));
    if (rows.n)
        TRY(noun_update(c, &touchpoint_noun, cell_int(&rows, 0, 0), &t, mask, "place"));
    c->result_id = answer;
    return OK;
}

/* What a partner or a stranger said is a claim again, which the vendor confirms anew. */
static const char *first_state(const char *source)
{
    return streq(source, "partner") || streq(source, "stranger") ? "claimed" : "confirmed";
}

static bool starts_from(const struct verb *verb, const char *state)
{
    for (size_t i = 0; verb->from[i]; i++)
        if (streq(verb->from[i], state))
            return true;
    return false;
}

enum status touchpoint_settle(struct call *c, const char *origin, const struct verb *as)
{
    struct value args[1] = {v_text(origin)};
    int64_t answer = c->result_id;
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select id, source, state from touchpoint where origin = $1", args, 1));
    if (!rows.n || !starts_from(as, cell_text(&rows, 0, 2)))
        return OK;
    struct touchpoint t = {.state = as == &touchpoint_confirm    ? "confirmed"
                                    : as == &touchpoint_withdraw ? "withdrawn"
                                                                 : first_state(cell_text(&rows, 0, 1))};
    TRY(noun_update(
        c, &touchpoint_noun, cell_int(&rows, 0, 0), &t, FIELD_BIT(&touchpoint_noun, state), as->name));
    call_last_event(c)->partner_sees = true;
    c->result_id = answer;
    return OK;
}

/* ---- entering one ---- */

struct create_input {
    const char *kind, *channel;
    struct date day;
    const char *evidence;
    struct ref partner_id, person_id, account_id, opportunity_id, registration_id;
};
static const struct field create_fields[] = {
    FIELD(struct create_input, kind, .label = N_("What"), .form = FORM_CHOICE, .options = touchpoint_kinds,
        .required = true),
    FIELD(struct create_input, channel, .label = N_("Channel"), .form = FORM_CHOICE,
        .options = touchpoint_channels, .hint = N_("Other, when left out.")),
    FIELD(
        struct create_input, day, .label = N_("Day"), .hint = N_("Today when left empty."), .example = "-3"),
    FIELD(struct create_input, evidence, .label = N_("What shows it"), .form = FORM_LONG, .max = 2000,
        .hint = N_("Vendor and partner read it. Files can be added.")),
    FIELD(struct create_input, partner_id, .label = N_("Partner"), .ref = "partner"),
    FIELD(struct create_input, registration_id, .label = N_("Registration"), .ref = "registration"),
    FIELD(struct create_input, person_id, .label = N_("Person"), .ref = "person",
        .hint = N_("Of the partner's people, who did it.")),
    FIELD(struct create_input, account_id, .label = N_("Account"), .ref = "account"),
    FIELD(struct create_input, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity"),
};

/* A day without an hour is its noon; today is now. */
static enum status read_day(struct call *c, struct date day, struct instant *out)
{
    struct date today = date_in(c->catalog->zone, c->now);
    if (day.days != DATE_NONE && day.days > today.days)
        return call_field(c, "day", TR(c, "is in the future"));
    *out = day.days == DATE_NONE || day.days == today.days ? c->now
                                                           : instant_in(c->catalog->zone, day, 12, 0, 0);
    return OK;
}

/* A registration brings its partner and account, an opportunity its account; what was given must agree. */
static enum status read_subject(struct call *c, struct touchpoint *t)
{
    if (t->registration_id.id) {
        struct registration r;
        TRY(noun_load_whole(c, &registration_noun, t->registration_id.id, &r));
        if (t->partner_id.id && t->partner_id.id != r.partner_id.id)
            return call_field(c, "registration_id", TR(c, "belongs to another partner"));
        t->partner_id = r.partner_id;
        t->account_id = t->account_id.id ? t->account_id : r.account_id;
        t->opportunity_id = t->opportunity_id.id ? t->opportunity_id : r.opportunity_id;
        if (r.account_id.id && t->account_id.id != r.account_id.id)
            return call_field(c, "registration_id", TR(c, "belongs to another account"));
    }
    if (t->opportunity_id.id) {
        struct opportunity o;
        TRY(noun_load_whole(c, &opportunity_noun, t->opportunity_id.id, &o));
        t->account_id = t->account_id.id ? t->account_id : o.account_id;
        if (o.account_id.id && t->account_id.id != o.account_id.id)
            return call_field(c, "opportunity_id", TR(c, "belongs to another account"));
    }
    return t->partner_id.id ? OK : call_field(c, "partner_id", TR(c, "say which partner did it"));
}

static enum status read_person(struct call *c, struct touchpoint *t)
{
    struct person p;
    if (!t->person_id.id && c->viewer->partner_id)
        t->person_id.id = c->viewer->person_id;
    if (!t->person_id.id)
        return OK;
    TRY(noun_load_whole(c, &person_noun, t->person_id.id, &p));
    return p.partner_id.id == t->partner_id.id
               ? OK
               : call_field(c, "person_id", TR(c, "works for another company"));
}

static enum status create_run(struct call *c)
{
    const struct create_input *in = c->in;
    bool partner = c->viewer->partner_id != 0;
    int64_t id = 0;
    struct touchpoint t = {.partner_id = {partner ? c->viewer->partner_id : in->partner_id.id},
        .person_id = in->person_id,
        .account_id = in->account_id,
        .opportunity_id = in->opportunity_id,
        .registration_id = in->registration_id,
        .kind = in->kind,
        .channel = in->channel ? in->channel : "other",
        .evidence = in->evidence,
        .source = partner ? "partner" : "vendor",
        .state = partner ? "claimed" : "confirmed",
        .author_id = {c->viewer->person_id}};
    if (streq(in->kind, "registration"))
        return call_field(c, "kind", TR(c, "is made by registering"));
    TRY(read_day(c, in->day, &t.happened));
    TRY(read_subject(c, &t));
    TRY(read_person(c, &t));
    TRY(noun_insert(c, &touchpoint_noun, &t, &id));
    call_last_event(c)->partner_sees = true;
    TRY(files_attach(c, c->plan, id_text(c->arena, touchpoint_noun.prefix, id), t.partner_id.id, 0));
    c->result_id = id;
    return OK;
}

#define WRITERS (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER | EXECUTIVE | PARTNER_ROLES)

const struct verb touchpoint_create = {
    .noun = &touchpoint_noun,
    .name = "create",
    .label = N_("New touchpoint"),
    .summary = N_(
        "Write down what a partner did for a deal. A partner's own word counts once the vendor confirms it."),
    .on = ON_COLLECTION,
    .roles = WRITERS,
    .primary = true,
    .files = true,
    INPUT(struct create_input, create_fields),
    .prepare = files_prepare,
    .run = create_run,
    .undo = &touchpoint_withdraw,
    .done = N_("Touchpoint kept"),
};

/* ---- confirming, withdrawing ---- */

static enum status set_state(struct call *c, const char *state)
{
    struct touchpoint t = {.state = state};
    TRY(noun_update(c, &touchpoint_noun, c->row_id, &t, FIELD_BIT(&touchpoint_noun, state), c->verb->name));
    struct event *e = call_last_event(c);
    if (e)
        e->partner_sees = true;
    return OK;
}

static enum status confirm_run(struct call *c)
{
    return set_state(c, "confirmed");
}

/* What the feed left stands for as long as its row does; a partner takes back its own word only. */
static enum status check_own(struct call *c, struct touchpoint *t)
{
    TRY(noun_load_whole(c, &touchpoint_noun, c->row_id, t));
    if (streq(t->source, "system"))
        return call_refuse(c, PROBLEM_state, TR(c, "It follows from what was done here, and stays."));
    if (c->viewer->partner_id && !streq(t->source, "partner"))
        return call_refuse(c, PROBLEM_forbidden, TR(c, "The vendor entered it; ask your partner manager."));
    return OK;
}

static enum status withdraw_run(struct call *c)
{
    struct touchpoint t;
    TRY(check_own(c, &t));
    return set_state(c, "withdrawn");
}

static enum status restore_run(struct call *c)
{
    struct touchpoint t;
    TRY(check_own(c, &t));
    return set_state(c, first_state(t.source));
}

static const char *const claimed[] = {"claimed", NULL};
static const char *const standing[] = {"claimed", "confirmed", NULL};
static const char *const withdrawn[] = {"withdrawn", NULL};

const struct verb touchpoint_confirm = {
    .noun = &touchpoint_noun,
    .name = "confirm",
    .label = N_("Confirm"),
    .summary = N_("The partner did what it says; from now on it counts."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER,
    .primary = true,
    .from = claimed,
    .bulk = true,
    .run = confirm_run,
    .done = N_("Touchpoint confirmed"),
    .example = {.becomes = "confirmed"},
};

const struct verb touchpoint_withdraw = {
    .noun = &touchpoint_noun,
    .name = "withdraw",
    .label = N_("Withdraw"),
    .summary = N_("It was entered by mistake; it counts no more."),
    .on = ON_ROW,
    .roles = WRITERS,
    .from = standing,
    .undo = &touchpoint_restore,
    .run = withdraw_run,
    .done = N_("Touchpoint withdrawn"),
    .example = {.after = &touchpoint_create, .becomes = "withdrawn"},
};

const struct verb touchpoint_restore = {
    .noun = &touchpoint_noun,
    .name = "restore",
    .label = N_("Restore"),
    .summary = N_("It stands again."),
    .on = ON_ROW,
    .roles = WRITERS,
    .from = withdrawn,
    .undo = &touchpoint_withdraw,
    .run = restore_run,
    .done = N_("Touchpoint restored"),
    .example = {.after = &touchpoint_withdraw, .becomes = "claimed"},
};
