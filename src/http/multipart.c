/*
 * multipart/form-data (RFC 7578, RFC 2046 5.1.1), read through a window of fixed size, so that a body in a
 * file costs no more memory than one in memory.
 */
#include "base/text.h"
#include "http/internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WINDOW       ((size_t)64 * 1024)
#define PART_HEADERS ((size_t)8 * 1024)
#define PARTS_MAX    100
#define PART_MEMORY  ((size_t)1 << 20)
#define BOUNDARY_MAX 70
#define NAME_MAX_LEN 255

struct scan {
    struct arena *arena;
    struct multipart_source source;
    const char *temp_dir;
    char delimiter[4 + BOUNDARY_MAX + 1]; /* CR LF -- boundary */
    size_t delimiter_len;
    char *window;
    size_t begin, end; /* what of the window is not yet used */
    const char *error;
};

/* ---- the window */

static size_t source_read(struct multipart_source *s, char *to, size_t n)
{
    if (s->fd >= 0) {
        ssize_t got;
        do
            got = read(s->fd, to, n);
        while (got < 0 && errno == EINTR);
        return got > 0 ? (size_t)got : 0;
    }
    n = n < s->len ? n : s->len;
    if (n)
        memcpy(to, s->data, n);
    s->data += n;
    s->len -= n;
    return n;
}

/* Reads on until the window is full or the source is at its end; false when nothing was added. */
static bool refill(struct scan *s)
{
    memmove(s->window, s->window + s->begin, s->end - s->begin);
    s->end -= s->begin;
    s->begin = 0;
    size_t before = s->end;
    for (size_t got = 1; got && s->end < WINDOW; s->end += got)
        got = source_read(&s->source, s->window + s->end, WINDOW - s->end);
    return s->end > before;
}

static bool has(struct scan *s, size_t n)
{
    return s->end - s->begin >= n || (refill(s) && s->end - s->begin >= n);
}

static bool at(struct scan *s, const char *text)
{
    size_t n = strlen(text);
    if (!has(s, n) || memcmp(s->window + s->begin, text, n) != 0)
        return false;
    s->begin += n;
    return true;
}

/*
 * The next stretch of bytes before a delimiter: *N of them at the returned place, already used up. *LAST says
 * that the delimiter follows (and is used up too). NULL at an end without one.
 */
static const char *next_stretch(struct scan *s, size_t *n, bool *last)
{
    if (!has(s, s->delimiter_len))
        return NULL;
    const char *from = s->window + s->begin;
    const char *found = memmem(from, s->end - s->begin, s->delimiter, s->delimiter_len);
    *last = found != NULL;
    *n = found ? (size_t)(found - from) : s->end - s->begin - (s->delimiter_len - 1);
    s->begin += *n + (found ? s->delimiter_len : 0);
    return from;
}

/* ---- header values */

/* A quoted string after its opening quote, or a token; *S is left behind it. Browsers write %22 for a quote
 * and leave backslashes as they are, others escape both. */
static char *parameter_value(struct arena *a, const char **s)
{
    const char *p = *s;
    bool quoted = *p == '"';
    struct buf out = buf_in(a, PART_HEADERS);
    for (p += quoted; *p && *p != '"' && (quoted || (*p != ';' && !isspace((unsigned char)*p))); p++) {
        if (quoted && *p == '\\' && (p[1] == '"' || p[1] == '\\'))
            p++;
        buf_addc(&out, *p);
    }
    if (quoted && *p != '"')
        return NULL;
    *s = p + quoted;
    return arena_strdup(a, buf_str(&out));
}

/* The value of NAME in a header such as `form-data; name="x"`; NULL when it is not there or malformed. */
static char *header_parameter(struct arena *a, const char *value, const char *name)
{
    size_t name_len = strlen(name);
    value += strcspn(value, ";");
    while (*value == ';') {
        value += 1 + strspn(value + 1, " \t");
        size_t n = strcspn(value, "=; \t");
        bool wanted = n == name_len && strncasecmp(value, name, n) == 0;
        value += n;
        if (*value == '=') {
            value++;
            char *text = parameter_value(a, &value);
            if (!text || wanted)
                return text;
        }
        value += strcspn(value, ";");
    }
    return NULL;
}

