/* The OpenAPI 3.1 document, written from the declared nouns and verbs. Filtered by nothing: it is public. */
#ifndef TANDEM_OPENAPI_H
#define TANDEM_OPENAPI_H

#include "base/buf.h"
#include "model/call.h"

/*
 * C adds the custom fields of the live database as its viewer sees them; NULL: the built-in part only,
 * without a database. SERVER is the base URL, or NULL for "/".
 */
enum status openapi_write(
    struct buf *out, struct arena *a, const struct model *m, struct call *c, const char *server) MUST;

#endif
