/* What the agenda page is given. Private to it and its template. */
#ifndef TANDEM_AGENDA_VIEW_H
#define TANDEM_AGENDA_VIEW_H

#include "domain/registration/brief.h"
#include "face/derived_view.h"

/* Why a deal is talked about; the first reason that holds is its group. */
enum agenda_reason {
    AGENDA_PAST,
    AGENDA_STALLED,
    AGENDA_NO_STEP,
    AGENDA_CHANGED,
    AGENDA_ENDED,
    AGENDA_REST,
    AGENDA_COUNT
};

struct agenda_group {
    const char *id, *label, *lead;
    struct brief_view deals;
};
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
    struct agenda_group groups[AGENDA_COUNT];
    struct agenda_point *points;
    size_t n_points, n_deals;
    struct agenda_form forms[2];
    size_t n_forms;
};

#endif
