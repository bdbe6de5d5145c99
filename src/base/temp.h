/* Temporary files: gone with the arena of whom they belong to. */
#ifndef TANDEM_TEMP_H
#define TANDEM_TEMP_H

#include "base/arena.h"

/*
 * A new file in DIR (NULL: $TMPDIR, else /tmp), open for writing, its path in *PATH, unlinked when A is
 * freed. -1 when it cannot be made; the log says why, of writing, too.
 */
int temp_file(struct arena *a, const char *dir, char **path) MUST;
bool temp_write(int fd, const char *data, size_t n) MUST;

#endif
