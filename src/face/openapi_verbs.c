/* The operations that do something: a verb on a collection, on a row, on many rows. */
#include "face/dispatch.h"
#include "face/openapi_parts.h"

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
    buf_adds(&b, doc_with_roles(d, v->summary, v->roles));
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
    if (v->downloads) {
        out_key(w, "content");
        out_raw(w, "{\"*/*\":{}}");
        return;
    }
    doc_open_content(w, "application/json");
    if (v->reads || v->answers) {
        out_raw(w, "{\"type\":\"object\"}");
    } else {
        out_object(w);
        out_key(w, "anyOf");
        out_array(w);
        doc_ref(w, "schemas", type_name(d->arena, v->noun->name, NULL));
        doc_ref(w, "schemas", "Done");
        out_end(w);
        out_end(w);
    }
    out_key(w, "example");
    sample_answer(w, &d->schema, v);
    doc_close_content(w);
}

void doc_verb_operation(struct document *d, const struct verb *v)
{
    static const int on_row[] = {400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 503, 0},
                     on_collection[] = {400, 401, 403, 409, 413, 415, 422, 429, 503, 0};
    struct example example;
    bool makes = noun_creator(d->model, v->noun) == v;
    const char *method = verb_method(v);
    struct json_out *w = &d->w;
    doc_begin_operation(d,
        streq(method, "PATCH")    ? "patch"
        : streq(method, "DELETE") ? "delete"
                                  : "post",
        v->noun, v->name, v->label, v->roles);
    out_kv_string(w, "description", verb_description(d, v));
    example_verb(&d->schema, v, &example);
    doc_example(d, &example);
    verb_parameters(d, v);
    request_body(d, v);
    doc_begin_success(d, makes ? "201" : "200", makes ? "Made; the row as you see it." : "Done.");
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
    doc_end_operation(d, v->on == ON_ROW ? on_row : on_collection);
}

/* A verb on many rows. */
void doc_bulk_path(struct document *d, const struct noun *noun)
{
    static const int refusals[] = {400, 401, 403, 409, 413, 415, 422, 429, 503, 0};
    struct json_out *w = &d->w;
    struct example example;
    if (!noun_bulk(d->model, noun))
        return;
    out_key(w, arena_printf(d->arena, API_ROOT "/%s/bulk", noun->plural));
    out_object(w);
    doc_begin_operation(d, "post", noun, "bulk", arena_printf(d->arena, "Act on many %s", noun->plural),
        noun_bulk(d->model, noun)->roles);
    example_bulk(&d->schema, noun, &example);
    doc_example(d, &example);
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
    doc_begin_success(d, "200", "What became of each row.");
    doc_open_content(w, "application/json");
    doc_ref(w, "schemas", "BulkResult");
    doc_answer(d, sample_bulk, noun);
    doc_close_content(w);
    doc_end_operation(d, refusals);
    out_end(w);
}
