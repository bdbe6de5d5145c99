/* UTF-8 text: validity, folding, numbers. Nothing here depends on the process's locale. */
#ifndef TANDEM_TEXT_H
#define TANDEM_TEXT_H

#include "base/arena.h"

/* Valid UTF-8 without NUL, surrogates and noncharacters. */
bool utf8_valid(const char *s, size_t n);
/* Code points in valid UTF-8. */
size_t utf8_length(const char *s);

/* White space cut at both ends and runs of it inside made one space; control characters dropped. */
char *text_squeeze(struct arena *a, const char *s);
/*
 * For comparing: compatibility-decomposed, case-folded, marks stripped, and the letters that have no
 * decomposition mapped (ø o, ł l, đ d, ı i, ß ss, æ ae, œ oe, þ th). Never NULL.
 */
char *text_fold(struct arena *a, const char *s);

/* Whether WORD is one of LIST, whose words are divided by commas; NULL is an empty list. */
bool list_has(const char *list, const char *word);

/* The whole of S must be the number; false otherwise, and *OUT is untouched. */
bool parse_int(const char *s, int64_t *out) MUST;
bool parse_real(const char *s, double *out) MUST; /* decimal point, no inf or nan */
/*
 * Money as people type it: "84000", "84,000.50", "84.000,50", "84 000". Ambiguity of one separator with
 * three digits behind it ("1.234") is decided by DECIMAL ('.' or ','). DIGITS are the currency's minor
 * digits. False when it is no amount, has too many decimals or passes int64.
 */
bool parse_money(const char *s, int digits, char decimal, int64_t *minor) MUST;
/* Minor digits of an ISO 4217 code (2 for most, 0 for JPY, 3 for KWD), -1 when there is no such currency. */
int currency_digits(const char *code);
/* ISO 3166-1 alpha-2, upper case. The name is English, to be translated. NULL when there is no such country.
 */
const char *country_name(const char *code);
size_t country_count(void);
const char *country_code_at(size_t i); /* sorted by name */

#endif
