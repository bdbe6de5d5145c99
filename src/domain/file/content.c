/* What files hold: told by its bytes, kept by its hash, given out piece by piece. */
#include "domain/file/file.h"

#include "base/temp.h"
#include "base/text.h"

#include <strings.h>
#include <unistd.h>

#define PIECE ((size_t)64 << 10)

/* ---- what it is ---- */

static bool begins(const char *data, size_t n, const char *with, size_t len)
{
    return n >= len && memcmp(data, with, len) == 0;
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), len = strlen(end);
    return n > len && strcasecmp(name + n - len, end) == 0;
}

/* Office files are archives with a table of contents that says so near their beginning. */
static const struct {
    const char *end, *marker, *type;
} office[] = {
    {".docx", "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".xlsx", "[Content_Types].xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {".pptx", "[Content_Types].xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {".odt", "mimetypeapplication/vnd.oasis", "application/vnd.oasis.opendocument.text"},
    {".ods", "mimetypeapplication/vnd.oasis", "application/vnd.oasis.opendocument.spreadsheet"},
    {".odp", "mimetypeapplication/vnd.oasis", "application/vnd.oasis.opendocument.presentation"},
};

static const char *office_type(const char *name, const char *data, size_t n)
{
    for (size_t i = 0; i < COUNT(office); i++)
        if (ends_with(name, office[i].end))
            return memmem(data, n, office[i].marker, strlen(office[i].marker)) ? office[i].type : NULL;
    return NULL;
}

/* Text without control characters that does not begin like markup: a browser that guesses must not find any.
 */
static const char *text_type(const char *name, const char *data, size_t n)
{
    size_t from = begins(data, n, "\xEF\xBB\xBF", 3) ? 3 : 0;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)data[i] < ' ' && !strchr("\t\r\n\f", data[i]))
            return NULL;
    while (from < n && strchr(" \t\r\n\f", data[from]))
        from++;
    if (!utf8_valid(data, n) || (from < n && data[from] == '<'))
        return NULL;
    return ends_with(name, ".csv") ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8";
}

const char *content_type(const char *name, const char *data, size_t n)
{
    if (begins(data, n, "%PDF-", 5))
        return "application/pdf";
    if (begins(data, n, "\x89PNG\r\n\x1A\n", 8))
        return "image/png";
    if (begins(data, n, "\xFF\xD8\xFF", 3))
        return "image/jpeg";
    if (begins(data, n, "PK\x03\x04", 4))
        return office_type(name, data, n);
    return text_type(name, data, n);
}

/* What a saved file opens with follows from the end of its name, so that this must not contradict its type.
 */
static const struct {
    const char *type, *ends[4]; /* the first one is added where none of them stands */
} named[] = {
    {"application/pdf", {".pdf"}},
    {"image/png", {".png"}},
    {"image/jpeg", {".jpg", ".jpeg"}},
    {"text/csv; charset=utf-8", {".csv"}},
    {"text/plain; charset=utf-8", {".txt", ".md", ".log"}},
};

const char *content_name(struct arena *a, const char *name, const char *type)
{
    for (size_t i = 0; i < COUNT(named); i++) {
        if (!streq(named[i].type, type))
            continue;
        for (size_t k = 0; k < COUNT(named[i].ends) && named[i].ends[k]; k++)
            if (ends_with(name, named[i].ends[k]))
                return name;
        return arena_printf(a, "%s%s", name, named[i].ends[0]);
    }
    return name; /* office files are told by their names */
}

/* ---- in ---- */

enum status content_keep(struct call *c, const char *hash, const char *data, size_t n)
{
    struct value args[3] = {v_text(hash), v_int((int64_t)n), v_int(c->now.us)};
    int64_t made;
    TRY(db_exec_count(c->db, &made,
        "insert into content (hash, size, created) values ($1, $2, $3) on conflict do nothing", args, 3));
    int64_t number = 0;
    for (size_t at = 0; made && at < n; at += PIECE, number++) {
        size_t len = n - at < PIECE ? n - at : PIECE;
        struct value piece[3] = {v_text(hash), v_int(number), v_blob(data + at, len)};
        TRY(db_exec(c->db, "insert into content_piece (hash, number, bytes) values ($1, $2, $3)", piece, 3));
        if (number % 16 == 15) /* what is queued is held in memory */
            TRY(db_flush(c->db));
    }
    return OK;
}

/* ---- out ---- */

/* The next piece; its memory is given back at once. */
static enum status export_piece(struct call *c, int fd, const char *hash, int64_t number, bool *more)
{
    struct arena *a = arena_new();
    struct value args[2] = {v_text(hash), v_int(number)};
    struct rows rows;
    enum status s =
        db_query(c->db, a, &rows, "select bytes from content_piece where hash = $1 and number = $2", args, 2);
    *more = s == OK && rows.n == 1;
    if (*more && !temp_write(fd, (const char *)cell(&rows, 0, 0)->b, cell(&rows, 0, 0)->len))
        s = BROKEN;
    arena_free(a);
    return s;
}

enum status content_export(struct call *c, const char *hash, const char **path)
{
    char *name;
    int fd = temp_file(c->arena, NULL, &name);
    if (fd < 0)
        return BROKEN;
    enum status s = OK;
    bool more = true;
    for (int64_t number = 0; s == OK && more; number++)
        s = export_piece(c, fd, hash, number, &more);
    close(fd);
    *path = name;
    return s;
}
