#include "runtime/witnesses.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/merkle/witness.h"
#include "runtime/sequencer.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY   1 /* seconds */
#define WAIT_FIRST_S 5 /* after a failure; doubles up to */
#define WAIT_MAX_S   300
#define ANSWER_MAX   65536 /* bytes that are read of an answer */
#define CONNECT_S    5L
#define TIMEOUT_S    15L

struct witness {
    struct note_key key;
    char *url, *vkey;
    int64_t next_try; /* monotonic */
    unsigned wait_s;
};

struct witnesses {
    char *db_url;
    struct witness of[WITNESSES_MAX];
    size_t n;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

bool witness_config_parse(struct witness_config *out, const char *text)
{
    const char *url = strchr(text, '=');
    char vkey[512];
    if (!url || (size_t)(url - text) >= sizeof vkey)
        return false;
    memcpy(vkey, text, (size_t)(url - text));
    vkey[url - text] = 0;
    out->url = url + 1;
    return witness_vkey_parse(&out->key, vkey) &&
           (strncmp(out->url, "https://", 8) == 0 || strncmp(out->url, "http://", 7) == 0);
}

static bool is_stopping(struct witnesses *w)
{
    pthread_mutex_lock(&w->lock);
    bool stopping = w->stopping;
    pthread_mutex_unlock(&w->lock);
    return stopping;
}

/* ---- one request ---- */

struct exchange {
    struct buf answer;
    long status; /* 0: none came */
    char why[CURL_ERROR_SIZE];
};

static size_t take(char *data, size_t size, size_t n, void *ctx)
{
    struct exchange *x = ctx;
    buf_add(&x->answer, data, size * n);
    return x->answer.overflow ? 0 : size * n;
}

static int give_up_when_stopping(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return is_stopping(ctx);
}

static void post(
    struct witnesses *all, struct arena *a, const char *url, struct buf *body, struct exchange *x)
{
    *x = (struct exchange){.answer = buf_in(a, ANSWER_MAX)};
    CURL *curl = curl_easy_init();
    if (!curl)
        return;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
    curl_easy_setopt(curl, CURLOPT_URL, arena_printf(a, "%s/add-checkpoint", url));
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, buf_str(body));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body->len);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, x->why);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, give_up_when_stopping);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, all);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &x->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
}

/* The witness's own line among those of the answer; NULL when none is good. */
static const char *find_line(
    struct arena *a, const struct witness *w, const char *checkpoint, const char *answer, int64_t *time_s)
{
    while (*answer) {
        size_t n = strcspn(answer, "\n");
        const char *line = arena_printf(a, "%.*s\n", (int)n, answer);
        const char *note = arena_printf(a, "%s%s", checkpoint, line);
        if (note_cosigned(note, strlen(note), &w->key, time_s))
            return line;
        answer += n + (answer[n] != 0);
    }
    return NULL;
}

/* ---- one witness ---- */

/* What is remembered of a witness, and what becomes of it. */
struct record {
    uint64_t size;
    const char *checkpoint, *line, *trouble;
    int64_t cosigned_us;
};

static enum status read_record(struct db *db, struct arena *a, const struct witness *w, struct record *out)
{
    struct value args[1] = {v_text(w->vkey)};
    struct rows rows;
    *out = (struct record){0};
    TRY(db_query(db, a, &rows,
        "select size, checkpoint, line, cosigned, trouble from cosignature where witness = $1", args, 1));
    if (rows.n)
        *out = (struct record){(uint64_t)cell_int(&rows, 0, 0), cell_text(&rows, 0, 1),
            cell_text(&rows, 0, 2), cell_text(&rows, 0, 4), cell_int(&rows, 0, 3)};
    return OK;
}

/* Another process may have been faster: what it stored of a longer log stays. */
static enum status store_record(struct db *db, const struct witness *w, const struct record *r)
{
    struct value args[7] = {v_text(w->vkey), v_int((int64_t)r->size), v_text(r->checkpoint), v_text(r->line),
        r->cosigned_us ? v_int(r->cosigned_us) : v_null(), v_int(instant_now().us), v_text(r->trouble)};
    TRY(db_begin_write(db));
    enum status s = db_exec(db,
        "insert into cosignature (witness, size, checkpoint, line, cosigned, tried, trouble) "
        "values ($1, $2, $3, $4, $5, $6, $7) on conflict (witness) do update set size = excluded.size, "
        "checkpoint = excluded.checkpoint, line = excluded.line, cosigned = excluded.cosigned, "
        "tried = excluded.tried, trouble = excluded.trouble where excluded.size >= cosignature.size",
        args, 7);
    if (s == OK)
        s = db_commit(db);
    if (s != OK)
        db_rollback(db);
    return s;
}

/* From OLD to HEAD; needs the snapshot in which HEAD was read. */
static enum status prove(
    struct db *db, struct arena *a, uint64_t old, const struct tree_head *head, struct merkle_proof *out)
{
    struct tile_source source = {db, a, "log", NULL};
    out->n = 0;
    return old && old < head->size
               ? merkle_consistency(out, old, head->size, (struct merkle_reader){tile_read, &source})
               : OK;
}

static const char *trouble_of(const struct exchange *x)
{
    switch (x->status) {
    case 0: return N_("It does not answer.");
    case 403:
    case 404: return N_("It does not know this log or its key.");
    case 409: return N_("It has seen a longer log: this one was set back.");
    case 422: return N_("It says that this log does not continue the one that it has seen.");
    default: return N_("It gives no good cosignature.");
    }
}

/* Shows it the head once, beginning from OLD. *KNOWN is what it says that it knows, when that is another
 * size. */
