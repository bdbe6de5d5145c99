/* Mail: what stands in a message, tries with growing waits, the log in place of a server, one letter once;
 * on both databases. */
#include "running.h"

#include "base/log.h"
#include "base/text.h"
#include "runtime/mail.h"
#include "smtp_sink.h"

#include <signal.h>
#include <sodium.h>
#include <sys/wait.h>

static void queue(struct running *r, const char *to, const char *subject, const char *body)
{
    struct call *c = small_call(r->f, &vendor, NULL);
    c->now = instant_now();
    ASSERT_OK(mail_queue(c, to, subject, body));
    ASSERT_OK(db_flush(r->f->db));
}

static struct mailer *mailer_to(struct running *r, const struct sink *k, const char *from)
{
    struct mail_config config = {
        .smtp = arena_printf(r->f->a, "smtp://127.0.0.1:%u", (unsigned)k->port), .from = from};
    return mailer_start(r->f->url, &config);
}

static struct rows the_letter(struct running *r)
{
    struct rows rows;
    ASSERT_OK(db_query(r->f->db, r->f->a, &rows,
        "select attempts, next_try, sent, coalesce(error, ''), body, created from mail order by id", NULL,
        0));
    return rows;
}

/* ---- reading a message as a mail program does ---- */

struct message {
    const char *head, *body;
};

static struct message split(struct arena *a, const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    assert_non_null(end);
    return (struct message){arena_strndup(a, text, (size_t)(end + 2 - text)), end + 4};
}

/* The text behind "NAME:" where that line stands, or NULL. FROM begins a line. */
static const char *find_header(const char *from, const char *name)
{
    size_t n = strlen(name);
    for (const char *line = from; *line; line = strstr(line, "\r\n") + 2)
        if (strncmp(line, name, n) == 0 && line[n] == ':')
            return line + n + 1 + strspn(line + n + 1, " ");
    return NULL;
}

/* A header's value, unfolded; it must be there exactly once. */
static const char *header(struct arena *a, const struct message *m, const char *name)
{
    struct buf b = buf_in(a, 1 << 16);
    const char *value = find_header(m->head, name);
    assert_non_null(value);
    for (;;) {
        const char *end = strstr(value, "\r\n");
        buf_add(&b, value, (size_t)(end - value));
        value = end + 2;
        if (*value != ' ')
            break;
    }
    assert_null(find_header(value, name));
    return buf_str(&b);
}

static const char *unbase64(struct arena *a, const char *text, size_t n)
{
    char *out = arena_calloc(a, 1, n + 1);
    size_t len;
    assert_int_equal(sodium_base642bin((unsigned char *)out, n, text, n, "\r\n", &len, NULL,
                         sodium_base64_VARIANT_ORIGINAL),
        0);
    out[len] = 0;
    return out;
}

/* RFC 2047: white space between two encoded words is none. */
static const char *decoded(struct arena *a, const char *s)
{
    static const char open[] = "=?UTF-8?B?";
    struct buf b = buf_in(a, 1 << 16);
    while (*s) {
        if (strncmp(s, open, sizeof open - 1) != 0) {
            buf_addc(&b, *s++);
            continue;
        }
        const char *end = strstr(s + sizeof open - 1, "?=");
        assert_true(end && end + 2 - s <= 75);
        const char *word = unbase64(a, s + sizeof open - 1, (size_t)(end - s) - (sizeof open - 1));
        assert_true(utf8_valid(word, strlen(word))); /* cut between characters */
        buf_adds(&b, word);
        s = end + 2;
        if (strncmp(s + strspn(s, " "), open, sizeof open - 1) == 0)
            s += strspn(s, " ");
    }
    return buf_str(&b);
}

static void check_lines(const char *text, size_t longest)
{
    while (*text) {
        const char *end = strstr(text, "\r\n");
        assert_non_null(end);
        assert_true((size_t)(end - text) <= longest);
        for (const char *p = text; p < end; p++)
            assert_true((unsigned char)*p >= 32 && (unsigned char)*p < 127);
        text = end + 2;
    }
}

/* ---- tests ---- */

