#include "domain/mapping/mapping.h"

#include "base/id.h"
#include "base/log.h"
#include "base/time.h"
#include "domain/import/worker.h"

const struct option population_kinds[] = {{"customers", N_("Customers")},
    {"opportunities", N_("Open opportunities")}, {"prospects", N_("Target accounts")}, {0}};
const struct option population_sources[] = {
    {"file", N_("CSV file")}, {"known", N_("What Tandem knows")}, {0}};
static const struct state states[] = {{"waiting", N_("Waiting"), "new"}, {"running", N_("Matching"), "new"},
    {"done", N_("Matched"), "ok"}, {"failed", N_("Failed"), "no"}, {"removed", N_("Removed"), "gone"}, {0}};
static const struct option state_options[] = {{"waiting", N_("Waiting")}, {"running", N_("Matching")},
    {"done", N_("Matched")}, {"failed", N_("Failed")}, {"removed", N_("Removed")}, {0}};

#define BOTH (VENDOR | PARTNER)

static const struct field fields[] = {
    FIELD(struct population, name, .label = N_("List"), .example = "Customers we manage", .required = true,
        .see = BOTH, .list_column = true),
    FIELD(struct population, partner_id, .label = N_("Partner"), .ref = "partner", .see = BOTH),
    FIELD(struct population, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = population_kinds,
        .required = true, .see = BOTH, .list_column = true),
    FIELD(struct population, source, .label = N_("Source"), .form = FORM_CHOICE,
        .options = population_sources, .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct population, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = BOTH, .list_column = true, .filter = true),
    FIELD(struct population, file_name, .label = N_("File"), .example = "customers.csv", .see = BOTH),
    FIELD(struct population, row_count, .label = N_("Companies"), .see = BOTH, .list_column = true),
    FIELD(struct population, keyless, .label = N_("Without name and domain"), .see = BOTH),
    FIELD(struct population, doubled, .label = N_("Twice in the file"), .see = BOTH),
    FIELD(struct population, progress, .label = N_("Progress"), .see = BOTH),
    FIELD(struct population, matched, .label = N_("Last matched"), .see = BOTH, .list_column = true),
    FIELD(struct population, message, .label = N_("Message"), .example = "", .form = FORM_LONG, .see = BOTH),
    FIELD(struct population, person_id, .label = N_("Made by"), .ref = "person", .see = BOTH),
};

const struct noun population_noun = {
    .name = "population",
    .plural = "populations",
    .prefix = "pop",
    .label = N_("Mapped list"),
    .labels = N_("Mapped lists"),
    .icon = "list",
    .summary =
        N_("Your companies, to be laid over what others share. Nobody else sees a list before you share it."),
    .size = sizeof(struct population),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "name",
    .states = states,
    .vendor_scope = "{t}.partner_id is null and {t}.state <> 'removed'",
    .partner_scope = "{t}.partner_id = {partner} and {t}.state <> 'removed'",
    .read = MAPPING_READERS,
    .order = "-created",
    .partner_ref = "partner_id",
};

/* ---- the file ---- */

static const struct sent_file *find_upload(const struct call *c)
{
    for (size_t i = 0; i < c->n_files; i++)
        if (streq(c->files[i].field, SENT_FILE_FIELD) && (c->files[i].len || *c->files[i].name))
            return &c->files[i];
    return NULL;
}

struct kept {
    int64_t id;
    const char *name;
    const struct call *call;
};

/* A file whose list was not stored is of no use. */
static void drop_unused(void *arg)
{
    const struct kept *k = arg;
    struct arena *a = arena_new();
    if (!k->call->result_id || k->call->problem)
        spool_drop(a, k->id);
    arena_free(a);
}

