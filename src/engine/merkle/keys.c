#include "engine/merkle/keys.h"

#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>

#define FROM "# from size "

/* "# from size 1235, 2026-11-28T12:00:00.000Z": fills in what the next key's line gets. */
static void read_from(struct note_term *next, const char *line)
{
    char digits[24] = "";
    struct instant when;
    int64_t size;
    size_t n = strspn(line, "0123456789");
    if (n == 0 || n >= sizeof digits)
        return;
    memcpy(digits, line, n);
    if (!parse_int(digits, &size))
        return;
    next->from = (uint64_t)size;
    if (strncmp(line + n, ", ", 2) == 0 && strlen(line + n + 2) < sizeof next->time &&
        instant_parse(line + n + 2, &when))
        memcpy(next->time, line + n + 2, strlen(line + n + 2) + 1);
}

static bool take_line(struct note_keys *keys, struct note_term *next, const char *line)
{
    if (strncmp(line, FROM, strlen(FROM)) == 0)
        read_from(next, line + strlen(FROM));
    if (line[0] == '#' || line[strspn(line, " \t")] == 0)
        return true;
    if (keys->n == NOTE_KEYS_MAX || !note_vkey_parse(&next->key, line))
        return false;
    keys->term[keys->n++] = *next;
    *next = (struct note_term){0};
    return true;
}

bool note_keys_parse(struct note_keys *out, const char *text)
{
    struct note_term next = {0};
    *out = (struct note_keys){0};
    while (*text) {
        char line[512];
        size_t n = strcspn(text, "\n"), len = n;
        if (n >= sizeof line)
            return false;
        memcpy(line, text, n);
        while (len > 0 && strchr(" \t\r", line[len - 1]))
            len--;
        line[len] = 0;
        if (!take_line(out, &next, line))
            return false;
        text += n + (text[n] != 0);
    }
    note_keys_close(out);
    return out->n > 0;
}

void note_keys_close(struct note_keys *keys)
{
    for (size_t i = 0; i < keys->n; i++) {
        const struct note_term *newer = i ? &keys->term[i - 1] : NULL;
        bool replaced = newer && newer->from && streq(newer->key.name, keys->term[i].key.name);
        keys->term[i].until = replaced ? newer->from : MERKLE_SIZE_MAX;
    }
}

void note_keys_write(struct buf *out, const struct note_keys *keys)
{
    bool alone = keys->n == 1 && keys->term[0].from == 0;
    for (size_t i = 0; i < keys->n; i++) {
        const struct note_term *t = &keys->term[i];
        if (!alone)
            buf_addf(out, FROM "%" PRIu64 "%s%s\n", t->from, t->time[0] ? ", " : "", t->time);
        note_vkey(out, &t->key);
        buf_addc(out, '\n');
    }
}

bool note_term_holds(const struct note_term *term, uint64_t size)
{
    return size >= term->from && size <= term->until;
}

const struct note_term *note_keys_open(
    struct checkpoint *out, const char *note, size_t n, const struct note_keys *keys, bool *replaced)
{
    if (replaced)
        *replaced = false;
    for (size_t i = 0; i < keys->n; i++) {
        if (!checkpoint_open(out, note, n, &keys->term[i].key))
            continue;
        if (note_term_holds(&keys->term[i], out->size))
            return &keys->term[i];
        if (replaced)
            *replaced = true;
    }
    return NULL;
}
