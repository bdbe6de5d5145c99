/* What the templates of the import's pages are given. All texts are in the viewer's language. */
#ifndef TANDEM_IMPORT_VIEW_H
#define TANDEM_IMPORT_VIEW_H

#include "domain/import/rows.h"
#include "face/page.h"
#include "face/parts.h"

struct kind_view {
    const char *label, *intro;
};

struct run_line_view {
    const char *href, *file, *kind, *state, *mark, *rows, *bad, *person;
    struct instant created;
};

struct imports_view {
    const char *csrf;
    struct part_field kind, file;
    const struct part_field *fields[2];
    const char *problem; /* detail; "" when only fields are wrong; NULL: nothing is */
    struct run_line_view *runs;
    size_t n_runs;
    struct kind_view *kinds;
    size_t n_kinds;
    struct part_empty empty;
};

struct map_line_view {
    struct part_field column; /* a select of the file's headings */
    const char *samples;      /* up to three values */
    const char *problem;      /* what keeps it from being read; NULL */
    bool needed;
};

struct preview_cell_view {
    const char *text;
    bool numeric;
};

struct preview_row_view {
    int64_t line;
    const char *what, *mark; /* new, change, error */
    const char *error;
    struct preview_cell_view *cells;
};

struct run_view {
    const char *csrf, *path, *action; /* /import/imp_..., /imports/imp_... */
    const char *file, *kind, *state, *mark, *message;
    const char *problem; /* why a verb was refused; NULL */
    struct part_tile tiles[4];
    size_t n_tiles;
    bool running, may_cancel, may_map, ready;
    const char *progress; /* in words */
    int percent;          /* -1: unknown */
    struct map_line_view *map;
    size_t n_map;
    struct part_field dates, decimals;
    const char *lack, *note;
    struct part_column *columns; /* of the preview */
    size_t n_columns;
    struct preview_row_view *rows;
    size_t n_rows;
    int64_t good, bad;
    const char *apply;   /* "Import 8,800 opportunities"; NULL: there is nothing to import */
    const char *records; /* where the rows are now; NULL: nowhere yet */
};

struct error_line_view {
    int64_t line;
    const char *reason, *cells;
};

struct errors_view {
    const char *path, *file, *download;
    struct error_line_view *lines;
    size_t n;
    struct part_pages pages;
    struct part_empty empty;
};

/* The run of "/import/:id" for the viewer; REFUSED as not found. */
enum status import_page_run(struct call *c, struct page_request *r, int64_t *id, struct import_run *run) MUST;

#endif
