#include "face/html.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>

#define NBSP  "\xC2\xA0"
#define MINUS "\xE2\x88\x92"

/* How a language writes figures and dates. Words that are no part of a figure are translated by tr(). */
struct forms {
    const char *group, *decimal;
    bool symbol_after;   /* 84.000 € */
    const char *percent; /* with its space */
    const char *unit[4]; /* of short money: none, thousand, million, billion */
    const char *day_month, *month_year, *day_month_year;
    const char *short_month[12], *long_month[12];
    const char *weekday[7]; /* from Monday */
};

static const struct forms forms[LANG_COUNT] =
    {
        [LANG_EN] =
            {
                .group = ",",
                .decimal = ".",
                .percent = "%",
                .unit = {"", NBSP "k", NBSP "M", NBSP "B"},
                .day_month = "d m",
                .month_year = "m y",
                .day_month_year = "d m y",
                .short_month = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                    "Dec"},
                .long_month = {"January", "February", "March", "April", "May", "June", "July", "August",
                    "September", "October", "November", "December"},
                .weekday = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
            },
        [LANG_DE] =
            {
                .group = ".",
                .decimal = ",",
                .symbol_after = true,
                .percent = NBSP "%",
                .unit = {"", NBSP "Tsd.", NBSP "Mio.", NBSP "Mrd."},
                .day_month = "d. m",
                .month_year = "m y",
                .day_month_year = "d. m y",
                .short_month = {"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.",
                    "Okt.", "Nov.", "Dez."},
                .long_month = {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
                    "September", "Oktober", "November", "Dezember"},
                .weekday = {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
            },
};

static const struct forms *forms_of(const struct html *h)
{
    return &forms[h->lang < LANG_COUNT ? h->lang : LANG_EN];
}

/* ---- figures ---- */

/* Digits with an optional point ("84000.50"), grouped as the language does. */
static void add_grouped(struct buf *b, const struct forms *f, const char *digits)
{
    size_t whole = strcspn(digits, ".");
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            buf_adds(b, f->group);
        buf_addc(b, digits[i]);
    }
    if (digits[whole]) {
        buf_adds(b, f->decimal);
        buf_adds(b, digits + whole + 1);
    }
}

/* A number as printf writes it ("-84000.50"); "-0.0" loses its sign. */
static const char *grouped(struct html *h, const char *plain, bool plus)
{
    struct buf b = buf_in(h->arena, 512);
    bool zero = strspn(plain, "-0.") == strlen(plain);
    if (*plain == '-' && !zero)
        buf_adds(&b, MINUS);
    else if (plus && !zero)
        buf_addc(&b, '+');
    add_grouped(&b, forms_of(h), plain + (*plain == '-'));
    return buf_str(&b);
}

const char *fmt_int(struct html *h, int64_t v)
{
    return grouped(h, arena_printf(h->arena, "%" PRId64, v), false);
}

static const char *not_available(struct html *h)
{
    return tr(h->lang, "n/a");
}

const char *fmt_real(struct html *h, double v, int decimals)
{
    if (!isfinite(v))
        return not_available(h);
    return grouped(h, arena_printf(h->arena, "%.*f", decimals, v), false);
}

const char *fmt_change(struct html *h, double v, int decimals)
{
    if (!isfinite(v))
        return not_available(h);
    return grouped(h, arena_printf(h->arena, "%.*f", decimals, v), true);
}

const char *fmt_percent(struct html *h, double ratio, int decimals)
{
    if (!isfinite(ratio))
        return not_available(h);
    return arena_printf(h->arena, "%s%s", fmt_real(h, ratio * 100, decimals), forms_of(h)->percent);
}

const char *fmt_ratio(struct html *h, int64_t part, int64_t whole)
{
    return fmt_percent(h, whole ? (double)part / (double)whole : NAN, 0);
}

const char *fmt_bytes(struct html *h, int64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double v = (double)bytes;
    size_t unit = 0;
    while (unit + 1 < COUNT(units) && fabs(v) >= (unit ? 999.5 : 1000)) {
        v /= 1000;
        unit++;
    }
    int decimals = unit && fabs(v) < 9.95 ? 1 : 0;
    return arena_printf(h->arena, "%s" NBSP "%s", fmt_real(h, v, decimals), units[unit]);
}

/* ---- money ---- */

static const char *currency_symbol(const char *code)
{
    static const struct {
        const char *code, *symbol;
    } symbols[] = {{"EUR", "€"}, {"USD", "$"}, {"GBP", "£"}, {"JPY", "¥"}};
    for (size_t i = 0; i < COUNT(symbols); i++)
        if (streq(code, symbols[i].code))
            return symbols[i].symbol;
    return NULL;
}

static int minor_digits(const char *currency)
{
    int digits = currency ? currency_digits(currency) : 2;
    return digits < 0 ? 2 : digits;
}

