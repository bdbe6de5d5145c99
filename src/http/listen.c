/*
 * Accepting. libmicrohttpd in poll mode takes one connection a round, and a round looks at every connection
 * there is; under a flood of them a new request would wait for seconds in the kernel's queue. So a thread of
 * ours accepts, and hands over as many as come.
 */
#include "base/log.h"
#include "base/text.h"
#include "http/internal.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
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

/* "host:port", "[v6]:port"; ":port" is every address, IPv6 and IPv4 where there is IPv6. */
bool listen_open(struct http_server *s, const char **error)
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

static void accept_one(struct http_server *s)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof sa;
    int fd = accept4(s->listen_fd, (struct sockaddr *)&sa, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0 && MHD_add_connection(s->daemon, fd, (struct sockaddr *)&sa, len) == MHD_YES)
        return;
    unreserve(s);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
        log_error("no connection can be accepted: %s", strerror(errno));
        usleep(TRY_AGAIN_US);
    }
}

static void *accept_all(void *server)
{
    while (reserve(server))
        accept_one(server);
    return NULL;
}

void listen_begin(struct http_server *s)
{
    if (pthread_create(&s->acceptor, NULL, accept_all, s) != 0)
        BUG("no thread to accept connections");
}

void listen_end(struct http_server *s)
{
    shutdown(s->listen_fd, SHUT_RDWR); /* wakes accept4() too */
    pthread_join(s->acceptor, NULL);
    close(s->listen_fd);
}
