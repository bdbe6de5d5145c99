#include "domain/lead/lead.h"

#include "base/id.h"
#include "domain/lead/candidates.h"
#include "domain/touchpoint/touchpoint.h"

static const struct state states[] = {{"new", N_("New"), "new"}, {"offered", N_("Offered"), "review"},
    {"review", N_("In review"), "risk"}, {"accepted", N_("Accepted"), "ok"},
    {"converted", N_("Converted"), "ok"}, {"won", N_("Won"), "ok"}, {"lost", N_("Lost"), "gone"},
    {"closed", N_("Closed"), "gone"}, {"joined", N_("Joined"), "gone"}, {0}};
static const struct option state_options[] = {{"new", N_("New")}, {"offered", N_("Offered")},
    {"review", N_("In review")}, {"accepted", N_("Accepted")}, {"converted", N_("Converted")},
    {"won", N_("Won")}, {"lost", N_("Lost")}, {"closed", N_("Closed")}, {"joined", N_("Joined")}, {0}};
static const struct option events[] = {{"receive", N_("Left by a referral link")}, {"offer", N_("Offered")},
    {"accept", N_("Accepted")}, {"give_back", N_("Given back")}, {"exhaust", N_("Nobody took it")},
    {"withdraw", N_("Offer withdrawn")}, {"win", N_("Won")}, {"lose", N_("Lost")},
    {"go_on", N_("Open again")}, {0}};

const struct option lead_sizes[] = {{"to_49", N_("Up to 49 people")}, {"to_249", N_("50 to 249 people")},
    {"to_999", N_("250 to 999 people")}, {"from_1000", N_("1,000 people and more")}, {0}};
const struct option lead_sources[] = {{"web", N_("Web form")}, {"event", N_("Event")},
    {"campaign", N_("Campaign")}, {"phone", N_("Phone")}, {"list", N_("List")}, {"partner", N_("Partner")},
    {"referral", N_("Referral link")}, {"other", N_("Other")}, {0}};
static const struct option consents[] = {{"form", N_("Given on a form")}, {"spoken", N_("Given in person")},
    {"customer", N_("Is a customer")}, {"none", N_("Not given")}, {0}};
