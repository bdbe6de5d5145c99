/*
 * An SMTP server on loopback that keeps what it is sent, and refuses where it is told to: enough of RFC 5321
 * for a client that behaves.
 */
#ifndef TANDEM_TEST_SMTP_SINK_H
#define TANDEM_TEST_SMTP_SINK_H

#include "base/buf.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct sink_letter {
    char from[200], to[200];
    char *text; /* as it was sent, dots taken off */
};

enum sink_mood {
    SINK_TAKES,
    SINK_REFUSES, /* each recipient, for good */
    SINK_DEFERS,  /* the data, for now */
    SINK_HANGS,   /* says nothing after its greeting */
};

struct sink {
    int listener;
    uint16_t port;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    _Atomic(enum sink_mood) mood;
    unsigned tries; /* visits that came to their end */
    struct sink_letter letters[256];
    size_t n;
};

static inline void sink_say(FILE *to, const char *line)
{
    fputs(line, to);
    fputs("\r\n", to);
    fflush(to);
}

static inline void sink_keep(struct sink *k, const struct sink_letter *l, const char *text)
{
    pthread_mutex_lock(&k->lock);
    if (k->n < COUNT(k->letters)) {
        k->letters[k->n] = *l;
        k->letters[k->n++].text = xstrdup(text);
    }
    pthread_mutex_unlock(&k->lock);
}

static inline void sink_data(struct sink *k, FILE *in, FILE *out, const struct sink_letter *l)
{
    struct buf b = buf_new(4 << 20);
    char line[4096];
    sink_say(out, "354 go on");
    while (fgets(line, sizeof line, in) && strcmp(line, ".\r\n") != 0)
        buf_adds(&b, line[0] == '.' ? line + 1 : line);
    bool defer = k->mood == SINK_DEFERS;
    if (!defer)
        sink_keep(k, l, buf_str(&b));
    sink_say(out, defer ? "451 not now" : "250 kept");
    buf_free(&b);
}

static inline void sink_take_address(char *to, const char *line)
{
    const char *open = strchr(line, '<'), *close = open ? strchr(open, '>') : NULL;
    snprintf(to, 200, "%.*s", close ? (int)(close - open - 1) : 0, open ? open + 1 : "");
}

static inline void sink_session(struct sink *k, int fd)
{
    FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
    struct sink_letter l = {.text = NULL};
    char line[4096];
    sink_say(out, "220 sink.example");
    while (fgets(line, sizeof line, in)) {
        if (k->mood == SINK_HANGS)
            continue;
        if (strncasecmp(line, "MAIL FROM:", 10) == 0)
            sink_take_address(l.from, line), sink_say(out, "250 ok");
        else if (strncasecmp(line, "RCPT TO:", 8) == 0 && k->mood == SINK_REFUSES)
            sink_say(out, "550 no such mailbox");
        else if (strncasecmp(line, "RCPT TO:", 8) == 0)
            sink_take_address(l.to, line), sink_say(out, "250 ok");
        else if (strncasecmp(line, "DATA", 4) == 0)
            sink_data(k, in, out, &l);
        else if (strncasecmp(line, "QUIT", 4) == 0) {
            sink_say(out, "221 bye");
            break;
        } else
            sink_say(out, "250 ok");
    }
    fclose(in);
    fclose(out);
}

/* One visitor after the other; accept() fails when the listener is shut. */
static inline void *sink_main(void *arg)
{
    struct sink *k = arg;
    int fd;
    while ((fd = accept(k->listener, NULL, NULL)) >= 0) {
        sink_session(k, fd);
        pthread_mutex_lock(&k->lock);
        k->tries++;
        pthread_cond_broadcast(&k->moved);
        pthread_mutex_unlock(&k->lock);
    }
    return NULL;
}

static inline struct sink *sink_start(void)
{
    struct sink *k = xcalloc(1, sizeof *k);
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof sa;
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->moved, NULL);
    k->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(k->listener, (struct sockaddr *)&sa, sizeof sa) != 0 || listen(k->listener, 50) != 0 ||
        getsockname(k->listener, (struct sockaddr *)&sa, &len) != 0)
        BUG("no port for the sink");
    k->port = ntohs(sa.sin_port);
    if (pthread_create(&k->thread, NULL, sink_main, k) != 0)
        BUG("no thread for the sink");
    return k;
}

/* Until N visits have ended. */
static inline void sink_wait(struct sink *k, unsigned n)
{
    pthread_mutex_lock(&k->lock);
    while (k->tries < n)
        pthread_cond_wait(&k->moved, &k->lock);
    pthread_mutex_unlock(&k->lock);
}

static inline void sink_stop(struct sink *k)
{
    shutdown(k->listener, SHUT_RDWR);
    pthread_join(k->thread, NULL);
    close(k->listener);
    for (size_t i = 0; i < k->n; i++)
        free(k->letters[i].text);
    pthread_cond_destroy(&k->moved);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

#endif
