#include "face/schema.h"

#include "base/text.h"
#include "face/row_json.h"
#include "face/sample.h"
#include "model/custom.h"

#define MONEY_PATTERN "^-?[0-9]+([.][0-9]{1,3})?$"
#define MONTH_PATTERN "^[0-9]{4}-[0-9]{2}$"

char *type_name(struct arena *a, const char *noun, const char *verb)
{
    struct buf b = buf_in(a, 256);
    const char *words[] = {noun, verb};
    for (size_t i = 0; i < COUNT(words) && words[i]; i++) {
        bool up = true;
        for (const char *p = words[i]; *p; p++) {
            if (*p != '_')
                buf_addc(&b, up && *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p);
            up = *p == '_';
        }
    }
    return arena_strdup(a, buf_str(&b));
}

bool field_in_input(const struct verb *v, const struct field *f)
{
    return v->in || f->set != 0;
}

/* Custom fields can be given with the verb. */
static bool verb_takes_custom(const struct verb *v)
{
    return v->noun->custom && (v->on == ON_COLLECTION || v->partial);
}

/* ---- choices ---- */

const char *schema_choice(const struct schema *s, const struct field *f, size_t i)
{
    if (f->options)
        return f->options[i].key;
    if (!f->list || !s->call || (f->see && !field_visible(f, s->call->viewer)))
        return NULL;
    const struct catalog_list *list = catalog_find(s->call->catalog, f->list);
    return list && i < list->n ? list->items[i].key : NULL;
}

struct schema schema_of(struct arena *a, const struct model *m, const struct call *c)
{
    return (struct schema){a, m, c, c ? date_in(zone_get("UTC"), c->now) : date_make(2026, 6, 30)};
}

struct schema schema_for(const struct schema *s, const struct verb *v)
{
    struct schema own = *s;
    if (s->call && !(v->roles & ROLE_BIT(s->call->viewer->role)))
        own.call = NULL;
    return own;
}

/* ---- one field ---- */

/* ALSO: another type that is taken, or NULL. */
static void out_types(struct json_out *w, const char *type, const char *also, bool nullable)
{
    out_key(w, "type");
    if (!also && !nullable) {
        out_string(w, type);
        return;
    }
    out_array(w);
    out_string(w, type);
    if (also)
        out_string(w, also);
    if (nullable)
        out_string(w, "null");
    out_end(w);
}

static void out_type(struct json_out *w, const char *type, bool nullable)
{
    out_types(w, type, NULL, nullable);
}

static void out_enum(struct json_out *w, const struct schema *s, const struct field *f, bool nullable)
{
    const char *key;
    if (!schema_choice(s, f, 0))
        return;
    out_key(w, "enum");
    out_array(w);
    for (size_t i = 0; (key = schema_choice(s, f, i)); i++)
        out_string(w, key);
    if (nullable)
        out_null(w);
    out_end(w);
}

static void text_schema(
    struct json_out *w, const struct schema *s, const struct field *f, enum schema_use use, bool nullable)
{
    bool input = use == SCHEMA_INPUT;
    if (f->form == FORM_JSON)
        return; /* any value */
    if (f->form == FORM_SET || f->form == FORM_LIST) {
        out_types(w, "array", input ? "string" : NULL, input && nullable);
        out_key(w, "items");
        out_object(w);
        out_type(w, "string", false);
        if (input || f->options)
            out_enum(w, s, f, false);
        out_end(w);
        return;
    }
    out_type(w, "string", nullable);
    if (f->form == FORM_CHOICE && (input || f->options)) /* a row may hold a key that was taken out since */
        out_enum(w, s, f, nullable);
    else if (f->form == FORM_COUNTRY || f->form == FORM_CURRENCY)
        out_kv_string(w, "pattern", f->form == FORM_COUNTRY ? "^[A-Z]{2}$" : "^[A-Z]{3}$");
    else if (input && f->form != FORM_CHOICE) {
        if (f->required)
            out_kv_int(w, "minLength", 1);
        out_kv_int(w, "maxLength", field_max_length(f));
    }
    if (f->form == FORM_EMAIL)
        out_kv_string(w, "format", "email");
}

static void number_schema(struct json_out *w, const struct field *f, enum schema_use use, bool nullable)
{
    out_type(w, f->kind == KIND_INT ? "integer" : "number", nullable);
    if (use == SCHEMA_INPUT && f->max > f->min) {
        out_kv_int(w, "minimum", f->min);
        out_kv_int(w, "maximum", f->max);
    } else if (f->kind == KIND_INT) {
        out_kv_string(w, "format", "int64");
    }
}

