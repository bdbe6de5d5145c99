/* The operations: a list, a row, a verb, with their parameters, bodies and answers. */
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

static void begin_operation(
    struct document *d, const char *method, const struct noun *noun, const char *name, const char *summary)
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
}

/* Who may do it, in words, behind a sentence. */
static const char *with_roles(struct document *d, const char *text, unsigned roles)
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

static void begin_success(struct document *d, const char *status, const char *description)
{
    out_key(&d->w, "responses");
    out_object(&d->w);
    out_key(&d->w, status);
    out_object(&d->w);
    out_kv_string(&d->w, "description", description);
}

/* Closes the success and the operation. */
static void end_operation(struct document *d, const int *refusals)
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
        schema_field(w, &d->schema, &one, SCHEMA_INPUT, false);
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
    static const int refusals[] = {400, 401, 403, 422, 503, 0};
    struct json_out *w = &d->w;
    begin_operation(d, "get", noun, "list", arena_printf(d->arena, "List %s", noun->plural));
    out_kv_string(w, "description", with_roles(d, noun->summary, noun->read));
    list_parameters(d, noun);
    begin_success(d, "200", "A page of rows.");
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
    doc_close_content(w);
    end_operation(d, refusals);
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
    static const int refusals[] = {400, 401, 403, 422, 503, 0};
    if (noun->hidden)
        return;
    out_key(&d->w, arena_printf(d->arena, API_ROOT "/%s/export", noun->plural));
    out_object(&d->w);
    begin_operation(d, "get", noun, "export", arena_printf(d->arena, "Export %s", noun->plural));
    out_kv_string(&d->w, "description",
        with_roles(d, "All rows of the list as one file, with its filters, search and order.", noun->read));
    export_parameters(d, noun);
    begin_success(d, "200", "The file.");
    export_content(d, noun);
    end_operation(d, refusals);
    out_end(&d->w);
}

static void get_operation(struct document *d, const struct noun *noun)
{
    static const int refusals[] = {401, 403, 404, 422, 503, 0};
    struct json_out *w = &d->w;
    begin_operation(d, "get", noun, "get", arena_printf(d->arena, "Read one of %s", noun->plural));
    out_kv_string(w, "description", with_roles(d, NULL, noun->read));
    out_key(w, "parameters");
    out_array(w);
    doc_ref(w, "parameters", "fields");
    doc_ref(w, "parameters", "ifNoneMatch");
    out_end(w);
    begin_success(d, "200", "The row as you see it.");
    out_key(w, "headers");
    out_object(w);
    out_etag_header(w);
    out_end(w);
    doc_open_content(w, "application/json");
    doc_ref(w, "schemas", type_name(d->arena, noun->name, NULL));
    doc_close_content(w);
    out_end(w);
    out_key(w, "304");
    out_object(w);
    out_kv_string(w, "description", "You have the newest version.");
    end_operation(d, refusals);
}

/* ---- verbs ---- */

static bool needs_input(const struct verb *v)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    for (size_t i = 0; i < n && !v->partial; i++)
        if (field_in_input(v, &fields[i]) && fields[i].required && fields[i].kind != KIND_BOOL)
            return true;
    return false;
}

static void request_body(struct document *d, const struct verb *v)
{
    struct json_out *w = &d->w;
    if (!doc_has_input(v))
        return;
    out_key(w, "requestBody");
    out_object(w);
    out_kv_bool(w, "required", needs_input(v));
    doc_open_content(w, "application/json");
    doc_ref(w, "schemas", type_name(d->arena, v->noun->name, v->name));
    out_end(w);
    if (v->files) {
        out_key(w, "multipart/form-data");
        out_raw(w,
            "{\"schema\":{\"type\":\"object\",\"required\":[\"file\"],\"properties\":{\"file\":{\"type\":"
            "\"string\",\"contentMediaType\":\"application/octet-stream\"}},"
            "\"additionalProperties\":{\"type\":\"string\"}}}");
    }
    out_end(w);
    out_end(w);
}

static void verb_parameters(struct document *d, const struct verb *v)
{
    if (v->reads)
        return;
    out_key(&d->w, "parameters");
    out_array(&d->w);
    doc_ref(&d->w, "parameters", "idempotencyKey");
    if (v->on == ON_ROW)
        doc_ref(&d->w, "parameters", "ifMatch");
    out_end(&d->w);
}

static const char *verb_description(struct document *d, const struct verb *v)
{
    struct buf b = buf_in(d->arena, 8192);
    buf_adds(&b, with_roles(d, v->summary, v->roles));
    for (size_t i = 0; v->from && v->from[i]; i++)
        buf_addf(&b, "%s%s", i ? ", " : " From the states: ", v->from[i]);
    if (v->from)
        buf_adds(&b, ".");
    if (v->undo)
        buf_addf(&b, " Taken back by: %s.", v->undo->name);
    return buf_str(&b);
}

