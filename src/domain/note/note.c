#include "domain/note/note.h"

#include "domain/notice/notice.h"
#include "domain/partner/partner.h"

static const struct state states[] = {{"kept", N_("Kept"), "ok"}, {"deleted", N_("Deleted"), "gone"}, {0}};
static const struct option state_options[] = {{"kept", N_("Kept")}, {"deleted", N_("Deleted")}, {0}};
static const struct option sides[] = {{"vendor", N_("Vendor")}, {"partner", N_("Partner")}, {0}};
static const struct option shares[] = {
    {"own", N_("Our own side only")}, {"both", N_("Vendor and partner")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct note, text, .label = N_("Note"), .form = FORM_LONG, .required = true, .max = 4000,
        .see = BOTH, .list_column = true, .search = true,
        .example = "Their new head of sales starts in June; introduce Flowgate."),
    FIELD(struct note, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH, .list_column = true,
        .filter = true),
    FIELD(struct note, registration_id, .label = N_("Registration"), .ref = "registration", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct note, account_id, .label = N_("Account"), .ref = "account", .see = VENDOR,
        .list_column = true, .filter = true),
    FIELD(struct note, author_id, .label = N_("By"), .ref = "person", .required = true, .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct note, side, .label = N_("Whose"), .form = FORM_CHOICE, .options = sides, .required = true,
        .see = BOTH),
    FIELD(struct note, shared, .label = N_("Who reads it"), .form = FORM_CHOICE, .options = shares,
        .required = true, .see = BOTH),
    FIELD(struct note, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .filter = true),
};

const struct noun note_noun = {
    .name = "note",
    .plural = "notes",
    .prefix = "not",
    .label = N_("Note"),
    .labels = N_("Notes"),
    .icon = "chat",
    .summary = N_("What somebody wrote down about a partner, an account or a registration."),
    .size = sizeof(struct note),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "text",
    .states = states,
    /* A deleted one is its author's alone, who can take that back. */
    .vendor_scope = "({t}.side = 'vendor' or {t}.shared = 'both') and ({t}.state = 'kept' or {t}.author_id = "
                    "{person})",
    .partner_scope = "{t}.partner_id = {partner} and ({t}.side = 'partner' or {t}.shared = 'both') and "
                     "({t}.state = 'kept' or {t}.author_id = {person})",
    .read = ALL_ROLES,
    .order = "-created",
    .partner_ref = "partner_id",
};

/* ---- telling the other side ---- */

static void write_shared(struct call *c, enum lang lang, const void *ctx, struct notice_text *out)
{
    const struct note *n = ctx;
    const char *who = c->viewer->partner_id ? c->viewer->partner_name : c->catalog->vendor;
    out->subject = arena_printf(c->arena, tr(lang, "%s wrote you a note"), who);
    out->body = n->text;
}

static enum status tell(struct call *c, int64_t id, const struct note *n)
{
    struct subject s = {n->partner_id.id, n->account_id.id, n->registration_id.id};
    struct notice_about about = {
        .kind = NOTICE_note, .noun = &note_noun, .id = id, .path = subject_path(c, &s)};
    struct partner p;
    if (!streq(n->shared, "both"))
        return OK;
    if (!c->viewer->partner_id)
        return notify_partner(c, s.partner_id, PARTNER_ROLES, &about, write_shared, n);
    TRY(noun_load_whole(c, &partner_noun, s.partner_id, &p));
    return p.manager_id.id ? notify_person(c, p.manager_id.id, &about, write_shared, n) : OK;
}

/* ---- writing ---- */

struct note_input {
    const char *text, *shared;
    struct ref partner_id, account_id, registration_id;
};
#define INPUT_TEXT                                                                                           \
    FIELD(struct note_input, text, .label = N_("Note"), .form = FORM_LONG, .required = true, .max = 4000)
#define INPUT_SHARED                                                                                         \
    FIELD(struct note_input, shared, .label = N_("Who reads it"), .form = FORM_CHOICE, .options = shares,    \
        .hint = N_("Our own side only, when left out."))

static const struct field create_fields[] = {
    INPUT_TEXT,
    INPUT_SHARED,
    FIELD(struct note_input, partner_id, .label = N_("Partner"), .ref = "partner"),
    FIELD(struct note_input, account_id, .label = N_("Account"), .ref = "account"),
    FIELD(struct note_input, registration_id, .label = N_("Registration"), .ref = "registration"),
};
static const struct field update_fields[] = {INPUT_TEXT, INPUT_SHARED};

