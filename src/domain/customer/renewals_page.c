/* Renewals that come: what is at risk first, each figure with its rows. A partner's are those of its
 * contracts. */
#include "base/text.h"
#include "domain/customer/pages.h"
#include "domain/customer/renewals.h"
#include "domain/customer/renewals_page.html.h"
#include "domain/customer/renewals_view.h"
#include "domain/rate/money_sum.h"

#include <stdlib.h>

#define READ_MAX 500 /* contracts within the widest window */

static const int windows[] = {30, 60, 90, 180};
#define WIDEST 180
#define USUAL  90

/* What of them is shown: the key in the address, its name, and which. */
static const struct show {
    const char *key, *label;
    unsigned bits;
    bool past;
} shows[] = {{"all", N_("All"), 0, false}, {"risk", N_("At risk"), SIGNS_RISK, false},
    {"usage", N_("Usage fell"), SIGN_USAGE, false}, {"score", N_("Low satisfaction"), SIGN_SCORE, false},
    {"silence", N_("No touch"), SIGN_SILENCE, false},
    {"suspended", N_("Partner suspended"), SIGN_SUSPENDED, false}, {"past", N_("Past the end"), 0, true}};
enum { SHOW_ALL, SHOW_RISK, SHOW_PAST = COUNT(shows) - 1 };

struct asked {
    int days;
    size_t show;
    bool mine;
};

static struct asked read_asked(struct call *c, const struct page_request *r)
{
    struct asked a = {.days = USUAL};
    int64_t wanted;
    const char *days = page_query(r, "days"), *show = page_query(r, "show"), *whose = page_query(r, "whose");
    for (size_t i = 0; i < COUNT(windows); i++)
        a.days = days && parse_int(days, &wanted) && wanted == windows[i] ? windows[i] : a.days;
    for (size_t i = 0; show && i < COUNT(shows); i++)
        a.show = streq(show, shows[i].key) ? i : a.show;
    a.mine = !c->viewer->partner_id &&
             (whose ? streq(whose, "mine")
                    : c->viewer->role == ROLE_PARTNER_MANAGER || c->viewer->role == ROLE_VENDOR_SELLER);
    return a;
}

static const char *href_of(struct call *c, int days, size_t show, bool mine)
{
    return arena_printf(c->arena, "/renewals?days=%d&show=%s%s", days, shows[show].key,
        c->viewer->partner_id ? ""
        : mine                ? "&whose=mine"
                              : "&whose=all");
}

static bool is_shown(const struct renewal *r, int days, const struct show *s)
{
    if (r->signs.days_left > days)
        return false;
    return s->past ? r->signs.days_left < 0 : !s->bits || (r->signs.bits & s->bits);
}

static size_t count_of(const struct renewal *r, size_t n, int days, const struct show *s)
{
    size_t shown = 0;
    for (size_t i = 0; i < n; i++)
        shown += is_shown(&r[i], days, s);
    return shown;
}

/* ---- figures ---- */

static enum status fill_tile(struct call *c, struct html *h, const struct asked *a, const struct renewal *r,
    size_t n, size_t show, const char *label, struct part_tile *t)
{
    struct money_sum sum = {0};
    size_t shown = count_of(r, n, a->days, &shows[show]);
    for (size_t i = 0; i < n; i++)
        if (is_shown(&r[i], a->days, &shows[show]))
            TRY(money_add(c, r[i].contract.amount, r[i].contract.currency, &sum));
    *t = (struct part_tile){.label = label,
        .value = money_sum_text(c, h, &sum),
        .href = href_of(c, a->days, show, a->mine),
        .beside = arena_printf(c->arena, trn(call_lang(c), "%s contract", "%s contracts", (int64_t)shown),
            fmt_int(h, (int64_t)shown))};
    return OK;
}

static enum status fill_figures(struct call *c, struct html *h, const struct asked *a,
    const struct renewal *r, size_t n, struct renewals_view *v)
{
    TRY(fill_tile(c, h, a, r, n, SHOW_ALL,
        arena_printf(c->arena, TR(c, "Ends within %d days, a year"), a->days), &v->tiles[0]));
    TRY(fill_tile(c, h, a, r, n, SHOW_RISK, TR(c, "Of it at risk"), &v->tiles[1]));
    TRY(fill_tile(c, h, a, r, n, SHOW_PAST, TR(c, "Past the end, nobody said what comes"), &v->tiles[2]));
    for (size_t i = 0; i < COUNT(windows); i++)
        v->windows[i] = (struct part_tab){.label = arena_printf(c->arena, TR(c, "%d days"), windows[i]),
            .href = href_of(c, windows[i], a->show, a->mine),
            .count = (int64_t)count_of(r, n, windows[i], &shows[a->show]),
            .current = windows[i] == a->days};
    for (size_t i = 0; i < COUNT(shows); i++) {
        size_t shown = count_of(r, n, a->days, &shows[i]);
        if (shown || i == a->show || i == SHOW_ALL)
            v->shows[v->n_shows++] = (struct part_tab){.label = TR(c, shows[i].label),
                .href = href_of(c, a->days, i, a->mine),
                .count = (int64_t)shown,
                .current = i == a->show};
    }
    return OK;
}

