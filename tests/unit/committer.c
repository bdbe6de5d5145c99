/* The committer: groups, refusals, retries, failures, the end; on both databases. */
#include "running.h"

#include "base/log.h"

/* One lane, held by a verb until let_go(), so that what is sent meanwhile becomes one group. */
struct held {
    struct latch open, end, done;
    struct sent holder;
};
#define HELD                                                                                                 \
    {                                                                                                        \
        .open = LATCH, .end = LATCH, .done = LATCH                                                           \
    }

static void hold(struct running *r, struct held *h)
{
    start_lanes(r, 1);
    h->holder.deed = (struct deed){.fn = hold_lane, .open = &h->open, .end = &h->end};
    send_deed(r, &h->holder, &h->done);
    latch_wait(&h->open, 1);
}

/* Waits until N calls besides the holder are answered. */
static void let_go(struct held *h, unsigned n)
{
    latch_up(&h->end);
    latch_wait(&h->done, n + 1);
    arena_free(h->holder.call->arena);
}

static int64_t notes(struct running *r)
{
    return number(r->f, r->f->db, "select count(*) from scrap");
}

static int64_t events(struct running *r)
{
    return number(r->f, r->f->db, "select count(*) from event");
}

/* ---- tests ---- */

static void what_waits_is_one_group(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[100] = {0};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++) {
        s[i].deed = (struct deed){.fn = write_note, .text = arena_printf(r->f->a, "n%03zu", i)};
        send_deed(r, &s[i], &h.done);
    }
    let_go(&h, COUNT(s));
    struct committer_counts n = committer_counts(r->committer);
    assert_int_equal(n.groups, 3); /* the holder, 64, the other 36 */
    assert_int_equal(n.verbs, 101);
    assert_int_equal(n.refused + n.retried + n.broken, 0);
    for (size_t i = 0; i < COUNT(s); i++) {
        ASSERT_OK(s[i].status);
        assert_int_equal(s[i].deed.runs, 1);
        assert_int_equal(s[i].call->events->seq, i + 1); /* in the order in which they came */
        assert_null(s[i].call->db);
    }
    assert_int_equal(notes(r), 100);
    assert_int_equal(number(r->f, r->f->db, "select count(*) from tree_head"), 1);
    sent_free(s, COUNT(s));
}

/* Who came later but waits for the answer goes first; what nobody waits for is done all the same. */
static void the_background_goes_behind_people(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[70] = {0};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++) {
        s[i].deed = (struct deed){.fn = write_note, .text = arena_printf(r->f->a, "n%03zu", i)};
        if (i < 65)
            send_background(r, &s[i], &h.done);
        else
            send_deed(r, &s[i], &h.done);
    }
    let_go(&h, COUNT(s));
    for (size_t i = 65; i < COUNT(s); i++)
        for (size_t k = 0; k < 65; k++)
            /* but for those that the holder's own group still had time for */
            assert_true(s[k].call->events->seq > s[i].call->events->seq || s[k].call->events->seq <= 64);
    for (size_t i = 1; i < 65; i++)
        assert_int_equal(s[i].call->events->seq > s[i - 1].call->events->seq, 1);
    assert_int_equal(notes(r), 70);
    sent_free(s, COUNT(s));
}

static void a_refusal_undoes_only_its_own(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[5] = {0};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++) {
        s[i].deed = (struct deed){
            .fn = write_note, .text = arena_printf(r->f->a, "n%zu", i), .answer = i % 2 ? REFUSED : OK};
        send_deed(r, &s[i], &h.done);
    }
    let_go(&h, COUNT(s));
    for (size_t i = 0; i < COUNT(s); i++) {
        assert_int_equal(s[i].status, i % 2 ? REFUSED : OK);
        /* the first refusal after writing ends the attempt without savepoints */
        assert_int_equal(s[i].deed.runs, i < 2 ? 2 : 1);
        if (i % 2) {
            assert_int_equal(s[i].call->problem->code, PROBLEM_state);
            assert_null(s[i].call->events);
        }
    }
    assert_int_equal(notes(r), 3);
    assert_int_equal(
        number(r->f, r->f->db, "select count(*) from scrap where text in ('n0', 'n2', 'n4')"), 3);
    assert_int_equal(events(r), 3);
    assert_int_equal(committer_counts(r->committer).refused, 2);
    assert_int_equal(committer_counts(r->committer).groups, 2);
    sent_free(s, COUNT(s));
}

static enum status refuse(struct call *c, struct deed *d)
{
    (void)d;
    return call_refuse(c, PROBLEM_state, NULL);
}

