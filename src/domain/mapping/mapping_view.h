/* What the page of account mapping is given. Private to mapping/. */
#ifndef TANDEM_MAPPING_VIEW_H
#define TANDEM_MAPPING_VIEW_H

#include "face/parts.h"

/* Where one's own list (line) meets a shared one (column). */
struct mapping_cell {
    bool there;
    const char *count; /* NULL: one's own list is too short to be told */
    const char *href;  /* the record, from which rows are looked at */
    const char *look;  /* where the look is posted; NULL: counts only */
};

struct mapping_line {
    const char *name, *href, *kind, *mark, *state, *rows;
    const char *upload; /* where a new file is posted; NULL: nobody may, or not now */
    struct mapping_cell *cells;
};

struct mapping_column {
    const char *with, *list, *kind;
};

struct mapping_view {
    const char *csrf, *lead;
    struct mapping_line *lines;
    size_t n_lines;
    struct mapping_column *columns;
    size_t n_columns;
    bool may, running;
    struct part_field name, kind, source, file;
    const struct part_field *fields[4];
    const char *problem; /* detail; "" when only fields are wrong; NULL: nothing is */
    struct part_empty empty;
};

#endif
