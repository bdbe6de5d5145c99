/* tandem programme export | diff FILE | apply FILE */
#include "app/app.h"
#include "app/commands.h"
#include "app/options.h"
#include "base/json.h"
#include "domain/person/person.h"

#include <stdio.h>
#include <stdlib.h>

static bool read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(streq(path, "-") ? "/dev/stdin" : path, "rb");
    char chunk[65536];
    size_t n;
    if (!f)
        return false;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(out, chunk, n);
    bool good = !ferror(f) && !out->overflow;
    fclose(f);
    return good;
}

/* The active version as the system sees it, on a snapshot that ends with the call. */
static enum status active(struct app *app, struct call *c, const struct programme **p)
{
    struct db *db = db_pool_take(app->pool);
    if (!db)
        return BROKEN;
    c->db = db;
    enum status s = db_begin_read(db);
    if (s == OK)
        s = programme_active(c, p);
    db_rollback(db);
    db_pool_give(app->pool, db);
    return s;
}

static int export(struct app *app)
{
    const struct programme *p;
    struct call *c = app_call(app, &system_viewer);
    enum status s = active(app, c, &p);
    if (s == OK) {
        char *text = json_dumps(p->document, JSON_INDENT(2));
        puts(text);
        free(text);
    }
    arena_free(c->arena);
    return s == OK ? EXIT_GOOD : EXIT_BROKEN;
}

static int diff(struct app *app, const struct buf *file)
{
    const struct programme *p;
    const char *error = NULL;
    struct call *c = app_call(app, &system_viewer);
    json_t *to = json_read(c->arena, file->p, file->len, &error);
    int status = EXIT_GOOD;
    if (!to) {
        fprintf(stderr, "tandem: %s\n", error);
        status = EXIT_REFUSED;
    } else if (active(app, c, &p) != OK) {
        status = EXIT_BROKEN;
    } else {
        const char *text = programme_diff(c->arena, p->document, to);
        fputs(*text ? text : "No difference.\n", stdout);
    }
    arena_free(c->arena);
    return status;
}

static int apply(struct app *app, struct buf *file, const char *note, bool dry_run)
{
    struct call *c = app_call(app, &system_viewer);
    enum status s;
    if (dry_run) {
        struct programme p;
        c->verb = &programme_apply;
        struct db *db = db_pool_take(app->pool);
        c->db = db;
        s = db ? db_begin_read(db) : BROKEN;
        if (s == OK)
            s = programme_read(c, c->arena, buf_str(file), file->len, &p);
        db_rollback(db);
        db_pool_give(app->pool, db);
    } else {
        struct given given[] = {{.name = "document", .value = v_text(buf_str(file)), .loose = true},
            {.name = "note", .value = v_text(note), .loose = true}};
        s = app_do(app, c, &programme_apply, given, COUNT(given));
    }
    if (s == OK)
        puts(dry_run ? "The document is good; nothing was published." : "Published.");
    problem_print(c->problem);
    arena_free(c->arena);
    return s == OK ? EXIT_GOOD : s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
}

int command_programme(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *note = "Applied from a file", *dry_run = NULL, *key = NULL,
               *rest[2], *error;
    size_t n;
    int status;
    const struct cli_option options[] = {{"--db", "URL", "sqlite:PATH or postgresql://...", &db},
        {"--key", "FILE", "the log's key (beside the database)", &key},
        {"--note", "TEXT", "why, for the history", &note},
        {"--dry-run", NULL, "check the document and its examples only", &dry_run}, {0}};
    if (!options_read(argc, argv, "programme export | diff FILE | apply FILE [--dry-run]", options, rest, 2,
            &n, &status))
        return status;
    bool with_file = n == 2 && (streq(rest[0], "apply") || streq(rest[0], "diff"));
    if (!with_file && !(n == 1 && streq(rest[0], "export"))) {
        fputs("usage: tandem programme export | diff FILE | apply FILE [--dry-run]\n", stderr);
        return EXIT_USAGE;
    }
    struct buf file = buf_new((size_t)4 << 20);
    if (with_file && !read_file(rest[1], &file)) {
        fprintf(stderr, "tandem: %s cannot be read\n", rest[1]);
        buf_free(&file);
        return EXIT_USAGE;
    }
    struct app app;
    if (!app_open(&app, &(struct app_options){.url = db, .key_path = key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        buf_free(&file);
        return EXIT_BROKEN;
    }
    status = streq(rest[0], "export") ? export(&app)
             : streq(rest[0], "diff") ? diff(&app, &file)
                                      : apply(&app, &file, note, dry_run != NULL);
    app_close(&app);
    buf_free(&file);
    return status;
}
