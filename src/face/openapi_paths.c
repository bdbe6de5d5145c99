/* The operations of a noun: what they have in common, those that read, and the paths. */
#include "base/problem.h"
#include "face/dispatch.h"
#include "face/export.h"
#include "face/openapi_parts.h"

static bool status_used(int status)
{
    for (int i = 0; i < PROBLEM_COUNT; i++)
        if (problem_status((enum problem_code)i) == status)
            return true;
    return false;
}

/* The refusals that an operation knows, by their status. */
static void out_refusals(struct document *d, const int *statuses)
{
    for (; *statuses; statuses++) {
        char key[8], name[16];
        ASSERT(status_used(*statuses));
        (void)snprintf(key, sizeof key, "%d", *statuses);
        (void)snprintf(name, sizeof name, "Problem%d", *statuses);
        doc_key_ref(&d->w, key, "responses", name);
    }
}

static void out_roles(struct json_out *w, unsigned roles)
{
    out_key(w, "x-roles");
    out_array(w);
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++)
        if (roles & ROLE_BIT(r))
            out_string(w, role_key((enum role)r));
    out_end(w);
}

void doc_begin_operation(struct document *d, const char *method, const struct noun *noun, const char *name,
    const char *summary, unsigned roles)
{
    struct json_out *w = &d->w;
    out_key(w, method);
    out_object(w);
    out_kv_string(w, "operationId", arena_printf(d->arena, "%s_%s", noun->name, name));
    out_kv_string(w, "summary", summary);
    out_key(w, "tags");
    out_array(w);
    out_string(w, noun->labels);
    out_end(w);
    out_roles(w, roles);
}

/* ---- examples ---- */

static void out_step(struct json_out *w, const struct example_step *step)
{
    if (step->name) {
        out_kv_string(w, "name", step->name);
        out_kv_string(w, "take", step->take);
    }
    out_kv_string(w, "method", step->method);
    out_kv_string(w, "path", step->path);
    if (step->body) {
        out_key(w, "body");
        out_raw(w, step->body);
    }
}

void doc_example(struct document *d, const struct example *e)
{
    struct json_out *w = &d->w;
    out_key(w, "x-example");
    out_object(w);
    out_key(w, "before");
    out_array(w);
    for (size_t i = 0; i + 1 < e->n; i++) {
        out_object(w);
        out_step(w, &e->steps[i]);
        out_end(w);
    }
    out_end(w);
    out_step(w, &e->steps[e->n - 1]);
    out_end(w);
}

void doc_answer(struct document *d, sample_noun_fn *write, const struct noun *noun)
{
    out_key(&d->w, "example");
    write(&d->w, &d->schema, noun);
}

/* Who may do it, in words, behind a sentence. */
const char *doc_with_roles(struct document *d, const char *text, unsigned roles)
{
    struct buf b = buf_in(d->arena, 8192);
    if (text)
        buf_addf(&b, "%s ", text);
    buf_adds(&b, "Roles: ");
    bool first = true;
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++) {
        if (!(roles & ROLE_BIT(r)))
            continue;
        buf_addf(&b, "%s%s", first ? "" : ", ", role_label((enum role)r));
        first = false;
    }
    buf_adds(&b, first ? "the system." : ".");
    return buf_str(&b);
}

void doc_begin_success(struct document *d, const char *status, const char *description)
{
    out_key(&d->w, "responses");
    out_object(&d->w);
    out_key(&d->w, status);
    out_object(&d->w);
    out_kv_string(&d->w, "description", description);
}

/* Closes the success and the operation. */
void doc_end_operation(struct document *d, const int *refusals)
{
    out_end(&d->w);
    out_refusals(d, refusals);
    out_end(&d->w);
    out_end(&d->w);
}

static void out_etag_header(struct json_out *w)
{
    out_key(w, "ETag");
    doc_ref(w, "headers", "ETag");
}

/* ---- reading ---- */

static void filter_parameter(
    struct document *d, const struct field *f, const char *op, const char *text, bool yes_no)
{
    struct json_out *w = &d->w;
    struct field one = *f;
    out_object(w);
    out_kv_string(w, "name", op ? arena_printf(d->arena, "%s[%s]", f->name, op) : f->name);
    out_kv_string(w, "in", "query");
    out_kv_string(w, "description", text);
    out_key(w, "schema");
    if (yes_no || f->kind == KIND_BOOL) {
        out_raw(w, "{\"type\":\"boolean\"}");
    } else if (streq(op, "in")) {
        out_raw(w, "{\"type\":\"string\"}");
    } else {
        one.form = f->form == FORM_SET ? FORM_CHOICE : f->form;
        one.required = true;
        one.min = one.max = 0;
        one.hint = NULL;
        schema_field(w, &d->schema, NULL, &one, SCHEMA_INPUT, false);
    }
    out_end(w);
}

static bool has_order(const struct field *f)
{
    return f->kind != KIND_TEXT && f->kind != KIND_BOOL && f->kind != KIND_REF;
}