static void a_message_is_well_formed(void **state)
{
    struct running *r = *state;
    struct arena *a = r->f->a;
    struct sink *k = sink_start();
    const char *subject = "Über die Größe der Angebote für Łódź und Việt Nam, oder: ein Betreff, der in "
                          "keine Zeile passt 🙂🙂🙂";
    struct buf body = buf_in(a, 1 << 20);
    buf_adds(&body, "Grüße,\n.\n..\n\nFrom hier: https://partners.example/sign-in/abc\n");
    for (int i = 0; i < 2000; i++)
        buf_adds(&body, "äöü 🙂 ");
    queue(r, "maya@brightwater.example", subject, buf_str(&body));
    struct mailer *m = mailer_to(r, k, "Velmora Partner – Köln <partners@velmora.example>");
    sink_wait(k, 1);
    mailer_stop(m);
    assert_int_equal(k->n, 1);
    assert_string_equal(k->letters[0].from, "partners@velmora.example");
    assert_string_equal(k->letters[0].to, "maya@brightwater.example");

    check_lines(k->letters[0].text, 76);
    struct message msg = split(a, k->letters[0].text);
    assert_string_equal(decoded(a, header(a, &msg, "Subject")), subject);
    assert_string_equal(
        decoded(a, header(a, &msg, "From")), "Velmora Partner – Köln <partners@velmora.example>");
    assert_string_equal(header(a, &msg, "To"), "<maya@brightwater.example>");
    assert_string_equal(header(a, &msg, "MIME-Version"), "1.0");
    assert_string_equal(header(a, &msg, "Content-Type"), "text/plain; charset=utf-8");
    assert_string_equal(header(a, &msg, "Content-Transfer-Encoding"), "base64");
    assert_string_equal(header(a, &msg, "Auto-Submitted"), "auto-generated");
    const char *id = header(a, &msg, "Message-ID"), *date = header(a, &msg, "Date");
    assert_true(id[0] == '<' && strstr(id, "@velmora.example>"));
    int day, year, hour, minute, second;
    char weekday[4], month[4];
    assert_int_equal(sscanf(date, "%3s, %d %3s %d %2d:%2d:%2d +0000", weekday, &day, month, &year, &hour,
                         &minute, &second),
        7);
    assert_true(year >= 2024 && day >= 1 && day <= 31 && hour < 24);

    const char *got = unbase64(a, msg.body, strlen(msg.body)), *want = buf_str(&body);
    for (; *want; want++) { /* every line ends as text does in mail */
        if (*want == '\n')
            assert_true(*got++ == '\r');
        assert_true(*got++ == *want);
    }
    assert_true(!*got);
    struct rows rows = the_letter(r);
    assert_int_equal(cell_int(&rows, 0, 0), 1);
    assert_true(cell_int(&rows, 0, 2) >= cell_int(&rows, 0, 5));
    assert_string_equal(cell_text(&rows, 0, 3), "");
    assert_string_equal(cell_text(&rows, 0, 4), ""); /* a link in it is not kept */
    sink_stop(k);
}

static void plain_headers_stay_plain(void **state)
{
    struct running *r = *state;
    struct arena *a = r->f->a;
    struct sink *k = sink_start();
    queue(r, "otto@cedarline.example", "Your link to sign in at Velmora", "");
    struct mailer *m = mailer_to(r, k, "partners@velmora.example");
    sink_wait(k, 1);
    mailer_stop(m);
    struct message msg = split(a, k->letters[0].text);
    assert_string_equal(header(a, &msg, "Subject"), "Your link to sign in at Velmora");
    assert_string_equal(header(a, &msg, "From"), "<partners@velmora.example>");
    assert_string_equal(msg.body, "");
    sink_stop(k);
}

/* Of every length: no word is cut in a character, no line is too long. */
static void subjects_of_every_length(void **state)
{
    struct running *r = *state;
    struct arena *a = r->f->a;
    struct sink *k = sink_start();
    enum { N = 90 };
    for (int i = 1; i <= N; i++) {
        struct buf b = buf_in(a, 4096);
        for (int j = 0; j < i; j++)
            buf_adds(&b, j % 3 == 0 ? "ä" : j % 3 == 1 ? "x" : "漢");
        queue(r, arena_printf(a, "n%d@x.example", i), buf_str(&b), "x");
    }
    struct mailer *m = mailer_to(r, k, "p@v.example");
    sink_wait(k, N);
    mailer_stop(m);
    assert_int_equal(k->n, N);
    for (size_t i = 0; i < N; i++) {
        check_lines(k->letters[i].text, 76);
        struct message msg = split(a, k->letters[i].text);
        assert_int_equal(
            utf8_length(decoded(a, header(a, &msg, "Subject"))), strtol(k->letters[i].to + 1, NULL, 10));
    }
    sink_stop(k);
}

