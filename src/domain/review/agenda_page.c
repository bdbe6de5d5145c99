/* The agenda: the partner's open deals by why they are talked about, what was noted, and how the review ends.
 */
#include "base/id.h"
#include "domain/note/task.h"
#include "domain/programme/programme.h"
#include "domain/review/agenda_page.html.h"
#include "domain/review/agenda_view.h"
#include "domain/review/review.h"

static enum status read_since(struct call *c, const struct review *r, struct instant *out)
{
    struct value args[2] = {v_int(r->partner_id.id), v_int(r->held.us ? r->held.us : INT64_MAX)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        "select max(held) from review where partner_id = $1 and state = 'held' and held < $2", args, 2));
    out->us = cell_int(&rows, 0, 0);
    return OK;
}

static enum status fill_deals(struct call *c, struct html *h, const struct review *r, struct agenda_view *v)
{
    struct instant last;
    TRY(read_since(c, r, &last));
    v->since = last.us ? arena_printf(c->arena, TR(c, "The last review was %s."), fmt_ago(h, last))
                       : TR(c, "It is the first review with this partner.");
    struct instant since = {last.us ? last.us : c->now.us - REVIEW_EVERY_DAYS * US_PER_DAY};
    return review_deals_load(c, h, r->partner_id.id, 0, since, &v->deals);
}

/* ---- what was noted ---- */

static enum status fill_points(struct call *c, struct html *h, int64_t id, struct agenda_view *v)
{
    struct list_query q = {.where = "t.review_id = $1",
        .where_args = {v_int(id)},
        .n_where_args = 1,
        .sort = "created",
        .limit = 100};
    int32_t today = date_in(c->catalog->zone, c->now).days;
    struct list list;
    TRY(noun_list(c, &review_point_noun, &q, &list));
    v->points = ARENA_ARRAY(c->arena, list.n + 1, struct agenda_point);
    for (size_t i = 0; i < list.n; i++) {
        struct review_point p;
        row_record(&review_point_noun, &list.rows[i], &p);
        struct agenda_point *out = &v->points[v->n_points++];
        *out = (struct agenda_point){.text = p.text,
            .kind = streq(p.kind, "decision") ? TR(c, "Decision") : TR(c, "Commitment"),
            .who = row_title(&review_point_noun, &list.rows[i], "owner_id"),
            .about = row_title(&review_point_noun, &list.rows[i], "registration_id"),
            .about_href =
                arena_printf(c->arena, "/registrations/%s", id_text(c->arena, "reg", p.registration_id.id))};
        if (p.due.days != DATE_NONE) {
            out->due = fmt_day(h, p.due);
            out->mark = p.due.days < today ? "risk" : "gone";
        }
    }
    return OK;
}

/* ---- its forms ---- */

static const char people_sql[] = "select p.id, p.name, p.email from person p where p.state <> 'inactive' and "
                                 "(p.partner_id = $1 or p.id = $2) order "
                                 "by p.partner_id nulls first, p.name limit 50";
static const char deals_open_sql[] = "select r.id, r.company from registration r where r.partner_id = $1 and "
                                     "r.state in ('approved', 'review', "
                                     "'converted') order by r.company limit 200";

static void choose(struct call *c, const struct rows *rows, const char *prefix, struct part_field *f)
{
    struct part_option *o = ARENA_ARRAY(c->arena, rows->n + 1, struct part_option);
    o[0] = (struct part_option){"", TR(c, "None")};
    for (size_t i = 0; i < rows->n; i++)
        o[i + 1] =
            (struct part_option){id_text(c->arena, prefix, cell_int(rows, i, 0)), cell_string(rows, i, 1)};
    f->kind = PART_SELECT;
    f->options = o;
    f->n_options = rows->n + 1;
}

static struct part_field *add_form(struct call *c, struct page_request *r, struct html *h,
    const struct verb *verb, const char *button, struct agenda_view *v)
{
    struct agenda_form *form = &v->forms[v->n_forms++];
    *form = (struct agenda_form){.verb = verb->name, .label = TR(c, verb->label), .button = button};
    struct part_field *f = form_controls(c, h, r, verb, verb->name, 0, &form->n, &form->open);
    form->problem_detail = form->open ? r->problem->detail : NULL;
    form->fields = ARENA_ARRAY(c->arena, form->n + 1, const struct part_field *);
    for (size_t i = 0; i < form->n; i++)
        form->fields[i] = &f[i];
    return f;
}

static enum status fill_forms(struct call *c, struct page_request *r, struct html *h,
    const struct review *review, struct agenda_view *v)
{
    struct value args[2] = {v_int(review->partner_id.id), v_int(review->manager_id.id)};
    struct rows people, deals;
    if (!streq(review->state, "planned") || !verb_allowed(&review_note, c->viewer))
        return OK;
    TRY(db_query(c->db, c->arena, &people, people_sql, args, 2));
    TRY(db_query(c->db, c->arena, &deals, deals_open_sql, args, 1));
    struct part_field *f = add_form(c, r, h, &review_note, TR(c, "Keep it"), v);
    choose(c, &people, "per", &f[2]);
    choose(c, &deals, "reg", &f[4]);
    v->waits = verb_allowed(&review_hold, c->viewer) && !review_has_come(c, review);
    if (!verb_allowed(&review_hold, c->viewer) || v->waits)
        return OK;
    f = add_form(c, r, h, &review_hold, TR(c, "Send the minutes"), v);
    struct buf b = buf_in(c->arena, 16384);
    for (size_t i = 0; i < people.n; i++)
        buf_addf(&b, "%s%s", i ? "\n" : "", cell_text(&people, i, 2));
    if (!v->forms[1].open)
        f[0].value = buf_str(&b);
    return OK;
}

static enum status show(struct call *c, struct page_request *r, struct html *h)
{
    struct agenda_view v = {.csrf = r->csrf};
    struct review review;
    struct row row;
    int64_t id;
    if (!id_parse(review_noun.prefix, r->param[0], &id))
        return call_refuse(c, PROBLEM_not_found, NULL);
    TRY(record_view_load(c, r, h, &review_noun, id, &row, &v.record));
    row_record(&review_noun, &row, &review);
    v.path = arena_printf(c->arena, "/reviews/%s", id_text(c->arena, review_noun.prefix, id));
    v.sub = arena_printf(
        c->arena, "%s · %s", row_title(&review_noun, &row, "partner_id"), fmt_exact(h, review.starts));
    v.summary = review.summary;
    TRY(fill_deals(c, h, &review, &v));
    TRY(fill_points(c, h, id, &v));
    TRY(fill_forms(c, r, h, &review, &v));
    agenda_whole(h, &v);
    return OK;
}

const struct page review_page = {
    .path = "/reviews/:id", .title = N_("Review"), .roles = ALL_ROLES, .show = show};
