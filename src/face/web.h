/*
 * The browser's face: finds the page or the derived one, who asks, and whether he may; frames it; turns a
 * form's POST into a verb and its answer into a redirect, or into the same page with what is wrong.
 *
 *   GET  a page's own path, /<plural>, /<plural>/<id>, /<plural>/<verb>, /<plural>/<id>/<verb> (forms)
 *   POST /<plural>/<verb>, /<plural>/<id>/<verb>; fields of the verb and:
 *          csrf   the hidden token
 *          page   the path to show again when it is refused (default: the verb's form), or with the answer
 *                 of a verb that gives one (call->result)
 *          then   where to go afterwards, "{id}" for the row's id (default: the row)
 */
#ifndef TANDEM_WEB_H
#define TANDEM_WEB_H

#include "face/site.h"

void web_handle(struct site *s, struct http_request *r);

#endif
