/* One contract: how the renewal stands and why, usage, the contracts before it, and who does what there. */
#include "base/id.h"
#include "domain/customer/contract_page.html.h"
#include "domain/customer/contract_view.h"
#include "domain/customer/pages.h"
#include "domain/customer/partners.h"
#include "domain/customer/renewals.h"
#include "domain/customer/satisfaction.h"

#define CHAIN_MAX 20

static void fill_signs(struct call *c, struct html *h, const struct renewal *r, struct contract_view *v)
{
    bool running = streq(r->contract.state, "active") || streq(r->contract.state, "expired");
    v->at_risk = running && (r->signs.bits & SIGNS_RISK);
    for (unsigned bit = SIGN_RENEWAL; running && bit < 1u << SIGNS_N; bit <<= 1) {
        const char *words = sign_words(c, h, &r->signs, bit);
        if (words)
            v->signs[v->n_signs++] = words;
    }
    v->notice = running ? notice_words(c, h, r) : NULL;
    usage_lines(c, h, &r->facts, &r->signs, &v->usage, &v->n_usage);
    if (r->signs.score_kind)
        v->score = arena_printf(c->arena, "%s, %s",
            score_text(c, h->lang, r->signs.score_kind, r->signs.score), fmt_date(h, r->facts.score_day));
}

static void fill_vendor(struct call *c, const struct renewal *r, struct contract_view *v)
{
    const char *account = id_text(c->arena, "acc", r->contract.account_id.id),
               *line = id_text(c->arena, "pln", r->contract.product_line_id.id);
    v->account = r->account;
    v->account_href = arena_printf(c->arena, "/accounts/%s", account);
    v->all_usage = arena_printf(c->arena, "/usage?account_id=%s&product_line_id=%s", account, line);
    v->score_href = arena_printf(c->arena, "/satisfaction?account_id=%s", account);
    if (verb_allowed(&customer_partner_create, c->viewer))
        v->add_partner = arena_printf(
            c->arena, "/customer-partners/create?account_id=%s&product_line_id=%s", account, line);
}

/* ---- before and after ---- */

/* Of one customer and product line; what was another partner's is not there for this one. */
static enum status fill_chain(
    struct call *c, struct html *h, const struct renewal *r, struct contract_view *v)
{
    struct list_query q = {.where = "t.account_id = $1 and t.product_line_id = $2",
        .where_args = {v_int(r->contract.account_id.id), v_int(r->contract.product_line_id.id)},
        .n_where_args = 2,
        .sort = "-ends",
        .limit = CHAIN_MAX};
    struct list list;
    TRY(noun_list(c, &contract_noun, &q, &list));
    v->chain = ARENA_ARRAY(c->arena, list.n + 1, struct contract_chain_line);
    for (size_t i = list.n; i-- > 0;) {
        struct contract k;
        const struct state *state = row_state(&contract_noun, &list.rows[i]);
        row_record(&contract_noun, &list.rows[i], &k);
        v->chain[v->n_chain++] = (struct contract_chain_line){
            .span = arena_printf(c->arena, TR(c, "%s to %s"), fmt_date(h, k.starts), fmt_date(h, k.ends)),
            .href = contract_path(c, list.rows[i].id),
            .amount = fmt_money(h, k.amount, k.currency),
            .mark = state->mark,
            .state = TR(c, state->label),
            .current = list.rows[i].id == r->id};
    }
    return OK;
}

/* ---- who does what there ---- */

static enum status fill_partners(
    struct call *c, struct html *h, const struct renewal *r, struct contract_view *v)
{
    struct list_query q = {.where = "t.account_id = $1 and t.product_line_id = $2",
        .where_args = {v_int(r->contract.account_id.id), v_int(r->contract.product_line_id.id)},
        .n_where_args = 2,
        .sort = "-created",
        .limit = CHAIN_MAX};
    struct list list;
    TRY(noun_list(c, &customer_partner_noun, &q, &list));
    v->partners = ARENA_ARRAY(c->arena, list.n + 1, struct contract_partner_line);
    for (size_t i = 0; i < list.n; i++) {
        struct customer_partner p;
        row_record(&customer_partner_noun, &list.rows[i], &p);
        const char *name = row_title(&customer_partner_noun, &list.rows[i], "partner_id");
        v->partners[v->n_partners++] =
            (struct contract_partner_line){.name = name ? name : c->viewer->partner_name,
                .href = arena_printf(c->arena, "/customer-partners/%s",
                    id_text(c->arena, customer_partner_noun.prefix, list.rows[i].id)),
                .role = option_label(call_lang(c), customer_role_options, p.role),
                .since = fmt_date(h, p.since),
                .until = p.until.days == DATE_NONE ? NULL : fmt_date(h, p.until)};
    }
    return OK;
}

static enum status show(struct call *c, struct page_request *req, struct html *h)
{
    struct contract_view v = {0};
    struct renewal r;
    struct row row;
    int64_t id;
    if (!id_parse(contract_noun.prefix, req->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(record_view_load(c, req, h, &contract_noun, id, &row, &v.record));
    TRY(renewal_load(c, id, &r));
    fill_signs(c, h, &r, &v);
    if (!c->viewer->partner_id)
        fill_vendor(c, &r, &v);
    TRY(fill_chain(c, h, &r, &v));
    TRY(fill_partners(c, h, &r, &v));
    contract_begin(h, &v);
    TRY(derived_timeline(c, h, &contract_noun, id, 30));
    contract_finish(h, &v);
    return OK;
}

const struct page contract_page = {
    .path = "/contracts/:id", .title = N_("Contract"), .roles = ALL_ROLES, .show = show};
