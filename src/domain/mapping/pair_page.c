/* /overlap-counts/:id: two lists laid over each other; the companies on both, while a look is open. */
#include "base/id.h"
#include "base/text.h"
#include "domain/mapping/mapping_page.h"
#include "domain/mapping/pair_page.html.h"
#include "domain/mapping/share_view.h"
#include "domain/registration/registration.h"
#include "face/derived.h"

#define ROWS_SHOWN 50

enum status mapping_looks_at(struct call *c, int64_t count_id, bool *out)
{
    struct value args[2] = {v_int(c->viewer->person_id), v_int(count_id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select 1 from mapping_look where person_id = $1 and state = 'open' and count_id = $2 limit 1", args,
        2));
    *out = rows.n > 0;
    return OK;
}

static const char *until(struct call *c, struct html *h, int64_t count_id)
{
    struct value args[2] = {v_int(c->viewer->person_id), v_int(count_id)};
    struct rows rows;
    if (db_query(c->db, c->arena, &rows,
            "select max(until) from mapping_look where person_id = $1 and state = 'open' and count_id = $2",
            args, 2) != OK)
        return NULL;
    return arena_printf(c->arena, TR(c, "Open to you until %s; the owner of the list sees that you looked."),
        fmt_clock(h, (struct instant){cell_int(&rows, 0, 0)}));
}

/* ---- rows ---- */

static const char *place_of(struct call *c, const struct overlap *o)
{
    const char *const parts[] = {o->other_domain, o->other_city, o->other_country};
    struct buf b = buf_in(c->arena, 1024);
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i])
            buf_addf(&b, "%s%s", b.len ? " · " : "", parts[i]);
    return b.len ? buf_str(&b) : NULL;
}

static void fill_evidence(struct call *c, const struct overlap *o, struct overlap_view *out)
{
    size_t n = 0;
    while (overlap_evidence[n].key)
        n++;
    out->evidence = ARENA_ARRAY(c->arena, n + 1, const char *);
    for (size_t i = 0; i < n; i++)
        if (o->evidence && list_has(o->evidence, overlap_evidence[i].key))
            out->evidence[out->n_evidence++] = TR(c, overlap_evidence[i].label);
}

static void fill_row(struct call *c, struct html *h, const struct row *row, struct overlap_view *out)
{
    struct overlap o;
    row_record(&overlap_noun, row, &o);
    *out = (struct overlap_view){.name = o.name,
        .other = o.other_name,
        .place = place_of(c, &o),
        .owner = o.other_owner,
        .stage = o.other_stage,
        .score = fmt_percent(h, (double)o.score / 100, 0),
        .percent = (int)o.score};
    fill_evidence(c, &o, out);
}

/* ---- where a row leads ---- */

/* Of one's own company: external id, domain, country, whether Tandem knows it as an account; the other side.
 */
static const char own_sql[] =
    "select r.external_id, r.domain, r.country, case when p.source = 'known' and p.partner_id is null then 1 "
    "else 0 end, o.other_partner_id from overlap o join population_row r on r.id = o.row_id join population "
    "p "
    "on p.id = o.population_id where o.id = $1";

static bool may_ask(const struct call *c)
{
    return verb_allowed(model_verb(c->model, model_noun(c->model, "cosell_request"), "create"), c->viewer);
}

static void add_act(struct overlap_view *out, const char *label, const char *href)
{
    out->acts[out->n_acts++] = (struct overlap_act){label, href};
}

static void lead_vendor(struct call *c, const struct rows *own, struct overlap_view *out)
{
    int64_t account, partner = cell_int(own, 0, 4);
    if (!cell_int(own, 0, 3) || !parse_int(cell_string(own, 0, 0), &account)) {
        struct buf b = buf_in(c->arena, 2048);
        buf_adds(&b, "/accounts?search=");
        buf_add_url(&b, out->name);
        out->href = buf_str(&b);
        return;
    }
    const char *id = id_text(c->arena, "acc", account);
    out->href = arena_printf(c->arena, "/accounts/%s", id);
    if (partner && may_ask(c))
        add_act(out, TR(c, "Ask for help"),
            arena_printf(c->arena, "/cosell-requests/create?partner_id=%s&account_id=%s",
                id_text(c->arena, "prt", partner), id));
    if (noun_readable(model_noun(c->model, "cosell_chance"), c->viewer))
        add_act(out, TR(c, "Who could help"), arena_printf(c->arena, "/cosell-chances?account_id=%s", id));
}

