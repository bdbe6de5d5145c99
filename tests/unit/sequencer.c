/*
 * The sequencer: one gap-free order over lanes, sequencers and processes, and two trees whose every hash is
 * what a naive reader of the rows computes. Called as "worker" it is the second process.
 */
#include "running.h"

#include "base/log.h"
#include "engine/merkle/receipt.h"

#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

extern char **environ;

/* ---- a naive reader ---- */

/* RFC 6962, 2.1: the hash of the leaves [0, N) of D. */
static struct hash naive_root(const struct hash *d, uint64_t n)
{
    if (n == 0)
        return sha256("", 0);
    if (n == 1)
        return d[0];
    uint64_t k = 1;
    while (k * 2 < n)
        k *= 2;
    struct hash left = naive_root(d, k), right = naive_root(d + k, n - k);
    unsigned char both[1 + 2 * HASH_SIZE] = {1};
    memcpy(both + 1, left.b, HASH_SIZE);
    memcpy(both + 1 + HASH_SIZE, right.b, HASH_SIZE);
    return sha256(both, sizeof both);
}

static struct hash naive_leaf(struct arena *a, const struct value *salt, const char *text)
{
    size_t n = strlen(text);
    unsigned char *data = arena_alloc(a, 1 + 32 + n);
    assert_int_equal(salt->len, 32);
    data[0] = 0;
    memcpy(data + 1, salt->b, 32);
    memcpy(data + 33, text, n);
    return sha256(data, 33 + n);
}

static size_t audit_leaves(struct fixture *f, struct hash **out)
{
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows,
        "select seq, at, noun, row_id, verb, actor_id, coalesce(partner_id, 0), partner_sees, payload, salt "
        "from event order by seq",
        NULL, 0));
    *out = ARENA_ARRAY(f->a, rows.n + 1, struct hash);
    for (size_t r = 0; r < rows.n; r++) {
        assert_int_equal(cell_int(&rows, r, 0), r + 1);
        (*out)[r] = naive_leaf(f->a, cell(&rows, r, 9),
            arena_printf(f->a, "%lld\n%lld\n%s\n%lld\n%s\n%lld\n%lld\n%lld\n%s",
                (long long)cell_int(&rows, r, 0), (long long)cell_int(&rows, r, 1), cell_text(&rows, r, 2),
                (long long)cell_int(&rows, r, 3), cell_text(&rows, r, 4), (long long)cell_int(&rows, r, 5),
                (long long)cell_int(&rows, r, 6), (long long)cell_int(&rows, r, 7), cell_text(&rows, r, 8)));
    }
    return rows.n;
}

static size_t log_leaves(struct fixture *f, struct hash **out)
{
    struct rows rows;
    int64_t last = 0;
    ASSERT_OK(db_query(f->db, f->a, &rows,
        "select leaf_index, statement, salt, event_seq from log_leaf order by leaf_index", NULL, 0));
    *out = ARENA_ARRAY(f->a, rows.n + 1, struct hash);
    for (size_t r = 0; r < rows.n; r++) {
        assert_int_equal(cell_int(&rows, r, 0), r);
        assert_true(cell_int(&rows, r, 3) > last); /* in the feed's order */
        last = cell_int(&rows, r, 3);
        (*out)[r] = naive_leaf(f->a, cell(&rows, r, 2), cell_text(&rows, r, 1));
    }
    return rows.n;
}

static const struct value *tile(struct fixture *f, const char *tree, unsigned level, uint64_t index)
{
    struct value args[3] = {v_text(tree), v_int(level), v_int((int64_t)index)};
    struct rows rows;
    ASSERT_OK(db_query(f->db, f->a, &rows,
        "select hashes from tile where tree = $1 and level = $2 and tile_index = $3", args, 3));
    assert_int_equal(rows.n, 1);
    return cell(&rows, 0, 0);
}

