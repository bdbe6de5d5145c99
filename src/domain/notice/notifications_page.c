/* /me/notifications: which notices come by mail, and when. */
#include "domain/notice/link_page.html.h"
#include "domain/notice/link_view.h"
#include "domain/notice/ways.h"
#include "domain/person/person.h"

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct person p;
    struct notifications_view v = {.csrf = r->csrf,
        .email = c->viewer->email,
        .problem = r->problem ? r->problem->detail ? r->problem->detail : "" : NULL};
    size_t n;
    TRY(noun_load_whole(c, &person_noun, c->viewer->person_id, &p));
    const struct part_field *controls = verb_controls(c, h, r, &notice_set, 0, &n);
    ASSERT(n == NOTICE_KINDS_N);
    v.fields = ARENA_ARRAY(c->arena, n, struct part_field);
    v.list = ARENA_ARRAY(c->arena, n, const struct part_field *);
    for (size_t i = 0; i < n; i++) {
        if (!(notice_kinds[i].roles & ROLE_BIT(c->viewer->role)))
            continue;
        struct part_field *f = &v.fields[v.n];
        *f = controls[i];
        f->optional = f->required = false;
        f->options += !*f->options[0].value; /* the empty one: something is chosen always */
        f->n_options =
            (size_t)(f->options == controls[i].options ? controls[i].n_options : controls[i].n_options - 1);
        if (!r->n_given)
            f->value = notice_way_options[notice_way_of(c->arena, p.notify, (enum notice_kind)i)].key;
        v.list[v.n++] = f;
    }
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Your settings"), "/me"};
    crumbs[1].label = TR(c, "Notifications");
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    notifications_whole(h, &v);
    return OK;
}

const struct page notifications_page = {
    .path = "/me/notifications", .title = N_("Notifications"), .roles = ALL_ROLES, .show = show};
