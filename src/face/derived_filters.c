/* What a list's address asks for: filters, days, search, order; their controls and chips; the address with
 * one changed. */
#include "base/id.h"
#include "base/text.h"
#include "face/derived_view.h"
#include "model/custom.h"

static void add_parameter(struct buf *b, size_t *n, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_addc(b, (*n)++ ? '&' : '?');
    buf_add_url(b, name);
    buf_addc(b, '=');
    buf_add_url(b, value);
}

/*
 * What an address may ask of a noun: that a field is so; of a date also from when and until when, and whether
 * it has one, in REST's words (?closes[at_least]=2026-10-01).
 */
struct asked {
    const char *name; /* the parameter's */
    const struct field *field;
    const char *op; /* as struct filter has it; NULL: is, or one of several */
};

static size_t asked_of(struct call *c, const struct noun *noun, struct asked **out)
{
    static const char *const of_date[] = {"at_least", "at_most", "known"};
    struct asked *a = *out = ARENA_ARRAY(c->arena, noun->n_fields * (1 + COUNT(of_date)) + 1, struct asked);
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (!f->filter)
            continue;
        *a++ = (struct asked){.name = f->name, .field = f};
        for (size_t k = 0; f->kind == KIND_DATE && k < COUNT(of_date); k++)
            *a++ = (struct asked){
                .name = arena_printf(c->arena, "%s[%s]", f->name, of_date[k]), .field = f, .op = of_date[k]};
    }
    return (size_t)(a - *out);
}

const char *list_href(struct call *c, const struct page_request *r, const struct noun *noun, const char *name,
    const char *value)
{
    struct buf b = buf_in(c->arena, 8192);
    struct custom_field **custom = NULL;
    struct asked *asked;
    size_t n = 0, n_custom = 0, n_asked = asked_of(c, noun, &asked);
    buf_adds(&b, r->path);
    static const char *const fixed[] = {"search", "sort", "after", "from", "until", "columns"};
    for (size_t i = 0; i < n_asked + COUNT(fixed); i++) {
        const char *key = i < COUNT(fixed) ? fixed[i] : asked[i - COUNT(fixed)].name;
        add_parameter(&b, &n, key,
            streq(key, name)      ? value
            : streq(key, "after") ? NULL
                                  : page_query(r, key));
    }
    if (noun->custom && custom_fields(c, noun, &custom, &n_custom) == OK)
        for (size_t i = 0; i < n_custom; i++) {
            const char *key = custom[i]->field.name;
            add_parameter(&b, &n, key, streq(key, name) ? value : page_query(r, key));
        }
    return buf_str(&b);
}

/* The days between which rows were made, ?from=2026-10-01&until=2026-12-31, in the programme's zone. */
/* What is no day is left for the list to refuse. */
static void read_days(struct call *c, const struct page_request *r, struct list_query *q)
{
    const char *from = page_query(r, "from"), *until = page_query(r, "until");
    struct date d;
    if (from && *from)
        q->filters[q->n_filters++] = (struct filter){"created", "at_least",
            date_parse(from, &d) ? instant_iso(c->arena, instant_in(c->catalog->zone, d, 0, 0, 0)) : from};
    if (until && *until)
        q->filters[q->n_filters++] = (struct filter){"created", "below",
            date_parse(until, &d)
                ? instant_iso(c->arena, instant_in(c->catalog->zone, (struct date){d.days + 1}, 0, 0, 0))
                : until};
}

void list_query_read(
    struct call *c, const struct page_request *r, const struct noun *noun, struct list_query *q)
{
    *q = (struct list_query){
        .sort = page_query(r, "sort"), .after = page_query(r, "after"), .search = page_query(r, "search")};
    read_days(c, r, q);
    struct asked *asked;
    size_t n_asked = asked_of(c, noun, &asked);
    for (size_t i = 0; i < n_asked && q->n_filters < COUNT(q->filters); i++) {
        const char *v = page_query(r, asked[i].name), *is = v && strchr(v, ',') ? "in" : "is";
        if (v && *v)
            q->filters[q->n_filters++] =
                (struct filter){asked[i].field->name, asked[i].op ? asked[i].op : is, v};
    }
    struct custom_field **custom;
    size_t n;
    if (!noun->custom || custom_fields(c, noun, &custom, &n) != OK)
        return;
    for (size_t i = 0; i < n && q->n_filters < COUNT(q->filters); i++) {
        const char *v = page_query(r, custom[i]->field.name);
        if (v && *v)
            q->filters[q->n_filters++] = (struct filter){custom[i]->field.name, "is", v};
    }
}

/* ---- controls and chips ---- */

