/*
 * The REST interface (docs/api.md): /api/v1/<plural>[/<id>][/<verb>], derived from nouns and verbs; bearer
 * tokens, problem+json, cursors, ETag and If-Match, Idempotency-Key. /api/v1/openapi.json, postman.json and
 * docs are public.
 */
#ifndef TANDEM_REST_H
#define TANDEM_REST_H

#include "face/dispatch.h"
#include "face/row_json.h"
#include "face/site.h"

/* Everything under /api and /problems. */
void rest_handle(struct site *s, struct http_request *r);

/* One request on its way; the rest is private to rest*.c. */
struct rest {
    struct site *site;
    struct http_request *request;
    struct call *call;
    struct route route;
};

#define JSON_TYPE "application/json"

/* Answers by how it ended: c->problem when REFUSED, else that the database cannot be reached. */
void rest_fail(struct rest *q, enum status status);
/* Sends BODY as JSON and gives the call's connection back. HEADERS is ended by a NULL name, or NULL. */
void rest_send(struct rest *q, int status, struct buf *body, const struct http_pair *headers);
/* A row as the viewer sees it, with what the domain says beyond its fields; its ETag. */
enum status rest_row(struct rest *q, const struct noun *noun, const struct row *row,
    const struct row_select *select, struct json_out *w) MUST;
/* "7"; behind it what jobs keep of the row and the viewer sees, because no version tells of that:
 * "7-sourced". */
const char *rest_etag(struct arena *a, const struct noun *noun, const struct row *row);

void rest_list(struct rest *q);
void rest_export(struct rest *q);
void rest_verb(struct rest *q);
void rest_bulk(struct rest *q);
/* 8 to 200 visible characters: what may name a call or a job. */
bool rest_key_valid(const char *key);
/* The body as a JSON object; no body at all is {}. */
enum status rest_body(struct rest *q, json_t **out) MUST;
/* Reads a list's parameters, all but its page, from a query string. */
enum status rest_filter(struct rest *q, const char *text, struct list_query *out) MUST;

#endif