static enum status show(struct witnesses *all, struct db *db, struct arena *a, const struct witness *w,
    const struct tree_head *head, uint64_t old, struct record *r, int64_t *known)
{
    struct merkle_proof proof;
    struct exchange x;
    struct buf body = buf_in(a, WITNESS_REQUEST_MAX);
    int64_t time_s, size;
    *known = -1;
    TRY(prove(db, a, old, head, &proof));
    db_rollback(db); /* no snapshot is held while somebody else is waited for */
    witness_request_write(&body, old, &proof, head->checkpoint);
    post(all, a, w->url, &body, &x);
    const char *answer = buf_str(&x.answer);
    const char *line = x.status == 200 ? find_line(a, w, head->checkpoint, answer, &time_s) : NULL;
    r->trouble = trouble_of(&x);
    if (line)
        *r = (struct record){head->size, head->checkpoint, line, NULL, time_s * US_PER_SECOND};
    else if (x.status == 409 && parse_int(arena_strndup(a, answer, strcspn(answer, "\n")), &size) &&
             size >= 0)
        *known = size;
    if (!line && x.status == 0)
        log_warn("witness %s: %s", w->key.name, x.why);
    return OK;
}

/* Twice at most: the second time from the size that it names itself. */
static enum status ask(struct witnesses *all, struct db *db, struct arena *a, struct witness *w,
    const struct tree_head *head, struct record *r)
{
    int64_t known;
    TRY(show(all, db, a, w, head, r->size <= head->size ? r->size : 0, r, &known));
    if (known >= 0 && (uint64_t)known <= head->size) {
        TRY(db_begin_read(db));
        TRY(show(all, db, a, w, head, (uint64_t)known, r, &known));
    }
    if (is_stopping(all))
        return OK;
    if (r->trouble) {
        w->wait_s = w->wait_s ? w->wait_s * 2 : WAIT_FIRST_S;
        w->wait_s = w->wait_s < WAIT_MAX_S ? w->wait_s : WAIT_MAX_S;
        log_warn("witness %s: log of size %" PRIu64 ": %s", w->key.name, head->size, r->trouble);
    } else {
        w->wait_s = 0;
    }
    w->next_try = monotonic_us() + w->wait_s * US_PER_SECOND;
    return store_record(db, w, r);
}

static enum status look_at(struct witnesses *all, struct db *db, struct arena *a, struct witness *w)
{
    struct tree_head head;
    struct record r;
    TRY(db_begin_read(db));
    TRY(tree_head_read(db, a, "log", &head));
    TRY(read_record(db, a, w, &r));
    bool done = !head.checkpoint || (r.size == head.size && streq(r.checkpoint, head.checkpoint));
    return done || monotonic_us() < w->next_try ? OK : ask(all, db, a, w, &head, &r);
}

/* ---- the thread ---- */

/* A witness that is asked no more says nothing about the log of today. */
static enum status forget_others(struct witnesses *all, struct db *db, struct arena *a)
{
    struct rows rows;
    TRY(db_begin_write(db));
    TRY(db_query(db, a, &rows, "select witness from cosignature", NULL, 0));
    for (size_t r = 0; r < rows.n; r++) {
        struct value args[1] = {v_text(cell_text(&rows, r, 0))};
        bool ours = false;
        for (size_t i = 0; i < all->n; i++)
            ours = ours || streq(all->of[i].vkey, args[0].s);
        if (!ours)
            TRY(db_exec(db, "delete from cosignature where witness = $1", args, 1));
    }
    return db_commit(db);
}

static enum status look_at_all(struct witnesses *all, struct db *db, struct arena *a)
{
    for (size_t i = 0; i < all->n && !is_stopping(all); i++) {
        enum status s = look_at(all, db, a, &all->of[i]);
        db_rollback(db);
        TRY(s);
    }
    return OK;
}

static bool wait_a_little(struct witnesses *w)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_EVERY;
    pthread_mutex_lock(&w->lock);
    int waited = 0;
    while (!w->stopping && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&w->wake, &w->lock, &until);
    bool go_on = !w->stopping;
    pthread_mutex_unlock(&w->lock);
    return go_on;
}

static void *witnesses_main(void *arg)
{
    struct witnesses *w = arg;
    struct db *db = NULL;
    do {
        struct arena *a = arena_new();
        const char *error = NULL;
        enum status s = OK;
        if (!db && (s = db_open(&db, a, w->db_url, DB_WRITE, &error)) == OK)
            s = forget_others(w, db, a);
        if (s == OK)
            s = look_at_all(w, db, a);
        if (s != OK) {
            log_warn("witnesses: %s", db ? db_error(db) : error);
            db_close(db);
            db = NULL;
        }
        arena_free(a);
    } while (wait_a_little(w));
    db_close(db);
    return NULL;
}

struct witnesses *witnesses_start(const char *db_url, const struct witness_config *config, size_t n)
{
    if (!n)
        return NULL;
    struct witnesses *w = xcalloc(1, sizeof *w);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    w->db_url = xstrdup(db_url);
    for (w->n = 0; w->n < n && w->n < WITNESSES_MAX; w->n++) {
        struct buf vkey = buf_new(1024);
        note_vkey(&vkey, &config[w->n].key);
        w->of[w->n] = (struct witness){
            .key = config[w->n].key, .url = xstrdup(config[w->n].url), .vkey = xstrdup(buf_str(&vkey))};
        buf_free(&vkey);
    }
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    if (pthread_create(&w->thread, NULL, witnesses_main, w) != 0)
        BUG("no thread for the witnesses");
    return w;
}

void witnesses_stop(struct witnesses *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    for (size_t i = 0; i < w->n; i++) {
        free(w->of[i].url);
        free(w->of[i].vkey);
    }
    free(w->db_url);
    free(w);
}
