#include "face/openapi.h"

#include "face/dispatch.h"
#include "face/problem_json.h"
#include "face/schema.h"
#include "model/custom.h"

struct document {
    struct json_out w;
    struct arena *arena;
    const struct model *model;
    struct call *call;
    struct schema schema;
};

/* ---- small pieces ---- */

static void ref(struct json_out *w, const char *kind, const char *name)
{
    char target[200];
    (void)snprintf(target, sizeof target, "#/components/%s/%s", kind, name);
    out_object(w);
    out_kv_string(w, "$ref", target);
    out_end(w);
}

static void key_ref(struct json_out *w, const char *key, const char *kind, const char *name)
{
    out_key(w, key);
    ref(w, kind, name);
}

/* "content": {TYPE: {"schema": ...}}, left open behind "schema". */
static void open_content(struct json_out *w, const char *type)
{
    out_key(w, "content");
    out_object(w);
    out_key(w, type);
    out_object(w);
    out_key(w, "schema");
}

static void close_content(struct json_out *w)
{
    out_end(w);
    out_end(w);
}

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
        key_ref(&d->w, key, "responses", name);
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
    ref(w, "headers", "ETag");
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
        if (one.form == FORM_SET)
            one.form = FORM_CHOICE;
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

static void list_parameters(struct document *d, const struct noun *noun)
{
    static const struct field created = {
        .name = "created", .label = N_("Created"), .kind = KIND_TIME, .filter = true};
    struct json_out *w = &d->w;
    out_key(w, "parameters");
    out_array(w);
    ref(w, "parameters", "limit");
    ref(w, "parameters", "after");
    ref(w, "parameters", "search");
    ref(w, "parameters", "fields");
    sort_parameter(d, noun);
    filter_parameters(d, &created);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].filter && noun->fields[i].see && !noun->fields[i].secret)
            filter_parameters(d, &noun->fields[i]);
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
    open_content(w, "application/json");
    out_object(w);
    out_kv_string(w, "type", "object");
    out_key(w, "required");
    out_raw(w, "[\"items\",\"next\"]");
    out_key(w, "properties");
    out_object(w);
    out_key(w, "items");
    out_object(w);
    out_kv_string(w, "type", "array");
    key_ref(w, "items", "schemas", type_name(d->arena, noun->name, NULL));
    out_end(w);
    out_key(w, "next");
    out_raw(w, "{\"type\":[\"string\",\"null\"],\"description\":\"The cursor of the next page, for `after`; "
               "null at the end.\"}");
    out_end(w);
    out_end(w);
    close_content(w);
    end_operation(d, refusals);
}

static void get_operation(struct document *d, const struct noun *noun)
{
    static const int refusals[] = {401, 403, 404, 422, 503, 0};
    struct json_out *w = &d->w;
    begin_operation(d, "get", noun, "get", arena_printf(d->arena, "Read one of %s", noun->plural));
    out_kv_string(w, "description", with_roles(d, NULL, noun->read));
    out_key(w, "parameters");
    out_array(w);
    ref(w, "parameters", "fields");
    ref(w, "parameters", "ifNoneMatch");
    out_end(w);
    begin_success(d, "200", "The row as you see it.");
    out_key(w, "headers");
    out_object(w);
    out_etag_header(w);
    out_end(w);
    open_content(w, "application/json");
    ref(w, "schemas", type_name(d->arena, noun->name, NULL));
    close_content(w);
    out_end(w);
    out_key(w, "304");
    out_object(w);
    out_kv_string(w, "description", "You have the newest version.");
    end_operation(d, refusals);
}

/* ---- verbs ---- */

static bool has_input(const struct verb *v)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    for (size_t i = 0; i < n; i++)
        if (field_in_input(v, &fields[i]))
            return true;
    return false;
}

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
    if (!has_input(v))
        return;
    out_key(w, "requestBody");
    out_object(w);
    out_kv_bool(w, "required", needs_input(v));
    open_content(w, "application/json");
    ref(w, "schemas", type_name(d->arena, v->noun->name, v->name));
    close_content(w);
    out_end(w);
}

static void verb_parameters(struct document *d, const struct verb *v)
{
    if (v->reads)
        return;
    out_key(&d->w, "parameters");
    out_array(&d->w);
    ref(&d->w, "parameters", "idempotencyKey");
    if (v->on == ON_ROW)
        ref(&d->w, "parameters", "ifMatch");
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
    return buf_str(&b);
}

/* A row, or what the verb answers of its own; a reading verb has no row. */
static void verb_answer(struct document *d, const struct verb *v)
{
    struct json_out *w = &d->w;
    open_content(w, "application/json");
    if (v->reads) {
        out_raw(w, "{\"type\":\"object\"}");
    } else if (streq(v->name, "delete")) {
        ref(w, "schemas", "Done");
    } else {
        out_object(w);
        out_key(w, "anyOf");
        out_array(w);
        ref(w, "schemas", type_name(d->arena, v->noun->name, NULL));
        ref(w, "schemas", "Done");
        out_end(w);
        out_end(w);
    }
    close_content(w);
}

