/*
 * Monotone alignment of two names: which tokens stand for which, in order. A token may be shortened (prefix,
 * consonants), misspelt, written as two, or stand for the initials of several.
 */
#ifndef TANDEM_MATCH_ALIGN_H
#define TANDEM_MATCH_ALIGN_H

#include "engine/match/name.h"

/* Weights are of tokens: 1 is an ordinary word, less a generic one (name.c). */
struct alignment {
    float matched;              /* weight of what was aligned, times its quality */
    float missing_x, missing_y; /* weight of proper words that were not */
    float generic;              /* weight of generic words that were not, on both sides */
    float loss;                 /* weight that shortening and misspelling cost */
    unsigned words;             /* aligned tokens that are ordinary words */
    unsigned typos;
    bool first;     /* the first tokens were aligned with one another */
    bool shortened; /* a prefix, consonants, or a word of the abbreviation table */
    bool acronym;
    bool joined;    /* two tokens for one */
    bool reordered; /* surname first, as registers write */
};

void name_align(const struct name *x, const struct name *y, struct alignment *out);

#endif
