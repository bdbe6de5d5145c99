/* One JSON value as a value of a fact. */
#include "base/text.h"
#include "base/time.h"
#include "engine/rules/internal.h"

#include <float.h>
#include <math.h>

#define OPTIONS_LISTED 12

int64_t money_scale(const struct vocabulary *words)
{
    ASSERT(words->currency);
    int64_t scale = 1;
    for (int digits = currency_digits(words->currency); digits > 0; digits--)
        scale *= 10;
    return scale;
}

static const char *integer_read(struct reading *r, const json_t *j, struct value *out)
{
    json_int_t i = json_integer_value(j);
    if (!json_is_integer(j) || i > RULES_INTEGER_MAX || i < -RULES_INTEGER_MAX)
        return tr(r->lang, "Enter a whole number.");
    *out = v_int(i);
    return NULL;
}

static const char *real_read(struct reading *r, const json_t *j, struct value *out)
{
    if (!json_is_number(j))
        return tr(r->lang, "Enter a number.");
    *out = v_real(json_number_value(j));
    return NULL;
}

/* Whole units in the document, with as many decimals as the currency has. */
static const char *money_read(struct reading *r, const json_t *j, struct value *out)
{
    if (!json_is_number(j))
        return tr(r->lang, "Enter an amount, a number without a currency sign.");
    double minor = json_number_value(j) * (double)money_scale(r->words);
    double whole = round(minor);
    if (fabs(whole) > (double)RULES_INTEGER_MAX)
        return tr(r->lang, "Enter a smaller amount.");
    if (fabs(minor - whole) > 1e-6 + fabs(minor) * 4 * DBL_EPSILON)
        return arena_printf(r->a, tr(r->lang, "Enter no more decimals than %s has."), r->words->currency);
    *out = v_int((int64_t)whole);
    return NULL;
}

static const char *date_read(struct reading *r, const json_t *j, struct value *out)
{
    struct date d;
    if (!json_is_string(j) || !date_parse(json_string_value(j), &d))
        return tr(r->lang, "Enter a date like \"2026-08-17\".");
    *out = v_int(d.days);
    return NULL;
}

static const char *text_read(struct reading *r, const json_t *j, struct value *out)
{
    if (!json_is_string(j))
        return tr(r->lang, "Enter a text.");
    *out = v_text(arena_strdup(r->a, json_string_value(j)));
    return NULL;
}

static const char *option_list(struct arena *a, const struct fact *f)
{
    struct buf b = buf_in(a, 4096);
    for (size_t i = 0; i < f->n_options && i < OPTIONS_LISTED; i++) {
        buf_adds(&b, i ? ", " : "");
        buf_adds(&b, f->options[i]);
    }
    if (f->n_options > OPTIONS_LISTED)
        buf_adds(&b, ", …");
    return buf_str(&b);
}

static const char *option_read(struct reading *r, const struct fact *f, const json_t *j, struct value *out)
{
    const char *wrong = text_read(r, j, out);
    size_t i;
    if (wrong || option_index(f, out->s, out->len, &i))
        return wrong;
    return arena_printf(
        r->a, tr(r->lang, "\"%s\" is none of its options: %s."), out->s, option_list(r->a, f));
}

const char *scalar_read(struct reading *r, const struct fact *f, const json_t *j, struct value *out)
{
    switch (f->kind) {
    case FACT_BOOL:
        if (!json_is_boolean(j))
            return tr(r->lang, "Enter true or false.");
        *out = v_int(json_is_true(j));
        return NULL;
    case FACT_INT: return integer_read(r, j, out);
    case FACT_REAL: return real_read(r, j, out);
    case FACT_MONEY: return money_read(r, j, out);
    case FACT_DATE: return date_read(r, j, out);
    case FACT_TEXT: return text_read(r, j, out);
    case FACT_CHOICE:
    case FACT_SET: return option_read(r, f, j, out);
    }
    BUG("fact %s has kind %d", f->name, (int)f->kind);
}
