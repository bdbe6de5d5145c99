#include "model/field.h"

const struct option *option_find(const struct option *options, const char *key)
{
    for (const struct option *o = options; key && o && o->key; o++)
        if (streq(o->key, key))
            return o;
    return NULL;
}

const char *option_label(enum lang lang, const struct option *options, const char *key)
{
    const struct option *o = option_find(options, key);
    return o ? tr(lang, o->label) : key;
}

int64_t field_max_length(const struct field *f)
{
    if (f->max > 0)
        return f->max;
    switch (f->form) {
    case FORM_LONG:
    case FORM_LIST: return 4000;
    case FORM_JSON: return 1 << 20;
    case FORM_SET: return 2000;
    default: return 200;
    }
}

int field_find(const struct field *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return (int)i;
    return -1;
}

void field_store(const struct field *f, void *record, const struct value *v)
{
    void *at = (char *)record + f->offset;
    bool has = v->kind != VALUE_NULL;
    switch (f->kind) {
    case KIND_TEXT: *(const char **)at = v->kind == VALUE_TEXT ? v->s : NULL; break;
    case KIND_INT: *(int64_t *)at = has ? v->i : f->none ? INT_NONE : 0; break;
    case KIND_REAL: *(double *)at = v->kind == VALUE_INT ? (double)v->i : has ? v->r : 0; break;
    case KIND_BOOL: *(bool *)at = has && v->i != 0; break;
    case KIND_MONEY: ((struct money *)at)->minor = has ? v->i : 0; break;
    case KIND_DATE: ((struct date *)at)->days = has ? (int32_t)v->i : DATE_NONE; break;
    case KIND_TIME: ((struct instant *)at)->us = has ? v->i : 0; break;
    case KIND_REF: ((struct ref *)at)->id = has ? v->i : 0; break;
    }
}

/* 0 in a struct is no value where a value must be above 0. */
static struct value number(const struct field *f, int64_t v)
{
    bool none = f->none ? v == INT_NONE : v == 0 && !f->required && f->max > f->min && f->min > 0;
    return none ? v_null() : v_int(v);
}

struct value field_load(const struct field *f, const void *record)
{
    const void *at = (const char *)record + f->offset;
    switch (f->kind) {
    case KIND_TEXT: return v_text(*(const char *const *)at);
    case KIND_INT: return number(f, *(const int64_t *)at);
    case KIND_REAL: return v_real(*(const double *)at);
    case KIND_BOOL: return v_int(*(const bool *)at);
    case KIND_MONEY: return number(f, ((const struct money *)at)->minor);
    case KIND_DATE: {
        int32_t days = ((const struct date *)at)->days;
        return days == DATE_NONE ? v_null() : v_int(days);
    }
    case KIND_TIME:
        return ((const struct instant *)at)->us ? v_int(((const struct instant *)at)->us) : v_null();
    case KIND_REF: return v_ref(((const struct ref *)at)->id);
    }
    BUG("field %s has no kind", f->name);
}
