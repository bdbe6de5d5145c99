/*
 * The work of a simulation: read the past, replay it twice, store what changes. All of it happens in memory;
 * only the rows of the result are written, in chunks between other verbs. After a crash it begins anew.
 */
#include "base/id.h"
#include "base/log.h"
#include "base/time.h"
#include "domain/simulation/correct.h"
#include "domain/simulation/simulation.h"
#include "domain/simulation/sums.h"

#define TELL_EVERY_US 400000
#define ROWS_AT_ONCE  20  /* with one statement */
#define CHUNK         500 /* with one commit */
#define COLUMNS       26

struct run {
    struct job_worker *w;
    int64_t id;
    struct simulation s;
    struct arena *arena;
    struct call *call; /* under which it reads, on one snapshot */
    struct history history;
    struct side sides[2];         /* before, after */
    int64_t told_us, first, last; /* percents of the part under way */
    size_t of;                    /* its cases */
    enum status stopped;          /* why go_on said no: RETRY, the process ends; else what the commit said */
};

/* ---- writing ---- */

typedef enum status run_write(struct call *c, struct run *r, void *arg);

struct write {
    struct run *run;
    run_write *fn;
    void *arg;
};

static enum status write_step(struct call *c, void *arg)
{
    struct write *w = arg;
    return w->fn(c, w->run, w->arg);
}

/* REFUSED: the row is another worker's now, or it was cancelled. */
static enum status commit(struct run *r, run_write *fn, void *arg)
{
    struct write w = {r, fn, arg};
    return job_commit(r->w, &simulation_noun, write_step, &w);
}

static enum status fence(struct call *c, struct run *r)
{
    return job_fence(c, r->w, &simulation_noun, r->id);
}

static enum status write_taken(struct call *c, struct run *r, void *arg)
{
    struct value args[1] = {v_int(r->id)};
    (void)arg;
    TRY(job_take(c, r->w, &simulation_noun, r->id));
    return db_exec(c->db, "update simulation set position = 0 where id = $1", args, 1);
}

/* A part of what an earlier worker left, or what is of no use any more; *ARG: how many. */
static enum status write_cleaned(struct call *c, struct run *r, void *arg)
{
    struct value args[1] = {v_int(r->id)};
    return db_exec_count(c->db, arg,
        "delete from simulation_case where id in (select id from simulation_case where simulation_id = $1 "
        "limit 2000)",
        args, 1);
}

static enum status write_clean_end(struct call *c, struct run *r, void *arg)
{
    struct value args[1] = {v_int(r->id)};
    (void)arg;
    return db_exec(c->db,
        "update simulation set position = null, owner = null, owner_until = null where id = $1", args, 1);
}

static enum status clean(struct run *r)
{
    int64_t deleted = 1;
    while (deleted)
        TRY(commit(r, write_cleaned, &deleted));
    return OK;
}

static enum status write_progress(struct call *c, struct run *r, void *arg)
{
    struct value args[2] = {v_int(r->id), v_int(*(const int64_t *)arg)};
    TRY(fence(c, r));
    return db_exec(c->db, "update simulation set progress = $2 where id = $1", args, 2);
}

static enum status write_released(struct call *c, struct run *r, void *arg)
{
    (void)arg;
    return job_release(c, r->w, &simulation_noun, r->id);
}

static enum status write_end(struct call *c, struct run *r, void *arg)
{
    const struct simulation *s = arg;
    struct value args[1] = {v_int(r->id)};
    const struct noun *n = &simulation_noun;
    bool done = streq(s->state, "done");
    TRY(fence(c, r));
    TRY(noun_update(c, n, r->id, s,
        FIELD_BIT(n, state) | FIELD_BIT(n, progress) | FIELD_BIT(n, cases) | FIELD_BIT(n, changed) |
            FIELD_BIT(n, finished) | FIELD_BIT(n, sums) | FIELD_BIT(n, message),
        done ? "finish" : "fail"));
    return done ? db_exec(c->db,
                      "update simulation set position = null, owner = null, owner_until = null where id = $1",
                      args, 1)
                : OK;
}

