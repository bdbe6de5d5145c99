/* Values made ready to compare (struct coded), for what decides many cases: options as numbers, sets as bits.
 */
#ifndef TANDEM_RULES_CODED_H
#define TANDEM_RULES_CODED_H

#include "engine/rules/rules.h"

/* A value of fact F; an option that F does not have is not known. The value's kind must be F's. */
struct coded code_value(const struct fact *f, const struct value *v);
/* All values that conditions of SET ask for, by index of the fact; the others stay unset. */
struct coded *code_values(struct arena *a, const struct ruleset *set, const struct value *values);
/* Back again, for showing; text is made in A. */
struct value decode_value(struct arena *a, const struct fact *f, const struct coded *c);
bool coded_equal(enum fact_kind kind, const struct coded *a, const struct coded *b);
/* Index of an option of N bytes; false when F has none of that name. */
bool option_index(const struct fact *f, const char *option, size_t n, size_t *index);

#endif
