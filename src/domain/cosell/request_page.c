/* One request: what is asked, what is shown of the deal, why this partner (to the vendor), the answer. */
#include "base/id.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/pages.html.h"
#include "domain/cosell/view.h"

#define NOUN (&cosell_request_noun)

static void add_fact(struct request_view *v, const char *label, const char *text, const char *href)
{
    if (text)
        v->facts[v->n_facts++] = (struct fact_view){.label = label, .text = text, .href = href};
}

static const char *row_href(struct call *c, const char *plural, const char *prefix, int64_t id)
{
    return id ? arena_printf(c->arena, "/%s/%s", plural, id_text(c->arena, prefix, id)) : NULL;
}

static const char *text_of(struct call *c, struct html *h, const struct row *row, const char *field)
{
    size_t at = (size_t)field_find(NOUN->fields, NOUN->n_fields, field);
    return row->v[at].kind == VALUE_NULL ? NULL : value_text(c, h, NOUN, row, at);
}

/* Each viewer is given what its columns and its sight of other rows allow. */
static void fill_facts(struct call *c, struct html *h, const struct row *row, const struct cosell_request *q,
    struct request_view *v)
{
    const char *deal = row_title(NOUN, row, "deal_id"), *opportunity = row_title(NOUN, row, "opportunity_id");
    v->facts = ARENA_ARRAY(c->arena, 12, struct fact_view);
    add_fact(v, TR(c, "Account"), row_title(NOUN, row, "account_id"),
        row_href(c, "accounts", "acc", q->account_id.id));
    if (deal)
        add_fact(v, TR(c, "Works together on"), deal, row_href(c, "opportunities", "opp", q->deal_id.id));
    else
        add_fact(
            v, TR(c, "Opportunity"), opportunity, row_href(c, "opportunities", "opp", q->opportunity_id.id));
    add_fact(v, TR(c, "Registration"), row_title(NOUN, row, "registration_id"),
        row_href(c, "registrations", "reg", q->registration_id.id));
    if (!c->viewer->partner_id)
        add_fact(v, TR(c, "Partner"), row_title(NOUN, row, "partner_id"),
            row_href(c, "partners", "prt", q->partner_id.id));
    add_fact(v, TR(c, "Country"), text_of(c, h, row, "country"), NULL);
    add_fact(v, TR(c, "Industry"), text_of(c, h, row, "industry"), NULL);
    add_fact(v, TR(c, "Product line"), row_title(NOUN, row, "product_line_id"), NULL);
    if (q->amount_band)
        add_fact(v, TR(c, "About how much"),
            arena_printf(c->arena, "%s %s", option_label(call_lang(c), cosell_amount_bands, q->amount_band),
                c->catalog->currency),
            NULL);
}