static enum status fail(struct run *r, const char *message)
{
    struct simulation s = {.state = "failed", .finished = instant_now(), .message = message};
    return commit(r, write_end, &s);
}

/* ---- progress ---- */

/* False: stop. Tells how far it is now and then; who finds the row taken away stops, too. */
static bool go_on(struct run *r, size_t done)
{
    int64_t now = monotonic_us();
    r->stopped = r->w->go_on(r->w->jobs) ? OK : RETRY;
    if (r->stopped != OK)
        return false;
    if (now - r->told_us < TELL_EVERY_US)
        return true;
    r->told_us = now;
    int64_t percent = r->first;
    if (r->of)
        percent += (r->last - r->first) * (int64_t)done / (int64_t)r->of;
    r->stopped = commit(r, write_progress, &percent);
    return r->stopped == OK;
}

static bool reading_goes_on(void *ctx)
{
    return go_on(ctx, 0);
}

static void part(struct run *r, int64_t first, int64_t last, size_t of)
{
    r->first = first;
    r->last = last;
    r->of = of;
}

/* ---- replaying ---- */

static enum status read_documents(struct run *r)
{
    struct call *c = r->call;
    TRY(programme_at(c, r->s.against, &r->sides[0].programme));
    if (!r->s.document)
        return programme_at(c, r->s.version_number, &r->sides[1].programme);
    struct programme *p = ARENA_NEW(r->arena, struct programme);
    r->sides[1].programme = p;
    return programme_read_past(c, r->arena, r->s.document, strlen(r->s.document), p);
}

/* The hook's context: what corrects facts, and, for the progress, the run. */
struct replaying {
    struct correction correction;
    struct run *run;
};

static void correct(
    void *ctx, const struct replay_standing *real, const struct replay_standing *drawn, struct coded *facts)
{
    correct_facts(&((struct replaying *)ctx)->correction, real, drawn, facts);
}

static bool replaying_goes_on(void *ctx, size_t done)
{
    return go_on(((struct replaying *)ctx)->run, done);
}

static enum status replay_side(struct run *r, struct side *s)
{
    const struct replay_history *h = &r->history.replay;
    struct replaying ctx = {correction_for(&s->programme->words), r};
    s->results = ARENA_ARRAY(r->arena, h->n + 1, struct replay_result);
    s->unknown = ARENA_ARRAY(r->arena, s->programme->words.n, size_t);
    return replay(&s->programme->rules, h,
               &(struct replay_hooks){.correct = correct, .go_on = replaying_goes_on, .ctx = &ctx},
               s->results, s->unknown)
               ? OK
               : r->stopped;
}

/* ---- the cases that change ---- */

struct chunk {
    struct arena *arena;
    struct value v[CHUNK * COLUMNS];
    size_t n;
    int64_t stored;   /* before this one */
    int64_t first_id; /* the others follow it: many random ones in one moment would meet */
};

/* By which fact the rules tell the case apart; NULL: none. */
static const char *telling_fact(struct arena *a, const struct run *r, size_t i, const struct verdict v[2])
{
    struct coded *facts[2];
    for (int k = 0; k < 2; k++) {
        const struct vocabulary *words = &r->sides[k].programme->words;
        struct correction c = correction_for(words);
        bool *needed = ARENA_ARRAY(a, words->n, bool);
        memset(needed, true, words->n);
        facts[k] = ARENA_ARRAY(a, words->n, struct coded);
        rules_facts_code(a, words, needed, r->history.replay.cases[i].facts, facts[k]);
        if (r->sides[k].results[i].changed_facts)
            correct_facts(&c, &r->sides[k].results[i].real, &r->sides[k].results[i].drawn, facts[k]);
    }
    const struct fact *f = replay_difference(&r->sides[0].programme->rules, v[0].rule, facts[0],
        &r->sides[1].programme->rules, v[1].rule, facts[1]);
    return f ? f->name : NULL;
}

