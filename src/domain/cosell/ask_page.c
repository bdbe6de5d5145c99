/* Asking for help: what the address names already stands there; what is left is what is asked, in words, and
 * how much is shown. */
#include "base/id.h"
#include "domain/account/account.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/pages.html.h"
#include "domain/cosell/view.h"
#include "domain/partner/partner.h"

static const char page_path[] = "/cosell-requests/create";

/* What the address or the refused form says. */
static const char *said(const struct page_request *r, const char *name)
{
    const char *given = given_text(r, name);
    return given ? given : page_query(r, name);
}

/* A row that the address names: hidden from the form, told above it. ID 0: it names none that there is. */
static enum status named(struct call *c, const struct page_request *r, const struct noun *noun,
    const char *field, struct ask_view *v, struct row *row)
{
    const char *text = said(r, field);
    struct call look = *c;
    int64_t id;
    *row = (struct row){0};
    look.problem = NULL;
    if (!text || !id_parse(noun->prefix, text, &id))
        return OK;
    enum status s = noun_get(&look, noun, id, row);
    if (s == REFUSED)
        return OK; /* as if nothing had been named */
    if (s == OK)
        v->hidden[v->n_hidden++] = (struct hidden_value){field, text};
    return s;
}

static bool is_hidden(const struct ask_view *v, const char *name)
{
    static const char *const own[] = {"shared", "origin", "product_line_id"};
    for (size_t i = 0; i < v->n_hidden; i++)
        if (streq(v->hidden[i].name, name))
            return true;
    for (size_t i = 0; i < COUNT(own); i++)
        if (streq(own[i], name))
            return true;
    return false;
}

/* The subject is named: the other ways to name one are left out. */
static bool is_settled(const struct ask_view *v, const char *name)
{
    static const char *const ways[] = {
        "opportunity_id", "account_id", "registration_id", "company", "country"};
    for (size_t i = 0; v->subject && i < COUNT(ways); i++)
        if (streq(ways[i], name))
            return true;
    return streq(name, "person_id") && !v->partner;
}

static void keep_fields(struct ask_view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->form.n; i++)
        if (!is_hidden(v, v->form.fields[i].name) && !is_settled(v, v->form.fields[i].name)) {
            v->form.fields[n] = v->form.fields[i];
            v->form.list[n] = &v->form.fields[n];
            n++;
        }
    v->form.list[n] = &v->form.file;
    v->form.n = n;
}

/* Of a partner's people, once it is known which partner. */
static enum status offer_people(struct call *c, int64_t partner_id, struct ask_view *v)
{
    struct value args[1] = {v_int(partner_id)};
    struct rows rows;
    if (!partner_id || c->viewer->partner_id)
        return OK;
    TRY(db_query(c->db, c->arena, &rows,
        "select id, name from person where partner_id = $1 and state <> 'inactive' order by name limit 100",
        args, 1));
    cosell_offer(c, &v->form, "person_id", "per", TR(c, "Everybody there"), &rows);
    return OK;
}

/* Of the rows to choose from those that go on: with what has ended nobody helps. */
static enum status offer_going(
    struct call *c, const struct noun *noun, const char *field, const char *going, struct ask_view *v)
{
    struct part_field *f = act_form_field(&v->form, field);
    struct list list;
    if (f->kind != PART_SELECT) /* more than a person picks from: it is typed */
        return OK;
    struct list_query q = {.where = going, .limit = f->n_options, .fields = noun_bit(noun, noun->title)};
    TRY(noun_list(c, noun, &q, &list));
    struct part_option *o = ARENA_ARRAY(c->arena, list.n + 1, struct part_option);
    o[0] = (struct part_option){"", TR(c, "Not set")};
    for (size_t i = 0; i < list.n; i++)
        o[i + 1] = (struct part_option){id_text(c->arena, noun->prefix, list.rows[i].id), list.rows[i].name};
    f->options = o;
    f->n_options = list.n + 1;
    return OK;
}

static enum status offer_own_deals(struct call *c, struct ask_view *v)
{
    if (!c->viewer->partner_id)
        return OK;
    TRY(offer_going(c, &opportunity_noun, "opportunity_id", "t.state = 'open'", v));
    return offer_going(
        c, model_noun(c->model, "registration"), "registration_id", "t.state in ('review', 'approved')", v);
}

