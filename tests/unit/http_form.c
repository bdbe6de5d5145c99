/* Forms, multipart bodies, content codings: pure functions on text. */
#include "http/internal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

const struct asset assets[] = {{.name = "none"}};
const size_t n_assets = 0;

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    return 0;
}

/* ---- urlencoded */

static void test_form_pairs(void **state)
{
    struct http_pair *pairs;
    size_t n;
    const char *text = "a=1&b=x+y%20z&&c&=d&e=%C3%BC&f=a%3D%26b=c";
    assert_true(http_form_parse(*state, text, strlen(text), &pairs, &n));
    assert_int_equal(n, 6);
    static const struct http_pair expected[] = {
        {"a", "1"}, {"b", "x y z"}, {"c", ""}, {"", "d"}, {"e", "ü"}, {"f", "a=&b=c"}};
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(pairs[i].name, expected[i].name);
        assert_string_equal(pairs[i].value, expected[i].value);
    }
    assert_true(http_form_parse(*state, "", 0, &pairs, &n));
    assert_int_equal(n, 0);
    assert_true(http_form_parse(*state, "&&", 2, &pairs, &n));
    assert_int_equal(n, 0);
}

static void test_form_malformed(void **state)
{
    static const char *const bad[] = {
        "a=%", "a=%4", "a=%4g", "%zz=1", "a=%00", "a=%ff", "a=%c3", "a=%C3%28", "a=%ed%a0%80", "a=\xff"};
    struct http_pair *pairs;
    size_t n;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(http_form_parse(*state, bad[i], strlen(bad[i]), &pairs, &n));
    assert_false(http_form_parse(*state, "a=b\0c", 5, &pairs, &n));
    char many[2002];
    memset(many, '&', sizeof many);
    assert_true(http_form_parse(*state, many, 999, &pairs, &n));
    assert_false(http_form_parse(*state, many, 1000, &pairs, &n));
}

/* The text is not NUL-terminated: an overrun shows under the sanitizers. */
static void test_form_stays_within_its_text(void **state)
{
    struct http_pair *pairs;
    size_t n;
    char *text = xmalloc(3);
    memcpy(text, "a=%", 3);
    assert_false(http_form_parse(*state, text, 3, &pairs, &n));
    memcpy(text, "a=b", 3);
    assert_true(http_form_parse(*state, text, 3, &pairs, &n));
    assert_string_equal(pairs[0].value, "b");
    free(text);
}

/* ---- codings */

