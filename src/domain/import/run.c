#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/import/rows.h"
#include "domain/import/worker.h"

static const struct state states[] = {{"staging", N_("Reading the file"), "new"},
    {"staged", N_("Needs a mapping"), "review"}, {"checking", N_("Checking"), "new"},
    {"checked", N_("Checked"), "review"}, {"applying", N_("Importing"), "new"},
    {"done", N_("Imported"), "ok"}, {"failed", N_("Failed"), "no"}, {"cancelled", N_("Cancelled"), "gone"},
    {0}};
static const struct option state_options[] = {{"staging", N_("Reading the file")},
    {"staged", N_("Needs a mapping")}, {"checking", N_("Checking")}, {"checked", N_("Checked")},
    {"applying", N_("Importing")}, {"done", N_("Imported")}, {"failed", N_("Failed")},
    {"cancelled", N_("Cancelled")}, {0}};
static const struct option policies[] = {
    {"all_or_nothing", N_("All or nothing")}, {"good_rows", N_("Good rows only")}, {0}};

static const struct field fields[] = {
    FIELD(struct import_run, file_name, .label = N_("File"), .required = true, .see = VENDOR,
        .list_column = true, .example = "accounts-fair.csv"),
    FIELD(struct import_run, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = import_kind_options,
        .required = true, .see = VENDOR, .list_column = true, .example = "accounts"),
    FIELD(struct import_run, state, .label = N_("State"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct import_run, mapping, .label = N_("Mapping"), .form = FORM_JSON, .required = true,
        .see = VENDOR, .example = "{\"name\":\"name\",\"domain\":\"domain\"}"),
    FIELD(struct import_run, policy, .label = N_("Policy"), .form = FORM_CHOICE, .options = policies,
        .required = true, .see = VENDOR),
    FIELD(struct import_run, rows_total, .label = N_("Rows"), .see = VENDOR, .list_column = true),
    FIELD(struct import_run, rows_good, .label = N_("Good rows"), .see = VENDOR),
    FIELD(struct import_run, rows_bad, .label = N_("Rows with errors"), .see = VENDOR, .list_column = true),
    FIELD(struct import_run, rows_applied, .label = N_("Rows imported"), .see = VENDOR, .list_column = true),
    FIELD(struct import_run, rows_made, .label = N_("New"), .see = VENDOR),
    FIELD(struct import_run, rows_changed, .label = N_("Changed"), .see = VENDOR),
    FIELD(struct import_run, person_id, .label = N_("Person"), .ref = "person", .required = true,
        .see = VENDOR, .list_column = true),
    FIELD(
        struct import_run, message, .label = N_("Message"), .form = FORM_LONG, .see = VENDOR, .example = ""),
};

const struct noun import_run_noun = {
    .name = "import_run",
    .plural = "imports",
    .prefix = "imp",
    .label = N_("File import"),
    .labels = N_("Imports"),
    .icon = "save",
    .summary = N_("A CSV file on its way into the programme."),
    .size = sizeof(struct import_run),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "file_name",
    .states = states,
    .vendor_scope = "1=1",
    .read = ADMIN | OPERATIONS,
    .order = "-created",
};

enum status import_run_new(struct call *c, const struct import_run *run, const char *owner, int64_t *id)
{
    TRY(noun_insert(c, &import_run_noun, run, id));
    if (!owner)
        return OK;
    struct value args[3] = {v_int(*id), v_text(owner), v_int(c->now.us + JOB_OWNER_SECONDS * US_PER_SECOND)};
    return db_exec(c->db, "update import_run set owner = $2, owner_until = $3 where id = $1", args, 3);
}

/* ---- upload ---- */

struct upload_input {
    const char *kind, *csv, *file_name, *mapping;
};
static const struct field upload_fields[] = {
    FIELD(struct upload_input, kind, .label = N_("Kind"), .form = FORM_CHOICE, .options = import_kind_options,
        .required = true),
    FIELD(struct upload_input, csv, .label = N_("CSV"), .form = FORM_LONG, .max = 1 << 20,
        .hint = N_("The text of the file; larger ones are sent as multipart/form-data, part “file”."),
        .example = "name,external_id\nGridlock,PL-04\nTidewall,PL-05\n"),
    FIELD(struct upload_input, file_name, .label = N_("File name"), .example = "product-lines.csv"),
    FIELD(struct upload_input, mapping, .label = N_("Mapping"), .form = FORM_JSON,
        .hint = N_("An object of fields and headings; guessed when it is left out.")),
};

struct kept {
    int64_t id;
    const char *name;
    struct arena *arena;
    const struct call *call;
};

/* A file whose run was not stored is of no use. */
static void drop_unused(void *arg)
{
    const struct kept *k = arg;
    if (k->call->result_id == k->id)
        return;
    struct arena *a = arena_new();
    spool_drop(a, k->id);
    arena_free(a);
}

static const struct sent_file *find_upload(const struct call *c)
{
    for (size_t i = 0; i < c->n_files; i++)
        if (streq(c->files[i].field, "file") && (c->files[i].len || *c->files[i].name))
            return &c->files[i];
    return NULL;
}

static enum status upload_prepare(struct call *c)
{
    const struct upload_input *in = c->in;
    const struct sent_file *file = find_upload(c);
    const char *error;
    if (!file && !in->csv)
        return call_field(c, "file", TR(c, "choose a file"));
    struct sent_file text = {.data = in->csv, .len = in->csv ? strlen(in->csv) : 0};
    struct kept *k = ARENA_NEW(c->arena, struct kept);
    *k = (struct kept){.id = id_new(c->now), .name = in->file_name, .call = c};
    if (!k->name)
        k->name = file && *file->name ? file->name : "import.csv";
    if (!spool_keep(c->arena, k->id, file ? file : &text, &error)) {
        log_error("import: %s", error);
        return BROKEN;
    }
    c->plan = k;
    arena_cleanup(c->arena, drop_unused, k);
    return OK;
}

static enum status upload_run(struct call *c)
{
    const struct upload_input *in = c->in;
    const struct kept *k = c->plan;
    int64_t id = k->id;
    struct import_run run = {.kind = in->kind,
        .file_name = k->name,
        .mapping = in->mapping ? in->mapping : "{}",
        .policy = "all_or_nothing",
        .state = "staging",
        .person_id = {c->viewer->person_id}};
    return import_run_new(c, &run, NULL, &id);
}

const struct verb import_upload = {
    .noun = &import_run_noun,
    .name = "upload",
    .label = N_("Upload"),
    .summary = N_("Takes a CSV file; it is checked, and nothing is imported before “apply”."),
    .on = ON_COLLECTION,
    .roles = ADMIN | OPERATIONS,
    .files = true,
    .creates = true,
    .hidden = true,
    .done = N_("Uploaded."),
    INPUT(struct upload_input, upload_fields),
    .prepare = upload_prepare,
    .run = upload_run,
};

/* ---- map ---- */

static const struct option date_orders[] = {
    {"day_first", N_("Day first")}, {"month_first", N_("Month first")}, {0}};
static const struct option decimal_signs[] = {{"comma", N_("Comma")}, {"point", N_("Point")}, {0}};

struct map_input {
    const char *mapping, *columns, *dates, *decimals;
};
static const struct field map_fields[] = {
    FIELD(struct map_input, mapping, .label = N_("Mapping"), .form = FORM_JSON,
        .hint = N_("An object of fields and headings, such as {\"name\": \"Company\"}.")),
    FIELD(struct map_input, columns, .label = N_("Columns"), .form = FORM_LIST, .max = 20000,
        .hint = N_("Instead: field=number of the column, from 0, one a line."),
        .example = "name=0\ndomain=1\ncountry=2\ncity=3"),
    FIELD(struct map_input, dates, .label = N_("Dates such as 03/04/2026"), .form = FORM_CHOICE,
        .options = date_orders),
    FIELD(struct map_input, decimals, .label = N_("Decimals"), .form = FORM_CHOICE, .options = decimal_signs),
};

/* "name=0,domain=,country=2" as a form sends it. */
static enum status read_columns(
    struct call *c, const struct import_plan *p, struct import_mapping *map, const char *text)
{
    *map = (struct import_mapping){.column = ARENA_ARRAY(c->arena, p->n_targets + 1, size_t)};
    for (size_t t = 0; t < p->n_targets; t++)
        map->column[t] = NO_COLUMN;
    while (*text) {
        size_t n = strcspn(text, ",\n");
        const char *one = text_squeeze(c->arena, arena_strndup(c->arena, text, n)), *equals;
        int64_t column = -1;
        equals = strchr(one, '=');
        bool empty = !equals || !equals[1];
        if (!empty && (!parse_int(equals + 1, &column) || column < 0 || column >= (int64_t)p->columns.n))
            return call_field(c, "columns", TR(c, "has a column that the file does not have"));
        for (size_t t = 0; !empty && t < p->n_targets; t++) {
            const char *name = p->targets[t].field->name;
            if (strlen(name) == (size_t)(equals - one) && strncmp(name, one, strlen(name)) == 0)
                map->column[t] = (size_t)column;
        }
        text += n + (text[n] != 0);
    }
    return OK;
}

static enum status read_plan(struct call *c, const struct import_run *run, struct import_plan **p)
{
    struct value args[1] = {v_int(c->row_id)};
    struct rows rows;
    struct import_columns columns;
    TRY(db_query(c->db, c->arena, &rows, "select columns from import_run where id = $1", args, 1));
    const char *json = rows.n ? cell_text(&rows, 0, 0) : NULL;
    if (!json || !columns_read(&columns, c->arena, json)) {
        call_refuse(c, PROBLEM_state, NULL);
        return REFUSED;
    }
    return plan_new(c, import_kind_find(run->kind), &columns, p);
}

static enum status map_run(struct call *c)
{
    const struct map_input *in = c->in;
    struct import_run run;
    struct import_plan *p;
    struct import_mapping map;
    TRY(noun_load(c, &import_run_noun, c->row_id, &run));
    TRY(read_plan(c, &run, &p));
    if (in->columns)
        TRY(read_columns(c, p, &map, in->columns));
    else
        TRY(mapping_read(
            &map, c, p->targets, p->n_targets, &p->columns, in->mapping ? in->mapping : run.mapping));
    if (in->columns || in->dates)
        map.dates = !in->dates                      ? DATES_UNKNOWN
                    : streq(in->dates, "day_first") ? DATES_DAY_FIRST
                                                    : DATES_MONTH_FIRST;
    if (in->columns || in->decimals)
        map.decimal = (char)(!in->decimals ? 0 : streq(in->decimals, "comma") ? ',' : '.');
    const char *lack = mapping_lack(&map, c, p->kind, p->targets, p->n_targets);
    if (lack)
        return call_field(c, "mapping", lack);
    run.mapping = mapping_write(&map, c->arena, p->targets, p->n_targets, &p->columns);
    run.state = "checking";
    run.rows_good = run.rows_bad = 0;
    struct value args[1] = {v_int(c->row_id)};
    TRY(db_exec(c->db, "update import_run set position = 0, pass = null where id = $1", args, 1));
    return noun_update(c, &import_run_noun, c->row_id, &run,
        FIELD_BIT(&import_run_noun, mapping) | FIELD_BIT(&import_run_noun, state) |
            FIELD_BIT(&import_run_noun, rows_good) | FIELD_BIT(&import_run_noun, rows_bad),
        NULL);
}

static const char *const mappable[] = {"staged", "checked", NULL};

const struct verb import_map = {
    .noun = &import_run_noun,
    .name = "map",
    .label = N_("Check again"),
    .summary = N_("Says which column is what, and checks every row anew."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS,
    .from = mappable,
    .hidden = true,
    .done = N_("Checking with the new mapping."),
    INPUT(struct map_input, map_fields),
    .run = map_run,
    .example = {.becomes = "checking"},
};

/* ---- apply, cancel ---- */

struct apply_input {
    const char *policy;
};
static const struct field apply_fields[] = {
    FIELD(struct apply_input, policy, .label = N_("Policy"), .form = FORM_CHOICE, .options = policies,
        .hint = N_("“All or nothing”, unless said otherwise, refuses while rows have errors.")),
};

static enum status apply_run(struct call *c)
{
    const struct apply_input *in = c->in;
    struct import_run run;
    TRY(noun_load(c, &import_run_noun, c->row_id, &run));
    run.policy = in->policy ? in->policy : "all_or_nothing";
    if (run.rows_bad && streq(run.policy, "all_or_nothing"))
        return call_refuse(c, PROBLEM_state,
            arena_printf(c->arena,
                trn(call_lang(c),
                    "%lld row has errors, so nothing is imported. Correct it, or import the good rows only.",
                    "%lld rows have errors, so nothing is imported. Correct them, or import the good rows "
                    "only.",
                    run.rows_bad),
                (long long)run.rows_bad));
    if (!run.rows_good)
        return call_refuse(c, PROBLEM_state, TR(c, "There is no row without errors."));
    run.state = "applying";
    run.person_id.id = c->viewer->person_id;
    struct value args[1] = {v_int(c->row_id)};
    TRY(db_exec(c->db, "update import_run set position = 0, pass = 0 where id = $1", args, 1));
    return noun_update(c, &import_run_noun, c->row_id, &run,
        FIELD_BIT(&import_run_noun, policy) | FIELD_BIT(&import_run_noun, state) |
            FIELD_BIT(&import_run_noun, person_id),
        NULL);
}

static const char *const appliable[] = {"checked", NULL};

const struct verb import_apply = {
    .noun = &import_run_noun,
    .name = "apply",
    .label = N_("Import"),
    .summary = N_("Writes the checked rows; those that are there already are changed where they differ."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS,
    .from = appliable,
    .hidden = true,
    .done = N_("Importing."),
    INPUT(struct apply_input, apply_fields),
    .run = apply_run,
    .example = {.becomes = "applying"},
};

static enum status cancel_run(struct call *c)
{
    struct import_run run = {.state = "cancelled"};
    struct value args[1] = {v_int(c->row_id)};
    TRY(db_exec(c->db,
        "update import_run set position = coalesce(position, 0), owner = null, owner_until = null where id = "
        "$1",
        args, 1));
    return noun_update(c, &import_run_noun, c->row_id, &run, FIELD_BIT(&import_run_noun, state), NULL);
}

static const char *const cancellable[] = {"staging", "staged", "checking", "checked", "applying", NULL};

const struct verb import_cancel = {
    .noun = &import_run_noun,
    .name = "cancel",
    .label = N_("Cancel"),
    .summary = N_("Stops the import. Rows that were written before stay."),
    .on = ON_ROW,
    .roles = ADMIN | OPERATIONS,
    .from = cancellable,
    .hidden = true,
    .done = N_("Cancelled."),
    .run = cancel_run,
    .example = {.becomes = "cancelled"},
};
