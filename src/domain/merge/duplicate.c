/* Pairs that may be the same: found by a search (search.c), dismissed or merged. */
#include "domain/merge/merge.h"

static const struct state states[] = {{"open", N_("Open"), "review"},
    {"dismissed", N_("Not the same"), "gone"}, {"merged", N_("Merged"), "ok"}, {0}};
static const struct option state_options[] = {
    {"open", N_("Open")}, {"dismissed", N_("Not the same")}, {"merged", N_("Merged")}, {0}};

static const struct field fields[] = {
    FIELD(struct duplicate, one_name, .label = N_("One"), .required = true, .see = VENDOR,
        .list_column = true, .example = "Corvin Labs B.V."),
    FIELD(struct duplicate, other_name, .label = N_("Other"), .required = true, .see = VENDOR,
        .list_column = true, .example = "Corvin Laboratories B.V."),
    FIELD(struct duplicate, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = merge_kinds,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct duplicate, score, .label = N_("Likelihood in percent"), .required = true, .see = VENDOR,
        .list_column = true, .sort = true, .example = "0.94"),
    FIELD(struct duplicate, evidence, .label = N_("Evidence"), .required = true, .see = VENDOR,
        .example = "same_domain,same_name"),
    FIELD(struct duplicate, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct duplicate, search_id, .label = N_("Found by"), .ref = "duplicate_search", .see = VENDOR,
        .filter = true),
    FIELD(struct duplicate, person_id, .label = N_("Dismissed by"), .ref = "person", .see = VENDOR),
    FIELD(struct duplicate, one, .label = N_("Id of one"), .required = true, .see = VENDOR,
        .example = "acc_0002T7WE2Q7A7"),
    FIELD(struct duplicate, other, .label = N_("Id of the other"), .required = true, .see = VENDOR,
        .example = "acc_0002T7WE2Q7A8"),
};

const struct noun duplicate_noun = {
    .name = "duplicate",
    .plural = "duplicates",
    .prefix = "dup",
    .label = N_("Duplicate"),
    .labels = N_("Duplicates"),
    .icon = "org",
    .summary = N_("Two accounts, partners or people that may be the same."),
    .size = sizeof(struct duplicate),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "one_name",
    .states = states,
    .vendor_scope = "1=1",
    .read = ADMIN | OPERATIONS | AUDITOR,
    .order = "-score",
    .unique = (const char *const[]){"one,other", NULL},
};

enum status duplicate_count(struct call *c, int64_t *out)
{
    struct list_query q = {.n_filters = 1, .filters = {{"state", "is", "open"}}};
    *out = 0;
    return noun_readable(&duplicate_noun, c->viewer) ? noun_count(c, &duplicate_noun, &q, 999, out) : OK;
}

/* ---- not the same ---- */

static enum status set_state(struct call *c, const char *state, int64_t person_id)
{
    struct duplicate d = {.state = state, .person_id = {person_id}};
    return noun_update(c, &duplicate_noun, c->row_id, &d,
        FIELD_BIT(&duplicate_noun, state) | FIELD_BIT(&duplicate_noun, person_id), NULL);
}

static enum status dismiss_run(struct call *c)
{
    return set_state(c, "dismissed", c->viewer->person_id);
}

static enum status reopen_run(struct call *c)
{
    return set_state(c, "open", 0);
}

static const char *const open[] = {"open", NULL};
static const char *const dismissed[] = {"dismissed", NULL};

const struct verb duplicate_dismiss = {
    .noun = &duplicate_noun,
    .name = "dismiss",
    .label = N_("Not the same"),
    .done = N_("Noted: not the same"),
    .summary = N_("They are two; the pair is not shown again."),
    .on = ON_ROW,
    .roles = MERGERS,
    .from = open,
    .undo = &duplicate_reopen,
    .bulk = true,
    .run = dismiss_run,
    .example = {.becomes = "dismissed"},
};

const struct verb duplicate_reopen = {
    .noun = &duplicate_noun,
    .name = "reopen",
    .label = N_("Maybe the same"),
    .done = N_("Open again"),
    .summary = N_("The pair waits for an answer again."),
    .on = ON_ROW,
    .roles = MERGERS,
    .from = dismissed,
    .undo = &duplicate_dismiss,
    .bulk = true,
    .run = reopen_run,
    .example = {.after = &duplicate_dismiss, .becomes = "open"},
};
