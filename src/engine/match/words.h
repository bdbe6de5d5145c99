/*
 * What single words mean in the name of a company: fixed knowledge about legal forms, securities lists and
 * usual abbreviations, the same for every list.
 */
#ifndef TANDEM_MATCH_WORDS_H
#define TANDEM_MATCH_WORDS_H

#include "base/base.h"

enum word_flag {
    WORD_LEGAL = 1,          /* a legal form wherever it stands behind the first word: GmbH */
    WORD_LEGAL_END = 2,      /* one only at the end: Co, SA, AB */
    WORD_LEGAL_CHAIN = 4,    /* belongs to the legal form right behind it: public (limited company) */
    WORD_LEGAL_FRONT = 8,    /* one at the beginning: PT, OOO */
    WORD_STOP = 16,          /* article or preposition, says nothing */
    WORD_SECURITY = 32,      /* of a securities list, at the end: INH, VNA, ADR */
    WORD_SECURITY_WEAK = 64, /* one when something was cut off behind it or a legal form precedes: NA, ST */
    WORD_ABBREVIATION = 128, /* stands for WORD.canonical */
    WORD_GENERIC = 256,      /* hardly tells companies apart: group, systems */
    WORD_COMMON = 512,       /* in many names, yet part of them: bank, energy */
};

struct word {
    const char *text;
    unsigned flags;
    const char *canonical; /* how it is written out, or NULL */
};

/* The word of exactly these N folded bytes; NULL when nothing is known about it. */
const struct word *word_find(const char *text, size_t n);
/* Legal forms of scripts that use no spaces, written onto the name: their length at either end, or 0. */
size_t word_glued_front(const char *text, size_t n);
size_t word_glued_end(const char *text, size_t n);
/* Two letters of a currency in German securities lists (DL dollar, EO euro). */
bool word_is_list_currency(const char *two);
/* What EDGAR appends behind a slash: the state of incorporation, NEW, ADR. */
bool word_is_registrar_suffix(const char *text, size_t n);
/* Last labels of domains that companies carry in their names: .com, .io. */
bool word_is_name_suffix(const char *text, size_t n);
/* For tests: the tables, which must be sorted for the look-up. */
const struct word *word_table(size_t *n);
const char *const *shared_domains(size_t *n); /* shared.c */

#endif
