#include "face/openapi.h"

#include "face/dispatch.h"
#include "face/openapi_parts.h"

/* ---- pieces ---- */

void doc_ref(struct json_out *w, const char *kind, const char *name)
{
    char target[200];
    (void)snprintf(target, sizeof target, "#/components/%s/%s", kind, name);
    out_object(w);
    out_kv_string(w, "$ref", target);
    out_end(w);
}

void doc_key_ref(struct json_out *w, const char *key, const char *kind, const char *name)
{
    out_key(w, key);
    doc_ref(w, kind, name);
}

void doc_open_content(struct json_out *w, const char *type)
{
    out_key(w, "content");
    out_object(w);
    out_key(w, type);
    out_object(w);
    out_key(w, "schema");
}

void doc_close_content(struct json_out *w)
{
    out_end(w);
    out_end(w);
}

bool doc_has_input(const struct verb *v)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    for (size_t i = 0; i < n; i++)
        if (field_in_input(v, &fields[i]))
            return true;
    return false;
}

/* ---- the whole ---- */

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
    out_key(&d->w, API_ROOT "/postman.json");
    out_raw(&d->w,
        "{\"get\":{\"operationId\":\"postman\",\"summary\":\"Postman collection\",\"description\":\"The same "
        "as a collection (format 2.1): a folder for each noun, the token as a variable.\",\"tags\":"
        "[\"Documentation\"],\"security\":[],\"responses\":{\"200\":{\"description\":\"The collection.\","
        "\"content\":{\"application/json\":{\"schema\":{\"type\":\"object\"}}}},"
        "\"401\":{\"$ref\":\"#/components/responses/Problem401\"},"
        "\"503\":{\"$ref\":\"#/components/responses/Problem503\"}}}}");
}

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
    struct document d = {.w = json_out(out), .arena = a, .model = m, .call = c, .schema = schema_of(a, m, c)};
    out_object(&d.w);
    head(&d, server);
    out_key(&d.w, "paths");
    out_object(&d.w);
    document_path(&d);
    for (size_t i = 0; m->nouns[i]; i++)
        doc_paths(&d, m->nouns[i]);
    out_end(&d.w);
    TRY(doc_components(&d));
    out_end(&d.w);
    return OK;
}
