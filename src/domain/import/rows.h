/*
 * Rows of a file as rows of a noun: cells become values through the noun's fields, references are looked up
 * for many rows at once, and rows that are there already are found again. The same for checking, preview and
 * writing.
 */
#ifndef TANDEM_IMPORT_ROWS_H
#define TANDEM_IMPORT_ROWS_H

#include "domain/import/kinds.h"

struct names;

struct import_plan {
    const struct import_kind *kind;
    struct import_target *targets;
    size_t n_targets;
    struct import_columns columns;
    struct import_mapping map;
    struct names *names[3]; /* people, product lines, partners: kept by name */
    struct country_names *countries;
    size_t parent; /* target of the reference to its own noun; NO_COLUMN: none is mapped */
};

struct import_row {
    int64_t line;
    char **cells; /* as they stand in the file */
    size_t n;
    const char *error;      /* "Amount: enter an amount such as 84000; Owner: there is no such person" */
    const char *read_error; /* what of it its own cells tell */
    void *record;           /* the noun's struct */
    uint64_t given;         /* the noun's fields that it sets */
    uint64_t wrong;         /* those whose cell is no value */
    struct custom_input *custom;
    size_t n_custom;
    int64_t id;         /* of the row that it changes; 0: it makes one */
    const char *key;    /* by which it is found again; NULL: by nothing */
    const char *parent; /* as the file names it; "" or NULL: none */
    int64_t parent_id, parent_now;
};

/* A plan in the call's arena: it lives as long as that. */
enum status plan_new(struct call *c, const struct import_kind *kind, const struct import_columns *columns,
    struct import_plan **out) MUST;
/* Sets the mapping that the plan goes by. */
void plan_map(struct import_plan *p, const struct import_mapping *map);
void plan_free(struct import_plan *p); /* what it keeps beside the arena */
/* The column of a field; NO_COLUMN. */
size_t plan_column(const struct import_plan *p, const char *field);

/* Cells as they are staged: a JSON array of texts. */
bool import_cells(struct arena *a, const char *json, struct import_row *row) MUST;
/* Fills in record, given, custom, key, parent and error from the cells. */
enum status rows_read(struct call *c, struct import_plan *p, struct import_row *rows, size_t n) MUST;
/* Finds what is there already: id, parent_now. Then what new rows need. */
enum status rows_find(struct call *c, const struct import_plan *p, struct import_row *rows, size_t n) MUST;
/* Resolves the parents' names: parent_id; 0 where there is none such. */
enum status rows_parents(struct call *c, struct import_plan *p, struct import_row *rows, size_t n) MUST;

/* Adds "LABEL: MESSAGE" to the row's errors. */
void row_error(struct arena *a, struct import_row *row, const char *label, const char *message);

/* The record's text in that field of the noun, or NULL; FIELD may be NULL. */
const char *row_text(const struct import_plan *p, const struct import_row *row, const char *field);

/* ---- parts (cells.c, names.c, references.c) ---- */

/* A cell as the field's value; a message when it is none. CURRENCY is that of an amount, or NULL. */
const char *cell_value(struct call *c, struct import_plan *p, size_t target, const char *text,
    const char *currency, struct value *out);

#define NAME_SEVERAL (-1)
/* The id of who or what is called so; 0: nobody, NAME_SEVERAL. */
enum status names_find(
    struct call *c, struct import_plan *p, const struct noun *noun, const char *text, int64_t *id) MUST;
bool names_keeps(const struct noun *noun);
void names_free(struct names *names);

/* A reference by name, to be found with others. */
struct reference {
    const char *text;
    int64_t id; /* 0: none, NAME_SEVERAL */
};
enum status accounts_find(struct call *c, struct reference *refs, size_t n) MUST;

void country_names_begin(struct call *c, struct import_plan *p);

#endif
