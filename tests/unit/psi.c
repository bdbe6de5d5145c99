/*
 * Private set intersection: the group against the vectors of RFC 9496 and RFC 9497, whole runs against a
 * plain intersection, and every message that must be refused.
 */
#include "engine/psi/psi.h"
#include "engine/psi/golomb.h"
#include "engine/psi/group.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void unhex(unsigned char *out, size_t n, const char *hex)
{
    size_t len = 0;
    assert_int_equal(sodium_hex2bin(out, n, hex, strlen(hex), NULL, &len, NULL), 0);
    assert_int_equal(len, n);
}

static void expect_hex(const unsigned char *data, size_t n, const char *hex)
{
    char text[200];
    assert_string_equal(sodium_bin2hex(text, sizeof text, data, n), hex);
}

/* ---- the group ---- */

/* RFC 9497, appendix A.1.1: OPRF(ristretto255, SHA-512), mode 0. */
static void blinding_and_evaluation_are_those_of_rfc_9497(void **state)
{
    static const struct {
        const char *input, *blinded, *evaluated;
    } vectors[] = {
        {"00", "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
            "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e"},
        {"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
            "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
            "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25"},
    };
    unsigned char blind[32], key[32], input[17], point[32], out[32], back[32];
    (void)state;
    unhex(blind, 32, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706");
    unhex(key, 32, "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e");
    for (size_t i = 0; i < COUNT(vectors); i++) {
        size_t n = strlen(vectors[i].input) / 2;
        unhex(input, n, vectors[i].input);
        group_hash(point, input, n);
        assert_true(group_multiply(out, blind, point));
        expect_hex(out, 32, vectors[i].blinded);
        assert_true(group_multiply(out, key, out));
        expect_hex(out, 32, vectors[i].evaluated);
        /* taking the blind off leaves the key's multiple */
        unsigned char inverse[32];
        group_inverse(inverse, blind);
        assert_true(group_multiply(out, inverse, out));
        assert_true(group_multiply(back, key, point));
        assert_memory_equal(out, back, 32);
    }
}

/* RFC 9496, appendix A.1: the generator and its double. */
static void multiples_are_those_of_rfc_9496(void **state)
{
    unsigned char generator[32], two[32] = {2}, out[32];
    (void)state;
    unhex(generator, 32, "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");
    assert_true(group_multiply(out, two, generator));
    expect_hex(out, 32, "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919");
}

/* RFC 9496, appendix A.2, and the neutral element. */
static const char *const no_points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void what_is_no_point_is_refused(void **state)
{
    unsigned char two[32] = {2}, point[32], out[32];
    (void)state;
    for (size_t i = 0; i < COUNT(no_points); i++) {
        unhex(point, 32, no_points[i]);
        assert_false(group_multiply(out, two, point));
    }
}

static void a_shuffle_is_a_permutation_and_follows_from_its_secret(void **state)
{
    unsigned char secret[32] = {1}, other[32] = {2};
    uint32_t a[1000], b[1000], c[1000];
    bool seen[1000] = {false};
    size_t moved = 0, differ = 0;
    (void)state;
    group_shuffle(a, 1000, secret);
    group_shuffle(b, 1000, secret);
    group_shuffle(c, 1000, other);
    for (size_t i = 0; i < 1000; i++) {
        assert_true(a[i] < 1000 && !seen[a[i]]);
        seen[a[i]] = true;
        assert_int_equal(a[i], b[i]);
        moved += a[i] != i;
        differ += a[i] != c[i];
    }
    assert_true(moved > 900 && differ > 900);
}

/* ---- the packed set ---- */

static void a_packed_set_is_read_as_it_was_written(void **state)
{
    static const uint64_t set[] = {0, 5, 5, 300, 4095}, other[] = {7};
    uint64_t out[5];
    struct buf b = buf_new(100);
    (void)state;
    golomb_write(&b, set, 5, 4);
    assert_true(golomb_read((unsigned char *)b.p, b.len, 4, 4096, out, 5));
    assert_memory_equal(out, set, sizeof set);
    assert_false(golomb_read((unsigned char *)b.p, b.len, 4, 4095, out, 5));     /* beyond its bound */
    assert_false(golomb_read((unsigned char *)b.p, b.len - 1, 4, 4096, out, 5)); /* cut off */
    buf_addc(&b, 0);
    assert_false(golomb_read((unsigned char *)b.p, b.len, 4, 4096, out, 5)); /* more than it says */
    buf_clear(&b);
    golomb_write(&b, other, 1, 4); /* 0, 0111, then zeros: set one of those */
    expect_hex((unsigned char *)b.p, b.len, "38");
    b.p[0] |= 1;
    assert_false(golomb_read((unsigned char *)b.p, b.len, 4, 16, out, 1));
    buf_free(&b);
}

/* ---- keys ---- */

static void keys_are_domains_or_names_with_a_country(void **state)
{
    static const struct {
        struct match_company c;
        const char *best, *domain, *name;
    } cases[] = {
        {{.name = "Müller & Söhne GmbH", .domain = "https://www.mueller.de/x", .country = "Germany"},
            "d:mueller.de", "d:mueller.de", "c:germany:mullersohne"},
        {{.name = "Acme Ltd", .domain = "sales@gmail.com", .country = "GB"}, "c:united kingdom:acme", NULL,
            "c:united kingdom:acme"},
        {{.name = "Acme Ltd"}, NULL, NULL, NULL},
        {{.domain = "shop.foo.co.uk"}, "d:foo.co.uk", "d:foo.co.uk", NULL},
        {{.name = "", .domain = "", .country = "DE"}, NULL, NULL, NULL},
        {{.name = "Acme", .domain = "192.168.1.1", .country = "DE"}, "c:germany:acme", NULL,
            "c:germany:acme"},
    };
    struct arena *a = arena_new();
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const expected[] = {cases[i].best, cases[i].domain, cases[i].name};
        for (int by = PSI_BY_BEST; by < PSI_BYS; by++) {
            const char *key = psi_key(a, &cases[i].c, (enum psi_by)by);
            if (!expected[by - PSI_BY_BEST])
                assert_null(key);
            else
                assert_string_equal(key, expected[by - PSI_BY_BEST]);
        }
    }
    arena_free(a);
}

