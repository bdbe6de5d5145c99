/* application/x-www-form-urlencoded (WHATWG URL, 5.1), stricter: what is malformed is refused, not guessed.
 */
#include "base/text.h"
#include "http/internal.h"

#define PAIRS_MAX 1000

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool percent_decode(char *out, const char *s, size_t n, bool plus, size_t *len)
{
    char *to = out;
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if (c == '+' && plus)
            c = ' ';
        if (c == '%') {
            int high = i + 2 < n ? hex_digit(s[i + 1]) : -1, low = i + 2 < n ? hex_digit(s[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == 0)
            return false;
        *to++ = c;
    }
    *to = 0;
    *len = (size_t)(to - out);
    return true;
}

static char *decode(struct arena *a, const char *s, size_t n)
{
    size_t len;
    char *out = arena_alloc(a, n + 1);
    return percent_decode(out, s, n, true, &len) && utf8_valid(out, len) ? out : NULL;
}

static bool parse_pair(struct arena *a, const char *s, size_t n, struct http_pair *out)
{
    const char *equals = memchr(s, '=', n);
    size_t name_len = equals ? (size_t)(equals - s) : n;
    size_t skip = equals ? name_len + 1 : n;
    out->name = decode(a, s, name_len);
    out->value = decode(a, s + skip, n - skip);
    return out->name && out->value;
}

static size_t count_pairs(const char *text, size_t n)
{
    size_t count = 1;
    for (size_t i = 0; i < n; i++)
        count += text[i] == '&';
    return count;
}

bool http_form_parse(struct arena *a, const char *text, size_t n, struct http_pair **out, size_t *count)
{
    size_t room = count_pairs(text, n);
    *count = 0;
    *out = NULL;
    if (room > PAIRS_MAX)
        return false;
    *out = ARENA_ARRAY(a, room, struct http_pair);
    for (const char *end = text + n; text < end;) {
        const char *stop = memchr(text, '&', (size_t)(end - text));
        size_t len = (size_t)((stop ? stop : end) - text);
        if (len && !parse_pair(a, text, len, &(*out)[(*count)++]))
            return false;
        text = stop ? stop + 1 : end;
    }
    return true;
}
