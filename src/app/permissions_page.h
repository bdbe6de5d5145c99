/* Who may do what, out of what is declared. */
#ifndef TANDEM_PERMISSIONS_PAGE_H
#define TANDEM_PERMISSIONS_PAGE_H

#include "face/page.h"

extern const struct page permissions_page; /* /permissions */

struct permission_row {
    const char *what, *summary; /* summary: NULL for what only reads */
    const char *who;            /* the roles' labels, for where there is no room for columns */
    unsigned roles;
};
struct permission_group {
    const char *label;
    const struct permission_row *rows;
    size_t n;
};
struct permissions_view {
    const char *search; /* what was looked for, or "" */
    const struct permission_group *groups;
    size_t n;
};

#endif