static void rows_of_one_key_are_one_key(void **state)
{
    static const struct match_company c[] = {{.domain = "b.example.com"}, {.domain = "www.foo.de"},
        {.name = "x"}, {.domain = "foo.de"}, {.domain = "bar.de"}};
    struct arena *a = arena_new();
    struct psi_keys k;
    (void)state;
    psi_keys(a, c, COUNT(c), PSI_BY_DOMAIN, &k);
    assert_int_equal(k.n, 3);
    assert_int_equal(k.without, 1);
    assert_string_equal(k.key[0], "d:bar.de");
    assert_string_equal(k.key[2], "d:foo.de");
    assert_int_equal(k.first[3] - k.first[2], 2);
    assert_int_equal(k.row[k.first[2]], 1);
    assert_int_equal(k.row[k.first[2] + 1], 3);
    arena_free(a);
}

/* ---- whole runs ---- */

#define SERVER_KEYS 400
#define CLIENT_KEYS 150
#define COMMON      60

struct fixture {
    struct arena *a;
    const char *server_key[SERVER_KEYS], *client_key[CLIENT_KEYS];
    struct psi server, client;
    struct buf message[PSI_OVER]; /* by type */
};

/* The client's first COMMON keys are also the server's. */
static int set_up(void **state)
{
    static const unsigned char server_secret[32] = {1, 2, 3}, client_secret[32] = {4, 5, 6}, run[16] = {7, 8};
    struct fixture *f = xcalloc(1, sizeof *f);
    f->a = arena_new();
    for (size_t i = 0; i < SERVER_KEYS; i++)
        f->server_key[i] = arena_printf(f->a, "d:company%03zu.example", i);
    for (size_t i = 0; i < CLIENT_KEYS; i++)
        f->client_key[i] = i < COMMON ? f->server_key[i * 3] : arena_printf(f->a, "d:other%03zu.example", i);
    psi_begin(&f->server, f->a, PSI_SERVER, PSI_BY_DOMAIN, f->server_key, SERVER_KEYS, server_secret, run);
    psi_begin(&f->client, f->a, PSI_CLIENT, PSI_BY_DOMAIN, f->client_key, CLIENT_KEYS, client_secret, NULL);
    for (int t = 0; t < PSI_OVER; t++)
        f->message[t] = buf_in(f->a, PSI_MAX_MESSAGE);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(f->a);
    free(f);
    return 0;
}

