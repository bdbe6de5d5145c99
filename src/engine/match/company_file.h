/* A CSV file of companies, its columns found by their headings: what the commands on plain files read. */
#ifndef TANDEM_MATCH_COMPANY_FILE_H
#define TANDEM_MATCH_COMPANY_FILE_H

#include "engine/match/match.h"

enum company_column {
    COMPANY_ID,
    COMPANY_NAME,
    COMPANY_DOMAIN,
    COMPANY_COUNTRY,
    COMPANY_CITY,
    COMPANY_ALIASES,
    COMPANY_OWNER, /* who looks after it */
    COMPANY_STAGE, /* of a deal with it */
    COMPANY_COLUMNS
};
#define COMPANY_NO_COLUMN SIZE_MAX
/* Which of the N headings is what, COMPANY_NO_COLUMN where none is. */
void company_columns(struct arena *a, char **cells, size_t n, size_t column[COMPANY_COLUMNS]);

struct company_list {
    struct match_company *company;
    const char **id; /* of the id column, else the row's number */
    size_t n, cap;
};

/*
 * Adds the rows of PATH (.csv or .csv.gz) to LIST, which begins empty; texts live in A. False when it cannot
 * be read: COMMAND has then said on standard error why.
 */
bool company_file_read(
    struct arena *a, const char *command, const char *path, struct company_list *list) MUST;
void company_list_free(struct company_list *list);

#endif
