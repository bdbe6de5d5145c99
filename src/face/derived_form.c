#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "face/derived_form.html.h"
#include "face/derived_record.html.h"
#include "face/derived_view.h"
#include "model/custom.h"

#include <stdlib.h>

/* ---- controls ---- */

/* A row's value as the form would send it. */
static const char *input_text(struct call *c, const struct noun *noun, const struct row *row,
    const struct field *f, const struct value *v)
{
    if (v->kind == VALUE_NULL)
        return "";
    switch (f->kind) {
    case KIND_INT:
    case KIND_BOOL: return arena_printf(c->arena, "%lld", (long long)v->i);
    case KIND_REAL: return arena_printf(c->arena, "%.10g", v->kind == VALUE_INT ? (double)v->i : v->r);
    case KIND_MONEY: return amount_plain(c, noun, row, f, v);
    case KIND_DATE: {
        const char *iso = date_iso(c->arena, (struct date){(int32_t)v->i});
        return f->month ? arena_strndup(c->arena, iso, 7) : iso;
    }
    case KIND_TIME: return instant_iso(c->arena, (struct instant){v->i});
    case KIND_REF: {
        const struct noun *to = model_noun(c->model, f->ref);
        return id_text(c->arena, to->prefix, v->i);
    }
    case KIND_TEXT: return v->s;
    }
    return "";
}

#define REF_OPTIONS 200 /* more than a person picks from: then it is typed */

void ref_choices(struct call *c, const struct field *f, struct part_field *p, const char *none)
{
    const struct noun *to = model_noun(c->model, f->ref);
    struct call look = *c;
    struct list list;
    struct list_query q = {.limit = REF_OPTIONS, .fields = noun_bit(to, to->title)};
    int64_t all;
    look.problem = NULL;
    if (!noun_readable(to, c->viewer) || noun_count(&look, to, &q, REF_OPTIONS, &all) != OK ||
        all > REF_OPTIONS || noun_list(&look, to, &q, &list) != OK)
        return;
    struct part_option *o = ARENA_ARRAY(c->arena, list.n + 1, struct part_option);
    size_t n = 0;
    if (none || list.n != 1)
        o[n++] = (struct part_option){"", none ? none : TR(c, "Choose")};
    for (size_t i = 0; i < list.n; i++)
        o[n++] = (struct part_option){id_text(c->arena, to->prefix, list.rows[i].id), list.rows[i].name};
    p->kind = PART_SELECT;
    p->options = o;
    p->n_options = n;
}

struct country_choice {
    const char *folded; /* of the label, for sorting: Österreich stands beside Oman */
    struct part_option option;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct country_choice *)a)->folded, ((const struct country_choice *)b)->folded);
}

static void country_options(struct call *c, struct part_option *out)
{
    size_t n = country_count();
    struct country_choice *choices = ARENA_ARRAY(c->arena, n, struct country_choice);
    for (size_t i = 0; i < n; i++) {
        const char *code = country_code_at(i), *name = TR(c, country_name(code));
        choices[i] = (struct country_choice){text_fold(c->arena, name), {code, name}};
    }
    qsort(choices, n, sizeof *choices, by_name);
    for (size_t i = 0; i < n; i++)
        out[i] = choices[i].option;
}

static void choice_options(struct call *c, const struct field *f, struct part_field *p, bool empty)
{
    const struct catalog_list *list = f->list ? catalog_find(c->catalog, f->list) : NULL;
    size_t n = 0, max = f->form == FORM_COUNTRY ? country_count() : 128;
    struct part_option *o = ARENA_ARRAY(c->arena, max + 2, struct part_option);
    if (empty)
        o[n++] = (struct part_option){"", TR(c, "Choose")};
    for (const struct option *k = f->options; k && k->key && n < max; k++)
        if (!f->offers || f->offers(c, k->key) || streq(k->key, p->value))
            o[n++] = (struct part_option){k->key, TR(c, k->label)};
    for (size_t i = 0; list && i < list->n && n < max; i++)
        o[n++] = (struct part_option){list->items[i].key, list->items[i].label[call_lang(c)]};
    if (f->form == FORM_COUNTRY) {
        country_options(c, o + n);
        n += country_count();
    }
    p->kind = PART_SELECT;
    p->options = o;
    p->n_options = n;
}

