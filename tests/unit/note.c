/*
 * Signed notes, keys and checkpoints. The known answer is the example of Go's sumdb/note: its documentation
 * prints both halves of PeterNeumann's key and the note.
 */
#include "engine/merkle/note.h"
#include "base/arena.h"
#include "engine/merkle/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define SKEY "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define TEXT                                                                                                 \
    "If you think cryptography is the answer to your problem,\n"                                             \
    "then you don't know what your problem is.\n"
#define DASH "\xe2\x80\x94 "
#define SIGNATURE                                                                                            \
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
#define LINE DASH "PeterNeumann " SIGNATURE "\n"
#define NOTE TEXT "\n" LINE

static struct note_key peter(void)
{
    struct note_key k;
    assert_true(note_vkey_parse(&k, VKEY));
    return k;
}

static bool verifies(const char *note)
{
    struct note_key k = peter();
    size_t len;
    return note_verify(note, strlen(note), &k, &len);
}

/* A file of its own for a test, with CONTENT and MODE; the caller frees the path. */
static char *key_file(const char *content, mode_t mode)
{
    char *path = xstrdup("/tmp/tandem-note-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    return path;
}

/* --- base64 --- */

static void test_base64(void **state)
{
    (void)state;
    unsigned char out[4];
    size_t n;
    assert_true(base64_decode("Zm9v", 4, out, sizeof out, &n));
    assert_int_equal(n, 3);
    assert_memory_equal(out, "foo", 3);
    assert_true(base64_decode("Zg==", 4, out, sizeof out, &n) && n == 1);
    assert_true(base64_decode("", 0, out, sizeof out, &n) && n == 0);
    static const char *const bad[] = {"Zg=", "Zg", "Zh==", "Zm9=", "Zm9v=", "Zm9v\n", " Zm9v", "Zm 9v",
        "Zm-v", "Zm_v", "Z", "====", "Zg==Zg=="};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(base64_decode(bad[i], strlen(bad[i]), out, sizeof out, &n));
    for (int c = 1; c < 256; c++) { /* exactly 64 bytes are digits */
        const char text[4] = {(char)c, 'A', 'A', 'A'};
        bool digit = strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", c);
        assert_true(base64_decode(text, 4, out, sizeof out, &n) == digit);
    }
    assert_false(base64_decode("Zm9vYmE=", 8, out, sizeof out, &n)); /* too long */
    assert_false(base64_decode_exact("Zm9v", 4, out, 4));
    assert_true(base64_decode_exact("Zm9v", 4, out, 3));
}

/* --- keys --- */

static void test_vkey(void **state)
{
    (void)state;
    struct note_key k = peter();
    assert_string_equal(k.name, "PeterNeumann");
    assert_int_equal(k.id, 0xc74f20a3);
    assert_true(note_vkey_parse(&k, VKEY " \r\n"));
    struct buf b = buf_new(1000);
    note_vkey(&b, &k);
    assert_string_equal(buf_str(&b), VKEY);
    buf_free(&b);
}

static void test_bad_vkeys(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        " " VKEY,
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter\xc2\xa0Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", /* another hash */
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX", /* another key */
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", /* another type */
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==",
        "PeterNeumann+c74f20a3ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        SKEY,
    };
    struct note_key k;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(note_vkey_parse(&k, bad[i]));
}

