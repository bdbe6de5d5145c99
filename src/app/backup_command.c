/* tandem backup: the database as it is now into a file, while it is served; and what the file is, beside it.
 */
#include "app/backup.h"
#include "app/commands.h"
#include "app/key_file.h"
#include "app/options.h"
#include "base/time.h"
#include "domain/log/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define BESIDE_SERVER 5 /* the server goes first */

static void show(void *ctx, int64_t done, int64_t all)
{
    int *shown = ctx, percent = (int)(100 * done / (all ? all : 1));
    if (percent == *shown || !isatty(STDERR_FILENO))
        return;
    *shown = percent;
    fprintf(stderr, "\r%3d %% of %" PRId64 " MB", percent, all / 1000000);
    if (done == all)
        fputc('\n', stderr);
}

static enum status read_tree(
    struct db *db, struct arena *a, const char *tree, struct backup_tree *out, int64_t *key_id)
{
    struct tree_head head;
    TRY(tree_head_read(db, a, tree, &head));
    struct buf root = buf_in(a, 2 * sizeof head.root + 1);
    buf_add_hex(&root, &head.root, sizeof head.root);
    *out = (struct backup_tree){(int64_t)head.size, buf_str(&root)};
    *key_id = head.checkpoint ? head.key_id : -1;
    return OK;
}

/* From the copy: so it is known that it opens and that its trees are there. */
static enum status read_copy(struct db *db, struct arena *a, struct backup_manifest *m)
{
    struct rows rows;
    int64_t same;
    TRY(db_query(db, a, &rows, "select name from schema_migration order by number desc limit 1", NULL, 0));
    m->migration = rows.n ? cell_string(&rows, 0, 0) : "";
    TRY(read_tree(db, a, "log", &m->log, &same));
    return read_tree(db, a, "audit", &m->audit, &m->key_id);
}

static bool describe(struct arena *a, const char *file, struct backup_manifest *m, const char **error)
{
    struct db *db;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && backup_digest(a, fd, -1, &m->sha256, &m->bytes);
    if (!good)
        *error = arena_printf(a, "%s: %s", file, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (!good || db_open(&db, a, arena_printf(a, "sqlite:%s", file), DB_READ, error) != OK)
        return false;
    good = read_copy(db, a, m) == OK;
    if (!good)
        *error = arena_strdup(a, db_error(db));
    db_close(db);
    return good;
}

/* The key that signs this copy's log. */
static bool save_key(struct arena *a, const char *key_path, const char *file, const struct backup_manifest *m,
    const char **error)
{
    struct note_key key;
    const char *from;
    if (m->key_id >= 0 && !log_key_find(&key, a, key_path, m->key_id, &from)) {
        *error = arena_printf(a, "%s is not the key that signs this log; give --key FILE", key_path);
        return false;
    }
    return (m->key_id >= 0 || note_key_load(&key, key_path, error) == OK) &&
           note_key_save(&key, arena_printf(a, "%s.key", file), error) == OK;
}

struct backup {
    const char *url, *key_path, *file;
    bool with_key;
};

static bool back_up(struct arena *a, const struct backup *b, struct backup_manifest *m, const char **error)
{
    int shown = -1;
    const char *manifest = arena_printf(a, "%s.json", b->file);
    if (access(manifest, F_OK) == 0) {
        *error = arena_printf(a, "%s is there already", manifest);
        return false;
    }
    m->taken = instant_iso(a, instant_now());
    if (db_backup(a, b->url, b->file, show, &shown, error) != OK)
        return false;
    bool good = describe(a, b->file, m, error) &&
                (!b->with_key || save_key(a, b->key_path, b->file, m, error)) &&
                backup_manifest_write(a, b->file, m, error);
    if (good && !backup_flush(a, b->file)) {
        *error = arena_printf(a, "%s: %s", b->file, strerror(errno));
        good = false;
    }
    if (!good)
        unlink(b->file);
    return good;
}

int command_backup(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *key = NULL, *with_key = NULL, *rest[1];
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH (sqlite:tandem.db)", &db},
        {"--with-key", NULL, "copy the log's private key, too: keep that apart", &with_key},
        {"--key", "FILE", "the log's private key (beside the database)", &key}, {0}};
    if (!options_read(argc, argv, "backup FILE --db URL", options, rest, 1, &n, &status))
        return status;
    const char *path = file_of_url(db), *error = NULL;
    if (n != 1) {
        fputs("tandem: backup needs the file to write\n", stderr);
        return EXIT_USAGE;
    }
    if (!path) {
        fputs("tandem: a PostgreSQL database is backed up by PostgreSQL's own tools: docs/operating.md, "
              "Backup\n",
            stderr);
        return EXIT_USAGE;
    }
    (void)!nice(BESIDE_SERVER);
    struct arena *a = arena_new();
    struct backup b = {db, key ? key : arena_printf(a, "%s.key", path), rest[0], with_key != NULL};
    struct backup_manifest m = {0};
    bool good = back_up(a, &b, &m, &error);
    if (good)
        printf("%s: %" PRId64 " MB, as of %s; log %" PRId64 ", audit %" PRId64 " entries.\n%s", b.file,
            m.bytes / 1000000, m.taken, m.log.size, m.audit.size,
            with_key ? "Its key is beside it: who has both can sign in your name.\n"
                     : "The log's private key is not in it: keep a copy of that apart.\n");
    else
        fprintf(stderr, "tandem: %s\n", error);
    arena_free(a);
    return good ? EXIT_GOOD : EXIT_BROKEN;
}
