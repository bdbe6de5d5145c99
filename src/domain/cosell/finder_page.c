/* The finder: accounts where we could sell something now and a partner has the relationship, best first. */
#include "base/id.h"
#include "domain/cosell/chance.h"
#include "domain/cosell/finder.html.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/view.h"

#define AT_ONCE 10 /* each of which says why in several lines */

/*
 * To the viewer's own. In a large programme the filter's form offers no choice among people; oneself is
 * always offered.
 */
static void offer_own(struct call *c, struct page_request *r, struct list_view *list)
{
    static const struct {
        const char *field, *label;
    } own[] = {{"owner_id", N_("I own")}, {"manager_id", N_("With partners that I manage")}};
    const char *viewer = id_text(c->arena, "per", c->viewer->person_id);
    list->offers = ARENA_ARRAY(c->arena, COUNT(own), struct offer_view);
    for (size_t i = 0; i < COUNT(own); i++)
        if (!page_query(r, own[i].field))
            list->offers[list->n_offers++] = (struct offer_view){
                TR(c, own[i].label), list_href(c, r, &cosell_chance_noun, own[i].field, viewer)};
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct list_query q;
    struct list list;
    struct list_view frame;
    struct finder_view v = {.list = &frame};
    TRY(list_view_load_few(c, r, &cosell_chance_noun, AT_ONCE, &q, &list, &frame));
    TRY(chance_views(c, h, &list, "finder", &v.rows));
    v.n = list.n;
    frame.empty.text =
        TR(c, "A chance is an account of ours with an open deal, a contract that ends, or none yet, "
              "where a partner has won, works or is registered.");
    offer_own(c, r, &frame);
    v.tabs = cosell_tabs(c, cosell_finder_page.path, &v.n_tabs);
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = r->shell->title = TR(c, "Co-sell finder");
    r->shell->crumbs = crumb;
    cosell_finder_whole(h, &v);
    return OK;
}

const struct page cosell_finder_page = {.path = "/cosell-chances",
    .title = N_("Co-sell finder"),
    .roles = VENDOR_ROLES,
    .nav = N_("Sell"),
    .icon = "search",
    .show = show};
