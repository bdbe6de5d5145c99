/* What the guards refuse, and what they let through. */
#include "unit/http_server.h"

/* ---- guards */

static void test_refusal_is_a_problem_document(void **state)
{
    struct answer *a = ask(*state, "BREW / HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(a->status, 501);
    assert_string_equal(header_of(a, "Content-Type"), "application/problem+json");
    assert_string_equal(header_of(a, "Connection"), "close");
    assert_non_null(strstr(a->body, "\"status\":501"));
    assert_non_null(header_of(a, "Content-Security-Policy"));
}

static void test_framing(void **state)
{
    static const char *const bad[] = {
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3, 3\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: -3\r\n",
        "Content-Length: 0x3\r\n",
        "Content-Length:\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked \r\n",
        "Transfer-Encoding:\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length : 3\r\n",
        " Content-Length: 3\r\n",
        "Host: example.com\r\n",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        char request[512];
        snprintf(request, sizeof request, "POST / HTTP/1.1\r\n" HOST "%s\r\n0\r\n\r\n", bad[i]);
        assert_refused(*state, request, 400);
    }
    assert_refused(*state, "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
}

/* What would be larger than it looks is not unpacked, nor taken for what it is not. */
static void test_compressed_bodies(void **state)
{
    static const char *const codings[] = {"gzip", "deflate", "br", "identity, gzip", "GZIP", ""};
    for (size_t i = 0; i < COUNT(codings); i++) {
        char request[256];
        snprintf(request, sizeof request,
            "POST / HTTP/1.1\r\n" HOST "Content-Encoding: %s\r\nContent-Length: 2\r\n\r\nab", codings[i]);
        assert_refused(*state, request, 415);
    }
    const char *gzip =
        "POST / HTTP/1.1\r\n" HOST "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n\r\n";
    assert_refused(*state, gzip, 415);
    assert_string_equal(header_of(ask(*state, gzip), "Accept-Encoding"), "identity");
    const char *plain =
        "POST / HTTP/1.1\r\n" HOST "Content-Encoding: identity\r\nContent-Length: 2\r\n\r\nab";
    assert_int_equal(ask(*state, plain)->status, 200);
}

static void test_host(void **state)
{
    assert_refused(*state, "GET / HTTP/1.1\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\nHost: a\"b\r\n\r\n", 400);
    assert_int_equal(ask(*state, "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")->status, 200);
    assert_int_equal(ask(*state, "GET / HTTP/1.0\r\n\r\n")->status, 200);
}

static void test_header_syntax(void **state)
{
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "A: b\r\n folded\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "A: b\r\n\tfolded\r\nC: d\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "A: b\nC: d\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "A: b\rC: d\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\n" HOST "\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "A: b\n\nGET /x HTTP/1.1\r\n" HOST "\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "A b: c\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "A: b\x01\r\n\r\n", 400);
    assert_refused(*state, "GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n", 400);
    assert_int_equal(ask(*state, "GET / HTTP/1.1\r\n" HOST "A:b\r\nC: \t d \r\nE:\r\n\r\n")->status, 200);
}

static void assert_refused_bytes(const struct http_server *s, const char *request, size_t n)
{
    struct answer a;
    int handled = atomic_load(&shared_app.handled);
    int fd = dial(s);
    put(fd, request, n);
    get_answer(fd, &a, false);
    assert_true(a.status == 400 || a.status == 0);
    assert_int_equal(atomic_load(&shared_app.handled), handled);
    close(fd);
}

static void test_unseen_bytes(void **state)
{
    static const char in_path[] = "GET /a\0b HTTP/1.1\r\n" HOST "\r\n";
    static const char two_spaces[] = "GET /  HTTP/1.1\r\n" HOST "\r\n";
    static const char in_value[] = "GET / HTTP/1.1\r\n" HOST "A: b\0c\r\n\r\n";
    static const char in_name[] = "GET / HTTP/1.1\r\n" HOST "A\0b: c\r\n\r\n";
    static const char in_last[] = "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\0\r\n\r\nx";
    assert_refused_bytes(*state, two_spaces, sizeof two_spaces - 1);
    assert_refused_bytes(*state, in_path, sizeof in_path - 1);
    assert_refused_bytes(*state, in_value, sizeof in_value - 1);
    assert_refused_bytes(*state, in_name, sizeof in_name - 1);
    assert_refused_bytes(*state, in_last, sizeof in_last - 1);
}

static void test_paths(void **state)
{
    static const struct {
        const char *target;
        int status;
    } cases[] = {
        {"/%zz", 400},
        {"/%4", 400},
        {"/%", 400},
        {"/a%00b", 400},
        {"/%ff", 400},
        {"/%c3%28", 400},
        {"/%ed%a0%80", 400},
        {"/a\\b", 400},
        {"/a%5cb", 400},
        {"/a%2fb", 400},
        {"/a%2Fb", 400},
        {"/a%0ab", 400},
        {"/a%09b", 400},
        {"/a#b", 400},
        {"/\xc3\xbc", 400},
        {"/?q=\xc3\xbc", 400},
        {"a", 400},
        {"*", 400},
        {"http://example.com/", 400},
        {"/.", 404},
        {"/..", 404},
        {"/a/../b", 404},
        {"/a/%2e%2E/b", 404},
        {"/./a", 404},
        {"//example.com", 404},
        {"/a//b", 404},
        {"/...", 200},
        {"/.well-known/x", 200},
        {"/a/", 200},
        {"/%c3%bc", 200},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char request[256];
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "\r\n", cases[i].target);
        if (cases[i].status == 200)
            assert_int_equal(ask(*state, request)->status, 200);
        else
            assert_refused(*state, request, cases[i].status);
    }
}