/* Level L holds the roots of the complete subtrees of 256^L leaves; nothing else is stored. */
static void check_tiles(struct fixture *f, const char *tree, const struct hash *leaves, uint64_t n)
{
    struct value args[1] = {v_text(tree)};
    struct rows rows;
    int64_t tiles = 0;
    uint64_t width = 1;
    for (unsigned level = 0; n / width; level++, width *= TILE_WIDTH) {
        uint64_t hashes = n / width;
        for (uint64_t i = 0; i < hashes; i++) {
            struct hash h = naive_root(leaves + i * width, width);
            const struct value *v = tile(f, tree, level, i / TILE_WIDTH);
            assert_true(v->len >= (i % TILE_WIDTH + 1) * HASH_SIZE);
            assert_memory_equal((const char *)v->b + i % TILE_WIDTH * HASH_SIZE, h.b, HASH_SIZE);
            if (i + 1 == hashes)
                assert_int_equal(v->len, (i % TILE_WIDTH + 1) * HASH_SIZE);
        }
        tiles += (int64_t)((hashes + TILE_WIDTH - 1) / TILE_WIDTH);
    }
    ASSERT_OK(db_query(f->db, f->a, &rows, "select count(*) from tile where tree = $1", args, 1));
    assert_int_equal(cell_int(&rows, 0, 0), tiles);
}

static void check_tree(
    struct running *r, const char *tree, const char *origin, const struct hash *leaves, uint64_t n)
{
    struct fixture *f = r->f;
    struct tree_head head;
    struct checkpoint signed_head;
    ASSERT_OK(tree_head_read(f->db, f->a, tree, &head));
    struct hash root = naive_root(leaves, n);
    assert_int_equal(head.size, n);
    assert_memory_equal(head.root.b, root.b, HASH_SIZE);
    assert_int_equal(head.checkpoint != NULL, n > 0);
    if (!n)
        return;
    size_t text_len;
    assert_true(note_verify(head.checkpoint, strlen(head.checkpoint), &r->key, &text_len));
    assert_true(checkpoint_parse(&signed_head, head.checkpoint, text_len));
    assert_string_equal(signed_head.origin, origin);
    assert_int_equal(signed_head.size, n);
    assert_memory_equal(signed_head.root.b, root.b, HASH_SIZE);
    check_tiles(f, tree, leaves, n);
}

/* Everything against the rows; the numbers of events and leaves are as said. */
static void check_all(struct running *r, uint64_t events, uint64_t statements)
{
    struct hash *leaves;
    assert_int_equal(audit_leaves(r->f, &leaves), events);
    check_tree(r, "audit", "tandem.example/log/audit", leaves, events);
    assert_int_equal(log_leaves(r->f, &leaves), statements);
    check_tree(r, "log", "tandem.example/log", leaves, statements);
}

/* ---- events ---- */

/* A call that has left N events; every third carries a statement. */
static struct call *call_with(struct running *r, size_t n)
{
    static unsigned made;
    struct call *c = call_new(r->f->a, &small_model, made % 2 ? &vendor : &seller, instant_now());
    for (size_t i = 0; i < n; i++, made++) {
        struct event *e = call_event(c, &deal_noun, 500 + made, "register",
            made % 5 ? arena_printf(r->f->a, "{\"after\":{\"title\":\"Größe %u\"}}", made) : NULL);
        e->partner_id = made % 4 ? BRIGHTWATER : 0;
        e->partner_sees = made % 2;
        if (made % 3 == 0) {
            e->statement = arena_printf(r->f->a, "{\"n\":%u}", made);
            random_bytes(e->salt, sizeof e->salt);
        }
    }
    return c;
}

static size_t statements_of(struct call *const *calls, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        for (struct event *e = calls[i]->events; e; e = e->next)
            found += e->statement != NULL;
    return found;
}

static void append(
    struct running *r, struct sequencer *s, struct db *db, struct call *const *calls, size_t n, bool commit)
{
    ASSERT_OK(db_begin_write(db));
    ASSERT_OK(sequencer_append(s, db, r->f->a, calls, n, instant_now()));
    if (commit) {
        ASSERT_OK(db_commit(db));
        sequencer_committed(s, db);
    } else {
        db_rollback(db);
        sequencer_rolled_back(s, db);
    }
}

