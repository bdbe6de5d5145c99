/* The pages behind links in mails: opening one does nothing, its button does. */
#include "base/id.h"
#include "domain/notice/link.h"
#include "domain/notice/link_page.html.h"
#include "domain/notice/link_view.h"
#include "domain/notice/ways.h"

static const char *problem_text(struct call *c, const struct problem *p)
{
    return p->detail ? p->detail : TR(c, problem_title(p->code));
}

/* ---- acting ---- */

/* Of the row what its list shows, as the link's person sees it. */
static void fill_facts(
    struct call *as, struct html *h, const struct noun *noun, const struct row *row, struct link_act_view *v)
{
    v->name = row->name ? row->name : TR(as, noun->label);
    v->facts = ARENA_ARRAY(as->arena, noun->n_fields, struct link_fact);
    for (size_t i = 0; i < noun->n_fields; i++)
        if (noun->fields[i].list_column && !streq(noun->fields[i].name, noun->title) &&
            field_visible(&noun->fields[i], as->viewer))
            v->facts[v->n_facts++] =
                (struct link_fact){TR(as, noun->fields[i].label), value_text(as, h, noun, row, i)};
}

/* The verb's own controls, named as notice.act takes them. */
static void fill_fields(
    struct call *as, struct page_request *r, struct html *h, const struct verb *verb, struct link_act_view *v)
{
    struct page_request own = *r;
    size_t prefix = sizeof LINK_OPEN;
    struct given *given = ARENA_ARRAY(as->arena, r->n_given + 1, struct given);
    own.n_given = 0;
    for (size_t i = 0; i < r->n_given; i++)
        if (strncmp(r->given[i].name, LINK_OPEN ".", prefix) == 0) {
            given[own.n_given] = r->given[i];
            given[own.n_given++].name += prefix;
        }
    own.given = given;
    const struct part_field *controls = verb_controls(as, h, &own, verb, 0, &v->n);
    v->fields = ARENA_ARRAY(as->arena, v->n + 1, struct part_field);
    v->list = ARENA_ARRAY(as->arena, v->n + 1, const struct part_field *);
    for (size_t i = 0; i < v->n; i++) {
        v->fields[i] = controls[i];
        v->fields[i].name = arena_printf(as->arena, LINK_OPEN ".%s", controls[i].name);
        v->list[i] = &v->fields[i];
    }
}

static enum status fill_act(struct call *c, struct page_request *r, struct html *h, struct link_act_view *v)
{
    struct mail_link link;
    struct viewer *viewer = ARENA_NEW(c->arena, struct viewer);
    struct row row;
    TRY(link_find(c, r->param[0], &link));
    if (!link.verb)
        return call_refuse(c, PROBLEM_not_found, TR(c, "This is a link for something else."));
    TRY(link_viewer(c, &link, viewer));
    struct call as = *c; /* what its person sees, in the language of who reads it now */
    viewer->lang = call_lang(c);
    as.viewer = viewer;
    enum status s = noun_get(&as, link.noun, link.row_id, &row);
    if (s == REFUSED)
        return call_refuse(c, PROBLEM_not_found, TR(c, "What it is for is no longer there for you."));
    TRY(s);
    v->done = link.used.us != 0;
    v->title = TR(c, v->done && link.verb->done ? link.verb->done : link.verb->label);
    v->person = viewer->name;
    v->company = viewer->partner_id ? viewer->partner_name : c->catalog->vendor;
    v->href = arena_printf(
        c->arena, "/%s/%s", link.noun->plural, id_text(c->arena, link.noun->prefix, link.row_id));
    fill_facts(&as, h, link.noun, &row, v);
    if (!v->done && (!verb_allowed(link.verb, viewer) || !verb_starts(link.verb, &row)))
        return call_refuse(c, PROBLEM_state, TR(c, "It was done already, or can no longer be done."));
    fill_fields(&as, r, h, link.verb, v);
    return OK;
}

static enum status show_act(struct call *c, struct page_request *r, struct html *h)
{
    struct link_act_view v = {.csrf = r->csrf,
        .secret = r->param[0],
        .page = arena_printf(c->arena, "/act/%s", r->param[0]),
        .href = "/sign-in",
        .problem = r->problem ? problem_text(c, r->problem) : NULL};
    enum status s = fill_act(c, r, h, &v);
    if (s != OK && s != REFUSED)
        return s;
    if (s == REFUSED) {
        v.gone = true;
        v.problem = problem_text(c, c->problem);
        r->status = problem_status(c->problem->code);
    }
    act_whole(h, &v);
    return OK;
}

const struct page act_page = {
    .path = "/act/:secret", .title = N_("By mail"), .roles = ALL_ROLES | SIGNED_OUT, .show = show_act};

/* ---- no more mails ---- */

static enum status fill_off(struct call *c, struct page_request *r, struct off_view *v)
{
    struct mail_link link;
    struct viewer viewer;
    TRY(link_find(c, r->param[0], &link));
    if (link.verb)
        return call_refuse(c, PROBLEM_not_found, TR(c, "This is a link for something else."));
    TRY(link_viewer(c, &link, &viewer));
    int kind = notice_kind_find(link.kind);
    v->kind = kind >= 0                    ? TR(c, notice_kinds[kind].label)
              : streq(link.kind, "weekly") ? TR(c, "The weekly digest")
                                           : TR(c, "The daily digest");
    v->done = link.used.us != 0;
    v->address = viewer.email;
    return OK;
}

static enum status show_off(struct call *c, struct page_request *r, struct html *h)
{
    struct off_view v = {.csrf = r->csrf, .page = arena_printf(c->arena, "/unsubscribe/%s", r->param[0])};
    enum status s = fill_off(c, r, &v);
    if (s != OK && s != REFUSED)
        return s;
    if (s == REFUSED) {
        v.problem = problem_text(c, c->problem);
        r->status = problem_status(c->problem->code);
    }
    off_whole(h, &v);
    return OK;
}

const struct page unsubscribe_page = {.path = "/unsubscribe/:secret",
    .title = N_("No more mails of this kind"),
    .roles = ALL_ROLES | SIGNED_OUT,
    .one_click = &notice_unsubscribe,
    .show = show_off};
