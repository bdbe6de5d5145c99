#include "app/permissions_page.h"

#include "app/permissions_page.html.h"
#include "app/registry.h"
#include "base/text.h"

struct listing {
    struct call *call;
    const char *folded; /* what is looked for */
    struct permission_row *rows;
    size_t n;
};

static const char *role_names(struct call *c, unsigned roles)
{
    struct buf b = buf_in(c->arena, 4096);
    for (int r = ROLE_ADMIN; r < ROLE_SYSTEM; r++)
        if (roles & ROLE_BIT(r))
            buf_addf(&b, "%s%s", b.len ? ", " : "", TR(c, role_label((enum role)r)));
    return buf_str(&b);
}

/* A row when the search is in its text, its group's name or one of its roles. */
static void add(struct listing *l, const char *group, const char *what, const char *summary, unsigned roles)
{
    struct call *c = l->call;
    const char *who = role_names(c, roles & ALL_ROLES);
    const char *all = arena_printf(c->arena, "%s %s %s %s", group, what, summary ? summary : "", who);
    if (!(roles & ALL_ROLES) || !strstr(text_fold(c->arena, all), l->folded))
        return;
    l->rows[l->n++] = (struct permission_row){what, summary, who, roles};
}

static size_t count(const void *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

static struct permission_group noun_group(struct call *c, const struct noun *noun, const char *folded)
{
    const struct verb *const *verbs = c->model->verbs;
    struct listing l = {.call = c,
        .folded = folded,
        .rows = ARENA_ARRAY(c->arena, count((const void *const *)verbs) + 1, struct permission_row)};
    const char *label = TR(c, noun->labels);
    add(&l, label, TR(c, "Read"), NULL, noun->read);
    for (size_t i = 0; verbs[i]; i++)
        if (verbs[i]->noun == noun)
            add(&l, label, TR(c, verbs[i]->label), TR(c, verbs[i]->summary), verbs[i]->roles);
    return (struct permission_group){label, l.rows, l.n};
}

static struct permission_group page_group(struct call *c, const char *folded)
{
    struct listing l = {.call = c,
        .folded = folded,
        .rows = ARENA_ARRAY(c->arena, count((const void *const *)tandem_pages) + 1, struct permission_row)};
    const char *label = TR(c, "Pages");
    for (size_t i = 0; tandem_pages[i]; i++)
        if (!tandem_pages[i]->bare && !strchr(tandem_pages[i]->path, ':'))
            add(&l, label, TR(c, tandem_pages[i]->title), tandem_pages[i]->path, tandem_pages[i]->roles);
    return (struct permission_group){label, l.rows, l.n};
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    const char *search = page_query(r, "q");
    search = search && strlen(search) < 200 ? search : "";
    const char *folded = text_fold(c->arena, search);
    struct permission_group *groups =
        ARENA_ARRAY(c->arena, count((const void *const *)c->model->nouns) + 1, struct permission_group);
    size_t n = 0;
    for (size_t i = 0; c->model->nouns[i]; i++) {
        groups[n] = noun_group(c, c->model->nouns[i], folded);
        n += groups[n].n > 0;
    }
    groups[n] = page_group(c, folded);
    n += groups[n].n > 0;
    struct permissions_view v = {.search = search, .groups = groups, .n = n};
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "People"), "/people"};
    crumbs[1].label = TR(c, "Who may do what");
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    permissions_whole(h, &v);
    return OK;
}

const struct page permissions_page = {.path = "/permissions",
    .title = N_("Who may do what"),
    .roles = VENDOR_ROLES,
    .nav = N_("Partners"),
    .icon = "lock",
    .show = show};
