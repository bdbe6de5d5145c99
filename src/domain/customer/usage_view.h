/* Usage as lines on a page: a metric each, with a small line of its last months. */
#ifndef TANDEM_USAGE_VIEW_H
#define TANDEM_USAGE_VIEW_H

#include "domain/customer/signs.h"
#include "face/html.h"
#include "face/parts.h"
#include "model/call.h"

struct usage_line {
    const char *metric, *last, *month, *fell; /* fell: below the months before; NULL: it did not */
    struct part_spark spark;
};
/* Of the usage behind one contract's signs. */
void usage_lines(struct call *c, struct html *h, const struct sign_facts *f, const struct signs *s,
    struct usage_line **out, size_t *n);

#endif
