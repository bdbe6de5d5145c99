#include "domain/partner/partner.h"

static const struct option standings[] = {
    {"good", N_("Good")}, {"watch", N_("On watch")}, {"suspended", N_("Suspended")}, {0}};

static const struct field partner_fields[] = {
    FIELD(struct partner, name, .label = N_("Name"), .required = true, .see = VENDOR | PARTNER, .set = VENDOR,
        .list_column = true, .filter = true, .sort = true, .search = true, .example = "Nordwind Systems"),
    FIELD(struct partner, domain, .label = N_("Web domain"), .form = FORM_DOMAIN, .see = VENDOR | PARTNER,
        .set = VENDOR, .search = true, .hint = N_("Colleagues with an address there belong to this partner."),
        .example = "nordwind.example"),
    FIELD(struct partner, country, .label = N_("Country"), .form = FORM_COUNTRY, .required = true,
        .see = VENDOR | PARTNER, .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct partner, types, .label = N_("Types"), .form = FORM_SET, .list = "types",
        .see = VENDOR | PARTNER, .set = VENDOR, .list_column = true, .filter = true, .example = "reseller"),
    FIELD(struct partner, tier, .label = N_("Tier"), .form = FORM_CHOICE, .list = "tiers", .required = true,
        .see = VENDOR | PARTNER, .set = VENDOR, .list_column = true, .filter = true, .sort = true,
        .example = "gold"),
    FIELD(struct partner, territories, .label = N_("Territories"), .form = FORM_SET, .list = "territories",
        .see = VENDOR | PARTNER, .set = VENDOR, .list_column = true, .filter = true,
        .hint = N_("None means everywhere."), .example = "dach,nordics"),
    FIELD(struct partner, standing, .label = N_("Standing"), .form = FORM_CHOICE, .options = standings,
        .required = true, .see = VENDOR | PARTNER, .set = VENDOR, .filter = true),
    FIELD(struct partner, manager_id, .label = N_("Partner manager"), .ref = "person", .see = VENDOR,
        .set = VENDOR, .list_column = true, .filter = true),
    FIELD(struct partner, parent_id, .label = N_("Parent"), .ref = "partner", .see = VENDOR, .set = VENDOR,
        .hint = N_("A distributor, for its resellers.")),
    FIELD(struct partner, external_id, .label = N_("External id"), .see = VENDOR, .set = VENDOR,
        .filter = true, .example = "P-0412"),
    FIELD(struct partner, languages, .label = N_("Languages"), .form = FORM_SET, .list = "languages",
        .see = VENDOR | PARTNER, .set = VENDOR, .hint = N_("That its people speak with customers."),
        .example = "en,de"),
    FIELD(struct partner, industries, .label = N_("Industries"), .form = FORM_SET, .list = "industries",
        .see = VENDOR | PARTNER, .set = VENDOR, .hint = N_("Where it has experience."),
        .example = "manufacturing,energy"),
    FIELD(struct partner, merged_into, .label = N_("Merged into"), .ref = "partner", .see = VENDOR),
};

const struct noun partner_noun = {
    .name = "partner",
    .plural = "partners",
    .prefix = "prt",
    .label = N_("Partner"),
    .labels = N_("Partners"),
    .icon = "org",
    .summary = N_("A company that sells, builds or delivers with us."),
    .size = sizeof(struct partner),
    .fields = partner_fields,
    .n_fields = COUNT(partner_fields),
    .title = "name",
    .natural = "name",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.id = {partner}",
    .read = ALL_ROLES,
    .nav = N_("Partners"),
    .merged = "merged_into",
    .order = "name",
    .partner_ref = "id",
    .unique = (const char *const[]){"external_id", NULL},
    .custom = true,
};

/* A partner above itself would make every walk up endless. */
static enum status check_parent(struct call *c, int64_t id)
{
    const struct partner *in = c->in;
    int64_t at = in->parent_id.id;
    for (int depth = 0; at; depth++) {
        if (at == id || depth > 20)
            return call_field(c, "parent_id", TR(c, "would make a circle of parents"));
        struct value args[1] = {v_int(at)};
        struct rows rows;
        TRY(db_query(c->db, c->arena, &rows, "select parent_id from partner where id = $1", args, 1));
        at = rows.n ? cell_int(&rows, 0, 0) : 0;
    }
    return OK;
}

static enum status partner_update_run(struct call *c)
{
    TRY(check_parent(c, c->row_id));
    return verb_update(c);
}

const struct verb partner_create = GENERIC_CREATE(partner_noun, ADMIN | OPERATIONS | PARTNER_MANAGER,
    N_("New partner"), N_("Admit a partner to the programme."));
const struct verb partner_update = {
    .noun = &partner_noun,
    .name = "update",
    .label = N_("Edit"),
    .done = N_("Changed"),
    .summary = N_("Change a partner's record."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS | PARTNER_MANAGER,
    .generic = true,
    .partial = true,
    .bulk = true,
    .bulk_fields = "tier,standing,manager_id",
    .run = partner_update_run,
    .example = {.fields = "tier"},
};

static const struct field certification_fields[] = {
    FIELD(struct certification, partner_id, .label = N_("Partner"), .ref = "partner", .required = true,
        .see = VENDOR | PARTNER, .set = VENDOR, .list_column = true, .filter = true,
        .example = "@partners?tier=registered"),
    FIELD(struct certification, product_line_id, .label = N_("Product line"), .ref = "product_line",
        .required = true, .see = VENDOR | PARTNER, .set = VENDOR, .list_column = true, .filter = true,
        .example = "@product-lines?name=Ledgerline"),
    FIELD(struct certification, people, .label = N_("Certified people"), .required = true, .min = 0,
        .max = 100000, .see = VENDOR | PARTNER, .set = VENDOR, .list_column = true, .filter = true,
        .sort = true, .example = "3"),
    FIELD(struct certification, expires, .label = N_("Expires"), .see = VENDOR | PARTNER, .set = VENDOR,
        .list_column = true, .example = "365"),
};

const struct noun certification_noun = {
    .name = "certification",
    .plural = "certifications",
    .prefix = "crt",
    .label = N_("Certification"),
    .labels = N_("Certifications"),
    .icon = "medal",
    .summary = N_("How many people of a partner are certified for a product line."),
    .size = sizeof(struct certification),
    .fields = certification_fields,
    .n_fields = COUNT(certification_fields),
    .title = "product_line_id",
    .vendor_scope = "1=1",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = ALL_ROLES,
    .nav = N_("Partners"),
    .order = "-created",
    .partner_ref = "partner_id",
    .unique = (const char *const[]){"partner_id,product_line_id", NULL},
};

const struct verb certification_create =
    GENERIC_CREATE(certification_noun, ADMIN | OPERATIONS | PARTNER_MANAGER, N_("New certification"),
        N_("Record a partner's certified people."));
const struct verb certification_update = GENERIC_UPDATE(
    certification_noun, ADMIN | OPERATIONS | PARTNER_MANAGER, N_("Change a partner's certified people."));
