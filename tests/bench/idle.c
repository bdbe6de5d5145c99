/*
 * Opens connections that do nothing after one request, then measures requests on new ones:
 *     bench-idle CONNECTIONS PORT
 * Prints lines "name value". What the server has closed by then it has shed.
 */
#include "tests/bench/client.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUESTS 300

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-idle: %s\n", what);
    exit(1);
}

/* One request and its answer on a new connection, which stays open; -1 when the server closed it. */
static int ask(unsigned port)
{
    static const char request[] = "GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n";
    char reply[4096];
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = 10};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("no socket; raise the limit of open files (ulimit -n)");
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 ||
        send(fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1 ||
        recv(fd, reply, sizeof reply, 0) <= 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool still_open(int fd)
{
    char byte;
    return fd >= 0 && recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

int main(int argc, char **argv)
{
    int64_t n, port, kept = 0, failed = 0;
    struct histogram latency = {0};
    if (argc != 3 || !parse_int(argv[1], &n) || !parse_int(argv[2], &port) || n < 1)
        die("usage: bench-idle CONNECTIONS PORT");
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int *idle = xcalloc((size_t)n, sizeof *idle);
    for (int64_t i = 0; i < n; i++)
        idle[i] = ask((unsigned)port);
    for (int i = 0; i < REQUESTS; i++) {
        int64_t began = now_us();
        int fd = ask((unsigned)port);
        histogram_add(&latency, now_us() - began);
        failed += fd < 0;
        if (fd >= 0)
            close(fd);
    }
    for (int64_t i = 0; i < n; i++)
        kept += still_open(idle[i]);
    printf("kept %lld\nfailed %lld\np50_ms %.2f\np99_ms %.2f\nmax_ms %.2f\n", (long long)kept,
        (long long)failed, histogram_ms(&latency, 0.5), histogram_ms(&latency, 0.99),
        (double)latency.max_us / 1000);
    free(idle);
    return 0;
}
