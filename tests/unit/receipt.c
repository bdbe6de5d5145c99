/*
 * Receipts, consistency of checkpoints, and `tandem verify`. The log is that of docs/receipt-format.md: seven
 * entries, the receipt is of the fifth; the test writes that very file again.
 */
#include "engine/merkle/receipt.h"

#include "engine/merkle/command.h"
#include "engine/merkle/consistency.h"
#include "engine/merkle/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ORIGIN "log.example/tandem"
#define VKEY   ORIGIN "+011b34c2+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
#define SKEY   "PRIVATE+KEY+" ORIGIN "+011b34c2+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

#define STATEMENT                                                                                            \
    "{\"amount\":{\"currency\":\"EUR\",\"minor\":8400050},\"at\":\"2026-08-17T09:30:00.000Z\",\""            \
    "commitment\":\"20772dcacafead9050e639ca42c66c397c5a8fa81df9752d990ec241f66ca00a\""                      \
    ",\"company\":\"K\xc3\xb6ln Papier GmbH\",\"country\":\"DE\",\"decision\":{\"by\":\"rules\",\"facts\":"  \
    "{\"amount\":84000.5,\"conflict\":\"none\",\"country\":\"DE\",\"named_account\":false},\"out"            \
    "come\":\"approve\",\"programme_version\":3,\"protected_until\":\"2026-11-15T22:59:59.9"                 \
    "99Z\",\"reasons\":[\"Nobody else works on this account.\"],\"rule\":\"open-account\",\"r"               \
    "ules_hash\":\"6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b\"}"                      \
    ",\"domain\":\"koelnpapier.example\",\"id\":\"reg_0J4K7Q2M9XTA0\",\"partner\":\"prt_0HZZ3V"              \
    "8N1RCE4\",\"person\":\"per_0HZZ3VAB7KQ10\",\"product_line\":\"pln_0HZZ2Q0C5D6E7\",\"type"               \
    "\":\"registration\"}"

#define EXAMPLE                                                                                              \
    "{\"type\":\"tandem-receipt/1\",\"statement\":" STATEMENT                                                \
    ",\"salt\":\"oKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr8=\",\"index\":4,\"size\":7,\"pro"                \
    "of\":[\"n/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=\",\"vhV4G2KKKEFMHIoRuG24Qi+hB"                     \
    "BIV/g18RJbSPNoeQUI=\",\"l5nzB1F+9RfCIF35tndivzR1ayAJn7ffzOdrzr0nOy4=\"],\"checkpoi"                     \
    "nt\":\"log.example/tandem\\n7\\nD80X+Nxd/GmyiXmiSVWeEMY7Hvh1dG52tLCvh8awZjg=\\ntime"                    \
    " 2026-08-17T09:30:01.250Z\\n\\n\xe2\x80\x94 log.example/tandem ARs0wvLGgos7otzZqbOaD6ap3Uo4"            \
    "+KH+c0jsP0Gb5+oxF9w+VQqdAJSo5mzRUrBQaUc5cE/EJSpOcmj1zmEd7uTm9w8=\\n\"}\n"

/* --- the log --- */

#define ENTRIES 7
#define AT      4 /* where the statement stands */
#define OLD     3

struct world {
    struct note_key key;
    unsigned char salt[32];
    struct hash leaf[ENTRIES];
    struct merkle_reader reader;
    char folder[40], *receipt, *old, *new, *proof;
};

static enum status read_leaf(void *ctx, unsigned level, uint64_t first, unsigned n, struct hash *out)
{
    struct world *w = ctx;
    assert_int_equal(level, 0);
    memcpy(out, w->leaf + first, n * sizeof *out);
    return OK;
}

static struct hash root_of(const struct world *w, uint64_t size)
{
    struct merkle_edge *e = xcalloc(1, sizeof *e);
    assert_int_equal(merkle_edge_extend(e, size, w->reader), OK);
    struct hash root = merkle_root(e);
    free(e);
    return root;
}

static char *taken(struct buf *b)
{
    char *s = xstrdup(buf_str(b));
    assert_false(b->overflow);
    buf_free(b);
    return s;
}

static char *checkpoint_of(
    const char *origin, uint64_t size, const struct hash *root, const char *time, const struct note_key *key)
{
    struct buf text = buf_new(1000), note = buf_new(2000);
    checkpoint_text(&text, origin, size, root, time);
    note_sign(&note, buf_str(&text), key);
    buf_free(&text);
    return taken(&note);
}

