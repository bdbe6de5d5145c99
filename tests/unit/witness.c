/*
 * What a witness cosigns and what it refuses, the form of its cosignature, and the keys of a log that
 * followed one another.
 */
#include "engine/merkle/witness.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ORIGIN "log.example/tandem"

/* A log in memory: its leaves are hashes of their numbers. */
struct world {
    struct arena *a;
    struct note_key key, next, witness;
    struct hash leaf[64];
};

static enum status read_leaves(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out)
{
    struct world *w = ctx;
    assert_int_equal(level, 0);
    memcpy(out, w->leaf + first, n * sizeof *out);
    return OK;
}

static int up(void **state)
{
    struct arena *a = arena_new();
    struct world *w = ARENA_NEW(a, struct world);
    w->a = a;
    for (unsigned i = 0; i < COUNT(w->leaf); i++)
        w->leaf[i] = merkle_leaf(&i, sizeof i);
    *state = w;
    return note_key_new(&w->key, ORIGIN) == OK && note_key_new(&w->next, ORIGIN) == OK &&
                   witness_key_new(&w->witness, "witness.example/w1") == OK
               ? 0
               : -1;
}

static int down(void **state)
{
    struct world *w = *state;
    arena_free(w->a);
    return 0;
}

static struct checkpoint at(struct world *w, uint64_t size)
{
    struct merkle_edge *e = ARENA_NEW(w->a, struct merkle_edge);
    struct checkpoint cp = {.origin = ORIGIN, .size = size};
    for (uint64_t i = 0; i < size; i++)
        merkle_append(e, &w->leaf[i], NULL, NULL);
    cp.root = merkle_root(e);
    return cp;
}

static const char *sign(struct world *w, const struct checkpoint *cp, const struct note_key *key)
{
    struct buf text = buf_in(w->a, 4096), note = buf_in(w->a, 8192);
    checkpoint_text(&text, cp->origin, cp->size, &cp->root, NULL);
    note_sign(&note, buf_str(&text), key);
    return buf_str(&note);
}

static struct note_keys keys_of(const struct note_key *key)
{
    struct note_keys keys = {.n = 1};
    keys.term[0].key = *key;
    note_keys_close(&keys);
    return keys;
}

/* The request as it travels: written, read, judged. */
static enum witness_answer judge_keys(struct world *w, const struct note_keys *keys, uint64_t known,
    uint64_t old, const struct merkle_proof *proof, const char *note)
{
    struct buf body = buf_in(w->a, WITNESS_REQUEST_MAX);
    struct witness_request r;
    struct checkpoint have = at(w, known), fresh;
    witness_request_write(&body, old, proof, note);
    if (!witness_request_parse(&r, buf_str(&body), body.len))
        return WITNESS_MALFORMED;
    enum witness_answer answer = witness_judge(&r, keys, &have, &fresh);
    if (answer == WITNESS_COSIGNS)
        assert_string_equal(fresh.origin, ORIGIN);
    return answer;
}

static enum witness_answer judge(
    struct world *w, uint64_t known, uint64_t old, const struct merkle_proof *proof, const char *note)
{
    struct note_keys *keys = ARENA_NEW(w->a, struct note_keys);
    *keys = keys_of(&w->key);
    return judge_keys(w, keys, known, old, proof, note);
}

static struct merkle_proof proof(struct world *w, uint64_t old, uint64_t size)
{
    struct merkle_proof p = {0};
    assert_int_equal(merkle_consistency(&p, old, size, (struct merkle_reader){read_leaves, w}), OK);
    return p;
}

static const struct merkle_proof none = {0};

/* ---- judging ---- */

static void every_continuation_is_cosigned(void **state)
{
    struct world *w = *state;
    for (uint64_t size = 1; size < 40; size++) {
        struct checkpoint cp = at(w, size);
        const char *note = sign(w, &cp, &w->key);
        assert_int_equal(judge(w, 0, 0, &none, note), WITNESS_COSIGNS);
        assert_int_equal(judge(w, size, size, &none, note), WITNESS_COSIGNS);
        for (uint64_t old = 1; old < size; old++) {
            struct merkle_proof p = proof(w, old, size);
            assert_int_equal(judge(w, old, old, &p, note), WITNESS_COSIGNS);
        }
    }
}

