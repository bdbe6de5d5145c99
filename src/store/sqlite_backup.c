/*
 * The online backup of SQLite, for a source that others write to. SQLite's own begins anew whenever another
 * connection has written, or holds one state of the source to the end: then nothing of the write-ahead log
 * can be copied back meanwhile, and whoever looks for a page goes through gigabytes of it.
 *
 * Here the file is copied as it stands, while pages are copied back into it, and then of each page that the
 * log has, its newest state is written over it. A page that changed under the copying, or that was copied in
 * the middle of a write, came from the log, and stands there still. That holds as long as the log does not
 * begin anew, which a reader prevents. The reader moves on every now and then, so that the copying back goes
 * on behind it; a second one has begun before the first ends.
 */
#include "base/time.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define PIECE_BYTES (INT64_C(1) << 20)
/* What is not flushed meanwhile would make commits wait at the end. */
#define FLUSH_BYTES (INT64_C(4) << 20)
#define MOVE_US     (INT64_C(250) * 1000)

struct copying {
    sqlite3 *from[2]; /* each in a read transaction now and then; from[holder] always */
    int holder;
    int64_t moved;            /* when the holder changed last */
    sqlite3_file *file, *log; /* log: NULL where the database has none, and a reader keeps writers out */
    char *piece;
    int to;
    int64_t unflushed, done, all;
    db_backup_told *told;
    void *ctx;
};

/* ---- who holds the log ---- */

/*
 * The log's index, https://www.sqlite.org/walformat.html, "The WAL-Index File Format": blocks of 32 kB, each
 * with the page numbers of some thousand frames; the first has before them the header, twice, and how many
 * frames are copied back.
 */
#define INDEX_BLOCK 32768
enum { HEADER_WORDS = 48 / 4, IN_FIRST_BLOCK = 4062, IN_BLOCK = 4096, FIRST_PAGE = 136 / 4 };
enum { WORD_FRAMES = 16 / 4, WORD_PAGES = 20 / 4, WORD_SALT = 32 / 4, WORD_COPIED = 96 / 4 };
#define HEADER_TRIES 1000 /* a millisecond each */

struct log_state {
    uint32_t frames, pages, copied; /* committed frames; pages of the database as of the last of them */
    uint32_t salt;                  /* another as soon as the log begins anew */
};

static const volatile uint32_t *index_block(struct copying *c, int number)
{
    volatile void *block = NULL;
    return c->file->pMethods->xShmMap(c->file, number, INDEX_BLOCK, 0, &block) == SQLITE_OK ? block : NULL;
}

static bool read_header(const volatile uint32_t *word, struct log_state *out)
{
    uint32_t header[HEADER_WORDS];
    bool same = true;
    for (int i = 0; i < HEADER_WORDS; i++)
        header[i] = word[i];
    atomic_thread_fence(memory_order_acquire);
    for (int i = 0; i < HEADER_WORDS; i++)
        same = same && word[HEADER_WORDS + i] == header[i];
    *out = (struct log_state){header[WORD_FRAMES], header[WORD_PAGES], word[WORD_COPIED], header[WORD_SALT]};
    return same;
}

/* A writer changes one header after the other: what both say holds. */
static bool read_index(struct copying *c, struct log_state *out)
{
    const volatile uint32_t *word = index_block(c, 0);
    for (int i = 0; word && i < HEADER_TRIES; i++) {
        if (read_header(word, out))
            return true;
        usleep(1000);
    }
    errno = EBUSY;
    return false;
}

static bool begin(sqlite3 *handle)
{
    return sqlite3_exec(handle, "begin; select count(*) from sqlite_master", NULL, NULL, NULL) == SQLITE_OK;
}

/*
 * Hands the log to a reader that begins now. One that finds everything copied back reads the file alone and
 * holds no log; so frames are counted before it begins and what is copied after, and unless there were more
 * the old reader stays. Then nothing was written since it began, and the next try will do.
 */
static bool move_on(struct copying *c)
{
    struct log_state before, after;
    sqlite3 *next = c->from[!c->holder];
    if (!c->log || monotonic_us() - c->moved < MOVE_US)
        return true;
    c->moved = monotonic_us();
    if (!read_index(c, &before) || !begin(next) || !read_index(c, &after))
        return false;
    if (after.copied < before.frames) {
        next = c->from[c->holder];
        c->holder = !c->holder;
    }
    return sqlite3_exec(next, "rollback", NULL, NULL, NULL) == SQLITE_OK;
}