static const char *with_company(struct call *c, const char *path, const char *company, const char *country)
{
    struct buf b = buf_in(c->arena, 2048);
    buf_addf(&b, "%s?company=", path);
    buf_add_url(&b, company);
    if (country)
        buf_addf(&b, "&country=%s", country);
    return buf_str(&b);
}

/* Help is asked of the vendor, not of another company whose list it is. */
static void lead_partner(
    struct call *c, const struct overlap_count *k, const struct rows *own, struct overlap_view *out)
{
    const char *domain = cell_text(own, 0, 1), *country = cell_text(own, 0, 2);
    if (verb_allowed(&registration_register, c->viewer))
        add_act(out, TR(c, "Register"), with_company(c, "/register", domain ? domain : out->name, country));
    if (streq(k->with_name, c->catalog->vendor) && may_ask(c))
        add_act(out, TR(c, "Ask for help"), with_company(c, "/cosell-requests/create", out->name, country));
}

static enum status fill_ways(
    struct call *c, const struct overlap_count *k, const struct list *list, struct overlap_view *rows)
{
    struct db_query *q = ARENA_ARRAY(c->arena, list->n + 1, struct db_query);
    struct value *ids = ARENA_ARRAY(c->arena, list->n + 1, struct value);
    for (size_t i = 0; i < list->n; i++) {
        ids[i] = v_int(list->rows[i].id);
        q[i] = (struct db_query){.sql = own_sql, .args = &ids[i], .n_args = 1};
    }
    if (list->n)
        TRY(db_query_many(c->db, c->arena, q, list->n));
    for (size_t i = 0; i < list->n; i++) {
        if (!q[i].rows.n)
            continue;
        if (c->viewer->partner_id)
            lead_partner(c, k, &q[i].rows, &rows[i]);
        else
            lead_vendor(c, &q[i].rows, &rows[i]);
    }
    return OK;
}

static enum status fill_rows(struct call *c, struct page_request *r, struct html *h, const char *id,
    const char *path, const struct overlap_count *k, struct pair_view *v)
{
    const char *evidence = page_query(r, "evidence");
    struct list_query q = {.filters = {{"count_id", "is", id}, {"evidence", "is", evidence}},
        .n_filters = evidence && *evidence ? 2 : 1,
        .after = page_query(r, "after"),
        .limit = ROWS_SHOWN};
    struct list list;
    TRY(noun_list(c, &overlap_noun, &q, &list));
    v->rows = ARENA_ARRAY(c->arena, list.n + 1, struct overlap_view);
    for (; v->n < list.n; v->n++) {
        struct overlap_view *o = &v->rows[v->n];
        fill_row(c, h, &list.rows[v->n], o);
        v->owners |= o->owner != NULL;
        v->stages |= o->stage != NULL;
    }
    TRY(fill_ways(c, k, &list, v->rows));
    const char *same = q.n_filters == 2 ? arena_printf(c->arena, "%s?evidence=%s", path, evidence) : path;
    v->first = q.after ? same : NULL;
    if (list.next) {
        struct buf b = buf_in(c->arena, 4096);
        buf_addf(&b, "%s%cafter=", same, q.n_filters == 2 ? '&' : '?');
        buf_add_url(&b, list.next);
        v->next = buf_str(&b);
    }
    return OK;
}

