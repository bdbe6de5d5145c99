/* One given value against one field: its type, its form, its bounds. */
#include "model/parse.h"

#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/match/match.h"

/* The keys that a choice has, in their order; NULL behind the last. */
static const char *choice_key(struct call *c, const struct field *f, size_t i)
{
    if (!f->list)
        return f->options ? f->options[i].key : NULL;
    const struct catalog_list *list = catalog_find(c->catalog, f->list);
    return list && i < list->n ? list->items[i].key : NULL;
}

static const char *parse_choice(struct call *c, const struct field *f, const char *s, const char **key)
{
    for (size_t i = 0; (*key = choice_key(c, f, i)); i++)
        if (streq(*key, s))
            return NULL;
    return arena_printf(c->arena, TR(c, "“%s” is not one of the choices"), s);
}

/* Members in the order of the choices, once each, with a comma on both sides: equal sets are equal texts. */
static const char *parse_set(struct call *c, const struct field *f, const char *s, struct value *out)
{
    struct buf given = buf_in(c->arena, 16384), b = buf_in(c->arena, 16384);
    const char *key, *message;
    buf_addc(&given, ',');
    buf_addc(&b, ',');
    while (*s) {
        size_t n = strcspn(s, ",\n");
        const char *one = text_squeeze(c->arena, arena_strndup(c->arena, s, n));
        if (*one && (message = parse_choice(c, f, one, &key)))
            return message;
        if (*one)
            buf_addf(&given, "%s,", key);
        s += n + (s[n] != 0);
    }
    for (size_t i = 0; (key = choice_key(c, f, i)); i++)
        if (strstr(buf_str(&given), arena_printf(c->arena, ",%s,", key)))
            buf_addf(&b, "%s,", key);
    *out = b.len > 1 ? v_text(buf_str(&b)) : v_null();
    return NULL;
}

static bool looks_like_email(const char *s)
{
    const char *at = strchr(s, '@');
    return at && at > s && !strchr(at + 1, '@') && strchr(at, '.') && !strpbrk(s, " \t<>,;\"\\") &&
           s[strlen(s) - 1] != '.';
}

static const char *ascii_case(struct arena *a, const char *s, bool upper)
{
    char *copy = arena_strdup(a, s);
    for (char *p = copy; *p; p++) {
        if (upper && *p >= 'a' && *p <= 'z')
            *p = (char)(*p - 32);
        else if (!upper && *p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 32);
    }
    return copy;
}

static const char *parse_json(struct call *c, const char *s, struct value *out)
{
    const char *error;
    json_t *v = json_read(c->arena, s, strlen(s), &error);
    if (!v)
        return arena_printf(c->arena, TR(c, "is no JSON: %s"), error);
    struct buf b = buf_in(c->arena, 4 << 20);
    json_canonical(&b, v);
    *out = v_text(buf_str(&b));
    return NULL;
}

/* Browsers end the lines of a text with CR LF; a line ends with LF here. */
static const char *without_returns(struct arena *a, const char *s)
{
    char *copy = arena_strdup(a, s), *to = copy;
    for (const char *p = s; *p; p++)
        if (*p != '\r')
            *to++ = *p;
    *to = 0;
    return copy;
}

static const char *parse_text(struct call *c, const struct field *f, const char *s, struct value *out)
{
    struct arena *a = c->arena;
    const char *key;
    bool lines = f->form == FORM_LONG || f->form == FORM_LIST || f->form == FORM_JSON || f->form == FORM_SET;
    s = lines ? without_returns(a, s) : text_squeeze(a, s);
    if ((int64_t)utf8_length(s) > field_max_length(f))
        return arena_printf(a, TR(c, "enter at most %lld characters"), (long long)field_max_length(f));
    switch (f->form) {
    case FORM_EMAIL:
        if (!looks_like_email(s))
            return TR(c, "enter an address such as name@company.example");
        s = ascii_case(a, s, false);
        break;
    case FORM_DOMAIN:
        key = match_domain(a, s);
        if (!key)
            return TR(c, "enter a web domain such as company.example");
        s = key;
        break;
    case FORM_COUNTRY:
        s = ascii_case(a, s, true);
        if (!country_name(s))
            return TR(c, "enter a country by its two letters, such as DE");
        break;
    case FORM_CURRENCY:
        s = ascii_case(a, s, true);
        if (currency_digits(s) < 0)
            return TR(c, "enter a currency by its three letters, such as EUR");
        break;
    case FORM_ZONE:
        if (!zone_get(s))
            return TR(c, "enter a time zone such as Europe/Berlin");
        break;
    case FORM_JSON: return parse_json(c, s, out);
    case FORM_SET: return parse_set(c, f, s, out);
    case FORM_CHOICE: {
        const char *message = parse_choice(c, f, s, &key);
        if (message)
            return message;
        s = key;
        break;
    }
    default: break;
    }
    *out = v_text(s);
    return NULL;
}

