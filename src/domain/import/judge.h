/*
 * What is wrong with rows, themselves and among each other: keys that stand in the file twice, parents that
 * are nowhere or make a circle. Rows come in the file's order.
 */
#ifndef TANDEM_IMPORT_JUDGE_H
#define TANDEM_IMPORT_JUDGE_H

#include "domain/import/keyset.h"
#include "domain/import/rows.h"

struct judge {
    struct import_plan *plan;
    struct keyset keys;   /* by which rows are found again */
    struct keyset family; /* names and external ids with their parents' */
    int64_t good, bad;
};

/* Where parents are mapped: every row of the file first, as a parent may stand below. */
void judge_family(struct call *c, struct judge *j, const struct import_row *row);
/* Fills the rows in, with what is wrong as their error, and counts. */
enum status judge_rows(struct call *c, struct judge *j, struct import_row *rows, size_t n) MUST;
void judge_end(struct judge *j);

#endif