static char *receipt_of(const struct world *w, const char *statement, uint64_t size, const char *note)
{
    struct buf b = buf_new(RECEIPT_MAX);
    struct merkle_proof p;
    assert_int_equal(merkle_inclusion(&p, AT, size, w->reader), OK);
    receipt_write(&b, statement, w->salt, AT, size, &p, note);
    return taken(&b);
}

static char *file(const struct world *w, const char *name, const char *content)
{
    struct buf path = buf_new(200);
    buf_addf(&path, "%s/%s", w->folder, name);
    FILE *f = fopen(buf_str(&path), "w");
    assert_non_null(f);
    assert_true(fputs(content, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return taken(&path);
}

static void load_key(struct world *w)
{
    const char *error;
    char *path = file(w, "log.key", SKEY "\n");
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(note_key_load(&w->key, path, &error), OK);
    free(path);
}

static int setup(void **state)
{
    struct world *w = *state = xcalloc(1, sizeof *w);
    w->reader = (struct merkle_reader){.read = read_leaf, .ctx = w};
    memcpy(w->folder, "/tmp/tandem-receipt-XXXXXX", 27);
    assert_non_null(mkdtemp(w->folder));
    load_key(w);
    for (unsigned i = 0; i < sizeof w->salt; i++)
        w->salt[i] = (unsigned char)(0xa0 + i);
    for (unsigned i = 0; i < ENTRIES; i++) {
        char entry[20];
        int n = snprintf(entry, sizeof entry, "entry %u", i);
        w->leaf[i] = i == AT ? receipt_leaf(w->salt, STATEMENT) : merkle_leaf(entry, (size_t)n);
    }
    struct hash old = root_of(w, OLD), new = root_of(w, ENTRIES);
    w->old = checkpoint_of(ORIGIN, OLD, &old, "2026-08-10T06:00:00.000Z", &w->key);
    w->new = checkpoint_of(ORIGIN, ENTRIES, &new, "2026-08-17T09:30:01.250Z", &w->key);
    w->receipt = receipt_of(w, STATEMENT, ENTRIES, w->new);
    struct consistency_proof p = {.old = OLD, .size = ENTRIES};
    struct buf b = buf_new(10000);
    assert_int_equal(merkle_consistency(&p.proof, OLD, ENTRIES, w->reader), OK);
    consistency_write(&b, &p);
    w->proof = taken(&b);
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    struct buf remove = buf_new(200);
    buf_addf(&remove, "rm -r %s", w->folder);
    assert_int_equal(system(buf_str(&remove)), 0);
    buf_free(&remove);
    free(w->receipt);
    free(w->old);
    free(w->new);
    free(w->proof);
    free(w);
    return 0;
}

/* TEXT with its first FROM made TO; the caller frees it. */
static char *replaced(const char *text, const char *from, const char *to)
{
    struct buf b = buf_new(2 * RECEIPT_MAX);
    const char *at = strstr(text, from);
    assert_non_null(at);
    buf_add(&b, text, (size_t)(at - text));
    buf_adds(&b, to);
    buf_adds(&b, at + strlen(from));
    return taken(&b);
}

/* --- receipts --- */

static void test_example(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    assert_string_equal(w->receipt, EXAMPLE);
    struct receipt_verdict v = receipt_verify(a, w->receipt, strlen(w->receipt), &w->key);
    assert_true(v.good);
    assert_int_equal(v.failed, RECEIPT_PASSED);
    assert_null(v.why);
    assert_string_equal(v.statement, STATEMENT);
    assert_int_equal(v.index, AT);
    assert_int_equal(v.size, ENTRIES);
    assert_memory_equal(&v.leaf, &w->leaf[AT], sizeof v.leaf);
    assert_string_equal(v.checkpoint.origin, ORIGIN);
    assert_string_equal(v.checkpoint.time, "2026-08-17T09:30:01.250Z");
    arena_free(a);
}

/* The JSON may be laid out in any way: what counts is the canonical form. */
static void test_other_layout(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    char *spaced = replaced(w->receipt, "\"minor\":8400050", " \"\\u006dinor\" :\n 8400050.0 ");
    char *more = replaced(spaced, "{\"type\"", "{\"note\":\"kept with love\",\"type\"");
    struct receipt_verdict v = receipt_verify(a, more, strlen(more), &w->key);
    assert_true(v.good);
    assert_string_equal(v.statement, STATEMENT);
    free(more);
    free(spaced);
    arena_free(a);
}

static void test_changed_receipts(void **state)
{
    static const struct {
        const char *from, *to;
        enum receipt_check failed;
    } cases[] = {
        {"tandem-receipt/1", "tandem-receipt/2", RECEIPT_READABLE},
        {"\"type\":\"tandem-receipt/1\",", "", RECEIPT_READABLE},
        {"{\"type\"", "[{\"type\"", RECEIPT_READABLE},
        {"\"index\":4", "\"index\":4,\"index\":4", RECEIPT_READABLE},
        {"\"statement\"", "\"statemend\"", RECEIPT_FORM},
        {"\"salt\":\"oKG", "\"salt\":\"oK", RECEIPT_FORM},
        {"r8=\"", "r9=\"", RECEIPT_FORM},
        {"\"index\":4", "\"index\":7", RECEIPT_FORM},
        {"\"index\":4", "\"index\":-1", RECEIPT_FORM},
        {"\"index\":4", "\"index\":4.0", RECEIPT_FORM},
        {"\"index\":4", "\"index\":\"4\"", RECEIPT_FORM},
        {"\"index\":4,", "", RECEIPT_FORM},
        {"\"size\":7", "\"size\":0", RECEIPT_FORM},
        {"\"proof\":[", "\"proof\":[\"\",", RECEIPT_FORM},
        {"\"proof\":[", "\"proof\":[7,", RECEIPT_FORM},
        {"\"proof\":[", "\"proof\":null,\"x\":[", RECEIPT_FORM},
        {"\"checkpoint\":\"", "\"checkpoint\":7,\"x\":\"", RECEIPT_FORM},
        {"\"checkpoint\":\"log", "\"checkpoint\":\"lag", RECEIPT_SIGNATURE},
        {"\\n7\\n", "\\n8\\n", RECEIPT_SIGNATURE},
        {"time 2026", "time 2025", RECEIPT_SIGNATURE},
        {"\"size\":7", "\"size\":8", RECEIPT_SIZE},
        {"\"index\":4", "\"index\":5", RECEIPT_PROOF},
        {"\"minor\":8400050", "\"minor\":8400051", RECEIPT_PROOF},
        {"\"country\":\"DE\"", "\"country\":\"DE\",\"extra\":null", RECEIPT_PROOF},
        {"\"minor\":8400050", "\"minor\":\"8400050\"", RECEIPT_PROOF},
        {"\"salt\":\"oKG", "\"salt\":\"oKH", RECEIPT_PROOF},
        {"\"proof\":[\"n/", "\"proof\":[\"m/", RECEIPT_PROOF},
        {"\"proof\":[\"n/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=\",", "\"proof\":[", RECEIPT_PROOF},
    };
    struct world *w = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *a = arena_new();
        char *changed = replaced(w->receipt, cases[i].from, cases[i].to);
        struct receipt_verdict v = receipt_verify(a, changed, strlen(changed), &w->key);
        assert_false(v.good);
        assert_int_equal(v.failed, cases[i].failed);
        assert_non_null(v.why);
        assert_true(*receipt_check_meaning(v.failed));
        free(changed);
        arena_free(a);
    }
}

/* No changed byte makes a good receipt of another content. */
static void test_every_byte(void **state)
{
    struct world *w = *state;
    size_t n = strlen(w->receipt);
    struct arena *a = arena_new();
    char *copy = xstrdup(w->receipt);
    for (size_t i = 0; i < n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            copy[i] = (char)(w->receipt[i] ^ 1 << bit);
            struct receipt_verdict v = receipt_verify(a, copy, n, &w->key);
            assert_true(!v.good || streq(v.statement, STATEMENT));
            arena_reset(a);
        }
        copy[i] = w->receipt[i];
        assert_true(!receipt_verify(a, copy, i, &w->key).good || i == n - 1);
        arena_reset(a);
    }
    free(copy);
    arena_free(a);
}

