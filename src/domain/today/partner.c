/* A partner's home: what to do next, its registrations with the days that are left, and what is new. */
#include "base/id.h"
#include "domain/notice/notice.h"
#include "domain/registration/cap.h"
#include "domain/today/view.h"

enum { Q_OWN, Q_QUIET, Q_OFFERS, Q_DISPUTES, Q_REVIEW, Q_NEWS, Q_TASKS, Q_COUNT };
static const struct today_query queries[Q_COUNT] = {
    [Q_OWN] = {"select " BRIEF_COLUMNS " from registration r join product_line l on l.id = r.product_line_id "
               "join partner p on p.id = r.partner_id where r.partner_id = $1 and r.state = 'approved' "
               "order by r.protected_until, r.id limit 12",
        "p"},
    [Q_QUIET] = {"select r.id, r.company, r.heartbeat_due, r.amount, r.currency from registration r where "
                 "r.partner_id = $1 and r.state = 'approved' and r.heartbeat_told is not null and "
                 "r.heartbeat_due is not null order by r.heartbeat_due limit 12",
        "p"},
    [Q_OFFERS] =
        {"select w.registration_id, w.company, w.offer_due from waitlist_entry w where w.partner_id = "
         "$1 and w.state = 'offered' order by w.offer_due limit 12",
            "p"},
    [Q_DISPUTES] =
        {"select d.id, d.company, d.due from dispute_party d where d.partner_id = $1 and d.state = "
         "'open' order by d.due limit 12",
            "p"},
    /* + 0: of the indexes of what waits that which knows the partner */
    [Q_REVIEW] =
        {"select r.id, r.company, r.review_due from registration r where r.partner_id = $1 and r.state "
         "= 'review' order by r.review_due + 0 limit 6",
            "p"},
    [Q_NEWS] =
        {"select n.text, n.path, n.created, n.state from notice n where n.person_id = $1 order by n.id "
         "desc limit 6",
            "v"},
    [Q_TASKS] = MY_TASKS,
};

static struct need_view *tell(struct call *c, struct today_view *v, const char *who, const char *href)
{
    struct need_view *n = need_add(c, v);
    if (n) {
        n->who = who;
        n->href = href;
        n->partner_side = true;
    }
    return n;
}

static void act(struct need_view *n, const char *label, const char *href, const char *key)
{
    n->act = label;
    n->act_href = href;
    n->act_key = key;
}

static void tell_offers(struct call *c, struct html *h, const struct db_query *q, struct today_view *v)
{
    const struct rows *offers = &q[Q_OFFERS].rows, *disputes = &q[Q_DISPUTES].rows;
    for (size_t i = 0; i < offers->n; i++) {
        const char *href = row_path(c, "registrations", "reg", cell_int(offers, i, 0));
        struct need_view *n = tell(c, v, cell_string(offers, i, 1), href);
        if (!n)
            continue;
        need_due(c, h, n, (struct instant){cell_int(offers, i, 2)});
        n->why = TR(c, "It is free again and offered to you: take it, or pass it on to the next.");
        act(n, TR(c, "Take the offer"), href, "e");
    }
    for (size_t i = 0; i < disputes->n; i++) {
        const char *href = row_path(c, "dispute-parties", "dpt", cell_int(disputes, i, 0));
        struct need_view *n = tell(c, v, cell_string(disputes, i, 1), href);
        if (!n)
            continue;
        need_due(c, h, n, (struct instant){cell_int(disputes, i, 2)});
        n->why = TR(c, "In dispute. Say what speaks for you, and add what proves it.");
        act(n, TR(c, "Open the dispute"), href, "e");
    }
}

static bool told(const struct today_view *v, const char *href)
{
    for (size_t i = 0; i < v->n_needs; i++)
        if (streq(v->needs[i].href, href))
            return true;
    return false;
}

static void tell_quiet(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    for (size_t i = 0; i < rows->n; i++) {
        const char *href = row_path(c, "registrations", "reg", cell_int(rows, i, 0));
        struct instant due = {cell_int(rows, i, 2)};
        struct need_view *n = tell(c, v, cell_string(rows, i, 1), href);
        if (!n)
            continue;
        need_due(c, h, n, due);
        n->mark = "risk";
        n->why = arena_printf(c->arena,
            TR(c, "No activity for long: log one by %s, or the protection lapses early."),
            fmt_date(h, date_in(c->catalog->zone, due)));
        act(n, TR(c, "Log activity"), href, "l");
    }
}