static void no_other_history_is_cosigned(void **state)
{
    struct world *w = *state;
    for (uint64_t size = 2; size < 24; size++)
        for (uint64_t old = 1; old <= size; old++) {
            struct merkle_proof p = old < size ? proof(w, old, size) : none;
            for (uint64_t changed = 0; changed < old; changed++) {
                struct hash before = w->leaf[changed];
                w->leaf[changed].b[0] ^= 1;
                struct checkpoint fork = at(w, size);
                struct merkle_proof own = old < size ? proof(w, old, size) : none;
                w->leaf[changed] = before;
                assert_int_equal(judge(w, old, old, &p, sign(w, &fork, &w->key)), WITNESS_NOT_PROVEN);
                assert_int_equal(judge(w, old, old, &own, sign(w, &fork, &w->key)), WITNESS_NOT_PROVEN);
            }
        }
}

static void sizes_and_proofs_must_fit(void **state)
{
    struct world *w = *state;
    struct checkpoint five = at(w, 5), nothing = at(w, 0);
    struct merkle_proof p = proof(w, 3, 5), wrong = p;
    const char *note = sign(w, &five, &w->key);
    wrong.h[0].b[31] ^= 1;
    assert_int_equal(judge(w, 3, 3, &wrong, note), WITNESS_NOT_PROVEN);
    assert_int_equal(judge(w, 3, 3, &none, note), WITNESS_NOT_PROVEN);
    assert_int_equal(judge(w, 0, 0, &p, note), WITNESS_NOT_PROVEN);
    assert_int_equal(judge(w, 5, 5, &p, note), WITNESS_NOT_PROVEN);
    assert_int_equal(judge(w, 3, 0, &none, note), WITNESS_OTHER_SIZE);
    assert_int_equal(judge(w, 3, 4, &p, note), WITNESS_OTHER_SIZE);
    assert_int_equal(
        judge(w, 9, 9, &none, note), WITNESS_MALFORMED); /* the old size is beyond the checkpoint */
    assert_int_equal(judge(w, 9, 3, &p, note), WITNESS_OTHER_SIZE);
    assert_int_equal(judge(w, 0, 0, &none, sign(w, &nothing, &w->key)), WITNESS_COSIGNS);
    struct buf bad = buf_in(w->a, 4096);
    note_sign(&bad, ORIGIN "\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", &w->key);
    assert_int_equal(judge(w, 0, 0, &none, buf_str(&bad)), WITNESS_NOT_PROVEN); /* an empty log with a root */
}

static void only_the_logs_signature_counts(void **state)
{
    struct world *w = *state;
    struct checkpoint five = at(w, 5), other = five;
    const char *note = sign(w, &five, &w->key);
    assert_int_equal(judge(w, 0, 0, &none, sign(w, &five, &w->next)), WITNESS_UNSIGNED);
    char *changed = arena_strdup(w->a, note);
    changed[strlen(ORIGIN) + 1] = '6';
    assert_int_equal(judge(w, 0, 0, &none, changed), WITNESS_UNSIGNED);
    /* a second line by the key that is no good spoils the first */
    const char *line = strstr(note, "\n\n") + 2;
    char *bad = arena_strdup(w->a, line);
    bad[strlen(bad) - 10] = bad[strlen(bad) - 10] == 'A' ? 'B' : 'A';
    assert_int_equal(judge(w, 0, 0, &none, arena_printf(w->a, "%s%s", note, bad)), WITNESS_UNSIGNED);
    assert_int_equal(judge(w, 0, 0, &none, arena_printf(w->a, "%s%s", note, line)), WITNESS_COSIGNS);
    snprintf(other.origin, sizeof other.origin, ORIGIN "/audit"); /* the audit's tree has the same key */
    struct witness_request r = {.note = sign(w, &other, &w->key)};
    char origin[128];
    r.note_len = strlen(r.note);
    assert_true(witness_request_origin(&r, origin, sizeof origin));
    assert_string_equal(origin, ORIGIN "/audit");
}

