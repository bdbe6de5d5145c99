/*
 * The Postman collection (format 2.1) of the REST interface: a folder for each noun, a request for each
 * operation with its example and answer. What an example needs is found before by the request's own script
 * (face/example.h), so that each can be sent as it stands.
 */
#ifndef TANDEM_POSTMAN_H
#define TANDEM_POSTMAN_H

#include "base/buf.h"
#include "model/call.h"

/* C as in openapi_write(). SERVER is the base URL, or NULL where it is to be filled in. */
void postman_write(
    struct buf *out, struct arena *a, const struct model *m, struct call *c, const char *server);

#endif
