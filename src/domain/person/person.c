#include "domain/person/person.h"

static const struct option languages[] = {{"en", "English"}, {"de", "Deutsch"}, {0}};
static const struct state states[] = {{"invited", N_("Invited"), "new"}, {"active", N_("Active"), "ok"},
    {"inactive", N_("Inactive"), "gone"}, {0}};
static const struct option state_options[] = {
    {"invited", N_("Invited")}, {"active", N_("Active")}, {"inactive", N_("Inactive")}, {0}};

const struct option checkpoint_mail_options[] = {{"on", N_("Every week")}, {"off", N_("Never")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct person, name, .label = N_("Name"), .required = true, .see = BOTH, .set = BOTH,
        .list_column = true, .filter = true, .sort = true, .search = true, .example = "Lena Brandauer"),
    FIELD(struct person, email, .label = N_("Mail address"), .form = FORM_EMAIL, .required = true,
        .see = BOTH, .list_column = true, .filter = true, .search = true,
        .example = "lena.brandauer@velmora.example"),
    FIELD(struct person, role, .label = N_("Role"), .form = FORM_CHOICE, .options = role_options,
        .required = true, .see = BOTH, .set = BOTH, .list_column = true, .filter = true,
        .example = "vendor_seller"),
    FIELD(struct person, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH,
        .list_column = true, .filter = true),
    FIELD(struct person, phone, .label = N_("Phone"), .max = 40, .see = BOTH, .set = BOTH,
        .example = "+49 231 5550142"),
    FIELD(struct person, language, .label = N_("Language"), .form = FORM_CHOICE, .options = languages,
        .required = true, .see = BOTH, .set = BOTH),
    FIELD(struct person, zone, .label = N_("Time zone"), .form = FORM_ZONE, .see = BOTH, .set = BOTH,
        .hint = N_("Such as Europe/Berlin; the programme's when left empty.")),
    FIELD(struct person, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true, .example = "active"),
    FIELD(struct person, last_seen, .label = N_("Last signed in"), .see = VENDOR),
    FIELD(struct person, checkpoint_mail, .label = N_("Checkpoint of the public log by mail"),
        .form = FORM_CHOICE, .options = checkpoint_mail_options, .see = BOTH),
    FIELD(struct person, merged_into, .label = N_("Merged into"), .ref = "person", .see = VENDOR),
    FIELD(struct person, notify, .label = N_("Notifications"), .form = FORM_JSON),
};

const struct noun person_noun = {
    .name = "person",
    .plural = "people",
    .prefix = "per",
    .label = N_("Person"),
    .labels = N_("People"),
    .icon = "people",
    .summary = N_("Somebody at the vendor or at a partner who can sign in."),
    .size = sizeof(struct person),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .natural = "email",
    .states = states,
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .nav = N_("Partners"),
    .merged = "merged_into",
    .order = "name",
    .partner_ref = "partner_id",
};

bool person_gets_checkpoints(const struct person *p)
{
    return p->checkpoint_mail ? streq(p->checkpoint_mail, "on") : streq(p->role, "partner_admin");
}