static void ref_schema(
    struct json_out *w, const struct schema *s, const struct field *f, enum schema_use use, bool nullable)
{
    const struct noun *to = model_noun(s->model, f->ref);
    out_type(w, "string", nullable);
    if (use == SCHEMA_ROW || !to->natural)
        out_kv_string(w, "pattern", arena_printf(s->arena, "^%s_[0-9A-HJKMNP-TV-Z]{13}$", to->prefix));
}

/* What the type does not say, in a sentence or two. */
static const char *describe_field(const struct schema *s, const struct field *f, enum schema_use use)
{
    struct buf b = buf_in(s->arena, 4096);
    if (f->kind == KIND_MONEY && f->currency)
        buf_addf(&b, "Decimal, in the currency of `%s`. ", f->currency);
    else if (f->kind == KIND_MONEY)
        buf_adds(&b, "Decimal, in the programme's currency. ");
    if (f->list)
        buf_addf(&b, "Of the programme's %s. ", f->list);
    if (f->kind == KIND_REF) {
        const struct noun *to = model_noun(s->model, f->ref);
        if (use == SCHEMA_INPUT && to->natural)
            buf_addf(&b, "The id or the %s of a row of `%s`. ", to->natural, to->plural);
        else
            buf_addf(&b, "A row of `%s`. ", to->plural);
    }
    if (use == SCHEMA_ROW && !(f->see & PARTNER))
        buf_adds(&b, "Seen by the vendor only. ");
    if (f->hint)
        buf_adds(&b, f->hint);
    return text_squeeze(s->arena, buf_str(&b));
}

void schema_field(struct json_out *w, const struct schema *s, const struct noun *noun, const struct field *f,
    enum schema_use use, bool nullable)
{
    const char *text = describe_field(s, f, use);
    out_object(w);
    switch (f->kind) {
    case KIND_TEXT: text_schema(w, s, f, use, nullable); break;
    case KIND_INT:
    case KIND_REAL: number_schema(w, f, use, nullable); break;
    case KIND_BOOL: out_type(w, "boolean", nullable); break;
    case KIND_MONEY:
        out_types(w, "string", use == SCHEMA_INPUT ? "number" : NULL, nullable);
        out_kv_string(w, "pattern", MONEY_PATTERN);
        break;
    case KIND_DATE:
        out_type(w, "string", nullable);
        out_kv_string(w, f->month ? "pattern" : "format", f->month ? MONTH_PATTERN : "date");
        break;
    case KIND_TIME:
        out_type(w, "string", nullable);
        out_kv_string(w, "format", "date-time");
        break;
    case KIND_REF: ref_schema(w, s, f, use, nullable); break;
    }
    out_kv_string(w, "title", f->label);
    if (*text)
        out_kv_string(w, "description", text);
    out_key(w, "examples");
    out_array(w);
    sample_value(w, s, noun, f);
    out_end(w);
    out_end(w);
}

/* ---- rows and inputs ---- */

static void out_custom(struct json_out *w, const struct schema *s, struct custom_field *const *custom,
    size_t n, enum schema_use use)
{
    out_key(w, "custom");
    out_object(w);
    out_type(w, "object", false);
    out_kv_string(w, "description", "The fields that this programme has added.");
    if (n) {
        out_key(w, "properties");
        out_object(w);
        for (size_t i = 0; i < n; i++) {
            out_key(w, custom[i]->name);
            schema_field(w, s, NULL, &custom[i]->field, use, use == SCHEMA_ROW || !custom[i]->required);
        }
        out_end(w);
    }
    out_end(w);
}

static void out_fixed(struct json_out *w, struct arena *a, const struct noun *noun)
{
    out_key(w, "id");
    out_object(w);
    out_type(w, "string", false);
    out_kv_string(w, "pattern", arena_printf(a, "^%s_[0-9A-HJKMNP-TV-Z]{13}$", noun->prefix));
    out_key(w, "examples");
    out_array(w);
    out_string(w, sample_id(a, noun));
    out_end(w);
    out_end(w);
    out_key(w, "version");
    out_raw(w, "{\"type\":\"integer\",\"minimum\":1,\"description\":\"Grows with every change; also the "
               "ETag.\"}");
    out_key(w, "created");
    out_raw(w, "{\"type\":\"string\",\"format\":\"date-time\"}");
    out_key(w, "updated");
    out_raw(w, "{\"type\":\"string\",\"format\":\"date-time\"}");
}