static const char *changed_facts(struct arena *a, const struct run *r, int side, size_t i)
{
    struct correction c = correction_for(&r->sides[side].programme->words);
    return corrected_json(a, &c, r->history.replay.cases[i].facts, &r->sides[side].results[i]);
}

static void add_case(struct chunk *c, const struct run *r, size_t i, const struct verdict v[2])
{
    const struct past *p = &r->history.past[i];
    const struct replay_case *k = &r->history.replay.cases[i];
    const struct replay_result *before = &r->sides[0].results[i], *after = &r->sides[1].results[i];
    const struct replay_result *knock = after->knock_on ? after : before->knock_on ? before : NULL;
    int64_t cause = knock && knock->cause != SIZE_MAX ? r->history.past[knock->cause].registration_id : 0;
    double waited = waited_hours(k);
    struct instant now = instant_now();
    if (!c->n)
        c->first_id = id_new(now);
    const struct value row[COLUMNS] = {v_int(c->first_id + (int64_t)c->n), v_int(now.us), v_int(r->id),
        v_int(p->registration_id), v_int(p->partner_id), v_text(p->company), v_int(k->at),
        p->amount_known ? v_int(p->amount) : v_null(), v_text(outcome_names[v[0].outcome]),
        v_text(v[0].rule->id), v_text(outcome_names[v[1].outcome]), v_text(v[1].rule->id),
        v_text(effect_names[effect_of(&v[0], &v[1])]), v_text(knock ? "knock_on" : "rules"),
        v_text(telling_fact(c->arena, r, i, v)), v_ref(cause), v_real(v[0].percent), v_real(v[1].percent),
        v_int(v[0].days), v_int(v[1].days), waited > 0 ? v_real(waited) : v_null(), v_text(p->state),
        v_int(weight_of(p, &v[0], &v[1])), v_int(p->decision_id), v_text(changed_facts(c->arena, r, 0, i)),
        v_text(changed_facts(c->arena, r, 1, i))};
    memcpy(&c->v[c->n++ * COLUMNS], row, sizeof row);
}

/* "insert ... values (...), (...)" for so many rows. */
static const char *insert_text(struct arena *a, size_t rows)
{
    struct buf b = buf_in(a, 1 << 16);
    buf_adds(&b,
        "insert into simulation_case (id, created, simulation_id, registration_id, partner_id, company, "
        "decided, amount, outcome_before, rule_before, outcome_after, rule_after, effect, cause, fact, "
        "cause_id, percent_before, percent_after, days_before, days_after, waited_hours, became, "
        "weight, decision_id, facts_before, facts_after, version, updated) values ");
    for (size_t r = 0; r < rows; r++) {
        buf_adds(&b, r ? ", (" : "(");
        for (size_t k = 1; k <= COLUMNS; k++)
            buf_addf(&b, "$%zu, ", r * COLUMNS + k);
        buf_addf(&b, "1, $%zu)", r * COLUMNS + 2);
    }
    return buf_str(&b);
}

static enum status write_chunk(struct call *c, struct run *r, void *arg)
{
    struct chunk *k = arg;
    size_t at = 0;
    const char *many = insert_text(c->arena, ROWS_AT_ONCE), *one = insert_text(c->arena, 1);
    struct value args[2] = {v_int(r->id), v_int(k->stored + (int64_t)k->n)};
    TRY(fence(c, r));
    for (; at + ROWS_AT_ONCE <= k->n; at += ROWS_AT_ONCE)
        TRY(db_exec(c->db, many, &k->v[at * COLUMNS], ROWS_AT_ONCE * COLUMNS));
    for (; at < k->n; at++)
        TRY(db_exec(c->db, one, &k->v[at * COLUMNS], COLUMNS));
    return db_exec(c->db, "update simulation set position = $2 where id = $1", args, 2);
}

static enum status store_chunk(struct run *r, struct chunk *c, size_t done)
{
    if (c->n)
        TRY(commit(r, write_chunk, c));
    c->stored += (int64_t)c->n;
    c->n = 0;
    arena_reset(c->arena);
    return go_on(r, done) ? OK : r->stopped;
}

