/* Checks a receipt or a checkpoint in the reader's browser (web/static/js/80-receipt.js): nothing is
 * uploaded. */
#include "base/id.h"
#include "domain/log/check_page.html.h"
#include "domain/log/log.h"
#include "domain/log/log_view.h"

/* ?registration=reg_...: its receipt is fetched by the reader's own session and checked at once. */
static void fill_receipt(struct call *c, struct page_request *r, struct log_check_view *v)
{
    const char *given = page_query(r, "registration");
    int64_t id;
    if (!given || !id_parse("reg", given, &id))
        return;
    v->name = id_text(c->arena, "reg", id);
    v->receipt = arena_printf(c->arena, "/registrations/%s/receipt", v->name);
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct log_check_view v = {.vendor = c->catalog->vendor, .base_url = r->base_url};
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    fill_receipt(c, r, &v);
    crumbs[0] = (struct shell_crumb){TR(c, "Public log"), "/log"};
    crumbs[1].label = TR(c, "Check a receipt");
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    r->shell->description = TR(c, "Checks a receipt or a checkpoint of the public log in your browser.");
    log_check_whole(h, &v);
    return OK;
}

const struct page log_check_page = {
    .path = "/log/check", .title = N_("Check a receipt"), .roles = ALL_ROLES | SIGNED_OUT, .show = show};
