/* Renewals that come and usage that fell, for who sees to them. */
#include "domain/customer/renewals.h"
#include "domain/today/view.h"

#define RENEWALS_MAX 20 /* the page of renewals has the rest */

static enum status tell(struct call *c, struct html *h, const struct renewal *r, struct today_view *v)
{
    const struct contract *k = &r->contract;
    bool risk = r->signs.bits & SIGNS_RISK;
    struct stake stake = {0};
    struct need_view *n = need_add(c, v);
    if (!n)
        return OK;
    stake_add(&stake, k->currency, k->amount.minor);
    TRY(stake_sum(c, &stake, &n->stake));
    n->partner_side = !c->viewer->partner_id && r->partner;
    n->who = n->partner_side ? r->partner : r->name;
    n->href = r->href;
    n->mark = risk ? "risk" : "review";
    n->badge = risk ? TR(c, "At risk") : TR(c, "Renewal comes");
    n->badge_exact = fmt_date(h, k->ends);
    n->why = signs_words(c, h, &r->signs, SIGN_RENEWAL | SIGNS_RISK);
    if (n->partner_side)
        n->why = arena_printf(c->arena, "%s: %s", r->name, n->why);
    n->fig = fmt_money(h, k->amount, k->currency);
    n->fig_href = r->href;
    n->fig_label = TR(c, "a year");
    n->meta[0] = notice_words(c, h, r);
    n->act = TR(c, "Open the contract");
    n->act_href = r->href;
    n->due = day_end_in(c->catalog->zone, sign_decide_day(&r->facts));
    return OK;
}

enum status tell_renewals(struct call *c, struct html *h, struct today_view *v)
{
    struct list_query q = {
        .where = c->viewer->partner_id
                     ? "t.state in " CONTRACT_RUNNING " and t.signs is not null and cast($1 as bigint) > 0"
                     : "t.state in " CONTRACT_RUNNING
                       " and t.signs is not null and (t.owner_id = $1 or t.partner_id in (select mp.id from "
                       "partner mp where mp.manager_id = $1))",
        .where_args = {v_int(c->viewer->person_id)},
        .n_where_args = 1,
        .sort = "ends",
        .limit = RENEWALS_MAX};
    struct renewal *r;
    const char *next;
    size_t n;
    TRY(renewals_read(c, &q, &r, &n, &next));
    for (size_t i = 0; i < n; i++)
        if (r[i].signs.bits)
            TRY(tell(c, h, &r[i], v));
    return OK;
}
