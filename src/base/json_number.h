/* Numbers as JSON has them. */
#ifndef TANDEM_JSON_NUMBER_H
#define TANDEM_JSON_NUMBER_H

#include "base/buf.h"

/*
 * A finite V as ECMA-262's Number::toString writes it, which RFC 8785 asks for: the shortest digits that read
 * back, plain from 1e-6 up to below 1e21 and with an exponent outside, negative zero as 0.
 */
void json_add_number(struct buf *b, double v);

#endif
