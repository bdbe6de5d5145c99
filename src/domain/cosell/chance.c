#include "domain/cosell/chance.h"

#include "domain/cosell/candidates.h"
#include "domain/cosell/request.h"

static const struct field fields[] = {
    FIELD(struct cosell_chance, account_id, .label = N_("Account"), .ref = "account", .required = true,
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct cosell_chance, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct cosell_chance, score, .label = N_("Score"), .required = true, .see = VENDOR,
        .list_column = true, .filter = true, .sort = true),
    FIELD(struct cosell_chance, foothold, .label = N_("Why now"), .form = FORM_CHOICE,
        .options = cosell_foothold_options, .required = true, .see = VENDOR, .list_column = true,
        .filter = true),
    FIELD(struct cosell_chance, reasons, .label = N_("Why this partner"), .form = FORM_SET,
        .options = cosell_reason_options, .see = VENDOR, .list_column = true),
    FIELD(struct cosell_chance, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct cosell_chance, amount, .label = N_("Amount"), .currency = "currency", .see = VENDOR,
        .list_column = true, .min = 0, .max = AMOUNT_MAX),
    FIELD(struct cosell_chance, country, .label = N_("Country"), .form = FORM_COUNTRY, .see = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct cosell_chance, industry, .label = N_("Industry"), .example = "manufacturing",
        .list = "industries", .see = VENDOR, .filter = true),
    FIELD(struct cosell_chance, manager_id, .label = N_("Partner manager"), .ref = "person", .see = VENDOR,
        .list_column = true, .filter = true),
    FIELD(
        struct cosell_chance, owner_id, .label = N_("Owner"), .ref = "person", .see = VENDOR, .filter = true),
    FIELD(struct cosell_chance, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .see = VENDOR, .filter = true),
    FIELD(struct cosell_chance, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .see = VENDOR),
    FIELD(struct cosell_chance, evidence, .label = N_("Points and figures"),
        .example = COSELL_EVIDENCE_EXAMPLE, .form = FORM_JSON, .see = VENDOR),
};

const struct noun cosell_chance_noun = {
    .name = "cosell_chance",
    .plural = "cosell-chances",
    .prefix = "csc",
    .label = N_("Co-sell chance"),
    .labels = N_("Co-sell chances"),
    .icon = "search",
    .summary = N_("An account where we could sell something now and a partner has the relationship."),
    .size = sizeof(struct cosell_chance),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "account_id",
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .order = "-score",
    .unique = (const char *const[]){"account_id,partner_id", NULL},
    .derived = true,
};
