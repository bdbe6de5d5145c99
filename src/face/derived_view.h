/* What the derived pages' templates are given. Private to face/derived_*.c. All texts are in the viewer's
 * language. */
#ifndef TANDEM_DERIVED_VIEW_H
#define TANDEM_DERIVED_VIEW_H

#include "face/derived.h"
#include "face/parts.h"

struct custom_field;
/* A custom field's value as the viewer reads it. */
const char *custom_text(struct call *c, struct html *h, const struct custom_field *f, const struct value *v);

struct cell_view {
    const char *text, *href, *mark; /* mark: of a state */
    const char *hide;
    bool numeric, title;
    const char *sub; /* on a phone, below the title */
};

struct row_view {
    const char *href;
    struct cell_view *cells;
};

struct chip_view {
    const char *label, *value, *remove;
};

struct filter_view {
    struct part_field control;
};

struct list_view {
    const char *title, *summary, *path, *search, *csv;
    struct part_column *columns;
    size_t n_columns;
    struct row_view *rows;
    size_t n_rows;
    struct chip_view *chips;
    size_t n_chips;
    struct part_field *filters; /* of the form behind "Filter" */
    size_t n_filters;
    const char *next, *first; /* hrefs */
    bool filtered;
    struct part_empty empty;
};

struct fact_view {
    const char *label, *text, *href, *mark;
};

struct act_view {
    const char *label, *action, *href, *undo; /* action: posts at once; href: leads to the form */
    bool primary;
};

struct event_view {
    const char *text, *actor;
    struct instant at;
    const char *icon;
};

struct record_view {
    const char *title, *mark, *state;
    struct fact_view *facts;
    size_t n_facts;
    struct act_view *acts;
    size_t n_acts;
    const char *csrf;
    struct link_view {
        const char *label, *href;
    } * links; /* lists of other nouns that refer to this row */
    size_t n_links;
};

struct control_view {
    struct part_field field;
    bool set; /* several of the options, as boxes; checked[i] belongs to options[i] */
    bool *checked;
};

struct form_view {
    const char *title, *summary, *action, *csrf, *submit, *cancel, *page;
    const struct problem *problem;
    struct control_view *controls;
    const struct part_field **fields; /* for the summary of errors */
    size_t n;
};

struct result_view {
    const char *label, *href, *icon, *kind;
};
struct search_view {
    const char *query;
    struct result_view *results;
    size_t n;
};

#endif
