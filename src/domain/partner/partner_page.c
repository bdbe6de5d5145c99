/* A partner in one place: head, figures, registrations, people, certifications, disputes, notes, the feed. */
#include "base/id.h"
#include "base/text.h"
#include "domain/partner/pages.h"
#include "domain/partner/partner.h"
#include "domain/partner/partner_page.html.h"
#include "domain/partner/partner_view.h"
#include "domain/person/person.h"

#define SHOWN 8

enum { Q_OPEN, Q_PEOPLE, Q_CERTIFICATIONS, Q_DISPUTES, Q_COUNT };
/* $1 the partner: the viewer was given it, so that what is of the partner alone is the viewer's to see. */
static const char *const sql[Q_COUNT] = {
    [Q_OPEN] = "select " BRIEF_COLUMNS " from registration r join partner p on p.id = r.partner_id join "
               "product_line l on l.id = r.product_line_id where r.partner_id = $1 and r.state in "
               "('approved', 'review', 'converted') order by r.created desc, r.id desc limit 8",
    [Q_PEOPLE] =
        "select w.id, w.name, w.role, w.last_seen from person w where w.partner_id = $1 and w.state <> "
        "'inactive' order by w.id limit 8",
    [Q_CERTIFICATIONS] =
        "select k.id, l.name, k.people, k.expires from certification k join product_line l on "
        "l.id = k.product_line_id where k.partner_id = $1 order by l.name limit 20",
    [Q_DISPUTES] = "select d.id, d.dispute_id, d.company, d.due from dispute_party d where d.partner_id = $1 "
                   "and d.state = 'open' order by d.due limit 8",
};

/* ---- head ---- */

static void fill_types(struct call *c, const char *types, struct partner_view *v)
{
    for (const char *p = types ? types : ""; *p && v->n_types < COUNT(v->types);) {
        size_t n = strcspn(p, ",");
        if (n) {
            const char *key = arena_strndup(c->arena, p, n);
            v->types[v->n_types++] = catalog_label(call_lang(c), c->catalog, "types", key);
        }
        p += n + (p[n] != 0);
    }
}

static void fill_head(struct call *c, struct html *h, const struct row *row, struct partner_view *v)
{
    struct partner p;
    row_record(&partner_noun, row, &p);
    const char *land = p.country && country_name(p.country) ? TR(c, country_name(p.country)) : p.country;
    v->name = p.name;
    v->tier = catalog_label(call_lang(c), c->catalog, "tiers", p.tier);
    fill_types(c, p.types, v);
    if (!streq(p.standing, "good")) {
        bool suspended = streq(p.standing, "suspended");
        v->standing = suspended ? TR(c, "Suspended") : TR(c, "On watch");
        v->standing_mark = suspended ? "no" : "review";
    }
    v->sub = arena_printf(c->arena, "%s · %s%s%s", land ? land : "",
        arena_printf(
            c->arena, TR(c, "partner since %s"), fmt_month(h, date_in(c->catalog->zone, row->created))),
        p.domain ? " · " : "", p.domain ? p.domain : "");
}

/* ---- beside ---- */

static void fill_people(struct call *c, struct html *h, const struct rows *rows, struct partner_view *v)
{
    v->people = ARENA_ARRAY(c->arena, rows->n + 1, struct partner_person_view);
    for (size_t i = 0; i < rows->n; i++) {
        const char *role = TR(c, role_label(role_parse(cell_text(rows, i, 2))));
        struct instant seen = {cell_int(rows, i, 3)};
        v->people[v->n_people++] = (struct partner_person_view){.name = cell_string(rows, i, 1),
            .href = arena_printf(c->arena, "/people/%s", id_text(c->arena, "per", cell_int(rows, i, 0))),
            .sub = c->viewer->partner_id ? role
                   : seen.us ? arena_printf(c->arena, TR(c, "%s, signed in %s"), role, fmt_ago(h, seen))
                             : arena_printf(c->arena, TR(c, "%s, never signed in"), role)};
    }
}

