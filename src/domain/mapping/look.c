/* Looks: who sees shared rows opens one, and the owner of the list sees that. */
#include "domain/mapping/mapping.h"

#include "base/id.h"
#include "base/time.h"

#define BOTH       (VENDOR | PARTNER)
#define LOOK_HOURS 1

static const struct state states[] = {{"open", N_("Open"), "new"}, {"closed", N_("Closed"), "gone"}, {0}};
static const struct option state_options[] = {{"open", N_("Open")}, {"closed", N_("Closed")}, {0}};
static const struct option kinds[] = {{"view", N_("Looked at rows")}, {"export", N_("Exported rows")}, {0}};

static const struct field fields[] = {
    FIELD(struct mapping_look, who, .label = N_("Who looked"), .example = "Velmora", .required = true,
        .see = BOTH, .list_column = true),
    FIELD(struct mapping_look, kind, .label = N_("What was done"), .form = FORM_CHOICE, .options = kinds,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct mapping_look, what, .label = N_("At the list"), .example = "Managed customers",
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct mapping_look, matches, .label = N_("In common"), .see = BOTH, .list_column = true),
    FIELD(
        struct mapping_look, until, .label = N_("Until"), .required = true, .see = BOTH, .list_column = true),
    FIELD(struct mapping_look, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct mapping_look, person_id, .label = N_("Person"), .ref = "person", .required = true),
    FIELD(struct mapping_look, partner_id, .label = N_("Partner"), .ref = "partner"),
    FIELD(struct mapping_look, owner_partner_id, .label = N_("Owner"), .ref = "partner"),
    FIELD(struct mapping_look, count_id, .label = N_("Lists"), .ref = "overlap_count", .required = true),
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
    .summary = N_("Who looked at the rows of which list, or exported them, and when. You see your own looks, "
                  "and those at your lists."),
    .size = sizeof(struct mapping_look),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "who",
    .states = states,
    .vendor_scope = "({t}.partner_id is null or {t}.owner_partner_id is null)",
    .partner_scope = "({t}.partner_id = {partner} or {t}.owner_partner_id = {partner})",
    .read = MAPPING_READERS,
    .order = "-created",
    .made = N_("When"),
};

/* ---- opening one ---- */

/* One that this person has open already; 0: none. */
static enum status find_open(struct call *c, const char *kind, int64_t *id)
{
    struct value args[3] = {v_int(c->viewer->person_id), v_int(c->row_id), v_text(kind)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select id from mapping_look where person_id = $1 and state = 'open' and count_id = $2 and kind = $3 "
        "order by id limit 1",
        args, 3));
    *id = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static enum status insert_look(struct call *c, const struct overlap_count *k, const char *kind)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    int64_t id = 0;
    TRY(db_query(c->db, c->arena, &rows,
        "select other_population_id, other_partner_id from overlap_count where id = $1", args, 1));
    struct mapping_look l = {.who = c->viewer->partner_id ? c->viewer->partner_name : c->catalog->vendor,
        .kind = kind,
        .what = k->with_population,
        .matches = k->matches,
        .until = {c->now.us + LOOK_HOURS * 3600 * US_PER_SECOND},
        .state = "open",
        .person_id = {c->viewer->person_id},
        .partner_id = {c->viewer->partner_id},
        .owner_partner_id = {cell_int(&rows, 0, 1)},
        .count_id = {c->row_id},
        .other_population_id = {cell_int(&rows, 0, 0)}};
    if (!l.who)
        l.who = TR(c, "Vendor");
    return noun_insert_beside(c, &mapping_look_noun, &l, &id);
}

/* An open look is used again: its owner needs no second line for a second click. */
static enum status open_look(struct call *c, const struct overlap_count *k, const char *kind)
{
    int64_t id;
    TRY(find_open(c, kind, &id));
    if (!id)
        TRY(insert_look(c, k, kind));
    c->result_id = c->row_id;
    return OK;
}

static enum status load_rows(struct call *c, struct overlap_count *k)
{
    TRY(noun_load(c, &overlap_count_noun, c->row_id, k));
    return streq(k->level, "fields")
               ? OK
               : call_refuse(c, PROBLEM_state, TR(c, "Only counts of this list are shared with you."));
}

static enum status look_run(struct call *c)
{
    struct overlap_count k;
    TRY(load_rows(c, &k));
    c->leads_to =
        arena_printf(c->arena, "/overlap-counts/%s", id_text(c->arena, overlap_count_noun.prefix, c->row_id));
    return open_look(c, &k, "view");
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

static enum status export_run(struct call *c)
{
    struct overlap_count k;
    TRY(load_rows(c, &k));
    if (!k.may_export)
        return call_refuse(c, PROBLEM_state, TR(c, "Its owner lets you look at the rows, not export them."));
    c->leads_to = arena_printf(
        c->arena, "/overlaps.csv?count_id=%s", id_text(c->arena, overlap_count_noun.prefix, c->row_id));
    return open_look(c, &k, "export");
}

const struct verb overlap_export = {
    .noun = &overlap_count_noun,
    .name = "export_rows",
    .label = N_("Export"),
    .summary =
        N_("Gives you the shared rows as a file, and programs with your token, for an hour, where the owner "
           "of the list allows it. The owner sees that you exported."),
    .on = ON_ROW,
    .roles = MAPPING_READERS,
    .done = N_("Files may be had for an hour; the owner of the list sees that."),
    .run = export_run,
    .example = {.find = "may_export=true"},
};

/* ---- its end ---- */

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
