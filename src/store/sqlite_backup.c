/*
 * The online backup of SQLite, for a source that others write to. SQLite's own begins anew whenever another
 * connection has written; here a read transaction holds the source at one state from the first page to the
 * last, which the write-ahead log makes possible.
 */
#include "base/time.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#define PIECE_PAGES 256 /* 1 MB */
/* What is not flushed meanwhile would make commits wait at the end. */
#define FLUSH_BYTES (INT64_C(16) << 20)
#define REST_MAX_US (INT64_C(50) * 1000) /* behind a piece that others made slow */

struct copying {
    sqlite3 *from, *to;
    sqlite3_backup *backup;
    int64_t unflushed;
    db_backup_told *told;
    void *ctx;
};

static bool open_from(struct copying *c, const char *path)
{
    return sqlite3_open_v2(path, &c->from, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
           sqlite3_busy_timeout(c->from, 10000) == SQLITE_OK &&
           sqlite3_exec(c->from, "begin; select count(*) from sqlite_master", NULL, NULL, NULL) == SQLITE_OK;
}

/* Nobody reads it before it is whole, so it needs no journal; it is flushed by us. */
static bool open_to(struct copying *c, const char *path)
{
    return sqlite3_open_v2(path, &c->to, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
           sqlite3_exec(c->to,
               "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -2000", NULL, NULL,
               NULL) == SQLITE_OK;
}

static bool flush(struct copying *c)
{
    sqlite3_file *file = NULL;
    c->unflushed = 0;
    return sqlite3_file_control(c->to, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK && file &&
           file->pMethods && file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK;
}

/* SQLITE_OK: there is more. */
static int copy_piece(struct copying *c, int64_t page_bytes)
{
    int64_t began = monotonic_us();
    int rc = sqlite3_backup_step(c->backup, PIECE_PAGES);
    if (rc != SQLITE_OK && rc != SQLITE_DONE)
        return rc;
    c->unflushed += PIECE_PAGES * page_bytes;
    if (c->unflushed >= FLUSH_BYTES && !flush(c))
        return SQLITE_IOERR;
    int64_t all = sqlite3_backup_pagecount(c->backup) * page_bytes;
    if (c->told)
        c->told(c->ctx, all - sqlite3_backup_remaining(c->backup) * page_bytes, all);
    int64_t took = monotonic_us() - began;
    if (rc == SQLITE_OK)
        usleep((useconds_t)(took < REST_MAX_US ? took : REST_MAX_US));
    return rc;
}

static int page_size(sqlite3 *handle)
{
    sqlite3_stmt *stmt;
    int bytes = 0;
    if (sqlite3_prepare_v2(handle, "pragma page_size", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        bytes = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return bytes;
}

static bool copy_all(struct copying *c)
{
    int page_bytes = page_size(c->from), rc = SQLITE_OK;
    c->backup = sqlite3_backup_init(c->to, "main", c->from, "main");
    if (!c->backup)
        return false;
    while (rc == SQLITE_OK)
        rc = copy_piece(c, page_bytes);
    int finished = sqlite3_backup_finish(c->backup);
    return rc == SQLITE_DONE && finished == SQLITE_OK && flush(c);
}

static enum status copy(
    struct arena *a, struct copying *c, const char *from, const char *to, const char **error)
{
    enum status s = OK;
    if (!open_from(c, from)) {
        *error = arena_printf(a, "%s: %s", from, sqlite3_errmsg(c->from));
        s = BROKEN;
    } else if (!open_to(c, to) || !copy_all(c)) {
        *error = arena_printf(a, "%s: %s", to, sqlite3_errmsg(c->to));
        s = BROKEN;
    }
    sqlite3_close(c->to);
    sqlite3_close(c->from);
    return s;
}

/* As one file: without a write-ahead log it can be read where nothing may be written. */
static enum status settle(struct arena *a, const char *path, const char **error)
{
    sqlite3 *handle;
    bool good =
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_exec(handle, "pragma journal_mode = delete", NULL, NULL, NULL) == SQLITE_OK;
    if (!good)
        *error = arena_printf(a, "%s: %s", path, sqlite3_errmsg(handle));
    sqlite3_close(handle);
    return good ? OK : BROKEN;
}

enum status db_backup(
    struct arena *a, const char *url, const char *to, db_backup_told *told, void *ctx, const char **error)
{
    static const char scheme[] = "sqlite:";
    const char *from = strncmp(url, scheme, sizeof scheme - 1) == 0 ? url + sizeof scheme - 1 : url;
    if (strstr(from, "://")) {
        *error = "only a SQLite database is copied here";
        return BROKEN;
    }
    /* From "./" on it is a file for SQLite, whatever its name. */
    from = *from == '/' ? from : arena_printf(a, "./%s", from);
    to = *to == '/' ? to : arena_printf(a, "./%s", to);
    int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        *error = arena_printf(a, "%s: %s", to, strerror(errno));
        return BROKEN;
    }
    close(fd);
    struct copying c = {.told = told, .ctx = ctx};
    enum status s = copy(a, &c, from, to, error);
    if (s == OK)
        s = settle(a, to, error);
    if (s != OK)
        unlink(to);
    return s;
}
