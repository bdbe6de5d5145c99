/*
 * The server of a private mapping over HTTP: one run, at /psi, for whoever has the token. A message is POSTed
 * and answered by the next one; POST without one asks for what is due from here, 202 while the people have
 * not agreed.
 */
#include "app/psi_task.h"
#include "base/time.h"
#include "http/http.h"

#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

enum standing { RUNNING, COUNTED, AGREED, DISAGREED, DONE, LEFT };

struct service {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct psi_task *task;
    struct buf setup, consent;
    enum standing standing;
    bool setup_sent, told; /* told: the other side knows that we disagree */
};

static void send_text(struct http_request *r, int status, const char *text)
{
    struct http_reply reply = {
        .status = status, .type = "text/plain; charset=utf-8", .body = text, .len = strlen(text)};
    http_send(r, &reply);
}

static void send_message(struct http_request *r, const struct buf *b)
{
    struct http_reply reply = {
        .status = 200, .type = "application/octet-stream", .body = b->p, .len = b->len, .no_compress = true};
    http_send(r, &reply);
}

static void stand(struct service *s, enum standing standing)
{
    s->standing = standing;
    pthread_cond_broadcast(&s->changed);
}

static void send_consent(struct service *s, struct http_request *r)
{
    if (s->standing == AGREED && (s->consent.len || psi_consent(&s->task->psi, &s->consent) == PSI_FINE)) {
        send_message(r, &s->consent);
    } else if (s->standing == DISAGREED) {
        s->told = true;
        send_text(r, 403, "The other side tells the count only.\n");
        pthread_cond_broadcast(&s->changed);
    } else {
        send_text(r, s->standing == COUNTED ? 202 : 409, "");
    }
}

static void send_due(struct service *s, struct http_request *r)
{
    if (!s->setup_sent) {
        s->setup_sent = true;
        send_message(r, &s->setup);
    } else if (s->standing == RUNNING) {
        send_text(r, 409, "The set-up was fetched already: begin a new run.\n");
    } else {
        send_consent(s, r);
    }
}

static void take_message(struct service *s, struct http_request *r)
{
    struct psi *p = &s->task->psi;
    struct buf out = buf_in(r->arena, PSI_MAX_MESSAGE);
    int type = psi_message_type(r->body, r->body_len);
    enum psi_refusal refusal = type == PSI_REQUEST ? psi_reply(p, r->body, r->body_len, &out)
                               : type == PSI_COUNT ? psi_counted(p, r->body, r->body_len)
                               : type == PSI_ROWS  ? psi_order(p, r->body, r->body_len, &out)
                               : type              ? PSI_WRONG_PHASE
                                                   : PSI_MALFORMED;
    if (refusal) {
        fprintf(stderr, "tandem: refused a message: %s\n", psi_refusal_text(refusal));
        send_text(r, 422, arena_printf(r->arena, "%s\n", psi_refusal_text(refusal)));
        return;
    }
    if (type == PSI_COUNT) {
        stand(s, COUNTED);
        send_text(r, 202, "");
        return;
    }
    send_message(r, &out);
    stand(s, type == PSI_ROWS ? DONE : RUNNING);
}

static bool knows_token(const struct service *s, const struct http_request *r)
{
    const char *given = http_header(r, "Authorization"), *token = s->task->token;
    size_t n = strlen(token);
    return given && strncmp(given, "Bearer ", 7) == 0 && strlen(given + 7) == n &&
           sodium_memcmp(given + 7, token, n) == 0;
}

static void handle(void *ctx, struct http_request *r)
{
    struct service *s = ctx;
    if (!streq(r->path, "/psi")) {
        send_text(r, 404, "POST /psi\n");
    } else if (!knows_token(s, r)) {
        send_text(r, 401, "The token is another one.\n");
    } else {
        pthread_mutex_lock(&s->lock);
        if (r->method == HTTP_POST && r->body_len)
            take_message(s, r);
        else if (r->method == HTTP_POST)
            send_due(s, r);
        else if (r->method == HTTP_DELETE) {
            send_text(r, 204, "");
            stand(s, LEFT);
        } else
            send_text(r, 405, "POST or DELETE\n");
        pthread_mutex_unlock(&s->lock);
    }
}

