#include "domain/dispute/dispute.h"

#define BOTH (VENDOR | PARTNER)

static const struct option kinds[] = {{"partners", N_("Partner against partner")},
    {"seller", N_("Partner against our own sale")}, {"commission", N_("Commission after the close")}, {0}};
static const struct state states[] = {{"open", N_("Nobody named"), "risk"},
    {"named", N_("Being decided"), "review"}, {"escalated", N_("Escalated"), "risk"},
    {"ruled", N_("Ruled"), "ok"}, {"withdrawn", N_("Withdrawn"), "gone"}, {0}};
static const struct option state_options[] = {{"open", N_("Nobody named")}, {"named", N_("Being decided")},
    {"escalated", N_("Escalated")}, {"ruled", N_("Ruled")}, {"withdrawn", N_("Withdrawn")}, {0}};
static const struct option openers[] = {
    {"partner", N_("A partner")}, {"vendor", N_("The vendor")}, {"system", N_("Two claims that met")}, {0}};
const struct option dispute_remedies[] = {{"upheld", N_("Upheld: nothing moves")},
    {"moved", N_("Moved: the protection changes hands")}, {"shared", N_("Shared: both are protected")},
    {"compensated", N_("Compensated: an amount is owed")}, {0}};

static const struct field dispute_fields[] = {
    FIELD(struct dispute, company, .label = N_("Company"), .required = true, .see = VENDOR,
        .list_column = true, .search = true, .example = "Hollenbrook Castings"),
    FIELD(struct dispute, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = kinds, .required = true,
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct dispute, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct dispute, due, .label = N_("Answer due"), .required = true, .see = VENDOR,
        .list_column = true, .filter = true, .sort = true),
    FIELD(struct dispute, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = VENDOR, .filter = true),
    FIELD(struct dispute, rival_id, .label = N_("Against"), .ref = "registration", .see = VENDOR,
        .filter = true),
    FIELD(struct dispute, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR),
    FIELD(struct dispute, opened_by, .label = N_("Opened by"), .form = FORM_CHOICE, .options = openers,
        .required = true, .see = VENDOR),
    FIELD(struct dispute, opener_id, .label = N_("Person"), .ref = "person", .see = VENDOR),
    FIELD(struct dispute, decider_id, .label = N_("Decider"), .ref = "person", .see = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct dispute, declared, .label = N_("Declared to have no stake"), .see = VENDOR),
    FIELD(struct dispute, executive_id, .label = N_("Escalated to"), .ref = "person", .see = VENDOR,
        .filter = true),
    FIELD(struct dispute, escalated, .label = N_("Escalated on"), .see = VENDOR),
    FIELD(struct dispute, remedy, .label = N_("Remedy"), .form = FORM_CHOICE, .options = dispute_remedies,
        .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct dispute, ruling, .label = N_("Reasons"), .form = FORM_LONG, .see = VENDOR, .search = true,
        .example = "Brightwater showed a meeting with the buyer from before the other claim."),
    FIELD(struct dispute, note, .label = N_("Note"), .form = FORM_LONG, .see = VENDOR, .search = true,
        .example = "The minutes were enough."),
    FIELD(struct dispute, amount, .label = N_("Compensation"), .currency = "currency", .see = VENDOR,
        .min = 1, .max = INT64_C(1000000000000)),
    FIELD(struct dispute, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .see = VENDOR),
    FIELD(struct dispute, precedent_id, .label = N_("Precedent"), .ref = "dispute", .see = VENDOR),
    FIELD(struct dispute, ruled, .label = N_("Ruled on"), .see = VENDOR),
    FIELD(struct dispute, ruled_by, .label = N_("Ruled by"), .ref = "person", .see = VENDOR),
};

const struct noun dispute_noun = {
    .name = "dispute",
    .plural = "disputes",
    .prefix = "dis",
    .label = N_("Dispute"),
    .labels = N_("Disputes"),
    .icon = "flag",
    .summary =
        N_("Who is right about a claim, decided by a person without a stake. Ruled ones are precedents."),
    .size = sizeof(struct dispute),
    .fields = dispute_fields,
    .n_fields = COUNT(dispute_fields),
    .title = "company",
    .states = states,
    .vendor_scope = "1=1",
    .read = VENDOR_ROLES,
    .order = "-created",
};

/* ---- a side ---- */

