#include "app/backup.h"

#include "base/fd.h"
#include "base/json.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#define FORMAT       "tandem-backup/1"
#define MANIFEST_MAX ((size_t)64 << 10)
#define PIECE_BYTES  ((size_t)1 << 20)

/* ---- the manifest ---- */

static void write_tree(struct json_out *w, const char *name, const struct backup_tree *t)
{
    out_key(w, name);
    out_object(w);
    out_kv_int(w, "size", t->size);
    out_kv_string(w, "root", t->root);
    out_end(w);
}

static void write_manifest(struct buf *b, const struct backup_manifest *m)
{
    struct json_out w = json_out(b);
    out_object(&w);
    out_kv_string(&w, "format", FORMAT);
    out_kv_string(&w, "taken", m->taken);
    out_kv_int(&w, "bytes", m->bytes);
    out_kv_string(&w, "sha256", m->sha256);
    out_kv_string(&w, "migration", m->migration);
    write_tree(&w, "log", &m->log);
    write_tree(&w, "audit", &m->audit);
    out_kv_int(&w, "key_id", m->key_id);
    out_end(&w);
    buf_addc(b, '\n');
}

static bool cannot(struct arena *a, const char *path, const char **error)
{
    *error = arena_printf(a, "%s: %s", path, strerror(errno));
    return false;
}

bool backup_manifest_write(
    struct arena *a, const char *file, const struct backup_manifest *m, const char **error)
{
    const char *path = arena_printf(a, "%s.json", file);
    struct buf b = buf_in(a, MANIFEST_MAX);
    write_manifest(&b, m);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write_all(fd, b.p, b.len) && fsync(fd) == 0;
    if (!good)
        (void)cannot(a, path, error);
    if (fd >= 0)
        close(fd);
    return good;
}

static bool read_tree(const json_t *all, const char *name, struct backup_tree *out)
{
    const json_t *t = json_object_get(all, name);
    const json_t *size = json_object_get(t, "size");
    out->size = json_integer_value(size);
    out->root = json_string_value(json_object_get(t, "root"));
    return json_is_integer(size) && out->root;
}

bool backup_manifest_read(struct arena *a, const char *file, struct backup_manifest *out, const char **error)
{
    const char *path = arena_printf(a, "%s.json", file), *why;
    char *text = arena_alloc(a, MANIFEST_MAX);
    FILE *f = fopen(path, "re");
    if (!f)
        return cannot(a, path, error);
    size_t n = fread(text, 1, MANIFEST_MAX, f);
    fclose(f);
    const json_t *all = json_read(a, text, n, &why);
    *out = (struct backup_manifest){
        .taken = json_string_value(json_object_get(all, "taken")),
        .bytes = json_integer_value(json_object_get(all, "bytes")),
        .sha256 = json_string_value(json_object_get(all, "sha256")),
        .migration = json_string_value(json_object_get(all, "migration")),
        .key_id = json_integer_value(json_object_get(all, "key_id")),
    };
    bool good = streq(json_string_value(json_object_get(all, "format")), FORMAT) && out->taken &&
                out->sha256 && out->migration && read_tree(all, "log", &out->log) &&
                read_tree(all, "audit", &out->audit);
    if (!good)
        *error = arena_printf(a, "%s is not what tandem backup wrote", path);
    return good;
}

/* ---- files ---- */

/* What was read is not read again: it need not push the database out of memory. */
static void forget(int fd, int64_t from, size_t n)
{
    (void)posix_fadvise(fd, from, (off_t)n, POSIX_FADV_DONTNEED);
}

static bool digest_all(EVP_MD_CTX *ctx, char *room, int fd, int copy, int64_t *bytes)
{
    ssize_t n;
    for (int64_t began = monotonic_us(); (n = read(fd, room, PIECE_BYTES)) != 0; began = monotonic_us()) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || EVP_DigestUpdate(ctx, room, (size_t)n) != 1 ||
            (copy >= 0 && !write_all(copy, room, (size_t)n)))
            return false;
        forget(fd, *bytes, (size_t)n);
        *bytes += n;
        if (copy < 0)
            rest_since(began);
    }
    return true;
}

bool backup_digest(struct arena *a, int fd, int copy, const char **hex, int64_t *bytes)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    *bytes = 0;
    bool good = ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
                digest_all(ctx, arena_alloc(a, PIECE_BYTES), fd, copy, bytes) &&
                EVP_DigestFinal_ex(ctx, digest, &n) == 1;
    int why = errno;
    EVP_MD_CTX_free(ctx);
    struct buf text = buf_in(a, 2 * sizeof digest + 1);
    buf_add_hex(&text, digest, n);
    *hex = buf_str(&text);
    errno = why;
    return good;
}

bool backup_flush(struct arena *a, const char *path)
{
    const char *const of[] = {path, dirname(arena_strdup(a, path))};
    bool good = true;
    for (size_t i = 0; i < COUNT(of); i++) {
        int fd = open(of[i], O_RDONLY | O_CLOEXEC);
        good = fd >= 0 && fsync(fd) == 0 && good;
        if (fd >= 0)
            close(fd);
    }
    return good;
}