/* Keeps the file, or the text CSV, until it is read. */
static enum status keep_file(struct call *c, const char *csv)
{
    const struct sent_file *file = find_upload(c);
    const struct sent_file text = {.data = csv, .len = csv ? strlen(csv) : 0};
    const char *error;
    if (!file && !csv)
        return call_field(c, SENT_FILE_FIELD, TR(c, "choose a file"));
    struct kept *k = ARENA_NEW(c->arena, struct kept);
    *k =
        (struct kept){.id = id_new(c->now), .name = file && *file->name ? file->name : "list.csv", .call = c};
    if (!spool_keep(c->arena, k->id, file ? file : &text, &error)) {
        log_error("mapping: %s", error);
        return BROKEN;
    }
    arena_cleanup(c->arena, drop_unused, k);
    c->plan = k;
    return OK;
}

/* The population's next work reads it. PART: it holds only what changed. */
static enum status hand_over(struct call *c, int64_t id, bool part)
{
    const struct kept *k = c->plan;
    struct value args[3] = {v_int(id), v_int(k ? k->id : 0), v_int(part)};
    return k ? db_exec(c->db, "update population set upload = $2, part = $3 where id = $1", args, 3) : OK;
}

/* ---- verbs ---- */

struct create_input {
    const char *name, *kind, *source, *csv;
};
#define INPUT_CSV(type)                                                                                      \
    FIELD(type, csv, .label = N_("CSV"),                                                                     \
        .example = "Name;Website;Country\nKronholm AB;kronholm.example;SE\n", .form = FORM_LONG,             \
        .max = 1 << 20,                                                                                      \
        .hint = N_("The text of the file; larger ones are sent as multipart/form-data, part “file”."))
static const struct field create_fields[] = {
    FIELD(struct create_input, name, .label = N_("List"), .required = true, .max = 120),
    FIELD(struct create_input, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = population_kinds,
        .required = true),
    FIELD(struct create_input, source, .label = N_("Source"), .form = FORM_CHOICE,
        .options = population_sources, .required = true),
    INPUT_CSV(struct create_input),
};

static enum status create_prepare(struct call *c)
{
    const struct create_input *in = c->in;
    if (streq(in->source, "file"))
        return keep_file(c, in->csv);
    if (c->viewer->partner_id && streq(in->kind, "prospects"))
        return call_field(c, "source", TR(c, "knows no target accounts of yours; bring a file"));
    return OK;
}

static enum status create_run(struct call *c)
{
    const struct create_input *in = c->in;
    const struct kept *k = c->plan;
    int64_t id = 0;
    struct population p = {.name = in->name,
        .partner_id = {c->viewer->partner_id},
        .kind = in->kind,
        .source = in->source,
        .state = "waiting",
        .file_name = k ? k->name : NULL,
        .person_id = {c->viewer->person_id}};
    TRY(noun_insert(c, &population_noun, &p, &id));
    return hand_over(c, id, false);
}

const struct verb population_create = {
    .noun = &population_noun,
    .name = "create",
    .label = N_("New list"),
    .summary = N_("Bring a list of companies, or fill it from what Tandem knows. Nobody else sees it before "
                  "you share it."),
    .on = ON_COLLECTION,
    .roles = MAPPERS,
    .files = true,
    .primary = true,
    .done = N_("List made; it is being matched."),
    INPUT(struct create_input, create_fields),
    .prepare = create_prepare,
    .run = create_run,
};

enum status population_again(struct call *c, int64_t id, bool all)
{
    struct population p = {.state = "waiting"};
    struct value args[1] = {v_int(id)};
    if (all)
        TRY(db_exec(c->db, "update population set again = again + 1 where id = $1", args, 1));
    TRY(noun_load_whole(c, &population_noun, id, &p));
    if (streq(p.state, "waiting") || streq(p.state, "running"))
        return OK;
    p.state = "waiting";
    return noun_update(c, &population_noun, id, &p, FIELD_BIT(&population_noun, state), NULL);
}

struct upload_input {
    const char *csv, *part;
};
static const struct option parts[] = {
    {"whole", N_("The whole list")}, {"changes", N_("Only what changed")}, {0}};
