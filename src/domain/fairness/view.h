/* What the fairness page is given. Private to fairness_page.c and its template. */
#ifndef TANDEM_FAIRNESS_VIEW_H
#define TANDEM_FAIRNESS_VIEW_H

#include "domain/fairness/fairness.h"

struct fairness_value {
    const char *text, *href; /* text NULL: nothing to say */
    bool few;
};
struct fairness_line {
    const char *label, *definition;
    struct fairness_value *values; /* by quarter */
};
struct fairness_view {
    const char *vendor;
    const char **quarters;
    size_t n_quarters;
    struct fairness_line lines[FIGURE_COUNT];
};

#endif
