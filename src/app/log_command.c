/* tandem log rotate-key: a new key takes over; both sign the checkpoint at which it does. */
#include "app/commands.h"
#include "app/key_file.h"
#include "app/options.h"
#include "domain/log/keys.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* One that an earlier try left behind is as good as a fresh one: it never signed anything. */
static bool make_next(struct app *app, struct note_key *next, const char **error)
{
    const char *path = arena_printf(app->arena, "%s.new", app->key_path);
    if (access(path, F_OK) == 0)
        return note_key_load(next, path, error) == OK && streq(next->name, app->key.name);
    return note_key_new(next, app->key.name) == OK && note_key_save(next, path, error) == OK;
}

static enum status replace(struct call *c)
{
    return log_key_replace(c, c->in);
}

static int rotate(struct app *app)
{
    struct note_key next;
    const char *error = "The key there is of another log.";
    if (!make_next(app, &next, &error)) {
        fprintf(stderr, "tandem: %s.new: %s It never signed anything: it can be removed.\n", app->key_path,
            error);
        return EXIT_BROKEN;
    }
    struct log_rotation r = {&app->key, &next};
    sequencer_hand_over(app->sequencer, &next);
    enum status s = app_seed(app, replace, &r);
    if (s != OK)
        return s == REFUSED ? EXIT_REFUSED : EXIT_BROKEN;
    key_file_settle(app->arena, app->key_path);
    struct buf vkey = buf_in(app->arena, 1024);
    note_vkey(&vkey, &next);
    printf("The log is signed by a new key from now on:\n%s\n"
           "It is in %s: copy it to every server of this database, and to where you keep the key.\n"
           "The old one is kept as %s.%08" PRIx32 "; it signs nothing any more.\n",
        buf_str(&vkey), app->key_path, app->key_path, app->key.id);
    return EXIT_GOOD;
}

int command_log(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *key = NULL, *rest[1], *error;
    size_t n;
    int status;
    const struct cli_option options[] = {
        {"--db", "URL", "sqlite:PATH or postgresql://... (sqlite:tandem.db)", &db},
        {"--key", "FILE", "the log's private key (beside the database)", &key}, {0}};
    if (!options_read(argc, argv, "log rotate-key --db URL [--key FILE]", options, rest, 1, &n, &status))
        return status;
    if (n != 1 || !streq(rest[0], "rotate-key")) {
        fputs("tandem: log needs what to do: rotate-key\n", stderr);
        return EXIT_USAGE;
    }
    struct app app;
    if (!app_open(&app, &(struct app_options){.url = db, .key_path = key}, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    status = rotate(&app);
    app_close(&app);
    return status;
}
