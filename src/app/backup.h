/*
 * A backup: FILE, the database as it was at one moment, and FILE.json, what it is: its size and SHA-256, the
 * last migration, how far log and audit tree had come and which key signs. FILE.key is there only when asked
 * for: whoever has it can sign in the log's name.
 */
#ifndef TANDEM_BACKUP_H
#define TANDEM_BACKUP_H

#include "app/app.h"

struct backup_tree {
    int64_t size;
    const char *root; /* hex */
};

struct backup_manifest {
    const char *taken; /* ISO 8601 */
    int64_t bytes;
    const char *sha256;    /* of FILE, hex */
    const char *migration; /* the last one applied */
    struct backup_tree log, audit;
    int64_t key_id; /* of the key that signs; -1 before the first event */
};

/* FILE.json; it must not be there. */
bool backup_manifest_write(
    struct arena *a, const char *file, const struct backup_manifest *m, const char **error) MUST;
bool backup_manifest_read(
    struct arena *a, const char *file, struct backup_manifest *out, const char **error) MUST;

/*
 * The SHA-256 of what is read from FD, and how many bytes. Written to COPY, or where that is negative only
 * read, with rests: beside a server.
 */
bool backup_digest(struct arena *a, int fd, int copy, const char **hex, int64_t *bytes) MUST;
/* What FILE ends with flushed to the disk, and so its name. */
bool backup_flush(struct arena *a, const char *path) MUST;

#endif
