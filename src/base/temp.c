#include "base/temp.h"

#include "base/fd.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void unlink_temp(void *path)
{
    unlink(path);
}

int temp_file(struct arena *a, const char *dir, char **path)
{
    const char *usual = getenv("TMPDIR");
    dir = dir ? dir : usual && *usual ? usual : "/tmp";
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
    bool good = write_all(fd, data, n);
    if (!good)
        log_error("a temporary file could not be written: %s", strerror(errno));
    return good;
}
