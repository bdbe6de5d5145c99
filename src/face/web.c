#include "face/web.h"

#include "base/id.h"
#include "base/log.h"
#include "face/derived.h"
#include "face/sent.h"
#include "runtime/mail.h"
#include "web/shell.html.h"

#include <stdlib.h>

/* One visit: the request, who makes it, and the call that answers it. */
struct visit {
    struct site *site;
    struct http_request *http;
    struct viewer viewer;
    struct call *call;
    bool signed_in;
    const char *secret;     /* of the session, or of a signed-out visitor's form cookie */
    const char *new_cookie; /* a form cookie to set */
    struct shell shell;
    struct page_request page;
    /* of a POST */
    struct http_pair *pairs;
    size_t n_pairs;
    const struct verb *verb;
};

/* ---- who ---- */

static const char *cookie_name(const struct http_request *r, bool session)
{
    if (r->tls)
        return session ? "__Host-tandem" : "__Host-tandem-form";
    return session ? "tandem" : "tandem-form";
}

static enum status find_viewer(struct visit *v)
{
    struct http_request *r = v->http;
    const char *secret = http_cookie(r, cookie_name(r, true));
    v->viewer = (struct viewer){
        .role = ROLE_NONE, .scopes = SCOPE_ALL, .lang = lang_parse(http_header(r, "Accept-Language"))};
    if (secret && strlen(secret) < 100) {
        enum status s = session_viewer(v->call->db, r->arena, secret, v->call->now, &v->viewer);
        if (s == OK) {
            v->signed_in = true;
            v->secret = v->call->session = secret;
            return OK;
        }
        if (s != REFUSED)
            return s;
    }
    v->secret = http_cookie(r, cookie_name(r, false));
    if (!v->secret || strlen(v->secret) < 40 || strlen(v->secret) > 100)
        v->secret = v->new_cookie = secret_new(r->arena);
    return OK;
}

/* ---- replies ---- */

static const char *cookie(struct visit *v, bool session, const char *value, int64_t seconds)
{
    const char *life = seconds ? arena_printf(v->http->arena, "; Max-Age=%lld", (long long)seconds) : "";
    return arena_printf(v->http->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
        cookie_name(v->http, session), value, life, v->http->tls ? "; Secure" : "");
}

static void redirect(struct visit *v, const char *to)
{
    struct http_reply reply = {.status = 303, .headers = {{"Location", to}}};
    struct call *c = v->call;
    if (c->session_secret)
        reply.headers[1] = (struct http_pair){"Set-Cookie",
            cookie(v, true, c->session_secret, c->session_trusted ? SESSION_DAYS * INT64_C(86400) : 0)};
    else if (c->session_clear)
        reply.headers[1] = (struct http_pair){"Set-Cookie", cookie(v, true, "", -1)};
    http_send(v->http, &reply);
}

static void send_page(struct visit *v, struct buf *body, const char *type)
{
    struct http_reply reply = {.status = v->page.status ? v->page.status : 200,
        .type = type ? type : "text/html; charset=utf-8",
        .body = buf_str(body),
        .len = body->len};
    size_t n = 0;
    if (v->new_cookie)
        reply.headers[n++] = (struct http_pair){"Set-Cookie", cookie(v, false, v->new_cookie, 0)};
    if (v->page.file_name)
        reply.headers[n++] = (struct http_pair){"Content-Disposition",
            arena_printf(v->http->arena, "attachment; filename=\"%s\"", v->page.file_name)};
    http_send(v->http, &reply);
}

/* A local path, so that nobody is sent elsewhere. */
static const char *local_path(const char *path)
{
    return path && path[0] == '/' && path[1] != '/' && path[1] != '\\' && !strpbrk(path, "\r\n") ? path
                                                                                                 : NULL;
}

/* ---- the frame ---- */

static bool may_see(const struct page *p, const struct viewer *viewer)
{
    return (p->roles & SIGNED_OUT) || (viewer->role && (p->roles & ROLE_BIT(viewer->role)));
}

