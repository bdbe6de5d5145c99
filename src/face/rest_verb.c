/* A verb: its headers and body, the way through prepare and committer, and the answer. */
#include "face/rest.h"

#include "base/id.h"
#include "base/text.h"
#include "engine/merkle/merkle.h"
#include "face/sent.h"

#include <strings.h>

/* ---- what came ---- */

bool rest_key_valid(const char *key)
{
    size_t n = strlen(key);
    for (size_t i = 0; i < n; i++)
        if (key[i] < '!' || key[i] > '~')
            return false;
    return n >= 8 && n <= 200;
}

/* The same key may come again with the same body to the same row only. */
static struct value body_hash(struct call *c, const struct http_request *r)
{
    struct hash *hash = ARENA_NEW(c->arena, struct hash);
    *hash = sha256_3(&c->row_id, sizeof c->row_id, r->body ? r->body : "", r->body ? r->body_len : 0,
        &r->body_len, sizeof r->body_len);
    return v_blob(hash, sizeof *hash);
}

static enum status read_key(struct rest *q)
{
    struct call *c = q->call;
    const char *key = http_header(q->request, "Idempotency-Key");
    if (!key || c->verb->reads)
        return OK;
    if (!rest_key_valid(key))
        return call_refuse(
            c, PROBLEM_malformed, TR(c, "Idempotency-Key: send 8 to 200 visible ASCII characters"));
    c->idempotency_key = key;
    c->body_hash = body_hash(c, q->request);
    return OK;
}

/* If-Match: "7", or "7-sourced" (rest_etag()): the version counts. Another tag is that of no row of ours. */
static enum status read_if_match(struct rest *q)
{
    struct call *c = q->call;
    const char *tag = http_header(q->request, "If-Match");
    if (!tag || streq(tag, "*") || c->verb->on != ON_ROW)
        return OK;
    size_t inside = *tag == '"' ? strcspn(tag + 1, "\"") : 0;
    if (!inside || !streq(tag + 1 + inside, "\"") ||
        !parse_int(arena_strndup(c->arena, tag + 1, strcspn(tag + 1, "-\"")), &c->if_version) ||
        c->if_version < 1)
        return call_refuse(c, PROBLEM_stale, NULL);
    return OK;
}

static bool is_json(const char *type)
{
    size_t n = strlen(JSON_TYPE);
    return type && strncasecmp(type, JSON_TYPE, n) == 0 && (type[n] == 0 || type[n] == ';' || type[n] == ' ');
}

/* A file with its fields, for verbs that take one. */
static enum status read_multipart(struct rest *q, struct given **given, size_t *n)
{
    struct call *c = q->call;
    struct http_pair *pairs;
    const char *error;
    if (!sent_read(q->request, &pairs, n, &c->files, &c->n_files, &error))
        return call_refuse(c, PROBLEM_malformed, error);
    *given = ARENA_ARRAY(c->arena, *n + 1, struct given);
    for (size_t i = 0; i < *n; i++)
        (*given)[i] = (struct given){.name = pairs[i].name, .value = v_text(pairs[i].value), .loose = true};
    return OK;
}

enum status rest_body(struct rest *q, json_t **out)
{
    struct call *c = q->call;
    const struct http_request *r = q->request;
    const char *error, *type = http_header(r, "Content-Type");
    *out = NULL;
    if (r->body_path)
        return call_refuse(c, PROBLEM_too_large, NULL);
    if (!r->body_len && (!type || is_json(type)))
        return OK;
    if (!is_json(type))
        return call_refuse(c, PROBLEM_media_type, TR(c, "Send application/json"));
    *out = json_read(c->arena, r->body, r->body_len, &error);
    if (!*out)
        return call_refuse(c, PROBLEM_malformed, error);
    if (!json_is_object(*out))
        return call_refuse(c, PROBLEM_malformed, TR(c, "Send a JSON object"));
    return OK;
}

static bool is_bytes(const struct http_request *r)
{
    const char *type = http_header(r, "Content-Type");
    return type && strcasecmp(type, "application/octet-stream") == 0;
}

/* The body is the one file. */
static void read_bytes(struct rest *q)
{
    const struct http_request *r = q->request;
    struct sent_file *f = ARENA_NEW(q->call->arena, struct sent_file);
    *f = (struct sent_file){.field = "file",
        .name = "",
        .data = r->body_path ? NULL : r->body,
        .path = r->body_path,
        .len = r->body_len};
    q->call->files = f;
    q->call->n_files = r->body_len ? 1 : 0;
}

