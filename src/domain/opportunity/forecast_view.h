/* What the forecast's page is given. Private to forecast_page.c and its template. */
#ifndef TANDEM_FORECAST_VIEW_H
#define TANDEM_FORECAST_VIEW_H

#include "face/parts.h"

struct forecast_cell {
    const char *text, *href, *exact; /* text NULL: nothing */
    int64_t n;
};
struct forecast_line {
    const char *label;
    struct forecast_cell cells[7]; /* won, the categories, their sum but for what is omitted, weighted */
    bool late;
};
struct forecast_deal {
    const char *name, *href, *stage, *amount, *closes;
};
struct forecast_view {
    const struct part_tab *tabs;
    size_t n_tabs;
    const char *columns[7];
    struct forecast_line *lines;
    size_t n;
    bool any;
    const char *note;
    const char *undated, *undated_href; /* that open deals have no day; NULL: all have one */
    /* The deals behind one figure, when it was asked for. */
    const char *chosen;
    struct forecast_deal *deals;
    size_t n_deals;
    bool more;
};

#endif
