#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "face/derived.h"
#include "face/problem_json.h"
#include "face/sent.h"
#include "face/web_visit.h"
#include "web/shell.html.h"

/* ---- posting ---- */

static const char *pair(const struct visit *v, const char *name)
{
    for (size_t i = 0; i < v->n_pairs; i++)
        if (streq(v->pairs[i].name, name))
            return v->pairs[i].value;
    return NULL;
}

/* A form says which version of the row it was filled in on: as If-Match does. */
static bool read_version(struct visit *v)
{
    const char *seen = pair(v, "if_version");
    return !seen || (parse_int(seen, &v->call->if_version) && v->call->if_version > 0);
}

/* As far as the browser says. */
static bool from_our_pages(struct visit *v)
{
    const char *site = http_header(v->http, "Sec-Fetch-Site"), *origin = http_header(v->http, "Origin");
    if (site && !streq(site, "same-origin") && !streq(site, "none"))
        return false;
    if (origin && !streq(origin, "null")) {
        const char *host = strstr(origin, "://");
        if (!host || !streq(host + 3, v->http->host))
            return false;
    }
    return true;
}

static bool from_our_form(struct visit *v)
{
    return from_our_pages(v) && csrf_valid(v->http->arena, v->secret, pair(v, "csrf"));
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
    if (!c->result_id)
        return arena_printf(c->arena, "/%s?did=%s.%s", noun->plural, noun->name, v->verb->name);
    const char *id = id_text(c->arena, noun->prefix, c->result_id);
    return arena_printf(c->arena, "/%s/%s?did=%s.%s.%s", noun->plural, id, noun->name, v->verb->name, id);
}

