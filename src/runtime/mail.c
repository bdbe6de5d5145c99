#include "runtime/mail.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/log.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY 5 /* seconds, besides being woken: clocks wake nobody */

/* Minutes until the next try; after the last one mail is given up. */
static const int waits_min[] = {1, 5, 15, 60, 180, 360, 720};

struct mailer {
    char *url;
    struct mail_config config; /* its texts are our copies */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping, woken;
};

struct letter {
    int64_t id, next_try, attempts;
    const char *recipient, *subject, *body, *html, *unsubscribe;
};

enum status mail_queue_whole(struct call *c, const struct mail *m)
{
    ASSERT(!strpbrk(m->recipient, "\r\n") && !strpbrk(m->subject, "\r\n"));
    ASSERT(!m->unsubscribe || !strpbrk(m->unsubscribe, "\r\n<> "));
    struct value args[7] = {v_int(id_new(c->now)), v_text(m->recipient), v_text(m->subject), v_text(m->text),
        v_int(c->now.us), v_text(m->html), v_text(m->unsubscribe)};
    c->mails = true;
    return db_exec(c->db,
        "insert into mail (id, recipient, subject, body, created, attempts, next_try, html, unsubscribe) "
        "values ($1, $2, $3, $4, $5, 0, $5, $6, $7)",
        args, 7);
}

enum status mail_queue(struct call *c, const char *recipient, const char *subject, const char *body)
{
    return mail_queue_whole(c, &(struct mail){.recipient = recipient, .subject = subject, .text = body});
}

/* ---- one letter as RFC 5322 text ---- */

/* RFC 2047: base64 words of at most 39 bytes, so that the first line ends before its 76th, cut between
 * characters. */
static void add_encoded(struct buf *b, const char *s)
{
    bool plain = true;
    for (const char *p = s; *p; p++)
        plain = plain && *p >= 32 && *p < 127;
    if (plain) {
        buf_adds(b, s);
        return;
    }
    for (size_t n; *s; s += n) {
        n = strlen(s) < 39 ? strlen(s) : 39;
        while (n > 1 && ((unsigned char)s[n] & 0xC0) == 0x80)
            n--;
        buf_adds(b, "=?UTF-8?B?");
        buf_add_base64(b, s, n);
        buf_adds(b, s[n] ? "?=\r\n " : "?=");
    }
}

/* Base64 in lines of 76: any text passes any server. Its own lines end as text does in mail. */
static void add_body(struct buf *b, const char *text, struct arena *a)
{
    struct buf canonical = buf_in(a, 1 << 20);
    for (; *text; text++) {
        if (*text == '\n')
            buf_addc(&canonical, '\r');
        buf_addc(&canonical, *text);
    }
    const char *body = buf_str(&canonical);
    for (size_t left = canonical.len; left;) {
        size_t n = left < 57 ? left : 57;
        buf_add_base64(b, body, n);
        buf_adds(b, "\r\n");
        body += n;
        left -= n;
    }
}

/* The bare address of "Name <address>". */
static const char *bare_address(struct arena *a, const char *from)
{
    const char *open = strrchr(from, '<'), *close = open ? strchr(open, '>') : NULL;
    return close ? arena_strndup(a, open + 1, (size_t)(close - open - 1)) : from;
}

static void add_sender(struct buf *b, const char *from, struct arena *a)
{
    const char *address = bare_address(a, from), *open = strrchr(from, '<');
    if (address != from && open > from) {
        add_encoded(b, arena_strndup(a, from, (size_t)(open - from - (open[-1] == ' '))));
        buf_adds(b, "\r\n ");
    }
    buf_addf(b, "<%s>", address);
}

