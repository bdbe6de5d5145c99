#include "model/words.h"

#include "base/text.h"

#define MAX_WORD 40

/* Letters and digits of any script; punctuation beyond ASCII is kept, and found again. */
static bool in_word(char c)
{
    return (c & 0x80) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

const char *next_word(struct arena *a, const char **p)
{
    size_t n = 0, keep;
    while (**p && !in_word(**p))
        (*p)++;
    while (in_word((*p)[n]))
        n++;
    if (!n)
        return NULL;
    keep = n < MAX_WORD ? n : MAX_WORD;
    while (keep < n && ((*p)[keep] & 0xC0) == 0x80)
        keep--; /* never within a character */
    const char *word = arena_strndup(a, *p, keep);
    *p += n;
    return word;
}

bool row_has_word(struct call *c, const struct noun *noun, const struct row *row, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < noun->n_fields; i++) {
        if (!noun->fields[i].search || row->v[i].kind != VALUE_TEXT)
            continue;
        const char *p = text_fold(c->arena, row->v[i].s), *has;
        for (int words = 0; words < FIELD_WORDS && (has = next_word(c->arena, &p)); words++)
            if (strncmp(has, word, n) == 0)
                return true;
    }
    return false;
}