static struct shell_item nav_item(
    struct visit *v, const char *label, const char *href, const char *icon, const char *key)
{
    const char *path = v->page.path ? v->page.path : v->http->path; /* the page that is shown after a POST */
    size_t n = strlen(href);
    bool here = strncmp(path, href, n) == 0 && (!path[n] || path[n] == '/');
    return (struct shell_item){
        .label = tr(v->viewer.lang, label), .href = href, .icon = icon, .key = key, .current = here};
}

#define NAV_GROUPS 8
#define NAV_ITEMS  16

static void add_item(struct visit *v, struct shell_group *groups, const char *group, struct shell_item item)
{
    struct shell *s = &v->shell;
    const char *label = *group ? tr(v->viewer.lang, group) : NULL;
    size_t g = 0;
    while (g < s->n_groups && !streq(groups[g].label, label))
        g++;
    ASSERT(g < NAV_GROUPS);
    if (g == s->n_groups) {
        groups[g] = (struct shell_group){
            .label = label, .items = ARENA_ARRAY(v->http->arena, NAV_ITEMS, struct shell_item)};
        s->n_groups++;
    }
    ASSERT(groups[g].n < NAV_ITEMS);
    ((struct shell_item *)(uintptr_t)groups[g].items)[groups[g].n++] = item;
}

static bool has_page(const struct site *s, const char *path)
{
    for (size_t i = 0; s->pages[i]; i++)
        if (streq(s->pages[i]->path, path))
            return true;
    return false;
}

/* The pages of the first group, or those of all others. */
static void add_pages(struct visit *v, struct shell_group *groups, struct shell_item *tabs, bool first)
{
    struct shell *s = &v->shell;
    for (size_t i = 0; v->site->pages[i]; i++) {
        const struct page *p = v->site->pages[i];
        if (!p->nav || !*p->nav != first || !may_see(p, &v->viewer))
            continue;
        struct shell_item item = nav_item(v, p->title, p->path, p->icon, p->key);
        add_item(v, groups, p->nav, item);
        if (p->tab && s->n_tabs < 4)
            tabs[s->n_tabs++] = item;
    }
}

/* What one works with first, then the records by group, then the pages that stand with them. */
static void add_nav(struct visit *v)
{
    struct arena *a = v->http->arena;
    struct shell_group *groups = ARENA_ARRAY(a, NAV_GROUPS, struct shell_group);
    struct shell_item *tabs = ARENA_ARRAY(a, 4, struct shell_item);
    struct shell *s = &v->shell;
    s->groups = groups;
    s->tabs = tabs;
    add_pages(v, groups, tabs, true);
    for (size_t i = 0; v->site->model->nouns[i]; i++) {
        const struct noun *noun = v->site->model->nouns[i];
        const char *href = arena_printf(a, "/%s", noun->plural);
        if (noun->nav && noun_readable(noun, &v->viewer) && !has_page(v->site, href))
            add_item(v, groups, noun->nav, nav_item(v, noun->labels, href, noun->icon, NULL));
    }
    add_pages(v, groups, tabs, false);
}

static void add_toast(struct visit *v)
{
    const char *did = page_query(&v->page, "did");
    const char *dot = did ? strchr(did, '.') : NULL;
    if (!dot || strlen(did) > 80)
        return;
    const struct noun *noun =
        model_noun(v->site->model, arena_strndup(v->http->arena, did, (size_t)(dot - did)));
    const struct verb *verb = noun ? model_verb(v->site->model, noun, dot + 1) : NULL;
    if (verb)
        v->shell.toast.text = tr(v->viewer.lang, verb->done ? verb->done : verb->label);
}

/* What people who are not signed in may see, and the way in. */
static void add_public_links(struct visit *v)
{
    struct shell_item *links = ARENA_ARRAY(v->http->arena, 6, struct shell_item);
    for (size_t i = 0; v->site->pages[i] && v->shell.n_links < 5; i++) {
        const struct page *p = v->site->pages[i];
        if (p->nav && (p->roles & SIGNED_OUT))
            links[v->shell.n_links++] = nav_item(v, p->title, p->path, p->icon, NULL);
    }
    links[v->shell.n_links++] = nav_item(v, N_("Sign in"), "/sign-in", NULL, NULL);
    v->shell.links = links;
}