/* A choice among keys, or among few rows, becomes a select with "any" first. */
static struct part_field filter_control(struct call *c, struct page_request *r, const struct field *f)
{
    struct part_field p = {.id = arena_printf(c->arena, "f-%s", f->name),
        .name = f->name,
        .label = TR(c, f->label),
        .value = page_query(r, f->name),
        .optional = false};
    if (f->kind == KIND_REF)
        ref_choices(c, f, &p, TR(c, "Any"));
    const struct catalog_list *list = f->list ? catalog_find(c->catalog, f->list) : NULL;
    if (!f->options && !list && f->kind != KIND_BOOL)
        return p;
    size_t n = 0, max = list ? list->n : 0;
    for (const struct option *k = f->options; k && k->key; k++)
        max++;
    struct part_option *o = ARENA_ARRAY(c->arena, max + 3, struct part_option);
    o[n++] = (struct part_option){"", TR(c, "Any")};
    for (const struct option *k = f->options; k && k->key; k++)
        o[n++] = (struct part_option){k->key, TR(c, k->label)};
    for (size_t i = 0; list && i < list->n; i++)
        o[n++] = (struct part_option){list->items[i].key, list->items[i].label[call_lang(c)]};
    if (f->kind == KIND_BOOL) {
        o[n++] = (struct part_option){"yes", TR(c, "Yes")};
        o[n++] = (struct part_option){"no", TR(c, "No")};
    }
    p.kind = PART_SELECT;
    p.options = o;
    p.n_options = n;
    return p;
}

/* What a filter is set to, as people read it. */
static const char *filter_label(struct call *c, const struct field *f, const char *given)
{
    const struct noun *to = f->kind == KIND_REF ? model_noun(c->model, f->ref) : NULL;
    struct buf b = buf_in(c->arena, 4096);
    struct call look = *c;
    struct row row;
    int64_t id;
    if (to)
        return id_parse(to->prefix, given, &id) && noun_get(&look, to, id, &row) == OK && row.name ? row.name
                                                                                                   : given;
    for (const char *p = given; *p; p += strcspn(p, ","), p += *p == ',')
        buf_addf(
            &b, "%s%s", b.len ? ", " : "", choice_label(c, f, arena_strndup(c->arena, p, strcspn(p, ","))));
    return buf_str(&b);
}

/* From and until, as controls and where they are set as chips. */
static void fill_days(struct call *c, struct page_request *r, const struct noun *noun, struct list_view *v)
{
    static const struct {
        const char *name, *label;
    } days[] = {{"from", N_("From")}, {"until", N_("Until")}};
    for (size_t i = 0; i < COUNT(days); i++) {
        const char *given = page_query(r, days[i].name);
        struct date d;
        v->filters[v->n_filters++] = (struct part_field){.id = arena_printf(c->arena, "f-%s", days[i].name),
            .name = days[i].name,
            .label = TR(c, days[i].label),
            .type = "date",
            .value = given ? given : ""};
        if (!given || !date_parse(given, &d))
            continue;
        v->chips[v->n_chips++] = (struct chip_view){
            TR(c, days[i].label), given, list_href(c, r, noun, days[i].name, NULL), days[i].name, given};
        v->filtered = true;
    }
}

static const char *asked_label(struct call *c, const struct asked *a)
{
    const char *field = TR(c, a->field->label);
    return streq(a->op, "at_least")  ? arena_printf(c->arena, TR(c, "%s from"), field)
           : streq(a->op, "at_most") ? arena_printf(c->arena, TR(c, "%s until"), field)
                                     : field;
}

/* The control of what may be asked; without a name there is none. */
static struct part_field asked_control(
    struct call *c, struct page_request *r, const struct noun *noun, const struct asked *a)
{
    const struct field *f = a->field;
    bool own = f->kind == KIND_REF && noun->partner_ref && streq(f->name, noun->partner_ref) &&
               role_audience(c->viewer->role) == PARTNER; /* all of them are the viewer's partner's */
    bool choice =
        f->options || f->list || f->kind == KIND_BOOL || f->kind == KIND_REF || f->form == FORM_COUNTRY;
    const char *given = page_query(r, a->name);
    if (streq(a->op, "at_least") || streq(a->op, "at_most"))
        return (struct part_field){.id = arena_printf(c->arena, "f-%s-%s", f->name, a->op),
            .name = a->name,
            .label = asked_label(c, a),
            .type = "date",
            .value = given ? given : ""};
    struct part_field control = choice && !own && !a->op ? filter_control(c, r, f) : (struct part_field){0};
    return control.kind == PART_SELECT ? control : (struct part_field){0};
}

static const char *asked_text(struct call *c, const struct asked *a, const char *given)
{
    if (!streq(a->op, "known"))
        return filter_label(c, a->field, given);
    return streq(given, "no") ? TR(c, "None") : streq(given, "yes") ? TR(c, "Known") : given;
}

void list_filters_fill(struct call *c, struct page_request *r, const struct noun *noun, struct list_view *v)
{
    struct asked *asked;
    size_t n = asked_of(c, noun, &asked);
    v->filters = ARENA_ARRAY(c->arena, n + 2, struct part_field);
    v->chips = ARENA_ARRAY(c->arena, n + 2, struct chip_view);
    for (size_t i = 0; i < n; i++) {
        const struct field *f = asked[i].field;
        const char *given = page_query(r, asked[i].name);
        if (!(f->see & role_audience(c->viewer->role)))
            continue;
        struct part_field control = asked_control(c, r, noun, &asked[i]);
        if (control.name)
            v->filters[v->n_filters++] = control;
        if (!given || !*given)
            continue;
        v->chips[v->n_chips++] =
            (struct chip_view){asked_label(c, &asked[i]), asked_text(c, &asked[i], given),
                list_href(c, r, noun, asked[i].name, NULL), asked[i].name, given};
        v->filtered = true;
    }
    fill_days(c, r, noun, v);
}