static void test_limits(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    char *big = xmalloc(RECEIPT_MAX + 1);
    memset(big, ' ', RECEIPT_MAX + 1);
    memcpy(big, w->receipt, strlen(w->receipt));
    assert_true(receipt_verify(a, big, RECEIPT_MAX, &w->key).good);
    struct receipt_verdict v = receipt_verify(a, big, RECEIPT_MAX + 1, &w->key);
    assert_int_equal(v.failed, RECEIPT_READABLE);
    free(big);
    v = receipt_verify(a, "", 0, &w->key);
    assert_int_equal(v.failed, RECEIPT_READABLE);

    struct buf deep = buf_new(10000);
    for (int i = 0; i < 1000; i++)
        buf_adds(&deep, "{\"statement\":");
    v = receipt_verify(a, buf_str(&deep), deep.len, &w->key);
    assert_int_equal(v.failed, RECEIPT_READABLE);
    buf_free(&deep);

    struct buf many = buf_new(10000); /* 65 hashes */
    buf_adds(&many, "\"proof\":[");
    for (int i = 0; i <= MERKLE_PROOF_MAX - 3; i++)
        buf_adds(&many, "\"n/U3thiiV++CkIxFkVrLrrbZ3qA11tk5ZPyIwZ6YyLM=\",");
    char *long_proof = replaced(w->receipt, "\"proof\":[", buf_str(&many));
    v = receipt_verify(a, long_proof, strlen(long_proof), &w->key);
    assert_int_equal(v.failed, RECEIPT_FORM);
    free(long_proof);
    buf_free(&many);
    arena_free(a);
}

