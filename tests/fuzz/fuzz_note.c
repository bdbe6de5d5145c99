/* Notes, checkpoints and keys from a stranger; what is read is written again as it was. */
#include "engine/merkle/note.h"

#define VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_checkpoint(struct arena *a, const char *text, size_t n)
{
    struct buf again = buf_in(a, 1000);
    struct checkpoint c;
    if (!checkpoint_parse(&c, text, n))
        return;
    checkpoint_text(&again, c.origin, c.size, &c.root, NULL);
    ASSERT(again.len <= n && memcmp(again.p, text, again.len) == 0);
}

static void fuzz_vkey(struct arena *a, const char *text, size_t n)
{
    struct buf again = buf_in(a, 1000);
    struct note_key key;
    const char *vkey = arena_strndup(a, text, n);
    if (!note_vkey_parse(&key, vkey))
        return;
    note_vkey(&again, &key);
    ASSERT(again.len <= n && memcmp(again.p, vkey, again.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const char *text = (const char *)data;
    struct note_key key;
    struct checkpoint c;
    size_t len;
    ASSERT(note_vkey_parse(&key, VKEY));
    if (note_verify(text, size, &key, &len))
        ASSERT(len > 0 && len < size && text[len - 1] == '\n' && text[len] == '\n');
    ASSERT(!checkpoint_open(&c, text, size, &key) || len < size);
    fuzz_checkpoint(a, text, size);
    fuzz_vkey(a, text, size);
    arena_free(a);
    return 0;
}