/* One step: what makes the message of that type, from the one before. */
static enum psi_refusal step(struct fixture *f, int type)
{
    const struct buf *in = &f->message[type - 1];
    struct buf *out = &f->message[type];
    switch (type) {
    case PSI_SETUP: return psi_setup(&f->server, out);
    case PSI_REQUEST: return psi_request(&f->client, in->p, in->len, out);
    case PSI_REPLY: return psi_reply(&f->server, in->p, in->len, out);
    case PSI_COUNT: return psi_count(&f->client, in->p, in->len, out);
    case PSI_CONSENT: {
        enum psi_refusal r = psi_counted(&f->server, in->p, in->len);
        return r ? r : psi_consent(&f->server, out);
    }
    case PSI_ROWS: return psi_rows(&f->client, in->p, in->len, out);
    case PSI_ORDER: return psi_order(&f->server, in->p, in->len, out);
    default: return psi_finish(&f->client, in->p, in->len);
    }
}

static void run_before(struct fixture *f, int type)
{
    for (int t = PSI_SETUP; t < type; t++)
        assert_int_equal(step(f, t), PSI_FINE);
}

static void both_sides_learn_the_intersection(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_OVER);
    assert_int_equal(step(f, PSI_OVER), PSI_FINE);
    assert_int_equal(f->client.count, COMMON);
    assert_int_equal(f->server.count, COMMON);
    assert_int_equal(f->server.n_match, COMMON);
    assert_int_equal(f->client.n_match, COMMON);
    for (size_t i = 0; i < COMMON; i++) {
        assert_int_equal(f->client.match[i], i);
        assert_int_equal(f->server.match[i], i * 3);
    }
    assert_true(sodium_is_zero(f->server.secret, 32) && sodium_is_zero(f->client.secret, 32));
    assert_int_equal(step(f, PSI_OVER), PSI_WRONG_PHASE);
}

/* What this program says with these secrets, so that another one can be checked against it. */
static void messages_of_known_secrets_are_known(void **state)
{
    static const char *const hashes[PSI_OVER] = {
        [PSI_SETUP] = "8bdf35df5f201ed77d5fb5e8ad8bd00e",
        [PSI_REQUEST] = "e1f0fa99f03fa2a597ba6942f088b76d",
        [PSI_REPLY] = "6bf29fd6181e777314122ccca5197bb4",
        [PSI_COUNT] = "41c1d36bab8a2858f740463539bdd976",
        [PSI_CONSENT] = "ead50465091e7ce2a8f49d5a9530eaa0",
        [PSI_ROWS] = "4367dd0d96c30a0f2c332878b332e227",
        [PSI_ORDER] = "7b6540b6a6452d96ff914ff0048e3444",
    };
    struct fixture *f = *state;
    run_before(f, PSI_OVER);
    for (int t = PSI_SETUP; t < PSI_OVER; t++) {
        unsigned char hash[16];
        crypto_generichash(hash, sizeof hash, (unsigned char *)f->message[t].p, f->message[t].len, NULL, 0);
        expect_hex(hash, sizeof hash, hashes[t]);
    }
}

static void the_reply_does_not_keep_the_order(void **state)
{
    struct fixture *f = *state;
    size_t same = 0;
    run_before(f, PSI_COUNT);
    unsigned char scalar[32], out[32];
    group_scalar(scalar, f->server.secret);
    for (size_t i = 0; i < CLIENT_KEYS; i++) {
        assert_true(group_multiply(out, scalar, (unsigned char *)f->message[PSI_REQUEST].p + 64 + 32 * i));
        same += memcmp(out, f->message[PSI_REPLY].p + 64 + 32 * i, 32) == 0;
    }
    assert_true(same < 10);
}