/* ---- tests ---- */

static void no_events_leave_nothing(void **state)
{
    struct running *r = *state;
    struct call *c = call_with(r, 0);
    append(r, r->sequencer, r->f->db, &c, 1, true);
    check_all(r, 0, 0);
}

static void trees_are_as_a_naive_reader_makes_them(void **state)
{
    struct running *r = *state;
    static const size_t groups[] = {1, 2, 0, 3, 250, 1, 255, 256, 30};
    size_t events = 0, statements = 0;
    for (size_t g = 0; g < COUNT(groups); g++) {
        struct call *calls[3] = {
            call_with(r, groups[g] / 2), call_with(r, 0), call_with(r, groups[g] - groups[g] / 2)};
        append(r, r->sequencer, r->f->db, calls, 3, true);
        size_t before = events;
        events += groups[g];
        statements += statements_of(calls, 3);
        for (size_t i = 0; i < 3; i++) {
            for (struct event *e = calls[i]->events; e; e = e->next) {
                assert_int_equal(e->seq, ++before);
                assert_int_equal(e->tree_size, statements);
                if (e->statement)
                    assert_true(e->leaf_index < statements);
            }
        }
        if (g < 6)
            check_all(r, events, statements);
    }
    assert_int_equal(events, 798);
    check_all(r, events, statements);
}

static void the_written_form_of_a_leaf(void **state)
{
    (void)state;
    unsigned char data[200], salt[32];
    static const char text[] = "7\n1700000000000001\ndeal\n12\nwin\n11\n0\n1\n{\"a\":1}";
    memset(salt, 0xA5, sizeof salt);
    data[0] = 0;
    memcpy(data + 1, salt, 32);
    memcpy(data + 33, text, strlen(text));
    struct hash want = sha256(data, 33 + strlen(text));
    struct hash got =
        audit_leaf(salt, 7, (struct instant){1700000000000001}, "deal", 12, "win", 11, 0, true, "{\"a\":1}");
    assert_memory_equal(got.b, want.b, HASH_SIZE);
}

static void a_rollback_is_forgotten(void **state)
{
    struct running *r = *state;
    struct call *first = call_with(r, 200), *lost = call_with(r, 100), *next = call_with(r, 90);
    append(r, r->sequencer, r->f->db, &first, 1, true);
    append(r, r->sequencer, r->f->db, &lost, 1, false);
    check_all(r, 200, statements_of(&first, 1));
    append(r, r->sequencer, r->f->db, &next, 1, true);
    assert_int_equal(next->events->seq, 201);
    check_all(r, 290, statements_of(&first, 1) + statements_of(&next, 1));
    append(r, r->sequencer, r->f->db, &lost, 1, true); /* what was undone may come again */
    assert_int_equal(lost->events->seq, 291);
    check_all(r, 390, statements_of(&first, 1) + statements_of(&next, 1) + statements_of(&lost, 1));
}

/* What another process appended is found, whatever this one remembers. */
static void edges_are_read_anew_after_another_appended(void **state)
{
    struct running *r = *state;
    struct sequencer *other = sequencer_new(&r->key);
    struct db *db = open_db(r->f, DB_WRITE);
    size_t events = 0, statements = 0;
    for (size_t i = 0; i < 12; i++) {
        size_t n = i % 3 ? 61 : 7;
        struct call *c = call_with(r, n);
        bool ours = i % 4 < 2;
        append(r, ours ? r->sequencer : other, ours ? r->f->db : db, &c, 1, true);
        assert_int_equal(c->events->seq, events + 1);
        events += n;
        statements += statements_of(&c, 1);
    }
    check_all(r, events, statements);
    db_close(db);
    sequencer_free(other);
}

