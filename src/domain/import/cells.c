/* A cell as a field's value: dates, numbers, choices and countries as people write them. */
#include "base/text.h"
#include "base/time.h"
#include "domain/import/rows.h"

#include <ctype.h>
#include <stdlib.h>

/* ---- dates ---- */

static int full_year(const struct date_parts *d, int at)
{
    int year = d->v[at];
    if (d->digits[at] != 2)
        return year;
    return year < 70 ? 2000 + year : 1900 + year; /* as POSIX reads %y */
}

static bool make_date(int year, int month, int day, struct date *out)
{
    if (!date_valid(year, month, day))
        return false;
    *out = date_make(year, month, day);
    return true;
}

/* A message, or NULL with *ISO the date as fields take it; unchanged text where it is none. */
static const char *date_text(struct call *c, const struct import_plan *p, size_t column, const char **text)
{
    struct date_parts d;
    struct date date;
    if (!date_parts_read(*text, &d))
        return NULL;
    if (d.digits[0] == 4) {
        if (make_date(d.v[0], d.v[1], d.v[2], &date))
            *text = date_iso(c->arena, date);
        return NULL;
    }
    enum date_order order = d.separator == '.' ? DATES_DAY_FIRST : p->map.dates;
    if (!order)
        order = columns_date_order(p->columns.seen[column]);
    if (!order && d.v[0] == d.v[1])
        order = DATES_DAY_FIRST;
    if (!order)
        return arena_printf(
            c->arena, TR(c, "“%s” could be two dates; say whether the day or the month comes first"), *text);
    int day = order == DATES_DAY_FIRST ? 0 : 1;
    if (make_date(full_year(&d, 2), d.v[1 - day], d.v[day], &date))
        *text = date_iso(c->arena, date);
    return NULL;
}

/* Of a time that was given as a day alone: its noon. */
static const char *noon_text(struct call *c, const char *text)
{
    struct date day;
    return date_parse(text, &day) ? instant_iso(c->arena, instant_in(c->catalog->zone, day, 12, 0, 0)) : text;
}

/* ---- numbers ---- */

/* Currency signs and codes around an amount are left out. */
static const char *bare_number(struct arena *a, const char *text)
{
    static const char *const signs[] = {"€", "$", "£", "¥", "%"};
    char *s = text_squeeze(a, text);
    bool more = true;
    while (more) {
        more = false;
        size_t n = strlen(s);
        for (size_t i = 0; i < COUNT(signs); i++) {
            size_t len = strlen(signs[i]);
            if (n > len && strncmp(s, signs[i], len) == 0)
                s += len, more = true;
            else if (n > len && streq(s + n - len, signs[i]))
                s[n - len] = 0, more = true;
            n = strlen(s);
        }
        if (n > 3 && currency_digits(arena_strndup(a, s, 3)) >= 0)
            s += 3, more = true;
        else if (n > 3 && currency_digits(s + n - 3) >= 0)
            s[n - 3] = 0, more = true;
        s = text_squeeze(a, s);
    }
    return s;
}

static char decimal_of(const struct import_plan *p, size_t column)
{
    return p->map.decimal ? p->map.decimal : columns_decimal(p->columns.seen[column], p->columns.separator);
}

/* Minor units as text with a point, which reads back the same in every language. */
static const char *plain_amount(struct arena *a, int64_t minor, int digits)
{
    uint64_t unit = 1, size = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    const char *sign = minor < 0 ? "-" : "";
    if (!digits)
        return arena_printf(a, "%s%llu", sign, (unsigned long long)size);
    return arena_printf(a, "%s%llu.%0*llu", sign, (unsigned long long)(size / unit), digits,
        (unsigned long long)(size % unit));
}

static const char *amount_value(struct call *c, const struct import_plan *p, size_t column,
    const struct field *f, const char *text, const char *currency, struct value *out)
{
    int64_t minor;
    int digits = currency_digits(currency ? currency : c->catalog ? c->catalog->currency : NULL);
    digits = digits < 0 ? 2 : digits;
    if (parse_money(bare_number(c->arena, text), digits, decimal_of(p, column), &minor))
        text = plain_amount(c->arena, minor, digits);
    struct given g = {.name = f->name, .value = v_text(text)};
    return field_parse_amount(c, f, &g, currency, out);
}