static void add_part(struct buf *b, const char *subtype, const char *text, struct arena *a)
{
    buf_addf(b, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", subtype);
    add_body(b, text, a);
}

/* RFC 2046: the plainest first. Nothing in base 64 looks like the boundary. */
static void add_both(struct buf *b, const struct letter *l, struct arena *a)
{
    static const char boundary[] = "=_tandem";
    buf_addf(b, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
    add_part(b, "plain", l->body, a);
    buf_addf(b, "\r\n--%s\r\n", boundary);
    add_part(b, "html", l->html, a);
    buf_addf(b, "\r\n--%s--\r\n", boundary);
}

static void write_message(
    struct buf *b, const struct mail_config *config, const struct letter *l, struct arena *a)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil t = civil_in(zone_get("UTC"), instant_now());
    buf_addf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[t.weekday - 1], t.day,
        months[t.month - 1], t.year, t.hour, t.minute, t.second);
    const char *at = strchr(bare_address(a, config->from), '@');
    buf_addf(b, "Message-ID: <%s%s>\r\nFrom: ", id_text(a, "mail", l->id), at ? at : "@localhost");
    add_sender(b, config->from, a);
    buf_addf(b, "\r\nTo: <%s>\r\nSubject: ", l->recipient);
    add_encoded(b, l->subject);
    buf_adds(b, "\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n");
    if (l->unsubscribe)
        buf_addf(b, "List-Unsubscribe:\r\n <%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            l->unsubscribe);
    if (l->html)
        add_both(b, l, a);
    else
        add_part(b, "plain", l->body, a);
}

/* ---- sending ---- */

struct upload {
    const char *p;
    size_t left;
};

static size_t give(char *to, size_t size, size_t n, void *ctx)
{
    struct upload *u = ctx;
    size_t take = size * n < u->left ? size * n : u->left;
    memcpy(to, u->p, take);
    u->p += take;
    u->left -= take;
    return take;
}

/* A server that does not answer keeps nobody from stopping: the letter stays claimed and is tried again. */
static int give_up_when_stopping(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct mailer *m = ctx;
    (void)a, (void)b, (void)c, (void)d;
    pthread_mutex_lock(&m->lock);
    bool stopping = m->stopping;
    pthread_mutex_unlock(&m->lock);
    return stopping;
}

static void set_options(CURL *curl, struct mailer *m, struct upload *upload, struct arena *a)
{
    const struct mail_config *config = &m->config;
    curl_easy_setopt(curl, CURLOPT_URL, config->smtp);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_printf(a, "<%s>", bare_address(a, config->from)));
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(config->user ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (config->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, config->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, config->password ? config->password : "");
    }
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, upload);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, give_up_when_stopping);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, m);
}

/* NULL when it was taken; else why not. */
static const char *send_letter(struct mailer *m, const struct letter *l, struct arena *a)
{
    if (!m->config.smtp) {
        log_info("mail to %s: %s\n%s", l->recipient, l->subject, l->body);
        return NULL;
    }
    struct buf message = buf_in(a, 1 << 20);
    write_message(&message, &m->config, l, a);
    struct upload upload = {buf_str(&message), message.len};
    char *why = arena_calloc(a, 1, CURL_ERROR_SIZE);
    long answer = 0; /* the server's last, such as 451 */
    CURL *curl = curl_easy_init();
    if (!curl)
        return "no SMTP client";
    struct curl_slist *to = curl_slist_append(NULL, arena_printf(a, "<%s>", l->recipient));
    set_options(curl, m, &upload, a);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    if (code == CURLE_OK)
        return NULL;
    return arena_printf(a, "%s (%ld)", *why ? why : curl_easy_strerror(code), answer);
}

/* ---- the queue ---- */

static enum status next_letter(struct db *db, struct arena *a, struct letter *out, bool *found)
{
    struct value args[1] = {v_int(instant_now().us)};
    struct rows rows;
    TRY(db_query(db, a, &rows,
        "select id, next_try, attempts, recipient, subject, body, html, unsubscribe from mail "
        "where sent is null and next_try <= $1 order by next_try limit 1",
        args, 1));
    *found = rows.n > 0;
    if (*found)
        *out = (struct letter){cell_int(&rows, 0, 0), cell_int(&rows, 0, 1), cell_int(&rows, 0, 2),
            cell_string(&rows, 0, 3), cell_string(&rows, 0, 4), cell_string(&rows, 0, 5),
            cell_text(&rows, 0, 6), cell_text(&rows, 0, 7)};
    return OK;
}

/* One change of the row in a transaction of its own, if it is still as WHEN says. */
static enum status change(struct db *db, bool *changed, const char *sql, const struct value *args, size_t n)
{
    int64_t touched = 0;
    TRY(db_begin_write(db));
    enum status s = db_exec_count(db, &touched, sql, args, n);
    if (s == OK)
        s = db_commit(db);
    if (s != OK)
        db_rollback(db);
    *changed = touched == 1;
    return s;
}