/* ---- files ---- */

static bool has_log(sqlite3 *handle)
{
    sqlite3_stmt *stmt = NULL;
    bool wal = sqlite3_prepare_v2(handle, "pragma journal_mode", -1, &stmt, NULL) == SQLITE_OK &&
               sqlite3_step(stmt) == SQLITE_ROW && streq((const char *)sqlite3_column_text(stmt, 0), "wal");
    sqlite3_finalize(stmt);
    return wal;
}

static bool page_size(sqlite3 *handle, int64_t *bytes)
{
    sqlite3_stmt *stmt = NULL;
    bool good = sqlite3_prepare_v2(handle, "pragma page_size", -1, &stmt, NULL) == SQLITE_OK &&
                sqlite3_step(stmt) == SQLITE_ROW;
    *bytes = good ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return good;
}

static bool open_from(struct copying *c, const char *path)
{
    for (int i = 0; i < 2; i++)
        if (sqlite3_open_v2(path, &c->from[i], SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READONLY, NULL) !=
                SQLITE_OK ||
            sqlite3_busy_timeout(c->from[i], 10000) != SQLITE_OK)
            return false;
    return begin(c->from[0]) &&
           sqlite3_file_control(c->from[0], "main", SQLITE_FCNTL_FILE_POINTER, &c->file) == SQLITE_OK &&
           (!has_log(c->from[0]) ||
               sqlite3_file_control(c->from[0], "main", SQLITE_FCNTL_JOURNAL_POINTER, &c->log) == SQLITE_OK);
}

static bool write_piece(struct copying *c, int64_t at, int64_t n)
{
    for (int64_t done = 0; done < n;) {
        ssize_t wrote = pwrite(c->to, c->piece + done, (size_t)(n - done), at + done);
        if (wrote < 0 && errno != EINTR)
            return false;
        done += wrote > 0 ? wrote : 0;
    }
    c->unflushed += n;
    if (c->unflushed < FLUSH_BYTES)
        return true;
    c->unflushed = 0;
    return fdatasync(c->to) == 0;
}

/* After each piece of work: a rest as long as it took. */
static bool rest(struct copying *c, int64_t began)
{
    if (c->told)
        c->told(c->ctx, c->done, c->all);
    if (!move_on(c))
        return false;
    rest_since(began);
    return true;
}

static bool size_of(sqlite3_file *file, int64_t *size)
{
    sqlite3_int64 bytes = 0;
    bool good = file->pMethods && file->pMethods->xFileSize(file, &bytes) == SQLITE_OK;
    *size = bytes;
    return good;
}

/* Pages that are added behind its end meanwhile are in the log. */
static bool copy_file(struct copying *c)
{
    for (int64_t at = 0; at < c->all; at += PIECE_BYTES) {
        int64_t began = monotonic_us(), n = c->all - at < PIECE_BYTES ? c->all - at : PIECE_BYTES;
        if (c->file->pMethods->xRead(c->file, c->piece, (int)n, at) != SQLITE_OK || !write_piece(c, at, n))
            return false;
        c->done += n;
        if (!rest(c, began))
            return false;
    }
    return true;
}

/* ---- what the log has ---- */

#define LOG_HEAD   32
#define FRAME_HEAD 24

/* OF[page - 1] becomes the page's last frame, 0 where it has none. Returns the number of pages with one, or
 * -1. */
static int64_t last_frames(struct copying *c, const struct log_state *log, uint32_t *of)
{
    const volatile uint32_t *page = NULL;
    int64_t n = 0;
    for (uint32_t frame = 1, block = 0, left = 0; frame <= log->frames; frame++, left--, page++) {
        if (left == 0) {
            const volatile uint32_t *start = index_block(c, (int)block);
            if (!start)
                return -1;
            page = start + (block ? 0 : FIRST_PAGE);
            left = block++ ? IN_BLOCK : IN_FIRST_BLOCK;
        }
        if (*page == 0 || *page > log->pages)
            continue; /* of a database that was larger */
        n += of[*page - 1] == 0;
        of[*page - 1] = frame;
    }
    return n;
}