static void many_lanes_give_one_order(void **state)
{
    struct running *r = *state;
    struct latch done = LATCH;
    enum { N = 400 };
    struct sent *s = xcalloc(N, sizeof *s);
    start_lanes(r, 4);
    for (size_t i = 0; i < N; i++) {
        s[i].deed = (struct deed){.fn = write_note,
            .text = arena_printf(r->f->a, "n%zu", i),
            .statement = i % 3 ? NULL : arena_printf(r->f->a, "{\"n\":%zu}", i),
            .retries = i % 50 == 49,
            .answer = i % 10 == 9 ? REFUSED : OK};
        send_deed(r, &s[i], &done);
    }
    latch_wait(&done, N);
    stop_lanes(r);
    size_t events = 0, statements = 0;
    for (size_t i = 0; i < N; i++) {
        events += s[i].status == OK;
        statements += s[i].status == OK && s[i].deed.statement;
    }
    assert_int_equal(events, N - N / 10);
    check_all(r, events, statements);
    sent_free(s, N);
    free(s);
}

/* ---- two processes ---- */

#define EACH 150

/* Writes EACH notes with PREFIX through a committer of its own. */
static int work(struct running *r, const char *prefix)
{
    struct latch done = LATCH;
    struct sent *s = xcalloc(EACH, sizeof *s);
    int bad = 0;
    start_lanes(r, 2);
    for (size_t i = 0; i < EACH; i++) {
        s[i].deed = (struct deed){.fn = write_note,
            .text = arena_printf(r->f->a, "%s%zu", prefix, i),
            .statement = i % 2 ? NULL : "{}"};
        send_deed(r, &s[i], &done);
        if (i % 10 == 9) /* in several groups, so that both come to their turn */
            latch_wait(&done, (unsigned)i + 1);
    }
    latch_wait(&done, EACH);
    for (size_t i = 0; i < EACH; i++)
        bad += s[i].status != OK;
    stop_lanes(r);
    sent_free(s, EACH);
    free(s);
    return bad;
}

static int worker(const char *url, const char *key_path, const char *prefix)
{
    const char *error;
    struct running r = {.f = fixture_new()};
    r.f->url = url;
    if (note_key_load(&r.key, key_path, &error) != OK)
        return 99;
    r.sequencer = sequencer_new(&r.key);
    int bad = work(&r, prefix);
    sequencer_free(r.sequencer);
    arena_free(r.f->a);
    free(r.f);
    return bad ? 1 : 0;
}

