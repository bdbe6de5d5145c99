#include "face/sample.h"

#include "base/id.h"
#include "base/text.h"
#include "face/dispatch.h"
#include "face/row_json.h"

const char *sample_id(struct arena *a, const struct noun *noun)
{
    return id_text(a, noun->prefix, INT64_C(0x5A3F1C2B9D47));
}

const char *sample_indented(struct arena *a, struct buf *b)
{
    const char *error;
    json_t *v = json_read(a, buf_str(b), b->len, &error);
    ASSERT(v);
    char *text = json_dumps(v, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15));
    const char *copy = arena_strdup(a, text);
    free(text);
    return copy;
}

const char *sample_lookup(const struct schema *s, const struct field *f)
{
    if (f->example)
        return *f->example == '@' ? f->example + 1 : NULL;
    return f->kind == KIND_REF ? model_noun(s->model, f->ref)->plural : NULL;
}

/* ---- values ---- */

/* What is declared: with the field, or with the noun's field of the same name and kind. */
static const char *declared(const struct noun *noun, const struct field *f)
{
    const struct field *of = noun ? noun_field(noun, f->name) : NULL;
    if (f->example && *f->example != '@')
        return f->example;
    return of && of->kind == f->kind && of->form == f->form && of->example && *of->example != '@'
               ? of->example
               : NULL;
}

/* The label, as long as it may be. */
static const char *label_text(struct arena *a, const struct field *f)
{
    size_t n = strlen(f->label), max = (size_t)field_max_length(f);
    return n <= max ? f->label : arena_strndup(a, f->label, max);
}

/* The declared key where it is offered, else the first. */
static const char *sample_choice(const struct schema *s, const struct field *f, const char *wanted)
{
    const char *first = schema_choice(s, f, 0), *key;
    for (size_t i = 0; wanted && (key = schema_choice(s, f, i)); i++)
        if (streq(key, wanted))
            return key;
    return first ? first : wanted ? wanted : f->list ? f->list : f->label;
}

static const char *sample_text(const struct schema *s, const struct field *f, const char *example)
{
    if (f->form == FORM_CHOICE)
        return sample_choice(s, f, example);
    if (example)
        return example;
    switch (f->form) {
    case FORM_EMAIL: return "name@company.example";
    case FORM_DOMAIN: return "company.example";
    case FORM_COUNTRY: return "DE";
    case FORM_CURRENCY: return "EUR";
    case FORM_ZONE: return "Europe/Berlin";
    case FORM_SET: return sample_choice(s, f, NULL);
    default: return label_text(s->arena, f);
    }
}

/* Of a set or a list. */
static void out_texts(struct json_out *w, const struct schema *s, const struct field *f, const char *example)
{
    const char *text = sample_text(s, f, example), *separator = f->form == FORM_SET ? "," : "\n";
    out_array(w);
    while (*text) {
        size_t n = strcspn(text, separator);
        const char *part = arena_strndup(s->arena, text, n);
        out_string(w, f->form == FORM_SET ? sample_choice(s, f, part) : part);
        text += n + (text[n] != 0);
    }
    out_end(w);
}

static void out_text(struct json_out *w, const struct schema *s, const struct field *f, const char *example)
{
    if (f->form == FORM_SET || f->form == FORM_LIST)
        out_texts(w, s, f, example);
    else if (f->form == FORM_JSON)
        out_raw(w, example ? example : "{}");
    else
        out_string(w, sample_text(s, f, example));
}

/* Within the bounds of a number. */
static int64_t sample_number(const struct field *f)
{
    if (f->max <= f->min)
        return 10;
    return f->min > 10 ? f->min : f->max < 10 ? f->max : 10;
}

/*
 * Served, counted from today, so that the example can be sent; on paper from always the same day. Where
 * nothing is declared, a day that is still to come.
 */
static const char *sample_date(const struct schema *s, const struct field *f, const char *example)
{
    int64_t days = 92;
    struct date d = s->today;
    if (example && !parse_int(example, &days))
        return example;
    d.days += (int32_t)days;
    char *text = date_iso(s->arena, d);
    if (f->month)
        *strrchr(text, '-') = 0;
    return text;
}

void sample_value(struct json_out *w, const struct schema *s, const struct noun *noun, const struct field *f)
{
    const char *example = declared(noun, f);
    if (example && (f->kind == KIND_INT || f->kind == KIND_REAL || f->kind == KIND_BOOL)) {
        out_raw(w, example);
        return;
    }
    if (example && !*example) {
        out_null(w);
        return;
    }
    switch (f->kind) {
    case KIND_TEXT: out_text(w, s, f, example); break;
    case KIND_INT: out_int(w, sample_number(f)); break;
    case KIND_REAL: out_real(w, (double)sample_number(f)); break;
    case KIND_BOOL: out_bool(w, true); break;
    case KIND_MONEY: out_string(w, example ? example : "84000.00"); break;
    case KIND_DATE: out_string(w, sample_date(s, f, example)); break;
    case KIND_TIME: out_string(w, example ? example : "2026-08-17T10:00:00.000Z"); break;
    case KIND_REF: out_string(w, sample_id(s->arena, model_noun(s->model, f->ref))); break;
    }
}

/* ---- inputs ---- */

static bool named(const char *names, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = names; *p; p += strcspn(p, ","), p += *p == ',')
        if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == 0))
            return true;
    return false;
}