/* Until it stands otherwise than AS, or SECONDS have passed without that: false. */
static bool await(struct service *s, enum standing as, int64_t seconds, const bool * or)
{
    struct timespec until;
    int late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&s->lock);
    while (s->standing == as && !late && !(or &&* or))
        late = pthread_cond_timedwait(&s->changed, &s->lock, &until);
    bool other = s->standing != as;
    pthread_mutex_unlock(&s->lock);
    return other;
}

static void decide(struct service *s)
{
    bool agrees = task_agrees(s->task);
    pthread_mutex_lock(&s->lock);
    if (s->standing == COUNTED)
        stand(s, agrees ? AGREED : DISAGREED);
    pthread_mutex_unlock(&s->lock);
}

static int follow(struct service *s)
{
    const struct psi_task *t = s->task;
    if (!await(s, RUNNING, t->wait_s, NULL)) {
        fputs("tandem: the other side was silent for too long\n", stderr);
        return EXIT_REFUSED;
    }
    if (s->standing == COUNTED)
        decide(s);
    if (s->standing == DISAGREED) {
        (void)await(s, DISAGREED, 10, &s->told);
        return EXIT_GOOD;
    }
    if (!await(s, AGREED, t->wait_s, NULL) || s->standing == LEFT) {
        fputs("The other side tells the count only.\n", stderr);
        return s->standing == LEFT ? EXIT_GOOD : EXIT_REFUSED;
    }
    return task_write_overlap(t) ? EXIT_GOOD : EXIT_BROKEN;
}

/* The certificate's public key as curl and others pin it; false when the file holds none. */
static bool print_pin(const char *path)
{
    FILE *f = fopen(path, "re");
    X509 *cert = f ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
    unsigned char *der = NULL, hash[SHA256_DIGEST_LENGTH];
    int n = cert ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der) : 0;
    if (n > 0) {
        struct buf b = buf_new(100);
        SHA256(der, (size_t)n, hash);
        buf_add_base64(&b, hash, sizeof hash);
        fprintf(stderr, "Public key: sha256//%s\n", buf_str(&b));
        buf_free(&b);
    }
    OPENSSL_free(der);
    X509_free(cert);
    if (f)
        fclose(f);
    return n > 0;
}

int psi_serve(struct psi_task *t)
{
    struct service s = {
        .task = t, .setup = buf_in(t->arena, PSI_MAX_MESSAGE), .consent = buf_in(t->arena, 1000)};
    struct http_config config = {.listen = t->listen,
        .io_threads = 1,
        .workers = 2,
        .max_connections = 64,
        .max_per_address = 16,
        .header_seconds = 8,
        .body_seconds = 60,
        .idle_seconds = 60,
        .body_memory_max = PSI_MAX_MESSAGE,
        .body_max = PSI_MAX_MESSAGE,
        .tls_cert = t->tls_cert,
        .tls_key = t->tls_key,
        .handler = handle,
        .ctx = &s};
    struct http_server *server;
    const char *error;
    if (t->tls_cert && !print_pin(t->tls_cert)) {
        fprintf(stderr, "tandem: %s holds no certificate\n", t->tls_cert);
        return EXIT_USAGE;
    }
    enum psi_refusal r = psi_setup(&t->psi, &s.setup);
    if (r)
        return task_refused(r);
    pthread_mutex_init(&s.lock, NULL);
    pthread_cond_init(&s.changed, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (http_start(&server, &config, &error) != OK) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    fprintf(stderr, "Listening at %s (port %u), set-up of %zu bytes\n", t->listen, http_port(server),
        s.setup.len);
    int code = follow(&s);
    http_stop(server, 10);
    return code;
}