static void secrets_and_ids_are_fresh_for_every_run(void **state)
{
    struct fixture *f = *state;
    struct psi one, two;
    psi_begin(&one, f->a, PSI_SERVER, PSI_BY_DOMAIN, f->server_key, SERVER_KEYS, NULL, NULL);
    psi_begin(&two, f->a, PSI_SERVER, PSI_BY_DOMAIN, f->server_key, SERVER_KEYS, NULL, NULL);
    assert_memory_not_equal(one.secret, two.secret, 32);
    assert_memory_not_equal(one.run, two.run, 16);
}

static void a_set_of_100000_takes_at_most_450_kilobytes(void **state)
{
    struct arena *a = arena_new();
    size_t n = 100000;
    uint64_t *places = xmalloc(n * sizeof *places), at = 0;
    struct buf b = buf_new(PSI_MAX_MESSAGE);
    (void)state;
    for (size_t i = 0; i < n; i++) /* as far apart as uniform ones are: exponential steps */
        places[i] = at +=
            (uint64_t)(-__builtin_log((randombytes_random() + 1.0) / 4294967297.0) * 4294967296.0);
    golomb_write(&b, places, n, 32);
    assert_true(b.len < 450000);
    buf_free(&b);
    free(places);
    arena_free(a);
}

/* ---- a run that waits ---- */

static void reload(struct fixture *f, struct psi *p, const char *const *key, size_t n)
{
    struct buf b = buf_in(f->a, PSI_MAX_MESSAGE);
    struct psi again;
    psi_save(p, &b);
    assert_int_equal(psi_load(&again, f->a, b.p, b.len, key, n), PSI_FINE);
    for (size_t cut = 0; cut < b.len; cut += b.len < 300 ? 1 : b.len / 97)
        assert_int_equal(psi_load(p, f->a, b.p, cut, key, n), PSI_BAD_STATE);
    assert_int_equal(psi_load(p, f->a, b.p, b.len, key, n - 1), PSI_BAD_STATE); /* another list */
    *p = again;
}

static void a_run_goes_on_from_what_was_saved(void **state)
{
    struct fixture *f = *state;
    for (int t = PSI_SETUP; t <= PSI_OVER; t++) {
        assert_int_equal(step(f, t), PSI_FINE);
        if (t < PSI_ORDER) {
            reload(f, &f->server, f->server_key, SERVER_KEYS);
            reload(f, &f->client, f->client_key, CLIENT_KEYS);
        }
    }
    assert_int_equal(f->client.n_match, COMMON);
    assert_int_equal(f->server.n_match, COMMON);
}

/* ---- refusals ---- */

/* Every type in place of every other; the run goes on with the right one afterwards. */
static void a_message_of_another_phase_is_refused(void **state)
{
    struct fixture *f = *state;
    for (int t = PSI_SETUP; t <= PSI_OVER; t++) {
        struct buf right = f->message[t - 1];
        for (int wrong = PSI_SETUP; wrong < t - 1; wrong++) {
            f->message[t - 1] = f->message[wrong];
            assert_int_equal(step(f, t), PSI_WRONG_PHASE);
        }
        f->message[t - 1] = right;
        assert_int_equal(step(f, t), PSI_FINE);
    }
}

static void a_repeated_message_is_refused(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_COUNT);
    assert_int_equal(step(f, PSI_REPLY), PSI_WRONG_PHASE); /* the request once more */
}

/* The same type, of the same run, but not after the last message. */
static void a_message_that_does_not_follow_is_refused(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_COUNT);
    f->message[PSI_REPLY].p[24] ^= 1;
    assert_int_equal(step(f, PSI_COUNT), PSI_REPLAYED);
    f->message[PSI_REPLY].p[24] ^= 1;
    f->message[PSI_REPLY].p[8] ^= 1;
    assert_int_equal(step(f, PSI_COUNT), PSI_WRONG_RUN);
}

