/* Values in the viewer's words, and a row's timeline: shared by the derived pages and the domains' own. */
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "face/derived_record.html.h"
#include "face/derived_view.h"
#include "model/custom.h"
#include "model/sql.h"

const struct state *row_state(const struct noun *noun, const struct row *row)
{
    int at = noun->states ? field_find(noun->fields, noun->n_fields, "state") : -1;
    return at >= 0 && row->v[at].kind == VALUE_TEXT ? noun_state(noun, row->v[at].s) : NULL;
}

const char *choice_label(struct call *c, const struct field *f, const char *key)
{
    return f->list ? catalog_label(call_lang(c), c->catalog, f->list, key)
                   : option_label(call_lang(c), f->options, key);
}

static const char *set_text(struct call *c, const struct field *f, const char *set)
{
    struct buf b = buf_in(c->arena, 8192);
    while (*set) {
        size_t n = strcspn(set, ",");
        if (n)
            buf_addf(&b, "%s%s", b.len ? ", " : "", choice_label(c, f, arena_strndup(c->arena, set, n)));
        set += n + (set[n] != 0);
    }
    return buf_str(&b);
}

static const char *field_text(
    struct call *c, struct html *h, const struct field *f, const struct value *v, const char *currency)
{
    switch (f->kind) {
    case KIND_BOOL: return v->i ? TR(c, "Yes") : TR(c, "No");
    case KIND_INT: return fmt_int(h, v->i);
    case KIND_REAL:
        return fmt_real(h, v->kind == VALUE_INT ? (double)v->i : v->r, f->decimals ? f->decimals : 1);
    case KIND_MONEY: return fmt_money(h, (struct money){v->i}, currency);
    case KIND_DATE:
        return f->month ? fmt_month(h, (struct date){(int32_t)v->i})
                        : fmt_date(h, (struct date){(int32_t)v->i});
    case KIND_TIME: return fmt_ago(h, (struct instant){v->i});
    case KIND_REF: return FMT_NONE;
    case KIND_TEXT: break;
    }
    if (f->form == FORM_SET)
        return set_text(c, f, v->s);
    if (f->form == FORM_CHOICE || f->list)
        return choice_label(c, f, v->s);
    if (f->form == FORM_COUNTRY && country_name(v->s))
        return TR(c, country_name(v->s));
    return v->s;
}

/* The currency of an amount: of the field beside it, else the programme's. */
static const char *row_currency(
    struct call *c, const struct noun *noun, const struct row *row, const struct field *f)
{
    int at = f->currency ? field_find(noun->fields, noun->n_fields, f->currency) : -1;
    if (at >= 0 && row->v[at].kind == VALUE_TEXT)
        return row->v[at].s;
    return c->catalog ? c->catalog->currency : "EUR";
}

const char *amount_plain(struct call *c, const struct noun *noun, const struct row *row,
    const struct field *f, const struct value *v)
{
    struct html h = {.arena = c->arena};
    return fmt_money_plain(&h, (struct money){v->i}, row_currency(c, noun, row, f));
}

const char *value_text(
    struct call *c, struct html *h, const struct noun *noun, const struct row *row, size_t field)
{
    const struct field *f = &noun->fields[field];
    const struct value *v = &row->v[field];
    if (v->kind == VALUE_NULL)
        return FMT_NONE;
    if (f->kind == KIND_REF)
        return row->title[field] ? row->title[field] : FMT_NONE;
    return field_text(c, h, f, v, row_currency(c, noun, row, f));
}

const char *name_text(struct call *c, struct html *h, const struct noun *noun, const struct row *row)
{
    int at = noun->title ? field_find(noun->fields, noun->n_fields, noun->title) : -1;
    return row->name && at >= 0 && noun->fields[at].form == FORM_CHOICE
               ? value_text(c, h, noun, row, (size_t)at)
               : row->name;
}

const char *custom_text(struct call *c, struct html *h, const struct custom_field *f, const struct value *v)
{
    return v->kind == VALUE_NULL ? FMT_NONE : field_text(c, h, &f->field, v, "EUR");
}

/* ---- timeline ---- */

static const char *event_text(struct call *c, const struct noun *noun, const char *verb)
{
    const struct verb *v = model_verb(c->model, noun, verb);
    if (v && v->done)
        return TR(c, v->done);
    if (streq(verb, "create"))
        return TR(c, "Created");
    if (streq(verb, "update"))
        return TR(c, "Changed");
    if (streq(verb, "merge"))
        return TR(c, "Merged");
    if (streq(verb, "split"))
        return TR(c, "Split again");
    if (streq(verb, "import"))
        return TR(c, "Imported");
    const struct option *named = option_find(noun->events, verb);
    if (named && named->label)
        return TR(c, named->label);
    return v ? TR(c, v->label) : verb;
}