static void test_methods(void **state)
{
    assert_refused(*state, "TRACE / HTTP/1.1\r\n" HOST "\r\n", 405);
    assert_refused(*state, "CONNECT / HTTP/1.1\r\n" HOST "\r\n", 405);
    assert_refused(*state, "get / HTTP/1.1\r\n" HOST "\r\n", 501);
    assert_non_null(header_of(ask(*state, "TRACE / HTTP/1.1\r\n" HOST "\r\n"), "Allow"));
    assert_non_null(strstr(ask(*state, "DELETE / HTTP/1.1\r\n" HOST "\r\n")->body, "method=5"));
    assert_non_null(strstr(ask(*state, "PATCH / HTTP/1.1\r\n" HOST "\r\n")->body, "method=4"));
    assert_non_null(strstr(ask(*state, "OPTIONS /x HTTP/1.1\r\n" HOST "\r\n")->body, "method=6"));
}

static int status_of_long(const struct http_server *s, size_t path_len, size_t header_len, size_t headers)
{
    struct buf request = buf_new(1 << 20);
    buf_adds(&request, "GET /");
    for (size_t i = 1; i < path_len; i++)
        buf_addc(&request, 'a');
    buf_adds(&request, " HTTP/1.1\r\n" HOST);
    for (size_t i = 0; i < headers; i++)
        buf_addf(&request, "H%zu: x\r\n", i);
    buf_adds(&request, "Long: ");
    for (size_t i = 0; i < header_len; i++)
        buf_addc(&request, 'b');
    buf_adds(&request, "\r\n\r\n");
    int status = ask(s, buf_str(&request))->status;
    buf_free(&request);
    return status;
}

static void test_long_heads(void **state)
{
    assert_int_equal(status_of_long(*state, 4000, 10, 0), 200);
    assert_int_equal(status_of_long(*state, URI_MAX, 10, 0), 200);
    assert_int_equal(status_of_long(*state, URI_MAX + 1, 10, 0), 414);
    assert_int_equal(status_of_long(*state, 70000, 10, 0), 414);
    assert_int_equal(status_of_long(*state, 10, 10000, 0), 200);
    assert_int_equal(status_of_long(*state, 10, HEAD_MAX, 0), 431);
    assert_int_equal(status_of_long(*state, 10, 70000, 0), 431);
    assert_int_equal(status_of_long(*state, 10, 10, HEADERS_MAX - 2), 200);
    assert_int_equal(status_of_long(*state, 10, 10, HEADERS_MAX - 1), 431);
}

int main(void)
{
    const struct CMUnitTest shared[] = {
        cmocka_unit_test(test_refusal_is_a_problem_document),
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_compressed_bodies),
        cmocka_unit_test(test_host),
        cmocka_unit_test(test_header_syntax),
        cmocka_unit_test(test_unseen_bytes),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_long_heads),
    };
    return cmocka_run_group_tests_name("http guards", shared, start_shared, stop_shared);
}
