/* Deadlines, limits, clients that leave, a server that stops. */
#include "unit/http_server.h"

#include <limits.h>

/* ---- deadlines and limits, each on a server of its own */

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

/* How many requests FROM is answered before it is told to wait. FORWARDED: a header line, or "". */
static int answered_before_429(struct http_server *s, const char *from, const char *forwarded)
{
    struct answer a;
    for (int n = 0; n < 12; n++) {
        int fd = connect_from(http_port(s), from);
        puts_to(fd, "POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n");
        puts_to(fd, forwarded);
        puts_to(fd, "\r\nab");
        get_answer(fd, &a, false);
        const char *wait = header_of(&a, "Retry-After");
        if (a.status == 429) {
            assert_non_null(wait);
            assert_in_range(strtol(wait, NULL, 10), 1, HTTP_WINDOW_SECONDS + 1);
            assert_true(closes(fd));
            close(fd);
            return n;
        }
        assert_int_equal(a.status, 200);
        assert_null(wait);
        close(fd);
    }
    return INT_MAX;
}

static void test_requests_of_one_address(void **state)
{
    enum { MAX = 3 };
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    config.max_requests = MAX;
    config.limit_loopback = true;
    config.trusted_proxies = "127.0.0.9";
    struct http_server *s = start(&app, &config);
    assert_int_equal(answered_before_429(s, "127.0.0.1", ""), MAX);
    assert_int_equal(app.handled, MAX);
    assert_int_equal(answered_before_429(s, "127.0.0.5", ""), MAX);
    /* what it says of others counts only where it is trusted */
    assert_int_equal(answered_before_429(s, "127.0.0.5", "X-Forwarded-For: 203.0.113.1\r\n"), 0);
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: 203.0.113.7\r\n"), MAX);
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: 203.0.113.8\r\n"), MAX);
    assert_int_equal(answered_before_429(s, "127.0.0.9", ""), INT_MAX);
    /* a household of IPv6 is one */
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: 2001:db8:1:2::7\r\n"), MAX);
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: 2001:db8:1:2:9::8\r\n"), 0);
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: 2001:db8:1:3::7\r\n"), MAX);
    /* whoever cannot be told apart is one */
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: xx\r\n"), MAX);
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: 203.0.113.9, yy\r\n"), 0);
    assert_int_equal(answered_before_429(s, "127.0.0.9", "X-Forwarded-For: 203.0.113.7:1234\r\n"), 0);
    http_stop(s, 1);
}

