#include "domain/import/columns.h"

#include "base/text.h"
#include "base/time.h"

#include <ctype.h>

char *import_key(struct arena *a, const char *text)
{
    char *key = text_fold(a, text), *to = key;
    for (const char *p = key; *p; p++)
        if ((unsigned char)*p >= 0x80 || isalnum((unsigned char)*p))
            *to++ = *p;
    *to = 0;
    return key;
}

/* ---- dates ---- */

static const char *read_digits(const char *s, int *v, int *digits)
{
    *v = *digits = 0;
    for (; *s >= '0' && *s <= '9' && *digits < 9; s++, (*digits)++)
        *v = *v * 10 + (*s - '0');
    return s;
}

/* Nothing, or a time of day, which is left out. */
static bool ends_date(const char *s)
{
    if (!*s)
        return true;
    return (*s == ' ' || *s == 'T') && isdigit((unsigned char)s[1]) &&
           strspn(s + 1, "0123456789:.+-Z APMapm") == strlen(s + 1);
}

bool date_parts_read(const char *s, struct date_parts *out)
{
    s += strspn(s, " ");
    s = read_digits(s, &out->v[0], &out->digits[0]);
    if (out->digits[0] == 8 && ends_date(s)) {
        int all = out->v[0];
        *out = (struct date_parts){{all / 10000, all / 100 % 100, all % 100}, {4, 2, 2}, 0};
        return true;
    }
    out->separator = *s;
    for (int i = 1; i < 3; i++) {
        if (!out->digits[i - 1] || !*s || *s != out->separator || !strchr(".-/", *s))
            return false;
        s = read_digits(s + 1, &out->v[i], &out->digits[i]);
    }
    bool year_first = out->digits[0] == 4;
    int year = year_first ? out->digits[0] : out->digits[2], other = year_first ? 2 : 0;
    return (year == 4 || year == 2) && out->digits[other] >= 1 && out->digits[other] <= 2 &&
           out->digits[1] >= 1 && out->digits[1] <= 2 && ends_date(s);
}

static unsigned date_seen(const struct date_parts *d)
{
    if (d->digits[0] == 4 || d->separator == '.' || !d->separator)
        return 0;
    return SEEN_ORDERED_DATE | (d->v[0] > 12 && d->v[0] <= 31 ? SEEN_DAY_FIRST : 0) |
           (d->v[1] > 12 && d->v[1] <= 31 ? SEEN_MONTH_FIRST : 0);
}

enum date_order columns_date_order(unsigned seen)
{
    bool day = seen & SEEN_DAY_FIRST, month = seen & SEEN_MONTH_FIRST;
    return day == month ? DATES_UNKNOWN : day ? DATES_DAY_FIRST : DATES_MONTH_FIRST;
}

/* ---- numbers ---- */

/* The last separator of what may be an amount, and the digits behind it. */
static unsigned number_seen(const char *s)
{
    const char *last = NULL;
    size_t points = 0, commas = 0;
    for (const char *p = s; *p; p++) {
        if (*p == '.' || *p == ',')
            last = p;
        points += *p == '.';
        commas += *p == ',';
    }
    if (!last || !isdigit((unsigned char)last[1]))
        return 0;
    size_t behind = strspn(last + 1, "0123456789");
    bool comma = *last == ',', alone = points + commas == 1;
    if (comma ? commas > 1 : points > 1)
        return comma ? SEEN_COMMA_THREE : SEEN_POINT_THREE; /* it groups */
    if (alone && behind == 3)
        return comma ? SEEN_COMMA_THREE : SEEN_POINT_THREE;
    return comma ? SEEN_COMMA_DECIMAL : SEEN_POINT_DECIMAL;
}

