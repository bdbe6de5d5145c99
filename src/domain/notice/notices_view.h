/* What the page of notices is given. Private to notices_page.c and its template. */
#ifndef TANDEM_NOTICES_VIEW_H
#define TANDEM_NOTICES_VIEW_H

#include "face/parts.h"
#include "model/call.h"

struct notice_view {
    const char *id, *text, *path;
    struct instant at;
    bool fresh;
};

struct notices_view {
    const char *lead, *csrf;
    int64_t fresh;
    struct notice_view *rows;
    size_t n;
    const char *next, *first;
    struct part_empty empty;
};

#endif
