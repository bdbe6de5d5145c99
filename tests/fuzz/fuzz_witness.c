/* Requests to a witness and files of keys from a stranger; what is read is written again as it was. */
#include "engine/merkle/witness.h"

#define VKEY "log.example/tandem+011b34c2+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_request(struct arena *a, const char *body, size_t n)
{
    struct witness_request r;
    struct note_keys *keys = ARENA_NEW(a, struct note_keys);
    struct checkpoint known = {.root = merkle_empty()}, fresh;
    char origin[128];
    ASSERT(note_keys_parse(keys, VKEY));
    if (!witness_request_parse(&r, body, n))
        return;
    ASSERT(r.note + r.note_len == body + n && r.proof.n <= WITNESS_PROOF_MAX);
    bool named = witness_request_origin(&r, origin, sizeof origin);
    if (witness_judge(&r, keys, &known, &fresh) == WITNESS_COSIGNS)
        ASSERT(named && streq(origin, fresh.origin) && r.old == 0 && r.proof.n == 0);
    struct buf again = buf_in(a, 2 * WITNESS_REQUEST_MAX);
    witness_request_write(&again, r.old, &r.proof, arena_strndup(a, r.note, r.note_len));
    ASSERT(again.len <= n && memcmp(again.p, body, again.len) == 0); /* less where the note holds a NUL */
}

static void fuzz_keys(struct arena *a, const char *text)
{
    struct note_keys *keys = ARENA_NEW(a, struct note_keys), *again = ARENA_NEW(a, struct note_keys);
    struct buf written = buf_in(a, BUF_MAX_DEFAULT);
    if (!note_keys_parse(keys, text))
        return;
    note_keys_write(&written, keys);
    ASSERT(note_keys_parse(again, buf_str(&written)) && again->n == keys->n);
    for (size_t i = 0; i < keys->n; i++)
        ASSERT(again->term[i].key.id == keys->term[i].key.id && again->term[i].from == keys->term[i].from &&
               again->term[i].until == keys->term[i].until);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    fuzz_request(a, (const char *)data, size);
    fuzz_keys(a, arena_strndup(a, (const char *)data, size));
    arena_free(a);
    return 0;
}