#define REAL_DIGITS 6

static const char *number_value(struct call *c, const struct import_plan *p, size_t column,
    const struct field *f, const char *text, struct value *out)
{
    int64_t scaled;
    struct given g = {.name = f->name, .value = v_text(text), .loose = true};
    const char *bare = bare_number(c->arena, text);
    char decimal = decimal_of(p, column);
    if (f->kind == KIND_INT && parse_money(bare, 0, decimal, &scaled))
        g.value = v_int(scaled);
    else if (f->kind == KIND_REAL && parse_money(bare, REAL_DIGITS, decimal, &scaled))
        g.value = v_text(plain_amount(c->arena, scaled, REAL_DIGITS));
    return field_parse(c, f, &g, out);
}

static const char *bool_text(struct arena *a, const char *text)
{
    static const char *const yes[] = {"y", "j", "x", "wahr", "active", "aktiv"}, *const no[] = {"n", "falsch",
                                                                                     "inactive", "inaktiv"};
    const char *key = import_key(a, text);
    for (size_t i = 0; i < COUNT(yes); i++)
        if (streq(key, yes[i]))
            return "yes";
    for (size_t i = 0; i < COUNT(no); i++)
        if (streq(key, no[i]))
            return "no";
    return text;
}

/* ---- choices ---- */

static bool is_choice(struct arena *a, const char *key, const char *choice, const char *label)
{
    if (streq(key, import_key(a, choice)))
        return true;
    for (int lang = 0; label && lang < LANG_COUNT; lang++)
        if (streq(key, import_key(a, tr((enum lang)lang, label))))
            return true;
    return false;
}

/* The choice's key for its key or label, in any case; the text itself where it is none. */
static const char *choice_text(struct call *c, const struct field *f, const char *text)
{
    struct arena *a = c->arena;
    const char *key = import_key(a, text);
    const struct catalog_list *list = f->list ? catalog_find(c->catalog, f->list) : NULL;
    for (size_t i = 0; list && i < list->n; i++)
        for (int lang = 0; lang < LANG_COUNT; lang++)
            if (is_choice(a, key, list->items[i].key, list->items[i].label[lang]))
                return list->items[i].key;
    for (const struct option *o = f->list ? NULL : f->options; o && o->key; o++)
        if (is_choice(a, key, o->key, o->label))
            return o->key;
    return text;
}

static const char *set_text(struct call *c, const struct field *f, const char *text)
{
    struct buf b = buf_in(c->arena, 16384);
    while (*text) {
        size_t n = strcspn(text, ",;|\n");
        const char *one = text_squeeze(c->arena, arena_strndup(c->arena, text, n));
        if (*one)
            buf_addf(&b, "%s%s", b.len ? "," : "", choice_text(c, f, one));
        text += n + (text[n] != 0);
    }
    return buf_str(&b);
}

/* ---- countries ---- */

struct country_names {
    size_t n;
    struct country_key {
        const char *key, *code;
    } * keys;
};

/* Beside the names in English and German. */
static const struct country_key other_names[] = {{"usa", "US"}, {"unitedstatesofamerica", "US"},
    {"vereinigtestaaten", "US"}, {"uk", "GB"}, {"greatbritain", "GB"}, {"england", "GB"}, {"scotland", "GB"},
    {"grossbritannien", "GB"}, {"korea", "KR"}, {"republicofkorea", "KR"}, {"russianfederation", "RU"},
    {"czechrepublic", "CZ"}, {"tschechischerepublik", "CZ"}, {"holland", "NL"}, {"uae", "AE"},
    {"brasil", "BR"}, {"deutschland", "DE"}, {"osterreich", "AT"}, {"schweiz", "CH"}, {"turkey", "TR"},
    {"turkiye", "TR"}, {"ivorycoast", "CI"}, {"vietnam", "VN"}};

