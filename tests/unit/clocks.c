/* Clocks: what is due fires once, whoever looks, late after a downtime, and quietly; on both databases. */
#include "running.h"

#include "base/log.h"
#include "runtime/clocks.h"

#include <stdio.h>

/* ---- a deal that is lost when its day has come ---- */

static _Atomic int64_t poisoned; /* the deal whose verb breaks; 0: none */

static enum status lapse_run(struct call *c)
{
    struct deal d;
    TRY(noun_load(c, &deal_noun, c->row_id, &d));
    if (d.due.us > c->now.us)
        return call_refuse(c, PROBLEM_state, NULL);
    if (c->row_id == poisoned)
        return BROKEN;
    d.state = "lost";
    return noun_update(c, &deal_noun, c->row_id, &d, FIELD_BIT(&deal_noun, state), NULL);
}

static const struct verb deal_lapse = {.noun = &deal_noun,
    .name = "lapse",
    .label = "Lapse",
    .summary = "Its day has come.",
    .on = ON_ROW,
    .roles = SYSTEM,
    .from = when_open,
    .run = lapse_run};
static const struct clock lapse_clock = {
    .name = "deal ends", .verb = &deal_lapse, .due = "due", .state = "open"};
static const struct clock *const table[] = {&lapse_clock, NULL};

static const struct instant noon = {1780000000000000};

/* N deals that are due at DUE, with ids from FIRST on. */
static void make_due(struct running *r, int64_t first, size_t n, int64_t due, const char *state)
{
    for (size_t i = 0; i < n; i++)
        run(r->f->db,
            arena_printf(r->f->a,
                "insert into deal (id, version, created, updated, partner_id, title, state, due, urgent) "
                "values (%lld, 1, 1, 1, 1001, 'd', '%s', %lld, 0)",
                (long long)first + (long long)i, state, (long long)due));
}

static int64_t lost(struct running *r)
{
    return number(r->f, r->f->db, "select count(*) from deal where state = 'lost'");
}

static size_t fire(struct running *r, struct instant now)
{
    size_t fired;
    ASSERT_OK(clocks_run(r->f->db, &small_model, table, r->committer, NULL, NULL, now, &fired));
    return fired;
}

/* ---- tests ---- */

static void what_is_due_fires_once(void **state)
{
    struct running *r = *state;
    start_lanes(r, 1);
    make_due(r, 1, 3, noon.us - 1, "open");
    make_due(r, 11, 1, noon.us, "open");
    make_due(r, 21, 1, noon.us - 1, "won");
    run(r->f->db, "update deal set due = null where id = 3");
    assert_int_equal(fire(r, noon), 2);
    assert_int_equal(lost(r), 2);
    assert_int_equal(fire(r, noon), 0);
    assert_int_equal(number(r->f, r->f->db, "select count(*) from event where verb = 'lapse'"), 2);
    assert_int_equal(number(r->f, r->f->db, "select count(*) from event where actor_id = 0"), 2);
    assert_int_equal(fire(r, (struct instant){noon.us + 1}), 1); /* and what came due since */
    assert_int_equal(lost(r), 3);
}

/* Days of standing still are made up for, a batch after the other. */
static void a_downtime_is_made_up_for(void **state)
{
    struct running *r = *state;
    start_lanes(r, 1);
    run(r->f->db, "begin");
    make_due(r, 1, 450, noon.us - 30 * US_PER_DAY, "open");
    run(r->f->db, "commit");
    assert_int_equal(fire(r, noon), 450);
    assert_int_equal(lost(r), 450);
    struct rows rows;
    ASSERT_OK(db_query(r->f->db, r->f->a, &rows, "select min(at), max(at) from event", NULL, 0));
    assert_int_equal(cell_int(&rows, 0, 0), noon.us); /* it happened when it happened, not when it was due */
    assert_int_equal(cell_int(&rows, 0, 1), noon.us);
}

struct looker {
    struct running *r;
    size_t fired;
    enum status status;
};

static void *look(void *arg)
{
    struct looker *l = arg;
    struct arena *a = arena_new();
    struct db *db = NULL;
    const char *error;
    l->status = db_open(&db, a, l->r->f->url, DB_READ, &error);
    if (l->status == OK)
        l->status = clocks_run(db, &small_model, table, l->r->committer, NULL, NULL, noon, &l->fired);
    db_close(db);
    arena_free(a);
    return NULL;
}

