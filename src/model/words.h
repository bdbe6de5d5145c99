/* The words by which rows are found: made alike when a row is stored and when somebody searches. Private to
 * model/. */
#ifndef TANDEM_WORDS_H
#define TANDEM_WORDS_H

#include "base/arena.h"

/* Whose words they are (search_token.scope), when they are not one partner's: then it is the partner's id. */
enum { SEARCH_VENDOR = 0, SEARCH_PARTNERS = -1 };

/* The next word of folded text (base/text.h), at most 40 bytes of it; moves *P on. NULL at the end. */
const char *next_word(struct arena *a, const char **p);

#endif
