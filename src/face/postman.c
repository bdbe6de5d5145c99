#include "face/postman.h"

#include "face/dispatch.h"
#include "face/example.h"

#define FORMAT "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

struct collection {
    struct json_out w;
    struct arena *arena;
    const struct model *model;
    struct schema schema;
};

/* What is done, as one request of the collection. */
struct request {
    const char *name, *text;
    struct example example;
    int status;
    const char *answer; /* JSON as people read it, or NULL */
};

/* ---- what is found before ---- */

/* Each step in its turn; Postman sends the request when the last one is answered. */
static const char *const script[] = {
    "const text = (value) => pm.variables.replaceIn(value);",
    "const find = () => {",
    "  const step = steps.shift();",
    "  if (!step) return;",
    "  pm.sendRequest({",
    "    url: text(`{{base_url}}${step.path}`),",
    "    method: step.method,",
    "    header: { Authorization: text(\"Bearer {{token}}\"), \"Content-Type\": \"application/json\" },",
    "    ...(step.body ? { body: { mode: \"raw\", raw: text(step.body) } } : {}),",
    "  }, (error, answer) => {",
    "    const found = step.take && step.take.reduce((at, key) => at?.[key], answer.json());",
    "    const value = typeof found === \"string\" ? found : JSON.stringify(found);",
    "    if (step.name) pm.variables.set(step.name, value);",
    "    find();",
    "  });",
    "};",
    "find();",
};

/* ".items[0].id" as its keys. */
static void out_keys(struct json_out *w, struct arena *a, const char *take)
{
    out_array(w);
    for (const char *p = take + strspn(take, ".[]"); *p;) {
        size_t n = strcspn(p, ".[]");
        out_string(w, arena_strndup(a, p, n));
        p += n;
        p += strspn(p, ".[]");
    }
    out_end(w);
}

static void by_name(struct buf *b, const struct example_step *step)
{
    buf_addf(b, "{{%s}}", step->name);
}

static const char *body_of(struct collection *p, const struct example *e, const struct example_step *step)
{
    return step->body ? example_fill(p->arena, e, step->body, by_name, false) : NULL;
}