static const struct option reasons[] = {{"not_interested", N_("Not interested")},
    {"no_budget", N_("No budget")}, {"no_contact", N_("Nobody answers")},
    {"competitor", N_("Chose somebody else")}, {"not_genuine", N_("Not genuine")}, {"other", N_("Other")},
    {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct lead, company, .label = N_("Company"), .required = true, .see = BOTH, .set = VENDOR,
        .list_column = true, .search = true, .example = "Hollenbrook Castings"),
    FIELD(struct lead, domain, .label = N_("Web domain"), .form = FORM_DOMAIN, .see = BOTH, .set = VENDOR,
        .search = true),
    FIELD(struct lead, country, .label = N_("Country"), .form = FORM_COUNTRY, .see = BOTH, .set = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct lead, contact_name, .label = N_("Contact"), .see = BOTH, .set = VENDOR,
        .example = "Ilse Brandner"),
    FIELD(struct lead, contact_email, .label = N_("Mail address"), .form = FORM_EMAIL, .see = BOTH,
        .set = VENDOR),
    FIELD(struct lead, contact_phone, .label = N_("Phone"), .max = 60, .see = BOTH, .set = VENDOR,
        .example = "+49 231 5550147"),
    FIELD(struct lead, product_line_id, .label = N_("Product line"), .ref = "product_line", .see = BOTH,
        .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct lead, need, .label = N_("What they need"), .form = FORM_LONG, .max = 2000, .see = BOTH,
        .set = VENDOR, .hint = N_("Partners read it before they accept: name neither company nor person."),
        .example = "Wants to replace three firewalls this year."),
    FIELD(struct lead, industry, .label = N_("Industry"), .form = FORM_CHOICE, .list = "industries",
        .see = BOTH, .set = VENDOR, .filter = true, .example = "manufacturing"),
    FIELD(struct lead, size, .label = N_("Size"), .form = FORM_CHOICE, .options = lead_sizes, .see = BOTH,
        .set = VENDOR),
    FIELD(struct lead, language, .label = N_("Language"), .form = FORM_CHOICE, .list = "languages",
        .see = BOTH, .set = VENDOR, .example = "de"),
    FIELD(struct lead, source, .label = N_("Source"), .form = FORM_CHOICE, .options = lead_sources,
        .see = BOTH, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct lead, referrer_id, .label = N_("Brought by"), .ref = "partner", .see = VENDOR, .set = VENDOR,
        .filter = true, .hint = N_("The partner that brought it has it at once, if the customer is free.")),
    FIELD(struct lead, consent, .label = N_("Consent to be contacted"), .form = FORM_CHOICE,
        .options = consents, .see = BOTH, .set = VENDOR),
    FIELD(struct lead, consent_at, .label = N_("Consent since"), .see = BOTH),
    FIELD(struct lead, consent_text, .label = N_("Agreed to"), .form = FORM_LONG, .see = BOTH,
        .example = "You may use these details to answer my request."),
    FIELD(struct lead, referral_link_id, .label = N_("Referral link"), .ref = "referral_link", .see = VENDOR,
        .filter = true),
    FIELD(struct lead, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct lead, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH, .list_column = true,
        .filter = true),
    FIELD(struct lead, person_id, .label = N_("Person"), .ref = "person", .see = BOTH),
    FIELD(struct lead, owner_id, .label = N_("Owner"), .ref = "person", .see = BOTH, .set = VENDOR,
        .filter = true),
    FIELD(struct lead, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR, .filter = true),
    FIELD(struct lead, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity", .see = BOTH,
        .filter = true),
    FIELD(
        struct lead, joined_lead_id, .label = N_("Joined to"), .ref = "lead", .see = VENDOR, .filter = true),
    FIELD(struct lead, contacted, .label = N_("Contacted"), .see = BOTH),
    FIELD(struct lead, reason, .label = N_("Why it was closed"), .form = FORM_CHOICE, .options = reasons,
        .see = BOTH),
    FIELD(struct lead, reason_note, .label = N_("Note"), .form = FORM_LONG, .max = 1000, .see = BOTH,
        .example = "They renewed with what they have."),
    FIELD(struct lead, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR, .filter = true,
        .example = "LEAD-5512"),
};

const struct noun lead_noun = {
    .name = "lead",
    .plural = "leads",
    .prefix = "led",
    .label = N_("Lead"),
    .labels = N_("Leads"),
    .icon = "flag",
    .summary = N_("A company that may buy. A partner sees those that it has accepted or brought."),
    .size = sizeof(struct lead),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "company",
    .states = states,
    .events = events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"external_id", NULL},
    .nav = N_("Sell"),
};

#define BIT(member) FIELD_BIT(&lead_noun, member)

const char *lead_path(struct call *c, int64_t id)
{
    return arena_printf(c->arena, "/leads/%s", id_text(c->arena, lead_noun.prefix, id));
}

enum status lead_change(struct call *c, int64_t id, const struct lead *lead, uint64_t mask, const char *verb)
{
    int64_t answer = c->result_id;
    TRY(noun_update(c, &lead_noun, id, lead, mask, verb));
    struct event *e = call_last_event(c);
    if (e && e->noun == &lead_noun)
        e->partner_sees = e->partner_id != 0;
    c->result_id = answer;
    return OK;
}

enum status lead_hold(struct call *c, int64_t id, struct lead *out)
{
    TRY(noun_lock(c, &lead_noun, id));
    return noun_load_whole(c, &lead_noun, id, out);
}

enum status lead_tell_vendor(
    struct call *c, int64_t id, const struct lead *lead, notice_write *write, const void *ctx)
{
    struct notice_about about = {.kind = NOTICE_lead_news, .noun = &lead_noun, .id = id};
    if (lead->owner_id.id)
        return notify_person(c, lead->owner_id.id, &about, write, ctx);
    return notify_vendor(c, OPERATIONS | PARTNER_MANAGER, &about, write, ctx);
}

