/* A CSV file with its headings, record by record. Private to domain/import. */
#ifndef TANDEM_IMPORT_FILE_H
#define TANDEM_IMPORT_FILE_H

#include "domain/import/rows.h"

struct csv;

struct import_file {
    struct csv *csv;
    struct import_columns columns; /* what its cells look like so far */
};

/*
 * Opens the file and reads its headings, which live in the call's arena. False with *WRONG, a sentence;
 * *ABSENT when the file is not there at all. Ended by file_close() in either case.
 */
bool file_open(
    struct import_file *f, struct call *c, const char *path, const char **wrong, bool *absent) MUST;
void file_close(struct import_file *f);
/*
 * The next record that is not blank: its line, and its cells until the next call; or n 0 and why it is none.
 * False at the end.
 */
bool file_next(struct import_file *f, struct arena *a, struct import_row *row) MUST;

#endif
