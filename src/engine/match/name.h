/*
 * The name of a company, taken apart: folded, cut into tokens, freed of legal forms and of what lists of
 * securities append, abbreviations written out. `name_parse` does this on the stack; `name_build` makes the
 * compact, immutable form that is compared.
 */
#ifndef TANDEM_MATCH_NAME_H
#define TANDEM_MATCH_NAME_H

#include "base/arena.h"
#include "base/base.h"

#define NAME_MAX_TOKENS 16  /* what stands behind is cut off */
#define NAME_MAX_TEXT   240 /* bytes of all tokens together, likewise */
#define NAME_MAX_PARSED 3   /* names in one text: "X, formerly Y (XYZ)" */

enum token_flag {
    TOKEN_DOTTED = 1,      /* a dot followed: it is an abbreviation */
    TOKEN_GENERIC = 2,     /* WORD_GENERIC */
    TOKEN_COMMON = 4,      /* WORD_COMMON */
    TOKEN_WRITTEN_OUT = 8, /* was an abbreviation of the table */
    TOKEN_TAIL = 16,       /* stands behind " - ": a motto, a place */
    TOKEN_GLUED_DOT = 32,  /* a dot precedes without a space: .com */
    TOKEN_SLASH = 64,      /* a slash precedes */
};

struct parsed_token {
    uint8_t at, len; /* in parsed_name.text */
    uint8_t flags;
};

struct parsed_name {
    char text[NAME_MAX_TEXT]; /* the tokens' letters, one after the other */
    size_t text_len, n;
    struct parsed_token token[NAME_MAX_TOKENS];
    bool shortened;   /* written in the manner of securities lists: cut words, descriptors */
    const char *form; /* its legal form, static, or NULL */
};

/*
 * Takes the text apart; the first name is the main one, others were given with it ("formerly", an acronym in
 * brackets). Returns how many; 0 when there is no letter or digit.
 */
size_t name_parse(struct arena *scratch, const char *text, struct parsed_name out[NAME_MAX_PARSED]);

struct token {
    uint32_t hash; /* of its letters */
    uint8_t at, len;
    uint8_t flags;
    uint8_t weight; /* how much it tells, in hundredths */
};

struct name {
    uint64_t exact;  /* hash of all letters, spelled as folded */
    uint64_t loose;  /* the same after transliteration: ue as u */
    uint64_t bag;    /* of the tokens in any order */
    uint16_t weight; /* the sum over the tokens */
    uint8_t n;
    bool shortened;
    uint32_t form;    /* hash of the legal form, 0 when there is none */
    const char *text; /* transliterated letters of all tokens */
    struct token token[];
};

const struct name *name_build(struct arena *a, const struct parsed_name *p);

/* FNV-1a, 64 bits. */
uint64_t hash_bytes(uint64_t seed, const void *data, size_t n);
#define HASH_SEED UINT64_C(0xcbf29ce484222325)

#endif