static enum status create_run(struct call *c)
{
    const struct note_input *in = c->in;
    struct subject s;
    int64_t id = 0;
    TRY(subject_read(c, in->partner_id, in->account_id, in->registration_id, &s));
    struct note n = {.text = in->text,
        .partner_id = {s.partner_id},
        .account_id = {s.account_id},
        .registration_id = {s.registration_id},
        .side = subject_side(c),
        .shared = in->shared ? in->shared : "own",
        .state = "kept",
        .author_id = {c->viewer->person_id}};
    if (!s.partner_id && !s.account_id)
        return call_field(c, "partner_id", TR(c, "name one: a partner, an account or a registration"));
    if (!s.partner_id && streq(n.shared, "both"))
        return call_field(c, "shared", TR(c, "an account belongs to no partner; keep the note to our side"));
    TRY(noun_insert(c, &note_noun, &n, &id));
    call_last_event(c)->partner_sees = streq(n.shared, "both");
    return tell(c, id, &n);
}

#define WRITERS (ADMIN | OPERATIONS | PARTNER_MANAGER | VENDOR_SELLER | EXECUTIVE | PARTNER_ROLES)

const struct verb note_create = {
    .noun = &note_noun,
    .name = "create",
    .label = N_("New note"),
    .summary = N_("Write down something about a partner, an account or a registration."),
    .on = ON_COLLECTION,
    .roles = WRITERS,
    .primary = true,
    INPUT(struct note_input, create_fields),
    .run = create_run,
    .done = N_("Noted"),
    .example = {.fields = "text,shared,partner_id"},
};

/* Whoever wrote it changes it, and nobody else. */
static enum status own(struct call *c, struct note *n)
{
    TRY(noun_load(c, &note_noun, c->row_id, n));
    if (n->author_id.id != c->viewer->person_id)
        return call_refuse(c, PROBLEM_forbidden, TR(c, "Only who wrote a note changes it."));
    return OK;
}

static enum status update_run(struct call *c)
{
    const struct note_input *in = c->in;
    struct note n;
    TRY(own(c, &n));
    bool was_shared = streq(n.shared, "both"), text = c->given & 1, shared = c->given >> 1 & 1 && in->shared;
    n.text = text ? in->text : n.text;
    n.shared = shared ? in->shared : n.shared;
    if (!n.partner_id.id && streq(n.shared, "both"))
        return call_field(c, "shared", TR(c, "an account belongs to no partner; keep the note to our side"));
    TRY(noun_update(
        c, &note_noun, c->row_id, &n, FIELD_BIT(&note_noun, text) | FIELD_BIT(&note_noun, shared), NULL));
    return was_shared ? OK : tell(c, c->row_id, &n);
}

static const char *const kept[] = {"kept", NULL};
static const char *const deleted[] = {"deleted", NULL};

const struct verb note_update = {
    .noun = &note_noun,
    .name = "update",
    .label = N_("Edit"),
    .summary = N_("Change a note of one's own."),
    .on = ON_ROW,
    .roles = WRITERS,
    .from = kept,
    .partial = true,
    INPUT(struct note_input, update_fields),
    .run = update_run,
    .done = N_("Changed"),
    .example = {.after = &note_create, .fields = "text"},
};

static enum status set_state(struct call *c, const char *state)
{
    struct note n;
    TRY(own(c, &n));
    n.state = state;
    return noun_update(c, &note_noun, c->row_id, &n, FIELD_BIT(&note_noun, state), c->verb->name);
}

static enum status delete_run(struct call *c)
{
    return set_state(c, "deleted");
}

static enum status restore_run(struct call *c)
{
    return set_state(c, "kept");
}

const struct verb note_delete = {
    .noun = &note_noun,
    .name = "delete",
    .label = N_("Delete"),
    .summary = N_("Take a note of one's own away; it can be taken back."),
    .on = ON_ROW,
    .roles = WRITERS,
    .from = kept,
    .undo = &note_restore,
    .run = delete_run,
    .done = N_("Note deleted"),
    .example = {.after = &note_create, .becomes = "deleted"},
};

const struct verb note_restore = {
    .noun = &note_noun,
    .name = "restore",
    .label = N_("Restore"),
    .summary = N_("The note stands again."),
    .on = ON_ROW,
    .roles = WRITERS,
    .from = deleted,
    .undo = &note_delete,
    .run = restore_run,
    .done = N_("Note restored"),
    .example = {.after = &note_delete, .becomes = "kept"},
};
