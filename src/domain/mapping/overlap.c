/* What each side sees of the overlaps: counts, and, while a look is open, rows. */
#include "domain/mapping/mapping.h"

#include "base/id.h"
#include "base/time.h"

#define BOTH       (VENDOR | PARTNER)
#define LOOK_HOURS 1

/* ---- rows ---- */

static const struct field fields[] = {
    FIELD(struct overlap, name, .label = N_("Company"), .required = true, .see = BOTH, .list_column = true),
    FIELD(struct overlap, population_id, .label = N_("Your list"), .ref = "population", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct overlap, with_name, .label = N_("With"), .see = BOTH, .list_column = true),
    FIELD(struct overlap, with_population, .label = N_("Their list"), .see = BOTH, .list_column = true),
    FIELD(struct overlap, other_name, .label = N_("Their company"), .see = BOTH, .list_column = true),
    FIELD(struct overlap, other_domain, .label = N_("Their web domain"), .see = BOTH, .list_column = true),
    FIELD(struct overlap, other_country, .label = N_("Their country"), .see = BOTH),
    FIELD(struct overlap, other_city, .label = N_("Their city"), .see = BOTH),
    FIELD(struct overlap, other_owner, .label = N_("Their owner"), .see = BOTH, .list_column = true),
    FIELD(struct overlap, other_stage, .label = N_("Their stage"), .see = BOTH, .list_column = true),
    FIELD(struct overlap, evidence, .label = N_("Evidence"), .see = BOTH),
    FIELD(struct overlap, score, .label = N_("Likelihood"), .see = BOTH, .list_column = true),
};

/* A partner that is suspended is not there, and a look must be open. */
#define FROM_THERE                                                                                           \
    "not exists (select 1 from partner o where o.id = {t}.other_partner_id and o.standing = 'suspended')"
#define WHILE_LOOKED_AT                                                                                      \
    FROM_THERE " and {t}.shown = 1 and exists (select 1 from mapping_look l where l.person_id = {person} "   \
               "and l.state = 'open' and l.population_id = {t}.population_id "                               \
               "and l.other_population_id = {t}.other_population_id)"

const struct noun overlap_noun = {
    .name = "overlap",
    .plural = "overlaps",
    .prefix = "ovl",
    .label = N_("Overlap"),
    .labels = N_("Overlaps"),
    .icon = "people",
    .summary =
        N_("Companies that stand on a list of yours and on one that is shared with you. They show while a "
           "look is open."),
    .size = sizeof(struct overlap),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .vendor_scope = "{t}.partner_id is null and " WHILE_LOOKED_AT,
    .partner_scope = "{t}.partner_id = {partner} and " WHILE_LOOKED_AT,
    .read = MAPPING_READERS,
    .order = "-created",
};

/* ---- counts ---- */

static const struct option levels[] = {{"counts", N_("Counts only")}, {"fields", N_("Rows")}, {0}};

static const struct field count_fields[] = {
    FIELD(struct overlap_count, population_id, .label = N_("Your list"), .ref = "population",
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct overlap_count, with_name, .label = N_("With"), .see = BOTH, .list_column = true),
    FIELD(struct overlap_count, with_population, .label = N_("Their list"), .see = BOTH, .list_column = true),
    FIELD(struct overlap_count, with_kind, .label = N_("Kind"), .form = FORM_CHOICE,
        .options = population_kinds, .see = BOTH, .list_column = true),
    FIELD(struct overlap_count, level, .label = N_("You see"), .form = FORM_CHOICE, .options = levels,
        .see = BOTH, .list_column = true),
    FIELD(struct overlap_count, matches, .label = N_("In common"), .see = BOTH, .list_column = true,
        .hint = N_("Rounded down to tens where only counts are shared.")),
};

