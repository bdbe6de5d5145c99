/* What selling together asks of somebody: leads and co-sell requests to answer, reviews that come. */
#include "base/id.h"
#include "domain/cosell/request.h"
#include "domain/lead/offer.h"
#include "domain/review/review.h"
#include "domain/today/view.h"

#define EACH_MAX    10 /* of each kind; their own pages have the rest */
#define REVIEW_DAYS 7  /* a review that begins within so many days is told */

/* Rows that the viewer may see, the earliest first; none where they are not its role's to read. */
static enum status read_rows(
    struct call *c, const struct noun *noun, const char *where, const char *sort, struct list *out)
{
    struct list_query q = {.where = where,
        .where_args = {v_int(c->viewer->person_id)},
        .n_where_args = 1,
        .sort = sort,
        .limit = EACH_MAX};
    *out = (struct list){0};
    return noun_readable(noun, c->viewer) ? noun_list(c, noun, &q, out) : OK;
}

static struct need_view *tell(
    struct call *c, const struct noun *noun, const struct row *row, struct today_view *v)
{
    struct need_view *n = need_add(c, v);
    if (!n)
        return NULL;
    n->partner_side = true;
    n->href = row_path(c, noun->plural, noun->prefix, row->id);
    n->act_href = n->href;
    n->act_key = "e";
    return n;
}

static enum status tell_leads(struct call *c, struct html *h, struct today_view *v)
{
    struct list list;
    TRY(read_rows(c, &lead_offer_noun, "t.state = 'offered' and cast($1 as bigint) > 0", NULL, &list));
    for (size_t i = 0; c->viewer->partner_id && i < list.n; i++) {
        struct need_view *n = tell(c, &lead_offer_noun, &list.rows[i], v);
        struct lead_offer o;
        if (!n)
            continue;
        row_record(&lead_offer_noun, &list.rows[i], &o);
        need_due(c, h, n, o.due);
        n->who = o.name;
        n->why = TR(c, "This lead is offered to you: accept or decline it.");
        n->act = TR(c, "Answer");
    }
    return OK;
}

/* Asked of the viewer's partner; of the vendor's people whoever is named or manages the partner. */
static enum status tell_requests(struct call *c, struct html *h, struct today_view *v)
{
    struct list list;
    bool partner = c->viewer->partner_id != 0;
    TRY(read_rows(c, &cosell_request_noun,
        partner ? "t.asked_by = 'vendor' and t.state in ('asked', 'escalated') and cast($1 as bigint) > 0"
                : "t.asked_by = 'partner' and t.state in ('asked', 'escalated') and (t.person_id = $1 or "
                  "t.partner_id in (select mp.id from partner mp where mp.manager_id = $1))",
        NULL, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct need_view *n = tell(c, &cosell_request_noun, &list.rows[i], v);
        struct cosell_request q;
        if (!n)
            continue;
        row_record(&cosell_request_noun, &list.rows[i], &q);
        need_due(c, h, n, q.due);
        n->who = partner ? q.subject : row_title(&cosell_request_noun, &list.rows[i], "partner_id");
        n->why = partner ? arena_printf(c->arena, TR(c, "%s asks for your help."), c->catalog->vendor)
                         : arena_printf(c->arena, TR(c, "Asks for our help: %s."), q.subject);
        n->act = TR(c, "Answer");
    }
    return OK;
}

static enum status tell_reviews(struct call *c, struct html *h, struct today_view *v)
{
    struct list list;
    TRY(read_rows(c, &review_noun,
        c->viewer->partner_id ? "t.state = 'planned' and cast($1 as bigint) > 0"
                              : "t.state = 'planned' and t.manager_id = $1",
        "starts", &list));
    for (size_t i = 0; i < list.n; i++) {
        struct review r;
        row_record(&review_noun, &list.rows[i], &r);
        if (r.starts.us > c->now.us + REVIEW_DAYS * US_PER_DAY)
            break;
        struct need_view *n = tell(c, &review_noun, &list.rows[i], v);
        if (!n)
            continue;
        n->who =
            c->viewer->partner_id ? c->catalog->vendor : row_title(&review_noun, &list.rows[i], "partner_id");
        n->mark = "new";
        n->badge = fmt_ago(h, r.starts);
        n->badge_exact = fmt_exact(h, r.starts);
        n->due = r.starts;
        n->why = arena_printf(c->arena, TR(c, "Review: %s"), r.topic);
        n->act = TR(c, "Open the agenda");
    }
    return OK;
}

enum status tell_selling(struct call *c, struct html *h, struct today_view *v)
{
    TRY(tell_leads(c, h, v));
    TRY(tell_requests(c, h, v));
    return tell_reviews(c, h, v);
}
