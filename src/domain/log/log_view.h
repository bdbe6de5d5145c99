/* What the log's page is given. Private to log_page.c and its template. */
#ifndef TANDEM_LOG_VIEW_H
#define TANDEM_LOG_VIEW_H

#include "face/html.h"

struct log_view {
    const char *vendor, *base_url, *vkey, *checkpoint, *size, *root;
    int64_t entries;
    const char *signed_at, *signed_iso; /* NULL: the log is empty */
};

#endif
