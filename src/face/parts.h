/*
 * What the reusable parts of a page (web/parts.html) are given. All texts are translated by the caller;
 * strings are escaped by the parts.
 */
#ifndef TANDEM_PARTS_H
#define TANDEM_PARTS_H

#include "base/arena.h"
#include "base/base.h"

/* The shape that goes with a state (ok, review, no, gone, risk, new), so that colour never stands alone. */
const char *status_icon(const char *state);

struct part_option {
    const char *value, *label;
};

enum part_kind { PART_TEXT, PART_AREA, PART_SELECT, PART_CHECK, PART_FILE };

/* A labelled control with its hint and its error. */
struct part_field {
    enum part_kind kind;
    const char *id;   /* unique on the page; the hint's is ID-hint, the error's ID-err */
    const char *name; /* as the form sends it */
    const char *label, *hint, *error;
    const char *value;
    const char *type; /* of an input: "text" where NULL */
    const char *inputmode, *autocomplete, *placeholder, *list;
    const struct part_option *options; /* of a select */
    size_t n_options;
    int rows; /* of an area: 3 where 0 */
    bool optional, required, checked, numeric, autofocus;
};

struct part_pages {
    int64_t from, to, total;     /* 1-based, inclusive; total < 0: not counted */
    const char *previous, *next; /* hrefs, or NULL */
};

enum part_sort { PART_UNSORTED, PART_ASCENDING, PART_DESCENDING };

struct part_column {
    const char *label, *href; /* what sorts by it; NULL: cannot be sorted */
    enum part_sort sort;
    bool numeric, hidden_label;
    bool is_count;    /* a bare number, which says nothing without its heading */
    const char *hide; /* "hide-phone", "hide-tab", "hide-mid", or NULL */
};

struct part_empty {
    const char *icon, *title, *text;
    const char *action, *action_href;
    const char *second, *second_href;
    bool alone; /* nothing else is on the page (an error): its title is the page's heading */
};

struct part_tile {
    const char *label, *value, *href; /* href: the rows behind the figure, or NULL */
    const char *title;                /* the exact value, or NULL */
    const char *beside, *below;       /* what it is compared with */
};

struct part_tab {
    const char *label, *href;
    int64_t count;
    bool current;
};

/* A small line that shows the direction only, its last point marked. */
struct part_spark {
    const char *label;          /* what it shows, in words */
    const char *points, *x, *y; /* NULL: too few values for a line */
};
/* Of N values, oldest first, from the lowest to the highest. */
struct part_spark part_spark_of(struct arena *a, const char *label, const double *values, size_t n);

#endif