static void shape(struct call *c, const struct field *f, struct part_field *p)
{
    switch (f->kind) {
    case KIND_BOOL:
        p->kind = PART_CHECK;
        p->checked = streq(p->value, "1");
        p->value = "1";
        return;
    case KIND_REF: ref_choices(c, f, p, f->required ? NULL : TR(c, "Not set")); return;
    case KIND_MONEY:
        p->numeric = true;
        p->inputmode = "decimal";
        return;
    case KIND_INT:
    case KIND_REAL:
        p->numeric = true;
        p->inputmode = f->kind == KIND_INT ? "numeric" : "decimal";
        return;
    case KIND_DATE: p->type = f->month ? "month" : "date"; return;
    case KIND_TIME: return;
    case KIND_TEXT: break;
    }
    if (f->form == FORM_CHOICE || f->form == FORM_COUNTRY)
        choice_options(c, f, p, !p->value || !*p->value);
    else if (f->form == FORM_LONG || f->form == FORM_LIST || f->form == FORM_JSON)
        p->kind = PART_AREA;
    else if (f->form == FORM_EMAIL)
        p->type = "email";
}

static struct part_field control(
    struct call *c, const struct page_request *r, const struct field *f, const char *present)
{
    const char *given = r->n_given ? given_text(r, f->name) : page_query(r, f->name);
    struct part_field p = {.id = arena_printf(c->arena, "f-%s", f->name),
        .name = f->name,
        .label = TR(c, f->label),
        .hint = f->hint ? TR(c, f->hint) : NULL,
        .error = field_message(r, f->name),
        .value = given                                ? given
                 : r->n_given && f->kind == KIND_BOOL ? ""
                 : present                            ? present
                                                      : "",
        .optional = !f->required && f->kind != KIND_BOOL,
        .required = f->required};
    shape(c, f, &p);
    return p;
}

static void make_set(
    struct call *c, const struct page_request *r, const struct field *f, struct control_view *v)
{
    const char *present = v->field.value;
    choice_options(c, f, &v->field, false);
    v->set = true;
    v->checked = ARENA_ARRAY(c->arena, v->field.n_options, bool);
    for (size_t i = 0; i < v->field.n_options; i++) {
        const char *key = v->field.options[i].value;
        v->checked[i] = strstr(present, arena_printf(c->arena, ",%s,", key)) != NULL;
        for (size_t k = 0; k < r->n_given; k++)
            v->checked[i] |= streq(r->given[k].name, f->name) && streq(r->given[k].value.s, key);
    }
}

const struct part_field *verb_controls(struct call *c, struct html *h, const struct page_request *r,
    const struct verb *verb, size_t most, size_t *n)
{
    const struct field *fields;
    size_t n_fields;
    (void)h;
    verb_fields(verb, &fields, &n_fields);
    n_fields = most && most < n_fields ? most : n_fields;
    struct part_field *out = ARENA_ARRAY(c->arena, n_fields, struct part_field);
    *n = 0;
    for (size_t i = 0; i < n_fields; i++)
        if (!verb->in || field_settable(verb, &fields[i], c->viewer))
            out[(*n)++] = control(c, r, &fields[i], NULL);
    return out;
}

struct part_field *form_controls(struct call *c, struct html *h, const struct page_request *r,
    const struct verb *verb, const char *form, size_t most, size_t *n, bool *refused)
{
    struct page_request plain = {.shell = r->shell, .model = r->model, .http = r->http};
    *refused = r->problem && streq(given_text(r, "form"), form);
    const struct part_field *f = verb_controls(c, h, *refused ? r : &plain, verb, most, n);
    struct part_field *out = ARENA_ARRAY(c->arena, *n + 1, struct part_field);
    for (size_t i = 0; i < *n; i++) {
        out[i] = f[i];
        out[i].id = arena_printf(c->arena, "%s-%s", form, f[i].name);
        out[i].value = *refused ? f[i].value : "";
    }
    return out;
}

const struct part_field *custom_controls(
    struct call *c, const struct page_request *r, const struct verb *verb, const struct row *row, size_t *n)
{
    struct custom_field **custom;
    size_t n_custom;
    bool carries = verb->noun->custom && (verb->generic || verb->creates);
    *n = 0;
    if (!carries || custom_fields(c, verb->noun, &custom, &n_custom) != OK)
        return NULL;
    struct part_field *out = ARENA_ARRAY(c->arena, n_custom + 1, struct part_field);
    for (size_t i = 0; i < n_custom; i++) {
        if (role_audience(c->viewer->role) == PARTNER && !custom[i]->partner_sets)
            continue;
        const char *present =
            row && row->custom ? input_text(c, verb->noun, row, &custom[i]->field, &row->custom[i]) : "";
        out[(*n)++] = control(c, r, &custom[i]->field, present);
    }
    return out;
}