/* The waits after each try, in minutes, as runtime/mail.c has them. */
static const int waits[] = {1, 5, 15, 60, 180, 360, 720};

static void failures_are_tried_again_later_and_later(void **state)
{
    struct running *r = *state;
    struct sink *k = sink_start();
    queue(r, "gone@brightwater.example", "Hello", "secret link");
    for (unsigned try = 1; try <= COUNT(waits); try++) {
        bool last = try == COUNT(waits);
        k->mood = try % 2 ? SINK_REFUSES : SINK_DEFERS;
        int64_t before = instant_now().us;
        struct mailer *m = mailer_to(r, k, "p@v.example");
        sink_wait(k, try);
        mailer_stop(m);
        struct rows rows = the_letter(r);
        int64_t tried = cell_int(&rows, 0, 1) - waits[try - 1] * 60 * US_PER_SECOND;
        assert_true(tried >= before && tried <= instant_now().us);
        assert_int_equal(cell_int(&rows, 0, 0), try);
        assert_non_null(strstr(cell_text(&rows, 0, 3), try % 2 ? "550" : "451"));
        assert_int_equal(cell(&rows, 0, 2)->kind, last ? VALUE_INT : VALUE_NULL);
        assert_string_equal(cell_text(&rows, 0, 4), last ? "" : "secret link");
        run(r->f->db, "update mail set next_try = 0");
    }
    struct mailer *m = mailer_to(r, k, "p@v.example"); /* given up: never again */
    queue(r, "maya@brightwater.example", "Hello", "body");
    k->mood = SINK_TAKES;
    mailer_wake(m);
    sink_wait(k, COUNT(waits) + 1);
    mailer_stop(m);
    assert_int_equal(k->n, 1);
    assert_string_equal(k->letters[0].to, "maya@brightwater.example");
    sink_stop(k);
}

static void a_letter_that_failed_goes_out_later(void **state)
{
    struct running *r = *state;
    struct sink *k = sink_start();
    k->mood = SINK_DEFERS;
    queue(r, "maya@brightwater.example", "Hello", "body");
    struct mailer *m = mailer_to(r, k, "p@v.example");
    sink_wait(k, 1);
    mailer_stop(m);
    k->mood = SINK_TAKES;
    m = mailer_to(r, k, "p@v.example"); /* not due yet */
    queue(r, "otto@cedarline.example", "Hello", "body");
    mailer_wake(m);
    sink_wait(k, 2);
    run(r->f->db, "update mail set next_try = 0 where sent is null");
    mailer_wake(m);
    sink_wait(k, 3);
    mailer_stop(m);
    assert_int_equal(k->n, 2);
    assert_string_equal(k->letters[0].to, "otto@cedarline.example");
    assert_string_equal(k->letters[1].to, "maya@brightwater.example");
    assert_int_equal(
        number(r->f, r->f->db, "select count(*) from mail where sent is not null and error is null"), 2);
    sink_stop(k);
}

static void no_server_is_a_failure_like_another(void **state)
{
    struct running *r = *state;
    struct sink *k = sink_start();
    struct sink gone = {.port = k->port};
    sink_stop(k);
    queue(r, "maya@brightwater.example", "Hello", "body");
    struct mailer *m = mailer_to(r, &gone, "p@v.example");
    while (!number(r->f, r->f->db, "select count(*) from mail where error is not null"))
        usleep(2000);
    mailer_stop(m);
    struct rows rows = the_letter(r);
    assert_int_equal(cell_int(&rows, 0, 0), 1);
    assert_int_equal(cell(&rows, 0, 2)->kind, VALUE_NULL);
    assert_string_equal(cell_text(&rows, 0, 4), "body");
}

/* A server that takes the line and says nothing keeps nobody from stopping. */
static void stopping_does_not_wait_for_a_silent_server(void **state)
{
    struct running *r = *state;
    struct sink *k = sink_start();
    k->mood = SINK_HANGS;
    queue(r, "maya@brightwater.example", "Hello", "body");
    struct mailer *m = mailer_to(r, k, "p@v.example");
    while (!number(r->f, r->f->db, "select count(*) from mail where attempts = 1"))
        usleep(2000);
    mailer_stop(m);
    struct rows rows = the_letter(r);
    assert_int_equal(cell(&rows, 0, 2)->kind, VALUE_NULL); /* it stays to be tried */
    assert_string_equal(cell_text(&rows, 0, 4), "body");
    sink_stop(k);
}