static void verb_operation(struct document *d, const struct verb *v)
{
    static const int on_row[] = {400, 401, 403, 404, 409, 412, 413, 415, 422, 503, 0},
                     on_collection[] = {400, 401, 403, 413, 415, 422, 503, 0};
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
        ref(w, "headers", "Location");
    }
    if (!v->reads) {
        out_key(w, "Idempotent-Replayed");
        ref(w, "headers", "IdempotentReplayed");
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

static void document_path(struct document *d)
{
    out_key(&d->w, API_ROOT "/openapi.json");
    out_raw(&d->w,
        "{\"get\":{\"operationId\":\"openapi\",\"summary\":\"This document\",\"description\":\"With a token: "
        "with the custom fields and lists that its person sees.\",\"tags\":[\"Documentation\"],"
        "\"security\":[],\"responses\":{\"200\":{\"description\":\"OpenAPI 3.1.\",\"content\":"
        "{\"application/json\":{\"schema\":{\"type\":\"object\"}}}},"
        "\"401\":{\"$ref\":\"#/components/responses/Problem401\"},"
        "\"503\":{\"$ref\":\"#/components/responses/Problem503\"}}}}");
}

/* ---- components ---- */

static const char parameters[] =
    "{\"limit\":{\"name\":\"limit\",\"in\":\"query\",\"description\":\"Rows of a page.\",\"schema\":"
    "{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,\"default\":50}},"
    "\"after\":{\"name\":\"after\",\"in\":\"query\",\"description\":\"The cursor `next` of the page "
    "before.\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"search\":{\"name\":\"search\",\"in\":\"query\",\"description\":\"Words, or beginnings of words.\","
    "\"schema\":{\"type\":\"string\"}},"
    "\"fields\":{\"name\":\"fields\",\"in\":\"query\",\"description\":\"The members that you want, with "
    "commas; "
    "id is always there.\",\"schema\":{\"type\":\"string\"}},"
    "\"ifNoneMatch\":{\"name\":\"If-None-Match\",\"in\":\"header\",\"description\":\"The ETag that you have: "
    "304 "
    "when it is still the newest.\",\"schema\":{\"type\":\"string\"}},"
    "\"ifMatch\":{\"name\":\"If-Match\",\"in\":\"header\",\"description\":\"The ETag that you saw: 412 when "
    "the "
    "row has changed since.\",\"schema\":{\"type\":\"string\"}},"
    "\"idempotencyKey\":{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"description\":\"Send the same key "
    "to "
    "repeat a call safely within 24 hours: it runs once.\",\"schema\":{\"type\":\"string\",\"minLength\":8,"
    "\"maxLength\":200,\"pattern\":\"^[!-~]+$\"}}}";

static const char headers[] =
    "{\"ETag\":{\"description\":\"The row's version.\",\"schema\":{\"type\":\"string\"}},"
    "\"Location\":{\"description\":\"The address of the row that was "
    "made.\",\"schema\":{\"type\":\"string\"}},"
    "\"Link\":{\"description\":\"The next page, as rel=next.\",\"schema\":{\"type\":\"string\"}},"
    "\"IdempotentReplayed\":{\"description\":\"true: the answer to the first call with this "
    "key.\",\"schema\":"
    "{\"type\":\"string\"}},"
    "\"RetryAfter\":{\"description\":\"Seconds to wait.\",\"schema\":{\"type\":\"integer\"}}}";

static const char done_schema[] =
    "{\"type\":\"object\",\"required\":[\"ok\"],\"description\":\"It was done, and there is no row for you "
    "to "
    "see.\",\"properties\":{\"ok\":{\"type\":\"boolean\",\"const\":true},\"id\":{\"type\":\"string\"}}}";

static void problem_schema(struct json_out *w)
{
    char type[64];
    out_object(w);
    out_kv_string(w, "type", "object");
    out_kv_string(w, "description", "A refusal (RFC 9457), with everything that is wrong at once.");
    out_key(w, "required");
    out_raw(w, "[\"type\",\"title\",\"status\"]");
    out_key(w, "properties");
    out_object(w);
    out_key(w, "type");
    out_object(w);
    out_kv_string(w, "type", "string");
    out_kv_string(w, "format", "uri-reference");
    out_key(w, "enum");
    out_array(w);
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        (void)snprintf(type, sizeof type, "/problems/%s", problem_name((enum problem_code)i));
        out_string(w, type);
    }
    out_string(w, "about:blank");
    out_end(w);
    out_end(w);
    out_key(w, "title");
    out_raw(w, "{\"type\":\"string\"}");
    out_key(w, "status");
    out_raw(w, "{\"type\":\"integer\"}");
    out_key(w, "detail");
    out_raw(w, "{\"type\":\"string\"}");
    out_key(w, "errors");
    out_raw(w, "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"field\",\"message\"],"
               "\"properties\":{\"field\":{\"type\":\"string\",\"description\":\"Its name; empty for the "
               "whole.\"},\"message\":{\"type\":\"string\"}}}}");
    out_end(w);
    out_end(w);
}