/* Moving its next try claims a letter, so that of two processes one sends it. */
static enum status claim(struct db *db, const struct letter *l, bool *ours)
{
    size_t step = (size_t)l->attempts < COUNT(waits_min) ? (size_t)l->attempts : COUNT(waits_min) - 1;
    struct value args[3] = {
        v_int(l->id), v_int(l->next_try), v_int(instant_now().us + waits_min[step] * 60 * US_PER_SECOND)};
    return change(db, ours,
        "update mail set next_try = $3, attempts = attempts + 1 where id = $1 and next_try = $2 and sent is "
        "null",
        args, 3);
}

/* Sent, given up, or to be tried again. */
static enum status settle(struct db *db, const struct letter *l, const char *error)
{
    bool changed, last = (size_t)l->attempts + 1 >= COUNT(waits_min);
    struct value args[3] = {v_int(l->id), v_text(error), v_int(instant_now().us)};
    if (error)
        log_warn("mail %lld to %s%s: %s", (long long)l->id, l->recipient, last ? " was given up" : "", error);
    if (error && !last)
        return change(db, &changed, "update mail set error = $2 where id = $1", args, 2);
    /* A body with a sign-in link is not kept longer than it is needed. */
    return change(db, &changed,
        "update mail set sent = $3, error = $2, body = '', html = null, unsubscribe = null where id = $1",
        args, 3);
}

static enum status send_waiting(struct mailer *m, struct db *db)
{
    for (;;) {
        struct arena *a = arena_new();
        struct letter l;
        bool found = false, ours = false;
        enum status s = next_letter(db, a, &l, &found);
        if (s == OK && found)
            s = claim(db, &l, &ours);
        if (s == OK && ours)
            s = settle(db, &l, send_letter(m, &l, a));
        arena_free(a);
        if (s != OK || !found)
            return s;
    }
}

static bool wait_for_more(struct mailer *m)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_EVERY;
    pthread_mutex_lock(&m->lock);
    int waited = 0;
    while (!m->stopping && !m->woken && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&m->wake, &m->lock, &until);
    m->woken = false;
    bool go_on = !m->stopping;
    pthread_mutex_unlock(&m->lock);
    return go_on;
}

static void *mailer_main(void *arg)
{
    struct mailer *m = arg;
    struct db *db = NULL;
    do {
        struct arena *a = arena_new();
        const char *error = NULL;
        enum status s = db ? OK : db_open(&db, a, m->url, DB_WRITE, &error);
        if (s == OK)
            s = send_waiting(m, db);
        if (s != OK) {
            log_warn("mail: %s", db ? db_error(db) : error);
            db_close(db);
            db = NULL;
        }
        arena_free(a);
    } while (wait_for_more(m));
    db_close(db);
    return NULL;
}

static char *copy(const char *s)
{
    return s ? xstrdup(s) : NULL;
}

struct mailer *mailer_start(const char *db_url, const struct mail_config *config)
{
    struct mailer *m = xcalloc(1, sizeof *m);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    m->url = xstrdup(db_url);
    m->config = (struct mail_config){.smtp = copy(config->smtp),
        .user = copy(config->user),
        .password = copy(config->password),
        .from = xstrdup(config->from)};
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->wake, NULL);
    if (pthread_create(&m->thread, NULL, mailer_main, m) != 0)
        BUG("no thread for mail");
    return m;
}

void mailer_wake(struct mailer *m)
{
    pthread_mutex_lock(&m->lock);
    m->woken = true;
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->lock);
}

void mailer_stop(struct mailer *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&m->lock);
    m->stopping = true;
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->lock);
    pthread_join(m->thread, NULL);
    pthread_cond_destroy(&m->wake);
    pthread_mutex_destroy(&m->lock);
    free(m->url);
    free((char *)(uintptr_t)m->config.smtp);
    free((char *)(uintptr_t)m->config.user);
    free((char *)(uintptr_t)m->config.password);
    free((char *)(uintptr_t)m->config.from);
    free(m);
}