static const struct field upload_fields[] = {
    INPUT_CSV(struct upload_input),
    FIELD(struct upload_input, part, .label = N_("The file is"), .form = FORM_CHOICE, .options = parts,
        .hint =
            N_("Whole (the default): what is not in it goes. Changes: what is not in it stays; a row with "
               "an id and nothing else goes.")),
};

static enum status upload_prepare(struct call *c)
{
    const struct upload_input *in = c->in;
    struct population p;
    TRY(noun_load(c, &population_noun, c->row_id, &p));
    if (!streq(p.source, "file"))
        return call_refuse(c, PROBLEM_state, TR(c, "This list is filled by Tandem: refresh it."));
    return keep_file(c, in->csv);
}

static enum status upload_run(struct call *c)
{
    const struct kept *k = c->plan;
    struct population p = {.state = "waiting", .file_name = k->name};
    TRY(noun_update(c, &population_noun, c->row_id, &p,
        FIELD_BIT(&population_noun, state) | FIELD_BIT(&population_noun, file_name), NULL));
    return hand_over(c, c->row_id, streq(((const struct upload_input *)c->in)->part, "changes"));
}

static const char *const at_rest[] = {"done", "failed", NULL};

const struct verb population_upload = {
    .noun = &population_noun,
    .name = "upload",
    .label = N_("Bring it anew"),
    .summary =
        N_("The file replaces the list, or changes some of its rows; only rows that differ are matched "
           "again."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .from = at_rest,
    .files = true,
    .hidden = true,
    .done = N_("Uploaded; what changed is being matched."),
    INPUT(struct upload_input, upload_fields),
    .prepare = upload_prepare,
    .run = upload_run,
    .example = {.becomes = "waiting"},
};

static enum status refresh_run(struct call *c)
{
    struct population p;
    TRY(noun_load(c, &population_noun, c->row_id, &p));
    if (streq(p.source, "file"))
        return call_refuse(c, PROBLEM_state, TR(c, "This list comes from a file: bring it anew."));
    return population_again(c, c->row_id, false);
}

const struct verb population_refresh = {
    .noun = &population_noun,
    .name = "refresh",
    .label = N_("Refresh"),
    .summary = N_("Fill it again from what Tandem knows; only rows that differ are matched again."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .from = at_rest,
    .done = N_("Being matched."),
    .run = refresh_run,
    .example = {.find = "source=known", .becomes = "waiting"},
};

enum status population_untell(struct call *c, int64_t id)
{
    struct value args[1] = {v_int(id)};
    TRY(db_exec(c->db, "delete from overlap where other_population_id = $1", args, 1));
    return db_exec(c->db, "delete from overlap_count where other_population_id = $1", args, 1);
}

static enum status remove_run(struct call *c)
{
    struct population p = {.state = "removed"};
    struct value args[1] = {v_int(c->row_id)};
    TRY(noun_update(c, &population_noun, c->row_id, &p, FIELD_BIT(&population_noun, state), NULL));
    TRY(population_untell(c, c->row_id));
    TRY(db_exec(c->db, "delete from overlap where population_id = $1", args, 1));
    TRY(db_exec(c->db, "delete from overlap_count where population_id = $1", args, 1));
    TRY(db_exec(c->db, "delete from population_key where population_id = $1", args, 1));
    return db_exec(c->db, "delete from population_row where population_id = $1", args, 1);
}

const struct verb population_remove = {
    .noun = &population_noun,
    .name = "remove",
    .label = N_("Remove"),
    .summary = N_("The list goes, and whatever others saw of it."),
    .on = ON_ROW,
    .roles = MAPPERS,
    .from = at_rest,
    .done = N_("Removed."),
    .run = remove_run,
    .example = {.answer = "{\"ok\":true,\"id\":\"pop_0002T7WE2Q7A7\"}"},
};