static void a_message_of_another_version_or_length_is_refused(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_REPLY);
    struct buf *m = &f->message[PSI_REQUEST];
    m->p[4] = 2;
    assert_int_equal(step(f, PSI_REPLY), PSI_VERSION);
    m->p[4] = 1;
    m->len--;
    assert_int_equal(step(f, PSI_REPLY), PSI_MALFORMED);
    m->len++;
    m->p[63]++; /* one point more than there are */
    assert_int_equal(step(f, PSI_REPLY), PSI_MALFORMED);
    m->p[63]--;
    m->p[6] = PSI_BY_NAME;
    assert_int_equal(step(f, PSI_REPLY), PSI_WRONG_KEYS);
    m->p[6] = PSI_BYS;
    assert_int_equal(step(f, PSI_REPLY), PSI_MALFORMED);
    m->p[6] = PSI_BY_DOMAIN;
    assert_int_equal(step(f, PSI_REPLY), PSI_FINE);
}

static void a_request_with_no_point_is_refused(void **state)
{
    struct fixture *f = *state;
    unsigned char kept[32], *third;
    run_before(f, PSI_REPLY);
    third = (unsigned char *)f->message[PSI_REQUEST].p + 64 + 3 * 32;
    memcpy(kept, third, 32);
    for (size_t i = 0; i < COUNT(no_points); i++) {
        unhex(third, 32, no_points[i]);
        assert_int_equal(step(f, PSI_REPLY), PSI_BAD_POINT);
    }
    memcpy(third, third - 32, 32);
    assert_int_equal(step(f, PSI_REPLY), PSI_REPEATED);
    memcpy(third, kept, 32);
    assert_int_equal(step(f, PSI_REPLY), PSI_FINE);
}

static void a_reply_with_no_point_is_refused(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_COUNT);
    unhex((unsigned char *)f->message[PSI_REPLY].p + 64, 32, no_points[1]);
    assert_int_equal(step(f, PSI_COUNT), PSI_BAD_POINT);
    memcpy(f->message[PSI_REPLY].p + 64, f->message[PSI_REPLY].p + 96, 32);
    assert_int_equal(step(f, PSI_COUNT), PSI_REPEATED);
}

static void small_and_large_lists_are_refused_by_the_other_side(void **state)
{
    struct fixture *f = *state;
    f->server.limits = (struct psi_limits){CLIENT_KEYS + 1, PSI_MAX_CLIENT};
    run_before(f, PSI_REQUEST);
    assert_int_equal(step(f, PSI_REQUEST), PSI_TOO_FEW); /* as the set-up says */
    f->message[PSI_SETUP].p[67] = 0;                     /* a client that does not mind */
    f->client.limits.least = SERVER_KEYS + 1;
    assert_int_equal(step(f, PSI_REQUEST), PSI_TOO_FEW);
    f->client.limits = (struct psi_limits){1, SERVER_KEYS - 1};
    assert_int_equal(step(f, PSI_REQUEST), PSI_TOO_MANY);
    f->client.limits.most = PSI_MAX_SERVER;
    assert_int_equal(step(f, PSI_REQUEST), PSI_FINE);
    memcpy(f->message[PSI_REQUEST].p + 24, f->server.last, 32); /* the server does not know of the change */
    assert_int_equal(step(f, PSI_REPLY), PSI_TOO_FEW);
    f->server.limits = (struct psi_limits){1, CLIENT_KEYS - 1};
    assert_int_equal(step(f, PSI_REPLY), PSI_TOO_MANY);
}

static void a_set_that_lies_about_its_size_is_refused(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_REQUEST);
    f->message[PSI_SETUP].p[61] = 1; /* 65,536 more */
    assert_int_equal(step(f, PSI_REQUEST), PSI_BAD_SET);
    f->message[PSI_SETUP].p[61] = 0;
    f->message[PSI_SETUP].p[63]--; /* one less: seen when the reply is compared, for the set is kept packed */
    assert_int_equal(step(f, PSI_REQUEST), PSI_FINE);
    memcpy(f->message[PSI_REQUEST].p + 24, f->server.last, 32); /* the server does not know of the change */
    assert_int_equal(step(f, PSI_REPLY), PSI_FINE);
    memcpy(f->message[PSI_REPLY].p + 24, f->client.last, 32);
    assert_int_equal(step(f, PSI_COUNT), PSI_BAD_SET);
}