/* "Changed: tier, standing": the fields of the after-image that the viewer may see. */
static const char *changed_fields(struct call *c, const struct noun *noun, const char *payload)
{
    const char *error, *key;
    json_t *json = json_read(c->arena, payload, strlen(payload), &error), *v;
    struct buf b = buf_in(c->arena, 4096);
    if (!json_object_get(json, "before"))
        return NULL;
    json_object_foreach(json_object_get(json, "after"), key, v)
    {
        const struct field *f = noun_field(noun, key);
        if (f && (f->see & role_audience(c->viewer->role)))
            buf_addf(&b, "%s%s", b.len ? ", " : "", TR(c, f->label));
    }
    return b.len ? buf_str(&b) : NULL;
}

/* "new: Usage fell; gone: Renewal comes": of a set, where the event has its field's name. */
static const char *changed_set(struct call *c, const struct field *f, const char *payload)
{
    const char *error;
    json_t *json = json_read(c->arena, payload, strlen(payload), &error);
    const char *before = json_string_value(json_object_get(json_object_get(json, "before"), f->name)),
               *after = json_string_value(json_object_get(json_object_get(json, "after"), f->name));
    struct buf came = buf_in(c->arena, 4096), went = buf_in(c->arena, 4096);
    for (const struct option *o = f->options; o && o->key; o++) {
        bool was = before && list_has(before, o->key), is = after && list_has(after, o->key);
        struct buf *to = is ? &came : &went;
        if (was != is)
            buf_addf(to, "%s%s", to->len ? ", " : "", TR(c, o->label));
    }
    const char *new = came.len ? arena_printf(c->arena, TR(c, "new: %s"), buf_str(&came)) : NULL,
               *gone = went.len ? arena_printf(c->arena, TR(c, "gone: %s"), buf_str(&went)) : NULL;
    return new &&gone ? arena_printf(c->arena, "%s; %s", new, gone) : new ? new : gone;
}

const char *derived_event_text(struct call *c, const struct noun *noun, const char *verb, const char *payload)
{
    const char *text = event_text(c, noun, verb), *what = NULL;
    const struct field *own = noun_field(noun, verb);
    if (streq(verb, "update"))
        what = changed_fields(c, noun, payload);
    else if (own && own->form == FORM_SET && (own->see & role_audience(c->viewer->role)))
        what = changed_set(c, own, payload);
    return what ? arena_printf(c->arena, "%s: %s", text, what) : text;
}

enum status derived_timeline(
    struct call *c, struct html *h, const struct noun *noun, int64_t id, size_t limit)
{
    bool partner = role_audience(c->viewer->role) == PARTNER;
    struct value args[4] = {
        v_text(noun->name), v_int(id), v_int(c->viewer->partner_id), v_int((int64_t)limit)};
    struct rows rows;
    TRY(db_query(c->db, c->arena, &rows,
        partner ? "select e.at, e.verb, case when p.partner_id = $3 then p.name else null end, e.payload, "
                  "e.actor_id "
                  "from event e left join person p on p.id = e.actor_id where e.noun = $1 and e.row_id = $2 "
                  "and (e.partner_id = $3 or e.partner_id in (select m.id from partner m where m.merged_into "
                  "= $3)) and "
                  "e.partner_sees = 1 order by e.seq desc limit $4"
                : "select e.at, e.verb, p.name, e.payload, e.actor_id from event e left join person p on "
                  "p.id = e.actor_id "
                  "where e.noun = $1 and e.row_id = $2 and e.seq > $3 order by e.seq desc limit $4",
        args, 4));
    struct event_view *events = ARENA_ARRAY(c->arena, rows.n + 1, struct event_view);
    size_t n = 0;
    for (size_t r = 0; r < rows.n; r++) {
        const char *verb = cell_string(&rows, r, 1), *actor = cell_text(&rows, r, 2);
        const struct option *named = option_find(noun->events, verb);
        if (named && !named->label)
            continue;
        events[n++] = (struct event_view){.at = {cell_int(&rows, r, 0)},
            .text = derived_event_text(c, noun, verb, cell_string(&rows, r, 3)),
            .actor = actor                   ? actor
                     : cell_int(&rows, r, 4) ? c->catalog ? c->catalog->vendor : NULL
                                             : NULL,
            .icon = "clock"};
    }
    derived_events(h, events, n);
    return OK;
}
