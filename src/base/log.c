#include "base/log.h"

#include "base/buf.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

#define MESSAGE_MAX 4096 /* a longer one is cut */
#define LINE_CAP    ((size_t)64 * 1024)

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};

/* The process has one log; these two are set before threads start. */
static enum log_level least_level = LOG_INFO;
static bool as_json;

static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local const char *request_id;

void log_setup(enum log_level least, bool json)
{
    least_level = least;
    as_json = json;
}

const char *log_set_request(const char *id)
{
    const char *before = request_id;
    request_id = id;
    return before;
}

/* Whether a viewer could take C for a new line or a command to the terminal. */
static bool is_control(utf8proc_int32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* In quotes, as JSON escapes; logfmt readers take the same. So no value can end its line or forge another. */
static void add_quoted(struct buf *b, const char *s)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(s);
    buf_addc(b, '"');
    while (left > 0) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate(p, left, &c);
        if (n <= 0) {
            buf_adds(b, "\\ufffd");
            n = 1;
        } else if (c == '\n') {
            buf_adds(b, "\\n");
        } else if (is_control(c)) {
            buf_addf(b, "\\u%04x", (unsigned)c);
        } else {
            if (c == '"' || c == '\\')
                buf_addc(b, '\\');
            buf_add(b, p, (size_t)n);
        }
        p += n;
        left -= n;
    }
    buf_addc(b, '"');
}

static void add_pair(struct buf *b, const char *key, const char *value)
{
    if (as_json) {
        buf_addf(b, "%c\"%s\":", b->len ? ',' : '{', key);
        add_quoted(b, value);
        return;
    }
    buf_addf(b, "%s%s=", b->len ? " " : "", key);
    bool plain =
        *value &&
        strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") == strlen(value);
    if (plain)
        buf_adds(b, value);
    else
        add_quoted(b, value);
}

static void add_time(struct buf *b)
{
    struct timespec now;
    struct tm tm;
    char day[32], text[48];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text, sizeof text, "%s.%03ldZ", day, now.tv_nsec / 1000000);
    add_pair(b, "ts", text);
}

/* One write a line, so that lines of several processes do not mix. */
static void write_line(const struct buf *b)
{
    pthread_mutex_lock(&writing);
    size_t done = 0;
    while (done < b->len) {
        ssize_t n = write(STDERR_FILENO, b->p + done, b->len - done);
        if (n < 0 && errno != EINTR)
            break; /* nowhere left to say it */
        if (n > 0)
            done += (size_t)n;
    }
    pthread_mutex_unlock(&writing);
}

void log_record(enum log_level level, const char *message, const struct log_field *fields, size_t n)
{
    if (level < least_level)
        return;
    int saved_errno = errno;
    struct buf b = buf_new(LINE_CAP);
    add_time(&b);
    add_pair(&b, "level", level_names[level]);
    add_pair(&b, "msg", message);
    if (request_id)
        add_pair(&b, "req", request_id);
    for (size_t i = 0; i < n; i++)
        add_pair(&b, fields[i].name, fields[i].value);
    buf_adds(&b, as_json ? "}\n" : "\n");
    write_line(&b);
    buf_free(&b);
    errno = saved_errno;
}

void log_at(enum log_level level, const char *fmt, ...)
{
    if (level < least_level)
        return;
    int saved_errno = errno;
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    errno = saved_errno;
    log_record(level, message, NULL, 0);
}