static void tell_ending(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    for (size_t i = 0; i < rows->n; i++) {
        const char *href = row_path(c, "registrations", "reg", cell_int(rows, i, 0));
        struct instant until = {cell_int(rows, i, 7)};
        if (until.us > c->now.us + LAPSE_DAYS * US_PER_DAY || told(v, href))
            continue;
        struct need_view *n = tell(c, v, cell_string(rows, i, 1), href);
        if (!n)
            continue;
        n->mark = "risk";
        n->badge = fmt_days_left(h, until);
        n->badge_exact = fmt_exact(h, until);
        n->due = until;
        n->stake = cell_int(rows, i, 4);
        n->why = arena_printf(c->arena, TR(c, "The protection ends on %s: extend it, or close the deal."),
            fmt_date(h, date_in(c->catalog->zone, until)));
        n->fig = fmt_money(h, (struct money){cell_int(rows, i, 4)}, cell_string(rows, i, 5));
        n->fig_href = href;
        act(n, TR(c, "Extend"), href, "e");
    }
}

static void fill_own(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    brief_fill(c, h, rows, BRIEF_LINE, &v->own);
    v->own_title = TR(c, "Your registrations");
    v->own_all = TR(c, "All registrations");
    v->own_all_href = "/registrations";
}

static void fill_sides(struct call *c, struct html *h, const struct db_query *q, struct today_view *v)
{
    const struct rows *review = &q[Q_REVIEW].rows, *news = &q[Q_NEWS].rows;
    struct side_view *s = side_add(c, v, "t-news", TR(c, "News"), news->n);
    for (size_t i = 0; i < news->n; i++) {
        const char *path = local_path(cell_text(news, i, 1));
        s->lines[s->n++] = (struct side_line){.label = cell_string(news, i, 0),
            .href = path ? path : "/notices",
            .sub = fmt_ago(h, (struct instant){cell_int(news, i, 2)})};
    }
    s->note = s->n ? NULL : TR(c, "Nothing is new.");
    s->aside = TR(c, "All");
    s->aside_href = "/notices";
    if (!review->n)
        return;
    s = side_add(c, v, "t-review", TR(c, "In review"), review->n);
    for (size_t i = 0; i < review->n; i++)
        s->lines[s->n++] = (struct side_line){.label = cell_string(review, i, 1),
            .href = row_path(c, "registrations", "reg", cell_int(review, i, 0)),
            .sub = arena_printf(
                c->arena, TR(c, "Answer due %s"), fmt_ago(h, (struct instant){cell_int(review, i, 2)}))};
}

static enum status fill_tiles(struct call *c, struct html *h, struct today_view *v)
{
    const struct programme *p;
    struct cap cap;
    TRY(programme_active(c, &p));
    TRY(cap_read(c, p, c->viewer->partner_id, &cap));
    struct part_tile *t = v->tiles = ARENA_ARRAY(c->arena, 3, struct part_tile);
    t[0] = (struct part_tile){.label = TR(c, "Open"),
        .value = fmt_int(h, cap.open),
        .beside = arena_printf(c->arena, TR(c, "of %s allowed"), fmt_int(h, cap.allowed)),
        .href = "/registrations?state=approved,review,converted"};
    t[1] = (struct part_tile){
        .label = TR(c, "Won"), .value = fmt_int(h, cap.won), .href = "/registrations?state=won"};
    t[2] = (struct part_tile){
        .label = TR(c, "Lapsed"), .value = fmt_int(h, cap.lapsed), .href = "/registrations?state=lapsed"};
    v->n_tiles = 3;
    return OK;
}

enum status today_partner(struct call *c, struct page_request *r, struct html *h, struct today_view *v)
{
    struct db_query q[Q_COUNT];
    (void)r;
    TRY(today_ask(c, queries, Q_COUNT, q));
    tell_tasks(c, h, &q[Q_TASKS].rows, v);
    tell_offers(c, h, q, v);
    tell_quiet(c, h, &q[Q_QUIET].rows, v);
    tell_ending(c, h, &q[Q_OWN].rows, v);
    TRY(tell_selling(c, h, v));
    TRY(tell_renewals(c, h, v));
    fill_own(c, h, &q[Q_OWN].rows, v);
    fill_sides(c, h, q, v);
    TRY(fill_tiles(c, h, v));
    v->title = v->n_needs ? arena_printf(c->arena,
                                trn(call_lang(c), "%s thing to do", "%s things to do", (int64_t)v->n_needs),
                                fmt_int(h, (int64_t)v->n_needs))
                          : TR(c, "Nothing is urgent");
    v->lead = v->n_needs ? TR(c, "The next date first.")
                         : TR(c, "No protection ends soon, and nobody waits for you.");
    struct shell_action *a = ARENA_NEW(c->arena, struct shell_action);
    *a = (struct shell_action){
        .label = TR(c, "Register"), .href = "/register", .icon = "plus", .key = "c", .primary = true};
    r->shell->actions = a;
    r->shell->n_actions = 1;
    return OK;
}
