/* The finder: accounts where we could sell something now and a partner has the relationship, best first. */
#include "base/id.h"
#include "base/text.h"
#include "domain/cosell/chance.h"
#include "domain/cosell/finder.html.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/view.h"

#define NOUN (&cosell_chance_noun)

static const char *title_of(const struct row *row, const char *field)
{
    return row->title[field_find(NOUN->fields, NOUN->n_fields, field)];
}

/* What of the shown pairs was asked already: partner_id, account_id, id. */
static enum status read_asked(struct call *c, const struct list *list, struct rows *out)
{
    struct buf b = buf_in(c->arena, 8192);
    struct value *args = ARENA_ARRAY(c->arena, list->n + 1, struct value);
    *out = (struct rows){0};
    if (!list->n)
        return OK;
    buf_adds(&b,
        "select partner_id, account_id, id from cosell_request where asked_by = 'vendor' and state in "
        "('asked', 'escalated') and account_id in (");
    for (size_t i = 0; i < list->n; i++) {
        struct cosell_chance k;
        row_record(NOUN, &list->rows[i], &k);
        args[i] = v_int(k.account_id.id);
        buf_addf(&b, "%s$%zu", i ? ", " : "", i + 1);
    }
    buf_addc(&b, ')');
    return db_query(c->db, c->arena, out, buf_str(&b), args, list->n);
}

static struct chance_view view_of(
    struct call *c, struct html *h, const struct row *row, const struct rows *asked)
{
    struct cosell_chance k;
    row_record(NOUN, row, &k);
    const char *deal = title_of(row, "opportunity_id");
    struct chance_view v = {.account = row->name,
        .account_href = arena_printf(c->arena, "/accounts/%s", id_text(c->arena, "acc", k.account_id.id)),
        .partner = title_of(row, "partner_id"),
        .partner_href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", k.partner_id.id)),
        .deal = deal,
        .deal_href = deal ? opportunity_path(c, k.opportunity_id.id) : NULL,
        .line = title_of(row, "product_line_id"),
        .amount =
            k.amount.minor ? fmt_money(h, k.amount, k.currency ? k.currency : c->catalog->currency) : NULL,
        .place = k.country ? TR(c, country_name(k.country)) : NULL,
        .score = k.score,
        .ask_href = cosell_ask_href(c, k.partner_id.id, k.opportunity_id.id, k.account_id.id, "finder")};
    v.known = why_read(c, h, k.evidence, k.score, &v.why);
    for (size_t i = 0; i < asked->n; i++)
        if (cell_int(asked, i, 0) == k.partner_id.id && cell_int(asked, i, 1) == k.account_id.id)
            v.asked_href = arena_printf(c->arena, "/%s/%s", cosell_request_noun.plural,
                id_text(c->arena, cosell_request_noun.prefix, cell_int(asked, i, 2)));
    return v;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct list_query q;
    struct list list;
    struct list_view frame;
    struct rows asked;
    struct finder_view v = {.list = &frame, .may_ask = verb_allowed(&cosell_ask, c->viewer)};
    TRY(list_view_load(c, r, NOUN, &q, &list, &frame));
    TRY(read_asked(c, &list, &asked));
    frame.empty.text =
        TR(c, "A chance is an account of ours with an open deal, a contract that ends, or none yet, "
              "where a partner has won, works or is registered.");
    v.tabs = cosell_tabs(c, cosell_finder_page.path, &v.n_tabs);
    v.rows = ARENA_ARRAY(c->arena, list.n + 1, struct chance_view);
    for (size_t i = 0; i < list.n; i++)
        v.rows[v.n++] = view_of(c, h, &list.rows[i], &asked);
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = r->shell->title = TR(c, "Co-sell finder");
    r->shell->crumbs = crumb;
    cosell_finder_whole(h, &v);
    return OK;
}

const struct page cosell_finder_page = {.path = "/cosell-chances",
    .title = N_("Co-sell finder"),
    .roles = VENDOR_ROLES,
    .nav = N_("Sell"),
    .icon = "search",
    .show = show};
