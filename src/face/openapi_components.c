/* What the operations refer to. */
#include "face/dispatch.h"
#include "face/openapi_parts.h"
#include "face/problem_json.h"
#include "model/custom.h"

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
    "\"UndoLink\":{\"description\":\"What takes it back, as rel=undo: POST "
    "there.\",\"schema\":{\"type\":\"string\"}},"
    "\"IdempotentReplayed\":{\"description\":\"true: the answer to the first call with this "
    "key.\",\"schema\":"
    "{\"type\":\"string\"}},"
    "\"RetryAfter\":{\"description\":\"Seconds to wait.\",\"schema\":{\"type\":\"integer\"}}}";

static const char bulk_schema[] =
    "{\"type\":\"object\",\"required\":[\"verb\",\"total\",\"done\",\"refused\",\"more\",\"items\"],"
    "\"properties\":{\"verb\":{\"type\":\"string\"},\"total\":{\"type\":\"integer\"},\"done\":{\"type\":"
    "\"integer\"},\"refused\":{\"type\":\"integer\"},\"more\":{\"type\":\"integer\",\"description\":\"Rows "
    "that fit the filter beyond the first 1,000.\"},\"items\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"object\",\"required\":[\"id\",\"ok\"],\"properties\":{\"id\":{\"type\":\"string\"},\"ok\":{\"type\":"
    "\"boolean\"},\"problem\":{\"$ref\":\"#/components/schemas/Problem\"}}}}}}";

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
    out_key(w, "request_id");
    out_raw(w, "{\"type\":\"string\",\"description\":\"What the server's log calls this request; also in the "
               "header X-Request-Id.\"}");
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
        if (!first_of_status(i) || status == 405)
            continue; /* told by no operation of this document */
        out_key(w, arena_printf(d->arena, "Problem%d", status));
        out_object(w);
        out_kv_string(w, "description", status_text(d->arena, status));
        if (status == 429 || status == 503) {
            out_key(w, "headers");
            out_raw(w, "{\"Retry-After\":{\"$ref\":\"#/components/headers/RetryAfter\"}}");
        }
        doc_open_content(w, PROBLEM_TYPE);
        doc_ref(w, "schemas", "Problem");
        doc_close_content(w);
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
        if (v->noun != noun || !verb_offered(v) || !doc_has_input(v))
            continue;
        out_key(&d->w, type_name(d->arena, noun->name, v->name));
        schema_input(&d->w, &d->schema, v, custom, n);
    }
    return OK;
}

enum status doc_components(struct document *d)
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
    out_key(w, "BulkResult");
    out_raw(w, bulk_schema);
    for (size_t i = 0; d->model->nouns[i]; i++)
        if (noun_offered(d->model, d->model->nouns[i]))
            TRY(noun_schemas(d, d->model->nouns[i]));
    out_end(w);
    out_end(w);
    return OK;
}
