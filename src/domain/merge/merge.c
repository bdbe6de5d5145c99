#include "domain/merge/merge.h"

static const struct state states[] = {
    {"done", N_("Merged"), "ok"}, {"undone", N_("Split again"), "gone"}, {0}};
static const struct option state_options[] = {{"done", N_("Merged")}, {"undone", N_("Split again")}, {0}};

static const struct field fields[] = {
    FIELD(struct merge, gone_name, .label = N_("Went"), .required = true, .see = VENDOR, .list_column = true,
        .example = "Corvin Laboratories B.V."),
    FIELD(struct merge, kept_name, .label = N_("Stayed"), .required = true, .see = VENDOR,
        .list_column = true, .example = "Corvin Labs B.V."),
    FIELD(struct merge, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = merge_kinds,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct merge, moved, .label = N_("Rows moved"), .required = true, .see = VENDOR,
        .list_column = true, .example = "4"),
    FIELD(struct merge, person_id, .label = N_("By"), .ref = "person", .see = VENDOR, .list_column = true,
        .filter = true),
    FIELD(struct merge, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct merge, why, .label = N_("Reason"), .form = FORM_LONG, .see = VENDOR,
        .example = "One company with two entries."),
    FIELD(struct merge, kept, .label = N_("Id of the one that stayed"), .required = true, .see = VENDOR,
        .filter = true, .example = "acc_0002T7WE2Q7A7"),
    FIELD(struct merge, gone, .label = N_("Id of the one that went"), .required = true, .see = VENDOR,
        .filter = true, .example = "acc_0002T7WE2Q7A8"),
    FIELD(struct merge, moves, .label = N_("What moved"), .form = FORM_JSON, .required = true),
};

const struct noun merge_noun = {
    .name = "merge",
    .plural = "merges",
    .prefix = "mrg",
    .label = N_("Merge"),
    .labels = N_("Merges"),
    .icon = "org",
    .summary = N_("Two rows that were made one, and what moved with it."),
    .size = sizeof(struct merge),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "gone_name",
    .states = states,
    .vendor_scope = "1=1",
    .read = ADMIN | OPERATIONS | AUDITOR,
    .order = "-created",
    .made = N_("Merged"),
};
