/* The start page: each role is led to where its work is. */
#include "app/home.h"

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    (void)h;
    switch (c->viewer->role) {
    case ROLE_PARTNER_ADMIN:
    case ROLE_PARTNER_SELLER: r->redirect = "/register"; break;
    case ROLE_ADMIN:
    case ROLE_OPERATIONS:
    case ROLE_PARTNER_MANAGER: r->redirect = "/queue"; break;
    case ROLE_NONE: r->redirect = "/sign-in"; break;
    default: r->redirect = "/registrations";
    }
    return OK;
}

const struct page home_page = {
    .path = "/", .title = N_("Start page"), .roles = ALL_ROLES | SIGNED_OUT, .show = show};