static void filter_parameters(struct document *d, const struct field *f)
{
    filter_parameter(d, f, NULL, arena_printf(d->arena, "%s is this.", f->label), false);
    if (f->kind == KIND_BOOL)
        return;
    if (has_order(f)) {
        filter_parameter(d, f, "at_least", arena_printf(d->arena, "%s from this on.", f->label), false);
        filter_parameter(d, f, "at_most", arena_printf(d->arena, "%s up to this.", f->label), false);
        filter_parameter(d, f, "above", arena_printf(d->arena, "%s above this.", f->label), false);
        filter_parameter(d, f, "below", arena_printf(d->arena, "%s below this.", f->label), false);
    } else {
        filter_parameter(
            d, f, "in", arena_printf(d->arena, "%s is one of these, with commas.", f->label), false);
    }
    filter_parameter(d, f, "not", arena_printf(d->arena, "%s is anything else.", f->label), false);
    filter_parameter(d, f, "known", arena_printf(d->arena, "Whether %s has a value.", f->label), true);
}

/* "created", and every field that an index stands behind, both ways. */
static void sort_parameter(struct document *d, const struct noun *noun)
{
    struct json_out *w = &d->w;
    out_object(w);
    out_kv_string(w, "name", "sort");
    out_kv_string(w, "in", "query");
    out_kv_string(w, "description",
        arena_printf(d->arena, "The order; with - the other way round. Without it: %s.", noun->order));
    out_key(w, "schema");
    out_object(w);
    out_kv_string(w, "type", "string");
    out_key(w, "enum");
    out_array(w);
    out_string(w, "created");
    out_string(w, "-created");
    for (size_t i = 0; i < noun->n_fields; i++) {
        if (!noun->fields[i].sort)
            continue;
        out_string(w, noun->fields[i].name);
        out_string(w, arena_printf(d->arena, "-%s", noun->fields[i].name));
    }
    out_end(w);
    out_end(w);
    out_end(w);
}

/* What chooses and orders rows, whether page by page or all of them. */
static void list_filters(struct document *d, const struct noun *noun)
{
    static const struct field created = {
        .name = "created", .label = N_("Created"), .kind = KIND_TIME, .filter = true};
    doc_ref(&d->w, "parameters", "search");
    sort_parameter(d, noun);
    filter_parameters(d, &created);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].filter && noun->fields[i].see && !noun->fields[i].secret)
            filter_parameters(d, &noun->fields[i]);
}

static void list_parameters(struct document *d, const struct noun *noun)
{
    struct json_out *w = &d->w;
    out_key(w, "parameters");
    out_array(w);
    doc_ref(w, "parameters", "limit");
    doc_ref(w, "parameters", "after");
    doc_ref(w, "parameters", "fields");
    list_filters(d, noun);
    out_end(w);
}

static void list_operation(struct document *d, const struct noun *noun)
{
    struct example example;
    static const int refusals[] = {400, 401, 403, 422, 429, 503, 0};
    struct json_out *w = &d->w;
    doc_begin_operation(d, "get", noun, "list", arena_printf(d->arena, "List %s", noun->plural), noun->read);
    out_kv_string(w, "description", doc_with_roles(d, noun->summary, noun->read));
    example_list(&d->schema, noun, &example);
    doc_example(d, &example);
    list_parameters(d, noun);
    doc_begin_success(d, "200", "A page of rows.");
    out_key(w, "headers");
    out_raw(w, "{\"Link\":{\"$ref\":\"#/components/headers/Link\"}}");
    doc_open_content(w, "application/json");
    out_object(w);
    out_kv_string(w, "type", "object");
    out_key(w, "required");
    out_raw(w, "[\"items\",\"next\"]");
    out_key(w, "properties");
    out_object(w);
    out_key(w, "items");
    out_object(w);
    out_kv_string(w, "type", "array");
    doc_key_ref(w, "items", "schemas", type_name(d->arena, noun->name, NULL));
    out_end(w);
    out_key(w, "next");
    out_raw(w, "{\"type\":[\"string\",\"null\"],\"description\":\"The cursor of the next page, for `after`; "
               "null at the end.\"}");
    out_end(w);
    out_end(w);
    doc_answer(d, sample_list, noun);
    doc_close_content(w);
    doc_end_operation(d, refusals);
}

static void export_parameters(struct document *d, const struct noun *noun)
{
    struct json_out *w = &d->w;
    out_key(w, "parameters");
    out_array(w);
    out_raw(w, "{\"name\":\"format\",\"in\":\"query\",\"description\":\"What the file is.\",\"schema\":"
               "{\"type\":\"string\",\"enum\":[\"csv\",\"xlsx\",\"json\",\"jsonl\"],\"default\":\"json\"}}");
    list_filters(d, noun);
    out_end(w);
}

static void export_content(struct document *d, const struct noun *noun)
{
    struct json_out *w = &d->w;
    doc_open_content(w, "application/json");
    out_object(w);
    out_kv_string(w, "type", "array");
    doc_key_ref(w, "items", "schemas", type_name(d->arena, noun->name, NULL));
    out_end(w);
    out_end(w);
    for (const struct export_kind *k = export_kinds; k->name; k++) {
        if (streq(k->name, "json"))
            continue;
        out_key(w, arena_strndup(d->arena, k->type, strcspn(k->type, ";")));
        out_raw(w, "{\"schema\":{\"type\":\"string\"}}");
    }
    out_end(w);
}

