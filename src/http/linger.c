/*
 * A refused request may still be on its way. Closing a socket with unread data makes the kernel reset the
 * connection, and the client may lose the answer that says why. So the descriptor is kept a little, half
 * closed, and what comes is thrown away (RFC 9112, 9.6).
 */
#include "base/time.h"
#include "http/internal.h"

#include <errno.h>
#include <unistd.h>

#define LINGER_US    (2 * US_PER_SECOND)
#define DISCARD_STEP ((size_t)1 << 20)

void linger_begin(struct http_server *s, int fd)
{
    struct linger_list *list = &s->lingering;
    int copy = list->count < LINGER_MAX ? dup(fd) : -1;
    if (copy >= 0)
        list->items[list->count++] = (struct lingering){.fd = copy, .until_us = monotonic_us() + LINGER_US};
}

/* Throws away what came; false when the client has closed. */
static bool discard(int fd)
{
    ssize_t n = recv(fd, NULL, DISCARD_STEP, MSG_TRUNC | MSG_DONTWAIT);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

void linger_sweep(struct http_server *s, int64_t now_us)
{
    struct linger_list *list = &s->lingering;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct lingering item = list->items[i];
        if (now_us < item.until_us && discard(item.fd))
            list->items[kept++] = item;
        else
            close(item.fd);
    }
    list->count = kept;
}