void schema_row(struct json_out *w, const struct schema *s, const struct noun *noun,
    struct custom_field *const *custom, size_t n)
{
    out_object(w);
    out_type(w, "object", false);
    out_kv_string(w, "title", noun->label);
    out_kv_string(w, "description", noun->summary);
    out_key(w, "required");
    out_raw(w, "[\"id\"]");
    out_key(w, "properties");
    out_object(w);
    out_fixed(w, s->arena, noun);
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (f->secret || !f->see)
            continue;
        out_key(w, f->name);
        schema_field(w, s, noun, f, SCHEMA_ROW, !f->required && f->kind != KIND_BOOL);
        if (f->kind == KIND_REF) {
            out_key(w, ref_name_key(s->arena, f));
            out_object(w);
            out_type(w, "string", true);
            out_kv_string(w, "description", "Its name; null when you may not see that row.");
            out_end(w);
        }
    }
    if (noun->custom)
        out_custom(w, s, custom, n, SCHEMA_ROW);
    out_end(w);
    out_end(w);
}

static void out_required(struct json_out *w, const struct verb *v, const struct field *fields, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (v->partial || !fields[i].required || fields[i].kind == KIND_BOOL ||
            !field_in_input(v, &fields[i]))
            continue;
        if (!any) {
            out_key(w, "required");
            out_array(w);
        }
        any = true;
        out_string(w, fields[i].name);
    }
    if (any)
        out_end(w);
}

void schema_input(struct json_out *w, const struct schema *s, const struct verb *v,
    struct custom_field *const *custom, size_t n_custom)
{
    const struct schema own = schema_for(s, v);
    const struct field *fields;
    size_t n;
    verb_fields(v, &fields, &n);
    out_object(w);
    out_type(w, "object", false);
    out_required(w, v, fields, n);
    out_key(w, "properties");
    out_object(w);
    for (size_t i = 0; i < n; i++) {
        if (!field_in_input(v, &fields[i]))
            continue;
        out_key(w, fields[i].name);
        schema_field(w, &own, v->noun, &fields[i], SCHEMA_INPUT, !fields[i].required);
    }
    if (verb_takes_custom(v))
        out_custom(w, s, custom, n_custom, SCHEMA_INPUT);
    out_end(w);
    out_key(w, "additionalProperties");
    out_bool(w, false);
    out_key(w, "examples");
    out_array(w);
    sample_input(w, s, v);
    out_end(w);
    out_end(w);
}

/* ---- in words ---- */

static const char *option_text(struct arena *a, enum lang lang, const struct field *f)
{
    bool set = f->form == FORM_SET;
    if (f->list)
        return arena_printf(
            a, set ? tr(lang, "some of the programme's %s") : tr(lang, "one of the programme's %s"), f->list);
    struct buf b = buf_in(a, 4096);
    for (const struct option *o = f->options; o && o->key; o++)
        buf_addf(&b, "%s%s", o == f->options ? "" : ", ", o->key);
    return arena_printf(a, set ? tr(lang, "some of %s") : tr(lang, "one of %s"), buf_str(&b));
}

static const char *text_text(struct arena *a, enum lang lang, const struct field *f)
{
    switch (f->form) {
    case FORM_EMAIL: return tr(lang, "mail address");
    case FORM_DOMAIN: return tr(lang, "web domain");
    case FORM_COUNTRY: return tr(lang, "country, two letters");
    case FORM_CURRENCY: return tr(lang, "currency, three letters");
    case FORM_CHOICE:
    case FORM_SET: return option_text(a, lang, f);
    case FORM_LIST: return tr(lang, "list of texts");
    case FORM_ZONE: return tr(lang, "time zone");
    case FORM_JSON: return "JSON";
    default: return arena_printf(a, tr(lang, "text, up to %lld characters"), (long long)field_max_length(f));
    }
}

static const char *number_text(struct arena *a, enum lang lang, const struct field *f)
{
    const char *what = f->kind == KIND_INT ? tr(lang, "whole number") : tr(lang, "number");
    return f->max > f->min
               ? arena_printf(a, tr(lang, "%s, %lld to %lld"), what, (long long)f->min, (long long)f->max)
               : what;
}

const char *field_type_text(struct arena *a, enum lang lang, const struct model *m, const struct field *f)
{
    switch (f->kind) {
    case KIND_TEXT: return text_text(a, lang, f);
    case KIND_INT:
    case KIND_REAL: return number_text(a, lang, f);
    case KIND_BOOL: return tr(lang, "true or false");
    case KIND_MONEY: return tr(lang, "amount, as a decimal text");
    case KIND_DATE: return f->month ? tr(lang, "month") : tr(lang, "date");
    case KIND_TIME: return tr(lang, "time, UTC");
    case KIND_REF: return arena_printf(a, tr(lang, "id of %s"), model_noun(m, f->ref)->plural);
    }
    return "";
}
