/* What the pages of account mapping are given. Private to mapping/. */
#ifndef TANDEM_MAPPING_VIEW_H
#define TANDEM_MAPPING_VIEW_H

#include "face/act_form.h"
#include "face/parts.h"

/* ---- the matrix: others' lists (lines, by company) against one's own (columns) ---- */

struct mapping_cell {
    bool there;
    const char *count; /* NULL: one's own list is too short to be told */
    const char *href;  /* the page of the two lists */
    const char *look;  /* where a look is posted that opens it; NULL: it is open, or counts only */
    bool counts_only;
    int percent; /* of one's own list */
    const char *share;
};

struct mapping_line {
    const char *list, *kind;
    struct mapping_cell *cells;
};

struct mapping_company {
    const char *name;
    struct mapping_line *lines;
    size_t n;
    int64_t best; /* the largest count, by which companies are ordered */
};

/* ---- one's own lists, and who may see what of them ---- */

struct share_view {
    const char *with, *what, *fields;
    bool export;
    const char *end; /* where its end is posted; NULL: not by the viewer */
};

struct list_card {
    const char *name, *href, *kind, *mark, *state, *rows, *left_out, *message;
    struct instant matched;
    const char *share;  /* the page to share it; NULL: not by the viewer */
    const char *upload; /* where a new file is posted; NULL: nobody may, or not now */
    struct share_view *shares;
    size_t n_shares;
};

struct look_view {
    const char *who, *what, *count;
    struct instant at;
    bool exported;
};

struct private_view {
    const char *name, *href, *sub, *mark, *state;
    const char *command; /* what the viewer's side runs, while it is its turn */
};

struct mapping_view {
    const char *csrf, *lead;
    struct mapping_company *companies;
    size_t n_companies;
    struct list_card *lists; /* also the matrix's columns */
    size_t n_lists;
    struct look_view *looks;
    size_t n_looks;
    struct private_view *runs; /* private mappings, the newest */
    size_t n_runs;
    bool may, running, more;
    struct part_field name, kind, source, file;
    const struct part_field *fields[4];
    const char *problem; /* detail; "" when only fields are wrong; NULL: nothing is */
    struct part_empty empty;
};

/* ---- two lists ---- */

struct overlap_view {
    const char *name, *other, *place, *owner, *stage, *score;
    const char *href; /* what is known of one's own company; NULL: no page of the viewer's */
    struct overlap_act {
        const char *label, *href;
    } acts[2];
    size_t n_acts;
    const char **evidence;
    size_t n_evidence;
    int percent;
};

struct pair_view {
    const char *csrf, *title, *lead;
    const char *look, *export; /* where they are posted; NULL: not to be had */
    const char *files;         /* why there are none */
    bool open;                 /* a look is */
    const char *until;
    struct overlap_view *rows;
    size_t n;
    bool owners, stages; /* a row has one: else the other side does not share them */
    const char *next, *first;
    struct part_tab *tabs; /* filters by evidence */
    size_t n_tabs;
    const char *all; /* the list with all filters */
    struct part_empty empty;
};

/* ---- sharing a list ---- */

struct sharing_view {
    const char *csrf, *title, *action, *page, *vendor; /* vendor: its name, for a partner's list */
    struct share_view *shares;
    size_t n_shares;
    struct part_field partner, domain;
    const struct part_field *fields[3];
    struct part_field level;
    const struct option *shared;
    const bool *checked; /* by shared */
    bool rows, export;
    const char *problem;
};

#endif
