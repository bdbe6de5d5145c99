/* One account: is it protected, who registered it, our own deals there, what it has from us and through whom,
 * notes and tasks. */
#include "base/id.h"
#include "domain/account/account.h"
#include "domain/account/account_page.html.h"
#include "domain/account/account_view.h"
#include "domain/account/pages.h"
#include "domain/opportunity/opportunity.h"

#define SHOWN 25

static const char registrations_sql[] =
    "select " BRIEF_COLUMNS
    " from registration r join partner p on p.id = r.partner_id join product_line l on "
    "l.id = r.product_line_id where r.account_id = $1 order by r.id desc limit 25";

static enum status fill_deals(
    struct call *c, struct html *h, int64_t id, const char *shown, struct account_view *v)
{
    struct list_query q = {.filters = {{"account_id", "is", shown}}, .n_filters = 1, .limit = SHOWN};
    const struct noun *noun = &opportunity_noun;
    struct list list;
    size_t amount = (size_t)field_find(noun->fields, noun->n_fields, "amount");
    size_t line = (size_t)field_find(noun->fields, noun->n_fields, "product_line_id");
    TRY(noun_list(c, noun, &q, &list));
    v->deals = ARENA_ARRAY(c->arena, list.n + 1, struct account_deal_view);
    v->credit = ARENA_ARRAY(c->arena, list.n + 1, struct credit_view);
    int64_t *ids = ARENA_ARRAY(c->arena, list.n + 1, int64_t);
    for (size_t i = 0; i < list.n; i++) {
        const struct row *row = &list.rows[i];
        ids[i] = row->id;
        const struct state *state = row_state(noun, row);
        v->deals[v->n_deals++] = (struct account_deal_view){.name = row->name,
            .href = arena_printf(c->arena, "/opportunities/%s", id_text(c->arena, noun->prefix, row->id)),
            .sub = row->title[line],
            .amount = value_text(c, h, noun, row, amount),
            .mark = state->mark,
            .state = TR(c, state->label)};
    }
    return credit_load(c, id, ids, list.n, v->credit);
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct account_view v = {0};
    struct row row;
    struct rows rows;
    int64_t id;
    if (!id_parse(account_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(record_view_load(c, r, h, &account_noun, id, &row, &v.record));
    if (r->redirect)
        return OK;
    const char *shown = id_text(c->arena, account_noun.prefix, id);
    struct value args[1] = {v_int(id)};
    TRY(lookup_account(c, h, id, &v.answer));
    TRY(db_query(c->db, c->arena, &rows, registrations_sql, args, 1));
    brief_fill(c, h, &rows, BRIEF_PARTNER_LINE, &v.registrations);
    v.all_registrations = arena_printf(c->arena, "/registrations?account_id=%s", shown);
    TRY(fill_deals(c, h, id, shown, &v));
    TRY(customer_panel_load(c, h, id, &v.customer));
    customer_panel_credit(c, &v.customer, v.credit, v.n_deals);
    TRY(notes_panel_load(
        c, r, h, arena_printf(c->arena, "/accounts/%s", shown), "account_id", shown, &v.notes));
    TRY(touch_panel_load(
        c, r, h, arena_printf(c->arena, "/accounts/%s", shown), "account_id", id, &v.touchpoints));
    TRY(cosell_panel_load(c, h, "account_id", id, &v.help));
    account_begin(h, &v);
    TRY(derived_timeline(c, h, &account_noun, id, 30));
    account_end(h, &v);
    return OK;
}

const struct page account_page = {
    .path = "/accounts/:id", .title = N_("Account"), .roles = VENDOR_ROLES, .show = show};
