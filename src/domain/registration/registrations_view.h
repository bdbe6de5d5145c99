/* What the list of registrations is given. Private to registrations_page.c and its template. */
#ifndef TANDEM_REGISTRATIONS_VIEW_H
#define TANDEM_REGISTRATIONS_VIEW_H

#include "face/derived_view.h"

struct line_view {
    const char *id, *href, *company, *line, *amount, *mark, *state, *partner, *partner_href;
    int left, of; /* days of protection; OF 0: there is none */
    const char *next, *next_when, *person;
    struct instant created;
    const char **custom;
    bool may_withdraw;
};

struct registrations_view {
    const struct list_view *list; /* tools, pages, empty state */
    const char *lead, *csrf, *caption;
    struct part_tile *tiles;
    size_t n_tiles;
    bool vendor;
    struct part_column company, partner, line, amount, state, left;
    const char **custom;
    size_t n_custom;
    struct line_view *rows;
    size_t n;
};

#endif