/* A statement whose canonical form is no longer read as the numbers that it came from. */
static void test_odd_numbers(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    char *odd = replaced(w->receipt, "\"minor\":8400050", "\"minor\":[1e20,-0.0,1e-7,9007199254740993]");
    struct receipt_verdict v = receipt_verify(a, odd, strlen(odd), &w->key);
    assert_int_equal(v.failed, RECEIPT_PROOF);
    assert_non_null(strstr(v.statement, "[100000000000000000000,0,1e-7,"));
    free(odd);
    arena_free(a);
}

static void test_signed_nonsense(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    struct buf note = buf_new(1000);
    note_sign(&note, "hello\n", &w->key);
    char *receipt = receipt_of(w, STATEMENT, ENTRIES, buf_str(&note));
    struct receipt_verdict v = receipt_verify(a, receipt, strlen(receipt), &w->key);
    assert_int_equal(v.failed, RECEIPT_CHECKPOINT);
    free(receipt);
    buf_free(&note);

    struct hash root = root_of(w, ENTRIES);
    char *other_log = checkpoint_of(ORIGIN "/audit", ENTRIES, &root, NULL, &w->key);
    receipt = receipt_of(w, STATEMENT, ENTRIES, other_log);
    v = receipt_verify(a, receipt, strlen(receipt), &w->key);
    assert_int_equal(v.failed, RECEIPT_CHECKPOINT);
    free(receipt);
    free(other_log);
    arena_free(a);
}

/* --- the order of two entries --- */

static const char *order_finding(struct world *w, struct arena *a, const char *note, bool turned)
{
    struct buf json = buf_new(RECEIPT_MAX);
    struct order_place place[2] = {{.index = 1, .leaf = w->leaf[turned ? AT : 1], .own = true},
        {.index = AT, .leaf = w->leaf[turned ? 1 : AT]}};
    struct note_keys keys;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(merkle_inclusion(&place[i].proof, place[i].index, ENTRIES, w->reader), OK);
    order_write(&json, place, ENTRIES, note);
    assert_true(note_keys_parse(&keys, VKEY));
    struct order_verdict v = order_verify(a, buf_str(&json), json.len, &keys);
    assert_int_equal(v.good, v.why == NULL);
    buf_free(&json);
    return v.why;
}

static void test_order(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    struct hash root = root_of(w, ENTRIES);
    char *audit = checkpoint_of(ORIGIN "/audit", ENTRIES, &root, NULL, &w->key);
    assert_null(order_finding(w, a, w->new, false));
    assert_non_null(order_finding(w, a, w->new, true));
    assert_non_null(order_finding(w, a, w->old, false));
    assert_non_null(order_finding(w, a, audit, false)); /* of another tree that the key signs, too */
    free(audit);
    arena_free(a);
}

/* --- consistency --- */