static const struct option sides[] = {{"claimant", N_("Claims it")}, {"holder", N_("Holds it")}, {0}};
static const struct state party_states[] = {{"open", N_("Being decided"), "review"},
    {"ruled", N_("Ruled"), "ok"}, {"withdrawn", N_("Withdrawn"), "gone"}, {0}};
static const struct option party_state_options[] = {
    {"open", N_("Being decided")}, {"ruled", N_("Ruled")}, {"withdrawn", N_("Withdrawn")}, {0}};
static const struct option effects[] = {{"kept", N_("The protection stays")},
    {"gained", N_("The customer is protected")}, {"lost", N_("The protection ends")},
    {"shared", N_("Protected beside another")}, {"refused", N_("The decision stands")},
    {"compensated", N_("Compensated")}, {0}};

static const struct field party_fields[] = {
    FIELD(struct dispute_party, company, .label = N_("Company"), .required = true, .see = BOTH,
        .list_column = true, .search = true, .example = "Hollenbrook Castings"),
    FIELD(struct dispute_party, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct dispute_party, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = BOTH, .filter = true),
    FIELD(struct dispute_party, state, .label = N_("Status"), .form = FORM_CHOICE,
        .options = party_state_options, .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct dispute_party, due, .label = N_("Answer due"), .required = true, .see = BOTH,
        .list_column = true),
    FIELD(struct dispute_party, order_proof, .label = N_("Agrees to prove the order"), .see = BOTH),
    FIELD(struct dispute_party, effect, .label = N_("Result"), .form = FORM_CHOICE, .options = effects,
        .see = BOTH, .list_column = true),
    FIELD(struct dispute_party, ruling, .label = N_("Reasons"), .form = FORM_LONG, .see = BOTH,
        .example = "Your claim was entered first, and the customer confirms your meeting."),
    FIELD(struct dispute_party, amount, .label = N_("Compensation"), .currency = "currency", .see = BOTH,
        .min = 1, .max = INT64_C(1000000000000)),
    FIELD(struct dispute_party, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .see = BOTH),
    FIELD(struct dispute_party, ruled, .label = N_("Ruled on"), .see = BOTH),
    FIELD(struct dispute_party, dispute_id, .label = N_("Dispute"), .ref = "dispute", .required = true,
        .see = VENDOR, .filter = true),
    FIELD(struct dispute_party, side, .label = N_("Side"), .form = FORM_CHOICE, .options = sides,
        .required = true, .see = VENDOR),
};

const struct noun dispute_party_noun = {
    .name = "dispute_party",
    .plural = "dispute-parties",
    .prefix = "dpt",
    .label = N_("Side of a dispute"),
    .labels = N_("Sides of disputes"),
    .icon = "flag",
    .summary = N_("A dispute as one side sees it: its own registration, its clock, the ruling."),
    .size = sizeof(struct dispute_party),
    .fields = party_fields,
    .n_fields = COUNT(party_fields),
    .title = "company",
    .states = party_states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

/* ---- what was said ---- */

static const struct option speakers[] = {{"partner", N_("The partner")}, {"vendor", N_("The vendor")}, {0}};

static const struct field statement_fields[] = {
    FIELD(struct dispute_statement, text, .label = N_("Statement"), .form = FORM_LONG, .required = true,
        .see = BOTH, .list_column = true,
        .example = "We met their head of production on 12 May; the minutes are attached."),
    FIELD(struct dispute_statement, side, .label = N_("Said by"), .form = FORM_CHOICE, .options = speakers,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct dispute_statement, party_id, .label = N_("Side of a dispute"), .ref = "dispute_party",
        .see = BOTH, .filter = true),
    FIELD(struct dispute_statement, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH,
        .filter = true),
    FIELD(struct dispute_statement, dispute_id, .label = N_("Dispute"), .ref = "dispute", .required = true,
        .see = VENDOR, .filter = true),
    FIELD(struct dispute_statement, person_id, .label = N_("Person"), .ref = "person", .see = VENDOR),
};

const struct noun dispute_statement_noun = {
    .name = "dispute_statement",
    .plural = "dispute-statements",
    .prefix = "dst",
    .label = N_("Statement in a dispute"),
    .labels = N_("Statements in disputes"),
    .icon = "chat",
    .summary = N_("What a side said, or what was said to it."),
    .size = sizeof(struct dispute_statement),
    .fields = statement_fields,
    .n_fields = COUNT(statement_fields),
    .title = "text",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};
