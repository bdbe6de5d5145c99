#include "face/row_json.h"

#include "base/id.h"
#include "base/text.h"
#include "model/custom.h"

const char *ref_name_key(struct arena *a, const struct field *f)
{
    size_t n = strlen(f->name);
    if (n > 3 && streq(f->name + n - 3, "_id"))
        n -= 3;
    return arena_printf(a, "%.*s_name", (int)n, f->name);
}

const char *money_decimal(struct arena *a, int64_t minor, int digits)
{
    uint64_t unit = 1, v = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    const char *sign = minor < 0 ? "-" : "";
    if (!digits)
        return arena_printf(a, "%s%llu", sign, (unsigned long long)v);
    return arena_printf(
        a, "%s%llu.%0*llu", sign, (unsigned long long)(v / unit), digits, (unsigned long long)(v % unit));
}

/* ---- which members ---- */

static bool select_one(struct call *c, const struct noun *noun, const char *name, struct row_select *out)
{
    int at = field_find(noun->fields, noun->n_fields, name);
    if (at >= 0 && field_visible(&noun->fields[at], c->viewer))
        out->fields |= UINT64_C(1) << at;
    else if (streq(name, "version"))
        out->version = true;
    else if (streq(name, "created"))
        out->created = true;
    else if (streq(name, "updated"))
        out->updated = true;
    else if (streq(name, "custom") && noun->custom)
        out->custom = true;
    else
        return streq(name, "id");
    return true;
}

enum status row_select_parse(
    struct call *c, const struct noun *noun, const char *names, struct row_select *out)
{
    enum status status = OK;
    *out = (struct row_select){.some = true};
    while (*names) {
        size_t n = strcspn(names, ",");
        const char *name = arena_strndup(c->arena, names, n);
        if (!select_one(c, noun, name, out))
            status =
                call_field(c, "fields", arena_printf(c->arena, TR(c, "“%s” is not a field of this"), name));
        names += n + (names[n] != 0);
    }
    return status;
}

uint64_t row_select_fields(const struct noun *noun, const struct row_select *select)
{
    uint64_t fields = select->fields;
    if (!select->some)
        return UINT64_MAX;
    for (size_t i = 0; i < noun->n_fields; i++)
        if ((select->fields >> i & 1) && noun->fields[i].currency)
            fields |= noun_field_set(noun, noun->fields[i].currency);
    return fields;
}

/* ---- values ---- */

/* Members of a set (",a,b,") or lines of a list. */
static void out_parts(struct call *c, struct json_out *w, const struct value *v, const char *separator)
{
    const char *s = v->kind == VALUE_TEXT ? v->s : "";
    out_array(w);
    while (*s) {
        size_t n = strcspn(s, separator);
        const char *part = text_squeeze(c->arena, arena_strndup(c->arena, s, n));
        if (*part)
            out_string(w, part);
        s += n + (s[n] != 0);
    }
    out_end(w);
}

static void out_text(struct call *c, const struct field *f, const struct value *v, struct json_out *w)
{
    const char *error;
    if (f->form == FORM_SET)
        out_parts(c, w, v, ",");
    else if (f->form == FORM_LIST)
        out_parts(c, w, v, "\n");
    else if (f->form == FORM_JSON && v->kind == VALUE_TEXT && json_read(c->arena, v->s, v->len, &error))
        out_raw(w, v->s);
    else
        out_string(w, v->kind == VALUE_TEXT ? v->s : NULL);
}

const char *field_date(struct arena *a, const struct field *f, const struct value *v)
{
    char *iso = date_iso(a, (struct date){(int32_t)v->i});
    if (f->month)
        iso[strlen(iso) - 3] = 0; /* 2026-09-01: without its day */
    return iso;
}

static void out_field(
    struct call *c, const struct field *f, const struct value *v, int digits, struct json_out *w)
{
    if (f->kind == KIND_TEXT) {
        out_text(c, f, v, w);
        return;
    }
    if (v->kind == VALUE_NULL) {
        out_null(w);
        return;
    }
    switch (f->kind) {
    case KIND_INT: out_int(w, v->i); break;
    case KIND_REAL: out_real(w, v->kind == VALUE_INT ? (double)v->i : v->r); break;
    case KIND_BOOL: out_bool(w, v->i != 0); break;
    case KIND_MONEY: out_string(w, money_decimal(c->arena, v->i, digits)); break;
    case KIND_DATE: out_string(w, field_date(c->arena, f, v)); break;
    case KIND_TIME: out_string(w, instant_iso(c->arena, (struct instant){v->i})); break;
    case KIND_REF: out_string(w, id_text(c->arena, model_noun(c->model, f->ref)->prefix, v->i)); break;
    case KIND_TEXT: break;
    }
}

int row_digits(const struct call *c, const struct noun *noun, const struct row *row, const struct field *f)
{
    const char *code = c->catalog ? c->catalog->currency : NULL;
    int at = f->currency ? field_find(noun->fields, noun->n_fields, f->currency) : -1;
    if (at >= 0 && row->v[at].kind == VALUE_TEXT)
        code = row->v[at].s;
    int digits = code ? currency_digits(code) : -1;
    return digits < 0 ? 2 : digits;
}

static void out_fields(
    struct call *c, const struct noun *noun, const struct row *row, uint64_t mask, struct json_out *w)
{
    for (size_t i = 0; i < noun->n_fields; i++) {
        const struct field *f = &noun->fields[i];
        if (!(mask >> i & 1) || !field_visible(f, c->viewer))
            continue;
        out_key(w, f->name);
        out_field(c, f, &row->v[i], f->kind == KIND_MONEY ? row_digits(c, noun, row, f) : 0, w);
        if (f->kind == KIND_REF)
            out_kv_string(w, ref_name_key(c->arena, f), row->title[i]);
    }
}

static enum status out_custom(
    struct call *c, const struct noun *noun, const struct row *row, struct json_out *w)
{
    struct custom_field **fields;
    size_t n;
    static const struct value none = {.kind = VALUE_NULL};
    TRY(custom_fields(c, noun, &fields, &n));
    out_key(w, "custom");
    out_object(w);
    for (size_t i = 0; i < n; i++) {
        out_key(w, fields[i]->name);
        out_field(c, &fields[i]->field, row->custom ? &row->custom[i] : &none, 0, w);
    }
    out_end(w);
    return OK;
}

enum status row_members(struct call *c, const struct noun *noun, const struct row *row,
    const struct row_select *select, struct json_out *w)
{
    bool all = !select || !select->some;
    out_kv_string(w, "id", id_text(c->arena, noun->prefix, row->id));
    if (all || select->version)
        out_kv_int(w, "version", row->version);
    if (all || select->created)
        out_kv_string(w, "created", instant_iso(c->arena, row->created));
    if (all || select->updated)
        out_kv_string(w, "updated", instant_iso(c->arena, row->updated));
    out_fields(c, noun, row, all ? UINT64_MAX : select->fields, w);
    return noun->custom && (all || select->custom) ? out_custom(c, noun, row, w) : OK;
}
