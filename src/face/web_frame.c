#include "base/id.h"
#include "face/sent.h"
#include "face/web_visit.h"
#include "web/shell.html.h"

/* ---- replies ---- */

static const char *cookie(struct visit *v, bool session, const char *value, int64_t seconds)
{
    const char *life = seconds ? arena_printf(v->http->arena, "; Max-Age=%lld", (long long)seconds) : "";
    return arena_printf(v->http->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
        visit_cookie_name(v->http, session), value, life, v->http->tls ? "; Secure" : "");
}

void visit_redirect(struct visit *v, const char *to)
{
    bool moved = v->page.status == 308; /* not for ever: what was merged may be split again */
    struct http_reply reply = {.status = moved ? 308 : 303,
        .headers = {{"Location", to}, {moved ? "Cache-Control" : NULL, "no-store"}}};
    struct call *c = v->call;
    if (c->session_secret)
        reply.headers[1] = (struct http_pair){"Set-Cookie",
            cookie(v, true, c->session_secret, c->session_trusted ? SESSION_DAYS * INT64_C(86400) : 0)};
    else if (c->session_clear)
        reply.headers[1] = (struct http_pair){"Set-Cookie", cookie(v, true, "", -1)};
    http_send(v->http, &reply);
}

static void visit_send(struct visit *v, struct buf *body, const char *type)
{
    struct http_reply reply = {.status = v->page.status ? v->page.status : 200,
        .type = type ? type : "text/html; charset=utf-8",
        .body = buf_str(body),
        .len = body->len,
        .file = v->page.file_path};
    size_t n = 0;
    if (v->new_cookie)
        reply.headers[n++] = (struct http_pair){"Set-Cookie", cookie(v, false, v->new_cookie, 0)};
    if (v->page.problem && v->page.problem->retry_after_s)
        reply.headers[n++] = (struct http_pair){
            "Retry-After", arena_printf(v->http->arena, "%d", v->page.problem->retry_after_s)};
    if (v->page.file_name)
        reply.headers[n++] =
            (struct http_pair){"Content-Disposition", attachment_header(v->http->arena, v->page.file_name)};
    http_send(v->http, &reply);
}

/* ---- the frame ---- */

bool visit_may_see(const struct page *p, const struct viewer *viewer)
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
        if (!p->nav || !*p->nav != first || !visit_may_see(p, &v->viewer))
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

/* The address of this page without what it says was done, with DID instead. */
static const char *here_with(struct visit *v, const char *did)
{
    struct buf b = buf_in(v->http->arena, 8192);
    struct http_pair *pairs;
    size_t n;
    const char *query = v->http->query;
    buf_adds(&b, v->http->path);
    buf_addf(&b, "?did=%s", did);
    if (!http_form_parse(v->http->arena, query, strlen(query), &pairs, &n))
        return buf_str(&b);
    for (size_t i = 0; i < n; i++) {
        if (streq(pairs[i].name, "did"))
            continue;
        buf_addc(&b, '&');
        buf_add_url(&b, pairs[i].name);
        buf_addc(&b, '=');
        buf_add_url(&b, pairs[i].value);
    }
    return b.overflow ? v->http->path : buf_str(&b);
}

/* What was done can be taken back by this viewer as the row stands now. */
static void offer_undo(struct visit *v, const struct verb *undo, const char *id)
{
    struct call *c = v->call, look = *c;
    struct row row;
    int64_t row_id;
    if (!undo || !id_parse(undo->noun->prefix, id, &row_id) || !verb_allowed(undo, c->viewer) ||
        noun_get(&look, undo->noun, row_id, &row) != OK || !verb_starts(undo, &row))
        return;
    v->shell.toast.undo = arena_printf(c->arena, "/%s/%s/%s", undo->noun->plural, id, undo->name);
    v->shell.toast.then = here_with(v, arena_printf(c->arena, "%s.%s.%s", undo->noun->name, undo->name, id));
}

/* merged=<id>: somebody came by the address of a row that was merged into this one. */
static void tell_merged(struct visit *v, const char *id)
{
    struct call look = *v->call;
    const char *name = v->http->path + 1;
    const struct noun *noun =
        model_noun_by_plural(v->site->model, arena_strndup(v->http->arena, name, strcspn(name, "/")));
    struct row row;
    int64_t row_id, survivor;
    if (noun && noun->merged && noun_readable(noun, &v->viewer) && id_parse(noun->prefix, id, &row_id) &&
        noun_get(&look, noun, row_id, &row) == OK && noun_survivor(&look, noun, &row, &survivor) == OK &&
        survivor)
        v->shell.toast.text =
            arena_printf(v->http->arena, tr(v->viewer.lang, "%s was merged into this."), row.name);
}

/* did=<noun>.<verb>[.<id of the row>] */
static void add_toast(struct visit *v)
{
    struct arena *a = v->http->arena;
    const char *did = page_query(&v->page, "did");
    const char *dot = did ? strchr(did, '.') : NULL, *merged = page_query(&v->page, "merged");
    if (merged)
        tell_merged(v, merged);
    if (!dot || strlen(did) > 120)
        return;
    const struct noun *noun = model_noun(v->site->model, arena_strndup(a, did, (size_t)(dot - did)));
    size_t n = strcspn(dot + 1, ".");
    const struct verb *verb = noun ? model_verb(v->site->model, noun, arena_strndup(a, dot + 1, n)) : NULL;
    if (!verb)
        return;
    v->shell.toast.text = tr(v->viewer.lang, verb->done ? verb->done : verb->label);
    if (dot[1 + n] == '.')
        offer_undo(v, verb->undo, dot + n + 2);
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
    if (v->shell.stranger)
        return;
    if (!v->signed_in) {
        add_public_links(v);
        return;
    }
    add_nav(v);
    if (v->site->nav)
        v->site->nav(v->call, &v->shell);
}

void visit_fill_shell(struct visit *v)
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

struct html visit_html(struct visit *v, struct buf *b)
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
void visit_send_framed(struct visit *v, struct buf *inside, bool bare)
{
    if (v->page.redirect) {
        visit_redirect(v, v->page.redirect);
        return;
    }
    if (bare || v->page.fragment || v->page.file_name) {
        visit_send(v, inside, v->page.type);
        return;
    }
    struct buf whole = buf_in(v->http->arena, BUF_MAX_DEFAULT);
    struct html h = visit_html(v, &whole);
    bool inner = v->signed_in && !v->shell.stranger;
    add_ways(v);
    if (inner)
        shell_begin(&h, &v->shell);
    else
        shell_public_begin(&h, &v->shell);
    buf_add(&whole, inside->p, inside->len);
    if (inner)
        shell_end(&h, &v->shell);
    else
        shell_public_end(&h, &v->shell);
    visit_send(v, &whole, NULL);
}

void visit_send_problem(struct visit *v, const struct problem *p)
{
    struct buf inside = buf_in(v->http->arena, 1 << 20);
    struct html h = visit_html(v, &inside);
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
    visit_send_framed(v, &inside, false);
}
