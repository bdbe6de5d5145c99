/* What narrows a list: its controls, and what is set, each to be taken away. */
#include "base/id.h"
#include "face/derived_view.h"

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

void list_filters_fill(struct call *c, struct page_request *r, const struct noun *noun, struct list_view *v)
{
    v->filters = ARENA_ARRAY(c->arena, noun->n_fields + 2, struct part_field);
    v->chips = ARENA_ARRAY(c->arena, noun->n_fields + 2, struct chip_view);
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        const char *given = page_query(r, f->name);
        if (!f->filter || !(f->see & role_audience(c->viewer->role)))
            continue;
        bool own = f->kind == KIND_REF && noun->partner_ref && streq(f->name, noun->partner_ref) &&
                   role_audience(c->viewer->role) == PARTNER; /* all of them are the viewer's partner's */
        bool choice =
            f->options || f->list || f->kind == KIND_BOOL || f->kind == KIND_REF || f->form == FORM_COUNTRY;
        struct part_field control = choice && !own ? filter_control(c, r, f) : (struct part_field){0};
        if (control.kind == PART_SELECT)
            v->filters[v->n_filters++] = control;
        if (!given || !*given)
            continue;
        v->chips[v->n_chips++] = (struct chip_view){
            TR(c, f->label), filter_label(c, f, given), list_href(c, r, noun, f->name, NULL), f->name, given};
        v->filtered = true;
    }
    fill_days(c, r, noun, v);
}