static void test_names(void **state)
{
    (void)state;
    struct note_key k;
    char name[200];
    assert_int_equal(note_key_new(&k, "log.example/tandem-1"), OK);
    assert_int_equal(note_key_new(&k, "k\xc3\xb6ln.example"), OK);
    static const char *const bad[] = {"", "a b", "a+b", "a\tb", "a\nb",
        "a\xe2\x80\x83"
        "b",
        "a\x7f", "\xff", "\xc3"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(note_key_new(&k, bad[i]), REFUSED);
    memset(name, 'n', sizeof name);
    name[127] = 0;
    assert_int_equal(note_key_new(&k, name), OK);
    name[127] = 'n';
    name[128] = 0;
    assert_int_equal(note_key_new(&k, name), REFUSED);
}

static void test_key_file(void **state)
{
    (void)state;
    struct note_key made, read;
    const char *error = NULL;
    char *path = key_file("", 0600);
    assert_int_equal(note_key_new(&made, "log.example"), OK);
    assert_int_equal(note_key_save(&made, path, &error), REFUSED); /* never over a file */
    assert_non_null(error);
    unlink(path);
    assert_int_equal(note_key_load(&read, path, &error), BROKEN);
    assert_int_equal(note_key_save(&made, path, &error), OK);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(note_key_load(&read, path, &error), OK);
    assert_memory_equal(&read, &made, sizeof made);
    unlink(path);
    assert_int_equal(note_key_save(&made, "/tmp/tandem-no-such-folder/key", &error), BROKEN);
    free(path);
}

static void test_bad_key_files(void **state)
{
    (void)state;
    static const struct {
        const char *content;
        mode_t mode;
        enum status want;
    } cases[] = {
        {SKEY "\n", 0600, OK},
        {SKEY, 0400, OK},
        {SKEY "\n", 0640, OK},
        {SKEY "\n", 0644, REFUSED},
        {SKEY "\n", 0660, REFUSED},
        {"", 0600, REFUSED},
        {VKEY "\n", 0600, REFUSED},
        {SKEY "\n" SKEY "\n", 0600, REFUSED},
        {"PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFy\n", 0600, REFUSED},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct note_key k;
        const char *error = NULL;
        char *path = key_file(cases[i].content, cases[i].mode);
        assert_int_equal(note_key_load(&k, path, &error), cases[i].want);
        assert_true((error == NULL) == (cases[i].want == OK));
        unlink(path);
        free(path);
    }
    char big[1000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    struct note_key k;
    const char *error;
    char *path = key_file(big, 0600);
    assert_int_equal(note_key_load(&k, path, &error), REFUSED);
    unlink(path);
    free(path);
    assert_int_equal(note_key_load(&k, "/tmp", &error), REFUSED);
}

/* --- notes --- */

static struct note_key peter_signs(void)
{
    struct note_key k;
    const char *error;
    char *path = key_file(SKEY "\n", 0600);
    assert_int_equal(note_key_load(&k, path, &error), OK);
    unlink(path);
    free(path);
    return k;
}

static void test_known_note(void **state)
{
    (void)state;
    struct note_key k = peter_signs(), v = peter();
    struct buf b = buf_new(10000);
    size_t len;
    note_sign(&b, TEXT, &k);
    assert_string_equal(buf_str(&b), NOTE);
    assert_true(note_verify(NOTE, strlen(NOTE), &v, &len));
    assert_int_equal(len, strlen(TEXT));
    buf_free(&b);
}

static void test_note_with_empty_lines(void **state)
{
    (void)state;
    struct note_key k = peter_signs();
    struct buf b = buf_new(10000);
    size_t len;
    static const char *const texts[] = {"\n", "a\n\n", "a\n\nb\n", "\xe2\x80\x94 a QUFBQUE=\n"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        buf_clear(&b);
        note_sign(&b, texts[i], &k);
        assert_true(note_verify(b.p, b.len, &k, &len));
        assert_int_equal(len, strlen(texts[i]));
    }
    buf_free(&b);
}

static void test_every_flipped_bit(void **state)
{
    (void)state;
    struct note_key k = peter();
    char note[] = NOTE;
    size_t n = strlen(note), len;
    for (size_t bit = 0; bit < n * 8; bit++) {
        note[bit / 8] ^= (char)(1 << bit % 8);
        assert_false(note_verify(note, n, &k, &len));
        note[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < n; cut++)
        assert_false(note_verify(note, cut, &k, &len));
    assert_true(note_verify(note, n, &k, &len));
}

#define WITNESS DASH "witness.example/w1 QUFBQUJCQkJCQkJC\n"

static void test_several_signatures(void **state)
{
    (void)state;
    assert_true(verifies(TEXT "\n" WITNESS LINE));
    assert_true(verifies(TEXT "\n" LINE WITNESS));
    assert_true(verifies(TEXT "\n" WITNESS LINE WITNESS));
    assert_true(verifies(TEXT "\n" LINE LINE));
    assert_false(verifies(TEXT "\n" WITNESS));
    /* the name with another id, the id with another name: other keys, ignored */
    assert_true(verifies(TEXT "\n" DASH "PeterNeumann QUFBQUJCQkJCQkJC\n" LINE));
    assert_true(verifies(TEXT "\n" DASH "Peter " SIGNATURE "\n" LINE));
    assert_false(verifies(TEXT "\n" DASH "Peter " SIGNATURE "\n"));
    /* a bad signature by the known key spoils the note */
    assert_false(verifies(TEXT "\n" LINE DASH "PeterNeumann x08gowAA\n"));
    assert_false(verifies(TEXT "x\n\n" LINE));
}

static void test_signature_limits(void **state)
{
    (void)state;
    struct note_key k = peter();
    size_t len;
    struct buf b = buf_new(100000);
    buf_adds(&b, TEXT "\n" LINE);
    for (int i = 1; i < 100; i++)
        buf_adds(&b, WITNESS);
    assert_true(note_verify(b.p, b.len, &k, &len));
    buf_adds(&b, WITNESS);
    assert_false(note_verify(b.p, b.len, &k, &len));

    unsigned char *big = xcalloc(1, 8193);
    for (size_t n = 8192; n <= 8193; n++) {
        buf_clear(&b);
        buf_adds(&b, TEXT "\n" LINE DASH "witness ");
        buf_add_base64(&b, big, n);
        buf_addc(&b, '\n');
        assert_true(note_verify(b.p, b.len, &k, &len) == (n == 8192));
    }
    free(big);
    buf_free(&b);
}

static void test_malformed_notes(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        "\n\n",
        TEXT,
        TEXT "\n",
        TEXT LINE, /* no empty line */
        LINE,      /* no text */
        "\n" LINE,
        TEXT "\n" LINE "\n", /* an empty line behind */
        TEXT "\n" LINE "x",  /* no newline at the end */
        TEXT "\n\n" LINE,    /* another text */
        TEXT "\r\n" LINE,    /* CR */
        TEXT "\n" DASH "PeterNeumann " SIGNATURE "\r\n",
        TEXT "\n" DASH "PeterNeumann  " SIGNATURE "\n",
        TEXT "\n" DASH "PeterNeumann " SIGNATURE " \n",
        TEXT "\n" DASH "PeterNeumann\n",
        TEXT "\n" DASH " " SIGNATURE "\n",
        TEXT "\n" DASH "Peter+Neumann " SIGNATURE "\n" LINE,
        TEXT "\n" DASH "Peter\xc2\xa0Neumann " SIGNATURE "\n" LINE,
        TEXT "\n- PeterNeumann " SIGNATURE "\n",
        TEXT "\n" LINE "hello\n",
        TEXT "\n" LINE DASH "witness QUFB\n",     /* no room for a signature */
        TEXT "\n" LINE DASH "witness QUFBQUI\n",  /* no padding */
        TEXT "\n" LINE DASH "witness QUFBQUJ=\n", /* bits left over */
        TEXT "\n" LINE DASH "witness \n",
        TEXT "\x01\n\n" LINE,
        TEXT "\xff\n\n" LINE,
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(verifies(bad[i]));
    struct note_key k = peter();
    size_t len;
    assert_false(note_verify(NOTE "\0", sizeof NOTE, &k, &len));
}

/* --- checkpoints --- */

#define EMPTY_ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define ROOT       "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

static void test_checkpoint_text(void **state)
{
    (void)state;
    struct buf b = buf_new(1000);
    struct hash root;
    struct checkpoint c;
    assert_true(base64_decode_exact(ROOT, strlen(ROOT), root.b, HASH_SIZE));
    checkpoint_text(&b, "example.com/behind-the-sofa", 20852163, &root, NULL);
    assert_string_equal(buf_str(&b), "example.com/behind-the-sofa\n20852163\n" ROOT "\n");
    assert_true(checkpoint_parse(&c, b.p, b.len));
    assert_string_equal(c.origin, "example.com/behind-the-sofa");
    assert_int_equal(c.size, 20852163);
    assert_memory_equal(c.root.b, root.b, HASH_SIZE);
    assert_string_equal(c.time, "");
    buf_clear(&b);
    checkpoint_text(&b, "o", MERKLE_SIZE_MAX, &root, "2026-08-17T21:59:59.000Z");
    assert_string_equal(buf_str(&b), "o\n9223372036854775807\n" ROOT "\ntime 2026-08-17T21:59:59.000Z\n");
    assert_true(checkpoint_parse(&c, b.p, b.len));
    assert_true(c.size == MERKLE_SIZE_MAX);
    assert_string_equal(c.time, "2026-08-17T21:59:59.000Z");
    buf_free(&b);
}

static void test_checkpoint_shapes(void **state)
{
    (void)state;
    struct checkpoint c;
    static const char *const good[] = {
        "o\n0\n" EMPTY_ROOT "\n",
        "o\n1\n" ROOT "\n",
        "o with spaces\n1\n" ROOT "\nwhatever\nelse\n",
        "o\n1\n" ROOT "\ntime soon\n",
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(checkpoint_parse(&c, good[i], strlen(good[i])));
        assert_string_equal(c.time, "");
    }
    static const char *const bad[] = {
        "",
        "o\n",
        "o\n1\n",
        "o\n1\n" ROOT,
        "\n1\n" ROOT "\n",
        "o\n\n" ROOT "\n",
        "o\n01\n" ROOT "\n",
        "o\n00\n" EMPTY_ROOT "\n",
        "o\n0\n" ROOT "\n",
        "o\n-1\n" ROOT "\n",
        "o\n+1\n" ROOT "\n",
        "o\n1 \n" ROOT "\n",
        "o\n0x1\n" ROOT "\n",
        "o\n9223372036854775808\n" ROOT "\n",
        "o\n99999999999999999999\n" ROOT "\n",
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", /* bits left over */
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",  /* no padding */
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", /* 31 bytes */
        "o\n1\n" ROOT "\n\n",
        "o\n1\n" ROOT "\n\nx\n",
        "o\n1\n" ROOT "\nx\n\n",
        "o\r\n1\n" ROOT "\n",
        "o\t\n1\n" ROOT "\n",
        "\xff\n1\n" ROOT "\n",
    };
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(checkpoint_parse(&c, bad[i], strlen(bad[i])));
}

static void test_checkpoint_open(void **state)
{
    (void)state;
    struct note_key k = peter_signs(), other;
    struct checkpoint c;
    struct buf b = buf_new(10000);
    note_sign(&b, "o\n1\n" ROOT "\n", &k);
    buf_adds(&b, WITNESS);
    assert_int_equal(note_key_new(&other, "PeterNeumann"), OK);
    assert_true(checkpoint_open(&c, b.p, b.len, &k));
    assert_int_equal(c.size, 1);
    assert_false(checkpoint_open(&c, b.p, b.len, &other));
    assert_false(checkpoint_open(&c, NOTE, strlen(NOTE), &k)); /* well signed, no checkpoint */
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_vkey),
        cmocka_unit_test(test_bad_vkeys),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_key_file),
        cmocka_unit_test(test_bad_key_files),
        cmocka_unit_test(test_known_note),
        cmocka_unit_test(test_note_with_empty_lines),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_several_signatures),
        cmocka_unit_test(test_signature_limits),
        cmocka_unit_test(test_malformed_notes),
        cmocka_unit_test(test_checkpoint_text),
        cmocka_unit_test(test_checkpoint_shapes),
        cmocka_unit_test(test_checkpoint_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
