/* The start page: whoever is signed in is led to what waits for them. */
#include "app/home.h"

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    (void)h;
    r->redirect = c->viewer->role == ROLE_NONE ? "/sign-in" : "/today";
    return OK;
}

const struct page home_page = {
    .path = "/", .title = N_("Start page"), .roles = ALL_ROLES | SIGNED_OUT, .show = show};