static void add_custom(struct call *c, struct page_request *r, const struct row *row, const struct verb *verb,
    struct form_view *v)
{
    size_t n;
    const struct part_field *custom = custom_controls(c, r, verb, row, &n);
    for (size_t i = 0; i < n && v->n < 64; i++)
        v->controls[v->n++].field = custom[i];
}

enum status derived_form(
    struct call *c, struct page_request *r, struct html *h, const struct verb *verb, int64_t id)
{
    const struct field *fields;
    size_t n_fields;
    struct row row = {0};
    if (id)
        TRY(noun_get(c, verb->noun, id, &row));
    verb_fields(verb, &fields, &n_fields);
    const char *here = r->path;
    const char *list = arena_printf(c->arena, "/%s", verb->noun->plural);
    const char *record =
        id ? arena_printf(c->arena, "%s/%s", list, id_text(c->arena, verb->noun->prefix, id)) : list;
    struct form_view v = {
        .title = id ? arena_printf(c->arena, "%s: %s", TR(c, verb->label), row.name) : TR(c, verb->label),
        .summary = TR(c, verb->summary),
        .action = here,
        .page = here,
        .csrf = r->csrf,
        .submit = verb->generic ? TR(c, "Save") : TR(c, verb->label),
        .cancel = record,
        .problem = r->problem};
    v.controls = ARENA_ARRAY(c->arena, 64, struct control_view);
    for (size_t i = 0; i < n_fields && v.n < 48; i++) {
        const struct field *f = &fields[i];
        if (!field_settable(verb, f, c->viewer))
            continue;
        int at = id ? field_find(verb->noun->fields, verb->noun->n_fields, f->name) : -1;
        bool same = at >= 0 && verb->noun->fields[at].kind == f->kind; /* not only of one name */
        bool begins = verb->partial || list_has(verb->present, f->name);
        const char *present = same && begins ? input_text(c, verb->noun, &row, f, &row.v[at]) : "";
        struct control_view *k = &v.controls[v.n++];
        k->field = control(c, r, f, present);
        if (f->form == FORM_SET)
            make_set(c, r, f, k);
    }
    add_custom(c, r, id ? &row : NULL, verb, &v);
    v.fields = ARENA_ARRAY(c->arena, v.n + 1, const struct part_field *);
    for (size_t i = 0; i < v.n; i++)
        v.fields[i] = &v.controls[i].field;
    r->shell->title = v.title;
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){id ? row.name : TR(c, verb->noun->labels), record};
    crumbs[1] = (struct shell_crumb){TR(c, verb->label), NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    derived_form_page(h, &v);
    return OK;
}

/* ---- the record ---- */

/* JSON over several lines; NULL: it holds nothing. */
static const char *code_text(struct call *c, const struct value *v)
{
    const char *error;
    const json_t *j = v->kind == VALUE_TEXT ? json_read(c->arena, v->s, v->len, &error) : NULL;
    if (!j || (json_object_size(j) == 0 && json_array_size(j) == 0))
        return NULL;
    char *text = json_dumps(j, JSON_INDENT(2) | JSON_ENCODE_ANY);
    const char *copy = arena_strdup(c->arena, text ? text : "");
    free(text);
    return copy;
}

static void fill_facts(
    struct call *c, struct html *h, const struct noun *noun, const struct row *row, struct record_view *v)
{
    struct custom_field **custom;
    size_t n;
    v->facts = ARENA_ARRAY(c->arena, noun->n_fields + 65, struct fact_view);
    if (noun->made)
        v->facts[v->n_facts++] =
            (struct fact_view){.label = TR(c, noun->made), .text = fmt_exact(h, row->created)};
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (!(f->see & role_audience(c->viewer->role)) || row->v[i].kind == VALUE_NULL ||
            streq(f->name, "state") || f->programs_only)
            continue;
        if (f->form == FORM_JSON && f->kind == KIND_TEXT) {
            const char *code = code_text(c, &row->v[i]);
            if (code)
                v->facts[v->n_facts++] = (struct fact_view){.label = TR(c, f->label), .code = code};
            continue;
        }
        /* A row without a name for the viewer is mostly one that is not his to see: to a partner the vendor's
         * people have none, and a heading alone would only promise. */
        if (f->kind == KIND_REF && !row->title[i])
            continue;
        struct fact_view *fact = &v->facts[v->n_facts++];
        *fact = (struct fact_view){.label = TR(c, f->label), .text = value_text(c, h, noun, row, i)};
        const struct noun *to = f->kind == KIND_REF ? model_noun(c->model, f->ref) : NULL;
        if (to)
            fact->href =
                arena_printf(c->arena, "/%s/%s", to->plural, id_text(c->arena, to->prefix, row->v[i].i));
    }
    if (!noun->custom || custom_fields(c, noun, &custom, &n) != OK)
        return;
    for (size_t i = 0; i < n && i < 64; i++)
        if (row->custom && row->custom[i].kind != VALUE_NULL)
            v->facts[v->n_facts++] = (struct fact_view){
                .label = custom[i]->label, .text = custom_text(c, h, custom[i], &row->custom[i])};
}