/* ---- verbs ---- */

static enum status create_prepare(struct call *c)
{
    lead_name_locks(c, c->in);
    return OK;
}

static enum status create_run(struct call *c)
{
    struct lead lead = *(const struct lead *)c->in;
    int64_t id = 0;
    TRY(lead_take_in(c, &lead, &id));
    c->result_id = id;
    return OK;
}

const struct verb lead_create = GENERIC_CREATE_BY(lead_noun, LEAD_ROLES, N_("New lead"),
    N_("Take in a lead; one of the same company is found."), create_run, .prepare = create_prepare);

/* What it is found by may have changed. */
static enum status update_run(struct call *c)
{
    struct lead lead = *(const struct lead *)c->in, now;
    uint64_t mask = c->given;
    TRY(lead_hold(c, c->row_id, &now));
    if ((mask & BIT(consent)) && !streq(lead.consent, now.consent)) {
        lead.consent_at = lead.consent && !streq(lead.consent, "none") ? c->now : (struct instant){0};
        mask |= BIT(consent_at);
    }
    if ((mask & BIT(referrer_id)) && lead.referrer_id.id != now.referrer_id.id)
        return call_field(c, "referrer_id", TR(c, "is said when the lead is taken in"));
    TRY(noun_update(c, &lead_noun, c->row_id, &lead, mask, NULL));
    if (mask & (BIT(company) | BIT(domain) | BIT(country) | BIT(contact_email))) {
        TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
        TRY(lead_rekey(c, c->row_id, &lead));
    }
    return OK;
}

const struct verb lead_update = GENERIC_UPDATE_BY(lead_noun, LEAD_ROLES, N_("Change a lead."), update_run);

static void write_contacted(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject =
        arena_printf(c->arena, tr(lang, "%s: %s has reached them"), lead->company, c->viewer->partner_name);
}

/* The first time counts. */
static enum status contact_run(struct call *c)
{
    struct lead lead;
    TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
    c->result_id = c->row_id;
    if (lead.contacted.us)
        return call_refuse(c, PROBLEM_state, TR(c, "Somebody has reached them already."));
    lead.contacted = c->now;
    TRY(lead_change(c, c->row_id, &lead, BIT(contacted), NULL));
    return c->viewer->partner_id ? lead_tell_vendor(c, c->row_id, &lead, write_contacted, &lead) : OK;
}

static const char *const accepted[] = {"accepted", NULL};

const struct verb lead_contact = {
    .noun = &lead_noun,
    .name = "contact",
    .label = N_("Mark as contacted"),
    .summary = N_("Somebody has spoken with the lead."),
    .on = ON_ROW,
    .roles = LEAD_ROLES | PARTNER_ROLES,
    .primary = true,
    .from = accepted,
    .run = contact_run,
    .done = N_("Marked as contacted"),
    .example = {.becomes = "accepted"},
};

/* ---- the end without a deal ---- */

struct close_input {
    const char *reason, *reason_note;
};
static const struct field close_fields[] = {
    FIELD(struct close_input, reason, .label = N_("Reason"), .form = FORM_CHOICE, .options = reasons,
        .required = true),
    FIELD(struct close_input, reason_note, .label = N_("Note"), .form = FORM_LONG, .max = 1000,
        .hint = N_("Vendor and partner read it.")),
};

static void write_closed(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct lead *lead = ctx;
    out->subject =
        arena_printf(c->arena, tr(lang, "%s: %s has closed the lead"), lead->company, c->viewer->name);
    out->body = lead->reason_note;
}

