/* Registrable domains, by the public suffix list. */
#include "engine/match/lookalike.h"
#include "engine/match/match.h"
#include "engine/match/punycode.h"

#include <libpsl.h>
#include <strings.h>
#include <utf8proc.h>

#define MAX_HOST 253 /* RFC 1035, in bytes; names in UTF-8 are allowed as much */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The host within a URL, an e-mail address or a bare name; *LEN is 0 when there is none. */
static const char *find_host(const char *s, size_t *len)
{
    while (is_space(*s))
        s++;
    size_t n = strcspn(s, " \t\r\n\f\v<>\"");
    const char *scheme = memmem(s, n, "://", 3);
    if (scheme) {
        n -= (size_t)(scheme + 3 - s);
        s = scheme + 3;
    } else if (n > 2 && memcmp(s, "//", 2) == 0) {
        s += 2;
        n -= 2;
    }
    n = strnlen(s, n);
    size_t host = strcspn(s, "/?#\\");
    n = host < n ? host : n;
    const char *at = memrchr(s, '@', n);
    if (at) {
        n -= (size_t)(at + 1 - s);
        s = at + 1;
    }
    const char *port = memchr(s, ':', n);
    *len = port ? (size_t)(port - s) : n;
    return s;
}

/* "Jane Roe <jane@acme.example>": what stands between the brackets, else all of it. */
static const char *inner_address(const char *s)
{
    const char *open = strchr(s, '<');
    return open && strchr(open, '@') ? open + 1 : s;
}

/* Lower case and composed, so that two spellings are the same bytes. NULL when it is no UTF-8. */
static char *lower_host(struct arena *a, const char *s, size_t n)
{
    char *out = arena_strndup(a, s, n);
    bool ascii = true;
    for (size_t i = 0; i < n; i++) {
        ascii &= (unsigned char)out[i] < 0x80;
        if (out[i] >= 'A' && out[i] <= 'Z')
            out[i] = (char)(out[i] - 'A' + 'a');
    }
    if (ascii)
        return out;
    utf8proc_int32_t points[2 * MAX_HOST];
    utf8proc_ssize_t count = utf8proc_decompose((const utf8proc_uint8_t *)out, (utf8proc_ssize_t)n, points,
        COUNT(points) - 1, UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_IGNORE);
    if (count < 0 || count >= (utf8proc_ssize_t)COUNT(points))
        return NULL;
    for (utf8proc_ssize_t i = 0; i < count; i++)
        points[i] = points[i] == 0x3002 ? '.' : utf8proc_tolower(points[i]); /* ideographic full stop */
    count = utf8proc_normalize_utf32(points, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    char *folded = arena_alloc(a, (size_t)count * 4 + 1), *p = folded;
    for (utf8proc_ssize_t i = 0; i < count; i++)
        p += utf8proc_encode_char(points[i], (utf8proc_uint8_t *)p);
    *p = 0;
    return (char *)(uintptr_t)lookalikes_to_latin(a, folded);
}

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Labels of 1 to 63 such characters, the last one no number (that would be an IP address). */
static bool is_host(const char *s)
{
    size_t label = 0;
    bool digits = true;
    for (; *s; s++) {
        if (*s == '.') {
            if (!label)
                return false;
            label = 0;
            digits = true;
            continue;
        }
        if (!is_label_char(*s) || ++label > 63)
            return false;
        digits &= *s >= '0' && *s <= '9';
    }
    return label && !digits;
}

/*
 * The U-label of an A-label (xn--...), or NULL when it is none: an A-label decodes to something beyond ASCII
 * that is normalised already (RFC 5890).
 */
static const char *unicode_label(struct arena *a, const char *p, size_t n)
{
    char label[4 * 63];
    size_t len = n > 4 && memcmp(p, "xn--", 4) == 0 ? punycode_decode(p + 4, n - 4, label, sizeof label) : 0;
    bool ascii = true;
    for (size_t i = 0; i < len; i++)
        ascii &= (unsigned char)label[i] < 0x80;
    if (ascii || memchr(label, '.', len) || memchr(label, 0, len))
        return NULL;
    const char *decoded = arena_strndup(a, label, len), *lower = lower_host(a, decoded, len);
    return lower && streq(lower, decoded) ? decoded : NULL;
}

static const char *to_unicode(struct arena *a, const char *host)
{
    if (!strstr(host, "xn--"))
        return host;
    struct buf out = buf_in(a, 4 * MAX_HOST);
    for (const char *p = host; *p;) {
        size_t n = strcspn(p, ".");
        const char *label = unicode_label(a, p, n);
        buf_add(&out, label ? label : p, label ? strlen(label) : n);
        p += n;
        if (*p == '.')
            buf_addc(&out, *p++);
    }
    return out.len <= MAX_HOST ? buf_str(&out) : NULL;
}

/* The host of TEXT, normalised; NULL when there is none. */
static const char *normal_host(struct arena *a, const char *text)
{
    size_t n;
    const char *s = find_host(inner_address(text), &n);
    while (n && s[n - 1] == '.')
        n--;
    if (n == 0 || n > MAX_HOST)
        return NULL;
    const char *host = lower_host(a, s, n);
    if (!host || strlen(host) > MAX_HOST || !is_host(host))
        return NULL;
    host = to_unicode(a, host);
    return host && is_host(host) ? host : NULL;
}

const char *match_domain(struct arena *a, const char *text)
{
    const char *host = text ? normal_host(a, text) : NULL;
    if (!host)
        return NULL;
    /* The list compares A-labels and U-labels alike, and unknown top-level domains by its rule "*". */
    return psl_registrable_domain(psl_builtin(), host);
}

/* --- company or domain? --- */

static bool has_upper(const char *s)
{
    for (; *s; s++)
        if (*s >= 'A' && *s <= 'Z')
            return true;
    return false;
}

/* What stands behind the last dot but that at the end. */
static const char *last_label(const char *s)
{
    const char *last = s;
    for (; *s; s++)
        if (*s == '.' && s[1])
            last = s + 1;
    return last;
}

bool match_looks_like_domain(const char *text)
{
    if (!text)
        return false;
    while (is_space(*text))
        text++;
    size_t n = strlen(text);
    while (n && is_space(text[n - 1]))
        n--;
    if (n == 0 || n > 2048 || memchr(text, ' ', n) || !memchr(text, '.', n))
        return false;
    struct arena *a = arena_new();
    char *trimmed = arena_strndup(a, text, n);
    const char *host = normal_host(a, trimmed);
    bool marked = strstr(trimmed, "://") || strchr(trimmed, '@') || strncasecmp(trimmed, "www.", 4) == 0;
    bool yes = host && psl_registrable_domain(psl_builtin(), host);
    if (yes && !marked) {
        /* "A.P.Moeller" is no domain: an unknown top-level domain counts only in lower case */
        const char *top = strrchr(host, '.');
        bool known =
            top && psl_is_public_suffix2(psl_builtin(), top + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
        yes = top && strlen(top + 1) >= 2 && (known || !has_upper(trimmed));
        /* "Acme.Inc." is no domain: a dot at the end stands behind a top-level domain in lower case only */
        yes = yes && (trimmed[n - 1] != '.' || !has_upper(last_label(trimmed)));
    }
    arena_free(a);
    return yes;
}
