/* One's own settings: name, phone, language, time zone; and the way to one's API tokens. */
#include "domain/person/me_page.html.h"
#include "domain/person/person.h"
#include "domain/person/sign_in_view.h"
#include "face/derived.h"

static const char *present(const struct person *p, const char *field)
{
    const char *v = streq(field, "name")              ? p->name
                    : streq(field, "phone")           ? p->phone
                    : streq(field, "language")        ? p->language
                    : streq(field, "checkpoint_mail") ? person_gets_checkpoints(p) ? "on" : "off"
                                                      : p->zone;
    return v ? v : "";
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct person p;
    size_t n;
    TRY(noun_load(c, &person_noun, c->viewer->person_id, &p));
    const struct part_field *controls = verb_controls(c, h, r, &person_update_me, 0, &n);
    struct part_field *own = ARENA_ARRAY(c->arena, n, struct part_field);
    const struct part_field **fields = ARENA_ARRAY(c->arena, n, const struct part_field *);
    for (size_t i = 0; i < n; i++) {
        own[i] = controls[i];
        if (!r->n_given)
            own[i].value = present(&p, own[i].name);
        fields[i] = &own[i];
    }
    struct me_view v = {.csrf = r->csrf,
        .email = p.email,
        .role = TR(c, role_label(c->viewer->role)),
        .partner = c->viewer->partner_id ? c->viewer->partner_name : c->catalog->vendor,
        .problem = r->problem != NULL,
        .problem_detail = r->problem ? r->problem->detail : NULL,
        .controls = own,
        .fields = fields,
        .n = n};
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Your settings");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    me_whole(h, &v);
    return OK;
}

const struct page me_page = {.path = "/me", .title = N_("Your settings"), .roles = ALL_ROLES, .show = show};
