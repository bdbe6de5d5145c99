#include "domain/customer/panel.h"

#include "base/id.h"
#include "domain/customer/partners.h"
#include "domain/customer/renewals.h"
#include "domain/customer/satisfaction.h"
#include "domain/opportunity/team.h"
#include "face/derived.h"

#define CONTRACTS 12
#define ANSWERS   3
#define PARTNERS  60

/* ---- contracts ---- */

static struct customer_contract contract_of(struct call *c, struct html *h, const struct renewal *r)
{
    const struct contract *k = &r->contract;
    bool running = streq(k->state, "active") || streq(k->state, "expired");
    struct customer_contract v = {.name = r->line ? r->line : r->name,
        .href = r->href,
        .sub = r->partner ? r->partner : TR(c, "Sold by us"),
        .amount = fmt_money(h, k->amount, k->currency),
        .ends = fmt_date(h, k->ends),
        .mark = noun_state(&contract_noun, k->state)->mark,
        .state = TR(c, noun_state(&contract_noun, k->state)->label),
        .why = running ? signs_words(c, h, &r->signs, SIGNS_RISK) : NULL};
    if (running)
        usage_lines(c, h, &r->facts, &r->signs, &v.usage, &v.n_usage);
    return v;
}

static enum status fill_contracts(
    struct call *c, struct html *h, int64_t account_id, struct customer_panel *v)
{
    struct list_query q = {.where = "t.account_id = $1 and t.state <> 'withdrawn'",
        .where_args = {v_int(account_id)},
        .n_where_args = 1,
        .sort = "-ends",
        .limit = CONTRACTS};
    struct renewal *r;
    const char *next, *account = id_text(c->arena, "acc", account_id);
    TRY(renewals_read(c, &q, &r, &v->n_contracts, &next));
    v->contracts = ARENA_ARRAY(c->arena, v->n_contracts + 1, struct customer_contract);
    for (size_t i = 0; i < v->n_contracts; i++)
        v->contracts[i] = contract_of(c, h, &r[i]);
    v->all = arena_printf(c->arena, "/contracts?account_id=%s", account);
    if (verb_allowed(&contract_create, c->viewer))
        v->add = arena_printf(c->arena, "/contracts/create?account_id=%s", account);
    return OK;
}

/* ---- satisfaction ---- */

static enum status fill_answers(struct call *c, struct html *h, int64_t account_id, struct customer_panel *v)
{
    const struct noun *noun = &satisfaction_noun;
    struct list_query q = {.where = "t.account_id = $1",
        .where_args = {v_int(account_id)},
        .n_where_args = 1,
        .sort = "-day",
        .limit = ANSWERS};
    const struct programme *p;
    struct list list;
    TRY(programme_active(c, &p));
    TRY(noun_list(c, noun, &q, &list));
    v->answers = ARENA_ARRAY(c->arena, list.n + 1, struct customer_answer);
    for (size_t i = 0; i < list.n; i++) {
        struct satisfaction s;
        row_record(noun, &list.rows[i], &s);
        const char *day = fmt_date(h, s.day);
        v->answers[v->n_answers++] =
            (struct customer_answer){.score = score_text(c, h->lang, s.kind, s.score),
                .href = arena_printf(
                    c->arena, "/satisfaction/%s", id_text(c->arena, noun->prefix, list.rows[i].id)),
                .sub = s.said_by ? arena_printf(c->arena, "%s, %s", s.said_by, day) : day,
                .words = s.words,
                .low = s.score <= (streq(s.kind, "nps") ? p->care.low_nps : p->care.low_csat)};
    }
    v->all_answers =
        arena_printf(c->arena, "/satisfaction?account_id=%s", id_text(c->arena, "acc", account_id));
    return OK;
}

/* ---- who does what ---- */

/* What lasts: after the sale, then on deals that are open or were won. */
const char customer_panel_partners_sql[] =
    "select p.partner_id, r.name, p.role, l.name, p.id, 0 from customer_partner p join partner r on r.id = "
    "p.partner_id and r.merged_into is null join product_line l on l.id = p.product_line_id where "
    "p.account_id = $1 and p.state = 'active' union all select m.partner_id, r.name, m.role, o.name, o.id, 1 "
    "from opportunity o join "
    "opportunity_member m on m.opportunity_id = o.id and m.state = 'active' join partner r on r.id = "
    "m.partner_id and r.merged_into is null where o.account_id = $1 and o.state in ('open', 'won') order by "
    "6, 2, 3, 4, 5 limit 200";

static void add_deed(struct customer_panel *v, int64_t partner_id, const char *name, const char *href,
    struct customer_deed deed)
{
    size_t k = 0;
    while (k < v->n_partners && v->partners[k].partner_id != partner_id)
        k++;
    if (k == PARTNERS) {
        v->more_partners = true;
        return;
    }
    struct customer_partner_line *l = &v->partners[k];
    if (k == v->n_partners) {
        v->n_partners++;
        *l = (struct customer_partner_line){.partner_id = partner_id, .name = name, .href = href};
    }
    if (l->n < COUNT(l->deeds))
        l->deeds[l->n++] = deed;
    else
        l->more++;
}

static struct customer_deed deed_of(struct call *c, const struct rows *rows, size_t i)
{
    bool deal = cell_int(rows, i, 5) != 0;
    const char *what = cell_text(rows, i, 3),
               *role = option_label(
                   call_lang(c), deal ? member_role_options : customer_role_options, cell_text(rows, i, 2));
    return (struct customer_deed){.text = arena_printf(c->arena, deal ? "%s: %s" : "%s %s", role, what),
        .href = arena_printf(c->arena, "/%s/%s", deal ? "opportunities" : customer_partner_noun.plural,
            id_text(c->arena, deal ? "opp" : customer_partner_noun.prefix, cell_int(rows, i, 4)))};
}

static enum status fill_partners(struct call *c, int64_t account_id, struct customer_panel *v)
{
    struct value args[1] = {v_int(account_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, customer_panel_partners_sql, args, 1));
    v->all_partners = arena_printf(
        c->arena, "/%s?account_id=%s", customer_partner_noun.plural, id_text(c->arena, "acc", account_id));
    v->partners = ARENA_ARRAY(c->arena, PARTNERS, struct customer_partner_line);
    for (size_t i = 0; i < rows.n; i++)
        add_deed(v, cell_int(&rows, i, 0), cell_string(&rows, i, 1),
            arena_printf(c->arena, "/partners/%s", id_text(c->arena, "prt", cell_int(&rows, i, 0))),
            deed_of(c, &rows, i));
    return OK;
}

void customer_panel_credit(
    struct call *c, struct customer_panel *panel, const struct credit_view *deals, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < deals[i].n; k++) {
            const struct credit_partner *p = &deals[i].partners[k];
            const char *did = p->credit == CREDIT_SOURCED ? TR(c, "Sourced") : TR(c, "Influenced");
            add_deed(panel, p->partner_id, p->name, p->href,
                (struct customer_deed){
                    arena_printf(c->arena, "%s: %s", did, deals[i].deal), deals[i].deal_href});
        }
}

enum status customer_panel_load(
    struct call *c, struct html *h, int64_t account_id, struct customer_panel *out)
{
    *out = (struct customer_panel){0};
    TRY(fill_contracts(c, h, account_id, out));
    TRY(fill_answers(c, h, account_id, out));
    return fill_partners(c, account_id, out);
}