/* Once it is known which page stands in the frame. */
static void add_ways(struct visit *v)
{
    if (!v->signed_in) {
        add_public_links(v);
        return;
    }
    add_nav(v);
    if (v->site->nav)
        v->site->nav(v->call, &v->shell);
}

static void fill_shell(struct visit *v)
{
    struct shell *s = &v->shell;
    const char *theme = http_cookie(v->http, "theme");
    s->programme = v->call->catalog ? v->call->catalog->vendor : NULL;
    s->theme = streq(theme, "dark") ? "dark" : streq(theme, "light") ? "light" : NULL;
    s->csrf = v->page.csrf;
    if (!v->signed_in)
        return;
    s->person = v->viewer.name;
    s->partner_side = role_audience(v->viewer.role) == PARTNER;
    s->person_sub = s->partner_side ? v->viewer.partner_name : tr(v->viewer.lang, role_label(v->viewer.role));
    add_toast(v);
}

static struct html html_for(struct visit *v, struct buf *b)
{
    const struct zone *zone = v->viewer.zone     ? v->viewer.zone
                              : v->call->catalog ? v->call->catalog->zone
                                                 : NULL;
    return (struct html){.b = b,
        .arena = v->http->arena,
        .lang = v->viewer.lang,
        .zone = zone,
        .now = v->call->now,
        .page = &v->page};
}

/* Frames what a page wrote; fragments and downloads go out as they are. */
static void send_framed(struct visit *v, struct buf *inside, bool bare)
{
    if (v->page.redirect) {
        redirect(v, v->page.redirect);
        return;
    }
    if (bare || v->page.fragment || v->page.file_name) {
        send_page(v, inside, v->page.type);
        return;
    }
    struct buf whole = buf_in(v->http->arena, BUF_MAX_DEFAULT);
    struct html h = html_for(v, &whole);
    add_ways(v);
    if (v->signed_in)
        shell_begin(&h, &v->shell);
    else
        shell_public_begin(&h, &v->shell);
    buf_add(&whole, inside->p, inside->len);
    if (v->signed_in)
        shell_end(&h, &v->shell);
    else
        shell_public_end(&h, &v->shell);
    send_page(v, &whole, NULL);
}