static void counts_and_rows_must_agree(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_CONSENT);
    f->message[PSI_COUNT].p[62] = 1; /* more than the client has */
    assert_int_equal(step(f, PSI_CONSENT), PSI_BAD_COUNT);
    f->message[PSI_COUNT].p[62] = 0;
    assert_int_equal(step(f, PSI_CONSENT), PSI_FINE);
    assert_int_equal(step(f, PSI_ROWS), PSI_FINE);
    for (size_t i = 60; i < f->message[PSI_ROWS].len; i++) {
        f->message[PSI_ROWS].p[i] ^= 1; /* one more, or one less */
        assert_int_equal(step(f, PSI_ORDER), PSI_BAD_COUNT);
        f->message[PSI_ROWS].p[i] ^= 1;
    }
    assert_int_equal(step(f, PSI_ORDER), PSI_FINE);
}

static void an_order_that_is_no_permutation_is_refused(void **state)
{
    struct fixture *f = *state;
    run_before(f, PSI_OVER);
    char *order = f->message[PSI_ORDER].p + 60;
    uint32_t kept;
    memcpy(&kept, order, 4);
    memcpy(order, order + 4, 4);
    assert_int_equal(step(f, PSI_OVER), PSI_BAD_ORDER);
    order[2] = 1; /* 256 and more */
    assert_int_equal(step(f, PSI_OVER), PSI_BAD_ORDER);
    memcpy(order, &kept, 4);
    assert_int_equal(step(f, PSI_OVER), PSI_FINE);
}

static void a_client_does_not_do_the_servers_steps(void **state)
{
    struct fixture *f = *state;
    struct buf out = buf_in(f->a, PSI_MAX_MESSAGE);
    assert_int_equal(psi_setup(&f->client, &out), PSI_WRONG_PHASE);
    assert_int_equal(psi_consent(&f->server, &out), PSI_WRONG_PHASE);
    run_before(f, PSI_COUNT);
    assert_int_equal(
        psi_reply(&f->client, f->message[PSI_REQUEST].p, f->message[PSI_REQUEST].len, &out), PSI_WRONG_PHASE);
    assert_int_equal(out.len, 0);
}

static void every_refusal_has_a_text(void **state)
{
    (void)state;
    for (int r = 0; r < PSI_REFUSALS; r++)
        assert_non_null(psi_refusal_text((enum psi_refusal)r));
}

#define RUN_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blinding_and_evaluation_are_those_of_rfc_9497),
        cmocka_unit_test(multiples_are_those_of_rfc_9496),
        cmocka_unit_test(what_is_no_point_is_refused),
        cmocka_unit_test(a_shuffle_is_a_permutation_and_follows_from_its_secret),
        cmocka_unit_test(a_packed_set_is_read_as_it_was_written),
        cmocka_unit_test(a_set_of_100000_takes_at_most_450_kilobytes),
        cmocka_unit_test(keys_are_domains_or_names_with_a_country),
        cmocka_unit_test(rows_of_one_key_are_one_key),
        cmocka_unit_test(every_refusal_has_a_text),
        RUN_TEST(both_sides_learn_the_intersection),
        RUN_TEST(messages_of_known_secrets_are_known),
        RUN_TEST(the_reply_does_not_keep_the_order),
        RUN_TEST(secrets_and_ids_are_fresh_for_every_run),
        RUN_TEST(a_run_goes_on_from_what_was_saved),
        RUN_TEST(a_message_of_another_phase_is_refused),
        RUN_TEST(a_repeated_message_is_refused),
        RUN_TEST(a_message_that_does_not_follow_is_refused),
        RUN_TEST(a_message_of_another_version_or_length_is_refused),
        RUN_TEST(a_request_with_no_point_is_refused),
        RUN_TEST(a_reply_with_no_point_is_refused),
        RUN_TEST(small_and_large_lists_are_refused_by_the_other_side),
        RUN_TEST(a_set_that_lies_about_its_size_is_refused),
        RUN_TEST(counts_and_rows_must_agree),
        RUN_TEST(an_order_that_is_no_permutation_is_refused),
        RUN_TEST(a_client_does_not_do_the_servers_steps),
    };
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
