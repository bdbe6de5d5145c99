#include "base/id.h"

#include <errno.h>
#include <sys/random.h>

#define EPOCH_2020_MS INT64_C(1577836800000)
#define RANDOM_BITS   22
#define DIGITS        13 /* of 5 bits; the first holds the 4 highest */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void random_bytes(void *out, size_t n)
{
    unsigned char *p = out;
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno != EINTR)
            BUG("getrandom: %s", strerror(errno));
        if (got > 0) {
            p += got;
            n -= (size_t)got;
        }
    }
}

int64_t id_new(struct instant now)
{
    uint32_t noise;
    random_bytes(&noise, sizeof noise);
    int64_t ms = now.us / 1000 - EPOCH_2020_MS;
    if (ms < 1) /* a clock that was never set; 0 would be no id */
        ms = 1;
    return (int64_t)((uint64_t)ms << RANDOM_BITS | (noise & ((1U << RANDOM_BITS) - 1)));
}

char *id_text(struct arena *a, const char *prefix, int64_t id)
{
    size_t n = strlen(prefix);
    char *text = arena_alloc(a, n + 1 + DIGITS + 1);
    uint64_t rest = (uint64_t)id;
    memcpy(text, prefix, n);
    text[n] = '_';
    for (int i = DIGITS; i > 0; i--, rest >>= 5)
        text[n + (size_t)i] = alphabet[rest & 31];
    text[n + DIGITS + 1] = 0;
    return text;
}

/* -1 for no digit. Lower case and the look-alikes are read as Crockford says: o is 0, i and l are 1. */
static int digit_value(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return 0;
    if (c == 'I' || c == 'L')
        return 1;
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

bool id_parse(const char *prefix, const char *s, int64_t *id)
{
    size_t n = strlen(prefix);
    if (strncmp(s, prefix, n) != 0 || s[n] != '_' || strlen(s + n + 1) != DIGITS)
        return false;
    s += n + 1;
    uint64_t v = 0;
    for (int i = 0; i < DIGITS; i++) {
        int d = digit_value(s[i]);
        if (d < 0 || (i == 0 && d > 15))
            return false;
        v = v << 5 | (uint64_t)d;
    }
    if (v == 0)
        return false;
    *id = (int64_t)v;
    return true;
}