static void test_coding_accepted(void **state)
{
    static const struct {
        const char *accept, *coding;
        bool yes;
    } cases[] = {
        {NULL, "gzip", false},
        {"", "gzip", false},
        {"gzip", "gzip", true},
        {"GZIP", "gzip", true},
        {"deflate, gzip;q=0.5, br", "gzip", true},
        {"gzip;q=0", "gzip", false},
        {"gzip; q=0.000", "gzip", false},
        {"gzip;q=0.001", "gzip", true},
        {"gzip;Q=0 , br", "gzip", false},
        {"gzip;q=1", "gzip", true},
        {"*", "br", true},
        {"*;q=0", "br", false},
        {"*, br;q=0", "br", false},
        {"br, *;q=0", "br", true},
        {"xgzip, gzipx", "gzip", false},
        {" , ,gzip", "gzip", true},
        {"identity", "gzip", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (coding_accepted(cases[i].accept, cases[i].coding) != cases[i].yes)
            fail_msg("%s for %s", cases[i].accept, cases[i].coding);
}

static void test_compress(void **state)
{
    (void)state;
    char text[4096];
    size_t len;
    memset(text, 'a', sizeof text);
    assert_true(compress_worth("text/html; charset=utf-8", 1024));
    assert_false(compress_worth("text/html", 1023));
    assert_false(compress_worth("image/png", 5000));
    assert_false(compress_worth(NULL, 5000));
    char *small = compress_gzip(text, sizeof text, &len);
    assert_non_null(small);
    assert_true(len < 100);
    free(small);
    uint32_t x = 1;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)((x = x * 1664525 + 1013904223) >> 24);
    assert_null(compress_gzip(text, sizeof text, &len));
}

/* ---- multipart */

struct parsed {
    bool ok;
    struct http_part *parts;
    size_t n;
    const char *error;
};

static const char *const form_type = "multipart/form-data; boundary=xx";

static struct parsed parse_bytes(void **state, const char *type, const char *body, size_t n)
{
    struct parsed p = {0};
    char *exact = xmalloc(n);
    memcpy(exact, body, n);
    struct multipart_source source = {.data = exact, .len = n, .fd = -1};
    p.ok = multipart_read(*state, source, type, NULL, &p.parts, &p.n, &p.error);
    assert_true(p.ok == (p.error == NULL));
    free(exact);
    return p;
}

static struct parsed parse(void **state, const char *body)
{
    return parse_bytes(state, form_type, body, strlen(body));
}

#define FIELD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"

static void test_multipart_fields(void **state)
{
    struct parsed p =
        parse(state, "a preamble\r\n--xx  \r\n" FIELD(
                         "a") "\r\none\r\n"
                              "--xx\r\n" FIELD("b") "\r\n\r\n"
                                                    "--xx\r\nX: y\r\n" FIELD(
                                                        "c") "\r\n\r\n--x\r\n--xy\r\r\n--xx--\r\nepilogue");
    assert_true(p.ok);
    assert_int_equal(p.n, 3);
    assert_string_equal(p.parts[0].name, "a");
    assert_string_equal(p.parts[0].data, "one");
    assert_null(p.parts[0].filename);
    assert_string_equal(p.parts[1].data, "");
    assert_int_equal(p.parts[1].len, 0);
    assert_string_equal(p.parts[2].data, "\r\n--x\r\n--xy\r");
}

static void test_multipart_binary_file(void **state)
{
    static const char body[] = "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.bin\"\r\n"
                               "Content-Type: application/octet-stream\r\n\r\n\0\xff\r\n-\r\n\r\n--xx--";
    struct parsed p = parse_bytes(state, form_type, body, sizeof body - 1);
    assert_true(p.ok);
    assert_int_equal(p.n, 1);
    assert_string_equal(p.parts[0].filename, "x.bin");
    assert_string_equal(p.parts[0].type, "application/octet-stream");
    assert_int_equal(p.parts[0].len, 7);
    assert_memory_equal(p.parts[0].data, "\0\xff\r\n-\r\n", 7);
}

static void test_multipart_no_parts(void **state)
{
    struct parsed p = parse(state, "--xx--\r\n");
    assert_true(p.ok);
    assert_int_equal(p.n, 0);
}

static void test_multipart_malformed(void **state)
{
    static const char *const bad[] = {
        "",
        "no boundary",
        "--xx",
        "--xx\r\n",
        "--xx\r\n" FIELD("a"),
        "--xx\r\n" FIELD("a") "\r\n",
        "--xx\r\n" FIELD("a") "\r\nvalue",
        "--xx\r\n" FIELD("a") "\r\nvalue\r\n--x",
        "--xx\r\n" FIELD("a") "\r\nvalue\n--xx--",
        "--xx\r\n" FIELD("a") "\r\nvalue\r\n--xx",
        "--xx\r\n" FIELD("a") "\r\nvalue\r\n--xx-",
        "--xxy\r\n" FIELD("a") "\r\nvalue\r\n--xxy--",
        "--xx\r\n\r\nno name\r\n--xx--",
        "--xx\r\nContent-Disposition: form-data\r\n\r\nv\r\n--xx--",
        "--xx\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv\r\n--xx--",
        "--xx\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nv\r\n--xx--",
        "--xx\r\n" FIELD("a") "Content-Transfer-Encoding: base64\r\n\r\nv\r\n--xx--",
        "--xx\r\n" FIELD("a\xff") "\r\nv\r\n--xx--",
        "--xx\r\n" FIELD("a") "\r\nv\xff\r\n--xx--",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (parse(state, bad[i]).ok)
            fail_msg("accepted: %s", bad[i]);
    }
    static const char nul_name[] = "--xx\r\n" FIELD("a\0b") "\r\nv\r\n--xx--";
    static const char nul_value[] = "--xx\r\n" FIELD("a") "\r\nv\0w\r\n--xx--";
    assert_false(parse_bytes(state, form_type, nul_name, sizeof nul_name - 1).ok);
    assert_false(parse_bytes(state, form_type, nul_value, sizeof nul_value - 1).ok);
}

static void test_multipart_types(void **state)
{
    static const struct {
        const char *type;
        bool ok;
    } cases[] = {
        {"multipart/form-data; boundary=xx", true},
        {"Multipart/Form-Data; charset=utf-8; Boundary=\"xx\"", true},
        {"multipart/form-data;boundary=xx;x=y", true},
        {"multipart/form-data", false},
        {"multipart/form-data; boundary=", false},
        {"multipart/form-data; boundary=\"xx", false},
        {"multipart/form-data; xboundary=xx", false},
        {"multipart/mixed; boundary=xx", false},
        {"text/plain", false},
        {NULL, false},
        {"multipart/form-data; "
         "boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
            false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (parse_bytes(state, cases[i].type, "--xx--", 6).ok != cases[i].ok)
            fail_msg("%s", cases[i].type);
    }
}

static void test_multipart_filenames(void **state)
{
    static const struct {
        const char *sent, *kept;
    } cases[] = {
        {"a.csv", "a.csv"},
        {"C:\\\\Users\\\\me\\\\a.csv", "a.csv"},
        {"C:\\Users\\me\\a.csv", "a.csv"},
        {"../../etc/passwd", "passwd"},
        {"a/b\\c.txt", "c.txt"},
        {"..", "file"},
        {".", "file"},
        {"dir/", "file"},
        {"", ""},
        {"a\x01\x7f\tb", "ab"},
        {"sm\\\"ile.txt", "sm\"ile.txt"},
        {"größe; x=y.txt", "größe; x=y.txt"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char body[512];
        snprintf(body, sizeof body,
            "--xx\r\nContent-Disposition: form-data; filename=\"%s\"; name=f\r\n\r\nv\r\n--xx--",
            cases[i].sent);
        struct parsed p = parse(state, body);
        assert_true(p.ok);
        assert_string_equal(p.parts[0].filename, cases[i].kept);
        assert_string_equal(p.parts[0].name, "f");
    }
}

static void test_multipart_long_filename(void **state)
{
    struct buf body = buf_in(*state, 100000);
    buf_adds(&body, "--xx\r\nContent-Disposition: form-data; name=f; filename=\"");
    for (int i = 0; i < 200; i++)
        buf_adds(&body, "ü");
    buf_adds(&body, "\"\r\n\r\nv\r\n--xx--");
    struct parsed p = parse(state, buf_str(&body));
    assert_true(p.ok);
    assert_int_equal(strlen(p.parts[0].filename), 254);
}

static void add_part(struct buf *b, const char *headers, size_t n)
{
    buf_addf(b, "--xx\r\n%s\r\n", headers);
    char *room = buf_room(b, n);
    assert_non_null(room);
    for (size_t i = 0; i < n; i++)
        room[i] = (char)('a' + i % 26);
    b->len += n;
    buf_adds(b, "\r\n");
}

#define FILE_FIELD "Content-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n"

static void check_stored(const struct http_part *part, size_t n)
{
    struct stat st;
    assert_null(part->data);
    assert_int_equal(part->len, n);
    assert_int_equal(stat(part->path, &st), 0);
    assert_int_equal(st.st_size, n);
    char tail[2];
    int fd = open(part->path, O_RDONLY);
    assert_int_equal(pread(fd, tail, 2, (off_t)n - 2), 2);
    close(fd);
    assert_int_equal(tail[1], 'a' + (n - 1) % 26);
}

/* Sizes around the window and around what is kept in memory. */
static void test_multipart_large_parts(void **state)
{
    static const size_t sizes[] = {
        65530, 65536, 65537, 131071, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3000000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct buf body = buf_new(BUF_MAX_DEFAULT);
        add_part(&body, FILE_FIELD, sizes[i]);
        add_part(&body, FIELD("after"), 3);
        buf_adds(&body, "--xx--\r\n");
        struct parsed p = parse_bytes(state, form_type, body.p, body.len);
        assert_true(p.ok);
        assert_int_equal(p.n, 2);
        assert_string_equal(p.parts[1].data, "abc");
        if (sizes[i] > 1 << 20)
            check_stored(&p.parts[0], sizes[i]);
        else
            assert_int_equal(p.parts[0].data[sizes[i] - 1], 'a' + (sizes[i] - 1) % 26);
        assert_int_equal(p.parts[0].len, sizes[i]);
        buf_free(&body);
    }
}

static void test_multipart_stored_file_is_removed(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf body = buf_new(BUF_MAX_DEFAULT);
    add_part(&body, FILE_FIELD, 2000000);
    buf_adds(&body, "--xx--");
    struct parsed p = parse_bytes((void **)&a, form_type, body.p, body.len);
    assert_true(p.ok);
    char *path = xstrdup(p.parts[0].path);
    assert_int_equal(access(path, F_OK), 0);
    arena_free(a);
    assert_int_equal(access(path, F_OK), -1);
    free(path);
    buf_free(&body);
}

static void test_multipart_limits(void **state)
{
    struct buf body = buf_new(BUF_MAX_DEFAULT);
    add_part(&body, FIELD("a"), (1 << 20) + 1);
    buf_adds(&body, "--xx--");
    assert_false(parse_bytes(state, form_type, body.p, body.len).ok);
    for (int parts = 100; parts <= 101; parts++) {
        buf_clear(&body);
        for (int i = 0; i < parts; i++)
            add_part(&body, FIELD("a"), 1);
        buf_adds(&body, "--xx--");
        assert_int_equal(parse_bytes(state, form_type, body.p, body.len).ok, parts == 100);
    }
    buf_clear(&body);
    buf_adds(&body, "--xx\r\n" FIELD("a"));
    for (int i = 0; i < 2000; i++)
        buf_adds(&body, "X: yyy\r\n");
    buf_adds(&body, "\r\nv\r\n--xx--");
    assert_false(parse_bytes(state, form_type, body.p, body.len).ok);
    buf_free(&body);
}

static void test_multipart_from_file(void **state)
{
    static const char body[] = "--xx\r\n" FIELD("a") "\r\none\r\n--xx--";
    char *path;
    int fd = temp_file(*state, NULL, &path);
    assert_true(temp_write(fd, body, sizeof body - 1));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    struct http_part *parts;
    size_t n;
    const char *error;
    assert_true(
        multipart_read(*state, (struct multipart_source){.fd = fd}, form_type, NULL, &parts, &n, &error));
    assert_int_equal(n, 1);
    assert_string_equal(parts[0].data, "one");
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_form_pairs, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_form_malformed, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_form_stays_within_its_text, make_arena, drop_arena),
        cmocka_unit_test(test_coding_accepted),
        cmocka_unit_test(test_compress),
        cmocka_unit_test_setup_teardown(test_multipart_fields, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_binary_file, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_no_parts, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_malformed, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_types, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_filenames, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_long_filename, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_large_parts, make_arena, drop_arena),
        cmocka_unit_test(test_multipart_stored_file_is_removed),
        cmocka_unit_test_setup_teardown(test_multipart_limits, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_multipart_from_file, make_arena, drop_arena),
    };
    return cmocka_run_group_tests_name("http forms", tests, NULL, NULL);
}