static enum status store_cases(struct run *r)
{
    struct chunk *c = ARENA_NEW(r->arena, struct chunk);
    const struct history *h = &r->history;
    enum status s = OK;
    c->arena = arena_new();
    for (size_t i = 0; i < h->replay.n && s == OK; i++) {
        if (h->replay.cases[i].earlier)
            continue;
        const struct verdict v[2] = {verdict_of(h, &r->sides[0], i), verdict_of(h, &r->sides[1], i)};
        if (effect_of(&v[0], &v[1]) != EFFECT_NONE)
            add_case(c, r, i, v);
        if (c->n == CHUNK)
            s = store_chunk(r, c, i);
    }
    if (s == OK)
        s = store_chunk(r, c, h->replay.n);
    arena_free(c->arena);
    return s;
}

/* ---- the whole ---- */

static enum status simulate(struct run *r)
{
    struct simulation end = {.state = "done", .progress = 100};
    TRY(clean(r));
    part(r, 0, 40, 0);
    TRY(read_documents(r));
    TRY(history_read(r->w->db, r->arena, r->sides[1].programme, r->s.period_from, r->s.period_to,
        reading_goes_on, r, &r->history));
    db_rollback(r->w->db); /* a snapshot that is kept open keeps the database from tidying up */
    part(r, 40, 55, r->history.replay.n);
    TRY(replay_side(r, &r->sides[0]));
    part(r, 55, 70, r->history.replay.n);
    TRY(replay_side(r, &r->sides[1]));
    end.sums = sums_json(r->arena, &r->history, &r->sides[0], &r->sides[1], &end.changed);
    end.cases = (int64_t)r->history.n_replayed;
    part(r, 70, 100, r->history.replay.n);
    TRY(store_cases(r));
    end.finished = instant_now();
    return commit(r, write_end, &end);
}

/* A simulation that ended without a result: what was stored of it goes. */
static enum status clean_up(struct run *r)
{
    TRY(clean(r));
    return commit(r, write_clean_end, NULL);
}

static enum status open_run(struct run *r)
{
    struct job_worker *w = r->w;
    r->call = call_new(arena_new(), w->model, &system_viewer, instant_now());
    r->arena = r->call->arena;
    r->call->db = w->db;
    TRY(db_begin_read(w->db));
    TRY(w->open_call ? w->open_call(w->open_ctx, r->call) : OK);
    return noun_load(r->call, &simulation_noun, r->id, &r->s);
}

/* What neither a later try nor another worker would mend is told to who asked for it. */
static enum status give_up(struct run *r, enum status s)
{
    const struct call *c = r->call;
    if (s == RETRY) {
        enum status released = commit(r, write_released, NULL);
        return released == BROKEN ? BROKEN : RETRY;
    }
    if (s != REFUSED || r->stopped == REFUSED)
        return s;
    const char *why =
        c->problem && c->problem->n_fields
            ? arena_printf(c->arena, "%s: %s", c->problem->fields[0].field, c->problem->fields[0].message)
            : NULL;
    enum status told = fail(r, why ? why : "There are too many decisions in this period.");
    return told == OK ? clean_up(r) : told;
}

static enum status work(struct job_worker *w, int64_t id)
{
    struct run r = {.w = w, .id = id};
    enum status s = open_run(&r);
    if (s == OK && (streq(r.s.state, "cancelled") || streq(r.s.state, "failed"))) {
        s = clean_up(&r);
    } else if (s == OK) {
        s = commit(&r, write_taken, NULL);
        if (s == OK) {
            s = simulate(&r);
            s = s == OK ? OK : give_up(&r, s);
        }
    }
    db_rollback(w->db);
    arena_free(r.arena);
    return s;
}

const struct job_kind simulation_job = {.name = "simulations",
    .noun = &simulation_noun,
    .next = "select id from simulation where (state in ('waiting', 'running') "
            "or (state in ('cancelled', 'failed') and position is not null)) "
            "and (owner is null or owner = $1 or owner_until < $2) and id > $3 order by id limit 1",
    .work = work};
