#include "domain/programme/programme.h"

static const struct state states[] = {{"published", N_("Published"), "ok"},
    {"scheduled", N_("Scheduled"), "new"}, {"withdrawn", N_("Withdrawn"), "gone"}, {0}};
static const struct option state_options[] = {
    {"published", N_("Published")}, {"scheduled", N_("Scheduled")}, {"withdrawn", N_("Withdrawn")}, {0}};

static const struct field fields[] = {
    FIELD(struct programme_version, number, .label = N_("Version"), .see = VENDOR | PARTNER,
        .list_column = true, .filter = true, .sort = true, .required = true, .example = "2"),
    FIELD(struct programme_version, hash, .label = N_("Fingerprint"), .see = VENDOR | PARTNER,
        .list_column = true, .example = "f3f2e6afaf387af4380db5a501824fdf366d57f2c3f00db6db87784b9ec94eb3"),
    FIELD(struct programme_version, document, .label = N_("Document"), .form = FORM_JSON, .see = VENDOR),
    FIELD(struct programme_version, state, .label = N_("Status"), .form = FORM_CHOICE,
        .options = state_options, .required = true, .before = "published", .see = VENDOR | PARTNER,
        .list_column = true, .filter = true),
    FIELD(struct programme_version, effective, .label = N_("Takes effect"), .see = VENDOR | PARTNER,
        .list_column = true),
    FIELD(struct programme_version, author_id, .label = N_("Written by"), .ref = "person", .see = VENDOR),
    FIELD(struct programme_version, alone, .label = N_("Published alone"), .see = VENDOR),
    FIELD(struct programme_version, published_by, .label = N_("Published by"), .ref = "person", .see = VENDOR,
        .list_column = true),
    FIELD(struct programme_version, note, .label = N_("Why"), .see = VENDOR | PARTNER, .list_column = true,
        .example = "First fiscal half-year."),
};

const struct noun programme_version_noun = {
    .name = "programme_version",
    .plural = "programme-versions",
    .prefix = "pgv",
    .label = N_("Programme version"),
    .labels = N_("Programme versions"),
    .icon = "rules",
    .summary = N_("The programme with its rules, as it was in force from one day to the next."),
    .size = sizeof(struct programme_version),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "hash",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.state <> 'withdrawn'",
    .read = ALL_ROLES,
    .order = "-created",
    .governs = true,
};
