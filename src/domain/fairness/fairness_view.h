/* What the fairness page is given. Private to fairness_page.c and its template. */
#ifndef TANDEM_FAIRNESS_VIEW_H
#define TANDEM_FAIRNESS_VIEW_H

#include "face/parts.h"

struct figure_view {
    const char *text, *href; /* href: the rows behind it, for the vendor; or NULL */
};

struct quarter_view {
    const char *name;
    struct figure_view decisions, alone, median, p95, extensions, overrides, disputes;
    const char *overrides_of, *rulings; /* below the figure, or NULL */
};

struct fairness_view {
    const char *vendor, *lead;
    const struct quarter_view *quarters;
    size_t n;
    struct part_empty empty;
};

#endif
