#include "base/csv.h"

#include "base/csv_source.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

/*
 * After an open quote the reader goes back to the second line, and reads up to CSV_MAX_RECORD again. A file
 * made of such lines would be read for hours; so many are no slips of a pen.
 */
#define MAX_OPEN_QUOTES 20

struct csv {
    struct csv_source in;
    char separator;
    bool plain_stops[256], quoted_stops[256];

    /* the record */
    struct buf text;  /* its cells, each with a NUL behind it */
    struct buf other; /* the same, converted from Windows-1252 */
    size_t starts[CSV_MAX_COLUMNS];
    char *cells[CSV_MAX_COLUMNS];
    size_t n;
    size_t line, breaks;  /* where it began; line ends within quotes so far */
    size_t second_line;   /* where its second line begins, from its start; 0: it has none so far */
    unsigned char all_or; /* of all its bytes: whether there is more than ASCII */
    bool quoted;          /* it has a quoted cell */

    size_t next_line;
    size_t open_quotes;
    bool ended;
    bool bad;
    char error[160];
};

/* What a cell ended with. */
enum cell_end { END_CELL, END_LINE, END_FILE, END_TOO_LONG, END_OPEN_QUOTE };

/* The first complaint about a record is the one that is told. */
static void complain(struct csv *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void complain(struct csv *c, const char *fmt, ...)
{
    va_list args;
    if (c->bad)
        return;
    c->bad = true;
    int n = snprintf(c->error, sizeof c->error, "line %zu: ", c->line + c->breaks);
    va_start(args, fmt);
    vsnprintf(c->error + n, sizeof c->error - (size_t)n, fmt, args);
    va_end(args);
}

/* --- one record --- */

/* A line end: LF, CRLF or CR. */
static void skip_line_end(struct csv *c)
{
    if (c->in.text[c->in.pos++] == '\r' && csv_source_peek(&c->in) == '\n')
        c->in.pos++;
}

/* Adds bytes up to one of STOPS, which is returned; -1 at the end of the file, -2 when the record is too
 * long. */
static int take_run(struct csv *c, const bool stops[256])
{
    struct csv_source *in = &c->in;
    for (;;) {
        size_t i = in->pos;
        unsigned char all_or = 0;
        while (i < in->end && !stops[in->text[i]])
            all_or |= in->text[i++];
        buf_add(&c->text, in->text + in->pos, i - in->pos);
        c->all_or |= all_or;
        in->pos = i;
        if (in->pos - in->keep > CSV_MAX_RECORD)
            return -2;
        if (i < in->end)
            return in->text[i];
        if (!csv_source_more(in))
            return -1;
    }
}

static void skip_nul(struct csv *c)
{
    complain(c, "there is a NUL byte; a text file has none");
    c->in.pos++;
}

static void take_break(struct csv *c)
{
    size_t from = c->in.pos - c->in.keep; /* the window may move */
    skip_line_end(c);
    size_t to = c->in.pos - c->in.keep;
    buf_add(&c->text, c->in.text + c->in.keep + from, to - from);
    if (!c->second_line)
        c->second_line = to;
    c->breaks++;
}

/* Behind the opening quote. False when it is never closed. */
static bool take_quoted(struct csv *c)
{
    for (;;) {
        switch (take_run(c, c->quoted_stops)) {
        case '"':
            c->in.pos++;
            if (csv_source_peek(&c->in) != '"')
                return true;
            c->in.pos++;
            buf_addc(&c->text, '"');
            break;
        case '\n':
        case '\r': take_break(c); break;
        case 0: skip_nul(c); break;
        default: return false;
        }
    }
}

/* Text behind a closing quote belongs to the cell, as spreadsheets have it; a quote amid text is a letter. */
static enum cell_end take_cell(struct csv *c)
{
    if (csv_source_peek(&c->in) == '"') {
        size_t opened = c->line + c->breaks;
        c->in.pos++;
        c->quoted = true;
        if (!take_quoted(c)) {
            complain(c, "the quote opened on line %zu is not closed", opened);
            return END_OPEN_QUOTE;
        }
    }
    for (;;) {
        switch (take_run(c, c->plain_stops)) {
        case -1: return END_FILE;
        case -2: return END_TOO_LONG;
        case '\n':
        case '\r': skip_line_end(c); return END_LINE;
        case 0: skip_nul(c); break;
        default: c->in.pos++; return END_CELL;
        }
    }
}

static void begin_record(struct csv *c)
{
    buf_clear(&c->text);
    c->n = c->breaks = c->second_line = 0;
    c->all_or = 0;
    c->quoted = c->bad = false;
    c->line = c->next_line;
}

static enum cell_end take_cells(struct csv *c)
{
    enum cell_end end;
    do {
        size_t start = c->text.len;
        end = take_cell(c);
        buf_addc(&c->text, 0);
        if (c->n == CSV_MAX_COLUMNS)
            complain(c, "there are more than %d columns", CSV_MAX_COLUMNS);
        else
            c->starts[c->n++] = start;
    } while (end == END_CELL);
    ASSERT(!c->text.overflow);
    return end;
}

/* --- after trouble --- */

static void skip_to_next_line(struct csv *c)
{
    int byte;
    while ((byte = csv_source_peek(&c->in)) >= 0 && byte != '\n' && byte != '\r') {
        c->in.pos++;
        if (c->in.pos == c->in.end)
            csv_source_commit(&c->in); /* so that the window need not hold the line */
    }
    if (byte >= 0)
        skip_line_end(c);
}

/* Back to the second line: what stands there may be fine. */
static void leave_open_quote(struct csv *c)
{
    if (++c->open_quotes > MAX_OPEN_QUOTES) {
        c->ended = true;
        snprintf(c->error, sizeof c->error,
            "line %zu: more than %d quotes are not closed; reading stopped here", c->line, MAX_OPEN_QUOTES);
    } else if (c->second_line) {
        c->in.pos = c->in.keep + c->second_line;
    } else {
        skip_to_next_line(c);
    }
    c->breaks = 0;
}

/* --- encoding --- */

static bool all_utf8(const struct csv *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const char *cell = c->text.p + c->starts[i];
        if (!utf8_valid(cell, strlen(cell)))
            return false;
    }
    return true;
}

