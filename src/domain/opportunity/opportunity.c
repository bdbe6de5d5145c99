#include "domain/opportunity/opportunity.h"

#include "domain/registration/registration.h"

static const struct state states[] = {
    {"open", N_("Open"), "new"}, {"won", N_("Won"), "ok"}, {"lost", N_("Lost"), "gone"}, {0}};
static const struct option state_options[] = {
    {"open", N_("Open")}, {"won", N_("Won")}, {"lost", N_("Lost")}, {0}};

static const struct field fields[] = {
    FIELD(struct opportunity, name, .label = N_("Name"), .required = true, .see = VENDOR, .set = VENDOR,
        .list_column = true, .search = true),
    FIELD(struct opportunity, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR,
        .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct opportunity, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct opportunity, owner_id, .label = N_("Owner"), .ref = "person", .see = VENDOR, .set = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct opportunity, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct opportunity, stage, .label = N_("Stage"), .list = "stages", .see = VENDOR, .set = VENDOR,
        .filter = true),
    FIELD(struct opportunity, amount, .label = N_("Amount"), .currency = "currency", .see = VENDOR,
        .set = VENDOR, .list_column = true, .filter = true, .min = 0, .max = INT64_C(100000000000000)),
    FIELD(struct opportunity, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .see = VENDOR,
        .set = VENDOR),
    FIELD(struct opportunity, engaged, .label = N_("Opened"), .see = VENDOR, .set = VENDOR),
    FIELD(
        struct opportunity, closed, .label = N_("Closed"), .see = VENDOR, .set = VENDOR, .list_column = true),
    FIELD(struct opportunity, last_activity, .label = N_("Last activity"), .see = VENDOR, .set = VENDOR),
    FIELD(struct opportunity, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR,
        .filter = true),
};

const struct noun opportunity_noun = {
    .name = "opportunity",
    .plural = "opportunities",
    .prefix = "opp",
    .label = N_("Opportunity"),
    .labels = N_("Opportunities"),
    .icon = "board",
    .summary = N_("A deal of our own, from the CRM."),
    .size = sizeof(struct opportunity),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .natural = "external_id",
    .states = states,
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .nav = N_("Sell"),
    .order = "-created",
    .unique = (const char *const[]){"external_id", NULL},
};

const struct verb opportunity_create = GENERIC_CREATE(
    opportunity_noun, ADMIN | OPERATIONS | VENDOR_SELLER, N_("New opportunity"), N_("Add an opportunity."));
/* Registrations that were converted to it end as it does. */
static enum status update_run(struct call *c)
{
    const struct opportunity *o = c->in;
    TRY(verb_update(c));
    if (!(c->given & FIELD_BIT(&opportunity_noun, state)) || streq(o->state, "open"))
        return OK;
    return registration_follow(c, c->row_id, o->state);
}

const struct verb opportunity_update = GENERIC_UPDATE_BY(
    opportunity_noun, ADMIN | OPERATIONS | VENDOR_SELLER, N_("Change an opportunity."), update_run);