static void requests_have_one_form(void **state)
{
    struct world *w = *state;
    struct checkpoint five = at(w, 5);
    const char *note = sign(w, &five, &w->key);
    struct witness_request r;
    static const char *const bad[] = {"", "old 0\n", "old 0\n\n", "old 0", "old  0\n\n%s", "old 00\n\n%s",
        "old -1\n\n%s", "old 9223372036854775808\n\n%s", "old x\n\n%s", "size 0\n\n%s", "old 0\r\n\r\n%s",
        "old 0\nAA==\n\n%s", "old 0\n%s"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *slot = strstr(bad[i], "%s");
        const char *body = slot ? arena_printf(w->a, "%.*s%s", (int)(slot - bad[i]), bad[i], note) : bad[i];
        assert_false(witness_request_parse(&r, body, strlen(body)));
    }
    for (unsigned n = 62; n < 66; n++) {
        struct buf body = buf_in(w->a, WITNESS_REQUEST_MAX);
        buf_adds(&body, "old 1\n");
        for (unsigned i = 0; i < n; i++)
            buf_adds(&body, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
        buf_addf(&body, "\n%s", note);
        assert_true(witness_request_parse(&r, buf_str(&body), body.len) == (n <= WITNESS_PROOF_MAX));
    }
}

/* ---- cosignatures ---- */

/* C2SP tlog-cosignature, put together by hand. */
static void a_cosignature_is_as_the_standard_says(void **state)
{
    struct world *w = *state;
    struct checkpoint five = at(w, 5);
    const char *note = sign(w, &five, &w->key);
    size_t text_len = (size_t)(strstr(note, "\n\n") + 1 - note);
    struct buf line = buf_in(w->a, 1024), message = buf_in(w->a, 4096), vkey = buf_in(w->a, 1024);
    note_cosign(&line, note, text_len, &w->witness, 1679315147);
    const char *prefix = "\xe2\x80\x94 witness.example/w1 ";
    assert_memory_equal(buf_str(&line), prefix, strlen(prefix));
    unsigned char bytes[80], typed[34] = {'\n', 4};
    size_t n;
    assert_int_equal(sodium_base642bin(bytes, sizeof bytes, buf_str(&line) + strlen(prefix),
                         line.len - strlen(prefix) - 1, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL),
        0);
    assert_int_equal(n, 4 + 8 + 64);
    memcpy(typed + 2, w->witness.public_key, 32);
    struct hash id = sha256_3("witness.example/w1", 18, typed, sizeof typed, NULL, 0);
    assert_memory_equal(bytes, id.b, 4);
    static const unsigned char time[8] = {0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb};
    assert_memory_equal(bytes + 4, time, 8);
    buf_adds(&message, "cosignature/v1\ntime 1679315147\n");
    buf_add(&message, note, text_len);
    assert_int_equal(crypto_sign_verify_detached(
                         bytes + 12, (const unsigned char *)message.p, message.len, w->witness.public_key),
        0);
    note_vkey(&vkey, &w->witness);
    struct note_key read;
    assert_true(witness_vkey_parse(&read, buf_str(&vkey)));
    assert_false(note_vkey_parse(&read, buf_str(&vkey))); /* no key of a log */
}

static void a_cosignature_is_of_one_note_and_one_time(void **state)
{
    struct world *w = *state;
    struct checkpoint five = at(w, 5), six = at(w, 6);
    const char *note = sign(w, &five, &w->key), *other = sign(w, &six, &w->key);
    size_t text_len = (size_t)(strstr(note, "\n\n") + 1 - note), len;
    struct buf line = buf_in(w->a, 1024);
    int64_t when = 0;
    note_cosign(&line, note, text_len, &w->witness, 1700000000);
    const char *both = arena_printf(w->a, "%s%s", note, buf_str(&line));
    assert_true(note_cosigned(both, strlen(both), &w->witness, &when));
    assert_int_equal(when, 1700000000);
    assert_true(
        note_verify(both, strlen(both), &w->key, &len)); /* the log's signature is as good as before */
    const char *moved = arena_printf(w->a, "%s%s", other, buf_str(&line));
    assert_false(note_cosigned(moved, strlen(moved), &w->witness, &when));
    for (size_t i = strlen(note) + 30; i + 2 < strlen(both); i++) { /* each digit of it matters */
        char *copy = arena_strdup(w->a, both);
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        assert_false(note_cosigned(copy, strlen(copy), &w->witness, &when));
    }
}

/* ---- keys that followed one another ---- */

static const char *vkey(struct world *w, const struct note_key *key)
{
    struct buf b = buf_in(w->a, 1024);
    note_vkey(&b, key);
    return buf_str(&b);
}

static void keys_are_written_as_they_are_read(void **state)
{
    struct world *w = *state;
    struct note_keys *keys = ARENA_NEW(w->a, struct note_keys);
    const char *alone = arena_printf(w->a, "%s\n", vkey(w, &w->key));
    const char *two = arena_printf(w->a, "# from size 7, 2026-11-28T12:00:00.000Z\n%s\n# from size 0\n%s\n",
        vkey(w, &w->next), vkey(w, &w->key));
    const char *const texts[] = {alone, two};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buf b = buf_in(w->a, 4096);
        assert_true(note_keys_parse(keys, texts[i]));
        note_keys_write(&b, keys);
        assert_string_equal(buf_str(&b), texts[i]);
    }
    assert_int_equal(keys->term[1].until, 7);
    assert_true(keys->term[0].until == MERKLE_SIZE_MAX);
    assert_true(note_keys_parse(keys, arena_printf(w->a, "\n# mine\r\n%s \r\n\n", vkey(w, &w->key))));
    assert_int_equal(keys->n, 1);
    assert_false(note_keys_parse(keys, ""));
    assert_false(note_keys_parse(keys, "# from size 7\n"));
    assert_false(note_keys_parse(keys, arena_printf(w->a, "%s\nnonsense\n", vkey(w, &w->key))));
    assert_false(note_keys_parse(keys, arena_printf(w->a, "%s\n", vkey(w, &w->witness))));
}

