#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

/* Reads everything as "a|b/c|d", a bad record as "!". */
static const char *read_all(struct arena *a, struct csv *c)
{
    struct buf b = buf_in(a, 1 << 20);
    char **cells;
    size_t n;
    enum csv_status s;
    while ((s = csv_next(c, &cells, &n)) != CSV_END) {
        if (b.len)
            buf_addc(&b, '/');
        if (s == CSV_BAD)
            buf_addc(&b, '!');
        for (size_t i = 0; i < n; i++) {
            if (i)
                buf_addc(&b, '|');
            buf_adds(&b, cells[i]);
        }
    }
    return buf_str(&b);
}

static void check(const char *text, size_t n, const char *expected)
{
    struct arena *a = arena_new();
    struct csv *c = csv_memory(text, n);
    assert_string_equal(read_all(a, c), expected);
    csv_close(c);
    arena_free(a);
}

#define CHECK(text, expected) check(text, sizeof(text) - 1, expected)

static void test_records(void **state)
{
    (void)state;
    CHECK("", "");
    CHECK("a", "a");
    CHECK("a,b\nc,d\n", "a|b/c|d");
    CHECK("a,b\r\nc,d", "a|b/c|d");
    CHECK("a,b\rc,d\r", "a|b/c|d");
    CHECK("a,\n,b\n,\n", "a|/|b/|");
    CHECK("a,b\n\n\r\n\nc,d\n\n", "a|b/c|d");
    CHECK("a\n\"\"\nb\n", "a//b");
}

static void test_quotes(void **state)
{
    (void)state;
    CHECK("\"a,1\",\"b \"\"x\"\"\"\n", "a,1|b \"x\"");
    CHECK("\"a\nb\r\nc\",d\ne,f\n", "a\nb\r\nc|d/e|f");
    CHECK("5\" disk,\"a\"b\n", "5\" disk|ab");
    CHECK("\"\",\"\"\"\"\n", "|\"");
}

static void test_separator(void **state)
{
    (void)state;
    CHECK("a;b;c\n1,5;2,5;3\n", "a|b|c/1,5|2,5|3");
    CHECK("a\tb\n1\t2\n", "a|b/1|2");
    CHECK("a|b|c\n1|2|3\n", "a|b|c/1|2|3");
    CHECK("Name, first;City;Sum\nx;y;1\nz;u;2\n", "Name, first|City|Sum/x|y|1/z|u|2");
    CHECK("\"a;b;c\",d\n\"e;f\",g\n", "a;b;c|d/e;f|g");
    CHECK("one\ntwo\n", "one/two");
    CHECK("sep=;\r\na,b;c\r\n", "a,b|c");
    struct csv *c = csv_memory("a;b\n", 4);
    assert_int_equal(csv_separator(c), ';');
    csv_close(c);
}

static void test_encodings(void **state)
{
    (void)state;
    CHECK("\xef\xbb\xbfM\xc3\xbcller,b\n", "M\xc3\xbcller|b");
    CHECK("M\xc3\xbcller,b\n", "M\xc3\xbcller|b");
    CHECK("M\xfcller,\x80 5\n", "M\xc3\xbcller|\xe2\x82\xac 5");
    CHECK("\xff\xfe"
          "a\0,\0\xfc\0\n\0\x3d\xd8\x00\xde,\0b\0",
        "a|\xc3\xbc/\xf0\x9f\x98\x80|b");
    CHECK("\xfe\xff\0a\0,\0b\0\n", "a|b");
    CHECK("\xff\xfe"
          "a\0,\0\x00\xd8,\0b",
        "a|\xef\xbf\xbd|\xef\xbf\xbd"); /* half a surrogate pair, half a character */
}

/* A stray byte in a file that has shown UTF-8 is told, not guessed at. */
static void test_bad_utf8(void **state)
{
    (void)state;
    CHECK("M\xc3\xbcller\n\xef\xbb\xbfx\n", "M\xc3\xbcller/\xef\xbb\xbfx");
    CHECK("\xef\xbb\xbfg\xc3\xbcn\nM\xfcller\nok\n", "g\xc3\xbcn/!/ok");
}

/* Beyond what was looked at, a record is UTF-8 if it can be. */
static void test_late_encoding(void **state)
{
    (void)state;
    struct buf b = buf_new(1 << 20);
    while (b.len < 100000)
        buf_adds(&b, "plain,line\n");
    buf_adds(&b, "M\xfcller,1\nM\xc3\xbcller,2\n");
    struct csv *c = csv_memory(b.p, b.len);
    char **cells;
    size_t n, found = 0;
    while (csv_next(c, &cells, &n) == CSV_ROW)
        found += strcmp(cells[0], "M\xc3\xbcller") == 0;
    assert_int_equal(found, 2);
    csv_close(c);
    buf_free(&b);
}

