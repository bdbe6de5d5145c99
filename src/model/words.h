/* The words by which rows are found: made alike when a row is stored and when somebody searches. Private to
 * model/. */
#ifndef TANDEM_WORDS_H
#define TANDEM_WORDS_H

#include "model/call.h"

#define FIELD_WORDS 12 /* of one field's text */

/* Whose words they are (search_token.scope), when they are not one partner's: then it is the partner's id. */
enum { SEARCH_VENDOR = 0, SEARCH_PARTNERS = -1 };

/* The next word of folded text (base/text.h), at most 40 bytes of it; moves *P on. NULL at the end. */
const char *next_word(struct arena *a, const char **p);
/* Whether a word of the row's searchable fields begins with the folded WORD; of those that were read. */
bool row_has_word(struct call *c, const struct noun *noun, const struct row *row, const char *word);

#endif
