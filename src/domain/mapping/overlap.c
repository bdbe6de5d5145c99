/* What each side sees of the overlaps: counts, and, while a look is open (look.c), rows. */
#include "domain/mapping/mapping.h"

#define BOTH (VENDOR | PARTNER)

/* ---- rows ---- */

/* The codes of engine/match, in words. */
const struct option overlap_evidence[] = {{"same_domain", N_("Same web domain")},
    {"same_name", N_("Same name")}, {"alias", N_("Known by both names")},
    {"words_reordered", N_("Same words in another order")}, {"name_abbreviated", N_("Name shortened")},
    {"spelled_alike", N_("Spelled alike")}, {"acronym", N_("Initials of the name")},
    {"words_missing", N_("Words missing")}, {"words_differ", N_("Words differ")},
    {"domain_spells_name", N_("Domain spells the name")}, {"other_domain", N_("Other web domain")},
    {"same_country", N_("Same country")}, {"other_country", N_("Other country")},
    {"same_city", N_("Same city")}, {0}};

static const struct field fields[] = {
    FIELD(struct overlap, name, .label = N_("Company"), .example = "Kronholm AB", .required = true,
        .see = BOTH, .list_column = true),
    FIELD(struct overlap, count_id, .label = N_("Lists"), .ref = "overlap_count", .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct overlap, population_id, .label = N_("Your list"), .ref = "population", .required = true,
        .see = BOTH, .filter = true),
    FIELD(struct overlap, with_name, .label = N_("With"), .example = "Velmora", .see = BOTH,
        .list_column = true),
    FIELD(struct overlap, with_population, .label = N_("Their list"), .example = "Open deals", .see = BOTH,
        .list_column = true),
    FIELD(struct overlap, other_name, .label = N_("Their company"), .example = "Kronholm Holding AB",
        .see = BOTH, .list_column = true),
    FIELD(struct overlap, other_domain, .label = N_("Their web domain"), .example = "kronholm.example",
        .see = BOTH),
    FIELD(struct overlap, other_country, .label = N_("Their country"), .example = "SE", .see = BOTH),
    FIELD(struct overlap, other_city, .label = N_("Their city"), .example = "Malmö", .see = BOTH),
    FIELD(struct overlap, other_owner, .label = N_("Their owner"), .example = "Ines Okafor", .see = BOTH,
        .list_column = true),
    FIELD(struct overlap, other_stage, .label = N_("Their stage"), .example = "negotiation", .see = BOTH,
        .list_column = true),
    FIELD(struct overlap, evidence, .label = N_("Evidence"), .form = FORM_SET, .options = overlap_evidence,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct overlap, score, .label = N_("Likelihood, percent"), .see = BOTH, .list_column = true),
};

/* A partner that is suspended is not there: neither as the other side nor as the one that looks. */
#define FROM_THERE                                                                                           \
    "not exists (select 1 from partner o where o.standing = 'suspended' and "                                \
    "(o.id = {t}.other_partner_id or o.id = {t}.partner_id))"
/* Rows show to a person while a look of theirs is open. */
#define LOOKED_AT                                                                                            \
    "exists (select 1 from mapping_look l where l.person_id = {person} and l.state = 'open' "                \
    "and l.count_id = {t}.count_id"
#define WHILE_LOOKED_AT FROM_THERE " and {t}.shown = 1 and " LOOKED_AT ")"

const struct noun overlap_noun = {
    .name = "overlap",
    .plural = "overlaps",
    .prefix = "ovl",
    .label = N_("Overlap"),
    .labels = N_("Overlaps"),
    .icon = "people",
    .summary =
        N_("Companies that stand on a list of yours and on one that is shared with you. They show while a "
           "look is open: Account mapping opens one."),
    .size = sizeof(struct overlap),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .vendor_scope = "{t}.partner_id is null and " WHILE_LOOKED_AT,
    .partner_scope = "{t}.partner_id = {partner} and " WHILE_LOOKED_AT,
    .export_scope = "{t}.may_export = 1 and " LOOKED_AT " and l.kind = 'export')",
    .read = MAPPING_READERS,
    .shown_by = &overlap_export,
    .order = "-created",
};

/* The rows of lists that Tandem keeps (source known) carry the account's id. */
const char overlap_tie_sql[] =
    "select a.id, o.other_partner_id, 1, max(o.created) / 86400000000 from account a cross join population p "
    "join population_row r on r.population_id = p.id and r.external_id = cast(a.id as text) join overlap o "
    "on o.row_id = r.id join overlap_count k on k.id = o.count_id where a.id in ({accounts}) and "
    "p.partner_id is null and p.source = 'known' and p.state <> 'removed' and o.partner_id is null and "
    "o.other_partner_id is not null and o.shown = 1 and o.may_export = 1 and k.with_kind in ('customers', "
    "'opportunities') and exists (select 1 from mapping_look l where l.count_id = o.count_id and l.kind = "
    "'export' and l.partner_id is null and l.created >= o.created) group by a.id, o.other_partner_id";

/* ---- counts ---- */

static const struct option levels[] = {{"counts", N_("Counts only")}, {"fields", N_("Rows")}, {0}};

static const struct field count_fields[] = {
    FIELD(struct overlap_count, population_id, .label = N_("Your list"), .ref = "population",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct overlap_count, with_name, .label = N_("With"), .example = "Velmora", .see = BOTH,
        .list_column = true),
    FIELD(struct overlap_count, with_population, .label = N_("Their list"), .example = "Open deals",
        .see = BOTH, .list_column = true),
    FIELD(struct overlap_count, with_kind, .label = N_("Kind"), .form = FORM_CHOICE,
        .options = population_kinds, .see = BOTH, .list_column = true),
    FIELD(struct overlap_count, level, .label = N_("You see"), .form = FORM_CHOICE, .options = levels,
        .see = BOTH, .list_column = true),
    FIELD(struct overlap_count, may_export, .label = N_("You may export"), .see = BOTH, .list_column = true,
        .filter = true),
    FIELD(struct overlap_count, matches, .label = N_("In common"), .see = BOTH, .list_column = true,
        .hint = N_("Rounded down to tens where only counts are shared.")),
};

const struct noun overlap_count_noun = {
    .name = "overlap_count",
    .plural = "overlap-counts",
    .prefix = "ovc",
    .label = N_("Account mapping"),
    .labels = N_("Account mapping"),
    .icon = "swap",
    .summary = N_("How many companies your lists have in common with those that are shared with you."),
    .size = sizeof(struct overlap_count),
    .fields = count_fields,
    .n_fields = COUNT(count_fields),
    .title = "with_population",
    .vendor_scope = "{t}.partner_id is null and " FROM_THERE,
    .partner_scope = "{t}.partner_id = {partner} and " FROM_THERE,
    .read = MAPPING_READERS,
    .order = "-created",
};
