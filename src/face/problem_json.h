/* A refusal as application/problem+json (RFC 9457), the same for every address of the REST interface. */
#ifndef TANDEM_PROBLEM_JSON_H
#define TANDEM_PROBLEM_JSON_H

#include "base/buf.h"
#include "base/i18n.h"
#include "base/problem.h"
#include "http/http.h"

#define PROBLEM_TYPE "application/problem+json"

/*
 * {"type":"/problems/invalid","title":..,"status":422,"detail":..,"errors":[{"field":..,"message":..}],
 * "request_id":..}; without the last where REQUEST_ID is NULL.
 */
void problem_json(struct buf *b, const struct problem *p, enum lang lang, const char *request_id);
/* Sends it, with WWW-Authenticate, Retry-After and (ALLOW not NULL) Allow where they belong. */
void problem_send(struct http_request *r, const struct problem *p, enum lang lang, const char *allow);

#endif
