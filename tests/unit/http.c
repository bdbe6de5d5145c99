/* The server in this process, driven through plain sockets. */
#include "http/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

const struct asset assets[] = {
    {.name = "app.css",
        .path = "/static/app.3f2a9c.css",
        .type = "text/css",
        .data = (const unsigned char *)"plain",
        .len = 5,
        .gzip = (const unsigned char *)"gzip",
        .gzip_len = 4,
        .brotli = (const unsigned char *)"br",
        .brotli_len = 2},
};
const size_t n_assets = COUNT(assets);

/* ---- the handler under test */

struct app {
    sem_t entered, release;
    atomic_int handled;
    struct http_server *server;
};

static void send_text(struct http_request *r, const char *text)
{
    http_send(r, &(struct http_reply){
                     .status = 200, .type = "text/plain; charset=utf-8", .body = text, .len = strlen(text)});
}

static void describe(struct http_request *r)
{
    const char *q = http_query(r, "q"), *cookie = http_cookie(r, "sid");
    send_text(r, arena_printf(r->arena,
                     "method=%d path=%s query=%s q=%s sid=%s peer=%s tls=%d host=%s len=%zu body=%.*s",
                     r->method, r->path, r->query, q ? q : "-", cookie ? cookie : "-", r->peer, r->tls,
                     r->host, r->body_len, r->body ? (int)r->body_len : 0, r->body ? r->body : ""));
}

static void *answer_later(void *arg)
{
    struct http_request *r = arg;
    usleep(20000);
    send_text(r, "later");
    return NULL;
}

static void continued(void *arg)
{
    send_text(arg, "continued");
}

static void answer_file(struct http_request *r)
{
    char *path;
    int fd = temp_file(r->arena, NULL, &path);
    assert_true(fd >= 0 && temp_write(fd, "from a file", 11));
    close(fd);
    http_send(r, &(struct http_reply){.status = 200, .type = "text/plain", .file = path});
}

static void answer_body_file(struct http_request *r)
{
    struct stat st;
    assert_non_null(r->body_path);
    assert_null(r->body);
    assert_int_equal(stat(r->body_path, &st), 0);
    assert_int_equal(st.st_size, r->body_len);
    send_text(r, r->body_path);
}

static void answer_headers(struct http_request *r)
{
    http_send(r, &(struct http_reply){.status = 303,
                     .headers = {{"Set-Cookie", "a=1; Path=/"}, {"Set-Cookie", "b=2; Path=/"},
                         {"Location", "/next"}, {"Cache-Control", "private, max-age=60"}}});
}

static void answer_big(struct http_request *r, bool no_compress)
{
    struct buf text = buf_in(r->arena, 100000);
    for (int i = 0; i < 500; i++)
        buf_addf(&text, "line %d of a text\n", i);
    http_send(r, &(struct http_reply){.status = 200,
                     .type = "text/html; charset=utf-8",
                     .body = buf_str(&text),
                     .len = text.len,
                     .no_compress = no_compress});
}

static void answer_parts(struct http_request *r)
{
    struct http_part *parts;
    size_t count;
    const char *error;
    if (!http_multipart(r, &parts, &count, &error)) {
        send_text(r, error);
        return;
    }
    struct buf out = buf_in(r->arena, 100000);
    for (size_t i = 0; i < count; i++)
        buf_addf(
            &out, "[%s|%s|%zu]", parts[i].name, parts[i].filename ? parts[i].filename : "-", parts[i].len);
    send_text(r, buf_str(&out));
}

static void handle(void *ctx, struct http_request *r)
{
    struct app *app = ctx;
    pthread_t thread;
    atomic_fetch_add(&app->handled, 1);
    if (asset_serve(r))
        return;
    if (streq(r->path, "/later")) {
        assert_int_equal(pthread_create(&thread, NULL, answer_later, r), 0);
        pthread_detach(thread);
    } else if (streq(r->path, "/continue")) {
        http_continue(app->server, continued, r);
    } else if (streq(r->path, "/wait")) {
        sem_post(&app->entered);
        sem_wait(&app->release);
        send_text(r, "waited");
    } else if (streq(r->path, "/file")) {
        answer_file(r);
    } else if (streq(r->path, "/import") && r->body_path) {
        answer_body_file(r);
    } else if (streq(r->path, "/headers")) {
        answer_headers(r);
    } else if (streq(r->path, "/big") || streq(r->path, "/secret")) {
        answer_big(r, streq(r->path, "/secret"));
    } else if (streq(r->path, "/parts")) {
        answer_parts(r);
    } else {
        describe(r);
    }
}

