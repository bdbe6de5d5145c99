/*
 * The columns of a file: headings, and what their cells look like. Dates and decimals are guessed from whole
 * columns, because a single 03/04/2017 or 1.234 says nothing.
 */
#ifndef TANDEM_IMPORT_COLUMNS_H
#define TANDEM_IMPORT_COLUMNS_H

#include "base/json.h"
#include "model/call.h"

enum column_seen {
    SEEN_ORDERED_DATE = 1,   /* 03/04/2017 or 03-04-2017 */
    SEEN_DAY_FIRST = 2,      /* 25/04/2017 */
    SEEN_MONTH_FIRST = 4,    /* 04/25/2017 */
    SEEN_COMMA_DECIMAL = 8,  /* 1054,50 */
    SEEN_POINT_DECIMAL = 16, /* 1054.50 */
    SEEN_COMMA_THREE = 32,   /* 1,234 */
    SEEN_POINT_THREE = 64,   /* 1.234 */
};

struct import_columns {
    size_t n;
    const char **heading; /* "" where the file has none */
    unsigned *seen;       /* enum column_seen */
    char separator;
};

/* From a file's first record, in the call's arena. False with *ERROR when these are no headings, or stand
 * there twice. */
bool columns_begin(struct import_columns *columns, struct call *c, char *const *cells, size_t n,
    char separator, const char **error) MUST;
void columns_note(struct import_columns *c, char *const *cells, size_t n);
/* How they are kept with the run. */
void columns_write(struct buf *b, const struct import_columns *c);
bool columns_read(struct import_columns *c, struct arena *a, const char *json) MUST;

/* How cells are read. */
enum date_order { DATES_UNKNOWN, DATES_DAY_FIRST, DATES_MONTH_FIRST };
enum date_order columns_date_order(unsigned seen);
/* '.' or ',' for amounts that could be read both ways. */
char columns_decimal(unsigned seen, char separator);

/* Folded, letters and digits only: by which headings, choices and names are compared. */
char *import_key(struct arena *a, const char *text);

/* Three numbers with separators between, an optional time of day behind: a date in some order. */
struct date_parts {
    int v[3], digits[3];
    char separator; /* of 2017-03-25, 25.03.2017, 03/25/2017; 0: 20170325 */
};
bool date_parts_read(const char *s, struct date_parts *out) MUST;

#endif
