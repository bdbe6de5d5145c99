/*
 * The columns of a noun's list: which there are for a viewer, and which of them in what order the address
 * asks for (?columns=name,state,custom.region), for the page and for the files that it exports.
 */
#ifndef TANDEM_COLUMNS_H
#define TANDEM_COLUMNS_H

#include "model/call.h"

struct custom_field;

enum column_of { COLUMN_CREATED, COLUMN_FIELD, COLUMN_CUSTOM, COLUMN_PAGE };

struct list_column {
    enum column_of of;
    size_t index;              /* of the noun's field, of its custom fields, or of the page's columns */
    const struct field *field; /* a custom field's own, too; NULL: when the row was made, or a page's */
    const char *name, *label;  /* label: in the viewer's language */
    bool usual;                /* stands in the list unless something else is asked for */
    const struct custom_field *custom;
};

struct list_columns {
    struct list_column *all; /* every one that the viewer may see: created, fields, custom fields */
    size_t n_all;
    struct list_column *chosen; /* in their order; the row's title is the first */
    size_t n;
    bool own; /* the address asks for them */
};

/* What a domain's page has beyond its noun's columns. */
struct page_columns {
    const struct option *made; /* its own, ended by a NULL key: names with labels, N_() */
    const char *usual;         /* names with commas, in place of the noun's usual ones */
};
/*
 * NAMES as the address has them, separated by commas; NULL or nothing known: the usual ones. PAGE NULL: a
 * derived list.
 */
enum status list_columns_read(struct call *c, const struct noun *noun, const struct page_columns *page,
    const char *names, struct list_columns *out) MUST;

#endif
