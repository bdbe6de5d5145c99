/* Temporary files: gone with the request that they belong to. */
#include "base/log.h"
#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static void unlink_temp(void *path)
{
    unlink(path);
}

int temp_file(struct arena *a, const char *dir, char **path)
{
    dir = dir ? dir : "/tmp";
    *path = arena_printf(a, "%s/tandem-XXXXXX", dir);
    int fd = mkostemp(*path, O_CLOEXEC);
    if (fd < 0)
        log_error("no temporary file in %s: %s", dir, strerror(errno));
    else
        arena_cleanup(a, unlink_temp, *path);
    return fd;
}

bool temp_write(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t wrote = write(fd, data, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            log_error("a temporary file could not be written: %s", strerror(errno));
            return false;
        }
        data += wrote;
        n -= (size_t)wrote;
    }
    return true;
}
