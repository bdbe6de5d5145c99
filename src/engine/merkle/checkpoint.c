#include "base/time.h"
#include "engine/merkle/base64.h"
#include "engine/merkle/note.h"
#include "engine/merkle/note_text.h"

#define TIME_PREFIX "time "

void checkpoint_text(
    struct buf *out, const char *origin, uint64_t size, const struct hash *root, const char *time_iso)
{
    ASSERT(*origin && strlen(origin) < sizeof((struct checkpoint *)0)->origin && size <= MERKLE_SIZE_MAX);
    buf_adds(out, origin);
    buf_addc(out, '\n');
    buf_add_int(out, (int64_t)size);
    buf_addc(out, '\n');
    buf_add_base64(out, root->b, HASH_SIZE);
    buf_addc(out, '\n');
    if (time_iso)
        buf_addf(out, TIME_PREFIX "%s\n", time_iso);
}

/* Takes the next line, without its newline, off the text; false at its end. */
static bool next_line(const char **text, size_t *n, const char **line, size_t *len)
{
    const char *newline = memchr(*text, '\n', *n);
    if (!newline)
        return false;
    *line = *text;
    *len = (size_t)(newline - *text);
    *text += *len + 1;
    *n -= *len + 1;
    return true;
}

static bool size_parse(const char *s, size_t n, uint64_t *out)
{
    uint64_t v = 0;
    if (n == 0 || n > 19 || (s[0] == '0' && n > 1))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(s[i] - '0'); /* 19 digits fit */
    }
    *out = v;
    return v <= MERKLE_SIZE_MAX;
}

static bool copy_line(char *out, size_t cap, const char *line, size_t len)
{
    if (len == 0 || len >= cap)
        return false;
    memcpy(out, line, len);
    out[len] = 0;
    return true;
}

/* An extension line: opaque, unless it is the time and nothing told that before. */
static void extension_read(struct checkpoint *out, const char *line, size_t len)
{
    size_t prefix = strlen(TIME_PREFIX);
    struct instant when;
    char text[sizeof out->time] = "";
    if (!out->time[0] && len > prefix && memcmp(line, TIME_PREFIX, prefix) == 0 &&
        copy_line(text, sizeof text, line + prefix, len - prefix) && instant_parse(text, &when))
        memcpy(out->time, text, sizeof text);
}

bool checkpoint_parse(struct checkpoint *out, const char *text, size_t n)
{
    const char *line;
    size_t len;
    *out = (struct checkpoint){0};
    if (!note_text_valid(text, n) || !next_line(&text, &n, &line, &len) ||
        !copy_line(out->origin, sizeof out->origin, line, len))
        return false;
    if (!next_line(&text, &n, &line, &len) || !size_parse(line, len, &out->size))
        return false;
    if (!next_line(&text, &n, &line, &len) || !base64_decode_exact(line, len, out->root.b, HASH_SIZE))
        return false;
    while (next_line(&text, &n, &line, &len)) {
        if (len == 0)
            return false;
        extension_read(out, line, len);
    }
    struct hash empty = merkle_empty();
    return out->size > 0 || memcmp(out->root.b, empty.b, HASH_SIZE) == 0;
}

bool checkpoint_open(struct checkpoint *out, const char *note, size_t n, const struct note_key *key)
{
    size_t text_len;
    return note_verify(note, n, key, &text_len) && checkpoint_parse(out, note, text_len);
}