static void a_key_signs_in_its_time_only(void **state)
{
    struct world *w = *state;
    struct note_keys *keys = ARENA_NEW(w->a, struct note_keys);
    assert_true(note_keys_parse(keys,
        arena_printf(w->a, "# from size 7\n%s\n# from size 0\n%s\n", vkey(w, &w->next), vkey(w, &w->key))));
    for (uint64_t size = 5; size < 10; size++) {
        struct checkpoint cp = at(w, size), read;
        const char *by_old = sign(w, &cp, &w->key), *by_new = sign(w, &cp, &w->next);
        bool replaced;
        const struct note_term *t = note_keys_open(&read, by_old, strlen(by_old), keys, &replaced);
        assert_true((t != NULL) == (size <= 7));
        assert_true(replaced == (size > 7));
        t = note_keys_open(&read, by_new, strlen(by_new), keys, &replaced);
        assert_true((t != NULL) == (size >= 7));
        assert_int_equal(
            judge_keys(w, keys, 0, 0, &none, by_old), size <= 7 ? WITNESS_COSIGNS : WITNESS_UNSIGNED);
        assert_int_equal(
            judge_keys(w, keys, 0, 0, &none, by_new), size >= 7 ? WITNESS_COSIGNS : WITNESS_UNSIGNED);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_continuation_is_cosigned),
        TEST(no_other_history_is_cosigned),
        TEST(sizes_and_proofs_must_fit),
        TEST(only_the_logs_signature_counts),
        TEST(requests_have_one_form),
        TEST(a_cosignature_is_as_the_standard_says),
        TEST(a_cosignature_is_of_one_note_and_one_time),
        TEST(keys_are_written_as_they_are_read),
        TEST(a_key_signs_in_its_time_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
