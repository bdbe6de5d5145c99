/* The week's review without a meeting: what a partner manager goes through on Monday, over all its partners;
 * for a partner, all of its own deals. */
#include "base/id.h"
#include "domain/opportunity/pipeline.h"
#include "domain/review/review.h"
#include "domain/review/week_page.html.h"
#include "domain/review/week_view.h"

/* Who manages a partner, the viewer first. */
static enum status read_managers(struct call *c, struct page_request *r, struct week_view *v)
{
    struct value args[1] = {v_int(c->viewer->person_id)};
    const char *asked = page_query(r, "manager");
    struct rows rows;
    int64_t id;
    TRY(db_query(c->db, c->arena, &rows,
        "select p.id, p.name from person p where p.state <> 'inactive' and p.id in (select k.manager_id from "
        "partner k) order by case when p.id = $1 then 0 else 1 end, p.name limit 200",
        args, 1));
    if (asked && *asked && !id_parse("per", asked, &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    v->managers = ARENA_ARRAY(c->arena, rows.n + 1, struct part_option);
    for (size_t i = 0; i < rows.n; i++) {
        v->managers[i] =
            (struct part_option){id_text(c->arena, "per", cell_int(&rows, i, 0)), cell_string(&rows, i, 1)};
        if (asked && *asked ? cell_int(&rows, i, 0) == id : i == 0)
            v->manager = cell_int(&rows, i, 0);
    }
    v->n_managers = rows.n;
    if (asked && *asked && !v->manager)
        return call_refuse(c, PROBLEM_not_found, NULL);
    v->chosen = v->manager ? id_text(c->arena, "per", v->manager) : NULL;
    return OK;
}

/* The reviews to come, of the same partners. */
static enum status read_planned(struct call *c, struct html *h, struct week_view *v)
{
    struct list_query q = {.where = c->viewer->partner_id ? "t.state = 'planned' and cast($1 as bigint) >= 0"
                                                          : "t.state = 'planned' and t.manager_id = $1",
        .where_args = {v_int(v->manager)},
        .n_where_args = 1,
        .sort = "starts",
        .limit = COUNT(v->planned)};
    struct list list;
    TRY(noun_list(c, &review_noun, &q, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct review review;
        row_record(&review_noun, &list.rows[i], &review);
        v->planned[v->n_planned++] = (struct week_review){.topic = review.topic,
            .partner = c->viewer->partner_id ? NULL : row_title(&review_noun, &list.rows[i], "partner_id"),
            .href =
                arena_printf(c->arena, "/reviews/%s", id_text(c->arena, review_noun.prefix, list.rows[i].id)),
            .when = fmt_exact(h, review.starts)};
    }
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct week_view v = {
        .vendor = !c->viewer->partner_id, .may_plan = verb_allowed(&review_create, c->viewer)};
    if (v.vendor)
        TRY(read_managers(c, r, &v));
    TRY(review_deals_load(c, h, c->viewer->partner_id, v.manager,
        (struct instant){c->now.us - REVIEW_EVERY_DAYS * US_PER_DAY}, &v.deals));
    TRY(read_planned(c, h, &v));
    v.tabs = pipeline_tabs(c, "/pipeline/review", &v.n_tabs);
    week_page(h, &v);
    return OK;
}

const struct page week_review_page = {
    .path = "/pipeline/review", .title = N_("Pipeline review"), .roles = ALL_ROLES, .show = show};
