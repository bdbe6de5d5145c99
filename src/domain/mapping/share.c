/* Who may see what of a population: counts, or rows with some of their fields. Nobody, unless said so. */
#include "domain/mapping/mapping.h"

static const struct option levels[] = {
    {"counts", N_("Counts only")}, {"fields", N_("Rows, with the fields below")}, {0}};
const struct option population_shared_fields[] = {{"domain", N_("Web domain")}, {"country", N_("Country")},
    {"city", N_("City")}, {"owner", N_("Owner")}, {"stage", N_("Stage")}, {0}};
static const struct state states[] = {{"active", N_("Active"), "ok"}, {"ended", N_("Ended"), "gone"}, {0}};
static const struct option state_options[] = {{"active", N_("Active")}, {"ended", N_("Ended")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct population_share, population_id, .label = N_("List"), .ref = "population", .required = true,
        .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct population_share, partner_id, .label = N_("Owner"), .ref = "partner", .see = BOTH),
    FIELD(struct population_share, with_vendor, .label = N_("With the vendor"), .see = BOTH,
        .list_column = true),
    FIELD(struct population_share, with_partner_id, .label = N_("With partner"), .ref = "partner",
        .see = VENDOR, .list_column = true),
    FIELD(struct population_share, with_domain, .label = N_("With company"), .example = "", .see = PARTNER,
        .list_column = true),
    FIELD(struct population_share, level, .label = N_("They see"), .form = FORM_CHOICE, .options = levels,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct population_share, fields, .label = N_("Fields beside the name"), .form = FORM_SET,
        .options = population_shared_fields, .see = BOTH, .list_column = true),
    FIELD(struct population_share, may_export, .label = N_("May export"), .see = BOTH, .list_column = true),
    FIELD(struct population_share, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
};

const struct noun population_share_noun = {
    .name = "population_share",
    .plural = "population-shares",
    .prefix = "psh",
    .label = N_("Share of a list"),
    .labels = N_("Shares of lists"),
    .icon = "people",
    .summary = N_("Who may see what of your lists. Without a share nobody sees anything."),
    .size = sizeof(struct population_share),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "level",
    .states = states,
    .vendor_scope = "{t}.partner_id is null",
    .partner_scope = "{t}.partner_id = {partner}",
    .read = MAPPING_READERS,
    .order = "-created",
    .partner_ref = "partner_id",
};

struct share_input {
    struct ref with_partner_id;
    const char *with_domain, *level, *fields;
    bool may_export;
};
static const struct field share_fields[] = {
    FIELD(struct share_input, with_partner_id, .label = N_("With partner"), .ref = "partner",
        .hint = N_("The vendor's lists: which partner.")),
    FIELD(struct share_input, with_domain, .label = N_("With company"), .form = FORM_DOMAIN,
        .hint = N_("A partner's lists: another partner's web domain; the vendor when left empty.")),
    FIELD(struct share_input, level, .label = N_("They see"), .form = FORM_CHOICE, .options = levels,
        .required = true,
        .hint = N_("Counts: how many companies both lists have, in tens. Rows: which, with their names.")),
    FIELD(struct share_input, fields, .label = N_("Fields beside the name"), .form = FORM_SET,
        .options = population_shared_fields,
        .hint = N_("Of companies that stand on both lists, and of no others.")),
    FIELD(struct share_input, may_export, .label = N_("They may export the rows"),
        .hint = N_("Else they look at them in the browser only: no file and no program gets them.")),
};

static bool same_side(const struct population_share *a, const struct population_share *b)
{
    return a->with_vendor == b->with_vendor && a->with_partner_id.id == b->with_partner_id.id &&
           streq(a->with_domain, b->with_domain);
}

/* Whoever had a share keeps one: the new one takes its place. */
static enum status end_same(struct call *c, const struct population_share *with)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from population_share where population_id = $1 and state = 'active'", args, 1));
    for (size_t r = 0; r < rows.n; r++) {
        struct population_share s;
        TRY(noun_load_whole(c, &population_share_noun, cell_int(&rows, r, 0), &s));
        s.state = "ended";
        if (same_side(&s, with))
            TRY(noun_update(c, &population_share_noun, cell_int(&rows, r, 0), &s,
                FIELD_BIT(&population_share_noun, state), "end"));
    }
    return OK;
}

static enum status share_run(struct call *c)
{
    const struct share_input *in = c->in;
    bool vendor = !c->viewer->partner_id;
    int64_t id = 0;
    struct population_share s = {.population_id = {c->row_id},
        .partner_id = {c->viewer->partner_id},
        .with_vendor = !vendor && !in->with_domain,
        .with_partner_id = {vendor ? in->with_partner_id.id : 0},
        .with_domain = vendor ? NULL : in->with_domain,
        .level = in->level,
        .fields = in->fields,
        .may_export = in->may_export && streq(in->level, "fields"),
        .state = "active"};
    if (vendor && !in->with_partner_id.id)
        return call_field(c, "with_partner_id", TR(c, "choose a partner"));
    TRY(end_same(c, &s));
    TRY(noun_insert_beside(c, &population_share_noun, &s, &id));
    TRY(population_untell(c, c->row_id));
    c->result_id = c->row_id;
    return population_again(c, c->row_id, true);
}

const struct verb population_grant = {
    .noun = &population_noun,
    .name = "grant",
    .label = N_("Share"),
    .summary = N_("Let the vendor or a partner see how many companies of the list they have too, or which."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .done = N_("Shared; it is being matched."),
    INPUT(struct share_input, share_fields),
    .run = share_run,
};

static enum status end_run(struct call *c)
{
    struct population_share s;
    TRY(noun_load(c, &population_share_noun, c->row_id, &s));
    s.state = "ended";
    TRY(noun_update(
        c, &population_share_noun, c->row_id, &s, FIELD_BIT(&population_share_noun, state), NULL));
    TRY(population_untell(c, s.population_id.id));
    TRY(population_again(c, s.population_id.id, true));
    c->result_id = c->row_id;
    return OK;
}

static const char *const active[] = {"active", NULL};

const struct verb population_share_end = {
    .noun = &population_share_noun,
    .name = "end",
    .label = N_("End"),
    .summary = N_("From now on they see nothing of the list; what they saw is gone at once."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .from = active,
    .done = N_("Ended."),
    .run = end_run,
    .example = {.becomes = "ended"},
};