static void test_loopback_is_exempt(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    config.max_per_address = config.max_requests = 1;
    struct http_server *s = start(&app, &config);
    int fds[4];
    for (size_t i = 0; i < COUNT(fds); i++)
        fds[i] = dial(s);
    wait_connections(s, COUNT(fds));
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    assert_int_equal(answered_before_429(s, "127.0.0.1", ""), INT_MAX);
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

static void *stop_later(void *server)
{
    http_stop(server, 20);
    return NULL;
}

/* What a client sent before it could know that the server stops is answered, on connections old and new. */
static void test_stop_hears_who_is_sending(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    pthread_t thread;
    struct http_config config = basic(&app);
    struct http_server *s = start(&app, &config);
    int kept = dial(s), busy = dial(s), half = dial(s);
    puts_to(kept, "GET / HTTP/1.1\r\n" HOST "\r\n");
    get_answer(kept, &a, false);
    puts_to(half, "POST /p HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbo");
    puts_to(busy, "GET /wait HTTP/1.1\r\n" HOST "\r\n");
    wait_entered(&app);
    pthread_create(&thread, NULL, stop_later, s);
    while (!s->stopping)
        usleep(1000);
    puts_to(half, "dy");
    puts_to(kept, "GET /second HTTP/1.1\r\n" HOST "\r\n");
    int fds[] = {kept, half};
    for (size_t i = 0; i < COUNT(fds); i++) {
        get_answer(fds[i], &a, false);
        assert_int_equal(a.status, 200);
        assert_string_equal(header_of(&a, "Connection"), "close");
        assert_true(closes(fds[i]));
        close(fds[i]);
    }
    sem_post(&app.release);
    get_answer(busy, &a, false);
    assert_string_equal(a.body, "waited");
    pthread_join(thread, NULL);
    close(busy);
}

/* One server after another at a supervisor's socket: who connects in between waits for the next one. */
static void test_an_inherited_socket_outlives_its_server(void **state)
{
    (void)state;
    struct app app;
    struct answer a;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int kept = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(kept, (struct sockaddr *)&at, sizeof at), 0);
    for (int i = 0; i < 3; i++) {
        struct http_config config = basic(&app);
        config.inherited_fd = dup(kept);
        int fd = -1;
        if (i > 0) { /* nobody accepts now */
            socklen_t n = sizeof at;
            assert_int_equal(getsockname(kept, (struct sockaddr *)&at, &n), 0);
            fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
            puts_to(fd, "GET / HTTP/1.1\r\n" HOST "\r\n");
        }
        struct http_server *s = start(&app, &config);
        fd = i ? fd : dial(s);
        if (!i)
            puts_to(fd, "GET / HTTP/1.1\r\n" HOST "\r\n");
        get_answer(fd, &a, false);
        assert_int_equal(a.status, 200);
        close(fd);
        http_stop(s, 5);
    }
    close(kept);
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

/* ---- many at once */

static void *ask_often(void *server)
{
    struct answer *a = xmalloc(sizeof *a);
    for (int i = 0; i < 20; i++) {
        int fd = dial(server);
        for (int k = 0; k < 10; k++) {
            puts_to(fd, k % 2 ? "POST /later HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
                              : "GET /continue HTTP/1.1\r\n" HOST "\r\n");
            get_answer(fd, a, false);
            if (a->status != 200 || !streq(a->body, k % 2 ? "later" : "continued"))
                BUG("unexpected answer: %s", a->text);
        }
        close(fd);
    }
    free(a);
    return NULL;
}

/* Answers from other threads, mixed and on many connections: none may be lost. */
static void test_many_suspended(void **state)
{
    pthread_t clients[16];
    uint64_t before = http_counts(*state).requests;
    for (size_t i = 0; i < COUNT(clients); i++)
        assert_int_equal(pthread_create(&clients[i], NULL, ask_often, *state), 0);
    for (size_t i = 0; i < COUNT(clients); i++)
        pthread_join(clients[i], NULL);
    assert_int_equal(http_counts(*state).requests - before, COUNT(clients) * 200);
}

static void test_every_address(void **state)
{
    (void)state;
    struct app app;
    struct http_config config = basic(&app);
    config.listen = ":0";
    struct http_server *s = start(&app, &config);
    assert_non_null(strstr(ask(s, "GET / HTTP/1.1\r\n" HOST "\r\n")->body, "peer=127.0.0.1 "));
    http_stop(s, 1);
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
        cmocka_unit_test(test_start_fails),
        cmocka_unit_test(test_many_suspended),
    };
    const struct CMUnitTest own[] = {
        cmocka_unit_test(test_trickled_head_is_cut),
        cmocka_unit_test(test_trickled_second_head_is_cut),
        cmocka_unit_test(test_trickled_body_is_cut),
        cmocka_unit_test(test_unread_reply_is_cut),
        cmocka_unit_test(test_idle_connection_is_closed),
        cmocka_unit_test(test_idle_time_is_shorter_in_a_crowd),
        cmocka_unit_test(test_oldest_idle_connection_is_shed),
        cmocka_unit_test(test_connections_of_one_address),
        cmocka_unit_test(test_requests_of_one_address),
        cmocka_unit_test(test_loopback_is_exempt),
        cmocka_unit_test(test_client_leaves_while_suspended),
        cmocka_unit_test(test_client_leaves_in_the_body),
        cmocka_unit_test(test_stop_lets_requests_end),
        cmocka_unit_test(test_stop_hears_who_is_sending),
        cmocka_unit_test(test_an_inherited_socket_outlives_its_server),
        cmocka_unit_test(test_stop_abandons_late_requests),
        cmocka_unit_test(test_every_address),
        cmocka_unit_test(test_counts),
    };
    int failed = cmocka_run_group_tests_name("http limits", shared, start_shared, stop_shared);
    return failed + cmocka_run_group_tests_name("http limits, own servers", own, NULL, NULL);
}