static const char *bounds(struct call *c, const struct field *f, double v, const char *low, const char *high)
{
    if (f->max <= f->min)
        return NULL;
    if (v < (double)f->min)
        return arena_printf(c->arena, TR(c, "enter at least %s"), low);
    if (v > (double)f->max)
        return arena_printf(c->arena, TR(c, "enter at most %s"), high);
    return NULL;
}

static const char *parse_number(
    struct call *c, const struct field *f, const struct given *g, struct value *out)
{
    struct arena *a = c->arena;
    const char *low = arena_printf(a, "%lld", (long long)f->min),
               *high = arena_printf(a, "%lld", (long long)f->max);
    if (f->kind == KIND_INT) {
        int64_t i;
        if (g->value.kind == VALUE_INT)
            i = g->value.i;
        else if (g->value.kind != VALUE_TEXT || !g->loose || !parse_int(text_squeeze(a, g->value.s), &i))
            return TR(c, "enter a whole number");
        *out = v_int(i);
        return bounds(c, f, (double)i, low, high);
    }
    double r;
    if (g->value.kind == VALUE_REAL || g->value.kind == VALUE_INT)
        r = g->value.kind == VALUE_INT ? (double)g->value.i : g->value.r;
    else if (g->value.kind != VALUE_TEXT || !g->loose || !parse_real(text_squeeze(a, g->value.s), &r))
        return TR(c, "enter a number");
    *out = v_real(r);
    return bounds(c, f, r, low, high);
}

/* Minor units as people write them, for a message. */
static const char *amount_text(struct arena *a, int64_t minor, int digits)
{
    int64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    return minor % unit ? arena_printf(a, "%.*f", digits, (double)minor / (double)unit)
                        : arena_printf(a, "%lld", (long long)(minor / unit));
}

static const char *parse_amount(
    struct call *c, const struct field *f, const struct given *g, int digits, struct value *out)
{
    int64_t minor;
    char decimal = call_lang(c) == LANG_DE && g->loose ? ',' : '.';
    const char *text = g->value.s;
    if (g->value.kind == VALUE_INT)
        text = arena_printf(c->arena, "%lld", (long long)g->value.i);
    else if (g->value.kind == VALUE_REAL) /* %.15g: the digits that were written, not the ones in between */
        text = arena_printf(c->arena, "%.15g", g->value.r);
    else if (g->value.kind != VALUE_TEXT)
        return TR(c, "enter an amount such as 84000");
    if (!parse_money(text_squeeze(c->arena, text), digits, decimal, &minor))
        return TR(c, "enter an amount such as 84000");
    *out = v_int(minor);
    if (f->max <= f->min)
        return NULL;
    if (minor < f->min && f->min == 1)
        return TR(c, "enter a number above 0");
    return bounds(
        c, f, (double)minor, amount_text(c->arena, f->min, digits), amount_text(c->arena, f->max, digits));
}

static const char *parse_bool(struct call *c, const struct given *g, struct value *out)
{
    if (g->shape == GIVEN_TRUTH) {
        *out = g->value;
        return NULL;
    }
    static const char *const yes[] = {"1", "true", "yes", "on", "ja"}, *const no[] = {
                                                                           "0", "false", "no", "off", "nein"};
    const char *s = g->value.kind == VALUE_TEXT && g->loose ? ascii_case(c->arena, g->value.s, false) : "";
    for (size_t i = 0; i < COUNT(yes); i++) {
        if (streq(s, yes[i]) || streq(s, no[i])) {
            *out = v_int(streq(s, yes[i]));
            return NULL;
        }
    }
    return TR(c, "say yes or no");
}

/* Who names a row that was merged into another means the other. */
static enum status take_ref(struct call *c, const struct noun *noun, const struct row *row, struct value *out)
{
    int64_t survivor;
    TRY(noun_survivor(c, noun, row, &survivor));
    *out = v_int(survivor ? survivor : row->id);
    return OK;
}

