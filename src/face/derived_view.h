/* What the derived pages' templates are given. For face/derived_*.c and for pages of a domain that are a
 * list with something more. All texts are in the viewer's language. */
#ifndef TANDEM_DERIVED_VIEW_H
#define TANDEM_DERIVED_VIEW_H

#include "face/derived.h"
#include "face/parts.h"

struct custom_field;
struct list_columns;
/* An amount for an input or a file: "84000.00", with its currency's digits. */
const char *amount_plain(struct call *c, const struct noun *noun, const struct row *row,
    const struct field *f, const struct value *v);
/* What the viewer reads for one key of a choice or set: of its options, or of the programme's list. */
const char *choice_label(struct call *c, const struct field *f, const char *key);
/* A custom field's value as the viewer reads it. */
const char *custom_text(struct call *c, struct html *h, const struct custom_field *f, const struct value *v);

struct cell_view {
    const char *text, *href, *mark; /* mark: of a state */
    const char *hide;
    bool numeric, title, day;
    const char *sub; /* on a phone, below the title */
};

struct row_view {
    const char *id, *href;
    struct cell_view *cells;
};

struct chip_view {
    const char *label, *value, *remove;
    const char *name, *given; /* as the address has them */
};

struct offer_view {
    const char *label, *href;
};

#define BULK_ACTS 6

struct bulk_act_view {
    const char *verb, *label;
};
/* The bar over a list: what can be done with the selected rows. */
struct bulk_view {
    const char *action;
    struct bulk_act_view *acts;
    size_t n; /* 0: no rows can be selected */
};

/* A list's address under a name. */
struct kept_view {
    const char *name, *href, *path; /* path: of one's own, to delete; NULL: a colleague's */
    bool current;
};

/* A column in the menu of columns: a chosen one with the ways to move it, or another with the way to add it.
 */
struct pick_view {
    const char *label, *earlier, *without, *with;
};

struct list_view {
    const char *title, *summary, *path, *search;
    const char *asked_columns, *asked_sort; /* as the address has them, for its forms; or NULL */
    struct export_link {
        const char *label, *href;
    } exports[4];
    struct part_column *columns;
    size_t n_columns;
    struct row_view *rows;
    size_t n_rows;
    struct pick_view *picks; /* NULL: the columns are the page's own */
    size_t n_picks;
    const char *usual; /* the way back to the usual columns; NULL: they are */
    bool arranging;
    struct chip_view *chips;
    size_t n_chips;
    struct offer_view *offers; /* what a page of a domain offers to narrow the list to */
    size_t n_offers;
    struct part_field *filters; /* of the form behind "Filter" */
    size_t n_filters;
    const char *next, *first; /* hrefs */
    bool filtered;
    /* Saved views of this list, and what would be kept as another; NULL: this page has none. */
    struct kept_view *views;
    size_t n_views;
    const char *plural, *query, *here, *csrf;
    struct bulk_view bulk;
    struct part_empty empty;
};

/*
 * A list's frame and its rows: what the address asks for is read into Q; chips, filters, links and the empty
 * state go into V. What stands in the rows is the caller's affair.
 */
enum status list_view_load(struct call *c, struct page_request *r, const struct noun *noun,
    struct list_query *q, struct list *list, struct list_view *v) MUST;
/* The same with at most LIMIT rows a page, where a row is no line of a table. */
enum status list_view_load_few(struct call *c, struct page_request *r, const struct noun *noun, size_t limit,
    struct list_query *q, struct list *list, struct list_view *v) MUST;
/* Its filters: controls for the form, chips of those that are on. */
void list_filters_fill(struct call *c, struct page_request *r, const struct noun *noun, struct list_view *v);
/*
 * For a page that makes its own table of the chosen columns: what hides one at that place where it is narrow
 * (the title, the state and one more stay), its heading, the cell of one that is no page's own, and the menu
 * to choose others.
 */
const char *column_hide(const struct list_column *column, size_t place);
struct part_column column_head(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct list_column *column, const char *hide);
struct cell_view column_cell(struct call *c, struct html *h, const struct noun *noun, const struct row *row,
    const struct list_column *column, const char *hide);
void list_arrange_fill(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct list_columns *columns, struct list_view *v);
/* All of that for a derived list. */
void list_table_fill(struct call *c, struct page_request *r, struct html *h, const struct noun *noun,
    const struct list *list, const struct list_columns *columns, struct list_view *v);
/* Filters, search and order as the address has them. */
void list_query_read(
    struct call *c, const struct page_request *r, const struct noun *noun, struct list_query *q);
/* This list's address with one parameter changed; VALUE NULL takes it out. */
const char *list_href(struct call *c, const struct page_request *r, const struct noun *noun, const char *name,
    const char *value);
/* A column by one of the noun's fields, with what sorts by it. */
struct part_column list_column(struct call *c, const struct page_request *r, const struct noun *noun,
    const struct field *f, const char *hide);
/* Makes P a list to pick a row from, when there are few; else its id or natural key is typed. NONE stands for
 * no row; NULL: one must be chosen. */
void ref_choices(struct call *c, const struct field *f, struct part_field *p, const char *none);

struct fact_view {
    const char *label, *text, *href, *mark;
    const char *code; /* what machines read: folded, a line each */
};

struct act_view {
    const char *label, *action, *href; /* action: posts at once; href: leads to the form */
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

/*
 * A row's record: title, details, what can be done, where it is referred to; crumbs and title go into the
 * shell. Of a row that was merged into another R->redirect is set and nothing else.
 */
enum status record_view_load(struct call *c, struct page_request *r, struct html *h, const struct noun *noun,
    int64_t id, struct row *row, struct record_view *out) MUST;

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
