#include "app/key_file.h"

#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

const char *file_of_url(const char *url)
{
    return strncmp(url, "sqlite:", 7) == 0 ? url + 7 : strstr(url, "://") ? NULL : url;
}

static const char *key_path_of(struct arena *a, const char *url)
{
    const char *path = file_of_url(url);
    return path ? arena_printf(a, "%s.key", path) : "tandem.key";
}

static bool make_key(struct app *app, const struct app_options *o, const char **error)
{
    if (note_key_new(&app->key, o->log_name ? o->log_name : "tandem.invalid/log") != OK) {
        *error = "the log's name may not hold spaces or plus signs";
        return false;
    }
    return note_key_save(&app->key, app->key_path, error) == OK;
}

/* The newest checkpoint, and by which key: none before the first event. */
static bool read_head(struct app *app, struct tree_head *out, const char **error)
{
    struct db *db;
    if (db_open(&db, app->arena, app->url, DB_READ, error) != OK)
        return false;
    bool good = tree_head_read(db, app->arena, "audit", out) == OK;
    db_close(db);
    return good;
}

void key_file_settle(struct arena *a, const char *path)
{
    struct note_key old;
    const char *error, *fresh = arena_printf(a, "%s.new", path);
    if (access(fresh, F_OK) != 0)
        return;
    if (note_key_load(&old, path, &error) == OK &&
        link(path, arena_printf(a, "%s.%08" PRIx32, path, old.id)) != 0 && errno != EEXIST)
        return; /* never without the old one */
    if (rename(fresh, path) != 0)
        log_warn("%s stays where it is: %s", fresh, strerror(errno));
}

/* A key has taken over before: the file that holds it, also where that has not come to its end. */
static bool open_current(struct app *app, int64_t id, const char **error)
{
    const char *from;
    if (log_key_find(&app->key, app->arena, app->key_path, id, &from)) {
        if (!streq(from, app->key_path))
            key_file_settle(app->arena, app->key_path);
        return true;
    }
    *error = arena_printf(app->arena,
        "%s is not the key that signed this database's log last (%08" PRIx64 "): copy that one there",
        app->key_path, (uint64_t)id);
    return false;
}

/* A log goes on under the key that began it or took over: another one, or a new one, would fork it unseen. */
bool key_file_open(struct app *app, const struct app_options *o, const char **error)
{
    struct tree_head head;
    size_t text_len;
    app->key_path = o->key_path ? o->key_path : key_path_of(app->arena, o->url);
    if (!read_head(app, &head, error))
        return false;
    if (access(app->key_path, F_OK) == 0) {
        if (note_key_load(&app->key, app->key_path, error) != OK)
            return false;
        if (head.key_id >= 0 && head.key_id != app->key.id)
            return open_current(app, head.key_id, error);
        if (!head.checkpoint || note_verify(head.checkpoint, strlen(head.checkpoint), &app->key, &text_len))
            return true;
        *error = arena_printf(app->arena, "%s is not the key that signed this database's log", app->key_path);
        return false;
    }
    if (o->create && !head.checkpoint)
        return make_key(app, o, error);
    *error = arena_printf(app->arena,
        head.checkpoint ? "%s: the key that signed this database's log is not there; give --key FILE"
                        : "%s: there is no key; run tandem init first, or give --key FILE",
        app->key_path);
    return false;
}
