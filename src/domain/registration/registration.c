#include "domain/registration/registration.h"

static const struct state states[] = {{"approved", N_("Protected"), "ok"},
    {"review", N_("In review"), "review"}, {"declined", N_("Declined"), "no"},
    {"withdrawn", N_("Withdrawn"), "gone"}, {"lapsed", N_("Lapsed"), "gone"},
    {"converted", N_("Converted"), "ok"}, {"won", N_("Won"), "ok"}, {"lost", N_("Lost"), "gone"}, {0}};
static const struct option state_options[] = {{"approved", N_("Protected")}, {"review", N_("In review")},
    {"declined", N_("Declined")}, {"withdrawn", N_("Withdrawn")}, {"lapsed", N_("Lapsed")},
    {"converted", N_("Converted")}, {"won", N_("Won")}, {"lost", N_("Lost")}, {0}};

static const struct option lapse_reasons[] = {
    {"time", N_("Its last day passed")}, {"no_activity", N_("Nobody worked on it")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field registration_fields[] = {
    FIELD(struct registration, company, .label = N_("Company"), .required = true, .see = BOTH,
        .list_column = true, .search = true, .example = "Hollenbrook Castings"),
    FIELD(struct registration, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct registration, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct registration, amount, .label = N_("Amount"), .currency = "currency", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct registration, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true, .example = "approved"),
    FIELD(struct registration, protected_until, .label = N_("Protected until"), .see = BOTH,
        .list_column = true, .filter = true, .sort = true),
    FIELD(struct registration, currency, .label = N_("Currency"), .form = FORM_CURRENCY, .required = true,
        .see = BOTH),
    FIELD(struct registration, domain, .label = N_("Web domain"), .form = FORM_DOMAIN, .see = BOTH,
        .search = true, .example = "hollenbrook.example"),
    FIELD(struct registration, country, .label = N_("Country"), .form = FORM_COUNTRY, .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct registration, close_month, .label = N_("Expected close"), .month = true, .required = true,
        .see = BOTH),
    FIELD(struct registration, relationship, .label = N_("How they know the customer"), .form = FORM_LONG,
        .see = BOTH, .example = "Meeting with their head of production; a site visit is next."),
    FIELD(struct registration, person_id, .label = N_("Registered by"), .ref = "person", .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct registration, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR,
        .filter = true),
    FIELD(struct registration, rule, .label = N_("Decided by rule"), .list = "rules", .see = BOTH,
        .filter = true, .example = "certified_free"),
    FIELD(struct registration, benefit_percent, .label = N_("Registration margin"), .see = BOTH,
        .example = "12"),
    FIELD(struct registration, queue, .label = N_("Queue"), .form = FORM_CHOICE, .list = "queues",
        .see = VENDOR, .filter = true, .example = "exceptions"),
    FIELD(struct registration, review_due, .label = N_("Answer due"), .see = BOTH, .filter = true,
        .sort = true),
    FIELD(struct registration, decided, .label = N_("Decided"), .see = BOTH),
    FIELD(struct registration, decided_by, .label = N_("Decided by"), .ref = "person", .see = VENDOR),
    FIELD(struct registration, reason, .label = N_("Reason"), .form = FORM_LONG, .see = BOTH, .example = ""),
    FIELD(struct registration, contact_id, .label = N_("Contact"), .ref = "person", .see = VENDOR),
    FIELD(struct registration, extensions, .label = N_("Extensions"), .see = BOTH, .example = "0"),
    FIELD(struct registration, last_activity, .label = N_("Last activity"), .see = BOTH),
    FIELD(struct registration, heartbeat_due, .label = N_("Activity due"), .see = BOTH),
    FIELD(struct registration, heartbeat_told, .label = N_("Told that activity is due"), .see = BOTH),
    FIELD(struct registration, remind_due, .label = N_("Next reminder"), .see = BOTH),
    FIELD(struct registration, ended, .label = N_("Ended"), .see = BOTH),
    FIELD(struct registration, lapse_reason, .label = N_("Why it lapsed"), .form = FORM_CHOICE,
        .options = lapse_reasons, .see = BOTH),
    FIELD(struct registration, opportunity_id, .label = N_("Opportunity"), .ref = "opportunity",
        .see = VENDOR, .filter = true),
    FIELD(struct registration, lead_id, .label = N_("Lead"), .ref = "lead", .see = BOTH, .filter = true),
    FIELD(struct registration, disputed, .label = N_("In dispute"), .see = VENDOR),
};

const struct noun registration_noun = {
    .name = "registration",
    .beyond =
        "\"status\":\"approved\",\"decision\":" EXPLANATION_EXAMPLE ",\"receipt\":{\"type\":\"tandem-receipt/"
        "1\",\"statement\":{\"type\":\"registration\",\"id\":\"reg_0002T7WE2Q7A7\"},\"salt\":"
        "\"ieNhwRwRAPS47EAChLRDfWkxqcw9Y0+yHJmPnKxjJu8=\",\"index\":667,\"size\":674,\"proof\":["
        "\"FPlbi0sOUAlJVdW7b6jy9fTgFiv9WeQyvHRRH770/bU=\"],\"checkpoint\":\"velmora.example/"
        "log\\n674\\n8/qqlaWPjphLF/I33cVNviCxJs7fcW0WYUFDk2dtolc=\\n\"}",
    .plural = "registrations",
    .prefix = "reg",
    .label = N_("Registration"),
    .labels = N_("Registrations"),
    .made = N_("Registered"),
    .icon = "shield",
    .summary = N_("A partner's claim on a company for a product line, decided at once by the rules."),
    .size = sizeof(struct registration),
    .fields = registration_fields,
    .n_fields = COUNT(registration_fields),
    .title = "company",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
    .custom = true,
};

enum status registration_whole(struct call *c, int64_t id, struct registration *out)
{
    return noun_load_whole(c, &registration_noun, id, out);
}

static const struct option outcomes[] = {
    {"approve", N_("Approved")}, {"review", N_("Under review")}, {"decline", N_("Declined")}, {0}};

static const struct option kinds[] = {{"registration", N_("Registration")}, {"extension", N_("Extension")},
    {"override", N_("Override")}, {"ruling", N_("Ruling in a dispute")}, {0}};

static const struct field decision_fields[] = {
    FIELD(struct decision_record, registration_id, .label = N_("Registration"), .ref = "registration",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct decision_record, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct decision_record, kind, .label = N_("What was decided"), .form = FORM_CHOICE,
        .options = kinds, .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct decision_record, outcome, .label = N_("Outcome"), .form = FORM_CHOICE, .options = outcomes,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct decision_record, rule, .label = N_("Rule"), .list = "rules", .see = BOTH,
        .list_column = true, .filter = true, .example = "certified_free"),
    FIELD(struct decision_record, programme_number, .label = N_("Programme version"), .see = BOTH,
        .list_column = true, .filter = true, .example = "2"),
    FIELD(struct decision_record, rules_hash, .label = N_("Programme fingerprint"), .see = BOTH,
        .example = "f3f2e6afaf387af4380db5a501824fdf366d57f2c3f00db6db87784b9ec94eb3"),
    FIELD(struct decision_record, facts, .label = N_("Facts"), .form = FORM_JSON, .see = VENDOR),
    FIELD(struct decision_record, evidence, .label = N_("Evidence"), .form = FORM_JSON, .see = VENDOR,
        .example = "[]"),
    FIELD(struct decision_record, decided_by, .label = N_("Decided by"), .ref = "person", .see = VENDOR,
        .list_column = true, .filter = true),
    FIELD(
        struct decision_record, reason, .label = N_("Reason"), .form = FORM_LONG, .see = BOTH, .example = ""),
    FIELD(struct decision_record, protected_until, .label = N_("Protected until"), .see = BOTH),
    FIELD(struct decision_record, extension_id, .label = N_("Extension"), .ref = "extension", .see = BOTH),
    /* Its salt would let a partner try out the facts that it may not see. */
    FIELD(struct decision_record, commitment, .label = N_("Commitment"), .see = VENDOR,
        .example = "0120e35f670b5d94f80495d157509c66c194b79c3d5473c8b59232c79b94f6f1"),
};

const struct noun decision_noun = {
    .name = "decision",
    .plural = "decisions",
    .prefix = "dec",
    .label = N_("Decision"),
    .labels = N_("Decisions"),
    .icon = "rules",
    .summary = N_("A decision on a registration, by the rules or by a person. Never changed; a later one is "
                  "another row."),
    .size = sizeof(struct decision_record),
    .fields = decision_fields,
    .n_fields = COUNT(decision_fields),
    .title = "registration_id",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .nav = N_("Trust"),
    .order = "-created",
    .made = N_("Decided"),
    .partner_ref = "partner_id",
};

static const struct option answers[] = {{"open", N_("Open")}, {"not_open", N_("Not open")},
    {"yours", N_("Yours already")}, {"person", N_("A person must look")}, {"direct_only", N_("Direct only")},
    {0}};

static const struct field check_fields[] = {
    FIELD(struct account_check, company, .label = N_("Company"), .required = true, .see = BOTH,
        .list_column = true, .example = "Hollenbrook Castings"),
    FIELD(struct account_check, answer, .label = N_("Answer"), .form = FORM_CHOICE, .options = answers,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct account_check, person_id, .label = N_("Asked by"), .ref = "person", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct account_check, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
};

static const struct option check_events[] = {{"check", N_("Asked")}, {0}};

const struct noun account_check_noun = {
    .name = "account_check",
    .plural = "account-checks",
    .prefix = "chk",
    .label = N_("Company check"),
    .labels = N_("Company checks"),
    .icon = "search",
    .summary = N_("A partner asked whether a company is open. Many in a row may be probing."),
    .size = sizeof(struct account_check),
    .fields = check_fields,
    .n_fields = COUNT(check_fields),
    .title = "company",
    .events = check_events,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ADMIN | OPERATIONS | AUDITOR | PARTNER_ROLES,
    .nav = N_("Trust"),
    .order = "-created",
    .made = N_("Asked"),
    .partner_ref = "partner_id",
};