/* What is not genuine is no act of who brought it. A rival that looks after the lead does not judge that. */
static enum status settle_credit(struct call *c, const struct lead *lead, const struct verb *as)
{
    bool judges = !c->viewer->partner_id || c->viewer->partner_id == lead->referrer_id.id;
    return judges && streq(lead->reason, "not_genuine")
               ? touchpoint_settle(c, id_text(c->arena, lead_noun.prefix, c->row_id), as)
               : OK;
}

static enum status close_run(struct call *c)
{
    const struct close_input *in = c->in;
    struct lead lead;
    TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
    lead.state = "closed";
    lead.reason = in->reason;
    lead.reason_note = in->reason_note;
    TRY(lead_change(c, c->row_id, &lead, BIT(state) | BIT(reason) | BIT(reason_note), NULL));
    TRY(settle_credit(c, &lead, &touchpoint_withdraw));
    c->result_id = c->row_id;
    if (c->viewer->partner_id)
        return lead_tell_vendor(c, c->row_id, &lead, write_closed, &lead);
    if (!lead.partner_id.id)
        return OK;
    struct notice_about about = {.kind = NOTICE_lead, .noun = &lead_noun, .id = c->row_id};
    return notify_partner(c, lead.partner_id.id, PARTNER_ROLES, &about, write_closed, &lead);
}

/* Neither side undoes what the other decided. */
static enum status check_closer(struct call *c)
{
    struct value args[2] = {v_text(lead_noun.name), v_int(c->row_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select case when p.partner_id is null then 0 else 1 end from event e join person p on p.id = "
        "e.actor_id where e.noun = $1 and e.row_id = $2 and e.verb = 'close' order by e.seq desc limit 1",
        args, 2));
    if (rows.n && cell_int(&rows, 0, 0) == (c->viewer->partner_id != 0))
        return OK;
    return call_refuse(c, PROBLEM_state,
        c->viewer->partner_id ? TR(c, "The vendor closed it; ask your partner manager.")
                              : TR(c, "Its partner closed it; ask there, or take a new lead in."));
}

/* Somebody else may have come to hold the customer meanwhile, or the partner was suspended. */
static enum status check_free(struct call *c, struct lead *lead)
{
    bool may = true;
    TRY(lead_know_account(c, lead));
    if (lead->partner_id.id)
        TRY(lead_may_get(c, lead, lead->partner_id.id, &may));
    return may ? OK : call_refuse(c, PROBLEM_state, TR(c, "The customer is no longer free for the partner."));
}

static enum status reopen_run(struct call *c)
{
    struct lead lead;
    TRY(noun_load_whole(c, &lead_noun, c->row_id, &lead));
    TRY(check_closer(c));
    TRY(check_free(c, &lead));
    TRY(settle_credit(c, &lead, &touchpoint_restore));
    lead.state = lead.partner_id.id ? "accepted" : "new";
    lead.reason = lead.reason_note = NULL;
    TRY(lead_change(
        c, c->row_id, &lead, BIT(state) | BIT(reason) | BIT(reason_note) | BIT(account_id), NULL));
    c->result_id = c->row_id;
    return OK;
}

static const char *const closable[] = {"new", "review", "accepted", NULL};
static const char *const closed[] = {"closed", NULL};

const struct verb lead_close = {
    .noun = &lead_noun,
    .name = "close",
    .label = N_("Close"),
    .summary = N_("Nothing comes of it."),
    .on = ON_ROW,
    .roles = LEAD_ROLES | PARTNER_ROLES,
    .from = closable,
    .undo = &lead_reopen,
    .bulk = true,
    INPUT(struct close_input, close_fields),
    .run = close_run,
    .done = N_("Lead closed"),
    .example = {.find = "state=new", .becomes = "closed"},
};

const struct verb lead_reopen = {
    .noun = &lead_noun,
    .name = "reopen",
    .label = N_("Open again"),
    .summary = N_("Something may come of it after all."),
    .on = ON_ROW,
    .roles = LEAD_ROLES | PARTNER_ROLES,
    .from = closed,
    .run = reopen_run,
    .done = N_("Open again"),
    .example = {.after = &lead_close, .becomes = "new"},
};
