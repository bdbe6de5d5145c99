/* The programme for those who keep it: what is in force, what is scheduled, drafts, and who changed what
 * when. */
#include "base/id.h"
#include "base/text.h"
#include "domain/programme/changes.h"
#include "domain/programme/draft.h"
#include "domain/programme/pages.h"
#include "domain/programme/programme_page.html.h"
#include "domain/programme/programme_view.h"

#define HISTORY 25 /* versions on the page */

static enum status changes_of(struct call *c, int64_t from, int64_t to, struct programme_changes *out)
{
    const struct programme *a, *b;
    const struct catalog *catalog = c->catalog;
    *out = (struct programme_changes){0};
    TRY(programme_at(c, from, &a));
    TRY(programme_at(c, to, &b));
    programme_changes(c, a, b, out);
    c->catalog = catalog;
    return OK;
}

/* ---- versions ---- */

static void fill_version(
    struct call *c, const struct rows *rows, size_t i, int64_t active, struct kept_version *v)
{
    const char *state = cell_text(rows, i, 2);
    int64_t effective = cell_int(rows, i, 3);
    *v = (struct kept_version){.number = cell_int(rows, i, 1),
        .created = {cell_int(rows, i, 4)},
        .since = {effective ? effective : cell_int(rows, i, 4)},
        .note = cell_text(rows, i, 5),
        .alone = cell_int(rows, i, 6) != 0,
        .by = cell_text(rows, i, 7),
        .author = cell_text(rows, i, 8),
        .withdrawn = streq(state, "withdrawn"),
        .scheduled = streq(state, "scheduled") && effective > c->now.us};
    v->active = v->number == active;
    if (v->author && streq(v->author, v->by))
        v->author = NULL;
    if (v->scheduled)
        v->withdraw = arena_printf(c->arena, "/programme-versions/%s/withdraw",
            id_text(c->arena, programme_version_noun.prefix, cell_int(rows, i, 0)));
}

static enum status fill_versions(struct call *c, struct programme_view *v)
{
    struct rows rows;
    const struct programme *active;
    TRY(programme_active(c, &active));
    v->active = active->number;
    TRY(db_query(c->db, c->arena, &rows,
        "select v.id, v.number, v.state, v.effective, v.created, v.note, v.alone, p.name, a.name "
        "from programme_version v left join person p on p.id = v.published_by "
        "left join person a on a.id = v.author_id order by v.number desc limit 26",
        NULL, 0));
    v->versions = ARENA_ARRAY(c->arena, rows.n + 1, struct kept_version);
    for (size_t i = 0; i < rows.n && i < HISTORY; i++) {
        struct kept_version *k = &v->versions[v->n_versions++];
        fill_version(c, &rows, i, v->active, k);
        size_t before = i + 1;
        while (before < rows.n && streq(cell_text(&rows, before, 2), "withdrawn"))
            before++;
        if (before == rows.n)
            continue;
        k->before = cell_int(&rows, before, 1);
        TRY(changes_of(c, k->before, k->number, &k->changes));
    }
    return OK;
}

/* ---- drafts ---- */

static enum status fill_drafts(struct call *c, struct programme_view *v)
{
    struct list list;
    struct list_query q = {.limit = 20, .where = "t.state in ('draft', 'asked')"};
    TRY(noun_list(c, &programme_draft_noun, &q, &list));
    v->drafts = ARENA_ARRAY(c->arena, list.n + 1, struct kept_draft);
    for (size_t i = 0; i < list.n; i++) {
        struct programme_draft d;
        const struct state *state = row_state(&programme_draft_noun, &list.rows[i]);
        row_record(&programme_draft_noun, &list.rows[i], &d);
        int author = field_find(programme_draft_noun.fields, programme_draft_noun.n_fields, "author_id");
        v->drafts[v->n_drafts++] = (struct kept_draft){.title = d.title,
            .href = arena_printf(c->arena, "/programme-drafts/%s",
                id_text(c->arena, programme_draft_noun.prefix, list.rows[i].id)),
            .author = list.rows[i].title[author],
            .note = d.note,
            .mark = state->mark,
            .state = TR(c, state->label),
            .base = d.base_number,
            .updated = list.rows[i].updated};
    }
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct programme_view v = {.csrf = r->csrf, .edits = verb_allowed(&draft_create, c->viewer)};
    const struct catalog *catalog = c->catalog;
    if (r->problem)
        v.detail = r->problem->detail     ? r->problem->detail
                   : r->problem->n_fields ? r->problem->fields[0].message
                                          : TR(c, problem_title(r->problem->code));
    TRY(fill_versions(c, &v));
    TRY(fill_drafts(c, &v));
    c->catalog = catalog;
    struct shell_crumb *crumb = ARENA_NEW(c->arena, struct shell_crumb);
    crumb->label = TR(c, "Programme");
    r->shell->crumbs = crumb;
    r->shell->n_crumbs = 1;
    programme_whole(h, &v);
    return OK;
}

const struct page programme_page = {.path = "/programme",
    .title = N_("Programme"),
    .roles = DRAFT_READERS,
    .nav = N_("Programme"),
    .icon = "sliders",
    .key = "g p",
    .show = show};

/* ---- any two versions ---- */

static enum status asked_version(struct call *c, struct page_request *r, const char *name, int64_t *out)
{
    const char *text = page_query(r, name);
    return text && parse_int(text, out) && *out > 0 ? OK : call_refuse(c, PROBLEM_not_found, NULL);
}

static enum status show_compare(struct call *c, struct page_request *r, struct html *h)
{
    struct compare_view v = {0};
    TRY(asked_version(c, r, "from", &v.from));
    TRY(asked_version(c, r, "to", &v.to));
    TRY(changes_of(c, v.from, v.to, &v.changes));
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Programme"), "/programme"};
    crumbs[1] = (struct shell_crumb){TR(c, "Compare versions"), NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    programme_compare(h, &v);
    return OK;
}

const struct page compare_page = {.path = "/programme/compare",
    .title = N_("Compare versions"),
    .roles = DRAFT_READERS,
    .show = show_compare};