static void fill_acts(struct call *c, const struct noun *noun, const struct row *row, struct record_view *v)
{
    const char *base =
        arena_printf(c->arena, "/%s/%s", noun->plural, id_text(c->arena, noun->prefix, row->id));
    v->acts = ARENA_ARRAY(c->arena, 12, struct act_view);
    for (size_t i = 0; c->model->verbs[i] && v->n_acts < 12; i++) {
        const struct verb *verb = c->model->verbs[i];
        const struct field *fields;
        size_t n;
        if (verb->noun != noun || verb->on != ON_ROW || verb->hidden || !verb_allowed(verb, c->viewer) ||
            !verb_starts(verb, row))
            continue;
        verb_fields(verb, &fields, &n);
        const char *path = arena_printf(c->arena, "%s/%s", base, verb->name);
        v->acts[v->n_acts++] = (struct act_view){
            .label = TR(c, verb->label), .action = n ? NULL : path, .href = path, .primary = verb->primary};
    }
}

/* Other nouns that refer to this one: their lists, filtered by this row. */
static void fill_links(struct call *c, const struct noun *noun, const struct row *row, struct record_view *v)
{
    v->links = ARENA_ARRAY(c->arena, 16, struct link_view);
    for (size_t i = 0; c->model->nouns[i]; i++) {
        const struct noun *other = c->model->nouns[i];
        for (size_t k = 0; k < other->n_fields && v->n_links < 16 && noun_readable(other, c->viewer); k++) {
            const struct field *f = &other->fields[k];
            if (!f->ref || !streq(f->ref, noun->name) || !f->filter ||
                !(f->see & role_audience(c->viewer->role)))
                continue;
            const char *same = streq(f->name, "partner_id") || streq(f->name, "account_id") ||
                                       streq(f->name, "product_line_id") || streq(f->label, noun->label)
                                   ? TR(c, other->labels)
                                   : arena_printf(c->arena, "%s (%s)", TR(c, other->labels), TR(c, f->label));
            v->links[v->n_links++] =
                (struct link_view){same, arena_printf(c->arena, "/%s?%s=%s", other->plural, f->name,
                                             id_text(c->arena, noun->prefix, row->id))};
        }
    }
}

enum status record_view_load(struct call *c, struct page_request *r, struct html *h, const struct noun *noun,
    int64_t id, struct row *row, struct record_view *out)
{
    int64_t survivor;
    TRY(noun_get(c, noun, id, row));
    TRY(noun_survivor(c, noun, row, &survivor));
    if (survivor) {
        r->redirect = arena_printf(c->arena, "/%s/%s?merged=%s", noun->plural,
            id_text(c->arena, noun->prefix, survivor), id_text(c->arena, noun->prefix, id));
        r->status = 308;
        return OK;
    }
    const struct state *state = row_state(noun, row);
    *out = (struct record_view){.title = row->name ? name_text(c, h, noun, row) : TR(c, noun->label),
        .mark = state ? state->mark : NULL,
        .state = state ? TR(c, state->label) : NULL,
        .csrf = r->csrf};
    fill_facts(c, h, noun, row, out);
    fill_acts(c, noun, row, out);
    fill_links(c, noun, row, out);
    r->shell->title = out->title;
    struct shell_crumb *crumbs = ARENA_ARRAY(c->arena, 2, struct shell_crumb);
    crumbs[0] = (struct shell_crumb){TR(c, noun->labels), arena_printf(c->arena, "/%s", noun->plural)};
    crumbs[1] = (struct shell_crumb){out->title, NULL};
    r->shell->crumbs = crumbs;
    r->shell->n_crumbs = 2;
    return OK;
}

enum status derived_record(
    struct call *c, struct page_request *r, struct html *h, const struct noun *noun, int64_t id)
{
    struct row row;
    struct record_view v;
    TRY(record_view_load(c, r, h, noun, id, &row, &v));
    if (r->redirect)
        return OK;
    derived_record_begin(h, &v);
    TRY(derived_timeline(c, h, noun, id, 30));
    derived_record_end(h);
    return OK;
}