/* The amount without its sign, with every minor digit. */
static char *money_digits(struct html *h, struct money m, int digits)
{
    uint64_t v = m.minor < 0 ? 0 - (uint64_t)m.minor : (uint64_t)m.minor;
    uint64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    if (digits == 0)
        return arena_printf(h->arena, "%" PRIu64, v);
    return arena_printf(h->arena, "%" PRIu64 ".%0*" PRIu64, v / unit, digits, v % unit);
}

static const char *money_text(
    struct html *h, bool negative, const char *digits, const char *currency, const char *unit)
{
    const struct forms *f = forms_of(h);
    const char *symbol = currency ? currency_symbol(currency) : "";
    const char *shown = symbol ? symbol : currency;
    struct buf b = buf_in(h->arena, 512);
    if (negative)
        buf_adds(&b, MINUS);
    if (!f->symbol_after) {
        buf_adds(&b, shown);
        buf_adds(&b, symbol ? "" : NBSP);
    }
    add_grouped(&b, f, digits);
    buf_adds(&b, unit);
    if (f->symbol_after && *shown) {
        buf_adds(&b, NBSP);
        buf_adds(&b, shown);
    }
    return buf_str(&b);
}

const char *fmt_money(struct html *h, struct money m, const char *currency)
{
    char *digits = money_digits(h, m, minor_digits(currency));
    char *point = strchr(digits, '.');
    if (point && strspn(point + 1, "0") == strlen(point + 1))
        *point = '\0';
    return money_text(h, m.minor < 0, digits, currency, "");
}

const char *fmt_money_short(struct html *h, struct money m, const char *currency)
{
    double v = fabs((double)m.minor) / pow(10, minor_digits(currency));
    if (v < 10000)
        return fmt_money(h, m, currency);
    int unit = 0;
    while (unit < 3 && v >= (unit == 1 ? 999.5 : 999.995)) {
        v /= 1000;
        unit++;
    }
    const char *digits = arena_printf(h->arena, "%.*f", unit > 1 ? 2 : 0, v);
    return money_text(h, m.minor < 0, digits, currency, forms_of(h)->unit[unit]);
}

const char *fmt_money_plain(struct html *h, struct money m, const char *currency)
{
    const char *digits = money_digits(h, m, minor_digits(currency));
    return m.minor < 0 ? arena_printf(h->arena, "-%s", digits) : digits;
}

/* ---- dates and times ---- */

/* PATTERN holds d, m, y for day, month, year; everything else stands for itself. */
static const char *date_text(struct html *h, struct date date, const char *pattern, bool long_month)
{
    const struct forms *f = forms_of(h);
    struct buf b = buf_in(h->arena, 64);
    int year, month, day;
    date_split(date, &year, &month, &day);
    for (const char *p = pattern; *p; p++) {
        if (*p == 'd')
            buf_add_int(&b, day);
        else if (*p == 'm')
            buf_adds(&b, (long_month ? f->long_month : f->short_month)[month - 1]);
        else if (*p == 'y')
            buf_addf(&b, "%04d", year);
        else
            buf_addc(&b, *p);
    }
    return buf_str(&b);
}

const char *fmt_date(struct html *h, struct date d)
{
    return date_text(h, d, forms_of(h)->day_month_year, false);
}

const char *fmt_month(struct html *h, struct date d)
{
    return date_text(h, d, forms_of(h)->month_year, false);
}

const char *fmt_day(struct html *h, struct date d)
{
    const struct forms *f = forms_of(h);
    int year, this_year, month, day;
    date_split(d, &year, &month, &day);
    date_split(date_in(h->zone, h->now), &this_year, &month, &day);
    return date_text(h, d, year == this_year ? f->day_month : f->day_month_year, false);
}

const char *fmt_date_iso(struct html *h, struct date d)
{
    return date_iso(h->arena, d);
}

const char *fmt_clock(struct html *h, struct instant t)
{
    struct civil c = civil_in(h->zone, t);
    return arena_printf(h->arena, "%02d:%02d", c.hour, c.minute);
}

const char *fmt_exact(struct html *h, struct instant t)
{
    struct civil c = civil_in(h->zone, t);
    const char *date = date_text(h, date_in(h->zone, t), forms_of(h)->day_month_year, true);
    return arena_printf(h->arena, "%s, %02d:%02d %s", date, c.hour, c.minute, c.abbreviation);
}

const char *fmt_iso(struct html *h, struct instant t)
{
    return instant_iso_in(h->arena, h->zone, t);
}

static const char *weekday(const struct html *h, struct date d)
{
    int from_monday = (int)(((int64_t)d.days + 3) % 7); /* 1970-01-01 was a Thursday */
    return forms_of(h)->weekday[from_monday < 0 ? from_monday + 7 : from_monday];
}