/* Ticked until somebody says otherwise: what does not name the customer. */
static void offer_shares(struct call *c, const struct page_request *r, struct ask_view *v)
{
    static const char usual[] = ",country,industry,product,";
    if (c->viewer->partner_id)
        return;
    for (const struct option *o = cosell_shares; o->key; o++) {
        bool on = r->n_given ? false : strstr(usual, arena_printf(c->arena, ",%s,", o->key)) != NULL;
        for (size_t i = 0; i < r->n_given; i++)
            on |= streq(r->given[i].name, "shared") && streq(r->given[i].value.s, o->key);
        v->shares[v->n_shares++] = (struct part_field){.kind = PART_CHECK,
            .id = arena_printf(c->arena, "share-%s", o->key),
            .name = "shared",
            .label = TR(c, o->label),
            .value = o->key,
            .checked = on};
    }
}

/* Why this partner, when both are known: as it will be kept with the request. */
static enum status explain(struct call *c, struct html *h, int64_t partner_id, int64_t opportunity_id,
    int64_t account_id, struct ask_view *v)
{
    struct cosell_wish wish = {.accounts = &account_id,
        .n = account_id && partner_id && !c->viewer->partner_id ? 1 : 0,
        .opportunity_id = opportunity_id,
        .strangers = opportunity_id != 0,
        .owned = true,
        .most = SIZE_MAX};
    struct cosell_candidates found;
    struct why_view *why = ARENA_NEW(c->arena, struct why_view);
    TRY(cosell_candidates_read(c, &wish, &found));
    for (size_t i = 0; i < found.n; i++)
        if (found.all[i].partner_id == partner_id &&
            why_read(c, h, cosell_evidence(c, &found.all[i]), found.all[i].result.score, why))
            v->why = why;
    return OK;
}

static enum status read_subject(
    struct call *c, struct page_request *r, struct ask_view *v, struct row *deal, struct row *account)
{
    struct row registration = {0};
    TRY(named(c, r, &opportunity_noun, "opportunity_id", v, deal));
    if (!c->viewer->partner_id && !deal->id)
        TRY(named(c, r, &account_noun, "account_id", v, account));
    if (c->viewer->partner_id && !deal->id)
        TRY(named(c, r, model_noun(c->model, "registration"), "registration_id", v, &registration));
    v->subject = deal->id ? deal->name : account->id ? account->name : registration.name;
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct row partner = {0}, deal = {0}, account = {0};
    struct ask_view v = {.title = TR(c, cosell_ask.label),
        .lead = c->viewer->partner_id
                    ? arena_printf(c->arena,
                          TR(c, "Name an opportunity, a registration or a company. %s helps, or tells you "
                                "why not."),
                          c->catalog->vendor)
                    : TR(c, "The partner reads what you write and what you show of the deal, and the rest "
                            "once it accepts.")};
    const char *origin = said(r, "origin");
    act_form_load(c, r, h, &cosell_ask, "/cosell-requests", page_path, "ask", &v.form);
    if (!c->viewer->partner_id)
        TRY(named(c, r, &partner_noun, "partner_id", &v, &partner));
    TRY(read_subject(c, r, &v, &deal, &account));
    if (origin && !c->viewer->partner_id)
        v.hidden[v.n_hidden++] = (struct hidden_value){"origin", origin};
    v.partner = partner.name;
    TRY(offer_people(c, partner.id, &v));
    TRY(offer_own_deals(c, &v));
    keep_fields(&v);
    offer_shares(c, r, &v);
    struct opportunity o = {.name = NULL};
    if (deal.id)
        row_record(&opportunity_noun, &deal, &o);
    TRY(explain(c, h, partner.id, deal.id, deal.id ? o.account_id.id : account.id, &v));
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Co-sell"), "/cosell"};
    crumbs[1] = (struct shell_crumb){v.title, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    cosell_ask_whole(h, &v);
    return OK;
}

const struct page cosell_ask_page = {.path = "/cosell-requests/create",
    .title = N_("Ask for help"),
    .roles = DEAL_ROLES | PARTNER_ROLES,
    .show = show};