static bool imports_are_large(const char *path)
{
    return streq(path, "/import");
}

/* ---- starting and talking */

/* Until a handler has begun to wait; a bound, so that a broken server fails the test and does not hang it. */
static void wait_entered(struct app *app)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    assert_int_equal(sem_timedwait(&app->entered, &until), 0);
}

static struct http_config basic(struct app *app)
{
    return (struct http_config){
        .listen = "127.0.0.1:0",
        .io_threads = 2,
        .workers = 2,
        .max_connections = 512,
        .header_seconds = 8,
        .body_seconds = 60,
        .idle_seconds = 15,
        .body_memory_max = 64 * 1024,
        .body_max = 1 << 20,
        .large_body = imports_are_large,
        .handler = handle,
        .ctx = app,
    };
}

static struct http_server *start(struct app *app, const struct http_config *config)
{
    const char *error = NULL;
    *app = (struct app){0};
    sem_init(&app->entered, 0, 0);
    sem_init(&app->release, 0, 0);
    if (http_start(&app->server, config, &error) != OK)
        fail_msg("%s", error);
    return app->server;
}

/* The server that most tests share. */
static struct app shared_app;

static int start_shared(void **state)
{
    struct http_config config = basic(&shared_app);
    config.trusted_proxies = "127.0.0.2, 10.0.0.0/8";
    *state = start(&shared_app, &config);
    return 0;
}

static int stop_shared(void **state)
{
    http_stop(*state, 5);
    return 0;
}

static int connect_from(unsigned port, const char *from)
{
    struct sockaddr_in sa = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (from) {
        inet_pton(AF_INET, from, &sa.sin_addr);
        assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    }
    sa.sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr);
    assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    return fd;
}

static int dial(const struct http_server *s)
{
    return connect_from(http_port(s), NULL);
}