static void a_refusal_that_wrote_nothing_runs_nobody_again(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[4] = {0};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++) {
        s[i].deed =
            (struct deed){.fn = i % 2 ? refuse : write_note, .text = arena_printf(r->f->a, "n%zu", i)};
        send_deed(r, &s[i], &h.done);
    }
    let_go(&h, COUNT(s));
    for (size_t i = 0; i < COUNT(s); i++) {
        assert_int_equal(s[i].status, i % 2 ? REFUSED : OK);
        assert_int_equal(s[i].deed.runs, 1);
    }
    assert_int_equal(notes(r), 2);
    assert_int_equal(events(r), 2);
    sent_free(s, COUNT(s));
}

static void a_soft_failure_runs_again(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[3] = {{.deed = {.fn = write_note, .text = "before"}},
        {.deed = {.fn = write_note, .text = "soft", .retries = 3}},
        {.deed = {.fn = write_note, .text = "after", .answer = REFUSED}}};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++)
        send_deed(r, &s[i], &h.done);
    let_go(&h, COUNT(s));
    ASSERT_OK(s[0].status);
    ASSERT_OK(s[1].status);
    assert_int_equal(s[2].status, REFUSED);
    assert_int_equal(s[0].deed.runs, 2); /* with the group, and by itself */
    assert_int_equal(s[1].deed.runs, 4);
    assert_int_equal(s[2].deed.runs, 2); /* the group ended before it; without a savepoint, and with one */
    assert_int_equal(notes(r), 2);
    assert_int_equal(events(r), 2);
    assert_int_equal(number(r->f, r->f->db, "select max(seq) from event"), 2);
    assert_int_equal(s[1].call->events->seq, 2);
    assert_null(s[1].call->events->next); /* those of the runs before are forgotten */
    assert_int_equal(committer_counts(r->committer).retried, 3);
    sent_free(s, COUNT(s));
}

static void a_unique_violation_runs_again(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[2] = {
        {.deed = {.fn = write_note, .text = "one"}}, {.deed = {.fn = write_note, .text = "one"}}};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++)
        send_deed(r, &s[i], &h.done);
    let_go(&h, COUNT(s));
    ASSERT_OK(s[0].status);
    assert_int_equal(s[1].status, BROKEN); /* a verb that never looks violates it each time */
    assert_int_equal(s[1].deed.runs, 9);   /* once with the group, eight tries */
    assert_int_equal(notes(r), 1);
    assert_int_equal(events(r), 1);
    sent_free(s, COUNT(s));
}

static void a_hard_failure_is_its_own(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[3] = {{.deed = {.fn = write_note, .text = "before"}},
        {.deed = {.fn = write_note, .text = "hard", .answer = BROKEN}},
        {.deed = {.fn = write_note, .text = "after"}}};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++)
        send_deed(r, &s[i], &h.done);
    let_go(&h, COUNT(s));
    ASSERT_OK(s[0].status);
    assert_int_equal(s[1].status, BROKEN);
    ASSERT_OK(s[2].status);
    assert_int_equal(s[1].deed.runs, 2);
    assert_int_equal(notes(r), 2);
    assert_int_equal(committer_counts(r->committer).broken, 1);

    struct sent alone = {.deed = {.fn = write_note, .text = "alone", .answer = BROKEN}};
    struct latch done = LATCH;
    send_deed(r, &alone, &done);
    latch_wait(&done, 1);
    assert_int_equal(alone.status, BROKEN);
    assert_int_equal(alone.deed.runs, 1);
    assert_int_equal(notes(r), 2);
    sent_free(&alone, 1);
    sent_free(s, COUNT(s));
}

static enum status spoil(struct call *c, struct deed *d)
{
    (void)d;
    return db_exec(c->db, "insert into no_such_table values (1)", NULL, 0);
}

/* PostgreSQL hears of it later than the verb, which has ended well. */
static void a_failing_statement_is_its_own(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[3] = {{.deed = {.fn = write_note, .text = "before"}}, {.deed = {.fn = spoil}},
        {.deed = {.fn = write_note, .text = "after"}}};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++)
        send_deed(r, &s[i], &h.done);
    let_go(&h, COUNT(s));
    ASSERT_OK(s[0].status);
    assert_int_equal(s[1].status, BROKEN);
    ASSERT_OK(s[2].status);
    assert_int_equal(notes(r), 2);
    assert_int_equal(events(r), 2);
    sent_free(s, COUNT(s));
}

static void stopping_ends_what_waits(void **state)
{
    struct running *r = *state;
    struct held h = HELD;
    struct sent s[150] = {0};
    hold(r, &h);
    for (size_t i = 0; i < COUNT(s); i++) {
        s[i].deed = (struct deed){.fn = write_note, .text = arena_printf(r->f->a, "n%zu", i)};
        send_deed(r, &s[i], &h.done);
    }
    latch_up(&h.end);
    stop_lanes(r);
    for (size_t i = 0; i < COUNT(s); i++) {
        assert_true(s[i].answered);
        ASSERT_OK(s[i].status);
    }
    assert_int_equal(notes(r), 150);
    arena_free(h.holder.call->arena);
    sent_free(s, COUNT(s));
}

