/* /today: each role's own, in one frame. */
#include "domain/today/today.h"

#include "domain/today/page.html.h"
#include "domain/today/view.h"

static enum status fill(struct call *c, struct page_request *r, struct html *h, struct today_view *v)
{
    switch (c->viewer->role) {
    case ROLE_PARTNER_MANAGER: return today_manager(c, r, h, v);
    case ROLE_ADMIN:
    case ROLE_OPERATIONS: return today_operations(c, r, h, v);
    case ROLE_VENDOR_SELLER: return today_seller(c, r, h, v);
    case ROLE_PARTNER_ADMIN:
    case ROLE_PARTNER_SELLER: return today_partner(c, r, h, v);
    default: return today_executive(c, r, h, v);
    }
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct today_view v = {.csrf = r->csrf};
    TRY(fill(c, r, h, &v));
    needs_group(c, &v);
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Today");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    today_whole(h, &v);
    return OK;
}

const struct page today_page = {
    .path = "/today",
    .title = N_("Today"),
    .roles = ALL_ROLES,
    .nav = "",
    .icon = "today",
    .key = "g t",
    .tab = true,
    .show = show,
};