/* REFUSED: nothing that the viewer may see. */
static enum status look_up(struct call *c, const struct noun *noun, const char *text, struct value *out)
{
    struct row row;
    int64_t id;
    if (id_parse(noun->prefix, text, &id)) {
        TRY(noun_get(c, noun, id, &row));
        return take_ref(c, noun, &row, out);
    }
    if (!noun->natural)
        return REFUSED;
    struct list_query q = {
        .limit = 1, .merged = true, .n_filters = 1, .filters = {{noun->natural, "is", text}}};
    struct list found;
    TRY(noun_list(c, noun, &q, &found));
    return found.n ? take_ref(c, noun, &found.rows[0], out) : REFUSED;
}

/* By id, or by the noun's natural key; only what the viewer may see exists. */
static const char *parse_ref(struct call *c, const struct field *f, const struct given *g, struct value *out)
{
    const struct noun *noun = model_noun(c->model, f->ref);
    const char *none = arena_printf(c->arena, TR(c, "there is no such %s"), TR(c, noun->label));
    if (g->value.kind != VALUE_TEXT)
        return none;
    struct call look = *c; /* a reference that is not there refuses the field, not the call */
    look.problem = NULL;
    enum status found = look_up(&look, noun, text_squeeze(c->arena, g->value.s), out);
    if (found > REFUSED)
        c->unread = found;
    return found == OK ? NULL : none;
}

static const char *parse_time(struct call *c, const struct field *f, const struct given *g, struct value *out)
{
    const char *s = g->value.kind == VALUE_TEXT ? text_squeeze(c->arena, g->value.s) : "";
    struct date d;
    struct instant t;
    if (f->kind == KIND_TIME) {
        if (!instant_parse(s, &t))
            return TR(c, "enter a time such as 2026-08-17T10:00:00Z");
        *out = v_int(t.us);
    } else if (f->month && month_parse(s, &d)) {
        *out = v_int(d.days);
    } else if (date_parse(s, &d)) {
        if (f->month) {
            int y, m, day;
            date_split(d, &y, &m, &day);
            d = date_make(y, m, 1);
        }
        *out = v_int(d.days);
    } else {
        return f->month ? TR(c, "enter a month such as 2026-09") : TR(c, "enter a date such as 2026-08-17");
    }
    return NULL;
}

static bool takes_list(const struct field *f)
{
    return f->kind == KIND_TEXT && (f->form == FORM_SET || f->form == FORM_LIST);
}

const char *parse_value(
    struct call *c, const struct field *f, const struct given *g, int digits, struct value *out)
{
    *out = v_null();
    bool list = g->shape == GIVEN_LIST;
    if (g->shape == GIVEN_OTHER || (list && !takes_list(f)))
        return takes_list(f) ? TR(c, "enter a list of texts") : TR(c, "has a value of the wrong type");
    if (g->value.kind == VALUE_NULL || (g->value.kind == VALUE_TEXT && !*text_squeeze(c->arena, g->value.s)))
        return NULL; /* empty is absent; input_read asks for what is required */
    if (g->shape == GIVEN_TRUTH && f->kind != KIND_BOOL)
        return TR(c, "has a value of the wrong type");
    switch (f->kind) {
    case KIND_TEXT:
        if (g->value.kind != VALUE_TEXT)
            return TR(c, "enter text");
        return parse_text(c, f, g->value.s, out);
    case KIND_INT:
    case KIND_REAL: return parse_number(c, f, g, out);
    case KIND_BOOL: return parse_bool(c, g, out);
    case KIND_MONEY: return parse_amount(c, f, g, digits, out);
    case KIND_DATE:
    case KIND_TIME: return parse_time(c, f, g, out);
    case KIND_REF: return parse_ref(c, f, g, out);
    }
    BUG("field %s has no kind", f->name);
}

int digits_of(const char *code)
{
    int digits = code ? currency_digits(code) : -1;
    return digits < 0 ? 2 : digits;
}

const char *field_parse(struct call *c, const struct field *f, const struct given *g, struct value *out)
{
    return parse_value(c, f, g, digits_of(c->catalog ? c->catalog->currency : NULL), out);
}

const char *field_parse_amount(
    struct call *c, const struct field *f, const struct given *g, const char *currency, struct value *out)
{
    if (!currency && c->catalog)
        currency = c->catalog->currency;
    return parse_value(c, f, g, digits_of(currency), out);
}
