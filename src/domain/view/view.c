#include "domain/view/view.h"

static const struct state states[] = {{"kept", N_("Kept"), "ok"}, {"deleted", N_("Deleted"), "gone"}, {0}};
static const struct option state_options[] = {{"kept", N_("Kept")}, {"deleted", N_("Deleted")}, {0}};
static const struct option sides[] = {{"vendor", N_("Vendor")}, {"partner", N_("Partner")}, {0}};
static const struct option shares[] = {{"own", N_("Only you")}, {"side", N_("All of our side")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct saved_view, name, .label = N_("Name"), .required = true, .max = 60, .see = BOTH,
        .list_column = true, .example = "Ends soon"),
    FIELD(struct saved_view, list, .label = N_("List"), .required = true, .max = 60, .see = BOTH,
        .list_column = true, .filter = true, .example = "registrations"),
    FIELD(struct saved_view, query, .label = N_("Filters and order"), .max = 2000, .see = BOTH,
        .example = "state=approved&sort=protected_until"),
    FIELD(struct saved_view, shared, .label = N_("Who sees it"), .form = FORM_CHOICE, .options = shares,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct saved_view, side, .label = N_("Whose"), .form = FORM_CHOICE, .options = sides,
        .required = true, .see = BOTH),
    FIELD(struct saved_view, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH),
    FIELD(struct saved_view, owner_id, .label = N_("By"), .ref = "person", .required = true, .see = BOTH,
        .list_column = true),
    FIELD(struct saved_view, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .filter = true),
};

#define OWN_OR_SHARED "({t}.owner_id = {person} or ({t}.shared = 'side' and {t}.state = 'kept'))"

const struct noun saved_view_noun = {
    .name = "saved_view",
    .plural = "saved-views",
    .prefix = "vew",
    .label = N_("Saved view"),
    .labels = N_("Saved views"),
    .icon = "filter",
    .summary = N_("A list with its filters and its order, under a name."),
    .size = sizeof(struct saved_view),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "{t}.side = 'vendor' and " OWN_OR_SHARED,
    .partner_scope = "{t}.side = 'partner' and {t}.partner_id = {partner} and " OWN_OR_SHARED,
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

struct view_input {
    const char *name, *list, *query, *shared;
};
#define INPUT_NAME FIELD(struct view_input, name, .label = N_("Name"), .required = true, .max = 60)
#define INPUT_SHARED                                                                                         \
    FIELD(struct view_input, shared, .label = N_("Who sees it"), .form = FORM_CHOICE, .options = shares,     \
        .hint = N_("Only you, when left out."))
static const struct field create_fields[] = {
    INPUT_NAME,
    FIELD(struct view_input, list, .label = N_("List"), .required = true, .max = 60,
        .hint = N_("Its path, such as registrations.")),
    FIELD(struct view_input, query, .label = N_("Filters and order"), .max = 2000,
        .hint = N_("As the list's address has them behind the question mark.")),
    INPUT_SHARED,
};
static const struct field update_fields[] = {INPUT_NAME, INPUT_SHARED};

static enum status create_run(struct call *c)
{
    const struct view_input *in = c->in;
    const struct noun *noun = model_noun_by_plural(c->model, in->list);
    int64_t id = 0;
    struct saved_view v = {.name = in->name,
        .list = in->list,
        .query = in->query ? in->query : "",
        .shared = in->shared ? in->shared : "own",
        .side = c->viewer->partner_id ? "partner" : "vendor",
        .state = "kept",
        .partner_id = {c->viewer->partner_id},
        .owner_id = {c->viewer->person_id}};
    if (!noun || !noun_readable(noun, c->viewer))
        return call_field(c, "list", TR(c, "is no list; give its path, such as registrations"));
    return noun_insert(c, &saved_view_noun, &v, &id);
}

/* Whoever made it changes it, and nobody else. */
static enum status own(struct call *c, struct saved_view *v)
{
    TRY(noun_load(c, &saved_view_noun, c->row_id, v));
    if (v->owner_id.id != c->viewer->person_id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Only who saved a view changes it."));
    return OK;
}

static enum status update_run(struct call *c)
{
    const struct view_input *in = c->in;
    struct saved_view v;
    TRY(own(c, &v));
    v.name = c->given & 1 ? in->name : v.name;
    v.shared = c->given >> 1 & 1 && in->shared ? in->shared : v.shared;
    return noun_update(c, &saved_view_noun, c->row_id, &v,
        FIELD_BIT(&saved_view_noun, name) | FIELD_BIT(&saved_view_noun, shared), NULL);
}

static enum status set_state(struct call *c, const char *state)
{
    struct saved_view v;
    TRY(own(c, &v));
    v.state = state;
    return noun_update(c, &saved_view_noun, c->row_id, &v, FIELD_BIT(&saved_view_noun, state), c->verb->name);
}

static enum status delete_run(struct call *c)
{
    return set_state(c, "deleted");
}

static enum status restore_run(struct call *c)
{
    return set_state(c, "kept");
}

static const char *const kept[] = {"kept", NULL};
static const char *const deleted[] = {"deleted", NULL};

const struct verb saved_view_create = {
    .noun = &saved_view_noun,
    .name = "create",
    .label = N_("Save a view"),
    .summary = N_("Keep a list's filters and order under a name."),
    .on = ON_COLLECTION,
    .roles = ALL_ROLES,
    INPUT(struct view_input, create_fields),
    .run = create_run,
    .done = N_("View saved"),
    .example = {.fields = "name,list,query,shared"},
};

const struct verb saved_view_update = {
    .noun = &saved_view_noun,
    .name = "update",
    .label = N_("Edit"),
    .summary = N_("Rename a view of one's own, or share it."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = kept,
    .partial = true,
    INPUT(struct view_input, update_fields),
    .run = update_run,
    .done = N_("Changed"),
    .example = {.after = &saved_view_create, .fields = "name"},
};

const struct verb saved_view_delete = {
    .noun = &saved_view_noun,
    .name = "delete",
    .label = N_("Delete"),
    .summary = N_("Take a view of one's own away; it can be taken back."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = kept,
    .undo = &saved_view_restore,
    .run = delete_run,
    .done = N_("View deleted"),
    .example = {.after = &saved_view_create, .becomes = "deleted"},
};

const struct verb saved_view_restore = {
    .noun = &saved_view_noun,
    .name = "restore",
    .label = N_("Restore"),
    .summary = N_("The view stands again."),
    .on = ON_ROW,
    .roles = ALL_ROLES,
    .from = deleted,
    .undo = &saved_view_delete,
    .run = restore_run,
    .done = N_("View restored"),
    .example = {.after = &saved_view_delete, .becomes = "kept"},
};