static void test_bad(void **state)
{
    (void)state;
    CHECK("a,b\nc\0d,e\nf,g\n", "a|b/!/f|g");
    CHECK("a,b\n\"c,d\ne,f\n", "a|b/!/e|f");
    CHECK("\"a", "!");
    struct csv *c = csv_memory("x,y\n1,\"2\n3,4\n", 13);
    char **cells;
    size_t n;
    assert_int_equal(csv_next(c, &cells, &n), CSV_ROW);
    assert_int_equal(csv_next(c, &cells, &n), CSV_BAD);
    assert_non_null(strstr(csv_error(c), "the quote opened on line 2 is not closed"));
    assert_int_equal(csv_line(c), 2);
    assert_int_equal(csv_next(c, &cells, &n), CSV_ROW);
    assert_int_equal(csv_line(c), 3);
    csv_close(c);
}

static void test_limits(void **state)
{
    (void)state;
    struct buf b = buf_new(8 << 20);
    char **cells;
    size_t n;
    for (int i = 0; i < CSV_MAX_COLUMNS - 1; i++)
        buf_addc(&b, ',');
    buf_addc(&b, '\n'); /* as many columns as there may be */
    for (int i = 0; i < CSV_MAX_COLUMNS; i++)
        buf_addc(&b, ',');
    buf_adds(&b, "\nx,");
    for (size_t i = 0; i < CSV_MAX_RECORD + 200000; i++)
        buf_addc(&b, 'x');
    buf_adds(&b, "\nlast,one\n");
    struct csv *c = csv_memory(b.p, b.len);
    assert_int_equal(csv_next(c, &cells, &n), CSV_ROW);
    assert_int_equal(n, CSV_MAX_COLUMNS);
    assert_int_equal(csv_next(c, &cells, &n), CSV_BAD);
    assert_non_null(strstr(csv_error(c), "line 2: there are more than 1000 columns"));
    assert_int_equal(csv_next(c, &cells, &n), CSV_BAD);
    assert_non_null(strstr(csv_error(c), "line 3: the record is longer"));
    assert_int_equal(csv_next(c, &cells, &n), CSV_ROW);
    assert_int_equal(csv_line(c), 4);
    assert_string_equal(cells[1], "one");
    assert_int_equal(csv_next(c, &cells, &n), CSV_END);
    assert_int_equal(csv_next(c, &cells, &n), CSV_END);
    csv_close(c);
    buf_free(&b);
}

/* Every line opens a quote that none closes: the reader must not read a megabyte for each. */
static void test_open_quotes_end(void **state)
{
    (void)state;
    struct buf b = buf_new(8 << 20);
    for (int i = 0; i < 300000; i++)
        buf_adds(&b, "a\",\"b\n");
    struct csv *c = csv_memory(b.p, b.len);
    char **cells;
    size_t n, bad = 0;
    while (csv_next(c, &cells, &n) == CSV_BAD)
        bad++;
    assert_int_equal(bad, 21);
    assert_non_null(strstr(csv_error(c), "reading stopped here"));
    csv_close(c);
    buf_free(&b);
}

static void test_lines(void **state)
{
    (void)state;
    static const char text[] = "a,b\r\n\r\n\"x\r\ny\",2\nlast,3";
    static const size_t lines[] = {1, 3, 5};
    struct csv *c = csv_memory(text, sizeof text - 1);
    char **cells;
    size_t n;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(csv_next(c, &cells, &n), CSV_ROW);
        assert_int_equal(csv_line(c), lines[i]);
    }
    csv_close(c);
}

static char *temp_file(struct arena *a, const void *data, size_t n, bool compressed)
{
    char *path = arena_strdup(a, "/tmp/tandem-csv-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    if (compressed) {
        gzFile f = gzdopen(fd, "wb");
        assert_int_equal(gzwrite(f, data, (unsigned)n), (int)n);
        gzclose(f);
    } else {
        assert_int_equal(write(fd, data, n), (ssize_t)n);
        close(fd);
    }
    return path;
}

/* The rows of make_rows(). */
static void check_rows(struct arena *a, struct csv *c)
{
    char **cells;
    size_t n;
    assert_int_equal(csv_next(c, &cells, &n), CSV_ROW);
    assert_string_equal(cells[0], "name");
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(csv_next(c, &cells, &n), CSV_ROW);
        assert_int_equal(n, 2);
        assert_string_equal(cells[0], arena_printf(a, "Z\xc3\xbcrich \xf0\x9f\x98\x80 %d", i));
        assert_string_equal(cells[1], arena_printf(a, "a\n%d", i));
    }
    assert_int_equal(csv_next(c, &cells, &n), CSV_END);
}