/* The whole list as a file. */
static void export_path(struct document *d, const struct noun *noun)
{
    struct example example;
    static const int refusals[] = {400, 401, 403, 422, 429, 503, 0};
    if (noun->hidden)
        return;
    out_key(&d->w, arena_printf(d->arena, API_ROOT "/%s/export", noun->plural));
    out_object(&d->w);
    doc_begin_operation(
        d, "get", noun, "export", arena_printf(d->arena, "Export %s", noun->plural), noun->read);
    example_export(&d->schema, noun, &example);
    doc_example(d, &example);
    out_kv_string(&d->w, "description",
        doc_with_roles(
            d, "All rows of the list as one file, with its filters, search and order.", noun->read));
    export_parameters(d, noun);
    doc_begin_success(d, "200", "The file.");
    export_content(d, noun);
    doc_end_operation(d, refusals);
    out_end(&d->w);
}

static void get_operation(struct document *d, const struct noun *noun)
{
    struct example example;
    static const int refusals[] = {401, 403, 404, 422, 429, 503, 0};
    struct json_out *w = &d->w;
    doc_begin_operation(
        d, "get", noun, "get", arena_printf(d->arena, "Read one of %s", noun->plural), noun->read);
    example_get(&d->schema, noun, &example);
    doc_example(d, &example);
    out_kv_string(w, "description", doc_with_roles(d, NULL, noun->read));
    out_key(w, "parameters");
    out_array(w);
    doc_ref(w, "parameters", "fields");
    doc_ref(w, "parameters", "ifNoneMatch");
    out_end(w);
    doc_begin_success(d, "200", "The row as you see it.");
    out_key(w, "headers");
    out_object(w);
    out_etag_header(w);
    out_end(w);
    doc_open_content(w, "application/json");
    doc_ref(w, "schemas", type_name(d->arena, noun->name, NULL));
    doc_answer(d, sample_row, noun);
    doc_close_content(w);
    out_end(w);
    out_key(w, "304");
    out_object(w);
    out_kv_string(w, "description", "You have the newest version.");
    doc_end_operation(d, refusals);
}

/* ---- paths ---- */

static const struct verb *row_verb(struct document *d, const struct noun *noun, const char *name)
{
    const struct verb *v = model_verb(d->model, noun, name);
    return v && v->on == ON_ROW && verb_offered(v) ? v : NULL;
}

static void collection_path(struct document *d, const struct noun *noun)
{
    const struct verb *creator = noun_creator(d->model, noun);
    if (noun->hidden && !creator)
        return;
    out_key(&d->w, arena_printf(d->arena, API_ROOT "/%s", noun->plural));
    out_object(&d->w);
    if (!noun->hidden)
        list_operation(d, noun);
    if (creator)
        doc_verb_operation(d, creator);
    out_end(&d->w);
}

static void id_parameter(struct document *d, const struct noun *noun)
{
    struct json_out *w = &d->w;
    out_key(w, "parameters");
    out_array(w);
    out_object(w);
    out_kv_string(w, "name", "id");
    out_kv_string(w, "in", "path");
    out_kv_bool(w, "required", true);
    out_key(w, "schema");
    out_object(w);
    out_kv_string(w, "type", "string");
    out_key(w, "examples");
    out_array(w);
    out_string(w, sample_id(d->arena, noun));
    out_end(w);
    out_end(w);
    out_end(w);
    out_end(w);
}

static void row_path(struct document *d, const struct noun *noun)
{
    const struct verb *update = row_verb(d, noun, "update"), *delete = row_verb(d, noun, "delete");
    if (noun->hidden && !update && !delete)
        return;
    out_key(&d->w, arena_printf(d->arena, API_ROOT "/%s/{id}", noun->plural));
    out_object(&d->w);
    id_parameter(d, noun);
    if (!noun->hidden)
        get_operation(d, noun);
    if (update)
        doc_verb_operation(d, update);
    if (delete)
        doc_verb_operation(d, delete);
    out_end(&d->w);
}

/* Verbs with an address of their own. */
static void verb_paths(struct document *d, const struct noun *noun)
{
    const struct model *m = d->model;
    for (size_t i = 0; m->verbs[i]; i++) {
        const struct verb *v = m->verbs[i];
        const char *path = verb_path(d->arena, m, v), *last = strrchr(path, '/') + 1;
        if (v->noun != noun || !verb_offered(v) || !streq(last, v->name))
            continue;
        out_key(&d->w, path);
        out_object(&d->w);
        if (v->on == ON_ROW)
            id_parameter(d, noun);
        doc_verb_operation(d, v);
        out_end(&d->w);
    }
}

void doc_paths(struct document *d, const struct noun *noun)
{
    collection_path(d, noun);
    export_path(d, noun);
    row_path(d, noun);
    verb_paths(d, noun);
    doc_bulk_path(d, noun);
}