/* "{id}" is the row's; "{rule}" is what the form's field "rule" holds, as long as it is a plain word. */
static const char *then_value(struct visit *v, const char *name)
{
    static const char word[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    if (streq(name, "id"))
        return v->call->result_id ? id_text(v->http->arena, v->verb->noun->prefix, v->call->result_id) : "";
    const char *value = pair(v, name);
    return value && !value[strspn(value, word)] ? value : "";
}

/* The form says where to go; one name in braces is filled in. */
static const char *then_path(struct visit *v)
{
    struct arena *a = v->http->arena;
    const char *then = local_path(pair(v, "then"));
    if (!then)
        return row_path(v);
    size_t at = strcspn(then, "{"), n = strcspn(then + at, "}");
    if (!then[at] || !then[at + n])
        return then;
    const char *value = then_value(v, arena_strndup(a, then + at + 1, n - 1));
    /* Without a row nothing stands there any more: "/{id}/host" has become "//host". */
    const char *to = local_path(arena_printf(a, "%.*s%s%s", (int)at, then, value, then + at + n + 1));
    return to ? to : row_path(v);
}

/* The page that the form stood on, with its query as if it had been asked for. */
static void show_page(struct visit *v)
{
    const char *page = local_path(pair(v, "page"));
    if (!page)
        page = v->http->path;
    size_t n = strcspn(page, "?");
    v->http->query = page[n] ? page + n + 1 : "";
    visit_show(v, arena_strndup(v->http->arena, page, n));
}

static void show_again(struct visit *v)
{
    v->page.problem = v->call->problem;
    v->page.status = problem_status(v->call->problem->code);
    v->call->problem = NULL;
    v->call->verb = NULL;
    show_page(v);
}

/* The answer stands on the page that asked, beside what was given. */
static void show_answer(struct visit *v)
{
    v->page.result = v->call->result;
    v->call->verb = NULL;
    show_page(v);
}

static void show_once(struct visit *v)
{
    struct buf inside = buf_in(v->http->arena, 1 << 20);
    struct html h = visit_html(v, &inside);
    v->shell.title = tr(v->viewer.lang, v->verb->label);
    part_page_head(&h, v->shell.title, tr(v->viewer.lang, v->verb->shows));
    part_code(&h, "once", v->call->result, v->shell.title);
    visit_send_framed(v, &inside, false);
}

/* A script of ours asks for what a verb answers, without a page around it. */
static bool wants_json(const struct visit *v)
{
    return streq(http_header(v->http, "Accept"), "application/json");
}

static void answer_json(struct visit *v, enum status s)
{
    struct call *c = v->call;
    if (s != OK) {
        problem_send(v->http, s == REFUSED ? c->problem : problem_new(c->arena, PROBLEM_unavailable, NULL),
            v->viewer.lang, NULL);
        return;
    }
    const char *body = c->result_json ? c->result_json : "{}";
    http_send(v->http,
        &(struct http_reply){.status = 200, .type = "application/json", .body = body, .len = strlen(body)});
}

static void after_verb(void *ctx, struct call *c, enum status s)
{
    struct visit *v = ctx;
    log_set_request(v->http->id);
    c->viewer = &v->viewer; /* a verb may have run as somebody else: the answer is for who asked */
    if (wants_json(v))
        answer_json(v, s);
    else if (s == OK && local_path(c->leads_to))
        visit_redirect(v, c->leads_to);
    else if (s == OK && v->verb->shows && c->result)
        show_once(v);
    else if (s == OK && (v->one_click || (c->result && local_path(pair(v, "page")))))
        show_answer(v);
    else if (s == OK)
        visit_redirect(v, then_path(v));
    else if (s == REFUSED)
        show_again(v);
    else
        visit_send_problem(v, NULL);
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

static void run_verb(struct visit *v, const struct given *given, size_t n)
{
    struct call *c = v->call;
    v->page.given = given;
    v->page.n_given = n;
    if (!verb_allowed(v->verb, c->viewer))
        call_refuse(c, PROBLEM_not_found, NULL);
    if (c->problem) {
        visit_send_problem(v, c->problem);
        return;
    }
    switch (input_read(c, given, n, false)) {
    case OK: site_run_verb(v->site, c, after_verb, v); break;
    case REFUSED: show_again(v); break;
    default: visit_send_problem(v, NULL);
    }
}

/* The address is the proof; whatever else was sent is not looked at. */
static void post_one_click(struct visit *v, const struct verb *verb)
{
    struct given *secret = ARENA_NEW(v->http->arena, struct given);
    *secret = (struct given){.name = "secret", .value = v_text(v->page.param[0]), .loose = true};
    v->one_click = true;
    v->verb = v->call->verb = verb;
    run_verb(v, secret, 1);
}

static void refuse_form(struct visit *v)
{
    visit_send_problem(v, problem_new(v->call->arena, PROBLEM_malformed,
                              TR(v->call, "The form is too old or came from elsewhere. Go back, reload the "
                                          "page, and send it again.")));
}

static struct given *given_pairs(struct visit *v)
{
    struct given *given = ARENA_ARRAY(v->http->arena, v->n_pairs + 1, struct given);
    for (size_t i = 0; i < v->n_pairs; i++)
        given[i] =
            (struct given){.name = v->pairs[i].name, .value = v_text(v->pairs[i].value), .loose = true};
    return given;
}

/* What the form says of pages is not looked at: it always leads back to its own. */
static void post_stranger(struct visit *v, const struct verb *verb)
{
    size_t n = 0;
    if (!read_pairs(v) || !from_our_pages(v)) {
        refuse_form(v);
        return;
    }
    struct given *given = given_pairs(v);
    for (size_t i = 0; i < v->n_pairs; i++)
        if (!streq(given[i].name, "code"))
            given[n++] = given[i];
    given[n++] = (struct given){.name = "code", .value = v_text(v->page.param[0]), .loose = true};
    v->n_pairs = 0;
    v->verb = v->call->verb = verb;
    run_verb(v, given, n);
}

void visit_post(struct visit *v)
{
    struct call *c = v->call;
    struct target t;
    const struct page *page = visit_find_page(v, v->http->path);
    if (page && page->one_click) {
        post_one_click(v, page->one_click);
        return;
    }
    if (page && page->stranger) {
        post_stranger(v, page->stranger);
        return;
    }
    if (!read_pairs(v) || !from_our_form(v) || !read_version(v)) {
        refuse_form(v);
        return;
    }
    if (streq(v->http->path, "/theme")) {
        post_theme(v);
        return;
    }
    const struct noun *many = visit_bulk_noun(v, v->http->path);
    if (many && v->must) {
        visit_redirect(v, v->site->must_page);
        return;
    }
    if (many) {
        visit_bulk_post(v, many);
        return;
    }
    const char *path = streq(v->http->path, "/sign-out") ? "/people/sign_out" : v->http->path;
    if (!visit_find_target(v, path, &t) || !t.verb || (visit_within_page(t.verb) && !pair(v, "page"))) {
        visit_send_problem(v, problem_new(c->arena, PROBLEM_not_found, NULL));
        return;
    }
    if (v->must && !t.verb->session) {
        visit_redirect(v, v->site->must_page);
        return;
    }
    v->verb = c->verb = t.verb;
    c->row_id = t.id;
    run_verb(v, given_pairs(v), v->n_pairs);
}
