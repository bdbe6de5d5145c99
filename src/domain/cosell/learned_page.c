/*
 * Which reasons led to what: of each, how many requests were asked for it, accepted, and won; each number
 * leads to its requests.
 */
#include "base/text.h"
#include "domain/cosell/finder.html.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/view.h"

#define AT_ONCE 40

/* A request counts once it is over; what was withdrawn says nothing about the partner. */
#define COUNTS                                                                                               \
    "t.asked_by = 'vendor' and t.reasons is not null and t.state in ('accepted', 'declined', 'expired')"
#define ON_DEALS(states)                                                                                     \
    COUNTS " and t.deal_id in (select o.id from opportunity o where o.state in (" states "))"

static const struct {
    const char *key, *label, *where;
} numbers[LEARNED] = {
    [LEARNED_ENDED] = {"ended", N_("Requests"), COUNTS},
    [LEARNED_ACCEPTED] = {"accepted", N_("Accepted"), COUNTS " and t.state = 'accepted'"},
    [LEARNED_WON] = {"won", N_("Won"), ON_DEALS("'won'")},
    [LEARNED_CLOSED] = {"closed", N_("Closed"), ON_DEALS("'won', 'lost'")},
};

/* ---- the table ---- */

static bool speaks_of(const char *reasons, const char *key)
{
    char word[48];
    snprintf(word, sizeof word, ",%s,", key);
    return strstr(reasons, word) != NULL;
}

/* Of rows (reasons, state, the deal's state, how many), those that name KEY; NULL: all. */
static struct learned_line count(struct call *c, const struct rows *rows, const char *key, const char *label)
{
    struct learned_line l = {.label = label};
    for (size_t i = 0; i < rows->n; i++) {
        const char *deal = cell_string(rows, i, 2);
        int64_t n = cell_int(rows, i, 3);
        if (key && !speaks_of(cell_string(rows, i, 0), key))
            continue;
        l.n[LEARNED_ENDED] += n;
        l.n[LEARNED_ACCEPTED] += streq(cell_string(rows, i, 1), "accepted") ? n : 0;
        l.n[LEARNED_WON] += streq(deal, "won") ? n : 0;
        l.n[LEARNED_CLOSED] += streq(deal, "won") || streq(deal, "lost") ? n : 0;
    }
    for (size_t i = 0; i < LEARNED; i++)
        if (l.n[i])
            l.href[i] = arena_printf(c->arena, "%s?of=%s%s%s", cosell_learned_page.path, numbers[i].key,
                key ? "&reason=" : "", key ? key : "");
    return l;
}

static enum status fill_table(struct call *c, struct learned_view *v)
{
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select t.reasons, t.state, o.state, count(*) from cosell_request t left join opportunity o on o.id "
        "= t.deal_id where " COUNTS " group by t.reasons, t.state, o.state",
        NULL, 0));
    size_t n = 0;
    while (cosell_reason_options[n].key)
        n++;
    v->lines = ARENA_ARRAY(c->arena, n + 1, struct learned_line);
    for (const struct option *o = cosell_reason_options; o->key; o++) {
        struct learned_line l = count(c, &rows, o->key, TR(c, o->label));
        if (l.n[LEARNED_ENDED])
            v->lines[v->n++] = l;
    }
    v->all = count(c, &rows, NULL, TR(c, "All requests"));
    return OK;
}

/* ---- the rows behind a number ---- */

static enum status fill_requests(
    struct call *c, struct page_request *r, struct html *h, size_t which, struct learned_view *v)
{
    const struct option *reason = option_find(cosell_reason_options, page_query(r, "reason"));
    struct list_query q = {.where = numbers[which].where, .after = page_query(r, "after"), .limit = AT_ONCE};
    struct list list;
    if (reason)
        q.filters[q.n_filters++] = (struct filter){"reasons", "is", reason->key};
    TRY(noun_list(c, &cosell_request_noun, &q, &list));
    v->of = arena_printf(c->arena, "%s: %s", reason ? TR(c, reason->label) : TR(c, "All requests"),
        TR(c, numbers[which].label));
    v->back = cosell_learned_page.path;
    v->requests = ARENA_ARRAY(c->arena, list.n + 1, struct request_line);
    for (size_t i = 0; i < list.n; i++)
        v->requests[v->n_requests++] = request_line(c, h, &list.rows[i]);
    if (list.next)
        v->next = arena_printf(c->arena, "%s?of=%s%s%s&after=%s", cosell_learned_page.path,
            numbers[which].key, reason ? "&reason=" : "", reason ? reason->key : "", list.next);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct learned_view v = {.n = 0};
    const char *of = page_query(r, "of");
    size_t which = 0;
    while (which < LEARNED && !(of && streq(of, numbers[which].key)))
        which++;
    v.tabs = cosell_tabs(c, cosell_learned_page.path, &v.n_tabs);
    if (which < LEARNED)
        TRY(fill_requests(c, r, h, which, &v));
    else
        TRY(fill_table(c, &v));
    cosell_learned_whole(h, &v);
    return OK;
}

const struct page cosell_learned_page = {
    .path = "/cosell/reasons", .title = N_("What led to wins"), .roles = VENDOR_ROLES, .show = show};