/* A row, or what the verb answers of its own. */
static void verb_answer(struct document *d, const struct verb *v)
{
    struct json_out *w = &d->w;
    doc_open_content(w, "application/json");
    if (v->reads || v->answers) {
        out_raw(w, "{\"type\":\"object\"}");
    } else if (streq(v->name, "delete")) {
        doc_ref(w, "schemas", "Done");
    } else {
        out_object(w);
        out_key(w, "anyOf");
        out_array(w);
        doc_ref(w, "schemas", type_name(d->arena, v->noun->name, NULL));
        doc_ref(w, "schemas", "Done");
        out_end(w);
        out_end(w);
    }
    doc_close_content(w);
}

static void verb_operation(struct document *d, const struct verb *v)
{
    static const int on_row[] = {400, 401, 403, 404, 409, 412, 413, 415, 422, 503, 0},
                     on_collection[] = {400, 401, 403, 409, 413, 415, 422, 503, 0};
    bool makes = noun_creator(d->model, v->noun) == v;
    const char *method = verb_method(v);
    struct json_out *w = &d->w;
    begin_operation(d,
        streq(method, "PATCH")    ? "patch"
        : streq(method, "DELETE") ? "delete"
                                  : "post",
        v->noun, v->name, v->label);
    out_kv_string(w, "description", verb_description(d, v));
    verb_parameters(d, v);
    request_body(d, v);
    begin_success(d, makes ? "201" : "200", makes ? "Made; the row as you see it." : "Done.");
    out_key(w, "headers");
    out_object(w);
    if (makes) {
        out_key(w, "Location");
        doc_ref(w, "headers", "Location");
    }
    if (!v->reads) {
        out_key(w, "Idempotent-Replayed");
        doc_ref(w, "headers", "IdempotentReplayed");
    }
    if (v->undo) {
        out_key(w, "Link");
        doc_ref(w, "headers", "UndoLink");
    }
    out_end(w);
    verb_answer(d, v);
    end_operation(d, v->on == ON_ROW ? on_row : on_collection);
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
        verb_operation(d, creator);
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
        verb_operation(d, update);
    if (delete)
        verb_operation(d, delete);
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
        verb_operation(d, v);
        out_end(&d->w);
    }
}

/* A verb on many rows. */
static void bulk_path(struct document *d, const struct noun *noun)
{
    static const int refusals[] = {400, 401, 403, 409, 413, 415, 422, 503, 0};
    struct json_out *w = &d->w;
    if (!noun_bulk(d->model, noun))
        return;
    out_key(w, arena_printf(d->arena, API_ROOT "/%s/bulk", noun->plural));
    out_object(w);
    begin_operation(d, "post", noun, "bulk", arena_printf(d->arena, "Act on many %s", noun->plural));
    out_kv_string(w, "description",
        "Calls one verb on many rows, up to 1,000. Each is done or refused by itself, with an event of its "
        "own; with all_or_none (up to 200) the first refusal refuses all. Who may: as the verb says. With an "
        "Idempotency-Key a resend does nothing twice and tries again what was refused.");
    out_key(w, "parameters");
    out_array(w);
    doc_ref(w, "parameters", "idempotencyKey");
    out_end(w);
    out_key(w, "requestBody");
    out_object(w);
    out_kv_bool(w, "required", true);
    doc_open_content(w, "application/json");
    out_object(w);
    out_kv_string(w, "type", "object");
    out_key(w, "required");
    out_raw(w, "[\"verb\"]");
    out_key(w, "properties");
    out_object(w);
    out_key(w, "verb");
    out_object(w);
    out_kv_string(w, "type", "string");
    out_key(w, "enum");
    out_array(w);
    for (size_t i = 0; d->model->verbs[i]; i++)
        if (d->model->verbs[i]->noun == noun && d->model->verbs[i]->bulk && verb_offered(d->model->verbs[i]))
            out_string(w, d->model->verbs[i]->name);
    out_end(w);
    out_end(w);
    out_key(w, "ids");
    out_raw(w, "{\"type\":\"array\",\"maxItems\":1000,\"items\":{\"type\":\"string\"}}");
    out_key(w, "filter");
    out_raw(w, "{\"type\":\"string\",\"description\":\"Instead of ids: the list's query string, such as "
               "state=active&search=x.\"}");
    out_key(w, "input");
    out_raw(w, "{\"type\":\"object\",\"description\":\"The verb's input, the same for each row.\"}");
    out_key(w, "all_or_none");
    out_raw(w, "{\"type\":\"boolean\",\"default\":false}");
    out_end(w);
    out_end(w);
    doc_close_content(w);
    out_end(w);
    begin_success(d, "200", "What became of each row.");
    doc_open_content(w, "application/json");
    doc_ref(w, "schemas", "BulkResult");
    doc_close_content(w);
    end_operation(d, refusals);
    out_end(w);
}

void doc_paths(struct document *d, const struct noun *noun)
{
    collection_path(d, noun);
    export_path(d, noun);
    row_path(d, noun);
    verb_paths(d, noun);
    bulk_path(d, noun);
}
