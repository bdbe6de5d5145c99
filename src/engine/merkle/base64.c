#include "engine/merkle/base64.h"

#include <sodium.h>

bool base64_decode(const char *s, size_t n, void *out, size_t cap, size_t *len)
{
    /* libsodium 1.0.18 takes some bytes above 0x7F for digits. */
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)s[i] > 0x7F)
            return false;
    }
    return sodium_base642bin(out, cap, s, n, NULL, len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

bool base64_decode_exact(const char *s, size_t n, void *out, size_t size)
{
    size_t len;
    return base64_decode(s, n, out, size, &len) && len == size;
}