static const char *steps_text(struct collection *p, const struct example *e)
{
    struct buf b = buf_in(p->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    out_array(&w);
    for (size_t i = 0; i + 1 < e->n; i++) {
        const struct example_step *step = &e->steps[i];
        out_object(&w);
        out_kv_string(&w, "method", step->method);
        out_kv_string(&w, "path", step->path);
        if (step->body)
            out_kv_string(&w, "body", body_of(p, e, step));
        if (step->name) {
            out_kv_string(&w, "name", step->name);
            out_key(&w, "take");
            out_keys(&w, p->arena, step->take);
        }
        out_end(&w);
    }
    out_end(&w);
    return arena_printf(p->arena, "const steps = %s;", buf_str(&b));
}

static void out_before(struct collection *p, const struct example *e)
{
    struct json_out *w = &p->w;
    if (e->n < 2)
        return;
    out_key(w, "event");
    out_array(w);
    out_object(w);
    out_kv_string(w, "listen", "prerequest");
    out_key(w, "script");
    out_object(w);
    out_kv_string(w, "type", "text/javascript");
    out_key(w, "exec");
    out_array(w);
    out_string(w, steps_text(p, e));
    for (size_t i = 0; i < COUNT(script); i++)
        out_string(w, script[i]);
    out_end(w);
    out_end(w);
    out_end(w);
    out_end(w);
}

/* ---- a request ---- */

static void out_query(struct json_out *w, struct arena *a, const char *query)
{
    out_key(w, "query");
    out_array(w);
    while (*query) {
        size_t n = strcspn(query, "&"), key = strcspn(query, "=");
        out_object(w);
        out_kv_string(w, "key", arena_strndup(a, query, key));
        out_kv_string(w, "value", arena_strndup(a, query + key + 1, n - key - 1));
        out_end(w);
        query += n + (query[n] != 0);
    }
    out_end(w);
}

static void out_url(struct collection *p, const char *path)
{
    struct json_out *w = &p->w;
    size_t n = strcspn(path, "?");
    out_key(w, "url");
    out_object(w);
    out_kv_string(w, "raw", arena_printf(p->arena, "{{base_url}}%s", path));
    out_key(w, "host");
    out_raw(w, "[\"{{base_url}}\"]");
    out_key(w, "path");
    out_array(w);
    for (const char *s = path + 1; s < path + n;) {
        size_t part = strcspn(s, "/?");
        out_string(w, arena_strndup(p->arena, s, part));
        s += part + 1;
    }
    out_end(w);
    if (path[n])
        out_query(w, p->arena, path + n + 1);
    out_end(w);
}

/* DESCRIBED: with what it is for. */
static void out_request(struct collection *p, const struct request *r, bool described)
{
    struct json_out *w = &p->w;
    const struct example_step *call = &r->example.steps[r->example.n - 1];
    out_object(w);
    out_kv_string(w, "method", call->method);
    out_key(w, "header");
    out_raw(w, call->body ? "[{\"key\":\"Content-Type\",\"value\":\"application/json\"}]" : "[]");
    if (call->body) {
        out_key(w, "body");
        out_object(w);
        out_kv_string(w, "mode", "raw");
        out_kv_string(w, "raw", body_of(p, &r->example, call));
        out_key(w, "options");
        out_raw(w, "{\"raw\":{\"language\":\"json\"}}");
        out_end(w);
    }
    out_url(p, call->path);
    if (described)
        out_kv_string(w, "description", r->text);
    out_end(w);
}

static void out_answer(struct collection *p, const struct request *r)
{
    struct json_out *w = &p->w;
    out_object(w);
    out_kv_string(w, "name", "Example");
    out_key(w, "originalRequest");
    out_request(p, r, false);
    out_kv_string(w, "status", r->status == 201 ? "Created" : "OK");
    out_kv_int(w, "code", r->status);
    out_kv_string(w, "_postman_previewlanguage", "json");
    out_key(w, "header");
    out_raw(w, "[{\"key\":\"Content-Type\",\"value\":\"application/json\"}]");
    out_key(w, "cookie");
    out_raw(w, "[]");
    out_kv_string(w, "body", r->answer);
    out_end(w);
}

static void out_item(struct collection *p, const struct request *r)
{
    struct json_out *w = &p->w;
    out_object(w);
    out_kv_string(w, "name", r->name);
    out_before(p, &r->example);
    out_key(w, "request");
    out_request(p, r, true);
    out_key(w, "response");
    out_array(w);
    if (r->answer)
        out_answer(p, r);
    out_end(w);
    out_end(w);
}

/* ---- folders ---- */

static void out_reads(struct collection *p, const struct noun *noun)
{
    const struct schema *s = &p->schema;
    struct request list = {.name = "List",
                       .text = "A page of rows.",
                       .status = 200,
                       .answer = sample_noun_text(s, noun, sample_list)},
                   one = {.name = "Read one",
                       .text = "A row as you see it.",
                       .status = 200,
                       .answer = sample_noun_text(s, noun, sample_row)},
                   file = {.name = "Export", .text = "The whole list as a file.", .status = 200};
    example_list(s, noun, &list.example);
    example_get(s, noun, &one.example);
    example_export(s, noun, &file.example);
    out_item(p, &list);
    out_item(p, &one);
    out_item(p, &file);
}

static void out_verb(struct collection *p, const struct verb *v)
{
    struct request r = {.name = v->label,
        .text = v->summary,
        .status = noun_creator(p->model, v->noun) == v ? 201 : 200,
        .answer = sample_answer_text(&p->schema, v)};
    example_verb(&p->schema, v, &r.example);
    out_item(p, &r);
}

static void out_folder(struct collection *p, const struct noun *noun)
{
    struct json_out *w = &p->w;
    out_object(w);
    out_kv_string(w, "name", noun->labels);
    out_kv_string(w, "description", noun->summary);
    out_key(w, "item");
    out_array(w);
    if (!noun->hidden)
        out_reads(p, noun);
    for (size_t i = 0; p->model->verbs[i]; i++)
        if (p->model->verbs[i]->noun == noun && verb_offered(p->model->verbs[i]))
            out_verb(p, p->model->verbs[i]);
    if (noun_bulk(p->model, noun)) {
        struct request r = {.name = "Act on many",
            .text = "Calls one verb on up to 1,000 rows.",
            .status = 200,
            .answer = sample_noun_text(&p->schema, noun, sample_bulk)};
        example_bulk(&p->schema, noun, &r.example);
        out_item(p, &r);
    }
    out_end(w);
    out_end(w);
}

void postman_write(
    struct buf *out, struct arena *a, const struct model *m, struct call *c, const char *server)
{
    struct collection p = {.w = json_out(out), .arena = a, .model = m, .schema = schema_of(a, m, c)};
    struct json_out *w = &p.w;
    out_object(w);
    out_key(w, "info");
    out_raw(w, "{\"name\":\"Tandem\",\"description\":\"Set the variable token to an API token of yours. Each "
               "request finds what it needs, then does what it says.\",\"schema\":\"" FORMAT "\"}");
    out_key(w, "auth");
    out_raw(w,
        "{\"type\":\"bearer\",\"bearer\":[{\"key\":\"token\",\"value\":\"{{token}}\",\"type\":\"string\"}]}");
    out_key(w, "variable");
    out_array(w);
    out_object(w);
    out_kv_string(w, "key", "base_url");
    out_kv_string(w, "value", arena_printf(a, "%s" API_ROOT, server ? server : ""));
    out_end(w);
    out_raw(w, "{\"key\":\"token\",\"value\":\"\"}");
    out_end(w);
    out_key(w, "item");
    out_array(w);
    for (size_t i = 0; m->nouns[i]; i++)
        if (noun_offered(m, m->nouns[i]))
            out_folder(&p, m->nouns[i]);
    out_end(w);
    out_end(w);
}
