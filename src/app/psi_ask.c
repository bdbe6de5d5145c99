/* The client of a private mapping over HTTP (psi_serve.c has what is asked for). */
#include "app/psi_task.h"
#include "base/time.h"

#include <curl/curl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_S 20L /* for who starts both sides at once */

struct link {
    const struct psi_task *task;
    const char *url;
    CURL *curl;
    struct curl_slist *headers;
    struct buf answer;
    long status; /* 0: none came */
    char why[CURL_ERROR_SIZE];
};

static size_t take(char *data, size_t size, size_t n, void *ctx)
{
    struct link *l = ctx;
    buf_add(&l->answer, data, size * n);
    return l->answer.overflow ? 0 : size * n;
}

static bool on_this_machine(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost:", 10) == 0 ||
           strncmp(host, "[::1]:", 6) == 0;
}

/* As given where it is an address; HOST:PORT alone is meant encrypted unless it is this machine. */
static const char *address(struct arena *a, const struct psi_task *t)
{
    if (strncmp(t->connect, "http://", 7) == 0 || strncmp(t->connect, "https://", 8) == 0)
        return arena_strdup(a, t->connect);
    bool plain = on_this_machine(t->connect) && !t->pin && !t->ca;
    return arena_printf(a, "%s://%s/psi", plain ? "http" : "https", t->connect);
}

static bool link_open(struct link *l, const struct psi_task *t)
{
    *l = (struct link){.task = t, .url = address(t->arena, t), .answer = buf_in(t->arena, PSI_MAX_MESSAGE)};
    l->curl = curl_easy_init();
    if (!l->curl)
        return false;
    l->headers = curl_slist_append(l->headers, "Content-Type: application/octet-stream");
    l->headers = curl_slist_append(l->headers, "Expect:");
    l->headers = curl_slist_append(l->headers, arena_printf(t->arena, "Authorization: Bearer %s", t->token));
    curl_easy_setopt(l->curl, CURLOPT_URL, l->url);
    curl_easy_setopt(l->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(l->curl, CURLOPT_HTTPHEADER, l->headers);
    curl_easy_setopt(l->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(l->curl, CURLOPT_WRITEDATA, l);
    curl_easy_setopt(l->curl, CURLOPT_ERRORBUFFER, l->why);
    curl_easy_setopt(l->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    curl_easy_setopt(l->curl, CURLOPT_TIMEOUT, (long)t->wait_s);
    curl_easy_setopt(l->curl, CURLOPT_NOSIGNAL, 1L);
    if (t->ca)
        curl_easy_setopt(l->curl, CURLOPT_CAINFO, t->ca);
    if (t->pin) { /* the key itself is known: who signed its certificate says no more */
        curl_easy_setopt(l->curl, CURLOPT_PINNEDPUBLICKEY, t->pin);
        curl_easy_setopt(l->curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(l->curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    return true;
}

static void link_close(struct link *l)
{
    curl_slist_free_all(l->headers);
    curl_easy_cleanup(l->curl);
}

/* Sends METHOD with BODY; l->answer is what came. False when nothing did. */
static bool link_send(struct link *l, const char *method, const struct buf *body)
{
    buf_clear(&l->answer);
    l->status = 0;
    curl_easy_setopt(l->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(l->curl, CURLOPT_POSTFIELDS, body ? body->p : "");
    curl_easy_setopt(l->curl, CURLOPT_POSTFIELDSIZE, body ? (long)body->len : 0L);
    curl_easy_setopt(l->curl, CURLOPT_POST, 1L);
    CURLcode code = curl_easy_perform(l->curl);
    if (code == CURLE_OK)
        curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &l->status);
    return code == CURLE_OK;
}

/* Says what went wrong; for `return`. */
static int trouble(const struct link *l)
{
    if (!l->status) {
        fprintf(stderr, "tandem: %s does not answer: %s\n", l->url, l->why);
        return EXIT_BROKEN;
    }
    fprintf(
        stderr, "tandem: the other side refused (%ld): %.*s\n", l->status, (int)l->answer.len, l->answer.p);
    return EXIT_REFUSED;
}

static void nap(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* The set-up; the server may still be about to listen. */
static bool fetch_setup(struct link *l)
{
    int64_t until = instant_now().us + CONNECT_S * US_PER_SECOND;
    while (!link_send(l, "POST", NULL)) {
        if (instant_now().us > until)
            return false;
        nap(200);
    }
    return l->status == 200;
}

/* A message; else they have not decided yet (202, or Tandem's word about the run). */
static bool brought_message(const struct link *l)
{
    return l->status == 200 && psi_message_type(l->answer.p, l->answer.len) != 0;
}

/* Until the people over there have decided. */
static bool fetch_consent(struct link *l)
{
    int64_t until = instant_now().us + l->task->wait_s * US_PER_SECOND;
    for (long ms = 50; instant_now().us < until; ms = ms < 1000 ? ms * 2 : 1000) {
        if (!link_send(l, "POST", NULL) || (l->status != 200 && l->status != 202))
            return false;
        if (brought_message(l))
            return true;
        nap(ms);
    }
    return false;
}

static int exchange(struct link *l, struct psi_task *t)
{
    struct psi *p = &t->psi;
    struct buf out = buf_in(t->arena, PSI_MAX_MESSAGE);
    if (!fetch_setup(l))
        return trouble(l);
    size_t setup = l->answer.len, messages = 0;
    enum psi_refusal r = psi_request(p, l->answer.p, l->answer.len, &out);
    if (r)
        return task_refused(r);
    if (!link_send(l, "POST", &out) || l->status != 200)
        return trouble(l);
    messages += out.len + l->answer.len;
    buf_clear(&out);
    r = psi_count(p, l->answer.p, l->answer.len, &out);
    if (r)
        return task_refused(r);
    if (!link_send(l, "POST", &out) || (l->status != 200 && l->status != 202))
        return trouble(l);
    messages += out.len;
    if (!task_agrees(t)) {
        (void)link_send(l, "DELETE", NULL); /* a Tandem over there needs no word: its run ends by itself */
        return EXIT_GOOD;
    }
    if (!fetch_consent(l))
        return trouble(l);
    buf_clear(&out);
    r = psi_rows(p, l->answer.p, l->answer.len, &out);
    if (r)
        return task_refused(r);
    messages += out.len + l->answer.len;
    if (!link_send(l, "POST", &out) || l->status != 200)
        return trouble(l);
    messages += l->answer.len;
    r = psi_finish(p, l->answer.p, l->answer.len);
    if (r)
        return task_refused(r);
    fprintf(stderr, "Set-up of %zu bytes, messages of %zu\n", setup, messages);
    return task_write_overlap(t) ? EXIT_GOOD : EXIT_BROKEN;
}

int psi_ask(struct psi_task *t)
{
    struct link l;
    if (!link_open(&l, t))
        return EXIT_BROKEN;
    int code = exchange(&l, t);
    link_close(&l);
    return code;
}
