/*
 * tandem witness: a service that cosigns what continues the logs that it knows (C2SP tlog-witness), for
 * anybody who does not want to rely on one log's word. It needs no database.
 */
#include "app/commands.h"
#include "app/options.h"
#include "app/witness_state.h"
#include "base/log.h"
#include "base/time.h"
#include "http/http.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define KEYS_FILE_MAX 65536

struct log_file {
    const char *path;
    char origin[128];
    struct note_keys keys;
};

struct witness {
    pthread_mutex_t lock; /* over judging and remembering, which are one */
    struct witness_state state;
    struct log_file logs[CLI_MANY];
    size_t n;
    const char *vkey;
};

/* ---- the logs ---- */

/* A file that is read again must still be of the same log. */
static bool read_keys(struct log_file *log)
{
    char *text = xcalloc(1, KEYS_FILE_MAX);
    FILE *f = fopen(log->path, "re");
    size_t n = f ? fread(text, 1, KEYS_FILE_MAX - 1, f) : 0;
    if (f)
        fclose(f);
    struct note_keys *keys = xcalloc(1, sizeof *keys);
    bool good = n > 0 && strlen(text) == n && note_keys_parse(keys, text);
    for (size_t i = 1; good && i < keys->n; i++)
        good = streq(keys->term[i].key.name, keys->term[0].key.name);
    if (good && !*log->origin)
        memcpy(log->origin, keys->term[0].key.name, sizeof log->origin);
    good = good && streq(log->origin, keys->term[0].key.name);
    if (good)
        log->keys = *keys;
    free(keys);
    free(text);
    return good;
}

static struct log_file *find_log(struct witness *w, const char *origin)
{
    for (size_t i = 0; i < w->n; i++)
        if (streq(w->logs[i].origin, origin))
            return &w->logs[i];
    return NULL;
}

/* ---- answering ---- */

static void send_text(struct http_request *r, int status, const char *type, const char *text)
{
    struct http_reply reply = {.status = status, .type = type, .body = text, .len = strlen(text)};
    http_send(r, &reply);
}

static void send_plain(struct http_request *r, int status, const char *text)
{
    send_text(r, status, "text/plain; charset=utf-8", text);
}

/* The file is read again before a signature is refused: the log may have a new key that the operator has
 * entered. */
static enum witness_answer judge(struct log_file *log, const struct witness_request *q,
    const struct checkpoint *known, struct checkpoint *fresh)
{
    enum witness_answer answer = witness_judge(q, &log->keys, known, fresh);
    if (answer == WITNESS_UNSIGNED && read_keys(log))
        answer = witness_judge(q, &log->keys, known, fresh);
    return answer;
}

/* The log's own signatures that count, then ours; what others cosigned is not ours to hand on. */
static const char *note_to_keep(
    struct arena *a, const struct witness_request *q, const struct log_file *log, const char *line)
{
    struct buf note = buf_in(a, 2 * WITNESS_REQUEST_MAX);
    const char *text = arena_strndup(a, q->note, q->note_len);
    const char *signatures = strstr(text, "\n\n") + 2;
    buf_add(&note, text, (size_t)(signatures - text));
    for (const char *p = signatures; *p; p += strcspn(p, "\n"), p += *p == '\n') {
        size_t n = strcspn(p, "\n"), text_len;
        const char *one = arena_printf(a, "%.*s%.*s\n", (int)(signatures - text), text, (int)n, p);
        for (size_t i = 0; i < log->keys.n; i++)
            if (note_verify(one, strlen(one), &log->keys.term[i].key, &text_len))
                buf_addf(&note, "%.*s\n", (int)n, p);
    }
    buf_adds(&note, line);
    return buf_str(&note);
}

static void cosign(struct witness *w, struct http_request *r, const struct witness_request *q,
    const struct log_file *log, const struct checkpoint *fresh)
{
    struct buf line = buf_in(r->arena, 1024);
    size_t text_len;
    if (note_check(q->note, q->note_len, &w->state.key, &text_len) == NOTE_MALFORMED) {
        send_plain(r, 400, "This is no signed note.\n");
        return;
    }
    note_cosign(&line, q->note, text_len, &w->state.key, instant_now().us / US_PER_SECOND);
    if (!witness_state_put(&w->state, log->origin, note_to_keep(r->arena, q, log, buf_str(&line)))) {
        send_plain(r, 500, "It cannot be remembered.\n");
        return;
    }
    log_info("%s: cosigned size %llu", log->origin, (unsigned long long)fresh->size);
    send_plain(r, 200, buf_str(&line));
}

static void answer(
    struct witness *w, struct http_request *r, const struct witness_request *q, struct log_file *log)
{
    struct checkpoint known, fresh = {0};
    witness_state_get(&w->state, log->origin, &known, NULL);
    switch (judge(log, q, &known, &fresh)) {
    case WITNESS_COSIGNS: cosign(w, r, q, log, &fresh); break;
    case WITNESS_MALFORMED: send_plain(r, 400, "This is no request to cosign a checkpoint.\n"); break;
    case WITNESS_UNSIGNED: send_plain(r, 403, "The checkpoint is not signed by a key of this log.\n"); break;
    case WITNESS_OTHER_SIZE:
        send_text(
            r, 409, "text/x.tlog.size", arena_printf(r->arena, "%llu\n", (unsigned long long)known.size));
        break;
    case WITNESS_NOT_PROVEN: /* signed, and no continuation: that may be proof of a fraud */
        log_warn("%s: size %llu is not proven to continue size %llu:\n%.*s", log->origin,
            (unsigned long long)fresh.size, (unsigned long long)known.size, (int)q->note_len, q->note);
        send_plain(r, 422, "The checkpoint is not proven to continue the one that was cosigned.\n");
        break;
    }
}

