/* A partner's links: the address to pass on, what came by it, and what can be done with it. */
#include "base/id.h"
#include "domain/referral/links_page.html.h"
#include "domain/referral/referral.h"
#include "domain/referral/referral_view.h"
#include "face/derived.h"

#define AT_ONCE     50
#define LATELY_DAYS 30

/* ---- what came by each ---- */

/* Of the links in the list, in their order: visits and leads in all, and of late. */
static enum status read_sums(struct call *c, const struct list *links, struct db_query *q)
{
    struct value *args = ARENA_ARRAY(c->arena, 2 * links->n + 1, struct value);
    int64_t since = date_in(c->catalog->zone, c->now).days - LATELY_DAYS;
    for (size_t i = 0; i < links->n; i++) {
        args[2 * i] = v_int(links->rows[i].id);
        args[2 * i + 1] = v_int(since);
        q[i] = (struct db_query){
            .sql =
                "select cast(coalesce(sum(visits), 0) as bigint), cast(coalesce(sum(leads), 0) as bigint), "
                "cast(coalesce(sum(case when day > $2 then visits else 0 end), 0) as bigint), "
                "cast(coalesce(sum(case when day > $2 then leads else 0 end), 0) as bigint) "
                "from referral_day where referral_link_id = $1",
            .args = &args[2 * i],
            .n_args = 2};
    }
    return links->n ? db_query_many(c->db, c->arena, q, links->n) : OK;
}

static const char *came(struct call *c, struct html *h, int64_t visits, int64_t leads)
{
    const char *of_visits = arena_printf(
                   c->arena, trn(call_lang(c), "%s visit", "%s visits", visits), fmt_int(h, visits)),
               *of_leads =
                   arena_printf(c->arena, trn(call_lang(c), "%s lead", "%s leads", leads), fmt_int(h, leads));
    return arena_printf(c->arena, "%s, %s", of_visits, of_leads);
}

static struct referral_item item(
    struct call *c, struct page_request *r, struct html *h, const struct row *row, const struct rows *sums)
{
    struct referral_link link;
    const struct state *state = row_state(&referral_link_noun, row);
    const char *id = id_text(c->arena, referral_link_noun.prefix, row->id);
    row_record(&referral_link_noun, row, &link);
    return (struct referral_item){.id = id,
        .path = arena_printf(c->arena, "/%s/%s", referral_link_noun.plural, id),
        .name = link.name,
        .product = row_title(&referral_link_noun, row, "product_line_id"),
        .href = referral_path(c->arena, link.code),
        .url = arena_printf(c->arena, "%s%s", r->base_url, referral_path(c->arena, link.code)),
        .mark = state->mark,
        .state = TR(c, state->label),
        .came = came(c, h, cell_int(sums, 0, 0), cell_int(sums, 0, 1)),
        .came_lately = came(c, h, cell_int(sums, 0, 2), cell_int(sums, 0, 3)),
        .days_href = arena_printf(c->arena, "/%s?referral_link_id=%s", referral_day_noun.plural, id),
        .keeps = link.keeps,
        .active = verb_starts(&referral_link_pause, row),
        .paused = verb_starts(&referral_link_resume, row),
        .ended = !verb_starts(&referral_link_end, row)};
}

static enum status fill_items(
    struct call *c, struct page_request *r, struct html *h, struct referrals_view *v)
{
    struct list links;
    struct list_query q = {
        .filters = {{"state", "in", v->ended ? "ended" : "active,paused"}}, .n_filters = 1, .limit = AT_ONCE};
    TRY(noun_list(c, &referral_link_noun, &q, &links));
    struct db_query *sums = ARENA_ARRAY(c->arena, links.n + 1, struct db_query);
    TRY(read_sums(c, &links, sums));
    v->items = ARENA_ARRAY(c->arena, links.n + 1, struct referral_item);
    for (size_t i = 0; i < links.n; i++)
        v->items[v->n++] = item(c, r, h, &links.rows[i], &sums[i].rows);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    bool ended = streq(page_query(r, "state"), "ended");
    struct referrals_view v = {.csrf = r->csrf,
        .ended = ended,
        .tabs = {{.label = TR(c, "In use"), .href = "/referrals", .current = !ended},
            {.label = TR(c, "Ended"), .href = "/referrals?state=ended", .current = ended}},
        .empty = {.icon = "flag",
            .title = ended ? TR(c, "No link was ended") : TR(c, "No referral link yet"),
            .text = TR(c, "Make a link, put it into a mail or on your site. Who follows it and leaves a lead "
                          "was brought by you."),
            .action = ended ? NULL : TR(c, "New referral link"),
            .action_href = "/referral-links/create"}};
    struct shell_action *create = ARENA_NEW(c->arena, struct shell_action);
    *create = (struct shell_action){.label = TR(c, "New referral link"),
        .href = "/referral-links/create",
        .icon = "plus",
        .key = "c",
        .primary = true};
    if (r->problem)
        v.detail = r->problem->detail ? r->problem->detail : TR(c, problem_title(r->problem->code));
    TRY(fill_items(c, r, h, &v));
    if (v.n) {
        r->shell->actions = create;
        r->shell->n_actions = 1;
    }
    referrals_whole(h, &v);
    return OK;
}

const struct page referrals_page = {.path = "/referrals",
    .title = N_("Referral links"),
    .roles = PARTNER_ROLES,
    .nav = N_("Sell"),
    .icon = "flag",
    .show = show};