static void send_problem(struct visit *v, const struct problem *p)
{
    struct buf inside = buf_in(v->http->arena, 1 << 20);
    struct html h = html_for(v, &inside);
    enum problem_code code = p ? p->code : PROBLEM_unavailable;
    v->page.status = problem_status(code);
    v->shell.title = tr(v->viewer.lang, problem_title(code));
    const struct part_empty empty = {.icon = "flag",
        .title = v->shell.title,
        .text = p && p->detail ? p->detail : "",
        .action = tr(v->viewer.lang, N_("Start page")),
        .action_href = "/"};
    part_empty(&h, &empty);
    v->page.fragment = false;
    send_framed(v, &inside, false);
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

static const struct page *find_page(struct visit *v, const char *path)
{
    for (size_t i = 0; v->site->pages[i]; i++)
        if (path_matches(v, v->site->pages[i]->path, path))
            return v->site->pages[i];
    return NULL;
}

/* What a path below a noun means: /<plural>[/<id>][/<verb>], /<plural>.csv */
struct target {
    const struct noun *noun;
    const struct verb *verb;
    int64_t id;
    bool csv;
};

static bool find_target(struct visit *v, const char *path, struct target *t)
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
    if (n == 1 && dot && streq(dot, ".csv")) {
        *dot = 0;
        t->csv = true;
    }
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

static enum status show_target(struct visit *v, struct html *h, const struct target *t)
{
    struct call *c = v->call;
    if (t->verb) {
        if (!verb_allowed(t->verb, c->viewer))
            return call_refuse(c, PROBLEM_not_found, NULL);
        return derived_form(c, &v->page, h, t->verb, t->id);
    }
    if (!noun_readable(t->noun, c->viewer))
        return call_refuse(c, PROBLEM_not_found, NULL);
    if (t->csv) {
        v->page.file_name = arena_printf(c->arena, "%s.csv", t->noun->plural);
        v->page.type = "text/csv; charset=utf-8";
        return derived_csv(c, &v->page, h->b, t->noun);
    }
    return t->id ? derived_record(c, &v->page, h, t->noun, t->id) : derived_list(c, &v->page, h, t->noun);
}

/* Shows the page at PATH; after a refused POST, with v->page.problem set. */
static void show(struct visit *v, const char *path)
{
    struct call *c = v->call;
    struct buf inside = buf_in(v->http->arena, BUF_MAX_DEFAULT);
    struct html h = html_for(v, &inside);
    struct target t = {0};
    v->page.path = path;
    const struct page *page = find_page(v, path);
    bool search = !page && streq(path, "/search");
    if (!page && !search && !find_target(v, path, &t)) {
        send_problem(v, problem_new(c->arena, PROBLEM_not_found, NULL));
        return;
    }
    if (!v->signed_in && !(page && (page->roles & SIGNED_OUT))) {
        struct buf to = buf_in(c->arena, 8192);
        buf_adds(&to, "/sign-in?next=");
        buf_add_url(&to, path);
        redirect(v, buf_str(&to));
        return;
    }
    enum status s;
    if (page) {
        v->shell.title = tr(v->viewer.lang, page->title);
        s = may_see(page, &v->viewer) ? page->show(c, &v->page, &h) : call_refuse(c, PROBLEM_not_found, NULL);
    } else {
        s = search ? derived_search(c, &v->page, &h) : show_target(v, &h, &t);
    }
    if (s != OK)
        send_problem(v, s == REFUSED ? c->problem : NULL);
    else
        send_framed(v, &inside, page && page->bare);
}

/* ---- posting ---- */

static const char *pair(const struct visit *v, const char *name)
{
    for (size_t i = 0; i < v->n_pairs; i++)
        if (streq(v->pairs[i].name, name))
            return v->pairs[i].value;
    return NULL;
}

/* The form's token, and that the browser says it comes from our own pages. */
static bool from_our_form(struct visit *v)
{
    const char *site = http_header(v->http, "Sec-Fetch-Site"), *origin = http_header(v->http, "Origin");
    if (site && !streq(site, "same-origin") && !streq(site, "none"))
        return false;
    if (origin && !streq(origin, "null")) {
        const char *host = strstr(origin, "://");
        if (!host || !streq(host + 3, v->http->host))
            return false;
    }
    return csrf_valid(v->http->arena, v->secret, pair(v, "csrf"));
}

static bool read_pairs(struct visit *v)
{
    struct http_request *r = v->http;
    const char *error;
    if (is_multipart(r))
        return sent_read(r, &v->pairs, &v->n_pairs, &v->call->files, &v->call->n_files, &error);
    return http_form_parse(r->arena, r->body ? r->body : "", r->body_len, &v->pairs, &v->n_pairs);
}

static const char *row_path(struct visit *v)
{
    struct call *c = v->call;
    const struct noun *noun = v->verb->noun;
    const char *did = arena_printf(c->arena, "did=%s.%s", noun->name, v->verb->name);
    if (!c->result_id)
        return arena_printf(c->arena, "/%s?%s", noun->plural, did);
    return arena_printf(
        c->arena, "/%s/%s?%s", noun->plural, id_text(c->arena, noun->prefix, c->result_id), did);
}

/* The form says where to go; "{id}" in it becomes the row's. */
static const char *then_path(struct visit *v)
{
    const char *then = local_path(pair(v, "then"));
    if (!then)
        return row_path(v);
    const char *at = strstr(then, "{id}");
    if (!at)
        return then;
    const char *id =
        v->call->result_id ? id_text(v->http->arena, v->verb->noun->prefix, v->call->result_id) : "";
    return arena_printf(v->http->arena, "%.*s%s%s", (int)(at - then), then, id, at + 4);
}

static void show_again(struct visit *v)
{
    const char *page = local_path(pair(v, "page"));
    v->page.problem = v->call->problem;
    v->page.status = problem_status(v->call->problem->code);
    v->call->problem = NULL;
    v->call->verb = NULL;
    show(v, page ? page : v->http->path);
}

/* The answer stands on the page that asked, beside what was given. */
static void show_answer(struct visit *v)
{
    v->page.result = v->call->result;
    v->call->verb = NULL;
    show(v, local_path(pair(v, "page")));
}

static void show_once(struct visit *v)
{
    struct buf inside = buf_in(v->http->arena, 1 << 20);
    struct html h = html_for(v, &inside);
    v->shell.title = tr(v->viewer.lang, v->verb->label);
    part_page_head(&h, v->shell.title, tr(v->viewer.lang, v->verb->shows));
    part_code(&h, "once", v->call->result, v->shell.title);
    send_framed(v, &inside, false);
}

static void after_verb(void *ctx, struct call *c, enum status s)
{
    struct visit *v = ctx;
    log_set_request(v->http->id);
    if (s == OK && v->site->mailer)
        mailer_wake(v->site->mailer);
    if (s == OK && v->verb->shows && c->result)
        show_once(v);
    else if (s == OK && c->result && local_path(pair(v, "page")))
        show_answer(v);
    else if (s == OK)
        redirect(v, then_path(v));
    else if (s == REFUSED)
        show_again(v);
    else
        send_problem(v, NULL);
    log_set_request(NULL);
}

static void post_theme(struct visit *v)
{
    const char *theme = streq(pair(v, "theme"), "dark") ? "dark" : "light";
    const char *back = http_header(v->http, "Referer"), *path = back ? strstr(back, "://") : NULL;
    path = path ? strchr(path + 3, '/') : NULL;
    http_send(
        v->http, &(struct http_reply){.status = 303,
                     .headers = {{"Location", local_path(path) ? path : "/"},
                         {"Set-Cookie", arena_printf(v->http->arena,
                                            "theme=%s; Path=/; SameSite=Lax; Max-Age=31536000", theme)}}});
}

static void post(struct visit *v)
{
    struct call *c = v->call;
    struct target t;
    if (!read_pairs(v) || !from_our_form(v)) {
        send_problem(v, problem_new(c->arena, PROBLEM_malformed,
                            TR(c, "The form is too old or came from elsewhere. Go back, reload the page, and "
                                  "send it again.")));
        return;
    }
    if (streq(v->http->path, "/theme")) {
        post_theme(v);
        return;
    }
    const char *path = streq(v->http->path, "/sign-out") ? "/people/sign_out" : v->http->path;
    if (!find_target(v, path, &t) || !t.verb) {
        send_problem(v, problem_new(c->arena, PROBLEM_not_found, NULL));
        return;
    }
    struct given *given = ARENA_ARRAY(c->arena, v->n_pairs + 1, struct given);
    for (size_t i = 0; i < v->n_pairs; i++)
        given[i] =
            (struct given){.name = v->pairs[i].name, .value = v_text(v->pairs[i].value), .loose = true};
    v->page.given = given;
    v->page.n_given = v->n_pairs;
    v->verb = c->verb = t.verb;
    c->row_id = t.id;
    if (!verb_allowed(t.verb, c->viewer))
        call_refuse(c, PROBLEM_not_found, NULL);
    if (c->problem)
        send_problem(v, c->problem);
    else if (input_read(c, given, v->n_pairs, false) != OK && c->problem)
        show_again(v);
    else
        site_run_verb(v->site, c, after_verb, v);
}

/* ---- the whole ---- */

const char *page_query(const struct page_request *r, const char *name)
{
    return http_query(r->http, name);
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
    v->page = (struct page_request){.http = r,
        .base_url = s->base_url,
        .fragment = http_header(r, "HX-Request") != NULL,
        .shell = &v->shell,
        .model = s->model,
        .log_key = s->log_key};
    enum status st = site_snapshot(s, v->call);
    if (st == OK)
        st = find_viewer(v);
    if (st == OK)
        v->page.csrf = csrf_token(r->arena, v->secret);
    if (st != OK) {
        send_problem(v, NULL);
        return;
    }
    fill_shell(v);
    if (r->method == HTTP_POST)
        post(v);
    else if (r->method == HTTP_GET || r->method == HTTP_HEAD)
        show(v, r->path);
    else
        send_problem(v, problem_new(r->arena, PROBLEM_method, NULL));
}
