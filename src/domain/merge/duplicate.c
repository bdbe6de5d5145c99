/* Pairs that may be the same: found by somebody who asks for it, dismissed or merged. */
#include "base/id.h"
#include "domain/merge/candidates.h"

static const struct state states[] = {{"open", N_("Open"), "review"},
    {"dismissed", N_("Not the same"), "gone"}, {"merged", N_("Merged"), "ok"}, {0}};
static const struct option state_options[] = {
    {"open", N_("Open")}, {"dismissed", N_("Not the same")}, {"merged", N_("Merged")}, {0}};

static const struct field fields[] = {
    FIELD(
        struct duplicate, one_name, .label = N_("One"), .required = true, .see = VENDOR, .list_column = true),
    FIELD(struct duplicate, other_name, .label = N_("Other"), .required = true, .see = VENDOR,
        .list_column = true),
    FIELD(struct duplicate, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = merge_kinds,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct duplicate, score, .label = N_("Likelihood in percent"), .required = true, .see = VENDOR,
        .list_column = true, .sort = true),
    FIELD(struct duplicate, evidence, .label = N_("Evidence"), .required = true, .see = VENDOR),
    FIELD(struct duplicate, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct duplicate, person_id, .label = N_("Dismissed by"), .ref = "person", .see = VENDOR),
    FIELD(struct duplicate, one, .label = N_("Id of one"), .required = true, .see = VENDOR),
    FIELD(struct duplicate, other, .label = N_("Id of the other"), .required = true, .see = VENDOR),
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

/* ---- finding ---- */

#define FOUND_MAX 500 /* the likeliest; merging them makes room for others */

struct find_input {
    const char *kind;
};
static const struct field find_fields[] = {
    FIELD(struct find_input, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = merge_kinds,
        .hint = N_("All kinds when left empty.")),
};

struct found {
    struct candidate *of[3];
    size_t n[3];
    const struct merge_kind *kind[3];
};

static enum status find_prepare(struct call *c)
{
    const struct find_input *in = c->in;
    struct found *f = ARENA_NEW(c->arena, struct found);
    for (size_t i = 0; merge_kinds[i].key; i++) {
        f->kind[i] = merge_kind(merge_kinds[i].key);
        if (!in->kind || streq(in->kind, merge_kinds[i].key))
            TRY(candidates_find(c, f->kind[i], FOUND_MAX, &f->of[i], &f->n[i]));
    }
    c->plan = f;
    return OK;
}

/* A pair that is known already keeps its state: what was dismissed stays dismissed. */
static enum status keep(
    struct call *c, const struct merge_kind *k, const struct candidate *found, int64_t *made)
{
    const char *one = id_text(c->arena, k->noun->prefix, found->one);
    const char *other = id_text(c->arena, k->noun->prefix, found->other);
    struct value args[2] = {v_text(one), v_text(other)};
    struct rows rows;
    int64_t id = 0;
    TRY(db_query(c->db, c->arena, &rows, "select id from duplicate where one = $1 and other = $2", args, 2));
    if (rows.n)
        return OK;
    struct duplicate d = {.kind = k->name,
        .one = one,
        .other = other,
        .one_name = found->one_name,
        .other_name = found->other_name,
        .score = found->score,
        .evidence = found->evidence && *found->evidence ? found->evidence : "name",
        .state = "open"};
    (*made)++;
    return noun_insert_beside(c, &duplicate_noun, &d, &id);
}

static enum status find_run(struct call *c)
{
    const struct found *f = c->plan;
    int64_t made = 0;
    for (size_t i = 0; i < COUNT(f->kind); i++)
        for (size_t k = 0; k < f->n[i]; k++)
            TRY(keep(c, f->kind[i], &f->of[i][k], &made));
    c->result_json = arena_printf(c->arena, "{\"ok\":true,\"found\":%lld}", (long long)made);
    return OK;
}

const struct verb duplicate_find = {
    .noun = &duplicate_noun,
    .name = "find",
    .label = N_("Look for duplicates"),
    .done = N_("Looked for duplicates"),
    .summary = N_("Compare all accounts, partners or people with one another."),
    .on = ON_COLLECTION,
    .roles = MERGERS,
    INPUT(struct find_input, find_fields),
    .prepare = find_prepare,
    .run = find_run,
};

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
};