static bool first_of_status(int i)
{
    for (int j = 0; j < i; j++)
        if (problem_status((enum problem_code)j) == problem_status((enum problem_code)i))
            return false;
    return true;
}

/* All problems of one status, in one sentence. */
static const char *status_text(struct arena *a, int status)
{
    struct buf b = buf_in(a, 4096);
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        enum problem_code code = (enum problem_code)i;
        if (problem_status(code) == status)
            buf_addf(&b, "%s`%s`: %s.", b.len ? " " : "", problem_name(code), problem_title(code));
    }
    return buf_str(&b);
}

static void problem_responses(struct document *d)
{
    struct json_out *w = &d->w;
    out_object(w);
    for (int i = 0; i < PROBLEM_COUNT; i++) {
        int status = problem_status((enum problem_code)i);
        if (!first_of_status(i) || status == 405 || status == 429)
            continue; /* told by no operation of this document */
        out_key(w, arena_printf(d->arena, "Problem%d", status));
        out_object(w);
        out_kv_string(w, "description", status_text(d->arena, status));
        if (status == 503) {
            out_key(w, "headers");
            out_raw(w, "{\"Retry-After\":{\"$ref\":\"#/components/headers/RetryAfter\"}}");
        }
        open_content(w, PROBLEM_TYPE);
        ref(w, "schemas", "Problem");
        close_content(w);
        out_end(w);
    }
    out_end(w);
}

static enum status noun_schemas(struct document *d, const struct noun *noun)
{
    struct custom_field **custom = NULL;
    size_t n = 0;
    if (d->call && noun->custom)
        TRY(custom_fields(d->call, noun, &custom, &n));
    out_key(&d->w, type_name(d->arena, noun->name, NULL));
    schema_row(&d->w, &d->schema, noun, custom, n);
    for (size_t i = 0; d->model->verbs[i]; i++) {
        const struct verb *v = d->model->verbs[i];
        if (v->noun != noun || !verb_offered(v) || !has_input(v))
            continue;
        out_key(&d->w, type_name(d->arena, noun->name, v->name));
        schema_input(&d->w, &d->schema, v, custom, n);
    }
    return OK;
}

static enum status components(struct document *d)
{
    struct json_out *w = &d->w;
    out_key(w, "components");
    out_object(w);
    out_key(w, "securitySchemes");
    out_raw(w, "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An API token of a "
               "person: it may what that person may, within the token's scopes.\"}}");
    out_key(w, "parameters");
    out_raw(w, parameters);
    out_key(w, "headers");
    out_raw(w, headers);
    out_key(w, "responses");
    problem_responses(d);
    out_key(w, "schemas");
    out_object(w);
    out_key(w, "Problem");
    problem_schema(w);
    out_key(w, "Done");
    out_raw(w, done_schema);
    for (size_t i = 0; d->model->nouns[i]; i++)
        if (noun_offered(d->model, d->model->nouns[i]))
            TRY(noun_schemas(d, d->model->nouns[i]));
    out_end(w);
    out_end(w);
    return OK;
}

/* ---- the whole ---- */

static void head(struct document *d, const char *server)
{
    struct json_out *w = &d->w;
    out_kv_string(w, "openapi", "3.1.0");
    out_key(w, "info");
    out_raw(w,
        "{\"title\":\"Tandem\",\"version\":\"1.0.0\",\"summary\":\"Partner relationship management\","
        "\"description\":\"Every noun of the programme as JSON, with what you may do to it. Lists come in "
        "pages with a cursor; amounts are decimal texts; refusals are problems (RFC 9457) that name every "
        "field at once.\",\"contact\":{\"name\":\"The Tandem "
        "authors\"},\"license\":{\"name\":\"MIT\",\"identifier\":\"MIT\"}}");
    out_key(w, "servers");
    out_array(w);
    out_object(w);
    out_kv_string(w, "url", server && *server ? server : "/");
    out_end(w);
    out_end(w);
    out_key(w, "security");
    out_raw(w, "[{\"token\":[]}]");
    out_key(w, "tags");
    out_array(w);
    out_raw(w, "{\"name\":\"Documentation\",\"description\":\"What this interface offers.\"}");
    for (size_t i = 0; d->model->nouns[i]; i++) {
        const struct noun *noun = d->model->nouns[i];
        if (!noun_offered(d->model, noun))
            continue;
        out_object(w);
        out_kv_string(w, "name", noun->labels);
        out_kv_string(w, "description", noun->summary);
        out_end(w);
    }
    out_end(w);
}

enum status openapi_write(
    struct buf *out, struct arena *a, const struct model *m, struct call *c, const char *server)
{
    struct document d = {.w = json_out(out), .arena = a, .model = m, .call = c, .schema = {a, m, c}};
    out_object(&d.w);
    head(&d, server);
    out_key(&d.w, "paths");
    out_object(&d.w);
    document_path(&d);
    for (size_t i = 0; m->nouns[i]; i++) {
        collection_path(&d, m->nouns[i]);
        row_path(&d, m->nouns[i]);
        verb_paths(&d, m->nouns[i]);
    }
    out_end(&d.w);
    TRY(components(&d));
    out_end(&d.w);
    return OK;
}