/* What a person called the file: no folders, no control characters, not overlong. Stays "" when none was
 * chosen. */
static const char *plain_filename(struct arena *a, const char *sent)
{
    const char *base = sent;
    for (const char *p = sent; *p; p++) {
        if (*p == '/' || *p == '\\')
            base = p + 1;
    }
    char *name = arena_strdup(a, base), *to = name;
    for (const char *p = base; *p; p++) {
        if ((unsigned char)*p >= 0x20 && *p != 0x7f)
            *to++ = *p;
    }
    *to = 0;
    if (to - name > NAME_MAX_LEN) {
        to = name + NAME_MAX_LEN;
        while (((unsigned char)*to & 0xC0) == 0x80)
            to--;
        *to = 0;
    }
    bool unusable = name[0] == 0 || streq(name, ".") || streq(name, "..");
    return unusable && sent[0] ? "file" : name;
}

/* ---- one part */

static bool fail(struct scan *s, const char *why)
{
    s->error = why;
    return false;
}

static bool take_header(struct scan *s, const char *line, struct http_part *part)
{
    static const char disposition[] = "Content-Disposition:", type[] = "Content-Type:",
                      encoding[] = "Content-Transfer-Encoding:";
    if (!utf8_valid(line, strlen(line)))
        return fail(s, "a part's header is not UTF-8");
    if (strncasecmp(line, disposition, strlen(disposition)) == 0) {
        const char *value = line + strlen(disposition);
        value += strspn(value, " \t");
        if (strncasecmp(value, "form-data", 9) != 0)
            return fail(s, "a part is no form data");
        part->name = header_parameter(s->arena, value, "name");
        const char *filename = header_parameter(s->arena, value, "filename");
        part->filename = filename ? plain_filename(s->arena, filename) : NULL;
    } else if (strncasecmp(line, type, strlen(type)) == 0) {
        const char *value = line + strlen(type);
        part->type = arena_strdup(s->arena, value + strspn(value, " \t"));
    } else if (strncasecmp(line, encoding, strlen(encoding)) == 0) {
        const char *value = line + strlen(encoding);
        value += strspn(value, " \t");
        if (strncasecmp(value, "base64", 6) == 0 || strncasecmp(value, "quoted", 6) == 0)
            return fail(s, "a part is encoded");
    }
    return true;
}

/* The next line, without its end; NULL when it does not end within MAX bytes. */
static const char *read_line(struct scan *s, size_t max)
{
    for (bool more = true; more; more = refill(s)) {
        const char *from = s->window + s->begin;
        const char *end = memmem(from, s->end - s->begin, "\r\n", 2);
        if (end && (size_t)(end - from) > max)
            return NULL;
        if (end) {
            s->begin += (size_t)(end - from) + 2;
            return arena_strndup(s->arena, from, (size_t)(end - from));
        }
        if (s->end - s->begin > max)
            return NULL;
    }
    return NULL;
}

/* Up to the empty line. */
static bool read_headers(struct scan *s, struct http_part *part)
{
    size_t left = PART_HEADERS;
    while (!at(s, "\r\n")) {
        const char *line = read_line(s, left);
        if (!line)
            return fail(s, "a part's headers do not end");
        left -= strlen(line);
        if (!take_header(s, line, part))
            return false;
    }
    if (!part->name)
        return fail(s, "a part has no name");
    return true;
}

/* Where the bytes of a part go. */
struct sink {
    bool to_file_ok;
    struct buf memory;
    int fd;
    char *path;
    size_t len;
};

static bool sink_add(struct scan *s, struct sink *to, const char *data, size_t n)
{
    to->len += n;
    if (to->fd < 0 && to->len <= PART_MEMORY) {
        buf_add(&to->memory, data, n);
        return true;
    }
    if (!to->to_file_ok)
        return fail(s, "a field is too long");
    if (to->fd < 0) {
        to->fd = temp_file(s->arena, s->temp_dir, &to->path);
        if (to->fd < 0 || !temp_write(to->fd, to->memory.p, to->memory.len))
            return fail(s, "a file could not be stored");
    }
    return temp_write(to->fd, data, n) || fail(s, "a file could not be stored");
}

