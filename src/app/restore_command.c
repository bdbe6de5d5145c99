/* tandem restore: a backup becomes a database again, at a new place, and is checked. */
#include "app/backup.h"
#include "app/check.h"
#include "app/commands.h"
#include "app/key_file.h"
#include "app/options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Its write-ahead log, too: one that was left behind would be taken for this database's. */
static bool is_free(struct arena *a, const char *path, const char **error)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".part"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        const char *at = arena_printf(a, "%s%s", path, ends[i]);
        if (access(at, F_OK) == 0) {
            *error = arena_printf(a, "%s is there already; nothing is overwritten", at);
            return false;
        }
    }
    return true;
}

static bool same(struct arena *a, const char *file, const struct backup_manifest *m, const char *sha256,
    int64_t bytes, const char **error)
{
    if (bytes == m->bytes && streq(sha256, m->sha256))
        return true;
    *error = arena_printf(a, "%s is not what was backed up: its checksum differs", file);
    return false;
}

/* Under another name until it is whole. */
static bool copy_checked(struct arena *a, const char *file, const char *path, const char **error)
{
    struct backup_manifest m;
    const char *sha256, *part = arena_printf(a, "%s.part", path);
    int64_t bytes;
    if (!backup_manifest_read(a, file, &m, error))
        return false;
    int from = open(file, O_RDONLY | O_CLOEXEC);
    int to = from < 0 ? -1 : open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = to >= 0 && backup_digest(a, from, to, &sha256, &bytes);
    if (!good)
        *error = arena_printf(a, "%s: %s", from < 0 ? file : part, strerror(errno));
    good = good && same(a, file, &m, sha256, bytes, error);
    if (good && (!backup_flush(a, part) || link(part, path) != 0 || !backup_flush(a, path))) {
        *error = arena_printf(a, "%s: %s", path, strerror(errno));
        good = false;
    }
    if (from >= 0)
        close(from);
    if (to >= 0) {
        close(to);
        unlink(part);
    }
    return good;
}

/* The key that was backed up with it goes beside the database, where none is. */
static bool place_key(struct arena *a, const char *file, const char *key_path, const char **error)
{
    struct note_key key;
    const char *saved = arena_printf(a, "%s.key", file);
    if (access(key_path, F_OK) == 0 || access(saved, F_OK) != 0)
        return true;
    return note_key_load(&key, saved, error) == OK && note_key_save(&key, key_path, error) == OK;
}

/* A backup of an older version becomes one of this. */
static int bring_up(const char *url, const char *key, const char **error)
{
    struct app app;
    if (!app_open(&app, &(struct app_options){.url = url, .key_path = key, .upgrade = true}, error))
        return EXIT_BROKEN;
    app_close(&app);
    return check_database(url, key, NULL);
}

static int restore(struct arena *a, const char *file, const char *url, const char *key)
{
    const char *path = file_of_url(url), *error = NULL,
               *key_path = key ? key : arena_printf(a, "%s.key", path);
    int status = EXIT_BROKEN;
    if (is_free(a, path, &error) && copy_checked(a, file, path, &error) &&
        place_key(a, file, key_path, &error)) {
        printf("%s is restored; its checksum is that of the backup.\n", path);
        if (access(key_path, F_OK) != 0) {
            printf("The log's key is not there. Copy it to %s, then: tandem check --db %s\n", key_path, url);
            return EXIT_REFUSED;
        }
        status = bring_up(url, key, &error);
    }
    if (error)
        fprintf(stderr, "tandem: %s\n", error);
    return status;
}

int command_restore(int argc, char **argv)
{
    const char *db = NULL, *key = NULL, *rest[1];
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH of the new database", &db},
        {"--key", "FILE", "the log's private key (beside the database)", &key}, {0}};
    if (!options_read(argc, argv, "restore FILE --db sqlite:NEW", options, rest, 1, &n, &status))
        return status;
    if (n != 1 || !db || !file_of_url(db)) {
        fputs("tandem: restore needs the backup and --db sqlite:NEW\n", stderr);
        return EXIT_USAGE;
    }
    struct arena *a = arena_new();
    status = restore(a, rest[0], db, key);
    arena_free(a);
    return status;
}