int days_left(const struct html *h, struct instant t)
{
    return date_in(h->zone, t).days - date_in(h->zone, h->now).days;
}

const char *fmt_ago(struct html *h, struct instant t)
{
    int64_t minutes = (t.us - h->now.us) / (60 * US_PER_SECOND);
    int days = days_left(h, t);
    if (minutes == 0)
        return tr(h->lang, "just now");
    if (minutes > -60 && minutes < 0)
        return arena_printf(h->arena, tr(h->lang, "%s min ago"), fmt_int(h, -minutes));
    if (minutes > 0 && minutes < 60)
        return arena_printf(h->arena, tr(h->lang, "in %s min"), fmt_int(h, minutes));
    if (days == 0 && minutes < 0)
        return arena_printf(h->arena, tr(h->lang, "%s h ago"), fmt_int(h, -minutes / 60));
    if (days == 0)
        return arena_printf(h->arena, tr(h->lang, "in %s h"), fmt_int(h, minutes / 60));
    if (days == -1)
        return tr(h->lang, "yesterday");
    if (days == 1)
        return tr(h->lang, "tomorrow");
    if (days < 0 && days > -7)
        return arena_printf(h->arena, trn(h->lang, "%s day ago", "%s days ago", -days), fmt_int(h, -days));
    if (days > 0 && days < 7) /* a weekday is one that comes */
        return weekday(h, date_in(h->zone, t));
    return fmt_day(h, date_in(h->zone, t));
}

const char *fmt_days_left(struct html *h, struct instant t)
{
    int days = days_left(h, t);
    if (days > 0)
        return arena_printf(h->arena, trn(h->lang, "%s day left", "%s days left", days), fmt_int(h, days));
    if (t.us >= h->now.us)
        return tr(h->lang, "ends today");
    if (days == 0)
        return tr(h->lang, "ended today");
    return arena_printf(
        h->arena, trn(h->lang, "ended %s day ago", "ended %s days ago", -days), fmt_int(h, -days));
}

/* ---- people ---- */

const char *fmt_tel(struct html *h, const char *phone)
{
    struct buf b = buf_in(h->arena, 64);
    buf_adds(&b, "tel:");
    for (const char *s = phone ? phone : ""; *s; s++)
        if ((*s >= '0' && *s <= '9') || (*s == '+' && b.len == 4))
            buf_addc(&b, *s);
    return b.len > 4 ? buf_str(&b) : "#";
}

const char *fmt_mailto(struct html *h, const char *address)
{
    const char *at = address ? strrchr(address, '@') : NULL;
    if (!at || at == address || !at[1])
        return "#";
    struct buf b = buf_in(h->arena, 1024);
    buf_adds(&b, "mailto:");
    buf_add_url(&b, arena_strndup(h->arena, address, (size_t)(at - address)));
    buf_addc(&b, '@');
    buf_add_url(&b, at + 1);
    return buf_str(&b);
}

/* One character of UTF-8; ASCII in upper case. */
static void add_initial(struct buf *b, const char *s)
{
    if (*s >= 'a' && *s <= 'z') {
        buf_addc(b, (char)(*s - 'a' + 'A'));
        return;
    }
    do
        buf_addc(b, *s++);
    while ((*s & 0xC0) == 0x80);
}

const char *fmt_initials(struct html *h, const char *name)
{
    struct buf b = buf_in(h->arena, 16);
    const char *first = name ? name + strspn(name, " ") : "";
    if (!*first)
        return "";
    const char *last = first;
    for (const char *s = first; *s; s++)
        if (*s != ' ' && s > first && s[-1] == ' ')
            last = s;
    add_initial(&b, first);
    if (last > first)
        add_initial(&b, last);
    return buf_str(&b);
}

const char *fmt_key(struct html *h, const char *keys)
{
    char *key = arena_strndup(h->arena, keys, strcspn(keys, " "));
    if (key[0] >= 'a' && key[0] <= 'z' && !key[1])
        key[0] = (char)(key[0] - 'a' + 'A');
    return key;
}

/* ---- markup ---- */

static void add_time(struct html *h, const char *iso, const char *exact, const char *shown)
{
    buf_adds(h->b, "<time datetime=\"");
    buf_add_html(h->b, iso);
    buf_adds(h->b, "\" title=\"");
    buf_add_html(h->b, exact);
    buf_adds(h->b, "\">");
    buf_add_html(h->b, shown);
    buf_adds(h->b, "</time>");
}

void html_time(struct html *h, struct instant t)
{
    add_time(h, fmt_iso(h, t), fmt_exact(h, t), fmt_ago(h, t));
}

void html_deadline(struct html *h, struct instant t)
{
    add_time(h, fmt_iso(h, t), fmt_exact(h, t), fmt_day(h, date_in(h->zone, t)));
}
