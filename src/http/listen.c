/*
 * Accepting. libmicrohttpd in poll mode takes one connection a round, and a round looks at every connection
 * there is; under a flood of them a new request would wait for seconds in the kernel's queue. So a thread of
 * ours accepts, and hands over as many as come.
 */
#include "base/log.h"
#include "base/text.h"
#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BACKLOG      4096
#define TRY_AGAIN_US 50000

static int open_socket(const struct addrinfo *ai)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int yes = 1, no = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static int listen_on(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *all;
    if (getaddrinfo(host, port, &hints, &all) != 0) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int fd = -1;
    for (struct addrinfo *ai = all; ai && fd < 0; ai = ai->ai_next)
        fd = open_socket(ai);
    int why = errno;
    freeaddrinfo(all);
    errno = why;
    return fd;
}

static unsigned bound_port(int fd)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;
    char port[8];
    int64_t number;
    bool known = getsockname(fd, (struct sockaddr *)&sa, &len) == 0 &&
                 getnameinfo((struct sockaddr *)&sa, len, NULL, 0, port, sizeof port, NI_NUMERICSERV) == 0 &&
                 parse_int(port, &number);
    ASSERT(known);
    return (unsigned)number;
}

/* A supervisor's socket lives longer than this process: connections wait there while the next one starts. */
static bool open_inherited(struct http_server *s, const char **error)
{
    int fd = s->config.inherited_fd;
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || listen(fd, BACKLOG) != 0) {
        *error = "The socket of the supervisor cannot be used";
        log_error("socket %d: %s", fd, strerror(errno));
        return false;
    }
    s->listen_fd = fd;
    return true;
}

/* "host:port", "[v6]:port"; ":port" is every address, IPv6 and IPv4 where there is IPv6. */
static bool open_own(struct http_server *s, const char **error)
{
    const char *text = s->config.listen, *colon = strrchr(text, ':');
    if (!colon) {
        *error = "The address to listen on needs a port, as in 127.0.0.1:8080";
        return false;
    }
    char *host = arena_strndup(s->arena, text, (size_t)(colon - text));
    size_t n = strlen(host);
    if (n > 1 && host[0] == '[' && host[n - 1] == ']') {
        host[n - 1] = 0;
        host++;
    }
    s->listen_fd = listen_on(*host ? host : "::", colon + 1);
    if (s->listen_fd < 0 && !*host)
        s->listen_fd = listen_on("0.0.0.0", colon + 1);
    if (s->listen_fd < 0) {
        *error = "The address to listen on cannot be used";
        log_error("%s: %s", text, strerror(errno));
        return false;
    }
    return true;
}

/* Never blocks in accept4(): of several processes at one socket another may have been faster. */
bool listen_open(struct http_server *s, const char **error)
{
    if (!(s->config.inherited_fd ? open_inherited(s, error) : open_own(s, error)))
        return false;
    s->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (s->wake_fd < 0 || fcntl(s->listen_fd, F_SETFL, O_NONBLOCK) != 0) {
        *error = "The address to listen on cannot be used";
        log_error("the socket to listen on: %s", strerror(errno));
        return false;
    }
    s->port = bound_port(s->listen_fd);
    return true;
}

/* Waits while connections that were cut have not been closed yet; false when the server stops. */
static bool reserve(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    while (!s->stopping && s->table.count + s->table.coming >= connections_most(s))
        pthread_cond_wait(&s->changed, &s->lock);
    bool go_on = !s->stopping;
    s->table.coming += go_on;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

static void unreserve(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    s->table.coming--;
    pthread_mutex_unlock(&s->lock);
}

/* False when nobody waits. */
static bool accept_one(struct http_server *s)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;
    int fd = accept4(s->listen_fd, (struct sockaddr *)&sa, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0 && MHD_add_connection(s->daemon, fd, (struct sockaddr *)&sa, len) == MHD_YES)
        return true;
    unreserve(s);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
        log_error("no connection can be accepted: %s", strerror(errno));
        usleep(TRY_AGAIN_US);
    }
    return fd >= 0 || errno != EAGAIN;
}

static void *accept_all(void *server)
{
    struct http_server *s = server;
    struct pollfd at[] = {{.fd = s->listen_fd, .events = POLLIN}, {.fd = s->wake_fd, .events = POLLIN}};
    while (!atomic_load(&s->stopping)) {
        (void)poll(at, COUNT(at), -1);
        while (reserve(s) && accept_one(s))
            ;
    }
    return NULL;
}

/* Who connected before the socket closes would be hung up on: they are taken, as far as there is room. */
static void accept_rest(struct http_server *s)
{
    bool more = true;
    for (int i = 0; more && i < BACKLOG; i++) {
        pthread_mutex_lock(&s->lock);
        more = s->table.count + s->table.coming < connections_most(s);
        s->table.coming += more;
        pthread_mutex_unlock(&s->lock);
        more = more && accept_one(s);
    }
}

void listen_begin(struct http_server *s)
{
    if (pthread_create(&s->acceptor, NULL, accept_all, s) != 0)
        BUG("no thread to accept connections");
}

void listen_end(struct http_server *s)
{
    ssize_t woken = write(s->wake_fd, &(uint64_t){1}, sizeof(uint64_t));
    ASSERT(woken == sizeof(uint64_t));
    pthread_join(s->acceptor, NULL);
    if (!s->config.inherited_fd)
        accept_rest(s);
    close(s->listen_fd);
    close(s->wake_fd);
}
