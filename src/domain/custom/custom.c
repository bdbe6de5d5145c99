#include "domain/custom/custom.h"

#include "domain/programme/programme.h"

static const struct option carriers[] = {
    {"partner", N_("Partner")}, {"registration", N_("Registration")}, {0}};
static const struct option kinds[] = {{"text", N_("Text")}, {"number", N_("Number")},
    {"integer", N_("Whole number")}, {"yes_no", N_("Yes or no")}, {"date", N_("Date")},
    {"choice", N_("Choice")}, {0}};

static const struct field fields[] = {
    FIELD(struct custom_field_row, noun, .label = N_("Belongs to"), .form = FORM_CHOICE, .options = carriers,
        .required = true, .see = VENDOR, .set = VENDOR, .list_column = true, .filter = true,
        .example = "registration"),
    FIELD(struct custom_field_row, name, .label = N_("Name"), .required = true, .max = 40, .see = VENDOR,
        .set = VENDOR, .list_column = true,
        .hint = N_("For files, rules and the API: lower-case letters, digits and _."), .example = "seats"),
    FIELD(struct custom_field_row, label, .label = N_("Label"), .required = true, .max = 60, .see = VENDOR,
        .set = VENDOR, .list_column = true, .example = "Seats"),
    FIELD(struct custom_field_row, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = kinds,
        .required = true, .see = VENDOR, .set = VENDOR, .list_column = true, .example = "integer"),
    FIELD(struct custom_field_row, options, .label = N_("Choices"), .form = FORM_LIST, .see = VENDOR,
        .set = VENDOR, .hint = N_("One a line; for a choice only."), .example = ""),
    FIELD(struct custom_field_row, required, .label = N_("Must be filled in"), .see = VENDOR, .set = VENDOR),
    FIELD(
        struct custom_field_row, partner_sees, .label = N_("Partners see it"), .see = VENDOR, .set = VENDOR),
    FIELD(struct custom_field_row, partner_sets, .label = N_("Partners fill it in"), .see = VENDOR,
        .set = VENDOR),
};

const struct noun custom_field_noun = {
    .name = "custom_field",
    .plural = "custom-fields",
    .prefix = "cfd",
    .label = N_("Custom field"),
    .labels = N_("Custom fields"),
    .icon = "sliders",
    .summary = N_("A field of your own on partners or registrations: in forms, lists, filters, imports, "
                  "rules and the API."),
    .size = sizeof(struct custom_field_row),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "label",
    .vendor_scope = "1=1",
    .read = ADMIN | OPERATIONS,
    .governs = true,
    .nav = N_("Programme"),
    .order = "-created",
};

static enum status check(struct call *c, const char *name, const char *kind, const char *options)
{
    if (name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
        (void)call_field(c, "name", TR(c, "use lower-case letters, digits and _"));
    if (streq(kind, "choice") && (!options || !*options))
        (void)call_field(c, "options", TR(c, "is needed for a choice"));
    return c->problem ? REFUSED : OK;
}

static enum status create_run(struct call *c)
{
    const struct custom_field_row *in = c->in;
    TRY(check(c, in->name, in->kind, in->options));
    struct value args[2] = {v_text(in->noun), v_text(in->name)};
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select id from custom_field where noun = $1 and name = $2", args, 2));
    if (rows.n)
        return call_field(c, "name", TR(c, "is there already"));
    return verb_create(c);
}

/* Values and rules hang on where a field belongs, its name and its kind: those stay. */
static enum status update_run(struct call *c)
{
    const struct custom_field_row *in = c->in;
    struct custom_field_row now;
    TRY(noun_load(c, &custom_field_noun, c->row_id, &now));
    uint64_t fixed = FIELD_BIT(&custom_field_noun, noun) | FIELD_BIT(&custom_field_noun, name) |
                     FIELD_BIT(&custom_field_noun, kind);
    const struct {
        const char *field, *given, *stays;
    } kept[] = {{"noun", in->noun, now.noun}, {"name", in->name, now.name}, {"kind", in->kind, now.kind}};
    for (size_t i = 0; i < COUNT(kept); i++)
        if ((c->given & noun_bit(&custom_field_noun, kept[i].field)) && !streq(kept[i].given, kept[i].stays))
            return call_field(
                c, kept[i].field, TR(c, "belongs to, name and kind stay as they are; make another field"));
    TRY(check(
        c, NULL, now.kind, c->given & FIELD_BIT(&custom_field_noun, options) ? in->options : now.options));
    TRY(noun_update(c, &custom_field_noun, c->row_id, in, c->given & ~fixed, NULL));
    return programme_still_reads(c, "options");
}

const struct verb custom_field_create = GENERIC_CREATE_BY(custom_field_noun, ADMIN | OPERATIONS,
    N_("New custom field"), N_("Add a field of your own."), create_run);
const struct verb custom_field_update = GENERIC_UPDATE_BY(custom_field_noun, ADMIN | OPERATIONS,
    N_("Change a field of your own."), update_run, .example = {.fields = "label"});
