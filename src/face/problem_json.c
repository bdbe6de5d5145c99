#include "face/problem_json.h"

#include "base/json.h"

void problem_json(struct buf *b, const struct problem *p, enum lang lang, const char *request_id)
{
    struct json_out w = json_out(b);
    char type[64];
    (void)snprintf(type, sizeof type, "/problems/%s", problem_name(p->code));
    out_object(&w);
    out_kv_string(&w, "type", type);
    out_kv_string(&w, "title", tr(lang, problem_title(p->code)));
    out_kv_int(&w, "status", problem_status(p->code));
    if (p->detail)
        out_kv_string(&w, "detail", p->detail);
    if (p->n_fields) {
        out_key(&w, "errors");
        out_array(&w);
        for (size_t i = 0; i < p->n_fields; i++) {
            out_object(&w);
            out_kv_string(&w, "field", p->fields[i].field);
            out_kv_string(&w, "message", p->fields[i].message);
            out_end(&w);
        }
        out_end(&w);
    }
    if (request_id)
        out_kv_string(&w, "request_id", request_id);
    out_end(&w);
}

void problem_send(struct http_request *r, const struct problem *p, enum lang lang, const char *allow)
{
    struct buf b = buf_in(r->arena, BUF_MAX_DEFAULT);
    int wait_s = p->retry_after_s ? p->retry_after_s : p->code == PROBLEM_unavailable ? 5 : 0;
    problem_json(&b, p, lang, r->id);
    struct http_reply reply = {
        .status = problem_status(p->code), .type = PROBLEM_TYPE, .body = buf_str(&b), .len = b.len};
    struct http_pair *h = reply.headers;
    if (p->code == PROBLEM_not_signed_in)
        *h++ = (struct http_pair){"WWW-Authenticate", "Bearer realm=\"Tandem\""};
    if (wait_s)
        *h++ = (struct http_pair){"Retry-After", arena_printf(r->arena, "%d", wait_s)};
    if (allow)
        *h++ = (struct http_pair){"Allow", allow};
    http_send(r, &reply);
}
