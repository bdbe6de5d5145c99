/*
 * A proxy on a loopback port before the PostgreSQL server of TANDEM_TEST_PG, to break the line at a chosen
 * moment. One connection at a time.
 */
#ifndef TANDEM_TESTS_PG_PROXY_H
#define TANDEM_TESTS_PG_PROXY_H

#include "base/arena.h"

#include <arpa/inet.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum proxy_mode {
    PROXY_PASS,
    PROXY_CUT_BEFORE, /* the next command does not reach the server */
    PROXY_CUT_AFTER,  /* it does, but its answer gets lost */
    PROXY_REFUSE,     /* breaks the line now and every new one */
};

struct proxy {
    char host[256], port[32]; /* of the server; a path is the folder of its socket */
    int listener, waker[2];
    uint16_t listens_at;
    pthread_t thread;
    _Atomic enum proxy_mode mode;
    atomic_bool stop;
};

static inline int proxy_dial(const struct proxy *p)
{
    int fd = -1;
    if (p->host[0] == '/') {
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        snprintf(at.sun_path, sizeof at.sun_path, "%.80s/.s.PGSQL.%.10s", p->host, p->port);
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        return connect(fd, (struct sockaddr *)&at, sizeof at) == 0 ? fd : -1;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(p->host, p->port, &hints, &found) != 0)
        return -1;
    fd = socket(found->ai_family, SOCK_STREAM, 0);
    int rc = connect(fd, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return rc == 0 ? fd : -1;
}

static inline bool proxy_pump(int from, int to)
{
    char bytes[65536];
    ssize_t n = read(from, bytes, sizeof bytes);
    return n > 0 && (to < 0 || write(to, bytes, (size_t)n) == n);
}

/* Carries one connection until a side hangs up or the mode breaks it. */
static inline void proxy_carry(struct proxy *p, int client, int server)
{
    for (bool on = server >= 0; on;) {
        struct pollfd fds[3] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN},
            {.fd = p->waker[0], .events = POLLIN}};
        poll(fds, 3, -1);
        enum proxy_mode mode = atomic_load(&p->mode);
        if (fds[2].revents) {
            on = proxy_pump(p->waker[0], -1) && !atomic_load(&p->stop) && mode != PROXY_REFUSE;
        } else if (fds[0].revents) {
            on = mode != PROXY_CUT_BEFORE && proxy_pump(client, server);
        } else if (fds[1].revents) {
            on = mode != PROXY_CUT_AFTER && proxy_pump(server, client);
        }
        if (!on && (mode == PROXY_CUT_BEFORE || mode == PROXY_CUT_AFTER))
            atomic_store(&p->mode, PROXY_PASS);
    }
}

static inline void *proxy_run(void *arg)
{
    struct proxy *p = arg;
    while (!atomic_load(&p->stop)) {
        struct pollfd fds[2] = {{.fd = p->listener, .events = POLLIN}, {.fd = p->waker[0], .events = POLLIN}};
        poll(fds, 2, -1);
        if (fds[1].revents) {
            proxy_pump(p->waker[0], -1);
            continue;
        }
        int client = accept(p->listener, NULL, NULL);
        int server = atomic_load(&p->mode) == PROXY_REFUSE ? -1 : proxy_dial(p);
        proxy_carry(p, client, server);
        close(client);
        if (server >= 0)
            close(server);
    }
    return NULL;
}

static inline void proxy_set(struct proxy *p, enum proxy_mode mode)
{
    atomic_store(&p->mode, mode);
    ssize_t n = write(p->waker[1], "", 1);
    (void)n;
}

/* Returns the address to connect to instead of URL, with OPTIONS as the connection's; NULL when it fails. */
static inline const char *proxy_start(struct proxy *p, struct arena *a, const char *url, const char *options)
{
    PGconn *conn = PQconnectdb(url);
    if (PQstatus(conn) != CONNECTION_OK || pipe(p->waker) != 0)
        return NULL;
    snprintf(p->host, sizeof p->host, "%s", PQhost(conn));
    snprintf(p->port, sizeof p->port, "%s", PQport(conn));
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    p->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(p->listener, (struct sockaddr *)&at, size) != 0 || listen(p->listener, 8) != 0 ||
        getsockname(p->listener, (struct sockaddr *)&at, &size) != 0)
        return NULL;
    p->listens_at = ntohs(at.sin_port);
    const char *proxied =
        arena_printf(a, "postgresql://%s:%s@127.0.0.1:%d/%s?sslmode=disable&gssencmode=disable&options=%s",
            PQuser(conn), PQpass(conn), p->listens_at, PQdb(conn), options);
    PQfinish(conn);
    return pthread_create(&p->thread, NULL, proxy_run, p) == 0 ? proxied : NULL;
}

static inline void proxy_stop(struct proxy *p)
{
    atomic_store(&p->stop, true);
    proxy_set(p, PROXY_PASS);
    pthread_join(p->thread, NULL);
    close(p->listener);
    close(p->waker[0]);
    close(p->waker[1]);
}

#endif
