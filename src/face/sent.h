/* A multipart body taken apart: fields as pairs of text, files by themselves (struct sent_file). */
#ifndef TANDEM_SENT_H
#define TANDEM_SENT_H

#include "http/http.h"
#include "model/call.h"

bool is_multipart(const struct http_request *r);
/* False with *ERROR set when the body is malformed. Everything lives as long as the request. */
bool sent_read(struct http_request *r, struct http_pair **pairs, size_t *n_pairs,
    const struct sent_file **files, size_t *n_files, const char **error) MUST;

/* The Content-Disposition of a file of that name: always to be saved, never shown in place (RFC 6266). */
const char *attachment_header(struct arena *a, const char *name);

#endif