static void convert_cp1252(struct csv *c)
{
    buf_clear(&c->other);
    for (size_t i = 0; i < c->n; i++) {
        const char *from = c->text.p + c->starts[i];
        c->starts[i] = c->other.len;
        for (; *from; from++) {
            utf8proc_uint8_t bytes[4];
            utf8proc_ssize_t n =
                utf8proc_encode_char((utf8proc_int32_t)cp1252_point((unsigned char)*from), bytes);
            buf_add(&c->other, bytes, (size_t)n);
        }
        buf_addc(&c->other, 0);
    }
    struct buf swap = c->text;
    c->text = c->other;
    c->other = swap;
}

static void make_utf8(struct csv *c)
{
    if (c->all_or < 0x80 || c->bad)
        return;
    if (c->in.encoding == CSV_CP1252 || (c->in.encoding == CSV_ASCII && !all_utf8(c)))
        convert_cp1252(c);
    else if (c->in.encoding != CSV_ASCII && !all_utf8(c))
        complain(c, "this is not UTF-8, though the file is");
}

/* --- records --- */

static enum csv_status end_of_file(struct csv *c)
{
    bool told = c->ended;
    c->ended = true;
    if (told || !c->in.error)
        return CSV_END;
    begin_record(c);
    complain(c, "%s", c->in.error);
    return CSV_BAD;
}

/* A record that is cut off by a failure to read is not given out. */
static void finish(struct csv *c, enum cell_end end)
{
    if (end == END_TOO_LONG) {
        complain(c, "the record is longer than %zu bytes", CSV_MAX_RECORD);
        skip_to_next_line(c);
    } else if (end == END_OPEN_QUOTE) {
        leave_open_quote(c);
    } else if (end == END_FILE && c->in.error) {
        complain(c, "%s", c->in.error);
        c->ended = true;
    } else {
        make_utf8(c);
    }
    c->next_line = c->line + c->breaks + 1;
    csv_source_commit(&c->in);
}

enum csv_status csv_next(struct csv *c, char ***cells, size_t *n)
{
    *cells = c->cells;
    *n = 0;
    bool blank;
    do {
        if (c->ended || csv_source_peek(&c->in) < 0)
            return end_of_file(c);
        begin_record(c);
        finish(c, take_cells(c));
        blank = c->n == 1 && !c->quoted && !c->bad && c->text.p[c->starts[0]] == 0;
    } while (blank);
    if (c->bad)
        return CSV_BAD;
    for (size_t i = 0; i < c->n; i++)
        c->cells[i] = c->text.p + c->starts[i];
    *n = c->n;
    return CSV_ROW;
}

/* --- opening and the rest --- */

/* Excel's own first line, "sep=;". */
static bool take_sep_line(struct csv *c)
{
    struct csv_source *in = &c->in;
    const unsigned char *p = in->text;
    size_t quoted = in->end > 0 && p[0] == '"'; /* "sep=;" as a cell */
    if (in->end < quoted + 6 || memcmp(p + quoted, "sep=", 4) != 0)
        return false;
    char separator = (char)p[quoted + 4];
    size_t behind = quoted + 5 + (quoted && p[quoted + 5] == '"');
    bool fits = strchr(",;\t|", separator) && separator && behind < in->end &&
                (p[behind] == '\r' || p[behind] == '\n');
    if (!fits)
        return false;
    c->separator = separator;
    in->pos = behind;
    skip_line_end(c);
    c->next_line++;
    csv_source_commit(in);
    return true;
}

static struct csv *start(struct csv *c)
{
    c->text = buf_new(2 * CSV_MAX_RECORD);
    c->other = buf_new(6 * CSV_MAX_RECORD); /* a byte becomes at most three */
    c->next_line = 1;
    csv_source_peek(&c->in);
    if (!take_sep_line(c))
        c->separator = csv_guess_separator(c->in.text, c->in.end < CSV_SNIFF ? c->in.end : CSV_SNIFF);
    c->plain_stops[0] = c->plain_stops['\r'] = c->plain_stops['\n'] = true;
    memcpy(c->quoted_stops, c->plain_stops, sizeof c->quoted_stops);
    c->plain_stops[(unsigned char)c->separator] = true;
    c->quoted_stops['"'] = true;
    return c;
}

struct csv *csv_open(const char *path, const char **error)
{
    struct csv_source in;
    if (!csv_source_open(&in, path, error))
        return NULL;
    struct csv *c = xcalloc(1, sizeof *c);
    c->in = in;
    return start(c);
}

struct csv *csv_memory(const char *data, size_t n)
{
    struct csv *c = xcalloc(1, sizeof *c);
    csv_source_memory(&c->in, data, n);
    return start(c);
}

void csv_close(struct csv *c)
{
    if (!c)
        return;
    csv_source_close(&c->in);
    buf_free(&c->text);
    buf_free(&c->other);
    free(c);
}

const char *csv_error(const struct csv *c)
{
    return c->error;
}

size_t csv_line(const struct csv *c)
{
    return c->line;
}

char csv_separator(const struct csv *c)
{
    return c->separator;
}

void csv_progress(const struct csv *c, uint64_t *done, uint64_t *total)
{
    *done = c->in.file ? (uint64_t)gzoffset(c->in.file) : c->in.offset;
    *total = c->in.size;
}
