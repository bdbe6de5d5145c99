/* The pages of signing in: by a link that comes by mail, a password or a passkey; and the second factor. */
#include "base/buf.h"
#include "domain/person/sign_in.h"
#include "domain/person/sign_in_page.html.h"
#include "domain/person/sign_in_view.h"

/* Where somebody wanted to go; only within this site. */
static const char *next_path(const struct page_request *r)
{
    const char *next = local_path(page_query(r, "next"));
    return next && strlen(next) < 500 ? next : NULL;
}

static const char *with_next(struct call *c, const char *path, const char *next)
{
    struct buf b = buf_in(c->arena, 4096);
    buf_adds(&b, path);
    if (next) {
        buf_adds(&b, strchr(path, '?') ? "&next=" : "?next=");
        buf_add_url(&b, next);
    }
    return buf_str(&b);
}

static const char *vendor_name(const struct call *c)
{
    return c->catalog ? c->catalog->vendor : "Tandem";
}

static struct part_field email_field(struct call *c, const struct page_request *r)
{
    const char *given = given_text(r, "email");
    return (struct part_field){.id = "f-email",
        .name = "email",
        .label = TR(c, "Your work mail address"),
        .type = "email",
        .autocomplete = "username",
        .value = given ? given : "",
        .error = field_message(r, "email"),
        .required = true};
}

static enum status show_form(struct call *c, struct page_request *r, struct html *h)
{
    const char *next = next_path(r);
    bool by_password = streq(page_query(r, "with"), "password");
    const char *link_page = with_next(c, "/sign-in", next),
               *password_page = with_next(c, "/sign-in?with=password", next);
    struct sign_in_view v = {.vendor = vendor_name(c),
        .csrf = r->csrf,
        .sent = page_query(r, "sent") != NULL && !r->problem,
        .by_password = by_password,
        .page = by_password ? password_page : link_page,
        .other = by_password ? link_page : password_page,
        .then = with_next(c, "/sign-in?sent=1", next),
        .next = next,
        .again = link_page,
        .problem = r->problem ? r->problem->detail : NULL,
        .email = email_field(c, r),
        .password = {.id = "f-password",
            .name = "password",
            .label = TR(c, "Password"),
            .type = "password",
            .autocomplete = "current-password",
            .value = "", /* what was typed is never sent back */
            .error = field_message(r, "password"),
            .required = true}};
    r->shell->description = TR(c, "Sign in with a link that is sent to your mail address.");
    sign_in_form(h, &v);
    return OK;
}

const struct page sign_in_page = {
    .path = "/sign-in", .title = N_("Sign in"), .roles = ALL_ROLES | SIGNED_OUT, .show = show_form};

/* ---- the second factor ---- */

static enum status show_code(struct call *c, struct page_request *r, struct html *h)
{
    struct session_waiting w;
    struct sign_in_ways ways = {0};
    const char *next = next_path(r);
    enum status s = session_waiting(c->db, c->arena, c->session, c->now, &w);
    if (s != OK && s != REFUSED)
        return s;
    if (s == OK)
        TRY(sign_in_ways(c, w.person_id, &ways));
    struct sign_in_code_view v = {.csrf = r->csrf,
        .page = with_next(c, "/sign-in/code", next),
        .next = next ? next : "/",
        .problem = r->problem ? r->problem->detail : NULL,
        .gone = s == REFUSED,
        .codes = ways.codes,
        .passkeys = ways.passkeys > 0,
        .code = {.id = "f-code",
            .name = "code",
            .label = ways.codes ? TR(c, "Code") : TR(c, "Recovery code"),
            .autocomplete = "one-time-code",
            .value = "",
            .error = field_message(r, "code"),
            .required = true}};
    sign_in_code_form(h, &v);
    return OK;
}

const struct page sign_in_code_page = {
    .path = "/sign-in/code", .title = N_("Sign in"), .roles = ALL_ROLES | SIGNED_OUT, .show = show_code};

/* ---- a link ---- */

/* Opening it uses nothing up: programs that look through mail open links, too. */
static enum status show_link(struct call *c, struct page_request *r, struct html *h)
{
    const char *next = next_path(r), *given = given_text(r, "then");
    struct sign_in_link_view v = {.vendor = vendor_name(c),
        .csrf = r->csrf,
        .secret = r->param[0],
        .page = with_next(c, arena_printf(c->arena, "/sign-in/%s", r->param[0]), next),
        .then = next    ? next
                : given ? given
                        : "/",
        .problem =
            r->problem ? r->problem->detail ? r->problem->detail : problem_title(r->problem->code) : NULL,
        .again = "/sign-in"};
    sign_in_link_form(h, &v);
    return OK;
}

const struct page sign_in_link_page = {
    .path = "/sign-in/:secret", .title = N_("Sign in"), .roles = ALL_ROLES | SIGNED_OUT, .show = show_link};
