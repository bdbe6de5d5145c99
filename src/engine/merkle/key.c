#include "base/fd.h"
#include "base/text.h"
#include "engine/merkle/base64.h"
#include "engine/merkle/note.h"
#include "engine/merkle/note_text.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#define PRIVATE_PREFIX "PRIVATE+KEY+"
#define KEY_FILE_MAX   512

/* Unicode's White_Space and control characters, and the plus that parts the pieces of a key. */
static bool name_takes(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return false;
    default: return c != '+';
    }
}

bool note_name_valid(const char *name, size_t n)
{
    if (n == 0 || !utf8_valid(name, n))
        return false;
    while (n > 0) {
        utf8proc_int32_t c;
        utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)name, (utf8proc_ssize_t)n, &c);
        if (len <= 0 || !name_takes(c))
            return false;
        name += len;
        n -= (size_t)len;
    }
    return true;
}

static void key_id_set(struct note_key *key)
{
    unsigned char end[2 + sizeof key->public_key] = {'\n', (unsigned char)key->kind};
    memcpy(end + 2, key->public_key, sizeof key->public_key);
    struct hash h = sha256_3(key->name, strlen(key->name), end, sizeof end, NULL, 0);
    key->id = (uint32_t)h.b[0] << 24 | (uint32_t)h.b[1] << 16 | (uint32_t)h.b[2] << 8 | h.b[3];
}

static bool key_name_set(struct note_key *key, const char *name, size_t n)
{
    if (n >= sizeof key->name || !note_name_valid(name, n))
        return false;
    memcpy(key->name, name, n);
    key->name[n] = 0;
    return true;
}

static enum status key_new(struct note_key *out, enum note_key_kind kind, const char *name)
{
    *out = (struct note_key){.kind = kind};
    if (!key_name_set(out, name, strlen(name)))
        return REFUSED;
    ASSERT(sodium_init() >= 0);
    crypto_sign_keypair(out->public_key, out->secret);
    key_id_set(out);
    return OK;
}

enum status note_key_new(struct note_key *out, const char *name)
{
    return key_new(out, NOTE_KEY_LOG, name);
}

enum status witness_key_new(struct note_key *out, const char *name)
{
    return key_new(out, NOTE_KEY_WITNESS, name);
}

/* --- text forms: name+hash+base64(kind || 32 bytes); of a private key the bytes are the seed --- */

static void key_text(struct buf *out, const struct note_key *key, const unsigned char bytes[32])
{
    unsigned char typed[33] = {(unsigned char)key->kind};
    memcpy(typed + 1, bytes, 32);
    buf_addf(out, "%s+%08x+", key->name, (unsigned)key->id);
    buf_add_base64(out, typed, sizeof typed);
    sodium_memzero(typed, sizeof typed);
}

/* The pieces of a text form of OUT's kind; *HASH points at its eight digits. */
static bool key_text_parse(
    struct note_key *out, const char *text, size_t n, const char **hash, unsigned char typed[33])
{
    const char *end = text + n;
    const char *plus = memchr(text, '+', n);
    if (!plus || end - plus < 10 || plus[9] != '+' || !key_name_set(out, text, (size_t)(plus - text)))
        return false;
    *hash = plus + 1;
    return base64_decode_exact(plus + 10, (size_t)(end - plus - 10), typed, 33) && typed[0] == out->kind;
}

static bool key_hash_is(const struct note_key *key, const char *hash)
{
    char digits[9];
    snprintf(digits, sizeof digits, "%08x", (unsigned)key->id);
    return memcmp(digits, hash, 8) == 0;
}

static size_t trimmed(const char *s)
{
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        n--;
    return n;
}

void note_vkey(struct buf *out, const struct note_key *key)
{
    key_text(out, key, key->public_key);
}

