/* Requests, replies and bodies over HTTP and HTTPS. */
#include "unit/http_server.h"

#include <curl/curl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <zlib.h>

/* ---- requests and replies */

static void test_get(void **state)
{
    struct answer *a = ask(*state, "GET /a%20b/c?q=1%202&z HTTP/1.1\r\n" HOST "Cookie: x=1; sid=abc\r\n\r\n");
    assert_int_equal(a->status, 200);
    assert_string_equal(a->body, "method=0 path=/a b/c query=q=1%202&z q=1 2 sid=abc peer=127.0.0.1 tls=0 "
                                 "host=example.com len=0 body=");
}

static void test_reply_has_security_headers(void **state)
{
    struct answer *a = ask(*state, "GET / HTTP/1.1\r\n" HOST "\r\n");
    assert_non_null(strstr(header_of(a, "Content-Security-Policy"), "default-src 'none'; script-src 'self'"));
    assert_string_equal(header_of(a, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(header_of(a, "Referrer-Policy"), "same-origin");
    assert_string_equal(header_of(a, "Cross-Origin-Opener-Policy"), "same-origin");
    assert_non_null(header_of(a, "Permissions-Policy"));
    assert_string_equal(header_of(a, "Cache-Control"), "no-store");
    assert_int_equal(strlen(header_of(a, "X-Request-Id")), 16);
    assert_non_null(header_of(a, "Date"));
    assert_null(header_of(a, "Strict-Transport-Security"));
}

static void test_request_ids_differ(void **state)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    char *first = xstrdup(header_of(ask(*state, request), "X-Request-Id"));
    assert_string_not_equal(first, header_of(ask(*state, request), "X-Request-Id"));
    free(first);
}

static void test_post_body(void **state)
{
    struct answer *a = ask(*state, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");
    assert_non_null(strstr(a->body, "method=2 path=/p"));
    assert_non_null(strstr(a->body, "len=5 body=hello"));
}

static void test_chunked_body(void **state)
{
    struct answer *a = ask(*state, "PUT /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                                   "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: t\r\n\r\n");
    assert_non_null(strstr(a->body, "len=5 body=hello"));
}

static void test_empty_body(void **state)
{
    struct answer *a = ask(*state, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
    assert_non_null(strstr(a->body, "len=0 body="));
}

static void test_expect_continue(void **state)
{
    struct answer a;
    int fd = dial(*state);
    puts_to(fd, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    get_answer(fd, &a, false);
    assert_int_equal(a.status, 100);
    puts_to(fd, "ok");
    get_answer(fd, &a, false);
    assert_non_null(strstr(a.body, "body=ok"));
    close(fd);
}

static void test_head(void **state)
{
    struct answer a;
    int fd = dial(*state);
    puts_to(fd, "HEAD /big HTTP/1.1\r\n" HOST "\r\n");
    get_answer(fd, &a, true);
    assert_int_equal(a.status, 200);
    assert_true(strtoul(header_of(&a, "Content-Length"), NULL, 10) > 1000);
    puts_to(fd, "GET /after HTTP/1.1\r\n" HOST "\r\n");
    get_answer(fd, &a, false);
    assert_non_null(strstr(a.body, "method=0 path=/after"));
    close(fd);
}

static void test_keep_alive_and_pipelining(void **state)
{
    struct answer a;
    int fd = dial(*state);
    puts_to(fd, "GET /1 HTTP/1.1\r\n" HOST "\r\n"
                "POST /2 HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab"
                "GET /3 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    get_answer(fd, &a, false);
    assert_non_null(strstr(a.body, "path=/1"));
    size_t seen = 1;
    char rest[65536] = "";
    size_t n = a.body_len - body_expected(&a, false);
    memcpy(rest, a.body + body_expected(&a, false), n);
    ssize_t got;
    while (wait_readable(fd, 20000) && (got = recv(fd, rest + n, sizeof rest - 1 - n, 0)) > 0)
        n += (size_t)got;
    rest[n] = 0;
    seen += strstr(rest, "path=/2") != NULL;
    seen += strstr(rest, "path=/3") != NULL;
    assert_int_equal(seen, 3);
    close(fd);
}

static void test_http_1_0_closes(void **state)
{
    struct answer a;
    int fd = dial(*state);
    puts_to(fd, "GET /old HTTP/1.0\r\n\r\n");
    get_answer(fd, &a, false);
    assert_int_equal(a.status, 200);
    assert_true(closes(fd));
    close(fd);
}

static void test_answer_from_another_thread(void **state)
{
    assert_string_equal(ask(*state, "GET /later HTTP/1.1\r\n" HOST "\r\n")->body, "later");
    assert_string_equal(ask(*state, "GET /continue HTTP/1.1\r\n" HOST "\r\n")->body, "continued");
}

static void test_reply_from_file(void **state)
{
    assert_string_equal(ask(*state, "GET /file HTTP/1.1\r\n" HOST "\r\n")->body, "from a file");
}

static void test_reply_headers(void **state)
{
    struct answer *a = ask(*state, "GET /headers HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(a->status, 303);
    assert_non_null(strstr(a->text, "Set-Cookie: a=1; Path=/\r\n"));
    assert_non_null(strstr(a->text, "Set-Cookie: b=2; Path=/\r\n"));
    assert_string_equal(header_of(a, "Cache-Control"), "private, max-age=60");
    assert_int_equal(a->body_len, 0);
}

static void inflate_to(char *out, size_t room, const char *data, size_t n)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data,
        .avail_in = (uInt)n,
        .next_out = (Bytef *)out,
        .avail_out = (uInt)room - 1};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    out[z.total_out] = 0;
    inflateEnd(&z);
}

static void test_gzip(void **state)
{
    static char text[65536];
    struct answer *a = ask(*state, "GET /big HTTP/1.1\r\n" HOST "Accept-Encoding: br, gzip\r\n\r\n");
    assert_string_equal(header_of(a, "Content-Encoding"), "gzip");
    assert_string_equal(header_of(a, "Vary"), "Accept-Encoding");
    inflate_to(text, sizeof text, a->body, a->body_len);
    assert_non_null(strstr(text, "line 0 of a text\nline 1 of"));
    assert_non_null(strstr(text, "line 499 of a text\n"));
}

static void test_no_gzip(void **state)
{
    struct answer *a = ask(*state, "GET /big HTTP/1.1\r\n" HOST "Accept-Encoding: gzip;q=0, br\r\n\r\n");
    assert_null(header_of(a, "Content-Encoding"));
    assert_string_equal(header_of(a, "Vary"), "Accept-Encoding");
    a = ask(*state, "GET /secret HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\n\r\n");
    assert_null(header_of(a, "Content-Encoding"));
    a = ask(*state, "GET /small HTTP/1.1\r\n" HOST "Accept-Encoding: gzip\r\n\r\n");
    assert_null(header_of(a, "Content-Encoding"));
}

static void test_asset(void **state)
{
    struct answer *a = ask(*state, "GET /static/app.3f2a9c.css HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(a->body, "plain");
    assert_string_equal(header_of(a, "Cache-Control"), "public, max-age=31536000, immutable");
    assert_string_equal(header_of(a, "Content-Type"), "text/css");
    a = ask(
        *state, "GET /static/app.3f2a9c.css HTTP/1.1\r\n" HOST "Accept-Encoding: gzip, deflate, br\r\n\r\n");
    assert_string_equal(a->body, "br");
    assert_string_equal(header_of(a, "Content-Encoding"), "br");
    a = ask(*state, "GET /static/app.3f2a9c.css HTTP/1.1\r\n" HOST "Accept-Encoding: gzip, br;q=0\r\n\r\n");
    assert_string_equal(a->body, "gzip");
    a = ask(*state, "GET /static/none.css HTTP/1.1\r\n" HOST "\r\n");
    assert_non_null(strstr(a->body, "path=/static/none.css"));
    assert_string_equal(asset_path("app.css"), "/static/app.3f2a9c.css");
}

static void test_multipart_over_http(void **state)
{
    static const char body[] =
        "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"C:\\x\\y.csv\"\r\n"
        "Content-Type: text/csv\r\n\r\nq,r\r\n\r\n--xx--\r\n";
    char request[1024];
    snprintf(request, sizeof request,
        "POST /parts HTTP/1.1\r\n" HOST "Content-Type: multipart/form-data; boundary=xx\r\n"
        "Content-Length: %zu\r\n\r\n%s",
        strlen(body), body);
    assert_string_equal(ask(*state, request)->body, "[a|-|1][f|y.csv|5]");
}

/* ---- bodies and their limits */

static struct answer *post_bytes(const struct http_server *s, const char *path, size_t n, bool chunked)
{
    static struct answer a;
    char head[256];
    char *bytes = memset(xmalloc(n + 1), 'x', n + 1);
    int fd = dial(s);
    if (chunked)
        snprintf(head, sizeof head, "POST %s HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n%zx\r\n",
            path, n);
    else
        snprintf(head, sizeof head, "POST %s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", path, n);
    puts_to(fd, head);
    for (size_t done = 0; done < n;) {
        ssize_t sent = send(fd, bytes, n - done, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        done += (size_t)sent;
    }
    if (chunked)
        puts_to(fd, "\r\n0\r\n\r\n");
    get_answer(fd, &a, false);
    close(fd);
    free(bytes);
    return &a;
}

static void test_body_at_the_limit(void **state)
{
    struct answer *a = post_bytes(*state, "/p", 64 * 1024 - 256, false);
    assert_int_equal(a->status, 200);
    a = post_bytes(*state, "/p", 64 * 1024 - 256, true);
    assert_int_equal(a->status, 200);
}

static void test_large_body_goes_to_a_file(void **state)
{
    struct answer *a = post_bytes(*state, "/import", 700 * 1024, false);
    assert_int_equal(a->status, 200);
    for (int i = 0; i < 1000 && access(a->body, F_OK) == 0; i++)
        usleep(10000);
    assert_int_equal(access(a->body, F_OK), -1);
    a = post_bytes(*state, "/import", 700 * 1024, true);
    assert_int_equal(a->status, 200);
    a = post_bytes(*state, "/import", 10, false);
    assert_non_null(strstr(a->body, "len=10 body=xxxxxxxxxx"));
}

static void test_declared_length_over_the_limit(void **state)
{
    assert_refused(*state, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n", 413);
    assert_refused(*state, "POST /import HTTP/1.1\r\n" HOST "Content-Length: 1048577\r\n\r\n", 413);
    assert_refused(*state, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", 413);
    assert_refused(
        *state, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n", 413);
}

/* Closing with unread data would reset the connection, and the answer could be lost. */
static void test_refusal_reaches_a_client_that_still_sends(void **state)
{
    struct answer a;
    size_t n = 3 << 20;
    char *bytes = memset(xmalloc(n), 'x', n);
    int fd = dial(*state);
    puts_to(fd, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 3145728\r\n\r\n");
    get_answer(fd, &a, false);
    assert_int_equal(a.status, 413);
    assert_true(put(fd, bytes, n));
    assert_int_equal(recv(fd, bytes, 1, 0), 0);
    close(fd);
    free(bytes);
}

static void test_chunked_over_the_limit_is_cut(void **state)
{
    assert_int_equal(post_bytes(*state, "/p", 65537, true)->status, 0);
    assert_int_equal(post_bytes(*state, "/import", (1 << 20) + 1, true)->status, 0);
}

/* ---- proxies */

static struct answer *ask_from(const struct http_server *s, const char *from, const char *headers)
{
    static struct answer a;
    char request[512];
    int fd = connect_from(http_port(s), from);
    snprintf(request, sizeof request, "GET / HTTP/1.1\r\n" HOST "%s\r\n", headers);
    puts_to(fd, request);
    get_answer(fd, &a, false);
    close(fd);
    return &a;
}

static void test_trusted_proxy(void **state)
{
    struct answer *a = ask_from(*state, "127.0.0.2",
        "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-For: 10.1.2.3\r\nX-Forwarded-Proto: https\r\n");
    assert_non_null(strstr(a->body, "peer=203.0.113.9 tls=1"));
    assert_non_null(header_of(a, "Strict-Transport-Security"));
    a = ask_from(*state, "127.0.0.2", "X-Forwarded-For: 2001:db8::1\r\nX-Forwarded-Proto: http\r\n");
    assert_non_null(strstr(a->body, "peer=2001:db8::1 tls=0"));
}

/* A proxy may write ports, or what is no address: the client is never the proxy itself. */
static void test_hops_that_are_no_plain_address(void **state)
{
    static const struct {
        const char *given, *peer;
    } cases[] = {{"203.0.113.5:1234", "203.0.113.5"}, {"6.6.6.6, 203.0.113.5:1234", "203.0.113.5"},
        {"[2001:db8::1]:443", "2001:db8::1"}, {"[2001:db8::1]", "2001:db8::1"},
        {"203.0.113.5:1234, 10.1.2.3:80", "203.0.113.5"}, {"xx", "::"}, {"203.0.113.9, nonsense", "::"},
        {"203.0.113.9,", "::"}, {"203.0.113.5:99999", "::"}, {"203.0.113.5:12x", "::"},
        {"[2001:db8::1", "::"}, {"[2001:db8::1]x", "::"}, {"unknown, 10.1.2.3", "::"}, {"127.0.0.1", "::"},
        {"::1", "::"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char header[128], peer[64];
        snprintf(header, sizeof header, "X-Forwarded-For: %s\r\n", cases[i].given);
        snprintf(peer, sizeof peer, "peer=%s tls", cases[i].peer);
        const struct answer *a = ask_from(*state, "127.0.0.2", header);
        if (!strstr(a->body, peer))
            fail_msg("%s: %s", cases[i].given, a->body);
    }
}

/* Its id of a request is kept where it is one: log, headers and problems would take anything else to heart.
 */
static void test_request_id_of_a_trusted_proxy(void **state)
{
    (void)state;
    static const struct {
        const char *trusted, *given;
        bool kept;
    } cases[] = {{"127.0.0.1", "0f8fad5b-d9cb-469f-a165-70867728950e", true}, {"127.0.0.1", "short", false},
        {"127.0.0.1", "abcdefgh<script>", false}, {"127.0.0.1", "abcdefgh, ijklmnop", false},
        {"10.0.0.1", "0f8fad5b-d9cb-469f-a165-70867728950e", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct app app;
        struct http_config config = basic(&app);
        config.trusted_proxies = cases[i].trusted;
        struct http_server *s = start(&app, &config);
        char request[512];
        snprintf(
            request, sizeof request, "GET / HTTP/1.1\r\n" HOST "X-Request-Id: %s\r\n\r\n", cases[i].given);
        const char *id = header_of(ask(s, request), "X-Request-Id");
        assert_int_equal(streq(id, cases[i].given), cases[i].kept);
        http_stop(s, 1);
    }
}

static void test_untrusted_proxy(void **state)
{
    struct answer *a =
        ask_from(*state, "127.0.0.3", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n");
    assert_non_null(strstr(a->body, "peer=127.0.0.3 tls=0"));
}

static void test_networks(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct network_list list;
    struct address address;
    assert_true(networks_parse(a, "192.168.0.0/20, ::1,2001:db8::/33", &list));
    assert_int_equal(list.count, 3);
    static const struct {
        const char *text;
        bool in;
    } cases[] = {{"192.168.15.255", true}, {"192.168.16.0", false}, {"::1", true}, {"::2", false},
        {"2001:db8:7fff::1", true}, {"2001:db8:8000::1", false}, {"::ffff:192.168.1.1", true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(address_parse(cases[i].text, &address));
        assert_int_equal(networks_contain(&list, address), cases[i].in);
    }
    assert_false(networks_parse(a, "10.0.0.0/33", &list));
    assert_false(networks_parse(a, "10.0.0.0/", &list));
    assert_false(networks_parse(a, "10.0.0.1,", &list));
    assert_false(networks_parse(a, "proxy", &list));
    arena_free(a);
}

/* ---- TLS */

/* A self-signed certificate for "localhost" and its key, each in a file. */
static void write_certificate(const char *cert_path, const char *key_path)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    X509_NAME *name = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(cert, name);
    X509_set_pubkey(cert, key);
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
    FILE *f = fopen(cert_path, "we");
    assert_true(f && PEM_write_X509(f, cert) == 1);
    fclose(f);
    f = fopen(key_path, "we");
    assert_true(f && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1);
    fclose(f);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static size_t append(char *data, size_t size, size_t n, void *buf)
{
    buf_add(buf, data, size * n);
    return size * n;
}

static CURLcode fetch(const char *url, const char *cert_path, struct buf *head, struct buf *body)
{
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, cert_path);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, head);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code;
}

static void test_tls(void **state)
{
    (void)state;
    struct app app;
    struct arena *a = arena_new();
    char *cert, *key;
    close(temp_file(a, NULL, &cert));
    close(temp_file(a, NULL, &key));
    write_certificate(cert, key);
    struct http_config config = basic(&app);
    config.tls_cert = cert;
    config.tls_key = key;
    config.header_seconds = 1;
    struct http_server *s = start(&app, &config);
    struct buf head = buf_in(a, 100000), body = buf_in(a, 100000);
    assert_int_equal(
        fetch(arena_printf(a, "https://127.0.0.1:%u/x", http_port(s)), cert, &head, &body), CURLE_OK);
    assert_non_null(strstr(buf_str(&body), "path=/x"));
    assert_non_null(strstr(buf_str(&body), "tls=1"));
    assert_non_null(strstr(buf_str(&head), "Strict-Transport-Security: max-age="));
    int silent = dial(s), plain = dial(s);
    puts_to(plain, "GET / HTTP/1.1\r\n" HOST "\r\n");
    assert_true(closes(silent));
    wait_connections(s, 0);
    close(silent);
    close(plain);
    http_stop(s, 1);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest shared[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_reply_has_security_headers),
        cmocka_unit_test(test_request_ids_differ),
        cmocka_unit_test(test_post_body),
        cmocka_unit_test(test_chunked_body),
        cmocka_unit_test(test_empty_body),
        cmocka_unit_test(test_expect_continue),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_keep_alive_and_pipelining),
        cmocka_unit_test(test_http_1_0_closes),
        cmocka_unit_test(test_answer_from_another_thread),
        cmocka_unit_test(test_reply_from_file),
        cmocka_unit_test(test_reply_headers),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_no_gzip),
        cmocka_unit_test(test_asset),
        cmocka_unit_test(test_multipart_over_http),
        cmocka_unit_test(test_body_at_the_limit),
        cmocka_unit_test(test_large_body_goes_to_a_file),
        cmocka_unit_test(test_declared_length_over_the_limit),
        cmocka_unit_test(test_refusal_reaches_a_client_that_still_sends),
        cmocka_unit_test(test_chunked_over_the_limit_is_cut),
        cmocka_unit_test(test_trusted_proxy),
        cmocka_unit_test(test_hops_that_are_no_plain_address),
        cmocka_unit_test(test_request_id_of_a_trusted_proxy),
        cmocka_unit_test(test_untrusted_proxy),
    };
    const struct CMUnitTest own[] = {
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_tls),
    };
    int failed = cmocka_run_group_tests_name("http", shared, start_shared, stop_shared);
    return failed + cmocka_run_group_tests_name("http, own servers", own, NULL, NULL);
}