static void test_consistency_json(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    struct consistency_proof p;
    assert_true(consistency_read(&p, a, w->proof, strlen(w->proof)));
    assert_int_equal(p.old, OLD);
    assert_int_equal(p.size, ENTRIES);
    assert_int_equal(p.proof.n, 4);
    static const char *const bad[] = {"", "[]", "{}", "{\"old\":3,\"new\":7}",
        "{\"old\":3,\"new\":7,\"proof\":[\"x\"]}", "{\"old\":-3,\"new\":7,\"proof\":[]}",
        "{\"old\":3,\"new\":7.5,\"proof\":[]}", "{\"old\":3,\"new\":7,\"proof\":[]}}"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(consistency_read(&p, a, bad[i], strlen(bad[i])));
    arena_free(a);
}

static void test_compare(void **state)
{
    struct world *w = *state;
    struct arena *a = arena_new();
    struct consistency_proof p;
    struct checkpoint old, new, other;
    assert_true(consistency_read(&p, a, w->proof, strlen(w->proof)));
    assert_true(checkpoint_open(&old, w->old, strlen(w->old), &w->key));
    assert_true(checkpoint_open(&new, w->new, strlen(w->new), &w->key));
    assert_int_equal(checkpoints_compare(&old, &new, &p), CONSISTENT);
    assert_int_equal(checkpoints_compare(&new, &new, NULL), CONSISTENT);
    assert_int_equal(checkpoints_compare(&old, &new, NULL), NEEDS_PROOF);
    other = new;
    other.root.b[0] ^= 1;
    assert_int_equal(checkpoints_compare(&new, &other, NULL), SPLIT_VIEW);
    assert_int_equal(checkpoints_compare(&old, &other, &p), NOT_PROVEN);
    other = (struct checkpoint){.root = merkle_empty()};
    memcpy(other.origin, ORIGIN, sizeof ORIGIN);
    assert_int_equal(checkpoints_compare(&other, &new, NULL), CONSISTENT);
    other.origin[0] ^= 1;
    assert_int_equal(checkpoints_compare(&other, &new, &p), OTHER_LOG);
    p.proof.h[0].b[0] ^= 1;
    assert_int_equal(checkpoints_compare(&old, &new, &p), NOT_PROVEN);
    p.old++;
    assert_int_equal(checkpoints_compare(&old, &new, &p), OTHER_PROOF);
    arena_free(a);
}

/* --- tandem verify --- */

#define ARGS_MAX 10

/* Runs the command in the world's folder; its standard output, which the caller frees, goes to *OUT. */
static int run(struct world *w, const char *input, char **out, const char *const args[])
{
    char *argv[ARGS_MAX + 2] = {xstrdup("verify")};
    int argc = 1, saved[3], folder;
    for (; args[argc - 1]; argc++) {
        assert_true(argc <= ARGS_MAX);
        argv[argc] = xstrdup(args[argc - 1]);
    }
    char **given = xcalloc(ARGS_MAX + 2, sizeof *given); /* getopt moves what it was given */
    memcpy(given, argv, sizeof argv);
    char *in_path = file(w, "input", input ? input : ""), *out_path = file(w, "output", "");
    char *err_path = file(w, "errors", "");
    const char *const paths[3] = {in_path, out_path, err_path};
    char *here = getcwd(NULL, 0);
    fflush(NULL);
    for (int fd = 0; fd < 3; fd++) {
        saved[fd] = dup(fd);
        assert_non_null(freopen(paths[fd], fd ? "w" : "r", fd == 0 ? stdin : fd == 1 ? stdout : stderr));
    }
    folder = chdir(w->folder);
    int status = command_verify(argc, given);
    fflush(NULL);
    for (int fd = 0; fd < 3; fd++) {
        dup2(saved[fd], fd);
        close(saved[fd]);
    }
    clearerr(stdin);
    assert_true(folder == 0 && chdir(here) == 0);

    struct buf text = buf_new(RECEIPT_MAX);
    for (int fd = 1; fd < 3; fd++) {
        FILE *f = fopen(paths[fd], "r");
        char *room = buf_room(&text, 100000);
        assert_non_null(f);
        text.len += fread(room, 1, 100000, f);
        fclose(f);
    }
    *out = taken(&text);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    free(given);
    free(in_path);
    free(out_path);
    free(err_path);
    free(here);
    return status;
}

static void expect(struct world *w, const char *input, int status, const char *says, const char *const args[])
{
    char *out;
    int got = run(w, input, &out, args);
    if (got != status || (says && !strstr(out, says)))
        fail_msg("verify %s %s: status %d instead of %d, printed:\n%s", args[0] ? args[0] : "",
            args[0] && args[1] ? args[1] : "", got, status, out);
    free(out);
}
#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void write_files(struct world *w)
{
    struct hash root = root_of(w, ENTRIES);
    struct note_key stranger;
    assert_int_equal(note_key_new(&stranger, ORIGIN), OK);
    char *foreign = checkpoint_of("other.example", ENTRIES, &root, NULL, &w->key);
    char *forged = checkpoint_of(ORIGIN, ENTRIES, &root, NULL, &stranger);
    root.b[0] ^= 1;
    char *split = checkpoint_of(ORIGIN, ENTRIES, &root, NULL, &w->key);
    char *longer = checkpoint_of(ORIGIN, ENTRIES + 1, &root, NULL, &w->key);
    char *changed = replaced(w->receipt, "\"index\":4", "\"index\":5");
    char *bad_proof = replaced(w->proof, "[\"V8", "[\"V9");
    char *keys[2];
    struct buf b = buf_new(1000);
    note_vkey(&b, &stranger);
    keys[0] = taken(&b);
    b = buf_new(1000);
    buf_addf(&b, "# after the rotation\n%s\n\n# before it\n%s\r\n", keys[0], VKEY);
    keys[1] = taken(&b);
    const struct {
        const char *name, *content;
    } files[] = {{"receipt", w->receipt}, {"old", w->old}, {"new", w->new}, {"proof", w->proof},
        {"key", VKEY "\n"}, {"other-key", keys[0]}, {"keys", keys[1]}, {"split", split}, {"longer", longer},
        {"foreign", foreign}, {"forged", forged}, {"changed", changed}, {"bad-proof", bad_proof}};
    for (size_t i = 0; i < COUNT(files); i++)
        free(file(w, files[i].name, files[i].content));
    char *made[] = {foreign, forged, split, longer, changed, bad_proof, keys[0], keys[1]};
    for (size_t i = 0; i < COUNT(made); i++)
        free(made[i]);
}

static void test_command_receipt(void **state)
{
    struct world *w = *state;
    write_files(w);
    expect(w, NULL, 0, "84000.50 EUR", ARGS("receipt", "--key", "key"));
    expect(w, NULL, 0, "5 of a log of size 7", ARGS("--key=key", "receipt"));
    expect(w, NULL, 0, "2026-08-17T09:30:01.250Z", ARGS("receipt", "--key", "keys"));
    expect(w, w->receipt, 0, "reg_0J4K7Q2M9XTA0", ARGS("-", "--key", "key"));
    expect(w, NULL, 0, "{\"good\":true", ARGS("receipt", "--key", "key", "--json"));
    expect(w, NULL, 1, "Not proven.", ARGS("changed", "--key", "key"));
    expect(w, NULL, 1, "\"failed\":\"proof\"", ARGS("changed", "--key", "key", "--json"));
    expect(w, NULL, 1, "not signed by this key", ARGS("receipt", "--key", "other-key"));
    expect(w, NULL, 2, "not valid JSON", ARGS("old", "--key", "key"));
    expect(w, NULL, 2, "not valid JSON", ARGS("-", "--key", "key"));
}

static void test_command_checkpoints(void **state)
{
    struct world *w = *state;
    const char *const key = "key";
    write_files(w);
    expect(w, NULL, 0, "continues the shorter",
        ARGS("receipt", "--key", key, "--checkpoint", "old", "--consistency", "proof"));
    expect(w, NULL, 0, "show the same log", ARGS("receipt", "--key", key, "--checkpoint", "new"));
    expect(w, NULL, 1, "Split view", ARGS("receipt", "--key", key, "--checkpoint", "split"));
    expect(w, NULL, 1, "not a checkpoint signed", ARGS("receipt", "--key", key, "--checkpoint", "forged"));
    expect(w, NULL, 1, "two different logs", ARGS("receipt", "--key", key, "--checkpoint", "foreign"));
    expect(w, NULL, 2, "--consistency", ARGS("receipt", "--key", key, "--checkpoint", "old"));
    expect(w, NULL, 0, "continues the shorter",
        ARGS("--checkpoints", "old", "new", "--consistency", "proof", "--key", key));
    expect(w, NULL, 0, "continues the shorter",
        ARGS("--checkpoints", "new", "old", "--consistency", "proof", "--key", key));
    expect(w, NULL, 1, "does not show",
        ARGS("--checkpoints", "old", "new", "--consistency", "bad-proof", "--key", key));
    expect(w, NULL, 1, "does not show",
        ARGS("--checkpoints", "old", "split", "--consistency", "proof", "--key", key));
    expect(w, NULL, 2, "other sizes",
        ARGS("--checkpoints", "old", "longer", "--consistency", "proof", "--key", key));
    expect(w, NULL, 1, "\"finding\":\"split_view\"",
        ARGS("--checkpoints", "new", "split", "--key", key, "--json"));
    expect(w, NULL, 1, "\"good\":false", ARGS("--checkpoints", "new", "forged", "--key", key, "--json"));
}

static void test_command_usage(void **state)
{
    struct world *w = *state;
    write_files(w);
    free(file(w, "nul", ""));
    expect(w, NULL, 0, "Usage", ARGS("--help"));
    expect(w, NULL, 2, "Usage", ARGS("receipt"));
    expect(w, NULL, 2, "Usage", ARGS("--key", "key"));
    expect(w, NULL, 2, "Usage", ARGS("receipt", "old", "--key", "key"));
    expect(w, NULL, 2, "Usage", ARGS("receipt", "--key", "key", "--consistency", "proof"));
    expect(w, NULL, 2, "Usage", ARGS("receipt", "--key", "key", "--checkpoints", "old", "new"));
    expect(w, NULL, 2, "Usage", ARGS("--key", "key", "--checkpoints", "old"));
    expect(w, NULL, 2, "Usage", ARGS("--key", "key", "--checkpoints", "old", "new", "--checkpoint", "old"));
    expect(w, NULL, 2, "Usage", ARGS("receipt", "--key", "key", "--frobnicate"));
    expect(w, NULL, 2, "missing", ARGS("missing", "--key", "key"));
    expect(w, NULL, 2, "missing", ARGS("receipt", "--key", "missing"));
    expect(w, NULL, 2, "no public key", ARGS("receipt", "--key", "receipt"));
    expect(w, NULL, 2, "no public key", ARGS("receipt", "--key", "nul"));
    expect(w, NULL, 2, "cannot be read", ARGS(".", "--key", "key"));
    expect(w, NULL, 2, "no consistency proof",
        ARGS("receipt", "--key", "key", "--checkpoint", "old", "--consistency", "key"));
    char *big = xmalloc(RECEIPT_MAX + 2);
    memset(big, ' ', RECEIPT_MAX + 1);
    big[RECEIPT_MAX + 1] = 0;
    free(file(w, "big", big));
    free(big);
    expect(w, NULL, 2, "larger than 1 MB", ARGS("big", "--key", "key"));
}

/* A statement of a hostile log must not write to the terminal what it likes. */
static void test_command_hostile_text(void **state)
{
    struct world *w = *state;
    static const char statement[] =
        "{\"amount\":{\"currency\":\"XYZ\",\"minor\":1},\"company\":\"\\u001b[2JEvil\xe2\x80\xae\xc2\x9b\","
        "\"decision\":{\"\\u001b\":1,\"facts\":[[1],{\"a\":null}],\"reasons\":{}},\"x\\ny\":[]}";
    struct hash was = w->leaf[AT];
    char *out;
    w->leaf[AT] = receipt_leaf(w->salt, statement);
    struct hash root = root_of(w, ENTRIES);
    char *note = checkpoint_of(ORIGIN, ENTRIES, &root, NULL, &w->key);
    char *receipt = receipt_of(w, statement, ENTRIES, note);
    write_files(w);
    assert_int_equal(run(w, receipt, &out, ARGS("-", "--key", "key")), 0);
    assert_null(strchr(out, 0x1b));
    assert_null(strstr(out, "\xe2\x80\xae"));
    assert_null(strstr(out, "\xc2\x9b"));
    assert_non_null(strstr(out, "<U+001B>[2JEvil<U+202E><U+009B>\n"));
    assert_non_null(strstr(out, "names no time"));
    assert_non_null(strstr(out, "currency: XYZ"));
    free(out);
    free(receipt);
    free(note);
    w->leaf[AT] = was;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_other_layout),
        cmocka_unit_test(test_changed_receipts),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_odd_numbers),
        cmocka_unit_test(test_signed_nonsense),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_consistency_json),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_command_receipt),
        cmocka_unit_test(test_command_checkpoints),
        cmocka_unit_test(test_command_usage),
        cmocka_unit_test(test_command_hostile_text),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