static enum status read_body(struct rest *q, struct given **given, size_t *n)
{
    json_t *body;
    *given = NULL;
    *n = 0;
    if (q->call->verb->files && q->call->verb->downloads && is_bytes(q->request)) {
        read_bytes(q);
        return OK;
    }
    if (q->call->verb->files && is_multipart(q->request))
        return read_multipart(q, given, n);
    TRY(rest_body(q, &body));
    if (body)
        given_from_json(q->call, body, given, n);
    return OK;
}

static enum status check_allowed(struct call *c)
{
    if (verb_allowed(c->verb, c->viewer))
        return OK;
    bool by_token = (c->verb->roles & ROLE_BIT(c->viewer->role)) != 0;
    return call_refuse(
        c, PROBLEM_forbidden, by_token ? TR(c, "The scopes of this token do not allow it") : NULL);
}

/* Everything up to a call that can be run; or replayed, which is the answer already. */
static enum status read_call(struct rest *q)
{
    struct call *c = q->call;
    struct given *given;
    struct row row;
    size_t n;
    c->verb = q->route.verb;
    c->row_id = q->route.id;
    TRY(check_allowed(c));
    TRY(read_key(q));
    TRY(read_body(q, &given, &n));
    TRY(verb_replay(c));
    if (c->replayed)
        return OK;
    if (c->verb->on == ON_ROW)
        TRY(noun_get(c, c->verb->noun, c->row_id, &row)); /* before its input is judged */
    TRY(read_if_match(q));
    return input_read(c, given, n, true);
}

/* ---- what goes ---- */

/* Headers of the answer, a few. */
struct headers {
    struct http_pair pairs[5]; /* ended by an empty one */
    size_t n;
};

static void add_header(struct headers *h, const char *name, const char *value)
{
    ASSERT(h->n + 1 < COUNT(h->pairs));
    h->pairs[h->n++] = (struct http_pair){name, value};
}

/* The row that the verb made or changed; false when the caller cannot see it (any more). */
static bool write_row(struct rest *q, int64_t id, struct json_out *w, struct headers *h)
{
    struct call *c = q->call;
    struct row row;
    if (!c->db || !id || noun_get(c, c->verb->noun, id, &row) != OK)
        return false;
    if (rest_row(q, c->verb->noun, &row, NULL, w) != OK)
        return false;
    add_header(h, "ETag", rest_etag(c->arena, c->verb->noun, &row));
    return true;
}

static void write_done(struct call *c, int64_t id, struct json_out *w)
{
    out_object(w);
    out_kv_bool(w, "ok", true);
    if (id)
        out_kv_string(w, "id", id_text(c->arena, c->verb->noun->prefix, id));
    out_end(w);
}

static void send_file(struct rest *q, const struct answer_file *f)
{
    struct http_reply reply = {.status = 200,
        .type = f->type,
        .file = f->path,
        .body = f->data,
        .len = f->len,
        .no_compress = f->data != NULL,
        .headers = {{"Content-Disposition", attachment_header(q->call->arena, f->name)}}};
    site_release(q->call);
    http_send(q->request, &reply);
}

static void answer(void *ctx, struct call *c, enum status status)
{
    struct rest *q = ctx;
    struct headers h = {0};
    if (status != OK) {
        rest_fail(q, status);
        return;
    }
    if (c->result_file) {
        send_file(q, c->result_file);
        return;
    }
    int64_t id = c->result_id ? c->result_id : c->row_id;
    bool made = c->result_id && c->verb == noun_creator(c->model, c->verb->noun);
    struct buf b = buf_in(c->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    if (c->result_json) {
        buf_adds(&b, c->result_json);
    } else if (!write_row(q, id, &w, &h)) {
        buf_clear(&b);
        w = json_out(&b);
        write_done(c, id, &w);
    }
    if (made)
        add_header(&h, "Location",
            arena_printf(c->arena, API_ROOT "/%s/%s", c->verb->noun->plural,
                id_text(c->arena, c->verb->noun->prefix, id)));
    if (c->replayed)
        add_header(&h, "Idempotent-Replayed", "true");
    if (c->verb->undo && id && verb_allowed(c->verb->undo, c->viewer))
        add_header(&h, "Link",
            arena_printf(c->arena, "<" API_ROOT "/%s/%s/%s>; rel=\"undo\"", c->verb->noun->plural,
                id_text(c->arena, c->verb->noun->prefix, id), c->verb->undo->name));
    rest_send(q, made ? 201 : 200, &b, h.pairs);
}

void rest_verb(struct rest *q)
{
    struct call *c = q->call;
    enum status status = read_call(q);
    if (status != OK || c->replayed)
        answer(q, c, status);
    else
        site_run_verb(q->site, c, answer, q);
}
