/* A verb on many rows: {"verb": .., "ids": [..] or "filter": "..", "input": {..}, "all_or_none": false}. */
#include "base/id.h"
#include "face/bulk.h"
#include "face/problem_json.h"
#include "face/rest.h"

/* ---- what came ---- */

static enum status read_rows(struct rest *q, struct bulk *b, json_t *ids, json_t *filter)
{
    struct call *c = q->call;
    struct list_query query;
    if (filter && !json_is_string(filter))
        return call_field(c, "filter", TR(c, "enter text"));
    if ((ids != NULL) == (filter != NULL))
        return call_field(c, "ids", TR(c, "give either ids or a filter"));
    if (filter) {
        TRY(rest_filter(q, json_string_value(filter), &query));
        return bulk_fit(c, b, &query);
    }
    size_t n = json_array_size(ids);
    if (!json_is_array(ids))
        return call_field(c, "ids", TR(c, "enter a list of texts"));
    const char **texts = ARENA_ARRAY(c->arena, n + 1, const char *);
    for (size_t i = 0; i < n; i++) {
        texts[i] = json_string_value(json_array_get(ids, i));
        if (!texts[i])
            return call_field(c, "ids", TR(c, "enter a list of texts"));
    }
    return bulk_pick(c, b, texts, n);
}

static enum status check_members(struct call *c, json_t *body)
{
    static const char *const known[] = {"verb", "ids", "filter", "input", "all_or_none"};
    const char *key;
    json_t *v;
    json_object_foreach(body, key, v)
    {
        bool found = false;
        for (size_t i = 0; i < COUNT(known); i++)
            found |= streq(known[i], key);
        if (!found)
            (void)call_field(c, key, TR(c, "is not a field of this"));
    }
    return c->problem ? REFUSED : OK;
}

/* Somebody who may do nothing to many rows of that is told so before the body is judged. */
static enum status check_allowed(struct call *c, const struct noun *noun)
{
    for (size_t i = 0; c->model->verbs[i]; i++)
        if (c->model->verbs[i]->noun == noun && bulk_verb(c, noun, c->model->verbs[i]->name))
            return OK;
    return call_refuse(c, PROBLEM_forbidden, NULL);
}

static enum status read_bulk(struct rest *q, struct bulk *b)
{
    struct call *c = q->call;
    json_t *body, *input, *whole;
    const char *key = http_header(q->request, "Idempotency-Key");
    TRY(check_allowed(c, q->route.noun));
    TRY(rest_body(q, &body));
    TRY(check_members(c, body));
    b->verb = bulk_verb(c, q->route.noun, json_string_value(json_object_get(body, "verb")));
    if (!b->verb)
        return call_field(c, "verb", TR(c, "name one that you may call on many rows"));
    if (key && (!rest_key_valid(key) || strlen(key) > 100))
        return call_refuse(
            c, PROBLEM_malformed, TR(c, "Idempotency-Key: send 8 to 100 visible ASCII characters"));
    b->job = key;
    b->strict = true;
    whole = json_object_get(body, "all_or_none");
    if (whole && !json_is_boolean(whole))
        return call_field(c, "all_or_none", TR(c, "say yes or no"));
    b->whole = json_is_true(whole);
    input = json_object_get(body, "input");
    if (input && !json_is_object(input))
        return call_field(c, "input", TR(c, "has a value of the wrong type"));
    if (input) {
        struct given *given;
        c->verb = b->verb; /* its fields say which members hold JSON */
        given_from_json(c, input, &given, &b->n_given);
        b->given = given;
    }
    return read_rows(q, b, json_object_get(body, "ids"), json_object_get(body, "filter"));
}

/* ---- what goes ---- */

static void out_row(struct call *c, struct json_out *w, const struct bulk *b, const struct bulk_row *r)
{
    out_object(w);
    out_kv_string(w, "id", id_text(c->arena, b->verb->noun->prefix, r->id));
    out_kv_bool(w, "ok", r->status == OK);
    if (r->status != OK) {
        struct buf problem = buf_in(c->arena, 1 << 16);
        problem_json(&problem, r->problem, call_lang(c), NULL);
        out_key(w, "problem");
        out_raw(w, buf_str(&problem));
    }
    out_end(w);
}

static void answer(void *ctx, struct call *c, enum status status)
{
    struct rest *q = ctx;
    const struct bulk *b = c->plan;
    if (status != OK) {
        rest_fail(q, status);
        return;
    }
    struct buf text = buf_in(c->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&text);
    out_object(&w);
    out_kv_string(&w, "verb", b->verb->name);
    out_kv_int(&w, "total", (int64_t)b->n);
    out_kv_int(&w, "done", (int64_t)b->n_done);
    out_kv_int(&w, "refused", (int64_t)(b->n - b->n_done));
    out_kv_int(&w, "more", b->more);
    out_key(&w, "items");
    out_array(&w);
    for (size_t i = 0; i < b->n; i++)
        out_row(c, &w, b, &b->rows[i]);
    out_end(&w);
    out_end(&w);
    rest_send(q, 200, &text, NULL);
}

void rest_bulk(struct rest *q)
{
    struct call *c = q->call;
    struct bulk *b = ARENA_NEW(c->arena, struct bulk);
    enum status status = read_bulk(q, b);
    c->plan = b;
    if (status != OK)
        rest_fail(q, status);
    else
        bulk_run(q->site, c, b, answer, q);
}