/* Sets ANEW, and writes no page any more, where the log has begun anew: its frames may be others by now. */
static bool write_frames(
    struct copying *c, const struct log_state *log, const uint32_t *of, int64_t page_bytes, bool *anew)
{
    const volatile uint32_t *index = index_block(c, 0);
    int64_t began = monotonic_us(), since = 0;
    for (int64_t page = 0; page < log->pages; page++) {
        if (!of[page])
            continue;
        int64_t at = LOG_HEAD + (of[page] - 1) * (page_bytes + FRAME_HEAD) + FRAME_HEAD;
        bool good = c->log->pMethods->xRead(c->log, c->piece, (int)page_bytes, at) == SQLITE_OK;
        atomic_thread_fence(memory_order_acquire);
        *anew = index[WORD_SALT] != log->salt;
        if (*anew || !good || !write_piece(c, page * page_bytes, page_bytes))
            return *anew;
        c->done += page_bytes;
        since += page_bytes;
        if (since < PIECE_BYTES)
            continue;
        since = 0;
        if (!rest(c, began))
            return false;
        began = monotonic_us();
    }
    return ftruncate(c->to, log->pages * page_bytes) == 0;
}

static bool copy_frames(struct copying *c, const struct log_state *log, bool *anew)
{
    int64_t page_bytes, done = c->done;
    if (!page_size(c->from[c->holder], &page_bytes))
        return false;
    uint32_t *of = xcalloc(log->pages, sizeof *of);
    int64_t n = last_frames(c, log, of);
    c->all = done + n * page_bytes;
    bool good = n >= 0 && write_frames(c, log, of, page_bytes, anew);
    free(of);
    return good;
}

/*
 * The log begins anew once at most: when all of it was copied back before the first reader began. Then the
 * file has been left as it was since, and what the new one has is all that has changed.
 */
static bool copy_log(struct copying *c)
{
    int64_t size;
    bool anew = true, good = true;
    if (!c->log || !size_of(c->log, &size) || size == 0)
        return true;
    while (anew && good) {
        struct log_state log;
        anew = false;
        good = read_index(c, &log) && (log.frames == 0 || copy_frames(c, &log, &anew));
    }
    return good;
}

static bool copy_all(struct copying *c, const char *path)
{
    c->to = open(path, O_WRONLY | O_CLOEXEC);
    bool good =
        c->to >= 0 && size_of(c->file, &c->all) && copy_file(c) && copy_log(c) && fdatasync(c->to) == 0;
    if (c->to >= 0)
        close(c->to);
    return good;
}

static enum status copy(
    struct arena *a, struct copying *c, const char *from, const char *to, const char **error)
{
    enum status s = OK;
    c->piece = arena_alloc(a, (size_t)PIECE_BYTES);
    if (!open_from(c, from)) {
        *error = arena_printf(a, "%s: %s", from, sqlite3_errmsg(c->from[1] ? c->from[1] : c->from[0]));
        s = BROKEN;
    } else if (!copy_all(c, to)) {
        *error = arena_printf(a, "%s: %s", to, strerror(errno));
        s = BROKEN;
    }
    sqlite3_close(c->from[0]);
    sqlite3_close(c->from[1]);
    return s;
}

/* A file that says that it has no log can be read where nothing may be written. */
static enum status without_log(struct arena *a, const char *path, const char **error)
{
    sqlite3 *handle;
    bool good =
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_exec(handle, "pragma synchronous = full; pragma journal_mode = delete", NULL, NULL, NULL) ==
            SQLITE_OK;
    if (!good)
        *error = arena_printf(a, "%s: %s", path, sqlite3_errmsg(handle));
    sqlite3_close(handle);
    return good ? OK : BROKEN;
}

/* The copy's file, and what SQLite keeps beside it meanwhile. */
static const char *const files[] = {"", "-wal", "-shm", "-journal"};

static void drop(struct arena *a, const char *path)
{
    for (size_t i = 0; i < COUNT(files); i++)
        unlink(arena_printf(a, "%s%s", path, files[i]));
}

/* A log of another database beside the copy would be taken for its own. */
static bool is_free(struct arena *a, const char *path, const char **error)
{
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *file = arena_printf(a, "%s%s", path, files[i]);
        if (access(file, F_OK) == 0) {
            *error = arena_printf(a, "%s is there already", file);
            return false;
        }
    }
    return true;
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
    if (!is_free(a, to, error))
        return BROKEN;
    int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        *error = arena_printf(a, "%s: %s", to, strerror(errno));
        return BROKEN;
    }
    close(fd);
    struct copying c = {.told = told, .ctx = ctx};
    enum status s = copy(a, &c, from, to, error);
    if (s == OK)
        s = without_log(a, to, error);
    if (s != OK)
        drop(a, to);
    return s;
}