static void two_that_look_at_once_fire_once(void **state)
{
    struct running *r = *state;
    struct looker l[3] = {{.r = r}, {.r = r}, {.r = r}};
    pthread_t thread[COUNT(l)];
    start_lanes(r, 3);
    run(r->f->db, "begin");
    make_due(r, 1, 60, noon.us - 1, "open");
    run(r->f->db, "commit");
    for (size_t i = 0; i < COUNT(l); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, look, &l[i]), 0);
    size_t fired = 0;
    for (size_t i = 0; i < COUNT(l); i++) {
        pthread_join(thread[i], NULL);
        ASSERT_OK(l[i].status);
        fired += l[i].fired;
    }
    assert_int_equal(fired, 60);
    assert_int_equal(lost(r), 60);
    assert_int_equal(number(r->f, r->f->db, "select count(*) from event"), 60);
    assert_int_equal(number(r->f, r->f->db, "select max(version) from deal"), 2);
}

/* What FN writes to the log; the test's own standard error is put back. */
static const char *logged(struct running *r, void (*fn)(struct running *r))
{
    FILE *kept = tmpfile();
    int copy = dup(STDERR_FILENO);
    char *text = arena_calloc(r->f->a, 1, 65536);
    fflush(stderr);
    dup2(fileno(kept), STDERR_FILENO);
    log_setup(LOG_INFO, false);
    fn(r);
    log_setup(LOG_ERROR + 1, false);
    dup2(copy, STDERR_FILENO);
    close(copy);
    rewind(kept);
    (void)!fread(text, 1, 65535, kept);
    fclose(kept);
    return text;
}

static void find_it_too_early(struct running *r)
{
    /* the looker's clock is ahead of the verb's rule: it is due by the row, not by the verb */
    static const struct clock early = {
        .name = "early", .verb = &deal_lapse, .due = "created", .state = "open"};
    static const struct clock *const early_table[] = {&early, NULL};
    size_t fired;
    ASSERT_OK(clocks_run(r->f->db, &small_model, early_table, r->committer, NULL, NULL, noon, &fired));
    assert_int_equal(fired, 0);
}

static void a_refusal_is_no_news(void **state)
{
    struct running *r = *state;
    start_lanes(r, 1);
    make_due(r, 1, 5, noon.us + US_PER_DAY, "open");
    assert_string_equal(logged(r, find_it_too_early), "");
    assert_int_equal(lost(r), 0);
    assert_int_equal(committer_counts(r->committer).refused, 5);
    assert_int_equal(number(r->f, r->f->db, "select count(*) from event"), 0);
}

/* A row whose verb cannot be run stays due; those behind it do not wait for it. */
static void one_that_breaks_holds_up_no_other(void **state)
{
    struct running *r = *state;
    size_t fired = 0;
    start_lanes(r, 1);
    make_due(r, 1, 5, noon.us - 1, "open");
    poisoned = 2;
    assert_int_equal(
        clocks_run(r->f->db, &small_model, table, r->committer, NULL, NULL, noon, &fired), BROKEN);
    assert_int_equal(fired, 4);
    assert_int_equal(lost(r), 4);
    poisoned = 0;
    assert_int_equal(fire(r, noon), 1);
}

/* The thread looks at once, opens each call, and stops when told. */
static enum status count_opened(void *ctx, struct call *c)
{
    (void)c;
    latch_up(ctx);
    return OK;
}

static void the_thread_looks_by_itself(void **state)
{
    struct running *r = *state;
    struct latch opened = LATCH;
    start_lanes(r, 1);
    make_due(r, 1, 3, noon.us - 1, "open");
    struct clocks *k = clocks_start(r->f->url, &small_model, table, r->committer, count_opened, &opened);
    latch_wait(&opened, 3);
    while (lost(r) < 3)
        usleep(2000);
    clocks_stop(k);
    assert_int_equal(opened.n, 3);
}

#define ALL(ON)                                                                                              \
    ON(what_is_due_fires_once), ON(a_downtime_is_made_up_for), ON(two_that_look_at_once_fire_once),          \
        ON(a_refusal_is_no_news), ON(one_that_breaks_holds_up_no_other), ON(the_thread_looks_by_itself)

int main(void)
{
    const struct CMUnitTest sqlite[] = {ALL(RUNNING_ON_SQLITE)};
    const struct CMUnitTest postgres[] = {ALL(RUNNING_ON_POSTGRES)};
    log_setup(LOG_ERROR + 1, false);
    int failed = cmocka_run_group_tests(sqlite, NULL, NULL);
    return have_postgres() ? failed + cmocka_run_group_tests(postgres, NULL, NULL) : failed;
}
