/* What the page of renewals is given. Private to renewals_page.c and its template. */
#ifndef TANDEM_RENEWALS_VIEW_H
#define TANDEM_RENEWALS_VIEW_H

#include "face/parts.h"

struct renewal_line {
    const char *name, *href, *sub;  /* sub: the partner of record, for the vendor */
    const char *ends, *left, *mark; /* mark: of how soon; NULL: not soon */
    const char *notice;             /* until when it may be given; NULL: there is no such period */
    const char *amount, *expected;  /* expected NULL: as now, or nobody said */
    const char *forecast, *why;     /* why: it is at risk; NULL: it is not */
};
struct renewals_view {
    const char *lead;
    const char *other, *other_href; /* the way between one's own and all */
    struct part_tile tiles[3];
    struct part_tab windows[4], shows[7];
    size_t n_shows;
    struct renewal_line *lines;
    size_t n;
    bool more, vendor;
};

#endif
