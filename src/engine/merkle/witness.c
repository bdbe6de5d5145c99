#include "engine/merkle/witness.h"

#include "base/text.h"
#include "engine/merkle/base64.h"

#include <inttypes.h>
#include <stdio.h>

#define OLD "old "

/* Takes a line off the body; false without its newline. */
static bool take_line(const char **body, size_t *n, const char **line, size_t *len)
{
    const char *newline = memchr(*body, '\n', *n);
    if (!newline)
        return false;
    *line = *body;
    *len = (size_t)(newline - *body);
    *body += *len + 1;
    *n -= *len + 1;
    return true;
}

static bool read_old(const char *line, size_t len, uint64_t *out)
{
    char digits[24];
    int64_t size;
    size_t n = len - strlen(OLD);
    if (len <= strlen(OLD) || memcmp(line, OLD, strlen(OLD)) != 0 || n >= sizeof digits)
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int)n, line + strlen(OLD));
    if (strspn(digits, "0123456789") != n || (digits[0] == '0' && n > 1) || !parse_int(digits, &size))
        return false;
    *out = (uint64_t)size;
    return true;
}

bool witness_request_parse(struct witness_request *out, const char *body, size_t n)
{
    const char *line;
    size_t len;
    *out = (struct witness_request){0};
    if (n > WITNESS_REQUEST_MAX || !take_line(&body, &n, &line, &len) || !read_old(line, len, &out->old))
        return false;
    while (take_line(&body, &n, &line, &len)) {
        if (len == 0) {
            out->note = body;
            out->note_len = n;
            return n > 0;
        }
        if (out->proof.n == WITNESS_PROOF_MAX ||
            !base64_decode_exact(line, len, out->proof.h[out->proof.n].b, HASH_SIZE))
            return false;
        out->proof.n++;
    }
    return false;
}

void witness_request_write(struct buf *out, uint64_t old, const struct merkle_proof *proof, const char *note)
{
    buf_addf(out, OLD "%" PRIu64 "\n", old);
    for (unsigned i = 0; i < proof->n; i++) {
        buf_add_base64(out, proof->h[i].b, HASH_SIZE);
        buf_addc(out, '\n');
    }
    buf_addc(out, '\n');
    buf_adds(out, note);
}

bool witness_request_origin(const struct witness_request *r, char *out, size_t cap)
{
    const char *newline = memchr(r->note, '\n', r->note_len);
    size_t n = newline ? (size_t)(newline - r->note) : 0;
    if (n == 0 || n >= cap || !utf8_valid(r->note, n))
        return false;
    memcpy(out, r->note, n);
    out[n] = 0;
    return true;
}

/* A log of size 0 whose root is another than that of nothing: no checkpoint, but the protocol tells it apart.
 */
static bool says_size_zero(const char *text, size_t n)
{
    const char *second = memchr(text, '\n', n);
    return second && text + n - second > 2 && memcmp(second, "\n0\n", 3) == 0;
}

/* Signed by a key in its time; a bad signature that says to be by any of them spoils the note. */
static enum witness_answer check_signed(
    const struct witness_request *r, const struct note_keys *keys, struct checkpoint *out)
{
    size_t text_len = 0;
    bool is_signed = false;
    for (size_t i = 0; i < keys->n; i++) {
        switch (note_check(r->note, r->note_len, &keys->term[i].key, &text_len)) {
        case NOTE_MALFORMED: return WITNESS_MALFORMED;
        case NOTE_SPOILED: return WITNESS_UNSIGNED;
        case NOTE_SIGNED: is_signed = true; break;
        case NOTE_UNSIGNED: break;
        }
    }
    if (!is_signed)
        return WITNESS_UNSIGNED;
    if (!checkpoint_parse(out, r->note, text_len))
        return says_size_zero(r->note, text_len) ? WITNESS_NOT_PROVEN : WITNESS_MALFORMED;
    return note_keys_open(out, r->note, r->note_len, keys, NULL) ? WITNESS_COSIGNS : WITNESS_UNSIGNED;
}

enum witness_answer witness_judge(const struct witness_request *r, const struct note_keys *keys,
    const struct checkpoint *known, struct checkpoint *out)
{
    enum witness_answer answer = check_signed(r, keys, out);
    if (answer != WITNESS_COSIGNS)
        return answer;
    if (r->old > out->size)
        return WITNESS_MALFORMED;
    if (r->old != known->size)
        return WITNESS_OTHER_SIZE;
    bool continues =
        r->old == 0 ? r->proof.n == 0
                    : merkle_verify_consistency(known->size, &known->root, out->size, &out->root, &r->proof);
    return continues ? WITNESS_COSIGNS : WITNESS_NOT_PROVEN;
}
