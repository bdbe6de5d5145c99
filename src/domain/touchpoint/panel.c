#include "domain/touchpoint/panel.h"

#include "base/id.h"
#include "domain/registration/registration.h"
#include "domain/touchpoint/touchpoint.h"
#include "face/derived.h"

#define SHOWN 8 /* the list has the rest */

/* ---- rows ---- */

static size_t at_field(const char *name)
{
    return (size_t)field_find(touchpoint_noun.fields, touchpoint_noun.n_fields, name);
}

static struct touch_line line_at(struct call *c, struct html *h, const struct row *row, const char *subject)
{
    struct touchpoint t;
    row_record(&touchpoint_noun, row, &t);
    const char *who =
        streq(subject, "partner_id")
            ? row->title[at_field(row->title[at_field("registration_id")] ? "registration_id" : "account_id")]
            : row->title[at_field("partner_id")];
    const char *channel = value_text(c, h, &touchpoint_noun, row, at_field("channel"));
    struct touch_line l = {.kind = value_text(c, h, &touchpoint_noun, row, at_field("kind")),
        .href = arena_printf(c->arena, "/touchpoints/%s", id_text(c->arena, touchpoint_noun.prefix, row->id)),
        .sub = who ? arena_printf(c->arena, "%s · %s", who, channel) : channel,
        .at = t.happened};
    if (!streq(t.state, "confirmed")) {
        const struct state *state = row_state(&touchpoint_noun, row);
        l.mark = state->mark;
        l.state = TR(c, state->label);
    }
    return l;
}

static enum status read_lines(
    struct call *c, struct html *h, const char *subject, int64_t id, struct touch_panel *v)
{
    struct list_query q = {.where = arena_printf(c->arena, "t.%s = $1 and t.state <> 'withdrawn'", subject),
        .where_args = {v_int(id)},
        .n_where_args = 1,
        .sort = "-happened",
        .limit = SHOWN};
    struct list list;
    TRY(noun_list(c, &touchpoint_noun, &q, &list));
    v->lines = ARENA_ARRAY(c->arena, list.n + 1, struct touch_line);
    for (size_t i = 0; i < list.n; i++)
        v->lines[v->n++] = line_at(c, h, &list.rows[i], subject);
    if (list.next && (!c->viewer->partner_id || streq(subject, "partner_id")))
        v->all = arena_printf(c->arena, "/touchpoints?%s=%s", subject, v->subject_id);
    return OK;
}

/* ---- the form ---- */

/* The partners that have something to do with the account, so that one of them need not be looked for. */
static const char partners_at_account[] = "select distinct p.id, p.name from partner p where p.merged_into "
                                          "is null and p.id in (select r.partner_id from "
                                          "registration r where r.account_id = $1 union select t.partner_id "
                                          "from touchpoint t where t.account_id = $1) "
                                          "order by p.name limit 50";
static const char partners_on_deal[] = "select distinct p.id, p.name from partner p where p.merged_into is "
                                       "null and p.id in (select m.partner_id from opportunity_member m "
                                       "where m.opportunity_id = $1 union select t.partner_id from "
                                       "touchpoint t where t.opportunity_id = $1) order by p.name limit 50";
static const char own_registrations[] = "select r.id, r.company from registration r where r.partner_id = $1 "
                                        "and r.state in ('approved', 'review', "
                                        "'converted') order by r.created desc, r.id desc limit 50";

static enum status offer(
    struct call *c, struct part_field *f, const char *sql, int64_t id, const char *prefix, const char *none)
{
    struct value args[1] = {v_int(id)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows, sql, args, 1));
    struct part_option *o = ARENA_ARRAY(c->arena, rows.n + 1, struct part_option);
    size_t n = 0;
    if (none)
        o[n++] = (struct part_option){"", none};
    for (size_t i = 0; i < rows.n; i++)
        o[n++] =
            (struct part_option){id_text(c->arena, prefix, cell_int(&rows, i, 0)), cell_string(&rows, i, 1)};
    if (!n)
        return OK; /* as every reference: chosen where there are few, else typed */
    f->kind = PART_SELECT;
    f->options = o;
    f->n_options = n;
    f->hint = NULL;
    return OK;
}

static struct part_field *named(struct part_field *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (streq(all[i].name, name))
            return &all[i];
    BUG("touchpoint has no field %s", name);
}

/* Kind first, then which partner or deal where the page does not say it. */
static enum status fill_form(struct call *c, struct page_request *r, struct html *h, const char *subject,
    int64_t id, struct touch_panel *v)
{
    bool partner = c->viewer->partner_id != 0;
    /* Of the fields in their order: which partner and registration are read where they are asked for. */
    size_t n, most = streq(subject, "partner_id") ? partner ? 6 : 4 : partner ? 4 : 5;
    v->may_write = verb_allowed(&touchpoint_create, c->viewer);
    if (!v->may_write)
        return OK;
    struct part_field *f = form_controls(c, h, r, &touchpoint_create, "touch", most, &n, &v->open);
    v->problem_detail = v->open ? r->problem->detail : NULL;
    struct part_field *kind = named(f, n, "kind");
    kind->value = v->open ? kind->value : touchpoint_kinds[0].key;
    v->fields[v->n_fields++] = kind;
    if (!partner && !streq(subject, "partner_id")) {
        struct part_field *who = named(f, n, "partner_id");
        TRY(offer(
            c, who, streq(subject, "account_id") ? partners_at_account : partners_on_deal, id, "prt", NULL));
        v->fields[v->n_fields++] = who;
    } else if (partner && streq(subject, "partner_id")) {
        struct part_field *which = named(f, n, "registration_id");
        TRY(offer(c, which, own_registrations, c->viewer->partner_id, "reg", TR(c, "None in particular")));
        v->fields[v->n_fields++] = which;
    }
    v->fields[v->n_fields++] = named(f, n, "channel");
    v->fields[v->n_fields++] = named(f, n, "day");
    v->fields[v->n_fields++] = named(f, n, "evidence");
    return OK;
}

enum status touch_panel_load(struct call *c, struct page_request *r, struct html *h, const char *page,
    const char *subject, int64_t id, struct touch_panel *out)
{
    const char *prefix = streq(subject, "partner_id") ? "prt" : streq(subject, "account_id") ? "acc" : "opp";
    *out = (struct touch_panel){
        .page = page, .csrf = r->csrf, .subject = subject, .subject_id = id_text(c->arena, prefix, id)};
    TRY(read_lines(c, h, subject, id, out));
    return fill_form(c, r, h, subject, id, out);
}