static void two_processes_give_one_order(void **state)
{
    struct running *r = *state;
    const char *error;
    char *dir = arena_strdup(r->f->a, "/tmp/tandem-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
    char *key_path = arena_printf(r->f->a, "%s/key", dir);
    ASSERT_OK(note_key_save(&r->key, key_path, &error));
    pid_t pid;
    int status;
    char *argv[] = {(char[]){"sequencer"}, (char[]){"worker"}, arena_strdup(r->f->a, r->f->url), key_path,
        (char[]){"theirs"}, NULL};
    assert_int_equal(posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ), 0);
    assert_int_equal(work(r, "ours"), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    check_all(r, 2 * EACH, EACH);
    unlink(key_path);
    rmdir(dir);
}

/* ---- another key takes over ---- */

static bool signed_by(struct running *r, const char *tree, const struct note_key *key)
{
    struct tree_head head;
    size_t len;
    ASSERT_OK(tree_head_read(r->f->db, r->f->a, tree, &head));
    return note_verify(head.checkpoint, strlen(head.checkpoint), key, &len);
}

static enum status do_deed(struct running *r, const char *text)
{
    struct sent s = {.deed = {.fn = write_note, .text = text, .statement = "{\"a\":1}"}};
    struct latch done = LATCH;
    send_deed(r, &s, &done);
    latch_wait(&done, 1);
    arena_free(s.call->arena);
    return s.status;
}

static void both_keys_sign_the_handover(void **state)
{
    struct running *r = *state;
    struct note_key next;
    struct buf vkey = buf_in(r->f->a, 1024);
    ASSERT_OK(note_key_new(&next, r->key.name));
    note_vkey(&vkey, &next);
    run(r->f->db, arena_printf(r->f->a,
                      "insert into log_key (id, version, created, updated, vkey, since_size) values (1, 1, "
                      "1, 1, '%s', 2)",
                      buf_str(&vkey)));
    start_lanes(r, 1);
    ASSERT_OK(do_deed(r, "before"));
    assert_true(signed_by(r, "log", &r->key) && !signed_by(r, "log", &next));
    sequencer_hand_over(r->sequencer, &next);
    ASSERT_OK(do_deed(r, "handover"));
    for (int t = 0; t < 2; t++)
        assert_true(signed_by(r, t ? "audit" : "log", &r->key) && signed_by(r, t ? "audit" : "log", &next));
    struct tree_head head;
    struct rows rows;
    ASSERT_OK(tree_head_read(r->f->db, r->f->a, "log", &head));
    ASSERT_OK(db_query(r->f->db, r->f->a, &rows, "select handover from log_key", NULL, 0));
    assert_string_equal(cell_text(&rows, 0, 0), head.checkpoint);
    ASSERT_OK(do_deed(r, "after"));
    for (int t = 0; t < 2; t++)
        assert_true(!signed_by(r, t ? "audit" : "log", &r->key) && signed_by(r, t ? "audit" : "log", &next));
}

static void a_replaced_key_signs_nothing_until_its_file_is_new(void **state)
{
    struct running *r = *state;
    struct note_key next;
    const char *error;
    char *dir = arena_strdup(r->f->a, "/tmp/tandem-test-XXXXXX");
    assert_non_null(mkdtemp(dir));
    char *path = arena_printf(r->f->a, "%s/key", dir), *fresh = arena_printf(r->f->a, "%s.new", path);
    ASSERT_OK(note_key_new(&next, r->key.name));
    ASSERT_OK(note_key_save(&r->key, path, &error));
    /* the other process */
    struct running other = {.f = r->f, .key = r->key, .sequencer = sequencer_new(&r->key)};
    start_lanes(&other, 1);
    sequencer_key_file(r->sequencer, path);
    start_lanes(r, 1);
    ASSERT_OK(do_deed(r, "one"));
    sequencer_hand_over(other.sequencer, &next);
    ASSERT_OK(do_deed(&other, "two"));
    struct tree_head before, after;
    ASSERT_OK(tree_head_read(r->f->db, r->f->a, "audit", &before));
    assert_int_equal(do_deed(r, "three"), BROKEN);
    ASSERT_OK(tree_head_read(r->f->db, r->f->a, "audit", &after));
    assert_string_equal(before.checkpoint, after.checkpoint);
    ASSERT_OK(note_key_save(&next, fresh, &error));
    ASSERT_OK(do_deed(r, "four"));
    assert_true(signed_by(r, "log", &next) && !signed_by(r, "log", &r->key));
    ASSERT_OK(do_deed(&other, "five"));
    stop_lanes(&other);
    sequencer_free(other.sequencer);
    r->key = next;
    check_all(r, 4, 4);
    unlink(path);
    unlink(fresh);
    rmdir(dir);
}

#define ALL(ON)                                                                                              \
    ON(no_events_leave_nothing), ON(trees_are_as_a_naive_reader_makes_them), ON(a_rollback_is_forgotten),    \
        ON(edges_are_read_anew_after_another_appended), ON(many_lanes_give_one_order),                       \
        ON(two_processes_give_one_order), ON(both_keys_sign_the_handover),                                   \
        ON(a_replaced_key_signs_nothing_until_its_file_is_new)

int main(int argc, char **argv)
{
    const struct CMUnitTest sqlite[] = {cmocka_unit_test(the_written_form_of_a_leaf), ALL(RUNNING_ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(RUNNING_ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    if (argc == 5 && streq(argv[1], "worker"))
        return worker(argv[2], argv[3], argv[4]);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
