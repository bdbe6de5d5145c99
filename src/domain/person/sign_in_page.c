/* Signing in without a password: the address is asked for, a link comes by mail, one button uses it up. */
#include "base/buf.h"
#include "domain/person/person.h"
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

static enum status show_form(struct call *c, struct page_request *r, struct html *h)
{
    const char *next = next_path(r), *given = given_text(r, "email");
    struct sign_in_view v = {.vendor = vendor_name(c),
        .csrf = r->csrf,
        .sent = page_query(r, "sent") != NULL && !r->problem,
        .page = with_next(c, "/sign-in", next),
        .then = with_next(c, "/sign-in?sent=1", next),
        .next = next,
        .again = with_next(c, "/sign-in", next),
        .problem = r->problem ? r->problem->detail : NULL,
        .email = {.id = "f-email",
            .name = "email",
            .label = TR(c, "Your work mail address"),
            .type = "email",
            .autocomplete = "email",
            .value = given ? given : "",
            .error = field_message(r, "email"),
            .required = true}};
    r->shell->description = TR(c, "Sign in with a link that is sent to your mail address.");
    sign_in_form(h, &v);
    return OK;
}

const struct page sign_in_page = {
    .path = "/sign-in", .title = N_("Sign in"), .roles = ALL_ROLES | SIGNED_OUT, .show = show_form};

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
