#include "engine/sign_in/totp.h"

#include "base/buf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

void hotp_code(const void *secret, size_t n, uint64_t counter, int digits, char out[9])
{
    static const uint32_t modulus[] = {1000000, 10000000, 100000000};
    unsigned char message[8], mac[EVP_MAX_MD_SIZE];
    unsigned mac_len = 0;
    ASSERT(digits >= 6 && digits <= 8);
    for (int i = 0; i < 8; i++)
        message[i] = (unsigned char)(counter >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret, (int)n, message, sizeof message, mac, &mac_len) || mac_len != 20)
        BUG("HMAC-SHA-1 failed");
    const unsigned char *p = mac + (mac[19] & 0x0F); /* dynamic truncation, RFC 4226 section 5.3 */
    uint32_t number = (uint32_t)(p[0] & 0x7F) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    number %= modulus[digits - 6];
    out[digits] = 0;
    for (int i = digits - 1; i >= 0; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
}

int64_t totp_step(struct instant now)
{
    return now.us / US_PER_SECOND / TOTP_STEP_SECONDS;
}

int64_t totp_match(const void *secret, size_t n, const char *text, struct instant now, int64_t after)
{
    char given[7] = "", code[9];
    size_t digits = 0;
    int64_t found = -1;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        if (*text < '0' || *text > '9' || digits == 6)
            return -1;
        given[digits++] = *text;
    }
    if (digits != 6)
        return -1;
    for (int64_t step = totp_step(now) - 1; step <= totp_step(now) + 1; step++) {
        hotp_code(secret, n, (uint64_t)step, 6, code);
        if (sodium_memcmp(code, given, 6) == 0 && step > after)
            found = step;
    }
    return found;
}

char *base32_text(struct arena *a, const void *data, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const unsigned char *p = data;
    char *out = arena_alloc(a, n * 8 / 5 + 2);
    size_t len = 0;
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | p[i];
        for (held += 8; held >= 5; held -= 5)
            out[len++] = digits[bits >> (held - 5) & 31];
    }
    if (held)
        out[len++] = digits[bits << (5 - held) & 31];
    out[len] = 0;
    return out;
}

char *totp_address(struct arena *a, const char *issuer, const char *account, const void *secret, size_t n)
{
    struct buf b = buf_in(a, 4096);
    buf_adds(&b, "otpauth://totp/");
    buf_add_url(&b, issuer);
    buf_addc(&b, ':');
    buf_add_url(&b, account);
    buf_adds(&b, "?secret=");
    buf_adds(&b, base32_text(a, secret, n));
    buf_adds(&b, "&issuer=");
    buf_add_url(&b, issuer);
    ASSERT(!b.overflow);
    return arena_strdup(a, buf_str(&b));
}
