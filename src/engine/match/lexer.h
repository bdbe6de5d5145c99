/*
 * The text of a company's name cut into tokens, before it is seen which of them are the name (name.c).
 * Private to engine/match.
 */
#ifndef TANDEM_MATCH_LEXER_H
#define TANDEM_MATCH_LEXER_H

#include "engine/match/name.h"
#include "engine/match/words.h"

#define LEXER_TOKENS 48 /* tokens before legal forms and descriptors are taken off */

/* A token while the name is taken apart. */
struct raw {
    const char *p;
    uint8_t len;
    bool dot, glued_dot, slash, tail, bracket, initials;
    const struct word *word;
};

struct lexer {
    char buffer[2 * NAME_MAX_TEXT];
    size_t used;
    struct raw raw[LEXER_TOKENS];
    size_t n;
    bool descriptor;  /* something of a securities list was cut off */
    bool legal;       /* the last thing cut off was a legal form */
    const char *form; /* the last legal form of the name, or NULL */
};

/*
 * The tokens of a folded text into LX, which is zero: without the par value that lists of securities write at
 * its end, initials joined, each looked up among the words that have a meaning.
 */
void lex_name(struct lexer *lx, const char *folded);
/* ".com" and the like behind a token. */
bool is_name_suffix(const struct raw *r);
static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
