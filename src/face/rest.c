/* Who asks, for what: tokens, public documents, and the way to rest_list, rest_get and rest_verb. */
#include "face/rest.h"

#include "base/id.h"
#include "face/docs.h"
#include "face/openapi.h"
#include "face/postman.h"
#include "face/problem_json.h"

#include <strings.h>

/* ---- answers ---- */

void rest_fail(struct rest *q, enum status status)
{
    struct call *c = q->call;
    enum lang lang = call_lang(c);
    if (status != REFUSED || !c->problem)
        c->problem = problem_new(c->arena, PROBLEM_unavailable, NULL);
    site_release(c);
    problem_send(q->request, c->problem, lang, c->problem->code == PROBLEM_method ? q->route.allow : NULL);
}

void rest_send(struct rest *q, int status, struct buf *body, const struct http_pair *headers)
{
    struct http_reply reply = {.status = status};
    if (body) {
        ASSERT(!body->overflow);
        reply.type = JSON_TYPE;
        reply.body = buf_str(body);
        reply.len = body->len;
    }
    for (size_t i = 0; headers && headers[i].name; i++) {
        ASSERT(i + 1 < COUNT(reply.headers));
        reply.headers[i] = headers[i];
    }
    site_release(q->call);
    http_send(q->request, &reply);
}

/* ---- who ---- */

static const char *bearer(const struct http_request *r)
{
    const char *h = http_header(r, "Authorization");
    if (!h || strncasecmp(h, "Bearer ", 7) != 0)
        return NULL;
    h += 7;
    h += strspn(h, " ");
    return *h ? h : NULL;
}

/* Fills in the call's viewer from the request's token. */
static enum status sign_in(struct rest *q, struct viewer *viewer)
{
    struct call *c = q->call;
    const char *token = bearer(q->request);
    if (!token)
        return call_refuse(c, PROBLEM_not_signed_in, TR(c, "Send a token: Authorization: Bearer <token>"));
    TRY(site_begin(q->site, c));
    enum status status = token_viewer(c->db, c->arena, token, c->now, viewer);
    if (status == REFUSED)
        return call_refuse(c, PROBLEM_not_signed_in, TR(c, "This token is unknown, expired or revoked"));
    TRY(status);
    TRY(site_open(q->site, c));
    bool must = false;
    if (q->site->must)
        TRY(q->site->must(c, &must));
    return must ? call_refuse(c, PROBLEM_forbidden, TR(c, q->site->must_text)) : OK;
}

/* Until the token is known the viewer is nobody, in the language that the client asks for. */
static struct viewer *nobody(const struct http_request *r)
{
    struct viewer *v = ARENA_NEW(r->arena, struct viewer);
    const char *languages = http_header(r, "Accept-Language");
    v->lang = languages ? lang_parse(languages) : LANG_EN;
    return v;
}

/* ---- one row ---- */

const char *rest_etag(struct arena *a, const struct noun *noun, const struct row *row)
{
    struct buf b = buf_in(a, 1024);
    buf_addf(&b, "\"%lld", (long long)row->version);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].kept && row->v[i].kind == VALUE_TEXT)
            buf_addf(&b, "-%s", row->v[i].s);
    buf_addc(&b, '"');
    return buf_str(&b);
}

enum status rest_row(struct rest *q, const struct noun *noun, const struct row *row,
    const struct row_select *select, struct json_out *w)
{
    struct call *c = q->call;
    out_object(w);
    TRY(row_members(c, noun, row, select, w));
    if (q->site->row_json && !(select && select->some))
        q->site->row_json(c, noun, row, w);
    out_end(w);
    return OK;
}

/* Whether the list of a condition's header holds the tag; weak ones count as RFC 9110, 13.1.2 says. */
static bool etag_listed(const char *list, const char *etag)
{
    size_t n = strlen(etag);
    for (const char *p = list; *p; p += strcspn(p, ","), p += strspn(p, ", ")) {
        if (*p == '*')
            return true;
        if (strncmp(p, "W/", 2) == 0)
            p += 2;
        if (strncmp(p, etag, n) == 0 && (p[n] == 0 || p[n] == ',' || p[n] == ' '))
            return true;
    }
    return false;
}

