#include "engine/match/punycode.h"

#include <utf8proc.h>

/* Parameters of RFC 3492, section 5. */
enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, INITIAL_BIAS = 72, INITIAL_N = 128 };

#define MAX_POINTS 63 /* a label has no more bytes */

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / DAMP : delta / 2;
    delta += delta / points;
    for (; delta > ((BASE - T_MIN) * T_MAX) / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static int digit_of(char c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
}

/* Reads one generalized variable-length integer onto *I. */
static bool read_delta(const char **p, const char *end, uint32_t bias, uint32_t *i)
{
    uint32_t weight = 1;
    for (uint32_t k = BASE;; k += BASE) {
        int digit = *p < end ? digit_of(*(*p)++) : -1;
        uint32_t part;
        if (digit < 0 || __builtin_mul_overflow((uint32_t)digit, weight, &part) ||
            __builtin_add_overflow(*i, part, i))
            return false;
        uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
        if ((uint32_t)digit < t)
            return true;
        if (__builtin_mul_overflow(weight, BASE - t, &weight))
            return false;
    }
}

/* The code points of the label; 0 when it is malformed. */
static size_t decode_points(const char *s, size_t n, uint32_t points[MAX_POINTS])
{
    const char *end = s + n, *dash = memrchr(s, '-', n), *p = dash ? dash + 1 : s;
    size_t count = 0;
    for (const char *q = s; dash && q < dash; q++) {
        if (count == MAX_POINTS || (unsigned char)*q >= 0x80)
            return 0;
        points[count++] = (unsigned char)*q;
    }
    uint32_t point = INITIAL_N, i = 0, bias = INITIAL_BIAS;
    while (p < end) {
        uint32_t before = i;
        if (count == MAX_POINTS || !read_delta(&p, end, bias, &i))
            return 0;
        uint32_t now = (uint32_t)count + 1;
        bias = adapt(i - before, now, before == 0);
        if (__builtin_add_overflow(point, i / now, &point) || point > 0x10ffff)
            return 0;
        i %= now;
        memmove(points + i + 1, points + i, (count - i) * sizeof *points);
        points[i++] = point;
        count++;
    }
    return count;
}

size_t punycode_decode(const char *s, size_t n, char *out, size_t size)
{
    uint32_t points[MAX_POINTS];
    size_t count = n ? decode_points(s, n, points) : 0, len = 0;
    for (size_t i = 0; i < count; i++) {
        utf8proc_uint8_t encoded[4];
        if (!utf8proc_codepoint_valid((utf8proc_int32_t)points[i]))
            return 0;
        size_t bytes = (size_t)utf8proc_encode_char((utf8proc_int32_t)points[i], encoded);
        if (len + bytes > size)
            return 0;
        memcpy(out + len, encoded, bytes);
        len += bytes;
    }
    return len;
}
