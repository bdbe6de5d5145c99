/* Private to model/: what field_parse (call.h) is made of. */
#ifndef TANDEM_PARSE_H
#define TANDEM_PARSE_H

#include "model/call.h"

/* As field_parse(); DIGITS are those of an amount's currency. */
const char *parse_value(
    struct call *c, const struct field *f, const struct given *g, int digits, struct value *out) MUST;
/* Minor digits of a currency; 2 where it is unknown or NULL. */
int digits_of(const char *code);

#endif