/* ---- rows ---- */

static struct renewal_line line_of(struct call *c, struct html *h, const struct renewal *r)
{
    const struct contract *k = &r->contract;
    int32_t left = r->signs.days_left;
    return (struct renewal_line){.name = r->name,
        .href = r->href,
        .sub = c->viewer->partner_id ? r->owner
               : r->partner          ? r->partner
                                     : TR(c, "Sold by us"),
        .ends = fmt_date(h, k->ends),
        .left = end_words(c, h, left),
        .mark = left < 0             ? "risk"
                : left <= windows[0] ? "review"
                                     : "new",
        .notice = notice_words(c, h, r),
        .amount = fmt_money(h, k->amount, k->currency),
        .expected = k->expected.minor ? fmt_money(h, k->expected, k->currency) : NULL,
        .forecast = option_label(call_lang(c), forecast_options, k->forecast),
        .why = signs_words(c, h, &r->signs, SIGNS_RISK)};
}

static enum status read_all(
    struct call *c, const struct asked *a, struct renewal **r, size_t *n, const char **next)
{
    struct list_query q = {
        .where = a->mine ? "t.state in " CONTRACT_RUNNING
                           " and t.ends <= $1 and (t.owner_id = $2 or t.partner_id in (select mp.id from "
                           "partner mp where mp.manager_id = $2))"
                         : "t.state in " CONTRACT_RUNNING " and t.ends <= $1 and cast($2 as bigint) > 0",
        .where_args = {v_int(date_in(c->catalog->zone, c->now).days + WIDEST), v_int(c->viewer->person_id)},
        .n_where_args = 2,
        .sort = "ends",
        .limit = READ_MAX};
    TRY(renewals_read(c, &q, r, n, next));
    if (*n > 1)
        qsort(*r, *n, sizeof **r, renewal_order);
    return OK;
}

static void fill_actions(struct call *c, struct shell *shell)
{
    struct shell_action *a = ARENA_ARRAY(c->arena, 2, struct shell_action);
    size_t n = 0;
    a[n++] = (struct shell_action){
        .label = TR(c, "All contracts"), .href = "/contracts", .icon = "list", .hide_phone = true};
    if (verb_allowed(&contract_create, c->viewer))
        a[n++] = (struct shell_action){.label = TR(c, "New contract"),
            .href = "/contracts/create",
            .icon = "plus",
            .key = "c",
            .primary = true};
    shell->actions = a;
    shell->n_actions = n;
}

static enum status show(struct call *c, struct page_request *req, struct html *h)
{
    struct renewals_view v = {.vendor = !c->viewer->partner_id};
    struct asked a = read_asked(c, req);
    struct renewal *r;
    const char *next;
    size_t n;
    TRY(read_all(c, &a, &r, &n, &next));
    TRY(fill_figures(c, h, &a, r, n, &v));
    v.lines = ARENA_ARRAY(c->arena, n + 1, struct renewal_line);
    for (size_t i = 0; i < n; i++)
        if (is_shown(&r[i], a.days, &shows[a.show]))
            v.lines[v.n++] = line_of(c, h, &r[i]);
    v.more = next != NULL;
    v.lead = a.mine ? TR(c, "Yours, and those of your partners. What is at risk stands first.")
                    : TR(c, "What is at risk stands first, then what ends sooner.");
    if (v.vendor) {
        v.other = a.mine ? TR(c, "Everybody's") : TR(c, "Only mine");
        v.other_href = href_of(c, a.days, a.show, !a.mine);
    }
    fill_actions(c, req->shell);
    renewals_whole(h, &v);
    return OK;
}

const struct page renewals_page = {.path = "/renewals",
    .title = N_("Renewals"),
    .roles = ALL_ROLES,
    .nav = N_("Sell"),
    .icon = "receipt",
    .key = "g e",
    .show = show};