const struct noun overlap_count_noun = {
    .name = "overlap_count",
    .plural = "overlap-counts",
    .prefix = "ovc",
    .label = N_("Account mapping"),
    .labels = N_("Account mapping"),
    .icon = "board",
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

/* ---- looks ---- */

static const struct state look_states[] = {
    {"open", N_("Open"), "new"}, {"closed", N_("Closed"), "gone"}, {0}};
static const struct option look_state_options[] = {{"open", N_("Open")}, {"closed", N_("Closed")}, {0}};

static const struct field look_fields[] = {
    FIELD(struct mapping_look, who, .label = N_("Who looked"), .required = true, .see = BOTH,
        .list_column = true),
    FIELD(struct mapping_look, what, .label = N_("At the list"), .required = true, .see = BOTH,
        .list_column = true),
    FIELD(struct mapping_look, matches, .label = N_("In common"), .see = BOTH, .list_column = true),
    FIELD(
        struct mapping_look, until, .label = N_("Until"), .required = true, .see = BOTH, .list_column = true),
    FIELD(struct mapping_look, state, .label = N_("State"), .form = FORM_CHOICE,
        .options = look_state_options, .required = true, .see = BOTH, .list_column = true),
    FIELD(struct mapping_look, person_id, .label = N_("Person"), .ref = "person", .required = true),
    FIELD(struct mapping_look, partner_id, .label = N_("Partner"), .ref = "partner"),
    FIELD(struct mapping_look, owner_partner_id, .label = N_("Owner"), .ref = "partner"),
    FIELD(
        struct mapping_look, population_id, .label = N_("Your list"), .ref = "population", .required = true),
    FIELD(struct mapping_look, other_population_id, .label = N_("Their list"), .ref = "population",
        .required = true),
};

const struct noun mapping_look_noun = {
    .name = "mapping_look",
    .plural = "mapping-looks",
    .prefix = "lok",
    .label = N_("Look at shared rows"),
    .labels = N_("Looks at shared rows"),
    .icon = "search",
    .summary = N_(
        "Who looked at the rows of which list, and when. You see your own looks, and those at your lists."),
    .size = sizeof(struct mapping_look),
    .fields = look_fields,
    .n_fields = COUNT(look_fields),
    .title = "who",
    .states = look_states,
    .vendor_scope = "({t}.partner_id is null or {t}.owner_partner_id is null)",
    .partner_scope = "({t}.partner_id = {partner} or {t}.owner_partner_id = {partner})",
    .read = MAPPING_READERS,
    .order = "-created",
    .made = N_("When"),
};

static enum status look_run(struct call *c)
{
    struct overlap_count k;
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    int64_t id = 0;
    TRY(noun_load(c, &overlap_count_noun, c->row_id, &k));
    if (!streq(k.level, "fields"))
        return call_refuse(c, PROBLEM_state, TR(c, "Only counts of this list are shared with you."));
    TRY(db_query(c->db, c->arena, &rows,
        "select other_population_id, other_partner_id from overlap_count where id = $1", args, 1));
    struct mapping_look l = {.who = c->viewer->partner_id ? c->viewer->partner_name : c->catalog->vendor,
        .what = k.with_population,
        .matches = k.matches,
        .until = {c->now.us + LOOK_HOURS * 3600 * US_PER_SECOND},
        .state = "open",
        .person_id = {c->viewer->person_id},
        .partner_id = {c->viewer->partner_id},
        .owner_partner_id = {cell_int(&rows, 0, 1)},
        .population_id = k.population_id,
        .other_population_id = {cell_int(&rows, 0, 0)}};
    if (!l.who)
        l.who = TR(c, "Vendor");
    TRY(noun_insert_beside(c, &mapping_look_noun, &l, &id));
    c->result_id = c->row_id;
    c->leads_to = arena_printf(c->arena, "/overlaps?population_id=%s",
        id_text(c->arena, population_noun.prefix, k.population_id.id));
    return OK;
}

const struct verb overlap_look = {
    .noun = &overlap_count_noun,
    .name = "look",
    .label = N_("Look at the rows"),
    .summary = N_("Opens the shared rows to you for an hour. The owner of the list sees that you looked."),
    .on = ON_ROW,
    .roles = MAPPING_READERS,
    .primary = true,
    .done = N_("Open for an hour; the owner of the list sees that."),
    .run = look_run,
};

static enum status close_run(struct call *c)
{
    struct mapping_look l = {.state = "closed"};
    return noun_update(c, &mapping_look_noun, c->row_id, &l, FIELD_BIT(&mapping_look_noun, state), NULL);
}

static const char *const open[] = {"open", NULL};

const struct verb mapping_look_close = {
    .noun = &mapping_look_noun,
    .name = "close",
    .label = N_("Close"),
    .summary = N_("The hour has passed."),
    .on = ON_ROW,
    .roles = SYSTEM,
    .hidden = true,
    .from = open,
    .run = close_run,
};

const struct clock mapping_look_clock = {
    .name = "mapping look", .verb = &mapping_look_close, .due = "until", .state = "open"};
