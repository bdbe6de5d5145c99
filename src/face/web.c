#include "face/web.h"
#include "base/id.h"
#include "face/derived.h"
#include "face/web_visit.h"

/* ---- who ---- */

const char *visit_cookie_name(const struct http_request *r, bool session)
{
    if (r->tls)
        return session ? "__Host-tandem" : "__Host-tandem-form";
    return session ? "tandem" : "tandem-form";
}

#define SEEN_EVERY_US (5 * 60 * US_PER_SECOND)

static void seen(void *ctx, struct call *c, enum status s)
{
    (void)ctx;
    (void)s; /* the next request tries again */
    arena_free(c->arena);
}

/* Nobody waits for it. */
static void write_down(struct visit *v, const struct verb *verb, int64_t row_id)
{
    struct site *s = v->site;
    struct call *c = call_new(arena_new(), s->model, &system_viewer, v->call->now);
    c->verb = verb;
    c->row_id = row_id;
    c->db = v->call->db;
    if (s->open_call && s->open_call(s->open_ctx, c) != OK) {
        arena_free(c->arena);
        return;
    }
    c->db = NULL;
    committer_submit_background(s->committer, c, seen, NULL);
}

/* That the session is in use. */
static void write_down_use(struct visit *v)
{
    if (v->site->seen && v->call->now.us - v->viewer.session_seen.us >= SEEN_EVERY_US)
        write_down(v, v->site->seen, v->viewer.session_id);
}

/* Whatever is answered there: an address below such a page may be wrong, and so may its method. */
static bool sets_cookies(const struct visit *v)
{
    for (size_t i = 0; v->site->pages[i]; i++) {
        const struct page *p = v->site->pages[i];
        if (p->cookieless && strncmp(v->http->path, p->path, strcspn(p->path, ":")) == 0)
            return false;
    }
    return true;
}

static enum status read_session(struct visit *v)
{
    struct http_request *r = v->http;
    const char *secret = http_cookie(r, visit_cookie_name(r, true));
    if (!secret || strlen(secret) >= 100)
        return OK;
    v->call->session = secret;
    enum status s = session_viewer(v->call->db, r->arena, secret, v->call->now, &v->viewer);
    v->signed_in = s == OK;
    v->secret = s == OK ? secret : NULL;
    return s == REFUSED ? OK : s;
}

static enum status find_viewer(struct visit *v)
{
    struct http_request *r = v->http;
    v->viewer = (struct viewer){
        .role = ROLE_NONE, .scopes = SCOPE_ALL, .lang = lang_parse(http_header(r, "Accept-Language"))};
    TRY(site_begin(v->site, v->call));
    TRY(read_session(v));
    TRY(site_open(v->site, v->call));
    if (v->signed_in) {
        write_down_use(v);
        return v->site->must ? v->site->must(v->call, &v->must) : OK;
    }
    v->secret = http_cookie(r, visit_cookie_name(r, false));
    if (!v->secret || strlen(v->secret) < 40 || strlen(v->secret) > 100) {
        v->secret = secret_new(r->arena);
        v->new_cookie = sets_cookies(v) ? v->secret : NULL;
    }
    return OK;
}

/* ---- finding the page ---- */

