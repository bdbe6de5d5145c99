/*
 * The small model with what runs behind it: a key, a sequencer, a committer; and verbs whose body the test
 * gives.
 */
#ifndef TANDEM_TEST_RUNNING_H
#define TANDEM_TEST_RUNNING_H

#include "small.h"

struct running {
    struct fixture *f;
    struct note_key key;
    struct sequencer *sequencer;
    struct committer *committer; /* NULL until start_lanes() */
};

static inline void start_lanes(struct running *r, unsigned lanes)
{
    const char *error = NULL;
    if (committer_start(&r->committer, r->f->a, r->f->url, lanes, r->sequencer, &error) != OK)
        fail_msg("%s", error);
}

static inline void stop_lanes(struct running *r)
{
    committer_stop(r->committer);
    r->committer = NULL;
}

static inline int running_up(void **state, int (*database)(void **))
{
    struct running *r = xcalloc(1, sizeof *r);
    void *f = NULL;
    if (database(&f) != 0)
        return -1;
    r->f = f;
    make_small(r->f);
    run(r->f->db, "create table scrap (text text primary key)");
    ASSERT_OK(note_key_new(&r->key, "tandem.example/log"));
    r->sequencer = sequencer_new(&r->key);
    *state = r;
    return 0;
}

static inline int running_on_sqlite(void **state)
{
    return running_up(state, set_up_sqlite);
}

static inline int running_on_postgres(void **state)
{
    return running_up(state, set_up_postgres);
}

static inline int running_down(void **state)
{
    struct running *r = *state;
    void *f = r->f;
    committer_stop(r->committer);
    sequencer_free(r->sequencer);
    free(r);
    return tear_down(&f);
}

#define RUNNING_ON_SQLITE(test)                                                                              \
    {                                                                                                        \
        "sqlite: " #test, test, running_on_sqlite, running_down, NULL                                        \
    }
#define RUNNING_ON_POSTGRES(test)                                                                            \
    {                                                                                                        \
        "postgresql: " #test, test, running_on_postgres, running_down, NULL                                  \
    }

/* ---- a verb that does what its plan says ---- */

struct deed {
    enum status (*fn)(struct call *c, struct deed *d);
    const char *text;         /* of the note that it writes */
    const char *statement;    /* of its event's log leaf; NULL: no leaf */
    enum status answer;       /* with which it ends */
    _Atomic unsigned runs;    /* how often it ran */
    unsigned retries;         /* times that it ends with RETRY first */
    struct latch *open, *end; /* set when it runs; waited for before it ends */
};

static inline enum status deed_run(struct call *c)
{
    struct deed *d = c->plan;
    d->runs++;
    return d->fn(c, d);
}

static const struct verb deed_verb = {.noun = &partner_noun,
    .name = "deed",
    .label = "Do",
    .summary = "Do what is planned.",
    .on = ON_COLLECTION,
    .roles = ADMIN,
    .run = deed_run};

static inline struct call *deed_call(struct deed *d)
{
    struct call *c = call_new(arena_new(), &small_model, &vendor, instant_now());
    c->verb = &deed_verb;
    c->plan = d;
    return c;
}

/* Writes its note and leaves an event; then answers as told. */
static inline enum status write_note(struct call *c, struct deed *d)
{
    struct value args[1] = {v_text(d->text)};
    TRY(db_exec(c->db, "insert into scrap (text) values ($1)", args, 1));
    struct event *e = call_event(
        c, &partner_noun, BRIGHTWATER, "deed", arena_printf(c->arena, "{\"text\":\"%s\"}", d->text));
    if (d->statement) {
        e->statement = d->statement;
        memset(e->salt, 7, sizeof e->salt);
    }
    if (d->retries && d->retries--)
        return RETRY;
    return d->answer == REFUSED ? call_refuse(c, PROBLEM_state, NULL) : d->answer;
}

/* ---- waiting for one another ---- */

#include <pthread.h>

struct latch {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    unsigned n;
};
#define LATCH                                                                                                \
    {                                                                                                        \
        .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER                                 \
    }

static inline void latch_up(struct latch *l)
{
    pthread_mutex_lock(&l->lock);
    l->n++;
    pthread_cond_broadcast(&l->moved);
    pthread_mutex_unlock(&l->lock);
}

static inline void latch_wait(struct latch *l, unsigned n)
{
    pthread_mutex_lock(&l->lock);
    while (l->n < n)
        pthread_cond_wait(&l->moved, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

/* Occupies its lane until the test lets go. */
static inline enum status hold_lane(struct call *c, struct deed *d)
{
    (void)c;
    latch_up(d->open);
    latch_wait(d->end, 1);
    return OK;
}

/* A call handed over; DONE counts the answered ones. */
struct sent {
    struct deed deed;
    struct call *call;
    struct latch *done;
    enum status status;
    bool answered;
};

static inline void take_answer(void *ctx, struct call *c, enum status status)
{
    struct sent *s = ctx;
    (void)c;
    s->status = status;
    s->answered = true;
    latch_up(s->done);
}

static inline void send_deed(struct running *r, struct sent *s, struct latch *done)
{
    s->call = deed_call(&s->deed);
    s->done = done;
    committer_submit(r->committer, s->call, take_answer, s);
}

static inline void send_background(struct running *r, struct sent *s, struct latch *done)
{
    s->call = deed_call(&s->deed);
    s->done = done;
    committer_submit_background(r->committer, s->call, take_answer, s);
}

static inline void sent_free(struct sent *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i].call)
            arena_free(s[i].call->arena);
}

#endif
