/* What the list of registrations is given. Private to registrations_page.c and its template. */
#ifndef TANDEM_REGISTRATIONS_VIEW_H
#define TANDEM_REGISTRATIONS_VIEW_H

#include "domain/registration/extend_view.h"
#include "face/derived_view.h"

/* What stands in a column: a field as every list has it, or something that the page makes of the row. */
enum line_cell { LINE_FIELD, LINE_STATE, LINE_CREATED, LINE_LEFT, LINE_NEXT };

struct line_view {
    const char *id, *href, *company, *line, *amount, *mark, *state, *partner;
    int left, of;                             /* days of protection; OF 0: there is none */
    const char *next, *next_when, *next_mark; /* next_mark: of what is urgent; NULL: plain */
    struct instant created;
    struct cell_view *cells; /* one a column */
    bool may_withdraw, soon;
    const char *extend_href;    /* opens the form below the row; NULL: it cannot be extended now */
    struct extend_view *extend; /* that form, when it is open */
    struct log_view *log;       /* NULL: nothing to log */
};

/* How many a partner may hold, how that came about, and how to raise it. */
struct cap_view {
    const char *summary, *how, *raise;
};

struct registrations_view {
    const struct list_view *list; /* tools, pages, empty state */
    const char *lead, *csrf, *caption;
    struct part_tile *tiles;
    size_t n_tiles;
    bool vendor;
    struct cap_view *cap;        /* for partners */
    struct part_column *columns; /* the company is the first */
    enum line_cell *made;        /* of each of them */
    size_t n_columns;
    bool wide;    /* too many for a screen: the table scrolls */
    int n_across; /* columns with boxes and acts */
    struct line_view *rows;
    size_t n;
};

#endif