/* Both sides read the names of those who asked and answered: they work together, or may. */
static enum status fill_people(
    struct call *c, const struct row *row, const struct cosell_request *q, struct request_view *v)
{
    struct value args[3] = {v_int(q->asker_id.id), v_int(q->person_id.id), v_int(q->answered_by.id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select (select name from person where id = $1), (select name from person where id = $2), (select "
        "name from person where id = $3)",
        args, 3));
    bool of_vendor = streq(q->asked_by, "vendor");
    const char *partner =
                   c->viewer->partner_id ? c->viewer->partner_name : row_title(NOUN, row, "partner_id"),
               *vendor = c->catalog->vendor, *asker = cell_text(&rows, 0, 0),
               *person = cell_text(&rows, 0, 1);
    const char *from = of_vendor ? vendor : partner, *to = of_vendor ? partner : vendor;
    v->asker = arena_printf(c->arena, "%s, %s", asker ? asker : "", from);
    v->asked_of = person ? arena_printf(c->arena, "%s, %s", person, to) : to;
    if (!v->open && q->answered.us)
        add_fact(v, TR(c, "Answered by"), cell_text(&rows, 0, 2), NULL);
    return OK;
}

static void fill_answer(struct call *c, const struct cosell_request *q, struct request_view *v)
{
    static const struct {
        const char *state, *mark, *word;
    } words[] = {{"accepted", "ok", N_("Accepted")}, {"declined", "no", N_("Declined")}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (streq(words[i].state, q->state)) {
            v->answer_mark = words[i].mark;
            v->answer_word = q->reason ? arena_printf(c->arena, "%s: %s", TR(c, words[i].word),
                                             option_label(call_lang(c), cosell_decline_reasons, q->reason))
                                       : TR(c, words[i].word);
        }
    v->answer = q->answer;
}

/* "The company's name, its country"; to the vendor only. */
static const char *shown_text(
    struct call *c, struct html *h, const struct row *row, const struct cosell_request *q)
{
    if (c->viewer->partner_id || streq(q->asked_by, "partner"))
        return NULL;
    const char *text = text_of(c, h, row, "shared");
    return text ? text : TR(c, "Nothing but your words");
}

/* The open deals of the account, where the request names none. */
static enum status offer_deals(struct call *c, const struct cosell_request *q, struct request_view *v)
{
    struct value args[1] = {v_int(q->account_id.id)};
    struct rows rows = {.n = 0};
    if (q->account_id.id)
        TRY(db_query(c->db, c->arena, &rows,
            "select id, name from opportunity where account_id = $1 and state = 'open' order by name limit "
            "100",
            args, 1));
    if (rows.n)
        cosell_offer(c, &v->accept, "opportunity_id", opportunity_noun.prefix, TR(c, "None yet"), &rows);
    if (q->opportunity_id.id || c->viewer->partner_id || (q->account_id.id && !rows.n)) /* none to name */
        v->accept.n = 1;
    v->accept.list[v->accept.n] = &v->accept.file;
    return OK;
}

static enum status fill_forms(struct call *c, struct page_request *r, struct html *h,
    const struct cosell_request *q, struct request_view *v)
{
    if (!v->open)
        return OK;
    if (v->asks && verb_allowed(&cosell_withdraw, c->viewer))
        act_form_load(c, r, h, &cosell_withdraw, v->path, v->path, "withdraw", &v->withdraw);
    if (v->asks || !verb_allowed(&cosell_accept, c->viewer))
        return OK;
    act_form_load(c, r, h, &cosell_accept, v->path, v->path, "accept", &v->accept);
    act_form_load(c, r, h, &cosell_decline, v->path, v->path, "decline", &v->decline);
    return offer_deals(c, q, v);
}

static void fill_frame(struct call *c, struct page_request *r, const char *name)
{
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Co-sell"), "/cosell"};
    crumbs[1] = (struct shell_crumb){name, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    r->shell->title = name;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct cosell_request q;
    struct why_view why;
    struct row row;
    int64_t id;
    if (!id_parse(NOUN->prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, NOUN, id, &row));
    row_record(NOUN, &row, &q);
    const struct state *state = row_state(NOUN, &row);
    const char *account = row_title(NOUN, &row, "account_id");
    struct request_view v = {.subject = account ? account : cosell_subject(c->arena, h->lang, &q),
        .mark = state->mark,
        .state = TR(c, state->label),
        .path = row_href(c, NOUN->plural, NOUN->prefix, id),
        .kind = option_label(call_lang(c), cosell_kinds, q.kind),
        .text = q.text,
        .at = row.created,
        .due = q.due,
        .answered = q.answered,
        .open = cosell_is_open(&q),
        .asks = cosell_viewer_asks(c, &q),
        .shown = shown_text(c, h, &row, &q)};
    fill_facts(c, h, &row, &q, &v);
    TRY(fill_people(c, &row, &q, &v));
    fill_answer(c, &q, &v);
    TRY(fill_forms(c, r, h, &q, &v));
    if (!c->viewer->partner_id && why_read(c, h, q.evidence, q.score, &why))
        v.why = &why;
    fill_frame(c, r, v.subject);
    cosell_request_begin(h, &v);
    TRY(derived_timeline(c, h, NOUN, id, 30));
    cosell_request_end(h, &v);
    return OK;
}

const struct page cosell_request_page = {
    .path = "/cosell-requests/:id", .title = N_("Co-sell request"), .roles = ALL_ROLES, .show = show};
