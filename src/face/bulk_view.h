/* What the pages of acts on many rows are given. Private to bulk_page.c and its template. */
#ifndef TANDEM_BULK_VIEW_H
#define TANDEM_BULK_VIEW_H

#include "face/parts.h"
#include "model/call.h"

struct bulk_line_view {
    const char *name, *href, *mark, *state, *why;
};

struct bulk_page_view {
    const char *title, *summary, *note; /* note: what should be known before */
    const char *action, *csrf, *verb, *ids, *job, *submit, *list;
    const struct part_field *controls;
    const struct part_field **fields; /* for the summary of errors */
    size_t n_fields;
    const struct problem *problem;
    struct bulk_line_view *lines;
    size_t n;
    int64_t beyond; /* lines that are not shown */
    bool can, whole, may_whole;
    const char *undo, *undo_label; /* afterwards: what takes those back that were done */
};

#endif