static void add_checkpoint(struct witness *w, struct http_request *r)
{
    struct witness_request q;
    char origin[128];
    struct log_file *log;
    if (!r->body || !witness_request_parse(&q, r->body, r->body_len) ||
        !witness_request_origin(&q, origin, sizeof origin)) {
        send_plain(r, 400, "This is no request to cosign a checkpoint.\n");
    } else if ((log = find_log(w, origin)) == NULL) {
        send_plain(r, 404, "This log is not known here.\n");
    } else {
        pthread_mutex_lock(&w->lock);
        answer(w, r, &q, log);
        pthread_mutex_unlock(&w->lock);
    }
}

/* /<SHA-256 of the origin>/checkpoint: what was cosigned last, for whoever watches. */
static void show_checkpoint(struct witness *w, struct http_request *r)
{
    const char *note = NULL;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < w->n && !note; i++) {
        struct hash h = sha256(w->logs[i].origin, strlen(w->logs[i].origin));
        struct buf path = buf_in(r->arena, 128);
        struct checkpoint cp;
        buf_addc(&path, '/');
        buf_add_hex(&path, h.b, HASH_SIZE);
        buf_adds(&path, "/checkpoint");
        if (streq(buf_str(&path), r->path))
            witness_state_get(&w->state, w->logs[i].origin, &cp, &note);
    }
    note = arena_strdup(r->arena, note);
    pthread_mutex_unlock(&w->lock);
    send_plain(r, note ? 200 : 404, note ? note : "Nothing was cosigned here.\n");
}

static void handle(void *ctx, struct http_request *r)
{
    struct witness *w = ctx;
    bool adds = streq(r->path, "/add-checkpoint");
    if (adds && r->method == HTTP_POST)
        add_checkpoint(w, r);
    else if (adds || (r->method != HTTP_GET && r->method != HTTP_HEAD))
        send_plain(r, 405, "POST /add-checkpoint\n");
    else if (streq(r->path, "/"))
        send_plain(r, 200, arena_printf(r->arena, "%s\n", w->vkey));
    else
        show_checkpoint(w, r);
}

/* ---- the command ---- */

static bool open_logs(struct witness *w, const char *const *paths)
{
    for (w->n = 0; paths[w->n]; w->n++) {
        w->logs[w->n].path = paths[w->n];
        if (!read_keys(&w->logs[w->n])) {
            fprintf(stderr, "tandem: %s holds no public keys of one log; take them from its /log/key\n",
                paths[w->n]);
            return false;
        }
        for (size_t i = 0; i < w->n; i++)
            if (streq(w->logs[i].origin, w->logs[w->n].origin)) {
                fprintf(stderr, "tandem: %s: that log is given twice\n", paths[w->n]);
                return false;
            }
    }
    return true;
}

static int serve(struct witness *w, const char *listen)
{
    struct http_server *server;
    const char *error;
    sigset_t stop;
    int sig;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    struct http_config config = {.listen = listen,
        .io_threads = 1,
        .workers = 2,
        .max_connections = 256,
        .max_per_address = 32,
        .header_seconds = 8,
        .body_seconds = 15,
        .idle_seconds = 60,
        .body_memory_max = WITNESS_REQUEST_MAX,
        .body_max = WITNESS_REQUEST_MAX,
        .handler = handle,
        .ctx = w};
    if (http_start(&server, &config, &error) != OK) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    log_info("witness %s at %s (port %u)", w->vkey, listen, http_port(server));
    sigwait(&stop, &sig);
    http_stop(server, 10);
    return EXIT_GOOD;
}

int command_witness(int argc, char **argv)
{
    const char *key = NULL, *state = NULL, *name = NULL, *listen = "127.0.0.1:8090",
               *logs[CLI_MANY + 1] = {0}, *rest[1], *error;
    size_t n;
    int status;
    const struct cli_option options[] = {
        {"--key", "FILE", "the witness's private key; made at the first start", &key},
        {"--name", "NAME", "of a key that is made, such as witness.example/w1", &name},
        {"--state", "FILE", "what it remembers (beside the key)", &state},
        {"--log", "FILE...", "the public keys of a log, from its /log/key", logs},
        {"--listen", "HOST:PORT", "where to listen (127.0.0.1:8090)", &listen}, {0}};
    if (!options_read(argc, argv, "witness --key FILE --log FILE [OPTIONS]", options, rest, 0, &n, &status))
        return status;
    if (!key || !logs[0]) {
        fputs("tandem: witness needs --key FILE and --log FILE\n", stderr);
        return EXIT_USAGE;
    }
    struct arena *a = arena_new();
    struct witness *w = ARENA_NEW(a, struct witness);
    struct buf vkey = buf_in(a, 1024);
    pthread_mutex_init(&w->lock, NULL);
    status = EXIT_BROKEN;
    if (!witness_state_open(
            &w->state, a, key, state ? state : arena_printf(a, "%s.state", key), name, &error)) {
        fprintf(stderr, "tandem: %s: %s\n", key, error);
    } else if (open_logs(w, logs)) {
        note_vkey(&vkey, &w->state.key);
        w->vkey = buf_str(&vkey);
        printf("%s\n", w->vkey);
        fflush(stdout);
        status = serve(w, listen);
    }
    arena_free(a);
    return status;
}
