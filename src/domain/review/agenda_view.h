/* What the agenda page is given. Private to it and its template. */
#ifndef TANDEM_AGENDA_VIEW_H
#define TANDEM_AGENDA_VIEW_H

#include "domain/review/deals.h"
#include "face/derived_view.h"

struct agenda_point {
    const char *kind, *mark, *text, *about, *about_href, *who, *due;
};
struct agenda_form {
    const char *verb, *label, *button;
    bool open;
    const struct part_field **fields;
    size_t n;
    const char *problem_detail;
};

struct agenda_view {
    struct record_view record;
    const char *path, *csrf, *sub, *since, *summary;
    struct review_deals deals;
    struct agenda_point *points;
    size_t n_points;
    struct agenda_form forms[2];
    size_t n_forms;
    bool waits; /* its day has not come: it cannot be ended yet */
};

#endif