static void make_rows(struct buf *b)
{
    buf_adds(b, "name;number\n");
    for (int i = 0; i < 1000; i++)
        buf_addf(b, "Z\xc3\xbcrich \xf0\x9f\x98\x80 %d;\"a\n%d\"\r\n\r\n", i, i);
}

static void to_utf16(struct buf *out, const struct buf *in)
{
    buf_add(out, "\xff\xfe", 2);
    for (size_t i = 0; i < in->len;) {
        unsigned char lead = (unsigned char)in->p[i];
        if (lead < 0x80) {
            const char two[2] = {(char)lead, 0};
            buf_add(out, two, 2);
            i++;
        } else if (lead < 0xf0) {
            buf_add(out, "\xfc\0", 2);
            i += 2;
        } else {
            buf_add(out, "\x3d\xd8\x00\xde", 4);
            i += 4;
        }
    }
}

static void a_file_reads_alike_plain_packed_wide_and_from_memory(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_in(a, 1 << 20), wide = buf_in(a, 1 << 20);
    const char *error;
    make_rows(&b);
    to_utf16(&wide, &b);
    const struct buf *texts[] = {&b, &wide};
    for (size_t i = 0; i < 4; i++) {
        const struct buf *text = texts[i / 2];
        char *path = temp_file(a, text->p, text->len, i % 2);
        struct csv *c = csv_open(path, &error);
        assert_non_null(c);
        check_rows(a, c);
        csv_close(c);
        unlink(path);
        c = csv_memory(text->p, text->len);
        check_rows(a, c);
        csv_close(c);
    }
    arena_free(a);
}

static void test_progress(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = buf_in(a, 1 << 20);
    const char *error;
    uint64_t done, total;
    make_rows(&b);
    char *path = temp_file(a, b.p, b.len, true);
    struct csv *c = csv_open(path, &error);
    read_all(a, c);
    csv_progress(c, &done, &total);
    assert_true(total > 0 && total < b.len);
    assert_int_equal(done, total);
    csv_close(c);
    unlink(path);
    arena_free(a);
}

static void test_files_that_fail(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *error = NULL;
    assert_null(csv_open("/nonexistent/file.csv", &error));
    assert_string_equal(error, "No such file or directory");
    assert_null(csv_open("/tmp", &error));
    assert_string_equal(error, "Is a directory");
    struct buf b = buf_in(a, 8 << 20);
    while (b.len < 1 << 20) {
        unsigned noise = (unsigned)b.len * 2654435761U;
        buf_addf(&b, "%u,%u\n", noise, noise >> 7);
    }
    char *path = temp_file(a, b.p, b.len, true);
    assert_int_equal(truncate(path, 200000), 0);
    struct csv *c = csv_open(path, &error);
    char **cells;
    size_t n;
    enum csv_status s;
    while ((s = csv_next(c, &cells, &n)) == CSV_ROW)
        ;
    assert_int_equal(s, CSV_BAD);
    assert_non_null(strstr(csv_error(c), "the compressed file is cut off"));
    assert_int_equal(csv_next(c, &cells, &n), CSV_END);
    csv_close(c);
    unlink(path);
    arena_free(a);
}

static void test_write(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *written;
    } cases[] = {
        {"plain", ",plain"},
        {"", ","},
        {NULL, ","},
        {"a,b", ",\"a,b\""},
        {"say \"hi\"", ",\"say \"\"hi\"\"\""},
        {"two\nlines", ",\"two\nlines\""},
        {" lead", ",\" lead\""},
        {"=1+1", ",'=1+1"},
        {"+49 30", ",'+49 30"},
        {"@x", ",'@x"},
        {"-x", ",'-x"},
        {"-12.50", ",-12.50"},
        {"\tx", ",\"'\tx\""},
        {"\rx", ",\"'\rx\""},
        {"=a,\"b", ",\"'=a,\"\"b\""},
    };
    struct buf b = buf_new(1000);
    for (size_t i = 0; i < COUNT(cases); i++) {
        buf_clear(&b);
        csv_write_cell(&b, cases[i].cell, false);
        assert_string_equal(buf_str(&b), cases[i].written);
    }
    buf_clear(&b);
    csv_write_cell(&b, "", true);
    csv_write_end(&b);
    assert_string_equal(buf_str(&b), "\"\"\r\n");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_separator),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_bad_utf8),
        cmocka_unit_test(test_late_encoding),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_open_quotes_end),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(a_file_reads_alike_plain_packed_wide_and_from_memory),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_files_that_fail),
        cmocka_unit_test(test_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
