/* What the board is given. Private to board_page.c and its template. */
#ifndef TANDEM_OPPORTUNITY_BOARD_VIEW_H
#define TANDEM_OPPORTUNITY_BOARD_VIEW_H

#include "face/parts.h"

struct deal_view {
    const char *id, *name, *line, *amount;
    int64_t version;
    const char *next, *next_day; /* the first open step that the viewer sees; NULL: there is none */
    const char *who;             /* the partners on it; to a partner: who has it at the vendor */
    const char *closes, *mark;   /* mark: of a close date that has passed */
    bool late;                   /* of the next step */
    bool moves;                  /* the viewer may move it */
};

struct lane_view {
    const char *key, *label; /* key NULL: stages that are none of the programme's; nothing is put there */
    const char *note;        /* "60% · Best case" */
    const char *sum;
    const struct deal_view **deals;
    size_t n;
};

struct board_view {
    const struct part_tab *tabs;
    size_t n_tabs;
    const struct part_tab *whose;
    size_t n_whose;
    struct lane_view *lanes;
    size_t n_lanes;
    bool any, more; /* some at all; more than are shown */
    int64_t shown;
    const char *refused, *refused_detail; /* of a move that was not made */
    const char *page, *csrf;
    bool vendor;
};

#endif
