/* References that PostgreSQL does not check for us (migration fewer_references). */
#ifndef TANDEM_REFERENCES_H
#define TANDEM_REFERENCES_H

#include "store/store.h"

/* A column of ids of rows of another table. */
struct reference {
    const char *table, *column, *to;
};
/* The first of them by which a row refers to one that is not there; NULL: there is none. */
enum status references_broken(struct db *db, struct arena *a, const struct reference **out) MUST;

#endif