static void fill_certificates(struct call *c, struct html *h, const struct rows *rows, struct partner_view *v)
{
    v->certificates = ARENA_ARRAY(c->arena, rows->n + 1, struct partner_certificate_view);
    for (size_t i = 0; i < rows->n; i++) {
        bool dated = cell(rows, i, 3)->kind == VALUE_INT;
        struct date expires = {(int32_t)cell_int(rows, i, 3)};
        v->certificates[v->n_certificates++] =
            (struct partner_certificate_view){.line = cell_string(rows, i, 1),
                .href = arena_printf(
                    c->arena, "/certifications/%s", id_text(c->arena, "crt", cell_int(rows, i, 0))),
                .people =
                    arena_printf(c->arena, trn(call_lang(c), "%s person", "%s people", cell_int(rows, i, 2)),
                        fmt_int(h, cell_int(rows, i, 2))),
                .expires = dated ? arena_printf(c->arena, TR(c, "until %s"), fmt_date(h, expires)) : NULL,
                .gone = dated && expires.days < date_in(c->catalog->zone, c->now).days};
    }
}

static void fill_disputes(struct call *c, struct html *h, const struct rows *rows, struct partner_view *v)
{
    bool vendor = !c->viewer->partner_id;
    v->disputes = ARENA_ARRAY(c->arena, rows->n + 1, struct partner_dispute_view);
    for (size_t i = 0; i < rows->n; i++)
        v->disputes[v->n_disputes++] = (struct partner_dispute_view){.company = cell_string(rows, i, 2),
            .href = vendor ? arena_printf(
                                 c->arena, "/disputes/%s", id_text(c->arena, "dis", cell_int(rows, i, 1)))
                           : arena_printf(c->arena, "/dispute-parties/%s",
                                 id_text(c->arena, "dpt", cell_int(rows, i, 0))),
            .due = fmt_ago(h, (struct instant){cell_int(rows, i, 3)})};
}

static enum status fill_rows(struct call *c, struct html *h, int64_t id, struct partner_view *v)
{
    struct value args[1] = {v_int(id)};
    struct db_query q[Q_COUNT];
    for (size_t i = 0; i < Q_COUNT; i++)
        q[i] = (struct db_query){.sql = sql[i], .args = args, .n_args = 1};
    TRY(db_query_many(c->db, c->arena, q, Q_COUNT));
    brief_fill(c, h, &q[Q_OPEN].rows, BRIEF_LINE, &v->open);
    fill_people(c, h, &q[Q_PEOPLE].rows, v);
    fill_certificates(c, h, &q[Q_CERTIFICATIONS].rows, v);
    fill_disputes(c, h, &q[Q_DISPUTES].rows, v);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct partner_view v = {0};
    struct row row;
    int64_t id, before = 0;
    const char *cursor = page_query(r, "before");
    if (!id_parse(partner_noun.prefix, r->param[0], &id) || (cursor && !parse_int(cursor, &before)))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(record_view_load(c, r, h, &partner_noun, id, &row, &v.record));
    if (r->redirect)
        return OK;
    const char *shown = id_text(c->arena, partner_noun.prefix, id);
    fill_head(c, h, &row, &v);
    TRY(partner_figures(c, h, id, shown, &v));
    TRY(fill_rows(c, h, id, &v));
    TRY(notes_panel_load(
        c, r, h, arena_printf(c->arena, "/partners/%s", shown), "partner_id", shown, &v.notes));
    TRY(touch_panel_load(
        c, r, h, arena_printf(c->arena, "/partners/%s", shown), "partner_id", id, &v.touchpoints));
    TRY(partner_feed(c, h, id, before, &v));
    v.all_open = arena_printf(c->arena, "/registrations?partner_id=%s", shown);
    v.all_people = arena_printf(c->arena, "/people?partner_id=%s", shown);
    v.all_certifications = arena_printf(c->arena, "/certifications?partner_id=%s", shown);
    partner_whole(h, &v);
    return OK;
}

const struct page partner_page = {
    .path = "/partners/:id", .title = N_("Partner"), .roles = ALL_ROLES, .show = show};
