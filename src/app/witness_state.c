#include "app/witness_state.h"

#include "base/json.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define STATE_MAX ((size_t)4 << 20)

/* ---- the file ---- */

static bool write_whole(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, text, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        text += done;
        n -= (size_t)done;
    }
    return fsync(fd) == 0;
}

/* The name of the new file must be on the disk, too. */
static bool sync_folder(const char *path)
{
    char *copy = xstrdup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    free(copy);
    return good;
}

/* Beside the old one, then in its place: whoever reads finds the one or the other whole. */
static bool store(const struct witness_state *s)
{
    struct buf text = buf_new(STATE_MAX), fresh = buf_new(4096);
    struct json_out w = json_out(&text);
    out_value(&w, s->notes);
    buf_addf(&fresh, "%s.new", s->path);
    int fd = text.overflow ? -1 : open(buf_str(&fresh), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write_whole(fd, buf_str(&text), text.len);
    if (fd >= 0)
        good = close(fd) == 0 && good;
    good = good && rename(buf_str(&fresh), s->path) == 0 && sync_folder(s->path);
    if (!good)
        log_error("%s cannot be written: %s", s->path, strerror(errno));
    buf_free(&text);
    buf_free(&fresh);
    return good;
}

static json_t *read_notes(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "re");
    struct buf text = buf_in(a, STATE_MAX);
    const char *error;
    char *room;
    size_t got = 0;
    if (!f)
        return NULL;
    do {
        text.len += got;
        room = buf_room(&text, 4096);
    } while (room && (got = fread(room, 1, 4096, f)) > 0);
    bool good = !ferror(f) && !text.overflow;
    fclose(f);
    json_t *notes = good ? json_read(a, buf_str(&text), text.len, &error) : NULL;
    return json_is_object(notes) ? notes : NULL;
}

/* Each is a checkpoint of its log that this very witness cosigned: else somebody wrote in the file. */
static bool notes_good(const struct witness_state *s)
{
    const char *origin;
    json_t *note;
    int64_t time_s;
    json_object_foreach(s->notes, origin, note)
    {
        const char *text = json_string_value(note);
        struct checkpoint cp;
        witness_state_get(s, origin, &cp, NULL);
        if (!text || !streq(cp.origin, origin) || !note_cosigned(text, strlen(text), &s->key, &time_s))
            return false;
    }
    return true;
}

/* ---- opening ---- */

/* The lock lies on the key and ends with the process. */
static bool lock(const char *key_path)
{
    int fd = open(key_path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void release(void *json)
{
    json_decref(json);
}

/* The memory comes first: a key without it is one that forgot. */
static bool make(
    struct witness_state *s, struct arena *a, const char *key_path, const char *name, const char **error)
{
    if (!name) {
        *error = "there is no key there; give --name, such as witness.example/w1, to make one";
        return false;
    }
    if (access(s->path, F_OK) == 0) {
        *error = "there is a memory, but not the key that it belongs to";
        return false;
    }
    s->notes = json_object();
    arena_cleanup(a, release, s->notes);
    if (witness_key_new(&s->key, name) != OK) {
        *error = "the name may not hold spaces or plus signs";
        return false;
    }
    if (!store(s)) {
        *error = "the memory cannot be written";
        return false;
    }
    if (note_key_save(&s->key, key_path, error) == OK)
        return true;
    unlink(s->path);
    return false;
}

static bool load(struct witness_state *s, struct arena *a, const char *key_path, const char **error)
{
    if (witness_key_load(&s->key, key_path, error) != OK)
        return false;
    s->notes = read_notes(a, s->path);
    if (s->notes && notes_good(s))
        return true;
    *error = arena_printf(a,
        s->notes ? "%s is not what this key has cosigned"
                 : "%s, the memory of this key, is not there or cannot be read: without it a second history "
                   "could be "
                   "cosigned; make a new key instead",
        s->path);
    return false;
}

bool witness_state_open(struct witness_state *out, struct arena *a, const char *key_path, const char *path,
    const char *name, const char **error)
{
    *out = (struct witness_state){.path = path};
    bool good =
        access(key_path, F_OK) == 0 ? load(out, a, key_path, error) : make(out, a, key_path, name, error);
    if (!good)
        return false;
    if (lock(key_path))
        return true;
    *error = "another process is this witness already";
    return false;
}

/* ---- asking and remembering ---- */

void witness_state_get(
    const struct witness_state *s, const char *origin, struct checkpoint *out, const char **note)
{
    const char *text = json_string_value(json_object_get(s->notes, origin));
    const char *end = text ? strstr(text, "\n\n") : NULL; /* no line of a checkpoint is empty */
    if (!end || !checkpoint_parse(out, text, (size_t)(end + 1 - text)))
        *out = (struct checkpoint){.root = merkle_empty()};
    if (note)
        *note = end ? text : NULL;
}

bool witness_state_put(struct witness_state *s, const char *origin, const char *note)
{
    json_object_set_new(s->notes, origin, json_string(note));
    return store(s);
}
