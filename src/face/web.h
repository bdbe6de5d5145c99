/* Pages: everything that is no file, no health check and no REST. */
#ifndef TANDEM_WEB_H
#define TANDEM_WEB_H

#include "face/site.h"

void web_handle(struct site *s, struct http_request *r);

#endif