/* The first that can be left out and is plain to fill in. */
static const struct field *one_more(const struct verb *v)
{
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    for (size_t i = 0; i < n; i++)
        if (field_in_input(v, &fields[i]) && (v->partial || !fields[i].required) &&
            fields[i].kind != KIND_REF && fields[i].form != FORM_JSON)
            return &fields[i];
    return NULL;
}

bool sample_sends(const struct verb *v, const struct field *f)
{
    if (!field_in_input(v, f))
        return false;
    if (v->example.fields)
        return named(v->example.fields, f->name);
    return (f->required && !v->partial) || f == one_more(v);
}

void sample_input(struct json_out *w, const struct schema *s, const struct verb *v)
{
    const struct schema own = schema_for(s, v);
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    out_object(w);
    for (size_t i = 0; i < n; i++) {
        if (!sample_sends(v, &fields[i]))
            continue;
        out_key(w, fields[i].name);
        sample_value(w, &own, v->noun, &fields[i]);
    }
    out_end(w);
}

/* ---- answers ---- */

/* What names a row of the noun. */
static const char *title_of(const struct schema *s, const struct noun *noun)
{
    const struct field *f = noun->title ? noun_field(noun, noun->title) : NULL;
    const char *example = f ? declared(noun, f) : NULL;
    if (example || !f || f->kind != KIND_REF)
        return example ? example : noun->label;
    return title_of(s, model_noun(s->model, f->ref));
}

/* The field as the verb was just given it, else as the noun has it. */
static void out_member(struct json_out *w, const struct schema *s, const struct noun *noun,
    const struct field *f, const struct verb *v)
{
    const struct field *fields;
    size_t n;
    int at = -1;
    if (v && streq(f->name, "state") && (v->example.becomes || v->from)) {
        out_string(w, v->example.becomes ? v->example.becomes : v->from[0]);
        return;
    }
    if (v) {
        verb_fields(v, &fields, &n);
        at = field_find(fields, n, f->name);
    }
    if (at >= 0 && fields[at].kind == f->kind && sample_sends(v, &fields[at]))
        f = &fields[at];
    sample_value(w, s, noun, f);
}

static void out_row(struct json_out *w, const struct schema *s, const struct noun *noun, const struct verb *v)
{
    out_object(w);
    out_kv_string(w, "id", sample_id(s->arena, noun));
    out_kv_int(w, "version", v && v->on == ON_COLLECTION ? 1 : 3);
    out_kv_string(w, "created", "2026-05-19T08:12:44.031Z");
    out_kv_string(w, "updated", "2026-05-21T15:40:02.508Z");
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (f->secret || !f->see)
            continue;
        out_key(w, f->name);
        out_member(w, s, noun, f, v);
        if (f->kind == KIND_REF)
            out_kv_string(w, ref_name_key(s->arena, f), title_of(s, model_noun(s->model, f->ref)));
    }
    if (noun->custom) {
        out_key(w, "custom");
        out_raw(w, "{}");
    }
    out_end(w);
}

/* Behind its fields, what the domain says beyond them. */
static void out_whole(
    struct json_out *w, const struct schema *s, const struct noun *noun, const struct verb *v)
{
    if (!noun->beyond) {
        out_row(w, s, noun, v);
        return;
    }
    struct buf b = buf_in(s->arena, BUF_MAX_DEFAULT);
    struct json_out own = json_out(&b);
    out_row(&own, s, noun, v);
    out_raw(w, arena_printf(s->arena, "%.*s,%s}", (int)b.len - 1, buf_str(&b), noun->beyond));
}

void sample_row(struct json_out *w, const struct schema *s, const struct noun *noun)
{
    out_whole(w, s, noun, NULL);
}

void sample_list(struct json_out *w, const struct schema *s, const struct noun *noun)
{
    out_object(w);
    out_key(w, "items");
    out_array(w);
    sample_row(w, s, noun);
    out_end(w);
    out_kv_string(w, "next", NULL);
    out_end(w);
}

void sample_bulk(struct json_out *w, const struct schema *s, const struct noun *noun)
{
    out_object(w);
    out_kv_string(w, "verb", noun_bulk(s->model, noun)->name);
    out_kv_int(w, "total", 1);
    out_kv_int(w, "done", 1);
    out_kv_int(w, "refused", 0);
    out_kv_int(w, "more", 0);
    out_key(w, "items");
    out_array(w);
    out_object(w);
    out_kv_string(w, "id", sample_id(s->arena, noun));
    out_kv_bool(w, "ok", true);
    out_end(w);
    out_end(w);
    out_end(w);
}

void sample_answer(struct json_out *w, const struct schema *s, const struct verb *v)
{
    if (v->example.answer)
        out_raw(w, v->example.answer);
    else
        out_whole(w, s, v->noun, v);
}

/* ---- as people read it ---- */

const char *sample_noun_text(const struct schema *s, const struct noun *noun, sample_noun_fn *write)
{
    struct buf b = buf_in(s->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    write(&w, s, noun);
    return sample_indented(s->arena, &b);
}

const char *sample_answer_text(const struct schema *s, const struct verb *v)
{
    struct buf b = buf_in(s->arena, BUF_MAX_DEFAULT);
    struct json_out w = json_out(&b);
    if (v->downloads)
        return NULL;
    sample_answer(&w, s, v);
    return sample_indented(s->arena, &b);
}
