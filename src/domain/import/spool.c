#include "domain/import/worker.h"

#include "base/fd.h"
#include "base/id.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *spool_path(struct arena *a, int64_t run_id)
{
    const char *dir = getenv("TMPDIR");
    return arena_printf(
        a, "%s/tandem-%s.csv", dir && *dir ? dir : "/var/tmp", id_text(a, import_run_noun.prefix, run_id));
}

static bool copy(int to, const char *path)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    char *block = xmalloc(1 << 16);
    ssize_t n = -1;
    while (from >= 0 && ((n = read(from, block, 1 << 16)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0 && !write_all(to, block, (size_t)n)) {
            n = -1;
            break;
        }
    free(block);
    if (from >= 0)
        close(from);
    return n == 0;
}

/* On disk before the run is: a run without its file would be of no use. */
bool spool_keep(struct arena *a, int64_t run_id, const struct sent_file *upload, const char **error)
{
    const char *path = spool_path(a, run_id);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool good = fd >= 0 &&
                (upload->path ? copy(fd, upload->path) : write_all(fd, upload->data, upload->len)) &&
                fsync(fd) == 0;
    if (!good) {
        *error = arena_printf(a, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            unlink(path);
    }
    if (fd >= 0)
        close(fd);
    return good;
}

void spool_drop(struct arena *a, int64_t run_id)
{
    unlink(spool_path(a, run_id));
}
