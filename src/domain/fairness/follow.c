/* The feed becomes counts: stretch by stretch, outside everybody's way, each stretch counted once. */
#include "base/json.h"
#include "domain/fairness/buckets.h"
#include "domain/fairness/fairness.h"
#include "domain/fairness/measures.h"
#include "runtime/follower.h"

#define STRETCH 2000 /* events looked at together */

#define POSITION "fairness.seq"

/* ---- what an event counts as ---- */

struct seen_event {
    const char *noun, *verb;
    const json_t *after;
    int64_t took_us; /* since the registration was made */
};

static const char *text_of(const struct seen_event *e, const char *field)
{
    return json_string_value(json_object_get(e->after, field));
}

/* A registration or an extension that the rules left to a person is counted when the person has decided. */
static enum measure measure_decided(const struct seen_event *e, enum measure measure)
{
    const char *state = text_of(e, "state");
    return streq(state, "approved") || streq(state, "declined") ? measure : MEASURE_COUNT;
}

static enum measure measure_ruling(const struct seen_event *e)
{
    static const struct {
        const char *remedy;
        enum measure measure;
    } remedies[] = {{"upheld", MEASURE_DISPUTE_UPHELD}, {"moved", MEASURE_DISPUTE_MOVED},
        {"shared", MEASURE_DISPUTE_SHARED}, {"compensated", MEASURE_DISPUTE_COMPENSATED}};
    for (size_t i = 0; i < COUNT(remedies); i++)
        if (streq(remedies[i].remedy, text_of(e, "remedy")))
            return remedies[i].measure;
    return MEASURE_COUNT;
}

/* Which measure; MEASURE_COUNT: none. */
static enum measure measure_of(const struct seen_event *e)
{
    static const struct {
        const char *noun, *verb;
        enum measure measure;
    } plain[] = {{"override", "ask", MEASURE_OVERRIDE_ASKED},
        {"override", "confirm", MEASURE_OVERRIDE_CONFIRMED}, {"dispute", "open", MEASURE_DISPUTE_OPENED},
        {"dispute", "withdraw", MEASURE_DISPUTE_WITHDRAWN}};
    bool registration = streq(e->noun, "registration"), extension = streq(e->noun, "extension");
    bool answered = streq(e->verb, "approve") || streq(e->verb, "decline");
    if (registration && (streq(e->verb, "register") || answered))
        return measure_decided(e, answered ? MEASURE_PERSON : MEASURE_RULES);
    if (extension && (streq(e->verb, "extend") || streq(e->verb, "create") || answered))
        return measure_decided(e, answered ? MEASURE_EXTENSION_PERSON : MEASURE_EXTENSION_RULES);
    if (streq(e->noun, "dispute") && streq(e->verb, "rule"))
        return measure_ruling(e);
    for (size_t i = 0; i < COUNT(plain); i++)
        if (streq(plain[i].noun, e->noun) && streq(plain[i].verb, e->verb))
            return plain[i].measure;
    return MEASURE_COUNT;
}

/* ---- a stretch ---- */

struct delta {
    int64_t quarter, n;
    enum measure measure;
    int bucket;
};

struct counted {
    struct stretch at;
    struct delta *deltas;
    size_t n;
};

static void add_delta(struct counted *s, int64_t quarter, enum measure m, int bucket)
{
    for (size_t i = 0; i < s->n; i++) {
        struct delta *d = &s->deltas[i];
        if (d->quarter == quarter && d->measure == m && d->bucket == bucket) {
            d->n++;
            return;
        }
    }
    s->deltas[s->n++] = (struct delta){quarter, 1, m, bucket};
}

static void count_event(struct call *c, struct arena *a, const struct rows *rows, size_t i, struct counted *s)
{
    const char *error, *payload = cell_string(rows, i, 4);
    const json_t *json = json_read(a, payload, strlen(payload), &error);
    struct instant at = {cell_int(rows, i, 1)};
    struct seen_event e = {.noun = cell_text(rows, i, 2),
        .verb = cell_text(rows, i, 3),
        .after = json_object_get(json, "after"),
        .took_us = at.us - cell_int(rows, i, 5)};
    enum measure m = measure_of(&e);
    if (m == MEASURE_COUNT)
        return;
    bool timed = m == MEASURE_RULES || m == MEASURE_PERSON;
    add_delta(s, date_quarter(date_in(c->catalog->zone, at)), m, timed ? bucket_of(e.took_us) : 0);
}

/* Of other nouns without their payload; were they left out, SQLite would walk through all events of these. */
static const char events_sql[] =
    "select e.seq, e.at, e.noun, e.verb, case when e.noun in ('registration', 'extension', 'override', "
    "'dispute') then e.payload end, coalesce(r.created, e.at) from event e "
    "left join registration r on e.noun = 'registration' and r.id = e.row_id "
    "where e.seq > $1 and e.seq <= $2 order by e.seq";

static enum status read_stretch(struct call *c, void *plan, bool *any)
{
    struct counted *s = plan;
    struct rows rows;
    TRY(follow_read(c, POSITION, STRETCH, &s->at));
    struct value args[2] = {v_int(s->at.from), v_int(s->at.to)};
    TRY(db_query(c->db, c->arena, &rows, events_sql, args, 2));
    s->deltas = ARENA_ARRAY(c->arena, rows.n + 1, struct delta);
    for (size_t i = 0; i < rows.n; i++)
        if (cell_text(&rows, i, 4))
            count_event(c, c->arena, &rows, i, s);
    *any = s->at.to > s->at.from;
    return OK;
}

static enum status store_run(struct call *c)
{
    const struct counted *s = c->plan;
    TRY(follow_hold(c, POSITION, s->at.from));
    for (size_t i = 0; i < s->n; i++) {
        const struct delta *d = &s->deltas[i];
        struct value args[4] = {
            v_int(d->quarter), v_text(measure_names[d->measure]), v_int(d->bucket), v_int(d->n)};
        TRY(db_exec(c->db,
            "insert into fairness_count (quarter, measure, bucket, n) values ($1, $2, $3, $4) "
            "on conflict (quarter, measure, bucket) do update set n = fairness_count.n + excluded.n",
            args, 4));
    }
    return setting_number_set(c, POSITION, s->at.to);
}

static const struct verb store_verb = {
    .name = "count", .label = "Count", .summary = "", .on = ON_COLLECTION, .roles = SYSTEM, .run = store_run};

/* ---- the job ---- */

static enum status work(struct job_worker *w, int64_t id)
{
    (void)id;
    for (bool more = true; more && w->go_on(w->jobs);) {
        struct counted s = {.n = 0};
        TRY(follow_step(w, read_stretch, &store_verb, &s));
        more = s.at.to - s.at.from == STRETCH; /* what comes in meanwhile waits for the next look */
    }
    return OK;
}

const struct job_kind fairness_job = {.name = "fairness", .next = FOLLOW_NEXT(POSITION, ""), .work = work};
