/*
 * tandem check: does the database still say what its trees have signed? Every event is the audit tree's leaf,
 * every statement the log's, both roots are the signed ones, the tiles are those that grow from them; every
 * row of an audited noun equals the after-images of its events and none is gone; every decision opens the
 * commitment in the log; an older checkpoint is a prefix of the log; the pipeline's sums are its deals'.
 */
#include "app/check.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/references.h"
#include "domain/log/keys.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define CHECKPOINT_MAX 65536 /* bytes of a checkpoint that is read */

void check_complain(struct check *k, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (k->problems++ < 20) {
        fputs("  ", stdout);
        vprintf(fmt, args);
        putchar('\n');
    }
    va_end(args);
}

static bool read_checkpoint(struct check *k, const char *path)
{
    char *note = arena_alloc(k->arena, CHECKPOINT_MAX);
    struct checkpoint cp;
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(note, 1, CHECKPOINT_MAX, f) : 0;
    if (f)
        fclose(f);
    if (!n || !note_keys_open(&cp, note, n, &k->keys, NULL) || !streq(cp.origin, k->key->name)) {
        fprintf(stderr, "tandem: %s is no checkpoint signed by this log\n", path);
        return false;
    }
    k->old_size = cp.size;
    k->old_root = cp.root;
    return true;
}

static enum status check_references(struct check *k)
{
    const struct reference *r;
    TRY(references_broken(k->db, k->arena, &r));
    if (r)
        check_complain(
            k, "a row of %s refers by %s to a row of %s that is not there", r->table, r->column, r->to);
    return OK;
}

static enum status check_all(struct check *k)
{
    TRY(db_begin_read(k->db));
    TRY(check_trees(k));
    TRY(check_rows(k));
    TRY(check_references(k));
    TRY(check_decisions(k));
    return check_sums(k);
}

static int check(struct check *k)
{
    enum status s = check_all(k);
    if (s != OK)
        fprintf(stderr, "tandem: %s\n", db_error(k->db));
    else if (k->problems)
        printf("%" PRId64 " problems.\n", k->problems);
    else
        puts("Everything stands.");
    db_rollback(k->db);
    return s != OK ? EXIT_BROKEN : k->problems ? EXIT_REFUSED : EXIT_GOOD;
}

int check_database(const char *url, const char *key, const char *checkpoint)
{
    struct app app;
    const char *error;
    int status = EXIT_BROKEN;
    if (!app_open(&app, &(struct app_options){.url = url, .key_path = key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    struct check *k = ARENA_NEW(app.arena, struct check);
    *k = (struct check){.arena = app.arena, .key = &app.key, .db = db_pool_take(app.pool)};
    if (k->db && log_keys_read(k->db, app.arena, &app.key, &k->keys) == OK)
        status = checkpoint && !read_checkpoint(k, checkpoint) ? EXIT_USAGE : check(k);
    if (k->db)
        db_pool_give(app.pool, k->db);
    app_close(&app);
    return status;
}

int command_check(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *checkpoint = NULL, *key = NULL, *rest[1];
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &db},
        {"--key", "FILE", "the log's key (beside the database)", &key},
        {"--checkpoint", "FILE", "an older checkpoint that this log must continue", &checkpoint}, {0}};
    if (!options_read(argc, argv, "check --db URL [--checkpoint FILE]", options, rest, 0, &n, &status))
        return status;
    return check_database(db, key, checkpoint);
}
