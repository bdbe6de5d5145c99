/*
 * CSV, streamed (RFC 4180 and what spreadsheets really write). Reads UTF-8 with or without a byte order mark,
 * UTF-16 with one, or Windows-1252/Latin-1; comma, semicolon, tab or pipe, guessed from the first lines;
 * quotes, line breaks within quotes, CRLF, CR, Excel's first line "sep=;". .gz is read through zlib. Memory
 * is bounded by one record. Empty lines are no records.
 */
#ifndef TANDEM_CSV_H
#define TANDEM_CSV_H

#include "base/arena.h"
#include "base/buf.h"

#define CSV_MAX_COLUMNS 1000
#define CSV_MAX_RECORD  ((size_t)1 << 20)

struct csv;

enum csv_status { CSV_ROW, CSV_END, CSV_BAD };

/* From a file, or from memory that must outlive the reader. NULL with *ERROR set when it cannot be opened. */
struct csv *csv_open(const char *path, const char **error);
struct csv *csv_memory(const char *data, size_t n);
void csv_close(struct csv *c); /* NULL-safe */

/*
 * The next record: *CELLS point into the reader and live until the next call. Every cell is valid UTF-8 and
 * NUL-terminated. CSV_BAD: csv_error() says what and where; the reader goes on with the next line if asked
 * again.
 */
enum csv_status csv_next(struct csv *c, char ***cells, size_t *n) MUST;
const char *csv_error(const struct csv *c);
size_t csv_line(const struct csv *c); /* where the record began, 1-based */
char csv_separator(const struct csv *c);
/* Bytes read of the file and its size (0 when unknown), for progress. */
void csv_progress(const struct csv *c, uint64_t *done, uint64_t *total);

/*
 * Writing: quoted where needed; a leading = + - @ tab or CR is neutralised with ' (formula injection), unless
 * the whole cell is a number.
 */
void csv_write_cell(struct buf *b, const char *text, bool first);
void csv_write_end(struct buf *b); /* CRLF */

#endif
