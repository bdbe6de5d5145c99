#include "base/csv_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#define CHUNK ((size_t)64 * 1024)

/* --- reading --- */

static size_t read_file(struct csv_source *s, unsigned char *to, size_t n)
{
    int got = gzread(s->file, to, (unsigned)n);
    int code = Z_OK;
    if (got < 0 || (size_t)got < n)
        gzerror(s->file, &code);
    if (code == Z_BUF_ERROR)
        s->error = "the compressed file is cut off";
    else if (code == Z_DATA_ERROR)
        s->error = "the compressed file is damaged";
    else if (got < 0)
        s->error = "the file cannot be read";
    return got > 0 ? (size_t)got : 0;
}

static size_t read_bytes(struct csv_source *s, unsigned char *to, size_t n)
{
    size_t left = s->head_n - s->head_at;
    if (!left)
        return s->file && !s->error ? read_file(s, to, n) : 0;
    if (n > left)
        n = left;
    memcpy(to, s->head + s->head_at, n);
    s->head_at += n;
    return n;
}

/* --- encodings --- */

uint32_t cp1252_point(unsigned char c)
{
    static const uint16_t table[32] = {0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,
        0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013,
        0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178};
    return c >= 0x80 && c < 0xa0 ? table[c - 0x80] : c;
}

static bool is_utf16(const struct csv_source *s)
{
    return s->encoding == CSV_UTF16LE || s->encoding == CSV_UTF16BE;
}

static uint32_t utf16_unit(const struct csv_source *s, const unsigned char *p)
{
    return s->encoding == CSV_UTF16LE ? (uint32_t)(p[0] | p[1] << 8) : (uint32_t)(p[0] << 8 | p[1]);
}

/* The bytes that a character takes; 0: more must be read. A surrogate without its other half is U+FFFD. */
static size_t utf16_next(const struct csv_source *s, const unsigned char *p, size_t n, uint32_t *point)
{
    if (n < 2)
        return 0;
    uint32_t unit = utf16_unit(s, p);
    *point = unit;
    if (unit < 0xd800 || unit > 0xdfff)
        return 2;
    *point = 0xfffd;
    if (unit > 0xdbff)
        return 2;
    if (n < 4)
        return 0;
    uint32_t low = utf16_unit(s, p + 2);
    if (low < 0xdc00 || low > 0xdfff)
        return 2;
    *point = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    return 4;
}

/* Appends what is whole as UTF-8 and keeps the rest; two bytes become at most three. */
static size_t decode_utf16(struct csv_source *s, const unsigned char *raw, size_t n, unsigned char *to)
{
    size_t at = 0, used, out = 0;
    uint32_t point;
    while ((used = utf16_next(s, raw + at, n - at, &point))) {
        out += (size_t)utf8proc_encode_char((utf8proc_int32_t)point, to + out);
        at += used;
    }
    s->part_n = n - at;
    memcpy(s->part, raw + at, s->part_n);
    return out;
}

/* Reads up to a chunk; 0 only at the end. */
static size_t read_utf16(struct csv_source *s, unsigned char *to)
{
    unsigned char raw[CHUNK / 2];
    size_t got, out;
    do {
        memcpy(raw, s->part, s->part_n);
        got = read_bytes(s, raw + s->part_n, sizeof raw - s->part_n);
        out = decode_utf16(s, raw, s->part_n + got, to);
    } while (got && !out);
    if (!got && s->part_n) { /* cut off amid a character */
        s->part_n = 0;
        out += (size_t)utf8proc_encode_char(0xfffd, to + out);
    }
    return out;
}

/* Of the first N bytes, CUT off from more or not. */
static enum csv_encoding guess_encoding(const unsigned char *p, size_t n, bool cut)
{
    enum csv_encoding seen = CSV_ASCII;
    for (size_t i = 0; i < n;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t used = p[i] < 0x80 ? 1 : utf8proc_iterate(p + i, (utf8proc_ssize_t)(n - i), &point);
        if (used <= 0)
            return cut && n - i < 4 ? seen : CSV_CP1252;
        if (used > 1)
            seen = CSV_UTF8;
        i += (size_t)used;
    }
    return seen;
}

static void detect(struct csv_source *s)
{
    const unsigned char *p = s->head;
    size_t n = s->head_n < CSV_SNIFF ? s->head_n : CSV_SNIFF, mark = 0;
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
        s->encoding = CSV_UTF8;
        mark = 3;
    } else if (n >= 2 && (memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0)) {
        s->encoding = p[0] == 0xff ? CSV_UTF16LE : CSV_UTF16BE;
        mark = 2;
    } else {
        s->encoding = guess_encoding(p, n, n == CSV_SNIFF);
    }
    s->offset = s->head_at = mark; /* the text begins behind the byte order mark */
}

/* --- opening --- */

static bool open_file(struct csv_source *s, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fstat(fd, &st) == 0;
    if (ok && S_ISDIR(st.st_mode))
        errno = EISDIR;
    else if (ok)
        s->file = gzdopen(fd, "rb"); /* reads what is not compressed as it is */
    if (!s->file) {
        int why = errno;
        close(fd);
        errno = why;
        return false;
    }
    s->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    gzbuffer(s->file, CHUNK);
    return true;
}

bool csv_source_open(struct csv_source *s, const char *path, const char **error)
{
    *s = (struct csv_source){0};
    if (!open_file(s, path)) {
        *error = strerrordesc_np(errno);
        return false;
    }
    s->head = s->head_owned = xmalloc(CSV_SNIFF);
    s->head_n = read_file(s, s->head_owned, CSV_SNIFF);
    if (s->error && !s->head_n) {
        *error = s->error;
        csv_source_close(s);
        return false;
    }
    detect(s);
    return true;
}

void csv_source_memory(struct csv_source *s, const char *data, size_t n)
{
    *s = (struct csv_source){.head = (const unsigned char *)data, .head_n = n, .size = n};
    detect(s);
}

void csv_source_close(struct csv_source *s)
{
    if (s->file)
        gzclose(s->file);
    free(s->head_owned);
    free(s->text);
    *s = (struct csv_source){0};
}

/* --- the window --- */

static void make_room(struct csv_source *s)
{
    if (s->keep) {
        memmove(s->text, s->text + s->keep, s->end - s->keep);
        s->pos -= s->keep;
        s->end -= s->keep;
        s->keep = 0;
    }
    if (s->cap - s->end < CHUNK) {
        s->cap = s->cap * 2 + 2 * CHUNK;
        s->text = xrealloc(s->text, s->cap, 1);
    }
}

bool csv_source_more(struct csv_source *s)
{
    make_room(s);
    unsigned char *to = s->text + s->end;
    size_t got = is_utf16(s) ? read_utf16(s, to) : read_bytes(s, to, CHUNK);
    s->end += got;
    return got > 0;
}

/* How many bytes of the file became these. */
static size_t size_in_file(const struct csv_source *s, const unsigned char *p, size_t n)
{
    if (!is_utf16(s))
        return n;
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += (p[i] & 0xc0) == 0x80 ? 0 : p[i] >= 0xf0 ? 4 : 2;
    return size;
}

void csv_source_commit(struct csv_source *s)
{
    s->offset += size_in_file(s, s->text + s->keep, s->pos - s->keep);
    s->keep = s->pos;
}