/* False when the other side has closed. */
static bool put(int fd, const void *data, size_t n)
{
    return send(fd, data, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool puts_to(int fd, const char *text)
{
    return put(fd, text, strlen(text));
}

struct answer {
    int status;       /* 0: closed without one */
    char text[65536]; /* head and body */
    char *body;
    size_t body_len;
    bool closed; /* the connection ended after it */
};

static bool wait_readable(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) > 0;
}

static const char *header_of(const struct answer *a, const char *name)
{
    static char value[1024];
    for (const char *line = strchr(a->text, '\n'); line; line = strchr(line, '\n')) {
        line++;
        size_t n = strlen(name);
        if (strncasecmp(line, name, n) == 0 && line[n] == ':') {
            line += n + 1 + strspn(line + n + 1, " ");
            snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\r\n"), line);
            return value;
        }
    }
    return NULL;
}

static size_t body_expected(const struct answer *a, bool head)
{
    const char *length = header_of(a, "Content-Length");
    return length && !head ? strtoul(length, NULL, 10) : 0;
}

/* Reads one answer; HEAD: of a HEAD request. */
static void get_answer(int fd, struct answer *a, bool head)
{
    size_t n = 0;
    memset(a, 0, sizeof *a);
    for (;;) {
        char *end = memmem(a->text, n, "\r\n\r\n", 4);
        if (end && !a->body) {
            a->body = end + 4;
            *(end + 2) = 0;
            a->status = (int)strtol(a->text + 9, NULL, 10);
        }
        if (a->body && n - (size_t)(a->body - a->text) >= body_expected(a, head))
            break;
        if (!wait_readable(fd, 20000))
            fail_msg("no answer in time, have: %s", a->text);
        ssize_t got = recv(fd, a->text + n, sizeof a->text - 1 - n, 0);
        if (got <= 0) {
            a->closed = true;
            break;
        }
        n += (size_t)got;
    }
    a->body_len = a->body ? n - (size_t)(a->body - a->text) : 0;
}

static bool closes(int fd)
{
    char byte;
    return wait_readable(fd, 20000) && recv(fd, &byte, 1, 0) <= 0;
}

static struct answer *ask(const struct http_server *s, const char *request)
{
    static struct answer a;
    int fd = dial(s);
    puts_to(fd, request);
    get_answer(fd, &a, strncmp(request, "HEAD", 4) == 0);
    close(fd);
    return &a;
}

static void assert_refused(const struct http_server *s, const char *request, int status)
{
    struct answer a;
    int handled = atomic_load(&shared_app.handled);
    int fd = dial(s);
    puts_to(fd, request);
    get_answer(fd, &a, false);
    if (a.status != status)
        fail_msg("%d instead of %d for %s", a.status, status, request);
    assert_true(closes(fd));
    assert_int_equal(atomic_load(&shared_app.handled), handled);
    close(fd);
}

#define HOST "Host: example.com\r\n"

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
    char first[32];
    snprintf(first, sizeof first, "%s", header_of(ask(*state, "GET / HTTP/1.0\r\n\r\n"), "X-Request-Id"));
    assert_string_not_equal(first, header_of(ask(*state, "GET / HTTP/1.0\r\n\r\n"), "X-Request-Id"));
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

static void test_chunked_over_the_limit_is_cut(void **state)
{
    assert_int_equal(post_bytes(*state, "/p", 65537, true)->status, 0);
    assert_int_equal(post_bytes(*state, "/import", (1 << 20) + 1, true)->status, 0);
}

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
    a = ask_from(*state, "127.0.0.2", "X-Forwarded-For: 203.0.113.9, nonsense\r\n");
    assert_non_null(strstr(a->body, "peer=127.0.0.2"));
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

/* ---- deadlines and limits, each on a server of its own */

static void wait_connections(const struct http_server *s, uint64_t count)
{
    for (int i = 0; i < 2000 && http_counts(s).connections != count; i++)
        usleep(10000);
    assert_int_equal(http_counts(s).connections, count);
}

/* Sends TEXT byte by byte for as long as the server takes it; false when it never cut. */
static bool is_cut_while_trickling(int fd, const char *text)
{
    for (int i = 0; i < 300; i++) {
        if (wait_readable(fd, 100))
            return closes(fd);
        if (!put(fd, &text[(size_t)i % strlen(text)], 1))
            return true;
    }
    return false;
}

static void test_trickled_head_is_cut(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    config.header_seconds = 1;
    struct http_server *s = start(&app, &config);
    int silent = dial(s), trickling = dial(s), after_line = dial(s);
    puts_to(trickling, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    puts_to(after_line, "G");
    assert_true(is_cut_while_trickling(trickling, "x"));
    assert_true(closes(silent));
    assert_true(closes(after_line));
    wait_connections(s, 0);
    assert_int_equal(app.handled, 0);
    close(silent);
    close(trickling);
    close(after_line);
    http_stop(s, 1);
}

static void test_trickled_second_head_is_cut(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    struct http_config config = basic(&app);
    config.header_seconds = 1;
    struct http_server *s = start(&app, &config);
    int fd = dial(s);
    puts_to(fd, "GET / HTTP/1.1\r\n" HOST "\r\n");
    get_answer(fd, &a, false);
    assert_int_equal(a.status, 200);
    puts_to(fd, "GET / HTTP/1.1\r\nX: ");
    assert_true(is_cut_while_trickling(fd, "x"));
    close(fd);
    http_stop(s, 1);
}

static void test_trickled_body_is_cut(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    config.body_seconds = 1;
    struct http_server *s = start(&app, &config);
    int sized = dial(s), chunked = dial(s);
    puts_to(sized, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5000\r\n\r\n");
    puts_to(chunked, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    assert_true(is_cut_while_trickling(sized, "x"));
    assert_true(closes(chunked));
    wait_connections(s, 0);
    assert_int_equal(app.handled, 0);
    close(sized);
    close(chunked);
    http_stop(s, 1);
}

/* A client that does not read its reply. */
static void test_unread_reply_is_cut(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    config.body_seconds = 1;
    config.idle_seconds = 60;
    struct http_server *s = start(&app, &config);
    int fd = dial(s);
    for (int i = 0; i < 4000; i++) {
        if (send(fd, "GET /secret HTTP/1.1\r\n" HOST "\r\n", 43, MSG_NOSIGNAL | MSG_DONTWAIT) != 43)
            break;
    }
    wait_connections(s, 0);
    close(fd);
    http_stop(s, 1);
}

static void test_idle_connection_is_closed(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    struct http_config config = basic(&app);
    config.idle_seconds = 1;
    struct http_server *s = start(&app, &config);
    int fd = dial(s);
    puts_to(fd, "GET / HTTP/1.1\r\n" HOST "\r\n");
    get_answer(fd, &a, false);
    assert_int_equal(a.status, 200);
    assert_true(closes(fd));
    close(fd);
    http_stop(s, 1);
}

/* Sweeps as if SECONDS had passed. */
static size_t sweep_after(struct http_server *s, int64_t seconds)
{
    pthread_mutex_lock(&s->lock);
    struct http_connection *c = TAILQ_FIRST(&s->table.idle);
    size_t cut = connections_sweep(s, c->since_us + seconds * 1000000);
    pthread_mutex_unlock(&s->lock);
    return cut;
}

static void test_idle_time_is_shorter_in_a_crowd(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    struct http_config config = basic(&app);
    config.max_connections = 4;
    config.idle_seconds = 40;
    config.header_seconds = 100;
    struct http_server *s = start(&app, &config);
    int fd = dial(s), others[2];
    puts_to(fd, "GET / HTTP/1.1\r\n" HOST "\r\n");
    get_answer(fd, &a, false);
    for (int i = 0; i < 1000 && http_counts(s).idle != 1; i++)
        usleep(1000);
    assert_int_equal(sweep_after(s, 39), 0);
    others[0] = dial(s);
    others[1] = dial(s);
    wait_connections(s, 3);
    assert_int_equal(sweep_after(s, 9), 0);
    assert_int_equal(sweep_after(s, 11), 1);
    assert_true(closes(fd));
    close(fd);
    close(others[0]);
    close(others[1]);
    http_stop(s, 1);
}

static void wait_shed(const struct http_server *s, uint64_t count)
{
    for (int i = 0; i < 2000 && http_counts(s).shed < count; i++)
        usleep(10000);
    assert_int_equal(http_counts(s).shed, count);
}

static void test_oldest_idle_connection_is_shed(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    struct http_config config = basic(&app);
    config.max_connections = 8;
    struct http_server *s = start(&app, &config);
    int busy = dial(s), idle[12];
    puts_to(busy, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    wait_entered(&app);
    for (size_t i = 0; i < COUNT(idle); i++) {
        idle[i] = dial(s);
        wait_connections(s, i < 7 ? i + 2 : 8);
        wait_shed(s, i < 7 ? 0 : i - 6);
    }
    for (size_t i = 0; i < 5; i++)
        assert_true(closes(idle[i]));
    puts_to(idle[5], "GET / HTTP/1.1\r\n" HOST "\r\n");
    get_answer(idle[5], &a, false);
    assert_int_equal(a.status, 200);
    sem_post(&app.release);
    get_answer(busy, &a, false);
    assert_string_equal(a.body, "waited");
    for (size_t i = 0; i < COUNT(idle); i++)
        close(idle[i]);
    close(busy);
    http_stop(s, 1);
}

static void test_connections_of_one_address(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    struct http_config config = basic(&app);
    config.max_per_address = 3;
    config.limit_loopback = true;
    config.trusted_proxies = "127.0.0.9";
    struct http_server *s = start(&app, &config);
    int same[3], other;
    for (size_t i = 0; i < COUNT(same); i++)
        same[i] = dial(s);
    wait_connections(s, 3);
    int fourth = dial(s);
    assert_true(closes(fourth));
    other = connect_from(http_port(s), "127.0.0.5");
    puts_to(other, "GET / HTTP/1.1\r\n" HOST "\r\n");
    get_answer(other, &a, false);
    assert_int_equal(a.status, 200);
    close(same[0]);
    wait_connections(s, 3);
    int again = dial(s);
    puts_to(again, "GET / HTTP/1.1\r\n" HOST "\r\n");
    get_answer(again, &a, false);
    assert_int_equal(a.status, 200);
    int proxied[5];
    for (size_t i = 0; i < COUNT(proxied); i++)
        proxied[i] = connect_from(http_port(s), "127.0.0.9");
    wait_connections(s, 9);
    for (size_t i = 0; i < COUNT(proxied); i++)
        close(proxied[i]);
    close(same[1]);
    close(same[2]);
    close(fourth);
    close(other);
    close(again);
    http_stop(s, 1);
}

static void test_loopback_is_exempt(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    config.max_per_address = 1;
    struct http_server *s = start(&app, &config);
    int fds[4];
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = dial(s);
    wait_connections(s, COUNT(fds));
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    http_stop(s, 1);
}

/* ---- leaving and stopping */

static void test_client_leaves_while_suspended(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    struct http_server *s = start(&app, &config);
    for (int i = 0; i < 50; i++) {
        int fd = dial(s);
        puts_to(fd, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
        wait_entered(&app);
        close(fd);
        sem_post(&app.release);
    }
    wait_connections(s, 0);
    http_stop(s, 1);
}

static void test_client_leaves_in_the_body(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    struct http_server *s = start(&app, &config);
    int fd = dial(s);
    puts_to(fd, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 500\r\n\r\npart");
    close(fd);
    fd = dial(s);
    puts_to(fd, "POST /p HTTP/1.1\r\n" HOST "Content-Le");
    close(fd);
    wait_connections(s, 0);
    assert_int_equal(app.handled, 0);
    assert_int_equal(s->body_memory, 0);
    http_stop(s, 1);
}

static void *release_soon(void *arg)
{
    struct app *app = arg;
    usleep(200000);
    sem_post(&app->release);
    return NULL;
}

static void test_stop_lets_requests_end(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    pthread_t thread;
    struct http_config config = basic(&app);
    struct http_server *s = start(&app, &config);
    int idle = dial(s), busy = dial(s);
    puts_to(busy, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    wait_entered(&app);
    wait_connections(s, 2);
    pthread_create(&thread, NULL, release_soon, &app);
    http_stop(s, 20);
    pthread_join(thread, NULL);
    get_answer(busy, &a, false);
    assert_string_equal(a.body, "waited");
    assert_string_equal(header_of(&a, "Connection"), "close");
    assert_true(closes(busy));
    assert_true(closes(idle));
    close(idle);
    close(busy);
}

struct held {
    struct http_request *requests[3];
    atomic_int n;
};

static void hold(void *ctx, struct http_request *r)
{
    struct held *held = ctx;
    held->requests[atomic_fetch_add(&held->n, 1)] = r;
}

/* Requests that nobody answers in time get 503; an answer that comes after the stop does no harm. */
static void test_stop_abandons_late_requests(void **state)
{
    (void)state;
    struct app app;
    struct held held = {0};
    struct answer a;
    struct http_config config = basic(&app);
    config.handler = hold;
    config.ctx = &held;
    struct http_server *s = start(&app, &config);
    int fds[3];
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(s);
        puts_to(fds[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
    }
    for (int i = 0; i < 2000 && held.n < 3; i++)
        usleep(10000);
    http_stop(s, 0);
    for (size_t i = 0; i < COUNT(fds); i++) {
        get_answer(fds[i], &a, false);
        assert_int_equal(a.status, 503);
        close(fds[i]);
    }
    http_continue(s, continued, held.requests[0]);
    send_text(held.requests[1], "late");
    send_text(held.requests[2], "late");
}

static void test_start_fails(void **state)
{
    struct app app;
    struct http_config config = basic(&app);
    struct http_server *s;
    const char *error = NULL;
    char taken[32];
    config.listen = "8080";
    assert_int_equal(http_start(&s, &config, &error), BROKEN);
    assert_non_null(error);
    snprintf(taken, sizeof taken, "127.0.0.1:%u", http_port(*state));
    config.listen = taken;
    assert_int_equal(http_start(&s, &config, &error), BROKEN);
    config.listen = "127.0.0.1:0";
    config.trusted_proxies = "what";
    assert_int_equal(http_start(&s, &config, &error), BROKEN);
    config.trusted_proxies = NULL;
    config.tls_cert = config.tls_key = "/nonexistent.pem";
    assert_int_equal(http_start(&s, &config, &error), BROKEN);
}

static void test_counts(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    struct http_server *s = start(&app, &config);
    ask(s, "GET / HTTP/1.1\r\n" HOST "\r\n");
    ask(s, "GET /.. HTTP/1.1\r\n" HOST "\r\n");
    wait_connections(s, 0);
    struct http_counts counts = http_counts(s);
    assert_int_equal(counts.requests, 1);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(counts.idle, 0);
    http_stop(s, 1);
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
        cmocka_unit_test(test_chunked_over_the_limit_is_cut),
        cmocka_unit_test(test_refusal_is_a_problem_document),
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_host),
        cmocka_unit_test(test_header_syntax),
        cmocka_unit_test(test_unseen_bytes),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_long_heads),
        cmocka_unit_test(test_trusted_proxy),
        cmocka_unit_test(test_untrusted_proxy),
        cmocka_unit_test(test_start_fails),
    };
    const struct CMUnitTest own[] = {
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_trickled_head_is_cut),
        cmocka_unit_test(test_trickled_second_head_is_cut),
        cmocka_unit_test(test_trickled_body_is_cut),
        cmocka_unit_test(test_unread_reply_is_cut),
        cmocka_unit_test(test_idle_connection_is_closed),
        cmocka_unit_test(test_idle_time_is_shorter_in_a_crowd),
        cmocka_unit_test(test_oldest_idle_connection_is_shed),
        cmocka_unit_test(test_connections_of_one_address),
        cmocka_unit_test(test_loopback_is_exempt),
        cmocka_unit_test(test_client_leaves_while_suspended),
        cmocka_unit_test(test_client_leaves_in_the_body),
        cmocka_unit_test(test_stop_lets_requests_end),
        cmocka_unit_test(test_stop_abandons_late_requests),
        cmocka_unit_test(test_counts),
    };
    int failed = cmocka_run_group_tests_name("http", shared, start_shared, stop_shared);
    return failed + cmocka_run_group_tests_name("http servers", own, NULL, NULL);
}