/* Up to the next delimiter; TO may be NULL. */
static bool read_content(struct scan *s, struct sink *to)
{
    for (bool last = false; !last;) {
        size_t n;
        const char *data = next_stretch(s, &n, &last);
        if (!data)
            return fail(s, "the last boundary is missing");
        if (to && !sink_add(s, to, data, n))
            return false;
    }
    return true;
}

static bool read_part(struct scan *s, struct http_part *part)
{
    *part = (struct http_part){0};
    if (!read_headers(s, part))
        return false;
    struct sink to = {.to_file_ok = part->filename != NULL, .memory = buf_new(PART_MEMORY), .fd = -1};
    bool ok = read_content(s, &to);
    part->len = to.len;
    if (ok && to.fd < 0)
        part->data = arena_strndup(s->arena, to.memory.p, to.memory.len);
    else
        part->path = to.path;
    buf_free(&to.memory);
    if (to.fd >= 0)
        close(to.fd);
    if (ok && !part->filename && !utf8_valid(part->data, part->len))
        return fail(s, "a field is not UTF-8");
    return ok;
}

/* ---- the whole */

static bool scan_begin(struct scan *s, const char *type)
{
    static const char multipart[] = "multipart/form-data";
    if (!type || strncasecmp(type, multipart, strlen(multipart)) != 0)
        return fail(s, "the content type is not multipart/form-data");
    const char *boundary = header_parameter(s->arena, type, "boundary");
    if (!boundary || !*boundary || strlen(boundary) > BOUNDARY_MAX || strpbrk(boundary, "\r\n"))
        return fail(s, "the boundary is missing or malformed");
    int n = snprintf(s->delimiter, sizeof s->delimiter, "\r\n--%s", boundary);
    s->delimiter_len = (size_t)n;
    /* as if a line had ended before the body, so that a boundary can be its first line */
    memcpy(s->window, "\r\n", 2);
    s->end = 2;
    return true;
}

/* What follows a delimiter: "--" after the last part, else (with padding) a line's end. */
static bool more_parts(struct scan *s, bool *more)
{
    *more = !at(s, "--");
    if (!*more)
        return true;
    while (at(s, " ") || at(s, "\t"))
        ;
    return at(s, "\r\n") || fail(s, "a boundary does not end its line");
}

static bool read_parts(struct scan *s, struct http_part *parts, size_t *count)
{
    bool ok = read_content(s, NULL); /* what stands before the first boundary means nothing */
    for (bool more; ok && (ok = more_parts(s, &more)) && more; (*count)++) {
        if (*count == PARTS_MAX)
            return fail(s, "there are too many parts");
        ok = read_part(s, &parts[*count]);
    }
    return ok;
}

bool multipart_read(struct arena *a, struct multipart_source source, const char *type, const char *temp_dir,
    struct http_part **out, size_t *count, const char **error)
{
    struct scan s = {.arena = a, .source = source, .temp_dir = temp_dir, .window = xmalloc(WINDOW)};
    *count = 0;
    *out = ARENA_ARRAY(a, PARTS_MAX, struct http_part);
    bool ok = scan_begin(&s, type) && read_parts(&s, *out, count);
    free(s.window);
    *error = s.error;
    return ok;
}

bool http_multipart(struct http_request *r, struct http_part **out, size_t *count, const char **error)
{
    const struct http_config *config = &exchange_of(r)->server->config;
    struct multipart_source source = {.data = r->body, .len = r->body_len, .fd = -1};
    if (r->body_path && (source.fd = open(r->body_path, O_RDONLY | O_CLOEXEC)) < 0) {
        *error = "the body could not be read back";
        return false;
    }
    bool ok =
        multipart_read(r->arena, source, http_header(r, "Content-Type"), config->temp_dir, out, count, error);
    if (source.fd >= 0)
        close(source.fd);
    return ok;
}
