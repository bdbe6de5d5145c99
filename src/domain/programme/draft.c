#include "domain/programme/draft.h"

#include "base/json.h"
#include "domain/programme/changes.h"
#include "domain/programme/publish.h"

static const struct state states[] = {{"draft", N_("Draft"), "new"},
    {"asked", N_("Waits for a second person"), "review"}, {"published", N_("Published"), "ok"},
    {"discarded", N_("Discarded"), "gone"}, {0}};
static const struct option state_options[] = {{"draft", N_("Draft")},
    {"asked", N_("Waits for a second person")}, {"published", N_("Published")},
    {"discarded", N_("Discarded")}, {0}};

static const struct field fields[] = {
    FIELD(struct programme_draft, title, .label = N_("Title"), .required = true, .max = 80, .see = VENDOR,
        .list_column = true, .example = "Wider territories"),
    FIELD(struct programme_draft, state, .label = N_("Status"), .form = FORM_CHOICE, .options = state_options,
        .required = true, .see = VENDOR, .list_column = true, .filter = true),
    FIELD(struct programme_draft, base_number, .label = N_("Changes version"), .required = true,
        .see = VENDOR, .list_column = true),
    FIELD(struct programme_draft, effective_day, .label = N_("Takes effect on"), .see = VENDOR,
        .list_column = true, .example = "30"),
    FIELD(struct programme_draft, note, .label = N_("Why"), .see = VENDOR, .example = "Partners ask for it."),
    FIELD(struct programme_draft, author_id, .label = N_("Written by"), .ref = "person", .see = VENDOR,
        .list_column = true),
    FIELD(struct programme_draft, editor_id, .label = N_("Last changed by"), .ref = "person", .see = VENDOR),
    FIELD(struct programme_draft, asked_id, .label = N_("Second person"), .ref = "person", .see = VENDOR),
    FIELD(struct programme_draft, hash, .label = N_("Fingerprint"), .required = true, .see = VENDOR,
        .example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    FIELD(struct programme_draft, step, .label = N_("Step"), .required = true, .see = VENDOR),
    FIELD(struct programme_draft, version_number, .label = N_("Became version"), .min = 1, .max = 1000000,
        .see = VENDOR),
};

const struct noun programme_draft_noun = {
    .name = "programme_draft",
    .beyond = "\"document\":{\"programme\":{}},\"problems\":[],\"changes\":[\"Limits: Our own deal is active "
              "after activity within: 90 days → 45 days\"]",
    .plural = "programme-drafts",
    .prefix = "pgd",
    .label = N_("Draft of the programme"),
    .labels = N_("Drafts of the programme"),
    .icon = "rules",
    .summary = N_("The next version of the programme in the making, beside the one in force."),
    .size = sizeof(struct programme_draft),
    .fields = fields,
    .n_fields = COUNT(fields),
    .title = "title",
    .states = states,
    .vendor_scope = "1=1",
    .read = DRAFT_READERS,
    .order = "-created",
};

const char *const draft_open_states[] = {"draft", "asked", NULL};

/* ---- steps ---- */

static enum status step_text(struct call *c, int64_t id, int64_t step, const char **text)
{
    struct value args[2] = {v_int(id), v_int(step)};
    struct rows rows;
    *text = NULL;
    TRY(db_query(c->db, c->arena, &rows,
        "select document from programme_draft_step where draft_id = $1 and step = $2", args, 2));
    if (rows.n)
        *text = cell_text(&rows, 0, 0);
    return OK;
}

enum status draft_text(struct call *c, int64_t id, const char **text)
{
    struct programme_draft d;
    TRY(noun_load(c, &programme_draft_noun, id, &d));
    TRY(step_text(c, id, d.step, text));
    return *text ? OK : BROKEN;
}

/* What was taken back is gone for good when another step is made. */
static enum status add_step(struct call *c, int64_t id, int64_t step, const char *document, const char *what)
{
    struct value args[6] = {v_int(id), v_int(step), v_text(document), v_text(what),
        v_ref(c->viewer->person_id), v_int(c->now.us)};
    TRY(db_exec(c->db, "delete from programme_draft_step where draft_id = $1 and step >= $2", args, 2));
    return db_exec(c->db,
        "insert into programme_draft_step (draft_id, step, document, what, person_id, created) "
        "values ($1, $2, $3, $4, $5, $6)",
        args, 6);
}

#define BIT(member) FIELD_BIT(&programme_draft_noun, member)

static enum status go_to(struct call *c, struct programme_draft *d, int64_t step, const char *hash)
{
    d->step = step;
    d->hash = hash;
    d->editor_id.id = c->viewer->person_id;
    d->state = "draft";
    d->asked_id.id = 0;
    return noun_update(c, &programme_draft_noun, c->row_id, d,
        BIT(step) | BIT(hash) | BIT(editor_id) | BIT(state) | BIT(asked_id), NULL);
}

enum status draft_open(struct call *c, struct draft_edit *e)
{
    const char *text, *error;
    TRY(noun_load(c, &programme_draft_noun, c->row_id, &e->row));
    TRY(step_text(c, c->row_id, e->row.step, &text));
    e->document = text ? json_read(c->arena, text, strlen(text), &error) : NULL;
    return e->document ? OK : BROKEN;
}

#define DOCUMENT_MAX (1 << 20) /* bytes; as a document that is applied in one step */

enum status draft_store(struct call *c, struct draft_edit *e, const char *subject)
{
    const char *hash, *text = programme_canonical(c->arena, e->document, &hash);
    if (c->problem)
        return REFUSED;
    c->result_id = c->row_id;
    if (streq(hash, e->row.hash))
        return OK;
    if (strlen(text) > DOCUMENT_MAX)
        return call_refuse(c, PROBLEM_too_large, TR(c, "A programme has at most 1 MB."));
    TRY(add_step(
        c, c->row_id, e->row.step + 1, text, arena_printf(c->arena, "%s %s", c->verb->name, subject)));
    return go_to(c, &e->row, e->row.step + 1, hash);
}

enum status draft_writes(struct call *c, int64_t id, int64_t person_id, bool *yes)
{
    struct value args[2] = {v_int(id), v_ref(person_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select count(*) from programme_draft_step s join programme_draft d on d.id = s.draft_id "
        "where s.draft_id = $1 and s.person_id = $2 and s.step <= d.step",
        args, 2));
    *yes = cell_int(&rows, 0, 0) > 0;
    return OK;
}

/* ---- reading ---- */

static enum status read_text(struct call *c, const char *text, struct draft_read *out)
{
    struct problem *before = c->problem;
    const struct catalog *catalog = c->catalog;
    c->problem = NULL;
    enum status s = programme_read(c, c->arena, text, strlen(text), &out->programme);
    out->problems = c->problem;
    c->problem = before;
    c->catalog = catalog;
    return s == REFUSED && out->programme.document ? OK : s;
}

enum status draft_read(struct call *c, int64_t id, struct draft_read *out)
{
    const char *text;
    TRY(draft_text(c, id, &text));
    return read_text(c, text, out);
}

static void out_problems(struct json_out *w, const struct problem *p)
{
    out_array(w);
    for (size_t i = 0; p && i < p->n_fields; i++) {
        out_object(w);
        out_kv_string(w, "field", p->fields[i].field);
        out_kv_string(w, "message", p->fields[i].message);
        out_end(w);
    }
    out_end(w);
}

static void out_changes(struct call *c, struct json_out *w, int64_t base, const struct programme *to)
{
    const struct programme *from;
    struct programme_changes changes = {0};
    if (programme_at(c, base, &from) == OK)
        programme_changes(c, from, to, &changes);
    out_array(w);
    for (size_t i = 0; i < changes.n; i++)
        out_string(w, arena_printf(c->arena, "%s: %s", changes.items[i].where, changes.items[i].what));
    out_end(w);
}

void draft_json(struct call *c, const struct noun *noun, const struct row *row, struct json_out *w)
{
    struct programme_draft d;
    struct draft_read read;
    if (noun != &programme_draft_noun || draft_read(c, row->id, &read) != OK)
        return;
    row_record(noun, row, &d);
    out_key(w, "document");
    out_value(w, read.programme.document);
    out_key(w, "problems");
    out_problems(w, read.problems);
    out_key(w, "changes");
    out_changes(c, w, d.base_number, &read.programme);
}

/* ---- making one ---- */

struct create_input {
    const char *title;
    int64_t from;
    const char *document, *note;
    struct date effective_day;
};
static const struct field create_fields[] = {
    FIELD(struct create_input, title, .label = N_("Title"), .max = 80,
        .hint = N_("For yourselves; left out: the number of the next version.")),
    FIELD(struct create_input, from, .label = N_("From version"), .min = 1, .max = 1000000,
        .hint = N_("Left out: the newest one."), .example = "2"),
    FIELD(struct create_input, document, .label = N_("Document"), .form = FORM_JSON,
        .hint = N_("Or a whole programme as JSON, as export gives it.")),
    FIELD(struct create_input, note, .label = N_("Why"),
        .hint = N_("One sentence; everybody in the programme reads it.")),
    FIELD(struct create_input, effective_day, .label = N_("Takes effect on"),
        .hint = N_("At the beginning of that day in the programme's time zone; left out: at once.")),
};

static enum status version_text(struct call *c, int64_t number, const char **text)
{
    struct value args[1] = {v_int(number)};
    struct rows rows;
    TRY(db_query(
        c->db, c->arena, &rows, "select document from programme_version where number = $1", args, 1));
    if (!rows.n) {
        call_field(c, "from", TR(c, "is no version of this programme"));
        return REFUSED;
    }
    *text = cell_string(&rows, 0, 0);
    return OK;
}

/* What the steps begin with: the document in its canonical form. */
static enum status first_text(
    struct call *c, const struct create_input *in, int64_t newest, const char **text, const char **hash)
{
    const char *error, *given = in->document;
    if (!given)
        TRY(version_text(c, in->from ? in->from : newest, &given));
    const json_t *document = json_read(c->arena, given, strlen(given), &error);
    if (!json_is_object(document))
        return call_field(c, "document", document ? TR(c, "is not a JSON object") : error);
    *text = programme_canonical(c->arena, document, hash);
    return OK;
}

static enum status create_run(struct call *c)
{
    const struct create_input *in = c->in;
    struct newest_version newest;
    int64_t id = 0;
    const char *text = NULL, *hash = NULL;
    TRY(programme_newest(c, &newest));
    TRY(first_text(c, in, newest.number, &text, &hash));
    struct programme_draft d = {.title = in->title ? in->title
                                                   : arena_printf(c->arena, TR(c, "Draft of version %lld"),
                                                         (long long)newest.number + 1),
        .base_number = newest.number,
        .hash = hash,
        .step = 1,
        .effective_day = in->effective_day,
        .note = in->note,
        .state = "draft",
        .author_id = {c->viewer->person_id},
        .editor_id = {c->viewer->person_id}};
    TRY(noun_insert(c, &programme_draft_noun, &d, &id));
    return add_step(c, id, 1, text, c->verb->name);
}

const struct verb draft_create = {
    .noun = &programme_draft_noun,
    .name = "create",
    .label = N_("New draft"),
    .done = N_("Made"),
    .summary = N_("Begin the next version of the programme; the one in force stays as it is."),
    .on = ON_COLLECTION,
    .roles = DRAFT_EDITORS,
    .primary = true,
    INPUT(struct create_input, create_fields),
    .run = create_run,
    .example = {.fields = "title,note"},
};

/* ---- about it ---- */

struct update_input {
    const char *title, *note;
    struct date effective_day;
};
static const struct field update_fields[] = {
    FIELD(struct update_input, title, .label = N_("Title"), .required = true, .max = 80),
    FIELD(struct update_input, note, .label = N_("Why"),
        .hint = N_("One sentence; everybody in the programme reads it.")),
    FIELD(struct update_input, effective_day, .label = N_("Takes effect on"),
        .hint = N_("At the beginning of that day in the programme's time zone; left out: at once.")),
};

static enum status update_run(struct call *c)
{
    const struct update_input *in = c->in;
    struct programme_draft d = {.title = in->title, .note = in->note, .effective_day = in->effective_day};
    static const char *const names[] = {"title", "note", "effective_day"};
    uint64_t mask = 0;
    for (size_t i = 0; i < COUNT(names); i++)
        if (c->given >> i & 1)
            mask |= noun_bit(&programme_draft_noun, names[i]);
    return noun_update(c, &programme_draft_noun, c->row_id, &d, mask, NULL);
}

const struct verb draft_update = {
    .noun = &programme_draft_noun,
    .name = "update",
    .label = N_("Edit"),
    .done = N_("Changed"),
    .summary = N_("Change a draft's title, reason or first day."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .partial = true,
    .hidden = true,
    .from = draft_open_states,
    INPUT(struct update_input, update_fields),
    .run = update_run,
    .example = {.fields = "title,note"},
};

struct replace_input {
    const char *document;
};
static const struct field replace_fields[] = {
    FIELD(struct replace_input, document, .label = N_("Document"), .form = FORM_JSON, .required = true,
        .hint = N_("The whole programme as JSON, as export gives it."), .example = "@#document"),
};

static enum status replace_run(struct call *c)
{
    const struct replace_input *in = c->in;
    struct draft_edit e;
    const char *error;
    TRY(draft_open(c, &e));
    e.document = json_read(c->arena, in->document, strlen(in->document), &error);
    if (!json_is_object(e.document))
        return call_field(c, "document", e.document ? TR(c, "is not a JSON object") : error);
    return draft_store(c, &e, "");
}

const struct verb draft_replace = {
    .noun = &programme_draft_noun,
    .name = "replace_document",
    .label = N_("Replace the document"),
    .done = N_("Replaced"),
    .summary = N_("Take a whole document into the draft."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .from = draft_open_states,
    INPUT(struct replace_input, replace_fields),
    .run = replace_run,
};

/* ---- back and forth ---- */

static enum status move_by(struct call *c, int64_t by, const char *nothing)
{
    struct programme_draft d;
    const char *text, *error, *hash;
    TRY(noun_load(c, &programme_draft_noun, c->row_id, &d));
    TRY(step_text(c, c->row_id, d.step + by, &text));
    if (!text)
        return call_refuse(c, PROBLEM_state, nothing);
    (void)programme_canonical(c->arena, json_read(c->arena, text, strlen(text), &error), &hash);
    return go_to(c, &d, d.step + by, hash);
}

static enum status undo_run(struct call *c)
{
    return move_by(c, -1, TR(c, "There is nothing to take back."));
}

static enum status redo_run(struct call *c)
{
    return move_by(c, 1, TR(c, "There is nothing to bring back."));
}

#define STEP_VERB(the_name, the_label, text, ...)                                                            \
    {                                                                                                        \
        .noun = &programme_draft_noun, .name = (the_name), .label = (the_label), .summary = (text),          \
        .on = ON_ROW, .roles = DRAFT_EDITORS, .hidden = true, .from = draft_open_states, .run = __VA_ARGS__  \
    }

const struct verb draft_undo = STEP_VERB("undo", N_("Take back"), N_("Take the draft's last change back."),
    undo_run, .example = {.after = &draft_update});
const struct verb draft_redo = STEP_VERB("redo", N_("Bring back"), N_("Bring back what was taken back last."),
    redo_run, .example = {.after = &draft_undo});

static enum status set_state(struct call *c, const char *state)
{
    struct programme_draft d = {.state = state};
    return noun_update(c, &programme_draft_noun, c->row_id, &d, BIT(state) | BIT(asked_id), NULL);
}

static enum status discard_run(struct call *c)
{
    return set_state(c, "discarded");
}

static enum status reopen_run(struct call *c)
{
    return set_state(c, "draft");
}

static const char *const discarded[] = {"discarded", NULL};

const struct verb draft_discard = STEP_VERB("discard", N_("Discard"),
    N_("Put a draft away; it can be opened again."), discard_run, .example = {.becomes = "discarded"});
const struct verb draft_reopen = {.noun = &programme_draft_noun,
    .name = "reopen",
    .label = N_("Open again"),
    .summary = N_("Go on with a draft that was put away."),
    .on = ON_ROW,
    .roles = DRAFT_EDITORS,
    .hidden = true,
    .from = discarded,
    .run = reopen_run,
    .example = {.after = &draft_discard, .becomes = "draft"}};
