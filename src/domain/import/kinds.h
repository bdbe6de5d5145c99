/*
 * What can be imported: a kind is a table over its noun's fields. Every field that the vendor sets can be a
 * column, and so can custom fields; a heading is recognised by the field's name, its label in English and
 * German, and the further words given here.
 */
#ifndef TANDEM_IMPORT_KINDS_H
#define TANDEM_IMPORT_KINDS_H

#include "domain/import/columns.h"
#include "model/custom.h"

struct import_plan;
struct import_row;

struct import_words {
    const char *field;
    const char *const *words; /* as import_key() makes them, ended by NULL */
};

struct import_kind {
    const char *name, *label; /* "product-lines", N_("Product lines") */
    const char *intro;        /* N_(): which file it is, in a sentence */
    const char *deed;         /* N_("Import {n} accounts"): the button, with the number of rows */
    const struct noun *noun;
    const struct verb *create;        /* whose run makes a row */
    const struct verb *update;        /* NULL: stored as it is */
    const struct import_words *words; /* ended by a NULL field; a field named here can be imported */
    const char *const *needs; /* fields without a column for which nothing can be imported; ended by NULL */
    const char *const *once;  /* fields that are set when a row is made and stay as they are after; or NULL */
    const char *key[4];       /* the fields by which a row is found again: the first of two that it has */
    bool together;            /* by all of them together */
    bool key_unique;          /* no two rows share a key[1] */
    const char *parent;       /* the reference to its own noun, written after all rows; or NULL */
    /* A cell that needs more than its field says; NULL: it stays as it is. */
    const char *(*rewrite)(
        const struct import_plan *p, struct arena *a, const struct field *f, const char *text);
    /* Fills the record with what a new row needs and its file does not say. */
    void (*complete)(struct call *c, const struct import_plan *p, struct import_row *row);
    /* Whether a new row may be made; adds to its errors. */
    void (*admit)(struct call *c, struct import_row *row);
};
extern const struct import_kind import_kinds[]; /* ended by a NULL name; in the order of importing */
extern const struct option import_kind_options[];
const struct import_kind *import_kind_find(const char *name); /* NULL: none */

/* What a column can be: a field of the noun, or a custom one. */
struct import_target {
    const struct field *field;
    const struct custom_field *custom; /* NULL: the noun's own */
    const char *const *words;          /* NULL: none but its name and label */
};
enum status import_targets(
    struct call *c, const struct import_kind *kind, struct import_target **out, size_t *n) MUST;

/* Which column is what, and how what could be read both ways is read. */
struct import_mapping {
    size_t *column; /* by target; NO_COLUMN: none */
    enum date_order dates;
    char decimal; /* 0: guessed for each column */
};
#define NO_COLUMN SIZE_MAX

void mapping_guess(struct import_mapping *m, struct call *c, const struct import_target *targets, size_t n,
    const struct import_columns *columns);
/* Reads JSON {"field": "heading"}; what does not fit is told as problems of the field "mapping". */
enum status mapping_read(struct import_mapping *m, struct call *c, const struct import_target *targets,
    size_t n, const struct import_columns *columns, const char *json) MUST;
const char *mapping_write(const struct import_mapping *m, struct arena *a,
    const struct import_target *targets, size_t n, const struct import_columns *columns);
/* What the mapping lacks, in a sentence; NULL: nothing. */
const char *mapping_lack(const struct import_mapping *m, struct call *c, const struct import_kind *kind,
    const struct import_target *targets, size_t n);

#endif