static void a_waiting_caller_gets_the_answer(void **state)
{
    struct running *r = *state;
    start_lanes(r, 3);
    struct deed good = {.fn = write_note, .text = "good"};
    struct deed bad = {.fn = write_note, .text = "bad", .answer = REFUSED};
    struct call *c[2] = {deed_call(&good), deed_call(&bad)};
    ASSERT_OK(committer_run(r->committer, c[0]));
    assert_int_equal(committer_run(r->committer, c[1]), REFUSED);
    assert_int_equal(c[1]->problem->code, PROBLEM_state);
    assert_int_equal(notes(r), 1);
    arena_free(c[0]->arena);
    arena_free(c[1]->arena);
}

/* Who may not, does not: the role is asked again in the transaction. */
static void a_forbidden_verb_does_not_run(void **state)
{
    struct running *r = *state;
    struct deed d = {.fn = write_note, .text = "never"};
    start_lanes(r, 1);
    struct call *c = deed_call(&d);
    c->viewer = &seller;
    assert_int_equal(committer_run(r->committer, c), REFUSED);
    assert_int_equal(c->problem->code, PROBLEM_forbidden);
    assert_int_equal(d.runs, 0);
    arena_free(c->arena);
}

static void no_database_is_told(void **state)
{
    struct running *r = *state;
    const char *error = NULL;
    assert_int_equal(
        committer_start(&r->committer, r->f->a, "sqlite:/nowhere/at/all.db", 2, r->sequencer, &error),
        BROKEN);
    assert_non_null(error);
    assert_null(r->committer);
}

/* ---- PostgreSQL: several lanes ---- */

/* Its row stands unseen and uncommitted while another lane's insert of the same waits for it. */
static enum status insert_first(struct call *c, struct deed *d)
{
    TRY(write_note(c, d));
    TRY(db_flush(c->db));
    latch_up(d->open);
    latch_wait(d->end, 1);
    return OK;
}

static enum status insert_second(struct call *c, struct deed *d)
{
    struct value args[1] = {v_text(d->text)};
    latch_wait(d->end, 1);
    call_event(c, &partner_noun, BRIGHTWATER, "deed", "{}");
    enum status s = db_exec(c->db, "insert into scrap (text) values ($1) on conflict do nothing", args, 1);
    latch_up(d->open); /* queued, not sent: it blocks where the events get their place */
    return s;
}

static void lanes_do_not_block_each_other(void **state)
{
    struct running *r = *state;
    struct latch first = LATCH, second = LATCH, done = LATCH;
    struct sent s[2] = {{.deed = {.fn = insert_first, .text = "same", .open = &first, .end = &second}},
        {.deed = {.fn = insert_second, .text = "same", .open = &second, .end = &first}}};
    start_lanes(r, 2);
    send_deed(r, &s[0], &done);
    latch_wait(&first, 1);
    send_deed(r, &s[1], &done);
    latch_wait(&done, 2);
    ASSERT_OK(s[0].status);
    ASSERT_OK(s[1].status);
    assert_int_equal(s[1].deed.runs, 1); /* the database's lock timeout would have run it again */
    assert_int_equal(notes(r), 1);
    sent_free(s, 2);
}

static void many_lanes_lose_nothing(void **state)
{
    struct running *r = *state;
    struct latch done = LATCH;
    struct sent *s = xcalloc(300, sizeof *s);
    start_lanes(r, 4);
    for (size_t i = 0; i < 300; i++) {
        s[i].deed = (struct deed){
            .fn = write_note, .text = arena_printf(r->f->a, "n%zu", i), .answer = i % 7 ? OK : REFUSED};
        send_deed(r, &s[i], &done);
    }
    latch_wait(&done, 300);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(s[i].status, i % 7 ? OK : REFUSED);
    assert_int_equal(notes(r), 257);
    assert_int_equal(events(r), 257);
    assert_int_equal(number(r->f, r->f->db, "select max(seq) from event"), 257);
    sent_free(s, 300);
    free(s);
}

#define ALL(ON)                                                                                              \
    ON(what_waits_is_one_group), ON(the_background_goes_behind_people), ON(a_refusal_undoes_only_its_own),   \
        ON(a_refusal_that_wrote_nothing_runs_nobody_again), ON(a_soft_failure_runs_again),                   \
        ON(a_unique_violation_runs_again), ON(a_hard_failure_is_its_own),                                    \
        ON(a_failing_statement_is_its_own), ON(stopping_ends_what_waits),                                    \
        ON(a_waiting_caller_gets_the_answer), ON(a_forbidden_verb_does_not_run), ON(no_database_is_told),    \
        ON(many_lanes_lose_nothing)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(RUNNING_ON_SQLITE)};
    const struct CMUnitTest postgres[] = {
        ALL(RUNNING_ON_POSTGRES), RUNNING_ON_POSTGRES(lanes_do_not_block_each_other)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
