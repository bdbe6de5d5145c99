#include "engine/merkle/note.h"

#include "base/text.h"
#include "engine/merkle/base64.h"
#include "engine/merkle/note_text.h"

#include <sodium.h>

#define SIGNATURES_MAX   100  /* lines read in one note, as in Go's sumdb/note */
#define SIGNATURE_MAX    8192 /* bytes of one: post-quantum ones take nearly 5,000 */
#define SIGNATURE_PREFIX "\xe2\x80\x94 "

bool note_text_valid(const char *text, size_t n)
{
    if (n == 0 || text[n - 1] != '\n' || !utf8_valid(text, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)text[i] < 0x20 && text[i] != '\n')
            return false;
    }
    return true;
}

static void put_id(unsigned char out[4], uint32_t id)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(id >> (24 - 8 * i));
}

void note_sign(struct buf *out, const char *text, const struct note_key *key)
{
    unsigned char signature[4 + crypto_sign_BYTES];
    ASSERT(note_text_valid(text, strlen(text)) && !sodium_is_zero(key->secret, sizeof key->secret));
    put_id(signature, key->id);
    crypto_sign_detached(signature + 4, NULL, (const unsigned char *)text, strlen(text), key->secret);
    buf_adds(out, text);
    buf_adds(out, "\n" SIGNATURE_PREFIX);
    buf_adds(out, key->name);
    buf_addc(out, ' ');
    buf_add_base64(out, signature, sizeof signature);
    buf_addc(out, '\n');
}

/* One signature line, taken apart. NAME points into the note. */
struct signature {
    const char *name;
    size_t name_len, n;
    unsigned char bytes[SIGNATURE_MAX]; /* the key's id, then the signature */
};

/* LINE without its newline. */
static bool signature_parse(struct signature *out, const char *line, size_t n)
{
    size_t prefix = strlen(SIGNATURE_PREFIX);
    if (n < prefix || memcmp(line, SIGNATURE_PREFIX, prefix) != 0)
        return false;
    out->name = line + prefix;
    const char *space = memchr(out->name, ' ', n - prefix);
    if (!space)
        return false;
    out->name_len = (size_t)(space - out->name);
    return note_name_valid(out->name, out->name_len) &&
           base64_decode(space + 1, (size_t)(line + n - space - 1), out->bytes, sizeof out->bytes, &out->n) &&
           out->n > 4;
}

static bool signed_by(const struct signature *s, const struct note_key *key)
{
    unsigned char id[4];
    put_id(id, key->id);
    return s->name_len == strlen(key->name) && memcmp(s->name, key->name, s->name_len) == 0 &&
           memcmp(s->bytes, id, sizeof id) == 0;
}

static bool signature_good(const struct signature *s, const char *text, size_t n, const struct note_key *key)
{
    return s->n == 4 + crypto_sign_BYTES &&
           crypto_sign_verify_detached(s->bytes + 4, (const unsigned char *)text, n, key->public_key) == 0;
}

/* Where the signature lines begin: behind the last empty line. 0 when there is none. */
static size_t signatures_at(const char *note, size_t n)
{
    for (size_t i = n; i-- > 2;) {
        if (note[i - 1] == '\n' && note[i - 2] == '\n')
            return i;
    }
    return 0;
}

bool note_verify(const char *note, size_t n, const struct note_key *key, size_t *text_len)
{
    size_t at = note_text_valid(note, n) ? signatures_at(note, n) : 0;
    bool good = false;
    if (at == 0)
        return false;
    for (int lines = 0; at < n; lines++) {
        struct signature s;
        const char *line = note + at;
        size_t len = (size_t)((const char *)memchr(line, '\n', n - at) - line);
        if (lines == SIGNATURES_MAX || !signature_parse(&s, line, len))
            return false;
        if (signed_by(&s, key)) {
            if (!signature_good(&s, note, signatures_at(note, n) - 1, key))
                return false;
            good = true;
        }
        at += len + 1;
    }
    *text_len = signatures_at(note, n) - 1;
    return good;
}
