/* Whatever the bytes: every cell is UTF-8, and what is written reads back. */
#include "base/csv.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_neutralised(const char *cell)
{
    struct buf b = buf_new(BUF_MAX_DEFAULT);
    csv_write_cell(&b, cell, true);
    const char *inner = buf_str(&b) + (b.p[0] == '"');
    bool yes = inner[0] == '\'' && cell[0] != '\'';
    buf_free(&b);
    return yes;
}

/* Appends a row, and remembers it where it must read back as it is. */
static void write_row(struct buf *out, struct buf *expected, char **cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        csv_write_cell(out, cells[i], i == 0);
        if (is_neutralised(cells[i]))
            buf_addc(expected, '\'');
        buf_add(expected, cells[i], strlen(cells[i]) + 1);
    }
    csv_write_end(out);
    buf_addc(expected, '\n');
}

static void check_written(const struct buf *out, const struct buf *expected)
{
    struct csv *c = csv_memory(out->p, out->len);
    struct buf again = buf_new(BUF_MAX_DEFAULT);
    char **cells;
    size_t n;
    enum csv_status status = csv_next(c, &cells, &n); /* the header */
    ASSERT(status == CSV_ROW);
    while ((status = csv_next(c, &cells, &n)) == CSV_ROW) {
        for (size_t i = 0; i < n; i++)
            buf_add(&again, cells[i], strlen(cells[i]) + 1);
        buf_addc(&again, '\n');
    }
    ASSERT(status == CSV_END);
    ASSERT(again.len == expected->len && memcmp(again.p, expected->p, again.len) == 0);
    buf_free(&again);
    csv_close(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct buf out = buf_in(a, BUF_MAX_DEFAULT), expected = buf_in(a, BUF_MAX_DEFAULT);
    struct csv *c = csv_memory((const char *)data, size);
    enum csv_status status;
    size_t n;
    char **cells;
    buf_adds(&out, "header\r\n"); /* takes the place of a byte order mark or "sep=" */
    while ((status = csv_next(c, &cells, &n)) != CSV_END) {
        ASSERT(status != CSV_BAD || strstr(csv_error(c), "line "));
        for (size_t i = 0; i < n; i++)
            ASSERT(utf8_valid(cells[i], strlen(cells[i])));
        if (status == CSV_ROW)
            write_row(&out, &expected, cells, n);
    }
    ASSERT(csv_next(c, &cells, &n) == CSV_END);
    check_written(&out, &expected);
    csv_close(c);
    arena_free(a);
    return 0;
}