static void two_mailers_send_once(void **state)
{
    struct running *r = *state;
    struct sink *k = sink_start();
    enum { N = 60 };
    bool seen[N] = {false};
    for (int i = 0; i < N; i++)
        queue(r, arena_printf(r->f->a, "n%d@x.example", i), "Hello", "body");
    struct mailer *m[3];
    for (size_t i = 0; i < COUNT(m); i++)
        m[i] = mailer_to(r, k, "p@v.example");
    sink_wait(k, N);
    for (size_t i = 0; i < COUNT(m); i++)
        mailer_stop(m[i]);
    assert_int_equal(k->n, N);
    for (size_t i = 0; i < N; i++) {
        long at = strtol(k->letters[i].to + 1, NULL, 10);
        assert_false(seen[at]);
        seen[at] = true;
    }
    assert_int_equal(number(r->f, r->f->db, "select count(*) from mail where sent is null"), 0);
    sink_stop(k);
}

/* Mail is part of its transaction: what is undone is not sent. */
static void a_rollback_sends_nothing(void **state)
{
    struct running *r = *state;
    struct call *c = small_call(r->f, &vendor, NULL);
    ASSERT_OK(db_begin_write(r->f->db));
    ASSERT_OK(mail_queue(c, "maya@brightwater.example", "Hello", "body"));
    ASSERT_OK(db_flush(r->f->db));
    db_rollback(r->f->db);
    assert_int_equal(number(r->f, r->f->db, "select count(*) from mail"), 0);
}

static void without_a_server_the_log_has_it(void **state)
{
    struct running *r = *state;
    FILE *kept = tmpfile();
    int stderr_copy = dup(STDERR_FILENO);
    char text[4096] = "";
    queue(r, "maya@brightwater.example", "Your link", "Hello,\nhttps://partners.example/sign-in/abc\n");
    fflush(stderr);
    dup2(fileno(kept), STDERR_FILENO);
    log_setup(LOG_INFO, false);
    struct mailer *m = mailer_start(r->f->url, &(struct mail_config){.from = "p@v.example"});
    while (!number(r->f, r->f->db, "select count(*) from mail where sent is not null"))
        usleep(2000);
    mailer_stop(m);
    log_setup(LOG_ERROR + 1, false);
    dup2(stderr_copy, STDERR_FILENO);
    close(stderr_copy);
    rewind(kept);
    assert_true(fread(text, 1, sizeof text - 1, kept) > 0);
    assert_non_null(strstr(text, "maya@brightwater.example"));
    assert_non_null(strstr(text, "Your link"));
    assert_non_null(strstr(text, "https://partners.example/sign-in/abc"));
    fclose(kept);
}

/* Who could break out of a header line is stopped before anything is stored: that is a bug of ours. */
static void a_line_break_in_a_header_is_a_bug(void **state)
{
    struct running *r = *state;
    static const char *const bad[][2] = {{"a@x.example\r\nBcc: all@x.example", "Hello"},
        {"a@x.example", "Hello\nBcc: all@x.example"}, {"a@x.example", "Hello\r"}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        pid_t pid = fork();
        if (pid == 0) {
            signal(SIGABRT, SIG_DFL);
            if (!freopen("/dev/null", "w", stderr))
                _exit(1);
            struct call *c = small_call(r->f, &vendor, NULL);
            (void)!mail_queue(c, bad[i][0], bad[i][1], "body");
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
    assert_int_equal(number(r->f, r->f->db, "select count(*) from mail"), 0);
}

#define ALL(ON)                                                                                              \
    ON(a_message_is_well_formed), ON(plain_headers_stay_plain), ON(subjects_of_every_length),                \
        ON(failures_are_tried_again_later_and_later), ON(a_letter_that_failed_goes_out_later),               \
        ON(no_server_is_a_failure_like_another), ON(stopping_does_not_wait_for_a_silent_server),             \
        ON(two_mailers_send_once), ON(a_rollback_sends_nothing), ON(without_a_server_the_log_has_it),        \
        ON(a_line_break_in_a_header_is_a_bug)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(RUNNING_ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(RUNNING_ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
