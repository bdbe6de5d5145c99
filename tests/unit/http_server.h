/*
 * For the tests of http/: a server in this process, an application that answers, a client on plain sockets.
 */
#ifndef TANDEM_TESTS_HTTP_SERVER_H
#define TANDEM_TESTS_HTTP_SERVER_H

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

static inline void send_text(struct http_request *r, const char *text)
{
    http_send(r, &(struct http_reply){
                     .status = 200, .type = "text/plain; charset=utf-8", .body = text, .len = strlen(text)});
}

static inline void describe(struct http_request *r)
{
    const char *q = http_query(r, "q"), *cookie = http_cookie(r, "sid");
    send_text(r, arena_printf(r->arena,
                     "method=%d path=%s query=%s q=%s sid=%s peer=%s tls=%d host=%s len=%zu body=%.*s",
                     r->method, r->path, r->query, q ? q : "-", cookie ? cookie : "-", r->peer, r->tls,
                     r->host, r->body_len, r->body ? (int)r->body_len : 0, r->body ? r->body : ""));
}

static inline void *answer_later(void *arg)
{
    struct http_request *r = arg;
    usleep(20000);
    send_text(r, "later");
    return NULL;
}

static inline void continued(void *arg)
{
    send_text(arg, "continued");
}

static inline void answer_file(struct http_request *r)
{
    char *path;
    int fd = temp_file(r->arena, NULL, &path);
    assert_true(fd >= 0 && temp_write(fd, "from a file", 11));
    close(fd);
    http_send(r, &(struct http_reply){.status = 200, .type = "text/plain", .file = path});
}

static inline void answer_body_file(struct http_request *r)
{
    struct stat st;
    assert_non_null(r->body_path);
    assert_null(r->body);
    assert_int_equal(stat(r->body_path, &st), 0);
    assert_int_equal(st.st_size, r->body_len);
    send_text(r, r->body_path);
}

static inline void answer_headers(struct http_request *r)
{
    http_send(r, &(struct http_reply){.status = 303,
                     .headers = {{"Set-Cookie", "a=1; Path=/"}, {"Set-Cookie", "b=2; Path=/"},
                         {"Location", "/next"}, {"Cache-Control", "private, max-age=60"}}});
}

static inline void answer_big(struct http_request *r, bool no_compress)
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

static inline void answer_parts(struct http_request *r)
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

static inline void handle(void *ctx, struct http_request *r)
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

static inline bool imports_are_large(const char *path)
{
    return streq(path, "/import");
}

/* ---- starting and talking */

/* Until a handler has begun to wait; a bound, so that a broken server fails the test and does not hang it. */
static inline void wait_entered(struct app *app)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    assert_int_equal(sem_timedwait(&app->entered, &until), 0);
}

static inline struct http_config basic(struct app *app)
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

static inline struct http_server *start(struct app *app, const struct http_config *config)
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

static inline int start_shared(void **state)
{
    struct http_config config = basic(&shared_app);
    config.trusted_proxies = "127.0.0.2, 10.0.0.0/8";
    *state = start(&shared_app, &config);
    return 0;
}

static inline int stop_shared(void **state)
{
    http_stop(*state, 5);
    return 0;
}

static inline int connect_from(unsigned port, const char *from)
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

static inline int dial(const struct http_server *s)
{
    return connect_from(http_port(s), NULL);
}

/* False when the other side has closed. */
static inline bool put(int fd, const void *data, size_t n)
{
    return send(fd, data, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static inline bool puts_to(int fd, const char *text)
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

static inline bool wait_readable(int fd, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, ms) > 0;
}

static inline const char *header_of(const struct answer *a, const char *name)
{
    static _Thread_local char value[1024];
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

static inline size_t body_expected(const struct answer *a, bool head)
{
    const char *length = header_of(a, "Content-Length");
    return length && !head ? strtoul(length, NULL, 10) : 0;
}

/* Reads one answer; HEAD: of a HEAD request. */
static inline void get_answer(int fd, struct answer *a, bool head)
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

static inline bool closes(int fd)
{
    char byte;
    return wait_readable(fd, 20000) && recv(fd, &byte, 1, 0) <= 0;
}

static inline struct answer *ask(const struct http_server *s, const char *request)
{
    static struct answer a;
    int fd = dial(s);
    puts_to(fd, request);
    get_answer(fd, &a, strncmp(request, "HEAD", 4) == 0);
    close(fd);
    return &a;
}

static inline void assert_refused(const struct http_server *s, const char *request, int status)
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

/* Until the server has COUNT connections. */
static inline void wait_connections(const struct http_server *s, uint64_t count)
{
    for (int i = 0; i < 2000 && http_counts(s).connections != count; i++)
        usleep(10000);
    assert_int_equal(http_counts(s).connections, count);
}

#endif
