/* Chances as the pages show them: the finder's, and those of one account or deal. */
#include "base/id.h"
#include "base/text.h"
#include "domain/cosell/chance.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/panel.h"
#include "domain/cosell/view.h"

#define NOUN  (&cosell_chance_noun)
#define SHOWN 3 /* on another page; the finder has the rest */

/* Which of the pairs were asked already: partner_id, account_id, id. */
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
    struct call *c, struct html *h, const struct row *row, const char *origin, const struct rows *asked)
{
    struct cosell_chance k;
    row_record(NOUN, row, &k);
    const char *deal = row_title(NOUN, row, "opportunity_id");
    struct chance_view v = {.account = row->name,
        .account_href = arena_printf(c->arena, "/accounts/%s", id_text(c->arena, "acc", k.account_id.id)),
        .partner = row_title(NOUN, row, "partner_id"),
        .partner_href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", k.partner_id.id)),
        .deal = deal,
        .deal_href = deal ? opportunity_path(c, k.opportunity_id.id) : NULL,
        .line = row_title(NOUN, row, "product_line_id"),
        .amount =
            k.amount.minor ? fmt_money(h, k.amount, k.currency ? k.currency : c->catalog->currency) : NULL,
        .place = k.country ? TR(c, country_name(k.country)) : NULL,
        .score = k.score};
    if (verb_allowed(&cosell_ask, c->viewer))
        v.ask_href = cosell_ask_href(c, k.partner_id.id, k.opportunity_id.id, k.account_id.id, origin);
    v.known = why_read(c, h, k.evidence, k.score, &v.why);
    for (size_t i = 0; i < asked->n; i++)
        if (cell_int(asked, i, 0) == k.partner_id.id && cell_int(asked, i, 1) == k.account_id.id)
            v.asked_href = arena_printf(c->arena, "/%s/%s", cosell_request_noun.plural,
                id_text(c->arena, cosell_request_noun.prefix, cell_int(asked, i, 2)));
    return v;
}

enum status chance_views(
    struct call *c, struct html *h, const struct list *list, const char *origin, struct chance_view **out)
{
    struct rows asked;
    TRY(read_asked(c, list, &asked));
    *out = ARENA_ARRAY(c->arena, list->n + 1, struct chance_view);
    for (size_t i = 0; i < list->n; i++)
        (*out)[i] = view_of(c, h, &list->rows[i], origin, &asked);
    return OK;
}

/* ---- on the page of an account or of a deal ---- */

enum status cosell_panel_load(
    struct call *c, struct html *h, const char *subject, int64_t id, struct cosell_panel *out)
{
    bool deal = streq(subject, "opportunity_id");
    const char *shown = id_text(c->arena, deal ? "opp" : "acc", id);
    struct list_query q = {.filters = {{subject, "is", shown}}, .n_filters = 1, .limit = SHOWN};
    struct list list;
    *out = (struct cosell_panel){.deal = deal};
    if (!noun_readable(NOUN, c->viewer))
        return OK;
    out->shown = true;
    TRY(noun_list(c, NOUN, &q, &list));
    TRY(chance_views(c, h, &list, deal ? "deal" : "finder", &out->rows));
    out->n = list.n;
    if (!deal)
        out->all = arena_printf(c->arena, "%s?account_id=%s", cosell_finder_page.path, shown);
    else if (cosell_help_page.roles & ROLE_BIT(c->viewer->role))
        out->all = arena_printf(c->arena, "%s/help", opportunity_path(c, id));
    return OK;
}