static bool vkey_parse(struct note_key *out, enum note_key_kind kind, const char *vkey)
{
    const char *hash;
    unsigned char typed[33];
    *out = (struct note_key){.kind = kind};
    if (!key_text_parse(out, vkey, trimmed(vkey), &hash, typed))
        return false;
    memcpy(out->public_key, typed + 1, sizeof out->public_key);
    key_id_set(out);
    return key_hash_is(out, hash);
}

bool note_vkey_parse(struct note_key *out, const char *vkey)
{
    return vkey_parse(out, NOTE_KEY_LOG, vkey);
}

bool witness_vkey_parse(struct note_key *out, const char *vkey)
{
    return vkey_parse(out, NOTE_KEY_WITNESS, vkey);
}

static bool private_parse(struct note_key *out, enum note_key_kind kind, const char *text)
{
    size_t prefix = strlen(PRIVATE_PREFIX), n = trimmed(text);
    const char *hash;
    unsigned char typed[33];
    *out = (struct note_key){.kind = kind};
    if (n < prefix || memcmp(text, PRIVATE_PREFIX, prefix) != 0 ||
        !key_text_parse(out, text + prefix, n - prefix, &hash, typed))
        return false;
    ASSERT(sodium_init() >= 0);
    crypto_sign_seed_keypair(out->public_key, out->secret, typed + 1);
    sodium_memzero(typed, sizeof typed);
    key_id_set(out);
    return key_hash_is(out, hash);
}

/* --- the file --- */

/* Reads the whole file into TEXT, NUL-terminated; false when it does not fit. */
static bool read_small(int fd, char text[KEY_FILE_MAX])
{
    size_t n = 0;
    ssize_t got;
    while (n < KEY_FILE_MAX && (got = read(fd, text + n, KEY_FILE_MAX - n)) > 0)
        n += (size_t)got;
    if (n == KEY_FILE_MAX)
        return false;
    text[n] = 0;
    return strlen(text) == n;
}

static enum status key_load_open(struct note_key *out, enum note_key_kind kind, int fd, const char **error)
{
    struct stat st;
    char text[KEY_FILE_MAX];
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        *error = "The key file is no regular file.";
        return REFUSED;
    }
    if (st.st_mode & (S_IRWXO | S_IWGRP)) {
        *error = "Others can read the key file. Run chmod 600 on it.";
        return REFUSED;
    }
    bool good = read_small(fd, text) && private_parse(out, kind, text);
    sodium_memzero(text, sizeof text);
    if (!good)
        *error = "The key file holds no private key that can be read.";
    return good ? OK : REFUSED;
}

static enum status key_load(
    struct note_key *out, enum note_key_kind kind, const char *path, const char **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        *error = errno == ENOENT ? "There is no key file there." : "The key file cannot be opened.";
        return BROKEN;
    }
    enum status st = key_load_open(out, kind, fd, error);
    close(fd);
    return st;
}

enum status note_key_load(struct note_key *out, const char *path, const char **error)
{
    return key_load(out, NOTE_KEY_LOG, path, error);
}

enum status witness_key_load(struct note_key *out, const char *path, const char **error)
{
    return key_load(out, NOTE_KEY_WITNESS, path, error);
}

enum status note_key_save(const struct note_key *key, const char *path, const char **error)
{
    ASSERT(!sodium_is_zero(key->secret, sizeof key->secret));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        bool exists = errno == EEXIST;
        *error = exists ? "There is a key file already." : "The key file cannot be written.";
        return exists ? REFUSED : BROKEN;
    }
    struct buf text = buf_new(KEY_FILE_MAX);
    buf_adds(&text, PRIVATE_PREFIX);
    key_text(&text, key, key->secret); /* its first 32 bytes are the seed */
    buf_addc(&text, '\n');
    bool good = !text.overflow && write_all(fd, text.p, text.len) && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    sodium_memzero(text.p, text.len);
    buf_free(&text);
    if (good)
        return OK;
    unlink(path);
    *error = "The key file cannot be written.";
    return BROKEN;
}
