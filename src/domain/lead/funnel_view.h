/* What the funnel's page is given. Private to funnel_page.c and its template. */
#ifndef TANDEM_LEAD_FUNNEL_VIEW_H
#define TANDEM_LEAD_FUNNEL_VIEW_H

#include "face/parts.h"

/* How far leads came. */
enum funnel_step {
    FUNNEL_TAKEN,
    FUNNEL_OFFERED,
    FUNNEL_ACCEPTED,
    FUNNEL_CONTACTED,
    FUNNEL_CONVERTED,
    FUNNEL_WON,
    FUNNEL_STEPS
};

struct funnel_bar {
    const char *label, *n, *share,
        *href; /* share: of all that were taken in; href NULL: no list shows them */
    int percent;
};
struct funnel_source {
    const char *label, *href;
    const char *n[FUNNEL_STEPS];
};
struct funnel_figure {
    const char *n, *href;
};
/* What became of the offers that a partner got. */
enum funnel_answer { FUNNEL_ALL, FUNNEL_ACCEPT, FUNNEL_DECLINE, FUNNEL_EXPIRE, FUNNEL_ANSWERS };
struct funnel_partner {
    const char *name, *href;
    struct funnel_figure offers[FUNNEL_ANSWERS];
    const char *converted, *won; /* of leads that were taken in at any time: no list shows them */
    const char *answer;          /* the mean time until it answers */
};
struct funnel_view {
    const struct part_tab *periods;
    size_t n_periods;
    const char *steps[FUNNEL_STEPS];
    struct funnel_bar bars[FUNNEL_STEPS];
    struct funnel_source *sources;
    size_t n_sources;
    struct funnel_partner *partners;
    size_t n_partners;
    const char *joined; /* "12 more were joined to one that was there" */
    struct part_empty empty;
    bool any;
};

#endif