static enum status read_select(struct rest *q, struct row_select *out)
{
    struct http_pair *pairs;
    size_t n;
    struct call *c = q->call;
    const char *query = q->request->query;
    enum status status = OK;
    *out = (struct row_select){0};
    if (!http_form_parse(c->arena, query, strlen(query), &pairs, &n))
        return call_refuse(c, PROBLEM_malformed, TR(c, "The query string is malformed"));
    for (size_t i = 0; i < n; i++) {
        if (streq(pairs[i].name, "fields")) {
            enum status parsed = row_select_parse(c, q->route.noun, pairs[i].value, out);
            status = parsed != OK ? parsed : status;
        } else {
            status = call_field(c, pairs[i].name, TR(c, "is not a parameter of this"));
        }
    }
    return status;
}

static enum status get(struct rest *q)
{
    struct call *c = q->call;
    const struct noun *noun = q->route.noun;
    struct row row;
    struct row_select select;
    int64_t survivor;
    TRY(read_select(q, &select));
    TRY(noun_get(c, noun, q->route.id, &row));
    TRY(noun_survivor(c, noun, &row, &survivor));
    if (survivor && noun_get(c, noun, survivor, &(struct row){0}) == OK) {
        const char *to = arena_printf(
            c->arena, API_ROOT "/%s/%s", noun->plural, id_text(c->arena, noun->prefix, survivor));
        /* Not for ever: it may be split again. */
        const struct http_pair moved[] = {{"Location", to}, {"Cache-Control", "no-store"}, {0}};
        rest_send(q, 308, NULL, moved);
        return OK;
    }
    c->problem = NULL;
    const char *etag = rest_etag(c->arena, noun, &row), *known = http_header(q->request, "If-None-Match");
    const struct http_pair headers[] = {{"ETag", etag}, {"Cache-Control", "private, no-cache"}, {0}};
    if (known && etag_listed(known, etag)) {
        rest_send(q, 304, NULL, headers);
        return OK;
    }
    struct buf b = buf_in(c->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    TRY(rest_row(q, noun, &row, &select, &w));
    rest_send(q, 200, &b, headers);
    return OK;
}

static void rest_get(struct rest *q)
{
    enum status status = get(q);
    if (status != OK)
        rest_fail(q, status);
}

/* ---- what ---- */

static void answer_options(struct rest *q)
{
    const struct http_pair headers[] = {{"Allow", q->route.allow}, {0}};
    rest_send(q, 204, NULL, headers);
}

static enum status find_route(struct rest *q, const char *path)
{
    struct call *c = q->call;
    q->route = dispatch(c->arena, c->model, q->request->method, path);
    if (!q->route.noun)
        return call_refuse(c, PROBLEM_not_found, NULL);
    if (!q->route.method_ok)
        return call_refuse(c, PROBLEM_method, NULL);
    if (!q->route.verb && !q->route.bulk && q->request->method != HTTP_OPTIONS &&
        !noun_readable(q->route.noun, c->viewer))
        return call_refuse(c, PROBLEM_forbidden, NULL);
    return OK;
}

static void serve(struct rest *q, struct viewer *viewer, const char *path)
{
    enum status status = sign_in(q, viewer);
    if (status == OK)
        status = find_route(q, path);
    if (status != OK)
        rest_fail(q, status);
    else if (q->request->method == HTTP_OPTIONS)
        answer_options(q);
    else if (q->route.bulk)
        rest_bulk(q);
    else if (q->route.verb)
        rest_verb(q);
    else if (q->route.export)
        rest_export(q);
    else if (q->route.has_id)
        rest_get(q);
    else
        rest_list(q);
}

/* ---- what anybody may read ---- */

/* Anybody reads what a partner would, of custom fields; with a token it is what its person sees. */
static enum status public_call(struct rest *q, struct viewer *viewer)
{
    if (bearer(q->request))
        return sign_in(q, viewer);
    viewer->role = ROLE_PARTNER_SELLER;
    viewer->scopes = SCOPE_READ;
    return site_snapshot(q->site, q->call);
}

static void serve_openapi(struct rest *q, struct viewer *viewer)
{
    struct buf b = buf_in(q->call->arena, BUF_MAX_DEFAULT);
    enum status status = public_call(q, viewer);
    if (status == OK)
        status = openapi_write(&b, q->call->arena, q->call->model, q->call, q->site->base_url);
    if (status == OK)
        rest_send(q, 200, &b, NULL);
    else
        rest_fail(q, status);
}

static void serve_postman(struct rest *q, struct viewer *viewer)
{
    struct call *c = q->call;
    struct buf b = buf_in(c->arena, BUF_MAX_DEFAULT);
    enum status status = public_call(q, viewer);
    if (status != OK) {
        rest_fail(q, status);
        return;
    }
    postman_write(&b, c->arena, c->model, c, q->site->base_url);
    rest_send(q, 200, &b, NULL);
}

static void serve_docs(struct rest *q, struct viewer *viewer, const char *plural)
{
    struct buf b = buf_in(q->call->arena, BUF_MAX_DEFAULT);
    enum status status = public_call(q, viewer);
    if (status == OK)
        status = docs_write(&b, q->site, q->call, plural, http_cookie(q->request, "theme"));
    if (status != OK) {
        rest_fail(q, status);
        return;
    }
    site_release(q->call);
    struct http_reply reply = {
        .status = 200, .type = "text/html; charset=utf-8", .body = buf_str(&b), .len = b.len};
    http_send(q->request, &reply);
}

/* A problem's type is an address, too: it leads to its line of the catalogue. */
static const char *problem_anchor(struct arena *a, const char *path)
{
    for (int i = 0; i < PROBLEM_COUNT; i++)
        if (streq(path, arena_printf(a, "/problems/%s", problem_name((enum problem_code)i))))
            return arena_printf(a, API_ROOT "/docs#problem-%s", problem_name((enum problem_code)i));
    return API_ROOT "/docs#problems";
}

static void send_to(struct rest *q, const char *where)
{
    const struct http_pair headers[] = {{"Location", where}, {0}};
    rest_send(q, 303, NULL, headers);
}

static bool serve_public(struct rest *q, struct viewer *viewer)
{
    const char *path = q->request->path;
    if (q->request->method != HTTP_GET && q->request->method != HTTP_HEAD)
        return false;
    if (streq(path, API_ROOT "/openapi.json"))
        serve_openapi(q, viewer);
    else if (streq(path, API_ROOT "/postman.json"))
        serve_postman(q, viewer);
    else if (streq(path, API_ROOT "/docs"))
        serve_docs(q, viewer, NULL);
    else if (strncmp(path, API_ROOT "/docs/", sizeof API_ROOT "/docs") == 0)
        serve_docs(q, viewer, path + sizeof API_ROOT "/docs");
    else if (streq(path, API_ROOT))
        send_to(q, API_ROOT "/docs");
    else if (strncmp(path, "/problems", 9) == 0)
        send_to(q, problem_anchor(q->call->arena, path));
    else
        return false;
    return true;
}

void rest_handle(struct site *s, struct http_request *r)
{
    struct viewer *viewer = nobody(r);
    struct rest *q = ARENA_NEW(r->arena, struct rest);
    *q = (struct rest){.site = s, .request = r};
    q->call = call_new(r->arena, s->model, viewer, instant_now());
    q->call->base_url = s->base_url; /* for links in mail */
    if (serve_public(q, viewer))
        return;
    size_t root = strlen(API_ROOT);
    serve(q, viewer, strncmp(r->path, API_ROOT, root) == 0 ? r->path + root : "/");
}
