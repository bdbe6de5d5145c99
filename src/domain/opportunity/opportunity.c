#include "domain/opportunity/opportunity.h"

#include "base/id.h"
#include "domain/lead/lead.h"
#include "domain/registration/registration.h"
#include "domain/touchpoint/credit.h"

static const struct state states[] = {
    {"open", N_("Open"), "new"}, {"won", N_("Won"), "ok"}, {"lost", N_("Lost"), "gone"}, {0}};
static const struct option state_options[] = {
    {"open", N_("Open")}, {"won", N_("Won")}, {"lost", N_("Lost")}, {0}};
static const struct option events[] = {{"sum", N_("Amount follows its lines")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct opportunity, name, .label = N_("Name"), .required = true, .see = BOTH, .set = VENDOR,
        .list_column = true, .search = true, .example = "Hollenbrook Castings, Flowgate"),
    FIELD(struct opportunity, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR,
        .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct opportunity, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .see = BOTH, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct opportunity, owner_id, .label = N_("Owner"), .ref = "person", .see = BOTH, .set = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct opportunity, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct opportunity, stage, .label = N_("Stage"), .list = "stages", .see = BOTH, .set = VENDOR,
        .list_column = true, .filter = true, .example = "negotiation"),
    FIELD(struct opportunity, amount, .label = N_("Amount"), .currency = "currency", .see = BOTH,
        .set = VENDOR, .list_column = true, .filter = true, .min = 0, .max = AMOUNT_MAX),
    FIELD(struct opportunity, closes, .label = N_("Expected close"), .see = BOTH, .set = VENDOR,
        .list_column = true, .filter = true, .sort = true, .example = "60"),
    FIELD(struct opportunity, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .see = BOTH,
        .set = VENDOR),
    FIELD(struct opportunity, engaged, .label = N_("Opened"), .see = VENDOR, .set = VENDOR, .example = "-20"),
    FIELD(struct opportunity, closed, .label = N_("Closed"), .see = BOTH, .set = VENDOR, .list_column = true,
        .filter = true, .sort = true, .example = ""),
    FIELD(struct opportunity, last_activity, .label = N_("Last activity"), .see = VENDOR, .set = VENDOR,
        .example = "-2"),
    FIELD(struct opportunity, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR,
        .filter = true, .example = "OPP-7731"),
    FIELD(struct opportunity, stage_since, .label = N_("In this stage since"), .see = BOTH,
        .example = "2026-05-02T09:00:00.000Z"),
    FIELD(struct opportunity, previous_stage, .label = N_("Stage before"), .list = "stages", .see = VENDOR,
        .example = "proposal"),
    FIELD(struct opportunity, previous_since, .label = N_("In the stage before since"), .see = VENDOR,
        .example = ""),
    FIELD(struct opportunity, reason, .label = N_("Why it was lost"), .form = FORM_LONG, .see = VENDOR,
        .example = ""),
    FIELD(struct opportunity, credit, .label = N_("Partners' part"), .form = FORM_CHOICE,
        .options = credit_options, .see = VENDOR, .kept = true, .filter = true, .example = "sourced"),
};

const struct noun opportunity_noun = {
    .name = "opportunity",
    .plural = "opportunities",
    .prefix = "opp",
    .label = N_("Opportunity"),
    .labels = N_("Opportunities"),
    .icon = "board",
    .summary = N_("A deal of the vendor's; partners see those that they work on."),
    .size = sizeof(struct opportunity),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .natural = "external_id",
    .states = states,
    .events = events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.id in " OPPORTUNITIES_OF_PARTNER,
    .read = ALL_ROLES,
    .order = "-created",
    .unique = (const char *const[]){"external_id", NULL},
};

const char *opportunity_path(struct call *c, int64_t id)
{
    return arena_printf(c->arena, "/opportunities/%s", id_text(c->arena, opportunity_noun.prefix, id));
}

enum status opportunity_hold_whole(struct call *c, struct ref id, struct opportunity *out)
{
    TRY(noun_lock(c, &opportunity_noun, id.id));
    TRY(noun_load_whole(c, &opportunity_noun, id.id, out));
    return streq(out->state, "open") ? OK
                                     : call_refuse(c, PROBLEM_state, TR(c, "The opportunity is closed."));
}

enum status opportunity_hold(struct call *c, struct ref id, struct opportunity *out)
{
    struct row row;
    TRY(noun_get(c, &opportunity_noun, id.id, &row));
    return opportunity_hold_whole(c, id, out);
}

const struct verb opportunity_create = GENERIC_CREATE(
    opportunity_noun, ADMIN | OPERATIONS | VENDOR_SELLER, N_("New opportunity"), N_("Add an opportunity."));

/* What lines add up to is changed by the lines. */
static enum status check_amount(struct call *c, const struct opportunity *in, const struct opportunity *was)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    bool amount = (c->given & FIELD_BIT(&opportunity_noun, amount)) && in->amount.minor != was->amount.minor,
         currency =
             (c->given & FIELD_BIT(&opportunity_noun, currency)) && !streq(in->currency, was->currency);
    if (!amount && !currency)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from opportunity_line where opportunity_id = $1 and state = 'kept'", args, 1));
    if (!cell_int(&rows, 0, 0))
        return OK;
    return call_field(
        c, amount ? "amount" : "currency", TR(c, "is the sum of the product lines: change those"));
}

/* A CRM's stage is taken as it is; since when it is there is known from here on. */
static enum status update_run(struct call *c)
{
    struct opportunity o = *(const struct opportunity *)c->in, was;
    uint64_t mask = c->given;
    TRY(noun_load_whole(c, &opportunity_noun, c->row_id, &was));
    TRY(check_amount(c, &o, &was));
    if ((mask & FIELD_BIT(&opportunity_noun, stage)) && !streq(o.stage, was.stage)) {
        o.stage_since = c->now;
        mask |= FIELD_BIT(&opportunity_noun, stage_since);
    }
    TRY(noun_update(c, &opportunity_noun, c->row_id, &o, mask, NULL));
    if (!(mask & FIELD_BIT(&opportunity_noun, state)))
        return OK;
    TRY(lead_follow(c, c->row_id, o.state));
    if (streq(o.state, "open"))
        return OK;
    return registration_follow(c, c->row_id, o.state);
}

const struct verb opportunity_update = GENERIC_UPDATE_BY(
    opportunity_noun, ADMIN | OPERATIONS | VENDOR_SELLER, N_("Change an opportunity."), update_run);
