/* `tandem describe`: what is derived from the declared nouns and verbs, as text. Golden files hold it. */
#ifndef TANDEM_DESCRIBE_H
#define TANDEM_DESCRIBE_H

#include "base/buf.h"
#include "model/verb.h"

/*
 * WHAT is "openapi" (indented JSON, without a database), "permissions" (who reads and does what), "schema"
 * (nouns and their fields) or "errors" (the registered problems). Returns 0, or -1 when it is none of these.
 */
int describe(struct buf *out, const struct model *m, const char *what);

#endif