/* "/registrations/:id/receipt" against a path; parameters in their order. */
static bool path_matches(struct visit *v, const char *pattern, const char *path)
{
    size_t n = 0;
    while (*pattern && *path) {
        if (*pattern == ':') {
            size_t len = strcspn(path, "/");
            if (!len || n == COUNT(v->page.param))
                return false;
            v->page.param[n++] = arena_strndup(v->http->arena, path, len);
            path += len;
            pattern += strcspn(pattern, "/");
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return !*pattern && !*path;
}

bool visit_find_target(struct visit *v, const char *path, struct target *t)
{
    struct arena *a = v->http->arena;
    const char *part[4] = {0};
    size_t n = 0;
    *t = (struct target){0};
    for (const char *p = path + 1; *p && n < 4;) {
        size_t len = strcspn(p, "/");
        part[n++] = arena_strndup(a, p, len);
        p += len + (p[len] != 0);
    }
    if (!n || n > 3)
        return false;
    char *dot = strrchr(part[0], '.');
    if (n == 1 && dot && (t->format = export_kind(dot + 1)))
        *dot = 0;
    t->noun = model_noun_by_plural(v->site->model, part[0]);
    if (!t->noun)
        return false;
    if (n == 1)
        return true;
    if (id_parse(t->noun->prefix, part[1], &t->id)) {
        t->verb = n == 3 ? model_verb(v->site->model, t->noun, part[2]) : NULL;
        return n == 2 || (t->verb && t->verb->on == ON_ROW);
    }
    t->verb = n == 2 ? model_verb(v->site->model, t->noun, part[1]) : NULL;
    return t->verb && t->verb->on == ON_COLLECTION;
}

bool visit_within_page(const struct verb *verb)
{
    return verb->hidden && verb->reads;
}

/* A verb's form ("/programme-drafts/create") is none of the rows that a page shows ("/programme-drafts/:id").
 */
const struct page *visit_find_page(struct visit *v, const char *path)
{
    struct target t;
    bool form = visit_find_target(v, path, &t) && t.verb && t.verb->on == ON_COLLECTION;
    for (size_t i = 0; v->site->pages[i]; i++) {
        const char *pattern = v->site->pages[i]->path;
        if (!(form && strchr(pattern, ':')) && path_matches(v, pattern, path))
            return v->site->pages[i];
    }
    return NULL;
}

static enum status show_target(struct visit *v, struct html *h, const struct target *t)
{
    struct call *c = v->call;
    if (t->verb) {
        if (!verb_allowed(t->verb, c->viewer) || visit_within_page(t->verb))
            return call_refuse(c, PROBLEM_not_found, NULL);
        return derived_form(c, &v->page, h, t->verb, t->id);
    }
    if (!noun_readable(t->noun, c->viewer))
        return call_refuse(c, PROBLEM_not_found, NULL);
    if (t->format)
        return derived_export(c, &v->page, t->noun, t->format);
    return t->id ? derived_record(c, &v->page, h, t->noun, t->id) : derived_list(c, &v->page, h, t->noun);
}

/* A stranger's page that is not there looks as any other address that is not. */
static enum status show_own(struct visit *v, struct html *h, const struct page *page)
{
    struct call *c = v->call;
    v->shell.title = tr(v->viewer.lang, page->title);
    if (!visit_may_see(page, &v->viewer))
        return call_refuse(c, PROBLEM_not_found, NULL);
    enum status s = page->show(c, &v->page, h);
    v->shell.stranger = page->stranger && s != REFUSED;
    if (page->seen && s == OK && v->page.seen_id && !v->http->head)
        write_down(v, page->seen, v->page.seen_id);
    return s;
}

/* Shows the page at PATH; after a refused POST, with v->page.problem set. */
void visit_show(struct visit *v, const char *path)
{
    struct call *c = v->call;
    struct buf inside = buf_in(v->http->arena, BUF_MAX_DEFAULT);
    struct html h = visit_html(v, &inside);
    struct target t = {0};
    v->page.path = path;
    const struct page *page = visit_find_page(v, path);
    if (v->must && !(page && ((page->roles & SIGNED_OUT) || streq(path, v->site->must_page)))) {
        visit_redirect(v, v->site->must_page);
        return;
    }
    const struct noun *many = v->signed_in ? visit_bulk_noun(v, path) : NULL;
    if (many) {
        visit_bulk_show(v, many);
        return;
    }
    bool search = !page && streq(path, "/search");
    if (!page && !search && !visit_find_target(v, path, &t)) {
        visit_send_problem(v, problem_new(c->arena, PROBLEM_not_found, NULL));
        return;
    }
    if (!v->signed_in && !(page && (page->roles & SIGNED_OUT))) {
        struct buf to = buf_in(c->arena, 8192);
        buf_adds(&to, "/sign-in?next=");
        buf_add_url(&to, path);
        visit_redirect(v, buf_str(&to));
        return;
    }
    enum status s;
    if (page)
        s = show_own(v, &h, page);
    else
        s = search ? derived_search(c, &v->page, &h) : show_target(v, &h, &t);
    if (s != OK)
        visit_send_problem(v, s == REFUSED ? c->problem : NULL);
    else
        visit_send_framed(v, &inside, page && page->bare);
}

/* ---- the whole ---- */

/* Browsers drop tabs and line breaks from addresses before they read them: "/<tab>/evil" is "//evil". */
const char *local_path(const char *path)
{
    if (!path || path[0] != '/' || path[1] == '/' || path[1] == '\\')
        return NULL;
    for (const unsigned char *p = (const unsigned char *)path; *p; p++)
        if (*p <= ' ' || *p == 0x7F)
            return NULL;
    return path;
}

const char *page_query(const struct page_request *r, const char *name)
{
    return r->http ? http_query(r->http, name) : NULL;
}

const char *given_text(const struct page_request *r, const char *field)
{
    for (size_t i = 0; i < r->n_given; i++)
        if (streq(r->given[i].name, field))
            return r->given[i].value.kind == VALUE_TEXT ? r->given[i].value.s : NULL;
    return NULL;
}

const char *field_message(const struct page_request *r, const char *field)
{
    for (size_t i = 0; r->problem && i < r->problem->n_fields; i++)
        if (streq(r->problem->fields[i].field, field))
            return r->problem->fields[i].message;
    return NULL;
}

void web_handle(struct site *s, struct http_request *r)
{
    struct visit *v = ARENA_NEW(r->arena, struct visit);
    v->site = s;
    v->http = r;
    v->call = call_new(r->arena, s->model, &v->viewer, instant_now());
    v->call->base_url = s->base_url;
    v->call->peer = r->peer;
    v->call->agent = http_header(r, "User-Agent");
    v->call->throttle = s->throttle;
    v->page = (struct page_request){.http = r,
        .base_url = s->base_url,
        .fragment = http_header(r, "HX-Request") != NULL,
        .shell = &v->shell,
        .model = s->model,
        .log_key = s->log_key};
    enum status st = find_viewer(v);
    if (st == OK)
        v->page.csrf = csrf_token(r->arena, v->secret);
    if (st != OK) {
        visit_send_problem(v, NULL);
        return;
    }
    visit_fill_shell(v);
    if (r->method == HTTP_POST)
        visit_post(v);
    else if (r->method == HTTP_GET || r->method == HTTP_HEAD)
        visit_show(v, r->path);
    else
        visit_send_problem(v, problem_new(r->arena, PROBLEM_method, NULL));
}
