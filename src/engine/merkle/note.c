#include "engine/merkle/note.h"

#include "base/text.h"
#include "engine/merkle/base64.h"
#include "engine/merkle/note_text.h"

#include <inttypes.h>
#include <sodium.h>

#define SIGNATURES_MAX   100  /* lines read in one note, as in Go's sumdb/note */
#define SIGNATURE_MAX    8192 /* bytes of one: post-quantum ones take nearly 5,000 */
#define TIME_SIZE        8    /* bytes before the signature of a witness */
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

/* Big-endian. */
static void put_number(unsigned char *out, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)(v >> 8 * (bytes - 1 - i));
}

/* Ed25519 over TEXT, or over what a cosignature puts before it (C2SP tlog-cosignature). */
static struct buf signed_message(const char *text, size_t n, const struct note_key *key, uint64_t time_s)
{
    struct buf b = buf_new(BUF_MAX_DEFAULT);
    if (key->kind == NOTE_KEY_WITNESS)
        buf_addf(&b, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
    buf_add(&b, text, n);
    ASSERT(!b.overflow);
    return b;
}

static void add_line(struct buf *out, const char *text, size_t n, const struct note_key *key, uint64_t time_s)
{
    unsigned char line[4 + TIME_SIZE + crypto_sign_BYTES], *signature = line + 4;
    ASSERT(!sodium_is_zero(key->secret, sizeof key->secret));
    put_number(line, key->id, 4);
    if (key->kind == NOTE_KEY_WITNESS) {
        put_number(signature, time_s, TIME_SIZE);
        signature += TIME_SIZE;
    }
    struct buf message = signed_message(text, n, key, time_s);
    crypto_sign_detached(signature, NULL, (const unsigned char *)buf_str(&message), message.len, key->secret);
    buf_free(&message);
    buf_adds(out, SIGNATURE_PREFIX);
    buf_adds(out, key->name);
    buf_addc(out, ' ');
    buf_add_base64(out, line, (size_t)(signature - line) + crypto_sign_BYTES);
    buf_addc(out, '\n');
}

void note_sign(struct buf *out, const char *text, const struct note_key *key)
{
    ASSERT(note_text_valid(text, strlen(text)));
    buf_adds(out, text);
    buf_addc(out, '\n');
    note_sign_also(out, text, strlen(text), key);
}

void note_sign_also(struct buf *out, const char *text, size_t n, const struct note_key *key)
{
    ASSERT(key->kind == NOTE_KEY_LOG);
    add_line(out, text, n, key, 0);
}

void note_cosign(struct buf *out, const char *text, size_t n, const struct note_key *key, int64_t time_s)
{
    ASSERT(key->kind == NOTE_KEY_WITNESS && time_s > 0);
    add_line(out, text, n, key, (uint64_t)time_s);
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
    put_number(id, key->id, sizeof id);
    return s->name_len == strlen(key->name) && memcmp(s->name, key->name, s->name_len) == 0 &&
           memcmp(s->bytes, id, sizeof id) == 0;
}

/* *TIME_S of a cosignature; one without a time, or beyond 2^63, is none. */
static bool signature_good(
    const struct signature *s, const char *text, size_t n, const struct note_key *key, int64_t *time_s)
{
    size_t time_size = key->kind == NOTE_KEY_WITNESS ? TIME_SIZE : 0;
    uint64_t time = 0;
    if (s->n != 4 + time_size + crypto_sign_BYTES)
        return false;
    for (size_t i = 0; i < time_size; i++)
        time = time << 8 | s->bytes[4 + i];
    if (time > INT64_MAX || (time_size && time == 0))
        return false;
    *time_s = (int64_t)time;
    struct buf message = signed_message(text, n, key, time);
    bool good = crypto_sign_verify_detached(s->bytes + 4 + time_size,
                    (const unsigned char *)buf_str(&message), message.len, key->public_key) == 0;
    buf_free(&message);
    return good;
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

static enum note_finding find_signature(
    const char *note, size_t n, const struct note_key *key, size_t *text_len, int64_t *time_s)
{
    size_t at = note_text_valid(note, n) ? signatures_at(note, n) : 0;
    enum note_finding finding = NOTE_UNSIGNED;
    if (at == 0)
        return NOTE_MALFORMED;
    *text_len = at - 1;
    for (int lines = 0; at < n; lines++) {
        struct signature s;
        const char *line = note + at;
        size_t len = (size_t)((const char *)memchr(line, '\n', n - at) - line);
        if (lines == SIGNATURES_MAX || !signature_parse(&s, line, len))
            return NOTE_MALFORMED;
        if (signed_by(&s, key) && finding != NOTE_SPOILED)
            finding = signature_good(&s, note, *text_len, key, time_s) ? NOTE_SIGNED : NOTE_SPOILED;
        at += len + 1;
    }
    return finding;
}

enum note_finding note_check(const char *note, size_t n, const struct note_key *key, size_t *text_len)
{
    int64_t time_s;
    return find_signature(note, n, key, text_len, &time_s);
}

bool note_verify(const char *note, size_t n, const struct note_key *key, size_t *text_len)
{
    return note_check(note, n, key, text_len) == NOTE_SIGNED;
}

bool note_cosigned(const char *note, size_t n, const struct note_key *key, int64_t *time_s)
{
    size_t text_len;
    ASSERT(key->kind == NOTE_KEY_WITNESS);
    return find_signature(note, n, key, &text_len, time_s) == NOTE_SIGNED;
}
