/* The list of disputes: for the vendor all of them with their clocks, for a partner its own. */
#include "base/id.h"
#include "domain/dispute/pages.h"
#include "domain/dispute/pages.html.h"
#include "domain/dispute/view.h"
#include "domain/dispute/words.h"

#define AT_ONCE 50

const char *disputes_path(const struct call *c)
{
    return c->viewer->partner_id ? "/my-disputes" : "/disputes";
}

static const char open_vendor[] = "open,named,escalated";

static struct dispute_line line(
    struct call *c, struct html *h, const struct noun *noun, const struct row *row)
{
    const struct state *state = row_state(noun, row);
    int due = field_find(noun->fields, noun->n_fields, "due");
    bool vendor = noun == &dispute_noun;
    struct dispute_line l = {.company = row->name,
        .href = arena_printf(c->arena, "/%s/%s", noun->plural, id_text(c->arena, noun->prefix, row->id)),
        .mark = state->mark,
        .state = TR(c, state->label),
        .due = {row->v[due].i},
        .at = row->created,
        .result = dispute_text(c, h, noun, row, vendor ? "remedy" : "effect")};
    l.over = streq(state->key, "ruled") || streq(state->key, "withdrawn");
    l.due_mark = dispute_due_mark(c, l.due);
    if (vendor) {
        l.kind = dispute_text(c, h, noun, row, "kind");
        l.decider =
            dispute_text(c, h, noun, row, streq(state->key, "escalated") ? "executive_id" : "decider_id");
    }
    return l;
}

static void fill_tabs(struct call *c, const char *which, struct disputes_view *v)
{
    static const struct {
        const char *key, *label;
        bool vendor_only;
    } tabs[] = {{"open", N_("Open"), false}, {"mine", N_("I decide"), true}, {"ruled", N_("Ruled"), false},
        {"withdrawn", N_("Withdrawn"), false}, {"all", N_("All"), true}};
    for (size_t i = 0; i < COUNT(tabs); i++)
        if (v->vendor || !tabs[i].vendor_only)
            v->tabs[v->n_tabs++] = (struct part_tab){.label = TR(c, tabs[i].label),
                .href = arena_printf(c->arena, "%s?tab=%s", disputes_path(c), tabs[i].key),
                .current = streq(which, tabs[i].key)};
}

/* What the public figures lead to: a remedy, a quarter. */
static void narrow(struct call *c, struct page_request *r, bool vendor, struct list_query *q)
{
    static const struct {
        const char *name, *op;
    } spans[] = {{"from", "at_least"}, {"until", "below"}};
    const char *remedy = page_query(r, "remedy");
    struct date day;
    if (remedy && vendor)
        q->filters[q->n_filters++] = (struct filter){"remedy", "is", remedy};
    for (size_t i = 0; i < COUNT(spans); i++)
        if (page_query(r, spans[i].name) && date_parse(page_query(r, spans[i].name), &day))
            q->filters[q->n_filters++] = (struct filter){
                "created", spans[i].op, instant_iso(c->arena, instant_in(c->catalog->zone, day, 0, 0, 0))};
}

static struct list_query asked_for(struct call *c, struct page_request *r, bool vendor, const char *which)
{
    struct list_query q = {.after = page_query(r, "after"), .limit = AT_ONCE, .sort = "-created"};
    bool open = streq(which, "open") || streq(which, "mine");
    if (open && vendor) {
        q.filters[q.n_filters++] = (struct filter){"state", "in", open_vendor};
        q.sort = "due";
    } else if (!streq(which, "all")) {
        q.filters[q.n_filters++] = (struct filter){"state", "is", which};
    }
    narrow(c, r, vendor, &q);
    if (streq(which, "mine")) {
        q.where =
            "((t.state = 'named' and t.decider_id = $1) or (t.state = 'escalated' and t.executive_id = $1))";
        q.where_args[0] = v_int(c->viewer->person_id);
        q.n_where_args = 1;
    }
    return q;
}

static const char *which_tab(struct page_request *r, bool vendor)
{
    static const char *const known[] = {"ruled", "withdrawn", "mine", "all"};
    const char *asked = page_query(r, "tab");
    for (size_t i = 0; i < (vendor ? 4u : 2u); i++)
        if (streq(known[i], asked))
            return known[i];
    return "open";
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    bool vendor = !c->viewer->partner_id;
    const char *which = which_tab(r, vendor);
    const struct noun *noun = vendor ? &dispute_noun : &dispute_party_noun;
    struct disputes_view v = {.vendor = vendor,
        .lead = vendor ? TR(c, "Who is right about a claim; the next answer first.")
                       : TR(c, "Where you or somebody else says that a claim is not right."),
        .empty = {.icon = "flag",
            .title = TR(c, "No disputes here"),
            .text =
                vendor
                    ? TR(c, "A dispute is opened on a registration, by a partner or by one of your sellers.")
                    : TR(c, "When you think that a decision is wrong, open the registration and dispute it."),
            .action = TR(c, "All registrations"),
            .action_href = "/registrations"}};
    struct list_query q = asked_for(c, r, vendor, which);
    struct list list;
    TRY(noun_list(c, noun, &q, &list));
    fill_tabs(c, which, &v);
    v.lines = ARENA_ARRAY(c->arena, list.n + 1, struct dispute_line);
    for (size_t i = 0; i < list.n; i++)
        v.lines[v.n++] = line(c, h, noun, &list.rows[i]);
    if (list.next) {
        struct buf next = buf_in(c->arena, 4096);
        buf_addf(&next, "%s?tab=%s&after=", disputes_path(c), which);
        buf_add_url(&next, list.next);
        v.next = buf_str(&next);
    }
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Disputes");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    disputes_whole(h, &v);
    return OK;
}

enum status disputes_count(struct call *c, int64_t *out)
{
    bool vendor = !c->viewer->partner_id;
    struct list_query q = {
        .n_filters = 1, .filters = {{"state", vendor ? "in" : "is", vendor ? open_vendor : "open"}}};
    return noun_count(c, vendor ? &dispute_noun : &dispute_party_noun, &q, 999, out);
}

const struct page disputes_page = {
    .path = "/disputes",
    .title = N_("Disputes"),
    .roles = VENDOR_ROLES,
    .nav = "",
    .icon = "flag",
    .key = "g d",
    .show = show,
};

const struct page my_disputes_page = {
    .path = "/my-disputes",
    .title = N_("Disputes"),
    .roles = PARTNER_ROLES,
    .nav = "",
    .icon = "flag",
    .key = "g d",
    .show = show,
};
