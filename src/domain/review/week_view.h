/* What the page of the week's review is given. Private to it and its template. */
#ifndef TANDEM_WEEK_VIEW_H
#define TANDEM_WEEK_VIEW_H

#include "domain/review/deals.h"
#include "face/parts.h"

struct week_review {
    const char *topic, *partner, *href, *when;
};
struct week_view {
    const struct part_tab *tabs;
    size_t n_tabs;
    bool vendor, may_plan;
    int64_t manager;    /* whose partners; 0: nobody manages any */
    const char *chosen; /* the same as it stands in the choice */
    struct part_option *managers;
    size_t n_managers;
    struct review_deals deals;
    struct week_review planned[6];
    size_t n_planned;
};

#endif
