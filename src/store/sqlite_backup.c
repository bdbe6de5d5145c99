/*
 * The online backup of SQLite, for a source that others write to. SQLite's own begins anew whenever another
 * connection has written, or holds one state of the source to the end: then nothing of the write-ahead log
 * can be copied back meanwhile, and whoever looks for a page goes through gigabytes of it.
 *
 * Here the file is copied as it stands, while pages are copied back into it, and then the log. A page that
 * changed under the copying, or that was copied in the middle of a write, came from the log, and stands there
 * still; opening the copy replays it, as after a loss of power. That holds as long as the log does not begin
 * anew, which a reader prevents. The reader moves on every now and then, so that the copying back goes on
 * behind it; a second one has begun before the first ends.
 */
#include "base/time.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <unistd.h>

#define PIECE_BYTES (INT64_C(1) << 20)
/* What is not flushed meanwhile would make commits wait at the end. */
#define FLUSH_BYTES (INT64_C(16) << 20)
#define REST_MAX_US (INT64_C(50) * 1000) /* behind a piece that others made slow */
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

/* https://www.sqlite.org/walformat.html, "The WAL-Index Header": frames in the log, and of them copied back.
 */
enum { INDEX_FRAMES = 16 / 4, INDEX_COPIED = 96 / 4 };
#define INDEX_BLOCK 32768

static bool read_index(struct copying *c, uint32_t *frames, uint32_t *copied)
{
    volatile void *block = NULL;
    if (c->file->pMethods->xShmMap(c->file, 0, INDEX_BLOCK, 0, &block) != SQLITE_OK || !block)
        return false;
    const volatile uint32_t *word = block;
    *frames = word[INDEX_FRAMES];
    *copied = word[INDEX_COPIED];
    return true;
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
    uint32_t frames, copied, ignored;
    sqlite3 *next = c->from[!c->holder];
    if (!c->log || monotonic_us() - c->moved < MOVE_US)
        return true;
    c->moved = monotonic_us();
    if (!read_index(c, &frames, &ignored) || !begin(next) || !read_index(c, &ignored, &copied))
        return false;
    if (copied < frames) {
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

/* The bytes of FILE up to SIZE, in pieces with rests. */
static bool copy_file(struct copying *c, sqlite3_file *file, int64_t size)
{
    for (int64_t at = 0; at < size; at += PIECE_BYTES) {
        int64_t began = monotonic_us(), n = size - at < PIECE_BYTES ? size - at : PIECE_BYTES;
        if (file->pMethods->xRead(file, c->piece, (int)n, at) != SQLITE_OK || !write_piece(c, at, n))
            return false;
        c->done += n;
        if (c->told)
            c->told(c->ctx, c->done, c->all);
        if (!move_on(c))
            return false;
        int64_t took = monotonic_us() - began;
        usleep((useconds_t)(took < REST_MAX_US ? took : REST_MAX_US));
    }
    return true;
}

static bool size_of(sqlite3_file *file, int64_t *size)
{
    sqlite3_int64 bytes = 0;
    bool good = file->pMethods && file->pMethods->xFileSize(file, &bytes) == SQLITE_OK;
    *size = bytes;
    return good;
}

/* Pages that were added behind SIZE meanwhile are in the log. */
static bool copy_database(struct copying *c, const char *path)
{
    int64_t size;
    c->to = open(path, O_WRONLY | O_CLOEXEC);
    bool good = c->to >= 0 && size_of(c->file, &size);
    if (good) {
        c->all = size;
        good = copy_file(c, c->file, size) && fdatasync(c->to) == 0;
    }
    if (c->to >= 0)
        close(c->to);
    return good;
}

/* What stands in it behind the last whole commit is not replayed. */
static bool copy_log(struct copying *c, const char *path)
{
    int64_t size;
    if (!c->log || !size_of(c->log, &size) || size == 0)
        return true;
    c->to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    c->all += size;
    bool good = c->to >= 0 && copy_file(c, c->log, size) && fdatasync(c->to) == 0;
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
    } else if (!copy_database(c, to) || !copy_log(c, arena_printf(a, "%s-wal", to))) {
        *error = arena_printf(a, "%s: %s", to, strerror(errno));
        s = BROKEN;
    }
    sqlite3_close(c->from[0]);
    sqlite3_close(c->from[1]);
    return s;
}

/* Flushes the file again and again: gigabytes of a replayed log at once would hold up whoever commits. */
struct flusher {
    int fd;
    atomic_bool over;
};

static void *flush(void *arg)
{
    struct flusher *f = arg;
    while (!atomic_load(&f->over)) {
        usleep(50 * 1000);
        (void)!fdatasync(f->fd); /* who replays flushes, too, and says what fails */
    }
    return NULL;
}

/* Replays the log, and leaves one file: without a log it can be read where nothing may be written. */
static bool replay(sqlite3 *handle)
{
    return sqlite3_exec(handle, "pragma synchronous = full; pragma journal_mode = delete", NULL, NULL,
               NULL) == SQLITE_OK;
}

static enum status settle(struct arena *a, const char *path, const char **error)
{
    sqlite3 *handle;
    pthread_t thread;
    struct flusher f = {.fd = open(path, O_RDONLY | O_CLOEXEC)};
    bool beside = f.fd >= 0 && pthread_create(&thread, NULL, flush, &f) == 0;
    bool good =
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        replay(handle);
    if (!good)
        *error = arena_printf(a, "%s: %s", path, sqlite3_errmsg(handle));
    sqlite3_close(handle);
    atomic_store(&f.over, true);
    if (beside)
        pthread_join(thread, NULL);
    if (f.fd >= 0)
        close(f.fd);
    return good ? OK : BROKEN;
}

static void drop(struct arena *a, const char *path)
{
    static const char *const beside[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT(beside); i++)
        unlink(arena_printf(a, "%s%s", path, beside[i]));
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
        drop(a, to);
    return s;
}