static struct country_names *country_names_new(struct arena *a)
{
    struct country_names *names = ARENA_NEW(a, struct country_names);
    names->keys = ARENA_ARRAY(a, COUNT(other_names) + LANG_COUNT * country_count(), struct country_key);
    for (size_t i = 0; i < COUNT(other_names); i++)
        names->keys[names->n++] = other_names[i];
    for (size_t i = 0; i < country_count(); i++) {
        const char *code = country_code_at(i);
        for (int lang = 0; lang < LANG_COUNT; lang++)
            names->keys[names->n++] =
                (struct country_key){import_key(a, tr((enum lang)lang, country_name(code))), code};
    }
    return names;
}

/* Whether one letter too many, too few, another, or two swapped make them equal. */
static bool one_letter_apart(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    bool swapped = *a && a[1] && a[0] == b[1] && a[1] == b[0] && streq(a + 2, b + 2);
    return swapped || (*a && streq(a + 1, b)) || (*b && streq(a, b + 1)) || (*a && *b && streq(a + 1, b + 1));
}

/* Its code, or NULL. */
static const char *country_find(struct call *c, struct import_plan *p, const char *text)
{
    const char *key = import_key(c->arena, text), *near = NULL;
    bool several = false;
    for (size_t i = 0; i < p->countries->n; i++) {
        const struct country_key *k = &p->countries->keys[i];
        if (streq(k->key, key))
            return k->code;
        if (strlen(key) >= 6 && one_letter_apart(k->key, key)) {
            several = several || (near && !streq(near, k->code));
            near = k->code;
        }
    }
    return several ? NULL : near;
}

void country_names_begin(struct call *c, struct import_plan *p)
{
    p->countries = country_names_new(c->arena);
}

/* A message, or NULL with *TEXT the country's code. */
static const char *country_text(struct call *c, struct import_plan *p, const char **text)
{
    const char *name = text_squeeze(c->arena, *text);
    if (!*name || strlen(name) == 2)
        return NULL;
    const char *code = country_find(c, p, name);
    if (!code)
        return arena_printf(c->arena, TR(c, "“%s” is no country; enter its name or its two letters"), name);
    *text = code;
    return NULL;
}

/* ---- all ---- */

static const char *lines_text(struct arena *a, const char *text)
{
    char *s = arena_strdup(a, text);
    for (char *p = s; *p; p++)
        if (*p == ';' || *p == '|')
            *p = '\n';
    return s;
}

static const char *text_value(
    struct call *c, struct import_plan *p, const struct field *f, const char *text, struct value *out)
{
    const char *message = f->form == FORM_COUNTRY ? country_text(c, p, &text) : NULL;
    if (message)
        return message;
    if (f->form == FORM_CHOICE)
        text = choice_text(c, f, text);
    else if (f->form == FORM_SET)
        text = set_text(c, f, text);
    else if (f->form == FORM_LIST)
        text = lines_text(c->arena, text);
    struct given g = {.name = f->name, .value = v_text(text), .loose = true};
    return field_parse(c, f, &g, out);
}

const char *cell_value(struct call *c, struct import_plan *p, size_t target, const char *text,
    const char *currency, struct value *out)
{
    const struct field *f = p->targets[target].field;
    size_t column = p->map.column[target];
    const char *message;
    *out = v_null();
    if (p->kind->rewrite)
        text = p->kind->rewrite(p, c->arena, f, text);
    switch (f->kind) {
    case KIND_TEXT: return text_value(c, p, f, text, out);
    case KIND_MONEY: return amount_value(c, p, column, f, text, currency, out);
    case KIND_INT:
    case KIND_REAL: return number_value(c, p, column, f, text, out);
    case KIND_BOOL: text = bool_text(c->arena, text); break;
    case KIND_DATE:
    case KIND_TIME:
        message = date_text(c, p, column, &text);
        if (message)
            return message;
        if (f->kind == KIND_TIME)
            text = noon_text(c, text);
        break;
    default: break;
    }
    struct given g = {.name = f->name, .value = v_text(text), .loose = true};
    return field_parse(c, f, &g, out);
}