char columns_decimal(unsigned seen, char separator)
{
    bool comma = seen & SEEN_COMMA_DECIMAL, point = seen & SEEN_POINT_DECIMAL;
    if (comma != point)
        return comma ? ',' : '.';
    /* Three digits behind every separator are thousands. */
    bool comma_three = seen & SEEN_COMMA_THREE, point_three = seen & SEEN_POINT_THREE;
    if (!comma && comma_three != point_three)
        return comma_three ? '.' : ',';
    return separator == ';' ? ',' : '.';
}

/* ---- the file ---- */

void columns_note(struct import_columns *c, char *const *cells, size_t n)
{
    for (size_t i = 0; i < n && i < c->n; i++) {
        const char *s = cells[i];
        struct date_parts d;
        size_t length = strcspn(s, "0123456789");
        if (length > 4 || !s[length] || strlen(s) > 40)
            continue; /* no number begins so */
        c->seen[i] |= date_parts_read(s, &d) ? date_seen(&d) : number_seen(s);
    }
}

static bool looks_like_value(const char *s)
{
    struct date_parts d;
    int64_t amount;
    return date_parts_read(s, &d) || strchr(s, '@') || (strlen(s) > 4 && parse_money(s, 4, '.', &amount));
}

static bool check_headings(const struct import_columns *columns, struct call *c, const char **error)
{
    struct arena *a = c->arena;
    const char **keys = ARENA_ARRAY(a, columns->n + 1, const char *);
    size_t named = 0;
    for (size_t i = 0; i < columns->n; i++) {
        const char *heading = columns->heading[i];
        keys[i] = import_key(a, heading);
        named += *keys[i] != 0;
        if (looks_like_value(heading)) {
            *error = arena_printf(a,
                TR(c, "The first line must hold the headings of the columns, but “%s” looks like a value."),
                heading);
            return false;
        }
        for (size_t k = 0; *keys[i] && k < i; k++) {
            if (streq(keys[i], keys[k])) {
                *error = arena_printf(
                    a, TR(c, "The heading “%s” stands there twice; name each column once."), heading);
                return false;
            }
        }
    }
    if (!named)
        *error = TR(c, "The first line must hold the headings of the columns, but it is empty.");
    return named > 0;
}

bool columns_begin(struct import_columns *columns, struct call *c, char *const *cells, size_t n,
    char separator, const char **error)
{
    *columns = (struct import_columns){.n = n,
        .heading = ARENA_ARRAY(c->arena, n, const char *),
        .seen = ARENA_ARRAY(c->arena, n, unsigned),
        .separator = separator};
    for (size_t i = 0; i < n; i++)
        columns->heading[i] = text_squeeze(c->arena, cells[i]);
    return check_headings(columns, c, error);
}

void columns_write(struct buf *b, const struct import_columns *c)
{
    const char separator[2] = {c->separator, 0};
    struct json_out w = json_out(b);
    out_object(&w);
    out_key(&w, "headings");
    out_array(&w);
    for (size_t i = 0; i < c->n; i++)
        out_string(&w, c->heading[i]);
    out_end(&w);
    out_key(&w, "seen");
    out_array(&w);
    for (size_t i = 0; i < c->n; i++)
        out_int(&w, c->seen[i]);
    out_end(&w);
    out_kv_string(&w, "separator", separator);
    out_end(&w);
}

bool columns_read(struct import_columns *c, struct arena *a, const char *json)
{
    const char *error, *separator;
    json_t *all = json_read(a, json, strlen(json), &error), *headings, *seen;
    if (!all || json_unpack(all, "{s:o, s:o, s:s}", "headings", &headings, "seen", &seen, "separator",
                    &separator) != 0)
        return false;
    *c = (struct import_columns){.n = json_array_size(headings), .separator = *separator};
    c->heading = ARENA_ARRAY(a, c->n, const char *);
    c->seen = ARENA_ARRAY(a, c->n, unsigned);
    for (size_t i = 0; i < c->n; i++) {
        c->heading[i] = json_string_value(json_array_get(headings, i));
        c->seen[i] = (unsigned)json_integer_value(json_array_get(seen, i));
        if (!c->heading[i])
            return false;
    }
    return true;
}
