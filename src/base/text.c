#include "base/text.h"

#include "base/buf.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <utf8proc.h>

/* --- UTF-8 --- */

static bool is_noncharacter(utf8proc_int32_t c)
{
    return (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

bool utf8_valid(const char *s, size_t n)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s, *end = p + n;
    while (p < end) {
        if (*p > 0 && *p < 0x80) {
            p++;
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(p, end - p, &c);
        if (used <= 0 || c == 0 || is_noncharacter(c))
            return false;
        p += used;
    }
    return true;
}

size_t utf8_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* --- white space --- */

static bool is_space(utf8proc_int32_t c)
{
    if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85)
        return true;
    utf8proc_category_t k = utf8proc_category(c);
    return k == UTF8PROC_CATEGORY_ZS || k == UTF8PROC_CATEGORY_ZL || k == UTF8PROC_CATEGORY_ZP;
}

/* Nothing to see: controls, zero-width spaces, and what turns the direction of the text around it. */
static bool is_dropped(utf8proc_int32_t c)
{
    return utf8proc_category(c) == UTF8PROC_CATEGORY_CC || c == 0x200b || c == 0xfeff ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *text_squeeze(struct arena *a, const char *s)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s, *end = p + strlen(s);
    char *out = arena_alloc(a, (size_t)(end - p) + 1);
    size_t n = 0;
    bool gap = false;
    while (p < end) {
        if (*p > ' ' && *p < 0x7f) { /* what most text is made of */
            if (gap && n)
                out[n++] = ' ';
            gap = false;
            out[n++] = (char)*p++;
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(p, end - p, &c);
        if (used <= 0) { /* no UTF-8: the byte is dropped */
            p++;
            continue;
        }
        if (is_space(c)) {
            gap = true;
        } else if (!is_dropped(c)) {
            if (gap && n)
                out[n++] = ' ';
            gap = false;
            memcpy(out + n, p, (size_t)used);
            n += (size_t)used;
        }
        p += used;
    }
    out[n] = 0;
    return out;
}

/* --- folding --- */

/* Letters that Unicode does not decompose, after case folding. */
static const char *undecomposed(utf8proc_int32_t c)
{
    switch (c) {
    case 0xe6: return "ae";  /* æ */
    case 0xf0: return "d";   /* ð */
    case 0xf8: return "o";   /* ø */
    case 0xfe: return "th";  /* þ */
    case 0x111: return "d";  /* đ */
    case 0x127: return "h";  /* ħ */
    case 0x131: return "i";  /* ı */
    case 0x138: return "k";  /* ĸ */
    case 0x142: return "l";  /* ł */
    case 0x14b: return "n";  /* ŋ */
    case 0x153: return "oe"; /* œ */
    case 0x167: return "t";  /* ŧ */
    case 0x180: return "b";  /* ƀ */
    case 0x256: return "d";  /* ɖ */
    case 0x259: return "e";  /* ə */
    case 0x268: return "i";  /* ɨ */
    case 0x2bc: return "'";  /* ʼ */
    case 0x2019: return "'"; /* ’ */
    default: return NULL;
    }
}

static char *fold_ascii(struct arena *a, const char *s, size_t n)
{
    char *out = arena_strndup(a, s, n);
    for (size_t i = 0; i < n; i++)
        if (out[i] >= 'A' && out[i] <= 'Z')
            out[i] = (char)(out[i] - 'A' + 'a');
    return out;
}

static char *fold_encode(struct arena *a, const utf8proc_int32_t *points, size_t n)
{
    char *out = arena_alloc(a, n * 4 + 1);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const char *plain = undecomposed(points[i]);
        if (plain) {
            size_t len = strlen(plain);
            memcpy(out + at, plain, len);
            at += len;
        } else {
            at += (size_t)utf8proc_encode_char(points[i], (utf8proc_uint8_t *)out + at);
        }
    }
    out[at] = 0;
    return out;
}

char *text_fold(struct arena *a, const char *s)
{
    const utf8proc_option_t how =
        UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
    size_t len = s ? strlen(s) : 0, ascii = 0;
    while (ascii < len && (unsigned char)s[ascii] < 0x80)
        ascii++;
    if (ascii == len)
        return fold_ascii(a, s, len);
    utf8proc_int32_t few[256], *points = few;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)s;
    utf8proc_ssize_t n = utf8proc_decompose(bytes, (utf8proc_ssize_t)len, points, COUNT(few), how);
    if (n > (utf8proc_ssize_t)COUNT(few)) {
        points = ARENA_ARRAY(a, (size_t)n, utf8proc_int32_t);
        n = utf8proc_decompose(bytes, (utf8proc_ssize_t)len, points, n, how);
    }
    return n < 0 ? fold_ascii(a, s, len) : fold_encode(a, points, (size_t)n); /* < 0: no UTF-8 */
}

/* --- numbers --- */

static size_t count_digits(const char *s)
{
    return strspn(s, "0123456789");
}

bool parse_int(const char *s, int64_t *out)
{
    bool negative = *s == '-';
    s += negative;
    size_t n = count_digits(s);
    if (n == 0 || s[n])
        return false;
    int64_t v = 0;
    for (; *s; s++) {
        int d = *s - '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, negative ? -d : d, &v))
            return false;
    }
    *out = v;
    return true;
}

/* -12.5e3: no space, no hexadecimal, no inf or nan, all of which strtod would take. */
static bool is_decimal(const char *s)
{
    s += *s == '-';
    size_t whole = count_digits(s);
    s += whole;
    if (*s == '.') {
        size_t fraction = count_digits(++s);
        if (!fraction)
            return false;
        s += fraction;
    } else if (!whole) {
        return false;
    }
    if (*s == 'e' || *s == 'E') {
        s++;
        s += *s == '-' || *s == '+';
        size_t exponent = count_digits(s);
        return exponent && !s[exponent];
    }
    return !*s;
}

bool parse_real(const char *s, double *out)
{
    if (!is_decimal(s))
        return false;
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* glibc keeps that one ready */
    double v = strtod_l(s, NULL, c);
    freelocale(c);
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}

bool list_has(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") == n && strncmp(p, word, n) == 0)
            return true;
    return false;
}
