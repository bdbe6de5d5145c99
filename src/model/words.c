#include "model/words.h"

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
