/*
 * Where the CSV reader's bytes come from: a file (plain or .gz) or memory, as a sliding window of text. The
 * window keeps what the current record has used, so that the reader can go back within it.
 */
#ifndef TANDEM_CSV_SOURCE_H
#define TANDEM_CSV_SOURCE_H

#include "base/base.h"

#include <zlib.h>

enum csv_encoding {
    CSV_ASCII,   /* so far: a record beyond ASCII is UTF-8 if it can be, Windows-1252 if not */
    CSV_UTF8,    /* by its mark or by its first characters beyond ASCII */
    CSV_CP1252,  /* what is no UTF-8; Latin-1 is a part of it */
    CSV_UTF16LE, /* by its mark; the window holds it as UTF-8 */
    CSV_UTF16BE,
};

#define CSV_SNIFF ((size_t)64 * 1024) /* how much is looked at to guess encoding and separator */

struct csv_source {
    gzFile file; /* NULL: memory */
    uint64_t size;
    const unsigned char *head; /* memory, or the file's first bytes, read to guess the encoding */
    size_t head_n, head_at;
    unsigned char *head_owned;
    enum csv_encoding encoding;

    unsigned char *text; /* the window */
    size_t keep, pos, end, cap;
    uint64_t offset;       /* in the file, of text[keep] */
    unsigned char part[4]; /* of a UTF-16 character whose rest is not read yet */
    size_t part_n;
    const char *error; /* why reading ended too soon; static text */
};

/* False with *ERROR (static text) set when the file cannot be read. */
bool csv_source_open(struct csv_source *s, const char *path, const char **error) MUST;
void csv_source_memory(struct csv_source *s, const char *data, size_t n);
void csv_source_close(struct csv_source *s);

/* Reads on behind text[end]; may move the window. False at the end, or when reading fails. */
bool csv_source_more(struct csv_source *s);
/* What lies before pos is done with. */
void csv_source_commit(struct csv_source *s);

/* The next byte or -1; inline because it runs for every cell. */
static inline int csv_source_peek(struct csv_source *s)
{
    return s->pos < s->end || csv_source_more(s) ? s->text[s->pos] : -1;
}

/* The code point of byte C of Windows-1252, as WHATWG reads it: the five unused ones are control characters.
 */
uint32_t cp1252_point(unsigned char c);

/* Comma, semicolon, tab or pipe: what divides most of these lines as often as the first; comma if none does.
 */
char csv_guess_separator(const unsigned char *text, size_t n);

#endif
