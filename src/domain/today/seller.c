/* The day of a seller of the vendor's: is this company protected, and by whom; what partners registered at
 * its own accounts. */
#include "base/id.h"
#include "domain/today/view.h"

enum { Q_WAITING, Q_OWN, Q_DISPUTES, Q_TASKS, Q_COUNT };
/* From the seller's accounts to their registrations, as for a manager's partners. */
static const struct today_query queries[Q_COUNT] = {
    [Q_WAITING] =
        {"select r.id, p.name, r.company, r.amount, r.currency, r.review_due from registration r "
         "join account a on a.id = r.account_id join partner p on p.id = r.partner_id where r.state = "
         "'review' and r.queue = 'account_owner' and a.owner_id = $1 order by r.review_due limit 12",
            "v"},
    [Q_OWN] = {"select " BRIEF_COLUMNS " from (select o.id from account a cross join registration o where "
               "a.owner_id = $1 and o.account_id = a.id and o.state in ('approved', 'review', 'converted') "
               "order by "
               "o.created desc limit 15) x join registration r on r.id = x.id join partner p on p.id = "
               "r.partner_id join product_line l on l.id = r.product_line_id order by r.created desc",
        "v"},
    [Q_DISPUTES] =
        {"select d.id, d.company, d.due from dispute d where d.decider_id = $1 and d.state = 'named' "
         "order by d.due limit 10",
            "v"},
    [Q_TASKS] = MY_TASKS,
};

static void tell_waiting(struct call *c, struct html *h, const struct db_query *q, struct today_view *v)
{
    const struct rows *rows = &q[Q_WAITING].rows, *disputes = &q[Q_DISPUTES].rows;
    for (size_t i = 0; i < rows->n + disputes->n; i++) {
        struct need_view *n = need_add(c, v);
        bool dispute = i >= rows->n;
        size_t at = dispute ? i - rows->n : i;
        const struct rows *from = dispute ? disputes : rows;
        if (!n)
            continue;
        need_due(c, h, n, (struct instant){cell_int(from, at, dispute ? 2 : 5)});
        n->who = cell_string(from, at, dispute ? 1 : 2);
        n->href = dispute ? row_path(c, "disputes", "dis", cell_int(from, at, 0))
                          : row_path(c, "registrations", "reg", cell_int(from, at, 0));
        n->why = dispute ? TR(c, "You decide this dispute.")
                         : arena_printf(c->arena, TR(c, "%s registered your account; you answer."),
                               cell_string(from, at, 1));
        if (!dispute) {
            n->fig = fmt_money(h, (struct money){cell_int(from, at, 3)}, cell_string(from, at, 4));
            n->fig_href = n->href;
            n->stake = cell_int(from, at, 3);
        }
        n->act = dispute ? TR(c, "Rule") : TR(c, "Decide");
        n->act_href = n->href;
        n->act_key = "e";
    }
}

static void fill_own(struct call *c, struct html *h, const struct rows *rows, struct today_view *v)
{
    brief_fill(c, h, rows, BRIEF_PARTNER_LINE, &v->own);
    v->own_title = TR(c, "Registered at your accounts");
    v->own_all = TR(c, "Your accounts");
    v->own_all_href =
        arena_printf(c->arena, "/accounts?owner_id=%s", id_text(c->arena, "per", c->viewer->person_id));
}

enum status today_seller(struct call *c, struct page_request *r, struct html *h, struct today_view *v)
{
    struct db_query q[Q_COUNT];
    struct lookup_view *lookup = ARENA_NEW(c->arena, struct lookup_view);
    TRY(lookup_load(c, h, page_query(r, "company"), lookup));
    lookup->path = "/today";
    v->lookup = lookup;
    TRY(today_ask(c, queries, Q_COUNT, q));
    tell_tasks(c, h, &q[Q_TASKS].rows, v);
    tell_waiting(c, h, q, v);
    TRY(tell_selling(c, h, v));
    TRY(tell_renewals(c, h, v));
    fill_own(c, h, &q[Q_OWN].rows, v);
    v->title = TR(c, "Is this company protected?");
    v->lead = TR(
        c, "Look a company up before you call it: who stands on it, for what, until when, and whom to call.");
    return OK;
}
