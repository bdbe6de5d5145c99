/* Who could help on a deal: the partners that know the customer, or fit, with the reasons; one click asks. */
#include "base/id.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/pages.html.h"
#include "domain/cosell/view.h"

#define SHOWN 10

/* Those that are asked about the deal already, so that nobody asks twice. */
static enum status read_asked(struct call *c, int64_t opportunity_id, struct rows *out)
{
    struct value args[1] = {v_int(opportunity_id)};
    return db_query(c->db, c->arena, out,
        "select partner_id, id from cosell_request where opportunity_id = $1 and asked_by = 'vendor' and "
        "state "
        "in ('asked', 'escalated')",
        args, 1);
}

static void fill_helpers(struct call *c, struct html *h, const struct cosell_candidates *found,
    const struct rows *asked, int64_t opportunity_id, struct help_view *v)
{
    v->helpers = ARENA_ARRAY(c->arena, found->n + 1, struct helper_view);
    for (size_t i = 0; i < found->n; i++) {
        const struct cosell_candidate *k = &found->all[i];
        struct helper_view *x = &v->helpers[v->n];
        if (!why_read(c, h, cosell_evidence(c, k), k->result.score, &x->why))
            continue;
        v->n++;
        x->partner = k->partner;
        x->partner_href = arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", k->partner_id));
        x->ask_href = cosell_ask_href(c, k->partner_id, opportunity_id, 0, "deal");
        for (size_t a = 0; a < asked->n; a++)
            if (cell_int(asked, a, 0) == k->partner_id)
                x->asked_href = arena_printf(c->arena, "/%s/%s", cosell_request_noun.plural,
                    id_text(c->arena, cosell_request_noun.prefix, cell_int(asked, a, 1)));
    }
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct cosell_candidates found = {0};
    struct help_view v = {0};
    struct opportunity o;
    struct rows asked;
    struct row row;
    int64_t id;
    if (!id_parse(opportunity_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &opportunity_noun, id, &row));
    row_record(&opportunity_noun, &row, &o);
    struct cosell_wish wish = {.accounts = &o.account_id.id,
        .n = o.account_id.id ? 1 : 0,
        .opportunity_id = id,
        .strangers = true,
        .most = SHOWN};
    TRY(cosell_candidates_read(c, &wish, &found));
    TRY(read_asked(c, id, &asked));
    fill_helpers(c, h, &found, &asked, id, &v);
    v.name = row.name;
    v.open = streq(o.state, "open");
    if (o.account_id.id)
        v.finder_href = arena_printf(
            c->arena, "%s?account_id=%s", cosell_finder_page.path, id_text(c->arena, "acc", o.account_id.id));
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){row.name, opportunity_path(c, id)};
    crumbs[1] = (struct shell_crumb){TR(c, "Who could help"), NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    cosell_help_whole(h, &v);
    return OK;
}

const struct page cosell_help_page = {
    .path = "/opportunities/:id/help", .title = N_("Who could help"), .roles = DEAL_ROLES, .show = show};
