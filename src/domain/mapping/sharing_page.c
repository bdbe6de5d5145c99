/* /populations/:id/grant: who sees a list now, and letting somebody else see it. */
#include "base/id.h"
#include "base/text.h"
#include "domain/mapping/mapping_page.h"
#include "domain/mapping/share_view.h"
#include "domain/mapping/sharing_page.html.h"
#include "face/derived_view.h"

#define SHARES_SHOWN 100

/* ---- what the pages say in the same words ---- */

static const char *field_labels(struct call *c, const char *set)
{
    struct buf b = buf_in(c->arena, 512);
    for (const struct option *o = population_shared_fields; o->key; o++)
        if (list_has(set, o->key))
            buf_addf(&b, "%s%s", b.len ? ", " : "", TR(c, o->label));
    return b.len ? buf_str(&b) : NULL;
}

static struct share_view share_view(struct call *c, const struct row *row)
{
    struct population_share s;
    int partner = field_find(population_share_noun.fields, population_share_noun.n_fields, "with_partner_id");
    row_record(&population_share_noun, row, &s);
    bool rows = streq(s.level, "fields");
    return (struct share_view){.with = s.with_vendor   ? c->catalog->vendor
                                       : s.with_domain ? s.with_domain
                                                       : row->title[partner],
        .what = rows ? TR(c, "Rows") : TR(c, "Counts only"),
        .fields = rows ? field_labels(c, s.fields) : NULL,
        .export = s.may_export,
        .end = verb_allowed(&population_share_end, c->viewer)
                   ? arena_printf(c->arena, "/population-shares/%s/end",
                         id_text(c->arena, population_share_noun.prefix, row->id))
                   : NULL};
}

enum status shares_read(struct call *c, int64_t population_id, struct share_view **out, size_t *n)
{
    struct list_query q = {.limit = SHARES_SHOWN,
        .where = "t.population_id = $1 and t.state = 'active'",
        .where_args = {v_int(population_id)},
        .n_where_args = 1};
    struct list list;
    TRY(noun_list(c, &population_share_noun, &q, &list));
    *out = ARENA_ARRAY(c->arena, list.n + 1, struct share_view);
    for (*n = 0; *n < list.n; (*n)++)
        (*out)[*n] = share_view(c, &list.rows[*n]);
    return OK;
}

/* ---- the page ---- */

static struct part_field with_control(const struct page_request *r, const char *name, const char *label)
{
    return (struct part_field){.kind = PART_TEXT,
        .id = name,
        .name = name,
        .label = label,
        .value = given_text(r, name),
        .error = field_message(r, name)};
}

/* With whom: the vendor picks a partner; a partner the vendor, or another company by its domain. */
static void fill_with(struct call *c, struct page_request *r, struct sharing_view *v)
{
    const struct field *f = &population_grant.in[0];
    v->partner = with_control(r, "with_partner_id", TR(c, "With partner"));
    if (!v->vendor)
        ref_choices(c, f, &v->partner, NULL);
    v->domain = with_control(r, "with_domain", TR(c, "With company"));
    v->domain.optional = true;
    v->domain.hint = arena_printf(c->arena,
        TR(c, "Empty: %s. Or the web domain of another partner of this programme; you are not told whether "
              "it is one."),
        v->vendor ? v->vendor : "");
    v->level =
        (struct part_field){.id = "level", .label = TR(c, "They see"), .error = field_message(r, "level")};
    v->fields[0] = &v->partner;
    v->fields[1] = &v->domain;
    v->fields[2] = &v->level;
}

static void fill_rule(struct call *c, struct page_request *r, struct sharing_view *v)
{
    bool *checked = ARENA_ARRAY(c->arena, 16, bool);
    v->shared = population_shared_fields;
    for (size_t i = 0; v->shared[i].key; i++)
        for (size_t k = 0; k < r->n_given; k++)
            checked[i] = checked[i] ||
                         (streq(r->given[k].name, "fields") && streq(r->given[k].value.s, v->shared[i].key));
    v->checked = checked;
    v->rows = streq(given_text(r, "level"), "fields");
    v->export = given_text(r, "may_export") != NULL;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct sharing_view v = {
        .csrf = r->csrf, .vendor = c->viewer->partner_id ? c->catalog->vendor : NULL, .page = r->path};
    struct population p;
    int64_t id;
    if (!id_parse(population_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_load(c, &population_noun, id, &p));
    TRY(shares_read(c, id, &v.shares, &v.n_shares));
    v.title = r->shell->title = arena_printf(c->arena, TR(c, "Share “%s”"), p.name);
    v.action = r->path;
    fill_with(c, r, &v);
    fill_rule(c, r, &v);
    if (r->problem)
        v.problem = r->problem->detail ? r->problem->detail : "";
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Account mapping"), "/mapping"};
    crumbs[1] = (struct shell_crumb){p.name, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    sharing_whole(h, &v);
    return OK;
}

const struct page mapping_share_page = {
    .path = "/populations/:id/grant", .title = N_("Share a list"), .roles = MAPPERS, .show = show};
