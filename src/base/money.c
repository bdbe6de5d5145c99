#include "base/text.h"

/*
 * ISO 4217, "current currency and funds code list", and what was withdrawn lately (BGN, HRK, ANG, ...), for
 * old amounts. Metals and test codes have no minor unit and are no currency here. Three letters and a space
 * each, so that a code matches only where one begins.
 */
static const struct {
    int digits;
    const char *codes;
} currencies[] = {
    {2, "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD "
        "BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD "
        "EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS "
        "INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT "
        "MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
        "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP "
        "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER "
        "ZAR ZMW ZWG ZWL "},
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "},
    {3, "BHD IQD JOD KWD LYD OMR TND "},
    {4, "CLF UYW "},
};

int currency_digits(const char *code)
{
    if (!code || strlen(code) != 3 || strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        return -1;
    for (size_t i = 0; i < COUNT(currencies); i++)
        if (strstr(currencies[i].codes, code))
            return currencies[i].digits;
    return -1;
}

/* An amount taken apart: digits, and in between one-byte marks for separators ('.', ',', ' ' or '\''). */
#define AMOUNT_MAX 64

struct amount {
    bool negative;
    char text[AMOUNT_MAX];
    size_t n;
};

static const struct {
    const char *bytes;
    char mark;
} separators[] = {
    {".", '.'}, {",", ','}, {" ", ' '}, {"\xc2\xa0", ' '}, /* no-break space */
    {"\xe2\x80\xaf", ' '},                                 /* narrow no-break space: French */
    {"\xe2\x80\x89", ' '},                                 /* thin space: SI */
    {"'", '\''},                                           /* Swiss */
    {"\xe2\x80\x99", '\''},                                /* the same, typeset */
};

static char separator_at(const char **s)
{
    for (size_t i = 0; i < COUNT(separators); i++) {
        size_t n = strlen(separators[i].bytes);
        if (strncmp(*s, separators[i].bytes, n) == 0) {
            *s += n;
            return separators[i].mark;
        }
    }
    return 0;
}

static bool amount_scan(const char *s, struct amount *out)
{
    static const char minus[] = "\xe2\x88\x92";
    if (*s == '-') {
        out->negative = true;
        s++;
    } else if (strncmp(s, minus, sizeof minus - 1) == 0) {
        out->negative = true;
        s += sizeof minus - 1;
    }
    while (*s) {
        char mark = *s >= '0' && *s <= '9' ? *s++ : separator_at(&s);
        if (!mark || out->n == AMOUNT_MAX - 1)
            return false;
        out->text[out->n++] = mark;
    }
    return out->n > 0;
}

static bool is_mark(char c)
{
    return c == '.' || c == ',' || c == ' ' || c == '\'';
}

/*
 * Whether the whole part TEXT[0..N) is plain digits or digits grouped by one mark: threes ("1,234,567") or,
 * as in India, twos and a last three ("12,34,567"). Nothing before a decimal mark (".50") is fine too.
 */
static bool grouping_ok(const char *text, size_t n)
{
    char mark = 0;
    size_t group = 0, first = 0, middle = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && !is_mark(text[i])) {
            group++;
            continue;
        }
        if (i == n) /* the last group */
            return !mark || (group == 3 && first >= 1 && first <= (middle ? middle : 3));
        if (!mark) {
            mark = text[i];
            first = group;
        } else if (text[i] != mark || (group != 2 && group != 3) || (middle && group != middle)) {
            return false;
        } else {
            middle = group;
        }
        group = 0;
    }
    return false;
}

/* Where the decimal mark stands, or a->n when there is none. */
static size_t decimal_mark(const struct amount *a, char decimal)
{
    size_t last = a->n, count = 0, others = 0;
    for (size_t i = a->n; i-- > 0;) {
        if (!is_mark(a->text[i]))
            continue;
        if (last == a->n)
            last = i;
        if (a->text[i] == a->text[last])
            count++;
        else
            others++;
    }
    bool can_be = last < a->n && count == 1 && (a->text[last] == '.' || a->text[last] == ',');
    if (!can_be)
        return a->n;
    bool could_group = !others && a->n - last == 4 && last >= 1 && last <= 3 && a->text[0] != '0';
    if (could_group && a->text[last] != decimal)
        return a->n;
    return last;
}

static bool add_digit(int64_t *v, char digit, bool negative)
{
    int d = digit - '0';
    return !__builtin_mul_overflow(*v, 10, v) && !__builtin_add_overflow(*v, negative ? -d : d, v);
}

bool parse_money(const char *s, int digits, char decimal, int64_t *minor)
{
    struct amount a = {0};
    if (!amount_scan(s, &a))
        return false;
    size_t mark = decimal_mark(&a, decimal);
    size_t decimals = mark < a.n ? a.n - mark - 1 : 0;
    bool nothing_behind = mark < a.n && decimals == 0;
    if (nothing_behind || decimals > (size_t)digits || !grouping_ok(a.text, mark))
        return false;
    int64_t v = 0;
    for (size_t i = 0; i < a.n; i++)
        if (!is_mark(a.text[i]) && !add_digit(&v, a.text[i], a.negative))
            return false;
    for (size_t i = decimals; i < (size_t)digits; i++)
        if (!add_digit(&v, '0', a.negative))
            return false;
    *minor = v;
    return true;
}
