#include "domain/import/file.h"

#include "base/csv.h"

#include <stdio.h>

/* A spreadsheet's own format, by its first bytes. */
static bool is_spreadsheet(const char *path)
{
    unsigned char head[4] = {0};
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(head, 1, sizeof head, f) : 0;
    if (f)
        fclose(f);
    return n == 4 && (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "\xd0\xcf\x11\xe0", 4) == 0);
}

static bool read_headings(struct import_file *f, struct call *c, const char **wrong)
{
    char **cells;
    size_t n;
    switch (csv_next(f->csv, &cells, &n)) {
    case CSV_END: *wrong = TR(c, "The file is empty."); return false;
    case CSV_BAD:
        *wrong = arena_printf(c->arena, TR(c, "The headings cannot be read: %s."), csv_error(f->csv));
        return false;
    case CSV_ROW: break;
    }
    return columns_begin(&f->columns, c, cells, n, csv_separator(f->csv), wrong);
}

bool file_open(struct import_file *f, struct call *c, const char *path, const char **wrong, bool *absent)
{
    const char *error = NULL;
    *f = (struct import_file){0};
    *absent = false;
    if (is_spreadsheet(path)) {
        *wrong = TR(c, "This is a spreadsheet; save it as CSV and import that.");
        return false;
    }
    f->csv = csv_open(path, &error);
    if (!f->csv) {
        *absent = true;
        *wrong = arena_printf(c->arena, TR(c, "The file cannot be read (%s); upload it again."), error);
        return false;
    }
    return read_headings(f, c, wrong);
}

void file_close(struct import_file *f)
{
    csv_close(f->csv);
}

static bool blank(char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cells[i][strspn(cells[i], " \t\r\n")])
            return false;
    return true;
}

/* "line 7: ..." without the line, which stands beside it. */
static const char *bare_error(const char *error)
{
    const char *colon = strchr(error, ':');
    return colon && colon[1] ? colon + 2 : error;
}

bool file_next(struct import_file *f, struct arena *a, struct import_row *row)
{
    enum csv_status got;
    *row = (struct import_row){0};
    do
        got = csv_next(f->csv, &row->cells, &row->n);
    while (got == CSV_ROW && blank(row->cells, row->n));
    row->line = (int64_t)csv_line(f->csv);
    if (got == CSV_ROW) {
        columns_note(&f->columns, row->cells, row->n);
    } else if (got == CSV_BAD) {
        row->n = 0;
        row->error = arena_strdup(a, bare_error(csv_error(f->csv)));
    }
    return got != CSV_END;
}
