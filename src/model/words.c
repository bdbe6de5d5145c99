#include "model/words.h"

#define SEPARATORS " .,;:-/@()&+'\"\n"
#define MAX_WORD   40

const char *next_word(struct arena *a, const char **p)
{
    *p += strspn(*p, SEPARATORS);
    size_t n = strcspn(*p, SEPARATORS);
    if (!n)
        return NULL;
    size_t keep = n < MAX_WORD ? n : MAX_WORD;
    while (keep < n && ((*p)[keep] & 0xC0) == 0x80)
        keep--; /* never within a character */
    const char *word = arena_strndup(a, *p, keep);
    *p += n;
    return word;
}