/* What makes the difference to a person: a domain proves, a name suggests. */
static void fill_tabs(struct call *c, struct page_request *r, const char *path, struct pair_view *v)
{
    static const char *const kinds[] = {"same_domain", "same_name", "other_domain", "other_country"};
    const char *chosen = page_query(r, "evidence");
    v->tabs = ARENA_ARRAY(c->arena, COUNT(kinds) + 1, struct part_tab);
    v->tabs[v->n_tabs++] =
        (struct part_tab){.label = TR(c, "All"), .href = path, .current = !chosen || !*chosen};
    for (size_t i = 0; i < COUNT(kinds); i++)
        v->tabs[v->n_tabs++] =
            (struct part_tab){.label = option_label(call_lang(c), overlap_evidence, kinds[i]),
                .href = arena_printf(c->arena, "%s?evidence=%s", path, kinds[i]),
                .current = streq(chosen, kinds[i])};
}

/* ---- the whole ---- */

static void fill_empty(struct call *c, const struct overlap_count *k, bool told, struct pair_view *v)
{
    bool rows = streq(k->level, "fields");
    v->empty = (struct part_empty){.icon = rows ? "search" : "lock",
        .title = v->open ? TR(c, "No company fits")
                 : rows  ? TR(c, "Rows are shared with you")
                 : told  ? TR(c, "Only the count is shared with you")
                         : TR(c, "Your list is too short"),
        .text = v->open ? TR(c, "Take the filter off to see the others.")
                : rows  ? arena_printf(c->arena, TR(c, "They open for an hour, and %s sees that you looked."),
                              k->with_name)
                : told  ? arena_printf(
                              c->arena, TR(c, "Ask %s to share rows if you want to see which."), k->with_name)
                       : TR(c, "Counts are told to lists of 100 companies and more, in tens, so that nobody "
                               "finds out about a single one.")};
}

static const char *lead(
    struct call *c, struct html *h, const struct overlap_count *k, const struct population *own, bool told)
{
    const char *both = told ? arena_printf(c->arena,
                                  streq(k->level, "fields") ? TR(c, "%s companies are on both.")
                                                            : TR(c, "About %s companies are on both."),
                                  fmt_int(h, k->matches))
                            : "";
    return arena_printf(
        c->arena, TR(c, "“%s” of %s over your “%s”. %s"), k->with_population, k->with_name, own->name, both);
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct pair_view v = {.csrf = r->csrf};
    struct overlap_count k;
    struct population own;
    struct row row;
    int64_t id;
    if (!id_parse(overlap_count_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(noun_get(c, &overlap_count_noun, id, &row));
    row_record(&overlap_count_noun, &row, &k);
    TRY(noun_load(c, &population_noun, k.population_id.id, &own));
    TRY(mapping_looks_at(c, id, &v.open));
    const char *text = id_text(c->arena, overlap_count_noun.prefix, id),
               *path = arena_printf(c->arena, "/overlap-counts/%s", text);
    bool rows = streq(k.level, "fields"),
         told = row.v[field_find(overlap_count_noun.fields, overlap_count_noun.n_fields, "matches")].kind !=
                VALUE_NULL;
    v.title = r->shell->title = arena_printf(c->arena, TR(c, "Their %s × your %s"),
        option_label(call_lang(c), population_kinds, k.with_kind),
        option_label(call_lang(c), population_kinds, own.kind));
    v.lead = lead(c, h, &k, &own, told);
    v.look = rows ? arena_printf(c->arena, "%s/look", path) : NULL;
    v.export = k.may_export ? arena_printf(c->arena, "%s/export_rows", path) : NULL;
    v.files = k.may_export ? NULL : TR(c, "Its owner lets you look at the rows, not export them.");
    v.until = v.open ? until(c, h, id) : NULL;
    v.all = arena_printf(c->arena, "/overlaps?count_id=%s", text);
    if (v.open) {
        TRY(fill_rows(c, r, h, text, path, &k, &v));
        fill_tabs(c, r, path, &v);
    }
    fill_empty(c, &k, told, &v);
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, "Account mapping"), "/mapping"};
    crumbs[1] = (struct shell_crumb){k.with_name, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    pair_whole(h, &v);
    return OK;
}

const struct page mapping_pair_page = {
    .path = "/overlap-counts/:id", .title = N_("Account mapping"), .roles = MAPPING_READERS, .show = show};
