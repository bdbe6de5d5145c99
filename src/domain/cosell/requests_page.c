/* What is asked of the viewer's side, what it asks, and what became of it. */
#include "base/id.h"
#include "domain/cosell/pages.h"
#include "domain/cosell/pages.html.h"
#include "domain/cosell/view.h"

#define AT_ONCE 40

/* Over "t"; $1 is the side that asks ("own": the viewer's), or the viewer. */
static const struct {
    const char *key, *label, *where, *order, *side;
    bool person;
} kinds[] = {
    {"in", N_("Asked of us"), "t.state in ('asked', 'escalated') and t.asked_by = $1", "created", "other",
        false},
    {"out", N_("We ask"), "t.state in ('asked', 'escalated') and t.asked_by = $1", "created", "own", false},
    {"mine", N_("Mine"), "(t.asker_id = $1 or t.person_id = $1 or t.answered_by = $1)", "-created", NULL,
        true},
    {"over", N_("Answered"), "t.state not in ('asked', 'escalated')", "-created", NULL, false},
};

static size_t chosen(const struct page_request *r)
{
    const char *tab = page_query(r, "tab");
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (streq(kinds[i].key, tab))
            return i;
    return 0;
}

/* What it is about, to the vendor by its account. */
struct request_line request_line(struct call *c, struct html *h, const struct row *row)
{
    const struct noun *noun = &cosell_request_noun;
    const struct state *state = row_state(noun, row);
    struct cosell_request q;
    row_record(noun, row, &q);
    const char *account = row_title(noun, row, "account_id"), *partner = row_title(noun, row, "partner_id");
    bool from_partner = streq(q.asked_by, "partner");
    struct request_line l = {.subject = account ? account : cosell_subject(c->arena, h->lang, &q),
        .href = arena_printf(c->arena, "/%s/%s", noun->plural, id_text(c->arena, noun->prefix, row->id)),
        .partner = c->viewer->partner_id ? c->catalog->vendor : partner,
        .kind = option_label(call_lang(c), cosell_kinds, q.kind),
        .sub = q.text,
        .mark = state->mark,
        .state = TR(c, state->label),
        .due = q.due,
        .at = row->created,
        .open = cosell_is_open(&q),
        .partner_side = from_partner};
    return l;
}

static enum status fill_tabs(struct call *c, size_t which, struct requests_view *v)
{
    struct part_tab *t = ARENA_ARRAY(c->arena, COUNT(kinds), struct part_tab);
    int64_t waiting;
    TRY(cosell_waiting_count(c, &waiting));
    for (size_t i = 0; i < COUNT(kinds); i++)
        t[i] = (struct part_tab){.label = TR(c, kinds[i].label),
            .href = arena_printf(c->arena, "/cosell?tab=%s", kinds[i].key),
            .count = i ? 0 : waiting,
            .current = i == which};
    v->which = t;
    v->n_which = COUNT(kinds);
    return OK;
}

static void offer_asking(struct call *c, struct page_request *r, struct requests_view *v)
{
    struct shell_action *a = ARENA_NEW(c->arena, struct shell_action);
    if (!verb_allowed(&cosell_ask, c->viewer))
        return;
    *a = (struct shell_action){.label = TR(c, cosell_ask.label),
        .href = "/cosell-requests/create",
        .icon = "plus",
        .key = "c",
        .primary = true};
    r->shell->actions = a;
    r->shell->n_actions = 1;
    v->empty.action = a->label;
    v->empty.action_href = a->href;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    size_t which = chosen(r);
    bool partner = c->viewer->partner_id != 0;
    struct list list;
    struct list_query q = {.where = kinds[which].where,
        .sort = kinds[which].order,
        .after = page_query(r, "after"),
        .limit = AT_ONCE};
    if (kinds[which].side)
        q.where_args[q.n_where_args++] =
            v_text(partner == streq(kinds[which].side, "own") ? "partner" : "vendor");
    else if (kinds[which].person)
        q.where_args[q.n_where_args++] = v_int(c->viewer->person_id);
    struct requests_view v = {.lead = partner
                                          ? TR(c, "Who asks whom for help with a deal. What you accept, you "
                                                  "work on together.")
                                          : TR(c, "Who asks whom for help with a deal. Whoever accepts is on "
                                                  "the team from then on."),
        .empty = {.icon = "swap",
            .title = which ? TR(c, "Nothing here") : TR(c, "Nobody waits for your answer"),
            .text = TR(c, "A request says what is needed: an introduction, a validation, people on site.")}};
    TRY(noun_list(c, &cosell_request_noun, &q, &list));
    TRY(fill_tabs(c, which, &v));
    offer_asking(c, r, &v);
    v.lines = ARENA_ARRAY(c->arena, list.n + 1, struct request_line);
    for (size_t i = 0; i < list.n; i++)
        v.lines[v.n++] = request_line(c, h, &list.rows[i]);
    if (list.next)
        v.next = arena_printf(c->arena, "/cosell?tab=%s&after=%s", kinds[which].key, list.next);
    cosell_requests(h, &v);
    return OK;
}

const struct page cosell_page = {.path = "/cosell",
    .title = N_("Co-sell"),
    .roles = ALL_ROLES,
    .nav = N_("Sell"),
    .icon = "swap",
    .key = "g x",
    .show = show};
